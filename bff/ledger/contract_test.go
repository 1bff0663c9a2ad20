package ledger

import (
	"crypto/rand"
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"paypane/web/payment"
)

func TestSQLite(t *testing.T) { testContract(t, sqliteDatabase) }

// testContract is what every kind of ledger has to keep.
func testContract(t *testing.T, empty database) {
	for name, test := range map[string]func(*testing.T, *clock, func(fatal) *Ledger){
		"attempt":  testAttempt,
		"fence":    testFence,
		"overlap":  testOverlap,
		"stale":    testStaleBasis,
		"recover":  testRecover,
		"texts":    testTexts,
		"spent":    testSpent,
		"emailed":  testEmailed,
		"sessions": testSessions,
		"lost":     testLostUpdates,
		"launches": testLaunches,
		"handover": testHandovers,
		"prune":    testPrune,
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			test(t, c, empty(t, c.now))
		})
	}
	t.Run("model", func(t *testing.T) { testModel(t, empty) })
}

func testAttempt(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := create(t, l, ada, "501", "502")
	if a.State != payment.Created || !a.Created.Equal(c.now()) || a.Patient != ada || a.Subject != "user-7" ||
		a.Portal != "harbor" || !reflect.DeepEqual(a.Charge, charge("501", "502")) {
		t.Fatalf("created %+v", a)
	}
	c.advance(time.Minute)
	sent := claim(t, l, a)
	if sent.State != payment.Sending || !sent.Sent.Equal(c.now()) || sent.Brand != visa.Brand ||
		sent.Last4 != visa.Last4 || sent.Email != visa.Email {
		t.Fatalf("claimed %+v", sent)
	}
	c.advance(time.Minute)
	taken := must(t, func() (Attempt, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Taken, Reference: "9001", Evidence: "200"})
	})
	if taken.State != payment.Taken || !taken.Ended.Equal(c.now()) || taken.Reference != "9001" {
		t.Fatalf("settled %+v", taken)
	}
	elsewhere := ada
	elsewhere.Department, elsewhere.Appointment = 2, 0
	read := must(t, func() (Attempt, error) { return l.Attempt(ctx, elsewhere, a.ID) })
	if !reflect.DeepEqual(read, taken) {
		t.Fatalf("read %+v, settled %+v", read, taken)
	}
	for _, stranger := range []payment.Patient{bob, ada2, {}} {
		_, err := l.Attempt(ctx, stranger, a.ID)
		want(t, err, ErrNotFound)
		_, err = l.Claim(ctx, stranger, a.ID, visa)
		want(t, err, ErrNotFound)
	}
	_, err := l.CreateAttempt(ctx, a)
	want(t, err, ErrConflict)
	_, err = l.Settle(ctx, rand.Text(), payment.Outcome{State: payment.Taken})
	want(t, err, ErrNotFound)
	a.ID, a.Basis = rand.Text(), 0
	if _, err := l.CreateAttempt(ctx, a); err == nil {
		t.Fatalf("an attempt without a basis was made")
	}
	a.ID, a.Basis, a.Charge = rand.Text(), 1, payment.Charge{}
	if _, err := l.CreateAttempt(ctx, a); err == nil {
		t.Fatalf("an attempt without lines was made")
	}
}

func testFence(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l, second := open(t), open(t) // as two processes would
	defer l.Close()
	defer second.Close()
	a := create(t, l, ada, "501")
	var turn atomic.Int64
	won, others := race(100, func() error {
		_, err := []*Ledger{l, second}[turn.Add(1)%2].Claim(ctx, ada, a.ID, visa)
		return err
	})
	if won != 1 {
		t.Fatalf("%d callers may send one attempt", won)
	}
	for _, err := range others {
		var claimed *ClaimedError
		if !errors.As(err, &claimed) || claimed.Attempt.State != payment.Sending || claimed.Attempt.ID != a.ID {
			t.Fatalf("a loser got %v", err)
		}
	}
	// A hundred tabs, each with an attempt of its own for the same bill.
	tabs := make(chan Attempt, 100)
	for range cap(tabs) {
		tabs <- create(t, l, bob, "501")
	}
	if won, _ := race(cap(tabs), func() error {
		tab := <-tabs
		_, err := l.Claim(ctx, bob, tab.ID, visa)
		return err
	}); won != 1 {
		t.Fatalf("%d attempts for one bill may be sent", won)
	}
}

