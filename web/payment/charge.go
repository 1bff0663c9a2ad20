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
	PayToday = "today" // an amount for today's visit, of which there is no bill yet
)

// The inputs of the amount page.
const (
	FieldPay    = "pay"
	FieldBill   = "bill"
	FieldAmount = "amount"
	FieldToday  = "today" // the amount, with PayToday
	// FieldSurplus repeats the amount, in its wire form, of a payer who was told
	// that it is more than they owe and goes on with it.
	FieldSurplus = "surplus"
)

// SmallestCharge is the least that a payer can choose to pay, $1.00, unless
// they owe less: below it the practice pays more in fees than it receives.
var SmallestCharge = Cents(100)

// Choice is what the payer chose on the amount page, as it was typed.
type Choice struct {
	Pay     string
	Bills   []string // ids, with PaySome
	Amount  string   // with PayOther
	Today   string   // with PayToday
	Surplus string   // see FieldSurplus
}

// Line is the part of a charge that pays one bill, or is for no bill at all.
type Line struct {
	Bill   string   `json:"bill"` // the bill's ID
	Kind   BillKind `json:"kind"`
	Number string   `json:"number"` // the upstream's claim or appointment id, or AccountNumber
	// Service is the day of the visit, to tell the payer what was paid.
	Service Day    `json:"service,omitempty"`
	Title   string `json:"title,omitempty"`
	Amount  Amount `json:"amount"`
	// Balance is what the upstream said was owed of the bill when the line was
	// made, and at least Amount where the line is for no bill.
	Balance Amount `json:"balance"`
}

// Charge is what the payer asks the practice to collect: fixed once it is
// made.
type Charge struct {
	Lines []Line `json:"lines"`
	// AsOne says that the practice does not want to be told which claims are
	// paid: what is for claims goes to it as one amount, and it applies it
	// itself. The lines still say what the payer pays.
	AsOne bool `json:"asOne,omitempty"`
}

// Unapplied is what of the charge is for no bill.
func (c Charge) Unapplied() Amount {
	var sum Amount
	for _, l := range c.Lines {
		if l.Kind == Unapplied {
			sum = sum.Plus(l.Amount)
		}
	}
	return sum
}

// Spread reports whether it is the practice that says which claims the charge
// pays: because it wants it so, or because some of the money is for none. The
// upstream has one field for money without a claim, and it is not known whether
// that adds to what is said of claims; so all of it goes there.
func (c Charge) Spread() bool {
	return c.AsOne || !c.Unapplied().IsZero()
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
// copay (the upstream takes one appointment per payment). Money for today's
// visit stands alone: the upstream applies all that has no bill to that visit.
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
		case l.Kind != Copay && l.Kind != Claim && l.Kind != Unapplied && l.Kind != Today:
			return errors.New("charge: line of unknown kind")
		case (l.Kind == Unapplied) != (l.Number == AccountNumber):
			return errors.New("charge: line for no bill with the number of one")
		case l.Kind == Today && len(c.Lines) > 1:
			return errors.New("charge: today's visit beside something else")
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
// first, then the oldest visit. What is left of it then is for no bill: the
// payer is asked once whether they mean it, with the code amount_surplus, unless
// they owe nothing, where nothing else can be meant.
func (c Choice) Charge(s Statement) (Charge, []Problem) {
	payable, due := s.Payable(), s.Due()
	refuse := func(p *Problem) (Charge, []Problem) { return Charge{}, []Problem{*p} }
	if c.Pay == PayToday && s.Visit != nil {
		return c.today(*s.Visit)
	}
	if len(payable) == 0 && (c.Pay != PayOther || s.Most.IsZero()) {
		return refuse(problem("nothing_due", ""))
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
			return refuse(problem("bill_gone", FieldBill))
		}
		if len(bills) == 0 {
			return refuse(problem("bill_empty", FieldBill))
		}
		return spread(bills, sum), nil
	case PayOther:
		smallest := SmallestCharge
		if !due.IsZero() && due.Less(smallest) {
			smallest = due
		}
		amount, wrong := readChosen(c.Amount, FieldAmount, smallest)
		surplus := amount.Minus(due)
		switch {
		case wrong != nil:
			return refuse(wrong)
		case surplus.IsZero():
			return spread(payable, amount), nil
		case s.Most.IsZero():
			return refuse(problem("amount_big", FieldAmount, "partly", s.partly(), "due", due))
		case s.Most.Less(surplus) && due.IsZero():
			return refuse(problem("amount_big", FieldAmount, "most", s.Most).named("amount_big_free"))
		case s.Most.Less(surplus):
			return refuse(problem("amount_big", FieldAmount, "partly", s.partly(), "due", due, "most", due.Plus(s.Most)).named("amount_big_most"))
		case !due.IsZero() && c.Surplus != amount.String():
			return refuse(problem("amount_surplus", FieldAmount, "partly", s.partly(), "due", due, "surplus", surplus))
		}
		return spread(payable, due).and(surplus), nil
	}
	return refuse(problem("pay_empty", FieldPay))
}

