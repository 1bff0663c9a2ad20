package athena

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"paypane/web/payment"
)

// departmentQuery is the collecting department where it belongs into the
// query: on GET and DELETE (docs/upstream-api.md#the-wire; #traps-of-clients).
func departmentQuery(p payment.Patient) url.Values {
	return url.Values{"departmentid": {strconv.Itoa(p.Department)}}
}

// StoreCard keeps a card for later payments: POST
// /patients/{id}/collectpayment/storedcard (docs/upstream-api.md#storedcard,
// documented). It charges nothing; the upstream seems to make a payment of $0
// of it (docs/upstream-api.md#storedcard, inferred).
func (c *Client) StoreCard(ctx context.Context, p payment.Patient, card *payment.Card) payment.Write {
	const op = "store card"
	if card == nil || card.Brand() == "" {
		return noCard(op)
	}
	return c.send(ctx, write{
		op: op, path: patientPath(p, "collectpayment", "storedcard"), card: card, reply: storedCardReply,
		body: func() payment.Secret { return newForm().department(p).card(card).b },
	})
}

// CollectStored charges a stored card: POST
// /patients/{id}/collectpayment/storedcard/{storedcardid}
// (docs/upstream-api.md#storedcard: its title says that it creates a card; its
// documented parameters are a payment's). code is the security code where the payer
// was asked for it, which makes it an ecommerce payment; without a code it is
// sent as neither (assumed.go). code stays the caller's to clear.
func (c *Client) CollectStored(ctx context.Context, p payment.Patient, charge payment.Charge, storedCard string, code []byte) payment.Write {
	const op = "collect payment by stored card"
	lines, err := amounts(charge)
	if err != nil {
		return refused(op, err.Error())
	}
	if !reference(storedCard) || len(code) != 0 && (len(code) < 3 || len(code) > 4 || !digits(code)) {
		return refused(op, "no stored card or no security code")
	}
	return c.send(ctx, write{
		op: op, path: patientPath(p, "collectpayment", "storedcard", storedCard), code: payment.Keep(code), reply: collectReply,
		body: func() payment.Secret {
			f := newForm().department(p)
			if len(code) > 0 {
				f.flag("ecommercemode", true).bytes("cardsecuritycode", code)
			}
			return f.lines(lines).b
		},
	})
}

// StoredCards are the patient's stored cards: GET
// /patients/{id}/collectpayment/storedcard (docs/upstream-api.md#storedcard;
// fields unknown). A card that is not understood is left out, and the error is
// then payment.ErrOddRows.
func (c *Client) StoredCards(ctx context.Context, p payment.Patient) ([]payment.StoredCard, error) {
	const op = "list stored cards"
	body, err := c.get(ctx, op, patientPath(p, "collectpayment", "storedcard"), departmentQuery(p))
	if err != nil {
		return nil, err
	}
	return readMost(op, body, readStoredCard)
}

func readStoredCard(r *row) payment.StoredCard {
	card := payment.StoredCard{
		ID:        r.must(storedCardID...),
		Brand:     r.brand(cardBrand...),
		Last4:     r.last4(cardLast4...),
		Name:      r.typed(cardName...),
		Address:   r.typed(cardAddress...),
		ZIP:       r.typed(cardZIP...),
		Preferred: r.truth(cardPreferred...),
	}
	card.Expiry = r.expiry()
	return card
}

// PreferCard makes a stored card the one that is offered first, or no longer:
// PUT /patients/{id}/collectpayment/storedcard/{storedcardid}
// (docs/upstream-api.md#storedcard, documented; answer unknown). It is the only
// thing about a stored card that can be changed.
func (c *Client) PreferCard(ctx context.Context, p payment.Patient, storedCard string, preferred bool) payment.Write {
	const op = "prefer stored card"
	if !reference(storedCard) {
		return refused(op, "no stored card")
	}
	return c.send(ctx, write{
		op: op, method: http.MethodPut, path: patientPath(p, "collectpayment", "storedcard", storedCard), reply: plainReply,
		body: func() payment.Secret { return newForm().department(p).flag("preferredcard", preferred).b },
	})
}

// DeleteCard forgets a stored card: DELETE
// /patients/{id}/collectpayment/storedcard/{storedcardid}?departmentid=
// (docs/upstream-api.md#storedcard, documented; answer unknown).
func (c *Client) DeleteCard(ctx context.Context, p payment.Patient, storedCard string) payment.Write {
	const op = "delete stored card"
	if !reference(storedCard) {
		return refused(op, "no stored card")
	}
	return c.send(ctx, write{
		op: op, method: http.MethodDelete, path: patientPath(p, "collectpayment", "storedcard", storedCard),
		query: departmentQuery(p), reply: plainReply,
	})
}
