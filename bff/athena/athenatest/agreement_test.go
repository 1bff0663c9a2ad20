package athenatest_test

import (
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
)

const (
	single  = lee + "/collectpayment/singleappointment"
	oneYear = lee + "/collectpayment/oneyear"
	plans   = patient + "/collectpayment/paymentplan"
)

// The visit's claim comes back after 21 days, the card is charged 5 days
// later up to the limit, and what was owed before is left alone.
func TestSingleAppointmentCharges(t *testing.T) {
	k := newTill(athenatest.Options{})
	before := k.owes(40213)
	k.want(t, 200, "61234", "POST", single+"/880123", keep("maxamount", "50", "email", "lee@example.com"))
	k.want(t, 200, `"availablebalance":"50"`, "GET", single+"?departmentid=7", nil)
	k.later(20)
	if k.owes(40213) != before || k.posts() != "" {
		t.Errorf("after 20 days: owed %d, mails %s", k.owes(40213), k.posts())
	}
	k.later(1)
	if k.owes(40213) != before+6500 || k.posts() != "NOTICE 61234" || k.kinds() != "" {
		t.Errorf("after 21 days: owed %d, mails %s, book %s", k.owes(40213), k.posts(), k.kinds())
	}
	k.want(t, 200, `"cleanbalance":false`, "GET", lee+"?showbalancedetails=true", nil)
	k.want(t, 400, "clean balance", "POST", lee+"/collectpayment", form("claimpayment", `[{"601":"1"}]`))
	k.later(4)
	if k.kinds() != "" {
		t.Errorf("charged too early: %s", k.kinds())
	}
	k.later(1)
	if k.owes(40213) != before+1500 || k.posts() != "NOTICE 61234, RECEIPT 61235" || k.kinds() != "PURCHASE 50.00" {
		t.Errorf("after 26 days: owed %d, mails %s, book %s", k.owes(40213), k.posts(), k.kinds())
	}
	for _, c := range k.Patients()[2].Claims[:2] {
		if len(c.Paid) != 0 {
			t.Errorf("an older claim was paid: %+v", c)
		}
	}
	k.want(t, 200, "[]", "GET", single, nil) // used up
	k.want(t, 200, `"contractid":"3301","epaymentid":"61235","requestdate":"12\/17\/2026 06:00:00"`, "GET", lee+"/receipts?departmentid=7", nil)
	k.want(t, 200, `"epaymentcontractbalance":"0","epaymentcontractmaxamount":"50"`, "GET", lee+"/receipts?departmentid=7", nil)
	k.want(t, 200, `"success"`, "POST", lee+"/voidpayment/61235", nil)
	if k.owes(40213) != before+6500 {
		t.Errorf("after the void: owed %d", k.owes(40213))
	}
	k.later(400)
	if k.kinds() != "PURCHASE 50.00, VOID -50.00" {
		t.Errorf("after a year: %s", k.kinds())
	}
}

// Two agreements for a visit share its claim; one that is made after the claim
// came back does not touch it.
func TestAgreementsOfOneVisit(t *testing.T) {
	k := newTill(athenatest.Options{})
	k.want(t, 200, "", "POST", single+"/880123", keep("maxamount", "50"))
	k.later(1)
	k.want(t, 200, "", "POST", oneYear+"/880123", keep())
	k.later(20)
	k.want(t, 200, "", "POST", single+"/880123", keep("maxamount", "40", "email", "late@example.com"))
	k.later(60)
	if k.kinds() != "PURCHASE 50.00, PURCHASE 15.00" || k.posts() != "" {
		t.Errorf("book %s, mails %s", k.kinds(), k.posts())
	}
}

// A claim that an agreement waits for is not clean: no plan gets it.
func TestAgreementsKeepPlansAway(t *testing.T) {
	k := newTill(athenatest.Options{})
	k.want(t, 200, "", "POST", single+"/880123", keep("maxamount", "50"))
	k.later(1)
	k.want(t, 200, "", "POST", oneYear+"/880123", keep())
	k.later(25)
	k.want(t, 400, "clean", "POST", lee+"/collectpayment/paymentplan", keep("claimids", "[601]", "cycleamount", "1"))
	k.want(t, 200, "", "POST", lee+"/collectpayment/paymentplan", keep("claimids", "[520]", "cycleamount", "1"))
	k.later(30)
	if k.kinds() != "PURCHASE 50.00, PURCHASE 15.00" {
		t.Errorf("book %s", k.kinds())
	}
	k.want(t, 200, `"amount":65,"date":"12\/12\/2026"`, "GET", lee+"?showbalancedetails=true&showallclaims=true", nil) // what was the patient's then
}

