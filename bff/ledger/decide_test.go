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
func testDecide(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	doubt := func(p payment.Patient) Record {
		a := send(t, l, create(t, l, p, "501"))
		settle(t, l, a, payment.Unknown)
		return must(t, func() (Record, error) { return l.Escalate(ctx, a.ID, "two payments fit") })
	}
	limit := payment.Cents(1000)
	absent := func(by string) Decision {
		return Decision{By: by, Reason: "called the bank", State: payment.NotDone, Second: true}
	}
	a := doubt(ada)
	_, _, err := l.Decide(ctx, a.ID, Decision{By: "harbor/eve", State: payment.NotDone}, limit)
	want(t, err, ErrText)
	_, _, err = l.Decide(ctx, a.ID, Decision{By: "harbor/eve", Reason: "so", State: payment.Declined}, limit)
	want(t, err, ErrTransition)
	for i, row := range []struct {
		by      string
		decided bool
	}{{"harbor/eve", false}, {"harbor/eve", false}, {"harbor/joe", true}} {
		got, decided, err := l.Decide(ctx, a.ID, absent(row.by), limit)
		want(t, err, nil)
		if decided != row.decided || (got.State == payment.NotDone) != row.decided {
			t.Fatalf("%d: %t, %s", i, decided, got.State)
		}
	}
	_, _, err = l.Decide(ctx, a.ID, absent("harbor/joe"), limit)
	want(t, err, ErrTransition)
	claim(t, l, create(t, l, ada, "501")) // what was decided not to be taken can be paid

	b := doubt(bob)
	got, decided, err := l.Decide(ctx, b.ID, Decision{By: "harbor/eve", Reason: "seen", State: payment.Succeeded, Reference: "88"}, limit)
	want(t, err, nil)
	if !decided || got.State != payment.Succeeded || got.Reference != "88" || got.NeedsReview || !got.NextCheck.IsZero() {
		t.Fatalf("%+v", got)
	}
	// One that was taken and is handed to a person is looked at, once, and stays
	// taken.
	_, _, err = l.Decide(ctx, b.ID, Decision{By: "harbor/eve", Reason: "seen", State: payment.Succeeded}, limit)
	want(t, err, ErrTransition)
	must(t, func() (Record, error) { return l.Escalate(ctx, b.ID, "of another amount") })
	_, _, err = l.Decide(ctx, b.ID, absent("harbor/eve"), limit)
	want(t, err, ErrTransition)
	got, decided, err = l.Decide(ctx, b.ID, Decision{By: "harbor/eve", Reason: "it is right", State: payment.Succeeded}, limit)
	want(t, err, nil)
	kept := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, bob, b.ID) })
	looked := must(t, func() ([]Event, error) { return l.Events(ctx, b.ID) })
	if last := looked[len(looked)-1]; !decided || got.NeedsReview || kept.NeedsReview || kept.Reason != "" || kept.State != payment.Succeeded ||
		kept.Reference != "88" || last.What != EventDecided || last.Who != "harbor/eve" || last.Evidence != "taken: it is right" {
		t.Fatalf("looked at: %t, %+v, %+v", decided, kept, last)
	}
	// What was said before there was other evidence is not half of a decision.
	p := ada
	p.ID = 777
	d := doubt(p)
	for _, step := range []func() error{
		func() error { _, _, err := l.Decide(ctx, d.ID, absent("harbor/eve"), limit); return err },
		func() error { return l.CheckAgain(ctx, d.ID, "harbor/eve") },
		func() error { _, err := l.Escalate(ctx, d.ID, "another row fits"); return err },
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

	// What nothing proves takes two people who say the same, whatever the amount and
	// the limit.
	p.ID++
	e := doubt(p)
	two := func(by, reference string) Decision {
		return Decision{By: by, Reason: "the patient says so", State: payment.Succeeded, Reference: reference, Two: true, Second: true}
	}
	for i, row := range []struct {
		d       Decision
		decided bool
	}{{two("harbor/eve", ""), false}, {two("harbor/eve", ""), false}, {absent("harbor/joe"), false}, {two("harbor/joe", "88"), false},
		{two("harbor/joe", "99"), false}, {two("harbor/ann", "99"), true}} {
		got, decided, err := l.Decide(ctx, e.ID, row.d, limit)
		want(t, err, nil)
		if decided != row.decided || (got.State == payment.Succeeded) != row.decided || row.decided && got.Reference != "99" {
			t.Fatalf("%d: %t, %+v", i, decided, got)
		}
	}

	below := doubt(ada2)
	if _, decided, err = l.Decide(ctx, below.ID, absent("harbor/eve"), payment.Cents(1251)); err != nil || !decided {
		t.Fatalf("below the limit one is enough: %t, %v", decided, err)
	}
	testTwoVoices(t, c, l, doubt)
}

