package bff

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	"paypane/bff/portal"
	"paypane/bff/staff"
	"paypane/web/payment"
)

// vendorPage is the address of Dana's page.
const vendorPage = "/desk/patients/40211/vendor"

// vended is what is typed of a payment of the vendor's.
func vended(reference string, more ...string) url.Values {
	f := url.Values{"externalrefid": {reference}, "paymentmethod": {"MC/VISA"}, "last4": {"1111"}, "vendorterminalid": {"T0042"}}
	for ; len(more) > 0; more = more[2:] {
		f.Set(more[0], more[1])
	}
	return f
}

// kinds counts the movements of the simulator's book.
func (w *world) kinds() map[string]int {
	counted := map[string]int{}
	for _, m := range w.sim.Book() {
		counted[m.Kind]++
	}
	return counted
}

// danas is Dana as the simulator has her.
func (w *world) danas() athenatest.Patient { return w.sim.Patients()[0] }

// record records a payment of the vendor's and answers its result's address.
func (w *world) recordVendor(b *browser, f url.Values) string {
	w.t.Helper()
	if a := b.get(vendorPage); a.status != http.StatusOK {
		w.t.Fatalf("the page: %d %s", a.status, a.body)
	}
	a := b.post(vendorPage, f)
	w.drain()
	if a.status != http.StatusSeeOther {
		w.t.Fatalf("recording: %d %s", a.status, a.body)
	}
	return a.to()
}

// However often it is pressed, in two tabs and by two people at once, one payment of
// the vendor's is booked once.
func TestVendorPaymentOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{vendor: "ACME"})
	tabs := []*browser{w.staffed("eve", staff.Biller), w.staffed("eve", staff.Biller), w.staffed("max", staff.Manager)}
	for _, b := range tabs {
		b.get(vendorPage)
	}
	var all sync.WaitGroup
	for _, b := range tabs {
		for range 3 {
			one := *b
			all.Go(func() {
				if a := one.post(vendorPage, vended("acme-1", "claim-503", "27.25")); a.status != http.StatusSeeOther && a.status != http.StatusUnprocessableEntity {
					t.Errorf("%d %s", a.status, a.body)
				}
			})
		}
	}
	all.Wait()
	w.drain()
	if k := w.kinds(); k["VENDORPAYMENT"] != 1 || w.sim.Count("vendorpayment") != 1 || w.danas().Claims[2].Owed != 0 {
		t.Errorf("book %v, asked %d times", k, w.sim.Count("vendorpayment"))
	}
	// A day later, when the practice's system has forgotten it, and for something else.
	w.clock.advance(25 * time.Hour)
	eve := w.staffed("eve", staff.Biller)
	eve.get(vendorPage)
	if a := eve.post(vendorPage, vended("acme-1", "other", "30")); a.status != http.StatusUnprocessableEntity || !a.says("has the reference acme-1 already") {
		t.Errorf("again: %d %s", a.status, a.body)
	}
	if w.sim.Count("vendorpayment") != 1 {
		t.Errorf("asked %d times", w.sim.Count("vendorpayment"))
	}
}

// What the practice's system has already is told in words, is in doubt, and becomes
// what a person says: it is then refunded by its number.
func TestVendorPaymentRecordedBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{vendor: "ACME"})
	theirs := must(athena.New(athena.Config{URL: w.sim.URL, ClientID: "demo", ClientSecret: "demo", Vendors: map[int]string{195900: "ACME"}, Now: w.clock.now}))
	line := payment.Line{Bill: "other-account", Kind: payment.Unapplied, Number: payment.AccountNumber, Amount: payment.Cents(3000), Balance: payment.Cents(3000)}
	before := theirs.RecordVendorPayment(context.Background(), payment.Patient{Practice: 195900, Department: 7, ID: dana},
		payment.VendorBooking{Booking: payment.Booking{Method: "MC/VISA", Last4: "1111", Charge: payment.Charge{Lines: []payment.Line{line}}}, Reference: "acme-9", Terminal: "T0042"})
	if !before.Done() {
		t.Fatalf("%+v", before)
	}
	eve := w.staffed("eve", staff.Biller)
	result := w.recordVendor(eve, vended("acme-9", "other", "30"))
	a := eve.get(result)
	number := before.Handle.VendorPayment
	if a.outcome() != "unknown" || !a.says("takes the same patient, amount and reference within six hours for one payment") || !a.says("as payment "+number) {
		t.Errorf("%s %s", a.outcome(), a.body)
	}
	id := result[strings.LastIndex(result, "/")+1:]
	for _, who := range []string{"eve", "max"} {
		b := w.staffed(who, staff.Manager)
		b.get("/desk/review/" + id)
		b.post("/desk/review/"+id, url.Values{"found": {"taken"}, "reference": {number}, "why": {"the vendor took it once"}})
	}
	eve = w.staffed("eve", staff.Biller)
	if a := eve.get(result); a.outcome() != "taken" || !a.says(number) {
		t.Errorf("decided: %s %s", a.outcome(), a.body)
	}
	eve.get(refundOf(result))
	undone := eve.post(refundOf(result), url.Values{"reason": {"cancelled"}, "externalrefid": {"acme-9-r"}, "vendorterminalid": {"T0042"}})
	w.drain()
	if a := eve.get(undone.to()); a.outcome() != "taken" || !a.says("$30.00 was refunded") {
		t.Errorf("refund: %d %s %s", undone.status, a.outcome(), a.body)
	}
	if k := w.kinds(); k["VENDORPAYMENT"] != 1 || k["VENDORREFUND"] != 1 {
		t.Errorf("book %v", k)
	}
}

