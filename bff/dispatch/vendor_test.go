package dispatch

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// counter is an upstream that keeps what a vendor tells it.
type counter struct {
	Counter
	paid     []payment.VendorBooking
	refunded []payment.VendorRefund
	adjusted [][]payment.Adjustment
	answer   payment.Write
}

func (c *counter) RecordVendorPayment(_ context.Context, _ payment.Patient, b payment.VendorBooking) payment.Write {
	c.paid = append(c.paid, b)
	return c.answer
}

func (c *counter) RefundVendorPayment(_ context.Context, _ payment.Patient, r payment.VendorRefund) payment.Write {
	c.refunded = append(c.refunded, r)
	return c.answer
}

func (c *counter) AdjustCharges(_ context.Context, _ payment.Patient, charges []payment.Adjustment) payment.Write {
	c.adjusted = append(c.adjusted, charges)
	return c.answer
}

// ends are what an answer of the upstream is for an attempt.
var ends = map[payment.WriteState]payment.State{payment.WriteDone: payment.Succeeded, payment.WriteRefused: payment.NotSent,
	payment.WriteNotSent: payment.NotSent, payment.WriteUnknown: payment.Unknown}

func claimsOf(amounts ...int64) payment.Charge {
	var c payment.Charge
	for i, cents := range amounts {
		number := string(rune('1'+i)) + "01"
		c.Lines = append(c.Lines, payment.Line{Kind: payment.Claim, Number: number, Bill: payment.BillID(payment.Claim, number),
			Amount: payment.Cents(cents), Balance: payment.Cents(cents)})
	}
	return c
}

// A vendor's payment is asked for once with what the attempt says. Its number is
// told from an epaymentid that is the same number, and leads its refund back to
// it.
func TestVendorPaymentAndItsRefund(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state := rapid.SampledFrom([]payment.WriteState{payment.WriteDone, payment.WriteRefused, payment.WriteNotSent, payment.WriteUnknown}).Draw(t, "answer")
		again := rapid.Bool().Draw(t, "recorded before")
		id := rapid.StringMatching(`[1-9][0-9]{0,8}`).Draw(t, "id")
		up := &counter{answer: payment.Write{State: state}}
		if state == payment.WriteDone {
			up.answer.Handle = payment.Handle{VendorPayment: id, PreviouslyRecorded: again}
		}
		a := ledger.Record{Attempt: payment.Attempt{Kind: payment.KindVendorPayment, Charge: claimsOf(2500, 100)}}
		op := VendorPayment{Record: Record{Method: "VISA", Last4: "1111"}, Reference: "acme-17", Terminal: "T0042", Deposited: "2026-11-23"}
		o := op.Do(context.Background(), Upstream{Counter: up}, a)
		if len(up.paid) != 1 || up.paid[0].Charge.Total() != a.Total() || up.paid[0].Reference != "acme-17" || up.paid[0].Terminal != "T0042" || up.paid[0].Last4 != "1111" || up.paid[0].Deposited != "2026-11-23" {
			t.Fatalf("booked %+v", up.paid)
		}
		if state == payment.WriteDone && again { // a person has to say whether there were two
			if o.State != payment.Unknown || o.Reference != "" || !strings.Contains(o.Evidence, "recorded before as vendor's payment "+id+", and not again") {
				t.Fatalf("%+v", o)
			}
			return
		}
		if o.State != ends[state] || (o.Reference != "") != (state == payment.WriteDone) || o.Reference == id {
			t.Fatalf("%+v", o)
		}
		if state != payment.WriteDone {
			return
		}
		back := ledger.Record{Attempt: payment.Attempt{Kind: payment.KindRefund, Target: ledger.PaymentTarget(o.Reference), Value: a.Total()}}
		Refund{Method: "VISA", Reference: "acme-17-r", Settled: true, Terminal: "T0042"}.Do(context.Background(), Upstream{Counter: up}, back)
		if len(up.refunded) != 1 || up.refunded[0].Payment != id || !up.refunded[0].Settled || up.refunded[0].Reference != "acme-17-r" {
			t.Fatalf("refunded %+v", up.refunded)
		}
	})
}

// Charges are adjusted as they were said, and not at all where they are not what
// the attempt was made for.
func TestAdjust(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amounts := rapid.SliceOfN(rapid.Int64Range(1, 100_000), 1, 4).Draw(t, "amounts")
		wrong := rapid.Int64Range(0, 3).Draw(t, "too much")
		state := rapid.SampledFrom([]payment.WriteState{payment.WriteDone, payment.WriteRefused, payment.WriteUnknown}).Draw(t, "answer")
		var charges []payment.Adjustment
		for i, cents := range amounts {
			charges = append(charges, payment.Adjustment{Charge: string(rune('1' + i)), Amount: payment.Cents(cents)})
		}
		charges[0].Amount = charges[0].Amount.Plus(payment.Cents(wrong))
		up := &counter{answer: payment.Write{State: state}}
		a := ledger.Record{Attempt: payment.Attempt{Kind: payment.KindAdjust, Charge: claimsOf(amounts...)}}
		o := Adjust{Charges: charges}.Do(context.Background(), Upstream{Counter: up}, a)
		if wrong > 0 {
			if len(up.adjusted) != 0 || o.State != payment.NotSent {
				t.Fatalf("adjusted %v: %+v", up.adjusted, o)
			}
			return
		}
		if len(up.adjusted) != 1 || !slices.Equal(up.adjusted[0], charges) || o.State != ends[state] || o.Reference != "" {
			t.Fatalf("adjusted %v: %+v", up.adjusted, o)
		}
	})
}