// The second voice is that of an approval: another person who may be it, within ten
// minutes, for exactly what the first one said last; or they refuse it.
func testTwoVoices(t *testing.T, c *clock, l *Ledger, doubt func(payment.Patient) Record) {
	t.Helper()
	says := func(by, reference string) Decision {
		return Decision{By: by, Reason: "seen", State: payment.Succeeded, Reference: reference, Two: true, Second: true}
	}
	biller := func(by, reference string) Decision {
		d := says(by, reference)
		d.Second = false
		return d
	}
	launched := func(by, reference string) Decision {
		d := biller(by, reference)
		d.Launched = true
		return d
	}
	atDesk := func(by, reference string) Decision {
		d := biller(by, reference)
		d.Name = "Kim"
		return d
	}
	type step struct {
		d       Decision
		decided bool
	}
	for i, steps := range [][]step{
		{{biller("harbor/eve", ""), false}, {biller("harbor/joe", ""), false}, {says("harbor/ann", ""), true}},        // two who may not be the second, and one who may
		{{biller("harbor/eve", "1"), false}, {says("harbor/ann", "2"), false}, {says("harbor/bob", "1"), false}},      // what one said before another said something else is not half of a decision
		{{says("harbor/eve", "11"), false}, {says("harbor/ann", "1"), false}, {says("harbor/eve", "1"), true}},        // the whole number
		{{says("harbor/eve", "3"), false}, {says("harbor/ann", ""), false}, {says("harbor/ann", ""), false}},          // no number is another
		{{says("harbor/eve", "5"), false}, {says("harbor/eve", "4"), false}, {says("harbor/ann", "5"), false}},        // the first one has changed their mind
		{{atDesk("desk/eve", "6"), false}, {launched("harbor/eve", "6"), false}, {launched("harbor/joe", "6"), true}}, // one person has a name at the desk and one at a portal
		{{atDesk("desk/"+strings.Repeat("49", 20), ""), false}, {launched("harbor/eve", ""), false}},                  // the record has no name of theirs at the desk
	} {
		p := ada
		p.ID = 9000 + i
		a := doubt(p)
		for j, s := range steps {
			if s.d.Reference != "" {
				s.d.Reference = "77" + s.d.Reference
			}
			_, decided, err := l.Decide(ctx, a.ID, s.d, payment.Amount{})
			want(t, err, nil)
			if decided != s.decided {
				t.Fatalf("%d, %d: %t", i, j, decided)
			}
		}
	}
	waiting := func() (n int) {
		for _, a := range must(t, func() ([]Waiting, error) { return l.Approvals(ctx, bob.Practice) }) {
			if a.Patient.ID > 9900 {
				n++
			}
		}
		return n
	}
	p := bob
	p.ID = 9901
	late := doubt(p)
	named := says("harbor/eve", "")
	named.Name = "Eve: (the first)"
	_, _, err := l.Decide(ctx, late.ID, named, payment.Amount{})
	want(t, err, nil)
	if stands := must(t, func() (Approval, error) { return l.Proposal(ctx, late.ID) }); stands.Said != "taken" || stands.By != "harbor/eve" || stands.Name != "Eve (the first)" || stands.Why != "seen" || !stands.Waits(c.now()) || waiting() != 1 {
		t.Errorf("%+v, %d wait", stands, waiting())
	}
	c.advance(ApproveWithin)
	if _, decided, err := l.Decide(ctx, late.ID, says("harbor/ann", ""), payment.Amount{}); err != nil || decided {
		t.Fatalf("after ten minutes: %t, %v", decided, err)
	}
	ann, eve := Signer{ID: "harbor/ann", Name: "Ann"}, Signer{ID: "harbor/eve", Name: "Eve"}
	_, err = l.Refuse(ctx, late.ID, ann, "no")
	want(t, err, ErrSamePerson)
	_, err = l.Approve(ctx, late.ID, eve) // they have to say what they found
	want(t, err, ErrTransition)
	_, err = l.Refuse(ctx, late.ID, eve, "the batch has it twice")
	want(t, err, nil)
	if stands := must(t, func() (Approval, error) { return l.Proposal(ctx, late.ID) }); stands.Approved || stands.Refusal != "the batch has it twice" || stands.SecondName != "Eve" || waiting() != 0 {
		t.Errorf("%+v", stands)
	}
	if _, decided, err := l.Decide(ctx, late.ID, says("harbor/joe", ""), payment.Amount{}); err != nil || decided {
		t.Fatalf("what was refused was decided: %t, %v", decided, err)
	}
	if a := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, p, late.ID) }); a.State != payment.Unknown || !a.NeedsReview {
		t.Errorf("%+v", a)
	}
}

// What was taken back is spent no more.
func testVoid(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := send(t, l, create(t, l, ada, "501"))
	must(t, func() (Record, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: "9001"})
	})
	void := must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid,
			Target: PaymentTarget("9001"), Value: a.Total()}, Patient: ada, Portal: "harbor", Subject: "eve", AsOfSeq: 1})
	})
	must(t, func() (Record, error) { return l.Claim(ctx, ada, void.ID, CardUse{}) })
	again := must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid,
			Target: PaymentTarget("9001"), Value: a.Total()}, Patient: ada, Portal: "harbor", Subject: "joe", AsOfSeq: 1})
	})
	var overlap *OverlapError
	if _, err := l.Claim(ctx, ada, again.ID, CardUse{}); !errors.As(err, &overlap) {
		t.Fatalf("two voids of one payment: %v", err)
	}
	must(t, func() (Record, error) { return l.MarkSending(ctx, void.ID, "") })
	if pending, _, err := l.Pending(ctx, ada); err != nil || len(pending) != 1 {
		t.Fatalf("spent while it is taken back: %v, %v", pending, err)
	}
	must(t, func() (Record, error) {
		return l.Settle(ctx, void.ID, payment.Outcome{State: payment.Succeeded, Reference: "9001"})
	})
	if pending, _, err := l.Pending(ctx, ada); err != nil || len(pending) != 0 {
		t.Fatalf("spent after it was taken back: %v, %v", pending, err)
	}
	_, asOf, err := l.Pending(ctx, ada)
	want(t, err, nil)
	third := must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid,
			Target: PaymentTarget("9001"), Value: a.Total()}, Patient: ada, Portal: "harbor", Subject: "joe", AsOfSeq: asOf})
	})
	if _, err := l.Claim(ctx, ada, third.ID, CardUse{}); !errors.As(err, &overlap) {
		t.Fatalf("a second void of a payment that was taken back: %v", err)
	}
}
