package bff

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"paypane/bff/staff"
	"paypane/web/payment"
)

// unknownCard is the n-th of many cards that the simulator declines.
func unknownCard(n int) url.Values {
	number := []byte(fmt.Sprintf("4%014d0", 77_000_000+n))
	for ; !payment.Luhn(number); number[15]++ {
	}
	f := card()
	f.Set("number", string(number))
	return f
}

// Card testing stops: after three cards that a bank refused the fourth is not sent,
// and the page says so, that no money was taken, when and how to go on. Nothing is
// claimed, so the bill stays free; a new launch gives one more try or two, another
// server none, and a day later it can be paid.
func TestCardTestingStops(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	sent := 0
	try := func() (answer, string) {
		id := b.choose(t, one("claim-501"))
		sent++
		return b.post("/pay/"+id, unknownCard(sent)), id
	}
	for range 3 {
		if a, id := try(); a.status != http.StatusSeeOther || b.get(a.to()).outcome() != "declined" {
			t.Fatalf("%d to %q, %s", a.status, a.to(), id)
		}
	}
	a, id := try()
	if a.status != http.StatusTooManyRequests || a.page() != "unavailable" {
		t.Fatalf("%d %q", a.status, a.page())
	}
	for _, want := range []string{"No more cards can be tried for now", "was not sent to a bank, and no money was taken for it", "You can try again after November 21, 2026 at 11:", "617-555-0100"} {
		if !a.says(want) {
			t.Errorf("without %q: %s", want, a.body)
		}
	}
	if wait, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || wait < 3500 || wait > 4000 {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	if n := w.practice.collects.Load(); n != 3 {
		t.Errorf("%d cards were sent", n)
	}
	if got := b.get("/pay/" + id); got.status != http.StatusOK || got.page() != "card" {
		t.Errorf("the attempt is not as it was: %d %q", got.status, got.page())
	}
	if strings.Contains(w.logs.String(), "7700000") {
		t.Error("the log has a card")
	}

	// The same for the program.
	f := unknownCard(99)
	got := b.do("POST", "/pay/"+id, f, "Accept", "application/json", "X-Paypane", "1")
	var view struct {
		Page   string
		Notice struct{ Heading string }
	}
	if err := json.Unmarshal([]byte(got.body), &view); err != nil || got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" ||
		view.Page != "unavailable" || !strings.Contains(view.Notice.Heading, "No more cards") {
		t.Errorf("%d %v %s", got.status, err, got.body)
	}

	b = w.visit(dana) // a new launch
	if a, _ := try(); a.status != http.StatusSeeOther {
		t.Errorf("a new session: %d", a.status)
	}
	try()
	if a, _ := try(); a.status != http.StatusTooManyRequests { // of one person, in a day
		t.Errorf("the sixth refusal: %d", a.status)
	}
	w.clock.advance(27 * time.Hour)
	b = w.visit(dana)
	if a := b.post("/pay/"+b.choose(t, one("claim-501")), card()); a.status != http.StatusSeeOther || b.get(a.to()).outcome() != "taken" {
		t.Errorf("a day later: %d to %q", a.status, a.to())
	}
}

// Whatever a bank refuses a card for, payers read the same, on the page and in its
// JSON; staff read what they need.
func TestDeclinesReadTheSame(t *testing.T) {
	t.Parallel()
	// Elements have their attributes in any order, so what they are is not compared but
	// what they say, the view for the program among it.
	ids := regexp.MustCompile(`[A-Z2-7]{26}|[A-Z2-7]{4}-[A-Z2-7]{4}|"(created|sent|ended|whose)":"[^"]*"|<[^>]*>`)
	var pages, views, desks []string
	for _, refusal := range []payment.Refusal{payment.RefusedByBank, payment.RefusedCode} {
		w := newWorld(t, setup{desk: ""})
		w.practice.outcome(payment.Outcome{State: payment.Declined, Refusal: refusal, Evidence: "said " + string(refusal)})
		b := w.visit(dana)
		a := b.post("/pay/"+b.choose(t, one("claim-501")), card())
		pages = append(pages, ids.ReplaceAllString(b.get(a.to()).body, "…"))
		views = append(views, ids.ReplaceAllString(b.json(a.to()).body, "…"))
		ana := w.staffed("ana", staff.FrontDesk)
		taken := ana.pays(t, dana, "20", "method", "card", "number", "4111111111111111", "expiry", "12/34", "name", "Dana Sample", "code", "739", "address", "12 Elm", "zip", "02139")
		w.drain()
		desks = append(desks, ana.get(taken.to()).body)
	}
	if pages[0] != pages[1] {
		t.Errorf("two pages:\n%s\n%s", pages[0], pages[1])
	}
	if views[0] != views[1] {
		t.Errorf("two views:\n%s\n%s", views[0], views[1])
	}
	if !strings.Contains(desks[1], "The security code did not fit") || strings.Contains(desks[0], "The security code did not fit") {
		t.Error("staff are not told what was wrong")
	}
}

// Limits of payers do not hold up the desk, which has limits of its own and says
// which one it is.
func TestDeskHasLimitsOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	for n := range 4 {
		b.post("/pay/"+b.choose(t, one("claim-501")), unknownCard(n))
	}
	ana := w.staffed("ana", staff.FrontDesk)
	take := func(n int) answer {
		f := unknownCard(n)
		a := ana.pays(t, dana, "20", "method", "card", "number", f.Get("number"), "expiry", "12/34", "name", "Dana Sample", "code", "739", "address", "12 Elm", "zip", "02139")
		w.drain()
		return a
	}
	for n := range 10 {
		if a := take(100 + n); a.status != http.StatusSeeOther || ana.get(a.to()).outcome() != "declined" {
			t.Fatalf("card %d at the desk: %d %s", n, a.status, a.body)
		}
	}
	a := take(200)
	if a.status != http.StatusTooManyRequests || a.page() != "desk-take" || a.header.Get("Retry-After") == "" ||
		!a.says("This card was not charged. Too many cards were refused for this patient lately.") {
		t.Errorf("%d %q %s", a.status, a.page(), a.body)
	}
	if a := ana.pays(t, dana, "20", "method", "cash", "given", "20"); a.status != http.StatusSeeOther {
		t.Errorf("cash: %d %s", a.status, a.body)
	}
}
