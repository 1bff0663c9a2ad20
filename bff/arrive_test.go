package bff

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/web"
)

// stranger is everything that an attacker can have somebody else's browser do
// with the address that their own launch led to.
var stranger = map[string][]string{
	"a link on another site":          {"Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-User", "?1", "Referer", "https://evil.example/"},
	"a redirect":                      {"Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "cross-site"},
	"a link in a mail":                {"Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "none", "Sec-Fetch-User", "?1"},
	"a link on a page of the portal":  {"Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "cross-site", "Referer", harborOrigin + "/"},
	"a window opened by script":       {"Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "cross-site", "Referer", "https://evil.example/embed/v1/frame?portal=harbor"},
	"a prerendered page":              {"Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "cross-site", "Sec-Purpose", "prefetch;prerender"},
	"a prefetched page":               {"Sec-Fetch-Dest", "empty", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Site", "cross-site", "Sec-Purpose", "prefetch"},
	"an object":                       {"Sec-Fetch-Dest", "object", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "cross-site"},
	"an old browser":                  {},
	"an old browser by a link":        {"Referer", "https://evil.example/"},
	"an old browser by our own name":  {"Referer", payOrigin + ".evil.example/embed/v1/frame?portal=harbor"},
	"an old browser by our own page":  {"Referer", payOrigin + "/pay"},
	"half the headers":                {"Sec-Fetch-Site", "cross-site", "Referer", payOrigin + web.PathFrame + "?portal=harbor"},
	"a header that nobody has":        {"Sec-Fetch-Dest", "window", "Referer", payOrigin + web.PathFrame + "?portal=harbor"},
	"the program's call":              {"Accept", "application/json", "X-Paypane", "1", "Sec-Fetch-Dest", "empty"},
	"a link that another page is for": {"Sec-Fetch-Dest", "document", "Referer", payOrigin + web.PathFrame + "?portal=harbor"},
}

// Whoever follows a link to somebody else's launch stays who they are: no page
// offers the other session, no cookie comes, and what they had goes on.
func TestStrangerFollowsALaunch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for name, headers := range stranger {
		for _, own := range []string{"nobody", "robin in a window", "robin in a pane"} {
			for _, part := range []string{"", leftPane} { // the attacker's launch
				attacker, victim := w.browser(), w.jar()
				form := url.Values{"token": {harborEd.token(w, func(_, c claimSet) { c["name"] = "Mallory Mean" })}, "host": {harborOrigin}}
				if part != "" {
					form.Set("pane", part)
				}
				link := attacker.post("/launch", form).to()
				home := ""
				switch own {
				case "robin in a window":
					victim.keep(victim.browser.launch(harborEd.token(w, func(_, c claimSet) { c["patientid"] = robin })))
					home = "/pay"
				case "robin in a pane":
					home = victim.pane(t, w, rightPane, robin)
				}
				had := len(victim.names)
				a := victim.get(link, headers...)
				if a.code() != "" || strings.Contains(a.body, "<form") || strings.Contains(a.body, "Mallory") || strings.Contains(a.body, `"code":`) ||
					len(a.header.Values("Set-Cookie")) != 0 || len(victim.names) != had || strings.Contains(a.to(), "/pay") {
					t.Errorf("%s, %s: %d to %q %s", name, own, a.status, a.to(), a.body)
				}
				// The code is spent, and the session it stood for leads nowhere.
				if a := w.browser().get(link, framed...); a.code() != "" {
					t.Errorf("%s, %s: the code works again: %d", name, own, a.status)
				}
				if a := attacker.get(in(strings.TrimPrefix(link, "/launch/arrive"), "/pay")); a.status != http.StatusUnauthorized {
					t.Errorf("%s, %s: the session lives: %d", name, own, a.status)
				}
				if home == "" {
					continue
				}
				if a := victim.get(home); a.status != http.StatusOK || !strings.Contains(a.body, "Robin") || strings.Contains(a.body, "Dana") {
					t.Errorf("%s, %s: afterwards %d %s", name, own, a.status, a.body)
				}
			}
		}
	}
}

// Nor does a form that another site posts for them: neither with the code, nor
// with the token.
func TestStrangerIsPosted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for _, origin := range []string{"https://evil.example", "null", "", mesaOrigin, harborOrigin, payOrigin + ".evil.example", "https://PAY.example"} {
		for name, headers := range stranger {
			attacker, victim := w.browser(), w.browser()
			link, err := url.Parse(attacker.launch(harborEd.token(w, nil)).to())
			if err != nil {
				t.Fatal(err)
			}
			form := url.Values{"code": {link.Query().Get("code")}}
			if origin != harborOrigin { // with which a token is the portal's own
				form.Set("token", harborEd.token(w, nil))
			}
			a := victim.post("/launch", form, append([]string{"Origin", origin, "Sec-Fetch-Site", "cross-site"}, headers...)...)
			if a.status != http.StatusForbidden || victim.cookie != "" || a.code() != "" {
				t.Errorf("%q, %s: %d, cookie %q", origin, name, a.status, victim.cookie)
			}
		}
	}
}

// Inside a frame the offer is made, also by a browser that does not say what it
// loads, where our own page has sent it.
func TestOfferInAFrame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for name, headers := range map[string][]string{
		"a frame":                  framed,
		"our frame page":           {"Sec-Fetch-Dest", "iframe", "Sec-Fetch-Site", "same-origin", "Referer", payOrigin + web.PathFrame + "?portal=harbor"},
		"our frame page, long ago": {"Referer", payOrigin + web.PathFrame + "?portal=harbor"},
	} {
		j := w.jar()
		next := j.launches(t, w, leftPane, dana)
		j.names = nil // refused
		a := j.get(next, headers...)
		if a.status != http.StatusOK || a.page() != "cookies" || a.code() == "" || a.attribute("data-error") != "cookies_refused" ||
			!strings.Contains(a.body, `data-support="`+a.header.Get("X-Request-Id")+`"`) ||
			!strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors "+harborOrigin+" "+harborSecond) ||
			!strings.Contains(a.body, "It opens for Dana, signed in at Harbor Family Medicine.") {
			t.Fatalf("%s: %d %s", name, a.status, a.body)
		}
		// The window has the session of the pane, under its name, and another beside it has its own.
		window := w.jar()
		to := window.post("/launch", url.Values{"code": {a.code()}}).to()
		begin := window.get(to, "Sec-Fetch-Dest", "document").to()
		other := w.jar()
		next = other.launches(t, w, rightPane, robin)
		other.names = nil
		beside := window.get(window.post("/launch", url.Values{"code": {other.get(next, headers...).code()}}).to(), "Sec-Fetch-Dest", "document").to()
		if a := window.get(begin); !strings.Contains(a.body, "Dana") || strings.Contains(a.body, "Robin") {
			t.Errorf("%s: the first window: %d %s", name, a.status, a.body)
		}
		if a := window.get(beside); !strings.Contains(a.body, "Robin") || strings.Contains(a.body, "Dana") {
			t.Errorf("%s: the second window: %d %s", name, a.status, a.body)
		}
	}
	// Without a name in the token it is the practice's.
	token := harborEd.token(w, func(_, c claimSet) { delete(c, "name") })
	b := w.browser()
	arrive := b.launch(token).to()
	b.cookie = ""
	if a := b.get(arrive, framed...); !strings.Contains(a.body, "It opens for Dana, signed in at Harbor Family Medicine.") {
		t.Errorf("without a name: %s", a.body)
	}
	token = harborEd.token(w, func(_, c claimSet) { delete(c, "name"); c["role"] = portal.RolePayer })
	arrive = b.launch(token).to()
	b.cookie = ""
	if a := b.get(arrive, framed...); !strings.Contains(a.body, "It opens for whoever is signed in at Harbor Family Medicine.") || strings.Contains(a.body, "Dana") {
		t.Errorf("a payer without a name: %s", a.body)
	}
}

// A browser that keeps no cookies at all is told so the second time, once: there
// is nothing to press that leads to the same page.
func TestNoCookiesAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for name, launch := range map[string]func(b *browser) string{
		"through the frame": func(b *browser) string {
			arrive := b.launch(harborEd.token(w, nil)).to()
			b.cookie = ""
			return b.post("/launch", url.Values{"code": {b.get(arrive, framed...).code()}}).to()
		},
		"in a window at once": func(b *browser) string { return b.launch(harborEd.token(w, nil)).to() },
	} {
		b := w.browser()
		to := launch(b)
		b.cookie = ""
		a := b.get(to, "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "same-origin")
		if a.page() != "cookies" || a.code() != "" || strings.Contains(a.body, "<form") || a.attribute("data-error") != "cookies_refused" {
			t.Fatalf("%s: %d %s", name, a.status, a.body)
		}
		for _, words := range []string{"Cookies have to be allowed", "Allow cookies for pay.example", "call Harbor Family Medicine at 617-555-0100", "go back to the portal"} {
			if !strings.Contains(a.body, words) {
				t.Errorf("%s: not %q: %s", name, words, a.body)
			}
		}
		if again := b.get(to, "Sec-Fetch-Dest", "document"); again.code() != "" || again.status != http.StatusUnauthorized {
			t.Errorf("%s: once more: %d", name, again.status)
		}
	}
}

// A launch that another one replaced before it arrived does not show the other's
// page as its own.
func TestLaunchReplacedBeforeItArrives(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	j := w.jar()
	first := j.launches(t, w, leftPane, dana)
	second := j.launches(t, w, leftPane, robin)
	a := j.get(first, framed...)
	if a.status != http.StatusConflict || a.page() != "other" || a.code() != "" || strings.Contains(a.body, "Dana") {
		t.Errorf("the first: %d to %q %s", a.status, a.to(), a.body)
	}
	begin := j.arrive(t, second)
	if a := j.get(begin); !strings.Contains(a.body, "Robin") {
		t.Errorf("the second: %d", a.status)
	}
	if again := j.get(second, framed...); again.to() != begin { // reloaded
		t.Errorf("arriving again: %d to %q", again.status, again.to())
	}
	w.clock.advance(session.HandoverLife)
	late := j.launches(t, w, leftPane, dana)
	j.names = nil
	w.clock.advance(session.HandoverLife - time.Second)
	if a := j.get(late, framed...); a.code() == "" {
		t.Errorf("a code of less than a minute: %d", a.status)
	}
}
