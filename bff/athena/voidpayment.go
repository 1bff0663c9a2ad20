package athena

import (
	"context"

	"paypane/web/payment"
)

// VoidPayment takes back a charge before it is settled: POST
// /patients/{id}/voidpayment/{epaymentid}, without a body
// (docs/upstream-api.md#voidpayment, documented). What the upstream answers to
// a payment that is settled, voided already or somebody else's is not known;
// done means that its answer said success. After settlement there is no way
// back through the API.
func (c *Client) VoidPayment(ctx context.Context, p payment.Patient, paymentID string) payment.Write {
	const op = "void payment"
	if !reference(paymentID) {
		return refused(op, "no payment")
	}
	return c.send(ctx, write{op: op, path: patientPath(p, "voidpayment", paymentID), reply: plainReply})
}
