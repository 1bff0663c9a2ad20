package bff

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/staff"
	"paypane/web/payment"
)

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
			[]step{{"eve", "", "", false}, {"eve", "", "", false}, {"joe", "", "", true}}, "Without the payment number a second person has to say so, too, until 10:03 AM EST."},
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
		"without a number, a moment early": {func(w *world) { listing(w, nil) }, 3*time.Minute + 9*time.Second, []step{{"eve", "", "", false}}, "a second person has to say so, too"},
		"without a number, in time":        {func(w *world) { listing(w, nil) }, 3*time.Minute + 20*time.Second, []step{{"eve", "", "", true}}, "What did you find?"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, setup{delay: time.Minute})
			id := w.doubt(one("claim-501"))
			w.clock.advance(max(test.later, 4*time.Second))
			test.listing(w)
			if a := w.desk("eve").get("/desk/review/" + id); !strings.Contains(a.body, test.hint) || test.hint == "What did you find?" && strings.Contains(a.body, "second person") {
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
				if s.says == "" && !s.decided && (!page.says("You have said that the money was taken") || !w.desk("zoe").get("/desk/review/"+id).says("account "+s.who+" of the portal harbor has said that the money was taken")) {
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
		if a := joe.get("/desk/review/" + id); !a.says("account eve of the portal harbor has said that no money was taken: the bank knows of nothing") || !a.says("If you find the same, say so until") || !strings.Contains(a.body, "What did you find?") {
			t.Errorf("after one: %s", a.body)
		}
	}
	joe.post("/desk/review/"+id, absent)
	if a := joe.get("/desk/review/" + id); !strings.Contains(a.body, "Not taken") || strings.Contains(a.body, "What did you find?") {
		t.Errorf("after two: %s", a.body)
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
		"a biller, then a manager":          {{"bea", staff.Biller, "61299", 0, false, "You have said that the money was taken, as payment 61299. This is recorded. It counts once a manager who is not you says the same, until 10:13 AM EST."}, {"cy", staff.Manager, "61299", 0, true, "Taken"}},
		"two managers":                      {{"dee", staff.Manager, "", 0, false, ""}, {"cy", staff.Manager, "", 0, true, ""}},
		"a manager alone":                   {{"cy", staff.Manager, "", 0, false, ""}, {"cy", staff.Manager, "", 0, false, ""}},
		"two billers":                       {{"bea", staff.Biller, "", 0, false, ""}, {"bo", staff.Biller, "", 0, false, "You have said that the money was taken."}, {"cy", staff.Manager, "", 0, true, ""}},
		"another number":                    {{"bea", staff.Biller, "61299", 0, false, ""}, {"cy", staff.Manager, "6129", 0, false, "as payment 6129."}, {"bea", staff.Biller, "6129", 0, false, ""}, {"dee", staff.Manager, "6129", 0, true, ""}},
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
	if a := cy.get("/desk/approvals"); !a.says("Dana Sample: Was this payment of $52.50 taken?") || !strings.Contains(a.body, `class="badge"`) {
		t.Errorf("%s", a.body)
	}
	if a := cy.get(path); !a.says("the money was taken, as payment 61299") || !a.says("Kim DEE") || !strings.Contains(a.body, `href="/desk/review/`+id+`"`) || a.says("Approve it") {
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
	if a := dee.get("/desk/review/" + id); !a.says("did not find what you found, that the money was taken, as payment 61299: the batch has none. It is still to be decided.") || !a.says("What did you find?") {
		t.Errorf("%s", a.body)
	}
	if a := cy.get("/desk/approvals"); !a.says("Nothing waits for a second person.") {
		t.Errorf("%s", a.body)
	}
	if a := cy.post("/desk/review/"+id, decision("taken", "61299", "after all")); a.to() == "" || w.visit(dana).get("/payments/"+id).outcome() != "unknown" {
		t.Errorf("decided with a word that was refused: %d", a.status)
	}
}
