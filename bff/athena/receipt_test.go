package athena

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// recordedWire is what was recorded of a patient of the sandbox (NET
// GetPatient.json): the claim that receipt 3800 paid a part of, one of two
// charges, and one that is not understood.
const recordedWire = `[{"patientid":"40213","firstname":"Peter","lastname":"Tots","preferredname":"IV","claimbalancedetails":[
{"providergroupid":1,"departmentids":"1,7","claimdetails":[
 {"claimid":301,"departmentid":1,"servicedate":"06\/22\/2016","cleanbalance":true,"patientbalance":0,"supervisingproviderid":27,"amount":225,
  "chargeleveldetail":[{"procedurecodesubmitted":"99202","servicedate":"06\/22\/2016","id":2801,"procedurecode":"99202","description":"INITIAL OFFICE VISIT LIMITED","amount":225,
   "transactions":[{"date":"11\/09\/2016","transfertype":"p","epaymentid":3800,"id":3256,"amount":-5,"type":"PAYMENT"},
                   {"date":"02\/22\/2017","transfertype":"p","id":3414,"amount":-220,"type":"PAYMENT"}]}]},
 {"claimid":391,"servicedate":"03\/31\/2017","patientbalance":104,"supervisingproviderid":71,"amount":599,"chargeleveldetail":[
  {"procedurecode":"99396","description":"PERIODIC PREVENTIVE MED EST PATIENT 40 64YRS","servicedate":"03\/31\/2017","amount":370,
   "transactions":[{"type":"PAYMENT","transfertype":"1","amount":-300},{"type":"TRANSFEROUT","transfertype":"1","amount":-70},
                   {"type":"TRANSFERIN","transfertype":"p","amount":70},{"type":"PAYMENT","transfertype":"p","epaymentid":"3801","amount":-66}]},
  {"procedurecode":"20610","description":"ARTHROCENTESIS","amount":229,
   "transactions":[{"type":"PAYMENT","transfertype":"1","amount":-120.5},{"type":"PAYMENT","transfertype":"p","epaymentid":3801,"amount":-8.5}]}]},
 {"claimid":392,"patientbalance":5,"chargeleveldetail":[{"amount":"about 5"}]}]}]}]`

// receiptUpstream answers what Receipt reads, with a list of receipts and a
// patient; everything else that it asks is not there.
func receiptUpstream(t *testing.T, receipts, patient string) *Client {
	return connect(t, scripted(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/receipts"):
			answering(200, receipts)(w, r)
		case strings.HasSuffix(r.URL.Path, "/patients/40213"):
			answering(200, patient)(w, r)
		default:
			answering(404, `{"error":"The requested ID does not exist."}`)(w, r)
		}
	}).URL)
}

func receiptRows(rows ...string) string {
	for i, r := range rows {
		id, rest, _ := strings.Cut(r, " ")
		kind, amount, _ := strings.Cut(rest, " ")
		rows[i] = fmt.Sprintf(`{"epaymentid":"%s","requestdate":"11\/09\/2016 10:00:00","type":"%s","amount":"%s","cardtypeabbreviation":"VI","cardnumberlast4digits":"1111"}`, id, kind, amount)
	}
	return "[" + strings.Join(rows, ",") + "]"
}

func TestReceiptAsRecorded(t *testing.T) {
	c := receiptUpstream(t, receiptRows("3800 PURCHASE 5", "3801 PURCHASE 74.5", "3802 VOIDPURCHASE 5", "3803 PURCHASE 9"), recordedWire)
	for id, want := range map[string]string{
		"3800": "[{claim-301 claim 2016-06-22 Initial office visit limited 99202  {225.00 true} {0.00 false} 5.00 {0.00 true}}]",
		"3801": "[{claim-391 claim 2017-03-31 Periodic preventive med est patient 40 64yrs 99396  {370.00 true} {300.00 true} 66.00 {4.00 true}} " +
			"{claim-391 claim 2017-03-31 Arthrocentesis 20610  {229.00 true} {120.50 true} 8.50 {100.00 true}}]",
		"3802": "[]", // voided: no claim shows it (docs/upstream-api.md#voidpayment)
		"3803": "[]",
	} {
		i, err := c.Receipt(t.Context(), lee, id)
		if err != nil || fmt.Sprint(i.Lines) != want || i.Reference != id {
			t.Errorf("%s: %v\n got %v\nwant %s", id, err, i.Lines, want)
		}
		if i.Patient != "Peter Tots" {
			t.Errorf("%s is for %q, not for the name of the records", id, i.Patient)
		}
	}
	if _, err := c.Receipt(t.Context(), lee, "3804"); !isStatus(err, http.StatusNotFound) {
		t.Errorf("another patient's payment: %v", err)
	}
	// What is left of several charges is told only where it comes to what is
	// left of the claim.
	c = receiptUpstream(t, receiptRows("3801 PURCHASE 74.5"), strings.Replace(recordedWire, `"patientbalance":104`, `"patientbalance":50`, 1))
	if i, err := c.Receipt(t.Context(), lee, "3801"); err != nil || len(i.Lines) != 2 || i.Lines[0].Left.Known || i.Lines[1].Left.Known {
		t.Errorf("%v, %+v", err, i.Lines)
	}
	// Claims that show more than was paid are not understood.
	c = receiptUpstream(t, receiptRows("3801 PURCHASE 74.49"), recordedWire)
	if i, err := c.Receipt(t.Context(), lee, "3801"); err != nil || i.Lines != nil || len(i.Missing()) == 0 {
		t.Errorf("%v, %+v", err, i.Lines)
	}
	// Another patient's claims are nobody's.
	c = receiptUpstream(t, receiptRows("3800 PURCHASE 5"), strings.Replace(recordedWire, `"40213"`, `"40214"`, 1))
	if i, err := c.Receipt(t.Context(), lee, "3800"); err == nil {
		t.Errorf("%+v", i)
	}
}

