package athena

import (
	"context"
	"time"

	"paypane/web/payment"
)

// VoidPayment takes back a charge before it is settled: POST
// /patients/{id}/voidpayment/{epaymentid}, without a body (athena-api.md 2.7
// D, P1). What the upstream answers to a payment that is settled, voided
// already or somebody else's is not known ((b)8); done means that its answer
// said success. After settlement there is no way back through the API.
func (c *Client) VoidPayment(ctx context.Context, p payment.Patient, paymentID string) payment.Write {
	const op = "void payment"
	if !reference(paymentID) {
		return refused(op, "no payment")
	}
	return c.send(ctx, write{op: op, path: patientPath(p, "voidpayment", paymentID), reply: plainReply})
}

// settlementHour is when payments are settled each night, "generally around 8
// p.m. Eastern" (athena-api.md 2.14 D). Weekends, holidays and any grace are
// not said (?).
const settlementHour = 20

// VoidUntil is the moment until which a payment of the moment t may be voided:
// the next 20:00 Eastern, on days when clocks change too.
func VoidUntil(t time.Time) time.Time {
	y, m, d := t.In(Eastern()).Date()
	until := time.Date(y, m, d, settlementHour, 0, 0, 0, Eastern())
	if !t.Before(until) {
		until = time.Date(y, m, d+1, settlementHour, 0, 0, 0, Eastern())
	}
	return until
}

// Voidable reports whether a payment may still be voided, as far as the clock
// can tell. The upstream has the last word.
func Voidable(now, paidAt time.Time) bool { return now.Before(VoidUntil(paidAt)) }
