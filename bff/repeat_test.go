package bff

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// A form that shows another amount than its attempt has is refused, with
// nothing sent, and the attempt can still be paid as it is.
func TestAnotherAmountIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, everything)
	if a := b.get("/pay/" + id); !strings.Contains(a.body, `value="120.00"`) {
		t.Errorf("the form does not say what it is for: %s", a.body)
	}
	for _, amount := range []string{"1.00", "120.01", "0120.00x", "4111 1111 1111 1111"} {
		a := b.post("/pay/"+id, card("amount", amount))
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "This page is for a payment of $120.00") || strings.Contains(a.body, amount+`"`) {
			t.Errorf("%s: %d", amount, a.status)
		}
	}
	if len(w.sim.Book()) != 0 || w.sim.Count("collectpayment") != 0 {
		t.Errorf("book: %+v", w.sim.Book())
	}
	b.post("/pay/"+id, card("amount", "120.00"))
	w.drain()
	if a := b.get("/payments/" + id); a.outcome() != "taken" {
		t.Errorf("the right amount: %q", a.outcome())
	}
}

// A charge that repeats one of minutes ago asks first: before the card is
// typed, and again if the box is not ticked. Ticked, it is another payment.
func TestRepeatAsksFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	part := url.Values{"pay": {"other"}, "amount": {"20.00"}}
	first := b.choose(t, part)
	b.post("/pay/"+first, card())
	w.drain()

	second := b.choose(t, part)
	const asks = "Is this another payment?"
	if a := b.get("/pay/" + second); !strings.Contains(a.body, asks) || !strings.Contains(a.body, "You paid $20.00 with Visa ending in 1111 at 10:00 AM EST.") {
		t.Errorf("the card form does not ask: %s", a.body)
	}
	a := b.post("/pay/"+second, card())
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Tick the box if you want to pay $20.00 once more. Nothing was sent.") || strings.Contains(a.body, "4111") {
		t.Errorf("not ticked: %d %s", a.status, a.body)
	}
	if len(w.sim.Book()) != 1 {
		t.Fatalf("book: %+v", w.sim.Book())
	}
	b.post("/pay/"+second, card("repeat", first))
	w.drain()
	if a := b.get("/payments/" + second); a.outcome() != "taken" || len(w.sim.Book()) != 2 {
		t.Errorf("ticked: %q, book %+v", a.outcome(), w.sim.Book())
	}

	// Another card, another amount, or later: nobody is asked.
	third := b.choose(t, part)
	b.post("/pay/"+third, card("number", "5555 5555 5555 4444"))
	w.drain()
	if a := b.get("/payments/" + third); a.outcome() != "taken" {
		t.Errorf("another card: %q", a.outcome())
	}
	w.clock.advance(ledger.DuplicateWithin + time.Second)
	b = w.visit(dana)
	fourth := b.choose(t, part)
	if a := b.get("/pay/" + fourth); strings.Contains(a.body, asks) {
		t.Error("asks about what is long ago")
	}
	b.post("/pay/"+fourth, card())
	w.drain()
	if a := b.get("/payments/" + fourth); a.outcome() != "taken" {
		t.Errorf("later: %q", a.outcome())
	}
}

// A payment in doubt is one that an equal one is asked about, too, and its bill
// cannot be paid otherwise meanwhile.
func TestRepeatOfAPaymentInDoubt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	w.practice.outcome(payment.Outcome{State: payment.Unknown})
	b := w.visit(dana)
	id := b.choose(t, one("claim-501"))
	b.post("/pay/"+id, card())
	w.drain()
	if a := b.post("/pay", one("claim-501")); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a bill with a payment in doubt can be chosen: %d to %q", a.status, a.to())
	}
	other := b.choose(t, url.Values{"pay": {"other"}, "amount": {"52.50"}}) // the same amount, of other bills
	if a := b.get("/pay/" + other); !strings.Contains(a.body, "A payment of $52.50 was sent with Visa ending in 1111") {
		t.Errorf("does not ask: %s", a.body)
	}
	if a := b.post("/pay/"+other, card()); a.status != http.StatusUnprocessableEntity || w.practice.collects.Load() != 1 {
		t.Errorf("%d, %d charges", a.status, w.practice.collects.Load())
	}
}
