package bff

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// voidable is a card payment of Dana's in the simulator's book, as the address on
// which staff take it back.
func (w *world) voidable() (path string) {
	w.t.Helper()
	b := w.visit(dana)
	b.post("/pay/"+b.choose(w.t, one("claim-503")), card())
	w.drain()
	book := w.sim.Book()
	if len(book) != 1 || book[0].Kind != "PURCHASE" {
		w.t.Fatalf("book: %+v", book)
	}
	return "/desk/patients/40211/void/" + book[0].ID
}

// voids counts what the simulator gave back.
func (w *world) voids() (n int) {
	for _, m := range w.sim.Book() {
		if m.Kind == "VOID" {
			n++
		}
	}
	return n
}

// A payment can be taken back until 20:00 in New York, to the second; from then on
// the page says what can be done instead, and nothing is sent.
func TestVoidUntilTheHour(t *testing.T) {
	t.Parallel()
	books, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		past time.Duration
		open bool
	}{{"a second before", -time.Second, true}, {"at eight", 0, false}, {"a day after", 24 * time.Hour, false}} {
		w := newWorld(t, setup{})
		path := w.voidable()
		paid := w.sim.Book()[0].Time
		w.clock.advance(payment.VoidUntil(paid, books).Add(row.past).Sub(w.clock.now()))
		eve := w.as("biller")
		a := eve.get(path)
		if a.status != http.StatusOK || a.says("Only the whole payment can be taken back.") != row.open || a.says("Issue Patient Refund") == row.open {
			t.Errorf("%s: %d %s", row.name, a.status, a.body)
		}
		eve.post(path, url.Values{"reason": {"twice"}})
		w.drain()
		if asked := w.sim.Count("voidpayment") > 0; asked != row.open {
			t.Errorf("%s: asked the upstream: %v", row.name, asked)
		}
	}
}

// However often, and by how many people at once, one payment is taken back: it goes
// back once.
func TestVoidOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	path := w.voidable()
	var all sync.WaitGroup
	for range 4 {
		eve := w.as("biller")
		eve.get(path)
		for range 3 {
			tab := *eve
			all.Go(func() {
				if a := tab.post(path, url.Values{"reason": {"amount"}}); a.status != http.StatusSeeOther && a.status != http.StatusUnprocessableEntity {
					t.Errorf("%d %s", a.status, a.body)
				}
			})
		}
	}
	all.Wait()
	w.drain()
	if w.voids() != 1 || w.sim.Count("voidpayment") != 1 {
		t.Errorf("%d voids, %d asked for: %+v", w.voids(), w.sim.Count("voidpayment"), w.sim.Book())
	}
}

// An answer that is lost is found out from the receipts, and never asked for again;
// until then nobody is told that the money went back, or that it did not.
func TestLostVoid(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		when, outcome, says string
		voids               int
	}{
		{"after", "taken", "was taken back", 1},
		{"before", "not_sent", "was not taken back", 0},
	} {
		w := newWorld(t, setup{delay: time.Minute})
		path := w.voidable()
		w.sim.Fault(athenatest.Fault{Endpoint: "voidpayment", When: row.when, Do: "cut"})
		eve := w.as("biller")
		eve.get(path)
		made := eve.post(path, url.Values{"reason": {"patient"}})
		w.drain()
		a := eve.get(made.to())
		if a.outcome() != "unknown" || !a.says("Do not take it back again") {
			t.Errorf("%s: %s %s", row.when, a.outcome(), a.body)
		}
		if a := eve.post(path, url.Values{"reason": {"patient"}}); a.status != http.StatusUnprocessableEntity && !a.says("already") {
			t.Errorf("%s, once more: %d %s", row.when, a.status, a.body)
		}
		w.later(5 * time.Minute)
		eve = w.as("biller")
		if a := eve.get(made.to()); a.outcome() != row.outcome || !a.says(row.says) {
			t.Errorf("%s, in the end: %s %s", row.when, a.outcome(), a.body)
		}
		if w.voids() != row.voids || w.sim.Count("voidpayment") != 1 {
			t.Errorf("%s: %d voids, asked for %d times", row.when, w.voids(), w.sim.Count("voidpayment"))
		}
	}
}

// A front desk takes back what it took itself, and nothing of anybody else's: not
// by the page, and not by a form that it has of its own.
func TestFrontDeskVoidsItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	others := w.voidable()
	fred := w.as("front_desk")
	fred.get("/pay")
	fred.post("/pay/"+fred.choose(t, one("claim-502")), card())
	w.drain()
	book := w.sim.Book()
	own := "/desk/patients/40211/void/" + book[len(book)-1].ID
	if a := fred.get(own); a.status != http.StatusOK || !a.says("Why?") {
		t.Fatalf("own: %d %s", a.status, a.body)
	}
	if a := fred.post(others, url.Values{"reason": {"amount"}}); a.status != http.StatusForbidden || w.sim.Count("voidpayment") != 0 {
		t.Errorf("somebody else's: %d %s", a.status, a.body)
	}
	if a := fred.post(own, url.Values{"reason": {"amount"}}); a.status != http.StatusSeeOther {
		t.Errorf("own: %d %s", a.status, a.body)
	}
	w.drain()
	if w.voids() != 1 {
		t.Errorf("book: %+v", w.sim.Book())
	}
}

// While the practice's list still shows the payment as it was, its receipt does
// not say that it was paid: not once it was taken back here, and not while nobody
// knows.
func TestReceiptOfAVoidThatIsNotListed(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ fault, list, says string }{
		{"", "taken back", "Taken back"},
		{"before", "not known if it was paid", "does not say whether this was paid"},
	} {
		w := newWorld(t, setup{})
		path := w.voidable()
		ref := path[strings.LastIndexByte(path, '/')+1:]
		patient := payment.Patient{Practice: 195900, Department: 7, ID: dana}
		listed, itemized := must(w.practice.Practice.Receipts(t.Context(), patient)), must(w.practice.Practice.Receipt(t.Context(), patient, ref))
		w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return listed, nil }
		w.practice.itemized = func(string) (payment.Receipt, error) { return itemized, nil }
		if row.fault != "" {
			w.sim.Fault(athenatest.Fault{Endpoint: "voidpayment", When: row.fault, Do: "cut"})
		}
		eve := w.as("biller")
		eve.get(path)
		eve.post(path, url.Values{"reason": {"patient"}})
		w.drain()
		b := w.visit(dana)
		if a := b.get("/receipts"); !strings.Contains(a.body, row.list) {
			t.Errorf("the list does not say %q: %s", row.list, a.body)
		}
		for kind, body := range map[string]string{"page": b.get("/receipts/" + ref).body, "html": b.get("/receipts/" + ref + "/receipt.html").body,
			"pdf": pdfText(t, b.get("/receipts/"+ref+"/receipt.pdf").body), "json": b.get("/receipts/" + ref + "/receipt.json").body} {
			if text := strings.Join(strings.Fields(body), " "); !strings.Contains(text, row.says) || strings.Contains(text, "Paid. This") {
				t.Errorf("the %s does not say %q: %s", kind, row.says, text)
			}
		}
	}
}
