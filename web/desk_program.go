//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/payment"
	"paypane/web/told"
)

// The program of the desk is the payer's with the pages of staff in it, built for
// them alone. It takes over how their forms are sent: once for each press, with an
// end to the waiting, and without losing what was typed. Each page still begins as
// the server prints it: what an answer leads to is loaded, because the page's
// scripts come with its document.

// pageOnward is, in place of a page's name, the answer to a form that leads to
// another address: a redirect in words, because a program that followed one would
// read the page that is then loaded.
const pageOnward = "onward"

// Onward is the answer to the program of the desk that leads on to an address.
func Onward(address string) View { return View{Page: pageOnward, Path: address} }

// deskRoutes are the paths at which the program of the desk runs.
var deskRoutes = []string{"^" + PathDesk + "(/|$)"}

// ofDesk says that somebody is at the desk, and this is a page of theirs.
func (v View) ofDesk() bool { return v.Desk != nil && v.Desk.Name != "" }

// atDesk is what the Shell has to know at the desk.
type atDesk struct {
	covered bool // the page was covered: what is answered after that is not shown
	turned  bool // the page was answered in place an odd number of times
}

// turn shows the Shell's page under a component of its own. go-app would turn one
// page into another that has its shape, element by element, and what was typed for
// one bill would stand at the next where a line came between. With another component
// at its root the page is made anew, from what the server prints.
type turn struct {
	app.Compo
	View  View // what go-app compares to see that there is something new to show
	shell *Shell
}

// Render shows the page that the View names.
func (t *turn) Render() app.UI { return t.shell.page() }

// anew is the page of an answer that was put in place of another; nil: it is not.
func (s *Shell) anew() app.UI {
	if !s.turned {
		return nil
	}
	return &turn{View: s.View, shell: s}
}

// serveDesk hears the forms of a page at the desk, also of those that have no
// component of their own to hear them, and that the page is covered.
func (s *Shell) serveDesk() {
	if !s.View.ofDesk() {
		return
	}
	hear := func(name string, do func(app.Value)) {
		app.Window().Call("addEventListener", name, app.FuncOf(func(_ app.Value, args []app.Value) any {
			do(args[0])
			return nil
		}))
	}
	hear("paypane-cover", func(app.Value) { s.covered = true })
	hear("submit", func(e app.Value) {
		// The page's own scripts come first: one of them has sent a swiped card.
		if e.Get("defaultPrevented").Truthy() {
			return
		}
		s.step.submit(s.ctx, app.Event{Value: e}, nil)
		s.Update()
	})
	// A card that was swiped: the script sends it, because the program shall not hold
	// it, and the answer is the program's.
	hear("paypane-swipe", func(e app.Value) {
		e.Call("preventDefault")
		s.step.sending = true
	})
	hear("paypane-swiped", func(e app.Value) {
		s.step.sending = false
		var v View
		if err := told.Read(e.Get("detail").String(), &v); err == nil && v.Page != "" {
			e.Call("preventDefault")
			s.answered(v, nil)
		}
	})
}

// browsers says that the browser sends a form itself: one around the work (search,
// filters, who is here), one whose answer is a document on paper, one that brings a
// file, one that goes on with the work of another page, and one that a script has put
// there.
func (s *Shell) browsers(form, button app.Value) bool {
	if !s.View.ofDesk() {
		return false
	}
	return s.View.Page == PageDeskGoOn || form.Get("enctype").String() == "multipart/form-data" || button.Truthy() && button.Get("name").String() == FieldPaper ||
		!form.Call("matches", "main:not([data-added]) form[method=post]:not([role=search],.filters)").Truthy()
}

