package bff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// call is one request to one route, with what stands for its wildcards.
type call struct{ method, path, pattern string }

// calls are requests to all routes of the table.
func (w *world) calls(attempt string) []call {
	w.t.Helper()
	var all []call
	for _, rt := range w.routes() {
		method, path := cmp.Or(rt.method, "GET"), strings.TrimSuffix(strings.NewReplacer("{attempt}", attempt, "{patient}", strconv.Itoa(dana)).Replace(rt.path), "{$}")
		switch path {
		case "/":
			if rt.audience != web.ForPublic {
				break
			}
			path = "/no/such/page"
		case "/static/":
			path = w.files.Named("paypane.css").Path
		case "/embed/v1/frame":
			path += "?portal=harbor"
		}
		all = append(all, call{method, path, rt.pattern()})
	}
	if len(all) < 10 {
		w.t.Fatalf("%d routes", len(all))
	}
	return all
}

// Without a session no page shows anything, whatever is asked and how.
func TestPagesNeedASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	id := w.visit(dana).choose(t, everything)
	for _, rt := range w.routes() {
		if rt.audience == web.ForPublic {
			continue
		}
		path := strings.TrimSuffix(strings.ReplaceAll(rt.path, "{attempt}", id), "{$}")
		for _, headers := range [][]string{nil, {"Accept", "application/json", "X-Paypane", "1"}} {
			a := w.browser().do(rt.method, path, card(), headers...)
			if a.status != http.StatusUnauthorized || a.to() != "" || !strings.Contains(a.body, "Open the payment page from your portal") {
				t.Errorf("%s: %d", rt.pattern(), a.status)
			}
			for _, secret := range []string{"Dana", "120.00", "Harbor Family", "4111", "12 Elm"} {
				if strings.Contains(a.body, secret) {
					t.Errorf("%s: tells %q", rt.pattern(), secret)
				}
			}
			if !strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
				t.Errorf("%s: may be framed: %s", rt.pattern(), a.header.Get("Content-Security-Policy"))
			}
		}
	}
}

// No other site can make a browser with a session do anything: all routes,
// all unsafe methods, all ways to ask.
func TestCrossOriginRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, everything)
	forgeries := []struct {
		name    string
		headers []string // over those of a form of our own page
	}{
		{"cross-site form", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}},
		{"cross-site form with our Origin", []string{"Sec-Fetch-Site", "cross-site"}},
		{"form of a sibling site", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://www.example"}},
		{"the portal's form", []string{"Sec-Fetch-Site", "cross-site", "Origin", mesaOrigin}},
		{"old browser, foreign Origin", []string{"Sec-Fetch-Site", "", "Origin", "https://evil.example"}},
		{"old browser, null", []string{"Sec-Fetch-Site", "", "Origin", "null"}},
		{"old browser, no Origin", []string{"Sec-Fetch-Site", "", "Origin", ""}},
		{"no Origin", []string{"Origin", ""}},
		{"null with same-origin", []string{"Origin", "null"}},
		{"typed in, no Origin", []string{"Sec-Fetch-Site", "none", "Origin", ""}},
		{"our name without TLS", []string{"Sec-Fetch-Site", "", "Origin", "http://pay.example"}},
		{"our name on another port", []string{"Sec-Fetch-Site", "", "Origin", "https://pay.example:444"}},
		{"a name that begins like ours", []string{"Sec-Fetch-Site", "", "Origin", "https://pay.example.evil.example"}},
		{"two Origins", []string{"Sec-Fetch-Site", "", "Origin", payOrigin + " https://evil.example"}},
		{"cross-site JSON", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example", "Accept", "application/json"}},
	}
	tried := 0
	for _, c := range w.calls(id) {
		if c.path == "/desk/backchannel-logout" {
			continue // asked by no browser: a token proves who asks (bff/signin)
		}
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			for _, f := range forgeries {
				headers := append([]string{"Content-Type", "application/x-www-form-urlencoded", "Origin", payOrigin, "Sec-Fetch-Site", "same-origin"}, f.headers...)
				a := b.do(method, c.path, card("token", "x", "host", "https://evil.example"), headers...)
				refused := a.status == http.StatusForbidden || method == "OPTIONS" && a.status == http.StatusNotFound // no such route
				if !refused || a.to() != "" || a.header.Get("Access-Control-Allow-Origin") != "" {
					t.Errorf("%s %s, %s: %d", method, c.path, f.name, a.status)
				}
				tried++
			}
		}
		for _, method := range []string{"GET", "POST", "HEAD"} {
			if c.pattern == "GET /v1/launches/{jti}" && method != "POST" {
				continue // asked by no browser: a token proves who asks
			}
			if method == "POST" && c.path == "/launch" {
				continue // answers everybody the same
			}
			a := b.do(method, c.path, card(), "Accept", "application/json", "Origin", payOrigin)
			if a.status != http.StatusForbidden {
				t.Errorf("%s %s as JSON without X-Paypane: %d", method, c.path, a.status)
			}
			tried++
		}
	}
	if tried < 40*10 {
		t.Errorf("only %d requests", tried)
	}
	if a := b.get("/pay/" + id); a.page() != "card" || w.practice.collects.Load() != 0 {
		t.Errorf("something was done: %d %q, %d charges", a.status, a.page(), w.practice.collects.Load())
	}
	// The same from our own page is taken, with and without Sec-Fetch-Site.
	if a := b.post("/pay", everything, "Sec-Fetch-Site", ""); a.status != http.StatusSeeOther {
		t.Errorf("an old browser's own form: %d", a.status)
	}
	if a := b.post("/pay/"+id, card()); a.to() != "/payments/"+id {
		t.Errorf("own form: %d", a.status)
	}
	if a := b.json("/payments/" + id); a.status != http.StatusOK || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("own program: %d", a.status)
	}
}

