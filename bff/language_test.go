package bff

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"paypane/web/words"
)

// speaks reports the languages that a document is marked with.
func (a answer) speaks() string {
	_, rest, _ := strings.Cut(a.body, `<html lang="`)
	tag, _, _ := strings.Cut(rest, `"`)
	return tag
}

// text is a sentence of the catalogue, in the language of a tag.
func text(t testing.TB, tag string, key words.Key, parameters ...any) string {
	t.Helper()
	l, ok := words.Named(tag)
	if !ok {
		t.Fatalf("there is no language %q", tag)
	}
	return l.Text(key, parameters...)
}

// in is a browser with a session of Dana's in a language.
func (w *world) in(tag string) *browser {
	w.t.Helper()
	return w.visitAt(dana, 0, func(c claimSet) {
		delete(c, "appointmentid")
		c["locale"] = tag
	})
}

// The token's language goes before that of the page around, and that before the
// browser's. What the practice does not offer, or is no language, is not heard.
func TestTheLanguageOfALaunch(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		claim           any
		locale, browser string
		offered         []string
		want            string
	}{
		"nothing asks":                       {want: "en"},
		"the token":                          {claim: "es-US", locale: "en", browser: "en", want: "es"},
		"the page around":                    {locale: "es-MX", browser: "en", want: "es"},
		"the browser":                        {browser: "es-419,es;q=0.9,en;q=0.8", want: "es"},
		"the browser's second":               {browser: "vi,es;q=0.9,en;q=0.8", want: "es"},
		"a language that there is not":       {claim: "vi", locale: "es", want: "es"},
		"a token that names none":            {claim: "Spanish (US)", locale: "es", want: "es"},
		"a number":                           {claim: 7, want: "en"},
		"null":                               {claim: nil, locale: "es", want: "es"},
		"one that the practice offers not":   {claim: "es", offered: []string{"en"}, want: "en"},
		"a practice whose first is not ours": {claim: "vi", offered: []string{"es", "en"}, want: "es"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, setup{})
			w.portals[0].Languages = row.offered
			b := w.browser()
			token := harborEd.token(w, func(_, c claimSet) {
				c["patientid"] = dana
				if row.claim != nil {
					c["locale"] = row.claim
				}
			})
			a := b.post("/launch", url.Values{"token": {token}, "locale": {row.locale}}, "Origin", harborOrigin, "Sec-Fetch-Site", "cross-site", "Accept-Language", row.browser)
			if a.status != http.StatusSeeOther {
				t.Fatalf("%d %s", a.status, a.body)
			}
			if a = b.get("/pay"); a.speaks() != row.want || !a.says(text(t, row.want, "amount.heading")) || !a.says(text(t, row.want, "nav.receipts")) {
				t.Errorf("%q: %s", a.speaks(), a.body)
			}
		})
	}
}

// Where no session says it, the page around and the browser do.
func TestTheLanguageWithoutASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	spanish := []string{"Accept-Language", "es-US,es;q=0.9"}
	bad := harborEd.token(w, func(_, c claimSet) { c["aud"] = "https://elsewhere.example" })
	for name, row := range map[string]struct {
		a   answer
		key words.Key
	}{
		"the frame":                 {w.browser().get("/embed/v1/frame?portal=harbor&locale=es"), "frame.opening"},
		"the frame, by the browser": {w.browser().get("/embed/v1/frame?portal=harbor", spanish...), "frame.opening"},
		"a refused launch":          {w.browser().launch(bad, spanish...), "launch.refused"},
		"no session":                {w.browser().get("/pay", spanish...), "notice.portal"},
		"no such page":              {w.browser().get("/nowhere", spanish...), "notice.missing"},
	} {
		if row.a.speaks() != "es" || !row.a.says(text(t, "es", row.key)) {
			t.Errorf("%s: %q %s", name, row.a.speaks(), row.a.body)
		}
	}
	w.portals[0].Languages = []string{"en"}
	if a := w.browser().get("/embed/v1/frame?portal=harbor&locale=es"); a.speaks() != "en" {
		t.Errorf("a language that the practice does not offer: %q", a.speaks())
	}
}

// The form on each page changes the language, keeps the step and is kept by the
// session. It leads nowhere but to a page of ours.
func TestTheLanguageIsChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	id := b.choose(t, one("claim-501"))
	a := b.get("/pay/" + id)
	if !strings.Contains(a.body, `<button`) || !a.says("Español") || a.says("checked this page") {
		t.Fatalf("no way to Spanish: %s", a.body)
	}
	a = b.post("/language", url.Values{"language": {"es"}, "back": {"/pay/" + id}})
	if a.status != http.StatusSeeOther || a.to() != "/pay/"+id {
		t.Fatalf("%d to %q", a.status, a.to())
	}
	a = b.get(a.to())
	if a.speaks() != "es" || !a.says(text(t, "es", "card.number")) || !a.says(text(t, "es", "language.unreviewed")) || !a.says(">English<") || !a.says("$52.50") {
		t.Errorf("%q: %s", a.speaks(), a.body)
	}
	// What is wrong is said in it, and what became of the payment.
	if a = b.post("/pay/"+id, card("zip", "")); a.status != http.StatusUnprocessableEntity || !a.says(text(t, "es", "problem.zip_empty")) {
		t.Errorf("%d %s", a.status, a.body)
	}
	b.post("/pay/"+id, card())
	w.drain()
	if a = b.get("/payments/" + id); a.outcome() != "taken" || a.speaks() != "es" || !a.says("Usted pagó $52.50") {
		t.Errorf("%q %s: %s", a.speaks(), a.outcome(), a.body)
	}
	// And the session's end.
	if a = b.post("/finish", nil); a.speaks() != "es" || !a.says(text(t, "es", "finished.heading")) {
		t.Errorf("%q: %s", a.speaks(), a.body)
	}
}

func TestTheLanguageLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	for _, back := range []string{"", "https://evil.example/", "//evil.example/pay", `/\evil.example`, "javascript:alert(1)", "pay", "%zz", "/\n/evil.example"} {
		a := b.post("/language", url.Values{"language": {"es"}, "back": {back}})
		if to := a.to(); a.status != http.StatusSeeOther || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) {
			t.Errorf("%q: %d to %q", back, a.status, to)
		}
	}
	for _, tag := range []string{"", "vi", "es-US", "ES", "<b>"} {
		if a := b.post("/language", url.Values{"language": {tag}, "back": {"/pay"}}); a.status != http.StatusBadRequest {
			t.Errorf("%q: %d", tag, a.status)
		}
	}
	if a := b.get("/pay"); a.speaks() != "es" {
		t.Errorf("after what was refused: %q", a.speaks())
	}
}

// A practice that offers one language has no form, and no page of staff has one.
func TestOneLanguageIsNotChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	staff := w.visitAt(dana, 0, func(c claimSet) {
		delete(c, "appointmentid")
		c["role"], c["locale"] = "staff", "es"
	})
	for _, path := range []string{"/pay", "/desk/review"} {
		if a := staff.get(path); a.speaks() != "en" || strings.Contains(a.body, `action="/language`) {
			t.Errorf("staff at %s: %q %s", path, a.speaks(), a.body)
		}
	}
	w.portals[0].Languages = []string{"en"}
	if a := w.visit(dana).get("/pay"); strings.Contains(a.body, `action="/language`) {
		t.Error(a.body)
	}
	// English is offered beside a language that nobody has reviewed, whatever the
	// practice says.
	w.portals[0].Languages = []string{"es"}
	if a := w.visit(dana).get("/pay"); a.speaks() != "es" || !a.says(">English<") {
		t.Errorf("%q: %s", a.speaks(), a.body)
	}
}

// What is agreed to is kept in the language in which it was read, word by word.
// The upstream's own terms stay in theirs.
func TestConsentInAnotherLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visitAt(lee.ID, lee.Appointment, func(c claimSet) { c["locale"] = "es" })
	id := b.agreeing(t, leesVisit, "250.00")
	page := b.get("/agree/" + id)
	if !strings.Contains(page.body, `lang="en"`) || !page.says("I authorize the practice") {
		t.Errorf("the upstream's terms are not marked: %s", page.body)
	}
	form := b.signed(t, id)
	b.post("/agree/"+id, form)
	w.drain()
	consent, err := w.ledger.Consent(context.Background(), lee, id)
	if err != nil || consent.Locale != "es-US" || consent.Version != form.Get("version") || !strings.Contains(consent.Text, text(t, "es", "agree.agreed")) || !strings.Contains(consent.Text, "I authorize the practice") {
		t.Errorf("%+v, %v", consent, err)
	}
	// Read in one language and signed in another is not signed.
	id = b.agreeing(t, "year", "250.00")
	form = b.signed(t, id)
	b.post("/language", url.Values{"language": {"en"}, "back": {"/agree/" + id}})
	if a := b.post("/agree/"+id, form); a.status == http.StatusSeeOther && strings.HasPrefix(a.to(), "/payments/") {
		t.Errorf("signed: %d to %q", a.status, a.to())
	}
}

// Arabic is offered where the practice names it, runs from right to left, and its
// receipts as files are English.
func TestArabic(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	if a := w.in("ar").get("/pay"); a.speaks() != "en" {
		t.Errorf("not asked for by the practice: %q", a.speaks())
	}
	w.portals[0].Languages = []string{"en", "es", "ar"}
	b := w.in("ar")
	if a := b.get("/pay"); !strings.Contains(a.body, `<html lang="ar" dir="rtl"`) || !a.says(text(t, "ar", "amount.heading")) {
		t.Errorf("%q: %s", a.speaks(), a.body)
	}
	ref := b.paid(t, w, one("claim-501"), "4111111111111111")
	if a := b.get("/receipts/" + ref); a.speaks() != "ar" || !a.says(text(t, "ar", "receipt.standing.paid")) {
		t.Errorf("%q: %s", a.speaks(), a.body)
	}
	if a := b.get("/receipts/" + ref + "/receipt.html"); !a.says("Paid. This is not a bill.") {
		t.Errorf("%s", a.body)
	}
	if a := b.get("/receipts/" + ref + "/receipt.pdf"); a.status != http.StatusOK || !strings.HasPrefix(a.body, "%PDF") {
		t.Errorf("%d", a.status)
	}
}

// A receipt that is kept as a file says in which language it is.
func TestReceiptFilesSayTheirLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for language, locale := range map[string]string{"en": "en-US", "es": "es-US"} {
		b := w.in(language)
		ref := b.paid(t, w, one(map[string]string{"en": "claim-501", "es": "claim-503"}[language]), "4111111111111111")
		if a := b.get("/receipts/" + ref + "/receipt.html"); !strings.Contains(a.body, `<html lang="`+locale+`">`) || !a.says(text(t, language, "receipt.standing.paid")) {
			t.Errorf("%s: %s", language, a.body)
		}
		if a := b.get("/receipts/" + ref + "/receipt.pdf"); !strings.Contains(a.body, "/Lang") {
			t.Errorf("%s: the PDF says no language", language)
		}
	}
}
