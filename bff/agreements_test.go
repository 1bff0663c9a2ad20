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
	list, err := w.agreementsOf(context.Background(), p)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// An agreement is made once, up to the limit that was set, and only after the
// terms were read in the version that is kept with it, word by word.
func TestAgreements(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		option, act, heading, mail string
	}{
		{leesVisit, "visit", "Your card is on file for one visit", ""},
		{"year-880123", "year", "Your card is on file for a year", "AGREEMENT"},
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
		if a.outcome() != "taken" || !strings.Contains(a.body, row.heading) || !strings.Contains(a.body, "5 days later your card is charged") {
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
// tell; afterwards it says what was used.
func TestAgreementsCountDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(lee.ID)
	id := b.agreeing(t, leesVisit, "50")
	b.post("/agree/"+id, b.signed(t, id))
	w.drain()
	if a := b.get("/agreements"); !strings.Contains(a.body, "Nothing waits to be charged now") {
		t.Errorf("%s", a.body)
	}
	w.clock.advance(22 * 24 * time.Hour) // the insurance has decided
	b = w.visit(lee.ID)
	a := b.get("/agreements")
	if !strings.Contains(a.body, "$50.00 is left for you.") && !strings.Contains(a.body, "in 4 days") {
		t.Errorf("%s", a.body)
	}
	w.clock.advance(6 * 24 * time.Hour)
	if book := w.sim.Book(); len(book) != 1 || book[0].Amount != 5000 {
		t.Errorf("%+v", book)
	}
}

// A lost answer is told as what it is, nothing is sent again, and what is not
// offered cannot be had by its address.
func TestAgreementLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Minute})
	b := w.visit(lee.ID)
	w.sim.Fault(athenatest.Fault{Endpoint: "singleappointment", When: "after", Do: "cut"})
	id := b.agreeing(t, leesVisit, "50")
	second := b.agreeing(t, leesVisit, "60")
	b.post("/agree/"+id, b.signed(t, id))
	if a := b.get("/payments/" + id); a.outcome() != "unknown" || !strings.Contains(a.body, "We do not know yet if your card is on file") || !strings.Contains(a.body, "Do not send it again") {
		t.Errorf("%s", a.body)
	}
	if a := b.post("/agree/"+second, b.signed(t, second)); a.to() != "/payments/"+id+"?instead="+second {
		t.Errorf("a second one: %d to %q", a.status, a.to())
	}
	if n := w.sim.Count("singleappointment"); n != 1 {
		t.Errorf("%d requests", n)
	}
	w.later(3 * time.Minute)
	if a := b.get("/payments/" + id); a.outcome() != "taken" {
		t.Errorf("in the end %s", a.outcome())
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

// The upstream's terms may be HTML: what is markup goes, what is text stays.
func TestTermsWithoutMarkup(t *testing.T) {
	for text, want := range map[string]string{
		"One.\n\nTwo.": "One.|Two.", "<p>One &amp; <b>two</b>.</p><p>Three</p>": "One & two.|Three", "a < b and c > d": "a < b and c > d",
		"<script>alert(1)</script><p>Terms</p>": "Terms", "<ul><li>1<li>2</ul>": "1|2", "x<br>y": "x|y", "": "",
	} {
		if got := strings.Join(paragraphs(text), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