// An answer that is lost, before or after it was done, is told as not known; it is
// never asked for again by a machine, and not by a person either before somebody has
// decided; and what was owed before stands in the record.
func TestLostVendorAnswers(t *testing.T) {
	t.Parallel()
	for _, when := range []string{"before", "after"} {
		for _, act := range []string{"vendorpayment", "vendorrefund", "adjustingcharges"} {
			t.Run(act+" "+when, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, setup{vendor: "ACME"})
				eve := w.staffed("eve", staff.Biller)
				path, form, other := vendorPage, vended("acme-1", "claim-503", "27.25"), vended("acme-2", "claim-503", "27.25")
				switch act {
				case "vendorrefund":
					path = refundOf(w.recordVendor(eve, form))
					form = url.Values{"reason": {"returned"}, "externalrefid": {"acme-1-r"}, "vendorterminalid": {"T0042"}}
					other = url.Values{"reason": {"returned"}, "externalrefid": {"acme-1-s"}, "vendorterminalid": {"T0042"}}
				case "adjustingcharges":
					path, form, other = adjustPage, adjusted("5010", "12.50"), adjusted("5010", "12.50", "reason", "mistake")
				}
				asked := w.danas()
				w.sim.Fault(athenatest.Fault{Endpoint: act, When: when, Do: "cut"})
				eve.get(path)
				made := eve.post(path, form)
				w.drain()
				if a := eve.get(made.to()); a.outcome() != "unknown" || !a.says("It is on the work list") {
					t.Errorf("%d, %s %s", made.status, a.outcome(), a.body)
				}
				for _, again := range []url.Values{form, other} {
					eve.get(path)
					if a := eve.post(path, again); a.status != http.StatusUnprocessableEntity {
						t.Errorf("again: %d to %q", a.status, a.to())
					}
				}
				w.later(5 * time.Minute)
				if n := w.sim.Count(act); n != 1 {
					t.Errorf("asked %d times", n)
				}
				done := map[string]bool{"vendorpayment": w.danas().Claims[2].Owed == 0, "vendorrefund": w.kinds()["VENDORREFUND"] == 1, "adjustingcharges": w.danas().Claims[0].Owed == asked.Claims[0].Owed-1250}
				if done[act] != (when == "after") {
					t.Errorf("done: %v", done[act])
				}
				id := made.to()[strings.LastIndex(made.to(), "/")+1:]
				evidence := ""
				for _, e := range must(w.ledger.Events(context.Background(), id)) {
					evidence += e.Evidence
				}
				if !strings.Contains(evidence, "before: owed ") {
					t.Errorf("evidence %s", evidence)
				}
			})
		}
	}
}

