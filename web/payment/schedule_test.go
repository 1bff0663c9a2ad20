package payment

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// plandays draws days over eight years, and the ends of months more often.
func plandays(t *rapid.T) Day {
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 8*365).Draw(t, "day"))
	if rapid.Bool().Draw(t, "end of a month") {
		day = time.Date(day.Year(), day.Month()+1, 1-rapid.IntRange(0, 3).Draw(t, "before its end"), 0, 0, 0, 0, time.UTC)
	}
	return DayOf(day)
}

// Whatever is owed and paid each month: the payments are the total to the
// cent, all but the last are the cycle, the last is above zero and not more,
// and they fall on real days, one in each month, on the start's day or on the
// last of a month that does not have it.
func TestScheduleIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cycle := Cents(rapid.Int64Range(1, 500_00).Draw(t, "cycle"))
		total := Cents(rapid.Int64Range(1, 2*MostInstallments*cycle.Cents()).Draw(t, "total"))
		start := plandays(t)
		plan := Schedule(total, cycle, start)
		if total.Cents() > MostInstallments*cycle.Cents() {
			if plan != nil {
				t.Fatalf("%v at %v each is a plan of %d payments", total, cycle, len(plan))
			}
			return
		}
		var sum Amount
		first, _ := time.Parse(time.DateOnly, string(start))
		for i, p := range plan {
			sum = sum.Plus(p.Amount)
			last := i == len(plan)-1
			if !last && p.Amount != cycle || p.Amount.IsZero() || cycle.Less(p.Amount) {
				t.Fatalf("payment %d of %d is %v, the cycle %v", i, len(plan), p.Amount, cycle)
			}
			day, err := time.Parse(time.DateOnly, string(p.Day))
			if err != nil {
				t.Fatalf("payment %d: %v", i, err)
			}
			if months := (day.Year()-first.Year())*12 + int(day.Month()-first.Month()); months != i {
				t.Fatalf("payment %d is %d months after the first: %v", i, months, p.Day)
			}
			ends := day.AddDate(0, 0, 1).Month() != day.Month()
			if day.Day() != first.Day() && (!ends || day.Day() > first.Day()) {
				t.Fatalf("payment %d of a plan from %v on %v", i, start, p.Day)
			}
		}
		if sum != total {
			t.Fatalf("%v of %v", sum, total)
		}
	})
}

func TestNoSchedule(t *testing.T) {
	for name, plan := range map[string][]Installment{
		"nothing owed":     Schedule(Amount{}, Cents(1), "2026-12-01"),
		"nothing paid":     Schedule(Cents(1), Amount{}, "2026-12-01"),
		"no day":           Schedule(Cents(1), Cents(1), ""),
		"a day that isn't": Schedule(Cents(1), Cents(1), "2026-02-30"),
		"a payment of 1 ¢": Schedule(Cents(999_999_999), Cents(1), "2026-12-01"),
	} {
		if len(plan) != 0 {
			t.Errorf("%s: %v", name, plan)
		}
	}
}

// A plan can begin on any of the days: none is today or earlier, none more
// than a month away, and the default comes first.
func TestFirstDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		today := plandays(t)
		days := FirstDays(today)
		now, _ := time.Parse(time.DateOnly, string(today))
		if len(days) < 2 || days[0] != DayOf(now.AddDate(0, 0, 1)) || !slices.IsSorted(days) || len(slices.Compact(slices.Clone(days))) != len(days) {
			t.Fatalf("%v from %v", days, today)
		}
		for _, d := range days[1:] {
			day, err := time.Parse(time.DateOnly, string(d))
			if err != nil || day.Day() != 1 && day.Day() != 15 || day.After(now.AddDate(0, 0, 31)) {
				t.Fatalf("%v from %v", days, today)
			}
		}
	})
	if days := FirstDays("2026-11-30"); !slices.Equal(days, []Day{"2026-12-01", "2026-12-15"}) {
		t.Errorf("tomorrow is the 1st: %v", days)
	}
	if days := FirstDays("today"); days != nil {
		t.Errorf("from no day: %v", days)
	}
}

// planChoices draws what payers may choose, more often what can be planned.
func planChoices(t *rapid.T, s Statement) PlanChoice {
	if rapid.Bool().Draw(t, "anything") {
		c := PlanChoice{
			Monthly: rapid.SampledFrom([]string{"", "0", "abc", "10", "1,000", s.Due().Plus(Cents(1)).String()}).Draw(t, "monthly"),
			Start:   rapid.SampledFrom([]Day{"", "2026-11-21", "2026-12-01", "2026-12-16"}).Draw(t, "start"),
		}
		for _, b := range s.Bills {
			if rapid.Bool().Draw(t, "tick") {
				c.Bills = append(c.Bills, b.ID)
			}
		}
		return c
	}
	c := PlanChoice{Start: rapid.SampledFrom(FirstDays("2026-11-21")).Draw(t, "start")}
	var total Amount
	for _, b := range s.Plannable(Cents(1)) {
		if rapid.IntRange(0, 3).Draw(t, "tick") > 0 {
			c.Bills = append(c.Bills, b.ID)
			total = total.Plus(b.Balance)
		}
	}
	c.Monthly = Cents(rapid.Int64Range(0, total.Cents()).Draw(t, "monthly")).Display()
	return c
}

