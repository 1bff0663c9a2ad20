package bff

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/bff/athena/athenatest"
	"paypane/bff/ledger"
	"paypane/bff/staff"
	"paypane/web/payment"
)

// counting is the form of a count as the page has it now, with a float of nothing and
// some cents in coins.
func (b *browser) counting(t testing.TB, cents int64, typed ...string) url.Values {
	t.Helper()
	page := b.get("/desk/drawer")
	form := url.Values{}
	for _, name := range []string{"attempt", "last", "entries", "rows", "person"} {
		form.Set(name, page.hiddenValue(t, name))
	}
	form.Set("float", "0")
	form.Set("coin-1", "0")
	for _, p := range payment.Pieces {
		if n := cents / p.Value.Cents(); n > 0 {
			form.Set(p.Name(), strconv.FormatInt(n, 10))
			cents -= n * p.Value.Cents()
		}
	}
	for i := 0; i < len(typed); i += 2 {
		form.Set(typed[i], typed[i+1])
	}
	return form
}

// pays takes money of a patient at the desk, for nothing in particular.
func (b *browser) pays(t testing.TB, patient int, dollars string, typed ...string) answer {
	t.Helper()
	path := fmt.Sprintf("/desk/patients/%d/take", patient)
	page := b.get(path)
	form := url.Values{"attempt": {page.hiddenValue(t, "attempt")}, "person": {page.hiddenValue(t, "person")}, "other": {dollars}}
	for i := 0; i < len(typed); i += 2 {
		form.Set(typed[i], typed[i+1])
	}
	return b.post(path, form)
}

// copays takes the copay of a visit of today at the desk, in cash.
func (b *browser) copays(t testing.TB) answer {
	t.Helper()
	page := b.get("/desk/patients/40213/take?visit=880123")
	return b.post("/desk/patients/40213/take", url.Values{"attempt": {page.hiddenValue(t, "attempt")}, "person": {page.hiddenValue(t, "person")},
		"visit": {"880123"}, "copay": {"25"}, "method": {"cash"}, "given": {"25"}})
}

// numberOf is the number of the count that an answer leads to.
func numberOf(t testing.TB, a answer) int64 {
	t.Helper()
	n, err := strconv.ParseInt(strings.TrimPrefix(a.to(), "/desk/closes/"), 10, 64)
	if err != nil {
		t.Fatalf("%d to %q: %s", a.status, a.to(), a.body)
	}
	return n
}

