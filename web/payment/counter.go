package payment

import (
	"errors"
	"unicode/utf8"
)

// Counter is what the practice's staff say of what they do at the counter: how
// money was taken elsewhere, and why something is undone. It is fixed when the
// attempt is made. Reasons and what concerns a vendor stay with staff.
type Counter struct {
	Method      Method `json:"method,omitempty"`
	CheckNumber string `json:"checkNumber,omitempty"` // of a check
	// Given is the cash that was handed over, the change not taken off; zero: not
	// said.
	Given Amount `json:"given,omitzero"`
	// Posted is the day for which it counts; empty: the day on which it is done.
	Posted Day `json:"posted,omitempty"`
	// ReasonCode says why something is undone; ReasonText says it in words, which
	// ReasonOther needs.
	ReasonCode string `json:"-"`
	ReasonText string `json:"-"`
	// Undoes is the attempt that is undone, where it is one of ours.
	Undoes string `json:"undoes,omitempty"`
	// VendorReference is the vendor's own, see VendorBooking; Terminal is the
	// vendor's, and Deposited is when the money reaches the bank.
	VendorReference string `json:"-"`
	Terminal        string `json:"-"`
	Deposited       Day    `json:"-"`
	// Rest is what else was to be taken when this part of it was, for the payment that
	// comes next: the query of the page that takes it (web.TakingQuery).
	Rest string `json:"-"`
}

// ReasonOther is the reason that has to be told in words.
const ReasonOther = "other"

// LongestRest is the longest Rest, in characters.
const LongestRest = 2000

// The longest texts of a Counter, in characters.
const (
	longestMethod  = 64
	longestCheck   = 20
	longestReason  = 300
	longestCode    = 32
	longestUndoes  = 64
	longestVendors = 32 // the upstream's limit of externalrefid (docs/upstream-api.md)
)

// RecordingTarget is the target of the counter-entry of a recording, by its attempt.
func RecordingTarget(attempt string) string { return "recording-" + attempt }

// Corrects reports whether an attempt is the counter-entry of a recording. The
// upstream is not asked for it, because it knows no way to take one back: it counts
// here, and somebody takes the recording back there by hand.
func (a Attempt) Corrects() bool {
	return a.Kind == KindVoid && a.Undoes != "" && a.Target == RecordingTarget(a.Undoes)
}

// IsCheck reports whether the method is a check, by either name.
func (m Method) IsCheck() bool { return m == Check || m == Checks }

// IsCard reports whether the method is a card at a terminal that is not the
// upstream's.
func (m Method) IsCard() bool { return m != "" && m != Cash && !m.IsCheck() }

// validate refuses a method without what belongs to it, or with what does not.
func (m Method) validate(checkNumber string) error {
	switch {
	case m == "":
		return errors.New("no method")
	case m.IsCheck() != (checkNumber != ""):
		return errors.New("a check has a number, and nothing else has")
	case HoldsCardNumber(checkNumber) || HoldsCardNumber(string(m)):
		return errors.New("a card number where none belongs")
	case !short(checkNumber, longestCheck) || !short(string(m), longestMethod):
		return errors.New("a method or the number of a check that is too long")
	}
	return nil
}

// validateLast4 refuses the last four digits of what is no card, and a card without
// them.
func (m Method) validateLast4(last4 string) error {
	if m.IsCard() != (last4 != "") || m.IsCard() && (len(last4) != 4 || !digits(last4)) {
		return errors.New("a card has four last digits, and nothing else has")
	}
	return nil
}

// ValidateCard refuses a card that is not the one of the attempt: a charge has one
// with a brand, money taken elsewhere by card four digits of one, and cash and
// checks have none.
func (a Attempt) ValidateCard(brand Brand, last4 string) error {
	switch {
	case a.Kind.Charges() && (brand == "" || last4 == ""):
		return errors.New("attempt: a charge without a card")
	case a.Kind.Records():
		if brand != "" {
			return errors.New("attempt: the brand of a card that was not seen")
		}
		if err := a.Method.validateLast4(last4); err != nil {
			return errors.New("attempt: " + err.Error())
		}
	}
	return nil
}

// validateCounter refuses what staff cannot say of an attempt of its kind.
func (a Attempt) validateCounter() error {
	c, vendor := a.Counter, a.Kind == KindVendorPayment || a.Kind == KindRefund
	tender := a.Kind.Records() || a.Corrects()
	if tender {
		if err := c.Method.validate(c.CheckNumber); err != nil {
			return errors.New("attempt: " + err.Error())
		}
	}
	undoes := a.Kind.Returns() || a.Kind == KindAdjust
	switch {
	case !tender && (c.CheckNumber != "" || c.Method != "" && a.Kind != KindRefund):
		return errors.New("attempt: a method of what takes no money at the counter")
	case !short(string(c.Method), longestMethod) || HoldsCardNumber(string(c.Method)):
		return errors.New("attempt: a method that cannot be one")
	case !c.Given.IsZero() && (!a.Kind.Records() || c.Method != Cash || c.Given.Less(a.Total())):
		return errors.New("attempt: what was given is no cash, or not enough")
	case c.Posted != "" && (!c.Posted.known() || !a.Kind.Records() && a.Kind != KindRefund):
		return errors.New("attempt: a day of posting that is none, or of what is not posted")
	case !vendor && (c.VendorReference != "" || c.Terminal != "" || c.Deposited != ""):
		return errors.New("attempt: what a vendor says of what is no vendor's")
	case c.Deposited != "" && !c.Deposited.known():
		return errors.New("attempt: a day of deposit that is none")
	case c.Rest != "" && !a.Kind.PaysBills():
		return errors.New("attempt: a rest of what takes no money")
	case !undoes && (c.Undoes != "" || c.ReasonCode != "" || c.ReasonText != ""):
		return errors.New("attempt: a reason of what undoes nothing")
	case c.ReasonCode == "" && c.ReasonText != "" || c.ReasonCode == ReasonOther && c.ReasonText == "":
		return errors.New("attempt: a reason in words goes with a reason, and the other reason with words")
	case !short(c.VendorReference, longestVendors) || !short(c.Terminal, longestVendors) || !short(c.Undoes, longestUndoes) ||
		!short(c.Rest, LongestRest) || !short(c.ReasonCode, longestCode) || !short(c.ReasonText, longestReason):
		return errors.New("attempt: a text that is too long")
	}
	return nil
}

// known reports whether there is such a day.
func (d Day) known() bool {
	_, ok := d.date()
	return ok
}

func short(text string, longest int) bool { return utf8.RuneCountInString(text) <= longest }
