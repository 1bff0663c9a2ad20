package pages

import (
	"paypane/bff/dispatch"
	"paypane/bff/middleware"
	"paypane/web"
	"paypane/web/payment"
)

// readPaymentMethod reads which card was chosen, of those that are stored, or what
// was typed. It answers either a method or at least one problem.
func readPaymentMethod(f *middleware.Form, fields web.CardFields, cards []payment.StoredCard) (dispatch.PaymentMethod, []payment.Problem) {
	chosen := f.Text(payment.FieldCard)
	if chosen == payment.NewCard || chosen == "" && len(cards) == 0 {
		card, problems := payment.ReadCard(payment.CardForm{
			Number: f.Bytes(payment.FieldNumber), Expiry: f.Bytes(payment.FieldExpiry), Name: f.Bytes(payment.FieldName),
			Code: f.Bytes(payment.FieldCode), Address: f.Bytes(payment.FieldAddress), ZIP: f.Bytes(payment.FieldZIP),
		}, fields.Brands, fields.Today)
		return dispatch.PaymentMethod{Card: card}, problems
	}
	if chosen == "" {
		return dispatch.PaymentMethod{}, []payment.Problem{{Code: "card_empty", Field: payment.FieldCard}}
	}
	for _, stored := range cards {
		if stored.ID == chosen {
			code, problem := stored.ReadCode(f.Bytes(stored.CodeField()))
			if problem != nil {
				clear(code)
				return dispatch.PaymentMethod{}, []payment.Problem{*problem}
			}
			return dispatch.PaymentMethod{Stored: stored, Code: payment.Keep(code)}, nil
		}
	}
	return dispatch.PaymentMethod{}, []payment.Problem{{Code: "card_gone", Field: payment.FieldCard}}
}
