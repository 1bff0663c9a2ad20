package reconcile

import (
	"strings"
	"time"

	"paypane/web/payment"
)

// The types of rows that are known (athena-api.md 2.8).
const (
	purchase      = "PURCHASE"
	voidPurchase  = "VOIDPURCHASE" // a purchase that was taken back: the same row, with its first time
	void          = "VOID"         // in old lists, a row of its own beside the purchase
	authorization = "AUTHORIZATION"
)

// fit is how well a row answers a question, rising.
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
	but       string // what speaks against it, empty if nothing
}

// settleRow looks for the row that the write made.
//
// Rows that are merely odd do not stand in the way of an exact one: they are
// someone else's unless a bound was broken, and the exact one needs no such
// excuse. Alone they keep a payment from being called absent.
func (q Question) settleRow(e Evidence, b Bounds) Verdict {
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
		return Verdict{Ruling: Found, Reference: own[0].reference}
	case len(own)+len(oddities) > 0:
		return Verdict{Ruling: Person, Why: q.doubt(append(own, oddities...))}
	case q.agreement():
		// One such row was ever seen, of an agreement for a visit; that an
		// agreement always makes one is not written anywhere.
		return Verdict{Ruling: Person, Why: "No receipt shows this agreement, but it is not known whether every agreement makes one. Look at the patient's credit card agreements in athenaOne."}
	}
	return Verdict{Ruling: Absent}
}

// weigh compares a row with the question, with what other attempts hold and
// with what they may have made.
func (q Question) weigh(r payment.Receipt, e Evidence, b Bounds) candidate {
	f, but := q.compare(r, e.Read, b)
	c := candidate{r.Reference, f, but}
	if holder, held := e.Claimed[r.Reference]; held {
		// A held row that does not fit either is the other attempt's.
		if c.fit <= odd {
			return candidate{}
		}
		c.fit, c.but = odd, "belongs to attempt "+payment.Attempt{ID: holder}.SupportCode()
		return c
	}
	if c.fit == exact {
		for _, rival := range e.Rivals {
			if f, _ := rival.compare(r, e.Read, b); f >= likely {
				c.fit, c.but = likely, "could as well be another payment that is not settled"
			}
		}
	}
	return c
}

// compare says how well a row answers the question, and what speaks against
// it.
func (q Question) compare(r payment.Receipt, read time.Time, b Bounds) (fit, string) {
	known := number(q.Before)
	switch {
	case !q.made(r),
		q.Last4 != "" && r.Last4 != "" && q.Last4 != r.Last4,
		known && number(r.Reference) && !higher(r.Reference, q.Before):
		return none, ""
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
		return likely, "is not listed as a payment"
	case !inRange(first) && !inRange(second):
		return odd, "was made at another time"
	case q.Brand != "" && r.Brand != "" && q.Brand != r.Brand:
		return odd, "was made with another kind of card"
	case r.Type != q.rowType():
		return likely, "is not listed as a payment"
	case q.Last4 == "" || r.Last4 == "":
		return likely, "the card cannot be compared"
	case !number(r.Reference):
		return likely, "has no number"
	case !inRange(first) || !inRange(second):
		return likely, "was made in the hour that the clocks repeat"
	case !known && first.Before(q.Sent.Add(b.Skew)):
		// The clocks may be that far apart. In this range most of our own rows
		// lie; so do payments of a moment earlier.
		return likely, "could be an earlier payment"
	}
	return exact, ""
}

// made reports whether the write can have made a row of that type and amount.
// An agreement is listed with no amount (one row recorded) or, who knows, with
// its limit. A plan only comes here as a rival: a down payment would be listed
// like any other.
func (q Question) made(r payment.Receipt) bool {
	switch q.Act {
	case payment.ActCharge, payment.ActChargeStored, payment.ActPlan:
		return r.Amount == q.Amount
	}
	return q.agreement() && r.Type == authorization && (r.Amount.IsZero() || r.Amount == q.Amount)
}

func (q Question) agreement() bool {
	return q.Act == payment.ActAgreeVisit || q.Act == payment.ActAgreeYear
}

// rowType is the type of the row that the write makes.
func (q Question) rowType() string {
	if q.agreement() {
		return authorization
	}
	return purchase
}

// listed reports whether a row of that type has the time of the payment it
// began as.
func listed(kind string) bool {
	return kind == purchase || kind == voidPurchase || kind == authorization
}

// doubt is what staff read about rows that could be the write's own.
func (q Question) doubt(rows []candidate) string {
	thing := "payment of " + q.Amount.Display()
	if q.agreement() {
		thing = "agreement"
	}
	var s strings.Builder
	s.WriteString("It is not certain whether this " + thing + " went through.")
	for _, c := range rows {
		name := named(c.reference)
		s.WriteString(" " + strings.ToUpper(name[:1]) + name[1:] + " could be it")
		if c.but != "" {
			s.WriteString(", but " + c.but)
		}
		s.WriteString(".")
	}
	s.WriteString(" Compare with the patient's receipts in athenaOne.")
	return s.String()
}
