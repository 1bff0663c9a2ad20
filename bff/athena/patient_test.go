package athena

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// danaWire is a sample as docs/upstream-api.md#patient has it, about patient 40211, with a
// second provider group, an insurance payment, an odd charge and a claim on a
// plan.
const danaWire = `[{"patientid":"40211","firstname":"Dana","lastname":"Sample",
"balances":[{"balance":"-112.5","departmentlist":"7,8","providergroupid":1,"cleanbalance":true},
            {"balance":"-9","departmentids":"9","providergroupid":"2","cleanbalance":"true"}],
"claimbalancedetails":[
 {"providergroupid":1,"departmentids":"7,8","claimdetails":[
  {"claimid":502,"departmentid":7,"servicedate":"10\/05\/2026","amount":"80","patientbalance":".16","cleanbalance":"true"},
  {"claimid":501,"departmentid":7,"servicedate":"10\/02\/2026","amount":230,"patientbalance":112.5,"cleanbalance":true,"chargeleveldetail":[
    {"id":2001,"description":"OFFICE VISIT","amount":230,"transactions":[
      {"id":1,"type":"PAYMENT","transfertype":"1","amount":-100.25},
      {"id":2,"type":"PAYMENT","transfertype":2,"amount":"-7.25"},
      {"id":3,"type":"PAYMENT","transfertype":"p","amount":-10,"epaymentid":61100},
      {"id":4,"type":"TRANSFEROUT","transfertype":"1","amount":-112.5}]}]},
  {"claimid":"503","servicedate":"","patientbalance":5,"cleanbalance":false},
  {"claimid":504,"patientbalance":0,"amount":50,"cleanbalance":true,"chargeleveldetail":[{"description":"X","transactions":[{"type":"PAYMENT","transfertype":"1","amount":-50}]}]},
  {"claimid":505,"servicedate":"11\/01\/2026","patientbalance":0,"amount":50,"cleanbalance":true,"chargeleveldetail":[{"description":"FLU SHOT"}]},
  {"claimid":506,"patientbalance":-3,"amount":50,"cleanbalance":true},
  {"claimid":507,"patientbalance":8,"amount":50}]},
 {"providergroupid":2,"departmentids":"9,17,78","claimdetails":[
  {"claimid":601,"servicedate":"01\/02\/2026","patientbalance":40,"cleanbalance":true}]}]}]`

