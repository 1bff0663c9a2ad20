package bff

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// Who owes nothing can pay something all the same, and is told first that it is
// for no bill. One such payment at a time, and the same once more is asked about.
func TestMoneyForNoBill(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(40216) // a credit, and no bills
	a := b.get("/pay")
	if a.page() != "nothing" || !a.says("You have a credit of $30.16 at the practice.") || !a.says("This money is not for a bill. The practice keeps it on the account") ||
		!strings.Contains(a.body, `name="amount"`) || a.says("You can pay from $1.00 to $1,000.00.") == false {
		t.Errorf("%s", a.body)
	}
	for amount, says := range map[string]string{"": "Enter the amount", "0.50": "The smallest payment is $1.00.", "1000.01": "The most that you can pay here is $1,000.00.", "-1": "dollars and cents"} {
		if a := b.post("/pay", other(amount)); a.status != http.StatusUnprocessableEntity || a.page() != "nothing" || !a.says(says) || !strings.Contains(a.body, "Error: ") {
			t.Errorf("%q: %d %s", amount, a.status, a.body)
		}
	}
	first, second := b.choose(t, other("30")), b.choose(t, other("45"))
	if a := b.get("/pay/" + first); !a.says("$30.00 is not for a bill.") || a.says("applies the payment to the bills") {
		t.Errorf("card page: %s", a.body)
	}
	b.post("/pay/"+first, card())
	if a := b.post("/pay/"+second, card()); a.to() != "/payments/"+first+"?instead="+second {
		t.Errorf("a second one that does not know of the first: to %q", a.to())
	}
	again := b.choose(t, other("30"))
	if a := b.post("/pay/"+again, card()); a.status != http.StatusUnprocessableEntity || !a.says("Tick the box if you want to pay $30.00 once more.") {
		t.Errorf("the same once more: %d", a.status)
	}
	b.post("/pay/"+again, card("repeat", first))
	book := w.sim.Book()
	if len(book) != 2 || book[0].Unapplied != 3000 || book[1].Unapplied != 3000 {
		t.Errorf("book %+v", book)
	}
	if a := b.get("/pay"); !a.says("You have a credit of $90.16 at the practice.") {
		t.Errorf("afterwards: %s", a.body)
	}
}

// While the result of a payment is not known, nothing is offered that could be
// the same money once more.
func TestNothingForNoBillBesideADoubt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for _, start := range []struct {
		patient int
		form    url.Values
	}{{40216, other("30")}, {dana, everything}} {
		b := w.visit(start.patient)
		w.practice.outcome(payment.Outcome{State: payment.Unknown})
		b.post("/pay/"+b.choose(t, start.form), card())
		if a := b.get("/pay"); a.page() != "nothing" || strings.Contains(a.body, `name="amount"`) || !a.says("The result of a payment is not known yet") {
			t.Errorf("%d: %s", start.patient, a.body)
		}
		if a := b.post("/pay", other("40")); a.to() != "" {
			t.Errorf("%d: another amount goes to %q", start.patient, a.to())
		}
	}
}

// A declined payment for no bill can be tried again; where the practice takes
// less meanwhile, not.
func TestAgainForNoBill(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(40216)
	declined := b.choose(t, other("30"))
	b.post("/pay/"+declined, card("number", "4000 0000 0000 0002"))
	again, ok := strings.CutPrefix(b.post("/payments/"+declined+"/again", nil).to(), "/pay/")
	if !ok || !b.get("/pay/"+again).says("$30.00 is not for a bill.") {
		t.Errorf("again: %q", again)
	}
	w.portals.ByID("harbor").Amounts.AccountMaximum = payment.Cents(2999)
	if a := b.post("/payments/"+declined+"/again", nil); a.to() != "/pay" {
		t.Errorf("again, of more than is taken: to %q", a.to())
	}
}

// Money that was lost on the way, for no bill and for a visit, is found in the
// upstream's receipts like any other.
func TestLostMoneyForNoBillIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{patients: []athenatest.Patient{self()}})
	b := w.visitAt(41001, 881001)
	for _, form := range []url.Values{other("30"), {"pay": {"today"}, "today": {"80"}}} {
		id := b.choose(t, form)
		b.post("/pay/"+id, card("number", "4000 0000 0000 9011"))
		if a := b.get("/payments/" + id); a.outcome() != "unknown" {
			t.Fatalf("%v: %q", form, a.outcome())
		}
		if _, err := w.worker.Reconciler.CheckDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if a := b.get("/payments/" + id); a.outcome() != "taken" {
			t.Errorf("%v: %q", form, a.outcome())
		}
	}
}

// A balance that no claim explains is owed: it is shown, and paid as money for
// no claim.
func TestBalanceOfNoClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{patients: []athenatest.Patient{{ID: dana, Given: "Dana", Family: "Sample", Department: 7, Unbilled: 5050,
		Claims: []athenatest.Claim{{ID: 501, Service: w0(), Description: "VISIT", Billed: 12000, Owed: 12000}}}}})
	b := w.visit(dana)
	if a := b.get("/pay"); !a.says("Balance of the account, for no single visit") || !a.says("$170.50") {
		t.Errorf("%s", a.body)
	}
	id := b.choose(t, url.Values{"pay": {"some"}, "bill": {"other-account"}})
	b.post("/pay/"+id, card())
	if sent := w.sentFor(); !slices.Equal(sent, []string{"otheramount=50.50"}) {
		t.Errorf("sent %q", sent)
	}
	if a := b.get("/pay"); !a.says("$120.00") || a.says("$170.50") {
		t.Errorf("afterwards: %s", a.body)
	}
}

// What the practice holds for a patient is said where they choose what to pay,
// and once more where they are about to pay all of it.
func TestMoneyThatIsHeldIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{patients: []athenatest.Patient{
		{ID: dana, Given: "Dana", Family: "Sample", Department: 7, Unapplied: 2000,
			Claims: []athenatest.Claim{{ID: 501, Service: w0(), Description: "VISIT", Billed: 12000, Owed: 12000}}},
		{ID: 41005, Given: "Ana", Department: 7, Claims: []athenatest.Claim{{ID: 502, Service: w0(), Description: "VISIT", Billed: 12000, Owed: 12000}}},
	}})
	b := w.visit(dana)
	const held = "The practice already holds $20.00 for you."
	if a := b.get("/pay"); !a.says(held) || !a.says("It is not taken off the bills below.") {
		t.Errorf("%s", a.body)
	}
	if a := b.get("/pay/" + b.choose(t, everything)); !a.says(held) || !a.says("It is not taken off this payment.") {
		t.Errorf("card page: %s", a.body)
	}
	if a := b.get("/pay/" + b.choose(t, other("100"))); a.says(held) {
		t.Errorf("a part of it: %s", a.body)
	}
	payer := w.visitAt(dana, 0, func(c claimSet) { c["role"], c["sub"], c["name"] = "payer", "mother-1", "Max" })
	if a := payer.get("/pay"); !a.says("The practice already holds $20.00 for Dana Sample.") {
		t.Errorf("a payer: %s", a.body)
	}
	if a := w.visit(41005).get("/pay"); a.says("already holds") {
		t.Errorf("nothing is held: %s", a.body)
	}
}
