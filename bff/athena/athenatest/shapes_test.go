package athenatest_test

import (
	"net/http/httptest"
	"testing"

	"paypane/bff/athena/athenatest"
)

// What public clients write and the documents allow, on money: the amounts that
// arrive are those that were sent, and nothing else is.
func TestShapesOfClients(t *testing.T) {
	cash := func(change ...string) []string {
		return append([]string{"departmentid", "7", "paymentmethod", "CASH", "otheramount", "1"}, change...)
	}
	for name, test := range map[string]struct {
		path, book string
		fields     []string // of a form of their own; nil: form with change
		change     []string
	}{
		"claims indexed by PHP": {patient + "/collectpayment", "PURCHASE 15.50", nil,
			[]string{"claimpayment", "-", "claimpayment[0][501]", "10.00", "claimpayment[1][502]", "5.50"}},
		"index in capitals":    {patient + "/collectpayment", "PURCHASE 10.00", nil, []string{"claimpayment", "-", "ClaimPayment[0][501]", "10.00"}},
		"indexed with gaps":    {patient + "/collectpayment", "PURCHASE 11.00", nil, []string{"claimpayment", "-", "claimpayment[3][501]", "10", "claimpayment[7][503]", "1"}},
		"indexed and recorded": {patient + "/recordpayment", "RECORDED 3.50", cash("claimpayment[0][501]", "2.50"), nil},
		"today as Y":           {patient + "/recordpayment", "RECORDED 1.00", cash("todayservice", "Y"), nil},
		"not today as n":       {patient + "/recordpayment", "RECORDED 1.00", cash("todayservice", "n"), nil},
		"today as a boolean":   {patient + "/recordpayment", "RECORDED 1.00", cash("todayservice", "true"), nil},
		"not today as FALSE":   {patient + "/recordpayment", "RECORDED 1.00", cash("todayservice", "FALSE"), nil},
		"card, today":          {patient + "/collectpayment", "PURCHASE 1.00", nil, []string{"claimpayment", "-", "otheramount", "1", "todayservice", "true"}},
		"a visit to come":      {patient + "/collectpayment", "PURCHASE 1.00", nil, []string{"claimpayment", "-", "otheramount", "1", "appointmentid", "880211"}},
		"recorded for one":     {patient + "/recordpayment", "RECORDED 1.00", cash("appointmentid", "880212"), nil},
	} {
		k := newTill(athenatest.Options{})
		f := form(test.change...)
		if test.fields != nil {
			f = pairs(test.fields...)
		}
		k.want(t, 200, `"success"`, "POST", test.path, f)
		if k.kinds() != test.book {
			t.Errorf("%s: book %q, want %q", name, k.kinds(), test.book)
		}
	}
}

// A copay belongs to its visit: today's takes no part of another's, and a void
// gives it back to the one that it was for.
func TestCopayOfVisit(t *testing.T) {
	k := newTill(athenatest.Options{Patients: []athenatest.Patient{{
		ID: 40211, Given: "Dana", Family: "Sample", Department: 7, Appointment: 880100, Copay: 1000,
		Upcoming: []athenatest.Visit{
			{ID: 880211, In: 9, Time: "09:30", Title: "Annual Physical", Copay: 2500},
			{ID: 880212, In: 10, Time: "09:30", Title: "Annual Physical", Copay: 2500, Cancelled: true},
		}}}})
	copay := func(amount, visit string) []string {
		return []string{"claimpayment", "-", "copayamount", amount, "appointmentid", visit}
	}
	pay := patient + "/collectpayment"
	for _, test := range []struct {
		status       int
		part         string
		change       []string
		today, other int64
	}{
		{400, "exceeds the copay", copay("25.01", "880211"), 1000, 2500},
		{400, "exceeds the copay", copay("10.01", "880100"), 1000, 2500},
		{404, "The requested ID does not exist.", copay("1", "880212"), 1000, 2500}, // cancelled
		{404, "The requested ID does not exist.", copay("1", "880999"), 1000, 2500},
		{200, `"success":"true"`, copay("20.00", "880211"), 1000, 500},
		{400, "exceeds the copay", copay("5.01", "880211"), 1000, 500},
		{200, `"success":true`, copay("4.00", "-"), 600, 500},
		{200, `"success":"true"`, copay("6.00", "880100"), 0, 500},
	} {
		k.want(t, test.status, test.part, "POST", pay, form(test.change...))
		if p := k.Patients()[0]; p.Copay != test.today || p.Upcoming[0].Copay != test.other {
			t.Fatalf("after %v: %d today, %d to come; want %d, %d", test.change, p.Copay, p.Upcoming[0].Copay, test.today, test.other)
		}
	}
	k.want(t, 200, `"copay":5`, "GET", "/appointments/880211", nil)
	k.want(t, 200, `"success"`, "POST", patient+"/voidpayment/61234", nil)
	if p := k.Patients()[0]; p.Copay != 0 || p.Upcoming[0].Copay != 2500 {
		t.Errorf("after the void: %d today, %d to come", p.Copay, p.Upcoming[0].Copay)
	}
}

// A method that a path does not have is refused in the common shape of errors,
// once the token is good.
func TestMethodNotAllowed(t *testing.T) {
	k := newTill(athenatest.Options{})
	for _, test := range []struct{ method, path, allow string }{
		{"DELETE", patient, "GET, HEAD"},
		{"PUT", patient + "/collectpayment", "POST"},
		{"POST", patient + "/receipts", "GET, HEAD"},
		{"PATCH", stored + "/9001", "DELETE, POST, PUT"},
	} {
		r := request(test.method, "/v1/195900"+test.path, nil)
		w := httptest.NewRecorder()
		k.ServeHTTP(w, r)
		if w.Code != 401 {
			t.Errorf("%s %s without a token: %d %s", test.method, test.path, w.Code, w.Body)
		}
		r.Header.Set("Authorization", "Bearer "+k.access)
		w = httptest.NewRecorder()
		k.ServeHTTP(w, r)
		if got := w.Body.String(); w.Code != 405 || got != "\n\n"+`{"error":"The method is not allowed."}` ||
			w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Allow") != test.allow {
			t.Errorf("%s %s: %d %v %q", test.method, test.path, w.Code, w.Header(), got)
		}
	}
}
