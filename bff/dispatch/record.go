package dispatch

import (
	"context"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Record books money that was taken elsewhere: cash, a check, or a card at a
// terminal of its own. What it pays are the lines of the attempt.
//
// Nothing at the upstream tells a recording from another one of the same money,
// so an answer that is lost stays unknown until a person decides.
type Record struct {
	Method      payment.Method
	CheckNumber string      // of a check
	Last4       string      // of a card
	Posted      payment.Day // empty: today
	Before
	// AsOne sends what is for several claims as one amount.
	AsOne bool
}

// Do is one recordpayment.
func (r Record) Do(ctx context.Context, up Upstream, a ledger.Record) payment.Outcome {
	a.Charge.AsOne = r.AsOne
	o := up.Counter.RecordPayment(ctx, a.Patient, r.booking(a.Charge)).Outcome()
	o.Evidence = r.before() + o.Evidence
	return o
}

// Before is what there is to compare with afterwards, for a person who has to find
// out what became of something: what the patient's bills asked for right before it
// was sent, and what the practice held for them.
type Before struct{ Owed, Credit payment.Amount }

// BeforeOf is what a statement says.
func BeforeOf(s payment.Statement) (b Before) {
	for _, bill := range s.Bills {
		b.Owed = b.Owed.Plus(bill.Balance)
	}
	b.Credit = s.Credit
	return b
}

func (b Before) before() string {
	return "before: owed " + b.Owed.String() + ", held " + b.Credit.String() + ". "
}

// booking is what is recorded.
func (r Record) booking(c payment.Charge) payment.Booking {
	return payment.Booking{Method: r.Method, CheckNumber: r.CheckNumber, Last4: r.Last4, Charge: c, Posted: r.Posted}
}

// Check refuses what must not reach the upstream, before anything is claimed.
func (r Record) Check(c payment.Charge) error { return r.booking(c).Validate() }

// Clear does nothing: what is kept of a card here are four digits.
func (Record) Clear() {}