// A year's receipts say of each payment what its own receipt says, from one reading
// of the claims.
func TestItemizedAsRecorded(t *testing.T) {
	c := receiptUpstream(t, receiptRows("3800 PURCHASE 5", "3801 PURCHASE 74.5", "3802 VOIDPURCHASE 5", "3803 PURCHASE 9"), recordedWire)
	rows, err := c.Receipts(t.Context(), lee)
	if err != nil {
		t.Fatal(err)
	}
	all, err := c.Itemized(t.Context(), lee, rows)
	if err != nil || len(all) != len(rows) {
		t.Fatalf("%v, %+v", err, all)
	}
	for i, r := range rows {
		one, err := c.Receipt(t.Context(), lee, r.Reference)
		if err != nil || fmt.Sprint(one.Lines) != fmt.Sprint(all[i].Lines) || one.Reference != all[i].Reference || one.Amount != all[i].Amount || one.Patient != all[i].Patient {
			t.Errorf("%v\nalone   %+v\nof many %+v", err, one, all[i])
		}
	}
	c = receiptUpstream(t, receiptRows("3800 PURCHASE 5"), strings.Replace(recordedWire, `"40213"`, `"40214"`, 1))
	if all, err := c.Itemized(t.Context(), lee, rows); err == nil {
		t.Errorf("another patient's claims: %+v", all)
	}
}

func isStatus(err error, status int) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == status
}

// A receipt is made without what it can do without, and says that it lacks it.
func TestReceiptSpares(t *testing.T) {
	for _, call := range simReads() {
		if call.method != "Receipt" {
			continue
		}
		for lost, lacks := range map[string]payment.Lacking{"provider": payment.LacksProvider, "department": payment.LacksAddress, "receiptdetails": payment.LacksRest} {
			for _, on := range faultsOnReads() {
				s := simulate(t, call)
				on.fault.Endpoint, on.fault.Times = lost, 1000
				s.Fault(on.fault)
				i, err := s.client().Receipt(t.Context(), lee, s.id)
				if err != nil || i.Amount != payment.Cents(3500) || i.Patient != "Lee Marchetti" {
					t.Fatalf("%s, %s: %v, %+v", lost, on.name, err, i)
				}
				named := slices.ContainsFunc(i.Missing(), func(l payment.Lack) bool {
					return l.What == lacks && (lacks != payment.LacksRest || l.Amount == payment.Cents(2500))
				})
				if on.alwaysFault != "" && !named {
					t.Errorf("%s, %s: %v", lost, on.name, i.Missing())
				}
			}
		}
	}
}

// In the simulator: whatever is paid, the receipt accounts for the claims to
// the cent and for the copay, and after a void for nothing.
func TestReceiptOfAnyCharge(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		server := httptest.NewServer(athenatest.New(athenatest.Options{TokensPerMinute: -1, Now: simNow}))
		defer server.Close()
		c := connect(t, server.URL, func(c *Config) { c.Now, c.Transport = simNow, &http.Transport{DisableKeepAlives: true} })
		statement, err := c.Statement(t.Context(), lee)
		if err != nil {
			rt.Fatal(err)
		}
		var charge payment.Charge
		for _, b := range statement.Bills {
			if cents := rapid.Int64Range(0, b.Owed.Cents()).Draw(rt, b.ID); cents > 0 {
				charge.Lines = append(charge.Lines, payment.Line{Bill: b.ID, Kind: b.Kind, Number: b.Number,
					Service: b.Service, Title: b.Title, Amount: payment.Cents(cents), Balance: b.Owed})
			}
		}
		if charge.Total().IsZero() {
			return
		}
		outcome := c.Collect(t.Context(), lee, charge, cardOf(t, "4111111111111111"))
		if outcome.State != payment.Succeeded {
			rt.Fatalf("%+v", outcome)
		}
		i, err := c.Receipt(t.Context(), lee, outcome.Reference)
		if err != nil || i.Amount != charge.Total() || !i.Unassigned().IsZero() {
			rt.Fatalf("%v, %+v", err, i)
		}
		i = i.Attributed(charge.Lines)
		if len(i.Lines) != len(charge.Lines) || i.Sum() != i.Amount {
			rt.Fatalf("paid %+v\nshown %+v", charge.Lines, i.Lines)
		}
		for _, paid := range charge.Lines {
			found := false
			for _, l := range i.Lines {
				found = found || l.Bill == paid.Bill && l.Paid == paid.Amount && l.Service == paid.Service
			}
			if !found {
				rt.Fatalf("%+v is not in %+v", paid, i.Lines)
			}
		}
		if w := c.VoidPayment(t.Context(), lee, outcome.Reference); !w.Done() {
			rt.Fatalf("%+v", w)
		}
		if i, err = c.Receipt(t.Context(), lee, outcome.Reference); err != nil || !i.TakenBack() || len(i.Lines) > 0 {
			rt.Fatalf("%v, %+v", err, i)
		}
	})
}
