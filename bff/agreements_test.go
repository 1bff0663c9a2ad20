package bff

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/bff/account"
	"paypane/bff/athena/athenatest"
	"paypane/bff/session"
	"paypane/web/payment"
)

const leesVisit = "visit-880123"

// agreeing chooses what a card is kept for and answers the attempt's id.
func (b *browser) agreeing(t testing.TB, option, limit string) string {
	t.Helper()
	a := b.post("/agree", url.Values{"agree": {option}, "limit-" + option: {limit}})
	id, ok := strings.CutPrefix(a.to(), "/agree/")
	if a.status != http.StatusSeeOther || !ok {
		t.Fatalf("agree: %d to %q: %s", a.status, a.to(), a.body)
	}
	return id
}

// signed is the form of the signing page, filled in.
func (b *browser) signed(t testing.TB, id string, changes ...string) url.Values {
	t.Helper()
	version := b.get("/agree/"+id).hiddenValue(t, "version")
	return card(append([]string{"version", version, "consent", "yes", "email", "lee@example.com"}, changes...)...)
}

func (w *world) agreements(p payment.Patient) []payment.Agreement {
	w.t.Helper()
	visits, err := w.practice.VisitAgreements(context.Background(), p)
	if err != nil {
		w.t.Fatal(err)
	}
	years, err := w.practice.YearAgreements(context.Background(), p)
	if err != nil {
		w.t.Fatal(err)
	}
	return append(visits, years...)
}

// An agreement is made once, up to the limit that was set, and only after the
// terms were read in the version that is kept with it, word by word.
func TestAgreements(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		option, act, heading, mail, copied string
	}{
		{leesVisit, "visit", "Your card is on file for one visit", "", "sending a receipt of the agreement to lee@example.com"},
		{"year", "year", "Your card is on file for a year", "AGREEMENT", "sending the agreement to lee@example.com"},
	} {
		w := newWorld(t, setup{})
		b := w.visit(lee.ID)
		if a := b.get("/pay"); !strings.Contains(a.body, `href="/agreements"`) {
			t.Error("no link from the pay page")
		}
		id := b.agreeing(t, row.option, "250")
		page := b.get("/agree/" + id)
		for _, want := range []string{"$250.00", "last four digits", "5 days before", "If these terms change", "This ends", "You do not have to do this",
			"I authorize the practice to keep my card on file", `lang="en"`, "Version ", "Bills that I have today are not part of it"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		if strings.Contains(page.body, `name="consent" value="yes" checked`) || strings.Contains(page.body, "checked") {
			t.Error("the consent is ticked beforehand")
		}
		for change, says := range map[string]string{
			"consent=": "Tick the box to agree to the card on file terms", "email=": "Enter an email address", "version=OLD": "The terms have changed", "number=4111": "Check the card number",
		} {
			name, value, _ := strings.Cut(change, "=")
			if a := b.post("/agree/"+id, b.signed(t, id, name, value)); a.status != 422 || !strings.Contains(a.body, says) {
				t.Errorf("%s: %d %s", change, a.status, a.body)
			}
		}
		if n := len(w.agreements(lee)); n != 0 {
			t.Fatalf("%d agreements from forms that were wrong", n)
		}
		form := b.signed(t, id)
		for range 2 {
			if a := b.post("/agree/"+id, form); a.to() != "/payments/"+id {
				t.Fatalf("%d %s", a.status, a.body)
			}
		}
		w.drain()
		a := b.get("/payments/" + id)
		if a.outcome() != "taken" || !strings.Contains(a.body, row.heading) || !strings.Contains(a.body, "5 days later your card is charged") || !strings.Contains(a.body, row.copied) {
			t.Errorf("%s %s", a.outcome(), a.body)
		}
		made := w.agreements(lee)
		if len(made) != 1 || string(made[0].Kind) != row.act || made[0].Max != payment.Cents(25000) || made[0].Last4 != "1111" || made[0].Email != "lee@example.com" {
			t.Fatalf("%+v", made)
		}
		if len(w.sim.Book()) != 0 {
			t.Errorf("%d movements of money", len(w.sim.Book()))
		}
		consent, err := w.ledger.Consent(context.Background(), lee, id)
		if err != nil || consent.Version != form.Get("version") || !strings.Contains(consent.Text, "$250.00 in all at most") || !strings.Contains(consent.Text, "I authorize the practice") || consent.Locale != "en-US" {
			t.Errorf("%+v, %v", consent, err)
		}
		if !strings.Contains(consent.Text, "I have read what I agree to and the terms above, and I agree to them") {
			t.Errorf("without the words beside the box: %s", consent.Text)
		}
		kept := b.get("/receipts/" + made[0].Payment)
		if _, signed, _ := strings.Cut(kept.body, `<h2 id="signed">What was agreed to</h2>`); !strings.Contains(strings.SplitN(signed, "</section>", 2)[0], "<dd>Visa ending in 1111</dd>") {
			t.Errorf("the receipt: %s", kept.body)
		}
		for _, line := range strings.Split(consent.Text, "\n") {
			if !strings.Contains(page.body, line) && line != "Terms:" {
				t.Errorf("kept, but not on the page: %q", line)
			}
		}
		if row.mail != "" {
			found := false
			for _, m := range w.sim.Mails() {
				found = found || m.Kind == row.mail && m.To == "lee@example.com"
			}
			if !found {
				t.Errorf("the agreement was not mailed: %+v", w.sim.Mails())
			}
		}
		if list := b.get("/agreements"); !strings.Contains(list.body, "$250.00") || !strings.Contains(list.body, "617-555-0100") || !strings.Contains(list.body, "Please cancel my card on file agreement") {
			t.Errorf("%s", list.body)
		}
		if a := b.get("/agree"); strings.Contains(a.body, `value="`+row.option+`"`) {
			t.Error("offered again")
		}
	}
}

