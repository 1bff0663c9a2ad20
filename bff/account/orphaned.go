package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// ErrRestored says that the ledger came back from a backup, and what was paid
// since the backup may not be in the practice's books yet. ErrOrphaned says that
// it is, and nobody knows for what.
var (
	ErrRestored = errors.New("the ledger was restored, and the receipts may not show yet what it lost")
	ErrOrphaned = errors.New("the patient has a receipt of which the ledger knows nothing")
)

// restorations are the restorations that still matter: for a day after the books
// must hold what was lost, because balances may take that long to show it.
func (a *Accounts) restorations(ctx context.Context, practice int) (all []ledger.Restoration, shown time.Time, err error) {
	all, err = a.ledger.Restorations(ctx)
	if err != nil || len(all) == 0 {
		return nil, time.Time{}, err
	}
	now := a.now()
	all = slices.DeleteFunc(all, func(r ledger.Restoration) bool {
		at, failed := a.reconciler.Shown(ctx, practice, r.Until)
		if err = errors.Join(err, failed); at.After(shown) {
			shown = at
		}
		return now.After(at.Add(ledger.Lately))
	})
	return all, shown, err
}

// Orphaned reports whether the practice's books show a payment of the patient that
// the ledger lost. While they may not show it yet nothing can be paid at all.
func (a *Accounts) Orphaned(ctx context.Context, p payment.Patient) (bool, error) {
	restorations, shown, err := a.restorations(ctx, p.Practice)
	switch {
	case err != nil || len(restorations) == 0:
		return false, err
	case a.now().Before(shown):
		return false, a.Unavailable(ctx, p, ErrRestored)
	}
	receipts, err := a.practice.Receipts(ctx, p)
	if err != nil {
		return false, a.Unavailable(ctx, p, err)
	}
	var references []string
	for _, r := range restorations {
		for _, receipt := range reconcile.Lost(receipts, r.From, r.Until) {
			if receipt.Reference == "" {
				return true, nil
			}
			references = append(references, receipt.Reference)
		}
	}
	owners, err := a.ledger.ReferenceOwners(ctx, p.Practice, references)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(references, func(reference string) bool { return owners[reference] == "" }), nil
}
