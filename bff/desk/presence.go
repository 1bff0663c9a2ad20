package desk

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// Acts writes down what somebody did at the desk, or was refused, where that is no
// attempt.
type Acts interface {
	Act(ctx context.Context, sess session.Session, what, detail string) error
}

// What is written down of who is at the desk.
const (
	ActCovered = "covered" // nobody was there, or somebody covered the page
	ActSignOut = "signed_out"
	ActRefused = "refused" // detail is the right that was missing
	ActAgain   = "sign_in_again"
	ActMoved   = "department" // detail is which
)

// Presence is who is at the desk: covered pages, signing in again, leaving.
type Presence struct {
	Layout      *layout.Layout
	Departments *account.Departments
	Store       *session.Store
	Acts        Acts
	Log         *slog.Logger
	// SignedOut is where somebody goes who signs out, at the provider; empty: there
	// is nowhere to go. nil: never.
	SignedOut func(ctx context.Context, sess session.Session) string
}

func (p *Presence) desk() session.Desk { return session.Desk{Store: p.Store} }

// act writes something down before it is done: what cannot be written down is not.
func (p *Presence) act(ctx context.Context, sess session.Session, what, detail string) error {
	if p.Acts == nil {
		return nil
	}
	return p.Acts.Act(ctx, sess, what, detail)
}

// Wait takes care of what was asked for in a session that has to sign in again
// first: a form is kept, without what is a card's, and the page is come back to.
func (p *Presence) Wait(w http.ResponseWriter, r *http.Request, sess session.Session, asked error) error {
	var denied session.DeniedError
	if errors.As(asked, &denied) {
		return p.act(r.Context(), sess, ActRefused, string(denied.Right))
	}
	covered := errors.Is(asked, session.ErrCovered)
	if !covered && !errors.Is(asked, session.ErrSignInAgain) || !session.AtDesk(sess) {
		return nil
	}
	what := ActAgain
	if covered {
		what = ActCovered
	}
	if sess.CoveredAt == 0 {
		if err := p.act(r.Context(), sess, what, ""); err != nil {
			return err
		}
	}
	switch {
	case r.Method == http.MethodPost && middleware.HasFile(r): // which is not kept: its page is
		if covered && sess.CoveredAt == 0 {
			return p.desk().Lock(r, back(r.URL.Path))
		}
		return nil
	case r.Method == http.MethodPost && !ofPresence(r.URL.Path):
		return p.desk().Keep(w, r, !covered, "")
	case covered && sess.CoveredAt == 0 && !watches(r):
		return p.desk().Lock(r, back(r.URL.RequestURI()))
	}
	return nil
}

// watches reports whether a page looks by itself whether something has changed.
func watches(r *http.Request) bool { return r.Header.Get("X-Paypane") == "watch" }

// ofPresence reports whether a form is about who is there and not about work.
func ofPresence(path string) bool {
	return slices.Contains([]string{web.PathDeskLock, web.PathDeskLeave, web.PathDeskStay, web.PathDeskPlace}, path)
}

// back is where somebody goes on: a page of the desk, and where that is not one, its
// beginning. From the address of a file it is the page that has the file.
func back(address string) string {
	at, _, _ := strings.Cut(address, "?")
	if path.Ext(at) != "" || path.Base(at) == "signed" {
		address = path.Dir(at)
		at = address
	}
	if !strings.HasPrefix(at, web.PathDesk+"/") && at != web.PathDesk || len(address) > 300 || ofPresence(at) || at == web.PathDeskGoOn || at == web.PathDeskKept || strings.ContainsAny(address, "\\\r\n") {
		return web.PathDesk
	}
	return address
}

