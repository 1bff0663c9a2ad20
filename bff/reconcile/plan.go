package reconcile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Plans are the upstream's payment plans: receipts do not show whether one was
// made.
type Plans interface {
	Plans(ctx context.Context, p payment.Patient, ids ...string) ([]payment.Plan, error)
}

// lookForPlan looks up an attempt to make a payment plan whose answer was lost.
// A claim is in one plan at most, so a plan of the same claims, amount and first
// day is what was asked for, whoever made it. That it is not listed proves
// nothing: when the list should show it is not known, so a person is asked.
func (r *Reconciler) lookForPlan(ctx context.Context, a ledger.Attempt, last bool, b Bounds) error {
	read := r.Now()
	plans, err := r.Plans.Plans(ctx, a.Patient)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err() // the next turn comes by the schedule
		}
		r.Log.WarnContext(ctx, "read the upstream's payment plans", "error", err.Error())
		return r.undecided(ctx, a, last, false, fmt.Sprintf("look %d: the payment plans could not be read", a.Looks))
	}
	evidence := fmt.Sprintf("look %d: %d payment plans", a.Looks, len(plans))
	for _, plan := range plans {
		if plan.Cycle == a.Terms.Cycle && plan.Start == a.Terms.Start && sameClaims(plan.Claims, a.Charge) {
			_, err = r.Ledger.Find(ctx, a.ID, payment.Outcome{State: payment.Taken, Evidence: evidence + ", plan " + plan.ID + " is it"})
			return quicker(err)
		}
	}
	if read.Before(b.shown(question(a).latest())) {
		return r.undecided(ctx, a, last, true, evidence+", none is it")
	}
	_, err = r.Ledger.Ask(ctx, a.ID, fmt.Sprintf("%s after it was sent, the list of payment plans does not show it. Look at the patient's payment plans in athenaOne.",
		read.Sub(a.Sent).Round(time.Second)))
	return quicker(err)
}

// sameClaims reports whether a charge is of exactly these claims.
func sameClaims(claims []string, c payment.Charge) bool {
	return len(claims) > 0 && len(claims) == len(c.Lines) && !slices.ContainsFunc(c.Lines, func(l payment.Line) bool {
		return l.Kind != payment.Claim || !slices.Contains(claims, l.Number)
	})
}