// wantHeaders are the headers that every answer has.
func wantHeaders(t *testing.T, name string, h http.Header, https bool) {
	t.Helper()
	hsts := ""
	if https {
		hsts = "max-age=63072000; includeSubDomains; preload"
	}
	for header, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Origin-Agent-Cluster": "?1",
		"Strict-Transport-Security": hsts,
	} {
		if got := h.Values(header); strings.Join(got, ", ") != want || len(got) > 1 {
			t.Errorf("%s: %s: %q, want %q", name, header, got, want)
		}
	}
	csp := h.Values("Content-Security-Policy")
	if len(csp) != 1 || !strings.HasPrefix(csp[0], "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; ") ||
		strings.Contains(csp[0], "unsafe-inline") || strings.Count(csp[0], "frame-ancestors ") != 1 {
		t.Errorf("%s: Content-Security-Policy %q", name, csp)
	}
	if got := h.Get("X-Request-Id"); len(got) != 12 {
		t.Errorf("%s: X-Request-Id %q", name, got)
	}
	if !strings.Contains(h.Get("Permissions-Policy"), "payment=()") {
		t.Errorf("%s: Permissions-Policy %q", name, h.Get("Permissions-Policy"))
	}
}

// Every answer of every route has the security headers, also those that are
// errors; nothing but public files may be kept or read by other sites.
func TestHeadersEverywhere(t *testing.T) {
	t.Parallel()
	for _, origin := range []string{payOrigin, "https://pay.example:8443", "http://localhost:8080"} {
		w := newWorld(t, setup{origin: origin})
		check := func(name string, a answer, status int, cache, resource string) {
			t.Helper()
			if a.status != status {
				t.Errorf("%s: %d, want %d: %s", name, a.status, status, a.body)
			}
			wantHeaders(t, name, a.header, strings.HasPrefix(origin, "https:"))
			if got := a.header.Get("Cache-Control"); got != cache {
				t.Errorf("%s: Cache-Control %q, want %q", name, got, cache)
			}
			if got := a.header.Get("Cross-Origin-Resource-Policy"); got != resource {
				t.Errorf("%s: Cross-Origin-Resource-Policy %q, want %q", name, got, resource)
			}
		}
		private := func(name string, a answer, status int) {
			t.Helper()
			resource, embedder := "same-origin", ""
			if !strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
				resource, embedder = "cross-origin", "require-corp" // for portals that are isolated
			}
			check(name, a, status, "no-store", resource)
			if got := a.header.Get("Cross-Origin-Embedder-Policy"); got != embedder {
				t.Errorf("%s: Cross-Origin-Embedder-Policy %q, want %q", name, got, embedder)
			}
		}
		b := w.browser()
		b.launch(harborEd.token(w, func(_, c claimSet) { c["aud"], c["role"] = origin, portal.RoleStaff }))
		id := b.choose(t, everything)
		status := map[string]int{
			"POST /pay": 303, "POST /pay/{attempt}": 303, "GET /payments/{attempt}": 200, "GET /pay/{attempt}": 200,
			"POST /payments/{attempt}/again": 303, "POST /launch": 403, "POST /session/renew": 403, "GET /launch/arrive": 303, "GET /{$}": 303, "/": 404,
			"GET /desk/doubts": 303, "GET /desk/doubts/{attempt}": 303, "POST /desk/doubts/{attempt}": 303, "POST /desk/doubts/{attempt}/look": 303, "POST /desk/review/{attempt}": 422, "POST /desk/review/{attempt}/look": 303,
			"GET /v1/launches/{jti}": 401,                      // nobody asks for a portal
			"GET /people":            404, "POST /people": 404, // one person
			"POST /language":  400,                                                       // it names none
			"POST /desk/lock": 404, "POST /desk/stay": 204, "POST /desk/department": 404, // launched
			"GET /desk/approvals": 403, "GET /desk/approvals/{attempt}": 404, "POST /desk/approvals/{attempt}": 403, "POST /desk/approvals/{attempt}/refuse": 403, // a manager's
			"GET /desk/patients/{patient}/void/{payment}": 404, "POST /desk/patients/{patient}/void/{payment}": 404, "GET /desk/patients/{patient}/undone/{attempt}": 404,
			"GET /desk/tasks/{task}": 404, "POST /desk/tasks/{task}": 404, "POST /desk/tasks/{task}/back": 404, "GET /desk/patients/{patient}/correct/{attempt}": 404, "POST /desk/patients/{patient}/correct/{attempt}": 404,
			"POST /desk/patients/{patient}/checkin": 404, "POST /desk/patients/{patient}/take": 422, "POST /desk/patients/{patient}/payments/{attempt}/email": 422,
			"GET /desk/patients/{patient}/payments/{attempt}/signed": 404, "POST /desk/patients/{patient}/payments/{attempt}/signed": 422,
			"POST /desk/patients": 303, "POST /desk/day": 303,
			"POST /desk/drawer": 422, "GET /desk/closes/list.csv": 403, "GET /desk/closes/{count}": 404, "POST /desk/closes/{count}/sign": 404,
			"POST /desk/patients/{patient}/vendor": 422, "POST /desk/patients/{patient}/adjust": 422,
			"GET /desk/patients/{patient}/refund/{attempt}": 404, "POST /desk/patients/{patient}/refund/{attempt}": 404,
			"GET /desk/sign-in": 404, "GET /desk/callback": 404, "POST /desk/backchannel-logout": 400, // no desk of its own
		}
		// Not offered to staff.
		for _, path := range []string{"/cards", "/cards/add", "/cards/{card}/prefer", "/cards/{card}/remove", "/agreements", "/agree", "/agree/{attempt}", "/plan", "/plan/{attempt}"} {
			status["GET "+path], status["POST "+path] = 404, 404
		}
		// No number of a payment.
		for _, below := range []string{"", "/receipt.pdf", "/receipt.html", "/receipt.json", "/email"} {
			status["GET /receipts/{reference}"+below], status["POST /receipts/{reference}"+below] = 404, 404
		}
		for _, c := range w.calls(id) {
			want := status[c.pattern]
			if want == 0 {
				want = 200
			}
			if c.pattern == "POST /finish" || c.pattern == "POST /desk/sign-out" {
				continue // the last thing a session does
			}
			a := b.do(c.method, c.path, everything)
			if c.pattern == "POST /pay/{attempt}" { // refused first, then paid
				private("422", a, 422)
				a = b.do(c.method, c.path, card())
			}
			switch c.pattern {
			case "GET /static/":
				check(c.pattern, a, want, "public, max-age=31536000, immutable", "same-origin")
			case "GET /desk/patients/{patient}/payments/{attempt}/receipt", "POST /desk/patients/{patient}/payments/{attempt}/receipt":
				// A sheet to be printed allows less than a page: its own style, and the script that prints it.
				if policy := a.header.Get("Content-Security-Policy"); a.status != want || a.header.Get("Cache-Control") != "no-store" ||
					!strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || !strings.Contains(policy, "frame-ancestors 'none'") {
					t.Errorf("%s: %d %q", c.pattern, a.status, policy)
				}
			case "GET /embed/v1/pay-pane.js", "GET /embed/v1/pay-pane.d.ts":
				check(c.pattern, a, want, "public, max-age=300", "cross-origin")
			default:
				private(c.pattern, a, want)
			}
		}
		private("401", w.browser().get("/pay"), 401)
		private("403", b.post("/pay", everything, "Origin", "https://evil.example"), 403)
		private("404", b.get("/payments/nobody"), 404)
		private("404 of a file", b.get("/static/x.css"), 404)
		private("404 of the embed frame", b.get("/embed/v1/frame?portal=x"), 404)
		private("413", b.send("POST", "/pay", strings.NewReader("pay="+strings.Repeat("x", middleware.MaxBody))), 413)
		private("415", b.post("/pay", everything, "Content-Type", "text/plain"), 415)
		private("421", b.get("/pay", "Host", "evil.example"), 421)
		w.practice.statement = func() (payment.Statement, error) { return payment.Statement{}, errors.New("down") }
		private("503", b.get("/pay"), 503)
		w.practice.statement = func() (payment.Statement, error) { panic("down") }
		private("500 of a panic", b.get("/pay"), 500)
		tab := *b
		private("finish", tab.post("/finish", nil), 200)
		w.store.Rows = noDisk{w.ledger}
		private("500", b.get("/pay"), 500)
	}
}

