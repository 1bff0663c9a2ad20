package bff

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/staff"
	"paypane/web"
)

// What a form of the desk leads to, the program loads: so a redirect comes in words,
// also one to the sign-in, and nothing is read in its place. What is no redirect comes
// as it is, with what the page shows.
func TestTheDesksProgramIsToldWhereAFormLeads(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	ana := w.staffed("ana", staff.FrontDesk)
	program := func(path string, form url.Values) (int, web.View) {
		t.Helper()
		a := ana.post(path, form, "Accept", "application/json", "X-Paypane", "1")
		var v web.View
		if err := json.Unmarshal([]byte(a.body), &v); err != nil {
			t.Fatalf("%s: %d %s: %v", path, a.status, a.body, err)
		}
		return a.status, v
	}
	leads := func(path string, form url.Values, to string) {
		t.Helper()
		if status, v := program(path, form); status != http.StatusOK || v.Page != "onward" || v.Path != to {
			t.Errorf("%s: %d %s %s, not onward to %s", path, status, v.Page, v.Path, to)
		}
	}
	leads("/desk/department", url.Values{"department": {"9"}}, "/desk")
	ana.get("/desk/patients/40211/take")
	if status, v := program("/desk/patients/40211/take", url.Values{"person": {ana.mark}}); status != http.StatusUnprocessableEntity || v.Page != web.PageDeskTake || v.Take == nil || v.Take.Patient != 40211 || len(v.Problems) == 0 || v.Desk == nil || !strings.Contains(v.Desk.Name, "ANA") {
		t.Errorf("problems: %d %+v", status, v)
	}
	if status, v := program("/desk/patients/40211/take", url.Values{"person": {"another"}}); status != http.StatusConflict || v.Notice == nil {
		t.Errorf("another patient's: %d %+v", status, v)
	}
	form := ana.counting(t, 0)
	for range 3 {
		w.clock.advance(2 * time.Minute)
		ana.post("/desk/stay", nil)
	}
	leads("/desk/drawer", form, web.PathSignIn)
	w.clock.advance(4 * time.Minute)
	if status, v := program("/desk/drawer", url.Values{"person": {ana.mark}}); status != http.StatusLocked || v.Page != web.PageDeskCovered {
		t.Errorf("covered: %d %+v", status, v)
	}
}