// From the practice's limit on it takes two people, the second with a right to
// approve, and what is owed as it was when the first one asked. Whoever acts has
// proved just now who they are.
func TestVendorTwoPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{vendor: "ACME"})
	eve := w.staffed("eve", staff.Biller)
	path := refundOf(w.recordVendor(eve, vended("acme-1", "other", "90")))
	refund := url.Values{"reason": {"returned"}, "reasontext": {"taken twice"}, "externalrefid": {"acme-1-r"}, "vendorterminalid": {"T0042"}}
	if a := eve.get(path); !a.says("A second person has to approve") {
		t.Errorf("%s", a.body)
	}
	asked := eve.post(path, refund)
	if !strings.HasPrefix(asked.to(), "/desk/approvals/") || w.sim.Count("vendorrefund") != 0 {
		t.Fatalf("%d to %q, asked %d times", asked.status, asked.to(), w.sim.Count("vendorrefund"))
	}
	id := strings.TrimPrefix(asked.to(), "/desk/approvals/")
	if a := eve.get("/desk/patients/40211/undone/" + id); a.to() != asked.to() {
		t.Errorf("before it is sent: %d to %q", a.status, a.to())
	}
	if a := eve.post(asked.to(), nil); a.status != http.StatusForbidden {
		t.Errorf("a biller approves: %d", a.status)
	}
	max := w.staffed("max", staff.Manager)
	if a := max.get(asked.to()); !a.says("taken twice") || !a.says("acme-1-r") || !a.says("Given back by the vendor after it had settled") {
		t.Errorf("%s", a.body)
	}
	done := max.post(asked.to(), nil)
	w.drain()
	if a := max.get(done.to()); a.outcome() != "taken" || !a.says("$90.00 was refunded") {
		t.Errorf("%d to %q: %s", done.status, done.to(), a.body)
	}
	if a := max.post(asked.to(), nil); a.status == http.StatusSeeOther && w.sim.Count("vendorrefund") != 1 {
		t.Errorf("approved again: %d", a.status)
	}

	// What is owed changes before the second one approves: it is not done.
	eve.get(adjustPage)
	asked = eve.post(adjustPage, adjusted("5010", "52.50", "closes", "501"))
	if a := max.get(asked.to()); !a.says("Adjustment of $52.50, Dana Sample") || !a.says("the claim is closed") {
		t.Errorf("%d to %q: %s", asked.status, asked.to(), a.body)
	}
	eve.get(vendorPage)
	if a := eve.post(vendorPage, vended("acme-2", "claim-501", "10")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	w.drain()
	if a := max.post(asked.to(), nil); a.status != http.StatusConflict || !a.says("What is owed has changed since this was asked for.") || w.sim.Count("adjustingcharges") != 0 {
		t.Errorf("%d %s", a.status, a.body)
	}
	eve.get(adjustPage)
	asked = eve.post(adjustPage, adjusted("5020", "40.25", "closes", "502"))
	done = max.post(asked.to(), nil)
	w.drain()
	if a := max.get(done.to()); a.outcome() != "taken" || !a.says("$40.25 was taken off") || w.sim.Count("adjustingcharges") != 1 {
		t.Errorf("%d to %q: %s", done.status, done.to(), a.body)
	}
	if k := w.kinds(); k["VENDORREFUND"] != 1 || w.sim.Count("vendorrefund") != 1 {
		t.Errorf("book %v, asked %d times", k, w.sim.Count("vendorrefund"))
	}
}

// Six minutes after somebody signed in they have to do it again before a refund or an
// adjustment, and nothing is sent before that.
func TestVendorStepUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{vendor: "ACME"})
	eve := w.staffed("eve", staff.Biller)
	path := refundOf(w.recordVendor(eve, vended("acme-1", "claim-503", "27.25")))
	for range 3 {
		w.clock.advance(2 * time.Minute)
		eve.post("/desk/stay", nil)
	}
	for page, form := range map[string]url.Values{path: {"reason": {"returned"}, "externalrefid": {"acme-1-r"}, "vendorterminalid": {"T0042"}}, adjustPage: adjusted("5010", "1")} {
		b := *eve
		b.get(page)
		if a := b.post(page, form); a.to() != "/desk/sign-in?leave" {
			t.Errorf("%s: %d to %q", page, a.status, a.to())
		}
	}
	if n := w.sim.Count("vendorrefund") + w.sim.Count("adjustingcharges"); n != 0 {
		t.Errorf("asked %d times", n)
	}
}