// noDisk is a ledger that cannot be read.
type noDisk struct{ Ledger }

func (noDisk) Session(context.Context, [32]byte) (ledger.Session, error) {
	return ledger.Session{}, errors.New("disk I/O error")
}

// Requests for other names are refused before anything looks at them; only the
// health checks are asked by address.
func TestHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	hosts := []string{"evil.example", "pay.example.evil.example", "pay.example:8443", "pay.example:80", "pay.example:0443", "pay.example:443:443", "PAY.example.", "pay.example.:443", ":443", "127.0.0.1", "localhost", "", "pay.example@evil.example"}
	for _, c := range append(w.calls("x"), call{"GET", "/robots.txt", ""}, call{"GET", "/ads.txt", ""}, call{"GET", "/sitemap.xml", ""}) {
		for _, host := range hosts {
			a := b.do(c.method, c.path, everything, "Host", host)
			want := http.StatusMisdirectedRequest
			if c.path == "/livez" || c.path == "/readyz" {
				want = http.StatusOK
			}
			if a.status != want || strings.Contains(a.body, "evil") || strings.Contains(fmt.Sprint(a.header), "evil") {
				t.Errorf("%s %s at %q: %d %s", c.method, c.path, host, a.status, a.body)
			}
		}
	}
	// A name has no case, and the scheme's own port says nothing.
	for _, host := range []string{"pay.example", "PAY.example", "Pay.Example", "pay.example:443", "PAY.EXAMPLE:443", "pay.example:"} {
		if a := b.get("/pay", "Host", host); a.status != http.StatusOK {
			t.Errorf("our own name as %s: %d", host, a.status)
		}
		if a := b.post("/pay", everything, "Host", host, "Sec-Fetch-Site", ""); a.status != http.StatusSeeOther {
			t.Errorf("a form of an old browser to our own name as %s: %d", host, a.status)
		}
	}
	local := newWorld(t, setup{origin: "http://localhost:8080"})
	for host, want := range map[string]int{"localhost:8080": 401, "LOCALHOST:8080": 401, "localhost": 421, "localhost:80": 421, "localhost:443": 421, "127.0.0.1:8080": 421, "localhost:8080:80": 421, "localhost:8080:443": 421} {
		if a := local.browser().get("/pay", "Host", host); a.status != want {
			t.Errorf("on this machine as %s: %d, want %d", host, a.status, want)
		}
	}
}

