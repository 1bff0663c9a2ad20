package reconcile

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"paypane/bff/ledger"
)

// WideTurn is a Turn that looks up so many patients at once, in goroutines of
// its own: books that hang for one of them do not hold up the others. The
// attempts of one patient go one after the other, because what is found of one
// is evidence for the next. It returns when all have come to an end.
func (r *Reconciler) WideTurn(ctx context.Context, width int) (int, error) {
	if err := r.watch(ctx); err != nil {
		return 0, err
	}
	due, err := r.Ledger.LooksDue(ctx, 100)
	if err != nil {
		return 0, err
	}
	queues := byPatient(due)
	failed := make([]error, len(queues))
	var looks errgroup.Group
	looks.SetLimit(width)
	for i, queue := range queues {
		looks.Go(func() error {
			for _, a := range queue {
				if ctx.Err() != nil {
					break
				}
				if err := r.lookSafely(ctx, a); err != nil && !errors.Is(err, ledger.ErrConflict) {
					failed[i] = errors.Join(failed[i], err)
				}
			}
			return nil
		})
	}
	looks.Wait() // what failed is in failed: one failure does not end the others
	return len(due), errors.Join(failed...)
}

// byPatient keeps the order within a patient's, and of the first of each.
func byPatient(due []ledger.Attempt) (queues [][]ledger.Attempt) {
	type chart struct{ practice, patient int }
	place := map[chart]int{}
	for _, a := range due {
		key := chart{a.Patient.Practice, a.Patient.ID}
		i, known := place[key]
		if !known {
			i, place[key] = len(queues), len(queues)
			queues = append(queues, nil)
		}
		queues[i] = append(queues[i], a)
	}
	return queues
}

// lookSafely is a look in a goroutine above which nobody stands: a panic there
// would end the server, and with it the charges of others.
func (r *Reconciler) lookSafely(ctx context.Context, a ledger.Attempt) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("panic while looking up")
		}
	}()
	return r.look(ctx, a)
}
