package athena

import (
	"context"
	"strconv"

	"paypane/web/payment"
)

// The path elements of the two kinds of agreements.
const (
	singleAppointment = "singleappointment"
	oneYear           = "oneyear"
)

// agree makes an agreement of either kind for the patient's appointment. The
// same fields for both (docs/upstream-api.md#singleappointment, documented,
// #oneyear, documented).
func (c *Client) agree(ctx context.Context, op, kind string, p payment.Patient, terms payment.AgreementTerms, card *payment.Card) payment.Write {
	email, ok := address(terms.Email)
	switch {
	case p.Appointment <= 0:
		return refused(op, "no appointment")
	case !ok:
		return refused(op, "not an email address")
	case card == nil || card.Brand() == "":
		return noCard(op)
	}
	return c.send(ctx, write{
		op: op, path: patientPath(p, "collectpayment", kind, strconv.Itoa(p.Appointment)), card: card, reply: collectReply,
		body: func() payment.Secret {
			return newForm().department(p).card(card).amount("maxamount", terms.Max).optional("email", email).b
		},
	})
}

// agreements lists agreements of either kind; below is an appointment or
// nothing. One that is not understood is left out, and the error is then
// payment.ErrOddRows.
func (c *Client) agreements(ctx context.Context, op string, kind payment.AgreementKind, p payment.Patient, path ...string) ([]payment.Agreement, error) {
	body, err := c.get(ctx, op, patientPath(p, append([]string{"collectpayment"}, path...)...), departmentQuery(p))
	if err != nil {
		return nil, err
	}
	return readMost(op, body, func(r *row) payment.Agreement { return readAgreement(r, kind) })
}

// readAgreement reads a row whose fields are not documented. It must have one
// of the two ids, or nobody could say which agreement it is.
func readAgreement(r *row, kind payment.AgreementKind) payment.Agreement {
	a := payment.Agreement{
		Kind:        kind,
		ID:          r.id(agreementID...),
		Payment:     r.id("epaymentid"),
		Appointment: r.id("appointmentid"),
		Starts:      r.day(agreementStart...),
		Ends:        r.day(agreementEnd...),
		Status:      r.text(statusWord...),
		Brand:       r.brand(cardBrand...),
		Last4:       r.last4(cardLast4...),
		Email:       r.typed("email"),
	}
	if a.ID == "" {
		a.Payment = r.must("epaymentid")
	}
	a.Max, _ = r.amount(agreementMax...)
	a.Left, a.LeftKnown = r.amount(agreementLeft...)
	return a
}

// address is an e-mail address or nothing; ok is false where it is neither.
func address(typed string) (email string, ok bool) {
	email, problem := payment.ReadEmail(typed)
	return email, problem == nil
}