// A portal that is cross-origin isolated can show every answer that it may
// frame, also those that lead on. To anything but a navigation the answers stay
// as closed as before.
func TestIsolatedPortalsCanFrame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	check := func(name string, a answer, resource string) {
		t.Helper()
		if corp, coep := a.header.Get("Cross-Origin-Resource-Policy"), a.header.Get("Cross-Origin-Embedder-Policy"); corp != resource || coep != "require-corp" {
			t.Errorf("%s: %q, %q, want %q", name, corp, coep, resource)
		}
	}
	b := w.browser()
	check("frame page", b.get("/embed/v1/frame?portal=harbor"), "cross-origin")
	launched := b.launch(harborEd.token(w, nil), "Sec-Fetch-Mode", "navigate")
	check("launch", launched, "cross-origin")
	check("refused launch", w.browser().launch(harborEd.token(w, func(_, c claimSet) { c["exp"] = 1 })), "cross-origin")
	check("arrival", b.get(launched.to()), "cross-origin")
	for _, path := range []string{"/pay", "/", "/receipts", "/nothing-here", "/payments/nobody"} {
		check(path, b.get(path, "Sec-Fetch-Mode", "navigate"), "cross-origin")
		for _, mode := range []string{"no-cors", "cors", "same-origin", "websocket"} {
			check(path+" by "+mode, b.get(path, "Sec-Fetch-Mode", mode), "same-origin")
		}
	}
	w.clock.advance(session.Absolute)
	check("session over", b.get("/pay"), "cross-origin")
}
