package bff

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/portal"
	"paypane/web/payment"
)

// keeps is a browser whose launch may store cards and use stored ones.
func (w *world) keeps(patient int, changes ...func(claimSet)) *browser {
	w.t.Helper()
	b := w.browser()
	a := b.launch(harborEd.token(w, func(_, c claimSet) {
		c["patientid"], c["offer_save"], c["saved_cards"] = patient, true, true
		for _, change := range changes {
			change(c)
		}
	}))
	if a = b.get(a.to()); a.status != http.StatusSeeOther {
		w.t.Fatalf("arrive: %d %s", a.status, a.body)
	}
	return b
}

// stored are the patient's cards at the practice, the preferred one marked.
func (w *world) stored(patient int) []payment.StoredCard {
	w.t.Helper()
	cards, err := w.client().StoredCards(context.Background(), payment.Patient{Practice: 195900, Department: 7, ID: patient})
	if err != nil {
		w.t.Fatal(err)
	}
	return cards
}

// hiddenValue is what a page carries along in a hidden input.
func (a answer) hiddenValue(t testing.TB, name string) string {
	t.Helper()
	input := regexp.MustCompile(`<input[^>]*name="` + name + `"[^>]*>`).FindString(a.body)
	m := regexp.MustCompile(`value="([^"]*)"`).FindStringSubmatch(input)
	if m == nil {
		t.Fatalf("no %s on the page: %s", name, a.body)
	}
	return m[1]
}

// add stores a card by the form and answers the result page.
func (b *browser) add(t testing.TB, number string) answer {
	t.Helper()
	page := b.get("/cards/add")
	a := b.post("/cards/add", card("number", number, "consent", "yes", "attempt", page.hiddenValue(t, "attempt")))
	if a.status != http.StatusSeeOther {
		t.Fatalf("add: %d %s", a.status, a.body)
	}
	return b.get(a.to())
}

// A card is stored only with consent, offered for paying, made preferred and
// removed; nothing of it but brand, last four and expiry is on any page.
func TestStoredCards(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.keeps(dana)
	page := b.get("/cards/add")
	if a := b.post("/cards/add", card("attempt", page.hiddenValue(t, "attempt"))); a.status != 422 || !strings.Contains(a.body, "Tick the box to agree that the card is kept") {
		t.Errorf("without consent: %d %s", a.status, a.body)
	}
	if n := len(w.stored(dana)); n != 0 {
		t.Fatalf("%d cards without consent", n)
	}
	for _, number := range []string{"4111111111111111", "5555555555554444"} {
		if a := b.add(t, number); a.outcome() != "taken" || !strings.Contains(a.body, "Your card is saved") {
			t.Fatalf("%s: %s", a.outcome(), a.body)
		}
	}
	cards := w.stored(dana)
	if len(cards) != 2 || len(w.sim.Book()) != 0 {
		t.Fatalf("%d cards, %d movements of money", len(cards), len(w.sim.Book()))
	}
	list := b.get("/cards")
	for _, want := range []string{"Visa ending in 1111", "Mastercard ending in 4444", "Expires December 2034", `action="/cards/` + cards[1].ID + `/prefer"`} {
		if !strings.Contains(list.body, want) {
			t.Errorf("the list lacks %q", want)
		}
	}
	for _, not := range []string{"Dana Q Sample", "12 Elm", "02139"} {
		if strings.Contains(list.body, not) {
			t.Errorf("the list tells %q", not)
		}
	}
	if a := b.post("/cards/"+cards[1].ID+"/prefer", nil); a.to() != "/cards?done=preferred" || !w.stored(dana)[1].Preferred {
		t.Errorf("prefer: %d to %q", a.status, a.to())
	}
	if a := b.get("/cards/" + cards[0].ID + "/remove"); a.status != 200 || !strings.Contains(a.body, "Remove Visa ending in 1111?") || len(w.stored(dana)) != 2 {
		t.Errorf("asked: %d %s", a.status, a.body)
	}
	for range 2 { // pressed twice
		if a := b.post("/cards/"+cards[0].ID+"/remove", nil); a.to() != "/cards?done=removed" {
			t.Errorf("remove: %d %s", a.status, a.body)
		}
	}
	if left := w.stored(dana); len(left) != 1 || left[0].Last4 != "4444" {
		t.Errorf("left: %+v", left)
	}
}

// The two switches of a launch are two: one may see and use cards that are
// stored, or store one, or both, or neither.
func TestCardSwitches(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	w.keeps(dana).add(t, "4111111111111111")
	id := w.stored(dana)[0].ID
	for _, row := range []struct{ save, saved bool }{{false, false}, {true, false}, {false, true}, {true, true}} {
		b := w.keeps(dana, func(c claimSet) { c["offer_save"], c["saved_cards"] = row.save, row.saved })
		pay := b.get("/pay/" + b.choose(t, one("claim-501"))).body
		if strings.Contains(pay, `name="save"`) != row.save || strings.Contains(pay, "ending in 1111") != row.saved {
			t.Errorf("%+v: the card form offers save %t, stored cards %t", row, strings.Contains(pay, `name="save"`), strings.Contains(pay, "ending in 1111"))
		}
		if linked := strings.Contains(b.get("/pay").body, `href="/cards"`); linked != (row.save || row.saved) {
			t.Errorf("%+v: linked %t", row, linked)
		}
		list := b.get("/cards")
		if (list.status == 200) != (row.save || row.saved) || strings.Contains(list.body, "1111") != row.saved || strings.Contains(list.body, "/cards/add") != row.save {
			t.Errorf("%+v: %d %s", row, list.status, list.body)
		}
		if got := b.get("/cards/add").status == 200; got != row.save {
			t.Errorf("%+v: add %t", row, got)
		}
		if got := b.get("/cards/"+id+"/remove").status == 200; got != row.saved {
			t.Errorf("%+v: remove %t", row, got)
		}
		if !row.save {
			b.post("/cards/add", card("consent", "yes", "attempt", rand.Text()))
		}
		if !row.saved {
			b.post("/cards/"+id+"/remove", nil)
		}
		if n := len(w.stored(dana)); n != 1 {
			t.Fatalf("%+v: %d cards", row, n)
		}
	}
}