func testOverlap(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	for _, end := range []payment.State{payment.Sending, payment.Unknown, payment.Taken, payment.Declined, payment.NotSent} {
		p := ada
		p.ID += len(end) // somebody new each time
		tab1, tab2 := create(t, l, p, "501", "502"), create(t, l, p, "502", "503")
		apart, other := create(t, l, p, "504"), create(t, l, ada2, "501", "502")
		claim(t, l, tab1)
		if end != payment.Sending {
			must(t, func() (Attempt, error) { return l.Settle(ctx, tab1.ID, payment.Outcome{State: end}) })
		}
		claim(t, l, apart)
		claim(t, l, other)
		must(t, func() (Attempt, error) { return l.Settle(ctx, other.ID, payment.Outcome{State: payment.Declined}) })
		_, err := l.Claim(ctx, p, tab2.ID, visa)
		var overlap *OverlapError
		switch harmless := end == payment.Declined || end == payment.NotSent; {
		case harmless && err != nil:
			t.Fatalf("%s: %v", end, err)
		case !harmless && (!errors.As(err, &overlap) || overlap.Other.ID != tab1.ID || overlap.Other.State != end):
			t.Fatalf("%s: got %v", end, err)
		}
		// Whoever chooses again knows what is on its way.
		claim(t, l, create(t, l, p, "501"))
	}
}

// A payment may be claimed, and even end, after the amounts were read and
// before the attempt is made of them.
func testStaleBasis(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	first := create(t, l, ada, "501")
	_, basis, err := l.Spent(ctx, ada)
	want(t, err, nil)
	claim(t, l, first)
	must(t, func() (Attempt, error) { return l.Settle(ctx, first.ID, payment.Outcome{State: payment.Taken}) })
	late := must(t, func() (Attempt, error) {
		return l.CreateAttempt(ctx, Attempt{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge("501")},
			Patient: ada, Basis: basis})
	})
	_, err = l.Claim(ctx, ada, late.ID, visa)
	var overlap *OverlapError
	if !errors.As(err, &overlap) || overlap.Other.ID != first.ID {
		t.Fatalf("stale amounts were claimed: %v", err)
	}
}

func testRecover(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	a, b := create(t, l, ada, "501"), create(t, l, bob, "501")
	claim(t, l, a)
	want(t, l.Close(), nil)
	l = open(t)
	defer l.Close()
	for _, n := range []int{1, 0} {
		if got := must(t, func() (int, error) { return l.RecoverSending(ctx) }); got != n {
			t.Fatalf("recovered %d, want %d", got, n)
		}
	}
	events := must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) })
	if last := events[len(events)-1]; len(events) != 3 || last.What != EventRecovered ||
		last.State != payment.Unknown || last.Evidence != Recovered {
		t.Fatalf("events %+v", events)
	}
	_, err := l.Claim(ctx, ada, a.ID, visa)
	var claimed *ClaimedError
	if !errors.As(err, &claimed) || claimed.Attempt.State != payment.Unknown {
		t.Fatalf("a recovered attempt: %v", err)
	}
	claim(t, l, b) // what was not sent is as it was
	spent, _, err := l.Spent(ctx, ada)
	if err != nil || !reflect.DeepEqual(spent, []payment.Spent{{Line: charge("501").Lines[0]}}) {
		t.Fatalf("spent %v, %v", spent, err)
	}
}

// A payment that was taken counts for a day, and for longer while an older one
// is in doubt; one that was declined never.
func testSpent(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	settle := func(a Attempt, s payment.State) {
		must(t, func() (Attempt, error) { return l.Settle(ctx, a.ID, payment.Outcome{State: s}) })
	}
	count := func(want int, why string) {
		t.Helper()
		if spent, _, err := l.Spent(ctx, ada); err != nil || len(spent) != want {
			t.Fatalf("%s: %d lines, %v; want %d", why, len(spent), err, want)
		}
	}
	settle(claim(t, l, create(t, l, ada, "501")), payment.Declined)
	settle(claim(t, l, create(t, l, ada, "501", "502")), payment.Taken)
	settle(claim(t, l, create(t, l, bob, "503")), payment.Taken)
	count(2, "just taken")
	c.advance(Lately)
	count(2, "a day later")
	c.advance(time.Second)
	count(0, "more than a day later")
	doubt := claim(t, l, create(t, l, ada, "504"))
	settle(doubt, payment.Unknown)
	settle(claim(t, l, create(t, l, ada, "505")), payment.Taken)
	c.advance(10 * Lately)
	count(2, "taken after one in doubt")
	settle(doubt, payment.NotSent)
	count(0, "nothing in doubt")
}

func testEmailed(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := claim(t, l, create(t, l, ada, "501"))
	want(t, l.MarkEmailed(ctx, a.ID, true, ""), ErrTransition)
	must(t, func() (Attempt, error) { return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Taken}) })
	for _, ok := range []bool{false, true, false} {
		want(t, l.MarkEmailed(ctx, a.ID, ok, "evidence"), nil)
	}
	if a := must(t, func() (Attempt, error) { return l.Attempt(ctx, ada, a.ID) }); !a.EmailSent {
		t.Fatalf("the order to send was forgotten")
	}
	if n := len(must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) })); n != 6 {
		t.Fatalf("%d events", n)
	}
}
