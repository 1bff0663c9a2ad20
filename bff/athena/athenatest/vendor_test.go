package athenatest_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
)

func vendorForm(change ...string) url.Values {
	f := pairs("departmentid", "7", "patientid", "40211", "paymentmethod", "VISA", "externalrefid", "acme-000017",
		"cardnumberlast4", "1111", "vendorterminalid", "T0042", "otheramount", "30.00")
	return changed(f, change)
}

func refundForm(change ...string) url.Values {
	f := pairs("departmentid", "7", "patientid", "40211", "paymentmethod", "VISA", "externalrefid", "acme-000017-r",
		"fullrefund", "true", "vendorterminalid", "T0042")
	return changed(f, change)
}

func changed(f url.Values, change []string) url.Values {
	for ; len(change) > 0; change = change[2:] {
		f.Set(change[0], change[1])
		if change[1] == "-" {
			f.Del(change[0])
		}
	}
	return f
}

func TestVendorPayments(t *testing.T) {
	k := newTill(athenatest.Options{})
	for _, f := range []url.Values{
		vendorForm("externalrefid", "-"), vendorForm("externalrefid", strings.Repeat("x", 33)), vendorForm("vendorterminalid", "-"),
		vendorForm("cardnumberlast4", "-"), vendorForm("patientid", "-"), vendorForm("otheramount", "-"), vendorForm("departmentid", "-"),
		vendorForm("bankdepositdate", "soon"), vendorForm("todayservice", "Y"), vendorForm("postdate", "09/30/2026"), vendorForm("otheramount", "-", "claimpayment", `[{"501":"60"}]`),
	} {
		k.want(t, 400, "error", "POST", acme, f)
	}
	k.want(t, 404, "ID", "POST", "/patientpayvendors/NOBODY/payments", vendorForm())
	claim := []string{"otheramount", "-", "claimpayment", `[{"501":"52.50"}]`}
	k.want(t, 200, `"5501","previouslyrecordedyn":"false"`, "POST", acme, vendorForm(claim...))
	// The same again, after the claim has no balance left: still the same payment.
	k.want(t, 200, `"5501","previouslyrecordedyn":"true"`, "POST", acme, vendorForm(claim...))
	k.want(t, 200, `"5502","previouslyrecordedyn":"false"`, "POST", acme, vendorForm())
	k.want(t, 200, `"5503","previouslyrecordedyn":"false"`, "POST", acme, vendorForm("externalrefid", "acme-000018", "todayservice", "true"))
	k.set(k.moment().Add(6 * time.Hour))
	k.want(t, 200, `"5504","previouslyrecordedyn":"false"`, "POST", acme, vendorForm())
	k.want(t, 200, `"5505","previouslyrecordedyn":"false"`, "POST", acme, vendorForm("otheramount", "-", "claimpayment", `[{"502":"50.25"}]`, "movetounappliedifoverpay", "true"))
	if p := k.Patients()[0]; p.Unapplied != 9000+1000 || p.Claims[1].Owed != 0 || k.owes(40211) != 12000-5250-9000-5025 {
		t.Errorf("patient %+v", p)
	}

	k.want(t, 400, "full", "POST", acme+"/5501/refund", refundForm("fullrefund", "false"))
	k.want(t, 404, "ID", "POST", acme+"/5501/refund", refundForm("patientid", "40212"))
	k.want(t, 400, "externalrefid", "POST", acme+"/5501/refund", refundForm("externalrefid", "-"))
	k.want(t, 200, `"5506"`, "POST", acme+"/5501/refund", refundForm("ispaymentsettled", "false"))
	k.want(t, 400, "already", "POST", acme+"/5501/refund", refundForm())
	k.want(t, 400, "already", "POST", acme+"/5506/refund", refundForm())
	k.want(t, 200, `"5507"`, "POST", acme+"/5505/refund", refundForm("ispaymentsettled", "true"))
	p := k.Patients()[0]
	if p.Unapplied != 9000 || p.Claims[0].Owed != 5250 || len(p.Claims[0].Paid) != 0 || len(p.Claims[1].Paid) != 2 {
		t.Errorf("patient after refunds %+v", p)
	}
	if want := "VENDORPAYMENT 52.50, VENDORPAYMENT 30.00, VENDORPAYMENT 30.00, VENDORPAYMENT 30.00, VENDORPAYMENT 50.25, VENDORREFUND -52.50, VENDORREFUND -50.25"; k.kinds() != want {
		t.Errorf("book %s", k.kinds())
	}
	k.want(t, 200, "[]", "GET", patient+"/receipts?departmentid=7", nil) // no electronic payments of ours
}

