package payment

import (
	"slices"
	"time"
)

// The inputs of the page of a payment plan, beside the boxes of the bills.
const (
	FieldPayments = "payments" // in how many payments, or PayOther: of an amount that is typed
	FieldMonthly  = "monthly"  // the amount of each month
	FieldStart    = "start"    // the day of the first payment
)

// MostInstallments is how many payments a plan may have: five years of them.
// No card that is taken today outlives many more.
const MostInstallments = 60

// Installment is one payment of a plan.
type Installment struct {
	Day    Day    `json:"day"`
	Amount Amount `json:"amount"`
}

// Schedule is when a monthly plan takes how much: the cycle on the day of its
// start, and on the same day of each month after that, or on the last day of a
// month that is too short, until nothing is left. The last payment takes what
// is left. It is as the upstream does it (docs/upstream-api.md#paymentplan),
// provided that the plan is made before the day of its start. It is empty where
// there is nothing to pay, nothing to pay with, no such day, or more than
// MostInstallments.
func Schedule(total, cycle Amount, start Day) []Installment {
	first, ok := start.date()
	if !ok {
		return nil
	}
	return schedule(total, cycle, first, 0)
}

// schedule leaves off the first months of a plan.
func schedule(total, cycle Amount, first time.Time, months int) []Installment {
	count := installments(total, cycle)
	if count > MostInstallments {
		return nil
	}
	var plan []Installment
	for i := range count {
		amount := cycle
		if total.Less(cycle) {
			amount = total
		}
		total = total.Minus(amount)
		plan = append(plan, Installment{Day: monthsAfter(first, months+i), Amount: amount})
	}
	return plan
}

// installments is the number of payments, zero where there can be none.
func installments(total, cycle Amount) int {
	if cycle.IsZero() {
		return 0
	}
	return int((total.cents + cycle.cents - 1) / cycle.cents)
}

// last is the last payment of a plan.
func last(total, cycle Amount) Amount {
	n := installments(total, cycle)
	if n == 0 {
		return Amount{}
	}
	return total.Minus(Cents(cycle.cents * int64(n-1)))
}

// Even is the least amount a month, from cycle on, with which the last payment
// of a plan is no smaller than any charge may be; the total where there is none
// below it.
func Even(total, cycle Amount) Amount {
	for cycle.Less(total) && last(total, cycle).Less(SmallestCharge) {
		cycle = cycle.Plus(Cents(1))
	}
	if total.Less(cycle) {
		return total
	}
	return cycle
}

