package athenatest

import "net/http"

// listCardMethods answers GET /configuration/validnonccpcreditcardmethods with
// the recorded names (NET GetPaymentMethods.json).
func listCardMethods(w http.ResponseWriter, r *http.Request) {
	rows := []any{}
	for _, m := range [][2]string{
		{"American Express", "AMEX"}, {"Discover", "DISCOVER"}, {"MasterCard and Visa", "MC/VISA"},
		{"Non-IPP MC", "NON-IPP MC"}, {"Old Mastercard/Visa", "OLD MC/VIS"},
	} {
		rows = append(rows, map[string]any{"name": m[0], "paymentmethod": m[1]})
	}
	page(w, r, "paymentmethods", rows)
}