func TestStatementReading(t *testing.T) {
	s, err := statementOf([]byte(danaWire), dana)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range s.Bills {
		got = append(got, fmt.Sprint(b.ID, " ", b.Service, " ", b.Title, " billed ", b.Billed, " insurance ", b.Insurance, " owed ", b.Owed, " ", b.Hold))
	}
	want := []string{ // the oldest first, without a date last
		"claim-601 2026-01-02  billed 0.00 insurance 0.00 owed 40.00 elsewhere",
		"claim-501 2026-10-02 Office visit billed 230.00 insurance 107.50 owed 112.50 ",
		"claim-502 2026-10-05  billed 80.00 insurance 0.00 owed 0.16 ",
		"claim-505 2026-11-01 Flu shot billed 50.00 insurance 0.00 owed 0.00 insurance",
		"claim-503   billed 0.00 insurance 0.00 owed 5.00 arranged",
		"claim-507   billed 50.00 insurance 0.00 owed 8.00 arranged", // not known to be clean
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("bills\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// The account is at -112.50, though clean claims ask for 112.66.
	if s.GivenName != "Dana" || s.Name != "Dana Sample" || s.Credit != payment.Cents(22516) || s.Due() != payment.Cents(11266) {
		t.Errorf("statement %+v", s)
	}
	// Seen from department 9 it is the other group's money.
	other := dana
	other.Department = 9
	if s, err = statementOf([]byte(danaWire), other); err != nil || len(s.Bills) != 3 || s.Due() != payment.Cents(4000) || s.Bills[0].ID != "claim-601" || s.Bills[1].Hold != payment.HoldElsewhere || s.Credit != payment.Cents(4900) {
		t.Errorf("department 9: %+v, %v", s, err)
	}
}

// An answer that is not understood shows no statement rather than a part of it.
func TestStatementRefusesNonsense(t *testing.T) {
	for _, change := range [][2]string{
		{`"patientid":"40211"`, `"patientid":"40212"`},
		{`"patientid":"40211",`, ``},
		{`"patientbalance":112.5`, `"patientbalance":112.505`},
		{`"patientbalance":112.5`, `"patientbalance":"1e2"`},
		{`"patientbalance":112.5`, `"patientbalance":"about 100"`},
		{`"claimid":502`, `"claimid":"50-2"`},
		{`"claimid":502,`, ``},
		{`"cleanbalance":false`, `"cleanbalance":"perhaps"`},
		{`"balance":"-112.5"`, `"balance":"CR 112.5"`},
		{`"claimdetails":[`, `"claimdetails":[7,`},
	} {
		body := strings.Replace(danaWire, change[0], change[1], 1)
		if body == danaWire {
			t.Fatalf("%q is not in the sample", change[0])
		}
		if s, err := statementOf([]byte(body), dana); err == nil {
			t.Errorf("%s: %+v", change[1], s)
		}
	}
}

// The sample patients, seen through the client: what is due is what the simulator says.
func TestStatementOfTheCast(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL)
	for _, p := range upstream.Patients() {
		s, err := c.Statement(t.Context(), payment.Patient{
			Practice: athenatest.Practice, Department: p.Department, ID: p.ID, Appointment: p.Appointment})
		if err != nil {
			t.Errorf("%s: %v", p.Name(), err)
			continue
		}
		if s.Due().Cents() != p.Owed() || s.Name != p.Name() || s.Credit.Cents() != p.Unapplied {
			t.Errorf("%s: statement %+v; the simulator says owed %d, credit %d", p.Name(), s, p.Owed(), p.Unapplied)
		}
		for i, b := range s.Bills {
			if b.Title == "" || b.Service == "" || i > 0 && b.Kind == payment.Copay {
				t.Errorf("%s: bill %d is %+v", p.Name(), i, b)
			}
		}
	}
}

func TestStatementAppointment(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL)
	lee := payment.Patient{Practice: athenatest.Practice, Department: 7, ID: 40213, Appointment: 880123}
	s, err := c.Statement(t.Context(), lee)
	if err != nil || len(s.Bills) != 3 || s.Bills[0].ID != "copay-880123" || s.Bills[0].Owed != payment.Cents(2500) || s.Bills[0].Title != "Copay" {
		t.Errorf("with copay: %+v, %v", s, err)
	}
	// Somebody else's appointment is an error, one that is gone is not.
	stranger := dana
	stranger.Appointment = 880123
	if _, err := c.Statement(t.Context(), stranger); err == nil {
		t.Error("another patient's appointment: no error")
	}
	lee.Appointment = 1
	if s, err := c.Statement(t.Context(), lee); err != nil || len(s.Bills) != 2 {
		t.Errorf("appointment that is gone: %+v, %v", s, err)
	}
	lee.ID = 1
	_, err = c.Statement(t.Context(), lee)
	if e, ok := errors.AsType[*Error](err); !ok || e.Status != 404 || e.Message != "The requested ID does not exist." {
		t.Errorf("unknown patient: %v", err)
	}
}

// The forms of copay (docs/upstream-api.md#appointments), and a visit that will
// not be.
func TestCopayReading(t *testing.T) {
	for body, want := range map[string]string{
		`[{"patientid":"40211","date":"11\/21\/2026","appointmentstatus":"2","copay":25}]`: "25.00",
		`{"patientid":40211,"copay":".5"}`:                                                 "0.50",
		`[{"patientid":"40211","copay":0}]`:                                                "none",
		`[{"patientid":"40211"}]`:                                                          "none",
		`[{"patientid":"40211","copay":"-5"}]`:                                             "none",
		`[{"patientid":"40211","appointmentstatus":"x","copay":25}]`:                       "none",
		`[{"patientid":"40211","appointmentstatus":"x","copay":"$25"}]`:                    "none",
		`[{"patientid":"40211","appointmentstatus":true,"date":[],"copay":25}]`:            "25.00",
		`[{"patientid":"40211","copay":"2.505"}]`:                                          "unread",
		`[{"patientid":"40211","copay":"1,240.00"}]`:                                       "unread",
		`[{"patientid":"40211","copay":{"amount":25}}]`:                                    "unread",
		`[{"patientid":"40211","copay":"9999999.999"}]`:                                    "unread",
		`[{"patientid":"40212","copay":25}]`:                                               "error",
		`[]`:                                                                               "error",
	} {
		upstream := says(t, 200, body)
		p := dana
		p.Appointment = 880123
		visit, err := connect(t, upstream.URL).appointment(t.Context(), p)
		got := "error"
		switch {
		case errors.Is(err, payment.ErrBillUnread):
			got = "unread"
		case err == nil && visit.copay != nil:
			got = visit.copay.Owed.String()
		case err == nil:
			got = "none"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}
