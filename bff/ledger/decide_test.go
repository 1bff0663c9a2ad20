package ledger

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"paypane/web/payment"
)

// A person decides what is unknown, with a name and a reason; above the limit
// two people do, and never one twice.
func testDecide(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	doubt := func(p payment.Patient) Attempt {
		a := send(t, l, create(t, l, p, "501"))
		settle(t, l, a, payment.Unknown)
		return must(t, func() (Attempt, error) { return l.Ask(ctx, a.ID, "two payments fit") })
	}
	limit := payment.Cents(1000)
	absent := func(by string) Decision { return Decision{By: by, Why: "called the bank", State: payment.Absent} }
	a := doubt(ada)
	_, _, err := l.Decide(ctx, a.ID, Decision{By: "harbor/eve", State: payment.Absent}, limit)
	want(t, err, ErrText)
	_, _, err = l.Decide(ctx, a.ID, Decision{By: "harbor/eve", Why: "so", State: payment.Declined}, limit)
	want(t, err, ErrTransition)
	for i, row := range []struct {
		by      string
		decided bool
	}{{"harbor/eve", false}, {"harbor/eve", false}, {"harbor/joe", true}} {
		got, decided, err := l.Decide(ctx, a.ID, absent(row.by), limit)
		want(t, err, nil)
		if decided != row.decided || (got.State == payment.Absent) != row.decided {
			t.Fatalf("%d: %t, %s", i, decided, got.State)
		}
	}
	_, _, err = l.Decide(ctx, a.ID, absent("harbor/joe"), limit)
	want(t, err, ErrTransition)
	claim(t, l, create(t, l, ada, "501")) // what was decided not to be taken can be paid

	b := doubt(bob)
	got, decided, err := l.Decide(ctx, b.ID, Decision{By: "harbor/eve", Why: "seen", State: payment.Taken, Reference: "88"}, limit)
	want(t, err, nil)
	if !decided || got.State != payment.Taken || got.Reference != "88" || got.Asked || !got.NextLook.IsZero() {
		t.Fatalf("%+v", got)
	}
	// One that was taken and is handed to a person is looked at, once, and stays
	// taken.
	_, _, err = l.Decide(ctx, b.ID, Decision{By: "harbor/eve", Why: "seen", State: payment.Taken}, limit)
	want(t, err, ErrTransition)
	must(t, func() (Attempt, error) { return l.Ask(ctx, b.ID, "of another amount") })
	_, _, err = l.Decide(ctx, b.ID, absent("harbor/eve"), limit)
	want(t, err, ErrTransition)
	got, decided, err = l.Decide(ctx, b.ID, Decision{By: "harbor/eve", Why: "it is right", State: payment.Taken}, limit)
	want(t, err, nil)
	kept := must(t, func() (Attempt, error) { return l.Attempt(ctx, bob, b.ID) })
	looked := must(t, func() ([]Event, error) { return l.Events(ctx, b.ID) })
	if last := looked[len(looked)-1]; !decided || got.Asked || kept.Asked || kept.Why != "" || kept.State != payment.Taken ||
		kept.Reference != "88" || last.What != EventDecided || last.Who != "harbor/eve" || last.Evidence != "taken: it is right" {
		t.Fatalf("looked at: %t, %+v, %+v", decided, kept, last)
	}
	// What was said before there was other evidence is not half of a decision.
	p := ada
	p.ID = 777
	d := doubt(p)
	for _, step := range []func() error{
		func() error { _, _, err := l.Decide(ctx, d.ID, absent("harbor/eve"), limit); return err },
		func() error { return l.LookAgain(ctx, d.ID, "harbor/eve") },
		func() error { _, err := l.Ask(ctx, d.ID, "another row fits"); return err },
	} {
		want(t, step(), nil)
	}
	if _, decided, err := l.Decide(ctx, d.ID, absent("harbor/joe"), limit); err != nil || decided {
		t.Fatalf("decided with a word from before: %t, %v", decided, err)
	}
	// People whose names are long numbers are two.
	if _, decided, err := l.Decide(ctx, d.ID, absent("harbor/109876543210987654321"), limit); err != nil || !decided {
		t.Fatalf("the second person: %t, %v", decided, err)
	}
	events := must(t, func() ([]Event, error) { return l.Events(ctx, d.ID) })
	if who := events[len(events)-1].Who; strings.Contains(who, "*") || strings.Contains(who, "1098") || who == "" {
		t.Fatalf("decided by %q", who)
	}

	c := doubt(ada2)
	if _, decided, err = l.Decide(ctx, c.ID, absent("harbor/eve"), payment.Cents(1251)); err != nil || !decided {
		t.Fatalf("below the limit one is enough: %t, %v", decided, err)
	}
}

// What was taken back is spent no more.
func testVoid(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := send(t, l, create(t, l, ada, "501"))
	must(t, func() (Attempt, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Taken, Reference: "9001"})
	})
	void := must(t, func() (Attempt, error) {
		return l.CreateAttempt(ctx, Attempt{Attempt: payment.Attempt{ID: rand.Text(), Act: payment.ActVoid,
			Target: PaymentTarget("9001"), Value: a.Total()}, Patient: ada, Portal: "harbor", Subject: "eve", Basis: 1})
	})
	must(t, func() (Attempt, error) { return l.Claim(ctx, ada, void.ID, CardUse{}) })
	again := must(t, func() (Attempt, error) {
		return l.CreateAttempt(ctx, Attempt{Attempt: payment.Attempt{ID: rand.Text(), Act: payment.ActVoid,
			Target: PaymentTarget("9001"), Value: a.Total()}, Patient: ada, Portal: "harbor", Subject: "joe", Basis: 1})
	})
	var overlap *OverlapError
	if _, err := l.Claim(ctx, ada, again.ID, CardUse{}); !errors.As(err, &overlap) {
		t.Fatalf("two voids of one payment: %v", err)
	}
	must(t, func() (Attempt, error) { return l.Send(ctx, void.ID, "") })
	if spent, _, err := l.Spent(ctx, ada); err != nil || len(spent) != 1 {
		t.Fatalf("spent while it is taken back: %v, %v", spent, err)
	}
	must(t, func() (Attempt, error) {
		return l.Settle(ctx, void.ID, payment.Outcome{State: payment.Taken, Reference: "9001"})
	})
	if spent, _, err := l.Spent(ctx, ada); err != nil || len(spent) != 0 {
		t.Fatalf("spent after it was taken back: %v, %v", spent, err)
	}
	_, basis, err := l.Spent(ctx, ada)
	want(t, err, nil)
	third := must(t, func() (Attempt, error) {
		return l.CreateAttempt(ctx, Attempt{Attempt: payment.Attempt{ID: rand.Text(), Act: payment.ActVoid,
			Target: PaymentTarget("9001"), Value: a.Total()}, Patient: ada, Portal: "harbor", Subject: "joe", Basis: basis})
	})
	if _, err := l.Claim(ctx, ada, third.ID, CardUse{}); !errors.As(err, &overlap) {
		t.Fatalf("a second void of a payment that was taken back: %v", err)
	}
}
