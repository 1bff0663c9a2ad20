package bff

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/bff/session"
)

// Two panes for two patients on one page, launched together: each shows and pays
// its own, whichever is used, in whatever order they arrive.
func TestTwoPanesForTwoPatients(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	j := w.jar()
	first := j.launches(t, w, leftPane, dana)
	second := j.launches(t, w, rightPane, robin)
	right := j.arrive(t, second)
	left := j.arrive(t, first)
	for range 2 {
		if a := j.get(left); a.status != http.StatusOK || !strings.Contains(a.body, "Dana") || strings.Contains(a.body, "Robin") {
			t.Errorf("the left pane: %d %s", a.status, a.body)
		}
		if a := j.get(right); a.status != http.StatusOK || !strings.Contains(a.body, "Robin") || strings.Contains(a.body, "Dana") {
			t.Errorf("the right pane: %d %s", a.status, a.body)
		}
	}
	pay := func(begin string, patient int) {
		t.Helper()
		a := j.post(begin, everything)
		if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to(), "/pay/") || !strings.HasSuffix(a.to(), in(begin, "")) {
			t.Fatalf("choose: %d to %q", a.status, a.to())
		}
		before := len(w.sim.Book())
		a = j.post(a.to(), card())
		w.drain()
		if book := w.sim.Book(); len(book) != before+1 || book[before].Patient != patient {
			t.Fatalf("%d to %q; the book: %+v", a.status, a.to(), book)
		}
		if a = j.get(a.to()); a.outcome() != "taken" {
			t.Errorf("result: %d %s", a.status, a.body)
		}
	}
	pay(left, dana)
	pay(right, robin)
	// One is finished; the other goes on.
	if a := j.post(in(left, "/finish"), nil); a.status != http.StatusOK || a.page() != "finished" {
		t.Errorf("finish: %d %s", a.status, a.body)
	}
	if a := j.get(left); a.status != http.StatusUnauthorized || strings.Contains(a.body, "Robin") {
		t.Errorf("the pane that was finished: %d %s", a.status, a.body)
	}
	if a := j.get(right); a.status != http.StatusOK || !strings.Contains(a.body, "Robin") {
		t.Errorf("the pane that goes on: %d", a.status)
	}
}

// What belongs to one pane is nowhere in another, and a form of one does nothing
// in the other.
func TestPanesAreApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	j := w.jar()
	left, right := j.pane(t, w, leftPane, dana), j.pane(t, w, rightPane, robin)
	id, _, _ := strings.Cut(strings.TrimPrefix(j.post(left, everything).to(), "/pay/"), "?")
	for _, path := range []string{"/pay/", "/payments/"} {
		if a := j.get(in(right, path+id)); a.status != http.StatusNotFound || strings.Contains(a.body, "120.00") {
			t.Errorf("%s of the other pane: %d", path, a.status)
		}
	}
	a := j.post(in(right, "/pay/"+id), card())
	if a.status != http.StatusNotFound || !strings.Contains(a.body, "Nothing was sent by this step.") || strings.Contains(a.body, "There is nothing here") ||
		!strings.Contains(a.body, `href="`+strings.ReplaceAll(right, "&", "&amp;")+`"`) {
		t.Errorf("the other pane's card form: %d %s", a.status, a.body)
	}
	form := maps.Clone(everything)
	form.Set("person", j.get(left).hiddenValue(t, "person"))
	if a := j.post(right, form); a.status != http.StatusConflict || !strings.Contains(a.body, "Nothing was done") {
		t.Errorf("the other pane's choice: %d %s", a.status, a.body)
	}
	if len(w.sim.Book()) != 0 {
		t.Error("money moved")
	}
}

// A pane's new launch ends what the same pane had before, and nothing else.
func TestPaneLaunchedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	j := w.jar()
	left, right := j.pane(t, w, leftPane, dana), j.pane(t, w, rightPane, robin)
	old := w.browser()
	for name, value := range j.values {
		if strings.HasSuffix(name, leftPane) {
			old.cookie = name + "=" + value
		}
	}
	if a := old.get(left); a.status != http.StatusOK {
		t.Fatalf("the session before: %d", a.status)
	}
	cookies := len(j.names)
	again := j.pane(t, w, leftPane, robin)
	if again != left || len(j.names) != cookies {
		t.Errorf("another name: %s, %s, %v", left, again, j.names)
	}
	for _, path := range []string{"/pay", "/receipts", "/cards", "/session", "/payments/x"} {
		if a := old.get(in(left, path)); a.status != http.StatusUnauthorized || strings.Contains(a.body, "Dana") {
			t.Errorf("the old id, %s: %d", path, a.status)
		}
	}
	if a := j.get(left); !strings.Contains(a.body, "Robin") {
		t.Errorf("the pane: %d %s", a.status, a.body)
	}
	if a := j.get(right); a.status != http.StatusOK {
		t.Errorf("the other pane: %d", a.status)
	}
	// A cookie that somebody planted under the pane's name dies with the launch.
	thief := w.jar()
	planted := thief.pane(t, w, leftPane, dana)
	victim := w.jar()
	victim.names, victim.values = slices.Clone(thief.names), maps.Clone(thief.values)
	victim.pane(t, w, leftPane, robin)
	if a := thief.get(planted); a.status != http.StatusUnauthorized {
		t.Errorf("the planted session lives: %d", a.status)
	}
	if a := victim.get(planted); !strings.Contains(a.body, "Robin") || strings.Contains(a.body, "Dana") {
		t.Errorf("the victim is in the planted session: %s", a.body)
	}
}

