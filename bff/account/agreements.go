package account

import (
	"context"
	"errors"
	"slices"

	"paypane/bff/ledger"
	"paypane/bff/session"
	"paypane/web/payment"
)

// Agreements are all agreements of a patient; payment.ErrOddRows: all that are
// understood.
func (a *Accounts) Agreements(ctx context.Context, p payment.Patient) ([]payment.Agreement, error) {
	visits, odd := a.practice.VisitAgreements(ctx, p)
	if odd != nil && !errors.Is(odd, payment.ErrOddRows) {
		return nil, odd
	}
	years, err := a.practice.YearAgreements(ctx, p)
	if err == nil {
		err = odd
	}
	return append(visits, years...), err
}

// Understood reports whether a list that is only shown lacks what is not understood. Any
// other error is one of the upstream's.
func (a *Accounts) Understood(ctx context.Context, sess session.Session, list string, err error) (odd bool, _ error) {
	if err == nil {
		return false, nil
	}
	if !errors.Is(err, payment.ErrOddRows) {
		return false, a.Unavailable(ctx, sess.Patient, err)
	}
	a.log.WarnContext(ctx, list+" that are not understood", "error", err.Error())
	return true, nil
}

// Standing reports whether one of the attempts did what it was for, or may have.
func Standing(attempts []ledger.Record) bool {
	return slices.ContainsFunc(attempts, func(a ledger.Record) bool { return a.State == payment.Succeeded || a.State.Live() })
}
