package ledger

import (
	"crypto/rand"
	"testing"
	"time"

	"paypane/web/payment"
)

// testAdjusted holds what an adjustment takes off to the rules of payments: until
// the upstream must show it, the bill asks for that much less; what was refused
// takes nothing off.
func testAdjusted(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	owed := payment.Cents(9900)
	asks := func() payment.Bill {
		t.Helper()
		pending, _, err := l.Pending(ctx, ada)
		want(t, err, nil)
		bill := payment.Bill{Kind: payment.Claim, Number: "501", ID: payment.BillID(payment.Claim, "501"), Balance: owed, Owed: owed}
		return payment.Statement{Bills: []payment.Bill{bill}}.Net(pending).Bills[0]
	}
	adjust := func(cents int64) Record {
		_, asOf, err := l.Pending(ctx, ada)
		want(t, err, nil)
		line := payment.Line{Bill: payment.BillID(payment.Claim, "501"), Kind: payment.Claim, Number: "501", Title: "Visit", Amount: payment.Cents(cents), Balance: asks().Owed}
		a := must(t, func() (Record, error) {
			return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindAdjust, Charge: payment.Charge{Lines: []payment.Line{line}}},
				Patient: ada, Portal: "desk", Subject: "clerk", AsOfSeq: asOf})
		})
		must(t, func() (Record, error) { return l.Claim(ctx, ada, a.ID, CardUse{}) })
		return must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "") })
	}
	first := adjust(2500)
	if b := asks(); b.Payable() {
		t.Errorf("asked for while it is being adjusted: %+v", b)
	}
	settle(t, l, first, payment.NotSent)
	if b := asks(); !b.Payable() || b.Owed != owed {
		t.Errorf("after an adjustment that was refused: %+v", b)
	}
	settle(t, l, adjust(2500), payment.Succeeded)
	if b := asks(); !b.Payable() || b.Owed != payment.Cents(7400) {
		t.Errorf("after an adjustment: %+v", b)
	}
	c.advance(Lately + time.Second)
	if b := asks(); b.Owed != owed {
		t.Errorf("a day later, when the upstream's balance has it: %+v", b)
	}
}
