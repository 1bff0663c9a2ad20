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
	// Reason is what it rests on, in the person's words. It is required.
	Reason string
	// State is taken or absent.
	State payment.State
	// Reference is the epaymentid, if taken and known.
	Reference string
	// Two says that nothing proves it yet: whatever the amount, two people have to
	// say the same.
	Two bool
}

// Decide records a person's decision. What nothing proves, and from a limit on
// that the money was not taken, has to be said by two people: the first decision
// is then a proposal, which changes nothing but the record. ErrTransition: there
// is nothing to decide any more. limit zero: no amount needs two people.
func (l *Ledger) Decide(ctx context.Context, id string, d Decision, limit payment.Amount) (a Record, decided bool, err error) {
	by, why := pseudonym(d.By), typed(d.Reason, 400)
	switch {
	case by == "" || why == "":
		return Record{}, false, fmt.Errorf("decide attempt: %w: who and why are required", ErrText)
	case d.State != payment.Succeeded && d.State != payment.NotDone:
		return Record{}, false, fmt.Errorf("decide attempt: %w: to %s", ErrTransition, d.State)
	}
	err = l.write(ctx, "decide attempt", func(t tx) (err error) {
		decided = false
		if a, err = attemptByID(t, id); err != nil {
			return err
		}
		if a.State == payment.Succeeded && a.NeedsReview && d.State == payment.Succeeded { // somebody has looked at it
			a.NeedsReview, a.Reason, decided = false, "", true
			if err := t.updateAttempt(a); err != nil {
				return err
			}
			return l.logEvent(t, a.State, a, EventDecided, by, "taken: "+why)
		}
		if a.State != payment.Unknown {
			return fmt.Errorf("%w: from %s to %s", ErrTransition, a.State, d.State)
		}
		alone := !d.Two && (d.State == payment.Succeeded || limit.IsZero() || a.Total().Less(limit))
		if !alone {
			second, err := proposedByAnother(t, a, d, by)
			if err != nil {
				return err
			}
			if !second {
				return l.logEvent(t, a.State, a, EventProposed, by, d.proposal()+why)
			}
		}
		decided = true
		a, err = l.end(t, a, payment.Outcome{State: d.State, Reference: d.Reference, Evidence: string(d.State) + ": " + why}, EventDecided, by)
		if err == nil && a.State == payment.Succeeded && !a.NextCheck.IsZero() && !isWatched(a) {
			// What a person knows is not looked for.
			a.NextCheck = time.Time{}
			err = t.updateAttempt(a)
		}
		return err
	})
	return a, decided, err
}

// proposal is what a person said, without why.
func (d Decision) proposal() string {
	if d.Reference != "" {
		return string(d.State) + " as payment " + d.Reference + ": "
	}
	return string(d.State) + ": "
}

// proposedByAnother reports whether another person proposed the same since the
// attempt was last handed over.
func proposedByAnother(t tx, a Record, d Decision, by string) (bool, error) {
	events, err := t.events(a.ID, 1, all)
	if err != nil {
		return false, err
	}
	for _, e := range slices.Backward(events) {
		switch {
		case e.What == EventProposed && e.Who != by && strings.HasPrefix(e.Evidence, d.proposal()):
			return true, nil
		case e.What == EventEscalated, e.State != payment.Unknown:
			return false, nil // what was said before rests on other evidence
		}
	}
	return false, nil
}