// A pane whose cookie is gone says so in the frame of its portal, and tells it.
func TestPaneWithoutItsCookie(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	j := w.jar()
	left := j.pane(t, w, leftPane, dana)
	lost := func(name string, a answer) {
		t.Helper()
		if a.status != http.StatusUnauthorized || a.page() != "session" || strings.Contains(a.body, "Dana") ||
			!strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors "+harborOrigin+" "+harborSecond) ||
			!strings.Contains(a.body, `data-host="`+harborOrigin+" "+harborSecond+`"`) || !strings.Contains(a.body, `href="/embed/v1/frame?portal=harbor`) {
			t.Errorf("%s: %d %v %s", name, a.status, a.header, a.body)
		}
	}
	a := j.post(in(left, "/finish"), nil)
	if len(j.values) != 1 { // that which has Chromium forget its pages
		t.Errorf("the cookie stays: %v", j.names)
	}
	for _, path := range []string{"/pay", "/pay/x", "/payments/x", "/receipts", "/cards"} {
		lost("finished, "+path, j.get(in(left, path)))
	}
	lost("finished twice", j.post(in(left, "/finish"), nil))
	j = w.jar() // as if everything was cleared
	lost("cleared", j.get(left))
	lost("cleared, a form", j.post(left, everything))
	if a = j.get("/pay"); !strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("without a name: %v", a.header)
	}
}

// A browser keeps so many cookies of ours and no more: those of sessions that
// are over go first, then the oldest, and whose cookie is gone is over.
func TestPanesDoNotPileUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	j := w.jar()
	part := func(i int) string { return strings.Repeat(string(rune('a'+i)), 16) }
	var begins []string
	for i := range session.MaxPanes {
		begins = append(begins, j.pane(t, w, part(i), dana))
		w.clock.advance(time.Second)
	}
	j.post(in(begins[5], "/finish"), nil)
	delete(j.values, "__Host-Http-paypane-finished")
	j.names = slices.DeleteFunc(j.names, func(name string) bool { return strings.HasSuffix(name, "finished") })
	// One of them is over, but its cookie is still there.
	other := *j
	other.names, other.values = slices.Clone(j.names), maps.Clone(j.values)
	other.post(in(begins[7], "/finish"), nil)
	for i := range 3 {
		begins = append(begins, j.pane(t, w, part(session.MaxPanes+i), dana))
		w.clock.advance(time.Second)
		if len(j.names) > session.MaxPanes {
			t.Fatalf("%d cookies", len(j.names))
		}
	}
	var gone []int
	for i, begin := range begins {
		if a := j.get(begin); a.status != http.StatusOK {
			gone = append(gone, i)
		}
	}
	// Two that were finished, and of the others the oldest.
	if !slices.Equal(gone, []int{0, 5, 7}) {
		t.Errorf("gone are %v", gone)
	}
}

// On this machine without TLS a second cookie stands beside each, for browsers
// that keep no Secure one there; elsewhere there is none and none is taken.
func TestLoopbackCookie(t *testing.T) {
	t.Parallel()
	const local = "http://localhost:8080"
	w := newWorld(t, setup{origin: local})
	token := func() string { return harborEd.token(w, func(_, c claimSet) { c["aud"] = local }) }
	set := func(a answer) (all []string) {
		for _, line := range a.header.Values("Set-Cookie") {
			name, _, _ := strings.Cut(line, "=")
			all = append(all, name)
			if strings.HasPrefix(name, session.LoopbackName) && (strings.Contains(line, "Secure") || strings.Contains(line, "Partitioned") || !strings.Contains(line, "SameSite=Lax") || !strings.Contains(line, "HttpOnly")) {
				t.Errorf("%s", line)
			}
		}
		return all
	}
	j := w.jar()
	a := j.browser.launch(token())
	if names := set(a); !slices.Equal(names, []string{session.CookieName, session.LoopbackName}) {
		t.Fatalf("cookies: %v", names)
	}
	j.keep(a)
	delete(j.values, session.CookieName) // as WebKit does
	j.names = []string{session.LoopbackName}
	if a = j.get(a.to()); a.status != http.StatusSeeOther || a.to() != "/pay" {
		t.Fatalf("arrive: %d to %q", a.status, a.to())
	}
	if a = j.get("/pay"); a.status != http.StatusOK || !strings.Contains(a.body, "Dana") {
		t.Errorf("pay: %d", a.status)
	}
	a = j.post("/finish", nil)
	if names := set(a); !slices.Equal(names, []string{session.CookieName, session.LoopbackName, "__Host-Http-paypane-finished"}) || j.values[session.LoopbackName] != "" {
		t.Errorf("finish: %v", names)
	}
	a = j.do("POST", "/launch", url.Values{"token": {token()}, "host": {harborOrigin}, "pane": {leftPane}})
	for name := range maps.Clone(j.values) {
		if strings.HasPrefix(name, "__Host") {
			delete(j.values, name)
			j.names = slices.DeleteFunc(j.names, func(n string) bool { return n == name })
		}
	}
	if begin := j.arrive(t, a.to()); !strings.Contains(j.get(begin).body, "Dana") {
		t.Error("a pane by its loopback cookie")
	}

	// The same value under the same name is nothing for an https origin.
	secure := newWorld(t, setup{})
	b := secure.visit(dana)
	if names := set(b.launch(harborEd.token(secure, nil))); !slices.Equal(names, []string{session.CookieName}) {
		t.Errorf("cookies with TLS: %v", names)
	}
	b.cookie = strings.Replace(b.cookie, session.CookieName, session.LoopbackName, 1)
	if a := b.get("/pay"); a.status != http.StatusUnauthorized {
		t.Errorf("a loopback cookie with TLS: %d", a.status)
	}
}
