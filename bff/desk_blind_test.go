package bff

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/bff/desk"
	"paypane/bff/ledger"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

var inCash = payment.Attempt{Kind: payment.KindRecord, PatientName: "Dana Sample", Counter: payment.Counter{Method: payment.Cash}}

var (
	changing = regexp.MustCompile(`[A-Z2-7]{26}|\b[A-Z2-7]{12}\b|[A-Z2-7]{4}-[A-Z2-7]{4}|claim-[A-Z2-7]{8}|\b[A-Z2-7]{8}\b`)
	tags     = regexp.MustCompile(`<[^>]*>`)
	values   = regexp.MustCompile(`[a-z-]+="[^"]*"`)
)

// seen is all of an answer that can tell something: words, attributes and headers,
// without what is another one each time.
func (b *browser) seen(a answer) string {
	body := a.body
	if b.mark != "" {
		body = strings.ReplaceAll(body, b.mark, "MARK")
	}
	body = changing.ReplaceAllString(body, "")
	in := values.FindAllString(body, -1)
	slices.Sort(in) // they are printed in any order
	return fmt.Sprint(a.status, " ", changing.ReplaceAllString(a.to(), ""), "\n", tags.ReplaceAllString(body, ""), "\n", strings.Join(in, "\n"))
}

// linesOnlyIn are the lines of a text that another one has not.
func linesOnlyIn(text, other string) []string {
	lines := strings.Split(other, "\n")
	return slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool { return slices.Contains(lines, line) })
}

// everyPage is all that somebody sees at the desk: every line of the route table that
// their role may use, for each of some attempts, as a page, and as a form with nothing
// typed.
func (w *world) everyPage(b *browser, role staff.Role, attempts ...string) map[string]string {
	all := map[string]string{}
	for _, rt := range w.routes() {
		if rt.audience != web.ForStaff || !role.May(rt.right) || rt.method == http.MethodPost && !strings.Contains(rt.path, "{attempt}") && rt.path != "/desk/drawer" && rt.path != "/desk/day" {
			continue // a form about nothing here does something else: it covers the page, leads away, sells nothing
		}
		for _, id := range attempts {
			path := strings.NewReplacer("{patient}", fmt.Sprint(dana), "{attempt}", id, "{task}", id, "{payment}", "61234", "{count}", "1").Replace(rt.path)
			for _, query := range []string{"", "?method=CASH", "?months=36"} {
				if query != "" && !strings.HasPrefix(rt.path, "/desk/day") && !strings.HasSuffix(rt.path, "/account") {
					continue
				}
				var a answer
				if rt.method == http.MethodGet {
					a = b.get(path + query)
					// What the program of the page is told.
					all[rt.pattern()+" "+fmt.Sprint(slices.Index(attempts, id))+query+" as JSON"] = b.seen(b.json(path + query))
				} else if query == "" {
					a = b.post(path, nil)
				} else {
					continue
				}
				all[rt.pattern()+" "+fmt.Sprint(slices.Index(attempts, id))+query] = b.seen(a)
			}
		}
	}
	return all
}

// Nothing that a front desk, or a biller, can open before the drawer is counted depends
// on the amounts of cash in it: with others every page is the same. It is every page of
// the route table, for what they took themselves a while ago and for what others took.
// Who may see what a drawer should hold does see it, but for the page on which it is
// counted.
func TestNothingTellsWhatIsInTheDrawer(t *testing.T) {
	t.Parallel()
	pages := func(cents int64, role staff.Role) map[string]string {
		w := newWorld(t, setup{})
		own := must(w.store.OfDesk(w.staffed("ana", role).request("/desk/day")))
		mine := w.took(own.Subject, "Kim ANA", cents, inCash, ledger.CardUse{})
		others := w.took("bo", "Bo", cents+1, inCash, ledger.CardUse{})
		w.clock.advance(desk.TakenShown + time.Second)
		return w.everyPage(w.staffed("ana", role), role, mine.ID, others.ID)
	}
	for _, role := range []staff.Role{staff.FrontDesk, staff.Biller, staff.Manager} {
		some, more, tell := pages(2000, role), pages(31375, role), 0
		if len(some) < 40 {
			t.Errorf("%s: %d pages", role, len(some))
		}
		for page := range some {
			if some[page] == more[page] {
				continue
			}
			if tell++; !role.May(staff.SeeExpected) || strings.Contains(page, "/desk/drawer") {
				t.Errorf("%s: what is in the drawer can be told from %s: %q and %q", role, page, linesOnlyIn(some[page], more[page]), linesOnlyIn(more[page], some[page]))
			}
		}
		if role.May(staff.SeeExpected) && tell < 6 {
			t.Errorf("%s: %d pages tell, so what is compared is not what is seen", role, tell)
		}
	}
}

// A copay that was given in cash is said to be collected, on the list of the day and on
// the patient's page, and how much it was to nobody who may not see what a drawer should
// hold, until it is counted.
func TestNothingTellsACopayInCash(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana := w.staffed("ana", staff.FrontDesk)
	if a := ana.copays(t); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	w.drain()
	tells := regexp.MustCompile(`25\.00|"Collected":|"Expected":2500`)
	for _, at := range []string{"/desk", "/desk/patients/40213?visit=880123"} {
		if a := ana.get(at); a.status != http.StatusOK || at == "/desk" && !a.says("Collected") || tells.MatchString(a.body) {
			t.Errorf("%s: %d %q in %s", at, a.status, tells.FindAllString(a.body, -1), a.body)
		}
		if a := ana.json(at); a.status != http.StatusOK || tells.MatchString(a.body) {
			t.Errorf("%s as JSON: %d %q", at, a.status, a.body)
		}
		if a := w.staffed("cy", staff.Manager).get(at); at == "/desk" && !strings.Contains(a.body, "25.00") {
			t.Errorf("%s to a manager: %s", at, a.body)
		}
	}
}

