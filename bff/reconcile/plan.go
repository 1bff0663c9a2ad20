package reconcile

import (
	"strings"
	"time"

	"paypane/web/payment"
)

// PlanQuery is a payment plan whose answer was lost. The list of the patient's
// plans tells of it, as receipts tell of a charge.
type PlanQuery struct {
	Claims []string // the upstream's claim ids; none: they are not known
	Cycle  payment.Amount
	Start  payment.Day
	// Sent and Last are those of Query.
	Sent, Last time.Time
}

// PlanEvidence is what was found when a plan was looked for.
type PlanEvidence struct {
	// Read is when the list was asked for, by our clock.
	Read  time.Time
	Plans []payment.Plan
	// Competing are the plans of the patient's other attempts that were made, or of
	// which that is not known.
	Competing []PlanQuery
}

// DecidePlan answers the query from the evidence, as far as the bounds hold;
// the verdict's reference is the plan's id. It is Found at once where one plan is
// over exactly these claims with this amount and from this day on, and no other
// attempt can have made it. It is NotFound, once the
// upstream must have shown all it did, where no plan is over any of the claims.
// Every plan that is neither this one nor plainly another is for a person, and so
// is one of which bills, amount or day cannot be compared.
//
// Like a charge, a plan that staff made in athenaOne meanwhile, of the same bills,
// amount and day, is taken for ours: the patient has a plan like the one that they
// asked for.
func DecidePlan(q PlanQuery, e PlanEvidence, b Bounds) Decision {
	if q.Sent.IsZero() || len(q.Claims) == 0 {
		return Decision{Verdict: Review, Reason: payment.Because("asked.plan.undated")}
	}
	v := inList(q, e.Competing, e.Plans, PlanQuery.compare, func(p payment.Plan) string { return p.ID }, payment.Because("asked.plan.unclear"))
	return b.complete().inTime(v, e.Read, q.Sent, q.Last)
}

// compare says how well a plan answers the query. What is not said, or not as
// the upstream writes it, is neither equal nor different.
func (q PlanQuery) compare(p payment.Plan) fit {
	ours, known := claimSet(q.Claims)
	theirs, said := claimSet(p.Claims)
	shared := 0
	for id := range theirs {
		if ours[id] {
			shared++
		}
	}
	switch {
	case !known || !said:
		return likely
	case shared == 0:
		return none
	case shared < len(ours) || shared < len(theirs),
		!p.Cycle.IsZero() && p.Cycle != q.Cycle,
		p.Start != "" && q.Start != "" && p.Start != q.Start:
		return odd
	case p.Cycle.IsZero() || p.Start == "" || q.Start == "":
		return likely
	}
	return exact
}

// claimSet are the ids of claims without the zeros before them; known is false
// where there are none, or one is no number.
func claimSet(ids []string) (set map[string]bool, known bool) {
	set, known = map[string]bool{}, len(ids) > 0
	for _, id := range ids {
		known = known && number(id)
		set[strings.TrimLeft(id, "0")] = true
	}
	return set, known
}
