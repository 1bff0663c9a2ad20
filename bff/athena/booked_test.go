package athena

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// bookedShown are answers of the book of visits and what is read of them.
var bookedShown = map[string]string{
	`{"appointments":[],"totalcount":0}`: `[]`,
	// In order of time, whatever theirs; cancelled ones and those of other days are left out.
	`{"totalcount":4,"appointments":[` + bookedAt("3", "14:00", `"2"`) + `,` + bookedAt("1", "08:15", `"f"`) + `,` + bookedAt("2", "08:15", `"x"`) + `,` + bookedAt("4", "", `"4"`) + `,` +
		strings.Replace(bookedAt("5", "09:00", `"f"`), "21", "22", 1) + `]}`: `[{{1 2026-11-21 08:15  7} {9      0 false} expected {0.00 false 0.00 0.00 0.00 false} 0.00 false} ` +
		`{{3 2026-11-21 14:00  7} {9      0 false} here {0.00 false 0.00 0.00 0.00 false} 0.00 false} {{4 2026-11-21   7} {9      0 false} left {0.00 false 0.00 0.00 0.00 false} 0.00 false}]`,
	// A check-in that has begun; the patient beside it, of whom a balance is that of the department's provider group.
	`{"appointments":[{"appointmentid":"1","patientid":"9","departmentid":"7","date":"11\/21\/2026","starttime":"08:15","appointmentstatus":"f","startcheckin":"11\/21\/2026 08:10:00","copay":0,` +
		`"patient":{"patientid":"9","firstname":"Ann","lastname":"Lee","ssn":"*****6789","balances":[{"balance":"-5","departmentlist":"9"},{"balance":"12.5","departmentlist":"7,8"}]}}]}`: //
	`[{{1 2026-11-21 08:15  7} {9 Ann Lee    0 false} arriving {0.00 false 0.00 0.00 0.00 false} 12.50 true}]`,
	// A patient who is somebody else than the row says, and a row without a day, are left out; nobody may take the rest for all.
	`{"appointments":[{"appointmentid":"1","patientid":"9","date":"11\/21\/2026","patient":{"patientid":"8"}}]}`: "error",
	`{"appointments":[{"appointmentid":"1","patientid":"9"}]}`:                                                   "error",
	`{"appointments":[7],"totalcount":1}`:                                                                        "error", `{"appointments":{}}`: "error", `{"success":"false"}`: "error", `{"appointments":[],"error":"x"}`: "error",
}

func bookedAt(id, time, status string) string {
	return fmt.Sprintf(`{"appointmentid":"%s","patientid":"9","departmentid":"7","date":"11\/21\/2026","starttime":"%s","appointmentstatus":%s}`, id, time, status)
}

// What is told of a copay: nothing is not zero.
func TestVisitCopay(t *testing.T) {
	for told, want := range map[string]payment.VisitCopay{
		`"copay":0`:                           {},
		`"other":1`:                           {},
		`"copay":-3`:                          {},
		`"copay":"nothing"`:                   {},
		`"copay":25`:                          {Due: payment.Cents(2500), DueKnown: true},
		`"copay":0,"appointmentcopay":"soon"`: {},
		`"copay":0,"appointmentcopay":[]`:     {},
		`"copay":0,"appointmentcopay":{"insurancecopay":25}`:                                                                        {},
		`"copay":0,"appointmentcopay":{"insurancecopay":25,"collectedforappointment":-1,"collectedforother":0}`:                     {},
		`"copay":0,"appointmentcopay":{"insurancecopay":"25","collectedforappointment":"25","collectedforother":0}`:                 {DueKnown: true, Expected: payment.Cents(2500), Collected: payment.Cents(2500), Told: true},
		`"copay":0,"appointmentcopay":[{"insurancecopay":"25","collectedforappointment":".5","collectedforother":"10"}]`:            {Due: payment.Cents(2450), DueKnown: true, Expected: payment.Cents(2500), Collected: payment.Cents(50), Elsewhere: payment.Cents(1000), Told: true},
		`"copay":10,"appointmentcopay":{"insurancecopay":25,"collectedforappointment":15,"collectedforother":0,"something":"else"}`: {Due: payment.Cents(1000), DueKnown: true, Expected: payment.Cents(2500), Collected: payment.Cents(1500), Told: true},
		`"copay":0,"appointmentcopay":{"insurancecopay":0,"collectedforappointment":0,"collectedforother":0}`:                       {DueKnown: true, Told: true},
		`"copay":0,"appointmentcopay":{"insurancecopay":10,"collectedforappointment":25,"collectedforother":0}`:                     {DueKnown: true, Expected: payment.Cents(1000), Collected: payment.Cents(2500), Told: true},
	} {
		r, err := rowOf([]byte("{" + told + "}"))
		if err != nil {
			t.Fatal(err)
		}
		if got := visitCopay(&r); got != want || r.err != nil {
			t.Errorf("%s: %+v, %v; want %+v", told, got, r.err, want)
		}
	}
}

