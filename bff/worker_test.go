package bff

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/dispatch"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

// TendOnce is one turn of the background work, for scripts.
func (s *Server) TendOnce(ctx context.Context) { s.worker.Turn(ctx) }

// later lets time pass and the server tend, turn by turn.
func (w *world) later(d time.Duration) {
	const step = 5 * time.Second
	for ; d > 0; d -= step {
		w.clock.advance(min(d, step))
		w.tend(context.Background())
	}
	w.drain()
}

// A payment whose answer was lost ends in what the practice's books say: taken,
// with its receipt mailed, as soon as they show it; not taken once they would
// have; and until then nobody is told anything else than that we look.
func TestLostAnswersAreFound(t *testing.T) {
	t.Parallel()
	const delay = 2 * time.Minute
	for _, row := range []struct {
		name, number string
		within       time.Duration // until it is decided
		outcome      string
		says         string
		booked       int
	}{
		{"charged, cut", "4000000000009011", 5 * time.Second, "taken", "went through", 1},
		{"charged, 502", "4000000000009045", 5 * time.Second, "taken", "went through", 1},
		{"charged, nonsense", "4000000000009052", 5 * time.Second, "taken", "went through", 1},
		{"charged, cut, listed after 20 s", "4000000000009060", time.Minute + 5*time.Second, "taken", "Your payment of $52.50 went through at 10:00 AM EST.", 1},
		{"not charged, cut", "4000000000009029", delay + 20*time.Second, "not_sent", "You can pay now", 0},
		{"the processor does not know", "4000000000000119", delay + 20*time.Second, "not_sent", "You can pay now", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, setup{delay: delay})
			b := w.visit(dana)
			id := b.choose(t, one("claim-501"))
			b.post("/pay/"+id, card("number", row.number, "email", "dana@mail.example"))
			w.drain()
			a := b.get("/payments/" + id)
			if a.outcome() != "unknown" || !strings.Contains(a.body, "we will also email you a receipt if it went through") || strings.Contains(a.body, noMoney) {
				t.Fatalf("at first: %q %s", a.outcome(), a.body)
			}
			for passed := time.Duration(0); a.outcome() == "unknown"; passed += 5 * time.Second {
				if passed > row.within {
					t.Fatalf("still unknown after %s", passed)
				}
				if a := b.get("/pay"); !strings.Contains(a.body, "result of a payment is not known yet") {
					t.Fatal("the amount page says nothing")
				}
				w.later(5 * time.Second)
				a = b.get("/payments/" + id)
			}
			if a.outcome() != row.outcome || !strings.Contains(a.body, row.says) || strings.Contains(a.body, noMoney) != (row.booked == 0) {
				t.Errorf("in the end: %q %s", a.outcome(), a.body)
			}
			if len(w.sim.Book()) != row.booked || w.sim.Count("collectpayment") != 1 || len(w.sim.Mails()) != row.booked {
				t.Errorf("book %+v, %d requests, mails %+v", w.sim.Book(), w.sim.Count("collectpayment"), w.sim.Mails())
			}
			if row.booked == 1 && !strings.Contains(a.body, w.sim.Book()[0].ID) {
				t.Errorf("without its reference")
			}
			// What was not taken can be paid now, once.
			if row.booked == 0 {
				again, _ := strings.CutPrefix(b.post("/payments/"+id+"/again", nil).to(), "/pay/")
				b.post("/pay/"+again, card())
				w.drain()
				if a := b.get("/payments/" + again); a.outcome() != "taken" || len(w.sim.Book()) != 1 {
					t.Errorf("again: %q, book %+v", a.outcome(), w.sim.Book())
				}
			}
			w.later(30 * time.Second)
			if len(w.sim.Mails()) > 1 {
				t.Errorf("mails %+v", w.sim.Mails())
			}
		})
	}
}

// Books that cannot be read decide nothing: the payment stays unknown, and
// after a day a person is asked. What becomes of it then is the truth of then.
func TestBooksThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return nil, errors.New("down") }
	b := w.visit(dana)
	id := b.choose(t, one("claim-501"))
	b.post("/pay/"+id, card("number", "4000000000009011"))
	w.drain()
	for range 26 * 60 {
		w.clock.advance(time.Minute)
		w.tend(context.Background())
	}
	b = w.visit(dana)
	a := b.get("/payments/" + id)
	if a.outcome() != "unknown" || !strings.Contains(a.body, "A person has to look at this payment") || strings.Contains(a.body, noMoney) {
		t.Errorf("%q %s", a.outcome(), a.body)
	}
	asked, err := w.ledger.ReviewQueue(context.Background(), []int{195900})
	if err != nil || len(asked) != 1 || asked[0].Checks < 5 {
		t.Errorf("%+v, %v", asked, err)
	}
}

