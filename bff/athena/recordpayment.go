package athena

import (
	"context"

	"paypane/web/payment"
)

// RecordPayment books money that was taken elsewhere: cash, a check, or a card
// outside of athenahealth's processing. POST /patients/{id}/recordpayment
// (docs/upstream-api.md#recordpayment, documented; answer recorded).
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
		body: func() payment.Secret {
			f := newForm().department(p).text("paymentmethod", string(b.Method)).
				optional("checknumber", b.CheckNumber).
				optional("cardnumberlast4", b.Last4).
				recorded(lines).
				amount("otheramount", b.Other)
			if b.Today {
				f.text("todayservice", "Y")
			}
			return f.optional("postdate", wireDay(b.Posted)).b
		},
	})
}

// recorded appends the lines of money that was taken elsewhere: todayservice is a
// boolean where a card is charged, and Y or N here (docs/upstream-api.md#recordpayment).
func (f *form) recorded(l amountFields) *form {
	if l.today {
		f.text("todayservice", "Y")
		l.today = false
	}
	return f.lines(l)
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
