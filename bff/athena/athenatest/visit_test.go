package athenatest_test

import (
	"strings"
	"testing"

	"paypane/bff/athena/athenatest"
)

// The list as it was recorded: no patientid, no order, today's among them; past
// and cancelled ones only where they are asked for.
func TestAppointments(t *testing.T) {
	k := newTill(athenatest.Options{})
	const list = patient + "/appointments"
	k.want(t, 200, `{"appointments":[{"appointmentid":"880212","appointmentstatus":"f","appointmenttype":"Any 15","appointmenttypeid":"2","copay":0,"date":"12\/28\/2026","departmentid":"7","duration":15,"patientappointmenttypename":"Follow-up Visit","providerid":"3","starttime":"14:15"},{"appointmentid":"880211"`, "GET", list, nil)
	for query, count := range map[string]string{
		"":                       "2",
		"?showcancelled=true":    "3",
		"?SHOWCANCELLED=Y":       "3",
		"?startdate=11/30/2026":  "2",
		"?startdate=12/1/2026":   "1",
		"?enddate=11/30/2026":    "1",
		"?enddate=11/29/2026":    "0",
		"?limit=1":               "2",
		"?startdate=01/01/2020":  "2",
		"?departmentid=whatever": "2",
	} {
		k.want(t, 200, `"totalcount":`+count, "GET", list+query, nil)
	}
	k.want(t, 400, "Expecting format date, but value is 2026-11-21", "GET", list+"?startdate=2026-11-21", nil)
	k.want(t, 404, "ID", "GET", "/patients/1/appointments", nil)
	k.want(t, 200, `"totalcount":2`, "GET", lee+"/appointments", nil) // today's and one to come
	if _, body := k.send("GET", list+"?showcopay=false", nil); strings.Contains(body, "copay") {
		t.Errorf("with a copay: %s", body)
	}

	k.want(t, 200, `"appointmentstatus":"f"`, "GET", "/appointments/880211", nil)
	k.want(t, 200, `"date":"11\/30\/2026"`, "GET", "/appointments/880211", nil)
	k.want(t, 200, `"patientid":"40211"`, "GET", "/appointments/880211", nil)
	k.want(t, 200, `"appointmentstatus":"x"`, "GET", "/appointments/880213", nil)
	k.want(t, 404, "ID", "GET", "/appointments/880214", nil)

	k.later(10) // the first one is over
	k.want(t, 200, `"totalcount":1`, "GET", list, nil)
	k.want(t, 200, `"totalcount":2`, "GET", list+"?showpast=true", nil)
}

// An agreement for an appointment that is still to come waits for the visit
// and the 21 days after it.
func TestAgreementForAnAppointmentToCome(t *testing.T) {
	k := newTill(athenatest.Options{})
	const agree = patient + "/collectpayment/singleappointment/"
	k.want(t, 404, "ID", "POST", agree+"880213", keep())                                 // cancelled
	k.want(t, 404, "ID", "POST", lee+"/collectpayment/singleappointment/880211", keep()) // another's
	k.want(t, 404, "ID", "POST", patient+"/collectpayment/oneyear/880123", keep())       // another's of today
	k.want(t, 200, "61234", "POST", agree+"880211", keep("email", "dana@example.com"))   // in 9 days
	k.want(t, 200, "", "POST", patient+"/collectpayment/oneyear/880212", keep())         // in 37 days
	k.want(t, 200, `"appointmentid":"880211"`, "GET", strings.TrimSuffix(agree, "/"), nil)
	k.later(29)
	if k.posts() != "" || k.kinds() != "" {
		t.Errorf("20 days after the visit: mails %s, book %s", k.posts(), k.kinds())
	}
	k.later(1)
	if k.posts() != "NOTICE 61234" || k.kinds() != "" {
		t.Errorf("21 days after the visit: mails %s, book %s", k.posts(), k.kinds())
	}
	k.later(5)
	if k.posts() != "NOTICE 61234, RECEIPT 61236" || k.kinds() != "PURCHASE 65.00" {
		t.Errorf("26 days after the visit: mails %s, book %s", k.posts(), k.kinds())
	}
	k.want(t, 200, `"servicedate":"11\/30\/2026"`, "GET", patient+"?showbalancedetails=true&showallclaims=true", nil)
	k.later(28)
	if k.kinds() != "PURCHASE 65.00, PURCHASE 65.00" {
		t.Errorf("after both visits: book %s", k.kinds())
	}
}
