package ledger

import (
	"context"

	"paypane/web/payment"
)

// reused refuses a vendor's reference that another attempt of the practice has,
// unless it is proved that nothing was booked under it. The upstream knows a
// reference for six hours, and only beside the same patient and amount
// (docs/upstream-api.md#patientpayvendors); here it is known for ever.
func reused(t tx, a Record) error {
	if a.VendorReference == "" {
		return nil
	}
	same, err := t.attempts(search{practice: a.Patient.Practice, vendor: a.VendorReference, states: mayCount(), limit: 1})
	if err != nil || len(same) == 0 {
		return err
	}
	return &OverlapError{Other: same[0], Reference: true}
}

// VendorPayments are the payments of a patient's that were booked under the
// practice's vendor code, or may have been, the last one first; and by their
// attempts what gives one of them back, or may.
func (l *Ledger) VendorPayments(ctx context.Context, p payment.Patient) (payments []Record, refunds map[string]Record, err error) {
	err = l.read(ctx, "read a vendor's payments", func(t tx) error {
		payments, refunds = nil, map[string]Record{}
		all, err := t.attempts(search{patient: p, kinds: []payment.Kind{payment.KindVendorPayment, payment.KindRefund}, states: mayCount()})
		for _, a := range all {
			if a.Kind == payment.KindRefund {
				refunds[a.Undoes] = a
			} else {
				payments = append(payments, a)
			}
		}
		return err
	})
	return payments, refunds, err
}
