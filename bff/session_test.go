package bff

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/securecookie"

	"paypane/bff/ledger"
	"paypane/bff/session"
)

// The cookie has every attribute that it must have and no other. Expires is
// what gorilla adds to Max-Age, in the time of the machine.
func TestCookieAttributes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.browser()
	a := b.launch(harborEd.token(w, nil))
	window := w.browser()
	arrive := w.browser()
	code := arrive.get(a.to(), framed...).code()
	for name, set := range map[string][]string{
		"launch":   a.header.Values("Set-Cookie"),
		"handover": window.post("/launch", url.Values{"code": {code}}).header.Values("Set-Cookie"),
	} {
		if len(set) != 1 {
			t.Fatalf("%s: %d cookies", name, len(set))
		}
		parts := strings.Split(set[0], "; ")
		value, ok := strings.CutPrefix(parts[0], "__Host-Http-paypane=")
		attributes := slices.DeleteFunc(slices.Sorted(slices.Values(parts[1:])), func(s string) bool { return strings.HasPrefix(s, "Expires=") })
		want := "HttpOnly Max-Age=86400 Partitioned Path=/ SameSite=None Secure"
		if !ok || len(value) < 43 || strings.Join(attributes, " ") != want {
			t.Errorf("%s: %s", name, set[0])
		}
	}
	// No other route sets one, with or without a session.
	b = w.visit(dana)
	for _, path := range []string{"/pay", "/payments/x", "/nothing", "/livez", "/embed/v1/frame?portal=harbor"} {
		if set := b.get(path).header.Values("Set-Cookie"); len(set) != 0 {
			t.Errorf("%s sets %v", path, set)
		}
	}
}

// Each launch has a session of its own; the one the browser had before is dead
// at once, its cookie replayed or not.
func TestSessionIsNewAtEachLaunch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	old := *b
	if a := b.launch(harborEd.token(w, func(_, c claimSet) { c["patientid"] = 40212 })); a.status != http.StatusSeeOther {
		t.Fatalf("second launch: %d", a.status)
	}
	if b.cookie == old.cookie {
		t.Error("the cookie is the same")
	}
	if a := old.get("/pay"); a.status != http.StatusUnauthorized || strings.Contains(a.body, "Dana") {
		t.Errorf("the old cookie: %d", a.status)
	}
	if a := old.post("/pay", everything); a.status != http.StatusUnauthorized {
		t.Errorf("the old cookie, POST: %d", a.status)
	}
	if a := b.get("/pay"); !strings.Contains(a.body, "Robin") || strings.Contains(a.body, "Dana") {
		t.Errorf("the new cookie: %d %q", a.status, a.page())
	}
	// Two browsers at once are two sessions: one does not end the other.
	if c := w.visit(40212); c.cookie == b.cookie {
		t.Error("two browsers, one cookie")
	}
	if a := b.get("/pay"); a.status != http.StatusOK {
		t.Errorf("ended by another browser's launch: %d", a.status)
	}
	// A refused launch does not end the session that is there.
	if a := b.launch("x.y.z"); a.status != http.StatusForbidden {
		t.Fatalf("refused launch: %d", a.status)
	}
	if a := b.get("/pay"); a.status != http.StatusOK {
		t.Errorf("ended by a refused launch: %d", a.status)
	}
}

// What is not exactly the cookie we gave is no cookie.
func TestCookieTampered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	name, value, _ := strings.Cut(b.cookie, "=")
	sealed := func(key byte, content []byte) string {
		foreign := must(session.Codecs([][]byte{bytes.Repeat([]byte{key}, 32)}))
		return must(securecookie.EncodeMulti(name, content, foreign...))
	}
	other := w.visit(dana)
	_, another, _ := strings.Cut(other.cookie, "=")
	for what, cookie := range map[string]string{
		"empty":                   name + "=",
		"cut":                     b.cookie[:len(b.cookie)-1],
		"longer":                  b.cookie + "A",
		"first letter":            name + "=" + flip(value, 0),
		"middle letter":           name + "=" + flip(value, len(value)/2),
		"two halves":              name + "=" + value[:len(value)/2] + another[len(value)/2:],
		"another name":            "__Host-paypane=" + value,
		"another key":             name + "=" + sealed(8, bytes.Repeat([]byte{1}, 32)),
		"our key, unknown id":     name + "=" + sealed(7, bytes.Repeat([]byte{1}, 32)),
		"our key, an id too long": name + "=" + sealed(7, bytes.Repeat([]byte{1}, 33)),
		"our key, nothing":        name + "=" + sealed(7, nil),
		"huge":                    name + "=" + strings.Repeat("A", 5000),
	} {
		thief := w.browser()
		thief.cookie = cookie
		if a := thief.get("/pay"); a.status != http.StatusUnauthorized || strings.Contains(a.body, "Dana") ||
			!strings.HasSuffix(a.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: %d", what, a.status)
		}
	}
	if a := b.get("/pay"); a.status != http.StatusOK {
		t.Errorf("the cookie as it was: %d", a.status)
	}
}

// flip changes one letter of base64 without changing its length.
func flip(s string, i int) string {
	b := []byte(s)
	if b[i] == 'A' {
		b[i] = 'B'
	} else {
		b[i] = 'A'
	}
	return string(b)
}

