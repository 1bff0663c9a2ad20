package bff

import (
	"html"
	"regexp"
	"strings"
	"testing"
)

// phoneInput is the input for a phone number, as HTML; empty: there is none.
func (a answer) phoneInput() string {
	return regexp.MustCompile(`<input[^>]* name="phone"[^>]*>`).FindString(a.body)
}

// Where the practice asks for a phone number it is kept with the payment and is
// on the payer's receipt, in every form. It is nowhere else: not in the log, not
// at the upstream, not on the receipt of a payment made elsewhere or read by
// another.
func TestPhone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	w.portals[0].Asked.Phone = true
	b := w.visit(dana)
	id := b.choose(t, one("claim-501"))
	form := b.get("/pay/" + id)
	if input := form.phoneInput(); !strings.Contains(input, `type="tel"`) || !strings.Contains(input, `autocomplete="tel"`) || strings.Contains(input, "value=") ||
		!form.says("Phone number (optional)") || strings.Index(form.body, `name="phone"`) < strings.Index(form.body, `name="email"`) {
		t.Fatalf("%s in %s", input, form.body)
	}

	// What is wrong is told, and what is right stays; a card number does not.
	for typed, says := range map[string]string{"call me": "Enter a phone number like 617-555-0100", "4111 1111 1111 1111": "Enter a phone number, not the card number",
		"4111 1111 1111 1112": "Enter a phone number like 617-555-0100"} {
		a := b.post("/pay/"+id, card("phone", typed))
		back := typed
		if strings.HasPrefix(typed, "4") {
			back = ""
		}
		if a.status != 422 || !a.says(says) || strings.Contains(a.phoneInput(), `value="`+back+`"`) != (back != "") || strings.Contains(a.body, "1111 111") {
			t.Errorf("%q: %d %s", typed, a.status, a.body)
		}
	}
	const phone = "+49 1512 3456789"
	if a := b.post("/pay/"+id, card("zip", "", "phone", phone)); a.status != 422 || !strings.Contains(html.UnescapeString(a.phoneInput()), `value="`+phone+`"`) {
		t.Errorf("after another field's problem: %d %s", a.status, a.phoneInput())
	}

	b.post("/pay/"+id, card("phone", " +49 1512 3456789 "))
	w.drain()
	book := w.sim.Book()
	if len(book) != 1 {
		t.Fatalf("%d payments", len(book))
	}
	ref := book[0].ID
	if a, err := w.ledger.AttemptForPatient(t.Context(), w.seen(b).Patient, id); err != nil || a.Phone != phone {
		t.Errorf("kept: %q, %v", a.Phone, err)
	}
	page := b.get("/receipts/" + ref)
	if !regexp.MustCompile(`>Phone</[a-z]+>\s*<[a-z]+[^>]*>\+49 1512 3456789<`).MatchString(html.UnescapeString(page.body)) {
		t.Errorf("the page does not say it: %s", page.body)
	}
	file := b.get("/receipts/" + ref + "/receipt.json")
	if !strings.Contains(file.body, `"phone": "`+phone+`"`) {
		t.Errorf("JSON: %s", file.body)
	}
	if file = b.get("/receipts/" + ref + "/receipt.html"); !strings.Contains(html.UnescapeString(file.body), phone) {
		t.Errorf("HTML: %s", file.body)
	}
	if text := pdfText(t, b.get("/receipts/"+ref+"/receipt.pdf").body); !strings.Contains(text, phone) {
		t.Errorf("PDF: %s", text)
	}
	for what, text := range map[string]string{"the log": w.logs.String(), "the upstream": strings.Join(w.sentFor(), "\n")} {
		if strings.Contains(text, "1512") {
			t.Errorf("%s has it: %s", what, text)
		}
	}
	// Another who may see the payment is not told how to reach the payer.
	other := w.browser()
	other.launch(harborEd.token(w, func(_, c claimSet) { c["sub"] = "another" }))
	if a := other.get("/receipts/" + ref); a.status != 200 || strings.Contains(a.body, "1512") {
		t.Errorf("another reads %d %s", a.status, a.body)
	}
}

// Where it does not, there is no input, and what is posted all the same is not
// kept.
func TestPhoneIsNotAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, one("claim-501"))
	if a := b.get("/pay/" + id); a.phoneInput() != "" || a.says("Phone number") {
		t.Errorf("%s", a.body)
	}
	b.post("/pay/"+id, card("phone", "617-555-0123"))
	w.drain()
	a, err := w.ledger.AttemptForPatient(t.Context(), w.seen(b).Patient, id)
	if err != nil || a.Phone != "" || a.State != "taken" {
		t.Errorf("%+v, %v", a, err)
	}
	if page := b.get("/receipts/" + a.Reference); page.status != 200 || strings.Contains(page.body, "617-555-0123") || strings.Contains(page.body, ">Phone<") {
		t.Errorf("%s", page.body)
	}
}
