package bff

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/web/payment"
)

// hold makes the practice keep every charge until release is called, and then
// answer o. began tells that one has arrived.
func (m *faultyPractice) hold(o payment.Outcome) (began <-chan struct{}, release func()) {
	arrived, open := make(chan struct{}, 100), make(chan struct{})
	m.collect = func(ctx context.Context, _ payment.Charge, _ *payment.Card) payment.Outcome {
		arrived <- struct{}{}
		<-open
		if err := ctx.Err(); err != nil {
			o.Evidence, o.State = err.Error(), payment.Unknown
		}
		return o
	}
	return arrived, sync.OnceFunc(func() { close(open) })
}

var taken = payment.Outcome{State: payment.Succeeded, Reference: "61234"}

// Fifty presses of Pay at once are one charge.
func TestPayManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, everything)
	var all sync.WaitGroup
	for range 50 {
		tab := *b
		all.Go(func() {
			if a := tab.post("/pay/"+id, card()); a.status != http.StatusSeeOther || a.to() != "/payments/"+id {
				t.Errorf("%d to %q", a.status, a.to())
			}
		})
	}
	all.Wait()
	if n, book := w.practice.collects.Load(), w.sim.Book(); n != 1 || len(book) != 1 || w.sim.Count("collectpayment") != 1 {
		t.Errorf("%d charges, book %+v", n, book)
	}
	if a := b.get("/payments/" + id); a.outcome() != "taken" {
		t.Errorf("%q", a.outcome())
	}
}

// A browser that leaves changes nothing: the charge ends, and how is written
// down.
func TestBrowserLeavesWhilePaying(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	began, release := w.practice.hold(taken)
	defer release()
	b := w.visit(dana)
	id := b.choose(t, everything)
	ctx, leave := context.WithCancel(context.Background())
	leaving := *b
	leaving.ctx = ctx
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		leaving.post("/pay/"+id, card())
	}()
	<-began
	leave()
	<-answered
	if a := b.get("/payments/" + id); a.outcome() != "pending" {
		t.Errorf("while it is sent: %q", a.outcome())
	}
	short, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.Drain(short); !errors.Is(err, context.Canceled) {
		t.Errorf("drain does not wait for the charge: %v", err)
	}
	release()
	w.drain()
	if a := b.get("/payments/" + id); a.outcome() != "taken" || !strings.Contains(a.body, "61234") || w.practice.collects.Load() != 1 {
		t.Errorf("%q, %d charges", a.outcome(), w.practice.collects.Load())
	}
}

// A practice that takes long is not waited for: the page says that the payment
// is being sent, and looks again by itself. The program asks on its own.
func TestPracticeTakesLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	began, release := w.practice.hold(taken)
	defer release()
	var waited time.Duration
	w.after = func(d time.Duration) <-chan time.Time {
		waited = d
		return fired()
	}
	b := w.visit(dana)
	id := b.choose(t, everything)
	if a := b.post("/pay/"+id, card()); a.status != http.StatusSeeOther || a.to() != "/payments/"+id || waited != account.AnswerWait {
		t.Fatalf("%d to %q after %v", a.status, a.to(), waited)
	}
	a := b.get("/payments/" + id)
	if a.outcome() != "pending" || a.header.Get("Refresh") != "3" || !strings.Contains(a.body, "Do not pay again") || strings.Contains(a.body, noMoney) {
		t.Errorf("%q, refresh %q: %s", a.outcome(), a.header.Get("Refresh"), a.body)
	}
	<-began
	if a := b.json("/payments/" + id); a.status != http.StatusOK || a.header.Get("Refresh") != "" || !strings.Contains(a.body, `"state":"sending"`) {
		t.Errorf("JSON: refresh %q: %s", a.header.Get("Refresh"), a.body)
	}
	if a := b.post("/pay/"+id, card()); a.to() != "/payments/"+id {
		t.Errorf("pressed again: %d to %q", a.status, a.to())
	}
	if a := b.post("/payments/"+id+"/again", nil); a.to() != "/payments/"+id {
		t.Errorf("again while it is sent: %d to %q", a.status, a.to())
	}
	release()
	w.drain()
	if a := b.get("/payments/" + id); a.outcome() != "taken" || a.header.Get("Refresh") != "" || w.practice.collects.Load() != 1 {
		t.Errorf("%q, %d charges", a.outcome(), w.practice.collects.Load())
	}
}

