package bff

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"paypane/tier"
	"paypane/web/payment"
)

// paid pays one bill and answers the upstream's number of the payment.
func (b *browser) paid(t testing.TB, w *world, form url.Values, number string) string {
	t.Helper()
	id := b.choose(t, form)
	b.post("/pay/"+id, card("number", number))
	w.drain()
	a := b.get("/payments/" + id)
	if a.outcome() != "taken" {
		t.Fatalf("%s: %s", a.outcome(), a.body)
	}
	book := w.sim.Book()
	return book[len(book)-1].ID
}

// A paid bill's receipt tells what the practice's system and the portal's
// configuration know, as page and as files, and nothing is said that the book
// does not have.
func TestReceiptOfAPaidBill(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	w.portals[0].Address, w.portals[0].NPI, w.portals[0].TaxID = []string{"1 Harbor Way", "Boston, MA 02110"}, "1234567893", "12-3456789"
	b := w.visit(dana)
	if a := b.get("/receipts"); a.status != 200 || !strings.Contains(a.body, "There are no payments yet") {
		t.Fatalf("empty: %d %s", a.status, a.body)
	}
	ref := b.paid(t, w, one("claim-501"), "4111111111111111")
	if a := b.get("/payments/" + b.attemptOf(t, w, ref)); !strings.Contains(a.body, `href="/receipts/`+ref+`"`) {
		t.Error("the result page does not lead to the receipt")
	}
	list := b.get("/receipts")
	for _, want := range []string{"November 2026", `href="/receipts/` + ref + `"`, "Payment on November 21", `<p class="money">$52.50</p>`, `href="/receipts/year-2026"`, "Visa ending in 1111", `aria-current="page"`} {
		if !strings.Contains(list.body, want) {
			t.Errorf("the list lacks %q: %s", want, list.body)
		}
	}
	page := b.get("/receipts/" + ref)
	wants := []string{"Paid. This is not a bill.", "Harbor Family Medicine", "1 Harbor Way", "Boston, MA 02110", "617-555-0100", "1234567893", "12-3456789",
		"$52.50", "November 21, 2026", "Visa ending in 1111", ref, "Aug", "Left to pay", "Insurance paid"}
	for _, want := range wants {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q: %s", want, page.body)
		}
	}
	if page.page() != "receipt" || strings.Contains(page.body, "does not show this yet") {
		t.Errorf("%s", page.body)
	}
	pdf := b.get("/receipts/" + ref + "/receipt.pdf")
	text := pdfText(t, pdf.body)
	for _, want := range wants[:11] {
		if !strings.Contains(text, want) {
			t.Errorf("the PDF lacks %q: %s", want, text)
		}
	}
	for kind, a := range map[string]answer{"application/pdf": pdf, "text/html; charset=utf-8": b.get("/receipts/" + ref + "/receipt.html"),
		"application/json": b.get("/receipts/" + ref + "/receipt.json")} {
		h := a.header
		if a.status != 200 || h.Get("Content-Type") != kind || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename=receipt-"+ref+".") ||
			h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasSuffix(h.Get("Content-Security-Policy"), "; sandbox") {
			t.Errorf("%s: %d %v", kind, a.status, h)
		}
	}
	var data struct {
		Reference, Status string
		Amount            payment.Amount
		Card              struct{ Last4 string }
		Lines             []struct{ Paid payment.Amount }
	}
	if err := json.Unmarshal([]byte(b.get("/receipts/"+ref+"/receipt.json").body), &data); err != nil {
		t.Fatal(err)
	}
	sum := payment.Amount{}
	for _, l := range data.Lines {
		sum = sum.Plus(l.Paid)
	}
	m := w.sim.Book()[0]
	if data.Reference != m.ID || data.Amount != payment.Cents(m.Amount) || sum != data.Amount || data.Card.Last4 != m.Last4 || data.Status != "paid" || len(data.Lines) == 0 {
		t.Errorf("%+v, the book has %+v", data, m)
	}
}

// attemptOf is the id of the attempt behind a payment of Dana's.
func (b *browser) attemptOf(t testing.TB, w *world, reference string) string {
	t.Helper()
	all, err := w.ledger.AttemptsOf(context.Background(), payment.Patient{Practice: 195900, ID: dana})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.Reference == reference {
			return a.ID
		}
	}
	t.Fatalf("no attempt with %s", reference)
	return ""
}

func pdfText(t testing.TB, body string) string {
	t.Helper()
	tier.Full(t)
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = strings.NewReader(body)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return string(text)
}

