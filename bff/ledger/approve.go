package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"paypane/web/payment"
)

// ApproveWithin is how long an act waits for a second person.
const ApproveWithin = 10 * time.Minute

// The words with which a decision about an act begins that waited for a second
// person.
const (
	Wanted   = "approved"
	unwanted = "refused"
)

// Approval is where an act stands that needs a second person. The act is the
// attempt: what it does is fixed since it was made. Or it is a decision about a doubt,
// see Decide, of which this is the first person's half.
type Approval struct {
	Asked, Ended time.Time // Ended is zero while it waits
	By, Name     string    // who asked, and what they are called
	Why          string
	// Said is what was found, of a doubt: "absent", "taken", "taken as payment 61234".
	Said string
	// Second is who approved or refused, and SecondName what they are called.
	Second, SecondName string
	Approved           bool
	Refusal            string // why not
}

// Waits reports whether a second person can still approve.
func (a Approval) Waits(now time.Time) bool {
	return !a.Asked.IsZero() && a.Ended.IsZero() && now.Sub(a.Asked) < ApproveWithin
}

// Launched reports whether a portal launched who said it: it names them as the portal
// does. Who signed in at the desk is called something.
func (a Approval) Launched() bool { return a.Name == "" && !AtDesk(a.By) }

// AskApproval has an attempt that was not sent wait for a second person. by wants
// it done, and why is in their words.
func (l *Ledger) AskApproval(ctx context.Context, id string, by Signer, why string) error {
	by.ID, why = actor(by.ID), typed(why, 400)
	if by.ID == "" || why == "" {
		return fmt.Errorf("ask for approval: %w: who and why are required", ErrText)
	}
	_, err := l.replan(ctx, "ask for approval", id, []payment.State{payment.Created}, func(*Record) {}, EventProposed, by.ID, by.says(why))
	return err
}

// Approve records that a second person wants the act done, too. It is
// ErrSamePerson for who asked for it, ErrOtherWay for who came another way and may be
// them, and ErrExpired where it does not wait any more: then it is to be asked for again. Whoever approves sends it, in the same
// request: nothing that was approved lies about.
func (l *Ledger) Approve(ctx context.Context, id string, by Signer) (Record, error) {
	return l.second(ctx, id, by, Wanted, "")
}

// Refuse records that a second person does not want the act done, or does not find
// what another one proposed of a doubt.
func (l *Ledger) Refuse(ctx context.Context, id string, by Signer, why string) (Record, error) {
	why = typed(why, 400)
	if why == "" {
		return Record{}, fmt.Errorf("refuse approval: %w: why is required", ErrText)
	}
	return l.second(ctx, id, by, unwanted, why)
}

func (l *Ledger) second(ctx context.Context, id string, by Signer, what, why string) (a Record, err error) {
	if by.ID = actor(by.ID); by.ID == "" {
		return Record{}, fmt.Errorf("approve: %w: who is required", ErrText)
	}
	err = l.write(ctx, "approve", func(t tx) error {
		if a, err = attemptByID(t, id); err != nil {
			return err
		}
		if a.State != payment.Created && (a.State != payment.Unknown || what != unwanted) {
			return fmt.Errorf("%w: it is %s", ErrTransition, a.State)
		}
		events, err := t.events(id, 1, all)
		if err != nil {
			return err
		}
		stands := approvalOf(events, a.State)
		if !stands.Waits(l.now()) {
			return ErrExpired
		}
		if err := secondOf(stands.By, by.ID); err != nil {
			return err
		}
		return l.logEvent(t, a.State, a, EventDecided, by.ID, what+": "+by.says(why))
	})
	return a, err
}

// approvalOf is what the events of an attempt say of the approval of what it does,
// which is asked for before it was sent, or of the decision about it, which is made
// while it is unknown: state says of which.
func approvalOf(events []Event, state payment.State) (a Approval) {
	for _, e := range events {
		switch {
		case state == payment.Unknown && (e.What == EventEscalated || e.State != state):
			a = Approval{} // what was said before rests on other evidence
		case e.State != state:
		case e.What == EventProposed:
			a = Approval{Asked: e.At, By: e.Who}
			first, why, _ := strings.Cut(e.Evidence, ": ")
			if a.Why = why; state == payment.Unknown {
				a.Said, a.Name, _ = strings.Cut(strings.TrimSuffix(first, ")"), " (")
			} else {
				a.Name = first
			}
		case e.What == EventDecided:
			what, says, _ := strings.Cut(e.Evidence, ": ")
			a.Ended, a.Second, a.Approved = e.At, e.Who, what == Wanted
			a.SecondName, a.Refusal, _ = strings.Cut(strings.TrimSuffix(says, ":"), ": ")
		}
	}
	return a
}

// Approval is where an attempt stands that asked for a second person; the zero
// Approval where it did not.
func (l *Ledger) Approval(ctx context.Context, id string) (Approval, error) {
	events, err := l.Events(ctx, id)
	return approvalOf(events, payment.Created), err
}

// Proposal is the first person's half of a decision about an attempt that is unknown;
// the zero Approval where nobody has said what they found.
func (l *Ledger) Proposal(ctx context.Context, id string) (Approval, error) {
	events, err := l.Events(ctx, id)
	return approvalOf(events, payment.Unknown), err
}

// needTwo are the kinds of acts that may need a second person.
var needTwo = []payment.Kind{payment.KindVoid, payment.KindRefund, payment.KindAdjust, payment.KindVendorPayment, payment.KindRecord}

// Waiting is an act that waits for a second person, or a doubt of which one person has
// said what they found, and where that stands.
type Waiting struct {
	Record
	Stands Approval
}

// Approvals are the acts of a practice that wait for a second person, the first
// made first, and then the doubts of which one person has said what they found. What
// was made longer ago than twice the time that it may wait is asked for anew.
func (l *Ledger) Approvals(ctx context.Context, practice int) (waiting []Waiting, err error) {
	err = l.read(ctx, "read what waits for approval", func(t tx) error {
		waiting = nil
		asked, err := t.attempts(search{practice: practice, states: []payment.State{payment.Created}, kinds: needTwo, createdFrom: l.now().Add(-2 * ApproveWithin), newest: true})
		if err != nil {
			return err
		}
		doubts, err := t.attempts(search{practice: practice, needsReview: true})
		if err != nil {
			return err
		}
		doubts = slices.DeleteFunc(doubts, func(a Record) bool { return a.State != payment.Unknown })
		for _, found := range [][]Record{asked, doubts} {
			for _, a := range slices.Backward(found) {
				events, err := t.events(a.ID, 1, all)
				if err != nil {
					return err
				}
				if stands := approvalOf(events, a.State); stands.Waits(l.now()) {
					waiting = append(waiting, Waiting{a, stands})
				}
			}
		}
		return nil
	})
	return waiting, err
}
