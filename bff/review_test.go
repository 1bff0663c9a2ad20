package bff

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/desk"
	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/staff"
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
	if a := b.get("/desk/review"); a.page() != "doubts" || !strings.Contains(a.body, "/desk/review/"+id) || !strings.Contains(a.body, "Receipt 777 could be it") {
		t.Errorf("list: %d %s", a.status, a.body)
	}
	a := b.get("/desk/review/" + id)
	taken, _ := w.ledger.AttemptForPatient(context.Background(), payment.Patient{Practice: 195900, ID: dana}, paid)
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
		if a := b.post("/desk/review/"+id, row.form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, row.says) {
			t.Errorf("%v: %d", row.form, a.status)
		}
	}
	if a := payer.get("/payments/" + id); a.outcome() != "unknown" || !strings.Contains(a.body, "A person has to look at this payment") {
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
	if a := b.get("/desk/review/" + id); !strings.Contains(a.body, "harbor/eve") || !strings.Contains(a.body, "absent: the bank knows of nothing") || strings.Contains(a.body, "What did you find?") {
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

// That money was taken closes a bill, so seconds after a charge that never
// happened one person cannot say it: it takes the receipt's number, or a second
// person, or the time at which the receipts must show all.
func TestTakenNeedsANumberOrTwoPeopleOrTime(t *testing.T) {
	t.Parallel()
	const number = "61299"
	row := func(w *world, change ...func(*payment.ReceiptSummary)) payment.ReceiptSummary {
		r := payment.ReceiptSummary{Reference: number, Type: "PURCHASE", Time: w.clock.now(), Amount: payment.Cents(5250), Brand: payment.Visa, Last4: "1111"}
		for _, c := range change {
			c(&r)
		}
		return r
	}
	listing := func(w *world, err error, rows ...payment.ReceiptSummary) {
		w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return rows, err }
	}
	seen := func(reference string) url.Values { return decision("taken", reference, "the patient says so") }
	type step struct {
		who, reference string
		says           string // what is refused with; empty: it is taken down
		decided        bool
	}
	for name, test := range map[string]struct {
		listing func(*world)
		later   time.Duration
		steps   []step
		hint    string // on the page before the first step
	}{
		"without a number": {func(w *world) { listing(w, nil) }, 0,
			[]step{{"eve", "", "", false}, {"eve", "", "", false}, {"joe", "", "", true}}, "two people have to say until 10:03 AM EST that the money was taken"},
		"without a number, and the receipts cannot be read": {func(w *world) { listing(w, http.ErrServerClosed) }, 0,
			[]step{{"eve", "", "", false}, {"joe", "", "", true}}, "cannot be read"},
		"with a number that nobody can check": {func(w *world) { listing(w, http.ErrServerClosed) }, 0,
			[]step{{"eve", number, "", false}, {"joe", "61298", "", false}, {"ann", number, "", false}, {"eve", number, "", true}}, ""},
		"with its number": {func(w *world) { listing(w, nil, row(w)) }, 0, []step{{"eve", number, "", true}}, "Could be this payment"},
		"of a card that cannot be compared, with its number": {func(w *world) { listing(w, nil, row(w, func(r *payment.ReceiptSummary) { r.Last4 = "" })) }, 0,
			[]step{{"eve", "", "Enter the payment number", false}, {"eve", number, "", true}}, "Could be this payment"},
		"with the number of another amount": {func(w *world) {
			listing(w, nil, row(w, func(r *payment.ReceiptSummary) { r.Amount = payment.Cents(5251) }))
		}, 0,
			[]step{{"eve", number, "is of another amount or card", false}, {"joe", number, "is of another amount or card", false}}, ""},
		"with the number of another card": {func(w *world) { listing(w, nil, row(w, func(r *payment.ReceiptSummary) { r.Last4 = "2222" })) }, 0,
			[]step{{"eve", number, "is of another amount or card", false}}, ""},
		"with a number from nowhere":       {func(w *world) { listing(w, nil) }, 0, []step{{"eve", number, "do not list payment", false}}, ""},
		"without a number, a moment early": {func(w *world) { listing(w, nil) }, 3*time.Minute + 9*time.Second, []step{{"eve", "", "", false}}, "two people"},
		"without a number, in time":        {func(w *world) { listing(w, nil) }, 3*time.Minute + 20*time.Second, []step{{"eve", "", "", true}}, "As the receipts list it."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, setup{delay: time.Minute})
			id := w.doubt(one("claim-501"))
			w.clock.advance(max(test.later, 4*time.Second))
			test.listing(w)
			if a := w.desk("eve").get("/desk/review/" + id); !strings.Contains(a.body, test.hint) || test.hint == "As the receipts list it." && strings.Contains(a.body, "two people") {
				t.Errorf("without %q: %s", test.hint, a.body)
			}
			for i, s := range test.steps {
				desk := w.desk(s.who)
				a := desk.post("/desk/review/"+id, seen(s.reference))
				if s.says == "" && a.to() != "/desk/review/"+id || s.says != "" && (a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, s.says)) {
					t.Errorf("%d: %d %s", i, a.status, a.body)
				}
				page := desk.get("/desk/review/" + id)
				if open := strings.Contains(page.body, "What did you find?"); open == s.decided {
					t.Errorf("%d: still open: %t", i, open)
				}
				if s.says == "" && !s.decided && !strings.Contains(page.body, "harbor/"+s.who+" has said already that the money was taken, ") {
					t.Errorf("%d: the page does not say who said so: %s", i, page.body)
				}
				if got := w.visit(dana).get("/payments/" + id).outcome(); (got == "taken") != s.decided || !s.decided && got != "unknown" {
					t.Errorf("%d: the payer sees %q", i, got)
				}
			}
		})
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
		eve.post("/desk/review/"+id, absent)
		if a := joe.get("/desk/review/" + id); !strings.Contains(a.body, "harbor/eve has said so already") || !strings.Contains(a.body, "What did you find?") {
			t.Errorf("after one: %s", a.body)
		}
	}
	joe.post("/desk/review/"+id, absent)
	if a := joe.get("/desk/review/" + id); !strings.Contains(a.body, "Not taken") || strings.Contains(a.body, "What did you find?") {
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
	if a := b.get("/desk/review/" + id); !strings.Contains(a.body, "taken: voided the second one") {
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

// The second voice of a doubt is that of an approval: another person who may approve,
// for exactly what the first one said, within ten minutes; or they refuse it, with a
// reason. Who may decide and not approve begins anew.
func TestTwoVoicesOfADoubt(t *testing.T) {
	t.Parallel()
	type step struct {
		who       string
		role      staff.Role // empty: a portal launches them
		reference string
		later     time.Duration
		decided   bool
		says      string // on the page afterwards
	}
	for name, steps := range map[string][]step{
		"a biller, then a manager":          {{"bea", staff.Biller, "61299", 0, false, "It counts once another person, a manager, says the same, until 10:13 AM EST."}, {"cy", staff.Manager, "61299", 0, true, "Taken"}},
		"two managers":                      {{"dee", staff.Manager, "", 0, false, ""}, {"cy", staff.Manager, "", 0, true, ""}},
		"a manager alone":                   {{"cy", staff.Manager, "", 0, false, ""}, {"cy", staff.Manager, "", 0, false, ""}},
		"two billers":                       {{"bea", staff.Biller, "", 0, false, ""}, {"bo", staff.Biller, "", 0, false, "That waits for a manager until 10:13 AM EST; what you say begins anew."}, {"cy", staff.Manager, "", 0, true, ""}},
		"another number":                    {{"bea", staff.Biller, "61299", 0, false, ""}, {"cy", staff.Manager, "6129", 0, false, "as payment 6129. Exactly the same counts until"}, {"bea", staff.Biller, "6129", 0, false, ""}, {"dee", staff.Manager, "6129", 0, true, ""}},
		"no number":                         {{"bea", staff.Biller, "61299", 0, false, ""}, {"cy", staff.Manager, "", 0, false, ""}},
		"a moment before the ten minutes":   {{"bea", staff.Biller, "", 0, false, ""}, {"cy", staff.Manager, "", ledger.ApproveWithin - time.Second, true, ""}},
		"ten minutes later":                 {{"bea", staff.Biller, "", 0, false, ""}, {"cy", staff.Manager, "", ledger.ApproveWithin, false, ""}},
		"at the desk, then launched":        {{"bea", staff.Biller, "", 0, false, ""}, {"bea", "", "", 0, false, ""}, {"cy", staff.Manager, "", 0, false, ""}, {"dee", staff.Manager, "", 0, true, ""}},
		"launched, then at the desk":        {{"bea", "", "", 0, false, ""}, {"bea", staff.Biller, "", 0, false, ""}},
		"launched, then a manager":          {{"bea", "", "", 0, false, ""}, {"cy", staff.Manager, "", 0, false, ""}},
		"two who were launched":             {{"bea", "", "", 0, false, ""}, {"bo", "", "", 0, true, ""}},
		"what was said before another word": {{"bea", staff.Biller, "1", 0, false, ""}, {"dee", staff.Manager, "2", 0, false, ""}, {"cy", staff.Manager, "1", 0, false, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, setup{delay: time.Hour})
			id := w.doubt(one("claim-501"))
			w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return nil, http.ErrServerClosed } // no number can be checked
			w.clock.advance(3 * time.Minute)
			for i, s := range steps {
				w.clock.advance(s.later)
				var b *browser
				if s.role == "" {
					b = w.desk(s.who)
				} else {
					b = w.staffed(s.who, s.role)
				}
				if a := b.post("/desk/review/"+id, decision("taken", s.reference, "seen in the batch")); a.to() != "/desk/review/"+id {
					t.Fatalf("%d: %d %s", i, a.status, a.body)
				}
				a := b.get("/desk/review/" + id)
				if open := a.says("What did you find?"); open == s.decided || !a.says(s.says) {
					t.Errorf("%d: open %t, without %q: %s", i, open, s.says, a.body)
				}
				if got := w.visit(dana).get("/payments/" + id).outcome(); (got == "taken") != s.decided {
					t.Errorf("%d: the payer sees %q", i, got)
				}
			}
		})
	}
}

