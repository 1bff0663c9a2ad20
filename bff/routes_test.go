package bff

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
)

// Lines of the table that are no page: what is served without a session, what a
// page loads, and addresses of forms that lead back to their page.
var (
	openLines = []string{"POST /launch", "GET /launch/arrive", "GET /embed/v1/frame", "GET /embed/v1/pay-pane.js", "GET /embed/v1/pay-pane.d.ts",
		"GET /static/", "GET /livez", "GET /readyz", "/",
		"GET /desk/sign-in", "GET /desk/callback", "POST /desk/backchannel-logout", "GET /v1/launches/{jti}"}
	pageless = []string{"GET /{$}", "GET /session",
		"GET /receipts/{reference}/receipt.pdf", "GET /receipts/{reference}/receipt.html", "GET /receipts/{reference}/receipt.json",
		"GET /receipts/{reference}/email", "GET /cards/{card}/prefer",
		"GET /desk", "GET /desk/kept", "GET /desk/day/list.csv", "GET /desk/closes/list.csv", "GET /desk/patients/{patient}/payments/{attempt}/receipt",
		"GET /desk/patients/{patient}/payments/{attempt}/athena.pdf", "GET /desk/patients/{patient}/payments/{attempt}/signed", "GET /desk/doubts", "GET /desk/doubts/{attempt}"}
	ofSession = []string{"POST /people", "POST /language", "POST /session", "POST /session/renew", "POST /finish",
		"POST /desk/lock", "POST /desk/stay", "POST /desk/department", "POST /desk/sign-out", "POST /desk/patients", "POST /desk/day"}
	ofWhomeverIsHere = []string{"POST /pay"}
)

// The table and the declarations of pages say the same: every page has a line at
// each of its addresses, for those whom it is declared for, and every line that
// shows something is a declared page. What is open, or not bound to a patient, is
// known.
func TestRoutes(t *testing.T) {
	t.Parallel()
	lines := map[string]route{}
	for _, rt := range newWorld(t, setup{}).routes() {
		p := rt.pattern()
		if _, twice := lines[p]; twice {
			t.Errorf("%s stands twice", p)
		}
		lines[p] = rt
		if rt.handler == nil {
			t.Errorf("%s does nothing", p)
		}
		switch rt.audience {
		case web.ForPublic:
			if !slices.Contains(openLines, p) {
				t.Errorf("%s needs no session: is that meant?", p)
			}
		case web.ForPayer, web.ForPatient, web.ForStaff:
		default:
			t.Errorf("%s is for %q: nobody can see it", p, rt.audience)
		}
		ofAttempt := strings.Contains(rt.path, "{attempt}")
		switch {
		case rt.binds == toPatientIfSeveral && !slices.Contains(ofWhomeverIsHere, p), rt.binds == toSession && !slices.Contains(ofSession, p):
			t.Errorf("%s does not say for which patient it is: is that meant?", p)
		case rt.binds == toTask && (rt.audience != web.ForStaff || !strings.Contains(rt.path, "{task}")):
			t.Errorf("%s is bound to a task that its address does not name", p)
		case rt.binds == toAttempt && !ofAttempt:
			t.Errorf("%s is bound to an attempt that its address does not name", p)
		case rt.binds == toCount && !strings.Contains(rt.path, "{count}"):
			t.Errorf("%s is bound to a count that its address does not name", p)
		case rt.method == http.MethodGet && rt.binds != toPatient:
			t.Errorf("%s is no form", p)
		}
	}
	shown := slices.Clone(pageless)
	for _, page := range web.Pages {
		for _, path := range page.Paths {
			p := "GET " + path
			shown = append(shown, p)
			if rt, ok := lines[p]; !ok {
				t.Errorf("page %s has no line for %s", page.Name, p)
			} else if rt.audience != page.For {
				t.Errorf("%s is for %s, and page %s for %s", p, rt.audience, page.Name, page.For)
			}
		}
	}
	for p, rt := range lines {
		if rt.method == http.MethodGet && rt.audience != web.ForPublic && !slices.Contains(shown, p) {
			t.Errorf("%s is neither an address of a page that web.Pages declares nor known not to be one", p)
		}
	}
	for _, known := range slices.Concat(openLines, shown, ofSession, ofWhomeverIsHere) {
		if _, ok := lines[known]; !ok {
			t.Errorf("%s is not in the table", known)
		}
	}
}

