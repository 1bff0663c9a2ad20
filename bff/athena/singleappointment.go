package athena

import (
	"context"

	"paypane/web/payment"
)

// AgreeForVisit keeps a card to charge what insurance leaves of the patient's
// appointment: POST
// /patients/{id}/collectpayment/singleappointment/{appointmentid}
// (docs/upstream-api.md#singleappointment, documented). The payer must have
// been shown VisitTerms. It cannot be cancelled through the API.
func (c *Client) AgreeForVisit(ctx context.Context, p payment.Patient, terms payment.AgreementTerms, card *payment.Card) payment.Write {
	return c.agree(ctx, "agree for one visit", singleAppointment, p, terms, card)
}

// VisitAgreements are the patient's agreements for one appointment each: GET
// /patients/{id}/collectpayment/singleappointment
// (docs/upstream-api.md#singleappointment; a bare array, client, fields
// unknown).
func (c *Client) VisitAgreements(ctx context.Context, p payment.Patient) ([]payment.Agreement, error) {
	return c.agreements(ctx, "list agreements for one visit", payment.AgreementVisit, p, singleAppointment)
}

// VisitTerms is the legal text to show before AgreeForVisit: GET
// /misc/singleappointmentcontractterms (docs/upstream-api.md#singleappointment,
// documented; form unknown).
func (c *Client) VisitTerms(ctx context.Context, practice int) (string, error) {
	return c.terms(ctx, "read terms for one visit", practice, "singleappointmentcontractterms")
}
