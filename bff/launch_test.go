package bff

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
)

// A token works once, also for those who come after a restart, and says so.
func TestLaunchOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{kept: true})
	token := harborEd.token(w, nil)
	if a := w.browser().launch(token); a.status != http.StatusSeeOther {
		t.Fatalf("first: %d", a.status)
	}
	again := func(w *world, name string) {
		b := w.browser()
		a := b.launch(token)
		if a.status != http.StatusConflict || a.page() != "launch" || b.cookie != "" || !strings.Contains(a.body, "was opened before") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		for _, secret := range []string{"Dana", "40211", "120.00"} {
			if strings.Contains(a.body, secret) {
				t.Errorf("%s: the page tells %q", name, secret)
			}
		}
	}
	again(w, "second")
	w.clock.advance(4 * time.Second)
	again(newWorld(t, setup{dir: w.dir, clock: w.clock}), "after a restart")

	// Two portals may give the same id, and two tokens of one are two.
	id := func(_, c claimSet) { c["jti"] = "1" }
	if a := w.browser().launch(harborEd.token(w, id)); a.status != http.StatusSeeOther {
		t.Errorf("another id: %d", a.status)
	}
	mesa := mesaEd.token(w, func(_, c claimSet) {
		c["iss"], c["practiceid"], c["jti"], c["return_url"] = "mesa", 777, "1", mesaOrigin
	})
	if a := w.browser().launch(mesa, "Origin", mesaOrigin); a.status != http.StatusSeeOther {
		t.Errorf("the same id of another portal: %d", a.status)
	}
}

// Of a hundred that post one token at once exactly one gets in.
func TestLaunchOnceInParallel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	token := harborEd.token(w, nil)
	var opened, before, cookies atomic.Int32
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			b := w.browser()
			switch a := b.launch(token); a.status {
			case http.StatusSeeOther:
				opened.Add(1)
			case http.StatusConflict:
				before.Add(1)
			}
			if b.cookie != "" {
				cookies.Add(1)
			}
		})
	}
	all.Wait()
	if opened.Load() != 1 || before.Load() != 99 || cookies.Load() != 1 || w.ledger.sessions.Load() != 1 {
		t.Errorf("%d opened, %d told that it was opened before, %d cookies, %d sessions",
			opened.Load(), before.Load(), cookies.Load(), w.ledger.sessions.Load())
	}
}

// A token is taken from its portal's pages only: from their Origin, or with
// the origin that the browser told our own frame page. A wrong place does not
// use it up.
func TestLaunchFrom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for _, row := range []struct {
		name, origin, host string
		opens              bool
	}{
		{"the portal", harborOrigin, "", true},
		{"the portal's second origin", harborSecond, "", true},
		{"our frame in the portal", payOrigin, harborOrigin, true},
		{"another site", "https://evil.example", "", false},
		{"another site that names the portal", "https://evil.example", harborOrigin, false},
		{"another portal", mesaOrigin, "", false},
		{"a sandboxed frame", "null", "", false},
		{"a sandboxed frame that names the portal", "null", harborOrigin, false},
		{"no origin", "", "", false},
		{"no origin, naming the portal", "", harborOrigin, false},
		{"our frame in another site", payOrigin, "https://evil.example", false},
		{"our frame in another portal", payOrigin, mesaOrigin, false},
		{"our frame in nothing", payOrigin, "", false},
		{"our frame in itself", payOrigin, payOrigin, false},
		{"the portal without TLS", "http://portal.harbor.example", "", false},
		{"the portal on another port", harborOrigin + ":8443", "", false},
		{"the portal with a slash", harborOrigin + "/", "", false},
		{"a name that begins like the portal's", harborOrigin + ".evil.example", "", false},
	} {
		token := harborEd.token(w, nil)
		b := w.browser()
		a := b.post("/launch", url.Values{"token": {token}, "host": {row.host}}, "Origin", row.origin, "Sec-Fetch-Site", "cross-site")
		if opened := a.status == http.StatusSeeOther && b.cookie != ""; opened != row.opens {
			t.Errorf("%s: %d, cookie %t", row.name, a.status, b.cookie != "")
		}
		if row.opens {
			continue
		}
		// What was wrong can be read by the portal whose page has tried, and by nobody else.
		around := "'none'"
		if row.origin == mesaOrigin || row.origin == payOrigin && row.host == mesaOrigin {
			around = mesaOrigin
		} else if row.origin == "null" || row.origin == "" { // of a page that hides where it is
			around = harborOrigin + " " + harborSecond
		}
		if a.status != http.StatusForbidden || a.page() != "launch" || !strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors "+around) {
			t.Errorf("%s: %d, page %q, %s", row.name, a.status, a.page(), a.header.Get("Content-Security-Policy"))
		}
		if a := w.browser().launch(token); a.status != http.StatusSeeOther {
			t.Errorf("%s: the token is used up: %d", row.name, a.status)
		}
	}
}

