package bff

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web/payment"
)

const provider = "https://login.harbor.example"

// clerk, biller and boss are people of the practice.
func (w *world) person(sub string, role staff.Role) staff.Person {
	return staff.Person{Issuer: provider, Subject: sub, Name: "Kim " + strings.ToUpper(sub), Role: role, AuthTime: w.clock.now()}
}

// signIn signs somebody in at the desk, in a browser that there is.
func (w *world) signIn(t testing.TB, b *browser, p staff.Person) (next string, err error) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, payOrigin+"/desk/callback", nil)
	r.Header.Set("Cookie", b.cookie)
	a := httptest.NewRecorder()
	next, _, err = session.Desk{Store: w.store}.Start(a, r, session.SignedIn{Person: p, Practice: 195900, Departments: []int{7, 9}})
	for _, c := range a.Result().Cookies() {
		if c.SameSite != http.SameSiteLaxMode || c.Partitioned || !c.HttpOnly || c.Path != "/" {
			t.Errorf("cookie: %+v", c)
		}
		b.cookie = c.Name + "=" + c.Value
	}
	return next, err
}

func (w *world) staffed(sub string, role staff.Role) *browser {
	w.t.Helper()
	b := w.browser()
	if _, err := w.signIn(w.t, b, w.person(sub, role)); err != nil {
		w.t.Fatal(err)
	}
	return b
}

// at reports whether a page is at a department's desk.
func (a answer) at(department string) bool {
	chosen := regexp.MustCompile(`<option[^>]* selected[^>]*>`).FindString(a.body)
	return strings.Contains(chosen, `value="`+department+`"`)
}

// After three minutes without anybody the next page is the cover, whatever was
// asked for, and holds nothing of anybody; who worked there goes on where they
// were, under a new id. After fifteen it is over.
func TestCovered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.staffed("ana", staff.FrontDesk)
	w.clock.advance(2*time.Minute + 59*time.Second)
	if a := b.get("/desk/review"); a.status != http.StatusOK || !a.says("Kim ANA, front desk") {
		t.Fatalf("before: %d %s", a.status, a.body)
	}
	w.clock.advance(3 * time.Minute)
	for _, path := range []string{"/desk/review", "/desk/may", "/desk/kept"} {
		a := b.get(path)
		if a.status != http.StatusLocked || a.page() != "desk-covered" || a.says("Kim") || a.says("Work list") || a.says("front desk") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	// What a page asks by itself is covered, too, and is nobody.
	if a := b.get("/desk/review", "X-Paypane", "watch"); a.status != http.StatusLocked {
		t.Errorf("a page that looks by itself: %d", a.status)
	}
	old := b.cookie
	next, err := w.signIn(t, b, w.person("ana", staff.FrontDesk))
	if err != nil || next != "/desk/review" || b.cookie == old {
		t.Errorf("goes on at %q: %v", next, err)
	}
	if a := b.get("/desk/review"); a.status != http.StatusOK {
		t.Errorf("uncovered: %d", a.status)
	}
	b.cookie, old = old, b.cookie
	if a := b.get("/desk/review"); a.status == http.StatusOK || a.status == http.StatusLocked {
		t.Errorf("the former id: %d", a.status)
	}
	b.cookie = old
	w.clock.advance(4 * time.Minute)
	b.get("/desk/may")
	w.clock.advance(11 * time.Minute)
	if a := b.get("/desk/may"); a.status != http.StatusUnauthorized || a.page() != "session" || !a.says("You were signed out") {
		t.Errorf("after fifteen minutes, covered in between: %d %s", a.status, a.body)
	}
	if next, err := w.signIn(t, b, w.person("ana", staff.FrontDesk)); err != nil || next != "" {
		t.Errorf("after the end somebody goes on at %q: %v", next, err)
	}
}