func TestAgreementsThatFail(t *testing.T) {
	for name, card := range map[string][]string{
		"declined later":    {"accountnumber", "4000000000000341"},
		"expired meanwhile": {"expirationmonthmm", "11", "expirationyearyyyy", "2026"},
	} {
		k := newTill(athenatest.Options{})
		k.want(t, 200, "61234", "POST", oneYear+"/880123", keep(append(card, "email", "lee@example.com")...))
		k.later(30)
		if k.posts() != "NOTICE 61234, DECLINED 61234" || k.kinds() != "" {
			t.Errorf("%s: mails %s, book %s", name, k.posts(), k.kinds())
		}
		k.want(t, 200, "[]", "GET", oneYear, nil)
	}
	k := newTill(athenatest.Options{}) // no connection: tried again and again
	k.want(t, 200, "61234", "POST", single+"/880123", keep("accountnumber", "4000000000009029", "email", "lee@example.com"))
	k.later(300)
	if k.posts() != "NOTICE 61234" || k.kinds() != "" {
		t.Errorf("mails %s, book %s", k.posts(), k.kinds())
	}
	k.want(t, 200, `"contractid":"3301"`, "GET", single, nil)
}

func TestAgreementsRefuse(t *testing.T) {
	k := newTill(athenatest.Options{})
	for _, path := range []string{single, oneYear} {
		for _, change := range [][]string{
			{"billingaddress", "-"}, {"billingzip", "-"}, {"departmentid", "-"}, {"cardsecuritycode", "-"}, {"maxamount", "0"},
			{"maxamount", "-5"}, {"email", "nobody"}, {"email", "a@b.example, c@d.example"}, {"claimpayment", `[{"520":"1"}]`}, {"trackdata", "%B?"},
		} {
			k.want(t, 400, "error", "POST", path+"/880123", keep(change...))
		}
		k.want(t, 404, "ID", "POST", path+"/880124", keep())
		k.want(t, 404, "ID", "POST", strings.Replace(path, "40213", "40211", 1)+"/880123", keep())
		k.want(t, 200, "Declined CVV2", "POST", path+"/880123", keep("accountnumber", "4000000000000127"))
		k.want(t, 200, "[]", "GET", path, nil)
	}
	k.want(t, 200, "[]", "GET", lee+"/receipts?departmentid=7", nil)
	k.want(t, 200, `"terms":"`, "GET", "/misc/singleappointmentcontractterms", nil)
	k.want(t, 200, `one year`, "GET", "/misc/oneyearcontractterms", nil)
}

func TestOneYear(t *testing.T) {
	k := newTill(athenatest.Options{})
	k.want(t, 200, "61234", "POST", oneYear+"/880123", keep())
	k.want(t, 200, `"contractid":"3301"`, "GET", oneYear+"/880123?departmentid=7", nil)
	k.want(t, 200, "[]", "GET", oneYear+"/1", nil)
	email := pairs("departmentid", "7", "email", "lee@example.com")
	k.want(t, 404, "ID", "POST", oneYear+"/880123/emailagreement", email) // the visit's id is not the contract's
	k.want(t, 400, `["email"]`, "POST", oneYear+"/3301/emailagreement", pairs("departmentid", "7"))
	k.want(t, 200, `"success":"true"`, "POST", oneYear+"/3301/emailagreement", email)
	k.later(26)
	if k.posts() != "AGREEMENT 61234" || k.kinds() != "PURCHASE 65.00" { // no address, no notice
		t.Errorf("mails %s, book %s", k.posts(), k.kinds())
	}
	k.want(t, 200, `"contracts":[{"availablebalance":"1435","contractclass":"ONEYEAR","maxamount":"1500"}]`, "GET", lee+"?showbalancedetails=true", nil)
	k.later(340)
	k.want(t, 200, "[]", "GET", oneYear, nil)
}