func TestAdjustingCharges(t *testing.T) {
	k := newTill(athenatest.Options{})
	const adjust = "/patientpayvendors/ACME/adjustingcharges"
	charges := func(text string) url.Values { return pairs("patientid", "40211", "charges", text) }
	k.want(t, 400, "charges", "POST", adjust, pairs("patientid", "40211"))
	k.want(t, 200, "exceeds", "POST", adjust, charges(`[{"chargeid":5010,"adjustmentamount":"52.51"}]`))
	k.want(t, 200, "does not exist", "POST", adjust, charges(`[{"chargeid":5100,"adjustmentamount":"1"}]`)) // another patient's
	k.want(t, 200, `"error":"charges is not`, "POST", adjust, charges(`{"5010":"1"}`))
	k.want(t, 200, `"claimstatus":"OPEN"`, "POST", adjust, charges(`[{"chargeid":5010,"adjustmentamount":"12.50"}]`))
	k.want(t, 200, `"claimstatus":"CLOSED"`, "POST", adjust, charges(`[{"chargeid":"5010","adjustmentamount":40}]`))
	if p := k.Patients()[0]; p.Claims[0].Owed != 0 || p.Claims[0].Status() != "CLOSED" || k.kinds() != "" {
		t.Errorf("adjusted %+v, book %s", p.Claims[0], k.kinds())
	}
	k.want(t, 200, `"amount":-52.5,"date":"09\/04\/2026","id":50104,"transfertype":"p","type":"ADJUSTMENT"`, "GET", patient+"?showbalancedetails=true&showallclaims=true", nil)
}

func TestRecordPaymentRefuses(t *testing.T) {
	k := newTill(athenatest.Options{})
	record := patient + "/recordpayment"
	cash := func(change ...string) url.Values {
		return changed(pairs("departmentid", "7", "paymentmethod", "CASH", "otheramount", "1"), change)
	}
	for part, f := range map[string]url.Values{
		`["paymentmethod"]`:           cash("paymentmethod", "-"),
		`["departmentid"]`:            cash("departmentid", "-"),
		`["otheramount"]`:             cash("otheramount", "-"),
		`["checknumber"]`:             cash("paymentmethod", "CHECK"),
		`["cardnumberlast4"]`:         cash("paymentmethod", "MC/VISA"),
		"four digits":                 cash("paymentmethod", "NON-IPP MC", "cardnumberlast4", "12"),
		"'1' did not match":           cash("todayservice", "1"),
		"'' did not match":            cash("todayservice", ""),
		"closed":                      cash("postdate", "09/30/2026"),
		"future":                      cash("postdate", "11/22/2026"),
		"integer":                     cash("appointmentid", "x"),
		"An amount is not valid":      cash("otheramount", "0"),
		"exceeds":                     cash("claimpayment", `[{"501":"52.51"}]`),
		"not a list":                  cash("claimpayment", `{"501":"1"}`),
		"'CHECKS' did not match":      cash("paymentmethod", "CHECKS", "checknumber", "1"),
		"The simulator does not take": cash("amount", "1"),
	} {
		k.want(t, 400, part, "POST", record, f)
	}
	k.want(t, 404, "ID", "POST", record, cash("appointmentid", "880123"))
	if k.kinds() != "" {
		t.Errorf("book %s", k.kinds())
	}
	k.want(t, 200, "318", "POST", record, cash("postdate", "10/01/2026", "claimpayment", `[{"501":"2.50"}]`))
	k.want(t, 200, "319", "POST", record, cash("postdate", "10/1/2026", "claimpayment", `[{"501":"2.50"}]`)) // a repeat is a payment
	k.want(t, 200, "320", "POST", lee+"/recordpayment", cash("otheramount", "-", "copayamount", "30"))       // 25 are due for the visit
	k.want(t, 200, `"amount":-2.5,"date":"10\/01\/2026"`, "GET", patient+"?showbalancedetails=true", nil)
	if p := k.Patients()[2]; p.Copay != 0 || p.Unapplied != 500 || k.kinds() != "RECORDED 3.50, RECORDED 3.50, RECORDED 30.00" {
		t.Errorf("%+v, book %s", p, k.kinds())
	}
	k = newTill(athenatest.Options{Methods: []athenatest.Method{{Name: "Checks", Code: "CHECKS"}}})
	k.want(t, 400, `{"error":"Practice is not configured correctly."}`, "POST", record, cash())
	k.want(t, 400, `did not match`, "POST", record, cash("paymentmethod", "AMEX", "cardnumberlast4", "0005"))
	k.want(t, 200, `318`, "POST", record, cash("paymentmethod", "CHECK", "checknumber", "1"))
}
