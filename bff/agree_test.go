package bff

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

// A lost answer is told as what it is, nothing is sent again, and what is not
// offered cannot be had by its address.
func TestAgreementLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Minute})
	b := w.visit(lee.ID)
	w.sim.Fault(athenatest.Fault{Endpoint: "singleappointment", When: "after", Do: "cut"})
	id := b.agreeing(t, leesVisit, "50")
	second := b.agreeing(t, leesVisit, "60")
	later := b.signed(t, second)
	b.post("/agree/"+id, b.signed(t, id))
	if a := b.get("/payments/" + id); a.outcome() != "unknown" || !strings.Contains(a.body, "We do not know yet if your card is on file") || !strings.Contains(a.body, "Do not send it again") {
		t.Errorf("%s", a.body)
	}
	for _, a := range []answer{b.get("/agree/" + second), b.post("/agree/"+second, later)} {
		if a.to() != "/payments/"+id+"?instead="+second {
			t.Errorf("a second one: %d to %q", a.status, a.to())
		}
	}
	if a := b.get("/agree"); strings.Contains(a.body, `value="`+leesVisit+`"`) || !strings.Contains(a.body, `href="/payments/`+id+`"`) {
		t.Errorf("offered while in doubt: %s", a.body)
	}
	if n := w.sim.Count("singleappointment"); n != 1 {
		t.Errorf("%d requests", n)
	}
	w.later(3 * time.Minute)
	if a := b.get("/payments/" + id); a.outcome() != "taken" {
		t.Errorf("in the end %s", a.outcome())
	}
}

// Of one patient there is one agreement for a year, whichever visit the launch
// was for, also while it is not known whether there is one.
func TestOneYearAgreement(t *testing.T) {
	t.Parallel()
	dana := payment.Patient{Practice: 195900, Department: 7, ID: dana}
	for _, row := range []struct {
		name  string
		fault athenatest.Fault
		made  int
	}{{"made", athenatest.Fault{}, 1}, {"in doubt", athenatest.Fault{Endpoint: "oneyear", When: "before", Do: "cut"}, 0}} {
		w := newWorld(t, setup{delay: time.Minute})
		launch := func(appointment int) *browser {
			b := w.browser()
			b.get(b.launch(harborEd.token(w, func(_, c claimSet) { c["patientid"], c["appointmentid"] = dana.ID, appointment })).to())
			return b
		}
		one, other := launch(880211), launch(880212)
		first, second := one.agreeing(t, "year", "50"), other.agreeing(t, "year", "60")
		form, later := one.signed(t, first), other.signed(t, second)
		if row.fault.Endpoint != "" {
			w.sim.Fault(row.fault)
		}
		one.post("/agree/"+first, form)
		w.drain()
		asked := w.sim.Count("oneyear")
		for _, a := range []answer{other.get("/agree/" + second), other.post("/agree/"+second, later)} {
			if a.to() != "/payments/"+first+"?instead="+second {
				t.Errorf("%s: %d to %q", row.name, a.status, a.to())
			}
		}
		if a := other.get("/agree"); strings.Contains(a.body, `value="year"`) {
			t.Errorf("%s: offered again", row.name)
		}
		w.drain()
		if n := len(w.agreements(dana)); n != row.made || w.sim.Count("oneyear") != asked {
			t.Errorf("%s: %d agreements, asked for %d times more", row.name, n, w.sim.Count("oneyear")-asked)
		}
	}
}

// An agreement that the practice has by other ways is seen when the page is
// sent, however late it was made, and the payer is led to it.
func TestAgreedElsewhere(t *testing.T) {
	t.Parallel()
	for _, option := range []string{leesVisit, "year"} {
		w := newWorld(t, setup{})
		b := w.visit(lee.ID)
		id := b.agreeing(t, option, "50")
		form := b.signed(t, id)
		ask := w.client().AgreeForVisit
		if option == "year" {
			ask = w.client().AgreeForYear
		}
		if made := ask(context.Background(), lee, payment.AgreementTerms{Max: payment.Cents(7000)}, testCard()); !made.Done() {
			t.Fatal(made)
		}
		if a := b.post("/agree/"+id, form); a.to() != "/agreements?why=agreed" || len(w.agreements(lee)) != 1 {
			t.Errorf("%s: %d to %q, %d agreements", option, a.status, a.to(), len(w.agreements(lee)))
		}
		if a := b.get("/agreements?why=agreed"); !strings.Contains(a.body, "A card is on file for this already. Nothing was sent.") || !strings.Contains(a.body, "$70.00") {
			t.Errorf("%s", a.body)
		}
	}
}

