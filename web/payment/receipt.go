package payment

import "time"

// Receipt is one electronic payment as the upstream lists it for a patient.
type Receipt struct {
	Reference string    // epaymentid
	Time      time.Time // when it was asked for
	Type      string    // PURCHASE, VOIDPURCHASE, VOID, AUTHORIZATION
	Amount    Amount
	Brand     Brand
	Last4     string
}
