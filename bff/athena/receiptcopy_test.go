package athena

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// 2.8 8b and 8f: a PDF is one by its first bytes, up to 8 MiB.
func TestReceiptPDF(t *testing.T) {
	big := append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte{0}, 2<<20)...)
	for name, test := range map[string]struct {
		body []byte
		ok   bool
	}{
		"small": {[]byte("%PDF-1.7"), true}, "2 MiB": {big, true}, "too big": {append([]byte("%PDF-"), make([]byte, maxFile)...), false},
		"html": {[]byte("<html>"), false}, "json": {[]byte(`{"error":"x"}`), false}, "empty": {nil, false},
	} {
		upstream := record(t, answering(200, string(test.body)))
		c := connect(t, upstream.URL)
		d, err := c.ReceiptPDF(t.Context(), lee, "61234", false)
		if (err == nil) != test.ok || test.ok && (d.Media != "application/pdf" || !bytes.Equal(d.Body, test.body)) {
			t.Errorf("%s: %s, %d bytes, %v", name, d.Media, len(d.Body), err)
		}
		if _, err := c.SignedReceipt(t.Context(), lee, "61234"); (err == nil) != test.ok {
			t.Errorf("%s, signed: %v", name, err)
		}
		first, second := upstream.calls[0], upstream.calls[1]
		if first.path != patients+"receipts/61234" || first.query.Encode() != "customerversion=true" || first.header.Get("Accept") != "application/pdf" ||
			second.path != patients+"receipts/61234/signed" || len(second.query) != 0 || second.header.Get("Accept") != "application/pdf" {
			t.Errorf("asked %+v and %+v", first, second)
		}
	}
}

// 2.8 8c: fields are not documented.
func TestReceiptDetails(t *testing.T) {
	upstream := record(t, answering(200, `{"epaymentid":61234,"type":"PURCHASE","amount":".16","requestdate":"11\/21\/2026 10:15:02","cardtypename":"Visa",
		"cardnumberlast4digits":"1111","note":"4111 1111 1111 1111 paid","terms":{"a":1},"settled":false,"none":null}`))
	d, err := connect(t, upstream.URL).ReceiptDetails(t.Context(), lee, "61234")
	want := payment.ReceiptSummary{Reference: "61234", Type: "PURCHASE", Amount: payment.Cents(16), Brand: payment.Visa, Last4: "1111", Time: time.Date(2026, 11, 21, 10, 15, 2, 0, Eastern())}
	if err != nil || d.Receipt != want || d.Others["note"] != "[digits] paid" || d.Others["settled"] != "false" || len(d.Others) != 4 {
		t.Errorf("%+v, %v", d, err)
	}
	if asked := upstream.only(t); asked.path != patients+"receipts/61234/details" || asked.query.Encode() != "termsasjson=true" {
		t.Errorf("asked %+v", asked)
	}
	for _, body := range []string{`{"epaymentid":"61235"}`, `{"amount":"1e3"}`, `[]`, `<html>`, ``} {
		if d, err := connect(t, says(t, 200, body).URL).ReceiptDetails(t.Context(), lee, "61234"); err == nil {
			t.Errorf("%s: %+v", body, d)
		}
	}
	c := connect(t, upstream.URL)
	for _, id := range []string{"", "0", "x", "1/../2", strings.Repeat("1", 40)} {
		if _, err := c.ReceiptPDF(t.Context(), lee, id, false); err == nil {
			t.Errorf("payment %q: no error", id)
		}
	}
	upstream.only(t)
}
