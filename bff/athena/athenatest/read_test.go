package athenatest_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

const needs = "\n\n" + `{"error":"Additional fields are required.","missingfields":[`

// What athena-api.md quotes of recorded answers, with the row it stands in.
// Bodies are to the letter; keys are sorted, since their order means nothing.
func TestRecordedReads(t *testing.T) {
	c := call(t, at("2026-11-21T15:00:00Z"))
	c.send("POST", collect, form()) // 61234
	const bad = "\n\n" + `{"detailedmessage":"`
	const end = `","error":"The data provided is invalid."}`
	for _, test := range []struct {
		row, path string
		status    int
		want      string // the body, or a part of it after "…"
	}{
		{"1 paging, RB-H all_departments.yml", "departments?limit=1", 200, `…"next":"\/v1\/195900\/departments?limit=1&offset=1","totalcount":3}`},
		{"1 paging", "departments?limit=1&offset=1", 200, `…"next":"\/v1\/195900\/departments?limit=1&offset=2","previous":"\/v1\/195900\/departments?limit=1&offset=0","totalcount":3}`},
		{"1 names, NET GetBookedAppointments.json", "departments?providerlist=true&limit=2", 200, `…"next":"\/v1\/195900\/departments?PROVIDERLIST=true&limit=2&offset=2"`},
		{"1 names", "departments?PROVIDERLIST=true&LIMIT=2", 200, `…"next":"\/v1\/195900\/departments?PROVIDERLIST=true&limit=2&offset=2"`},
		{"1 paging", "departments?offset=3", 200, `{"departments":[],"previous":"\/v1\/195900\/departments?offset=0","totalcount":3}`},
		{"2.10d", "departments?hospitalonly=true", 200, `{"departments":[],"totalcount":0}`},
		{"2.10d booleans, NET GetById_ExistingId.json", "departments/7", 200, `…"doesnotobservedst":false`},
		{"1 integers, RB-H create_patient_problem_with_missing_data.yml", "departments?limit=", 400, bad + `Expecting type integer, but value is ` + end},
		{"2.10e, NET GetPaymentMethods.json", "configuration/validnonccpcreditcardmethods", 200, `{"paymentmethods":[{"name":"American Express","paymentmethod":"AMEX"},{"name":"Discover","paymentmethod":"DISCOVER"},{"name":"MasterCard and Visa","paymentmethod":"MC\/VISA"},{"name":"Non-IPP MC","paymentmethod":"NON-IPP MC"},{"name":"Visa","paymentmethod":"VISA"}],"totalcount":5}`},
		{"2.10e", "configuration/validnonccpcreditcardmethods?limit=1&offset=2", 200, `{"next":"\/v1\/195900\/configuration\/validnonccpcreditcardmethods?limit=1&offset=3","paymentmethods":[{"name":"MasterCard and Visa","paymentmethod":"MC\/VISA"}],"previous":"\/v1\/195900\/configuration\/validnonccpcreditcardmethods?limit=1&offset=1","totalcount":5}`},
		{"1 dates, NET EnhancedBestmatch_InvalidDateOfBirthFormat.json", "claims?servicestartdate=" + url.QueryEscape("01/01/   1"), 400, bad + `Expecting format date, but value is 01\/01\/   1` + end},
		{"1 dates", "claims?servicestartdate=8%2F14%2F2026&serviceenddate=08%2F14%2F2026", 200, `…"totalcount":2}`},
		{"1 enums, RB-H create_patient_case_wrong_source.yml", "claims?claimfilters=patient", 400, bad + `The value 'patient' did not match any of the enum values for CLAIMFILTERS` + end},
		{"2.10c, GO ListClaims.json", "claims?PatientID=40211&limit=1", 200, `…"next":"\/v1\/195900\/claims?PATIENTID=40211&limit=1&offset=1","totalcount":3}`},
		{"2.10c, RB-H claims.yml", "claims/501", 200, `{"billedproviderid":3,"billedservicedate":"08\/14\/2026","claimcreateddate":"08\/14\/2026","claimid":"501","departmentid":7,"diagnoses":[],"patientid":40211,"patientpayer":{"status":"BILLED"},"primaryinsurancepayer":{"primarypatientinsuranceid":402111,"status":"CLOSED"},"procedures":[{"chargeamount":"230","procedurecode":"99213","proceduredescription":"OFFICE VISIT","transactionid":"5010"}],"transactiondetails":{"5010":"230"}}`},
		{"4, 404", "claims/1", 404, "\n\n" + `{"error":"The requested ID does not exist."}`},
		{"1 integers", "claims/x", 400, bad + `Expecting type integer, but value is x` + end},
		{"2.10c, RB-M claimtransactions", "claims/501/claimtransactions", 200, `[{"adjustments":0,"amount":230,"outstandingamount":42.5,"parenttransactionid":5010,"payer":"PATIENT","payments":187.5,"procedurecode":"99213","transactiondate":"08\/14\/2026","transactionid":5010,"transactiontype":"CHARGE","units":1}]`},
		{"2.10c", "claims/541/claimtransactions", 200, `…"outstandingamount":150,"parenttransactionid":5410,"payer":"PRIMARY","payments":0`},
		{"2.10c", "patients/40211/claims/patientoutstanding?departmentid=7&procedurecodes=99213", 200, `…"totalcount":3}`},
		{"2.10c", "patients/40212/claims/patientoutstanding?departmentid=9", 200, `…"claimid":"511"`},
		{"2.10c", "patients/40211/claims/patientoutstandingdetailed?claimids=502,503", 200, `…"totalcount":2}`},
		{"2.10c", "patients/40211/claims/patientoutstandingdetailed?claimids=501", 200, `…"epaymentid":61234`},
		{"2.10c", "patients/40215/claims/patientclosed", 200, `…"claimid":"540"`},
		{"2.10c", "patients/x/claims/patientclosed", 400, bad + `Expecting type integer, but value is x` + end},
		{"4, missing fields, RB-H", "patients/paymenthistory", 400, needs + `"patientidlist","startdate","enddate"]}`},
		{"2.11", "patients/paymenthistory?patientidlist=40211&startdate=11/21/2026", 400, needs + `"enddate"]}`},
		{"1 dates", "patients/paymenthistory?patientidlist=40211&startdate=2026-11-21&enddate=11/21/2026", 400, bad + `Expecting format date, but value is 2026-11-21` + end},
		{"1 arrays", "patients/paymenthistory?patientidlist=40212,x&startdate=11/21/2026&enddate=11/21/2026", 400, bad + `Expecting type integer, but value is x` + end},
		{"2.11", "patients/paymenthistory?patientidlist=40212&patientidlist=40211&startdate=11/21/2026&enddate=11/21/2026", 200, `…"epaymentid":"61234"`},
		{"2.11", "patients/paymenthistory?patientidlist=40211&startdate=11/22/2026&enddate=11/30/2026", 200, `{"paymenthistory":[],"totalcount":0}`},
		{"not known", "nothing/here", 404, "\n\n" + `{"error":"The requested ID does not exist."}`},
		{"2.13", "practiceinfo", 200, `…"practiceid":"195900","publicnames":`},
	} {
		status, _, body := c.send("GET", "/v1/195900/"+test.path, nil)
		want, part := strings.CutPrefix(test.want, "…")
		if status != test.status || !strings.Contains(body, want) || !part && body != want {
			t.Errorf("%s (%s): %d %q, want %d %q", test.path, test.row, status, body, test.status, test.want)
		}
	}
	if status, header, _ := c.send("DELETE", "/v1/195900/ping", nil); status != 405 || header.Get("Allow") == "" {
		t.Errorf("DELETE ping: %d, allowed %q", status, header.Get("Allow"))
	}
	if _, _, body := c.send("POST", strings.Replace(collect, "40211", "40220", 1), url.Values{"DepartmentID": {"8"}}); strings.Contains(body, `"departmentid"`) {
		t.Errorf("name of a form in other case: %s", body)
	}
}

// Following next gets every row once.
func TestPagesJoin(t *testing.T) {
	c := call(t, at("2026-11-21T15:00:00Z"))
	ids, pages := map[string]int{}, 0
	id := regexp.MustCompile(`"claimid":"(\d+)"`)
	next := regexp.MustCompile(`"next":"([^"]*)"`)
	for path := "/v1/195900/claims?limit=4"; path != ""; pages++ {
		_, _, body := c.send("GET", path, nil)
		for _, m := range id.FindAllStringSubmatch(body, -1) {
			ids[m[1]]++
		}
		path = ""
		if m := next.FindStringSubmatch(body); m != nil {
			path = strings.ReplaceAll(m[1], `\/`, "/")
		}
	}
	claims := 0
	for _, p := range c.server.Patients() {
		claims += len(p.Claims)
	}
	if len(ids) != claims || pages != (claims+3)/4 {
		t.Errorf("%d claims of %d on %d pages", len(ids), claims, pages)
	}
}
