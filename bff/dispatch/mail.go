package dispatch

import (
	"context"
	"errors"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Mailer has the upstream send mail about what was done.
type Mailer interface {
	// EmailReceipt has the upstream mail the receipt of a payment.
	EmailReceipt(ctx context.Context, p payment.Patient, reference, email string) error
	// YearAgreements are those of a patient; EmailYearAgreement orders the text of
	// one to be mailed.
	YearAgreements(context.Context, payment.Patient) ([]payment.Agreement, error)
	EmailYearAgreement(ctx context.Context, p payment.Patient, agreement, email string) payment.Write
}

// mailReceipt has the upstream mail the receipt, once: of all who want to, one
// gets the order. Whether the upstream took it is written down, and shown.
func (d *Dispatcher) mailReceipt(ctx context.Context, a ledger.Record) {
	a, err := d.ledger.OrderMail(ctx, a.ID)
	if err != nil {
		return // another server does it, or the next turn of the worker
	}
	err = d.orderReceipt(ctx, a)
	evidence := "accepted"
	if err != nil {
		evidence = err.Error()
	}
	if err := d.ledger.MarkEmailed(ctx, a.ID, err == nil, evidence); err != nil {
		d.log.ErrorContext(ctx, "write receipt order down", "error", err.Error())
	}
}

// orderReceipt asks the practice. No handler stands above this goroutine: a
// panic here would end the server, and with it the charges of others.
func (d *Dispatcher) orderReceipt(ctx context.Context, a ledger.Record) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("panic while ordering the receipt")
		}
	}()
	switch a.Kind {
	case payment.KindAgreeYear:
		return d.mailAgreement(ctx, a)
	case payment.KindPlan:
		return nil // the address went with the plan, for the receipts of its payments
	}
	return d.mailer.EmailReceipt(ctx, a.Patient, a.Reference, a.Email)
}

// mailAgreement orders the text of the agreement that an attempt made.
func (d *Dispatcher) mailAgreement(ctx context.Context, a ledger.Record) error {
	years, err := d.mailer.YearAgreements(ctx, a.Patient)
	if err != nil && !errors.Is(err, payment.ErrOddRows) {
		return err
	}
	for _, made := range years {
		if made.Payment == a.Reference && made.ID != "" {
			if write := d.mailer.EmailYearAgreement(ctx, a.Patient, made.ID, a.Email); !write.Done() {
				return errors.New(write.Evidence)
			}
			return nil
		}
	}
	return errors.New("the agreement is not listed")
}
