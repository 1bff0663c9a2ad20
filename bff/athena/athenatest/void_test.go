package athenatest_test

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
)

func TestVoid(t *testing.T) {
	k := newTill(athenatest.Options{})
	before := k.Patients()[2]
	void := lee + "/voidpayment/61234"
	k.want(t, 404, "ID", "POST", void, nil) // not yet
	k.want(t, 200, "61234", "POST", lee+"/collectpayment", form("copayamount", "5", "appointmentid", "880123", "otheramount", "3.10", "claimpayment", `[{"520":"15.68"}]`))
	k.want(t, 404, "ID", "POST", patient+"/voidpayment/61234", nil) // another patient
	k.want(t, 200, `{"success":"true"}`, "POST", void, nil)
	k.want(t, 400, "already been voided", "POST", void, nil)
	if p := k.Patients()[2]; p.Copay != before.Copay || p.Unapplied != 0 || p.Claims[0].Owed != before.Claims[0].Owed || len(p.Claims[0].Paid) != 0 {
		t.Errorf("balances %+v, want %+v", p, before)
	}
	if k.kinds() != "PURCHASE 23.78, VOID -23.78" || k.Book()[1].ID != "61234" {
		t.Errorf("book %+v", k.Book())
	}
	if _, body := k.send("GET", lee+"?showbalancedetails=true&showallclaims=true", nil); strings.Contains(body, "epaymentid") {
		t.Errorf("a claim shows the voided payment: %s", body)
	}
	k.want(t, 200, "0", "POST", lee+"/collectpayment/storedcard", keep())
	k.want(t, 400, "no payment", "POST", lee+"/voidpayment/61235", nil)
}

// A payment settles at the next 8 p.m. in the East, in summer and in winter.
func TestVoidSettles(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		paid, voided string
		status       int
	}{
		{"2026-11-21 10:00:00", "2026-11-21 19:59:59", 200},
		{"2026-11-21 10:00:00", "2026-11-21 20:00:00", 400},
		{"2026-11-21 20:00:00", "2026-11-22 19:59:59", 200},
		{"2026-11-21 20:00:00", "2026-11-22 20:00:00", 400},
		{"2027-03-13 23:00:00", "2027-03-14 19:59:59", 200}, // the night of a shorter day
		{"2027-03-13 23:00:00", "2027-03-14 20:00:00", 400},
		{"2027-07-01 10:00:00", "2027-07-01 19:59:59", 200},
	} {
		at := func(text string) time.Time {
			at, err := time.ParseInLocation(time.DateTime, text, zone)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		k := newTill(athenatest.Options{})
		k.set(at(test.paid))
		k.want(t, 200, "61234", "POST", patient+"/collectpayment", form())
		k.set(at(test.voided))
		k.want(t, test.status, "", "POST", patient+"/voidpayment/61234", nil)
	}
}

func TestReceiptCopies(t *testing.T) {
	k := newTill(athenatest.Options{})
	const hostile = "/patients/40219"
	k.want(t, 200, "61234", "POST", hostile+"/collectpayment", form("claimpayment", `[{"580":"10"}]`))
	k.want(t, 200, "&lt;img src=x", "GET", hostile+"/receipts/61234", nil)
	k.want(t, 404, "ID", "GET", patient+"/receipts/61234", nil)
	k.want(t, 400, "boolean", "GET", hostile+"/receipts/61234?customerversion=1", nil)
	if _, body := k.send("GET", hostile+"/receipts/61234?customerversion=true", nil); strings.Contains(body, "Merchant") || !strings.Contains(body, `"html":"`) {
		t.Errorf("customer's copy %s", body)
	}
	r := request("GET", "/v1/195900"+hostile+"/receipts/61234", nil)
	r.Header.Set("Accept", "application/pdf")
	if status, body := k.serve(r); status != 200 || !strings.HasPrefix(body, "%PDF-1.4\n") || !strings.Contains(body, "$10.00") || !strings.HasSuffix(body, "%%EOF\n") {
		t.Errorf("pdf: %d %s", status, body)
	}
	k.want(t, 200, `"claimpayments":[{"amount":"10","claimid":"580"}]`, "GET", hostile+"/receipts/61234/details", nil)
	k.want(t, 200, "61235", "POST", oneYear+"/880123", keep())
	k.want(t, 200, `"terms":["I authorize`, "GET", lee+"/receipts/61235/details?termsasjson=true", nil)
	k.want(t, 200, `"terms":"<p>`, "GET", lee+"/receipts/61235/details", nil)

	k.want(t, 404, "ID", "GET", hostile+"/receipts/61234/signed", nil)
	k.want(t, 415, "content type", "POST", hostile+"/receipts/61234/signed", pairs("attachmentcontents", "%PDF-"))
	upload := func(path, field, content string) (int, string) {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		part, _ := m.CreateFormFile(field, "../../any name")
		part.Write([]byte(content))
		m.Close()
		r := httptest.NewRequest("POST", "/v1/195900"+path+"/receipts/61234/signed", &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		return k.serve(r)
	}
	long := "%PDF-1.4\n" + strings.Repeat("x", 500_000)
	for _, test := range []struct {
		path, field, content string
		status               int
	}{
		{hostile, "file", long, 400}, {hostile, "attachmentcontents", "GIF89a", 400}, {patient, "attachmentcontents", long, 404}, {hostile, "attachmentcontents", long, 200},
	} {
		if status, body := upload(test.path, test.field, test.content); status != test.status {
			t.Errorf("upload %s to %s: %d %s", test.field, test.path, status, body)
		}
	}
	if _, body := k.send("GET", hostile+"/receipts/61234/signed", nil); body != long {
		t.Errorf("signed receipt of %d bytes", len(body))
	}
}
