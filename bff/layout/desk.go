package layout

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"paypane/bff/account"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// Counter counts what waits on a page of the desk for whoever is there.
type Counter func(context.Context, session.Session) (int, error)

// Desk prints the pages of staff: with who is signed in, and the ways to the others.
type Desk struct {
	lay *Layout
	// Rights are those that pages need, by their path, and Counts count what waits
	// on them, by their name. The server says both, before it serves.
	Rights map[string]staff.Right
	Counts map[string]Counter
	// SignIn says that there is a way to sign in here.
	SignIn bool
}

// Enter is Layout.Enter for the pages of staff. Nobody frames the desk but a portal
// that has launched it.
func (d *Desk) Enter(store *session.Store, w http.ResponseWriter, r *http.Request) (session.Session, *http.Request, error) {
	sess, err := store.OfDesk(r)
	d.lay.AllowFraming(w, r, sess)
	return sess, r.WithContext(session.InSession(r.Context(), sess)), err
}

// Render writes a page of the desk: as Layout.Render does, with what stands around
// it.
func (d *Desk) Render(w http.ResponseWriter, r *http.Request, status int, sess session.Session, v web.View) error {
	v.Site, v.Desk = d.lay.Of(sess), d.shell(r.Context(), sess, v.Page)
	return d.lay.Render(w, r, status, v)
}

// atDesk reports whether an answer is one of the desk's, whatever went wrong.
func atDesk(r *http.Request) bool {
	return r.URL.Path == web.PathDesk || strings.HasPrefix(r.URL.Path, web.PathDesk+"/")
}

// shell is what stands around a page for whoever is at the desk.
func (d *Desk) shell(ctx context.Context, sess session.Session, page string) *web.DeskShell {
	if sess.Staff.Subject == "" {
		return &web.DeskShell{}
	}
	l := d.lay.Of(sess).Language
	shell := &web.DeskShell{Name: sess.Staff.Called(), Role: RoleName(l, sess.Staff.Role)}
	if department, err := d.lay.config.Departments.Soon(ctx, sess.Patient); err == nil {
		shell.Department = cmp.Or(department.Name, department.PublicName)
	}
	if session.AtDesk(sess) {
		shell.Cover, shell.Kept = sess.Cover, sess.Kept != ""
		shell.Places = d.places(ctx, sess)
	}
	current := cmp.Or(web.PageNamed(page).Under, page)
	for _, p := range web.Pages {
		if p.For != web.ForStaff || p.Link == "" || !sess.Staff.May(d.Rights[p.Path()]) {
			continue
		}
		link := web.DeskLink{Key: web.DeskKeys[p.Name], NavLink: web.NavLink{Path: p.Path(), Text: l.Text(p.Link), Current: p.Name == current}}
		if count := d.Counts[p.Name]; count != nil {
			n, err := count(ctx, sess)
			if err != nil {
				d.lay.config.Log.WarnContext(ctx, "count what waits", "page", p.Name, "error", err.Error())
			}
			link.Badge = n
		}
		shell.Nav = append(shell.Nav, link)
	}
	return shell
}

// places are the departments where the desk stands; none where there is but one.
func (d *Desk) places(ctx context.Context, sess session.Session) (places []web.Option) {
	if len(sess.Departments) < 2 {
		return nil
	}
	for _, id := range sess.Departments {
		place := web.Option{Value: strconv.Itoa(id), Label: strconv.Itoa(id), Checked: id == sess.Patient.Department}
		if department, err := d.lay.config.Departments.Soon(ctx, payment.Patient{Practice: sess.Patient.Practice, Department: id}); err == nil {
			place.Label = cmp.Or(department.Name, department.PublicName, place.Label)
		}
		places = append(places, place)
	}
	return places
}

