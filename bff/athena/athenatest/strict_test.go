package athenatest_test

import (
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"paypane/bff/athena/athenatest"
)

// again is a form with one more value of a field.
func again(f url.Values, name, value string) url.Values {
	f.Add(name, value)
	return f
}

// What a careless client sends and must hear about; nothing is booked.
func TestStrictForms(t *testing.T) {
	k := newTill(athenatest.Options{})
	k.want(t, 200, "9001", "POST", stored, keep())
	pay, card, record := patient+"/collectpayment", stored+"/9001", patient+"/recordpayment"
	one := func(change ...string) url.Values {
		return changed(pairs("departmentid", "7", "otheramount", "1"), change)
	}
	cash := func(change ...string) url.Values { return changed(one("paymentmethod", "CASH"), change) }
	const claims = "claimpayment is not a list"
	for _, test := range []struct {
		status     int
		part, path string
		form       url.Values
	}{
		{400, "Expecting type boolean, but value is yes", pay, form("ecommercemode", "yes")},
		{400, "Expecting type boolean, but value is Y", pay, form("todayservice", "Y")},
		{400, "Expecting type boolean, but value is ", pay, form("allowduplicatepayments", "")},
		{400, "Expecting type boolean, but value is 1", card, one("allowduplicatepayments", "1")},
		{400, `["cardsecuritycode"]`, pay, form("ecommercemode", "TRUE", "cardsecuritycode", "-")},
		{400, `["cardsecuritycode"]`, card, one("ecommercemode", "TRUE")},
		{404, "The requested ID does not exist.", pay, form("appointmentid", "1")},
		{404, "The requested ID does not exist.", pay, form("appointmentid", "880123")}, // another patient's
		{404, "The requested ID does not exist.", pay, form("appointmentid", "0")},
		{404, "The requested ID does not exist.", card, one("appointmentid", "1")},
		{404, "The requested ID does not exist.", record, cash("appointmentid", "1")},
		{400, "more than once: otheramount", record, again(cash(), "otheramount", "1")},
		{400, "more than once: departmentid", pay, again(form(), "departmentid", "8")},
		{400, "more than once: claimpayment", pay, again(form(), "claimpayment", `[{"502":"1.00"}]`)},
		{400, "more than once: departmentid", pay, again(form(), "DepartmentID", "7")},
		{400, "more than once: externalrefid", acme, again(vendorForm(), "externalrefid", "x")},
		{400, "otheramount and amount", pay, form("otheramount", "1", "amount", "1")},
		{400, "otheramount and amount", card, one("amount", "1")},
		{400, claims, pay, form("claimpayment", `[{"0501":"1.00"}]`)},
		{400, claims, pay, form("claimpayment", `[{"+501":"1.00"}]`)},
		{400, claims, pay, form("claimpayment", `[{"501\n":"1.00"}]`)},
		{400, claims, pay, form("claimpayment", `[{"0":"1.00"}]`)},
		{400, "An amount is not valid.", pay, form("claimpayment", `[{"501":1.00}]`)},
		{400, "An amount is not valid.", pay, form("claimpayment", `[{"501":null}]`)},
		{400, "An amount is not valid.", record, cash("claimpayment", `[{"501":1}]`)},
		{400, "An amount is not valid.", acme, vendorForm("otheramount", "-", "claimpayment", `[{"501":1}]`)},
		{400, "Expecting format date, but value is soon", acme, vendorForm("postdate", "soon")},
	} {
		k.want(t, test.status, test.part, "POST", test.path, test.form)
	}
	if k.kinds() != "" {
		t.Fatalf("book %s", k.kinds())
	}
	k.want(t, 200, `"success"`, "POST", pay, form("ecommercemode", "TRUE", "todayservice", "False"))
	k.want(t, 200, `"success"`, "POST", pay, form("claimpayment", "-", "amount", "1"))
	k.want(t, 200, `"success"`, "POST", lee+"/collectpayment", form("appointmentid", "880123", "claimpayment", "-", "otheramount", "1"))
	k.want(t, 200, `"success"`, "PUT", card, pairs("departmentid", "7", "preferredcard", "TRUE"))
	k.want(t, 200, `"preferredcard":true`, "GET", stored, nil)
	k.want(t, 200, `"claimbalancedetails"`, "GET", patient+"?showbalancedetails=TRUE", nil)
	if _, body := k.send("GET", patient, nil); !strings.Contains(body, `"balances":[`) || strings.Contains(body, "claimbalancedetails") {
		t.Errorf("patient without the flag: %s", body)
	}
}

