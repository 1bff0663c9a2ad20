package athena

import (
	"context"
	"strconv"

	"paypane/web/payment"
)

// wireAcceptedCards is what the card form needs of GET /departments/{id}
// (docs/upstream-api.md#departments).
type wireAcceptedCards struct {
	// Ecommerce are the brands taken without the card being there. The list is
	// missing where the department cannot do that at all
	// (docs/upstream-api.md#collectpayment).
	Ecommerce list `json:"ecommercecreditcardtypes"`
	// ZoneName is like "US/Eastern"; see zoneNamed.
	ZoneName label `json:"timezonename"`
}

// AcceptedCards are the brands that the patient's department takes on the web,
// in our order, none where it takes none, and the zone of its days: GET
// /departments/{id}. A list of brands that is not understood is an error here,
// where Department leaves it out: a payer must not be told that no cards are
// taken because we cannot read which.
func (c *Client) AcceptedCards(ctx context.Context, p payment.Patient) (payment.AcceptedCards, error) {
	const op = "read department"
	body, err := c.get(ctx, op, path(p.Practice, "departments", strconv.Itoa(p.Department)), nil)
	if err != nil {
		return payment.AcceptedCards{}, err
	}
	w, err := one[wireAcceptedCards](body)
	if err != nil {
		return payment.AcceptedCards{}, upstreamError(op, err)
	}
	return payment.AcceptedCards{Brands: brands(w.Ecommerce), Zone: zoneNamed(string(w.ZoneName))}, nil
}
