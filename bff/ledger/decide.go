package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"paypane/web/payment"
)

// Decision is what a person found out about an attempt that the upstream's
// books do not decide.
type Decision struct {
	// By names the person, as their portal or their sign-in does.
	By string
	// Why is what it rests on, in the person's words. It is required.
	Why string
	// State is taken or absent.
	State payment.State
	// Reference is the epaymentid, if taken and known.
	Reference string
}

// Decide records a person's decision. Above a limit, that the money was not
// taken has to be said by two people: the first decision is then a proposal,
// which changes nothing but the record. ErrTransition: there is nothing to
// decide any more. limit zero: one person is always enough.
func (l *Ledger) Decide(ctx context.Context, id string, d Decision, limit payment.Amount) (a Attempt, decided bool, err error) {
	by, why := pseudonym(d.By), mask(d.Why, 400)
	switch {
	case by == "" || why == "":
		return Attempt{}, false, fmt.Errorf("decide attempt: %w: who and why are required", ErrText)
	case d.State != payment.Taken && d.State != payment.Absent:
		return Attempt{}, false, fmt.Errorf("decide attempt: %w: to %s", ErrTransition, d.State)
	}
	err = l.write(ctx, "decide attempt", func(t tx) (err error) {
		decided = false
		if a, err = attemptByID(t, id); err != nil {
			return err
		}
		if a.State == payment.Taken && a.Asked && d.State == payment.Taken { // somebody has looked at it
			a.Asked, a.Why, decided = false, "", true
			if err := t.updateAttempt(a); err != nil {
				return err
			}
			return l.record(t, a.State, a, EventDecided, by, "taken: "+why)
		}
		if a.State != payment.Unknown {
			return fmt.Errorf("%w: from %s to %s", ErrTransition, a.State, d.State)
		}
		alone := d.State == payment.Taken || limit.IsZero() || a.Total().Less(limit)
		if !alone {
			second, err := proposedByAnother(t, a, d.State, by)
			if err != nil {
				return err
			}
			if !second {
				return l.record(t, a.State, a, EventProposed, by, proposal(d.State)+why)
			}
		}
		decided = true
		a, err = l.end(t, a, payment.Outcome{State: d.State, Reference: d.Reference, Evidence: proposal(d.State) + why}, EventDecided, by)
		if err == nil && a.State == payment.Taken && !a.NextLook.IsZero() {
			// What a person knows is not looked for.
			a.NextLook = time.Time{}
			err = t.updateAttempt(a)
		}
		return err
	})
	return a, decided, err
}

func proposal(s payment.State) string { return string(s) + ": " }

// proposedByAnother reports whether another person proposed the same since the
// attempt was last handed over.
func proposedByAnother(t tx, a Attempt, s payment.State, by string) (bool, error) {
	events, err := t.events(a.ID, 1, all)
	if err != nil {
		return false, err
	}
	for _, e := range slices.Backward(events) {
		switch {
		case e.What == EventProposed && e.Who != by && strings.HasPrefix(e.Evidence, proposal(s)):
			return true, nil
		case e.What == EventAsked, e.State != payment.Unknown:
			return false, nil // what was said before rests on other evidence
		}
	}
	return false, nil
}
