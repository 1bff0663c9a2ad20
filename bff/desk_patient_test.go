package bff

import (
	"net/http"
	"strings"
	"testing"

	"paypane/bff/staff"
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
