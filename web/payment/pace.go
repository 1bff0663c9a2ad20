package payment

import "strconv"

// Pace is in how many payments a total can be paid, and how much each month.
type Pace struct {
	Count   int
	Monthly Amount
}

// paces are how many payments people think of: of a quarter of a year up to two
// years, and where that is too little each month, of fewer.
var paces = [2][]int{{3, 6, 12, 24}, {2, 3, 4}}

// Paces are what is offered for the bills that were chosen of those that can go
// into a plan, or for all of them where none was, and what they are together.
func (c PlanChoice) Paces(plannable []Bill, minimum Amount) (total Amount, offered []Pace) {
	bills, _ := pick(plannable, c.Bills)
	if len(bills) == 0 {
		bills = plannable
	}
	for _, b := range bills {
		total = total.Plus(b.Balance)
	}
	return total, pacesOf(total, minimum)
}

// pacesOf are the fewest payments first.
func pacesOf(total, minimum Amount) []Pace {
	var possible []Pace
	for _, counts := range paces {
		possible = nil
		for _, n := range counts {
			p := paceOf(total, n)
			if !p.Monthly.Less(SmallestCycle(total, larger(minimum, SmallestCharge))) && !last(total, p.Monthly).Less(SmallestCharge) {
				possible = append(possible, p)
			}
		}
		if len(possible) > 1 {
			break
		}
	}
	return possible
}

// paceOf parts a total evenly; the last payment is some cents less.
func paceOf(total Amount, count int) Pace {
	return Pace{Count: count, Monthly: Cents((total.cents + int64(count) - 1) / int64(count))}
}

// PlanChoice is what the payer chose on the page of a payment plan, as it was
// typed.
type PlanChoice struct {
	Bills    []string // ids
	Payments string   // a Pace's count, or PayOther, as it is where there are none
	Monthly  string
	Start    Day // one of FirstDays
}

// monthly is the amount of each month that was chosen for a total, as it was
// typed, and the input that it comes from.
func (c PlanChoice) monthly(total Amount) (typed, field string) {
	for _, counts := range paces {
		for _, n := range counts {
			if c.Payments == strconv.Itoa(n) {
				return paceOf(total, n).Monthly.String(), FieldPayments
			}
		}
	}
	return c.Monthly, FieldMonthly
}

// Paced is the choice with its amount as one of the paces, where it is one.
func (c PlanChoice) Paced(plannable []Bill, minimum Amount) PlanChoice {
	_, paces := c.Paces(plannable, minimum)
	for _, p := range paces {
		if p.Monthly.String() == c.Monthly {
			c.Payments, c.Monthly = strconv.Itoa(p.Count), ""
		}
	}
	return c
}
