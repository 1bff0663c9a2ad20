package bff

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/web/payment"
)

// family is a token of somebody who pays for these patients of the simulator,
// under the given names, changed.
func family(w *world, names map[int]string, change func(c claimSet), ids ...int) string {
	return harborEd.token(w, func(_, c claimSet) {
		var people []claimSet
		for _, id := range ids {
			people = append(people, claimSet{"patientid": id, "departmentid": 7, "name": names[id]})
		}
		delete(c, "patientid")
		delete(c, "departmentid")
		c["role"], c["patients"] = "payer", people
		if change != nil {
			change(c)
		}
	})
}

// seen is the visit that a browser's session holds.
func (w *world) seen(b *browser) session.Session {
	w.t.Helper()
	r := must(http.NewRequest("GET", payOrigin+"/pay", nil))
	r.Header.Set("Cookie", b.cookie)
	return must(w.store.Of(r))
}

// two is a browser of somebody who pays for Dana and Robin, beginning with Dana.
func (w *world) two() *browser {
	w.t.Helper()
	b := w.browser()
	names := map[int]string{dana: "Dana Sam", robin: ""}
	if a := b.launch(family(w, names, nil, dana, robin)); a.status != http.StatusSeeOther {
		w.t.Fatalf("launch: %d %s", a.status, a.body)
	}
	return b
}

// robin is the second of the cast.
const robin = 40212

// payFor changes to a person of the list, as the form of /people does.
func (b *browser) payFor(t testing.TB, i string) answer {
	t.Helper()
	a := b.post("/people", url.Values{"to": {i}})
	if a.status != http.StatusSeeOther || a.to() != "/pay" {
		t.Fatalf("pay for %s: %d to %q", i, a.status, a.to())
	}
	return b.get("/pay")
}

// A payer pays for one person after the other. Every page says whose it is, and
// shows nothing of the others; the names are the portal's, else the practice's.
func TestPeopleInTurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.two()
	first := b.get("/pay")
	if !strings.Contains(first.body, "You are paying for Dana Sam.") || !strings.Contains(first.body, "Bills of Dana") ||
		strings.Contains(first.body, "Hello") || strings.Contains(first.body, "Robin") {
		t.Errorf("the first: %s", first.body)
	}
	list := b.get("/people")
	if list.page() != "people" || !strings.Contains(list.body, "Dana Sam") || !strings.Contains(list.body, "person 2 of 2") || !strings.Contains(list.body, "$120.00 to pay") || !strings.Contains(list.body, "$43.17 to pay") {
		t.Errorf("the list before Robin is known: %d %s", list.status, list.body)
	}
	id := b.choose(t, everything)
	if a := b.post("/pay/"+id, card()); a.to() != "/payments/"+id {
		t.Fatalf("pay for Dana: %d", a.status)
	}
	second := b.payFor(t, "1")
	if !strings.Contains(second.body, "You are paying for Robin") || strings.Contains(second.body, "Dana") || strings.Contains(second.body, "120.00") {
		t.Errorf("the second: %s", second.body)
	}
	list = b.get("/people")
	if !strings.Contains(list.body, "Pay for Dana Sam") || !strings.Contains(list.body, "Robin") || !strings.Contains(list.body, "You paid $120.00.") {
		t.Errorf("the list: %s", list.body)
	}
	// What was paid for Dana may be seen, as hers; nothing more can be done there.
	seen := b.get("/payments/" + id)
	if seen.status != http.StatusOK || seen.outcome() != "taken" || !strings.Contains(seen.body, "This page is about Dana Sam. You are paying for Robin") ||
		strings.Contains(seen.body, "See what you still owe") {
		t.Errorf("Dana's payment: %d %s", seen.status, seen.body)
	}
	other := b.choose(t, everything)
	b.post("/pay/"+other, card("name", "Dana Q Sample", "number", "5555 5555 5555 4444"))
	book := w.sim.Book()
	if len(book) != 2 || book[0].Patient != dana || book[1].Patient != robin {
		t.Errorf("book: %+v", book)
	}
	if sess := w.seen(b); sess.Patient.ID != robin || sess.People[0].Name != "Dana Sam" {
		t.Errorf("the session: %+v", sess)
	}
}