// busy says at a form that it is under way, until done is called. Its button keeps
// the focus, which disabled would take.
func (s *Shell) busy(form, button app.Value) (done func()) {
	if !s.View.ofDesk() {
		return func() {}
	}
	if !button.Truthy() {
		button = form.Call("querySelector", "button[type=submit]")
	}
	says := app.Window().Get("document").Call("createElement", "p")
	says.Get("dataset").Set("added", "")
	says.Set("className", "hint")
	says.Call("setAttribute", "role", "status")
	button.Call("setAttribute", "aria-disabled", "true")
	form.Call("append", says)
	says.Set("textContent", s.View.text("desk.sending"))
	return func() {
		says.Call("remove")
		app.Window().Call("dispatchEvent", app.Window().Get("Event").New("paypane-page"))
		button.Call("removeAttribute", "aria-disabled")
	}
}

// answered takes the answer to a form of the desk: it goes where that leads, and puts
// what has no address of its own in place of the page, as a browser would. What
// covers the page, or ends the session, the server says. That there was none is said
// on the page, in the words of staff.
func (s *Shell) answered(v View, problem *payment.Problem) bool {
	if !s.View.ofDesk() {
		return false
	}
	if problem != nil && !s.covered {
		problem.Key = map[string]string{"lost": "lost_desk", "offline": "offline_desk"}[problem.Code]
		return false
	}
	location := app.Window().Get("location")
	switch {
	case s.covered: // and about to be left
	case v.Page == pageOnward:
		location.Call("assign", v.Path)
	case v.Page == PageDeskCovered, v.Page == PageSession:
		// No reload, which would send again a form whose answer this document is.
		location.Call("replace", location.Get("pathname").String()+location.Get("search").String())
	case v.Page != s.View.Page && v.Notice == nil && len(v.Problems) == 0:
		location.Call("assign", v.Site.At(v.Path))
	default:
		s.place(v)
	}
	return true
}

// place puts an answer in place of the page. The card's number and what is printed on
// it stay typed, the security code does not.
func (s *Shell) place(v View) {
	s.kept.take()
	for _, prefix := range []string{"", PhonePrefix} { // the inputs that go
		for _, name := range []string{payment.FieldNumber, payment.FieldCode} {
			if input := app.Window().GetElementByID(prefix + name); input.Truthy() {
				input.Set("value", "")
			}
		}
	}
	if !v.ofDesk() { // who is here stays on the page
		v.Desk = s.View.Desk
	}
	s.View = v
	s.turned = !s.turned
	s.step.sending = false
	s.Update()
	s.arrived()
	s.ctx.Defer(func(app.Context) {
		s.kept.forget()
		// go-app says what is chosen, and not that it was from the beginning.
		chosen := app.Window().Get("document").Call("querySelectorAll", `option:checked:not([value=""])`)
		for i := range chosen.Length() {
			chosen.Index(i).Set("defaultSelected", true)
		}
		app.Window().Call("dispatchEvent", app.Window().Get("Event").New("paypane-page"))
		if number := app.Window().GetElementByID(payment.FieldNumber); number.Truthy() && number.Get("value").Truthy() {
			// As if it had been typed: the page's script wipes it after a while.
			number.Call("dispatchEvent", app.Window().Get("Event").New("input", map[string]any{"bubbles": true}))
		}
	})
}

// tells says that the page is the truth about something that staff did.
func (v View) tells() bool { return v.TakeResult != nil || v.Undone != nil }

// deskTruth is where it stands what became of an attempt that the page makes; empty:
// nowhere but where the form leads.
func (v View) deskTruth(attempt string) string {
	switch {
	case v.Take != nil:
		return TakenPath(v.Take.Patient, attempt)
	case v.Vendor != nil:
		return TakenPath(v.Vendor.Patient, attempt)
	case v.Void != nil:
		return UndonePath(v.Void.Patient, attempt)
	case v.Correct != nil:
		return UndonePath(v.Correct.Patient, attempt)
	case v.Refund != nil:
		return UndonePath(v.Refund.Patient, attempt)
	case v.Adjust != nil:
		return UndonePath(v.Adjust.Patient, attempt)
	}
	return ""
}
