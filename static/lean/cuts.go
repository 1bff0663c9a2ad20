package main

// leftFiles are the files that are left out whole, by package.
var leftFiles = map[string]string{
	// The server, its scripts and its pages; state that is kept, shared between tabs
	// or encrypted, which we do not use; what tests are made with.
	"app": `http.go resource.go static.go wasm.go wasmexec.go scripts.go scripts_wasm.go js_nowasm.go cache.go social.go library.go
		state.go storage.go crypto.go notification.go route.go testing.go raw.go action.go tag.go log.go`,
	// Errors that write themselves as JSON.
	"errors": `errors.go`,
}

// leftDecls are the declarations that are left out of the other files.
var leftDecls = map[string]string{
	"app": `Getenv KeepBodyClean internalURLChecker displayLoadError
		Context.Encrypt Context.Decrypt Context.SetState Context.GetState Context.DelState Context.ObserveState
		Context.LocalStorage Context.SessionStorage Context.DeviceID Context.Notifications
		Context.Handle Context.NewAction Context.NewActionWithValue
		uiContext.Encrypt uiContext.Decrypt uiContext.SetState uiContext.GetState uiContext.DelState uiContext.ObserveState
		uiContext.LocalStorage uiContext.SessionStorage uiContext.DeviceID uiContext.Notifications uiContext.cryptoKey
		uiContext.Handle uiContext.NewAction uiContext.NewActionWithValue
		Dispatcher.SetState Dispatcher.GetState Dispatcher.DelState Dispatcher.ObserveState
		Dispatcher.Handle Dispatcher.Post Dispatcher.getLocalStorage Dispatcher.getSessionStorage
		engine.SetState engine.GetState engine.DelState engine.ObserveState
		engine.Handle engine.Post engine.getLocalStorage engine.getSessionStorage
		NewClientTester NewServerTester ServerDispatcher
		requestPage
		Page.SetTwitterCard browserPage.SetTwitterCard
		jsonString stringTo Composer.ValueTo Compo.ValueTo`,
}