// Lock is POST /desk/lock: the page is covered, until the same person signs in
// again. What was being typed on it may come with it, and is kept.
func (p *Presence) Lock(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	if !session.AtDesk(sess) {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	at := back(f.Shown("at"))
	if err := p.act(r.Context(), sess, ActCovered, ""); err != nil {
		return err
	}
	if len(f.Names()) > 1 {
		err = p.desk().Keep(w, middleware.WithForm(r, f), false, at)
	} else {
		err = p.desk().Lock(r, at)
	}
	f.Clear()
	if err != nil {
		return err
	}
	return layout.Redirect(w, r, web.PathDesk)
}

// SignOut is POST /desk/sign-out.
func (p *Presence) SignOut(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	if err := p.act(r.Context(), sess, ActSignOut, ""); err != nil {
		return err
	}
	if err := p.Store.End(w, r); err != nil {
		return err
	}
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	l := p.Layout.Of(sess).Language
	n := web.NoticeView{Heading: l.Text("desk.out"), Text: []string{l.Text("desk.out.why")}}
	if session.AtDesk(sess) {
		n.Next, n.NextText = web.PathSignIn, l.Text("desk.signin.go")
	}
	if p.SignedOut != nil && session.AtDesk(sess) {
		// A form may not lead out of here, so the page does.
		if next := p.SignedOut(r.Context(), sess); next != "" {
			w.Header().Set("Refresh", "0; url="+next)
			n.Text = append(n.Text, l.Text("desk.out.provider"))
			n.Next, n.NextText = next, l.Text("desk.out.provider.go")
		}
	}
	return p.Layout.Render(w, r, http.StatusOK, web.View{Page: web.PageFinished, Site: p.Layout.Public(sess), Notice: &n,
		StaffPages: web.StaffPages{Desk: &web.DeskShell{}}})
}

// Stay is POST /desk/stay: somebody types on a page that was loaded a while ago.
func (p *Presence) Stay(w http.ResponseWriter, _ *http.Request, _ session.Session) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// ChooseDepartment is POST /desk/department: where the desk is from now on.
func (p *Presence) ChooseDepartment(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	id, err := strconv.Atoi(f.Text("department"))
	if err != nil || !slices.Contains(sess.Departments, id) {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	if err := p.act(r.Context(), sess, ActMoved, strconv.Itoa(id)); err != nil {
		return err
	}
	if err := p.Store.Change(r, func(sess *session.Session) {
		sess.Patient = payment.Patient{Practice: sess.Patient.Practice, Department: id}
	}); err != nil {
		return err
	}
	return layout.Redirect(w, r, web.PathDesk)
}

// ShowGoOn is GET /desk/go-on: what was sent when somebody had to sign in first,
// for them to send now or to leave.
func (p *Presence) ShowGoOn(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	kept, found, err := p.desk().TakeKept(r, sess)
	if err != nil {
		return err
	}
	if id, of := strings.CutPrefix(kept.Path, web.PathDesk+"/patients/"); of { // the mark of the form is that patient's
		id, _, _ = strings.Cut(id, "/")
		sess.Patient.ID, _ = strconv.Atoi(id)
	}
	content := web.GoOnContent(p.Layout.Of(sess).Language, kept.Path, kept.Fields, kept.Lost, found)
	return p.Layout.Desk.Render(w, r, http.StatusOK, sess, web.View{Page: web.PageDeskGoOn, Path: web.PathDeskGoOn, Content: &content})
}

// GiveKept is GET /desk/kept: what was being typed when the page was covered, for
// the script of the page to put back.
func (p *Presence) GiveKept(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	kept, _, err := p.desk().TakeKept(r, sess)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(kept)
}

// ShowMay is GET /desk/may: what whoever is here may do, and whom to ask for the
// rest.
func (p *Presence) ShowMay(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	l := p.Layout.Of(sess).Language
	may := web.MayView{Role: layout.RoleName(l, sess.Staff.Role)}
	for _, right := range staff.Rights {
		line := web.MayLine{What: layout.RightName(l, right)}
		if !sess.Staff.May(right) {
			line.Ask = layout.RoleName(l, right.Least())
		}
		may.Lines = append(may.Lines, line)
	}
	content := web.MayContent(l, may)
	return p.Layout.Desk.Render(w, r, http.StatusOK, sess, web.View{Page: web.PageDeskMay, Path: web.PathDeskMay, Content: &content})
}
