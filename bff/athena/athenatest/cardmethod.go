package athenatest

import "net/http"

// listCardMethods answers GET /configuration/validnonccpcreditcardmethods with
// the recorded names (NET GetPaymentMethods.json).
func (s *Server) listCardMethods(w http.ResponseWriter, r *http.Request) {
	rows := []any{}
	for _, m := range s.money.methods {
		if m.Card {
			rows = append(rows, map[string]any{"name": m.Name, "paymentmethod": m.Code})
		}
	}
	page(w, r, "paymentmethods", rows)
}
