package bff

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"paypane/bff/layout"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web/payment"
)

// odd are addresses that nobody serves, as they are typed, guessed, scanned for
// and left over from another version.
var odd = []string{
	"/nothing-here", "/index.html", "/favicon.ico", "/robots.txt", "/.env", "/pay/", "/pay/x/y", "/Pay", "/PAY", "/payx", "/pay.html",
	"/payments", "/payments/", "/payments/x/y/z", "/cards/", "/cards/x", "/cardsx", "/agreement", "/plan/x/y", "/receipts/", "/receipts/x/y/z",
	"/people/x", "/session/x", "/launch", "/launch/", "/launch/arrive/x", "/embed", "/embed/v1/", "/embed/v2/frame", "/embed/v1/frame", "/embed/v1/frame?portal=x",
	"/static/", "/static/x.css", "/static/paypane.css", "/desk", "/desk/", "/desk/review/", "/desk/x", "/livez/x", "/api", "/sim/book",
	"/%2e%2e/etc/passwd", "/%00", "/%0a", "/%F0%9F%92%B3", "/a%2Fb", "/pay%2Fx", "/pay/%3Cscript%3E", "/x?y=z", "/x;y", "/~", "/*", "/{$}", "/" + strings.Repeat("x", 4000),
}

// programs are the folders of which the program has the pages.
var programs = []string{"/pay/", "/payments/", "/cards/", "/agree/", "/agreements/", "/plan/", "/receipts/", "/people/"}

// Whatever address is asked for, the answer is a page of ours that says how to
// go on, with the code of its line in the log, and with the program only where
// that has a page for it.
func TestEveryAddressHasAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	program := func(a answer) bool { return strings.Contains(a.body, `id="program"`) }
	if layout.Assets(files()).Program.Path != "" && !program(w.visit(dana).get("/pay")) {
		t.Error("the amount page is without the program")
	}
	for _, path := range odd {
		for name, b := range map[string]*browser{"signed in": w.visit(dana), "a stranger": w.browser()} {
			a := b.get(path)
			if a.status != http.StatusNotFound && a.status != http.StatusUnauthorized {
				t.Errorf("%s, %s: %d", path, name, a.status)
			}
			if page := a.page(); page != "missing" && page != "session" || strings.Count(a.body, "<h1") != 1 {
				t.Errorf("%s, %s: page %q", path, name, page)
			}
			id := a.header.Get("X-Request-Id")
			if !strings.Contains(a.body, "Support code "+id) || !strings.Contains(a.body, ` data-support="`+id+`"`) {
				t.Errorf("%s, %s: the page does not tell the code %s", path, name, id)
			}
			decoded, _ := url.PathUnescape(path)
			if program(a) && !slices.ContainsFunc(programs, func(prefix string) bool { return strings.HasPrefix(decoded, prefix) }) {
				t.Errorf("%s, %s: with the program, which has no page for it", path, name)
			}
			if name == "signed in" && !strings.HasSuffix(a.header.Get("Content-Security-Policy"), harborOrigin+" "+harborSecond) && !strings.HasPrefix(path, "/embed/v1/frame") {
				t.Errorf("%s: cannot be read in the portal's frame", path)
			}
			if name == "signed in" && !strings.Contains(a.body, "See what you owe") && !strings.HasPrefix(path, "/embed/v1/frame") ||
				name == "a stranger" && !strings.Contains(a.body, "your patient portal") && !strings.Contains(a.body, "Go back to the portal") {
				t.Errorf("%s, %s: does not say how to go on: %s", path, name, a.body)
			}
		}
	}
}

// The origin itself leads to where the visit begins, or says how to get in.
func TestTheOriginItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	if a := w.visit(dana).get("/"); a.status != http.StatusSeeOther || a.to() != "/pay" {
		t.Errorf("signed in: %d to %q", a.status, a.to())
	}
	b := w.browser()
	b.launch(harborEd.token(w, func(_, c claimSet) { c["view"] = "receipts" }))
	if a := b.get("/"); a.to() != "/receipts" {
		t.Errorf("begun with the receipts: to %q", a.to())
	}
	if a := w.browser().get("/"); a.page() != "session" || !strings.Contains(a.body, "Open the payment page from your portal") {
		t.Errorf("a stranger: %d %q", a.status, a.page())
	}
}

// Pages that say that something did not work carry the code of their line in
// the log: a refused launch, a foreign form, a form too long, the practice
// down, a panic. That a session has ended is nobody's fault.
func TestSupportCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	check := func(name string, a answer, status int) {
		t.Helper()
		id := a.header.Get("X-Request-Id")
		if a.status != status || a.page() == "" || !strings.Contains(a.body, "Support code "+id) || !strings.Contains(a.body, ` data-support="`+id+`"`) {
			t.Errorf("%s: %d %q without the code %s: %s", name, a.status, a.page(), id, a.body)
		}
		if !strings.Contains(w.logs.String(), "id="+id+" ") {
			t.Errorf("%s: the log does not know %s", name, id)
		}
	}
	token := harborEd.token(w, nil)
	w.browser().launch(token)
	check("a token used twice", w.browser().launch(token), 409)
	check("no token", w.browser().launch("x"), 403)
	check("expired", w.browser().launch(harborEd.token(w, func(_, c claimSet) { c["iat"], c["exp"] = 1000, 1100 })), 403)
	check("a code that is spent", w.browser().post("/launch", map[string][]string{"code": {"x"}}), 403)
	check("no cookie", w.browser().get("/launch/arrive?code=x"), 401)
	check("foreign form", b.post("/pay", everything, "Origin", "https://evil.example"), 403)
	check("cross-site form", b.post("/pay", everything, "Sec-Fetch-Site", "cross-site"), 403)
	check("too long", b.send("POST", "/pay", strings.NewReader("pay="+strings.Repeat("x", middleware.MaxBody))), 413)
	check("another type", b.post("/pay", everything, "Content-Type", "text/plain"), 415)
	check("missing", b.get("/payments/nobody"), 404)
	check("not staff", b.get("/desk/review"), 404)
	w.practice.statement = func() (payment.Statement, error) { return payment.Statement{}, errors.New("down") }
	check("the practice is down", b.get("/pay"), 503)
	w.practice.statement = func() (payment.Statement, error) { panic("down") }
	check("panic", b.get("/pay"), 500)
	if a := b.get("/pay", "Host", "evil.example"); !strings.Contains(a.body, a.header.Get("X-Request-Id")) {
		t.Errorf("another name: %s", a.body)
	}
	w.clock.advance(session.Absolute)
	if a := b.get("/pay"); a.page() != "session" || strings.Contains(a.body, "Support code") {
		t.Errorf("a session that is over: %s", a.body)
	}
}
