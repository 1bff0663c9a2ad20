package athena

import (
	"bytes"
	"context"
	"net/url"

	"paypane/web/payment"
)

// ReceiptPDF is the upstream's own receipt of one payment, the customer's copy or the
// merchant's: GET /patients/{id}/receipts/{epaymentid} (docs/upstream-api.md#receipts,
// documented: Accept: application/pdf). As JSON it would hold a page of HTML, which
// nobody here shows.
func (c *Client) ReceiptPDF(ctx context.Context, p payment.Patient, paymentID string, merchant bool) (payment.Document, error) {
	return c.pdf(ctx, p, paymentID, read{op: "read receipt as pdf", query: version(merchant)})
}

func version(merchant bool) url.Values {
	if merchant {
		return url.Values{"merchantversion": {"true"}}
	}
	return url.Values{"customerversion": {"true"}}
}

// document reads something about one payment.
func (c *Client) document(ctx context.Context, p payment.Patient, paymentID string, r read, below ...string) (document, error) {
	if !reference(paymentID) {
		return document{}, &Error{Op: r.op, Fault: FaultOurs, Message: "no payment"}
	}
	r.path = patientPath(p, append([]string{"receipts", paymentID}, below...)...)
	return c.read(ctx, r)
}

// pdf reads a PDF about one payment. What begins differently is none, whatever
// its Content-Type.
func (c *Client) pdf(ctx context.Context, p payment.Patient, paymentID string, r read, below ...string) (payment.Document, error) {
	r.accept, r.limit = "application/pdf", maxFile
	d, err := c.document(ctx, p, paymentID, r, below...)
	if err != nil {
		return payment.Document{}, err
	}
	if !bytes.HasPrefix(d.body, pdfMagic) {
		return payment.Document{}, upstreamError(r.op, errNotPDF)
	}
	return payment.Document{Media: "application/pdf", Body: d.body}, nil
}

// ReceiptDetails is everything the upstream tells of one payment: GET
// /patients/{id}/receipts/{epaymentid}/details (docs/upstream-api.md#receipts,
// documented; an object, client, fields unknown). Terms of an agreement come as
// JSON.
func (c *Client) ReceiptDetails(ctx context.Context, p payment.Patient, paymentID string) (payment.ReceiptDetails, error) {
	const op = "read receipt details"
	d, err := c.document(ctx, p, paymentID, read{op: op, query: url.Values{"termsasjson": {"true"}}}, "details")
	if err != nil {
		return payment.ReceiptDetails{}, err
	}
	details, err := readDetails(d.body, paymentID)
	if err != nil {
		return payment.ReceiptDetails{}, upstreamError(op, err)
	}
	return details, nil
}

func readDetails(body []byte, paymentID string) (payment.ReceiptDetails, error) {
	object, err := alone(body)
	if err != nil {
		return payment.ReceiptDetails{}, err
	}
	r, err := rowOf(object)
	if err != nil {
		return payment.ReceiptDetails{}, err
	}
	if said := r.id("epaymentid"); said != "" && said != paymentID {
		return payment.ReceiptDetails{}, errOther
	}
	receipt := payment.ReceiptSummary{Reference: paymentID, Type: r.text("type"), Brand: r.brand(cardBrand...), Last4: r.last4(cardLast4...)}
	receipt.Amount, _ = r.amount("amount")
	if when, err := moment(r.plain("requestdate")); err == nil {
		receipt.Time = when
	}
	details := payment.ReceiptDetails{Receipt: receipt, Others: map[string]string{}}
	for name, raw := range r.of {
		switch name {
		case "epaymentid", "type", "amount", "requestdate":
			continue
		}
		if raw[0] != '{' && raw[0] != '[' && string(raw) != "null" {
			said := plainText(raw)
			if said == "" {
				said = string(raw)
			}
			details.Others[evidenceText(name, nil)] = evidenceText(said, nil)
		}
	}
	return details, r.err
}