// A refusal that the portal's own page asked for can be read in its frame.
func TestLaunchRefusedInTheFrame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	used := harborEd.token(w, nil)
	w.browser().launch(used)
	for name, token := range map[string]string{
		"launch_expired":                  harborEd.token(w, func(_, c claimSet) { c["iat"], c["exp"] = 1000, 1100 }),
		"launch_refused":                  harborEd.token(w, func(_, c claimSet) { delete(c, "jti") }),
		"launch_used":                     used,
		"launch_refused, of another type": harborEd.token(w, func(h, _ claimSet) { h["typ"] = "JWT" }),
		"launch_refused, no token":        "nonsense",
		"launch_refused, nothing":         "",
		"launch_refused, a stranger's":    strangerEd.token(w, nil),
		"launch_refused, nobody's":        harborEd.token(w, func(_, c claimSet) { c["iss"] = "nobody" }),
	} {
		a := w.browser().launch(token)
		code, _, _ := strings.Cut(name, ",")
		id := a.header.Get("X-Request-Id")
		if got := a.attribute("data-error"); got != code || !strings.Contains(a.body, `data-support="`+id+`"`) || !strings.Contains(a.body, `data-host="`+harborOrigin+`"`) {
			t.Errorf("%s: the portal hears %q: %s", name, got, a.body)
		}
		// The element's frame is told the same, to say it in its own place.
		var told web.View
		a2 := w.browser().post("/launch", url.Values{"token": {token}, "host": {harborOrigin}}, "Accept", "application/json", "X-Paypane", "1")
		if err := json.Unmarshal([]byte(a2.body), &told); err != nil || a2.status != a.status || told.Notice == nil || told.Notice.Error != code || told.Notice.Heading == "" ||
			told.Notice.ID != a2.header.Get("X-Request-Id") {
			t.Errorf("%s, to the element's frame: %d %s", name, a2.status, a2.body)
		}
		if got, want := a.header.Get("Content-Security-Policy"), "frame-ancestors "+harborOrigin+" "+harborSecond; !strings.HasSuffix(got, want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Also where the portal's page hides its origin, where the form cannot be read,
// and where the token names no portal: the frame shows a page, and the portal
// hears of it. Who may frame that is never up to whoever posts.
func TestLaunchThatCannotBeReadIsAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	refused := func(name string, a answer, status int, code, host, ancestors string) {
		t.Helper()
		if got := a.attribute("data-error"); a.status != status || got != code || !strings.Contains(a.body, `data-host="`+host+`"`) ||
			!strings.Contains(a.body, `data-support="`+a.header.Get("X-Request-Id")+`"`) || !strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors "+ancestors) {
			t.Errorf("%s: %d, the portal hears %q: %v %s", name, a.status, got, a.header, a.body)
		}
	}
	both := harborOrigin + " " + harborSecond
	b := w.browser()
	refused("too long", b.launch(strings.Repeat("x", middleware.MaxBody)), 413, "request_refused", harborOrigin, both)
	refused("another type", b.launch(harborEd.token(w, nil), "Content-Type", "multipart/form-data; boundary=x"), 415, "request_refused", harborOrigin, both)
	for _, origin := range []string{"null", ""} {
		refused("from "+origin, b.launch(harborEd.token(w, nil), "Origin", origin), 403, "launch_refused", both, both)
	}
	for _, a := range []answer{
		b.launch(strings.Repeat("x", middleware.MaxBody), "Origin", "https://evil.example"), b.launch(harborEd.token(w, nil), "Origin", "https://evil.example"),
		b.launch("nonsense", "Origin", "null"), b.launch("nonsense", "Origin", "https://evil.example"),
		b.launch(harborEd.token(w, func(_, c claimSet) { c["iss"] = "nobody" }), "Origin", ""),
	} {
		if !strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || strings.Contains(a.body, "data-host") {
			t.Errorf("%d: %v %s", a.status, a.header, a.body)
		}
	}
	if b.cookie != "" {
		t.Errorf("a cookie: %s", b.cookie)
	}
}