// The list of people tells what its reader has paid, and nothing that anybody
// else did: neither the person, nor another adult, nor a namesake at another
// portal. Subjects like card numbers are told apart, too.
func TestListTellsWhatItsReaderPaid(t *testing.T) {
	t.Parallel()
	for _, subject := range []string{"morgan", "4111111111111111"} {
		w := newWorld(t, setup{})
		payer := func(sub string) *browser {
			b := w.browser()
			b.launch(family(w, map[int]string{dana: "Dana Sam", robin: "Robin"}, func(c claimSet) { c["sub"] = sub }, dana, robin))
			return b
		}
		own := w.browser()
		own.launch(harborEd.token(w, func(_, c claimSet) { c["sub"] = "dana-herself" }))
		id := own.choose(t, url.Values{"pay": {"other"}, "amount": {"5.00"}})
		own.post("/pay/"+id, card())
		other := payer("4222222222222222")
		id = other.choose(t, url.Values{"pay": {"other"}, "amount": {"6.00"}})
		other.post("/pay/"+id, card("number", "4000 0000 0000 9011"))
		w.drain()
		b := payer(subject)
		if a := b.get("/people"); a.status != http.StatusOK || strings.Contains(a.body, "/payments/") || strings.Contains(a.body, "You paid") || strings.Contains(a.body, "not known") {
			t.Errorf("before the reader paid: %s", a.body)
		}
		id = b.choose(t, url.Values{"pay": {"other"}, "amount": {"7.00"}})
		b.post("/pay/"+id, card("number", "5555 5555 5555 4444"))
		w.drain()
		if a := b.get("/people"); !strings.Contains(a.body, "You paid $7.00.") || strings.Count(a.body, "/payments/") != strings.Count(a.body, "/payments/"+id) {
			t.Errorf("after it: %s", a.body)
		}
	}
}

// The page of what was done for another person tells it, and has no link or
// form that would do something for the person whom the others are for.
func TestNothingIsDoneFromAnotherPersonsPage(t *testing.T) {
	t.Parallel()
	lead := regexp.MustCompile(`(?s)<main.*</main>`)
	for number, outcome := range map[string]string{"4111 1111 1111 1111": "taken", "4000 0000 0000 0002": "declined"} {
		for what, send := range map[string]func(b *browser) string{
			"a card": func(b *browser) string {
				return b.post("/cards/add", card("number", number, "consent", "yes", "attempt", b.get("/cards/add").hiddenValue(t, "attempt"))).to()
			},
			"a plan": func(b *browser) string {
				id := b.planning(t, twoBills)
				return b.post("/plan/"+id, b.planned(t, id, "number", number)).to()
			},
			"an agreement": func(b *browser) string {
				id := b.agreeing(t, leesVisit, "50")
				return b.post("/agree/"+id, b.signed(t, id, "number", number)).to()
			},
			"a payment": func(b *browser) string {
				return b.post("/pay/"+b.choose(t, one("claim-501")), card("number", number)).to()
			},
		} {
			w := newWorld(t, setup{})
			whom := map[bool]int{false: dana, true: lee.ID}[what == "an agreement"]
			b := w.browser()
			b.launch(family(w, map[int]string{whom: "Dana Sam", robin: "Robin"}, func(c claimSet) { c["offer_save"], c["saved_cards"] = true, true }, whom, robin))
			path := send(b)
			w.drain()
			before := b.get(path)
			if before.outcome() != outcome || !strings.Contains(lead.FindString(before.body), `href="/`) {
				t.Errorf("%s, %s: nothing leads on from one's own page: %d %s", what, outcome, before.status, before.body)
			}
			b.payFor(t, "1")
			after := b.get(path)
			main := lead.FindString(after.body)
			if after.outcome() != outcome || !strings.Contains(after.body, "This page is about Dana Sam. You are paying for Robin now.") || !strings.Contains(main, "<h1") {
				t.Errorf("%s, %s: %d %s", what, outcome, after.status, after.body)
			}
			for _, part := range []string{"href=", "<form", "<button"} {
				if strings.Contains(main, part) {
					t.Errorf("%s, %s: %s in %s", what, outcome, part, main)
				}
			}
		}
	}
}

