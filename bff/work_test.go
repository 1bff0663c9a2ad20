package bff

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/ledger"
	"paypane/bff/staff"
	"paypane/web"
)

// What has gone to the bank is put on the work list once, whoever presses and
// however often; the first one who has done it has, and the badge counts until then.
func TestByHandOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	path := w.voidable()
	w.clock.advance(30 * time.Hour)
	bea, cy := w.staffed("bea", staff.Biller), w.staffed("cy", staff.Manager)
	later := url.Values{"later": {"yes"}, "reason": {"twice"}}
	browsers := []*browser{bea, cy}
	for _, b := range browsers {
		b.get(path)
	}
	var all sync.WaitGroup
	for _, b := range browsers {
		for range 3 {
			one := *b
			all.Go(func() {
				if a := one.post(path, later); !strings.HasPrefix(a.to(), web.PathTasks+"/refund-") {
					t.Errorf("%d %s", a.status, a.body)
				}
			})
		}
	}
	all.Wait()
	tasks := w.tasks()
	if len(tasks) != 1 || tasks[0].Kind != ledger.TaskRefund || tasks[0].Last4 != "1111" || w.sim.Count("voidpayment") != 0 {
		t.Fatalf("tasks %+v", tasks)
	}
	ana := w.staffed("ana", staff.FrontDesk)
	if a := ana.get("/desk/review"); !a.says("By hand in athenaOne (1)") || !strings.Contains(a.body, `class="badge"`) {
		t.Errorf("%s", a.body)
	}
	at := web.PathTasks + "/" + tasks[0].ID
	said := map[int]int{}
	var mu sync.Mutex
	for _, b := range []*browser{ana, bea, ana, bea} {
		one := *b
		all.Go(func() {
			a := one.post(at, url.Values{"note": {"by check 12"}})
			mu.Lock()
			defer mu.Unlock()
			said[a.status]++
		})
	}
	all.Wait()
	done := must(w.ledger.DoneTasks(t.Context(), 195900, 10))
	if said[http.StatusSeeOther] != 2 || said[http.StatusConflict] != 2 || len(done) != 1 || done[0].Done.Note != "by check 12" {
		t.Errorf("%v, done %+v", said, done)
	}
	if a := ana.get("/desk/review"); strings.Contains(a.body, `class="badge"`) || !a.says("Done lately") || !a.says(done[0].Done.By.Name) {
		t.Errorf("%s", a.body)
	}
}

// Who may not decide reads the evidence and is asked nothing.
func TestFrontDeskIsNotAskedToDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	id := w.doubt(one("claim-501"))
	for role, asked := range map[staff.Role]bool{staff.FrontDesk: false, staff.Biller: true, staff.Manager: true} {
		a := w.staffed("kim", role).get("/desk/review/" + id)
		if a.status != http.StatusOK || a.says("What did you find?") != asked || a.says("Deciding is for a biller.") == asked || !a.says("what became of it.") {
			t.Errorf("%s: %d %s", role, a.status, a.body)
		}
	}
}

// A recording whose answer was lost is shown beside what has moved since: the account
// before and now, the movements on its claims.
func TestEvidenceOfARecording(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ when, says string }{
		{"after", "Together they have moved by exactly this amount."},
		{"before", "Nothing has moved."},
	} {
		w := newWorld(t, setup{})
		ana := w.staffed("ana", staff.FrontDesk)
		w.sim.Fault(athenatest.Fault{Endpoint: "recordpayment", When: row.when, Do: "cut"})
		path := web.TakePath(dana)
		ana.get(path)
		made := ana.post(path, url.Values{"method": {"cash"}, "given": {"20"}, "claim-501": {"20.00"}})
		w.drain()
		id := made.to()[strings.LastIndex(made.to(), "/")+1:]
		if a := w.staffed("bea", staff.Biller).get("/desk/review/" + id); a.status != http.StatusOK || !a.says(row.says) || !a.says("Owed by the patient") || !a.says("Movements on the claims") {
			t.Errorf("%s: %s %d %s", row.when, made.to(), a.status, a.body)
		}
	}
}
