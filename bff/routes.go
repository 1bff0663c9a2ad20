package bff

import (
	"net/http"
	"strings"

	"paypane/bff/desk"
	"paypane/bff/health"
	"paypane/bff/layout"
	"paypane/bff/middleware"
	"paypane/bff/pages"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
)

// routes is everything this server answers. A line has the address, whom it is
// for, and what serves it. A POST does something only for the patient whom its
// form was printed for, unless its line says what else it is bound to.
func (s *Server) routes() []route {
	return []route{
		get("/{$}", web.ForPayer, s.pages.Sessions.Home),
		get("/pay", web.ForPayer, s.pages.Pay.ShowAmount),
		post("/pay", web.ForPayer, s.pages.Pay.Choose).bound(toPatientIfSeveral),
		get("/pay/{attempt}", web.ForPayer, s.pages.Pay.ShowCard),
		post("/pay/{attempt}", web.ForPayer, s.pages.Pay.Pay).bound(toAttempt),
		get("/payments/{attempt}", web.ForPayer, s.pages.Pay.ShowResult),
		post("/payments/{attempt}/again", web.ForPayer, s.pages.Pay.Again).bound(toAttempt),

		get("/people", web.ForPayer, s.pages.Sessions.ShowPeople),
		post("/people", web.ForPayer, s.pages.Sessions.ChoosePerson).bound(toSession),
		post(web.PathLanguage, web.ForPayer, s.pages.Sessions.ChooseLanguage).bound(toSession),
		get("/session", web.ForPayer, s.pages.Sessions.ShowTimeLeft),
		post("/session", web.ForPayer, s.pages.Sessions.Keepalive).bound(toSession),
		post("/session/renew", web.ForPayer, s.pages.Sessions.Renew).bound(toSession),
		post("/finish", web.ForPayer, s.pages.Sessions.SignOut).bound(toSession),

		get("/cards", web.ForPatient, s.pages.Cards.Show),
		get("/cards/add", web.ForPatient, s.pages.Cards.ShowAdd),
		post("/cards/add", web.ForPatient, s.pages.Cards.Add),
		get("/cards/{card}/prefer", web.ForPatient, s.pages.Cards.AfterForm),
		post("/cards/{card}/prefer", web.ForPatient, s.pages.Cards.Prefer),
		get("/cards/{card}/remove", web.ForPatient, s.pages.Cards.ShowRemove),
		post("/cards/{card}/remove", web.ForPatient, s.pages.Cards.Remove),

		get("/agreements", web.ForPatient, s.pages.Agreements.Show),
		get("/agree", web.ForPatient, s.pages.Agreements.ShowChoice),
		post("/agree", web.ForPatient, s.pages.Agreements.Choose),
		get("/agree/{attempt}", web.ForPatient, s.pages.Agreements.ShowSigning),
		post("/agree/{attempt}", web.ForPatient, s.pages.Agreements.Sign).bound(toAttempt),

		get("/plan", web.ForPatient, s.pages.Plans.Show),
		post("/plan", web.ForPatient, s.pages.Plans.Choose),
		get("/plan/{attempt}", web.ForPatient, s.pages.Plans.ShowSigning),
		post("/plan/{attempt}", web.ForPatient, s.pages.Plans.Sign).bound(toAttempt),

		get("/receipts", web.ForPayer, s.pages.Receipts.ShowAll),
		get("/receipts/{reference}", web.ForPayer, s.pages.Receipts.Show),
		get("/receipts/{reference}/receipt.pdf", web.ForPayer, s.pages.Receipts.PDF),
		get("/receipts/{reference}/receipt.html", web.ForPayer, s.pages.Receipts.HTML),
		get("/receipts/{reference}/receipt.json", web.ForPayer, s.pages.Receipts.JSON),
		get("/receipts/{reference}/email", web.ForPayer, s.pages.Receipts.AfterForm),
		post("/receipts/{reference}/email", web.ForPayer, s.pages.Receipts.Email),

		get("/desk", web.ForStaff, s.find.ShowToday).needs(staff.Collect),
		get("/desk/patients", web.ForStaff, s.find.ShowPatients).needs(staff.Collect),
		post("/desk/patients", web.ForStaff, s.find.Search).needs(staff.Collect).bound(toSession),
		get("/desk/patients/{patient}", web.ForStaff, s.find.ShowPatient).needs(staff.Collect),
		get("/desk/patients/{patient}/account", web.ForStaff, s.account.Show).needs(staff.Collect),
		post("/desk/patients/{patient}/checkin", web.ForStaff, s.find.Arrive).needs(staff.Collect),

		get("/desk/review", web.ForStaff, s.desk.ShowQueue).needs(staff.Enter),
		get("/desk/review/{attempt}", web.ForStaff, s.desk.ShowReview).needs(staff.Enter),
		post("/desk/review/{attempt}", web.ForStaff, s.desk.Decide).needs(staff.Decide).bound(toAttempt),
		post("/desk/review/{attempt}/look", web.ForStaff, s.desk.CheckAgain).needs(staff.Enter).bound(toAttempt),

		get("/desk/tasks/{task}", web.ForStaff, s.work.ShowTask).needs(staff.Enter),
		post("/desk/tasks/{task}", web.ForStaff, s.work.Finish).needs(staff.Collect).bound(toTask),
		post("/desk/tasks/{task}/back", web.ForStaff, s.work.Reopen).needs(staff.Collect).bound(toTask),

		get("/desk/day", web.ForStaff, s.day.Show).needs(staff.Collect),
		post("/desk/day", web.ForStaff, s.day.Narrow).needs(staff.Collect).bound(toSession),
		get("/desk/day/list.csv", web.ForStaff, s.day.Download).needs(staff.Collect),

		get("/desk/drawer", web.ForStaff, s.drawers.ShowCount).needs(staff.Close),
		post("/desk/drawer", web.ForStaff, s.drawers.Count).needs(staff.Close),
		get("/desk/closes", web.ForStaff, s.drawers.ShowCloses).needs(staff.Close),
		get("/desk/closes/list.csv", web.ForStaff, s.drawers.Download).needs(staff.Export),
		get("/desk/closes/{count}", web.ForStaff, s.drawers.ShowClose).needs(staff.Close),
		post("/desk/closes/{count}/sign", web.ForStaff, s.drawers.Sign).needs(staff.Close).bound(toCount),

		get("/desk/approvals", web.ForStaff, s.approvals.ShowAll).needs(staff.Approve),
		get("/desk/approvals/{attempt}", web.ForStaff, s.approvals.Show).needs(staff.Enter),
		post("/desk/approvals/{attempt}", web.ForStaff, s.approvals.Approve).needs(staff.Approve).bound(toAttempt),
		post("/desk/approvals/{attempt}/refuse", web.ForStaff, s.approvals.Refuse).needs(staff.Approve).bound(toAttempt),

		get("/desk/may", web.ForStaff, s.presence.ShowMay).needs(staff.Enter),
		get("/desk/go-on", web.ForStaff, s.presence.ShowGoOn).needs(staff.Enter),
		get("/desk/kept", web.ForStaff, s.presence.GiveKept).needs(staff.Enter),
		post("/desk/lock", web.ForStaff, s.presence.Lock).needs(staff.Enter).bound(toSession),
		post("/desk/stay", web.ForStaff, s.presence.Stay).needs(staff.Enter).bound(toSession),
		post("/desk/department", web.ForStaff, s.presence.ChooseDepartment).needs(staff.Enter).bound(toSession),
		post("/desk/sign-out", web.ForStaff, s.presence.SignOut).needs(staff.Enter).bound(toSession),
		get("/desk/patients/{patient}/void/{payment}", web.ForStaff, s.undo.ShowVoid).needs(staff.VoidOwn),
		post("/desk/patients/{patient}/void/{payment}", web.ForStaff, s.undo.Void).needs(staff.VoidOwn),
		get("/desk/patients/{patient}/correct/{attempt}", web.ForStaff, s.undo.ShowCorrect).needs(staff.VoidOwn),
		post("/desk/patients/{patient}/correct/{attempt}", web.ForStaff, s.undo.Correct).needs(staff.VoidOwn),
		get("/desk/patients/{patient}/undone/{attempt}", web.ForStaff, s.undo.ShowUndone).needs(staff.VoidOwn),

		get("/desk/patients/{patient}/take", web.ForStaff, s.take.Show).needs(staff.Collect),
		post("/desk/patients/{patient}/take", web.ForStaff, s.take.Take).needs(staff.Collect),
		get("/desk/patients/{patient}/payments/{attempt}", web.ForStaff, s.take.ShowResult).needs(staff.Collect),
		get("/desk/patients/{patient}/payments/{attempt}/receipt", web.ForStaff, s.take.ShowReceipt).needs(staff.Collect),
		post("/desk/patients/{patient}/payments/{attempt}/receipt", web.ForStaff, s.take.Receipt).needs(staff.Collect),
		post("/desk/patients/{patient}/payments/{attempt}/email", web.ForStaff, s.take.Email).needs(staff.Collect),

		get("/desk/patients/{patient}/payments/{attempt}/athena.pdf", web.ForStaff, s.take.ShowAthenaReceipt).needs(staff.Collect),
		get("/desk/patients/{patient}/payments/{attempt}/signed", web.ForStaff, s.take.ShowSigned).needs(staff.Collect),
		post("/desk/patients/{patient}/payments/{attempt}/signed", web.ForStaff, s.take.Attach).needs(staff.Collect).brings(desk.MostSigned),

		get("/desk/patients/{patient}/vendor", web.ForStaff, s.vendor.ShowVendor).needs(staff.Vendor),
		post("/desk/patients/{patient}/vendor", web.ForStaff, s.vendor.Record).needs(staff.Vendor),
		get("/desk/patients/{patient}/refund/{attempt}", web.ForStaff, s.vendor.ShowRefund).needs(staff.Vendor),
		post("/desk/patients/{patient}/refund/{attempt}", web.ForStaff, s.vendor.Refund).needs(staff.Vendor),
		get("/desk/patients/{patient}/adjust", web.ForStaff, s.vendor.ShowAdjust).needs(staff.Vendor),
		post("/desk/patients/{patient}/adjust", web.ForStaff, s.vendor.Adjust).needs(staff.Vendor),

		get("/desk/doubts", web.ForStaff, renamed).needs(staff.Enter), // where the queue was
		get("/desk/doubts/{attempt}", web.ForStaff, renamed).needs(staff.Enter),
		post("/desk/doubts/{attempt}", web.ForStaff, renamed).needs(staff.Enter), // of a page that was open during an upgrade
		post("/desk/doubts/{attempt}/look", web.ForStaff, renamed).needs(staff.Enter),

		get("/desk/sign-in", web.ForPublic, open(s.signin.Begin)),
		get("/desk/callback", web.ForPublic, open(s.signin.Finish)),
		post("/desk/backchannel-logout", web.ForPublic, open(s.signin.Logout)),

		get("/v1/launches/{jti}", web.ForPublic, open(s.launches.Show)),

		post("/launch", web.ForPublic, open(s.pages.Launch.Launch)),
		get("/launch/arrive", web.ForPublic, open(s.pages.Launch.Arrive)),
		get(web.PathFrame, web.ForPublic, open(s.pages.Launch.Frame)),
		get("/embed/v1/pay-pane.js", web.ForPublic, plain(s.files.ServeNamed("pay-pane.js"))),
		get("/embed/v1/pay-pane.d.ts", web.ForPublic, plain(s.files.ServeNamed("pay-pane.d.ts"))),
		get("/static/", web.ForPublic, open(s.file)),
		get("/livez", web.ForPublic, plain(health.Live)),
		get("/readyz", web.ForPublic, plain(s.ready.ServeHTTP)),
		{path: "/", audience: web.ForPublic, handler: open(s.missing)},
	}
}