// Up to the charge the page counts the days, by what the upstream's claims
// tell, and announces nothing that it cannot know; each agreement says how to
// pay another way.
func TestAgreementsCountDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(lee.ID)
	id := b.agreeing(t, leesVisit, "50")
	b.post("/agree/"+id, b.signed(t, id))
	w.drain()
	if a := b.get("/agreements"); !strings.Contains(a.body, "No charge is announced here yet. The practice&#39;s email tells you first.") || !strings.Contains(a.body, "Pay what you owe another way now") {
		t.Errorf("%s", a.body)
	}
	w.clock.advance(22 * 24 * time.Hour) // the insurance has decided
	for _, words := range []string{
		"Up to $50.00 of it may be charged on or after December 17, 2026 (in 4 days).", "(in 3 days)", "(in 2 days)", "(tomorrow)",
	} {
		b = w.visit(lee.ID)
		if a := b.get("/agreements"); !strings.Contains(a.body, words) || !strings.Contains(a.body, "$65.00 is left for you.") || !strings.Contains(a.body, "Please do not charge my card on file") {
			t.Errorf("%q: %s", words, a.body)
		}
		w.clock.advance(24 * time.Hour)
	}
	w.clock.advance(2 * 24 * time.Hour)
	if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 5000 {
		t.Errorf("%+v", book)
	}
}

