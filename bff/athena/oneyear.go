package athena

import (
	"context"

	"paypane/web/payment"
)

// AgreeForYear keeps a card for a year, beginning with the patient's
// appointment: POST /patients/{id}/collectpayment/oneyear/{appointmentid}
// (docs/upstream-api.md#oneyear, documented; answer inferred). The payer must
// have been shown YearTerms.
func (c *Client) AgreeForYear(ctx context.Context, p payment.Patient, terms payment.AgreementTerms, card *payment.Card) payment.Write {
	return c.agree(ctx, "agree for a year", oneYear, p, terms, card)
}

// YearAgreements are the patient's agreements for a year: GET
// /patients/{id}/collectpayment/oneyear (docs/upstream-api.md#oneyear; a bare
// array, client, fields unknown).
func (c *Client) YearAgreements(ctx context.Context, p payment.Patient) ([]payment.Agreement, error) {
	return c.agreements(ctx, "list agreements for a year", payment.AgreementYear, p, oneYear)
}

// EmailYearAgreement orders the text of an agreement to be sent to an address,
// once: POST /patients/{id}/collectpayment/oneyear/{contractid}/emailagreement
// (docs/upstream-api.md#oneyear, documented: the contract's id, where the
// others have the appointment's; answer unknown).
func (c *Client) EmailYearAgreement(ctx context.Context, p payment.Patient, agreement, email string) payment.Write {
	const op = "email agreement"
	email, ok := address(email)
	if !reference(agreement) || !ok || email == "" {
		return refused(op, "no agreement or no address")
	}
	return c.send(ctx, write{
		op: op, path: patientPath(p, "collectpayment", oneYear, agreement, "emailagreement"), reply: plainReply,
		body: func() payment.Secret { return newForm().department(p).text("email", email).b },
	})
}

// YearTerms is the legal text to show before AgreeForYear: GET
// /misc/oneyearcontractterms (docs/upstream-api.md#oneyear, documented; form
// unknown).
func (c *Client) YearTerms(ctx context.Context, practice int) (string, error) {
	return c.terms(ctx, "read terms for a year", practice, "oneyearcontractterms")
}
