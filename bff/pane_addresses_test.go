package bff

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/web/payment"
)

// An address without a name means the session launched last; one with a name
// that the browser has no session of means none, whatever else there is.
func TestAddressWithoutAName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	j := w.jar()
	j.keep(j.browser.launch(harborEd.token(w, nil)))
	w.clock.advance(time.Second)
	right := j.pane(t, w, rightPane, robin)
	if a := j.get("/pay"); !strings.Contains(a.body, "Robin") || !strings.Contains(a.body, `action="`+right+`"`) {
		t.Errorf("the last one launched: %d %s", a.status, a.body)
	}
	w.clock.advance(time.Second)
	left := j.pane(t, w, leftPane, dana)
	if a := j.get("/pay"); !strings.Contains(a.body, "Dana") || !strings.Contains(a.body, `action="`+left+`"`) {
		t.Errorf("the last one launched: %d %s", a.status, a.body)
	}
	j.post(in(left, "/finish"), nil)
	if a := j.get("/pay"); !strings.Contains(a.body, "Robin") {
		t.Errorf("after the last one was finished: %d %s", a.status, a.body)
	}
	// A window of its own replaces the window's session, and no pane's.
	window := j.values[session.CookieName]
	j.keep(j.browser.launch(harborEd.token(w, nil)))
	if j.values[session.CookieName] == window || !strings.Contains(j.get(right).body, "Robin") {
		t.Error("a launch in a window")
	}
	for _, name := range []string{"", "x", "leftleftleftleftleft", session.Tag(w.portals[0].ID) + "nobodynobodynobody", strings.ToUpper(strings.TrimPrefix(right, "/pay?pane=")),
		strings.TrimPrefix(right, "/pay?pane=") + "a", "finished", "%00", "harbor"} {
		a := j.get("/pay?pane=" + url.QueryEscape(name))
		if a.status != http.StatusUnauthorized || strings.Contains(a.body, "Dana") || strings.Contains(a.body, "Robin") {
			t.Errorf("pane %q: %d", name, a.status)
		}
	}
}

// Each link, form and other address on the pages of a pane stays in that pane.
func TestAddressesStayInTheirPane(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	j := w.jar()
	token := harborEd.token(w, func(_, c claimSet) {
		delete(c, "patientid")
		delete(c, "departmentid")
		delete(c, "appointmentid")
		c["role"], c["offer_save"], c["saved_cards"] = portal.RolePayer, true, true
		c["patients"] = []claimSet{{"departmentid": 7, "patientid": dana, "name": "Dana Sam"}, {"departmentid": 7, "patientid": robin, "name": "Robin Sam"}}
	})
	a := j.do("POST", "/launch", url.Values{"token": {token}, "host": {harborOrigin}, "pane": {leftPane}})
	begin := j.arrive(t, a.to())
	name := strings.TrimPrefix(begin, "/pay?pane=")

	declined, taken := j.post(begin, url.Values{"pay": {"other"}, "amount": {"5.00"}}).to(), j.post(begin, url.Values{"pay": {"other"}, "amount": {"6.00"}}).to()
	open := j.post(begin, everything).to()
	j.post(declined, card("number", "4000 0000 0000 0002"))
	j.post(taken, card("save", "yes"))
	w.drain()
	seen := map[string]bool{}
	queue := []string{begin, declined, taken, open, in(begin, "/payments/nobody"), in(begin, "/nothing/here"), in(begin, "/")}
	pages := map[string]bool{}
	check := func(from, address string) {
		u, err := url.Parse(address)
		if err != nil || address == "" || address[0] == '#' || u.Scheme != "" || strings.HasPrefix(u.Path, "/static/") {
			return
		}
		if u.Query().Get("pane") != name {
			t.Errorf("%s leads to %s", from, address)
		}
	}
	for len(queue) > 0 && len(seen) < 300 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		a := j.get(path)
		if to := a.to(); to != "" {
			check(path, to)
			queue = append(queue, to)
		}
		pages[a.page()] = true
		root, err := html.Parse(strings.NewReader(a.body))
		if err != nil || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || a.header.Get("Content-Disposition") != "" {
			continue
		}
		for n := range root.Descendants() {
			for _, attribute := range n.Attr {
				switch attribute.Key {
				case "href", "action", "formaction", "src", "data-session":
					check(path, attribute.Val)
					if attribute.Key == "href" && strings.Contains(attribute.Val, "pane="+name) {
						queue = append(queue, attribute.Val)
					}
				}
			}
		}
	}
	for _, page := range []string{"amount", "card", "result", "cards", "agreements", "plan", "receipts", "receipt", "people", "missing"} {
		if !pages[page] {
			t.Errorf("the walk did not see the page %q: %v", page, slices.Sorted(maps.Keys(pages)))
		}
	}
}

