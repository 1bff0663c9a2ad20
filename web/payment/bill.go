package payment

import (
	"slices"
	"strings"
	"time"
)

// Day is a calendar day of the practice, written "2026-10-02"; the zero value
// is no day.
type Day string

// DayOf is the day of t in t's own location.
func DayOf(t time.Time) Day { return Day(t.Format(time.DateOnly)) }

// BillKind says what a bill or a line of a charge is for.
type BillKind string

const (
	Copay BillKind = "copay" // the patient's part of a visit, due at the visit
	Claim BillKind = "claim" // what is left of a visit's bill after insurance
	// Unapplied is money for no bill that we know: of an account's balance that
	// no claim explains, or more than is owed. The practice keeps it on the
	// patient's account and applies it.
	Unapplied BillKind = "other"
	Today     BillKind = "today" // for today's visit, of which there is no bill yet
)

// AccountNumber stands for a claim's number where money is for no bill: there is
// one such line in a charge, and one such payment of a patient under way.
const AccountNumber = "account"

// Hold says why a bill cannot be paid here now. The empty Hold is a bill that
// can be paid.
type Hold string

const (
	HoldArranged  Hold = "arranged"  // athenahealth's "not clean": on a plan, a card on file or in collections, or it does not say
	HoldPlanned   Hold = "planned"   // in a payment plan
	HoldCollected Hold = "collected" // in collections
	HoldElsewhere Hold = "elsewhere" // owed to another provider group of the practice, which this department cannot collect for
	HoldInsurance Hold = "insurance" // still with the insurance, nothing to pay yet
	HoldChecking  Hold = "checking"  // a payment of it was sent and its result is not known yet
	HoldFound     Hold = "found"     // a payment was found that may have been for it, and nothing more is known of it
	HoldPaid      Hold = "paid"      // a payment of it was taken lately, which the upstream may not show yet
)

// Bill is one thing that a patient owes, or will owe, to the practice.
type Bill struct {
	// ID names the bill within its patient: "claim-501" or "copay-880123".
	ID string `json:"id"`
	// Kind says whether Number is a claim id or an appointment id.
	Kind   BillKind `json:"kind"`
	Number string   `json:"number"`
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
	// that is on its way for the bill (see Net).
	Owed Amount `json:"owed"`
	// Decided is when the patient's part became known, after the insurance had
	// its say; empty where the upstream does not tell.
	Decided Day  `json:"decided,omitempty"`
	Hold    Hold `json:"hold,omitempty"`
}

// BillID is the identifier of a bill of the given kind and upstream number.
func BillID(k BillKind, number string) string { return string(k) + "-" + number }

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
	// Credit is money the practice holds for the patient: what its balance says
	// that they owe less than all their bills together.
	Credit Amount `json:"credit"`
	// Most is how much more than is owed can be paid here at once, for no bill;
	// zero: nothing.
	Most Amount `json:"most,omitzero"`
	// Visit is today's visit where something can be paid for it before there is a
	// bill; nil: there is none.
	Visit *Visit `json:"visit,omitempty"`
}

// Visit is a visit of which there is no bill yet, and no copay.
type Visit struct {
	Number string `json:"number"` // the upstream's appointment id
	Day    Day    `json:"day"`
	Most   Amount `json:"most"` // that can be paid for it at once
}

// pendingLasts is how many days after a visit an insurance may still be asked to
// pay for it. The longest that a large one allows is a calendar year (Medicare,
// 42 CFR 424.44): what nobody paid and nobody owes after that is history.
const pendingLasts = 366

// Current is the statement without what is history: bills of which nothing is
// owed and nothing is to be expected any more on a day.
func (s Statement) Current(today Day) Statement {
	now, ok := today.date()
	s.Bills = slices.DeleteFunc(slices.Clone(s.Bills), func(b Bill) bool {
		visit, known := b.Service.date()
		return b.Hold == HoldInsurance && b.Owed.IsZero() && ok && (!known || visit.AddDate(0, 0, pendingLasts).Before(now))
	})
	return s
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

// Pending is money that went, or may have gone, to a bill: a line of a charge
// that was taken lately or whose result is not known. Or it is a line of a
// payment plan, which takes the bill over and moves no money yet.
type Pending struct {
	Line
	Known   bool // that it was taken
	Planned bool // by a payment plan
}

// Net takes money that went to the bills off what they ask for, so that
// nothing is asked for twice. The upstream's balance may or may not show it
// already. So a bill asks for no more than its balance, and for no more than
// what the highest balance that any of the payments knew leaves after all of
// them: right whether the upstream is early, late or never. A bill of which
// nothing is left is held, and so is one with a payment of which nobody knows:
// nothing else is sent for it until that is settled. A bill that a plan took over
// is held as one that is in it, which the upstream may not show yet.
//
// What no claim explains of an account's balance asks for less by all money that
// went anywhere, and so does the credit: the upstream's sums may know of it
// later or sooner than its claims do. While nobody knows of some of the money,
// none is taken that is for no bill: the payer could mean the same with it.
func (s Statement) Net(pending []Pending) Statement {
	s = s.netAccount(pending)
	bills := make([]Bill, len(s.Bills))
	for i, b := range s.Bills {
		var known, sum Amount
		var paid, planned, doubt bool
		for _, l := range pending {
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
		case b.Hold == HoldArranged && planned:
			b.Hold = HoldPlanned
		case b.Hold != "":
		case doubt:
			b.Hold = HoldChecking
		case planned:
			b.Hold = HoldPlanned
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

// netAccount is Net for what is about no single bill.
func (s Statement) netAccount(pending []Pending) Statement {
	var elsewhere Amount // paid for claims, copays and visits
	for _, l := range pending {
		switch {
		case l.Planned:
			continue
		case !l.Known:
			s.Most, s.Visit = Amount{}, nil
		case s.Visit != nil && l.Number == s.Visit.Number && (l.Kind == Today || l.Kind == Copay):
			s.Visit = nil
		}
		if l.Kind != Unapplied {
			elsewhere = elsewhere.Plus(l.Amount)
		}
		// What was paid for no bill is held from then on: it is the credit.
		if l.Kind == Claim || l.Kind == Copay || !l.Known {
			s.Credit = s.Credit.Minus(l.Amount)
		}
	}
	s.Bills = slices.Clone(s.Bills)
	for i, b := range s.Bills {
		if b.Kind == Unapplied {
			// The lines that are made of it must not know more than that either.
			s.Bills[i].Balance, s.Bills[i].Owed = b.Balance.Minus(elsewhere), b.Owed.Minus(elsewhere)
		}
	}
	return s
}

// Withhold holds every bill that could be paid, for a reason that is not about
// one of them.
func (s Statement) Withhold(h Hold) Statement {
	s.Most, s.Visit = Amount{}, nil
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
