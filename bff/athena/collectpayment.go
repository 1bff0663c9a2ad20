package athena

import (
	"context"
	"errors"
	"strings"

	"paypane/web/payment"
)

// Collect charges the card: POST /patients/{id}/collectpayment
// (docs/upstream-api.md#collectpayment), sent at most once. It never returns an
// error, only what is known of the money; see the package comment. The card
// stays the caller's to clear.
//
// ctx may be cancelled: before there is a connection that stops the charge,
// afterwards it changes nothing. After the deadline of ctx no byte of the charge
// leaves, whatever stopped us on the way; a charge of which nothing had
// left by then is proved not to be sent (send).
func (c *Client) Collect(ctx context.Context, p payment.Patient, charge payment.Charge, card *payment.Card) payment.Outcome {
	const op = "collect payment"
	lines, err := amounts(charge)
	if err != nil {
		return refused(op, err.Error()).Outcome()
	}
	if card == nil || card.Brand() == "" {
		return noCard(op).Outcome()
	}
	return c.send(ctx, write{
		op: op, path: patientPath(p, "collectpayment"), card: card, reply: collectReply,
		body: func() payment.Secret { return collectForm(p, lines, card) },
	}).Outcome()
}

// noCard is a write for which there is no card, or one that was cleared.
func noCard(op string) payment.Write {
	w := notSent("", payment.FaultOurs, "no card")
	w.Op = op
	return w
}

// collectForm writes the request's body.
func collectForm(p payment.Patient, lines amountFields, card *payment.Card) payment.Secret {
	return newForm().department(p).card(card).lines(lines).b
}

// amountFields are the lines of a charge as the upstream wants them.
type amountFields struct {
	copay, appointment string         // a copay has both
	claims             string         // JSON text, or empty
	other              payment.Amount // for no claim; zero: nothing
	today              bool           // other is for today's visit, which appointment names
}

// amounts checks the charge and writes its lines.
//
// One POST carries copayamount with its appointmentid, and either claimpayment
// or otheramount, never both: it is not known whether these are additive
// (docs/upstream-api.md#collectpayment). Beside otheramount, claimpayment may
// say how that is divided, and less would be charged than the payer agreed to.
// So all that is for claims goes into otheramount too where some of the charge
// is for none, or where the practice wants it so: payment.Charge.Spread. A
// copay has a field of its own in every reading of the documents.
//
// appointmentid names the visit of the copay, or today's visit. The parameter's
// text ties it to the copay, the workflow page to otheramount: beside a copay
// the page's reading has the practice find the rest at the visit, of the same
// total. For today's visit both readings come to the same.
//
// allowduplicatepayments is never sent: whatever check the upstream has stays
// on.
func amounts(charge payment.Charge) (amountFields, error) {
	var f amountFields
	if err := charge.Validate(); err != nil {
		return f, err
	}
	var claims []string
	for _, l := range charge.Lines {
		if l.Kind != payment.Unapplied && !reference(l.Number) {
			return f, errors.New("charge: number is not the upstream's")
		}
		switch {
		case l.Kind == payment.Copay:
			f.copay, f.appointment = l.Amount.String(), l.Number
		case l.Kind == payment.Today:
			f.other, f.appointment, f.today = l.Amount, l.Number, true
		case charge.Spread():
			f.other = f.other.Plus(l.Amount)
		default:
			// A list of objects with one key each, not one object
			// (docs/upstream-api.md#traps-of-clients, trap of its .NET client).
			claims = append(claims, `{"`+l.Number+`":"`+l.Amount.String()+`"}`)
		}
	}
	if len(claims) > 0 {
		f.claims = "[" + strings.Join(claims, ",") + "]"
	}
	return f, nil
}
