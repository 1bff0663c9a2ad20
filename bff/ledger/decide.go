package ledger

import (
	"context"
	"fmt"
	"strings"
	"time"

	"paypane/web/payment"
)

// Decision is what a person found out about an attempt that the upstream's
// books do not decide.
type Decision struct {
	// By names the person, as their portal or their sign-in does.
	By string
	// Name is what they are called, for people to read; empty: nobody says.
	Name string
	// Reason is what it rests on, in the person's words. It is required.
	Reason string
	// State is taken or absent.
	State payment.State
	// Reference is the epaymentid, if taken and known.
	Reference string
	// Two says that nothing proves it yet: whatever the amount, two people have to
	// say the same.
	Two bool
	// Second says that By may be the second of them; Launched that a portal launched By,
	// who may then be it after somebody whom it launched, too. Neither is it after
	// somebody who came another way.
	Second, Launched bool
}

// Decide records a person's decision. What nothing proves, and from a limit on
// that the money was not taken, has to be said by two people: the first decision
// is then a proposal, which changes nothing but the record. ErrTransition: there
// is nothing to decide any more. limit zero: no amount needs two people.
//
// The two are those of Approve: one proposal stands at a time, for ApproveWithin, and
// is of exactly one outcome and number; another person who may be the second says the
// same, or refuses it (Refuse). It differs in three ways. The second person says what
// they found and how they know, and does not only agree: a doubt is not an act that
// somebody wants done, and two have to have looked. Who says something else than the
// proposal, may not be the second, or is the first person again, begins anew with
// their own. And what was proposed before the upstream's books had more to say falls:
// it rests on other evidence.
func (l *Ledger) Decide(ctx context.Context, id string, d Decision, limit payment.Amount) (a Record, decided bool, err error) {
	by, why := actor(d.By), typed(d.Reason, 400)
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
			events, err := t.events(a.ID, 1, all)
			if err != nil {
				return err
			}
			stands := approvalOf(events, payment.Unknown)
			if !(d.Second || d.Launched && stands.Launched()) || !stands.Waits(l.now()) || secondOf(stands.By, d.By) != nil || stands.Said != d.said() {
				return l.logEvent(t, a.State, a, EventProposed, by, d.proposal(why))
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

// said is what a person said, without why.
func (d Decision) said() string {
	if d.Reference != "" {
		return string(d.State) + " as payment " + d.Reference
	}
	return string(d.State)
}

// proposal is what a first person says, as the record keeps it: what they found, what
// they are called, and why.
func (d Decision) proposal(why string) string {
	if name := strings.ReplaceAll(typed(d.Name, 80), ": ", " "); name != "" {
		return d.said() + " (" + name + "): " + why
	}
	return d.said() + ": " + why
}
