package bff

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// desk is a browser of the practice's staff.
func (w *world) desk(subject string, changes ...any) *browser {
	w.t.Helper()
	b := w.browser()
	a := b.launch(harborEd.token(w, func(_, c claimSet) {
		c["role"], c["sub"] = roleStaff, subject
		for i := 0; i < len(changes); i += 2 {
			c[changes[i].(string)] = changes[i+1]
		}
	}))
	if a.status != http.StatusSeeOther {
		w.t.Fatalf("launch: %d %s", a.status, a.body)
	}
	b.get(a.to())
	return b
}

// doubt is a payment of Dana's that waits for a person.
func (w *world) doubt(form url.Values) (id string) {
	w.t.Helper()
	w.practice.outcome(payment.Outcome{State: payment.Unknown, Evidence: "connection reset"})
	b := w.visit(dana)
	id = b.choose(w.t, form)
	b.post("/pay/"+id, card())
	w.drain()
	w.practice.collect = nil
	if _, err := w.ledger.Ask(context.Background(), id, "Receipt 777 could be it, but was made at another time."); err != nil {
		w.t.Fatal(err)
	}
	return id
}

func decision(found, reference, why string) url.Values {
	return url.Values{"found": {found}, "reference": {reference}, "why": {why}}
}

// Staff see what waits and the evidence, and decide with a reason; the payer
// sees what they decided, and may pay again what was not taken.
func TestStaffDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Minute})
	payer := w.visit(dana)
	paid := payer.choose(t, one("claim-503"))
	payer.post("/pay/"+paid, card())
	w.drain()
	id := w.doubt(one("claim-501"))
	b := w.desk("eve")
	if a := b.get("/pay"); !strings.Contains(a.body, "1 payment of the practice waits for a decision") {
		t.Error("the amount page does not lead there")
	}
	if a := b.get("/desk/doubts"); a.page() != "doubts" || !strings.Contains(a.body, "/desk/doubts/"+id) || !strings.Contains(a.body, "Receipt 777 could be it") {
		t.Errorf("list: %d %s", a.status, a.body)
	}
	a := b.get("/desk/doubts/" + id)
	taken, _ := w.ledger.Attempt(context.Background(), payment.Patient{Practice: 195900, ID: dana}, paid)
	for _, want := range []string{"Was this payment of $52.50 taken?", "Dana Sample", "Visa ending in 1111", "connection reset", "harbor/member-5551",
		taken.Reference, "Belongs to attempt " + taken.SupportCode(), "What did you find?"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("without %q", want)
		}
	}
	for _, row := range []struct {
		form url.Values
		says string
	}{
		{decision("", "", "called the bank"), "Choose what you found"},
		{decision("declined", "", "called the bank"), "Choose what you found"},
		{decision("absent", "", "  "), "Write how you know"},
		{decision("taken", "6123x", "seen"), "only digits"},
		{decision("taken", taken.Reference, "seen"), "already belongs to the attempt " + taken.SupportCode()},
		{decision("taken", "", "card 4111 1111 1111 1111"), "Take the card number out"},
	} {
		if a := b.post("/desk/doubts/"+id, row.form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, row.says) {
			t.Errorf("%v: %d", row.form, a.status)
		}
	}
	if a := payer.get("/payments/" + id); a.outcome() != "unknown" || !strings.Contains(a.body, "A person has to look at this payment") {
		t.Errorf("meanwhile the payer sees %q", a.outcome())
	}
	if a := b.post("/desk/doubts/"+id, decision("absent", "", "the bank knows of nothing")); a.status != http.StatusUnprocessableEntity ||
		!strings.Contains(a.body, "This can be decided from 10:03 AM EST on.") || !strings.Contains(a.body, "the bank knows of nothing") {
		t.Errorf("too early: %d %s", a.status, a.body)
	}
	w.clock.advance(4 * time.Minute)
	if a := b.post("/desk/doubts/"+id, decision("absent", "", "the bank knows of nothing")); a.to() != "/desk/doubts/"+id {
		t.Fatalf("%d to %q", a.status, a.to())
	}
	if a := b.get("/desk/doubts/" + id); !strings.Contains(a.body, "harbor/eve") || !strings.Contains(a.body, "absent: the bank knows of nothing") || strings.Contains(a.body, "What did you find?") {
		t.Errorf("decided: %s", a.body)
	}
	if a := payer.get("/payments/" + id); a.outcome() != "not_sent" || !strings.Contains(a.body, "You can pay now") {
		t.Errorf("the payer sees %q", a.outcome())
	}
	if a := payer.post("/payments/"+id+"/again", nil); !strings.HasPrefix(a.to(), "/pay/") {
		t.Errorf("again: to %q", a.to())
	}
	if a := b.get("/desk/doubts"); strings.Contains(a.body, id) {
		t.Error("still in the list")
	}
}

