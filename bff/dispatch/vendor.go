package dispatch

import (
	"context"
	"strings"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// VendorPayments begins the references of a patient-pay vendor's payments and
// refunds: they are numbered apart from epaymentids, and one number may be in
// both.
const VendorPayments = "vendor-"

// VendorPayment books money that the practice's patient-pay vendor took. What it
// pays are the lines of the attempt.
//
// The upstream books the same patient, total and reference only once in six
// hours (docs/upstream-api.md#patientpayvendors). It is not asked again all the
// same: whether an answer that was lost was of a payment is for a person, because
// nobody can tell when those hours began.
type VendorPayment struct {
	Record
	Reference string // the vendor's own, of this payment
	Terminal  string // of a card
	Deposited payment.Day
}

// Do is one vendor's payment.
func (v VendorPayment) Do(ctx context.Context, up Upstream, a ledger.Record) payment.Outcome {
	a.Charge.AsOne = v.AsOne
	before := v.before()
	w := up.Counter.RecordVendorPayment(ctx, a.Patient, payment.VendorBooking{Booking: v.booking(a.Charge),
		Reference: v.Reference, Terminal: v.Terminal, Deposited: v.Deposited})
	if w.Done() && w.Handle.PreviouslyRecorded {
		// An earlier payment is booked, and this one is not. Whether they are two, only
		// whoever took the money knows.
		return payment.Outcome{State: payment.Unknown, Evidence: before + recordedBefore + w.Handle.VendorPayment + ", and not again. " + w.Evidence}
	}
	return ofVendor(before, w)
}

// recordedBefore says in the evidence that an earlier payment is booked; its number
// follows.
const recordedBefore = "recorded before as vendor's payment "

// RecordedBefore is the number of the earlier payment of which an outcome's evidence
// says that it is booked in place of the attempt's; empty: there is none.
func RecordedBefore(evidence string) string {
	_, rest, _ := strings.Cut(evidence, recordedBefore)
	number, _, found := strings.Cut(rest, ", and not again.")
	if !found || number == "" || strings.Trim(number, "0123456789") != "" {
		return ""
	}
	return number
}

// Refund books that the practice's vendor gave the whole of a payment back: the one
// that is the attempt's target.
type Refund struct {
	Method    payment.Method // that of the payment
	Reference string         // the vendor's own, of the refund
	// Settled says that the payment had settled: it is then shown beside its refund,
	// and otherwise as if it had never been.
	Settled   bool
	Terminal  string
	Posted    payment.Day
	Deposited payment.Day
	Before
}

// Do is one vendor's refund.
func (r Refund) Do(ctx context.Context, up Upstream, a ledger.Record) payment.Outcome {
	return ofVendor(r.before(), up.Counter.RefundVendorPayment(ctx, a.Patient, payment.VendorRefund{
		Payment: strings.TrimPrefix(ledger.TargetPayment(a.Target), VendorPayments), Method: r.Method, Reference: r.Reference,
		Settled: r.Settled, Terminal: r.Terminal, Posted: r.Posted, Deposited: r.Deposited}))
}

// Clear does nothing: no card is used.
func (Refund) Clear() {}

// Adjust takes something off charges. Its attempt has a line for each claim, of
// all that is taken off its charges.
type Adjust struct {
	Charges []payment.Adjustment
	Before
	// Outstanding is what was outstanding on the charges together right before.
	Outstanding payment.Amount
}

// Do adjusts all charges at once. An answer with an error for one of them leaves
// it unknown what became of the others.
func (j Adjust) Do(ctx context.Context, up Upstream, a ledger.Record) payment.Outcome {
	var off payment.Amount
	for _, c := range j.Charges {
		off = off.Plus(c.Amount)
	}
	if off != a.Total() {
		return payment.Outcome{State: payment.NotSent, Evidence: "the charges do not add up to the attempt"}
	}
	o := up.Counter.AdjustCharges(ctx, a.Patient, j.Charges).Outcome()
	o.Evidence = j.before() + "Outstanding on the charges: " + j.Outstanding.String() + ". " + o.Evidence
	return o
}

// Clear does nothing: no card is used.
func (Adjust) Clear() {}

// ofVendor is the outcome of a vendor's write, which names a payment or a refund
// of the vendor's.
func ofVendor(before string, w payment.Write) payment.Outcome {
	o := w.Outcome()
	o.Evidence = before + o.Evidence
	if w.Done() && w.Handle.VendorPayment != "" {
		o.Reference = VendorPayments + w.Handle.VendorPayment
	}
	return o
}
