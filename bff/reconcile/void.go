package reconcile

import (
	"time"

	"paypane/web/payment"
)

// settleVoid looks at the row of the payment that was to be taken back: its
// type tells. Who took it back does not matter, so neither rivals nor claims
// do; the payment's own attempt holds the reference anyhow.
func (q Question) settleVoid(e Evidence, b Bounds) Verdict {
	var rows, voided, standing int
	var amount payment.Amount
	for _, r := range e.Receipts {
		if !q.voids(r) {
			continue
		}
		rows++
		amount = r.Amount
		switch r.Type {
		case voidPurchase:
			voided++
		case purchase:
			standing++
		}
	}
	switch {
	case rows == 0:
		return Verdict{Ruling: Person, Why: "The receipts do not list the payment that was to be voided, " + named(q.Payment) + ". Look it up in athenaOne."}
	case voided == rows:
		return Verdict{Ruling: Found, Reference: q.Payment}
	case standing < rows:
		return Verdict{Ruling: Person, Why: "The payment that was to be voided, " + named(q.Payment) + ", is listed neither plainly as a payment nor plainly as voided. Look it up in athenaOne."}
	}
	for _, r := range e.Receipts {
		if q.separate(r, amount, b) {
			return Verdict{Ruling: Person, Why: "The payment that was to be voided, " + named(q.Payment) + ", is still listed, but beside it " + named(r.Reference) + " could be its voiding. Look it up in athenaOne."}
		}
	}
	return Verdict{Ruling: Absent}
}

// voids reports whether a row is the payment's that was to be voided.
func (q Question) voids(r payment.Receipt) bool {
	return number(q.Payment) && number(r.Reference) && !higher(r.Reference, q.Payment) && !higher(q.Payment, r.Reference)
}

// separate reports whether a row may be the void itself, written as old lists
// have it (athena-api.md 2.7): a row of its own, beside a purchase that stays.
func (q Question) separate(r payment.Receipt, amount payment.Amount, b Bounds) bool {
	if r.Type != void || r.Amount != amount {
		return false
	}
	if number(q.Before) && number(r.Reference) {
		return higher(r.Reference, q.Before)
	}
	_, latest := instants(r.Time)
	return !latest.Before(q.Sent.Add(-b.Skew).Truncate(time.Second))
}
