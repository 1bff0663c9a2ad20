package reconcile

import (
	"context"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Candidates are the receipts that may be of what an attempt did, however well
// they fit: each of them a person would have to look at. Who owns them is not
// asked.
func (r *Reconciler) Candidates(ctx context.Context, a ledger.Record, receipts []payment.ReceiptSummary) ([]payment.ReceiptSummary, error) {
	b, err := r.Bounds.of(ctx, r.History, a.Patient.Practice)
	if err != nil {
		return nil, err
	}
	var could []payment.ReceiptSummary
	for _, receipt := range receipts {
		if f, _ := query(a).compare(receipt, r.Now(), b); f != none {
			could = append(could, receipt)
		}
	}
	return could, nil
}

// Proven is from when on the receipts must show what an attempt did, if it did
// anything.
func (r *Reconciler) Proven(ctx context.Context, a ledger.Record) (time.Time, error) {
	return r.Shown(ctx, a.Patient.Practice, query(a).latest())
}
