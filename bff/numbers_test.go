package bff

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// What a practice writes is shown as it is written, wherever it is shown: codes
// of drugs and procedures, days and phone numbers are no cards.
func TestPracticesNumbersAreShown(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"Vaccine, NDC 0002-1433-80 0002-1434-80", "99213, 99214, 36415, 80053", "Stay 01/01/2026 - 01/31/2026",
		"Call 617-555-0100 or 617-555-0101", "Lot 123456789012345678", `6" wound, 2026-01-01 2026-01-31`, "Device 00643169007222 17260101"} {
		patient := athenatest.Patient{ID: dana, Given: "Dana", Family: "Sample", Department: 7, Claims: []athenatest.Claim{
			{ID: 501, Service: time.Date(2026, 8, 14, 12, 0, 0, 0, time.UTC), Description: text, Billed: 23000, Insurance: 17750, Owed: 5250}}}
		w := newWorld(t, setup{patients: []athenatest.Patient{patient}})
		w.practice.office = func(o payment.Department, err error) (payment.Department, error) {
			o.Phone = "(617) 555-0100 or (617) 555-0101"
			return o, err
		}
		w.portals[0].Phone = ""
		b := w.visit(dana)
		if a := b.get("/pay"); !strings.Contains(html.UnescapeString(a.body), text) {
			t.Errorf("%q is not on the first page", text)
		}
		ref := b.paid(t, w, one("claim-501"), "4111111111111111")
		paid := b.attemptOf(t, w, ref)
		for _, path := range []string{"/payments/" + paid, "/receipts/" + ref, "/receipts/" + ref + "/receipt.html"} {
			if a := b.get(path); a.status != http.StatusOK || !strings.Contains(html.UnescapeString(a.body), text) {
				t.Errorf("%q is not on %s: %s", text, path, a.body)
			}
		}
		if a := b.get("/receipts/" + ref + "/receipt.json"); !strings.Contains(strings.ReplaceAll(a.body, `\"`, `"`), text) {
			t.Errorf("%q: %s", text, a.body)
		}
		if pdf := pdfText(t, b.get("/receipts/"+ref+"/receipt.pdf").body); !strings.Contains(strings.Join(strings.Fields(pdf), " "), strings.Fields(text)[0]) || strings.Contains(pdf, "[digits]") {
			t.Errorf("%q: %s", text, pdf)
		}
	}
}

// Two phone numbers in one line of the terms are no card: they can be agreed to,
// and are kept word by word.
func TestTermsWithPhoneNumbers(t *testing.T) {
	t.Parallel()
	for _, terms := range []string{"Call 617-555-0100 or 617-555-0101.", "Call 415-555-2671 415-555-2672 415 555 2673", "Valid 01/01/2026 - 12/31/2026, NDC 0002-1433-80 0002-1434-80"} {
		w := newWorld(t, setup{})
		w.practice.terms = "You can cancel.\n" + terms
		b := w.visit(lee.ID)
		id := b.agreeing(t, leesVisit, "50")
		if a := b.get("/agree/" + id); a.status != http.StatusOK || !strings.Contains(a.body, terms) {
			t.Fatalf("%q: %d %s", terms, a.status, a.body)
		}
		b.post("/agree/"+id, b.signed(t, id))
		w.drain()
		if a := b.get("/payments/" + id); a.outcome() != "taken" {
			t.Errorf("%q: %s %s", terms, a.outcome(), a.body)
		}
		if c, err := w.ledger.Consent(context.Background(), lee, id); err != nil || !strings.Contains(c.Text, terms) {
			t.Errorf("%v: %q", err, c.Text)
		}
	}
}

// No field but the number carries a card: what is typed elsewhere is neither sent
// nor kept nor printed back.
func TestCardInAnotherField(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, one("claim-501"))
	for _, number := range []string{"5555555555554444", "5555 5555 5555 4444", "5555-5555-5555-4444", "5555.5555.5555.4444", "5555/5555/5555/4444", "5555_5555_5555_4444",
		"5555|5555|5555|4444", "５５５５５５５５５５５５４４４４", "5555\u200b5555\u200b5555\u200b4444", "12 Elm St 5555555555554444 B"} {
		for field, says := range map[string]string{"address": "Enter the billing address, not the card number", "name": "Enter the name on the card, not the card number", "zip": "ZIP code", "email": "email address"} {
			for _, headers := range [][]string{nil, {"Accept", "application/json", "X-Paypane", "1"}} {
				a := b.post("/pay/"+id, card(field, number), headers...)
				if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, says) {
					t.Errorf("%q as %s: %d %s", number, field, a.status, a.body)
				}
				if strings.Contains(a.body, "4444") || strings.Contains(a.body, "４４４４") {
					t.Errorf("%q as %s is printed back", number, field)
				}
			}
		}
	}
	if n := w.sim.Count("collectpayment"); n != 0 || w.practice.collects.Load() != 0 {
		t.Errorf("%d were sent", n)
	}
	if logs := w.logs.String(); strings.Contains(logs, "5555") {
		t.Error(logs)
	}
}

// An amount that is not understood is asked about, and so is an address with a
// space in it.
func TestUnclearFieldsAreAskedAbout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	for _, typed := range []string{"1 20", "45 50", "0,120", "0 120", "45,50", "1'20", "1.200", "1\u00a020", "1\x0020", "1\n20", "1٫20"} {
		if a := b.post("/pay", url.Values{"pay": {"other"}, "amount": {typed}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Enter an amount in dollars and cents, like 45.50") {
			t.Errorf("%q: %d to %q", typed, a.status, a.to())
		}
	}
	id := b.choose(t, one("claim-501"))
	for typed, says := range map[string]string{"dana sample@example.com": "Enter an email address without spaces, like name@example.com", "dana\x00sample@example.com": "Enter an email address like name@example.com"} {
		if a := b.post("/pay/"+id, card("email", typed)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, says) {
			t.Errorf("%q: %d %s", typed, a.status, a.body)
		}
	}
	// What is certain is sent as it was typed.
	if a := b.post("/pay/"+id, card("email", " 8613812345678@163.com\u200b", "zip", "se1 2ln", "expiry", "203412")); a.to() != "/payments/"+id {
		t.Fatalf("%d %s", a.status, a.body)
	}
	w.drain()
	if a := b.get("/payments/" + id); a.outcome() != "taken" {
		t.Errorf("%s", a.body)
	}
	mails := w.sim.Mails()
	if len(mails) != 1 || mails[0].To != "8613812345678@163.com" {
		t.Errorf("%+v", mails)
	}
	sent := 0
	for _, r := range w.sim.Requests() {
		if zip, ok := r.Fields["billingzip"]; ok {
			if sent++; zip != "SE1 2LN" || r.Fields["expirationmonthmm"] != "12" || r.Fields["expirationyearyyyy"] != "2034" {
				t.Errorf("sent with %v", r.Fields)
			}
		}
	}
	if sent != 1 {
		t.Errorf("%d were sent", sent)
	}
}
