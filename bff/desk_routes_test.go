package bff

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// as is a browser of somebody whom harbor launched with a role, for Dana.
func (w *world) as(role string) *browser {
	w.t.Helper()
	b := w.browser()
	if a := b.launch(harborEd.token(w, func(_, c claimSet) { c["role"], c["sub"], c["name"] = role, "desk-"+role, "Eve Stone" })); a.status != http.StatusSeeOther {
		w.t.Fatalf("launch as %s: %d", role, a.status)
	}
	return b
}

// A launch says what somebody may do at the desk; staff, without more, is what a
// biller may. Every page says who is there, and as what.
func TestRolesOfALaunch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visit(dana)
	w.practice.outcome(payment.Outcome{State: payment.Unknown})
	id := b.choose(t, everything)
	b.post("/pay/"+id, card())
	for role, decides := range map[string]bool{"staff": true, "biller": true, "manager": true, "front_desk": false} {
		eve := w.as(role)
		a := eve.get("/desk/review")
		if a.status != http.StatusOK || !a.says("Eve Stone, ") || !strings.Contains(a.body, `aria-current="page"`) {
			t.Errorf("%s: %d %s", role, a.status, a.body)
		}
		a = eve.post("/desk/review/"+id, url.Values{"found": {"absent"}})
		if decides && a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s cannot decide: %d %s", role, a.status, a.body)
		}
		if !decides && (a.status != http.StatusForbidden || !a.says("You are signed in as front desk. This is for a biller.")) {
			t.Errorf("%s decides: %d %s", role, a.status, a.body)
		}
	}
	if a := w.browser().launch(harborEd.token(w, func(_, c claimSet) { c["role"] = "auditor" })); a.status != http.StatusForbidden {
		t.Errorf("an unknown role: %d", a.status)
	}
}

// A line of the desk that does not say what right it needs does not start, and
// neither does one that takes a patient from the address for anybody else.
func TestDeskLinesSayWhatTheyNeed(t *testing.T) {
	t.Parallel()
	none := func(http.ResponseWriter, *http.Request, session.Session) error { return nil }
	for _, rt := range []route{
		get("/desk/new", web.ForStaff, none),
		get("/desk/new", web.ForStaff, none).needs("everything"),
		get("/new", web.ForPayer, none).needs(staff.Collect),
		get("/people/{patient}", web.ForPayer, none),
		get("/people/{patient}", web.ForPatient, none),
	} {
		if rt.check() == nil {
			t.Errorf("%s for %s, needs %q: starts", rt.pattern(), rt.audience, rt.right)
		}
	}
	if err := get("/desk/patients/{patient}", web.ForStaff, none).needs(staff.Collect).check(); err != nil {
		t.Error(err)
	}
}

// The patient of an address at the desk is the session's, before the handler runs;
// a launched session has its own only. What is no patient's id is not there.
func TestPatientOfTheAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	var reached []int
	rt := get("/desk/patients/{patient}/new", web.ForStaff, func(_ http.ResponseWriter, _ *http.Request, sess session.Session) error {
		reached = append(reached, sess.Patient.ID)
		return nil
	}).needs(staff.Collect)
	mux := http.NewServeMux()
	mux.Handle(rt.pattern(), w.serve(rt))
	eve, payer := w.as("front_desk"), w.visit(dana)
	for id, want := range map[string]int{fmt.Sprint(dana): http.StatusOK, fmt.Sprint(robin): http.StatusNotFound, "0": http.StatusNotFound, "-1": http.StatusNotFound,
		"040211": http.StatusNotFound, "4111111111111111": http.StatusNotFound, "x": http.StatusNotFound, "+40211": http.StatusNotFound} {
		for _, b := range []*browser{eve, payer} {
			r := httptest.NewRequest(http.MethodGet, payOrigin+"/desk/patients/"+id+"/new", nil)
			r.Header.Set("Cookie", b.cookie)
			a := httptest.NewRecorder()
			mux.ServeHTTP(a, r)
			if b == payer && a.Code != http.StatusNotFound || b == eve && a.Code != want {
				t.Errorf("%s: %d", id, a.Code)
			}
		}
	}
	if len(reached) != 1 || reached[0] != dana {
		t.Errorf("reached for %v", reached)
	}
}
