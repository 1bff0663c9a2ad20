package bff

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"paypane/bff/athena/athenatest"
)

// self is a patient without insurance, with a visit today and nothing billed.
func self() athenatest.Patient {
	return athenatest.Patient{ID: 41001, Given: "Kit", Family: "Moss", Department: 7, Appointment: 881001}
}

// visitAt is a browser with a session of a launch for a visit.
func (w *world) visitAt(patient, appointment int, changes ...func(claimSet)) *browser {
	w.t.Helper()
	b := w.browser()
	a := b.launch(harborEd.token(w, func(_, c claimSet) {
		c["patientid"], c["appointmentid"] = patient, appointment
		for _, change := range changes {
			change(c)
		}
	}))
	if a = b.get(a.to()); a.to() != "/pay" && !strings.HasPrefix(a.to(), "/pay?") {
		w.t.Fatalf("arrive: %d to %q", a.status, a.to())
	}
	return b
}

// A visit of today without copay and bill can be paid for by an amount of the
// payer's, which the upstream is told is for today. A visit of another day, one
// with a copay, and no visit at all cannot.
func TestTodaysVisit(t *testing.T) {
	t.Parallel()
	tomorrow := self()
	tomorrow.ID, tomorrow.Appointment = 41002, 0
	tomorrow.Upcoming = []athenatest.Visit{{ID: 881002, In: 1, Time: "10:00", Title: "Visit"}}
	owing := self()
	owing.ID, owing.Appointment = 41003, 881003
	owing.Claims = []athenatest.Claim{{ID: 503, Service: w0(), Description: "VISIT", Billed: 12000, Owed: 12000}}
	expected := self()
	expected.ID, expected.Appointment, expected.Copay = 41004, 881004, 2500
	w := newWorld(t, setup{patients: []athenatest.Patient{self(), tomorrow, owing, expected}})
	b := w.visitAt(41001, 881001)
	a := b.get("/pay")
	if a.page() != "amount" || !strings.Contains(a.body, `value="today"`) || !a.says("There is no bill for this visit yet.") {
		t.Errorf("%s", a.body)
	}
	visit := func(amount string) url.Values { return url.Values{"pay": {"today"}, "today": {amount}} }
	for amount, says := range map[string]string{"": "Enter the amount", "0.99": "The smallest payment is $1.00.", "1000.01": "The most that you can pay here for a visit is $1,000.00."} {
		if a := b.post("/pay", visit(amount)); a.status != http.StatusUnprocessableEntity || !a.says(says) {
			t.Errorf("%q: %s", amount, a.body)
		}
	}
	id := b.choose(t, visit("80"))
	if a := b.get("/pay/" + id); !a.says("Payment for your visit, November 21, 2026") || !a.says("The practice applies the payment to it.") {
		t.Errorf("card page: %s", a.body)
	}
	b.post("/pay/"+id, card())
	if book := w.sim.Book(); len(book) != 1 || book[0].Today != 8000 || book[0].Amount != 8000 || book[0].Unapplied != 0 {
		t.Errorf("book %+v", book)
	}
	if sent := w.sentFor(); !slices.Equal(sent, []string{"appointmentid=881001&otheramount=80.00&todayservice=true"}) {
		t.Errorf("sent %q", sent)
	}
	if a := b.get("/pay"); a.page() != "nothing" || strings.Contains(a.body, `value="today"`) {
		t.Errorf("afterwards: %s", a.body)
	}
	if a := b.post("/pay", visit("80")); a.to() != "" {
		t.Errorf("once more: to %q", a.to())
	}
	both := w.visitAt(41003, 881003)
	if a := both.get("/pay"); !strings.Contains(a.body, `value="today"`) || !strings.Contains(a.body, `value="all"`) {
		t.Errorf("beside bills: %s", a.body)
	}
	both.post("/pay/"+both.choose(t, visit("50")), card())
	if book := w.sim.Book(); len(book) != 2 || book[1].Today != 5000 || book[1].Amount != 5000 {
		t.Errorf("book %+v", book)
	}
	for _, none := range [][2]int{{41002, 881002}, {41004, 881004}, {41002, 0}} {
		if a := w.visitAt(none[0], none[1]).get("/pay"); strings.Contains(a.body, `value="today"`) {
			t.Errorf("%v: %s", none, a.body)
		}
	}
}
