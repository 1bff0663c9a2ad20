package payment

import (
	"slices"
	"strings"
)

// The inputs of the pages on which staff write down what the practice's patient-pay
// vendor did, beside those of money that was taken elsewhere.
const (
	FieldVendorReference = "externalrefid"
	FieldVendorMethod    = "paymentmethod"
	FieldTerminal        = "vendorterminalid"
	FieldDeposited       = "bankdepositdate"
	FieldCharge          = "charge" // which charge is adjusted
	FieldAdjustment      = "amount" // by how much
	FieldCloses          = "closes" // ticked: that the claim is closed then is meant
)

// longestDeposit is how many days after today money may reach the bank, and
// longestPast how many before.
const (
	longestDeposit = 30
	longestPast    = 366
)

// vendorLetters are those of references and terminals. The upstream names a length
// and no letters (docs/upstream-api.md#patientpayvendors); these are what people can
// read to each other over the telephone and what looks the same everywhere.
const vendorLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_./:#"

// ReadVendorReference reads a vendor's reference of a payment or a refund, in which
// letters keep their case. Vendors number their payments, so long numbers are taken;
// one that may be a card's is not.
func ReadVendorReference(typed string) (string, *Problem) {
	return readVendors(typed, FieldVendorReference, "vendor_reference_empty", "vendor_reference_digits", "vendor_reference_form")
}

// ReadTerminal reads the terminal of a card payment; other payments have none.
func ReadTerminal(typed string, m Method) (string, *Problem) {
	if !m.IsCard() {
		return "", nil
	}
	return readVendors(typed, FieldTerminal, "terminal_empty", "terminal_digits", "terminal_form")
}

// readVendors reads a name that a vendor gave; empty, number and form are the problems
// of none, of what may be a card's number, and of one that cannot be one.
func readVendors(typed, field, empty, number, form string) (string, *Problem) {
	text := normalize(typed)
	switch {
	case text == "":
		return "", problem(empty, field)
	case PassesForCard(text):
		return "", problem(number, field)
	case !short(text, longestVendors) || strings.Trim(text, vendorLetters) != "" || strings.Trim(text, "-_./:#") == "":
		return "", problem(form, field)
	}
	return text, nil
}

// MayShow reports whether what somebody typed into a field may be printed back into
// a page, and kept while they sign in: nothing that could be a card's number. Where
// long numbers are at home that is told by PassesForCard, everywhere else by
// HoldsCardNumber, which leaves out cards that were mistyped, too.
func MayShow[T string | []byte](field string, typed T) bool {
	if field == FieldVendorReference || field == FieldTerminal {
		return !PassesForCard(typed)
	}
	return !HoldsCardNumber(typed)
}

// ReadDeposited reads the day on which a vendor's money reaches the bank, which is
// often still to come; empty: not said.
func ReadDeposited(typed string, today Day) (Day, *Problem) {
	text := normalize(typed)
	if text == "" {
		return "", nil
	}
	day, ok := readDay(text)
	at, _ := day.date()
	now, known := today.date()
	switch {
	case !ok:
		return "", problem("deposited_form", FieldDeposited)
	case known && (at.After(now.AddDate(0, 0, longestDeposit)) || at.Before(now.AddDate(0, 0, -longestPast))):
		return "", problem("deposited_far", FieldDeposited, "days", longestDeposit)
	}
	return day, nil
}

// What the vendor did when it gave a payment back: the upstream asks, and books it
// in another way.
const (
	ReasonReturned  Reason = "returned"  // after the payment had settled: it is shown beside its refund
	ReasonCancelled Reason = "cancelled" // before: as if it had never been
)

// RefundReasons are all of them, in the order in which they are offered.
var RefundReasons = []Reason{ReasonReturned, ReasonCancelled}

// Why something is taken off a charge.
const (
	ReasonCourtesy Reason = "courtesy" // the practice lets the patient off
	ReasonHardship Reason = "hardship" // the patient cannot pay it
	ReasonDiscount Reason = "discount" // it was agreed on
	ReasonMistake  Reason = "mistake"  // it should not have been charged
	ReasonSmall    Reason = "small"    // it costs more to collect
)

