package athena

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"paypane/web/payment"
)

// CreatePlan makes a payment plan that charges the card, or sends statements
// where card is nil: POST /patients/{id}/collectpayment/paymentplan
// (docs/upstream-api.md#paymentplan, documented). today is the day at the
// practice.
func (c *Client) CreatePlan(ctx context.Context, p payment.Patient, terms payment.PlanTerms, card *payment.Card, today payment.Day) payment.Write {
	const op = "create payment plan"
	email, ok := address(terms.Email)
	claims, err := claimIDs(terms.Claims)
	if err == nil {
		err = terms.Validate(today)
	}
	switch {
	case err != nil:
		return refused(op, err.Error())
	case !ok:
		return refused(op, "not an email address")
	case terms.Start != "" && wireDay(terms.Start) == "":
		return refused(op, "start is not a day")
	case card != nil && card.Brand() == "":
		return noCard(op)
	}
	return c.send(ctx, write{
		op: op, path: patientPath(p, "collectpayment", "paymentplan"), card: card, reply: planReply,
		body: func() payment.Secret {
			f := newForm().department(p).text("claimids", claims).amount("cycleamount", terms.Cycle)
			if card != nil {
				f.text("billingmethod", "CREDITCARD").card(card)
			} else {
				f.text("billingmethod", "SENDSTATEMENTS")
			}
			f.text("frequency", string(terms.Frequency)).
				optional("startdate", wireDay(terms.Start)).
				amount("downpaymentamount", terms.Down).
				optional("paymentplanname", terms.Name).
				optional("email", email)
			if p.Appointment > 0 {
				f.text("appointmentid", strconv.Itoa(p.Appointment))
			}
			return f.b
		},
	})
}

// claimIDs writes claim ids as JSON text (docs/upstream-api.md#the-wire,
// documented: structured parameters: [501]).
func claimIDs(ids []string) (string, error) {
	seen := map[string]bool{}
	for _, id := range ids {
		if !reference(id) || seen[id] {
			return "", errNumber
		}
		seen[id] = true
	}
	return "[" + strings.Join(ids, ",") + "]", nil
}

// Plans are the patient's payment plans with the claims in them, all or those
// of the given ids: GET /patients/{id}/collectpayment/paymentplan
// (docs/upstream-api.md#paymentplan, documented; fields unknown). A plan that
// is not understood is left out, and the error is then payment.ErrOddRows.
func (c *Client) Plans(ctx context.Context, p payment.Patient, ids ...string) ([]payment.Plan, error) {
	const op = "list payment plans"
	query := url.Values{"departmentid": {strconv.Itoa(p.Department)}, "linkedclaiminfo": {"true"}}
	if len(ids) > 0 {
		query.Set("paymentplanids", strings.Join(ids, ","))
	}
	body, err := c.get(ctx, op, patientPath(p, "collectpayment", "paymentplan"), query)
	if err != nil {
		return nil, err
	}
	return readMost(op, body, readPlan)
}

func readPlan(r *row) payment.Plan {
	plan := payment.Plan{
		ID:        r.must(planID...),
		Name:      r.typed(planName...),
		Frequency: payment.Frequency(strings.ToUpper(r.text("frequency"))),
		Billing:   payment.Billing(strings.ToUpper(r.text("billingmethod"))),
		Start:     r.day("startdate"),
		Next:      r.day(planNext...),
		Status:    r.text(statusWord...),
		Claims:    r.claims(planClaims...),
		Brand:     r.brand(cardBrand...),
		Last4:     r.last4(cardLast4...),
	}
	plan.Cycle, _ = r.amount(planCycle...)
	plan.Left, plan.LeftKnown = r.amount(planLeft...)
	return plan
}
