package web

import (
	"errors"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/told"
)

// Shell is the root component of the program: it shows the View it has and
// moves on to the next. There is one for the life of the program.
type Shell struct {
	app.Compo
	View View
	desk Desk
	step *step
	next *View       // of the step that is under way, until its address is in place
	nav  bool        // whether the first page has been shown
	kept kept        // what the next card form begins with
	ctx  app.Context // of the component itself, which outlives its pages
	atDesk
}

// NewShell makes the component that renders a View: on the server to print it
// (desk nil), in the browser to run it.
func NewShell(v View, desk Desk) *Shell {
	s := &Shell{View: v, desk: desk, kept: kept{}}
	s.step = &step{shell: s}
	return s
}

// Run is the browser program. It takes the View that the server put into the
// document and mounts the same page again; the loader sees to it that the
// elements that are there are kept.
func Run() {
	var v View
	state := app.Window().GetElementByID("view").Get("textContent").String()
	if err := told.Read(state, &v); err != nil {
		return // a page of another version: it goes on working without us
	}
	route(NewShell(v, client{}))
	app.RunWhenOnBrowser()
}

// Render shows the page that the View names.
func (s *Shell) Render() app.UI {
	if page := s.anew(); page != nil {
		return page
	}
	return s.page()
}

func (s *Shell) page() app.UI {
	v := s.View.written()
	switch {
	case v.Amount != nil:
		return &AmountPage{View: v, step: s.step}
	case v.Card != nil:
		return &CardPage{View: v, cardTyping: cardTyping{step: s.step}}
	case v.Result != nil:
		return &ResultPage{View: v, step: s.step}
	case v.Notice != nil:
		return &NoticePage{View: v}
	case v.Content != nil:
		return &ContentPage{View: v, cardTyping: cardTyping{step: s.step}}
	}
	if page := v.staffPage(); page != nil {
		return page
	}
	return &NoticePage{View: View{Page: PageError, Site: v.Site, Notice: &NoticeView{Heading: v.text("notice.wrong")}}}
}

// OnMount takes go-app's own handling of links away: ours lead to real pages,
// some of them outside the frame, and work best untouched.
func (s *Shell) OnMount(ctx app.Context) {
	s.ctx = ctx
	app.Window().Set("onclick", nil)
	app.Window().Call("addEventListener", "click", app.FuncOf(s.onClick))
	app.Window().Get("document").Call("addEventListener", "paypane:refresh", app.FuncOf(s.onRefresh))
	s.serveDesk()
}

// onRefresh reads the page again, because the portal says that it may have changed
// (static/channel.js). What was typed stays where it is: the same page with other
// numbers keeps its inputs. Where another page would come, this one stays.
func (s *Shell) onRefresh(_ app.Value, args []app.Value) any {
	args[0].Call("preventDefault")
	path := s.View.Path
	s.ctx.Async(func() {
		v, err := s.desk.Show(s.View.Site.At(path))
		s.ctx.Dispatch(func(app.Context) {
			if err != nil || s.step.sending || v.Page != s.View.Page || v.Path != s.View.Path || path != v.Path {
				return
			}
			v.Problems = s.View.Problems
			s.show(v)
			s.Update()
		})
	})
	return nil
}

// OnNav is called for the first page, after each step of ours, and when the
// payer goes back or forward.
func (s *Shell) OnNav(ctx app.Context) {
	if s.View.ofDesk() {
		return // each of its pages is loaded
	}
	first := !s.nav
	s.nav = true
	path := ctx.Page().URL().Path
	if s.next != nil && s.next.Path == path {
		s.show(*s.next)
		s.step.sending = false // until now the page before says that it sends
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
		v, err := s.desk.Show(s.View.Site.At(path))
		ctx.Dispatch(func(ctx app.Context) {
			if err != nil {
				app.Window().Get("location").Call("reload")
				return
			}
			s.show(v)
			s.step.sending = false
			if v.Path != path {
				app.Window().Get("history").Call("replaceState", nil, "", v.Site.At(v.Path))
			}
			s.arrived()
		})
	})
}

// open moves on to the next View: the address first, then the page.
func (s *Shell) open(ctx app.Context, v View) { s.openAt(ctx, v, v.Site.At(v.Path)) }

func (s *Shell) openAt(ctx app.Context, v View, address string) {
	if v.Path != s.View.Path {
		s.next = &v
		ctx.Navigate(address)
		return
	}
	s.show(v)
	s.step.sending = false
	s.Update()
	s.arrived()
}

// show puts a View in place of another.
func (s *Shell) show(v View) {
	s.kept.take()
	if v.Site.Whose != s.View.Site.Whose || v.Result != nil && v.Result.Attempt.State == payment.Succeeded {
		s.kept.forget()
	}
	s.View = v
}

// arrived does what a browser does when a page has loaded: the title changes
// and reading starts at the top; at the error summary if there is one. Whoever
// has gone to an input of the new page by then stays there.
func (s *Shell) arrived() {
	s.title()
	id := "heading"
	if len(s.View.Problems) > 0 {
		id = field.SummaryID
	} else {
		app.Window().Call("scrollTo", 0, 0)
	}
	was := focused()
	// With the shell's own context: that of the page we come from ends with it.
	s.ctx.Defer(func(app.Context) {
		s.kept.give()
		if now := focused(); now.Equal(was) || now.Get("localName").String() == "body" {
			focus(id)
		}
	})
}

func (s *Shell) title() {
	app.Window().Get("document").Set("title", s.View.Title())
}

