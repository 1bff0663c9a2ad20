package athenatest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
)

func dollars(cents int64) string { return fmt.Sprintf("%.2f", float64(cents)/100) }

const stored = patient + "/collectpayment/storedcard"

func TestStoredCards(t *testing.T) {
	k := newTill(athenatest.Options{})
	for name, f := range map[string][]string{
		"no address":     {"billingaddress", "-"},
		"no zip":         {"billingzip", "-"},
		"no code":        {"cardsecuritycode", "-"},
		"short code":     {"cardsecuritycode", "42"},
		"long address":   {"billingaddress", strings.Repeat("x", 21)},
		"no department":  {"departmentid", "-"},
		"expired":        {"expirationyearyyyy", "2025"},
		"amex in 7":      {"accountnumber", "378282246310005", "cardsecuritycode", "0421"},
		"declined":       {"accountnumber", "4000000000000002"},
		"with an amount": {"otheramount", "1.00"},
		"no such number": {"accountnumber", "4111111111111112"},
	} {
		if status, body := k.send("POST", stored, keep(f...)); status == 200 && !strings.Contains(body, `"success":"false"`) || status >= 404 {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	k.want(t, 200, "[]", "GET", stored+"?departmentid=7", nil)
	k.want(t, 200, `"storedcardid":"9001"`, "POST", stored, keep())
	k.want(t, 200, `"storedcardid":9002`, "POST", stored, keep("accountnumber", "5555555555554444"))
	k.want(t, 200, `"success"`, "PUT", stored+"/9001", pairs("departmentid", "7", "preferredcard", "true"))
	k.want(t, 200, `"success"`, "PUT", stored+"/9002", pairs("departmentid", "7", "preferredcard", "true"))
	k.want(t, 200, `"preferredcard":false,"storedcardid":"9001"`, "GET", stored, nil)
	k.want(t, 200, `"preferredcard":true,"storedcardid":"9002"`, "GET", stored, nil)
	k.want(t, 200, `"success"`, "PUT", stored+"/9002", pairs("departmentid", "7", "preferredcard", "false"))
	k.want(t, 200, `"preferredcard":false,"storedcardid":"9002"`, "GET", stored, nil)
	k.want(t, 400, `Expecting type boolean, but value is yes`, "PUT", stored+"/9002", pairs("departmentid", "7", "preferredcard", "yes"))
	k.want(t, 400, `["preferredcard"]`, "PUT", stored+"/9002", pairs("departmentid", "7")) // the PHP client drops false
	k.want(t, 404, "ID", "PUT", "/patients/40212/collectpayment/storedcard/9002", pairs("departmentid", "7", "preferredcard", "true"))
	k.want(t, 404, "ID", "DELETE", "/patients/40212/collectpayment/storedcard/9002?departmentid=7", nil)
	k.want(t, 404, "ID", "POST", "/patients/40212/collectpayment/storedcard/9002", pairs("departmentid", "7", "otheramount", "1"))
	k.want(t, 200, `"success"`, "DELETE", stored+"/9002?departmentid=7", nil)
	k.want(t, 404, "ID", "DELETE", stored+"/9002?departmentid=7", nil)
	k.want(t, 404, "ID", "POST", stored+"/9002", pairs("departmentid", "7", "otheramount", "1"))
	if _, body := k.send("GET", stored, nil); strings.Contains(body, "9002") || strings.Contains(body, "4111111111111111") {
		t.Errorf("cards %s", body)
	}
	if k.kinds() != "" {
		t.Errorf("storing moved money: %s", k.kinds())
	}
}

// Paying with a card on file has the rules of amounts and the outcomes of
// collectpayment.
func TestPayWithStoredCard(t *testing.T) {
	for _, test := range []struct {
		card    string
		status  int
		part    string
		charged bool
	}{
		{"4111111111111111", 200, `"epaymentid"`, true},
		{"4000000000000341", 200, `"errortext":"Declined"`, false},
		{"4000000000009011", 0, "", true},
		{"4000000000009029", 0, "", false},
		{"4000000000009045", 502, "<html>", true},
		{"4000000000009052", 200, `"Apache"`, true},
		{"4000000000009060", 0, "", true},
		{"4000000000009078", 401, "Invalid Access Token.", false},
		{"4000000000009086", 429, "", false},
	} {
		k := newTill(athenatest.Options{})
		k.want(t, 200, "9001", "POST", stored, keep("accountnumber", test.card))
		k.want(t, test.status, test.part, "POST", stored+"/9001", pairs("departmentid", "7", "claimpayment", `[{"501":"10.00"}]`))
		if charged := k.owes(40211) == 11000 && k.kinds() == "PURCHASE 10.00"; charged != test.charged || !charged && k.kinds() != "" {
			t.Errorf("%s: book %s, owed %d", test.card, k.kinds(), k.owes(40211))
		}
	}
	k := newTill(athenatest.Options{})
	k.want(t, 200, "9001", "POST", stored, keep("expirationmonthmm", "12", "expirationyearyyyy", "2026"))
	for _, f := range [][]string{
		{"departmentid", "7"},
		{"otheramount", "1"},
		{"departmentid", "7", "otheramount", "1.001"},
		{"departmentid", "7", "claimpayment", `[{"501":"52.51"}]`},
		{"departmentid", "7", "claimpayment", `{"501":"1"}`},
		{"departmentid", "7", "copayamount", "1"},
		{"departmentid", "7", "otheramount", "1", "accountnumber", "5555555555554444"},
		{"departmentid", "x", "otheramount", "1"},
		{"departmentid", "7", "otheramount", "1", "ecommercemode", "true"},
		{"departmentid", "7", "otheramount", "1", "ecommercemode", "true", "cardsecuritycode", "42"},
	} {
		k.want(t, 400, "error", "POST", stored+"/9001", pairs(f...))
	}
	k.want(t, 404, "ID", "POST", stored+"/9001", pairs("departmentid", "70", "otheramount", "1"))
	k.want(t, 200, `"success"`, "POST", stored+"/9001", pairs("departmentid", "7", "otheramount", "1", "ecommercemode", "true", "cardsecuritycode", "042"))
	k.set(time.Date(2027, 1, 1, 6, 0, 0, 0, time.UTC)) // the card's last month has passed in the East
	k.want(t, 200, `"success":"false"`, "POST", stored+"/9001", pairs("departmentid", "7", "otheramount", "1"))
	if k.kinds() != "PURCHASE 1.00" {
		t.Errorf("book %s", k.kinds())
	}
}
