package athenatest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"paypane/bff/athena/athenatest"
	"pgregory.net/rapid"
)

// Whatever is asked in whatever order, each patient owes less by exactly what
// the book says (new visits and adjustments aside), each claim adds up, and
// nothing is negative.
func TestBookAndBalancesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := newTill(athenatest.Options{})
		start := k.Patients()
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { k.agree(t, start) },
			"collect": func(t *rapid.T) {
				card := rapid.SampledFrom([]string{"4111111111111111", "4000000000000002", "4000000000009011", "4000000000009029", "4000000000009060", "4000000000009086"}).Draw(t, "card")
				k.send("POST", who(t)+"/collectpayment", changed(form("accountnumber", card, "claimpayment", "-"), amounts(t)))
			},
			"store": func(t *rapid.T) {
				k.send("POST", who(t)+"/collectpayment/storedcard", keep("accountnumber", kept(t)))
			},
			"stored": func(t *rapid.T) {
				id := rapid.IntRange(9001, 9004).Draw(t, "id")
				k.send("POST", fmt.Sprint(who(t), "/collectpayment/storedcard/", id), changed(pairs("departmentid", "7"), amounts(t)))
			},
			"record": func(t *rapid.T) {
				k.send("POST", who(t)+"/recordpayment", changed(pairs("departmentid", "7", "paymentmethod", "CASH"), amounts(t)))
			},
			"vendor": func(t *rapid.T) {
				over := strconv.FormatBool(rapid.Bool().Draw(t, "over"))
				ref := rapid.StringMatching("[a-c]").Draw(t, "ref")
				k.send("POST", acme, changed(vendorForm("patientid", who(t)[10:], "otheramount", "-", "externalrefid", ref, "movetounappliedifoverpay", over), amounts(t)))
			},
			"refund": func(t *rapid.T) {
				id := rapid.IntRange(5501, 5508).Draw(t, "id")
				k.send("POST", fmt.Sprint(acme, "/", id, "/refund"), refundForm("patientid", who(t)[10:], "ispaymentsettled", strconv.FormatBool(rapid.Bool().Draw(t, "settled"))))
			},
			"void": func(t *rapid.T) {
				k.send("POST", fmt.Sprint(who(t), "/voidpayment/", rapid.IntRange(61234, 61250).Draw(t, "id")), nil)
			},
			"adjust": func(t *rapid.T) {
				charge := rapid.SampledFrom([]int{5010, 5030, 5200, 6010}).Draw(t, "charge")
				k.send("POST", "/patientpayvendors/ACME/adjustingcharges", pairs("patientid", who(t)[10:], "charges", fmt.Sprintf(`[{"chargeid":%d,"adjustmentamount":"%s"}]`, charge, amount(t))))
			},
			"plan": func(t *rapid.T) {
				f := keep("claimids", fmt.Sprintf("[%d]", claim(t)), "cycleamount", amount(t), "billingmethod", "CREDITCARD", "accountnumber", kept(t),
					"frequency", rapid.SampledFrom([]string{"WEEKLY", "MONTHLY", "TWICEAMONTH"}).Draw(t, "frequency"))
				if rapid.Bool().Draw(t, "down") {
					f.Set("downpaymentamount", amount(t))
				}
				k.send("POST", who(t)+"/collectpayment/paymentplan", f)
			},
			"agree": func(t *rapid.T) {
				path := rapid.SampledFrom([]string{single, oneYear}).Draw(t, "class")
				k.send("POST", path+"/880123", keep("accountnumber", kept(t), "maxamount", amount(t)))
			},
			"wait": func(t *rapid.T) { k.later(rapid.IntRange(0, 20).Draw(t, "days")) },
		})
	})
}

func who(t *rapid.T) string { return rapid.SampledFrom([]string{patient, lee}).Draw(t, "patient") }
func claim(t *rapid.T) int {
	return rapid.SampledFrom([]int{501, 502, 503, 520, 521, 601}).Draw(t, "claim")
}
func kept(t *rapid.T) string {
	return rapid.SampledFrom([]string{"4111111111111111", "4000000000000341", "4000000000009011", "4000000000009029"}).Draw(t, "kept")
}
func amount(t *rapid.T) string {
	return fmt.Sprintf("%.2f", float64(rapid.IntRange(1, 6000).Draw(t, "cents"))/100)
}

