package bff

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paypane/bff/account"
	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// Cards that cannot be read now are said to be so, on the page and when one was
// chosen, and a card that is typed pays all the same.
func TestStoredCardsUnread(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.keeps(dana)
	b.add(t, "4111111111111111")
	id := w.stored(dana)[0].ID
	attempt := b.choose(t, one("claim-501"))
	down := athenatest.Fault{Endpoint: "storedcards", When: "before", Do: "status", Status: 503, Times: 100}
	w.sim.Fault(down)
	if a := b.get("/pay/" + attempt); !strings.Contains(a.body, "Your saved cards cannot be read right now.") {
		t.Errorf("%s", a.body)
	}
	if a := b.post("/pay/"+attempt, url.Values{"card": {id}, "code-" + id: {"123"}}); a.status != 422 || !strings.Contains(a.body, "cannot be read right now. Nothing was sent.") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.post("/pay/"+attempt, card("card", "new")); a.to() != "/payments/"+attempt {
		t.Errorf("%d %s", a.status, a.body)
	}
	if len(w.sim.Book()) != 1 {
		t.Errorf("%d movements", len(w.sim.Book()))
	}
}

// A department that gives no answer takes no page down: what rests on it says
// so, and what was known of it goes on being believed.
func TestDepartmentUnread(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.keeps(dana)
	w.practice.office = func(payment.Department, error) (payment.Department, error) {
		return payment.Department{}, errors.New("503")
	}
	if a := b.get("/pay"); a.status != 200 || strings.Contains(a.body, `href="/agreements"`) || !strings.Contains(a.body, `href="/cards"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.get("/agree"); a.status != http.StatusServiceUnavailable {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.practice.office = nil
	w.clock.advance(account.DepartmentPause)
	if a := b.get("/agree"); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.practice.office = func(payment.Department, error) (payment.Department, error) {
		return payment.Department{}, errors.New("503")
	}
	w.clock.advance(2 * account.DepartmentLife)
	if a := b.get("/agree"); a.status != 200 {
		t.Errorf("known before: %d %s", a.status, a.body)
	}
}
