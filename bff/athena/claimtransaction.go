package athena

import (
	"context"

	"paypane/web/payment"
)

// ClaimTransactions are the movements on a claim: GET
// /claims/{claimid}/claimtransactions (docs/upstream-api.md#claims, recorded: a
// bare array, numbers). The address does not name the patient: the claim must
// be known to be theirs.
func (c *Client) ClaimTransactions(ctx context.Context, p payment.Patient, claim string) ([]payment.ClaimTransaction, error) {
	const op = "list claim transactions"
	if !reference(claim) {
		return nil, &Error{Op: op, Fault: FaultOurs, Message: "no claim"}
	}
	body, err := c.get(ctx, op, path(p.Practice, "claims", claim, "claimtransactions"), nil)
	if err != nil {
		return nil, err
	}
	return readAll(op, body, readTransaction)
}

func readTransaction(r *row) payment.ClaimTransaction {
	t := payment.ClaimTransaction{
		ID:        r.must("transactionid"),
		Parent:    r.text("parenttransactionid"),
		Type:      r.text("transactiontype"),
		Payer:     r.text("payer"),
		Procedure: r.text("procedurecode"),
		Date:      r.day("transactiondate"),
	}
	t.Amount, _ = r.signed("amount")
	t.Payments, _ = r.signed("payments")
	t.Adjustments, _ = r.signed("adjustments")
	t.Outstanding, _ = r.signed("outstandingamount")
	return t
}
