package layout

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"paypane/bff/account"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/bff/velocity"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// Error is the one place that turns errors into pages. What went wrong is for
// the log; the payer is told what it means for their money, how to go on, and
// the code under which the log has the rest.
func (lay *Layout) Error(w http.ResponseWriter, r *http.Request, sess session.Session, err error) {
	if other, ok := errors.AsType[session.OthersError](err); ok && other.Attempt.State != payment.Created {
		_ = Redirect(w, r, web.PathResult+other.Attempt.ID) // what became of it is told, whoever the page is for
		return
	}
	status, view, ours := lay.Desk.explain(r, sess, err)
	if !ours {
		status, view = lay.explain(r, sess, err)
	}
	if view.Notice.Next == web.PathAmount && atDesk(r) && sess.Staff.Subject != "" { // a payer's page
		view.Notice.Next, view.Notice.NextText = web.PathDesk, lay.Of(sess).Language.Text("desk.home")
	}
	if !errors.Is(err, session.ErrOver) && !errors.Is(err, session.ErrCovered) { // which is nobody's fault
		view.Notice.ID = middleware.RequestID(r.Context())
	}
	view.Notice.Error = errorCode(status)
	view.Site = lay.Of(sess)
	if status == http.StatusUnauthorized || status == http.StatusLocked {
		view.Site = lay.Public(sess)
	}
	switch {
	case ours && status != http.StatusForbidden && status != http.StatusServiceUnavailable:
		view.Desk = &web.DeskShell{}
	case ours, atDesk(r) && sess.Staff.Subject != "":
		view.Desk = lay.Desk.shell(r.Context(), sess, view.Page)
	}
	if cards, ok := errors.AsType[*velocity.RefusedError](err); ok {
		w.Header().Set("Retry-After", cards.RetryAfter(lay.config.Now()))
	}
	if status >= 500 {
		lay.config.Log.ErrorContext(r.Context(), "request failed", "id", middleware.RequestID(r.Context()), "error", err.Error())
	}
	if err := lay.Render(w, r, status, view); err != nil {
		lay.config.Log.ErrorContext(r.Context(), "render error page", "id", middleware.RequestID(r.Context()), "error", err.Error())
	}
}

// missing reports whether there is nothing under the address.
func missing(err error) bool {
	var f middleware.StatusError
	return errors.Is(err, ledger.ErrNotFound) || errors.As(err, &f) && f.Status == http.StatusNotFound
}

// errorCode is what the portal around the frame hears of an error page. That a
// session is over, or that a page is somebody else's, has other ways.
func errorCode(status int) string {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusConflict || status == http.StatusLocked:
		return ""
	case status == http.StatusServiceUnavailable:
		return "unavailable"
	case status >= http.StatusInternalServerError:
		return "server_error"
	case status == http.StatusNotFound:
		return "not_found"
	}
	return "request_refused"
}

