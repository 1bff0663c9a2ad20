package bff

import (
	"bytes"
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paypane/bff/session"
	"paypane/web/payment"
)

// A form that was printed for one person does nothing once the page is for
// another, whatever it is a form for.
func TestFormForAnotherPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.two()
	tab := *b // with the same cookie
	danas := tab.get("/pay").hiddenValue(t, "person")
	id := tab.choose(t, everything)
	robins := b.payFor(t, "1").hiddenValue(t, "person")
	for what, person := range map[string]string{"the other": danas, "nobody": "", "a place in the list": "1", "words": "Robin", "the patient's number": "40212",
		"a part": robins[:8], "a stranger": w.binding.For(session.Session{Patient: payment.Patient{Practice: 195900, ID: 40213}}), "elsewhere": w.binding.For(session.Session{Patient: payment.Patient{Practice: 777, ID: robin}})} {
		form := maps.Clone(everything)
		form.Set("person", person)
		a := tab.post("/pay", form)
		if a.status != http.StatusConflict || a.page() != "other" || !strings.Contains(a.body, "You are paying for Robin") ||
			!strings.Contains(a.body, "Nothing was done") || !strings.Contains(a.body, `href="/people"`) || strings.Contains(a.body, "120.00") {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
	// The card form in the other tab was Dana's: it says so, and how to go on.
	for _, a := range []answer{tab.get("/pay/" + id), tab.post("/pay/"+id, card()), tab.post("/payments/"+id+"/again", nil)} {
		if a.status != http.StatusConflict || a.page() != "other" || !strings.Contains(a.body, "You are paying for Robin") ||
			!strings.Contains(a.body, "Your payment of $120.00 is for Dana Sam. Nothing was sent by this step.") || !strings.Contains(a.body, `href="/people"`) {
			t.Errorf("Dana's card form: %d %s", a.status, a.body)
		}
	}
	if a := tab.get("/pay/" + rand.Text()); a.status != http.StatusNotFound || strings.Contains(a.body, "Nothing was sent") {
		t.Errorf("nobody's card form: %d %s", a.status, a.body)
	}
	if len(w.sim.Book()) != 0 || w.practice.collects.Load() != 0 {
		t.Error("money moved")
	}
	b.payFor(t, "0")
	if a := tab.post("/pay/"+id, card()); a.to() != "/payments/"+id {
		t.Errorf("back at Dana: %d", a.status)
	}
	// All forms that are not about one attempt are guarded, but for those that
	// are about the session.
	for _, c := range w.forms() {
		if a := tab.post(c.path, url.Values{"person": {robins}}); a.status != http.StatusConflict {
			t.Errorf("%s: %d", c.pattern, a.status)
		}
	}
}

// Once something was sent for one person, its form leads to what became of it,
// whomever the page is for by then.
func TestSentForAnotherPerson(t *testing.T) {
	t.Parallel()
	for number, outcome := range map[string]string{"4111 1111 1111 1111": "taken", "4000 0000 0000 9011": "unknown", "4000 0000 0000 0002": "declined"} {
		w := newWorld(t, setup{})
		b := w.two()
		id := b.choose(t, everything)
		b.post("/pay/"+id, card("number", number))
		w.drain()
		b.payFor(t, "1")
		for _, a := range []answer{b.get("/pay/" + id), b.post("/pay/"+id, card()), b.get("/plan/" + id), b.post("/payments/"+id+"/again", nil)} {
			if a.status != http.StatusSeeOther || a.to() != "/payments/"+id || strings.Contains(a.body, "Nothing was sent") {
				t.Errorf("%s: %d to %q: %s", outcome, a.status, a.to(), a.body)
			}
		}
		if a := b.get("/payments/" + id); a.outcome() != outcome || !strings.Contains(a.body, "This page is about Dana Sam.") {
			t.Errorf("%s: %d %s", outcome, a.status, a.body)
		}
		if n := w.practice.collects.Load(); n != 1 {
			t.Errorf("%s: sent %d times", outcome, n)
		}
	}
	// A session for one of them is told nothing of the other.
	w := newWorld(t, setup{})
	b := w.two()
	id := b.choose(t, everything)
	b.post("/pay/"+id, card())
	for _, a := range []answer{w.visit(robin).get("/pay/" + id), w.visit(robin).post("/payments/"+id+"/again", nil)} {
		if a.status != http.StatusNotFound {
			t.Errorf("a stranger: %d to %q", a.status, a.to())
		}
	}
}

// A form on a page that a browser opened for one patient does nothing once the
// portal has opened it for another, and a form that says nothing does nothing
// but choose what to pay.
func TestFormOfAnEarlierLaunch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.keeps(dana)
	page := b.get("/cards/add")
	danas := page.hiddenValue(t, "person")
	if strings.Contains(page.body, "40211") {
		t.Error("the page names the patient's number")
	}
	form := card("consent", "yes", "attempt", page.hiddenValue(t, "attempt"), "person", danas)
	launch := func(patient int) {
		t.Helper()
		a := b.launch(harborEd.token(w, func(_, c claimSet) { c["patientid"], c["offer_save"], c["saved_cards"] = patient, true, true }))
		b.get(a.to())
	}
	launch(robin)
	for _, person := range []string{danas, "", "0", "-1"} {
		form.Set("person", person)
		a := b.post("/cards/add", form)
		if a.status != http.StatusConflict || a.page() != "other" || !strings.Contains(a.body, "Nothing was done with it.") || !strings.Contains(a.body, `href="/pay"`) ||
			strings.Contains(a.body, "4111") || strings.Contains(a.body, "Dana") {
			t.Errorf("%q: %d %s", person, a.status, a.body)
		}
	}
	for _, c := range w.forms() {
		if a := b.post(c.path, url.Values{"person": {danas}}); a.status != http.StatusConflict {
			t.Errorf("%s of Dana's page: %d", c.pattern, a.status)
		}
		if a := b.post(c.path, url.Values{"person": {""}}); (a.status == http.StatusConflict) == (c.path == "/pay") {
			t.Errorf("%s of no page: %d", c.pattern, a.status)
		}
	}
	chosen := maps.Clone(everything)
	chosen.Set("person", danas)
	if a := b.post("/pay", chosen); a.status != http.StatusConflict {
		t.Errorf("Dana's choice for Robin: %d to %q", a.status, a.to())
	}
	w.drain()
	if len(w.stored(robin)) != 0 || len(w.stored(dana)) != 0 {
		t.Error("a card was stored")
	}
	// Opened for Dana again, the old page works on.
	launch(dana)
	form.Set("person", danas)
	if a := b.post("/cards/add", form); a.status != http.StatusSeeOther || len(w.stored(dana)) != 1 {
		t.Errorf("back at Dana: %d %s", a.status, a.body)
	}
}

// A page that was printed with the key before works on while that verifies.
func TestMarksOutliveTheirKey(t *testing.T) {
	t.Parallel()
	one, two := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 40)
	p := payment.Patient{Practice: 195900, ID: dana, Department: 7}
	old := must(session.NewBinding([][]byte{one})).For(session.Session{Patient: p})
	p.Department, p.Appointment = 8, 880123 // where and why are not who
	if both := must(session.NewBinding([][]byte{two, one})); !both.Fits(session.Session{Patient: p}, old) || both.For(session.Session{Patient: p}) == old || !both.Fits(session.Session{Patient: p}, both.For(session.Session{Patient: p})) {
		t.Error("the key before does not verify")
	}
	if must(session.NewBinding([][]byte{two})).Fits(session.Session{Patient: p}, old) {
		t.Error("a key that was taken away verifies")
	}
}
