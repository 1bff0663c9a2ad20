package bff

import (
	"context"
	"errors"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// errRestored says that the ledger came back from a backup, and what was paid
// since the backup may not be in the practice's books yet. errFound says that
// it is, and nobody knows for what.
var (
	errRestored = errors.New("the ledger was restored, and the receipts may not show yet what it lost")
	errFound    = errors.New("the patient has a receipt of which the ledger knows nothing")
)

// restored are the restorations that still matter: for a day after the books
// must hold what was lost, because balances may take that long to show it.
func (s *Server) restored(ctx context.Context, practice int) (lost []ledger.Restoration, shown time.Time, err error) {
	lost, err = s.ledger.Restorations(ctx)
	if err != nil || len(lost) == 0 {
		return nil, time.Time{}, err
	}
	now := s.now()
	lost = slices.DeleteFunc(lost, func(r ledger.Restoration) bool {
		at, failed := s.reconciler.Shown(ctx, practice, r.Until)
		if err = errors.Join(err, failed); at.After(shown) {
			shown = at
		}
		return now.After(at.Add(ledger.Lately))
	})
	return lost, shown, err
}

// found reports whether the practice's books show a payment of the patient that
// the ledger lost. While they may not show it yet nothing can be paid at all.
func (s *Server) found(ctx context.Context, p payment.Patient) (bool, error) {
	lost, shown, err := s.restored(ctx, p.Practice)
	switch {
	case err != nil || len(lost) == 0:
		return false, err
	case s.now().Before(shown):
		return false, s.upstreamDown(ctx, p, errRestored)
	}
	receipts, err := s.practice.Receipts(ctx, p)
	if err != nil {
		return false, s.upstreamDown(ctx, p, err)
	}
	var references []string
	for _, r := range lost {
		for _, receipt := range reconcile.Lost(receipts, r.From, r.Until) {
			if receipt.Reference == "" {
				return true, nil
			}
			references = append(references, receipt.Reference)
		}
	}
	holders, err := s.ledger.Holders(ctx, p.Practice, references)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(references, func(reference string) bool { return holders[reference] == "" }), nil
}