func TestPaymentPlan(t *testing.T) {
	k := newTill(athenatest.Options{})
	good := []string{"claimids", "[501,502]", "cycleamount", "40", "billingmethod", "CREDITCARD", "email", "dana@example.com"}
	for part, change := range map[string][]string{
		`["claimids"]`:               {"claimids", "-"},
		`["cycleamount"]`:            {"cycleamount", "-"},
		"'DAILY' did not match":      {"frequency", "DAILY"},
		"'CASH' did not match":       {"billingmethod", "CASH"},
		"claimids is not a list":     {"claimids", "501,502"},
		"paid here":                  {"claimids", "[510]"},
		"twice":                      {"claimids", "[501,501]"},
		"format date":                {"startdate", "tomorrow"},
		"past":                       {"startdate", "11/20/2026"},
		"not valid":                  {"cycleamount", "0"},
		`["cardsecuritycode"]`:       {"cardsecuritycode", "-"},
		"down payment exceeds":       {"downpaymentamount", "92.76"},
		"does not take percentage":   {"percentage", "10"},
		"down payment needs a card.": {"billingmethod", "SENDSTATEMENTS", "downpaymentamount", "1"},
	} {
		k.want(t, 400, part, "POST", plans, keep(append(good, change...)...))
	}
	k.want(t, 200, "Declined", "POST", plans, keep(append(good, "accountnumber", "4000000000000002")...))
	k.want(t, 200, `"paymentplanid":"77"`, "POST", plans, keep(good...))
	k.want(t, 400, "clean balance", "POST", plans, keep(good...))
	k.want(t, 400, "clean balance", "POST", patient+"/collectpayment", form())
	k.want(t, 400, `["departmentid"]`, "GET", plans, nil)
	k.want(t, 200, `"nextcycledate":"11\/22\/2026"`, "GET", plans+"?departmentid=7&linkedclaiminfo=true", nil)
	k.want(t, 200, `"claims":[{"balance":"52.5","claimid":"501"},{"balance":"40.25","claimid":"502"}]`, "GET", plans+"?departmentid=7&linkedclaiminfo=true&paymentplanids=77", nil)
	k.want(t, 200, `"totalcount":0`, "GET", plans+"?departmentid=7&paymentplanids=78", nil)
	k.want(t, 200, `"paymentplanbalance":"92.75"`, "GET", patient+"?showbalancedetails=true", nil)
	k.later(1)
	k.want(t, 200, `"nextcycledate":"12\/22\/2026"`, "GET", plans+"?departmentid=7", nil)
	k.later(365)
	if k.kinds() != "PURCHASE 40.00, PURCHASE 40.00, PURCHASE 12.75" || k.owes(40211) != 2725 || k.posts() != "RECEIPT 61235, RECEIPT 61236, RECEIPT 61237" {
		t.Errorf("book %s, owed %d, mails %s", k.kinds(), k.owes(40211), k.posts())
	}
	for i, want := range []string{"2026-11-22", "2026-12-22", "2027-01-22"} {
		if got := k.Book()[i].Time.Format(time.DateOnly); got != want {
			t.Errorf("cycle %d on %s, want %s", i, got, want)
		}
	}
	k.want(t, 200, `"status":"COMPLETE"`, "GET", plans+"?departmentid=7", nil)
}

// When the cycles fall, by frequency and start. The plan is of 14 claims of
// $264.67 together, a cycle is $20.
func TestCycles(t *testing.T) {
	for _, test := range []struct{ frequency, start, first3 string }{
		{"MONTHLY", "", "2026-11-22 2026-12-22 2027-01-22"},
		{"MONTHLY", "11/21/2026", "2026-12-21 2027-01-21 2027-02-21"}, // today: a month later
		{"MONTHLY", "01/31/2027", "2027-01-31 2027-02-28 2027-03-31"},
		{"WEEKLY", "12/01/2026", "2026-12-01 2026-12-08 2026-12-15"},
		{"BIWEEKLY", "12/01/2026", "2026-12-01 2026-12-15 2026-12-29"},
		{"TWICEAMONTH", "12/02/2026", "2026-12-15 2027-01-01 2027-01-15"},
		{"MONTHLYFIRSTBUSDAY", "12/02/2026", "2027-01-01 2027-02-01 2027-03-01"},
		{"MONTHLYLASTBUSDAY", "12/02/2026", "2026-12-31 2027-01-29 2027-02-26"},
		{"ONETIMEON", "12/02/2026", "2026-12-02"},
		{"ONETIMEON", "11/21/2026", "2026-12-21"},
	} {
		k := newTill(athenatest.Options{})
		const plans = "/patients/40218/collectpayment/paymentplan"
		k.want(t, 200, "77", "POST", plans, keep("claimids", `["560","561","562","563","564","565"]`, "cycleamount", "20", "billingmethod", "CREDITCARD",
			"frequency", test.frequency, "startdate", test.start))
		k.later(135)
		var days []string
		for _, m := range k.Book() {
			days = append(days, m.Time.Format(time.DateOnly))
		}
		if got := strings.Join(days[:min(3, len(days))], " "); got != test.first3 {
			t.Errorf("%s from %s: %s, want %s", test.frequency, test.start, got, test.first3)
		}
	}
}

// A down payment is a charge like any other: its card can cut the connection.
func TestDownPayment(t *testing.T) {
	k := newTill(athenatest.Options{})
	f := keep("claimids", "[501]", "cycleamount", "10", "billingmethod", "CREDITCARD", "downpaymentamount", "20", "accountnumber", "4000000000009011")
	k.want(t, 0, "", "POST", plans, f)
	k.want(t, 200, `"remainingbalance":"32.5"`, "GET", plans+"?departmentid=7", nil)
	k.later(1)
	if k.kinds() != "PURCHASE 20.00, PURCHASE 10.00" {
		t.Errorf("book %s", k.kinds())
	}
	k = newTill(athenatest.Options{})
	k.want(t, 200, `"paymentplanid":"77","success":"true"`, "POST", plans, pairs("departmentid", "7", "claimids", "[501]", "cycleamount", "10"))
	k.later(365)
	if k.kinds() != "" {
		t.Errorf("a plan of statements charged: %s", k.kinds())
	}
}