// What a person found to be taken is so for the payer, too.
func TestStaffFindItTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	id := w.doubt(one("claim-501"))
	row := payment.Receipt{Reference: "61299", Type: "PURCHASE", Time: w.clock.now(), Amount: payment.Cents(5250), Brand: payment.Visa, Last4: "1111"}
	w.practice.receipts = func() ([]payment.Receipt, error) { return []payment.Receipt{row}, nil }
	b := w.desk("eve")
	if a := b.post("/desk/doubts/"+id, decision("taken", "", "the receipt shows it")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Enter the payment number") {
		t.Errorf("without its number: %d", a.status)
	}
	if a := b.post("/desk/doubts/"+id, decision("taken", "61298", "the receipt shows it")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "do not list payment 61298") {
		t.Errorf("with another number: %d", a.status)
	}
	if a := b.post("/desk/doubts/"+id+"/look", nil); a.to() != "/desk/doubts/"+id {
		t.Errorf("look again: %d", a.status)
	}
	if due, err := w.ledger.LooksDue(context.Background(), 10); err != nil || len(due) != 1 {
		t.Errorf("%d to be looked up, %v", len(due), err)
	}
	b.post("/desk/doubts/"+id, decision("taken", "61299", "the receipt shows it"))
	if a := w.visit(dana).get("/payments/" + id); a.outcome() != "taken" || !strings.Contains(a.body, "61299") {
		t.Errorf("%q %s", a.outcome(), a.body)
	}
}

// From $500.00 on two people have to say that no money was taken.
func TestTwoPeopleDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Second})
	w.practice.statement = func() (payment.Statement, error) {
		return payment.Statement{Name: "Dana Sample", Bills: []payment.Bill{{ID: "claim-501", Kind: payment.Claim, Number: "501", Balance: payment.Cents(50000), Owed: payment.Cents(50000)}}}, nil
	}
	id := w.doubt(everything)
	w.clock.advance(3 * time.Minute)
	absent := decision("absent", "", "the bank knows of nothing")
	eve, joe := w.desk("eve"), w.desk("joe")
	for range 2 {
		eve.post("/desk/doubts/"+id, absent)
		if a := joe.get("/desk/doubts/" + id); !strings.Contains(a.body, "harbor/eve has said so already") || !strings.Contains(a.body, "What did you find?") {
			t.Errorf("after one: %s", a.body)
		}
	}
	joe.post("/desk/doubts/"+id, absent)
	if a := joe.get("/desk/doubts/" + id); !strings.Contains(a.body, "Not taken") || strings.Contains(a.body, "What did you find?") {
		t.Errorf("after two: %s", a.body)
	}
}

// The pages are there for staff of the practice, and for nobody else; who has
// been away from the portal for long decides nothing.
func TestWhoMayDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	id := w.doubt(one("claim-501"))
	mesa := w.browser()
	mesa.launch(mesaEd.token(w, func(_, c claimSet) {
		c["role"], c["practiceid"], c["iss"], c["return_url"] = roleStaff, 777, "mesa", mesaOrigin+"/"
	}), "Origin", mesaOrigin)
	for name, b := range map[string]*browser{"a patient": w.visit(dana), "another patient": w.visit(40212), "a payer": w.desk("pat", "role", "payer"), "another practice's staff": mesa} {
		for _, call := range []struct{ method, path string }{{"GET", "/desk/doubts"}, {"GET", "/desk/doubts/" + id}, {"POST", "/desk/doubts/" + id}, {"POST", "/desk/doubts/" + id + "/look"}} {
			if name == "another practice's staff" && call.path == "/desk/doubts" {
				if a := b.get(call.path); a.status != http.StatusOK || strings.Contains(a.body, id) {
					t.Errorf("%s: %d", name, a.status)
				}
				continue
			}
			if a := b.do(call.method, call.path, decision("absent", "", "so")); a.status != http.StatusNotFound || strings.Contains(a.body, "52.50") {
				t.Errorf("%s: %s %s: %d", name, call.method, call.path, a.status)
			}
		}
	}
	b := w.desk("eve")
	for range 4 {
		w.clock.advance(staffDecides / 3)
		b.get("/desk/doubts")
	}
	if a := b.post("/desk/doubts/"+id, decision("absent", "", "so")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Open it again from your portal") {
		t.Errorf("long after the launch: %d", a.status)
	}
	w.clock.advance(-4 * staffDecides / 3)
	if a := w.visit(dana).get("/payments/" + id); a.outcome() != "unknown" {
		t.Errorf("decided all the same: %q", a.outcome())
	}
	if a := b.get("/desk/doubts"); !strings.Contains(a.body, id) {
		t.Error("gone from the list")
	}
}

// A payment that turned out to be taken after it was called absent waits for
// somebody to look; that it was not taken cannot be said any more.
func TestStaffLookAtALateTruth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	id := w.doubt(one("claim-501"))
	ctx := context.Background()
	for _, o := range []payment.Outcome{{State: payment.Absent}, {State: payment.Taken, Reference: "61299"}} {
		if _, err := w.ledger.Find(ctx, id, o); err != nil {
			t.Fatal(err)
		}
	}
	b := w.desk("eve")
	a := b.get("/desk/doubts/" + id)
	if !strings.Contains(a.body, "the payer may have paid again") || strings.Contains(a.body, "the patient may pay again") || strings.Contains(a.body, "Read the receipts again") {
		t.Errorf("%s", a.body)
	}
	if a := b.post("/desk/doubts/"+id, decision("absent", "", "so")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "The payment was taken: that is known") {
		t.Errorf("called absent: %d", a.status)
	}
	w.practice.receipts = func() ([]payment.Receipt, error) { return nil, nil }
	b.post("/desk/doubts/"+id, decision("taken", "", "voided the second one"))
	if a := b.get("/desk/doubts"); strings.Contains(a.body, id) {
		t.Error("still waits")
	}
	if a := b.get("/desk/doubts/" + id); !strings.Contains(a.body, "taken: voided the second one") {
		t.Error("what was done is not in the record")
	}
}