// A server that is one of several leaves alone what is fresh, and ends what is
// stale: what was never sent is proved so, of the rest nobody knows.
func TestTendEndsWhatOthersLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{kept: true})
	b := w.visit(dana)
	claimed, sending := b.choose(t, one("claim-501")), b.choose(t, one("claim-502"))
	ctx := context.Background()
	for _, id := range []string{claimed, sending} {
		if _, err := w.ledger.Claim(ctx, payment.Patient{Practice: 195900, ID: dana}, id, ledger.CardUse{Brand: payment.Visa, Last4: "1111"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.ledger.MarkSending(ctx, sending, ""); err != nil {
		t.Fatal(err)
	}
	w.ledger.shared = true
	next := newWorld(t, setup{dir: w.dir, clock: w.clock, shared: true}) // another server starts
	next.later(dispatch.Stale)
	for _, id := range []string{claimed, sending} {
		if a := b.get("/payments/" + id); a.outcome() != "pending" {
			t.Errorf("fresh: %q", a.outcome())
		}
	}
	next.later(time.Second)
	if a := b.get("/payments/" + claimed); a.outcome() != "not_sent" || !strings.Contains(a.body, noMoney) {
		t.Errorf("claimed: %q", a.outcome())
	}
	if a := b.get("/payments/" + sending); a.outcome() != "unknown" || strings.Contains(a.body, noMoney) {
		t.Errorf("sending: %q", a.outcome())
	}
	if _, err := w.ledger.MarkSending(ctx, claimed, ""); !errors.Is(err, ledger.ErrTransition) {
		t.Errorf("the first server sends after all: %v", err)
	}
}

// Of two payments that one row could be, no machine decides.
func TestTwoPaymentsAndOneRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Minute})
	b := w.visit(dana)
	// Nobody knows what the books showed before either of them.
	w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return nil, errors.New("down") }
	first := b.choose(t, url.Values{"pay": {"other"}, "amount": {"20.00"}})
	b.post("/pay/"+first, card("number", "4000000000009011"))
	w.drain()
	second := b.choose(t, url.Values{"pay": {"other"}, "amount": {"20.00"}}) // the next bill: the first is held
	w.practice.outcome(payment.Outcome{State: payment.Unknown})
	b.post("/pay/"+second, card("number", "4000000000009011", "repeat", first))
	w.drain()
	w.practice.receipts = nil
	w.later(3 * time.Minute)
	for _, id := range []string{first, second} {
		if a := b.get("/payments/" + id); a.outcome() != "unknown" || !strings.Contains(a.body, "A person has to look") {
			t.Errorf("%q: %s", a.outcome(), a.body)
		}
	}
}

// While the receipts hang, and the orders for e-mails too, the server goes on
// ending what others left behind.
func TestWhatHangsDoesNotStopTheRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{shared: true})
	b := w.visit(dana)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	claim := func(choice url.Values) string {
		id := b.choose(t, choice)
		use := ledger.CardUse{Brand: payment.Visa, Last4: "1111", Wishes: payment.Wishes{Email: "dana@mail.example"}}
		if _, err := w.ledger.Claim(ctx, payment.Patient{Practice: 195900, ID: dana}, id, use); err != nil {
			t.Fatal(err)
		}
		return id
	}
	for bill, outcome := range map[string]payment.Outcome{"claim-501": {State: payment.Unknown}, "claim-502": taken} {
		id := claim(one(bill))
		if _, err := w.ledger.MarkSending(ctx, id, "0"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.ledger.Settle(ctx, id, outcome); err != nil {
			t.Fatal(err)
		}
	}
	left := claim(url.Values{"pay": {"other"}, "amount": {"20.00"}})

	hung, release := make(chan struct{}, 10), make(chan struct{})
	hang := func() error {
		hung <- struct{}{}
		<-release
		return errors.New("late")
	}
	w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return nil, hang() }
	w.practice.email = hang
	tick := make(chan time.Time)
	w.after = func(time.Duration) <-chan time.Time { return tick }
	tended := make(chan struct{})
	go func() {
		defer close(tended)
		w.Run(ctx)
	}()
	for range 2 { // the receipts and the e-mail
		select {
		case <-hung:
		case <-ctx.Done():
			t.Error("one waits for the other")
		}
	}
	w.clock.advance(dispatch.Stale + time.Second)
	for range 2 { // whoever takes the second has ended the first
		select {
		case tick <- w.clock.now():
		case <-ctx.Done():
			t.Error("nobody looks for what was left behind")
		}
	}
	if a := b.get("/payments/" + left); a.outcome() != "not_sent" {
		t.Errorf("left behind: %q", a.outcome())
	}
	cancel()
	close(release)
	<-tended
}

// A clock that is set forward proves nothing about money: no page says that it
// was not taken before the delay has really passed.
func TestAClockThatIsSet(t *testing.T) {
	t.Parallel()
	const delay = 2 * time.Minute
	w := newWorld(t, setup{delay: delay})
	b := w.visit(dana)
	id := b.choose(t, one("claim-501"))
	w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return nil, nil } // not listed yet
	b.post("/pay/"+id, card("number", "4000000000009011"))
	w.drain()
	w.tend(context.Background())
	w.clock.step(4 * time.Minute)
	w.tend(context.Background())
	if a := b.get("/payments/" + id); a.outcome() != "unknown" || strings.Contains(a.body, noMoney) {
		t.Fatalf("%q right after the clock was set", a.outcome())
	}
	w.clock.step(-4 * time.Minute)
	w.practice.receipts = nil
	w.later(3 * delay)
	if a := b.get("/payments/" + id); a.outcome() != "taken" {
		t.Errorf("%q in the end", a.outcome())
	}
}
