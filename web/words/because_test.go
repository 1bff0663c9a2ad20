//go:build !js || everyword

package words

import (
	"strings"
	"testing"

	"paypane/web/payment"
)

// What the record keeps of why somebody has to look is printed in whole sentences, and
// what rows of earlier versions keep as it is.
func TestBecause(t *testing.T) {
	for kept, want := range map[string]string{
		payment.AllBecause(payment.Because("asked.rows", "amount", payment.Cents(2500)),
			payment.Because("asked.row.owned", "number", "61234", "code", "ABCD-EFGH"), payment.Because("asked.row.time", "number", ""),
			payment.Because("asked.rows.compare")): "It is not certain whether this payment of $25.00 went through. Receipt 61234 could be it, but belongs to attempt ABCD-EFGH. A receipt whose number is not shown here could be it, but was made at another time. Compare with the patient's receipts in athenaOne.",
		payment.Because("asked.amount", "number", "61234", "listed", payment.Cents(2600), "amount", payment.Cents(2500)): "Receipt 61234 is of $26.00, the payment of $25.00.",
		"It is not certain whether this payment of $25.00 went through. Receipt 61234 could be it.":                      "It is not certain whether this payment of $25.00 went through. Receipt 61234 could be it.",
		"asked. By whom; nobody knows": "asked. By whom; nobody knows",
		"":                             "",
	} {
		if got := Because(Language{}, kept); got != want {
			t.Errorf("%q is printed %q, want %q", kept, got, want)
		}
	}
	for key := range enDeskReasons {
		if !strings.HasPrefix(string(key), "asked.") {
			t.Errorf("%s would be read as a text", key)
		}
	}
}
