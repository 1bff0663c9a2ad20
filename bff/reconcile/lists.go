package reconcile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Lists are what the upstream keeps of a patient besides receipts.
type Lists interface {
	// Plans are the patient's payment plans with the claims in them, all or those
	// of the given ids.
	Plans(ctx context.Context, p payment.Patient, ids ...string) ([]payment.Plan, error)
	StoredCards(context.Context, payment.Patient) ([]payment.StoredCard, error)
}

// lookInLists looks up what no receipt shows: a plan or a stored card.
func (r *Reconciler) lookInLists(ctx context.Context, a ledger.Attempt, last bool, b Bounds) error {
	read := r.Now()
	var plans []payment.Plan
	var cards []payment.StoredCard
	var err error
	if a.Act == payment.ActPlan {
		plans, err = r.Lists.Plans(ctx, a.Patient)
	} else {
		cards, err = r.Lists.StoredCards(ctx, a.Patient)
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err() // the next turn comes by the schedule
		}
		return r.unread(ctx, a, last, err)
	}
	// The rivals are read after the list, so whoever made something in it is one.
	others, err := r.Ledger.AttemptsOf(ctx, a.Patient, a.Act)
	if err != nil {
		return err
	}
	var v Verdict
	if a.Act == payment.ActPlan {
		e := PlanEvidence{Read: read, Plans: plans}
		for _, other := range others {
			if other.ID != a.ID && mayHaveDone(other) {
				e.Rivals = append(e.Rivals, planQuestion(other))
			}
		}
		v = JudgePlan(planQuestion(a), e, b)
	} else {
		e := CardEvidence{Read: read, Cards: cards}
		for _, other := range others {
			// What was stored long enough before this one was sent was listed then.
			listed := number(a.Before) && other.State == payment.Taken && b.shown(other.Sent).Before(a.Sent)
			if other.ID != a.ID && mayHaveDone(other) && !listed {
				e.Rivals = append(e.Rivals, cardQuestion(other))
			}
		}
		v = JudgeCard(cardQuestion(a), e, b)
	}
	evidence := fmt.Sprintf("look %d: %d %s", a.Looks, len(plans)+len(cards), books(a.Act))
	return r.conclude(ctx, a, last, read, v, evidence, b)
}

// inList is the verdict of a list: Found where one thing in it, and no other,
// answers the question exactly and none of the rivals as well, Absent where
// nothing could, and for a person, who reads doubt, otherwise.
func inList[Q, T any](q Q, rivals []Q, list []T, compare func(Q, T) fit, id func(T) string, doubt string) Verdict {
	v := Verdict{Ruling: Absent}
	var own []string
	for _, thing := range list {
		switch f := compare(q, thing); {
		case f == none:
			continue
		case f == exact && !slices.ContainsFunc(rivals, func(rival Q) bool { return compare(rival, thing) == exact }):
			own = append(own, id(thing))
		}
		v = Verdict{Ruling: Person, Why: doubt}
	}
	if len(own) == 1 {
		v = Verdict{Ruling: Found, Reference: own[0]}
	}
	return v
}

// mayHaveDone reports whether an attempt did what it was for, or may have.
func mayHaveDone(a ledger.Attempt) bool {
	return a.State == payment.Sending || a.State == payment.Unknown || a.State == payment.Taken
}

func planQuestion(a ledger.Attempt) PlanQuestion {
	q := PlanQuestion{Cycle: a.Terms.Cycle, Start: a.Terms.Start, Sent: a.Sent, Last: latest(a)}
	for _, line := range a.Charge.Lines {
		q.Claims = append(q.Claims, line.Number)
	}
	return q
}

func cardQuestion(a ledger.Attempt) CardQuestion {
	return CardQuestion{Brand: a.Brand, Last4: a.Last4, Sent: a.Sent, Last: latest(a), Before: a.Before}
}

// latest is when an attempt was sent at the latest, where that is not known so
// well; zero where it is.
func latest(a ledger.Attempt) time.Time {
	if a.Before != "" {
		return time.Time{}
	}
	// It may be one that was lost with its fence when a backup was restored: when
	// it became unknown nothing of it could be sent any more.
	return a.Ended
}

// inLists reports whether what an act does is in lists, not in receipts.
func inLists(act payment.Act) bool { return act == payment.ActPlan || act == payment.ActStoreCard }

// books are what the upstream shows an act in.
func books(act payment.Act) string {
	switch act {
	case payment.ActPlan:
		return "payment plans"
	case payment.ActStoreCard:
		return "stored cards"
	}
	return "receipts"
}

// found is the outcome of an attempt that the books show. What is no payment has
// no epaymentid there: its id is told in the evidence, as where it was answered.
func found(a ledger.Attempt, v Verdict, evidence string) payment.Outcome {
	made := payment.Handle{Payment: v.Reference}
	switch a.Act {
	case payment.ActPlan:
		made = payment.Handle{Plan: v.Reference}
	case payment.ActStoreCard:
		made = payment.Handle{StoredCard: v.Reference}
	}
	return payment.Write{State: payment.WriteDone, Handle: made, Evidence: evidence}.Outcome()
}