// A page that was open for more than an hour leads back to the choice and says so.
func TestAgreementOpenForTooLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(lee.ID)
	id := b.agreeing(t, leesVisit, "50")
	form := b.signed(t, id)
	w.clock.advance(ledger.Fresh + time.Minute)
	b = w.visit(lee.ID)
	for _, a := range []answer{b.get("/agree/" + id), b.post("/agree/"+id, form)} {
		if a.to() != "/agree?why=open" || len(w.agreements(lee)) != 0 {
			t.Errorf("%d to %q", a.status, a.to())
		}
		if a := b.get(a.to()); a.status != http.StatusOK || !strings.Contains(a.body, "This page was open for more than an hour. Nothing was sent.") {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
}

// Terms that nobody can read, or that cannot be kept, are nothing to agree to.
func TestTermsThatCannotBeAgreedTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(lee.ID)
	id := b.agreeing(t, leesVisit, "50")
	form := b.signed(t, id)
	for name, terms := range map[string]string{"markup": "<p></p><script>1</script>", "empty": " ", "long": strings.Repeat("The practice may charge the card. ", 700)} {
		w.practice.terms = terms
		for _, a := range []answer{b.get("/agree/" + id), b.post("/agree/"+id, form)} {
			if a.status != http.StatusServiceUnavailable || strings.Contains(a.body, `name="consent"`) {
				t.Errorf("%s: %d %s", name, a.status, a.body)
			}
		}
	}
	if n := len(w.agreements(lee)); n != 0 || !strings.Contains(w.logs.String(), "the upstream's terms cannot be agreed to") {
		t.Errorf("%d agreements; %s", n, w.logs)
	}
}

// Where no copy could be mailed the result says so, and how to keep one.
func TestAgreementNotMailed(t *testing.T) {
	t.Parallel()
	for _, option := range []string{leesVisit, "year"} {
		w := newWorld(t, setup{})
		w.practice.email = func() error { return errors.New("no answer") }
		w.sim.Fault(athenatest.Fault{Endpoint: "emailagreement", When: "before", Do: "cut"})
		b := w.visit(lee.ID)
		id := b.agreeing(t, option, "50")
		b.post("/agree/"+id, b.signed(t, id))
		w.drain()
		a := b.get("/payments/" + id)
		if a.outcome() != "taken" || !strings.Contains(a.body, "No copy of the agreement could be emailed.") || !strings.Contains(a.body, "Read or print what you agreed to") ||
			strings.Contains(a.body, "re sending ") {
			t.Errorf("%s: %s", option, a.body)
		}
	}
}

// Whoever only goes on agrees to no amount: none is filled in, and none at all is
// refused. The maximum stands beside the input.
func TestNoLimitIsFilledIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(lee.ID)
	page := b.get("/agree").body
	for _, input := range inputs(page) {
		if value, filled := input["value"]; filled && strings.HasPrefix(input["name"], "limit-") {
			t.Errorf("%s has %q", input["name"], value)
		}
	}
	if strings.Count(page, `name="limit-`) != 2 || !strings.Contains(page, "for example $50.00 or $100.00") || !strings.Contains(page, "maximum is $3,000.00") {
		t.Errorf("%s", page)
	}
	for _, option := range []string{leesVisit, "year"} {
		if a := b.post("/agree", url.Values{"agree": {option}, "limit-" + option: {""}}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s without a limit: %d to %q", option, a.status, a.to())
		}
	}
}

// Wrong and hostile choices are refused with what to do.
func TestAgreeingRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(lee.ID)
	for _, row := range []struct{ option, limit, says string }{
		{"", "50", "Choose what the card is kept for"}, {"visit-1", "50", "Choose what the card is kept for"}, {"year-40211", "5", "Choose what"},
		{leesVisit, "", "Enter the most that may be charged"}, {leesVisit, "x", "like 45.50"}, {leesVisit, "0.50", "The smallest limit is $1.00"},
		{leesVisit, "3000.01", "The practice&#39;s maximum is $3,000.00"},
	} {
		a := b.post("/agree", url.Values{"agree": {row.option}, "limit-" + row.option: {row.limit}})
		if a.status != 422 || strings.Count(a.body, row.says) == 0 && strings.Count(a.body, strings.ReplaceAll(row.says, "&#39;", "'")) == 0 {
			t.Errorf("%+v: %d %s", row, a.status, a.body)
		}
	}
	other := w.visit(dana)
	id := b.agreeing(t, leesVisit, "50")
	if a := other.get("/agree/" + id); a.status != 404 {
		t.Errorf("somebody else's: %d", a.status)
	}
	if a := b.get("/agree/" + b.choose(t, everything)); a.status != 404 {
		t.Errorf("a charge: %d", a.status)
	}
	if a := b.post("/pay/"+id, card()); a.status != 404 {
		t.Errorf("paying an agreement: %d", a.status)
	}
	if a := b.get("/pay/" + id); a.status != 404 {
		t.Errorf("the card form of an agreement: %d", a.status)
	}
	if _, err := w.ledger.Consent(context.Background(), lee, id); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("consent: %v", err)
	}
}