// On any day of cash, checks and outside cards, answered, refused or lost, the closes
// of all drawers expect what the simulator's book has, each movement once; what is in
// doubt is in none until somebody knows, and then in one.
func TestClosesExpectWhatTheBookHas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, setup{})
		people := []string{"ana", "bo"}
		patients := []int{dana, robin, 40213, 40214, 40216}
		used := map[string]bool{}
		closes := []int64{}
		for range rapid.IntRange(1, 6).Draw(r, "acts") {
			who := w.staffed(rapid.SampledFrom(people).Draw(r, "who"), staff.FrontDesk)
			if rapid.IntRange(0, 4).Draw(r, "close") == 0 {
				if who.get("/desk/drawer").says("the count is not closed yet") {
					continue // the one before it has to be signed first
				}
				a := who.post("/desk/drawer", who.counting(t, 0))
				if a.status == http.StatusSeeOther {
					closes = append(closes, numberOf(t, a))
				}
				continue
			}
			cents := rapid.Int64Range(1, 30000).Draw(r, "cents")
			if used[fmt.Sprint(cents)] {
				continue // who takes the same twice is asked
			}
			used[fmt.Sprint(cents)] = true
			fault := rapid.SampledFrom([]string{"", "", "before", "after"}).Draw(r, "fault")
			if fault != "" {
				w.sim.Fault(athenatest.Fault{Endpoint: "recordpayment", When: fault, Do: "cut"})
			}
			typed := rapid.SampledFrom([][]string{{"method", "cash", "given", "300"}, {"method", "check", "checknumber", fmt.Sprint(cents)},
				{"method", "outside", "outsidemethod", "AMEX", "last4", "1111"}, {"method", "outside", "outsidemethod", "MC/VISA", "last4", "4242"}}).Draw(r, "how")
			if a := who.pays(t, rapid.SampledFrom(patients).Draw(r, "patient"), payment.Cents(cents).String(), typed...); a.status != http.StatusSeeOther && a.status != http.StatusUnprocessableEntity {
				t.Fatalf("%d %s", a.status, a.body)
			}
			w.drain()
			w.clock.advance(time.Minute)
		}
		// Somebody decides what nobody knew, as the book has it.
		book := w.ledger.Ledger.(*ledger.Ledger)
		for _, a := range must(book.List(t.Context(), ledger.Query{States: []payment.State{payment.Unknown}})) {
			found := payment.NotDone
			for _, m := range w.sim.Book() {
				if m.Amount == a.Total().Cents() {
					found = payment.Succeeded
				}
			}
			for _, by := range []string{"desk/cy", "desk/dee"} {
				if _, _, err := book.Decide(t.Context(), a.ID, ledger.Decision{By: by, Reason: "the batch", State: found, Two: true, Second: true}, payment.Amount{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		// The last count of everybody. What stands in the way is signed first.
		for _, name := range people {
			who := w.staffed(name, staff.FrontDesk)
			for _, number := range closes {
				if a := who.get(fmt.Sprintf("/desk/closes/%d", number)); a.status == http.StatusOK && a.attribute("data-close") != "closed" {
					who.post(fmt.Sprintf("/desk/closes/%d/sign", number), url.Values{"reason": {"unknown"}})
					w.staffed("cy", staff.Manager).post(fmt.Sprintf("/desk/approvals/close-%d", number), nil)
				}
			}
			closes = append(closes, numberOf(t, who.post("/desk/drawer", who.counting(t, 0))))
		}
		var expected, booked int64
		movements := 0
		for _, number := range closes {
			c := must(book.DrawerClose(t.Context(), 195900, number))
			expected += c.Held.Cash + payment.CheckSum(c.Held.Checks).Cents()
			for _, cents := range c.Held.Cards {
				expected += cents
			}
			movements += len(c.In)
		}
		for _, m := range w.sim.Book() {
			booked += m.Amount
		}
		if expected != booked || movements != len(w.sim.Book()) {
			t.Fatalf("the closes expect %d in %d, the book has %d in %d: %+v", expected, movements, booked, len(w.sim.Book()), w.sim.Book())
		}
	})
}

// However often one form is sent, at once or after its answer was lost, it counts
// once; another tab's counts nothing, and says where the count is. What was taken while
// somebody counted is asked about.
func TestOneCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana := w.staffed("ana", staff.FrontDesk)
	ana.pays(t, dana, "20", "method", "cash", "given", "20")
	w.drain()
	form, tab := ana.counting(t, 2000), ana.counting(t, 2000)
	ana.pays(t, robin, "5", "method", "cash", "given", "5")
	w.drain()
	if a := ana.post("/desk/drawer", form); a.status != http.StatusConflict || !a.says("Something was taken in this drawer") || a.hiddenValue(t, "entries") != "2" || !strings.Contains(a.body, `value="1"`) {
		t.Errorf("taken meanwhile: %d %s", a.status, a.body)
	}
	form.Set("entries", "2")
	form.Set("note-500", "1")
	var all sync.WaitGroup
	var mu sync.Mutex
	to := map[string]int{}
	for range 6 {
		one := *ana
		all.Go(func() {
			a := one.post("/desk/drawer", form)
			mu.Lock()
			defer mu.Unlock()
			to[a.to()]++
		})
	}
	all.Wait()
	if len(to) != 1 || to[""] != 0 {
		t.Errorf("one form leads to %v", to)
	}
	if a := ana.post("/desk/drawer", tab); a.status != http.StatusConflict || !a.says("This drawer was counted meanwhile") || !strings.Contains(a.body, "To the count that was sent") {
		t.Errorf("another tab: %d %s", a.status, a.body)
	}
	if acts := must(w.ledger.Ledger.(*ledger.Ledger).DeskActs(t.Context(), ledger.ActQuery{Practice: 195900, What: ledger.ActCounted})); len(acts) != 1 || acts[0].Desk.Name != "Kim ANA" {
		t.Errorf("%d counts", len(acts))
	}
}

