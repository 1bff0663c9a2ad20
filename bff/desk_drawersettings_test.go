package bff

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"paypane/bff/staff"
)

// counts sends a count of some cents and answers the close's page.
func (b *browser) counts(t testing.TB, cents int64, typed ...string) (path string, a answer) {
	t.Helper()
	path = fmt.Sprintf("/desk/closes/%d", numberOf(t, b.post("/desk/drawer", b.counting(t, cents, typed...))))
	return path, b.get(path)
}

// Where the department has one drawer, whoever is there counts what everybody took, all
// of them see its closes, and nobody has one of their own to be counted for them.
func TestSharedDrawer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{desk: "shared_drawer = true\nclose_limit = \"40.00\"\n"})
	ana, bo, cy := w.staffed("ana", staff.FrontDesk), w.staffed("bo", staff.FrontDesk), w.staffed("cy", staff.Manager)
	ana.pays(t, dana, "20", "method", "cash", "given", "20")
	bo.pays(t, robin, "30", "method", "cash", "given", "30")
	w.drain()
	if a := ana.get("/desk/drawer"); !a.says("The drawer of this department: what was taken here and never counted") {
		t.Errorf("to be counted: %s", a.body)
	}
	if a := cy.get("/desk/closes"); a.says("Not counted yet") {
		t.Errorf("drawers of people: %s", a.body)
	}
	if a := cy.get("/desk/drawer?of=drawer-7-abc"); a.status != http.StatusNotFound {
		t.Errorf("somebody's drawer: %d", a.status)
	}
	path, a := bo.counts(t, 1000)
	if !a.says("$40.00 short") || a.says("It takes two people") || !a.says("Sign and close") {
		t.Errorf("off by as much as one may sign: %s", a.body)
	}
	if a := ana.get(path); a.status != http.StatusOK || a.says("Sign and close") || a.says("Count it again") {
		t.Errorf("seen by another: %d %s", a.status, a.body)
	}
	bo.post(path+"/sign", url.Values{"reason": {"change"}})
	if a := bo.get(path); a.attribute("data-close") != "closed" || !a.says("Closed, signed by one.") {
		t.Errorf("signed: %s", a.body)
	}
	if a := ana.get("/desk/day"); !a.says("$20.00") || a.says("not shown") {
		t.Errorf("counted by another, the day: %s", a.body)
	}
	// What the other one takes next is in the next count of either.
	bo.pays(t, dana, "41.01", "method", "cash", "given", "50")
	w.drain()
	path, a = ana.counts(t, 99)
	if !a.says("$40.02 short") || !a.says("It takes two people") {
		t.Errorf("off by more: %s", a.body)
	}
	if a := ana.get("/desk/closes"); a.status != http.StatusOK || !a.says("2 counts, the last one first") {
		t.Errorf("the day's closes: %s", a.body)
	}
	// At another department it is another drawer.
	if a := bo.post("/desk/department", url.Values{"department": {"9"}}); a.status != http.StatusSeeOther {
		t.Fatalf("moved: %d", a.status)
	}
	if a := bo.get(path); a.status != http.StatusForbidden {
		t.Errorf("another department's close: %d", a.status)
	}
	if a := bo.get("/desk/drawer"); !a.says("never counted") {
		t.Errorf("another department's drawer: %s", a.body)
	}
}

// What may be off for one person to close is the practice's to say: nothing at all, or
// two people always.
func TestCloseLimit(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		desk  string
		cents int64 // counted of 20.00
		two   bool
	}{
		"usual, at the limit":     {"swipe = false", 1000, false},
		"usual, above it":         {"swipe = false", 999, true},
		"none may be off":         {`close_limit = "0.00"`, 1999, true},
		"none may be off, right":  {`close_limit = "0.00"`, 2000, false},
		"two always, right":       {"close_two_people = true", 2000, true},
		"much may be off":         {`close_limit = "2000.00"`, 0, false},
		"over, above the limit":   {`close_limit = "1.00"`, 2101, true},
		"over, within the limit":  {`close_limit = "1.00"`, 2100, false},
		"two always, much may be": {"close_limit = \"2000.00\"\nclose_two_people = true", 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, setup{desk: row.desk + "\n"})
			ana, cy := w.staffed("ana", staff.FrontDesk), w.staffed("cy", staff.Manager)
			ana.pays(t, dana, "20", "method", "cash", "given", "20")
			w.drain()
			path, a := ana.counts(t, row.cents)
			if a.says("It takes two people") != row.two {
				t.Errorf("counted: %s", a.body)
			}
			ana.post(path+"/sign", url.Values{"reason": {"unknown"}})
			stands := ana.get(path).attribute("data-close")
			if row.two {
				if stands != "waits" {
					t.Errorf("signed by one: %s", stands)
				}
				cy.post("/desk/approvals/close-"+path[len("/desk/closes/"):], nil)
				stands = cy.get(path).attribute("data-close")
			}
			if stands != "closed" {
				t.Errorf("at the end: %s", stands)
			}
		})
	}
}