// Several departments have an address of their own, pages go on, and a row that is
// not understood costs no other and is told.
func TestBookedOfSeveral(t *testing.T) {
	upstream := record(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("offset") == "" {
			answering(200, `{"next":"\/v1\/elsewhere","appointments":[`+bookedAt("1", "09:00", `"f"`)+`,{"appointmentid":"x"}],"totalcount":3}`)(w, r)
			return
		}
		answering(200, `{"appointments":[`+bookedAt("2", "08:00", `"f"`)+`],"totalcount":3}`)(w, r)
	})
	visits, err := connect(t, upstream.URL).Booked(t.Context(), 195900, []int{7, 8}, "2026-11-21")
	if !errors.Is(err, payment.ErrOddRows) || len(visits) != 2 || visits[0].ID != "2" {
		t.Errorf("%v, %v", visits, err)
	}
	if c := upstream.calls; len(c) != 2 || c[0].path != "/v1/195900/appointments/booked/multipledepartment" || c[0].query.Get("departmentid") != "7,8" || c[1].query.Get("offset") != "2" {
		t.Errorf("%+v", c)
	}
	endless := record(t, answering(200, `{"appointments":[`+bookedAt("1", "09:00", `"f"`)+`],"next":"x"}`))
	if _, err := connect(t, endless.URL).Booked(t.Context(), 195900, []int{7}, "2026-11-21"); err == nil || endless.count() != maxPages {
		t.Errorf("a list without end: %v after %d pages", err, endless.count())
	}
}

// A day of 400 visits, each with a patient of 5 kB beside it, is more than an answer
// that is read as a whole may have.
func TestBookedOfABigDay(t *testing.T) {
	var rows []string
	for i := range 400 {
		rows = append(rows, strings.TrimSuffix(bookedAt(fmt.Sprint(1+i), "09:00", `"f"`), "}")+`,"patient":{"patientid":9,"firstname":"Ann","notes":"`+strings.Repeat("x", 5000)+`"}}`)
	}
	upstream := record(t, answering(200, `{"appointments":[`+strings.Join(rows, ",")+`]}`))
	unhurried := connect(t, upstream.URL, func(c *Config) { c.ReadDeadline = time.Minute }) // two megabytes, on a busy machine
	if visits, err := unhurried.Booked(t.Context(), 195900, []int{7}, "2026-11-21"); err != nil || len(visits) != 400 || upstream.count() != 1 {
		t.Errorf("%d visits, %v, asked %d times", len(visits), err, upstream.count())
	}
}