func (lay *Layout) explain(r *http.Request, sess session.Session, err error) (int, web.View) {
	// Where the page stands if it is asked for again: of a form that has no page
	// under its own address, that of the page it was on.
	path := strings.TrimSuffix(r.URL.Path, "/again")
	notice := func(page string, n web.NoticeView) web.View {
		return web.View{Page: page, Path: path, Notice: &n}
	}
	l := lay.Of(sess).Language
	texts := func(keys ...words.Key) []string {
		var list []string
		for _, key := range keys {
			list = append(list, l.Text(key))
		}
		return list
	}
	var f middleware.StatusError
	var u account.UnavailableError
	var other session.OthersError
	var crowd *ledger.CrowdError
	var cards *velocity.RefusedError
	switch {
	case errors.Is(err, session.ErrOver):
		return http.StatusUnauthorized, notice(web.PageSession, lay.timedOut(r.Context(), sess))
	case errors.Is(err, session.ErrNoCookie):
		n := web.NoticeView{
			Heading: l.Text("notice.portal"), Text: texts("notice.portal.how")}
		if p := lay.config.Portals.ByID(sess.Portal); p != nil && sess.Pane != "" {
			n.Text = texts("notice.portal.signed")
			n.Next, n.NextText = p.Frame(), l.Text("notice.portal.again")
		}
		return http.StatusUnauthorized, notice(web.PageSession, n)
	case missing(err):
		n := web.NoticeView{Heading: l.Text("notice.missing"), Text: texts("notice.missing.why")}
		if r.Method == http.MethodPost && r.PathValue("attempt") != "" { // a page of ours, not an address that somebody typed
			n = web.NoticeView{Heading: l.Text("notice.outdated"), Text: texts("notice.outdated.payment")}
		}
		if sess.Several() {
			n.Text = append(n.Text, l.Text("notice.paying", "person", session.NameOf(sess, sess.Current())))
		}
		if sess.Portal == "" {
			n.Text = append(n.Text, l.Text("notice.missing.portal"))
		} else if r.URL.Path != web.PathAmount {
			n.Next, n.NextText = web.PathAmount, l.Text("plan.owe")
		}
		return http.StatusNotFound, notice(web.PageMissing, n)
	case errors.Is(err, session.ErrOtherPatient) && !sess.Several():
		return http.StatusConflict, notice(web.PageOther, web.NoticeView{
			Heading: l.Text("notice.outdated"), Text: texts("notice.outdated.page", "notice.outdated.sure"),
			Next: web.PathAmount, NextText: l.Text("plan.owe")})
	case errors.Is(err, session.ErrOtherPatient):
		return http.StatusConflict, notice(web.PageOther, web.NoticeView{
			Heading: l.Text("notice.paying.heading", "person", session.NameOf(sess, sess.Current())),
			Text:    []string{l.Text("notice.other"), l.Text("notice.other.next", "person", session.NameOf(sess, sess.Current()))},
			Next:    web.PathPeople, NextText: l.Text("page.for.choose")})
	case errors.As(err, &other):
		return http.StatusConflict, notice(web.PageOther, web.NoticeView{
			Heading: l.Text("notice.paying.heading", "person", session.NameOf(sess, sess.Current())),
			Text:    []string{l.Text("notice.others", "attempt", account.Named(l, other.Attempt), "person", other.Name), l.Text("notice.others.next", "person", other.Name)},
			Next:    web.PathPeople, NextText: l.Text("page.for.choose")})
	case errors.Is(err, account.ErrNoCards):
		return http.StatusServiceUnavailable, notice(web.PageUnavailable, web.NoticeView{
			Heading: l.Text("notice.nocards"), Text: texts("notice.nocards.call")})
	case errors.Is(err, account.ErrOrphaned):
		return http.StatusConflict, notice(web.PageUnavailable, web.NoticeView{
			Heading: l.Text("notice.found"), Text: texts("notice.found.wait"),
			Next: web.PathAmount, NextText: l.Text("plan.owe")})
	case errors.As(err, &u):
		n := web.NoticeView{Heading: l.Text("notice.unavailable"), Text: texts("notice.unavailable.none"), Next: path, NextText: l.Text("result.again")}
		if u.Live != "" {
			n.Text = texts("notice.unavailable.live")
			n.Next, n.NextText = web.PathResult+u.Live, l.Text("notice.status", "count", 1)
		} else if u.Lost {
			n.Text = texts("notice.unavailable.lost", "notice.unavailable.hour")
		} else if u.Paid {
			n.Text = texts("notice.unavailable.paid")
		}
		if u.Unread || u.NoDepartment { // trying again will not help soon
			if !u.Paid && !u.Lost && u.Live == "" {
				n.Text = texts("result.nothing")
			}
			why := l.Text("notice.unread.why")
			n.Heading = l.Text("notice.unread")
			if u.NoDepartment {
				n.Heading, why = l.Text("notice.department"), l.Text("notice.department.why")
			}
			n.Text = append([]string{why, l.Text("notice.unread.call", "phone", u.Phone)}, n.Text...)
		}
		return http.StatusServiceUnavailable, notice(web.PageUnavailable, n)
	case errors.As(err, &crowd):
		return http.StatusTooManyRequests, notice(web.PageUnavailable, web.NoticeView{
			Heading: l.Text("notice.crowd"),
			Text:    []string{l.Text("notice.crowd.wait", "time", words.Clock(crowd.Until.In(lay.config.Departments.Zone(r.Context(), sess.Patient)))), l.Text("notice.crowd.call")},
			Next:    FormOf(crowd.Newest), NextText: l.Text("notice.crowd.go")})
	case errors.As(err, &cards):
		// One text for every limit: which one it was would tell a thief how to go on.
		return http.StatusTooManyRequests, notice(web.PageUnavailable, web.NoticeView{
			Heading: l.Text("notice.cards"),
			Text: []string{l.Text("notice.cards.none"), l.Text("notice.cards.why"),
				l.Text("notice.cards.when", "time", words.Moment(cards.Until.In(lay.config.Departments.Zone(r.Context(), sess.Patient)))),
				l.Text("notice.cards.call", "practice", lay.Of(sess).Practice, "phone", lay.config.Accounts.Phone(r.Context(), sess))},
			Next: web.PathAmount, NextText: l.Text("plan.owe")})
	case errors.Is(err, middleware.ErrForeign):
		return http.StatusForbidden, notice(web.PageError, web.NoticeView{
			Heading: l.Text("notice.refused"), Text: texts("notice.foreign", "notice.foreign.next")})
	case errors.As(err, &f):
		return f.Status, notice(web.PageError, web.NoticeView{
			Heading: l.Text("notice.refused"), Text: texts("notice.refused.why")})
	}
	return http.StatusInternalServerError, notice(web.PageError, web.NoticeView{
		Heading: l.Text("notice.failed"), Text: texts("notice.failed.next")})
}

