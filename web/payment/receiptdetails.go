package payment

// ReceiptDetails is everything the upstream tells of one payment.
type ReceiptDetails struct {
	Receipt ReceiptSummary // as far as it is there
	// Others are the other fields, name by name, for staff. Nothing in them
	// can be a card number.
	Others map[string]string
}

// Document is a file of the upstream's: a receipt to show or to print. HTML in
// it is the upstream's: show it where it can do nothing.
type Document struct {
	Media string // "text/html", "application/json", "application/pdf"
	Body  []byte
}
