package web

import (
	"errors"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/told"
)

// errLost says that no answer came: the browser is offline, or the connection
// broke on the way there or back. Whatever was sent may have arrived.
var errLost = errors.New("no answer from the server")

// errLate is errLost where nobody waited any longer.
var errLate = errors.New("no answer from the server in time")

// errNoPage says that an answer came that is not one of our pages.
var errNoPage = errors.New("the answer is no page")

// deadline is how long an answer is waited for. The server leads on within ten
// seconds also from a practice that does not answer.
const deadline = 20 * time.Second

// client is the Desk of the browser program: the server's own pages, asked for
// as JSON with the browser's fetch. (net/http's client would do it too, for
// half a megabyte more.)
type client struct{}

func (client) Show(path string) (View, error) {
	return fetch(path, "1", map[string]any{})
}

func (client) Watch(path string) (View, error) {
	return fetch(path, "watch", map[string]any{})
}

func (client) Submit(form, button app.Value) (View, error) {
	data := app.Window().Get("FormData").New(form)
	if button != nil && button.Truthy() && button.Get("name").Truthy() {
		data.Call("append", button.Get("name"), button.Get("value"))
	}
	return fetch(form.Call("getAttribute", "action").String(), "1", map[string]any{
		"method": "POST",
		"body":   app.Window().Get("URLSearchParams").New(data),
	})
}

// fetch asks for a View. Redirects are followed by the browser, so that the
// answer to a form is the page it leads to. The header marks the call as the
// program's; another site cannot send it without our consent.
func fetch(path, mark string, options map[string]any) (View, error) {
	options["headers"] = map[string]any{"Accept": "application/json", "X-Paypane": mark}
	options["cache"] = "no-store"
	// AbortSignal.timeout would do, but not in every browser that runs the program.
	abort := app.Window().Get("AbortController").New()
	signal := abort.Get("signal")
	timer := app.Window().Call("setTimeout", abort.Get("abort").Call("bind", abort), deadline.Milliseconds())
	defer app.Window().Call("clearTimeout", timer)
	options["signal"] = signal
	response, err := await(app.Window().Call("fetch", path, options))
	var text app.Value
	if err == nil {
		text, err = await(response.Call("text"))
	}
	switch {
	case err != nil && signal.Get("aborted").Truthy():
		return View{}, errLate
	case err != nil:
		return View{}, err
	}
	var v View
	if err := told.Read(text.String(), &v); err != nil || v.Page == "" {
		return View{}, errNoPage
	}
	return v, nil
}

// await blocks the goroutine until a promise settles.
func await(promise app.Value) (app.Value, error) {
	type settled struct {
		value app.Value
		err   error
	}
	done := make(chan settled, 1)
	resolve := app.FuncOf(func(_ app.Value, args []app.Value) any {
		done <- settled{value: args[0]}
		return nil
	})
	reject := app.FuncOf(func(app.Value, []app.Value) any {
		done <- settled{err: errLost}
		return nil
	})
	defer resolve.Release()
	defer reject.Release()
	promise.Call("then", resolve, reject)
	s := <-done
	return s.value, s.err
}