// Of a bill that was paid in cash, and that the practice's system still has as it was,
// nobody is told how much that was who may not see what a drawer should hold, whatever
// page they open to take, adjust or record something: only what is left of it. With a
// card it is told, and to a manager.
func TestNothingTellsABillInCash(t *testing.T) {
	t.Parallel()
	tells := regexp.MustCompile(`27\.25|2725|52\.50|5250|20\.00|2000\b`)
	for _, method := range []payment.Method{payment.Cash, payment.Check} {
		w := newWorld(t, setup{vendor: "ACME"})
		a, use := inCash, ledger.CardUse{}
		if a.Method = method; method == payment.Check {
			a.CheckNumber = "1044"
		}
		a.Charge.Lines = []payment.Line{
			{Bill: "claim-503", Kind: payment.Claim, Number: "503", Amount: payment.Cents(2725), Balance: payment.Cents(2725)},
			{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(2000), Balance: payment.Cents(5250)}}
		w.took("bo", "Bo", 0, a, use)
		w.clock.advance(desk.TakenShown + time.Second)
		for _, role := range []staff.Role{staff.FrontDesk, staff.Biller, staff.Manager} {
			b := w.staffed("ana", role)
			hides := method == payment.Cash && role != staff.Manager
			for _, page := range []string{"", "/take", "/vendor", "/adjust"} {
				if role == staff.FrontDesk && (page == "/vendor" || page == "/adjust") {
					continue
				}
				for _, a := range []answer{b.get("/desk/patients/40211" + page), b.json("/desk/patients/40211" + page)} {
					told := tells.FindAllString(changing.ReplaceAllString(a.body, ""), -1)
					if a.status != http.StatusOK || hides == slices.ContainsFunc(told, func(s string) bool { return !strings.HasPrefix(s, "20") }) {
						t.Errorf("%s, %s, %s: %d tells %q", method, role, page, a.status, told)
					}
					if !a.says("32.50") && !a.says("3250") {
						t.Errorf("%s, %s, %s: what is left is not told", method, role, page)
					}
				}
			}
		}
	}
}

// Who took cash sees how much it was for a quarter of an hour, hands out its receipt and
// corrects it; somebody else does not. What was corrected may be seen, and what was
// counted.
func TestWhoTookCashSeesItAtFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana, bea := w.staffed("ana", staff.FrontDesk), w.staffed("bea", staff.Biller)
	took := func(dollars string) (path, id string) {
		a := ana.pays(t, dana, dollars, "method", "cash", "given", dollars)
		w.drain()
		return a.to(), a.to()[strings.LastIndex(a.to(), "/")+1:]
	}
	path, id := took("20.00")
	correct := fmt.Sprintf("/desk/patients/%d/correct/%s", dana, id)
	if a := ana.get(path); a.status != http.StatusOK || !a.says("$20.00 is recorded") || !a.says("Print on 80 mm") {
		t.Errorf("right after: %d %s", a.status, a.body)
	}
	if a := bea.get(path); a.status != http.StatusOK || strings.Contains(a.body, "20.00") || !a.says("Cash is recorded") || a.says("Print on 80 mm") {
		t.Errorf("somebody else: %d %s", a.status, a.body)
	}
	bea.get(correct) // whose form says whom it is about
	if a := bea.post(path+"/receipt", nil); a.status != http.StatusForbidden || strings.Contains(a.body, "20.00") || !a.says("A manager can hand out the receipt now") {
		t.Errorf("somebody else's receipt: %d %s", a.status, a.body)
	}
	if a := w.staffed("cy", staff.Manager).get(path); !a.says("$20.00 is recorded") {
		t.Errorf("a manager: %s", a.body)
	}
	if a := ana.post(path+"/receipt", nil); a.status != http.StatusOK || !strings.Contains(a.body, "20.00") || strings.Contains(a.body, "Copy") {
		t.Errorf("the receipt, which nobody had: %d %s", a.status, a.body)
	}
	w.clock.advance(desk.TakenShown)
	ana = w.staffed("ana", staff.FrontDesk)
	for _, at := range []string{path, correct, path + "/receipt", "/desk/review/" + id} {
		if a := ana.get(at); strings.Contains(a.body, "20.00") {
			t.Errorf("a quarter of an hour later %s says %s", at, a.body)
		}
	}
	if a := ana.get(correct); a.status != http.StatusOK || !a.says("Correct the recording of cash") || !a.says("not shown") {
		t.Errorf("correcting: %d %s", a.status, a.body)
	}
	undone := ana.post(correct, map[string][]string{"reason": {"other"}, "reasontext": {"another patient"}})
	if a := ana.get(undone.to()); a.status != http.StatusOK || !a.says("$20.00 was corrected") {
		t.Errorf("corrected: %d %s", a.status, a.body)
	}
	if a := ana.get(path); !a.says("$20.00 is recorded") {
		t.Errorf("what is in no drawer any more: %s", a.body)
	}
	path, _ = took("31.00")
	if to := ana.post("/desk/drawer", ana.counting(t, 3100)).to(); !strings.HasPrefix(to, "/desk/closes/") {
		t.Fatalf("counted: %s", to)
	}
	w.clock.advance(desk.TakenShown)
	if a := w.staffed("ana", staff.FrontDesk).get(path); !a.says("$31.00 is recorded") || !a.says("Print on 80 mm") {
		t.Errorf("counted: %s", a.body)
	}
}
