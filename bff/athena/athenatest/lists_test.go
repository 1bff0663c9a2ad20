package athenatest_test

import (
	"net/url"
	"strings"
	"testing"

	"paypane/bff/athena/athenatest"
)

// What differs between practices: the search may be off, and the book of visits
// may tell nothing of copays.
func TestListsOfOtherPractices(t *testing.T) {
	k := newTill(athenatest.Options{NoSearch: true, NoAppointmentCopay: true, FullDay: true})
	k.want(t, 403, `"error":`, "GET", "/patients/search?searchterm=oka", nil)
	const today = "/appointments/booked?startdate=11/21/2026&enddate=11/21/2026&departmentid=7"
	if _, body := k.send("GET", today, nil); strings.Contains(body, "appointmentcopay") || strings.Count(body, `"appointmentid"`) < 25 {
		t.Errorf("%d visits: %.200s", strings.Count(body, `"appointmentid"`), body)
	}
	k = newTill(athenatest.Options{Patients: athenatest.Crowd(1001)})
	k.want(t, 400, "larger than 1000 records.  Please refine", "GET", "/patients?departmentid=7", nil)
	k.want(t, 200, `"next":"\/v1\/195900\/appointments\/booked?DEPARTMENTID=7&ENDDATE=11%2F21%2F2026&STARTDATE=11%2F21%2F2026&offset=1000"`, "GET", today, nil)
}

// A check-in begins and ends, and is refused in the recorded words where it has
// ended, or where the visit is cancelled.
func TestCheckIn(t *testing.T) {
	k := newTill(athenatest.Options{Patients: []athenatest.Patient{{ID: 1, Given: "A", Family: "B", Department: 7, Upcoming: []athenatest.Visit{
		{ID: 11, Time: "10:00"}, {ID: 12, Time: "11:00", Cancelled: true}}}}})
	const (
		today = "/appointments/booked?startdate=11/21/2026&enddate=11/21/2026"
		over  = "\n\n" + `{"detailedmessage":"The appointment is either already canceled or checked in.","error":"This appointment has already been checked in."}`
	)
	k.want(t, 200, `{"success":"true"}`, "POST", "/appointments/11/startcheckin", nil)
	k.want(t, 200, `"appointmentstatus":"f"`, "GET", today, nil)
	k.want(t, 200, `"startcheckin":"11\/21\/2026 10:20:44"`, "GET", today, nil)
	k.want(t, 200, `"startcheckin":"11\/21\/2026 10:20:44"`, "GET", "/appointments/11", nil)
	k.want(t, 200, `{"success":"true"}`, "POST", "/appointments/11/checkin", nil)
	k.want(t, 200, `"appointmentstatus":"2"`, "GET", today, nil)
	k.want(t, 200, `"checkindatetime":"11\/21\/2026 10:20:44"`, "GET", today, nil)
	k.want(t, 200, `"checkindatetime":"11\/21\/2026 10:20:44"`, "GET", "/appointments/11", nil)
	for _, step := range []string{"11/checkin", "11/startcheckin", "12/checkin"} {
		k.want(t, 404, over, "POST", "/appointments/"+step, nil)
	}
	k.want(t, 404, "ID", "POST", "/appointments/13/checkin", nil)
	k.want(t, 400, "type integer", "POST", "/appointments/x/checkin", nil)
}

// Money is not recorded where the patient is not known.
func TestRecordPaymentElsewhere(t *testing.T) {
	k := newTill(athenatest.Options{})
	k.want(t, 400, `{"detailedmessage":"The specified patient does not exist in that department.","error":"The specified patient does not exist in that department."}`,
		"POST", patient+"/recordpayment", url.Values{"departmentid": {"9"}, "paymentmethod": {"CASH"}, "otheramount": {"5"}})
	if len(k.Book()) != 0 {
		t.Errorf("book %+v", k.Book())
	}
	k.want(t, 200, `"paymentbatchid"`, "POST", "/patients/40212/recordpayment", url.Values{"departmentid": {"9"}, "paymentmethod": {"CASH"}, "otheramount": {"5"}})
}

