package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"paypane/web/payment"
)

// LooksDue returns the attempts for which the upstream's books are to be read
// now, at most limit, the longest due first.
func (l *Ledger) LooksDue(ctx context.Context, limit int) (due []Attempt, err error) {
	err = l.read(ctx, "read looks due", func(t tx) (err error) {
		due, err = t.attempts(search{dueBy: l.now(), limit: limit})
		return err
	})
	return due, err
}

// Doubts are the ids of all attempts whose outcome is unknown.
func (l *Ledger) Doubts(ctx context.Context) (ids []string, err error) {
	err = l.read(ctx, "read what is unknown", func(t tx) error {
		unknown, err := t.attempts(search{states: []payment.State{payment.Unknown}})
		for _, a := range unknown {
			ids = append(ids, a.ID)
		}
		return err
	})
	return ids, err
}

// Look takes the turn to read the upstream's books for an attempt, as LooksDue
// returned it, and plans the next turn; the zero time plans none. Whoever comes
// later for the same turn gets ErrConflict.
func (l *Ledger) Look(ctx context.Context, a Attempt, next time.Time) (Attempt, error) {
	err := l.write(ctx, "look", func(t tx) error {
		found, err := attemptByID(t, a.ID)
		if err != nil {
			return err
		}
		if found.Looks != a.Looks || found.State != a.State || !found.NextLook.Equal(a.NextLook) || a.NextLook.IsZero() {
			return ErrConflict
		}
		a = found
		a.Looks++
		a.NextLook = next.UTC().Truncate(time.Microsecond)
		return t.updateAttempt(a)
	})
	return a, err
}

// Looked records a look that did not decide anything: what the books showed, or
// that they could not be read.
func (l *Ledger) Looked(ctx context.Context, id string, read bool, evidence string) error {
	what := EventUnread
	if read {
		what = EventLooked
	}
	return l.write(ctx, "record look", func(t tx) error {
		a, err := attemptByID(t, id)
		if err != nil {
			return err
		}
		return l.record(t, a.State, a, what, reconciler, evidence)
	})
}

// Find records that the upstream's books show an attempt whose outcome was
// unknown, or which was thought to be absent, or prove that it is not there: o
// is taken or absent. Otherwise like Settle.
func (l *Ledger) Find(ctx context.Context, id string, o payment.Outcome) (Attempt, error) {
	what := EventAbsent
	if o.State == payment.Taken {
		what = EventFound
	}
	return l.settle(ctx, "find attempt", id, o, what, reconciler)
}

// Leave records a look after which an attempt that is absent is not looked up
// any more.
func (l *Ledger) Leave(ctx context.Context, id, evidence string) error {
	_, err := l.replan(ctx, "leave attempt", id, []payment.State{payment.Absent}, rest, EventLooked, reconciler, evidence)
	return err
}

// Seen records that a taken payment stands in the upstream's books.
func (l *Ledger) Seen(ctx context.Context, id, evidence string) error {
	_, err := l.replan(ctx, "record sight", id, []payment.State{payment.Taken}, rest, EventSeen, reconciler, evidence)
	return err
}

// Ask hands an attempt that is unknown or taken to a person, and says why. It
// is not looked up any more.
func (l *Ledger) Ask(ctx context.Context, id, why string) (Attempt, error) {
	return l.replan(ctx, "ask a person", id, []payment.State{payment.Unknown, payment.Taken}, func(a *Attempt) {
		a.Asked, a.Why = true, mask(why, 500)
		rest(a)
	}, EventAsked, reconciler, why)
}

// LookAgain plans a look for now: a person wants the upstream's books to be
// read once more.
func (l *Ledger) LookAgain(ctx context.Context, id, who string) error {
	_, err := l.replan(ctx, "look again", id, []payment.State{payment.Unknown}, func(a *Attempt) {
		a.NextLook, a.Looks = l.moment(), 0
	}, EventAgain, pseudonym(who), "")
	return err
}

// replan changes how an attempt that is in one of some states is looked up, and
// records why. Otherwise it is ErrTransition.
func (l *Ledger) replan(ctx context.Context, act, id string, in []payment.State, change func(*Attempt), what, who, evidence string) (a Attempt, err error) {
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
		return l.record(t, a.State, a, what, who, evidence)
	})
	return a, err
}

// rest plans no look.
func rest(a *Attempt) { a.NextLook = time.Time{} }

// Holders says which attempts of a practice name the given payments as theirs.
func (l *Ledger) Holders(ctx context.Context, practice int, references []string) (holders map[string]string, err error) {
	holders = map[string]string{}
	if len(references) == 0 {
		return holders, nil
	}
	err = l.read(ctx, "read references", func(t tx) error {
		attempts, err := t.attempts(search{practice: practice, references: references})
		for _, a := range attempts {
			if !a.Act.Returns() {
				holders[a.Reference] = a.ID
			}
		}
		return err
	})
	return holders, err
}

// AskedAttempts returns what waits for a person in the given practices, the
// first claimed first.
func (l *Ledger) AskedAttempts(ctx context.Context, practices []int) (asked []Attempt, err error) {
	err = l.read(ctx, "read what waits for a person", func(t tx) error {
		found, err := t.attempts(search{asked: true})
		for _, a := range slices.Backward(found) {
			if slices.Contains(practices, a.Patient.Practice) {
				asked = append(asked, a)
			}
		}
		return err
	})
	return asked, err
}

// AttemptForStaff returns an attempt of any patient of the given practices.
func (l *Ledger) AttemptForStaff(ctx context.Context, practices []int, id string) (a Attempt, err error) {
	err = l.read(ctx, "read attempt", func(t tx) (err error) {
		a, err = attemptByID(t, id)
		if err == nil && !slices.Contains(practices, a.Patient.Practice) {
			a, err = Attempt{}, ErrNotFound
		}
		return err
	})
	return a, err
}

// Lag is the longest that the receipts of a practice were seen to lag behind
// its payments; zero where that was never measured.
func (l *Ledger) Lag(ctx context.Context, practice int) (lag time.Duration, err error) {
	err = l.read(ctx, "read lag", func(t tx) (err error) {
		lag, err = t.delay(practice)
		return err
	})
	return lag, err
}

// NoteLag records such a lag. It only ever grows.
func (l *Ledger) NoteLag(ctx context.Context, practice int, lag time.Duration) error {
	return l.write(ctx, "note lag", func(t tx) error {
		known, err := t.delay(practice)
		if err != nil || lag <= known {
			return err
		}
		return t.setDelay(practice, min(lag, 24*time.Hour))
	})
}

const reconciler = "reconciler"