// readChosen reads an amount that the payer chose and typed.
func readChosen(typed, field string, smallest Amount) (Amount, *Problem) {
	amount, err := ReadAmount(typed)
	switch {
	case normalize(typed) == "":
		return amount, problem(field+"_empty", field)
	case err != nil:
		return amount, problem(field+"_form", field)
	case amount.Less(smallest):
		return amount, problem(field+"_small", field, "smallest", smallest)
	}
	return amount, nil
}

// today is the charge of an amount for today's visit.
func (c Choice) today(v Visit) (Charge, []Problem) {
	amount, wrong := readChosen(c.Today, FieldToday, SmallestCharge)
	if wrong == nil && v.Most.Less(amount) {
		wrong = problem("today_big", FieldToday, "most", v.Most)
	}
	if wrong != nil {
		return Charge{}, []Problem{*wrong}
	}
	return Charge{Lines: []Line{{Bill: BillID(Today, v.Number), Kind: Today, Number: v.Number,
		Service: v.Day, Title: "Payment for your visit", Amount: amount, Balance: amount}}}, nil
}

// and is the charge with more money than its bills ask for.
func (c Charge) and(surplus Amount) Charge {
	for i, l := range c.Lines {
		if l.Kind == Unapplied {
			c.Lines[i].Amount = l.Amount.Plus(surplus)
			c.Lines[i].Balance = larger(l.Balance, c.Lines[i].Amount)
			return c
		}
	}
	c.Lines = append(c.Lines, Line{Bill: BillID(Unapplied, AccountNumber), Kind: Unapplied, Number: AccountNumber,
		Title: "For no bill, kept on the account", Amount: surplus, Balance: surplus})
	return c
}

func larger(a, b Amount) Amount {
	if a.Less(b) {
		return b
	}
	return a
}

// Again is the same charge against what is owed now, for another try; false
// where one of its bills does not ask for that much any more, or the practice
// does not take as much that is for no bill. The lines know the balances of now,
// on which Net rests once the new try is sent.
func (c Charge) Again(s Statement) (Charge, bool) {
	bills := map[string]Bill{}
	for _, b := range s.Bills {
		bills[b.ID] = b
	}
	again := Charge{Lines: slices.Clone(c.Lines)}
	for i, l := range again.Lines {
		b, listed := bills[l.Bill]
		free := Amount{} // what may be paid above what is owed
		switch {
		case listed && !b.Payable():
			return Charge{}, false
		case l.Kind == Unapplied:
			free = s.Most
		case l.Kind == Today && s.Visit != nil && s.Visit.Number == l.Number:
			free = s.Visit.Most
		}
		if b.Owed.Plus(free).Less(l.Amount) {
			return Charge{}, false
		}
		again.Lines[i].Balance = b.Balance
		if !free.IsZero() {
			again.Lines[i].Balance = larger(b.Balance, l.Amount)
		}
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

// partly reports whether more may be owed than can be paid now: payments are
// still in doubt, and only what is certainly left of the bills can be paid.
func (s Statement) partly() bool {
	for _, b := range s.Bills {
		if b.Owed != b.Balance || b.Hold == HoldChecking || b.Hold == HoldPaid {
			return true
		}
	}
	return false
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
