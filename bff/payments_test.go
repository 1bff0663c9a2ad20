package bff

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/account"
	"paypane/web/payment"
)

const noMoney = "No money was taken"

// one chooses a single bill.
func one(bill string) url.Values { return url.Values{"pay": {"some"}, "bill": {bill}} }

// outcome makes the practice answer every charge with o.
func (m *faultyPractice) outcome(o payment.Outcome) {
	m.collect = func(context.Context, payment.Charge, *payment.Card) payment.Outcome { return o }
}

// Each outcome has its page. That no money was taken, and a way to try again,
// stand on the pages of outcomes that prove it, and on no other.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		outcome  payment.Outcome
		shown    string
		says     string
		refresh  string
		harmless bool // proved that no money moved
	}{
		{"taken", payment.Outcome{State: payment.Succeeded, Reference: "61234"}, "taken", "You paid $52.50", "", false},
		{"declined", payment.Outcome{State: payment.Declined, Refusal: payment.RefusedByBank, Evidence: "DO NOT HONOR"}, "declined", "did not approve", "", true},
		{"code", payment.Outcome{State: payment.Declined, Refusal: payment.RefusedCode}, "declined", "Your bank did not approve this payment", "", true},
		{"refused upstream", payment.Outcome{State: payment.Declined, Refusal: payment.RefusedByUpstream}, "declined", "did not go through", "", true},
		{"not sent", payment.Outcome{State: payment.NotSent, Refusal: payment.RefusedBusy}, "not_sent", "not available right now", "", true},
		{"unknown", payment.Outcome{State: payment.Unknown, Evidence: "reset"}, "unknown", "We are checking and will show the answer here", "3", false},
		{"an answer that is none", payment.Outcome{}, "unknown", "Do not pay again", "3", false},
		{"an answer that claims to go on", payment.Outcome{State: payment.Sending}, "unknown", "Do not pay again", "3", false},
		{"an answer that claims that nothing began", payment.Outcome{State: payment.Created}, "unknown", "Do not pay again", "3", false},
		{"an answer that claims to know the books", payment.Outcome{State: payment.NotDone}, "unknown", "Do not pay again", "3", false},
	} {
		w := newWorld(t, setup{})
		w.practice.outcome(row.outcome)
		b := w.visit(dana)
		id := b.choose(t, one("claim-501"))
		if a := b.post("/pay/"+id, card()); a.status != http.StatusSeeOther || a.to() != "/payments/"+id {
			t.Errorf("%s: %d to %q", row.name, a.status, a.to())
		}
		if n := w.ledger.settles.Load(); n != 1 {
			t.Errorf("%s: %d tries to write it down", row.name, n)
		}
		a := b.get("/payments/" + id)
		if a.status != http.StatusOK || a.page() != "result" || a.outcome() != row.shown || !strings.Contains(a.body, row.says) ||
			a.header.Get("Refresh") != row.refresh {
			t.Errorf("%s: %d %q, refresh %q: %s", row.name, a.status, a.outcome(), a.header.Get("Refresh"), a.body)
		}
		if strings.Contains(a.body, noMoney) != row.harmless || strings.Contains(a.body, "/again") != row.harmless {
			t.Errorf("%s: says that no money was taken: %t; offers another try: %t", row.name,
				strings.Contains(a.body, noMoney), strings.Contains(a.body, "/again"))
		}
		for _, want := range []string{"$52.50", "Visa ending in 1111", "Dana Sample", row.outcome.Reference, id[:4] + "-" + id[4:8]} {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: without %q", row.name, want)
			}
		}
		if says := a.says("If we still do not know about a day later, a person looks at it."); says != (row.shown == "unknown") {
			t.Errorf("%s: says by when it is known: %t", row.name, says)
		}
		// On the telephone it is one thing, under one label.
		if code := id[:4] + "-" + id[4:8]; row.outcome.Reference != "" && (!strings.Contains(a.body, "<dd>"+row.outcome.Reference+" · "+code+"</dd>") || strings.Contains(a.own(), "Support code")) {
			t.Errorf("%s: reference and support code are two", row.name)
		}
		for _, not := range []string{"DO NOT HONOR", "reset", "4111", "739", "12 Elm"} {
			if strings.Contains(a.own(), not) {
				t.Errorf("%s: tells %q", row.name, not)
			}
		}
		if a := b.json("/payments/" + id); a.status != http.StatusOK || a.header.Get("Refresh") != "" ||
			!strings.Contains(a.body, `"state":"`) {
			t.Errorf("%s as JSON: %d, refresh %q", row.name, a.status, a.header.Get("Refresh"))
		}

		// Another try follows only where no money can have moved.
		a = b.post("/payments/"+id+"/again", nil)
		if next, made := strings.CutPrefix(a.to(), "/pay/"); made != row.harmless || made && next == id || !made && a.to() != "/payments/"+id {
			t.Errorf("%s: again leads to %q", row.name, a.to())
		}
		// The card form of an attempt that was sent leads to what became of it.
		if a := b.get("/pay/" + id); a.to() != "/payments/"+id {
			t.Errorf("%s: the card form again: %d to %q", row.name, a.status, a.to())
		}
		if a := b.post("/pay/"+id, card()); a.to() != "/payments/"+id || w.practice.collects.Load() != 1 {
			t.Errorf("%s: pay again: %d to %q, %d charges", row.name, a.status, a.to(), w.practice.collects.Load())
		}
		// A charge that may have moved money is not asked for a second time.
		if live := !row.harmless && row.shown != "taken"; live {
			if a := b.get("/pay"); !strings.Contains(a.body, "/payments/"+id) || strings.Contains(a.body, "$120.00") {
				t.Errorf("%s: the amount page still asks for it", row.name)
			}
		}
	}
}