// timedOut is the page of a session that is over. It says what a payer wants to
// know first, whether money was sent, and no more: who they are is not known
// any more.
func (lay *Layout) timedOut(ctx context.Context, sess session.Session) web.NoticeView {
	l := lay.Of(sess).Language
	n := web.NoticeView{Heading: l.Text("timeout.heading")}
	sum, err := lay.config.Accounts.Summary(ctx, sess)
	if err != nil {
		lay.config.Log.ErrorContext(ctx, "read what a session sent", "id", middleware.RequestID(ctx), "error", err.Error())
	}
	n.Text = sum.Lines(ctx, l, lay.config.Departments)
	again := l.Text("timeout.again")
	switch {
	case len(sum.Sent) > 0:
		again = l.Text("notice.status", "count", len(sum.Sent))
		n.Text = append(n.Text, l.Text("timeout.more"))
	case sum.Known:
		n.Text = append(n.Text, l.Text("timeout.pay"))
	default:
		n.Text = []string{l.Text("timeout.unknown"), l.Text("timeout.once")}
	}
	if sess.Return != "" {
		n.Next, n.NextText = sess.Return, again
	}
	return n
}

// ErrorOutside answers a request that is served in no session. In the frame of a
// pane it can be read all the same, and the portal hears of it: the name says
// whose frame that is.
func (lay *Layout) ErrorOutside(w http.ResponseWriter, r *http.Request, err error) {
	sess := session.Framed(lay.config.Portals, r)
	sess.Language = Wanted(r, lay.config.Portals.ByID(sess.Portal)).Tag()
	lay.AllowFraming(w, r, sess)
	lay.Error(w, r.WithContext(session.InPane(r.Context(), sess.Pane)), sess, err)
}

// FormOf is where an attempt that was not sent goes on.
func FormOf(a ledger.Record) string {
	switch a.Kind {
	case payment.KindAgreeVisit, payment.KindAgreeYear:
		return web.PathAgree + "/" + a.ID
	case payment.KindPlan:
		return web.PathPlan + "/" + a.ID
	case payment.KindStoreCard:
		return web.PathCards + "/add"
	}
	return web.PathCard + a.ID
}