// An attempt without an outcome for longer than there can be one is unknown,
// to the second; the true outcome replaces that if it comes after all.
func TestStaleSending(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	began, release := w.practice.hold(taken)
	defer release()
	w.after = func(time.Duration) <-chan time.Time { return fired() }
	b := w.visit(dana)
	id := b.choose(t, everything)
	b.post("/pay/"+id, card())
	<-began
	w.clock.advance(dispatch.Stale)
	if a := b.get("/payments/" + id); a.outcome() != "pending" {
		t.Errorf("at the limit: %q", a.outcome())
	}
	w.clock.advance(time.Microsecond)
	if a := b.get("/payments/" + id); a.outcome() != "unknown" || a.header.Get("Refresh") == "" || strings.Contains(a.body, noMoney) {
		t.Errorf("after it: %q, refresh %q", a.outcome(), a.header.Get("Refresh"))
	}
	release()
	w.drain()
	if a := b.get("/payments/" + id); a.outcome() != "taken" || !strings.Contains(a.body, "61234") {
		t.Errorf("once the answer came: %q", a.outcome())
	}
}

// A panic on the way to the practice may have come before the money moved or
// after: nobody knows. The server goes on.
func TestCollectPanics(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	var kept *payment.Card
	w.practice.collect = func(_ context.Context, _ payment.Charge, c *payment.Card) payment.Outcome {
		kept = c
		panic(fmt.Sprintf("%v 4111111111111111", c))
	}
	b := w.visit(dana)
	id := b.choose(t, everything)
	if a := b.post("/pay/"+id, card("email", "dana@mail.example")); a.to() != "/payments/"+id {
		t.Fatalf("%d to %q", a.status, a.to())
	}
	w.drain()
	if a := b.get("/payments/" + id); a.outcome() != "unknown" || strings.Contains(a.body, noMoney) || w.practice.emails.Load() != 0 {
		t.Errorf("%q", a.outcome())
	}
	kept.Reveal(func(number, code []byte) {
		if len(number)+len(code) != 0 {
			t.Error("the card is not cleared")
		}
	})
	if strings.Contains(w.logs.String(), "4111") {
		t.Error("the panic's value is in the log")
	}
}

// However a charge ends, the card is gone afterwards.
func TestCardIsCleared(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	var number, code []byte
	w.practice.collect = func(_ context.Context, _ payment.Charge, c *payment.Card) payment.Outcome {
		c.Reveal(func(n, k []byte) { number, code = n, k })
		if string(number) != "4111111111111111" || string(code) != "739" {
			t.Errorf("not the card that was typed")
		}
		return taken
	}
	b := w.visit(dana)
	id := b.choose(t, everything)
	b.post("/pay/"+id, card())
	w.drain()
	if strings.Trim(string(number)+string(code), "\x00") != "" || len(number) != 16 {
		t.Error("the card's bytes are not overwritten")
	}
}

