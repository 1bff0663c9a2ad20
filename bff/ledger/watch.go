package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"paypane/web/payment"
)

// WatchEvery is how long after an agreement or a plan was made, and after each time
// that it was looked for, the upstream's list of them is read for it.
const WatchEvery = 24 * time.Hour

// What is written down of agreements and plans that are watched. Each is about an
// attempt. Nothing is, while the list says what it said before.
const (
	ActListed = "agreement_listed" // the list says something else of it than before
	ActOver   = "agreement_over"   // it has ended, and is not looked for any more
)

// watched are the kinds of attempts that make something which lasts, and which can
// end at the upstream without a word.
var watched = []payment.Kind{payment.KindAgreeVisit, payment.KindAgreeYear, payment.KindPlan}

// isWatched reports whether an attempt made something that lasts. Nothing else is
// due to be looked for when it is: no receipt shows a plan, and that of an agreement
// moves no money.
func isWatched(a Record) bool {
	return a.State == payment.Succeeded && slices.Contains(watched, a.Kind)
}

// Listed is what the upstream's list said of an agreement or a plan. What it did
// not say is zero.
type Listed struct {
	At time.Time `json:"-"` // when it came to say so
	// Gone says that the list was read, and it was not in it.
	Gone bool `json:"gone,omitempty"`
	// Contract is the upstream's number of an agreement.
	Contract  string         `json:"contract,omitempty"`
	Ends      payment.Day    `json:"ends,omitempty"`
	Left      payment.Amount `json:"left,omitzero"`
	LeftKnown bool           `json:"left_known,omitempty"`
	// Due is a plan's next payment of which it is not known yet whether it was made,
	// and DueLeft what was left of the plan before it. Missed are the days of those that
	// were not made and that are not settled, with a word between them.
	Due     payment.Day    `json:"due,omitempty"`
	DueLeft payment.Amount `json:"due_left,omitzero"`
	Missed  string         `json:"missed,omitempty"`
}

// BeginWatches plans the first look for all agreements and plans of which none is
// planned: those that were made before there were looks. It counts them. Once for
// each server that starts is enough.
func (l *Ledger) BeginWatches(ctx context.Context) (n int, err error) {
	var found []Record
	err = l.read(ctx, "read what is not watched", func(t tx) (err error) {
		found, err = t.attempts(search{kinds: watched, states: []payment.State{payment.Succeeded}, undue: true})
		return err
	})
	const atOnce = 100 // others write in between
	for some := range slices.Chunk(found, atOnce) {
		if err == nil {
			err = l.write(ctx, "begin to watch agreements", func(t tx) error {
				for _, a := range some {
					over, err := t.acts(ActQuery{Practice: a.Patient.Practice, What: ActOver, About: a.ID, Limit: 1})
					if err != nil {
						return err
					}
					if len(over) > 0 {
						continue
					}
					if a, err = attemptByID(t, a.ID); err != nil {
						return err
					}
					if a.NextCheck.IsZero() {
						n++
						a.NextCheck = l.moment()
						err = t.updateAttempt(a)
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	return n, err
}

// WatchesDue returns the agreements and plans that the upstream's lists are to be
// read for now, at most limit, the longest due first.
func (l *Ledger) WatchesDue(ctx context.Context, limit int) (due []Record, err error) {
	err = l.read(ctx, "read agreements to look for", func(t tx) (err error) {
		due, err = t.attempts(search{watched: true, dueBy: l.now(), limit: limit})
		return err
	})
	return due, err
}

// Watch takes the turn to look for one of them, as WatchesDue returned it, and plans
// the next. Whoever comes later for the same turn gets ErrConflict.
func (l *Ledger) Watch(ctx context.Context, a Record, next time.Time) error {
	return l.write(ctx, "look for an agreement", func(t tx) error {
		found, err := attemptByID(t, a.ID)
		if err != nil {
			return err
		}
		if !isWatched(found) || a.NextCheck.IsZero() || !found.NextCheck.Equal(a.NextCheck) {
			return ErrConflict
		}
		found.NextCheck = next.UTC().Truncate(time.Microsecond)
		return t.updateAttempt(found)
	})
}

// EndWatch writes down that one of them has ended, and why, and plans no look any
// more.
func (l *Ledger) EndWatch(ctx context.Context, a Record, why string) error {
	_, err := l.deskAct(ctx, func(t tx) (act DeskAct, err error) {
		if a, err = attemptByID(t, a.ID); err != nil {
			return act, err
		}
		if !isWatched(a) || a.NextCheck.IsZero() {
			return act, ErrConflict
		}
		rest(&a)
		return watchAct(a, ActOver, why, ""), t.updateAttempt(a)
	})
	if errors.Is(err, ErrConflict) { // another server was quicker
		return nil
	}
	return err
}

// watchAgain plans a look, at once, for the agreement or the plan that a task is about,
// if none is planned: a tick may have ended the looks for it, and it was taken back.
func (l *Ledger) watchAgain(t tx, made Event) error {
	var k Task
	if err := json.Unmarshal([]byte(made.Desk.Content), &k); err != nil {
		return fmt.Errorf("event %d: %w", made.Seq, err)
	}
	if k.Kind != TaskEnded {
		return nil
	}
	a, err := attemptByID(t, k.Attempt)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil
	case err != nil:
		return err
	case !isWatched(a) || !a.NextCheck.IsZero() || a.Patient.Practice != made.Desk.Practice:
		return nil
	}
	a.NextCheck = l.moment()
	return t.updateAttempt(a)
}

// watchAct is what is written down of one that is watched.
func watchAct(a Record, what, why, content string) DeskAct {
	return DeskAct{Practice: a.Patient.Practice, Patient: a.Patient.ID, Who: reconciler, What: what, About: a.ID, Detail: why, Content: content}
}

// LastListed is what the upstream's list said last of an agreement or a plan; the
// zero Listed: it was never in it.
func (l *Ledger) LastListed(ctx context.Context, a Record) (said Listed, err error) {
	err = l.read(ctx, "read what the list said", func(t tx) (err error) {
		said, err = lastListed(t, a)
		return err
	})
	return said, err
}

func lastListed(t tx, a Record) (said Listed, err error) {
	acts, err := t.acts(ActQuery{Practice: a.Patient.Practice, What: ActListed, About: a.ID, Limit: 1})
	if err != nil || len(acts) == 0 {
		return said, err
	}
	if err := json.Unmarshal([]byte(acts[0].Desk.Content), &said); err != nil {
		return said, fmt.Errorf("event %d: %w", acts[0].Seq, err)
	}
	said.At = acts[0].At
	return said, nil
}

// errSaid ends a write of what is written down already.
var errSaid = errors.New("said before")

// NoteListed writes down what the list says of an agreement or a plan, where that is
// something else than before.
func (l *Ledger) NoteListed(ctx context.Context, a Record, says Listed) error {
	_, err := l.deskAct(ctx, func(t tx) (DeskAct, error) {
		before, err := lastListed(t, a)
		if err != nil {
			return DeskAct{}, err
		}
		never := before.At.IsZero()
		before.At, says.At = time.Time{}, time.Time{}
		if !never && before == says {
			return DeskAct{}, errSaid
		}
		content, err := json.Marshal(says)
		return watchAct(a, ActListed, "", string(content)), err
	})
	if errors.Is(err, errSaid) {
		return nil
	}
	return err
}