// A second person who does not find what the first one did refuses it, where all that
// takes two waits; the first one does not.
func TestSecondVoiceRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Hour})
	id := w.doubt(one("claim-501"))
	w.practice.receipts = func() ([]payment.ReceiptSummary, error) { return nil, http.ErrServerClosed }
	dee, cy := w.staffed("dee", staff.Manager), w.staffed("cy", staff.Manager)
	dee.post("/desk/review/"+id, decision("taken", "61299", "seen in the batch"))
	path := "/desk/approvals/" + id
	if a := cy.get("/desk/approvals"); !a.says("Decision: was $52.50 taken? Dana Sample") || !strings.Contains(a.body, `class="badge"`) {
		t.Errorf("%s", a.body)
	}
	if a := cy.get(path); !a.says("The money was taken, as payment 61299") || !a.says("Kim DEE") || !strings.Contains(a.body, `href="/desk/review/`+id+`"`) || a.says("Approve it") {
		t.Errorf("%s", a.body)
	}
	if a := cy.post(path, nil); a.status != http.StatusNotFound {
		t.Errorf("approved without a finding: %d", a.status)
	}
	why := url.Values{"why": {"the batch has none"}}
	if a := dee.post(path+"/refuse", why); a.status != http.StatusConflict {
		t.Errorf("by who said so: %d", a.status)
	}
	if a := w.staffed("bo", staff.Biller).post(path+"/refuse", why); a.status != http.StatusForbidden {
		t.Errorf("by a biller: %d", a.status)
	}
	if a := cy.post(path+"/refuse", why); a.to() != path {
		t.Errorf("refused: %d %s", a.status, a.body)
	}
	if a := cy.get(path); !a.says("refused it: the batch has none. Nothing was done.") {
		t.Errorf("%s", a.body)
	}
	if a := dee.get("/desk/review/" + id); !a.says("did not find what you found, that the money was taken: the batch has none. It is still to be decided.") || !a.says("What did you find?") {
		t.Errorf("%s", a.body)
	}
	if a := cy.get("/desk/approvals"); !a.says("Nothing waits for a second person.") {
		t.Errorf("%s", a.body)
	}
	if a := cy.post("/desk/review/"+id, decision("taken", "61299", "after all")); a.to() == "" || w.visit(dana).get("/payments/"+id).outcome() != "unknown" {
		t.Errorf("decided with a word that was refused: %d", a.status)
	}
}