// Before a card is typed the payer hears that the practice cannot be asked.
// That no money was taken is said only while no payment is under way or in
// doubt.
func TestUpstreamDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	w.practice.outcome(payment.Outcome{State: payment.Declined, Refusal: payment.RefusedByBank})
	quiet := w.visit(40212) // has paid nothing that could be in doubt
	quietDeclined := quiet.choose(t, everything)
	quiet.post("/pay/"+quietDeclined, card())
	quietCard := quiet.choose(t, everything)

	doubt := w.visit(dana)
	doubtCard, doubtDeclined := doubt.choose(t, one("claim-502")), doubt.choose(t, one("claim-503"))
	doubt.post("/pay/"+doubtDeclined, card())
	w.practice.outcome(payment.Outcome{State: payment.Unknown})
	lost := doubt.choose(t, one("claim-501"))
	doubt.post("/pay/"+lost, card())
	charged := w.practice.collects.Load()

	w.practice.statement = func() (payment.Statement, error) { return payment.Statement{}, errors.New("athena is down") }
	w.practice.department = func() (payment.AcceptedCards, error) { return payment.AcceptedCards{}, errors.New("athena is down") }
	for _, row := range []struct{ method, quiet, doubt string }{
		{"GET", "/pay", "/pay"},
		{"POST", "/pay", "/pay"},
		{"GET", "/pay/" + quietCard, "/pay/" + doubtCard},
		{"POST", "/pay/" + quietCard, "/pay/" + doubtCard},
		{"POST", "/payments/" + quietDeclined + "/again", "/payments/" + doubtDeclined + "/again"},
	} {
		form := card("pay", "all")
		a := quiet.do(row.method, row.quiet, form)
		if a.status != http.StatusServiceUnavailable || a.page() != "unavailable" || !strings.Contains(a.body, "not available right now") ||
			!strings.Contains(a.body, noMoney) || strings.Contains(a.body, "athena") {
			t.Errorf("%s %s: %d %s", row.method, row.quiet, a.status, a.body)
		}
		// Where the page says to try again, there is something.
		next := strings.TrimSuffix(row.quiet, "/again")
		if !strings.Contains(a.body, `href="`+next+`"`) {
			t.Errorf("%s %s: no way on to %s: %s", row.method, row.quiet, next, a.body)
		}
		if a := quiet.get(next); a.status == http.StatusNotFound {
			t.Errorf("the way on from %s leads nowhere", row.quiet)
		}

		a = doubt.do(row.method, row.doubt, form)
		if a.status != http.StatusServiceUnavailable || a.page() != "unavailable" || strings.Contains(a.body, noMoney) ||
			!strings.Contains(a.body, "/payments/"+lost) {
			t.Errorf("with a payment in doubt, %s %s: %d %s", row.method, row.doubt, a.status, a.body)
		}
	}
	if n := w.practice.collects.Load(); n != charged {
		t.Errorf("%d charges while the practice could not be asked", n-charged)
	}
	w.practice.statement, w.practice.department = nil, nil
	if a := quiet.get("/pay/" + quietCard); a.page() != "card" {
		t.Errorf("once it is back: %d %q", a.status, a.page())
	}
}

