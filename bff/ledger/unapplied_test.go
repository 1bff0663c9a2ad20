package ledger

import (
	"crypto/rand"
	"errors"
	"testing"

	"paypane/web/payment"
)

// testUnapplied holds money for no bill to the rules of bills: one payment of a
// patient at a time, the repeated one asked about, whichever lines stand beside
// it; and each kind of line is kept as it was made.
func testUnapplied(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	line := func(k payment.BillKind, number string, cents int64) payment.Line {
		return payment.Line{Bill: payment.BillID(k, number), Kind: k, Number: number, Title: "For no bill", Amount: payment.Cents(cents), Balance: payment.Cents(cents)}
	}
	made := func(p payment.Patient, lines ...payment.Line) Record {
		_, asOf, err := l.Pending(ctx, p)
		want(t, err, nil)
		return must(t, func() (Record, error) {
			return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: payment.Charge{Lines: lines}},
				Patient: p, Portal: "harbor", Subject: "user-7", AsOfSeq: asOf})
		})
	}
	account := line(payment.Unapplied, payment.AccountNumber, 3000)
	first, second := made(ada, account), made(ada, append(charge("501").Lines, account)...)
	other, visit := made(bob, account), made(ada, line(payment.Today, "880123", 5000))
	send(t, l, first)
	var overlap *OverlapError
	if _, err := l.Claim(ctx, ada, second.ID, visa); !errors.As(err, &overlap) || overlap.Other.ID != first.ID {
		t.Errorf("a second one beside it: %v", err)
	}
	send(t, l, other) // another patient's account
	send(t, l, visit) // another thing
	if got := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada, visit.ID) }); got.Charge.Lines[0] != line(payment.Today, "880123", 5000) {
		t.Errorf("kept as %+v", got.Charge)
	}
	settle(t, l, first, payment.Succeeded)
	pending, _, err := l.Pending(ctx, ada)
	want(t, err, nil)
	found := 0
	for _, s := range pending {
		if s.Line == account && s.Known {
			found++
		}
	}
	if found != 1 {
		t.Errorf("spent: %+v", pending)
	}
	again := made(ada, account)
	var repeat *DuplicateError
	if _, err := l.Claim(ctx, ada, again.ID, visa); !errors.As(err, &repeat) || repeat.Other.ID != first.ID {
		t.Errorf("the same once more: %v", err)
	}
	use := visa
	use.ConfirmDuplicateOf = first.ID
	must(t, func() (Record, error) { return l.Claim(ctx, ada, again.ID, use) })
	must(t, func() (Report, error) { return l.Verify(ctx) })
}
