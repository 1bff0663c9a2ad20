package payment

import (
	"errors"
	"slices"
)

// The values of the radio group "pay" on the amount page.
const (
	PayAll   = "all"   // everything that can be paid now
	PaySome  = "some"  // the bills whose boxes are ticked
	PayOther = "other" // an amount of the payer's choice
)

// The inputs of the amount page.
const (
	FieldPay    = "pay"
	FieldBill   = "bill"
	FieldAmount = "amount"
)

// SmallestCharge is the least that a payer can choose to pay, $1.00, unless
// they owe less: below it the practice pays more in fees than it receives.
var SmallestCharge = Cents(100)

// Choice is what the payer chose on the amount page, as it was typed.
type Choice struct {
	Pay    string
	Bills  []string // ids, with PaySome
	Amount string   // with PayOther
}

// Line is the part of a charge that pays one bill.
type Line struct {
	Bill   string `json:"bill"` // the bill's ID
	Kind   Kind   `json:"kind"`
	Number string `json:"number"` // the upstream's claim or appointment id
	// Service is the day of the visit, to tell the payer what was paid.
	Service Day    `json:"service,omitempty"`
	Title   string `json:"title,omitempty"`
	Amount  Amount `json:"amount"`
	// Balance is what the upstream said was owed of the bill when the line was
	// made.
	Balance Amount `json:"balance"`
}

// Charge is what the payer asks the practice to collect: fixed once it is
// made.
type Charge struct {
	Lines []Line `json:"lines"`
}

// Total is the sum of the lines.
func (c Charge) Total() Amount {
	var sum Amount
	for _, l := range c.Lines {
		sum = sum.Plus(l.Amount)
	}
	return sum
}

// Validate refuses a charge that must not reach the upstream: without lines,
// with an empty line, with two lines for one bill, or with more than one
// copay (the upstream takes one appointment per payment).
func (c Charge) Validate() error {
	if len(c.Lines) == 0 {
		return errors.New("charge: no lines")
	}
	copays := 0
	seen := map[string]bool{}
	for _, l := range c.Lines {
		switch {
		case l.Amount.IsZero():
			return errors.New("charge: line without an amount")
		case l.Bill != BillID(l.Kind, l.Number) || l.Number == "":
			return errors.New("charge: line without its bill")
		case l.Kind != Copay && l.Kind != Claim:
			return errors.New("charge: line of unknown kind")
		case seen[l.Bill]:
			return errors.New("charge: two lines for one bill")
		case l.Balance.Less(l.Amount):
			return errors.New("charge: line above the balance of its bill")
		}
		seen[l.Bill] = true
		if l.Kind == Copay {
			copays++
		}
	}
	if copays > 1 {
		return errors.New("charge: more than one copay")
	}
	return nil
}

// Charge turns the choice into a charge against what is owed, or says what is
// wrong with it. Another amount pays the bills in their order, today's copay
// first, then the oldest visit.
func (c Choice) Charge(s Statement) (Charge, []Problem) {
	payable, due := s.Payable(), s.Due()
	refuse := func(code, field, text string) (Charge, []Problem) {
		return Charge{}, []Problem{{Code: code, Field: field, Text: text}}
	}
	if len(payable) == 0 {
		return refuse("nothing_due", "", "There is nothing to pay right now")
	}
	switch c.Pay {
	case PayAll:
		return spread(payable, due), nil
	case PaySome:
		bills, known := pick(payable, c.Bills)
		var sum Amount
		for _, b := range bills {
			sum = sum.Plus(b.Owed)
		}
		if !known {
			return refuse("bill_gone", FieldBill, "One of the bills you chose can no longer be paid here. Choose again.")
		}
		if len(bills) == 0 {
			return refuse("bill_empty", FieldBill, "Choose at least one bill")
		}
		return spread(bills, sum), nil
	case PayOther:
		if normalize(c.Amount) == "" {
			return refuse("amount_empty", FieldAmount, "Enter the amount you want to pay")
		}
		amount, err := ReadAmount(c.Amount)
		smallest := SmallestCharge
		if due.Less(smallest) {
			smallest = due
		}
		switch {
		case err != nil:
			return refuse("amount_form", FieldAmount, "Enter an amount in dollars and cents, like 45.50")
		case amount.Less(smallest):
			return refuse("amount_small", FieldAmount, "The smallest payment is "+smallest.Display()+".")
		case due.Less(amount):
			return refuse("amount_big", FieldAmount, s.most(due))
		}
		return spread(payable, amount), nil
	}
	return refuse("pay_empty", FieldPay, "Choose what you want to pay")
}

// Again is the same charge against what is owed now, for another try; false
// where one of its bills does not ask for that much any more. The lines know
// the balances of now, on which Reserve rests once the new try is sent.
func (c Charge) Again(s Statement) (Charge, bool) {
	bills := map[string]Bill{}
	for _, b := range s.Payable() {
		bills[b.ID] = b
	}
	again := Charge{Lines: slices.Clone(c.Lines)}
	for i, l := range again.Lines {
		b := bills[l.Bill]
		if b.Owed.Less(l.Amount) {
			return Charge{}, false
		}
		again.Lines[i].Balance = b.Balance
	}
	return again, true
}

// pick are those of the bills that have one of the ids, in the bills' order;
// known is false where an id is none of theirs.
func pick(bills []Bill, ids []string) (picked []Bill, known bool) {
	chosen := map[string]bool{}
	for _, id := range ids {
		chosen[id] = true
	}
	for _, b := range bills {
		if chosen[b.ID] {
			picked = append(picked, b)
			delete(chosen, b.ID)
		}
	}
	return picked, len(chosen) == 0
}

// most says how much can be paid: what is owed, or, where payments are still
// in doubt, what is certainly left of it.
func (s Statement) most(due Amount) string {
	for _, b := range s.Bills {
		if b.Owed != b.Balance || b.Hold == HoldChecking || b.Hold == HoldPaid {
			return "You can pay up to " + due.Display() + " now. Enter " + due.Display() + " or less."
		}
	}
	return "You owe " + due.Display() + ". Enter " + due.Display() + " or less."
}

// spread pays the bills one after another until the amount is used up.
func spread(bills []Bill, amount Amount) Charge {
	var c Charge
	for _, b := range bills {
		part := b.Owed
		if amount.Less(part) {
			part = amount
		}
		if part.IsZero() {
			break
		}
		c.Lines = append(c.Lines, Line{
			Bill: b.ID, Kind: b.Kind, Number: b.Number,
			Service: b.Service, Title: b.Title, Amount: part, Balance: b.Balance,
		})
		amount = amount.Minus(part)
	}
	return c
}
