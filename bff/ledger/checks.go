package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"paypane/web/payment"
)

// ChecksDue returns the attempts for which the upstream's books are to be read
// now, at most limit, the longest due first. Agreements and plans that were made are
// not among them, see WatchesDue.
func (l *Ledger) ChecksDue(ctx context.Context, limit int) (due []Record, err error) {
	err = l.read(ctx, "read checks due", func(t tx) (err error) {
		due, err = t.attempts(search{dueBy: l.now(), unwatched: true, limit: limit})
		return err
	})
	return due, err
}

// UnknownIDs are the ids of all attempts whose outcome is unknown.
func (l *Ledger) UnknownIDs(ctx context.Context) (ids []string, err error) {
	err = l.read(ctx, "read what is unknown", func(t tx) error {
		unknown, err := t.attempts(search{states: []payment.State{payment.Unknown}})
		for _, a := range unknown {
			ids = append(ids, a.ID)
		}
		return err
	})
	return ids, err
}

// Check takes the turn to read the upstream's books for an attempt, as ChecksDue
// returned it, and plans the next turn; the zero time plans none. Whoever comes
// later for the same turn gets ErrConflict.
func (l *Ledger) Check(ctx context.Context, a Record, next time.Time) (Record, error) {
	err := l.write(ctx, "begin check", func(t tx) error {
		found, err := attemptByID(t, a.ID)
		if err != nil {
			return err
		}
		if found.Checks != a.Checks || found.State != a.State || !found.NextCheck.Equal(a.NextCheck) || a.NextCheck.IsZero() {
			return ErrConflict
		}
		a = found
		a.Checks++
		a.NextCheck = next.UTC().Truncate(time.Microsecond)
		return t.updateAttempt(a)
	})
	return a, err
}

// Checked records a check that did not decide anything: what the books showed, or
// that they could not be read.
func (l *Ledger) Checked(ctx context.Context, id string, read bool, evidence string) error {
	what := EventUnread
	if read {
		what = EventChecked
	}
	return l.write(ctx, "record check", func(t tx) error {
		a, err := attemptByID(t, id)
		if err != nil {
			return err
		}
		return l.logEvent(t, a.State, a, what, reconciler, evidence)
	})
}

// Find records that the upstream's books show an attempt whose outcome was
// unknown, or which was thought to be absent, or prove that it is not there: o
// is taken or absent. Otherwise like Settle.
func (l *Ledger) Find(ctx context.Context, id string, o payment.Outcome) (Record, error) {
	what := EventNotDone
	if o.State == payment.Succeeded {
		what = EventFound
	}
	return l.settle(ctx, "find attempt", id, o, what, reconciler)
}

// Leave records a check after which an attempt that is not done is not checked
// any more.
func (l *Ledger) Leave(ctx context.Context, id, evidence string) error {
	_, err := l.replan(ctx, "leave attempt", id, []payment.State{payment.NotDone}, rest, EventChecked, reconciler, evidence)
	return err
}

// Seen records that a taken payment stands in the upstream's books.
func (l *Ledger) Seen(ctx context.Context, id, evidence string) error {
	_, err := l.replan(ctx, "record sight", id, []payment.State{payment.Succeeded}, rest, EventSeen, reconciler, evidence)
	return err
}

// Escalate hands an attempt that is unknown or succeeded to manual review, and says why. It
// is not checked any more.
func (l *Ledger) Escalate(ctx context.Context, id, why string) (Record, error) {
	return l.replan(ctx, "escalate", id, []payment.State{payment.Unknown, payment.Succeeded}, func(a *Record) {
		a.NeedsReview, a.Reason = true, scrubPAN(why, 500)
		rest(a)
	}, EventEscalated, reconciler, why)
}

// CheckAgain plans a check for now: a person wants the upstream's books to be
// read once more.
func (l *Ledger) CheckAgain(ctx context.Context, id, who string) error {
	_, err := l.replan(ctx, "check again", id, []payment.State{payment.Unknown}, func(a *Record) {
		a.NextCheck, a.Checks = l.moment(), 0
	}, EventCheckAgain, actor(who), "")
	return err
}

// replan changes how an attempt that is in one of some states is checked, and
// records why. Otherwise it is ErrTransition.
func (l *Ledger) replan(ctx context.Context, act, id string, in []payment.State, change func(*Record), what, who, evidence string) (a Record, err error) {
	err = l.write(ctx, act, func(t tx) (err error) {
		if a, err = attemptByID(t, id); err != nil {
			return err
		}
		if !slices.Contains(in, a.State) {
			return fmt.Errorf("%w: it is %s", ErrTransition, a.State)
		}
		change(&a)
		if err := t.updateAttempt(a); err != nil {
			return err
		}
		return l.logEvent(t, a.State, a, what, who, evidence)
	})
	return a, err
}

// rest plans no check.
func rest(a *Record) { a.NextCheck = time.Time{} }

// ReferenceOwners says which attempts of a practice name the given payments as theirs.
func (l *Ledger) ReferenceOwners(ctx context.Context, practice int, references []string) (owners map[string]string, err error) {
	owners = map[string]string{}
	if len(references) == 0 {
		return owners, nil
	}
	err = l.read(ctx, "read references", func(t tx) error {
		attempts, err := t.attempts(search{practice: practice, references: references})
		for _, a := range attempts {
			if !a.Kind.Returns() {
				owners[a.Reference] = a.ID
			}
		}
		return err
	})
	return owners, err
}

// ReviewQueue returns what waits for manual review in the given practices, the
// first claimed first.
func (l *Ledger) ReviewQueue(ctx context.Context, practices []int) (queue []Record, err error) {
	err = l.read(ctx, "read what waits for a person", func(t tx) error {
		found, err := t.attempts(search{needsReview: true})
		for _, a := range slices.Backward(found) {
			if slices.Contains(practices, a.Patient.Practice) {
				queue = append(queue, a)
			}
		}
		return err
	})
	return queue, err
}

// AttemptForStaff returns an attempt of any patient of the given practices.
func (l *Ledger) AttemptForStaff(ctx context.Context, practices []int, id string) (a Record, err error) {
	err = l.read(ctx, "read attempt", func(t tx) (err error) {
		a, err = attemptByID(t, id)
		if err == nil && !slices.Contains(practices, a.Patient.Practice) {
			a, err = Record{}, ErrNotFound
		}
		return err
	})
	return a, err
}

// ListingDelay is the longest that a practice's receipts were seen to list its payments late; zero where that was never measured.
func (l *Ledger) ListingDelay(ctx context.Context, practice int) (delay time.Duration, err error) {
	err = l.read(ctx, "read listing delay", func(t tx) (err error) {
		delay, err = t.listingDelay(practice)
		return err
	})
	return delay, err
}

// NoteListingDelay records such a delay. It only ever grows.
func (l *Ledger) NoteListingDelay(ctx context.Context, practice int, delay time.Duration) error {
	return l.write(ctx, "note listing delay", func(t tx) error {
		known, err := t.listingDelay(practice)
		if err != nil || delay <= known {
			return err
		}
		return t.setListingDelay(practice, min(delay, 24*time.Hour))
	})
}

const reconciler = "reconciler"