// renamed leads from where the review queue was to where it is. A form that was sent
// there is not taken: who sent it sees the page as it is now.
func renamed(w http.ResponseWriter, r *http.Request, _ session.Session) error {
	return layout.Redirect(w, r, strings.TrimSuffix(strings.Replace(r.URL.Path, "/desk/doubts", web.PathReview, 1), "/look"))
}

// open is a handler that asks for no session; it is empty.
func open(h func(http.ResponseWriter, *http.Request) error) pages.Handler {
	return func(w http.ResponseWriter, r *http.Request, _ session.Session) error { return h(w, r) }
}

func plain(h http.HandlerFunc) pages.Handler {
	return func(w http.ResponseWriter, r *http.Request, _ session.Session) error {
		h(w, r)
		return nil
	}
}

// route is a line of the route table. The zero audience is nobody, and the zero
// binding the patient. A line for staff says which right it needs.
type route struct {
	method, path string // no method: all
	audience     web.Audience
	right        staff.Right
	handler      pages.Handler
	binds        binding
	file         int64 // the most bytes of a file that the form may bring; 0: it brings none
}

func get(path string, who web.Audience, h pages.Handler) route {
	return route{method: http.MethodGet, path: path, audience: who, handler: h}
}

func post(path string, who web.Audience, h pages.Handler) route {
	return route{method: http.MethodPost, path: path, audience: who, handler: h}
}