// RoleName is what a role is called.
func RoleName(l words.Language, role staff.Role) string {
	switch role {
	case staff.FrontDesk:
		return l.Text("desk.role.front_desk")
	case staff.Biller:
		return l.Text("desk.role.biller")
	case staff.Manager:
		return l.Text("desk.role.manager")
	}
	return l.Text("desk.role.none")
}

// RightName is what a right lets somebody do.
func RightName(l words.Language, right staff.Right) string {
	names := map[staff.Right]words.Key{
		staff.Enter: "desk.right.enter", staff.Collect: "desk.right.collect", staff.VoidOwn: "desk.right.void_own", staff.Close: "desk.right.close",
		staff.VoidAny: "desk.right.void_any", staff.Vendor: "desk.right.vendor", staff.Decide: "desk.right.decide",
		staff.SeeExpected: "desk.right.see_expected", staff.Approve: "desk.right.approve", staff.Export: "desk.right.export",
	}
	return l.Text(names[right])
}

// explain is the answer to an error that the desk has words of its own for; ours is
// whether it has.
func (d *Desk) explain(r *http.Request, sess session.Session, err error) (status int, v web.View, ours bool) {
	if !atDesk(r) {
		return 0, web.View{}, false
	}
	l := d.lay.Of(sess).Language
	var denied session.DeniedError
	var unavailable account.UnavailableError
	notice := func(page string, heading words.Key, texts ...words.Key) web.View {
		n := &web.NoticeView{Heading: l.Text(heading)}
		for _, key := range texts {
			n.Text = append(n.Text, l.Text(key))
		}
		return web.View{Page: page, Notice: n}
	}
	signIn := func(v web.View, text words.Key) web.View {
		if d.SignIn {
			v.Notice.Next, v.Notice.NextText, v.Notice.Go = web.PathSignIn, l.Text(text), true
		}
		return v
	}
	switch {
	case errors.Is(err, session.ErrCovered):
		return http.StatusLocked, signIn(notice(web.PageDeskCovered, "desk.covered", "desk.covered.why", "desk.covered.other"), "desk.covered.go"), true
	case errors.Is(err, session.ErrOver) && session.AtDesk(sess):
		return http.StatusUnauthorized, signIn(notice(web.PageSession, "desk.over", "desk.over.why"), "desk.signin.go"), true
	case errors.Is(err, session.ErrNoCookie) && d.SignIn && !r.URL.Query().Has(web.ParamPane):
		return http.StatusUnauthorized, signIn(notice(web.PageSession, "desk.signin", "desk.signin.why"), "desk.signin.go"), true
	case errors.Is(err, session.ErrSignInAgain) && !session.AtDesk(sess):
		v := notice(web.PageError, "desk.again", "problem.launched_long_ago")
		return http.StatusForbidden, v, true
	case errors.As(err, &denied):
		least, own := RoleName(l, denied.Right.Least()), RoleName(l, sess.Staff.Role)
		v := notice(web.PageError, "desk.denied")
		v.Notice.Text = []string{l.Text("desk.denied.why", "role", own, "least", least), l.Text("desk.denied.next", "least", least)}
		v.Notice.Next, v.Notice.NextText = web.PathDeskMay, l.Text("desk.may")
		return http.StatusForbidden, v, true
	case !missing(err) && errors.As(err, &unavailable) && unavailable.Passing() && sess.Staff.Subject != "" && r.Method == http.MethodGet:
		v := notice(web.PageUnavailable, "desk.unread", "desk.unread.next")
		v.Path, v.Notice.Next, v.Notice.NextText, v.Notice.Go = r.URL.Path, r.URL.RequestURI(), l.Text("result.again"), true
		return http.StatusServiceUnavailable, v, true
	case errors.Is(err, session.ErrOtherPatient) && session.AtDesk(sess):
		v := notice(web.PageOther, "notice.outdated", "desk.outdated", "notice.outdated.sure")
		v.Notice.Next, v.Notice.NextText = web.PathDesk, l.Text("desk.home")
		return http.StatusConflict, v, true
	}
	return 0, web.View{}, false
}