// A new line of a POST is bound to its patient, and a line that names no
// audience is nobody's.
func TestLinesAreClosedByDefault(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	reach := func(http.ResponseWriter, *http.Request, session.Session) error {
		t.Error("the handler was reached")
		return nil
	}
	for want, rt := range map[int]route{
		http.StatusConflict: post("/new", web.ForPayer, reach),
		http.StatusNotFound: {method: http.MethodPost, path: "/new", handler: reach},
	} {
		r := httptest.NewRequest(http.MethodPost, payOrigin+"/new", strings.NewReader("amount=1"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Cookie", b.cookie)
		a := httptest.NewRecorder()
		if w.serve(rt).ServeHTTP(a, r); a.Code != want {
			t.Errorf("%d, not %d", a.Code, want)
		}
	}
}

// A form whose address names an attempt does nothing with one of another
// patient's, and none of another person's while the page is for somebody else.
func TestFormsOfAttempts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	danas := w.visit(dana).choose(t, everything)
	several := w.two()
	several.payFor(t, "1")
	tried := 0
	for _, rt := range w.routes() {
		if rt.binds != toAttempt {
			continue
		}
		tried++
		path := strings.ReplaceAll(rt.path, "{attempt}", danas)
		if a := w.visit(robin).post(path, card()); a.status != http.StatusNotFound {
			t.Errorf("%s of another patient's attempt: %d", rt.pattern(), a.status)
		}
		if a := several.post(path, card()); a.status != http.StatusConflict && rt.audience != web.ForStaff {
			t.Errorf("%s of another person's attempt: %d", rt.pattern(), a.status)
		}
	}
	if tried < 5 {
		t.Errorf("%d forms", tried)
	}
	if len(w.sim.Book()) != 0 || w.practice.collects.Load() != 0 {
		t.Error("money moved")
	}
}

// forms are the POSTs that are bound to a patient. Those of staff are not there for
// anybody else.
func (w *world) forms() (all []call) {
	for _, c := range w.calls(rand.Text()) {
		for _, rt := range w.routes() {
			if rt.pattern() == c.pattern && rt.method == http.MethodPost && rt.audience != web.ForPublic && rt.audience != web.ForStaff && (rt.binds == toPatient || rt.binds == toPatientIfSeveral) {
				all = append(all, c)
			}
		}
	}
	if len(all) < 7 {
		w.t.Fatalf("%d forms", len(all))
	}
	return all
}

// A server looks at its own doors before anybody else can, and that leaves nothing
// behind: no line in the log, no request to the practice.
func TestSelfTest(t *testing.T) {
	t.Parallel()
	for _, origin := range []string{payOrigin, "http://localhost:8080"} {
		w := newWorld(t, setup{origin: origin})
		w.logs.b.Reset()
		requests := len(w.sim.Requests())
		if err := w.SelfTest(t.Context()); err != nil {
			t.Error(err)
		}
		if n := len(w.sim.Requests()); n != requests {
			t.Errorf("%d requests to the practice", n-requests)
		}
		if logged := w.logs.String(); logged != "" {
			t.Errorf("logged:\n%s", logged)
		}
	}
}

// Nor is a line left where staff can sign in: that nobody is signed in by the server's
// own question is no refusal.
func TestSelfTestOfSigningIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	var logged record
	log := slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s, err := New(t.Context(), Config{Origin: payOrigin, Practice: w.practice, Ledger: w.ledger, Keys: [][]byte{make([]byte, 32)}, Log: log,
		Portals: portal.Portals{{ID: "harbor", Name: "Harbor", Origins: []string{harborOrigin}, Practices: []int{195900}, Desks: []*portal.Desk{{
			Practice: 195900, Departments: []int{7}, Issuer: "https://login.example", ClientID: "desk", ClientSecret: "secret", RolesClaim: "roles",
			AuthorizationEndpoint: "https://login.example/auth", TokenEndpoint: "https://login.example/token", JWKS: "https://login.example/keys",
			Roles: map[staff.Role][]string{staff.FrontDesk: {"front-desk"}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	before := logged.String()
	if err := s.SelfTest(t.Context()); err != nil {
		t.Error(err)
	}
	if after := logged.String(); after != before {
		t.Errorf("logged:\n%s", strings.TrimPrefix(after, before))
	}
	// Somebody else is told of.
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, payOrigin+"/desk/callback", nil))
	if !strings.Contains(logged.String(), "sign-in refused") {
		t.Errorf("a stranger at the callback is not logged:\n%s", logged.String())
	}
}