// A department that takes no cards on the web says so before a card is typed,
// and does not ask to try again, which would change nothing.
func TestDepartmentWithoutCards(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, everything)
	w.practice.department = func() (payment.AcceptedCards, error) { return payment.AcceptedCards{Zone: time.UTC}, nil }
	for _, a := range []answer{b.get("/pay/" + id), b.post("/pay/"+id, card())} {
		if a.status != http.StatusServiceUnavailable || a.page() != "unavailable" || !strings.Contains(a.body, "does not take cards on the web") || strings.Contains(a.body, "Try again") {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if n := w.practice.collects.Load(); n != 0 {
		t.Errorf("%d charges", n)
	}
}

// The upstream may take a day to show that a bill is paid. Until it does, or
// the day is over, the bill is not asked for again, and the page tells of the
// payment; nor does a page say that no money was taken when some was.
func TestPaidBillsAreNotAskedForWhileTheBalanceLags(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	lagging, err := w.practice.Statement(t.Context(), payment.Patient{Practice: 195900, Department: 7, ID: dana})
	if err != nil {
		t.Fatal(err)
	}
	b.post("/pay/"+b.choose(t, one("claim-501")), card())
	w.practice.statement = func() (payment.Statement, error) { return lagging, nil }
	a := b.get("/pay")
	if !strings.Contains(a.body, "$67.50") || strings.Contains(a.body, "$120.00") || !strings.Contains(a.body, "Recent payments") || !strings.Contains(a.body, "You paid $52.50") {
		t.Errorf("just paid: %s", a.body)
	}
	if a := b.post("/pay", url.Values{"pay": {"some"}, "bill": {"claim-501"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a paid bill is taken again: %d to %q", a.status, a.to())
	}
	w.practice.statement = func() (payment.Statement, error) { return payment.Statement{}, errors.New("athena is down") }
	if a := b.get("/pay"); a.page() != "unavailable" || strings.Contains(a.body, noMoney) {
		t.Errorf("after a payment: %s", a.body)
	}
	w.practice.statement = func() (payment.Statement, error) { return lagging, nil }
	w.clock.advance(24*time.Hour + time.Second)
	if a := w.visit(dana).get("/pay"); !strings.Contains(a.body, "$120.00") {
		t.Errorf("a day later: %s", a.body)
	}
}

// A form with mistakes comes back with everything but the card's number and
// code, and sends nothing.
func TestCardProblems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, everything)
	keeps := []string{"12/34", "Dana Q Sample", "12 Elm Street", "02139", "pay@mail.example"}
	for _, row := range []struct {
		name   string
		form   url.Values
		says   string
		loses  string // what else must not come back
		fields []string
	}{
		{"number with a slip", card("number", "4111 1111 1111 1112"), "One or more digits", "4111", keeps},
		{"short number", card("number", "4111111"), "has 16 digits", "4111111", keeps},
		{"number in the name", card("name", "4111 1111 1111 1111"), "not the card number", "4111", []string{"12/34", "12 Elm Street"}},
		{"number in full-width digits in the name", card("name", "４１１１１１１１１１１１１１１１"), "not the card number", "４１", nil},
		{"code in the name", card("name", "739"), "not the security code", "739", []string{"12/34"}},
		{"number in the address", card("address", "4111-1111-1111-1111", "code", ""), "Enter the security code", "4111", []string{"02139"}},
		{"number in the email", card("email", "4111111111111111"), "not the card number", "4111", keeps[:4]},
		{"number in the expiry", card("expiry", "4111 1111 1111 1111"), "Enter the expiry date", "4111", keeps[1:]},
		{"no number", card("number", ""), "Enter your card number", "", keeps},
		{"no code", card("code", ""), "Enter the security code", "", keeps},
		{"past", card("expiry", "10/26"), "This card expired in October 2026", "", keeps[1:]},
		{"brand not taken", card("number", "3782 822463 10005", "code", "7391"), "does not take American Express", "3782", keeps},
		{"email without a dot", card("email", "dana@mail"), "Enter an email address", "", keeps[:4]},
		{"hostile", card("number", "", "name", `x" onfocus="alert(1)`), "Enter your card number", `x" onfocus="alert(1)`, nil},
		{"nothing", url.Values{}, "Enter your card number", "", nil},
	} {
		if row.form.Has("email") && row.form.Get("email") == "" {
			row.form.Set("email", "pay@mail.example")
		}
		a := b.post("/pay/"+id, row.form)
		if a.status != http.StatusUnprocessableEntity || a.page() != "card" || !strings.Contains(a.body, row.says) || !strings.Contains(a.body, "<title>Error: ") {
			t.Errorf("%s: %d %q without %q", row.name, a.status, a.page(), row.says)
		}
		lost := []string{"4111 1111", "41111111", `value="739"`, `"739"`}
		if row.loses != "" {
			lost = append(lost, row.loses)
		}
		for _, not := range lost {
			if strings.Contains(a.own(), not) {
				t.Errorf("%s: gives back %q", row.name, not)
			}
		}
		for _, field := range row.fields {
			if !strings.Contains(a.body, `value="`+field+`"`) {
				t.Errorf("%s: loses %q", row.name, field)
			}
		}
		form := strings.NewReader(row.form.Encode())
		if a := b.send("POST", "/pay/"+id, form, "Accept", "application/json", "X-Paypane", "1"); a.status != http.StatusUnprocessableEntity ||
			!strings.Contains(a.body, `"problems":[`) || strings.Contains(a.body, "4111") || strings.Contains(a.body, `"739"`) {
			t.Errorf("%s as JSON: %d %s", row.name, a.status, a.body)
		}
	}
	if w.practice.collects.Load() != 0 {
		t.Error("something was sent")
	}
	// The attempt is as good as new.
	if a := b.post("/pay/"+id, card()); a.to() != "/payments/"+id || b.get(a.to()).outcome() != "taken" {
		t.Errorf("mended: %d", a.status)
	}
}

// A practice that gives no answer is not waited for either before anything is
// sent.
func TestPracticeSaysNothingBeforeSending(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, everything)
	var patience time.Duration
	w.practice.departmentIn = func(ctx context.Context) (payment.AcceptedCards, error) {
		end, _ := ctx.Deadline()
		patience = time.Until(end)
		return payment.AcceptedCards{}, context.DeadlineExceeded
	}
	if a := b.post("/pay/"+id, card()); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, noMoney) || patience <= 0 || patience > account.AnswerWait {
		t.Errorf("%d after %s", a.status, patience)
	}
	w.practice.departmentIn = nil
	b.post("/pay/"+id, card())
	w.drain()
	if a := b.get("/payments/" + id); a.outcome() != "taken" {
		t.Errorf("%q", a.outcome())
	}
}
