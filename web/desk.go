package web

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Desk is what a page may ask of the practice. It cannot name a patient: the
// session does, on the server. The calls block; pages make them off the UI
// goroutine.
type Desk interface {
	// Show reads the page at a path of ours. The View that comes back may have
	// another Path, where the server leads elsewhere.
	Show(path string) (View, error)
	// Watch is Show for a page that looks by itself; it does not count as a sign
	// that somebody is there.
	Watch(path string) (View, error)
	// Submit posts a form the way the browser would, with the button that was
	// pressed, and reads the page it leads to. The form's fields never pass through
	// the program's memory.
	Submit(form, button app.Value) (View, error)
}