// Where a practice has no vendor there is nothing of it: no page, and no way there.
func TestWithoutVendor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{vendorless: true})
	eve := w.staffed("eve", staff.Biller)
	if a := eve.get("/desk/patients/40211"); a.status != http.StatusOK || a.says("vendor") {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, page := range []string{vendorPage, adjustPage, "/desk/patients/40211/refund/" + strings.Repeat("A", 26)} {
		if a := eve.get(page); a.status != http.StatusNotFound {
			t.Errorf("GET %s: %d", page, a.status)
		}
		eve.get("/desk/patients/40211/take") // whose forms are for this patient
		if a := eve.post(page, adjusted("5010", "1")); a.status != http.StatusNotFound {
			t.Errorf("POST %s: %d", page, a.status)
		}
	}
	if w.sim.Count("vendorpayment")+w.sim.Count("adjustingcharges") != 0 {
		t.Error("the upstream was asked")
	}
}

// A portals file that names another vendor than the one under which the upstream is
// called starts nothing.
func TestVendorCodesThatDoNotFit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{vendor: "ACME"})
	cfg := Config{Origin: payOrigin, Practice: w.practice, Ledger: w.ledger, Keys: [][]byte{make([]byte, 32)}}
	for code, fits := range map[string]bool{"ACME": true, "OTHER": false} {
		cfg.Portals = portal.Portals{{ID: "harbor", Origins: []string{harborOrigin}, Practices: []int{195900}, Desks: []*portal.Desk{{Practice: 195900, VendorCode: code}}}}
		if err := cfg.check(); (err == nil) != fits || err != nil && !strings.Contains(err.Error(), `"OTHER"`) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// A vendor that numbers its payments with long numbers is recorded like any other:
// what is typed stays on the page while something else is wrong, and over a sign-in;
// it is sent and shown as it is. Where it may be a card's number it is refused and is
// nowhere on the page.
func TestVendorWithLongNumbers(t *testing.T) {
	t.Parallel()
	const long, terminal = "202611210017", "000000000042"
	w := newWorld(t, setup{vendor: "ACME"})
	eve := w.staffed("eve", staff.Biller)
	eve.get(vendorPage)
	f := vended(long, "vendorterminalid", terminal, "other", "30")
	for _, card := range []string{"4111111111111111", "9999-9999.9999/9995"} {
		for _, field := range []string{"externalrefid", "vendorterminalid"} {
			g := maps.Clone(f)
			g.Set(field, card)
			if a := eve.post(vendorPage, g); a.status != http.StatusUnprocessableEntity || !a.says("That could be the number of a card") || a.says(card) {
				t.Errorf("%s in %s: %d %s", card, field, a.status, a.body)
			}
		}
	}
	g := maps.Clone(f)
	g.Set("last4", "1")
	if a := eve.post(vendorPage, g); a.status != http.StatusUnprocessableEntity || !a.says(`value="`+long+`"`) || !a.says(`value="`+terminal+`"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	result := w.recordVendor(eve, f)
	if a := eve.get(result); a.outcome() != "taken" || !a.says(long) || !a.says(terminal) {
		t.Errorf("%s %s", a.outcome(), a.body)
	}
	// As it was typed: the simulator knows it again.
	theirs := must(athena.New(athena.Config{URL: w.sim.URL, ClientID: "demo", ClientSecret: "demo", Vendors: map[int]string{195900: "ACME"}, Now: w.clock.now}))
	line := payment.Line{Bill: "other-account", Kind: payment.Unapplied, Number: payment.AccountNumber, Amount: payment.Cents(3000), Balance: payment.Cents(3000)}
	again := theirs.RecordVendorPayment(context.Background(), payment.Patient{Practice: 195900, Department: 7, ID: dana},
		payment.VendorBooking{Booking: payment.Booking{Method: "MC/VISA", Last4: "1111", Charge: payment.Charge{Lines: []payment.Line{line}}}, Reference: long, Terminal: terminal})
	if !again.Handle.PreviouslyRecorded || w.kinds()["VENDORPAYMENT"] != 1 {
		t.Errorf("it was sent as another: %+v, book %v", again, w.kinds())
	}
	w.clock.advance(10 * time.Minute) // the page is covered, and the form comes meanwhile
	refund := url.Values{"reason": {"returned"}, "externalrefid": {long + "-r"}, "vendorterminalid": {terminal}}
	eve.post(refundOf(result), refund)
	next, err := w.signIn(t, eve, w.person("eve", staff.Biller))
	if kept := eve.get(next); err != nil || kept.hiddenValue(t, "externalrefid") != long+"-r" || kept.hiddenValue(t, "vendorterminalid") != terminal {
		t.Errorf("%v, goes on at %q: %s", err, next, kept.body)
	}
}
