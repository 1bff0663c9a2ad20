package payment

import (
	"strings"
	"time"
)

// Day is a calendar day of the practice, written "2026-10-02"; the zero value
// is no day.
type Day string

// DayOf is the day of t in t's own location.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// Words is the form for people: "October 2, 2026".
func (d Day) Words() string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return t.Format("January 2, 2006")
}

// Kind says what a bill or a line of a charge is for.
type Kind string

const (
	Copay Kind = "copay" // the patient's part of a visit, due at the visit
	Claim Kind = "claim" // what is left of a visit's bill after insurance
)

// Hold says why a bill cannot be paid here now. The empty Hold is a bill that
// can be paid.
type Hold string

const (
	HoldArranged  Hold = "arranged"  // on a plan, a card on file or in collections: athenahealth's "not clean"
	HoldElsewhere Hold = "elsewhere" // owed to another provider group of the practice, which this department cannot collect for
	HoldInsurance Hold = "insurance" // still with the insurance, nothing to pay yet
	HoldChecking  Hold = "checking"  // a payment of it was sent and its result is not known yet
	HoldFound     Hold = "found"     // a payment was found that may have been for it, and nothing more is known of it
	HoldPaid      Hold = "paid"      // a payment of it was taken lately, which the upstream may not show yet
)

// Words is the reason for the payer.
func (h Hold) Words() string {
	switch h {
	case HoldArranged:
		return "The practice has another arrangement for this bill, such as a payment plan or a card on file."
	case HoldElsewhere:
		return "For another part of the practice. It cannot be paid on this page; call the practice to pay it."
	case HoldInsurance:
		return "With your insurance. Nothing to pay yet."
	case HoldChecking:
		return "A payment for this was sent, and its result is not known yet. Do not pay it again."
	case HoldFound:
		return "A payment of yours was found that may have been for this. The practice's system may take a day to show it. Do not pay it again."
	case HoldPaid:
		return "You paid this. The practice's system may take a day to show it."
	}
	return ""
}

// Bill is one thing that a patient owes, or will owe, to the practice.
type Bill struct {
	// ID names the bill within its patient: "claim-501" or "copay-880123".
	ID string `json:"id"`
	// Kind says whether Number is a claim id or an appointment id.
	Kind   Kind   `json:"kind"`
	Number string `json:"number"`
	// Service is the day of the visit.
	Service Day `json:"service,omitempty"`
	// Title is what was done, in the claim's words ("Office visit").
	Title string `json:"title,omitempty"`
	// Billed and Insurance are what the visit cost and what the insurance paid
	// of it; both zero where the upstream does not say.
	Billed    Amount `json:"billed"`
	Insurance Amount `json:"insurance"`
	// Balance is what the upstream says is owed.
	Balance Amount `json:"balance"`
	// Owed is what the patient can be asked for now: the balance, less money
	// that is on its way for the bill (see Reserve).
	Owed Amount `json:"owed"`
	// Decided is when the patient's part became known, after the insurance had
	// its say; empty where the upstream does not tell.
	Decided Day  `json:"decided,omitempty"`
	Hold    Hold `json:"hold,omitempty"`
}

// BillID is the identifier of a bill of the given kind and upstream number.
func BillID(k Kind, number string) string { return string(k) + "-" + number }

// Payable reports whether the bill can be paid here now.
func (b Bill) Payable() bool { return b.Hold == "" && !b.Owed.IsZero() }

// Statement is what a patient owes to a practice at one moment.
type Statement struct {
	// GivenName and Name are the patient's, for headings and for the receipt.
	GivenName string `json:"givenName"`
	Name      string `json:"name"`
	// Bills are in the order in which they are shown and paid: today's copay,
	// then the oldest visit first.
	Bills []Bill `json:"bills"`
	// Credit is money the practice holds for the patient.
	Credit Amount `json:"credit"`
}

// Payable are the bills that can be paid here now.
func (s Statement) Payable() []Bill {
	var bills []Bill
	for _, b := range s.Bills {
		if b.Payable() {
			bills = append(bills, b)
		}
	}
	return bills
}

// Due is the sum of everything that can be paid here now.
func (s Statement) Due() Amount {
	var sum Amount
	for _, b := range s.Payable() {
		sum = sum.Plus(b.Owed)
	}
	return sum
}

// Spent is money that went, or may have gone, to a bill: a line of a charge
// that was taken lately or whose result is not known. Or it is a line of a
// payment plan, which takes the bill over and moves no money yet.
type Spent struct {
	Line
	Known   bool // that it was taken
	Planned bool // by a payment plan
}

// Reserve takes money that went to the bills off what they ask for, so that
// nothing is asked for twice. The upstream's balance may or may not show it
// already. So a bill asks for no more than its balance, and for no more than
// what the highest balance that any of the payments knew leaves after all of
// them: right whether the upstream is early, late or never. A bill of which
// nothing is left is held, and so is one with a payment of which nobody knows:
// nothing else is sent for it until that is settled. A bill that a plan took over
// is held as one that is arranged, which the upstream may not show yet.
func (s Statement) Reserve(spent []Spent) Statement {
	bills := make([]Bill, len(s.Bills))
	for i, b := range s.Bills {
		var known, sum Amount
		var paid, planned, doubt bool
		for _, l := range spent {
			if l.Bill != b.ID {
				continue
			}
			if l.Planned {
				planned, doubt = planned || l.Known, doubt || !l.Known
				continue
			}
			if known.Less(l.Balance) {
				known = l.Balance
			}
			sum = sum.Plus(l.Amount)
			paid, doubt = paid || l.Known, doubt || !l.Known
		}
		left := known.Minus(sum)
		switch {
		case b.Hold != "":
		case doubt:
			b.Hold = HoldChecking
		case planned:
			b.Hold = HoldArranged
		case paid && left.IsZero():
			b.Owed, b.Hold = b.Balance, HoldPaid
		case paid && left.Less(b.Owed):
			b.Owed = left
		}
		bills[i] = b
	}
	s.Bills = bills
	return s
}

// Withhold holds every bill that could be paid, for a reason that is not about
// one of them.
func (s Statement) Withhold(h Hold) Statement {
	bills := make([]Bill, len(s.Bills))
	for i, b := range s.Bills {
		if b.Hold == "" {
			b.Hold = h
		}
		bills[i] = b
	}
	s.Bills = bills
	return s
}

// Sentence turns the upper-case text of a claim ("OFFICE VISIT") into words.
func Sentence(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || s != strings.ToUpper(s) {
		return s
	}
	r := []rune(strings.ToLower(s))
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