// Agreements can be looked at where the practice offers none any more, and as
// long as one is in doubt; only where there is none is there nothing.
func TestAgreementsNotOfferedAnyMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(lee.ID)
	id := b.agreeing(t, leesVisit, "50")
	form := b.signed(t, id)
	b.post("/agree/"+id, form)
	w.drain()
	w.practice.office = func(o payment.Department, err error) (payment.Department, error) {
		o.VisitMax, o.YearMax = payment.Amount{}, payment.Amount{}
		return o, err
	}
	w.clock.advance(account.DepartmentLife)
	if a := b.get("/agreements"); a.status != http.StatusOK || !strings.Contains(a.body, "$50.00") || strings.Contains(a.body, `href="/agree"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := w.visit(dana).get("/agreements"); a.status != http.StatusNotFound {
		t.Errorf("without any: %d", a.status)
	}
	if a := w.desk("eve", "patientid", lee.ID).get("/agreements"); a.status != http.StatusNotFound {
		t.Errorf("staff: %d", a.status)
	}
}

// resting is a practice with agreements and plans of which the upstream says
// more or less.
type resting struct {
	Practice
	agreements []payment.Agreement
	plans      []payment.Plan
}

func (r resting) VisitAgreements(context.Context, payment.Patient) ([]payment.Agreement, error) {
	return r.agreements, nil
}

func (r resting) YearAgreements(context.Context, payment.Patient) ([]payment.Agreement, error) {
	return nil, nil
}

func (r resting) Plans(context.Context, payment.Patient, ...string) ([]payment.Plan, error) {
	return r.plans, nil
}

// What may rest on a card is named before it goes, also where the upstream does
// not say by which card it is paid; what is over rests on none.
func TestDependents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	left := payment.Cents(2000)
	w.practice.Practice = resting{w.practice.Practice,
		[]payment.Agreement{
			{Kind: payment.AgreementVisit, Last4: "1111"}, {Kind: payment.AgreementVisit},
			{Kind: payment.AgreementVisit, Last4: "4444"}, {Kind: payment.AgreementYear, Ends: "2026-11-20"}, {Kind: payment.AgreementVisit, Last4: "1111", LeftKnown: true},
		},
		[]payment.Plan{
			{Cycle: left, Frequency: payment.Monthly, Left: left, LeftKnown: true}, {Cycle: left, LeftKnown: true},
			{Cycle: left, Billing: payment.BilledByStatement}, {Cycle: left, Last4: "1111", Brand: payment.Visa},
		}}
	visa := payment.StoredCard{Brand: payment.Visa, Last4: "1111"}
	d, err := w.pages.Cards.Dependents(context.Background(), session.Session{Patient: lee}, visa)
	if err != nil || !slices.Equal(d.Same, []string{"Card on file for one visit, with Card ending in 1111", "Payment plan of $20.00, with Visa ending in 1111"}) ||
		!slices.Equal(d.Unknown, []string{"Card on file for one visit", "Payment plan of $20.00 a month"}) {
		t.Errorf("%q, %q, %v", d.Same, d.Unknown, err)
	}
	if d, err = w.pages.Cards.Dependents(context.Background(), session.Session{Patient: lee}, payment.StoredCard{}); err != nil || len(d.Same) != 0 || len(d.Unknown) != 5 {
		t.Errorf("a card without digits: %q, %q, %v", d.Same, d.Unknown, err)
	}
}

// While a plan or an agreement is in doubt, or may have charged a card by
// itself, nobody is told that no money was taken.
func TestNothingIsSaidOfMoneyWhileAPlanIsInDoubt(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"cut", ""} {
		w := newWorld(t, setup{delay: time.Minute})
		b := w.visit(lee.ID)
		if fault != "" {
			w.sim.Fault(athenatest.Fault{Endpoint: "singleappointment", When: "after", Do: fault})
		}
		id := b.agreeing(t, leesVisit, "50")
		b.post("/agree/"+id, b.signed(t, id))
		w.drain()
		w.clock.advance(26 * time.Hour)
		w.practice.statement = func() (payment.Statement, error) { return payment.Statement{}, errors.New("503") }
		b = w.visit(lee.ID)
		if a := b.get("/pay"); a.status != 503 || strings.Contains(a.body, noMoney) || strings.Contains(a.body, "/payments/"+id) != (fault != "") {
			t.Errorf("%q: %d %s", fault, a.status, a.body)
		}
	}
}
