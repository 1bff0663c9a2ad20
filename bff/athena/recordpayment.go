package athena

import (
	"context"

	"paypane/web/payment"
)

// RecordPayment books money that was taken elsewhere: cash, a check, or a card
// outside of athenahealth's processing. POST /patients/{id}/recordpayment
// (athena-api.md 2.6 D, P2; answer R).
//
// The answer names only the batch, so the booking cannot be undone through the
// API, and nothing tells a second booking of the same money from a new one.
// Never for money that Collect took.
func (c *Client) RecordPayment(ctx context.Context, p payment.Patient, b payment.Booking) payment.Write {
	const op = "record payment"
	lines, err := bookingLines(b)
	if err != nil {
		return refused(op, err.Error())
	}
	return c.send(ctx, write{
		op: op, path: patientPath(p, "recordpayment"), reply: recordReply,
		body: func() []byte {
			f := newForm().department(p).text("paymentmethod", string(b.Method)).
				optional("checknumber", b.CheckNumber).
				optional("cardnumberlast4", b.Last4).
				lines(lines).
				amount("otheramount", b.Other)
			if b.Today {
				f.text("todayservice", "Y") // a boolean elsewhere, Y or N here (2.6 P2)
			}
			return f.optional("postdate", wireDay(b.Posted)).b
		},
	})
}

// bookingLines checks a booking and writes the lines of its charge.
func bookingLines(b payment.Booking) (amountFields, error) {
	if err := b.Validate(); err != nil {
		return amountFields{}, err
	}
	if b.Posted != "" && wireDay(b.Posted) == "" {
		return amountFields{}, errDay
	}
	if len(b.Charge.Lines) == 0 {
		return amountFields{}, nil
	}
	return amounts(b.Charge)
}