// A recording whose answer was lost is said on the page, with its code, and is in no
// sum; counting takes a fresh sign-in, and what was typed goes on after it.
func TestDoubtAndStepUpOfACount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana := w.staffed("ana", staff.FrontDesk)
	w.sim.Fault(athenatest.Fault{Endpoint: "recordpayment", When: "after", Do: "cut"})
	ana.pays(t, dana, "20", "method", "cash", "given", "20")
	w.drain()
	if a := ana.get("/desk/drawer"); !a.says("1 payment is under way or in doubt") || !a.says("Keep its money apart") {
		t.Errorf("in doubt: %s", a.body)
	}
	form := ana.counting(t, 0, "check-1", "10445566", "paid-1", "1025.00")
	for range 3 {
		w.clock.advance(2 * time.Minute)
		ana.post("/desk/stay", nil)
	}
	if a := ana.post("/desk/drawer", form); a.to() != "/desk/sign-in?leave" {
		t.Fatalf("six minutes after signing in: %d to %q", a.status, a.to())
	}
	if next, err := w.signIn(t, ana, w.person("ana", staff.FrontDesk)); err != nil || next != "/desk/go-on" {
		t.Fatalf("goes on at %q: %v", next, err)
	}
	if a := ana.get("/desk/go-on"); !a.says("Send it now") || !strings.Contains(a.body, "10445566") {
		t.Errorf("kept: %s", a.body)
	}
	number := numberOf(t, ana.post("/desk/drawer", form))
	a := ana.get(fmt.Sprintf("/desk/closes/%d", number))
	if !a.says("In doubt when it was counted") || !a.says("Counted, not recorded") || !a.says("$1,025.00 over") || a.says("$20.00 short") {
		t.Errorf("the close: %s", a.body)
	}
}

// A close is seen by who counted and by who may see what a drawer should hold, of the
// practice; signed by who counted; approved by somebody else. As a file it is inert.
func TestWhoSeesAClose(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana, bo, cy := w.staffed("ana", staff.FrontDesk), w.staffed("bo", staff.Biller), w.staffed("cy", staff.Manager)
	ana.pays(t, dana, "20", "method", "cash", "given", "20")
	w.drain()
	number := numberOf(t, ana.post("/desk/drawer", ana.counting(t, 500)))
	path := fmt.Sprintf("/desk/closes/%d", number)
	if a := bo.get(path); a.status != http.StatusForbidden {
		t.Errorf("another one's close: %d", a.status)
	}
	if a := cy.post(path+"/sign", url.Values{"reason": {"unknown"}}); a.status != http.StatusNotFound {
		t.Errorf("signed by another: %d", a.status)
	}
	for _, wrong := range []string{"/desk/closes/1", "/desk/closes/x", "/desk/closes/-1", "/desk/closes/99999999999", "/desk/closes/01"} {
		if a := cy.get(wrong); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, a.status)
		}
	}
	if a := ana.post(path+"/sign", url.Values{"reason": {"other"}, "reasontext": {"=HYPERLINK(1)"}}); a.to() != path {
		t.Errorf("signed: %d %s", a.status, a.body)
	}
	approve := fmt.Sprintf("/desk/approvals/close-%d", number)
	if a := w.staffed("ana", staff.Manager).post(approve, nil); a.status != http.StatusConflict || !a.says("You asked for this yourself.") {
		t.Errorf("self, as a manager: %d %s", a.status, a.body)
	}
	if a := bo.post(approve, nil); a.status != http.StatusForbidden {
		t.Errorf("a biller: %d", a.status)
	}
	if a := cy.get("/desk/approvals"); !a.says("Close of the drawer of Kim ANA, $15.00 short") {
		t.Errorf("waiting: %s", a.body)
	}
	if a := cy.post(approve, nil); a.to() != path {
		t.Errorf("approved: %d %s", a.status, a.body)
	}
	if a := ana.get("/desk/closes/list.csv"); a.status != http.StatusForbidden {
		t.Errorf("a file for a clerk: %d", a.status)
	}
	rows := must(csv.NewReader(strings.NewReader(cy.get("/desk/closes/list.csv").body)).ReadAll())
	at := func(name string) string {
		for i, column := range rows[0] {
			if column == name {
				return rows[1][i]
			}
		}
		return "no " + name
	}
	if len(rows) != 2 || at("cash_off") != "-15.00" || at("cash_expected") != "20.00" || at("words") != "'=HYPERLINK(1)" || at("standing") != "closed" || at("name") != "Kim ANA" || at("second_name") != "Kim CY" || at("off") != "-15.00" {
		t.Errorf("the file: %q", rows)
	}
	if a := ana.get("/desk/day"); !a.says("$20.00") || a.says("not shown") {
		t.Errorf("after the count: %s", a.body)
	}
}