// amounts are changes of a form that make it pay something, sensible or not.
func amounts(t *rapid.T) []string {
	var list []string
	if rapid.Bool().Draw(t, "other") {
		list = append(list, "otheramount", amount(t))
	}
	if rapid.Bool().Draw(t, "copay") {
		list = append(list, "copayamount", amount(t), "appointmentid", "880123")
	}
	if len(list) == 0 || rapid.Bool().Draw(t, "claims") {
		list = append(list, "claimpayment", fmt.Sprintf(`[{"%d":"%s"}]`, claim(t), amount(t)))
	}
	return list
}

// agree compares book, balances and receipts.
func (k *till) agree(t *rapid.T, start []athenatest.Patient) {
	book := k.Book()
	seen := map[string]bool{}
	for _, m := range book {
		key := m.Kind + m.ID
		if seen[key] || (m.Kind == "VOID") != (m.Amount < 0 && m.Kind != "VENDORREFUND") || m.Kind == "VOID" && !seen["PURCHASE"+m.ID] {
			t.Fatalf("movement %+v", m)
		}
		seen[key] = true
	}
	for i, p := range k.Patients() {
		var moved, charged, expected int64
		for _, m := range book {
			if m.Patient == p.ID {
				moved += m.Amount
				if m.Kind == "PURCHASE" || m.Kind == "VOID" {
					charged += m.Amount
				}
			}
		}
		expected = owes(start[i]) - moved
		for j, c := range p.Claims {
			first := c.Billed - c.Insurance // a new visit's
			if j < len(start[i].Claims) {
				first = start[i].Claims[j].Owed
			} else {
				expected += first
			}
			expected -= c.Adjusted
			for _, part := range c.Paid {
				first -= part.Cents
			}
			if c.Owed < 0 || c.Adjusted < 0 || c.Owed+c.Adjusted != first {
				t.Fatalf("claim does not add up: %+v", c)
			}
		}
		if owes(p) != expected || p.Copay < 0 || p.Unapplied < 0 {
			t.Fatalf("patient %d owes %d, book says %d: %+v\n%+v", p.ID, owes(p), expected, p, book)
		}
		if p.ID != 40211 && p.ID != 40213 {
			continue
		}
		k.set(k.moment().Add(20e9)) // late rows too
		_, body := k.send("GET", fmt.Sprint("/patients/", p.ID, "/receipts?departmentid=7"), nil)
		var rows []struct{ Type, Amount string }
		if err := json.Unmarshal([]byte(body), &rows); err != nil {
			t.Fatal(err, body)
		}
		for _, row := range rows {
			if row.Type == "PURCHASE" {
				var f float64
				fmt.Sscan(row.Amount, &f)
				charged -= int64(f*100 + 0.5)
			}
		}
		if charged != 0 {
			t.Fatalf("receipts and book differ by %d: %s", charged, body)
		}
	}
}

// A hundred of each at once: one stored card charges what the bill allows, a
// payment is voided once, and a vendor's payment is one.
func TestMoneyAtOnce(t *testing.T) {
	k := newTill(athenatest.Options{})
	k.send("POST", stored, keep())
	k.send("POST", patient+"/collectpayment", form("claimpayment", `[{"503":"1"}]`))
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			k.send("POST", stored+"/9001", pairs("departmentid", "7", "claimpayment", `[{"501":"10.00"}]`))
		})
		wg.Go(func() { k.send("POST", patient+"/voidpayment/61235", nil) })
		wg.Go(func() { k.send("POST", acme, vendorForm()) })
		wg.Go(func() { k.send("GET", patient+"/receipts?departmentid=7", nil) })
	}
	wg.Wait()
	for kind, want := range map[string]int{"PURCHASE": 6, "VOID": 1, "VENDORPAYMENT": 1} {
		if n := strings.Count(k.kinds(), kind+" "); n != want {
			t.Errorf("%d movements of %s, want %d: %s", n, kind, want, k.kinds())
		}
	}
	if n := k.Count("voidpayment"); n != 100 {
		t.Errorf("%d requests to void", n)
	}
	if status, _ := k.send("PATCH", patient+"/collectpayment", nil); status != http.StatusMethodNotAllowed {
		t.Errorf("PATCH: %d", status)
	}
}
