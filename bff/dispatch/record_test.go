package dispatch

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// noted is an upstream that books what it is told.
type noted struct {
	Counter
	booked []payment.Booking
	answer payment.Write
}

func (n *noted) RecordPayment(_ context.Context, _ payment.Patient, b payment.Booking) payment.Write {
	n.booked = append(n.booked, b)
	return n.answer
}

// What is recorded is what the attempt says, once, and the outcome what the
// upstream said: the batch that it named is in the evidence, and is no number of
// a payment.
func TestRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(1, 100_000)
		var lines []payment.Line
		for _, l := range []payment.Line{{Kind: payment.Copay, Number: "880123"}, {Kind: payment.Claim, Number: "501"}, {Kind: payment.Unapplied, Number: payment.AccountNumber}} {
			if rapid.Bool().Draw(t, string(l.Kind)) || len(lines) == 0 && l.Kind == payment.Unapplied {
				l.Bill, l.Amount = payment.BillID(l.Kind, l.Number), payment.Cents(cents.Draw(t, "cents"))
				l.Balance = l.Amount
				lines = append(lines, l)
			}
		}
		state := rapid.SampledFrom([]payment.WriteState{payment.WriteDone, payment.WriteRefused, payment.WriteNotSent, payment.WriteUnknown}).Draw(t, "answer")
		up := &noted{answer: payment.Write{State: state, Handle: payment.Handle{Batch: "318"}}}
		a := ledger.Record{Attempt: payment.Attempt{Kind: payment.KindRecord, Charge: payment.Charge{Lines: lines}}}
		op := Record{Before: Before{Owed: payment.Cents(4000)}, Method: payment.Check, CheckNumber: "1044", Posted: "2026-11-20"}
		if err := op.Check(a.Charge); err != nil {
			t.Fatal(err)
		}
		o := op.Do(context.Background(), Upstream{Counter: up}, a)
		if len(up.booked) != 1 || up.booked[0].Charge.Total() != a.Charge.Total() || up.booked[0].CheckNumber != "1044" || up.booked[0].Posted != "2026-11-20" {
			t.Fatalf("booked %+v", up.booked)
		}
		want := map[payment.WriteState]payment.State{payment.WriteDone: payment.Succeeded, payment.WriteRefused: payment.NotSent, payment.WriteNotSent: payment.NotSent, payment.WriteUnknown: payment.Unknown}[state]
		if o.State != want || o.Reference != "" || state == payment.WriteDone && o.Evidence != "before: owed 40.00, held 0.00. batch 318. " {
			t.Fatalf("%+v", o)
		}
	})
}
