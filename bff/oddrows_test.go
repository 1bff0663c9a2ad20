package bff

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
)

// patientBody is dana as the upstream tells of her, with one bill and another
// claim beside it.
func patientBody(claim string) string {
	return `[{"patientid":"40211","firstname":"Dana","lastname":"Sample","balances":[{"balance":"52.5","departmentlist":"7,8","cleanbalance":true}],` +
		`"claimbalancedetails":[{"departmentids":"7,8","claimdetails":[` + claim +
		`,{"claimid":501,"servicedate":"08\/14\/2026","amount":230,"patientbalance":52.5,"cleanbalance":true}]}]}]`
}

// A bill that is not understood stops the page only where something may be owed
// for it, and then the page says which phone to call.
func TestOddBill(t *testing.T) {
	t.Parallel()
	for claim, payable := range map[string]bool{
		`{"claimid":600,"amount":-50,"patientbalance":0}`:                                                    true,
		`{"claimid":600,"amount":"1,240.00","patientbalance":0,"chargeleveldetail":[{"description":99213}]}`: true,
		`{"claimid":"?","patientbalance":-2.5}`:                                                              true,
		`{"claimid":600,"patientbalance":"1,240.00","cleanbalance":true}`:                                    false,
		`{"claimid":600,"amount":50,"cleanbalance":true}`:                                                    false,
	} {
		w := newWorld(t, setup{})
		w.sim.Fault(athenatest.Fault{Endpoint: "patient", Times: 10, When: "after", Do: "body", Body: patientBody(claim)})
		a := w.visit(dana).get("/pay")
		if payable && (a.status != 200 || !strings.Contains(a.body, "$52.50")) {
			t.Errorf("%s: %d %.2000s", claim, a.status, a.body)
		}
		said := strings.Contains(a.body, "A bill of yours could not be read") && strings.Contains(a.body, "Call the practice at 617-555-0100")
		if !payable && (a.status != 503 || !said) {
			t.Errorf("%s: %d %.2000s", claim, a.status, a.body)
		}
	}
}

// A copay that is not understood stops the page the same way, and nothing else
// about a visit does.
func TestOddVisit(t *testing.T) {
	t.Parallel()
	for visit, payable := range map[string]bool{
		`[{"patientid":"40213","date":7,"appointmentstatus":[],"copay":25}]`:      true,
		`[{"patientid":"40213","date":"11\/21\/2026","copay":"1,240.00"}]`:        false,
		`[{"patientid":"40213","date":"11\/21\/2026","copay":{"expected":"25"}}]`: false,
	} {
		w := newWorld(t, setup{})
		w.sim.Fault(athenatest.Fault{Endpoint: "appointment", Times: 10, When: "after", Do: "body", Body: visit})
		b := w.browser()
		b.get(b.launch(harborEd.token(w, func(_, c claimSet) { c["patientid"], c["appointmentid"] = lee.ID, 880123 })).to())
		a := b.get("/pay")
		if payable && (a.status != 200 || !strings.Contains(a.body, "$25.00")) {
			t.Errorf("%s: %d %.2000s", visit, a.status, a.body)
		}
		if !payable && (a.status != 503 || !strings.Contains(a.body, "Call the practice at 617-555-0100")) {
			t.Errorf("%s: %d %.2000s", visit, a.status, a.body)
		}
	}
}

// One row that is not understood takes down no page that only shows the list, and
// the page says that there is more; nothing is agreed to on such a list.
func TestOddRowsOfEveryList(t *testing.T) {
	t.Parallel()
	for _, odd := range []string{`null`, `{}`, `7`, `{"contractid":"x","paymentplanid":"x","appointmentid":"x"}`, `{"contractid":"1","contractid":"2","paymentplanid":[],"maxamount":"much"}`} {
		list := func(row string) string { return "[" + odd + "," + row + "]" }
		const agreement = `{"contractid":"71","epaymentid":"61001","maxamount":"300","availablebalance":"180","cardtypeabbreviation":"VI","cardnumberlast4digits":"1111"}`
		const plan = `{"paymentplanid":"77","cycleamount":"50","frequency":"MONTHLY","billingmethod":"CREDITCARD","balance":"150","cardtypeabbreviation":"VI","cardnumberlast4digits":"1111"}`
		w := newWorld(t, setup{})
		b := w.keeps(dana)
		b.add(t, "5555555555554444")
		cards := w.stored(dana)
		for endpoint, row := range map[string]string{"singleappointments": agreement, "oneyears": agreement, "paymentplans": plan,
			"appointments": `{"appointmentid":"880123","date":"11/30/2026","starttime":"10:00","departmentid":{},"appointmentstatus":"f"}`} {
			w.sim.ClearFaults()
			w.sim.Fault(athenatest.Fault{Endpoint: endpoint, Times: 20, When: "after", Do: "body", Body: list(row)})
			a := b.get("/agreements")
			said := strings.Contains(a.body, "could not be read") && strings.Contains(a.body, "617-555-0100")
			if a.status != 200 || said != (endpoint != "appointments") {
				t.Errorf("agreements, %s with %s: %d %s", endpoint, odd, a.status, a.body)
			}
			if agreements := strings.HasPrefix(row, `{"contractid"`); agreements != strings.Contains(a.body, "$180.00") {
				t.Errorf("agreements, %s with %s: the other row: %s", endpoint, odd, a.body)
			}
			a = b.get("/plan")
			if said := strings.Contains(a.body, "could not be read"); a.status != 200 || said != (endpoint == "paymentplans") || said && !strings.Contains(a.body, "$150.00") {
				t.Errorf("plan, %s with %s: %d %s", endpoint, odd, a.status, a.body)
			}
			if a := b.get("/cards/" + cards[0].ID + "/remove"); a.status != 200 || strings.Contains(a.body, "could not be read") != (endpoint != "appointments") {
				t.Errorf("removing a card, %s with %s: %d %s", endpoint, odd, a.status, a.body)
			}
			a = b.get("/agree")
			if strict := endpoint == "singleappointments" || endpoint == "oneyears"; (a.status == 200) == strict {
				t.Errorf("agreeing, %s with %s: %d %s", endpoint, odd, a.status, a.body)
			}
		}
	}
}