// Nobody changes to whom the token does not name, and a session for one person
// has no list.
func TestPeopleAreTheTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.two()
	for _, to := range []string{"", "2", "-1", "x", "40213", "1.0"} {
		if a := b.post("/people", url.Values{"to": {to}}); a.status != http.StatusBadRequest {
			t.Errorf("to %q: %d", to, a.status)
		}
	}
	if sess := w.seen(b); sess.Patient.ID != dana {
		t.Errorf("the session: %+v", sess)
	}
	alone := w.visit(dana)
	for _, a := range []answer{alone.get("/people"), alone.post("/people", url.Values{"to": {"0"}})} {
		if a.status != http.StatusNotFound {
			t.Errorf("alone: %d", a.status)
		}
	}
	if a := alone.get("/pay"); strings.Contains(a.body, "/people") {
		t.Errorf("alone: %s", a.body)
	}
	stranger := w.visit(robin)
	id := b.choose(t, everything)
	if a := stranger.get("/payments/" + id); a.status != http.StatusNotFound {
		t.Errorf("a stranger sees Dana's payment: %d", a.status)
	}
}

// A session that ends while it is changed stays over; one that is changed at
// the same time by another tab is changed twice.
func TestSessionChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.two()
	other := *b
	held := &meanwhile{Ledger: w.ledger}
	held.then = func() {
		if held.reads.Load() == 2 { // the first is the request's, the second the change's
			w.store.Rows = w.ledger
			other.payFor(t, "1")
			other.payFor(t, "0")
			w.store.Rows = held
		}
	}
	w.store.Rows = held
	if a := b.post("/people", url.Values{"to": {"1"}}); a.status != http.StatusSeeOther || held.reads.Load() < 3 {
		t.Errorf("changed at the same time: %d after %d reads", a.status, held.reads.Load())
	}
	w.store.Rows = w.ledger
	if sess := w.seen(b); sess.Patient.ID != robin {
		t.Errorf("the last change is lost: %+v", sess)
	}
	held = &meanwhile{Ledger: w.ledger}
	held.then = func() {
		if held.reads.Load() == 2 {
			w.store.Rows = w.ledger
			other.post("/finish", nil)
			w.store.Rows = held
		}
	}
	w.store.Rows = held
	if a := b.post("/people", url.Values{"to": {"0"}}); a.status != http.StatusUnauthorized {
		t.Errorf("ended while it was changed: %d", a.status)
	}
	if a := b.get("/pay"); a.status != http.StatusUnauthorized {
		t.Errorf("after its end: %d", a.status)
	}
}

// What a token says is what the session knows, and nothing of it is on unless
// the token says so.
func TestClaimsBecomeTheVisit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	begin := func(token string) session.Session {
		t.Helper()
		b := w.browser()
		if a := b.launch(token); a.status != http.StatusSeeOther {
			t.Fatalf("launch: %d %s", a.status, a.body)
		}
		return w.seen(b)
	}
	if sess := begin(harborEd.token(w, nil)); sess.OfferSave || sess.SavedCards || sess.Several() || sess.Name != "Dana Sample" || sess.View != "" {
		t.Errorf("nothing said: %+v", sess)
	}
	for _, switches := range [][2]bool{{true, false}, {false, true}} {
		sess := begin(harborEd.token(w, func(_, c claimSet) { c["offer_save"], c["saved_cards"] = switches[0], switches[1] }))
		if sess.OfferSave != switches[0] || sess.SavedCards != switches[1] {
			t.Errorf("%v: %+v", switches, sess)
		}
	}
	names := map[int]string{dana: "Dana Sam", 40212: ""}
	if sess := begin(family(w, names, nil, 40212, dana)); sess.Patient.ID != 40212 || !sess.Several() || sess.Current() != 0 || sess.People[1].Name != "Dana Sam" {
		t.Errorf("two people: %+v", sess)
	}
	if sess := begin(family(w, names, func(c claimSet) { c["patientid"] = dana }, 40212, dana)); sess.Patient.ID != dana || sess.Current() != 1 {
		t.Errorf("beginning with the second: %+v", sess)
	}
}