// Another patient's card is not there, whatever is sent.
func TestForeignStoredCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	w.keeps(dana).add(t, "4111111111111111")
	id := w.stored(dana)[0].ID
	other := w.keeps(40212)
	for _, a := range []answer{other.get("/cards/" + id + "/remove"), other.post("/cards/"+id+"/prefer", nil)} {
		if a.status != http.StatusNotFound {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	other.post("/cards/"+id+"/remove", nil)
	attempt := other.choose(t, everything)
	if a := other.post("/pay/"+attempt, url.Values{"card": {id}, "code-" + id: {"123"}}); a.status != 422 {
		t.Errorf("pay with it: %d", a.status)
	}
	if cards := w.stored(dana); len(cards) != 1 || cards[0].Preferred || len(w.sim.Book()) != 0 {
		t.Errorf("%+v, %d movements", cards, len(w.sim.Book()))
	}
}

// The form for a new card that is sent twice stores one card, and a lost answer
// is told as what it is.
func TestAddCardOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Minute})
	b := w.keeps(dana)
	form := card("consent", "yes", "attempt", b.get("/cards/add").hiddenValue(t, "attempt"))
	w.sim.Fault(athenatest.Fault{Endpoint: "storedcard", When: "after", Do: "cut"})
	first := b.post("/cards/add", form)
	second := b.post("/cards/add", form)
	if first.to() == "" || first.to() != second.to() {
		t.Errorf("%q and %q", first.to(), second.to())
	}
	if a := b.get(first.to()); a.outcome() != "unknown" || !strings.Contains(a.body, "We do not know yet if your card was saved") || strings.Contains(a.body, "Try again") {
		t.Errorf("%s: %s", a.outcome(), a.body)
	}
	if n := len(w.stored(dana)); n != 1 {
		t.Errorf("%d cards", n)
	}
	for _, attempt := range []string{"", "x", strings.Repeat("A", 400), "4111111111111111"} {
		if a := b.post("/cards/add", card("consent", "yes", "attempt", attempt)); a.status < 400 || a.status >= 600 {
			t.Errorf("attempt %q: %d", attempt, a.status)
		}
	}
	if n := len(w.stored(dana)); n != 1 {
		t.Errorf("%d cards after hostile forms", n)
	}
}

// The same card is stored once, from whatever forms and tabs.
func TestSameCardOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{delay: time.Minute})
	b := w.keeps(dana)
	first, second := b.get("/cards/add").hiddenValue(t, "attempt"), b.get("/cards/add").hiddenValue(t, "attempt")
	w.sim.Fault(athenatest.Fault{Endpoint: "storedcard", When: "after", Do: "cut"})
	b.post("/cards/add", card("consent", "yes", "attempt", first))
	if a := b.post("/cards/add", card("consent", "yes", "attempt", second)); a.to() != "/payments/"+first+"?instead="+second {
		t.Errorf("while the first is in doubt: %d to %q", a.status, a.to())
	}
	w.later(3 * time.Minute)
	if a := b.add(t, "4111111111111111"); a.outcome() != "taken" || len(w.stored(dana)) != 1 {
		t.Errorf("once more: %s, %d cards", a.outcome(), len(w.stored(dana)))
	}
	attempt := b.choose(t, one("claim-501"))
	b.post("/pay/"+attempt, card("card", "new", "save", "yes"))
	w.drain()
	if a := b.get("/payments/" + attempt); !strings.Contains(a.body, "Your card is saved for later payments.") || len(w.stored(dana)) != 1 {
		t.Errorf("while paying: %d cards: %s", len(w.stored(dana)), a.body)
	}
	b.post("/cards/"+w.stored(dana)[0].ID+"/remove", nil)
	if b.add(t, "4111111111111111"); len(w.stored(dana)) != 1 {
		t.Errorf("after it was removed: %d", len(w.stored(dana)))
	}
}

// Staff neither see a patient's cards nor agree in their place that one is kept.
func TestStaffKeepNoCards(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	w.keeps(dana).add(t, "4111111111111111")
	b := w.keeps(dana, func(c claimSet) { c["role"] = portal.RoleStaff })
	attempt := b.choose(t, one("claim-501"))
	if a := b.get("/pay/" + attempt); strings.Contains(a.body, `name="save"`) || strings.Contains(a.body, "1111") {
		t.Errorf("%s", a.body)
	}
	b.post("/pay/"+attempt, card("number", "5555555555554444", "save", "yes"))
	w.drain()
	if n := len(w.stored(dana)); n != 1 {
		t.Errorf("%d cards", n)
	}
}

// What rests on a card is named before it is removed.
func TestRemoveNamesWhatRestsOnIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.keeps(40213)
	b.add(t, "4111111111111111")
	if made := w.client().AgreeForVisit(context.Background(), lee, payment.AgreementTerms{Max: payment.Cents(30000), Email: "lee@example.com"}, testCard()); !made.Done() {
		t.Fatal(made.Evidence)
	}
	a := b.get("/cards/" + w.stored(40213)[0].ID + "/remove")
	if !strings.Contains(a.body, "Card on file for one visit, with Visa ending in 1111") {
		t.Errorf("%s", a.body)
	}
}