func (rt route) needs(right staff.Right) route {
	rt.right = right
	return rt
}

func (rt route) bound(b binding) route {
	rt.binds = b
	return rt
}

func (rt route) brings(most int64) route {
	rt.file = most
	return rt
}

// pattern is the line's for http.ServeMux.
func (rt route) pattern() string {
	if rt.method == "" {
		return rt.path
	}
	return rt.method + " " + rt.path
}

// binding is what a form has to agree with, so that nothing is done for one
// patient from a page that was printed for another.
type binding int

const (
	// toPatient: the form carries whom it was printed for.
	toPatient binding = iota
	// toPatientIfSeveral: it may leave that out where nobody else can be meant, in
	// a session for one person. The next page says for whom and how much before
	// anything is sent.
	toPatientIfSeveral
	// toAttempt: its address names one, which the handler looks for among those of
	// the session's patient, or of staff's practice.
	toAttempt
	// toCount: its address names a count of a drawer, which the handler looks for among
	// those of staff's practice.
	toCount
	// toTask: its address names one of the practice's work list, which is the same for
	// everybody there.
	toTask
	// toSession: it is about the session and not about one patient.
	toSession
)

// serve is the handler of a line behind its protection.
func (s *Server) serve(rt route) http.Handler {
	if rt.audience == web.ForPublic {
		return s.withoutSession(rt.handler)
	}
	h := rt.handler
	if rt.method == http.MethodGet {
		h = waited(h)
	}
	if rt.method != http.MethodGet && (rt.binds == toPatient || rt.binds == toPatientIfSeveral) {
		h = s.forPatient(h, rt.binds == toPatientIfSeveral)
	}
	if rt.file > 0 {
		h = withFile(h, rt.file)
	}
	if strings.Contains(rt.path, "{patient}") {
		h = s.ofPatient(h)
	}
	if rt.audience == web.ForStaff {
		return s.atDesk(only(rt.audience, holding(rt.right, h)))
	}
	return s.withSession(only(rt.audience, h))
}

