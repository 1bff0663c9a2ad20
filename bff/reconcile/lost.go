package reconcile

import (
	"context"
	"time"

	"paypane/web/payment"
)

// Lost are the receipts that may be of payments made in a window that the
// ledger has lost: what took money then, by either clock, and what is not known
// not to have. What was sent in its last moments may be booked as late as Decide
// would take a row for the write's own.
func Lost(receipts []payment.ReceiptSummary, from, until time.Time) []payment.ReceiptSummary {
	from, until = from.Add(-defaultSkew), until.Add(defaultWindow+defaultLate)
	var lost []payment.ReceiptSummary
	for _, r := range receipts {
		first, second := instants(r.Time)
		if r.Type != voidPurchase && r.Type != void && r.Type != authorization && (r.Time.IsZero() || !second.Before(from) && !first.After(until)) {
			lost = append(lost, r)
		}
	}
	return lost
}

// Shown is from when on the receipts of a practice hold all that was sent until
// a moment.
func (r *Reconciler) Shown(ctx context.Context, practice int, sent time.Time) (time.Time, error) {
	b, err := r.Bounds.of(ctx, r.History, practice)
	return b.shown(sent).Add(b.Skew), err
}