func focused() app.Value { return app.Window().Get("document").Get("activeElement") }

func focus(id string) {
	if e := app.Window().GetElementByID(id); e.Truthy() {
		e.Call("focus")
	}
}

// step is what the pages share to get from one to the next.
type step struct {
	shell   *Shell
	sending bool   // a form is under way; a second press does nothing
	tried   string // the path of the page whose form may have arrived
	asked   int    // how often ask was called
}

// busy reports whether a form is under way.
func (s *step) busy() bool { return s.sending }

// onSubmit sends a form that has nothing to check.
func (s *step) onSubmit(ctx app.Context, e app.Event) { s.submit(ctx, e, nil) }

// submit sends a form whose problems are known, or shows them. The lock is set
// before anything else can happen.
func (s *step) submit(ctx app.Context, e app.Event, problems []payment.Problem) {
	form, button := e.Get("target"), e.Get("submitter")
	if s.shell.browsers(form, button) {
		return
	}
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
	done := s.shell.busy(form, button)
	ctx.Async(func() {
		v, problem := s.send(form, button)
		ctx.Dispatch(func(ctx app.Context) {
			if s.shell.answered(v, problem) {
				return
			}
			defer done()
			if problem != nil {
				s.sending = false
				s.shell.View.Problems = []payment.Problem{*problem}
				s.shell.Update()
				s.shell.arrived()
				return
			}
			if v.Path == s.shell.View.Path && len(v.Problems) == 0 && !s.shell.View.ofDesk() {
				form.Call("reset") // the same page for the next time: nothing typed stays
			}
			s.shell.open(ctx, v)
		})
	})
}

// ask reads the page anew with what a form says, because what is offered follows from
// it. Nothing is done by that, what is typed stays, and the last answer counts.
func (s *step) ask(ctx app.Context, form app.Value) {
	s.asked++
	nth, path := s.asked, s.shell.View.Path
	ctx.Async(func() {
		v, err := s.shell.desk.Submit(form, app.ValueOf(map[string]any{"name": FieldAgain, "value": "yes"}))
		ctx.Dispatch(func(app.Context) {
			if err != nil || nth != s.asked || s.sending || v.Content == nil || v.Path != path || s.shell.View.Path != path {
				return // the server is asked once more when the form is sent
			}
			v.Problems = s.shell.View.Problems
			s.shell.show(v)
			s.shell.Update()
			s.shell.ctx.Defer(func(app.Context) { v.Content.choose(form) })
		})
	})
}

// send posts a form and reads what it leads to. That the browser says it is
// offline proves nothing; where it says so, a page is asked for first, and if
// that does not come the form does not leave.
func (s *step) send(form, button app.Value) (View, *payment.Problem) {
	here := s.shell.View
	desk, at := s.shell.desk, here.Site.At
	if !app.Window().Get("navigator").Get("onLine").Truthy() && s.tried != here.Path {
		if _, err := desk.Watch(at(here.Path)); err != nil {
			return View{}, &payment.Problem{Code: "offline"}
		}
	}
	s.tried = here.Path
	v, err := desk.Submit(form, button)
	if err == nil {
		s.tried = ""
		return v, nil
	}
	if path := here.truth(form); path != "" && errors.Is(err, errLate) {
		// What is known of it by now. It may be that the server has not seen it yet.
		if v, err := desk.Show(at(path)); err == nil && (v.Result != nil || v.tells()) {
			return v, nil
		}
	}
	p := lost(here.Card != nil)
	return View{}, &p
}

// truth is where it stands what became of the attempt that a form of the page
// sends; empty: it sends none.
func (v View) truth(form app.Value) string {
	if v.Card != nil {
		return PathResult + v.Card.Attempt.ID
	}
	for _, path := range []string{PathAgree, PathPlan} {
		if id, ok := strings.CutPrefix(v.Path, path+"/"); ok {
			return PathResult + id
		}
	}
	id := value(form, FieldAttempt)
	if id == "" {
		return ""
	}
	if v.ofDesk() {
		return v.deskTruth(id)
	}
	return PathResult + id
}

// lost is the problem of a broken connection. A request that was begun may have
// arrived, whatever the browser says afterwards. Pressing again is safe: the
// attempt in the form's address is sent to the bank at most once, and the
// answer to a second press is what became of the first.
func lost(paying bool) payment.Problem {
	if paying {
		return payment.Problem{Code: "lost", Key: "lost_paying"}
	}
	return payment.Problem{Code: "lost"}
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
// The event's target may be what a translator has put into the link.
func (s *step) follow(ctx app.Context, e app.Event) {
	e.PreventDefault()
	href := ctx.JSSrc().Call("getAttribute", "href").String()
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
			v, err := s.shell.desk.Watch(s.shell.View.Site.At(path))
			ctx.Dispatch(func(ctx app.Context) {
				if ctx.Err() != nil || s.shell.View.Path != path {
					return
				}
				switch {
				case err != nil:
					s.shell.View.Problems = []payment.Problem{{Code: "lost", Key: "lost_watch"}}
				case v.Result == nil || v.Result.Attempt.ID != s.shell.View.Result.Attempt.ID:
					// Another session, or none any more: what is on the page is the
					// last that is known, and worth more than an error page.
					s.shell.View.Problems = []payment.Problem{{Code: "watch_over"}}
					s.shell.Update()
					return
				default:
					v.Result.Instead = s.shell.View.Result.Instead
					s.shell.show(v)
				}
				s.shell.Update()
				s.shell.title()
				s.watch(ctx)
			})
		})
	})
}
