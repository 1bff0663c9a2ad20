package athenatest_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

const needs = "\n\n" + `{"error":"Additional fields are required.","missingfields":[`

// What docs/upstream-api.md tells of recorded answers.
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
		{"paging, HTD-Health all_departments.yml", "departments?limit=1", 200, `…"next":"\/v1\/195900\/departments?limit=1&offset=1","totalcount":4}`},
		{"paging", "departments?limit=1&offset=1", 200, `…"next":"\/v1\/195900\/departments?limit=1&offset=2","previous":"\/v1\/195900\/departments?limit=1&offset=0","totalcount":4}`},
		{"names, .NET GetBookedAppointments.json", "departments?providerlist=true&limit=2", 200, `…"next":"\/v1\/195900\/departments?PROVIDERLIST=true&limit=2&offset=2"`},
		{"names", "departments?PROVIDERLIST=true&LIMIT=2", 200, `…"next":"\/v1\/195900\/departments?PROVIDERLIST=true&limit=2&offset=2"`},
		{"paging", "departments?offset=4", 200, `{"departments":[],"previous":"\/v1\/195900\/departments?offset=0","totalcount":4}`},
		{"departments hidden in the portal", "departments?showalldepartments=true&offset=4", 200, `…"servicedepartment":false,`},
		{"departments without cards on the web", "departments/9", 200, `…"creditcardtypes":["MC","VI"],"departmentid":"9","doesnotobservedst":false,"ishospitaldepartment"`},
		{"departments with cards on the web alone", "departments/10", 200, `…"city":"BOSTON","departmentid":"10","doesnotobservedst":false,"ecommercecreditcardtypes":["DS","MC","VI"],"ishospital`},
		{"departments without cards", "departments/11", 200, `…"city":"BOSTON","departmentid":"11","doesnotobservedst":false,"ishospitaldepartment"`},
		{"departments", "departments?hospitalonly=true", 200, `{"departments":[],"totalcount":0}`},
		{"departments booleans, .NET GetById_ExistingId.json", "departments/7", 200, `…"doesnotobservedst":false`},
		{"integers, HTD-Health create_patient_problem_with_missing_data.yml", "departments?limit=", 400, bad + `Expecting type integer, but value is ` + end},
		{"card-methods, .NET GetPaymentMethods.json", "configuration/validnonccpcreditcardmethods", 200, `{"paymentmethods":[{"name":"American Express","paymentmethod":"AMEX"},{"name":"Discover","paymentmethod":"DISCOVER"},{"name":"MasterCard and Visa","paymentmethod":"MC\/VISA"},{"name":"Non-IPP MC","paymentmethod":"NON-IPP MC"},{"name":"Visa","paymentmethod":"VISA"}],"totalcount":5}`},
		{"card-methods", "configuration/validnonccpcreditcardmethods?limit=1&offset=2", 200, `{"next":"\/v1\/195900\/configuration\/validnonccpcreditcardmethods?limit=1&offset=3","paymentmethods":[{"name":"MasterCard and Visa","paymentmethod":"MC\/VISA"}],"previous":"\/v1\/195900\/configuration\/validnonccpcreditcardmethods?limit=1&offset=1","totalcount":5}`},
		{"dates, .NET EnhancedBestmatch_InvalidDateOfBirthFormat.json", "claims?servicestartdate=" + url.QueryEscape("01/01/   1"), 400, bad + `Expecting format date, but value is 01\/01\/   1` + end},
		{"dates", "claims?servicestartdate=8%2F14%2F2026&serviceenddate=08%2F14%2F2026", 200, `…"totalcount":2}`},
		{"enums, HTD-Health create_patient_case_wrong_source.yml", "claims?claimfilters=patient", 400, bad + `The value 'patient' did not match any of the enum values for CLAIMFILTERS` + end},
		{"claims, go-athenahealth ListClaims.json", "claims?PatientID=40211&limit=1", 200, `…"next":"\/v1\/195900\/claims?PATIENTID=40211&limit=1&offset=1","totalcount":3}`},
		{"a claim, HTD-Health claims.yml", "claims/501", 200, `{"billedproviderid":3,"billedservicedate":"08\/14\/2026","claimcreateddate":"08\/14\/2026","claimid":"501","departmentid":7,"diagnoses":[],"patientid":40211,"patientpayer":{"status":"BILLED"},"primaryinsurancepayer":{"primarypatientinsuranceid":402111,"status":"CLOSED"},"procedures":[{"chargeamount":"230","procedurecode":"99213","proceduredescription":"OFFICE VISIT","transactionid":"5010"}],"transactiondetails":{"5010":"230"}}`},
		{"errors, 404", "claims/1", 404, "\n\n" + `{"error":"The requested ID does not exist."}`},
		{"integers", "claims/x", 400, bad + `Expecting type integer, but value is x` + end},
		{"claimtransactions, athena_middleware", "claims/501/claimtransactions", 200, `[{"adjustments":0,"amount":230,"outstandingamount":42.5,"parenttransactionid":5010,"payer":"PATIENT","payments":187.5,"procedurecode":"99213","transactiondate":"08\/14\/2026","transactionid":5010,"transactiontype":"CHARGE","units":1}]`},
		{"claims", "claims/541/claimtransactions", 200, `…"outstandingamount":150,"parenttransactionid":5410,"payer":"PRIMARY","payments":0`},
		{"claims", "patients/40211/claims/patientoutstanding?departmentid=7&procedurecodes=99213", 200, `…"totalcount":3}`},
		{"claims", "patients/40212/claims/patientoutstanding?departmentid=9", 200, `…"claimid":"511"`},
		{"claims", "patients/40211/claims/patientoutstandingdetailed?claimids=502,503", 200, `…"totalcount":2}`},
		{"claims", "patients/40211/claims/patientoutstandingdetailed?claimids=501", 200, `…"epaymentid":61234`},
		{"claims", "patients/40215/claims/patientclosed", 200, `…"claimid":"540"`},
		{"claims", "patients/x/claims/patientclosed", 400, bad + `Expecting type integer, but value is x` + end},
		{"missing fields, HTD-Health", "patients/paymenthistory", 400, needs + `"patientidlist","startdate","enddate"]}`},
		{"paymenthistory", "patients/paymenthistory?patientidlist=40211&startdate=11/21/2026", 400, needs + `"enddate"]}`},
		{"dates", "patients/paymenthistory?patientidlist=40211&startdate=2026-11-21&enddate=11/21/2026", 400, bad + `Expecting format date, but value is 2026-11-21` + end},
		{"arrays", "patients/paymenthistory?patientidlist=40212,x&startdate=11/21/2026&enddate=11/21/2026", 400, bad + `Expecting type integer, but value is x` + end},
		{"paymenthistory", "patients/paymenthistory?patientidlist=40212&patientidlist=40211&startdate=11/21/2026&enddate=11/21/2026", 200, `…"epaymentid":"61234"`},
		{"paymenthistory", "patients/paymenthistory?patientidlist=40211&startdate=11/22/2026&enddate=11/30/2026", 200, `{"paymenthistory":[],"totalcount":0}`},
		{"not known", "nothing/here", 404, "\n\n" + `{"error":"The requested ID does not exist."}`},
		{"ping", "practiceinfo", 200, `…"practiceid":"195900","publicnames":`},
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