// AdjustReasons are all of them, in the order in which they are offered.
var AdjustReasons = []Reason{ReasonCourtesy, ReasonHardship, ReasonDiscount, ReasonMistake, ReasonSmall, ReasonOther}

// OpenCharge is a charge of a claim of which the patient owes something.
type OpenCharge struct {
	ID        string `json:"id"` // the upstream's
	Procedure string `json:"procedure,omitempty"`
	Claim     Bill   `json:"claim"`
	// Outstanding is what can be taken off at most: what is outstanding on the
	// charge, and no more than its claim asks for.
	Outstanding Amount `json:"outstanding"`
}

// Closes reports whether taking an amount off leaves nothing of the claim: the
// upstream closes it then (docs/upstream-api.md#patientpayvendors).
func (c OpenCharge) Closes(off Amount) bool { return off == c.Claim.Owed && !off.IsZero() }

// OpenCharges are the charges of a claim from which something can be taken off, as
// its transactions have them. What is outstanding with an insurance is not the
// patient's, and a claim that cannot be paid now cannot be adjusted, either: other
// money may be under way for it.
func OpenCharges(claim Bill, transactions []ClaimTransaction) (open []OpenCharge) {
	if claim.Kind != Claim || !claim.Payable() {
		return nil
	}
	for _, t := range transactions {
		most := t.Outstanding.Amount
		if claim.Owed.Less(most) {
			most = claim.Owed
		}
		if t.Type != "CHARGE" || t.Payer != "" && t.Payer != "PATIENT" || t.Outstanding.Negative || most.IsZero() || t.ID == "" || !digits(t.ID) ||
			slices.ContainsFunc(open, func(c OpenCharge) bool { return c.ID == t.ID }) {
			continue
		}
		open = append(open, OpenCharge{ID: t.ID, Procedure: t.Procedure, Claim: claim, Outstanding: most})
	}
	return open
}

// Adjusted is what a form asks to be taken off one of some charges: the charge and
// the amount, which is never more than is outstanding; or what is wrong.
func Adjusted(open []OpenCharge, id, typed string) (c OpenCharge, off Amount, problems []Problem) {
	at := slices.IndexFunc(open, func(c OpenCharge) bool { return c.ID == id })
	off, err := ReadAmount(typed)
	switch {
	case id == "":
		problems = append(problems, *problem("charge_empty", FieldCharge))
	case at < 0:
		problems = append(problems, *problem("charge_gone", FieldCharge))
	default:
		c = open[at]
	}
	switch {
	case normalize(typed) == "":
		problems = append(problems, *problem("adjust_empty", FieldAdjustment))
	case err != nil || off.IsZero():
		problems = append(problems, *problem("adjust_form", FieldAdjustment))
	case at >= 0 && c.Outstanding.Less(off):
		problems = append(problems, *problem("adjust_big", FieldAdjustment, "most", c.Outstanding))
	}
	if len(problems) > 0 {
		return c, Amount{}, problems
	}
	return c, off, nil
}

// Line is the line of the attempt that takes an amount off the charge.
func (c OpenCharge) Line(off Amount) Line {
	return Line{Bill: c.Claim.ID, Kind: Claim, Number: c.Claim.Number, Service: c.Claim.Service, Title: c.Claim.Title, Amount: off, Balance: c.Claim.Balance}
}

// SeenCharges writes down what was outstanding when a page was printed, for
// MovedCharge.
func SeenCharges(open []OpenCharge) string {
	seen := make([]string, len(open))
	for i, c := range open {
		seen[i] = c.ID + "=" + c.Outstanding.String()
	}
	return strings.Join(seen, " ")
}

// MovedCharge is what was outstanding on a charge when the page was printed, and
// whether it is another amount now.
func MovedCharge(seen string, c OpenCharge) (was Amount, moved bool) {
	for entry := range strings.FieldsSeq(seen) {
		id, text, _ := strings.Cut(entry, "=")
		if was, err := ParseAmount(text); err == nil && id == c.ID {
			return was, was != c.Outstanding
		}
	}
	return was, false
}