// What a desk's client asks for, and the words in which the rest is refused.
func TestListsOfTheDesk(t *testing.T) {
	k := newTill(athenatest.Options{})
	for _, test := range []struct {
		status     int
		part, path string
	}{
		{200, `"lastname":"Okafor"`, "/patients?lastname=okafor"},
		{200, `"totalcount":1`, "/patients?LASTNAME=Okafor&departmentid=7"},
		{200, `"patients":[],"totalcount":0`, "/patients?lastname=Nobody"},
		{400, `"error":"Data for one or more of the fields listed above`, "/patients"},
		{400, `"fields":["guarantorfirstname","dob"`, "/patients?status=active"},
		{400, "Expecting format date, but value is soon", "/patients?dob=soon"},
		{400, "Expecting type integer, but value is x", "/patients?departmentid=x"},
		{200, `"patientid":"40212"`, "/patients/search?searchterm=oka"},
		{200, `"patientid":"40212"`, "/patients/search?searchterm=40212"},
		{200, `{"patients":[]}`, "/patients/search?searchterm=4021"},
		{400, `["searchterm"]`, "/patients/search"},
		{400, `"error":"Data for one or more of the fields listed above`, "/patients?anyphone=12"},
		{200, `"patients":[],"totalcount":0`, "/patients?anyphone=(617)%20555-0100"},
		{200, `"totalcount":2`, "/patients?lastname=Okafor&anyphone=12"}, // once for each provider group that knows him
		{200, `"primarydepartmentid":"9"`, "/patients?lastname=Okafor"},
		{200, `"patientid":"40212"`, "/patients?anyphone=617-555-0212"},
		{200, `"patients":[],"totalcount":0`, "/patients?lastname=Okafor&status=deleted"},
		{200, `"patientid":"40211"`, "/patients/enhancedbestmatch?firstname=Danna&lastname=Simple&dob=01/04/1961&usesoundexsearch=true&returnbestmatches=true"},
		{200, `"appointmentcopay":{"collectedforappointment":0,"collectedforother":0,"insurancecopay":25}`, "/appointments/booked?startdate=11/21/2026&enddate=11/21/2026&patientid=40213"},
		{400, `["firstname","dob"]`, "/patients/enhancedbestmatch?lastname=Sample"},
		{400, `Expecting format date, but value is 01\/01\/   1`, "/patients/enhancedbestmatch?firstname=Dana&lastname=Sample&dob=01/01/%20%20%201"},
		{200, `"score":"23"`, "/patients/enhancedbestmatch?firstname=dana&lastname=SAMPLE&dob=01/04/1961"},
		{200, `[]`, "/patients/enhancedbestmatch?firstname=Dana&lastname=Sample&dob=01/05/1961"},
		{200, `"appointmentid":"880211"`, "/appointments/booked/multipledepartment?startdate=11/21/2026&enddate=12/31/2026&departmentid=8,%207"},
		{200, `"totalcount":2`, "/appointments/booked/multipledepartment?startdate=11/21/2026&enddate=12/31/2026&departmentid=8"},
		{400, `["departmentid"]`, "/appointments/booked/multipledepartment?startdate=11/21/2026&enddate=12/31/2026"},
		{400, "Expecting type integer, but value is x", "/appointments/booked/multipledepartment?startdate=11/21/2026&enddate=12/31/2026&departmentid=7,x"},
		{200, `"providers":[{`, "/providers"},
		{200, `"appointmentid":"880211"`, "/appointments/booked?startdate=11/21/2026&enddate=12/31/2026&departmentid=7&showpatientdetail=true"},
		{200, `"patient":{`, "/appointments/booked?startdate=11/21/2026&enddate=12/31/2026&showpatientdetail=true"},
		{200, `"appointmentid":"880213"`, "/appointments/booked?startdate=11/21/2026&enddate=12/31/2026&showcancelled=true"},
		{200, `"appointments":[],"totalcount":0`, "/appointments/booked?startdate=11/21/2020&enddate=11/22/2020"},
		{200, `"next":`, "/appointments/booked?startdate=11/21/2026&enddate=12/31/2026&limit=1"},
		{400, `["startdate","enddate"]`, "/appointments/booked"},
		{400, "Expecting a limit between 1 and 10000", "/appointments/booked?startdate=11/21/2026&enddate=12/31/2026&limit=10001"},
		{403, "Changed messages require setup (subscription) that has not been done.", "/appointments/changed"},
		{400, "Expecting type integer, but value is elsewhere", "/appointments/elsewhere"},
		{200, `"guarantorlastname":"Sample"`, patient},
		{200, `"email":"patient40211@example.com"`, patient},
		{200, `"dob":"`, patient},
	} {
		k.want(t, test.status, test.part, "GET", test.path, nil)
	}
}
