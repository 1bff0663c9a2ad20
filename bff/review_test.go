package bff

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/desk"
	"paypane/bff/portal"
	"paypane/web/payment"
)

// desk is a browser of the practice's staff.
func (w *world) desk(subject string, changes ...any) *browser {
	w.t.Helper()
	b := w.browser()
	a := b.launch(harborEd.token(w, func(_, c claimSet) {
		c["role"], c["sub"] = portal.RoleStaff, subject
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
	if _, err := w.ledger.Escalate(context.Background(), id, "Receipt 777 could be it, but was made at another time."); err != nil {
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
	if a := b.get("/desk/review"); a.page() != "desk-review" || !strings.Contains(a.body, "/desk/review/"+id) || !strings.Contains(a.body, "Receipt 777 could be it") {
		t.Errorf("list: %d %s", a.status, a.body)
	}
	a := b.get("/desk/review/" + id)
	taken, _ := w.ledger.AttemptForPatient(context.Background(), payment.Patient{Practice: 195900, ID: dana}, paid)
	for _, want := range []string{"Was this payment of $52.50 taken?", "Dana Sample", "Visa ending in 1111", "The payer, online (account member-5551 of the portal harbor)", "Sent from here on: athenaOne may have it.", "what became of it.",
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
		if a := b.post("/desk/review/"+id, row.form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, row.says) {
			t.Errorf("%v: %d", row.form, a.status)
		}
	}
	if a := payer.get("/payments/" + id); a.outcome() != "unknown" || !a.says("A person has to look at this payment") || a.says("If we still do not know") {
		t.Errorf("meanwhile the payer sees %q", a.outcome())
	}
	if a := b.post("/desk/review/"+id, decision("absent", "", "the bank knows of nothing")); a.status != http.StatusUnprocessableEntity ||
		!strings.Contains(a.body, "This can be decided from 10:03 AM EST on.") || !strings.Contains(a.body, "the bank knows of nothing") {
		t.Errorf("too early: %d %s", a.status, a.body)
	}
	w.clock.advance(4 * time.Minute)
	if a := b.post("/desk/review/"+id, decision("absent", "", "the bank knows of nothing")); a.to() != "/desk/review/"+id {
		t.Fatalf("%d to %q", a.status, a.to())
	}
	if a := b.get("/desk/review/" + id); !a.says("account eve of the portal harbor") || !a.says("<p>Decided that no money was taken.</p>") || !a.says(">the bank knows of nothing</p>") || strings.Contains(a.body, "What did you find?") {
		t.Errorf("decided: %s", a.body)
	}
	if a := payer.get("/payments/" + id); a.outcome() != "not_sent" || !strings.Contains(a.body, "You can pay now") {
		t.Errorf("the payer sees %q", a.outcome())
	}
	if a := payer.post("/payments/"+id+"/again", nil); !strings.HasPrefix(a.to(), "/pay/") {
		t.Errorf("again: to %q", a.to())
	}
	if a := b.get("/desk/review"); strings.Contains(a.body, id) {
		t.Error("still in the list")
	}
}

// What a person found to be taken is so for the payer, too.
func TestStaffFindItTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	id := w.doubt(one("claim-501"))
	row := payment.ReceiptSummary{Reference: "61299", Type: "PURCHASE", Time: w.clock.now(), Amount: payment.Cents(5250), Brand: payment.Visa, Last4: "1111"}
	w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return []payment.ReceiptSummary{row}, nil }
	b := w.desk("eve")
	if a := b.post("/desk/review/"+id, decision("taken", "", "the receipt shows it")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Enter the payment number") {
		t.Errorf("without its number: %d", a.status)
	}
	if a := b.post("/desk/review/"+id, decision("taken", "61298", "the receipt shows it")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "do not list payment 61298") {
		t.Errorf("with another number: %d", a.status)
	}
	if a := b.post("/desk/review/"+id+"/look", nil); a.to() != "/desk/review/"+id {
		t.Errorf("look again: %d", a.status)
	}
	if due, err := w.ledger.ChecksDue(context.Background(), 10); err != nil || len(due) != 1 {
		t.Errorf("%d to be looked up, %v", len(due), err)
	}
	b.post("/desk/review/"+id, decision("taken", "61299", "the receipt shows it"))
	if a := w.visit(dana).get("/payments/" + id); a.outcome() != "taken" || !strings.Contains(a.body, "61299") {
		t.Errorf("%q %s", a.outcome(), a.body)
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
		c["role"], c["practiceid"], c["iss"], c["return_url"] = portal.RoleStaff, 777, "mesa", mesaOrigin+"/"
	}), "Origin", mesaOrigin)
	for name, b := range map[string]*browser{"a patient": w.visit(dana), "another patient": w.visit(40212), "a payer": w.desk("pat", "role", "payer"), "another practice's staff": mesa} {
		for _, call := range []struct{ method, path string }{{"GET", "/desk/review"}, {"GET", "/desk/review/" + id}, {"POST", "/desk/review/" + id}, {"POST", "/desk/review/" + id + "/look"}} {
			if name == "another practice's staff" && call.path == "/desk/review" {
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
		w.clock.advance(desk.DecideWithin / 3)
		b.get("/desk/review")
	}
	if a := b.post("/desk/review/"+id, decision("absent", "", "so")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Open it again from your portal") {
		t.Errorf("long after the launch: %d", a.status)
	}
	w.clock.advance(-4 * desk.DecideWithin / 3)
	if a := w.visit(dana).get("/payments/" + id); a.outcome() != "unknown" {
		t.Errorf("decided all the same: %q", a.outcome())
	}
	if a := b.get("/desk/review"); !strings.Contains(a.body, id) {
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
	for _, o := range []payment.Outcome{{State: payment.NotDone}, {State: payment.Succeeded, Reference: "61299"}} {
		if _, err := w.ledger.Find(ctx, id, o); err != nil {
			t.Fatal(err)
		}
	}
	b := w.desk("eve")
	a := b.get("/desk/review/" + id)
	if !strings.Contains(a.body, "the payer may have paid again") || strings.Contains(a.body, "the patient may pay again") || strings.Contains(a.body, "Read the receipts again") {
		t.Errorf("%s", a.body)
	}
	if a := b.post("/desk/review/"+id, decision("absent", "", "so")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "The payment was taken: that is known") {
		t.Errorf("called absent: %d", a.status)
	}
	w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return nil, nil }
	b.post("/desk/review/"+id, decision("taken", "", "voided the second one"))
	if a := b.get("/desk/review"); strings.Contains(a.body, id) {
		t.Error("still waits")
	}
	if a := b.get("/desk/review/" + id); !a.says("<p>Looked at it and did what was needed.</p>") || !a.says(">voided the second one</p>") {
		t.Error("what was done is not in the record")
	}
}

// The addresses that the queue had before lead to those of today, for staff.
func TestFormerAddressesOfTheQueue(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for from, to := range map[string]string{"/desk/doubts": "/desk/review", "/desk/doubts/ABC": "/desk/review/ABC"} {
		if a := w.desk("eve").get(from); a.status != http.StatusSeeOther || a.to() != to {
			t.Errorf("%s: %d to %q", from, a.status, a.to())
		}
		if a := w.visit(dana).get(from); a.status != http.StatusNotFound {
			t.Errorf("%s, for a patient: %d", from, a.status)
		}
	}
}