// monthsAfter is the same day some months later, or the last of that month.
func monthsAfter(t time.Time, months int) Day {
	first := time.Date(t.Year(), t.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DayOf(first.AddDate(0, 0, min(t.Day(), last)-1))
}

// date is the day as a time in UTC; ok is false where it is no day.
func (d Day) date() (t time.Time, ok bool) {
	t, err := time.Parse(time.DateOnly, string(d))
	return t, err == nil
}

// FirstDays are the days on which a plan can begin that is made today: the day
// after, the next 1st and the next 15th of a month, in their order and none
// twice. The first is the upstream's default. None of them is today, because
// a plan that starts today is billed a month later.
func FirstDays(today Day) []Day {
	t, ok := today.date()
	if !ok {
		return nil
	}
	tomorrow := t.AddDate(0, 0, 1)
	days := []Day{DayOf(tomorrow)}
	for _, of := range []int{1, 15} {
		next := time.Date(tomorrow.Year(), tomorrow.Month(), of, 0, 0, 0, 0, time.UTC)
		if next.Before(tomorrow) {
			next = next.AddDate(0, 1, 0)
		}
		days = append(days, DayOf(next))
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// Plannable reports whether the whole of the bill can go into a plan now: a
// claim with a clean balance, of which no part has been paid that the upstream
// does not show yet, because it takes all that it shows.
func (b Bill) Plannable() bool {
	return b.Kind == Claim && b.Payable() && b.Owed == b.Balance
}

// Plannable are the bills that can go into a plan. There are none where all of
// them together are less than one payment of the smallest plan, or where the
// practice has no plans: minimum is zero.
func (s Statement) Plannable(minimum Amount) []Bill {
	var bills []Bill
	var sum Amount
	for _, b := range s.Bills {
		if b.Plannable() {
			bills = append(bills, b)
			sum = sum.Plus(b.Balance)
		}
	}
	if minimum.IsZero() || sum.Less(minimum) {
		return nil
	}
	return bills
}

// SmallestCycle is the least that can be paid each month for a total: the
// practice's minimum, or as much as it takes to be done in time.
func SmallestCycle(total, minimum Amount) Amount {
	if inTime := Cents((total.cents + MostInstallments - 1) / MostInstallments); minimum.Less(inTime) {
		return inTime
	}
	return minimum
}

// Terms turns the choice into the terms of a monthly plan and the charge that
// says which bills it pays, each of them whole, or says what is wrong with it.
// minimum is the practice's for one payment, today the day of FirstDays.
func (c PlanChoice) Terms(s Statement, minimum Amount, today Day) (Charge, PlanTerms, []Problem) {
	plannable := s.Plannable(minimum)
	if len(plannable) == 0 {
		return Charge{}, PlanTerms{}, []Problem{{Code: "plan_none"}}
	}
	var problems []Problem
	refuse := func(code, field string, parameters ...any) {
		problems = append(problems, *problem(code, field, parameters...))
	}
	bills, known := pick(plannable, c.Bills)
	var total Amount
	for _, b := range bills {
		total = total.Plus(b.Balance)
	}
	switch {
	case !known:
		refuse("bill_gone", FieldBill)
	case len(bills) == 0:
		refuse("bill_empty", FieldBill)
	case total.Less(minimum):
		refuse("bill_small", FieldBill, "minimum", minimum)
	}
	sound := len(problems) == 0 // total is what a plan would be about
	typed, field := c.monthly(total)
	cycle, err := ReadAmount(typed)
	_, paces := c.Paces(plannable, minimum)
	minimum = larger(minimum, SmallestCharge)
	smallest := SmallestCycle(total, minimum)
	switch {
	case field == FieldPayments && !sound: // of no total that is known
	case normalize(typed) == "" && c.Payments != PayOther && len(paces) > 0:
		refuse("payments_empty", FieldPayments)
	case normalize(typed) == "":
		refuse("monthly_empty", field)
	case err != nil:
		refuse("monthly_form", field)
	case cycle.Less(minimum) && (!sound || smallest == minimum):
		refuse("monthly_small", field, "minimum", minimum)
	case sound && cycle.Less(smallest):
		refuse("monthly_long", field, "most", MostInstallments, "total", total, "smallest", smallest)
	case sound && total.Less(cycle):
		refuse("monthly_big", field, "total", total)
	case sound && last(total, cycle).Less(SmallestCharge):
		even := Even(total, cycle)
		refuse("monthly_rest", field, "monthly", cycle, "last", last(total, cycle), "smallest", SmallestCharge, "even", even, "count", installments(total, even))
	}
	if !slices.Contains(FirstDays(today), c.Start) {
		refuse("start_empty", FieldStart)
	}
	if len(problems) > 0 {
		return Charge{}, PlanTerms{}, problems
	}
	terms := PlanTerms{Cycle: cycle, Frequency: Monthly, Start: c.Start}
	for _, b := range bills {
		terms.Claims = append(terms.Claims, b.Number)
	}
	return spread(bills, total), terms, nil
}

// Whole reports whether each line still pays exactly the whole of its bill,
// and the bill can still go into a plan. The upstream's plan takes what is
// owed when it is made, whatever the payer has seen before.
func (c Charge) Whole(s Statement) bool {
	for _, l := range c.Lines {
		i := slices.IndexFunc(s.Bills, func(b Bill) bool { return b.ID == l.Bill })
		if i < 0 || !s.Bills[i].Plannable() || s.Bills[i].Balance != l.Amount {
			return false
		}
	}
	return len(c.Lines) > 0
}

// ExpiresBefore is the problem of a card that is no longer good on the last
// day of a plan, or nil.
func ExpiresBefore(e Expiry, last Day) *Problem {
	t, ok := last.date()
	if !ok || !e.Before(t) {
		return nil
	}
	return problem("expiry_plan", FieldExpiry, "expiry", e, "last", Expiry{Year: t.Year(), Month: t.Month()})
}
