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

// checkLists checks what no receipt shows: a plan or a stored card.
func (r *Reconciler) checkLists(ctx context.Context, a ledger.Record, last bool, b Bounds) error {
	read := r.Now()
	var plans []payment.Plan
	var cards []payment.StoredCard
	var err error
	if a.Kind == payment.KindPlan {
		plans, err = r.Lists.Plans(ctx, a.Patient)
	} else {
		cards, err = r.Lists.StoredCards(ctx, a.Patient)
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err() // the next check comes by the schedule
		}
		return r.unread(ctx, a, last, err)
	}
	// The competing attempts are read after the list, so whoever made something in it is one.
	others, err := r.History.AttemptsOf(ctx, a.Patient, a.Kind)
	if err != nil {
		return err
	}
	var v Decision
	if a.Kind == payment.KindPlan {
		e := PlanEvidence{Read: read, Plans: plans}
		for _, other := range others {
			if other.ID != a.ID && mayHaveDone(other) {
				e.Competing = append(e.Competing, planQuery(other))
			}
		}
		v = DecidePlan(planQuery(a), e, b)
	} else {
		e := CardEvidence{Read: read, Cards: cards}
		for _, other := range others {
			// What was stored long enough before this one was sent was listed then.
			listed := number(a.ReceiptWatermark) && other.State == payment.Succeeded && b.shown(other.Sent).Before(a.Sent)
			if other.ID != a.ID && mayHaveDone(other) && !listed {
				e.Competing = append(e.Competing, cardQuery(other))
			}
		}
		v = DecideCard(cardQuery(a), e, b)
	}
	evidence := fmt.Sprintf("look %d: %d %s", a.Checks, len(plans)+len(cards), books(a.Kind))
	return r.conclude(ctx, a, last, read, v, evidence, b)
}

// inList is the verdict of a list: Found where one thing in it, and no other,
// answers the query exactly and cannot answer a competing one, NotFound where nothing
// could, and for a person, who reads why, otherwise.
func inList[Q, T any](q Q, competing []Q, list []T, compare func(Q, T) fit, id func(T) string, why string) Decision {
	v := Decision{Verdict: NotFound}
	var own []string
	for _, thing := range list {
		switch f := compare(q, thing); {
		case f == none:
			continue
		case f == exact && !slices.ContainsFunc(competing, func(other Q) bool { return compare(other, thing) >= likely }):
			own = append(own, id(thing))
		}
		v = Decision{Verdict: Review, Reason: why}
	}
	if len(own) == 1 {
		v = Decision{Verdict: Found, Reference: own[0]}
	}
	return v
}

// mayHaveDone reports whether an attempt did what it was for, or may have.
func mayHaveDone(a ledger.Record) bool {
	return a.State == payment.Sending || a.State == payment.Unknown || a.State == payment.Succeeded
}

func planQuery(a ledger.Record) PlanQuery {
	q := PlanQuery{Cycle: a.Terms.Cycle, Start: a.Terms.Start, Sent: a.Sent, Last: latest(a)}
	for _, line := range a.Charge.Lines {
		q.Claims = append(q.Claims, line.Number)
	}
	return q
}

func cardQuery(a ledger.Record) CardQuery {
	return CardQuery{Brand: a.Brand, Last4: a.Last4, Sent: a.Sent, Last: latest(a), Watermark: a.ReceiptWatermark}
}

// latest is when an attempt was sent at the latest, where that is not known so
// well; zero where it is.
func latest(a ledger.Record) time.Time {
	if a.ReceiptWatermark != "" {
		return time.Time{}
	}
	// It may be one that was lost with its write-ahead record when a backup was restored: when
	// it became unknown nothing of it could be sent any more.
	return a.Ended
}

// inLists reports whether what an operation does is in lists, not in receipts.
func inLists(kind payment.Kind) bool {
	return kind == payment.KindPlan || kind == payment.KindStoreCard
}

// books are what the upstream shows an operation in.
func books(kind payment.Kind) string {
	switch kind {
	case payment.KindPlan:
		return "payment plans"
	case payment.KindStoreCard:
		return "stored cards"
	}
	return "receipts"
}

// found is the outcome of an attempt that the books show. What is no payment has
// no epaymentid there: its id is told in the evidence, as where it was answered.
func found(a ledger.Record, v Decision, evidence string) payment.Outcome {
	made := payment.Handle{Payment: v.Reference}
	switch a.Kind {
	case payment.KindPlan:
		made = payment.Handle{Plan: v.Reference}
	case payment.KindStoreCard:
		made = payment.Handle{StoredCard: v.Reference}
	}
	return payment.Write{State: payment.WriteDone, Handle: made, Evidence: evidence}.Outcome()
}