// A visit begins where the token says; a form can choose only where the token
// does not, and only among the pages that are there for its role.
func TestLanding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for _, row := range []struct{ role, token, form, page string }{
		{"patient", "", "", "/pay"},
		{"patient", "receipts", "", "/receipts"},
		{"patient", "", "receipts", "/receipts"},
		{"payer", "pay", "receipts", "/pay"},
		{"patient", "agreements", "nonsense", "/agreements"},
		{"patient", "", "nonsense", "/pay"},
		{"patient", "", "/desk/review", "/pay"},
		{"patient", "", "desk", "/pay"},
		{"staff", "", "desk", "/desk/review"},
		{"staff", "desk", "", "/desk/review"},
	} {
		token := harborEd.token(w, func(_, c claimSet) {
			c["role"] = row.role
			if row.token != "" {
				c["view"] = row.token
			}
		})
		b := w.browser()
		a := b.post("/launch", url.Values{"token": {token}, "view": {row.form}}, "Origin", harborOrigin, "Sec-Fetch-Site", "cross-site")
		if a = b.get(a.to()); a.to() != row.page {
			t.Errorf("%+v: %d to %q", row, a.status, a.to())
		}
	}
}

// As many people as a token may name fit into a session, however long their
// names: what does not fit is left out before anybody is turned away.
func TestPeopleFitIntoASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	var ids []int
	for n := range portal.MaxPeople {
		ids = append(ids, 1234567890+n)
	}
	for what, row := range map[string]struct {
		name, subject string
		kept          bool // the names
	}{
		"usual":                 {"Maria Magdalena Sample-Hohenstein of Berkshire", "member-5551", true},
		"long names":            {strings.Repeat("n", 255), strings.Repeat("s", 255), true},
		"names that JSON grows": {strings.Repeat("<", 80), "member-5551", false},
		"a name like a card":    {"4111 1111 1111 1111", "member-5551", false},
		"a subject like a card": {"Maria", "4111111111111111", true},
		"both like a card":      {"4111 1111 1111 1111", "4111111111111111", false},
	} {
		names := map[int]string{}
		for _, id := range ids {
			names[id] = row.name
		}
		b := w.browser()
		a := b.launch(family(w, names, func(c claimSet) { c["sub"] = row.subject }, ids...))
		if a.status != http.StatusSeeOther {
			t.Errorf("%s: %d %s", what, a.status, a.body)
			continue
		}
		sess := w.seen(b)
		if len(sess.People) != portal.MaxPeople || sess.People[9].Patient.ID != ids[9] || (sess.People[9].Name == row.name) != row.kept {
			t.Errorf("%s: %+v", what, sess)
		}
	}
}

// What each person owes stands beside the name. Of whom the practice's system cannot
// be read, or is slow to tell, that is not known, and is no $0.00; the others are told
// meanwhile.
func TestPeopleOwe(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(context.Context) error{
		"refused": func(context.Context) error { return errors.New("no") },
		"slow": func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, setup{})
			b := w.browser()
			const ingrid = 40216
			if a := b.launch(family(w, map[int]string{dana: "Dana", robin: "Robin", ingrid: "Ingrid"}, nil, dana, robin, ingrid)); a.status != http.StatusSeeOther {
				t.Fatalf("launch: %d %s", a.status, a.body)
			}
			w.practice.statementOf = func(ctx context.Context, p payment.Patient) error {
				if p.ID == robin {
					return fail(ctx)
				}
				return nil
			}
			list := b.get("/people")
			said := regexp.MustCompile(`<strong>(\w+)</strong>|<p class="money">([^<]*)</p>`).FindAllStringSubmatch(list.body, -1)
			var got []string
			for _, m := range said {
				got = append(got, m[1]+m[2])
			}
			if want := "Dana|$120.00 to pay|Robin|Not known right now|Ingrid|Nothing to pay"; strings.Join(got, "|") != want || list.status != 200 {
				t.Errorf("%d %q, want %q", list.status, got, want)
			}
		})
	}
}
