package athena

import (
	"bytes"
	"context"
	"crypto/rand"

	"paypane/web/payment"
)

// pdfMagic is how every PDF begins.
var pdfMagic = []byte("%PDF-")

// UploadSignedReceipt keeps the signed copy of a receipt, or of the agreement
// behind it: POST /patients/{id}/receipts/{epaymentid}/signed, a PDF in the
// multipart field attachmentcontents (docs/upstream-api.md#receipts,
// documented; answer inferred). The file's name is ignored upstream.
func (c *Client) UploadSignedReceipt(ctx context.Context, p payment.Patient, paymentID string, pdf []byte) payment.Write {
	const op = "upload signed receipt"
	if !reference(paymentID) || !bytes.HasPrefix(pdf, pdfMagic) || len(pdf) > maxFile {
		return refused(op, "no payment or no pdf")
	}
	boundary := "paypane-" + rand.Text()
	return c.send(ctx, write{
		op: op, path: patientPath(p, "receipts", paymentID, "signed"), reply: plainReply,
		contentType: "multipart/form-data; boundary=" + boundary,
		body: func() payment.Secret {
			const head = "\r\nContent-Disposition: form-data; name=\"attachmentcontents\"; filename=\"receipt.pdf\"\r\n" +
				"Content-Type: application/pdf\r\n\r\n"
			body := make([]byte, 0, len(pdf)+len(head)+2*len(boundary)+16)
			body = append(body, "--"+boundary+head...)
			body = append(body, pdf...)
			return payment.Keep(append(body, "\r\n--"+boundary+"--\r\n"...))
		},
	})
}

// SignedReceipt is the signed copy: GET
// /patients/{id}/receipts/{epaymentid}/signed (docs/upstream-api.md#receipts,
// documented).
func (c *Client) SignedReceipt(ctx context.Context, p payment.Patient, paymentID string) (payment.Document, error) {
	return c.pdf(ctx, p, paymentID, read{op: "read signed receipt"}, "signed")
}
