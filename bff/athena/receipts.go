package athena

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"paypane/web/payment"
)

// Receipts are all electronic payments of the patient, in the upstream's
// order. GET /patients/{id}/receipts: a bare array, without paging or filter.
//
// Unknown outcomes are settled by what is in this list and by what is not, so one
// row that cannot be read is an error: payment.ErrOddRows. The other rows are
// returned beside it, to be shown. In the hour that the end of daylight saving
// repeats, a payment's Time can be an hour off, because the upstream writes local
// time without an offset.
func (c *Client) Receipts(ctx context.Context, p payment.Patient) (receipts []payment.ReceiptSummary, err error) {
	const op = "read receipts"
	_, err = c.read(ctx, read{op: op, path: patientPath(p, "receipts"), query: departmentQuery(p), stream: func(s *stream) (err error) {
		receipts, err = readReceipts(s)
		return err
	}})
	return receipts, err
}

// readReceipts reads the list as it comes by.
func readReceipts(s *stream) ([]payment.ReceiptSummary, error) {
	receipts := []payment.ReceiptSummary{}
	var raw json.RawMessage
	var odd error
	err := s.open('[')
	for err == nil && s.more() {
		if err = s.value(&raw); err != nil {
			break
		}
		row, wrong := rowOf(raw)
		var r payment.ReceiptSummary
		if wrong == nil {
			r, wrong = readReceipt(&row)
		}
		if wrong != nil {
			odd = fmt.Errorf("receipt: %w: %w", payment.ErrOddRows, wrong)
			continue
		}
		if receipts = append(receipts, r); len(receipts) > maxKept {
			return nil, errMany
		}
	}
	if err == nil {
		err = s.open(']')
	}
	if err == nil {
		err = s.end()
	}
	if err != nil {
		return nil, err
	}
	return receipts, odd
}

// readReceipt reads a row of GET /patients/{id}/receipts
// (docs/upstream-api.md#receipts, recorded). Without its number, its time or
// its amount no row can be told from others, and the list is not understood.
// A brand or last four digits that are not exactly in their recorded form are
// left empty: they are not known, neither equal to anything nor different. The type stays as it is
// written; only the recorded words mean something.
func readReceipt(r *row) (payment.ReceiptSummary, error) {
	receipt := payment.ReceiptSummary{Reference: r.must("epaymentid"), Type: r.plain("type"), Brand: r.abbreviation("cardtypeabbreviation"),
		Last4: r.last4("cardnumberlast4digits")}
	when, err := moment(r.plain("requestdate")) // Eastern; when the payment was asked for
	if err != nil {
		return payment.ReceiptSummary{}, errors.New("requestdate not understood")
	}
	receipt.Time = when
	amount, there := r.signed("amount")
	switch {
	case r.err != nil:
		return payment.ReceiptSummary{}, r.err
	case !there:
		return payment.ReceiptSummary{}, errors.New("no amount")
	case amount.Negative && receipt.Type == "PURCHASE":
		// Refunds and credits were never seen (docs/upstream-api.md#receipts)
		// and could be negative; their type says what the row is.
		return payment.ReceiptSummary{}, errors.New("negative amount")
	}
	receipt.Amount = amount.Amount
	// Of an AUTHORIZATION. No outcome rests on it: what is no amount is left out.
	var limit money
	if json.Unmarshal(r.of["epaymentcontractmaxamount"], &limit) == nil {
		if most, err := limit.amount(); err == nil {
			receipt.Limit = most
		}
	}
	// Nor on these: which agreement is behind the row, and what is left of it.
	var contract text
	if json.Unmarshal(r.of["contractid"], &contract) == nil && reference(string(contract)) {
		receipt.Contract = string(contract)
	}
	var left money
	if raw := r.of["epaymentcontractbalance"]; len(raw) > 0 && json.Unmarshal(raw, &left) == nil && left.set {
		if rest, err := left.amount(); err == nil {
			receipt.Left, receipt.LeftKnown = rest, true
		}
	}
	return receipt, nil
}

// reference reports whether s can be an epaymentid: a positive whole number.
func reference(s string) bool { return wholeNumber([]byte(s)) && s[0] != '0' }

// EmailReceipt orders the receipt of a payment to be sent to an address, once:
// it is not tried again, because a second order is a second e-mail.
// POST /patients/{id}/receipts/{epaymentid}/email. The field is called email;
// one page says emailaddress, the schema and two clients do not
// (docs/upstream-api.md#receipts).
func (c *Client) EmailReceipt(ctx context.Context, p payment.Patient, paymentID, email string) error {
	const op = "email receipt"
	if !reference(paymentID) || email == "" {
		return &Error{Op: op, Fault: FaultOurs, Message: "no payment or no address"}
	}
	form := url.Values{"email": {email}}.Encode()
	d, _, err := c.call(ctx, read{op: op}, func(ctx context.Context) (*http.Request, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+patientPath(p, "receipts", paymentID, "email"), strings.NewReader(form))
		if err == nil {
			req.GetBody = nil // no second e-mail by net/http either
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return req, err
	})
	if err != nil {
		return err
	}
	// The answer to this call is not documented: a 200 is believed unless it
	// says success false, as other writes do inside a 200.
	if w, err := one[struct {
		Success *flag `json:"success"`
	}](d.body); err == nil && w.Success != nil && !bool(*w.Success) {
		return &Error{Op: op, Fault: FaultUpstream, Status: http.StatusOK, Message: "not accepted"}
	}
	return nil
}