// Only the same person uncovers a page, and only by a proof that is newer than
// they were there. Anybody else begins with an empty desk.
func TestWhoUncovers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.staffed("ana", staff.FrontDesk)
	if a := b.post("/desk/department", url.Values{"department": {"9"}}); a.status != http.StatusSeeOther {
		t.Fatalf("department: %d %s", a.status, a.body)
	}
	before := w.person("ana", staff.FrontDesk)
	w.clock.advance(2 * time.Minute)
	if a := b.post("/desk/lock", url.Values{"at": {"/desk/may"}}); a.status != http.StatusSeeOther {
		t.Fatalf("lock: %d %s", a.status, a.body)
	}
	if a := b.get("/desk/may"); a.status != http.StatusLocked {
		t.Errorf("locked: %d", a.status)
	}
	silent := before
	silent.AuthTime = time.Time{}
	for _, p := range []staff.Person{before, silent} {
		if _, err := w.signIn(t, b, p); !errors.Is(err, session.ErrStale) {
			t.Errorf("a proof of %v uncovers: %v", p.AuthTime, err)
		}
	}
	if a := b.get("/desk/may"); a.status != http.StatusLocked {
		t.Errorf("after old proofs: %d", a.status)
	}
	r := httptest.NewRequest(http.MethodGet, payOrigin+"/desk/sign-in", nil)
	r.Header.Set("Cookie", b.cookie)
	if wish := (session.Desk{Store: w.store}).Wish(r); !wish.Again {
		t.Errorf("the provider is asked for %+v", wish)
	}
	covered := b.cookie
	namesake := w.person("ana", staff.Manager)
	namesake.Issuer = "https://login.mesa.example"
	for _, p := range []staff.Person{w.person("bo", staff.Manager), namesake} {
		b.cookie = covered
		if next, err := w.signIn(t, b, p); err != nil || next != "" {
			t.Errorf("%v: goes on at %q: %v", p, next, err)
		}
		if a := b.get("/desk/may"); a.status != http.StatusOK || !a.says(p.Name) || !a.at("7") {
			t.Errorf("%v: %d %s", p, a.status, a.body)
		}
		other := b.cookie
		b.cookie = covered
		if a := b.get("/desk/may"); a.status == http.StatusOK || a.status == http.StatusLocked {
			t.Errorf("the covered session goes on beside %v: %d", p, a.status)
		}
		b.cookie = other
	}
	same := w.staffed("ana", staff.FrontDesk)
	same.post("/desk/department", url.Values{"department": {"9"}})
	same.post("/desk/lock", url.Values{"at": {"https://evil.example/"}})
	next, err := w.signIn(t, same, w.person("ana", staff.Biller))
	if err != nil || next != "/desk" {
		t.Errorf("the same person goes on at %q: %v", next, err)
	}
	if a := same.get("/desk/may"); !a.says("biller") || !a.at("9") {
		t.Errorf("with another role: %s", a.body)
	}
}

// A form that comes when the page is covered, or that needs a fresh sign-in, is
// kept: it is sent by a press afterwards, without what is a card's.
func TestFormsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	v := w.visit(dana)
	w.practice.outcome(payment.Outcome{State: payment.Unknown})
	id := v.choose(t, everything)
	v.post("/pay/"+id, card())
	b := w.staffed("bea", staff.Biller)
	w.clock.advance(4 * time.Minute)
	form := url.Values{"found": {"absent"}, "why": {"I looked twice"}, "number": {"4111 1111 1111 1111"}, "code": {"987"}}
	if a := b.post("/desk/review/"+id, form); a.status != http.StatusLocked || a.says("twice") {
		t.Fatalf("covered: %d %s", a.status, a.body)
	}
	next, err := w.signIn(t, b, w.person("bea", staff.Biller))
	if err != nil || next != "/desk/go-on" {
		t.Fatalf("goes on at %q: %v", next, err)
	}
	a := b.get(next)
	if a.page() != "desk-go-on" || a.hiddenValue(t, "why") != "I looked twice" || strings.Contains(a.body, "4111") || strings.Contains(a.body, "987") || !a.says("Card details are not kept") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.post("/desk/review/"+id, url.Values{"found": {a.hiddenValue(t, "found")}, "why": {a.hiddenValue(t, "why")}}); !a.says("This can be decided from") || !strings.Contains(a.body, `value="I looked twice"`) {
		t.Errorf("sent: %d %s", a.status, a.body)
	}
	if a := b.get("/desk/go-on"); !a.says("What you typed is not there any more.") {
		t.Errorf("twice: %s", a.body)
	}
}

