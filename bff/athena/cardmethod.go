package athena

import (
	"context"

	"paypane/web/payment"
)

// CardMethods are the practice's kinds of card payment outside of
// athenahealth's processing, for RecordPayment: GET
// /configuration/validnonccpcreditcardmethods
// (docs/upstream-api.md#card-methods, recorded). Cash and checks are not
// listed.
func (c *Client) CardMethods(ctx context.Context, practice int) ([]payment.CardMethod, error) {
	return paged(ctx, c, "list card methods", path(practice, "configuration", "validnonccpcreditcardmethods"), nil, func(r *row) payment.CardMethod {
		// As it is: it is sent back word for word.
		m := payment.CardMethod{Method: payment.Method(r.plain("paymentmethod")), Name: r.text("name")}
		if m.Method == "" {
			r.fail("paymentmethod", errMissing)
		}
		return m
	})
}
