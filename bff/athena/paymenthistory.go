package athena

import (
	"context"
	"net/url"
	"strconv"

	"paypane/web/payment"
)

// PaymentHistory is what the patients of a practice paid in the days from and
// to, both included: GET /patients/paymenthistory
// (docs/upstream-api.md#paymenthistory, documented; fields and form of the
// dates unknown, and not every key may have it). Rows that cannot be read are left
// out, and the error is then payment.ErrOddRows.
func (c *Client) PaymentHistory(ctx context.Context, practice int, patients []int, from, to payment.Day) ([]payment.PastPayment, error) {
	const op = "list payment history"
	if len(patients) == 0 || wireDay(from) == "" || wireDay(to) == "" || to < from {
		return nil, &Error{Op: op, Fault: FaultOurs, Message: "no patients or no days"}
	}
	ids := ""
	for i, id := range patients {
		if i > 0 {
			ids += ","
		}
		ids += strconv.Itoa(id)
	}
	body, err := c.get(ctx, op, path(practice, "patients", "paymenthistory"), url.Values{
		"patientidlist": {ids}, "startdate": {wireDay(from)}, "enddate": {wireDay(to)}, "additionalpaymentinfo": {"true"},
	})
	if err != nil {
		return nil, err
	}
	return readMost(op, body, readPastPayment)
}

func readPastPayment(r *row) payment.PastPayment {
	p := payment.PastPayment{
		Patient: r.number("patientid"),
		ID:      r.id(historyID...),
		Payment: r.id("epaymentid"),
		Date:    r.day(historyDate...),
		Method:  r.text(historyMethod...),
	}
	var there bool
	if p.Amount, there = r.signed(historyAmount...); !there {
		r.fail(historyAmount[0], errMissing)
	}
	return p
}
