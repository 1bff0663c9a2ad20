package payment

import (
	"cmp"
	"errors"
)

// Method is a way money was taken elsewhere, in the practice's words: Cash,
// Check, or the code of a CardMethod.
type Method string

const (
	Cash   Method = "CASH"
	Check  Method = "CHECK"
	Checks Method = "CHECKS" // the name some practices have for it
)

// CardMethod is a kind of card payment outside of athenahealth's card
// processing that a practice has set up.
type CardMethod struct {
	Method Method // "MC/VISA"
	Name   string // "Mastercard or Visa"
}

// Booking is money that was taken elsewhere and is to be booked. Either Charge
// says what it pays, or Other is money towards no bill in particular; never
// both, because it is not known whether the upstream would add them. A Charge with
// money for no bill is sent as it is when a card pays it: see Charge.Spread.
type Booking struct {
	Method      Method
	CheckNumber string // of a check
	Last4       string // of a card
	Charge      Charge
	Other       Amount
	// Today applies Other to today's visit.
	Today bool
	// Posted is the day of the booking. Empty: today.
	Posted Day
}

// Validate refuses a booking that must not reach the upstream.
func (b Booking) Validate() error {
	if err := cmp.Or(b.Method.validate(b.CheckNumber), b.Method.validateLast4(b.Last4)); err != nil {
		return errors.New("booking: " + err.Error())
	}
	switch {
	case b.Posted != "" && !b.Posted.known():
		return errors.New("booking: a day that is none")
	case len(b.Charge.Lines) > 0 && !b.Other.IsZero():
		return errors.New("booking: both bills and another amount")
	case len(b.Charge.Lines) == 0 && b.Other.IsZero():
		return errors.New("booking: no amount")
	case b.Other.IsZero() && b.Today:
		return errors.New("booking: bills are not for today's visit")
	case len(b.Charge.Lines) > 0:
		return b.Charge.Validate()
	}
	return nil
}

// VendorBooking is money that a patient-pay vendor took.
type VendorBooking struct {
	Booking
	// Reference is the vendor's own, unique, 32 characters at most. The same
	// one sent again within six hours books nothing twice.
	Reference string
	Terminal  string // of a card, at the vendor's gateway
	Deposited Day    // when the money reaches the bank; empty: not said
}

// VendorRefund is the whole of a vendor's payment given back.
type VendorRefund struct {
	Payment   string // patientpaymentid of the payment
	Method    Method
	Reference string // the vendor's own, of the refund
	Settled   bool   // true: a refund; false: a void before settlement
	Terminal  string
	Posted    Day
	Deposited Day
}

// Adjustment takes something off one charge of a claim. It must not be more
// than is outstanding on the charge.
type Adjustment struct {
	Charge string // the upstream's charge id
	Amount Amount
}