// waited serves a page that somebody waits for, whatever it reads of the practice.
func waited(p pages.Handler) pages.Handler {
	return func(w http.ResponseWriter, r *http.Request, sess session.Session) error {
		return p(w, r.WithContext(session.Waited(r.Context())), sess)
	}
}

// withFile serves a form that may bring a file.
func withFile(p pages.Handler, most int64) pages.Handler {
	return func(w http.ResponseWriter, r *http.Request, sess session.Session) error {
		return p(w, middleware.AllowFile(r, most), sess)
	}
}

// only serves a page to its audience. For everybody else it is not there.
func only(who web.Audience, p pages.Handler) pages.Handler {
	return func(w http.ResponseWriter, r *http.Request, sess session.Session) error {
		if !sess.Among(who) {
			return middleware.StatusError{Status: http.StatusNotFound}
		}
		return p(w, r, sess)
	}
}

// withSession serves a page to a live session. The answer may be framed by the
// portal that launched it, also the one that says that the session is over.
func (s *Server) withSession(p pages.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sess, r, err := s.layout.Enter(s.store, w, r)
		if err == nil {
			err = p(w, r, sess)
		}
		if err != nil {
			s.layout.Error(w, r, sess, err)
		}
	})
}

// withoutSession serves what needs no session.
func (s *Server) withoutSession(p pages.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := p(w, r, session.Session{}); err != nil {
			s.layout.ErrorOutside(w, r, err)
		}
	})
}

// forPatient serves a form only if it was printed for the patient whom the
// session is for: another tab may have changed that, by the list of people or by
// a new launch in the same browser, and nothing may be done for one from
// another's page. With unbound a form that says nothing will do in a session for
// one patient.
func (s *Server) forPatient(p pages.Handler, unbound bool) pages.Handler {
	return func(w http.ResponseWriter, r *http.Request, sess session.Session) error {
		f, err := middleware.ReadForm(w, r)
		if err != nil {
			return err
		}
		printed := f.Token(web.FieldPerson)
		if !s.binding.Fits(sess, printed) && (printed != "" || !unbound || sess.Several()) {
			f.Clear()
			return session.ErrOtherPatient
		}
		return p(w, middleware.WithForm(r, f), sess)
	}
}