func TestVendorRefundRefuses(t *testing.T) {
	k := newTill(athenatest.Options{})
	k.want(t, 200, `"5501"`, "POST", acme, vendorForm())
	for _, test := range []struct {
		part   string
		change []string
	}{
		{"Expecting format date, but value is soon", []string{"bankdepositdate", "soon"}},
		{"Expecting format date, but value is 2026-11-21", []string{"postdate", "2026-11-21"}},
		{"not made by this method", []string{"paymentmethod", "AMEX"}},
		{"not made by this method", []string{"paymentmethod", "CASH"}},
		{"did not match", []string{"paymentmethod", "SHELLS"}},
		{"full", []string{"fullrefund", "FALSE"}},
	} {
		k.want(t, 400, test.part, "POST", acme+"/5501/refund", refundForm(test.change...))
	}
	if k.kinds() != "VENDORPAYMENT 30.00" {
		t.Errorf("book %s", k.kinds())
	}
	k.want(t, 200, `"5502"`, "POST", acme+"/5501/refund", refundForm("bankdepositdate", "11/21/2026"))
}

func TestRequestsMask(t *testing.T) {
	c := call(t, athenatest.Options{})
	for _, test := range []struct{ name, value, want string }{
		{"nameoncard", "4111 1111-1111.1111", "************1111"},
		{"nameoncard", "4111,1111/1111_1111", "************1111"},
		{"nameoncard", "4 - 1_1.1 / 1111, 1111  1111", "************1111"},
		{"nameoncard", "4111\u00a01111\u20131111\t1111", "************1111"},
		{"nameoncard", "x 4111111111111111 042", "x ************"}, // not the code
		{"externalrefid", "acme-000017", "acme-000017"},
		{"postdate", "11/21/2026", "11/21/2026"},
		{"claimpayment", `[{"501":"10.00"}]`, `[{"501":"10.00"}]`},
		{"cardnumber", "4111", "***"},
		{"cvv", "042", "***"},
		{"claimpayment[0][501]", "10.00", "***"},
		{"swipemessage", "anything", "***"},
	} {
		c.send("POST", collect, url.Values{test.name: {test.value}})
		list := c.server.Requests()
		if got := list[len(list)-1].Fields[test.name]; got != test.want {
			t.Errorf("%s=%q is kept as %q, want %q", test.name, test.value, got, test.want)
		}
	}
}

// net/http would mend the spelling on the way out, and clients do on the way in.
func TestMisspeltHeader(t *testing.T) {
	s := httptest.NewServer(athenatest.New(athenatest.Options{}))
	defer s.Close()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET /v1/195900/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	answer, err := io.ReadAll(conn)
	if err != nil || strings.Count(string(answer), "\r\nnnCoection: close\r\n") != 1 {
		t.Errorf("%v, %q", err, answer)
	}
}

func TestLimitOutOfRange(t *testing.T) {
	c := call(t, athenatest.Options{})
	for limit, status := range map[string]int{"1": 200, "5000": 200, "5001": 400, "0": 400, "-1": 400} {
		got, _, body := c.send("GET", "/v1/195900/departments?limit="+limit, nil)
		if got != status || status == 400 && !strings.Contains(body, `"error":"The data provided is invalid."`) {
			t.Errorf("limit %s: %d %s, want %d", limit, got, body, status)
		}
	}
}

func TestMethodsOfPractice(t *testing.T) {
	checks := []athenatest.Method{{Name: "Check", Code: "CHECK"}}
	c := call(t, athenatest.Options{
		Methods: []athenatest.Method{{Name: "Cash", Code: "CASH"}},
		Practices: []athenatest.PracticeOptions{
			{ID: 195900}, {ID: 195902, Methods: checks}, {ID: 195903, Methods: []athenatest.Method{}}, {ID: 195904},
		}})
	for _, test := range []struct {
		practice, method string
		status           int
	}{
		{"195900", "CASH", 200}, {"195900", "CHECK", 400},
		{"195902", "CASH", 400}, {"195902", "CHECK", 200},
		{"195903", "CASH", 400}, {"195903", "CHECK", 400},
		{"195904", "CASH", 200}, {"195904", "CHECK", 400},
	} {
		status, _, body := c.send("POST", "/v1/"+test.practice+"/patients/40211/recordpayment",
			pairs("departmentid", "7", "paymentmethod", test.method, "checknumber", "1", "otheramount", "1"))
		if status != test.status || status == 400 && !strings.Contains(body, "Practice is not configured correctly.") {
			t.Errorf("%s in %s: %d %s", test.method, test.practice, status, body)
		}
	}
}

func TestTimezone(t *testing.T) {
	for now, want := range map[string]string{
		"2026-11-01T05:59:59Z": `"timezone":-4,`, "2026-11-01T06:00:00Z": `"timezone":-5,`,
		"2026-03-08T06:59:59Z": `"timezone":-5,`, "2026-03-08T07:00:00Z": `"timezone":-4,`,
	} {
		c := call(t, at(now))
		for _, path := range []string{"/v1/195900/departments", "/v1/195900/departments/7"} {
			if _, _, body := c.send("GET", path, nil); !strings.Contains(body, want) {
				t.Errorf("%s at %s: %s", path, now, body)
			}
		}
	}
}
