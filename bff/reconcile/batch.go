package reconcile

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"paypane/bff/ledger"
)

// RunBatch checks what is due, so many patients at once, in goroutines of
// its own: books that hang for one of them do not hold up the others. The
// attempts of one patient go one after the other, because what is found of one
// is evidence for the next. It returns when all have come to an end.
func (r *Reconciler) RunBatch(ctx context.Context, concurrency int) (int, error) {
	if err := r.observe(ctx); err != nil {
		return 0, err
	}
	due, err := r.Checks.ChecksDue(ctx, 100)
	if err != nil {
		return 0, err
	}
	queues := byPatient(due)
	failed := make([]error, len(queues))
	var checks errgroup.Group
	checks.SetLimit(concurrency)
	for i, queue := range queues {
		checks.Go(func() error {
			for _, a := range queue {
				if ctx.Err() != nil {
					break
				}
				if err := r.recoverPanic(ctx, a); err != nil && !errors.Is(err, ledger.ErrConflict) {
					failed[i] = errors.Join(failed[i], err)
				}
			}
			return nil
		})
	}
	_ = checks.Wait() // what failed is in failed: one failure does not end the others
	return len(due), errors.Join(failed...)
}

// byPatient keeps the order within a patient's, and of the first of each.
func byPatient(due []ledger.Record) (queues [][]ledger.Record) {
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

// recoverPanic is a check in a goroutine above which nobody stands: a panic there
// would end the server, and with it the charges of others.
func (r *Reconciler) recoverPanic(ctx context.Context, a ledger.Record) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("panic in a check")
		}
	}()
	return r.check(ctx, a)
}
