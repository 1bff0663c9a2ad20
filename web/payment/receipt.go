package payment

import (
	"slices"
	"time"
)

// Receipt is the itemized receipt of one payment: what it paid for, as
// administrators of health savings and flexible spending accounts ask for it.
// What is not known is empty; nothing in it is guessed, and nothing in it is a
// diagnosis.
type Receipt struct {
	Practice Letterhead
	Patient  string
	// Payer is who paid, where that is somebody else than the patient.
	Payer string
	// Wishes came with a payment that was made here, by whoever reads the receipt.
	Wishes    Wishes
	Reference string    // epaymentid
	Time      time.Time // of the payment, in the practice's zone
	Type      string    // as in ReceiptSummary
	Amount    Amount
	Brand     Brand
	Last4     string
	Limit     Amount // as in ReceiptSummary
	// Lines are what the payment paid for. Together they are at most Amount:
	// With and Attributed see to that.
	Lines []ReceiptLine
	// AsOf is the day on which the balances of the lines were read.
	AsOf Day
}

// ReceiptLine is one service, or one copay, and what of the payment went to
// it.
type ReceiptLine struct {
	Bill        string   // the bill's ID: "claim-501", "copay-880123"
	Kind        BillKind // Copay, or Claim: of a claim the upstream does not say what is coinsurance and what deductible
	Service     Day
	Description string
	Code        string // of the procedure: "99213"
	Provider    string // who treated, or whose supervision it was under
	Billed      Stated
	Insurance   Stated // what insurances paid of it
	Paid        Amount // by this payment
	Left        Stated // what the patient still owes of it
}

// Stated is an amount that may not be known. The zero value is not known,
// which is something else than $0.00.
type Stated struct {
	Amount Amount
	Known  bool
}

// Said is a known amount.
func Said(a Amount) Stated { return Stated{a, true} }

// The types of payments whose meaning is known.
const (
	purchase      = "PURCHASE"
	voidPurchase  = "VOIDPURCHASE"
	void          = "VOID"
	authorization = "AUTHORIZATION"
)

// Paid reports whether the receipt is of money that was paid and kept.
func (i Receipt) Paid() bool { return i.Type == purchase && !i.Amount.IsZero() }

// TakenBack reports whether the payment was voided.
func (i Receipt) TakenBack() bool { return i.Type == voidPurchase || i.Type == void }

// Agreement reports whether the receipt is of a card that is kept on file.
func (i Receipt) Agreement() bool { return i.Type == authorization }

// Checked reports whether the receipt is of a card that was only checked, to be
// kept on file: no money was taken.
func (i Receipt) Checked() bool {
	return i.Type == authorization || i.Type == purchase && i.Amount.IsZero()
}

// Sum is what the lines account for.
func (i Receipt) Sum() Amount {
	var sum Amount
	for _, l := range i.Lines {
		sum = sum.Plus(l.Paid)
	}
	return sum
}

// Unassigned is what of the payment no line accounts for.
func (i Receipt) Unassigned() Amount {
	if !i.Paid() {
		return Amount{}
	}
	return i.Amount.Minus(i.Sum())
}

// With is the receipt with lines. If they are of more money than was paid they
// are not understood, and none is taken; a payment that was taken back has
// none.
func (i Receipt) With(lines []ReceiptLine) Receipt {
	i.Lines = slices.DeleteFunc(slices.Clone(lines), func(l ReceiptLine) bool { return l.Paid.IsZero() })
	if !i.Paid() || i.Amount.Less(i.Sum()) {
		i.Lines = nil
		return i
	}
	slices.SortStableFunc(i.Lines, func(a, b ReceiptLine) int { return compareDays(a.Service, b.Service) })
	return i
}

// compareDays orders days, those that are not known last.
func compareDays(a, b Day) int {
	switch {
	case a == b:
		return 0
	case a == "" || b != "" && b < a:
		return 1
	}
	return -1
}

// Attributed is the receipt with what the charge behind it was for, where the
// upstream does not show that yet: payments reach the claims later, and a copay
// may have no claim at all. A line of a charge fills what no line is there for,
// and the day of a copay that has none. What is of more money than is left
// unassigned is left out.
func (i Receipt) Attributed(charge []Line) Receipt {
	lines := slices.Clone(i.Lines)
	rest := i.Unassigned()
	for _, c := range charge {
		same := func(l ReceiptLine) bool {
			return l.Bill == c.Bill || l.Kind == Copay && c.Kind == Copay && l.Bill == "" && l.Paid == c.Amount
		}
		if at := slices.IndexFunc(lines, same); at >= 0 {
			if lines[at].Kind == Copay {
				lines[at].Bill = c.Bill
				if lines[at].Service == "" {
					lines[at].Service = c.Service
				}
			}
			continue
		}
		if rest.Less(c.Amount) {
			continue
		}
		rest = rest.Minus(c.Amount)
		lines = append(lines, ReceiptLine{Bill: c.Bill, Kind: c.Kind, Service: c.Service, Description: c.Title, Paid: c.Amount})
	}
	return i.With(lines)
}
