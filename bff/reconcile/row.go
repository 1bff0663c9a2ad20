package reconcile

import (
	"cmp"
	"strings"
	"time"

	"paypane/web/payment"
)

// The types of rows that are known (docs/upstream-api.md#receipts).
const (
	purchase      = "PURCHASE"
	voidPurchase  = "VOIDPURCHASE" // a purchase that was taken back: the same row, with its first time
	void          = "VOID"         // in old lists, a row of its own beside the purchase
	authorization = "AUTHORIZATION"
)

// fit is how well a row answers a query, rising.
type fit int

const (
	none   fit = iota
	odd        // like the write's own in card and amount, but the bounds speak against it
	likely     // could be the write's own
	exact      // could be, and has all that tells it from others
)

// candidate is a row that a person would have to look at.
type candidate struct {
	reference string
	fit       fit
	but       string // the key of what speaks against it, empty if nothing
	owner     string // the support code of the attempt whose it is
}

// settleRow looks for the row that the write made.
//
// Rows that are merely odd do not stand in the way of an exact one: they are
// someone else's unless a bound was broken, and the exact one needs no such
// excuse. Alone they keep a payment from being called absent.
func (q Query) settleRow(e Evidence, b Bounds) Decision {
	var oddities, own []candidate
	for _, r := range e.Receipts {
		switch c := q.weigh(r, e, b); c.fit {
		case odd:
			oddities = append(oddities, c)
		case likely, exact:
			own = append(own, c)
		}
	}
	switch {
	case len(own) == 1 && own[0].fit == exact:
		return Decision{Verdict: Found, Reference: own[0].reference}
	case len(own)+len(oddities) > 0:
		return Decision{Verdict: Review, Reason: q.unclear(append(own, oddities...))}
	case q.agreement():
		// One such row was ever seen, of an agreement for a visit; that an
		// agreement always makes one is not written anywhere.
		return Decision{Verdict: Review, Reason: payment.Because("asked.agreement")}
	}
	return Decision{Verdict: NotFound}
}

// weigh compares a row with the query, with what other attempts own and
// with what they may have made.
func (q Query) weigh(r payment.ReceiptSummary, e Evidence, b Bounds) candidate {
	f, but := q.compare(r, e.Read, b)
	c := candidate{reference: r.Reference, fit: f, but: but}
	if owner, owned := e.Claimed[r.Reference]; owned {
		// An owned row that does not fit either is the other attempt's.
		if c.fit <= odd {
			return candidate{}
		}
		c.fit, c.but, c.owner = odd, "asked.row.owned", payment.Attempt{ID: owner}.SupportCode()
		return c
	}
	if c.fit == exact {
		for _, other := range e.Competing {
			if f, _ := other.compare(r, e.Read, b); f >= likely {
				c.fit, c.but = likely, "asked.row.competing"
			}
		}
	}
	return c
}