var codeField = regexp.MustCompile(`<input[^>]* name="code"[^>]*>`)
var valueOf = regexp.MustCompile(`value="([^"]+)"`)

// code is the one-time code in a page's form.
func (a answer) code() string {
	field := codeField.FindString(a.body)
	if found := valueOf.FindStringSubmatch(field); found != nil {
		return found[1]
	}
	return ""
}

// Where the cookie comes back, the launch leads on and its code is spent.
func TestArriveWithTheCookie(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.browser()
	arrive := b.launch(harborEd.token(w, nil)).to()
	code, ok := strings.CutPrefix(arrive, "/launch/arrive?code=")
	if !ok || len(code) < 43 {
		t.Fatalf("launch leads to %q", arrive)
	}
	if a := b.get(arrive); a.status != http.StatusSeeOther || a.to() != "/pay" {
		t.Fatalf("arrive: %d to %q", a.status, a.to())
	}
	if a := b.get("/pay"); a.status != http.StatusOK || a.page() != "amount" {
		t.Errorf("pay: %d %q", a.status, a.page())
	}
	if a := w.browser().get(arrive); a.status != http.StatusUnauthorized || a.code() != "" {
		t.Errorf("the code of a launch that arrived still works: %d", a.status)
	}
	thief := w.browser()
	if a := thief.post("/launch", url.Values{"code": {code}}); a.status != http.StatusForbidden || thief.cookie != "" {
		t.Errorf("the code of a launch that arrived still opens a session: %d", a.status)
	}
}