// Both refusals of a search are told by the upstream's own words, and another one is
// our mistake.
func TestFindPatientsRefused(t *testing.T) {
	for body, want := range map[string]error{
		`{"error":"The given search parameters would produce a total data set larger than 1000 records.  Please refine your search and try again."}`:                               payment.ErrTooMany,
		`{"error":"The given search parameters would produce a total data set larger than 1000 records. Please refine your search and try again."}`:                                payment.ErrTooMany,
		`{"fields":["dob"],"error":"Data for one or more of the fields listed above are required to successfully find a patient record.Note: invalid phone numbers are ignored."}`: payment.ErrNoCriteria,
		`{"detailedmessage":"Expecting format date, but value is x","error":"The data provided is invalid."}`:                                                                      nil,
	} {
		upstream := record(t, answering(400, "\n\n"+body))
		_, _, err := connect(t, upstream.URL).FindPatients(t.Context(), 195900, payment.Search{Family: "Smith"})
		for _, known := range []error{payment.ErrTooMany, payment.ErrNoCriteria} {
			if errors.Is(err, known) != errors.Is(want, known) || err == nil {
				t.Errorf("%s: %v", body, err)
			}
		}
	}
}

// What is not asked: a search without criteria, a match without the whole name, a day
// that is none, and a check-in of no visit.
func TestDeskCallsStoppedHere(t *testing.T) {
	upstream := record(t, answering(200, `{}`))
	c := connect(t, upstream.URL)
	_, _, err := c.SearchPatients(t.Context(), 195900, "")
	_, err2 := c.MatchPatients(t.Context(), 195900, payment.Search{Given: "Dana", Family: "Sample"})
	_, err3 := c.Booked(t.Context(), 195900, nil, "2026-11-21")
	_, err4 := c.Booked(t.Context(), 195900, []int{7}, "today")
	w := c.CheckIn(t.Context(), dana)
	if err == nil || err2 == nil || err3 == nil || err4 == nil || w.State != payment.WriteNotSent || upstream.count() != 0 {
		t.Errorf("%v, %v, %v, %v, %+v; asked %d times", err, err2, err3, err4, w, upstream.count())
	}
}

// Of a patient nothing is kept that a desk may not show, in whatever field it
// stands.
func TestPersonKeepsLittle(t *testing.T) {
	row := map[string]any{"patientid": "9", "firstname": "Ann", "lastname": "Lee", "dob": "01/02/1960", "city": "BOSTON", "departmentid": "7"}
	for _, name := range []string{"ssn", "address1", "zip", "race", "ethnicitycode", "email", "homephone", "guarantorssn", "nextkinname", "employername", "maritalstatus", "photourl", "language6392code"} {
		row[name] = "secret-" + name
	}
	body, err := json.Marshal([]any{row})
	if err != nil {
		t.Fatal(err)
	}
	upstream := record(t, answering(200, string(body)))
	who, found, err := connect(t, upstream.URL).Person(t.Context(), payment.Patient{Practice: 195900, ID: 9})
	if err != nil || !found || strings.Contains(fmt.Sprintf("%#v", who), "secret") || who.Name() != "Ann Lee" {
		t.Errorf("%#v, %t, %v", who, found, err)
	}
	if q := upstream.only(t).query; len(q) != 0 {
		t.Errorf("asked with %v", q)
	}
}

// A visit stands where it stands, whether it is read in the book of the day or by its
// id: also one of which the check-in has begun and not ended.
func TestVisitStandsAsInTheBook(t *testing.T) {
	sim := athenatest.StartWith(t, athenatest.Options{TokensPerMinute: -1, Now: simNow})
	c := connect(t, sim.URL, func(c *Config) { c.Now = simNow })
	joan := payment.Patient{Practice: 195900, Department: 7, ID: 40223, Appointment: 880341}
	for _, want := range []payment.VisitState{payment.VisitArriving, payment.VisitHere} {
		day, err := c.Booked(t.Context(), 195900, []int{7}, "2026-11-21")
		if err != nil {
			t.Fatal(err)
		}
		v, found, err := c.Visit(t.Context(), joan)
		if err != nil || !found || v.State != want {
			t.Errorf("by its id: %q, %t, %v; want %q", v.State, found, err, want)
		}
		for _, b := range day {
			if b.ID == v.ID && b.State != want {
				t.Errorf("in the book: %q, want %q", b.State, want)
			}
		}
		if done := c.CheckIn(t.Context(), joan); want == payment.VisitArriving && !done.Done() {
			t.Errorf("check in: %+v", done)
		}
	}
}
