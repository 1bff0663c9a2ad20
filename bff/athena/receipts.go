package athena

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"paypane/web/payment"
)

// wireReceipt is a row of GET /patients/{id}/receipts (athena-api.md 2.8).
type wireReceipt struct {
	EpaymentID  text   `json:"epaymentid"`
	RequestDate string `json:"requestdate"` // Eastern; when the payment was asked for
	Type        string `json:"type"`
	Amount      money  `json:"amount"`
	Brand       string `json:"cardtypeabbreviation"`
	Last4       text   `json:"cardnumberlast4digits"`
	// Of an AUTHORIZATION. No outcome rests on it: what is no amount is left out.
	Limit json.RawMessage `json:"epaymentcontractmaxamount"`
}

// Receipts are all electronic payments of the patient, in the upstream's
// order. GET /patients/{id}/receipts: a bare array, without paging or filter.
//
// Outcomes are settled by what is in this list and by what is not, so one row
// that cannot be read fails the whole call. In the hour that the end of
// daylight saving repeats, a Receipt's Time can be an hour off: the upstream
// writes local time without an offset.
func (c *Client) Receipts(ctx context.Context, p payment.Patient) ([]payment.Receipt, error) {
	const op = "read receipts"
	body, err := c.get(ctx, op, patientPath(p, "receipts"), url.Values{"departmentid": {strconv.Itoa(p.Department)}})
	if err != nil {
		return nil, err
	}
	receipts, err := readReceipts(body)
	if err != nil {
		return nil, upstreamError(op, err)
	}
	return receipts, nil
}

func readReceipts(body []byte) ([]payment.Receipt, error) {
	var rows []wireReceipt
	if err := json.Unmarshal(body, &rows); err != nil {
		return nil, err
	}
	if rows == nil {
		return nil, errors.New("null instead of an array")
	}
	receipts := make([]payment.Receipt, 0, len(rows))
	for _, row := range rows {
		r, err := row.receipt()
		if err != nil {
			return nil, fmt.Errorf("receipt: %w", err)
		}
		receipts = append(receipts, r)
	}
	return receipts, nil
}

func (w wireReceipt) receipt() (payment.Receipt, error) {
	if !reference(string(w.EpaymentID)) {
		return payment.Receipt{}, errors.New("no epaymentid")
	}
	when, err := moment(w.RequestDate)
	if err != nil {
		return payment.Receipt{}, errors.New("requestdate not understood")
	}
	if !w.Amount.set {
		return payment.Receipt{}, errors.New("no amount")
	}
	if w.Type != "PURCHASE" {
		// Refunds and credits were never seen (athena-api.md (b)9) and could be
		// negative; the type says what the row is.
		w.Amount.dollars = w.Amount.dollars.Abs()
	}
	amount, err := w.Amount.amount()
	if err != nil {
		return payment.Receipt{}, err
	}
	var limit money
	if json.Unmarshal(w.Limit, &limit) != nil {
		limit = money{}
	}
	most, err := limit.amount()
	if err != nil {
		most = payment.Amount{}
	}
	return payment.Receipt{
		Limit:     most,
		Reference: string(w.EpaymentID),
		Time:      when,
		Type:      w.Type,
		Amount:    amount,
		Brand:     payment.Brand(w.Brand),
		Last4:     string(w.Last4),
	}, nil
}

// reference reports whether s can be an epaymentid: a positive whole number.
func reference(s string) bool { return wholeNumber([]byte(s)) && s[0] != '0' }

// EmailReceipt orders the receipt of a payment to be sent to an address, once:
// it is not tried again, because a second order is a second e-mail.
// POST /patients/{id}/receipts/{epaymentid}/email. The field is called email;
// one page says emailaddress, the schema and two clients do not (2.8, 8d).
func (c *Client) EmailReceipt(ctx context.Context, p payment.Patient, paymentID, email string) error {
	const op = "email receipt"
	if !reference(paymentID) || email == "" {
		return &Error{Op: op, Fault: FaultOurs, Message: "no payment or no address"}
	}
	form := url.Values{"email": {email}}.Encode()
	d, token, err := c.call(ctx, read{op: op}, func(ctx context.Context) (*http.Request, error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+patientPath(p, "receipts", paymentID, "email"), strings.NewReader(form))
		if err == nil {
			req.GetBody = nil // no second e-mail by net/http either
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		return req, err
	})
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusUnauthorized && e.Message != notGranted {
		c.tokens.drop(token)
	}
	if err != nil {
		return err
	}
	// The answer to this call is not documented ((b)7): a 200 is believed unless
	// it says success false, as other writes do inside a 200.
	if w, err := one[struct {
		Success *flag `json:"success"`
	}](d.body); err == nil && w.Success != nil && !bool(*w.Success) {
		return &Error{Op: op, Fault: FaultUpstream, Status: http.StatusOK, Message: "not accepted"}
	}
	return nil
}
