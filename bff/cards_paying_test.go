package bff

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/pages"
	"paypane/web/payment"
)

// A stored card pays with its security code, once.
func TestPayWithStoredCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.keeps(dana)
	b.add(t, "4111111111111111")
	id := w.stored(dana)[0].ID
	attempt := b.choose(t, one("claim-501"))
	for code, says := range map[string]string{"": "Enter the security code", "12": "The security code has 3 digits for Visa"} {
		a := b.post("/pay/"+attempt, url.Values{"card": {id}, "code-" + id: {code}})
		if a.status != 422 || strings.Count(a.body, says) < 2 {
			t.Errorf("code %q: %d %s", code, a.status, a.body)
		}
	}
	if a := b.post("/pay/"+attempt, url.Values{}); a.status != 422 || !strings.Contains(a.body, "Choose a card") {
		t.Errorf("no card chosen: %d", a.status)
	}
	for range 2 {
		if a := b.post("/pay/"+attempt, url.Values{"card": {id}, "code-" + id: {"123"}}); a.to() != "/payments/"+attempt {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if a := b.get("/payments/" + attempt); a.outcome() != "taken" || !strings.Contains(a.body, "Visa ending in 1111") {
		t.Errorf("%s", a.body)
	}
	if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 5250 || book[0].Last4 != "1111" {
		t.Errorf("%+v", book)
	}
}

// Saving is off until the box is ticked. A card is stored after its payment was
// taken, and never after one that was not; the page says what became of it.
func TestSaveWhilePaying(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		number, save, fault, says string
		cards                     int
	}{
		{"4111111111111111", "", "", "", 0},
		{"4111111111111111", "yes", "", "Your card is saved for later payments.", 1},
		{"4000000000000002", "yes", "", "", 0},
		{"4111111111111111", "yes", "cut", "We do not know yet if your card was saved.", 1},
		{"4111111111111111", "yes", "status", "Your card was not saved.", 0},
	} {
		w := newWorld(t, setup{delay: time.Minute})
		switch row.fault {
		case "cut":
			w.sim.Fault(athenatest.Fault{Endpoint: "storedcard", When: "after", Do: "cut"})
		case "status":
			w.sim.Fault(athenatest.Fault{Endpoint: "storedcard", When: "before", Do: "status", Status: 400, Body: `{"error":"No."}`, ContentType: "application/json"})
		}
		b := w.keeps(dana)
		attempt := b.choose(t, one("claim-501"))
		b.post("/pay/"+attempt, card("number", row.number, "save", row.save))
		w.drain()
		a := b.get("/payments/" + attempt)
		if row.says == "" && strings.Contains(a.body, "saved") || !strings.Contains(a.body, row.says) {
			t.Errorf("%+v: %s", row, a.body)
		}
		if n := len(w.stored(dana)); n != row.cards {
			t.Errorf("%+v: %d cards", row, n)
		}
	}
}

// The form for a new card sends nothing but a card to be stored, whatever
// attempt it names.
func TestAddCardIsNoWayToPay(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.keeps(dana)
	id := b.choose(t, everything)
	if a := b.post("/cards/add", card("consent", "yes", "attempt", id)); a.status < 400 {
		t.Errorf("%d to %q", a.status, a.to())
	}
	a, err := w.ledger.AttemptForPatient(context.Background(), payment.Patient{Practice: 195900, ID: dana}, id)
	if err != nil || a.State != payment.Created || len(w.stored(dana)) != 0 {
		t.Errorf("the payment is %s, %v, %d cards", a.State, err, len(w.stored(dana)))
	}
}

// What is agreed to when a card is saved stands beside the box, word by word,
// and is what is kept.
func TestConsentWhilePaying(t *testing.T) {
	t.Parallel()
	for _, see := range []bool{true, false} {
		w := newWorld(t, setup{})
		b := w.keeps(dana, func(c claimSet) { c["saved_cards"] = see })
		attempt := b.choose(t, one("claim-501"))
		page := b.get("/pay/" + attempt)
		b.post("/pay/"+attempt, card("save", "yes"))
		w.drain()
		kept, err := w.ledger.Consent(context.Background(), payment.Patient{Practice: 195900, ID: dana}, pages.KeptID(attempt))
		if err != nil || !strings.Contains(page.body, kept.Text) || strings.Contains(kept.Text, "by calling") == see {
			t.Errorf("%v: %q, %v", see, kept.Text, err)
		}
	}
}
