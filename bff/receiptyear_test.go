package bff

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// listing has the practice's list of a patient's payments be rows of "number type
// amount day time".
func (w *world) listing(rows ...string) {
	for i, r := range rows {
		f := strings.Fields(r)
		rows[i] = `{"epaymentid":"` + f[0] + `","requestdate":"` + f[3] + " " + f[4] + `","type":"` + f[1] + `","amount":"` + f[2] + `","cardtypeabbreviation":"VI","cardnumberlast4digits":"1111"}`
	}
	w.sim.Fault(athenatest.Fault{Endpoint: "receipts", Times: 1000, When: "after", Do: "body", Body: "[" + strings.Join(rows, ",") + "]"})
}

// A year's payments are one document with their total, as page and as files: those
// of the year by the practice's calendar that were paid and kept, and no others; and
// it says what is not in it.
func TestYearOfPayments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	w.portals[0].Address = []string{"1 Harbor Way", "Boston, MA 02110"}
	w.listing("90 PURCHASE 20.25 12/31/2025 23:59:59", "91 PURCHASE 30 01/01/2026 00:00:01", "92 VOIDPURCHASE 7.77 03/01/2026 10:00:00",
		"93 PURCHASE 45.10 12/31/2026 23:30:00", "94 AUTHORIZATION 0 04/01/2026 10:00:00")
	b := w.visit(dana)
	list := b.get("/receipts")
	for _, want := range []string{`href="/receipts/year-2026"`, `href="/receipts/year-2025"`, `<p class="money">$45.10</p>`, "Payment on December 31"} {
		if !strings.Contains(list.body, want) {
			t.Errorf("the list lacks %q: %s", want, list.body)
		}
	}
	page := b.get("/receipts/year-2026")
	bodies := map[string]string{"page": page.body, "pdf": pdfText(t, b.get("/receipts/year-2026/receipt.pdf").body),
		"html": b.get("/receipts/year-2026/receipt.html").body, "json": b.get("/receipts/year-2026/receipt.json").body}
	for kind, body := range bodies {
		body = strings.Join(strings.Fields(body), " ")
		for _, want := range []string{"Harbor Family Medicine", "1 Harbor Way", "Dana Sample", "75.10", "30.00", "45.10", "91", "93", "This is not a bill."} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q: %s", kind, want, body)
			}
		}
		for _, not := range []string{"20.25", "7.77", "Not known"} {
			if strings.Contains(body, not) {
				t.Errorf("%s has %q: %s", kind, not, body)
			}
		}
		for _, note := range []string{"Not in it: cash, checks, what insurance paid, and payments made elsewhere.", "Payments that were taken back are not in it."} {
			if kind != "json" && !strings.Contains(body, note) {
				t.Errorf("%s does not say %q: %s", kind, note, body)
			}
		}
	}
	if page.page() != "receipt" || !strings.Contains(page.body, `href="/receipts/91"`) || !strings.Contains(page.body, `href="/receipts/year-2025"`) || strings.Contains(page.body, `href="/receipts/year-2026"`) {
		t.Errorf("the page: %s", page.body)
	}
	for year, status := range map[string]int{"2027": 200, "99": 404, "02026": 404, "x": 404, "-2026": 404} {
		if a := b.get("/receipts/year-" + year); a.status != status || status == 200 && !strings.Contains(a.body, "No payments in "+year) {
			t.Errorf("%s: %d %s", year, a.status, a.body)
		}
	}
	if a := b.get("/receipts/year-2027/receipt.pdf"); a.status != http.StatusNotFound {
		t.Errorf("a file of nothing: %d", a.status)
	}
	if a := w.visit(robin).get("/receipts/year-2026"); strings.Contains(a.body, "Dana Sample") {
		t.Errorf("another patient's: %s", a.body)
	}
}

// Each payment is said with what it was for, also where only this server knows; what
// cannot be read is left out and said, and the total stays.
func TestYearSaysWhatFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	first := b.paid(t, w, one("claim-501"), "4111111111111111")
	second := b.paid(t, w, one("claim-502"), "4111111111111111")
	book := w.sim.Book()
	want := payment.Cents(book[0].Amount).Plus(payment.Cents(book[1].Amount))
	read := func() (data struct {
		Amount   payment.Amount
		Payments int
		Lines    []struct {
			Paid                                          payment.Amount
			Reference, PaidOn, DateOfService, Description string
		}
	}) {
		t.Helper()
		a := b.get("/receipts/year-2026/receipt.json")
		if err := json.Unmarshal([]byte(a.body), &data); err != nil {
			t.Fatal(err, a.body)
		}
		return data
	}
	data, sum := read(), payment.Amount{}
	for i, l := range data.Lines {
		sum = sum.Plus(l.Paid)
		if l.Description == "" || l.DateOfService == "" || l.PaidOn != "2026-11-21" || l.Reference != []string{first, second}[i] {
			t.Errorf("%+v", l)
		}
	}
	if data.Amount != want || sum != want || data.Payments != 2 || len(data.Lines) != 2 {
		t.Errorf("%+v, want %s", data, want)
	}
	w.sim.Fault(athenatest.Fault{Endpoint: "patient", Times: 1000, When: "before", Do: "status", Status: 500})
	if again := read(); again.Amount != want || len(again.Lines) != 2 {
		t.Errorf("%+v", again)
	}
	if a := b.get("/receipts/year-2026"); a.status != 200 || !strings.Contains(a.body, "cannot be read right now") || !strings.Contains(a.body, want.Display()) {
		t.Errorf("%d %s", a.status, a.body)
	}
}