// compare says how well a row answers the query, and by a key what speaks against
// it. A field that is not in its recorded form is neither equal to the write's
// nor different: no row is set aside for it, and none is exact with it.
func (q Query) compare(r payment.ReceiptSummary, read time.Time, b Bounds) (fit, string) {
	known := number(q.ReceiptWatermark)
	switch {
	case !q.made(r),
		fourDigits(q.Last4) && fourDigits(r.Last4) && q.Last4 != r.Last4,
		known && number(r.Reference) && !higher(r.Reference, q.ReceiptWatermark):
		return none, ""
	case r.Time.IsZero():
		return likely, "asked.row.untimed"
	}

	// The upstream writes whole seconds, cut off.
	from, to := q.Sent.Add(-b.Skew).Truncate(time.Second), q.Sent.Add(b.Late)
	inRange := func(t time.Time) bool { return !t.Before(from) && !t.After(to) }
	first, second := instants(r.Time)
	switch {
	case second.After(read.Add(b.Skew)): // still to come when the row was listed
		second = first
	case known && first.Add(b.Delay).Add(b.Skew).Before(q.Sent): // would have been listed when Before was noted
		first = second
	}

	switch {
	case !known && second.Before(q.Sent.Add(-b.Late)):
		return none, "" // an older payment: Before would have said so
	case !listed(r.Type) && !second.Before(from):
		// Such a row has a time of its own and may undo ours hours later.
		return likely, "asked.row.type"
	case !inRange(first) && !inRange(second):
		return odd, "asked.row.time"
	case q.Brand.Known() && r.Brand.Known() && q.Brand != r.Brand:
		return odd, "asked.row.brand"
	case r.Type != q.rowType():
		return likely, "asked.row.type"
	case !fourDigits(q.Last4) || !fourDigits(r.Last4) || q.Brand != "" && (!q.Brand.Known() || !r.Brand.Known()):
		return likely, "asked.row.card"
	case !exactly(r.Reference):
		return likely, "asked.row.unnumbered"
	case !inRange(first) || !inRange(second):
		return likely, "asked.row.clocks"
	case !known && first.Before(q.Sent.Add(b.Skew)):
		// The clocks may be that far apart. In this range most of our own rows
		// lie; so do payments of a moment earlier.
		return likely, "asked.row.earlier"
	}
	return exact, ""
}

// made reports whether the write can have made a row of that type and amount, a
// type that is not known among them. An agreement is listed with no amount (one row recorded) or, who knows, with
// its limit. A plan only comes here as a competing one: a down payment would be listed
// like any other.
func (q Query) made(r payment.ReceiptSummary) bool {
	switch q.Kind {
	case payment.KindCharge, payment.KindChargeStored:
		return r.Amount == q.Amount
	case payment.KindPlan: // without a down payment it makes no row, also none without an amount
		return r.Amount == q.Amount && !q.Amount.IsZero()
	}
	return q.agreement() && (r.Type == authorization || !recorded(r.Type)) && (r.Amount.IsZero() || r.Amount == q.Amount)
}

// InReceipts reports whether an operation of a kind can have a row among the receipts, or
// change one. Of the others no receipt says anything, whenever it was listed.
func InReceipts(k payment.Kind) bool {
	switch k {
	case payment.KindRecord, payment.KindVendorPayment, payment.KindRefund, payment.KindAdjust, payment.KindStoreCard:
		return false
	}
	return true
}

func (q Query) agreement() bool {
	return q.Kind == payment.KindAgreeVisit || q.Kind == payment.KindAgreeYear
}

// rowType is the type of the row that the write makes.
func (q Query) rowType() string {
	if q.agreement() {
		return authorization
	}
	return purchase
}

// recorded reports whether a row's type is a word whose meaning is known, written
// as it always was.
func recorded(kind string) bool { return listed(kind) || kind == void }

// fourDigits reports whether the end of a card number is in its recorded form.
func fourDigits(last4 string) bool {
	return len(last4) == 4 && strings.Trim(last4, "0123456789") == ""
}

// listed reports whether a row of that type has the time of the payment it
// began as.
func listed(kind string) bool {
	return kind == purchase || kind == voidPurchase || kind == authorization
}

// mostNamed is how many rows are named to staff: more have no room in the record.
const mostNamed = 6

// unclear is what staff read about rows that could be the write's own.
func (q Query) unclear(rows []candidate) string {
	said := []string{payment.Because("asked.rows", "amount", q.Amount)}
	if q.agreement() {
		said[0] = payment.Because("asked.rows.agreement")
	}
	for _, c := range rows[:min(len(rows), mostNamed)] {
		said = append(said, payment.Because(cmp.Or(c.but, "asked.row"), "number", shown(c.reference), "code", c.owner))
	}
	if len(rows) > mostNamed {
		said = append(said, payment.Because("asked.rows.more"))
	}
	return payment.AllBecause(append(said, payment.Because("asked.rows.compare"))...)
}