// Another patient's payment, and what is none, is not there, in no form.
func TestForeignReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ref := w.visit(dana).paid(t, w, one("claim-501"), "4111111111111111")
	b := w.visit(robin)
	for _, reference := range []string{ref, "1", "0", "-1", "x", "61234x", strings.Repeat("9", 30), "..%2f..%2fpatients", "%00", "4111111111111111"} {
		for _, ending := range []string{"", "/receipt.pdf", "/receipt.html", "/receipt.json"} {
			if a := b.get("/receipts/" + reference + ending); a.status != http.StatusNotFound || strings.Contains(a.body, "52.50") {
				t.Errorf("%s%s: %d", reference, ending, a.status)
			}
		}
		if a := b.post("/receipts/"+reference+"/email", url.Values{"order": {"A"}, "email": {"x@example.com"}}); a.status != http.StatusNotFound {
			t.Errorf("email of %s: %d", reference, a.status)
		}
	}
	if a := b.get("/receipts"); strings.Contains(a.body, ref) || len(w.sim.Mails()) != 0 {
		t.Errorf("%d mails, the list: %s", len(w.sim.Mails()), a.body)
	}
}

// A payment that was taken back says so everywhere, and is not mailed.
func TestReceiptTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	ref := b.paid(t, w, one("claim-501"), "4111111111111111")
	voider, ok := w.practice.Practice.(interface {
		VoidPayment(context.Context, payment.Patient, string) payment.Write
	})
	if !ok {
		t.Fatal("the client does not void")
	}
	if write := voider.VoidPayment(context.Background(), payment.Patient{Practice: 195900, Department: 7, ID: dana}, ref); !write.Done() {
		t.Fatal(write.Evidence)
	}
	if a := b.get("/receipts"); !strings.Contains(a.body, "Payment on November 21, taken back") {
		t.Errorf("%s", a.body)
	}
	a := b.get("/receipts/" + ref)
	if !strings.Contains(a.body, "Payment of $52.50, taken back") || !strings.Contains(a.body, "it paid for nothing") || strings.Contains(a.body, "Paid. This") || strings.Contains(a.body, `name="email"`) {
		t.Errorf("%s", a.body)
	}
	if text := pdfText(t, b.get("/receipts/"+ref+"/receipt.pdf").body); !strings.Contains(text, "Taken back") {
		t.Errorf("%s", text)
	}
}

// Before the practice's system lists a payment its receipt is made from our own
// attempt and says so; once listed, it is the practice's.
func TestReceiptBeforeItIsListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	real := w.practice.Practice
	hidden := true
	w.practice.Practice = lagging{real, &hidden}
	ref := b.paid(t, w, one("claim-501"), "4111111111111111")
	for _, a := range []answer{b.get("/receipts"), b.get("/receipts/" + ref)} {
		if a.status != 200 || !strings.Contains(a.body, "$52.50") || !strings.Contains(a.body, "system does not show this yet") {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	a := b.get("/receipts/" + ref)
	if !strings.Contains(a.body, "Paid. This is not a bill.") || !strings.Contains(a.body, "Not on this receipt") || strings.Contains(a.body, `name="email"`) {
		t.Errorf("%s", a.body)
	}
	if a := b.get("/receipts/" + ref + "/receipt.pdf"); !strings.Contains(pdfText(t, a.body), "$52.50") {
		t.Error("no PDF of it")
	}
	if a := w.visit(robin).get("/receipts/" + ref); a.status != 404 {
		t.Errorf("somebody else's: %d", a.status)
	}
	hidden = false
	for _, a := range []answer{b.get("/receipts"), b.get("/receipts/" + ref)} {
		if strings.Contains(a.body, "system does not show this yet") || strings.Count(a.body, `href="/receipts/`+ref+`"`) > 1 {
			t.Errorf("%s", a.body)
		}
	}
	// Listed, but not to be read: nothing is made up.
	w.practice.Practice = unread{real}
	if a := b.get("/receipts/" + ref); a.status != http.StatusServiceUnavailable {
		t.Errorf("unread: %d", a.status)
	}
}

// lagging lists no receipts while they are hidden.
type lagging struct {
	Practice
	hidden *bool
}

func (l lagging) Receipts(ctx context.Context, p payment.Patient) ([]payment.ReceiptSummary, error) {
	if *l.hidden {
		return nil, nil
	}
	return l.Practice.Receipts(ctx, p)
}

func (l lagging) Receipt(ctx context.Context, p payment.Patient, reference string) (payment.Receipt, error) {
	if *l.hidden {
		return payment.Receipt{}, errors.New("no such payment")
	}
	return l.Practice.Receipt(ctx, p, reference)
}

type unread struct{ Practice }

func (unread) Receipt(context.Context, payment.Patient, string) (payment.Receipt, error) {
	return payment.Receipt{}, errors.New("down")
}

// A payment whose result is not known stands at the top of the list; the day
// the practice's list cannot be read, nothing is said of what there is.
func TestReceiptsInDoubt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Hour})
	b := w.visit(dana)
	id := b.choose(t, one("claim-501"))
	b.post("/pay/"+id, card("number", "4000000000009029"))
	w.drain()
	if a := b.get("/receipts"); !strings.Contains(a.body, "The result of a payment is not known yet") || !strings.Contains(a.body, `href="/payments/`+id+`"`) {
		t.Errorf("%s", a.body)
	}
	w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return nil, errors.New("down") }
	if a := b.get("/receipts"); a.status != http.StatusServiceUnavailable || strings.Contains(a.body, "no payments yet") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// An agreement is in the list with its limit, and its page has the text that