// A ledger that cannot write for a while gets the outcome later; one that
// never can leaves it to the result page and to the next start, both of which
// say what is true: unknown. Nothing is sent again.
func TestLedgerCannotSettle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{kept: true})
	failing := func(times int32) func(int32) error {
		return func(n int32) error {
			if n <= times {
				return errors.New("disk is full")
			}
			return nil
		}
	}
	w.ledger.settle = failing(dispatch.SettleTries - 1)
	b := w.visit(dana)
	id := b.choose(t, one("claim-501"))
	b.post("/pay/"+id, card("email", "dana@mail.example"))
	w.drain()
	if a := b.get("/payments/" + id); a.outcome() != "taken" || w.practice.emails.Load() != 1 {
		t.Errorf("in the end: %q, %d receipts", a.outcome(), w.practice.emails.Load())
	}

	w.ledger.settles.Store(0)
	w.ledger.settle = failing(dispatch.SettleTries)
	id = b.choose(t, one("claim-502"))
	b.post("/pay/"+id, card("email", "dana@mail.example"))
	w.drain()
	if a := b.get("/payments/" + id); a.outcome() != "pending" || w.practice.emails.Load() != 1 {
		t.Errorf("never: %q, %d receipts", a.outcome(), w.practice.emails.Load())
	}
	next := newWorld(t, setup{dir: w.dir, clock: w.clock}) // a restart
	b.w = next
	if a := b.get("/payments/" + id); a.outcome() != "unknown" || strings.Contains(a.body, noMoney) {
		t.Errorf("after a restart: %q", a.outcome())
	}
	if !strings.Contains(next.logs.String(), "the result of those that were being sent is unknown") {
		t.Error("the restart says nothing")
	}

	b.w = w
	w.ledger.settles.Store(0)
	w.ledger.settle = failing(dispatch.SettleTries)
	w.ledger.recoveries.Store(1)
	id = b.choose(t, one("claim-503"))
	b.post("/pay/"+id, card())
	w.drain()
	w.clock.advance(dispatch.Stale + time.Second)
	if a := b.get("/payments/" + id); a.status != http.StatusInternalServerError || strings.Contains(a.body, noMoney) {
		t.Errorf("the page, while the ledger cannot write: %d", a.status)
	}
	if a := b.get("/payments/" + id); a.outcome() != "unknown" {
		t.Errorf("the page, once it can: %q", a.outcome())
	}
	if w.practice.collects.Load() != 3 || next.practice.collects.Load() != 0 {
		t.Errorf("%d and %d charges", w.practice.collects.Load(), next.practice.collects.Load())
	}
}

// The receipt is ordered once, after the money was taken and only then, and
// the page says that it is on its way only if it was.
func TestReceiptByEmail(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		outcome payment.Outcome
		email   string
		order   func() error
		orders  int32
		says    bool
	}{
		{"taken", taken, "dana@mail.example", func() error { return nil }, 1, true},
		{"taken, no address", taken, "", func() error { return nil }, 0, false},
		{"taken, not accepted", taken, "dana@mail.example", func() error { return errors.New("no") }, 1, false},
		{"taken, panic", taken, "dana@mail.example", func() error { panic("no") }, 1, false},
		{"declined", payment.Outcome{State: payment.Declined}, "dana@mail.example", nil, 0, false},
		{"not sent", payment.Outcome{State: payment.NotSent}, "dana@mail.example", nil, 0, false},
		{"unknown", payment.Outcome{State: payment.Unknown}, "dana@mail.example", nil, 0, false},
		{"taken, as far as it says", payment.Outcome{State: "TAKEN", Reference: "1"}, "dana@mail.example", nil, 0, false},
	} {
		w := newWorld(t, setup{})
		w.practice.outcome(row.outcome)
		w.practice.email = row.order
		b := w.visit(dana)
		id := b.choose(t, everything)
		b.post("/pay/"+id, card("email", row.email))
		w.drain()
		b.post("/pay/"+id, card("email", row.email))
		w.drain()
		a := b.get("/payments/" + id)
		if n := w.practice.emails.Load(); n != row.orders {
			t.Errorf("%s: %d receipts", row.name, n)
		}
		if says := strings.Contains(a.body, "re sending a receipt to dana@mail.example"); says != row.says {
			t.Errorf("%s: says that it is on its way: %t", row.name, says)
		}
		if row.outcome.State == payment.Succeeded && a.outcome() != "taken" {
			t.Errorf("%s: %q", row.name, a.outcome())
		}
	}
}

// The address of the token fills in the form; where the receipt goes the payer
// says.
func TestReceiptAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, everything)
	if a := b.get("/pay/" + id); !strings.Contains(a.body, `value="dana@mail.example"`) {
		t.Error("the form does not offer the portal's address")
	}
	b.post("/pay/"+id, card("email", ""))
	w.drain()
	if w.practice.emails.Load() != 0 {
		t.Error("a receipt went to an address that the payer took away")
	}
}