// Whatever is owed and chosen: there is either a plan or a problem, and each
// problem belongs to an input. A plan is of whole clean claims and no other,
// the upstream would take it, it has a schedule, and it is above the minimum.
func TestPlanIsOfWholeBills(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := statements(t)
		for i := range s.Bills { // money of some is on its way
			if rapid.IntRange(0, 4).Draw(t, "on its way") == 0 {
				s.Bills[i].Owed = Cents(s.Bills[i].Balance.Cents() / 2)
			}
		}
		minimum := Cents(rapid.SampledFrom([]int64{0, 1, 10_00, 25_00}).Draw(t, "minimum"))
		wholeBills(t, s, minimum, planChoices(t, s))
	})
	owes := Statement{Bills: []Bill{{ID: "claim-501", Kind: Claim, Number: "501", Balance: Cents(100_00), Owed: Cents(100_00)},
		{ID: "claim-502", Kind: Claim, Number: "502", Balance: Cents(50_00), Owed: Cents(50_00)}}}
	for monthly, bills := range map[string][]string{"25": {"claim-501"}, "75.00": {"claim-501", "claim-502"}, "$50": {"claim-502"}} {
		if !wholeBills(t, owes, Cents(10_00), PlanChoice{Bills: bills, Monthly: monthly, Start: FirstDays("2026-11-21")[0]}) {
			t.Errorf("%v by %s is no plan", bills, monthly)
		}
	}
}

// wholeBills checks what becomes of a choice, and reports whether it is a plan.
func wholeBills(t interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, s Statement, minimum Amount, c PlanChoice) bool {
	charge, terms, problems := c.Terms(s, minimum, "2026-11-21")
	if len(problems) > 0 {
		fields := map[string]bool{}
		for _, p := range problems {
			if ProblemText(p) == "" || p.Code == "" || fields[p.Field] || p.Field == "" && len(s.Plannable(minimum)) > 0 {
				t.Fatalf("problems %+v", problems)
			}
			fields[p.Field] = true
		}
		if len(charge.Lines) > 0 || len(terms.Claims) > 0 {
			t.Fatal("a plan beside a problem")
		}
		return false
	}
	if err := terms.Validate("2026-11-21"); err != nil {
		t.Fatal(err)
	}
	if err := charge.Validate(); err != nil {
		t.Fatal(err)
	}
	if len(terms.Claims) != len(c.Bills) || len(charge.Lines) != len(c.Bills) || !charge.Whole(s) {
		t.Fatalf("chosen %v, planned %v", c.Bills, terms.Claims)
	}
	for i, l := range charge.Lines {
		b := s.Bills[slices.IndexFunc(s.Bills, func(b Bill) bool { return b.ID == l.Bill })]
		if l.Kind != Claim || l.Number != terms.Claims[i] || b.Hold != "" || l.Amount != b.Balance || b.Owed != b.Balance {
			t.Fatalf("line %+v of bill %+v", l, b)
		}
	}
	plan := Schedule(charge.Total(), terms.Cycle, terms.Start)
	if len(plan) == 0 || plan[0].Day != c.Start || plan[0].Amount.Less(minimum) || minimum.IsZero() {
		t.Fatalf("%v of %v each: %v", charge.Total(), terms.Cycle, plan)
	}
	return true
}

// A plan rests on balances: when one of them has moved, either way, or the
// bill is held, it is not the plan that the payer saw.
func TestWholeNoticesWhatMoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := statements(t)
		bills := s.Plannable(Cents(1))
		if len(bills) == 0 {
			t.Skip("nothing to plan")
		}
		var sum Amount
		for _, b := range bills {
			sum = sum.Plus(b.Balance)
		}
		charge := spread(bills, sum)
		if !charge.Whole(s) {
			t.Fatal("nothing moved")
		}
		moved := Statement{Bills: slices.Clone(s.Bills)}
		of := rapid.SampledFrom(bills).Draw(t, "bill")
		i := slices.IndexFunc(moved.Bills, func(b Bill) bool { return b.ID == of.ID })
		b := &moved.Bills[i]
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0:
			b.Hold = HoldArranged
		case 1:
			b.Balance, b.Owed = b.Balance.Plus(Cents(1)), b.Owed.Plus(Cents(1))
		case 2:
			b.Balance, b.Owed = b.Balance.Minus(Cents(1)), b.Owed.Minus(Cents(1))
		case 3:
			b.Owed = b.Owed.Minus(Cents(1))
		case 4:
			moved.Bills = slices.Delete(moved.Bills, i, i+1)
		}
		if charge.Whole(moved) {
			t.Fatalf("%+v is still %+v", moved, charge)
		}
	})
}

