package reconcile

import (
	"strings"
	"time"

	"paypane/web/payment"
)

// PlanQuestion is a payment plan whose answer was lost. The list of the patient's
// plans tells of it, as receipts tell of a charge.
type PlanQuestion struct {
	Claims []string // the upstream's claim ids; none: they are not known
	Cycle  payment.Amount
	Start  payment.Day
	// Sent and Last are those of Question.
	Sent, Last time.Time
}

// PlanEvidence is what was found when a plan was looked for.
type PlanEvidence struct {
	// Read is when the list was asked for, by our clock.
	Read  time.Time
	Plans []payment.Plan
	// Rivals are the plans of the patient's other attempts that were made, or of
	// which that is not known.
	Rivals []PlanQuestion
}

// JudgePlan answers the question from the evidence, as far as the bounds hold;
// the verdict's reference is the plan's id. It is Found at once where one plan is
// over exactly these claims with this amount and, as far as the upstream says,
// from this day on, and no other attempt can have made it. It is Absent, once the
// upstream must have shown all it did, where no plan is over any of the claims.
// Every plan that is neither this one nor plainly another is for a person.
//
// Like a charge, a plan that staff made in athenaOne meanwhile, of the same bills
// and amount and of no other day that is said, is taken for ours: the patient has
// a plan like the one that they asked for.
func JudgePlan(q PlanQuestion, e PlanEvidence, b Bounds) Verdict {
	const look = " Look at the patient's payment plans in athenaOne."
	if q.Sent.IsZero() || len(q.Claims) == 0 {
		return Verdict{Ruling: Person, Why: "It was not written down when this plan was sent, or over which bills." + look}
	}
	v := inList(q, e.Rivals, e.Plans, PlanQuestion.compare, func(p payment.Plan) string { return p.ID },
		"It is not certain whether this payment plan was made: there is a plan over some of its bills, or of which the bills are not listed."+look)
	return b.complete().inTime(v, e.Read, q.Sent, q.Last)
}

// compare says how well a plan answers the question.
func (q PlanQuestion) compare(p payment.Plan) fit {
	shared := 0
	ours := map[string]bool{}
	for _, id := range q.Claims {
		ours[plain(id)] = true
	}
	theirs := map[string]bool{}
	for _, id := range p.Claims {
		if id = plain(id); !theirs[id] && ours[id] {
			shared++
		}
		theirs[id] = true
	}
	switch {
	case len(theirs) == 0:
		return odd
	case shared == 0:
		return none
	case shared < len(ours) || shared < len(theirs), p.Cycle != q.Cycle, p.Start != "" && p.Start != q.Start:
		return odd
	}
	return exact
}

// plain is a claim's id without the zeros before it.
func plain(id string) string { return strings.TrimLeft(id, "0") }
