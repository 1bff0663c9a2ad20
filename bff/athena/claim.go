package athena

import (
	"context"

	"paypane/web/payment"
)

// OutstandingClaims are the patient's claims of which something is owed: GET
// /patients/{id}/claims/patientoutstanding (docs/upstream-api.md#claims; an
// object, client, names inside unknown). Statement is the better source for
// what to collect. Rows that cannot be read are left out, and the error is then
// payment.ErrOddRows.
func (c *Client) OutstandingClaims(ctx context.Context, p payment.Patient) ([]payment.ClaimRecord, error) {
	return c.claims(ctx, "list outstanding claims", p, "patientoutstanding")
}

// ClosedClaims are the patient's claims that are settled: GET
// /patients/{id}/claims/patientclosed (docs/upstream-api.md#claims; an object,
// names inside unknown).
func (c *Client) ClosedClaims(ctx context.Context, p payment.Patient) ([]payment.ClaimRecord, error) {
	return c.claims(ctx, "list closed claims", p, "patientclosed")
}

func (c *Client) claims(ctx context.Context, op string, p payment.Patient, list string) ([]payment.ClaimRecord, error) {
	body, err := c.get(ctx, op, patientPath(p, "claims", list), departmentQuery(p))
	if err != nil {
		return nil, err
	}
	return readMost(op, body, readClaim)
}

func readClaim(r *row) payment.ClaimRecord {
	claim := payment.ClaimRecord{
		Number:  r.must(claimID...),
		Service: r.day(claimService...),
		Title:   payment.Sentence(r.text(claimTitle...)),
		Status:  r.text(statusWord...),
	}
	claim.Billed, _ = r.amount(claimBilled...)
	claim.Owed, claim.OwedKnown = r.amount(claimOwed...)
	return claim
}