// A receipt that is not understood hides no other, and is not kept quiet.
func TestOddReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	row := `{"epaymentid":"98","requestdate":"06/01/2009 10:00:00","type":"PURCHASE","amount":"20","cardtypeabbreviation":"VI","cardnumberlast4digits":"1111"}`
	for _, odd := range []string{`{"epaymentid":"x"}`, `null`, `{"epaymentid":"99","requestdate":"soon","type":"PURCHASE","amount":"20"}`} {
		w.sim.ClearFaults()
		w.sim.Fault(athenatest.Fault{Endpoint: "receipts", Times: 10, When: "after", Do: "body", Body: "[" + odd + "," + row + "]"})
		b := w.visit(dana)
		a := b.get("/receipts")
		if a.status != 200 || !strings.Contains(a.body, "Payment on June 1") || !strings.Contains(a.body, "could not be read") || !strings.Contains(a.body, "617-555-0100") {
			t.Errorf("%s: %d %.2000s", odd, a.status, a.body)
		}
		if a := b.get("/receipts/98"); a.status != 200 || !strings.Contains(a.body, "$20.00") {
			t.Errorf("%s: the receipt beside it: %d %s", odd, a.status, w.logs)
		}
		if a := b.get("/receipts/99"); a.status == 200 || a.status == 404 {
			t.Errorf("%s: a receipt that may be the odd one: %d", odd, a.status)
		}
	}
}

// The same of stored cards: the others can be used, and removed.
func TestOddStoredCardOnPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.keeps(dana)
	attempt := b.choose(t, one("claim-501"))
	const good = `{"storedcardid":"9001","cardtype":"VI","cardnumberlast4":"1111","cardexpirationmmyyyy":"092031","preferredcard":"1"}`
	w.sim.Fault(athenatest.Fault{Endpoint: "storedcards", Times: 10, When: "after", Do: "body", Body: fmt.Sprintf(`[{"cardtype":"MC"},%s]`, good)})
	for path, words := range map[string][]string{
		"/cards":          {"Visa ending in 1111", "A saved card could not be read", "Call the practice at 617-555-0100"},
		"/pay/" + attempt: {"Visa ending in 1111, expires 09/31", "One of your saved cards cannot be read right now."},
	} {
		a := b.get(path)
		for _, says := range words {
			if a.status != 200 || !strings.Contains(a.body, says) {
				t.Errorf("%s: %d, without %q: %.3000s", path, a.status, says, a.body)
			}
		}
	}
}

// Ten bills behind 2,000 settled claims, 4 MB of them, can be paid as any.
func TestPageOfALongHistory(t *testing.T) {
	p := athenatest.Patient{ID: 40211, Given: "Dana", Family: "Sample", Department: 7}
	day := time.Date(2016, 1, 4, 12, 0, 0, 0, time.UTC)
	for i := range 2000 {
		c := athenatest.Claim{ID: 1000 + i, Service: day.AddDate(0, 0, i), Description: "PHYSICAL THERAPY", Billed: 14000, Insurance: 12600}
		for part := range 14 {
			c.Paid = append(c.Paid, athenatest.Part{Payment: 1000 + i*14 + part, Cents: 100, Time: day.AddDate(0, 1, i)})
		}
		p.Claims = append(p.Claims, c)
	}
	for i := range 10 {
		p.Claims = append(p.Claims, athenatest.Claim{ID: 900 + i, Service: day.AddDate(10, i, 0), Description: "OFFICE VISIT", Billed: 9000, Insurance: 8000, Owed: 1000})
	}
	w := newWorld(t, setup{patients: []athenatest.Patient{p}})
	b := w.visit(dana)
	start := time.Now()
	a := b.get("/pay")
	t.Logf("the page after %s", time.Since(start))
	if a.status != 200 || !strings.Contains(a.body, "$100.00") {
		t.Fatalf("%d %.2000s", a.status, a.body)
	}
	id := b.choose(t, one("claim-905"))
	if a := b.post("/pay/"+id, card()); a.to() != "/payments/"+id || len(w.sim.Book()) != 1 || w.sim.Book()[0].Amount != 1000 {
		t.Errorf("%d to %q, book %v", a.status, a.to(), w.sim.Book())
	}
}

// The upstream answers no bills and no error for a department that it does not know.
// That is not told as owing nothing.
func TestDepartmentThatTheUpstreamDoesNotKnow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.visitAt(dana, 0, func(c claimSet) {
		delete(c, "appointmentid")
		c["departmentid"] = 70
	})
	for _, a := range []answer{b.get("/pay"), b.post("/pay", url.Values{"pay": {"all"}})} {
		if a.status != 503 || !strings.Contains(a.body, "does not know this department") || !strings.Contains(a.body, "Call the practice at 617-555-0100") || strings.Contains(a.body, "do not owe") {
			t.Errorf("%d %.3000s", a.status, a.body)
		}
	}
}