// A department of the desk can be chosen, and no other.
func TestDepartments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.staffed("ana", staff.FrontDesk)
	for _, id := range []string{"8", "", "-7", "7 ", "007", "4111111111111111"} {
		if a := b.post("/desk/department", url.Values{"department": {id}}); id != "007" && a.status != http.StatusNotFound {
			t.Errorf("%q: %d", id, a.status)
		}
	}
	printed := w.binding.For(must(w.store.OfDesk(b.request("/desk/may"))))
	b.post("/desk/department", url.Values{"department": {"9"}})
	if w.binding.Fits(must(w.store.OfDesk(b.request("/desk/may"))), printed) {
		t.Error("a form of one department fits at another")
	}
}

func (b *browser) request(path string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, payOrigin+path, nil)
	r.Header.Set("Cookie", b.cookie)
	return r
}

// A fresh proof is one of five minutes at the desk, fifteen after a launch, and
// none without its moment, or from the future.
func TestFresh(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)
	at := func(portal string, proved time.Time) error {
		return session.Fresh(session.Session{Portal: portal, Staff: staff.Person{Subject: "ana", AuthTime: proved}}, now)
	}
	for _, row := range []struct {
		portal string
		age    time.Duration
		fresh  bool
	}{
		{"desk", 0, true}, {"desk", 5 * time.Minute, true}, {"desk", 5*time.Minute + time.Second, false}, {"desk", -time.Minute, true}, {"desk", -61 * time.Second, false},
		{"harbor", 15 * time.Minute, true}, {"harbor", 15*time.Minute + time.Second, false},
	} {
		if err := at(row.portal, now.Add(-row.age)); (err == nil) != row.fresh {
			t.Errorf("%s after %v: %v", row.portal, row.age, err)
		}
	}
	if at("desk", time.Time{}) == nil || at("harbor", time.Time{}) == nil {
		t.Error("no moment is fresh")
	}
}

// Who signs out is out, here and where the provider says so; by a sid only there.
// Somebody who signs in afterwards is in.
func TestSignedOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b, other := w.staffed("ana", staff.FrontDesk), w.staffed("ana", staff.FrontDesk)
	if a := b.post("/desk/sign-out", nil); a.status != http.StatusOK || a.page() != "finished" || a.says("Kim") {
		t.Errorf("sign out: %d %s", a.status, a.body)
	}
	if a := b.get("/desk/may"); a.status == http.StatusOK {
		t.Error("the session goes on")
	}
	if a := other.get("/desk/may"); a.status != http.StatusOK {
		t.Errorf("another session of the same person: %d", a.status)
	}
	desk := session.Desk{Store: w.store}
	if err := desk.EndAt(t.Context(), provider, "bo", ""); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := desk.EndAt(t.Context(), provider, "ana", ""); err != nil {
			t.Fatal(err)
		}
	}
	if a := other.get("/desk/may"); a.status != http.StatusUnauthorized {
		t.Errorf("the provider ended it: %d", a.status)
	}
	w.clock.advance(time.Second)
	if a := w.staffed("ana", staff.FrontDesk).get("/desk/may"); a.status != http.StatusOK {
		t.Errorf("signed in again: %d", a.status)
	}
}

// Eight hours are the most, however busy somebody is.
func TestEightHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.staffed("ana", staff.FrontDesk)
	for range 8*30 - 1 {
		w.clock.advance(2 * time.Minute)
		if a := b.post("/desk/stay", nil); a.status != http.StatusNoContent {
			t.Fatalf("at %v: %d", w.clock.now(), a.status)
		}
	}
	w.clock.advance(2 * time.Minute)
	if a := b.get("/desk/may"); a.status != http.StatusUnauthorized {
		t.Errorf("after eight hours: %d", a.status)
	}
}
