package bff

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// made counts the attempts that the ledger has.
func (w *world) made(t testing.TB) int {
	t.Helper()
	all, err := w.ledger.Ledger.(*ledger.Ledger).List(context.Background(), ledger.Query{Limit: 10000})
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func amounting(cents int) url.Values {
	return url.Values{"pay": {"other"}, "amount": {payment.Cents(int64(cents)).Display()}}
}

// The same choice, however often it is made and in however many windows, is one
// attempt: what is written down stays for ever.
func TestTheSameChoiceIsOneAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b, second := w.visit(dana), w.visit(dana)
	id := b.choose(t, everything)
	for range 400 {
		if again := b.choose(t, everything); again != id {
			t.Fatalf("another attempt %s", again)
		}
		if again := second.choose(t, everything); again != id {
			t.Fatalf("another attempt %s in another window", again)
		}
	}
	if n := w.made(t); n != 1 {
		t.Errorf("%d attempts", n)
	}
	// Another person's, another amount's, a later and a paid one's are others.
	if robin := w.visit(40212).choose(t, everything); robin == id {
		t.Error("another patient's")
	}
	if part := b.choose(t, one("claim-501")); part == id {
		t.Error("another amount's")
	}
	guarantor := w.browser()
	guarantor.launch(harborEd.token(w, func(_, c claimSet) { c["sub"] = "member-9" }))
	if theirs := guarantor.choose(t, everything); theirs == id {
		t.Error("another payer's")
	}
	w.clock.advance(ledger.Fresh/2 + time.Second)
	b = w.visit(dana)
	if later := b.choose(t, everything); later == id {
		t.Error("a later one's has little time left")
	}
}

// What was claimed is never handed out again, and what was chosen before
// something else was paid is not chosen again: it would be refused then.
func TestAChoiceAfterAPaymentIsNew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	first, five := b.choose(t, amounting(500)), b.choose(t, amounting(600))
	if a := b.post("/pay/"+first, card()); a.to() != "/payments/"+first {
		t.Fatalf("pay: %d to %s", a.status, a.to())
	}
	w.drain()
	again := b.choose(t, amounting(600))
	if again == five || again == first {
		t.Error("an attempt from before the payment")
	}
	if a := b.post("/pay/"+again, card("number", "5555 5555 5555 4444")); a.to() != "/payments/"+again {
		t.Errorf("the new one: %d to %s", a.status, a.to())
	}
	w.drain()
	if book := w.sim.Book(); len(book) != 2 || book[0].Amount+book[1].Amount != 1100 {
		t.Errorf("the book: %+v", book)
	}
}

// Eight hundred amounts one after the other stop at a number. What was chosen
// last can be paid, another payer is not held up, and after an hour nobody is.
func TestManyChoicesStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	newest, refused := "", 0
	for i := range 800 {
		w.clock.advance(time.Millisecond)
		switch a := b.post("/pay", amounting(100+i)); a.status {
		case http.StatusSeeOther:
			newest = a.to()
		case http.StatusTooManyRequests:
			if refused++; refused == 1 && (a.page() != "unavailable" || !strings.Contains(a.body, `href="`+newest+`"`) || !strings.Contains(a.body, "Nothing was sent by this step")) {
				t.Errorf("the page does not say how to go on: %s", a.body)
			}
		default:
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if n := w.made(t); n != ledger.Choosing || refused != 800-ledger.Choosing {
		t.Errorf("%d attempts, %d refused", n, refused)
	}
	guarantor := w.browser()
	guarantor.launch(harborEd.token(w, func(_, c claimSet) { c["sub"], c["role"] = "member-9", "payer" }))
	guarantor.choose(t, everything)
	b.choose(t, amounting(100+ledger.Choosing-1)) // was chosen before
	if a := b.post(newest, card()); a.status != http.StatusSeeOther || !strings.HasPrefix(a.to(), "/payments/") {
		t.Errorf("what was chosen last cannot be paid: %d %s", a.status, a.body)
	}
	w.drain()
	b.choose(t, amounting(2000)) // there is room again
	w.clock.advance(ledger.Fresh + time.Second)
	b = w.visit(dana)
	for i := range ledger.Choosing {
		b.choose(t, amounting(3000+i))
	}
}

// Plans are chosen the same way.
func TestTheSamePlanIsOneAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	seen := map[string]bool{}
	for range 20 {
		a := b.post("/plan", twoBills)
		if a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
		seen[a.to()] = true
	}
	if len(seen) != 1 {
		t.Errorf("%d attempts: %s", len(seen), fmt.Sprint(seen))
	}
}
