package reconcile

import (
	"slices"
	"time"

	"paypane/web/payment"
)

// settleVoid looks at the row of the payment that was to be taken back: its
// type tells. It does not tell who took it back, so where another attempt did, or
// may have done, it is not this one's. Claims do not matter; the payment's own
// attempt owns the reference anyhow.
func (q Query) settleVoid(e Evidence, b Bounds) Decision {
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
		return Decision{Verdict: Review, Reason: payment.Because("asked.void.missing", "number", shown(q.Payment))}
	case voided == rows && slices.ContainsFunc(e.Competing, q.same):
		return Decision{Verdict: Review, Reason: payment.Because("asked.void.competing", "number", shown(q.Payment))}
	case voided == rows:
		return Decision{Verdict: Found, Reference: q.Payment}
	case standing < rows:
		return Decision{Verdict: Review, Reason: payment.Because("asked.void.unclear", "number", shown(q.Payment))}
	}
	for _, r := range e.Receipts {
		if q.separate(r, amount, b) {
			return Decision{Verdict: Review, Reason: payment.Because("asked.void.beside", "number", shown(q.Payment), "other", shown(r.Reference))}
		}
	}
	return Decision{Verdict: NotFound}
}

// same reports whether another write was to take the same payment back.
func (q Query) same(other Query) bool {
	return other.Kind == payment.KindVoid && other.Payment == q.Payment
}

// voids reports whether a row is the payment's that was to be voided.
func (q Query) voids(r payment.ReceiptSummary) bool {
	return number(q.Payment) && number(r.Reference) && !higher(r.Reference, q.Payment) && !higher(q.Payment, r.Reference)
}

// separate reports whether a row may be the void itself, written as old lists
// have it (docs/upstream-api.md#voidpayment): a row of its own, beside a
// purchase that stays. So may a row of which the type or, where it is one that
// was taken back, the number is not known.
func (q Query) separate(r payment.ReceiptSummary, amount payment.Amount, b Bounds) bool {
	could := r.Type == void || !recorded(r.Type) || r.Type == voidPurchase && !number(r.Reference)
	if !could || r.Amount != amount {
		return false
	}
	if number(q.ReceiptWatermark) && number(r.Reference) {
		return higher(r.Reference, q.ReceiptWatermark)
	}
	_, latest := instants(r.Time)
	return r.Time.IsZero() || !latest.Before(q.Sent.Add(-b.Skew).Truncate(time.Second)) || r.Type == voidPurchase
}
