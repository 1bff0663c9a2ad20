package payment

import "time"

// ReceiptSummary is one electronic payment as the upstream lists it for a patient.
type ReceiptSummary struct {
	Reference string    // epaymentid
	Time      time.Time // when it was asked for
	Type      string    // PURCHASE, VOIDPURCHASE, VOID, AUTHORIZATION
	Amount    Amount
	Brand     Brand
	Last4     string
	// Limit is how much the card-on-file agreement allows that an AUTHORIZATION is
	// of; zero where none is told.
	Limit Amount
	// Contract is the agreement behind the row, and Left what it still allows; empty
	// and not LeftKnown where that is not told.
	Contract  string
	Left      Amount
	LeftKnown bool
}

// ReceiptSummaryOf is the row of a charge or an agreement of ours that was done, as the
// upstream's list will have it; its time is when it was sent.
func ReceiptSummaryOf(a Attempt) ReceiptSummary {
	r := ReceiptSummary{Reference: a.Reference, Time: a.Sent, Type: purchase, Amount: a.Total(), Brand: a.Brand, Last4: a.Last4}
	if a.Kind.Agrees() {
		r.Type, r.Amount, r.Limit = authorization, Amount{}, a.Value
	}
	return r
}

// Voided is the row of the same payment after it was taken back.
func (r ReceiptSummary) Voided() ReceiptSummary {
	r.Type = voidPurchase
	return r
}

// Charge reports whether the row is of money that a card was charged and that did
// not go back.
func (r ReceiptSummary) Charge() bool { return r.Type == purchase }

// Agreement reports whether the row is of a card that is kept on file.
func (r ReceiptSummary) Agreement() bool { return r.Type == authorization }

// Receipt is the receipt with as much as its row tells.
func (r ReceiptSummary) Receipt() Receipt {
	return Receipt{Reference: r.Reference, Time: r.Time, Type: r.Type, Amount: r.Amount, Brand: r.Brand, Last4: r.Last4, Limit: r.Limit}
}
