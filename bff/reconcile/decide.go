// Package reconcile finds out what became of a write whose answer was lost.
//
// The upstream has no key by which to ask for a write, and a write is never
// sent twice. What there is to go by is the list of the patient's receipts, or of
// their plans or stored cards: a row that only this write can have made proves
// that it was done, and a list without any such row, read late enough, proves
// that it was not. A field that is not in its recorded form is neither equal to
// ours nor different, so its row proves neither. Everything between is for a
// person: nothing here guesses.
package reconcile

import (
	"time"

	"paypane/web/payment"
)

// Query is what to match with the books: one write whose answer was lost.
type Query struct {
	Kind payment.Kind
	// Amount is what would have moved; of an agreement its limit, of a plan its
	// down payment.
	Amount payment.Amount
	// Brand and Last4 are the card's. Where no card is known both are empty,
	// and a row that fits is for a person.
	Brand payment.Brand
	Last4 string
	// Payment is the epaymentid that a void was to take back.
	Payment string
	// Sent is when the write was given to the network, by our clock; its first
	// byte left at most Bounds.Window later or never.
	Sent time.Time
	// Last is when that was at the latest, where it is not known so well; zero:
	// at Sent.
	Last time.Time
	// ReceiptWatermark is the highest epaymentid that the patient's receipts listed just
	// before Sent; "0": there was none; "": it could not be read.
	ReceiptWatermark string
}

// Evidence is what was read to answer a query.
type Evidence struct {
	// Read is when the receipts were asked for, by our clock: the beginning of
	// the call, because the list may be made before its last byte arrives.
	Read     time.Time
	Receipts []payment.ReceiptSummary
	// Claimed are the references that other attempts of the practice own, as
	// the upstream writes them, each with the attempt's id.
	Claimed map[string]string
	// Competing are the other attempts of the same patient of which it is not
	// known what they did, also those whose answer is still waited for.
	Competing []Query
}

// Verdict is what a decision comes to.
type Verdict string

const (
	Found    Verdict = "found"  // it was done, and Decision.Reference is what it made
	NotFound Verdict = "absent" // proved that it was not done and will not be
	TooEarly Verdict = "wait"   // too early to tell; check again
	Review   Verdict = "person" // the receipts cannot tell; Decision.Reason says what to look at
)

// Decision is the answer to a query. A later check may replace TooEarly and
// Review; Found and NotFound are final.
type Decision struct {
	Verdict Verdict
	// Reference is the epaymentid, if found; of a void, the payment's that was
	// taken back.
	Reference string
	// Until is from when on a check no longer ends in TooEarly, if it did.
	Until time.Time
	// Reason is for staff, if a person has to decide: of payment.Because. It names
	// receipts and holds nothing of a card.
	Reason string
}

// Decide answers a query from the evidence, as far as the bounds hold. It is
// safe for use by several goroutines.
//
// A row that fits is Found at once. Whatever is less certain than that waits
// until the upstream must have shown all it did, and is handed to a person
// only then. An earlier hand-over would cost that person the time and the
// payer nothing less: the payer has been told not to pay again, and whoever
// looks at half a list can only guess, because our own row may still be to
// come. Meanwhile the answer to another attempt often claims one of two rows
// and makes the other one certain.
//
// One thing no receipt can tell: a charge of the same card and amount that
// staff made in athenaOne itself within the same minutes looks like ours. If
// it is the only one it is Found in place of ours. The payer then hears that
// this card was charged this amount, which is so, and is not asked to pay
// again; the reference is the other charge's.
func Decide(q Query, e Evidence, b Bounds) Decision {
	if key := q.beyondReceipts(); key != "" {
		return Decision{Verdict: Review, Reason: payment.Because(key)}
	}
	b = b.complete()
	return b.inTime(q.settle(e, b), e.Read, q.Sent, q.Last)
}

// inTime is a verdict that rests on a whole list, at the moment at which the list
// was read: what is not found waits until the list must show it, and a list from
// before the write says nothing about it.
func (b Bounds) inTime(v Decision, read, sent, last time.Time) Decision {
	if shown := b.shown(atLatest(sent, last)); read.Before(sent) || v.Verdict != Found && read.Before(shown) {
		return Decision{Verdict: TooEarly, Until: shown}
	}
	return v
}

// latest is the last moment at which the write can have been sent.
func (q Query) latest() time.Time { return atLatest(q.Sent, q.Last) }

// atLatest is when something was sent at the latest: last, where that is known
// to be after sent.
func atLatest(sent, last time.Time) time.Time {
	if last.After(sent) {
		return last
	}
	return sent
}

// settle is the verdict if the receipts showed all that there is.
func (q Query) settle(e Evidence, b Bounds) Decision {
	if q.Kind == payment.KindVoid {
		return q.settleVoid(e, b)
	}
	return q.settleRow(e, b)
}

// beyondReceipts is the key of why the receipts will never answer the query, and
// where a person can look. It is empty where they can.
func (q Query) beyondReceipts() string {
	switch q.Kind {
	case payment.KindCharge, payment.KindChargeStored, payment.KindAgreeVisit, payment.KindAgreeYear, payment.KindVoid:
		if q.Sent.IsZero() {
			return "asked.undated"
		}
		return ""
	case payment.KindPlan:
		return "asked.unshown.plan"
	case payment.KindStoreCard:
		return "asked.unshown.card"
	case payment.KindRecord:
		return "asked.unshown.record"
	case payment.KindVendorPayment:
		return "asked.unshown.vendor"
	case payment.KindRefund:
		return "asked.unshown.refund"
	case payment.KindAdjust:
		return "asked.unshown.adjust"
	}
	return "asked.unshown"
}
