package bff

import (
	"context"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// instrument is what a payer pays with: a card that was typed, or one that is
// stored, with its security code. It lives for the length of one request.
type instrument struct {
	card   *payment.Card
	stored payment.StoredCard
	code   []byte
}

// readInstrument reads which card was chosen, of those that are stored, or what
// was typed. It answers either an instrument or at least one problem.
func readInstrument(f *form, fields web.CardFields, cards []payment.StoredCard) (instrument, []payment.Problem) {
	chosen := f.text(payment.FieldCard)
	if chosen == payment.NewCard || chosen == "" && len(cards) == 0 {
		card, problems := payment.ReadCard(payment.CardForm{
			Number: f.bytes(payment.FieldNumber), Expiry: f.bytes(payment.FieldExpiry), Name: f.bytes(payment.FieldName),
			Code: f.bytes(payment.FieldCode), Address: f.bytes(payment.FieldAddress), ZIP: f.bytes(payment.FieldZIP),
		}, fields.Brands, fields.Today)
		return instrument{card: card}, problems
	}
	if chosen == "" {
		return instrument{}, []payment.Problem{{Code: "card_empty", Field: payment.FieldCard, Text: "Choose a card"}}
	}
	for _, stored := range cards {
		if stored.ID == chosen {
			code, problem := stored.ReadCode(f.bytes(stored.CodeField()))
			if problem != nil {
				clear(code)
				return instrument{}, []payment.Problem{*problem}
			}
			return instrument{stored: stored, code: code}, nil
		}
	}
	return instrument{}, []payment.Problem{{Code: "card_gone", Field: payment.FieldCard, Text: "This card can no longer be used. Choose another one."}}
}

// use is what the ledger keeps of it.
func (i instrument) use() ledger.CardUse {
	if i.card == nil {
		return ledger.CardUse{Brand: i.stored.Brand, Last4: i.stored.Last4}
	}
	return ledger.CardUse{Brand: i.card.Brand(), Last4: i.card.Last4()}
}

// collect charges it.
func (i instrument) collect(ctx context.Context, practice Practice, a ledger.Attempt) payment.Outcome {
	if i.card == nil {
		return practice.CollectStored(ctx, a.Patient, a.Charge, i.stored.ID, i.code).Outcome()
	}
	return practice.Collect(ctx, a.Patient, a.Charge, i.card)
}

// clear overwrites what nobody may keep.
func (i instrument) clear() {
	clear(i.code)
	if i.card != nil {
		i.card.Clear()
	}
}