// The borders of a session's life. A request keeps it alive, if it comes five
// seconds or more after the one before: sparing the disk makes the idle limit
// that much shorter, never longer.
func TestSessionTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	minutes := func(n ...int) (all []time.Duration) {
		for _, m := range n {
			all = append(all, time.Duration(m)*time.Minute)
		}
		return all
	}
	for _, row := range []struct {
		name   string
		pauses []time.Duration // before each request; all but the last are answered
		lives  bool
	}{
		{"idle a second less than the limit", []time.Duration{session.Idle - time.Second}, true},
		{"idle a microsecond less than the limit", []time.Duration{session.Idle - time.Microsecond}, true},
		{"idle to the limit", []time.Duration{session.Idle}, false},
		{"idle long", []time.Duration{24 * time.Hour}, false},
		{"kept alive", minutes(14, 14, 14, 14), true},
		{"kept alive, then idle", minutes(14, 14, 15), false},
		{"touched after five seconds", []time.Duration{session.TouchEvery, session.Idle - time.Second}, true},
		{"a request too soon to be written down", []time.Duration{session.TouchEvery - time.Second, session.Idle - session.TouchEvery + time.Second}, false},
		{"the same, a second less", []time.Duration{session.TouchEvery - time.Second, session.Idle - session.TouchEvery}, true},
		{"a second before the hour", append(minutes(14, 14, 14, 14), 4*time.Minute-time.Second), true},
		{"the hour", minutes(14, 14, 14, 14, 4), false},
		{"an hour and a second", append(minutes(14, 14, 14, 14), 4*time.Minute+time.Second), false},
		{"the clock goes back", []time.Duration{-time.Hour}, true},
	} {
		b := w.visit(dana)
		for i, pause := range row.pauses {
			w.clock.advance(pause)
			a := b.get("/payments/nothing") // needs a session, and no upstream
			last := i == len(row.pauses)-1
			want := http.StatusNotFound
			if last && !row.lives {
				want = http.StatusUnauthorized
			}
			if a.status != want {
				t.Errorf("%s: request %d: %d, want %d", row.name, i+1, a.status, want)
			}
			if want == http.StatusUnauthorized {
				timedOut(t, row.name, a)
				timedOut(t, row.name+", again", b.get("/pay"))
			}
		}
	}
}

// timedOut checks the page of a session that is over: it says so, in the frame
// of the portal that it came from, and tells nothing else.
func timedOut(t *testing.T, name string, a answer) {
	t.Helper()
	if a.status != http.StatusUnauthorized || a.page() != "session" || !strings.Contains(a.body, "timed out") ||
		strings.Contains(a.body, "Dana") || strings.Contains(a.body, "120.00") {
		t.Errorf("%s: %d %s", name, a.status, a.body)
	}
	if got, want := a.header.Get("Content-Security-Policy"), "frame-ancestors "+harborOrigin+" "+harborSecond; !strings.HasSuffix(got, want) {
		t.Errorf("%s: %s", name, got)
	}
}

// A session that is revoked is over with the next request, also for a request
// that read it while it was still good, and nothing brings it back.
func TestSessionRevoked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	other := *b
	w.clock.advance(time.Minute) // so that the next request has to touch the session

	held := &meanwhile{Ledger: w.ledger}
	held.then = func() { // as if a logout came in between
		if held.reads.Load() == 1 {
			other.launch(harborEd.token(w, nil))
		}
	}
	w.store.Rows = held
	timedOut(t, "revoked in flight", b.get("/pay"))
	if held.reads.Load() == 0 {
		t.Fatal("the session was not read")
	}
	for range 3 {
		timedOut(t, "replayed", b.get("/pay"))
	}
	if a := b.post("/pay", everything); a.status != http.StatusUnauthorized {
		t.Errorf("POST: %d", a.status)
	}
}

// meanwhile lets something happen between the reading of a session and what
// follows.
type meanwhile struct {
	Ledger
	then  func()
	reads atomic.Int32
}

func (m *meanwhile) Session(ctx context.Context, hash [32]byte) (ledger.Session, error) {
	s, err := m.Ledger.Session(ctx, hash)
	m.reads.Add(1)
	m.then()
	return s, err
}

// A new key signs nobody out; a key that is taken away does.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	one, two := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 40)
	first := newWorld(t, setup{keys: [][]byte{one}, kept: true})
	early := first.visit(dana)
	restart := func(keys ...[]byte) *world {
		return newWorld(t, setup{keys: keys, dir: first.dir, clock: first.clock})
	}
	at := func(w *world, b *browser) int {
		b.w = w
		return b.get("/pay").status
	}
	both := restart(two, one)
	if status := at(both, early); status != http.StatusOK {
		t.Errorf("a cookie of the old key, which still verifies: %d", status)
	}
	late := both.visit(40212)
	if status := at(first, late); status != http.StatusUnauthorized {
		t.Errorf("a cookie of the new key where only the old one is: %d, so the first key does not sign", status)
	}
	last := restart(two)
	if status := at(last, early); status != http.StatusUnauthorized {
		t.Errorf("a cookie of a key that was taken away: %d", status)
	}
	if status := at(last, late); status != http.StatusOK {
		t.Errorf("a cookie of the key that stays: %d", status)
	}
}

// A session says whose it is; a request does not.
func TestPatientComesFromTheSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, url.Values{"pay": {"all"}, "patientid": {"40212"}, "patient": {"40212"}, "practiceid": {"777"}})
	for _, query := range []string{"?patientid=40212", "?patient=40212&department=8"} {
		if a := b.get("/pay"+query, "X-Patient", "40212"); !strings.Contains(a.body, "Dana") || strings.Contains(a.body, "Robin") {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	b.post("/pay/"+id, card("patientid", "40212", "practiceid", "777", "departmentid", "8"))
	if book := w.sim.Book(); len(book) != 1 || book[0].Patient != dana || book[0].Amount != 12000 {
		t.Errorf("book: %+v", book)
	}
}
