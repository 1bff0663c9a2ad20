package bff

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"paypane/bff/staff"
	"paypane/web/payment"
)

// What is owed is read together with the visit that an address names. Where that is
// another patient's, nothing on the page is about it, and what is owed is shown as if no
// visit were named.
func TestAVisitOfSomebodyElseIsNotOnThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.staffed("ana", staff.Manager)
	const visit = "880123" // of patient 40213
	own := b.get("/desk/patients/40213?visit=" + visit)
	if own.status != http.StatusOK || !strings.Contains(own.body, "take?visit="+visit) {
		t.Fatalf("the patient's own: %d %.500s", own.status, own.body)
	}
	for _, at := range []string{"", "?visit=" + visit, "?visit=999999"} {
		a := b.get("/desk/patients/40211" + at)
		if a.status != http.StatusOK || strings.Contains(a.body, visit) || strings.Contains(a.body, "999999") || !strings.Contains(a.body, "/desk/patients/40211/take") {
			t.Errorf("%s: %d %.3000s", at, a.status, a.body)
		}
	}
}

// What is not there leads whoever works at the desk back to it, and not to a payer's
// page.
func TestStaffAreLedBackToTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.staffed("ana", staff.FrontDesk)
	for _, path := range []string{"/desk/patients/99999", "/desk/patients/99999/take"} {
		if a := b.get(path); a.status != http.StatusNotFound || !strings.Contains(a.body, `<a href="/desk">To the desk</a>`) || a.says("See what you owe") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

// Where the practice's system cannot be asked, staff read what they can do, and not that
// they call the practice.
func TestStaffReadThatTheSystemCannotBeAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.staffed("ana", staff.FrontDesk)
	w.practice.statement = func() (payment.Statement, error) { return payment.Statement{}, errors.New("athena is down") }
	for _, path := range []string{"/desk/patients/40211/take", "/desk/patients/40211/take?visit=880123"} {
		a := b.get(path)
		if a.status != http.StatusServiceUnavailable || !a.says("athenaOne itself may work") || !a.says("Kim ANA") || a.says("call the practice") || !strings.Contains(a.body, `href="`+path+`"`) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}