// Without the cookie the page offers a window of its own; its code works once,
// soon, and from our own page only.
func TestHandover(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	offer := func() (code string, frame *browser) {
		t.Helper()
		frame = w.browser()
		arrive := frame.launch(harborEd.token(w, nil)).to()
		kept := frame.cookie
		frame.cookie = ""
		a := frame.get(arrive, framed...)
		frame.cookie = kept
		if code = a.code(); a.status != http.StatusOK || a.page() != "cookies" || code == "" {
			t.Fatalf("arrive without the cookie: %d %s", a.status, a.body)
		}
		if strings.Contains(arrive, code) {
			t.Error("the code of the address works in the form, too")
		}
		if got := a.header.Get("Content-Security-Policy"); !strings.HasSuffix(got, "frame-ancestors "+harborOrigin+" "+harborSecond) {
			t.Errorf("the page's frame: %s", got)
		}
		if !strings.Contains(a.body, "It opens for Dana, signed in at Harbor Family Medicine.") {
			t.Errorf("the page does not say whose it opens: %s", a.body)
		}
		for _, secret := range []string{"Sample", "40211", "120.00"} {
			if strings.Contains(a.body, secret) {
				t.Errorf("the page without a cookie tells %q", secret)
			}
		}
		return code, frame
	}
	take := func(code string, headers ...string) (answer, *browser) {
		b := w.browser()
		return b.post("/launch", url.Values{"code": {code}}, headers...), b
	}

	code, frame := offer()
	a, window := take(code)
	if a.status != http.StatusSeeOther || window.cookie == "" {
		t.Fatalf("take over: %d %s", a.status, a.body)
	}
	if a = window.get(a.to()); a.to() != "/pay" {
		t.Fatalf("arrive in the window: %d to %q", a.status, a.to())
	}
	if a = window.get("/pay"); a.page() != "amount" || !strings.Contains(a.body, "Dana") {
		t.Errorf("pay in the window: %d %q", a.status, a.page())
	}
	if a = frame.get("/pay"); a.status != http.StatusUnauthorized {
		t.Errorf("the session that was handed over still lives: %d", a.status)
	}
	if a, b := take(code); a.status != http.StatusForbidden || b.cookie != "" || !strings.Contains(a.body, "was opened before") {
		t.Errorf("the code a second time: %d", a.status)
	}

	code, _ = offer()
	for _, origin := range []string{"https://evil.example", harborOrigin, "null", ""} {
		if a, b := take(code, "Origin", origin, "Sec-Fetch-Site", "cross-site"); a.status != http.StatusForbidden || b.cookie != "" {
			t.Errorf("the code from %q: %d", origin, a.status)
		}
	}
	if a, b := take(code); a.status != http.StatusSeeOther || b.cookie == "" {
		t.Errorf("the code after strangers tried it: %d", a.status)
	}

	for _, row := range []struct {
		after time.Duration
		works bool
	}{{session.HandoverLife - time.Second, true}, {session.HandoverLife, false}} {
		code, _ = offer()
		w.clock.advance(row.after)
		if a, b := take(code); (a.status == http.StatusSeeOther && b.cookie != "") != row.works {
			t.Errorf("the code after %v: %d", row.after, a.status)
		}
	}
	for _, wrong := range []string{"x", "!", strings.Repeat("A", 43), code + "A", "' OR 1=1"} {
		if a, b := take(wrong); a.status != http.StatusForbidden || b.cookie != "" {
			t.Errorf("code %q: %d", wrong, a.status)
		}
		if a := w.browser().get("/launch/arrive?code=" + url.QueryEscape(wrong)); a.status != http.StatusUnauthorized || a.code() != "" {
			t.Errorf("arrive with %q: %d", wrong, a.status)
		}
	}
}

// Handing a session on and on does not make it live longer than one.
func TestHandoverDoesNotProlong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.browser()
	arrive := b.launch(harborEd.token(w, nil)).to()
	began := w.clock.now()
	var last answer
	for w.clock.now().Sub(began) < session.Absolute+10*time.Minute {
		b.cookie = ""
		code := b.get(arrive, framed...).code()
		if code == "" {
			break
		}
		if last = b.post("/launch", url.Values{"code": {code}}); last.status != http.StatusSeeOther {
			break
		}
		arrive = last.to()
		w.clock.advance(session.HandoverLife / 2)
	}
	if lived := w.clock.now().Sub(began); lived != session.Absolute {
		t.Errorf("a session lived %v", lived)
	}
}

// The frame page knows the portal by its public id, and is framed by it only.
func TestEmbedFrame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.browser()
	a := b.get("/embed/v1/frame?portal=mesa")
	if a.status != http.StatusOK || a.page() != "frame" || !strings.Contains(a.body, `data-hosts="`+mesaOrigin+`"`) ||
		!strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors "+mesaOrigin) {
		t.Errorf("mesa: %d %v %s", a.status, a.header, a.body)
	}
	for _, query := range []string{"", "?portal=", "?portal=nobody", "?portal=Harbor", "?portal=harbor%00"} {
		a := b.get("/embed/v1/frame" + query)
		if a.status != http.StatusNotFound || !strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%q: %d", query, a.status)
		}
		// The page of a portal gets its frame, in which the token is refused.
		a = b.get("/embed/v1/frame"+query, "Referer", harborSecond+"/")
		if a.status != http.StatusOK || !strings.Contains(a.body, `data-hosts="`+harborOrigin+" "+harborSecond+`"`) ||
			!strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors "+harborOrigin+" "+harborSecond) {
			t.Errorf("%q from the portal: %d %v", query, a.status, a.header)
		}
		if a := b.get("/embed/v1/frame"+query, "Referer", "https://evil.example/?"+harborOrigin); a.status != http.StatusNotFound {
			t.Errorf("%q from elsewhere: %d", query, a.status)
		}
	}
}
