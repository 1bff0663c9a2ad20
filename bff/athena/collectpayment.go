package athena

import (
	"context"
	"errors"
	"strings"

	"paypane/web/payment"
)

// Collect charges the card: POST /patients/{id}/collectpayment (athena-api.md
// 2.1), sent at most once. It never returns an error, only what is known of
// the money; see the package comment. The card stays the caller's to clear.
//
// ctx may be cancelled: before there is a connection that stops the charge,
// afterwards it changes nothing. After the deadline of ctx no byte of the charge
// leaves, whatever stopped us on the way; what had not begun to leave is then
// proved not to be sent (send).
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
		body: func() []byte { return collectForm(p, lines, card) },
	}).Outcome()
}

// noCard is a write for which there is no card, or one that was cleared.
func noCard(op string) payment.Write {
	w := notSent("", payment.FaultOurs, "no card")
	w.Op = op
	return w
}

// collectForm writes the request's body.
func collectForm(p payment.Patient, lines amountFields, card *payment.Card) []byte {
	return newForm().department(p).card(card).lines(lines).b
}

// amountFields are the lines of a charge as the upstream wants them.
type amountFields struct {
	copay, appointment string // both or none
	claims             string // JSON text, or empty
}

// amounts checks the charge and writes its lines.
//
// One POST carries copayamount with its appointmentid, and claimpayment. It
// never carries otheramount: it is not known whether the three are additive
// (athena-api.md (b)3), and if otheramount is, sending the sum there beside
// claimpayment would charge it twice.
//
// appointmentid goes with copayamount only. The parameter's text ties it to
// the copay, the workflow page to otheramount ((b)4); without otheramount both
// readings come to the same.
//
// allowduplicatepayments is never sent: whatever check the upstream has stays
// on ((b)2).
func amounts(charge payment.Charge) (amountFields, error) {
	var f amountFields
	if err := charge.Validate(); err != nil {
		return f, err
	}
	var claims []string
	for _, l := range charge.Lines {
		if !reference(l.Number) {
			return f, errors.New("charge: number is not the upstream's")
		}
		if l.Kind == payment.Copay {
			f.copay, f.appointment = l.Amount.String(), l.Number
			continue
		}
		// A list of objects with one key each, not one object (6, trap of NET).
		claims = append(claims, `{"`+l.Number+`":"`+l.Amount.String()+`"}`)
	}
	if len(claims) > 0 {
		f.claims = "[" + strings.Join(claims, ",") + "]"
	}
	return f, nil
}
