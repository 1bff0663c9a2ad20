package bff

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// recorded is cash of Dana's that somebody at the desk recorded.
func (w *world) recorded(b *browser, cents int64) ledger.Record {
	w.t.Helper()
	by := must(w.store.OfDesk(b.request("/desk/day")))
	return w.took(by.Subject, by.Staff.Called(), cents, payment.Attempt{Kind: payment.KindRecord, PatientName: "Dana Sample", Counter: payment.Counter{Method: payment.Cash}}, ledger.CardUse{})
}

// tasks are those that nobody has done.
func (w *world) tasks() []ledger.Task {
	w.t.Helper()
	return must(w.ledger.OpenTasks(w.t.Context(), 195900))
}

var why = url.Values{"reason": {"amount"}}

// However often, in however many tabs and by whom: a recording is corrected once,
// with one task, and counts in the day's sums and file no more.
func TestCorrectedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana, bea, cy := w.staffed("ana", staff.FrontDesk), w.staffed("bea", staff.Biller), w.staffed("cy", staff.Manager)
	of := w.recorded(ana, 2000)
	path := web.CorrectPath(dana, of.ID)
	browsers := []*browser{ana, bea, cy}
	for _, b := range browsers {
		b.get(path)
	}
	var all sync.WaitGroup
	for _, b := range browsers {
		for range 4 {
			one := *b
			all.Go(func() {
				if a := one.post(path, why); a.status != http.StatusSeeOther && a.status != http.StatusUnprocessableEntity {
					t.Errorf("%d %s", a.status, a.body)
				}
			})
		}
	}
	all.Wait()
	tasks := w.tasks()
	if len(tasks) != 1 || tasks[0].Kind != ledger.TaskReverse || tasks[0].Batch != "318" || tasks[0].Attempt != of.ID || w.sim.Count("recordpayment") != 0 {
		t.Fatalf("tasks %+v", tasks)
	}
	page := cy.get("/desk/day")
	if !page.says("$20.00 back") || !page.says("Done, corrected") {
		t.Errorf("the day: %s", page.body)
	}
	rows := must(csv.NewReader(strings.NewReader(cy.get("/desk/day/list.csv").body)).ReadAll())
	sum, amount := 0, slices.Index(rows[0], "amount")
	for _, row := range rows[1:] {
		switch row[amount] {
		case "20.00":
			sum++
		case "-20.00":
			sum--
		}
	}
	if len(rows) != 3 || sum != 0 || rows[2][slices.Index(rows[0], "undone_by")] != tasks[0].ID {
		t.Errorf("the file: %q", rows)
	}
	must(w.ledger.Ledger.(*ledger.Ledger).Verify(t.Context()))
}

// Who corrects an amount above the practice's limit has signed in just now; from the
// practice's other limit on another one has to want it, too, and it is then done as
// they say so, once.
func TestCorrectAboveTheLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	bea := w.staffed("bea", staff.Biller)
	some, much := w.recorded(bea, 10001), w.recorded(bea, 50000)
	w.clock.advance(2 * time.Minute)
	bea.post("/desk/stay", nil)
	w.clock.advance(2 * time.Minute)
	bea.post("/desk/stay", nil)
	w.clock.advance(2 * time.Minute)
	path := web.CorrectPath(dana, some.ID)
	bea.get(path)
	if a := bea.post(path, why); a.to() != "/desk/sign-in?leave" {
		t.Errorf("six minutes after signing in: %d to %q", a.status, a.to())
	}
	bea = w.staffed("bea", staff.Biller)
	path = web.CorrectPath(dana, much.ID)
	if a := bea.get(path); !a.says("A second person has to approve it.") {
		t.Errorf("%s", a.body)
	}
	asked := bea.post(path, why).to()
	if !strings.HasPrefix(asked, "/desk/approvals/") || len(w.tasks()) != 0 {
		t.Fatalf("to %q, tasks %+v", asked, w.tasks())
	}
	cy := w.staffed("cy", staff.Manager)
	if a := cy.get(asked); !a.says("Correction of $500.00, Dana Sample") {
		t.Errorf("%s", a.body)
	}
	var twice sync.WaitGroup
	for range 2 {
		one := *cy
		twice.Go(func() { one.post(asked, nil) })
	}
	twice.Wait()
	if tasks := w.tasks(); len(tasks) != 1 || tasks[0].Attempt != much.ID || tasks[0].By.Name != "Kim BEA" {
		t.Errorf("tasks %+v", tasks)
	}
	if a := cy.get(asked); !a.says("approved it") {
		t.Errorf("%s", a.body)
	}
}

// What is no recording that counts is not there to be corrected, and a front desk
// corrects its own.
func TestCorrectNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana, bea := w.staffed("ana", staff.FrontDesk), w.staffed("bea", staff.Biller)
	others := w.recorded(bea, 2000)
	by := must(w.store.OfDesk(ana.request("/desk/day")))
	card := w.took(by.Subject, "Kim ANA", 1500, payment.Attempt{Kind: payment.KindCharge, PatientName: "Dana Sample"}, ledger.CardUse{Brand: payment.Visa, Last4: "4242"})
	for path, want := range map[string]int{
		web.CorrectPath(dana, others.ID): http.StatusForbidden, web.CorrectPath(dana, card.ID): http.StatusNotFound, web.CorrectPath(40213, others.ID): http.StatusNotFound,
		web.CorrectPath(dana, "NOSUCHATTEMPTAAAA"): http.StatusNotFound,
	} {
		if a := ana.get(path); a.status != want {
			t.Errorf("%s: %d", path, a.status)
		}
		if a := ana.post(path, why); a.status != want && a.status != http.StatusConflict {
			t.Errorf("posted to %s: %d", path, a.status)
		}
	}
	if len(w.tasks()) != 0 {
		t.Errorf("tasks %+v", w.tasks())
	}
}
