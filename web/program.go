package web

import (
	"encoding/json"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// Shell is the root component of the program: it shows the View it has and
// moves on to the next. There is one for the life of the program.
type Shell struct {
	app.Compo
	View View
	desk Desk
	step *step
	next *View // of the step that is under way, until its address is in place
	nav  bool  // whether the first page has been shown
	// typed is what a payer typed that the next card form may begin with, so
	// that nothing is asked for twice. It holds nothing of a card.
	typed Typed
	ctx   app.Context // of the component itself, which outlives its pages
}

// NewShell makes the component that renders a View: on the server to print it
// (desk nil), in the browser to run it.
func NewShell(v View, desk Desk) *Shell {
	s := &Shell{View: v, desk: desk}
	s.step = &step{shell: s}
	return s
}

// Run is the browser program. It takes the View that the server put into the
// document and mounts the same page again; the loader sees to it that the
// elements that are there are kept.
func Run() {
	var v View
	state := app.Window().GetElementByID("view").Get("textContent").String()
	if err := json.Unmarshal([]byte(state), &v); err != nil {
		return // a page of another version: it goes on working without us
	}
	route(NewShell(v, client{}))
	app.RunWhenOnBrowser()
}

// Render shows the page that the View names.
func (s *Shell) Render() app.UI {
	switch {
	case s.View.Page == PageNothing && s.View.Amount != nil:
		return &NothingPage{View: s.View}
	case s.View.Amount != nil:
		return &AmountPage{View: s.View, step: s.step}
	case s.View.Card != nil:
		return &CardPage{View: s.View, cardTyping: cardTyping{step: s.step}}
	case s.View.Result != nil:
		return &ResultPage{View: s.View, step: s.step}
	case s.View.Notice != nil:
		return &NoticePage{View: s.View}
	case s.View.Sheet != nil:
		return &SheetPage{View: s.View, cardTyping: cardTyping{step: s.step}}
	}
	if page := s.View.plain(); page != nil {
		return page
	}
	return &NoticePage{View: View{Page: PageError, Site: s.View.Site, Notice: &Notice{Heading: "Something went wrong"}}}
}

// OnMount takes go-app's own handling of links away: ours lead to real pages,
// some of them outside the frame, and work best untouched.
func (s *Shell) OnMount(ctx app.Context) {
	s.ctx = ctx
	app.Window().Set("onclick", nil)
}

// OnNav is called for the first page, after each step of ours, and when the
// payer goes back or forward.
func (s *Shell) OnNav(ctx app.Context) {
	first := !s.nav
	s.nav = true
	path := ctx.Page().URL().Path
	if s.next != nil && s.next.Path == path {
		s.View = *s.next
	}
	s.next = nil
	if s.View.Path == path {
		if !first {
			s.arrived()
		}
		return
	}
	// Back or forward; or back before the program was there to hear it.
	ctx.Async(func() {
		v, err := s.desk.Show(path)
		ctx.Dispatch(func(ctx app.Context) {
			if err != nil {
				app.Window().Get("location").Call("reload")
				return
			}
			s.View = v
			if v.Path != path {
				app.Window().Get("history").Call("replaceState", nil, "", v.Path)
			}
			s.arrived()
		})
	})
}

// open moves on to the next View: the address first, then the page.
func (s *Shell) open(ctx app.Context, v View) {
	if typed := v.typed(); typed != nil && typed.Name == "" {
		email := typed.Email
		if *typed = s.typed; typed.Email == "" {
			typed.Email = email
		}
	}
	if v.Path != s.View.Path {
		s.next = &v
		ctx.Navigate(v.Path)
		return
	}
	s.View = v
	s.Update()
	s.arrived()
}

// arrived does what a browser does when a page has loaded: the title changes
// and reading starts at the top; at the error summary if there is one.
func (s *Shell) arrived() {
	s.title()
	id := "heading"
	if len(s.View.Problems) > 0 {
		id = field.SummaryID
	} else {
		app.Window().Call("scrollTo", 0, 0)
	}
	// With the shell's own context: that of the page we come from ends with it.
	s.ctx.Defer(func(app.Context) { focus(id) })
}

func (s *Shell) title() {
	app.Window().Get("document").Set("title", s.View.Title())
}

func focus(id string) {
	if e := app.Window().GetElementByID(id); e.Truthy() {
		e.Call("focus")
	}
}

// step is what the pages share to get from one to the next.
type step struct {
	shell   *Shell
	sending bool // a form is under way; a second press does nothing
}

// remember keeps what the next card form may begin with.
func (s *step) remember(typed Typed) { s.shell.typed = typed }

// busy reports whether a form is under way.
func (s *step) busy() bool { return s.sending }

// onSubmit sends a form that has nothing to check.
func (s *step) onSubmit(ctx app.Context, e app.Event) { s.submit(ctx, e, nil) }

// submit sends a form whose problems are known, or shows them. The lock is set
// before anything else can happen.
func (s *step) submit(ctx app.Context, e app.Event, problems []payment.Problem) {
	e.PreventDefault()
	if s.sending {
		return
	}
	if len(problems) > 0 {
		s.shell.View.Problems = problems
		s.shell.arrived()
		return
	}
	s.sending = true
	s.shell.View.Problems = nil
	s.shell.title()
	form := e.Get("target")
	online := app.Window().Get("navigator").Get("onLine").Truthy()
	ctx.Async(func() {
		v, err := s.shell.desk.Submit(form)
		ctx.Dispatch(func(ctx app.Context) {
			s.sending = false
			if err != nil {
				s.shell.View.Problems = []payment.Problem{lost(online, s.shell.View.Card != nil)}
				s.shell.Update()
				s.shell.arrived()
				return
			}
			if v.Path == s.shell.View.Path && len(v.Problems) == 0 {
				form.Call("reset") // the same page for the next time: nothing typed stays
			}
			s.shell.open(ctx, v)
		})
	})
}

// lost is the problem of a broken connection. A request that was begun may have
// arrived, whatever the browser says afterwards. Pressing again is safe: the
// attempt in the form's address is sent to the bank at most once, and the
// answer to a second press is what became of the first.
func lost(begun, paying bool) payment.Problem {
	switch {
	case !begun:
		return payment.Problem{Code: "offline", Text: "You are offline. Your details are still here. You can pay when the connection is back."}
	case paying:
		return payment.Problem{Code: "lost", Text: "The connection was lost. We do not know yet if your payment went through. Do not pay in another way. Press the button again to see: you will not be charged twice."}
	}
	return payment.Problem{Code: "lost", Text: "The connection was lost. Nothing was paid by this step. Press the button again."}
}

// problems are the problems that are shown, or will be with the next frame.
func (s *step) problems() []payment.Problem { return s.shell.View.Problems }

// amend replaces the problems while the payer mends them, without moving the
// focus.
func (s *step) amend(problems []payment.Problem) {
	s.shell.View.Problems = problems
	s.shell.title()
}

// follow lands in the field that a line of the error summary names.
func (s *step) follow(_ app.Context, e app.Event) {
	e.PreventDefault()
	href := e.Get("target").Call("getAttribute", "href").String()
	if len(href) > 1 {
		focus(href[1:])
	}
}

// The pauses between two looks at an attempt that is under way, and at one
// whose result is not known.
const (
	watchSending = 1500 * time.Millisecond
	watchUnknown = 20 * time.Second
)

// watch looks again until the attempt on the page is final.
func (s *step) watch(ctx app.Context) {
	r := s.shell.View.Result
	if r == nil || !r.Attempt.State.Live() && (r.Saved == payment.Unknown || !r.Saved.Live()) {
		return
	}
	pause := watchSending
	if r.Attempt.State == payment.Unknown {
		pause = watchUnknown
	}
	path := s.shell.View.Path
	ctx.After(pause, func(ctx app.Context) {
		if ctx.Err() != nil || s.shell.View.Path != path {
			return
		}
		ctx.Async(func() {
			v, err := s.shell.desk.Watch(path)
			ctx.Dispatch(func(ctx app.Context) {
				if ctx.Err() != nil || s.shell.View.Path != path {
					return
				}
				switch {
				case err != nil:
					s.shell.View.Problems = []payment.Problem{{Code: "lost", Text: "The connection was lost. This page looks again by itself. Do not pay again."}}
				case v.Result == nil || v.Result.Attempt.ID != s.shell.View.Result.Attempt.ID:
					// Another session, or none any more: what is on the page is the
					// last that is known, and worth more than an error page.
					s.shell.View.Problems = []payment.Problem{{Code: "watch_over", Text: "This page can no longer be updated. Open the payment page again from the portal to see the result. Do not pay again."}}
					s.shell.Update()
					return
				default:
					v.Result.Instead = s.shell.View.Result.Instead
					s.shell.View = v
				}
				s.shell.Update()
				s.shell.title()
				s.watch(ctx)
			})
		})
	})
}