func TestPlanChoiceSaysWhatIsWrong(t *testing.T) {
	s := Statement{Bills: []Bill{
		{ID: "copay-9", Kind: Copay, Number: "9", Balance: Cents(2500), Owed: Cents(2500)},
		{ID: "claim-1", Kind: Claim, Number: "1", Balance: Cents(12000), Owed: Cents(12000)},
		{ID: "claim-2", Kind: Claim, Number: "2", Balance: Cents(2000), Owed: Cents(2000)},
		{ID: "claim-3", Kind: Claim, Number: "3", Balance: Cents(9900), Owed: Cents(9900), Hold: HoldArranged},
		{ID: "claim-4", Kind: Claim, Number: "4", Balance: Cents(5000), Owed: Cents(3000)},
		{ID: "claim-5", Kind: Claim, Number: "5", Balance: Cents(900001), Owed: Cents(900001)},
	}}
	for _, c := range []struct {
		bills       []string
		monthly     string
		start       Day
		field, text string
	}{
		{nil, "30", "2026-12-01", FieldBill, "Choose at least one bill"},
		{[]string{"copay-9"}, "30", "2026-12-01", FieldBill, "One of the bills you chose can no longer be paid here. Choose again."},
		{[]string{"claim-1", "claim-3"}, "30", "2026-12-01", FieldBill, "One of the bills you chose can no longer be paid here. Choose again."},
		{[]string{"claim-1", "claim-4"}, "30", "2026-12-01", FieldBill, "One of the bills you chose can no longer be paid here. Choose again."},
		{[]string{"claim-2"}, "30", "2026-12-01", FieldBill, "A payment plan is for bills of $25.00 or more. Choose more bills."},
		{[]string{"claim-1"}, " ", "2026-12-01", FieldPayments, "Choose how much you want to pay each month"},
		{[]string{"claim-1"}, "a lot", "2026-12-01", FieldMonthly, "Enter an amount in dollars and cents, like 45.50"},
		{[]string{"claim-1"}, "24.99", "2026-12-01", FieldMonthly, "The smallest monthly payment is $25.00."},
		{[]string{"claim-1"}, "120.01", "2026-12-01", FieldMonthly, "You chose bills of $120.00. Enter $120.00 or less."},
		{[]string{"claim-5"}, "20", "2026-12-01", FieldMonthly, "A plan has at most 60 payments. For bills of $9,000.01 the smallest monthly payment is $150.01."},
		{[]string{"claim-5"}, "150.01", "2026-12-01", "", ""},
		{[]string{"claim-1", "claim-2"}, "140", "2026-11-22", "", ""},
		{[]string{"claim-1"}, "25", "2026-11-21", FieldStart, "Choose the day of your first payment"},
		{[]string{"claim-1"}, "25", "", FieldStart, "Choose the day of your first payment"},
	} {
		_, _, problems := PlanChoice{Bills: c.bills, Monthly: c.monthly, Start: c.start}.Terms(s, Cents(2500), "2026-11-21")
		if c.text == "" && len(problems) == 0 {
			continue
		}
		if len(problems) != 1 || problems[0].Field != c.field || ProblemText(problems[0]) != c.text {
			t.Errorf("%+v: %+v", c, problems)
		}
	}
	if _, _, problems := (PlanChoice{}).Terms(s, Cents(2500), "2026-11-21"); len(problems) != 3 {
		t.Errorf("nothing typed: %+v", problems)
	}
	if _, _, problems := (PlanChoice{}).Terms(s, Amount{}, "2026-11-21"); len(problems) != 1 || problems[0].Code != "plan_none" {
		t.Errorf("a practice without plans: %+v", problems)
	}
}

// A card is good for a plan if and only if it is good on the day of each of
// its payments.
func TestCardThatExpiresBeforeThePlanEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := Expiry{Year: rapid.IntRange(2026, 2035).Draw(t, "year"), Month: time.Month(rapid.IntRange(1, 12).Draw(t, "month"))}
		plan := Schedule(Cents(rapid.Int64Range(1, MostInstallments).Draw(t, "payments")), Cents(1), plandays(t))
		bad := slices.ContainsFunc(plan, func(p Installment) bool {
			day, _ := time.Parse(time.DateOnly, string(p.Day))
			return e.Before(day)
		})
		if problem := ExpiresBefore(e, plan[len(plan)-1].Day); (problem != nil) != bad {
			t.Fatalf("card until %v, plan %v: %+v", e, plan, problem)
		}
	})
	want := "This card expires in May 2027, before your last payment in August 2027. Use another card or a shorter plan."
	if p := ExpiresBefore(Expiry{2027, time.May}, "2027-08-22"); p == nil || ProblemText(*p) != want || p.Field != FieldExpiry {
		t.Errorf("%+v", p)
	}
	if p := ExpiresBefore(Expiry{2027, time.August}, "2027-08-31"); p != nil {
		t.Errorf("a card is good until the last day of its month: %+v", p)
	}
}