// was signed, every line of it. A card that was only stored is no payment.
func TestReceiptOfAnAgreement(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.keeps(lee.ID, func(c claimSet) { c["sub"] = "2026 1128 0009 1" }) // kept as a digest
	b.add(t, "5555555555554444")
	id := b.agreeing(t, leesVisit, "250")
	b.post("/agree/"+id, b.signed(t, id))
	w.drain()
	list := b.get("/receipts")
	if !strings.Contains(list.body, "Card on file agreement, up to $250.00") || strings.Contains(list.body, "4444") || strings.Contains(list.body, "$0.00") {
		t.Errorf("%s", list.body)
	}
	made := w.agreements(lee)
	if len(made) != 1 || made[0].Payment == "" {
		t.Fatalf("%+v", made)
	}
	a := b.get("/receipts/" + made[0].Payment)
	consent, err := w.ledger.Consent(context.Background(), lee, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range append(strings.Split(consent.Text, "\n"), consent.Version, "English", "Up to $250.00 in all", "No money was taken", "Agreed by", "You<") {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %q: %s", want, a.body)
		}
	}
	// Made elsewhere: the text is the practice's.
	if made := w.client().AgreeForYear(context.Background(), lee, payment.AgreementTerms{Max: payment.Cents(30000), Email: "lee@example.com"}, testCard()); !made.Done() {
		t.Fatal(made.Evidence)
	}
	for _, other := range w.agreements(lee) {
		if other.Payment != made[0].Payment {
			if a := b.get("/receipts/" + other.Payment); a.status != 200 || !strings.Contains(a.body, "The text that was agreed to is not kept here") || !strings.Contains(a.body, "Up to $300.00") {
				t.Errorf("%d %s", a.status, a.body)
			}
		}
	}
	if n := len(w.agreements(lee)); n != 2 {
		t.Errorf("%d agreements", n)
	}
}

// A payer is named on what they paid, and on nothing else: of several people,
// each has receipts of their own. Some portals name them by what looks like a card.
func TestReceiptsOfSeveralPeople(t *testing.T) {
	t.Parallel()
	for _, subject := range []string{"morgan", "4111111111111111", "2026 1128 0009 1"} {
		t.Run(subject, func(t *testing.T) { receiptsOfSeveralPeople(t, subject) })
	}
}

func receiptsOfSeveralPeople(t *testing.T, subject string) {
	t.Parallel()
	w := newWorld(t, setup{})
	theirs := w.visit(dana).paid(t, w, one("claim-502"), "4111111111111111")
	b := w.browser()
	b.launch(family(w, map[int]string{dana: "Dana Sam"}, func(c claimSet) { c["name"], c["sub"] = "Morgan <b>Sam", subject }, dana, robin))
	ref := b.paid(t, w, one("claim-501"), "5555555555554444")
	if a := b.get("/receipts/" + ref); !strings.Contains(a.body, "<dt>Paid by") || !strings.Contains(a.body, "Morgan &lt;b&gt;Sam") || strings.Contains(a.body, "<b>Sam") {
		t.Errorf("%s", a.body)
	}
	if a := b.get("/receipts/" + theirs); a.status != 200 || strings.Contains(a.body, "<dt>Paid by") {
		t.Errorf("what the patient paid: %d %s", a.status, a.body)
	}
	page := b.get("/receipts/" + ref)
	b.payFor(t, "1")
	if a := b.get("/receipts"); strings.Contains(a.body, ref) || !strings.Contains(a.body, "There are no payments yet") {
		t.Errorf("%s", a.body)
	}
	if a := b.get("/receipts/" + ref); a.status != 404 {
		t.Errorf("%d", a.status)
	}
	a := b.post("/receipts/"+ref+"/email", url.Values{"person": {page.hiddenValue(t, "person")}, "order": {page.hiddenValue(t, "order")}, "email": {"x@example.com"}})
	if a.status != http.StatusConflict || len(w.sim.Mails()) != 0 {
		t.Errorf("a form printed for the other: %d, %d mails", a.status, len(w.sim.Mails()))
	}
}