// A plain form into a frame knows nothing of panes: each gets its own. Into a
// window it goes on as it always did.
func TestPlainFormsIntoFrames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	j := w.jar()
	launch := func(patient int) answer {
		return j.do("POST", "/launch", url.Values{"token": {harborEd.token(w, func(_, c claimSet) { c["patientid"] = patient })}},
			append([]string{"Origin", harborOrigin}, framed...)...)
	}
	one, two := launch(dana), launch(robin)
	left, right := j.arrive(t, one.to()), j.arrive(t, two.to())
	if a := j.get(left); !strings.Contains(a.body, "Dana") {
		t.Errorf("the first frame: %d %s", a.status, a.body)
	}
	if a := j.get(right); !strings.Contains(a.body, "Robin") {
		t.Errorf("the second frame: %d %s", a.status, a.body)
	}
	for _, dest := range []string{"document", "", "empty"} {
		b := w.browser()
		if a := b.launch(harborEd.token(w, nil), "Sec-Fetch-Dest", dest); strings.Contains(a.to(), "pane=") || !strings.HasPrefix(b.cookie, session.CookieName+"=") {
			t.Errorf("%q: to %s, %s", dest, a.to(), b.cookie)
		}
	}
}

// What goes wrong in a pane is a page in its frame, which the portal hears of,
// with the session or without it, and before anything has looked for one.
func TestErrorsInAPane(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	j := w.jar()
	begin := j.pane(t, w, leftPane, dana)
	check := func(name string, a answer, status int, code string) {
		t.Helper()
		if a.status != status || a.attribute("data-error") != code || !strings.Contains(a.body, `data-host="`+harborOrigin) ||
			!strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors "+harborOrigin+" "+harborSecond) ||
			!strings.Contains(a.body, `data-support="`+a.header.Get("X-Request-Id")+`"`) {
			t.Errorf("%s: %d, the portal hears %q: %v %s", name, a.status, a.attribute("data-error"), a.header, a.body)
		}
	}
	stranger := w.jar()
	for name, at := range map[string]*jar{"with its session": j, "without": stranger} {
		check("nowhere, "+name, at.get(in(begin, "/nowhere")), 404, "not_found")
		check("a file, "+name, at.get(in(begin, "/static/x.css")), 404, "not_found")
		check("another method, "+name, at.do("PUT", in(begin, "/pay"), nil, "Origin", payOrigin), 404, "not_found")
		check("no origin, "+name, at.do("POST", in(begin, "/pay"), everything, "Origin", "", "Sec-Fetch-Site", ""), 403, "request_refused")
		check("another site, "+name, at.do("POST", in(begin, "/pay"), everything, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"), 403, "request_refused")
	}
	w.practice.statement = func() (payment.Statement, error) { panic("down") }
	check("a panic", j.get(begin), 500, "server_error")
	w.store.Rows = noDisk{w.ledger}
	check("the disk", j.get(begin), 500, "server_error")
	check("the disk, arriving", j.get(in(begin, "/launch/arrive")), 401, "")
}
