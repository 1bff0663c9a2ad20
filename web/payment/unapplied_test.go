package payment

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// accounts draws what patients may owe where money is taken that is for no bill:
// a balance that no claim explains, a visit of today, a practice with or without
// a limit.
func accounts(t *rapid.T) Statement {
	s := statements(t)
	if rapid.Bool().Draw(t, "unexplained") {
		n := Cents(rapid.Int64Range(1, 50000).Draw(t, "unexplained balance"))
		s.Bills = append(s.Bills, Bill{ID: BillID(Unapplied, AccountNumber), Kind: Unapplied, Number: AccountNumber, Balance: n, Owed: n})
	}
	if rapid.Bool().Draw(t, "more is taken") {
		s.Most = Cents(rapid.Int64Range(1, 200000).Draw(t, "most"))
	}
	if rapid.Bool().Draw(t, "visit") {
		s.Visit = &Visit{Number: "880123", Day: "2026-11-21", Most: Cents(rapid.Int64Range(1, 100000).Draw(t, "visit's most"))}
	}
	return s
}

// typedFor draws a choice, with amounts around every limit of a statement.
func typedFor(t *rapid.T, s Statement) Choice {
	c := choices(t, s)
	c.Pay = rapid.SampledFrom([]string{PayAll, PaySome, PayOther, PayOther, PayToday}).Draw(t, "way")
	due := s.Due()
	amounts := []string{c.Amount, due.Plus(s.Most).String(), due.Plus(s.Most).Plus(Cents(1)).String(), due.Minus(Cents(1)).String(),
		Cents(rapid.Int64Range(0, 400000).Draw(t, "typed")).String()}
	c.Amount = rapid.SampledFrom(amounts).Draw(t, "amount typed")
	c.Today = rapid.SampledFrom(append(amounts, "", "80")).Draw(t, "typed for today")
	c.Surplus = rapid.SampledFrom([]string{"", "yes", c.Amount, due.String()}).Draw(t, "meant")
	return c
}

// holdsTogether is what is true of every charge that a choice made: nothing is
// lost, nothing is there twice, no bill gets more than is asked for it, and what
// is for no bill was meant and is within the practice's limit.
func holdsTogether(s Statement, c Choice, charge Charge) string {
	if err := charge.Validate(); err != nil {
		return err.Error()
	}
	var bills, unapplied, today Amount
	paid := map[string]Amount{}
	for _, l := range charge.Lines {
		if _, twice := paid[l.Bill]; twice {
			return "two lines for " + l.Bill
		}
		paid[l.Bill] = l.Amount
		switch l.Kind {
		case Unapplied:
			unapplied = unapplied.Plus(l.Amount)
		case Today:
			today = today.Plus(l.Amount)
		default:
			bills = bills.Plus(l.Amount)
		}
		i := slices.IndexFunc(s.Bills, func(b Bill) bool { return b.ID == l.Bill })
		switch {
		case l.Kind == Unapplied || l.Kind == Today:
		case i < 0 || s.Bills[i].Hold != "":
			return l.Bill + " cannot be paid"
		case s.Bills[i].Owed.Less(l.Amount):
			return l.Bill + " gets more than is owed"
		}
	}
	want := map[string]Amount{PayAll: s.Due()}
	want[PayOther], _ = ReadAmount(c.Amount)
	want[PayToday], _ = ReadAmount(c.Today)
	if c.Pay != PaySome && charge.Total() != want[c.Pay] {
		return charge.Total().String() + " is not what was chosen"
	}
	surplus := charge.Total().Minus(s.Due())
	switch {
	case c.Pay == PayToday && (s.Visit == nil || s.Visit.Most.Less(today)):
		return "more than the practice takes for a visit"
	case c.Pay != PayToday && !today.IsZero():
		return "today's visit was not chosen"
	case c.Pay == PayToday:
		return ""
	case s.Most.Less(surplus):
		return "more than the practice takes for no bill"
	case !surplus.IsZero() && c.Pay != PayOther:
		return "more than is owed was not typed"
	case !surplus.IsZero() && !s.Due().IsZero() && c.Surplus != charge.Total().String():
		return "nobody said that they mean it"
	}
	for _, b := range s.Payable() {
		if !surplus.IsZero() && paid[b.ID].Less(b.Owed) {
			return b.ID + " is not paid, and money is for no bill"
		}
	}
	return ""
}

func TestEveryCentOfAChoiceHasItsPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := accounts(t)
		c := typedFor(t, s)
		charge, problems := c.Charge(s)
		if len(problems) > 0 {
			if len(charge.Lines) > 0 || ProblemText(problems[0]) == "" {
				t.Fatalf("%v beside %v", charge, problems)
			}
			return
		}
		if why := holdsTogether(s, c, charge); why != "" {
			t.Fatalf("%+v of %+v made %+v: %s", c, s, charge, why)
		}
		again, ok := charge.Again(s)
		if !ok || again.Total() != charge.Total() || again.Validate() != nil {
			t.Fatalf("once more, with the same owed: %v, %+v of %+v", ok, again, charge)
		}
	})
}

func FuzzChoice(f *testing.F) {
	f.Add(int64(12000), int64(0), int64(100000), "150", "150.00", true)
	f.Add(int64(0), int64(0), int64(100000), "30", "", false)
	f.Add(int64(0), int64(5000), int64(0), "50", "", false)
	f.Add(int64(12000), int64(300), int64(500), "128.00", "128.00", true)
	f.Fuzz(func(t *testing.T, claim, unexplained, most int64, typed, meant string, other bool) {
		cents := func(n int64) Amount { return Cents(min(max(0, n), 99_999_999)) }
		s := Statement{Most: cents(most), Visit: &Visit{Number: "7", Most: cents(most)}, Bills: []Bill{
			{ID: "claim-1", Kind: Claim, Number: "1", Balance: cents(claim), Owed: cents(claim)},
			{ID: "other-account", Kind: Unapplied, Number: AccountNumber, Balance: cents(unexplained), Owed: cents(unexplained)},
		}}
		c := Choice{Pay: PayToday, Amount: typed, Today: typed, Surplus: meant}
		if other {
			c.Pay = PayOther
		}
		charge, problems := c.Charge(s)
		if len(problems) > 0 {
			return
		}
		if why := holdsTogether(s, c, charge); why != "" {
			t.Fatalf("%+v made %+v: %s", c, charge, why)
		}
	})
}

// What is said of amounts that are for no bill.
func TestChoiceAboveWhatIsOwed(t *testing.T) {
	owing := Statement{Most: Cents(100000), Bills: []Bill{{ID: "claim-1", Kind: Claim, Number: "1", Balance: Cents(12000), Owed: Cents(12000)}}}
	for _, c := range []struct {
		choice Choice
		s      Statement
		code   string
		text   string
	}{
		{Choice{Pay: PayOther, Amount: "150"}, owing, "amount_surplus", "You owe $120.00. $30.00 would be for no bill."},
		{Choice{Pay: PayOther, Amount: "120.01"}, owing, "amount_surplus", "You owe $120.00. $0.01 would be for no bill."},
		{Choice{Pay: PayOther, Amount: "151", Surplus: "150.00"}, owing, "amount_surplus", "You owe $120.00. $31.00 would be for no bill."},
		{Choice{Pay: PayOther, Amount: "4550", Surplus: "4550.00"}, owing, "amount_big", "You owe $120.00. The most that you can pay here is $1,120.00."},
		{Choice{Pay: PayOther, Amount: "1000.01"}, Statement{Most: Cents(100000)}, "amount_big", "The most that you can pay here is $1,000.00."},
		{Choice{Pay: PayOther, Amount: "0.50"}, Statement{Most: Cents(100000)}, "amount_small", "The smallest payment is $1.00."},
		{Choice{Pay: PayOther, Amount: "30"}, Statement{}, "nothing_due", "There is nothing to pay right now"},
		{Choice{Pay: PayToday, Today: "30"}, owing, "pay_empty", "Choose what you want to pay"},
		{Choice{Pay: PayToday}, Statement{Visit: &Visit{Number: "7", Most: Cents(100)}}, "today_empty", "Enter the amount you want to pay"},
		{Choice{Pay: PayToday, Today: "1.01"}, Statement{Visit: &Visit{Number: "7", Most: Cents(100)}}, "today_big", "The most that you can pay here for a visit is $1.00."},
	} {
		if _, problems := c.choice.Charge(c.s); len(problems) != 1 || problems[0].Code != c.code || ProblemText(problems[0]) != c.text {
			t.Errorf("%+v: %v; want %s %q", c.choice, problems, c.code, c.text)
		}
	}
	charge, problems := Choice{Pay: PayOther, Amount: "150", Surplus: "150.00"}.Charge(owing)
	if len(problems) > 0 || charge.Unapplied() != Cents(3000) || !charge.Spread() || len(charge.Lines) != 2 {
		t.Errorf("%+v, %v", charge, problems)
	}
}

// A balance of an account, and the claims that are part of it, may show the same
// payment at different times, either first. Nothing that was paid is asked for
// once more because of that, nor called money that the practice holds. Where
// both show everything, all of the rest can be paid after a day.
func TestTheAccountsBalanceIsNotAskedForTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		claims := []int64{rapid.Int64Range(0, 9000).Draw(t, "one claim"), rapid.Int64Range(0, 9000).Draw(t, "another")}
		unexplained := rapid.Int64Range(0, 9000).Draw(t, "unexplained")
		owed := claims[0] + claims[1] + unexplained
		balance := owed // of the account
		// read is how the upstream's two answers become a statement.
		read := func() Statement {
			var s Statement
			sum := int64(0)
			for i, n := range claims {
				sum += n
				s.Bills = append(s.Bills, Bill{ID: BillID(Claim, strconv.Itoa(i)), Kind: Claim, Number: strconv.Itoa(i), Balance: Cents(n), Owed: Cents(n)})
			}
			if rest := balance - sum; rest > 0 {
				s.Bills = append(s.Bills, Bill{ID: BillID(Unapplied, AccountNumber), Kind: Unapplied, Number: AccountNumber, Balance: Cents(rest), Owed: Cents(rest)})
			} else {
				s.Credit = Cents(-rest)
			}
			return s
		}
		var pending []Pending
		var byAccount, byClaim []Line // not shown yet
		taken := int64(0)
		for range rapid.IntRange(1, 8).Draw(t, "payments") {
			now := read().Net(pending)
			if !now.Credit.IsZero() {
				t.Fatalf("%v is called held, of claims %v and a balance of %d", now.Credit, claims, balance)
			}
			charge, problems := choices(t, now).Charge(now)
			if len(problems) == 0 {
				taken += charge.Total().Cents()
				for _, l := range charge.Lines {
					pending = append(pending, Pending{Line: l, Known: rapid.Bool().Draw(t, "known")})
					byAccount, byClaim = append(byAccount, l), append(byClaim, l)
				}
			}
			for len(byAccount) > 0 && rapid.Bool().Draw(t, "the balance shows it") {
				balance -= byAccount[0].Amount.Cents()
				byAccount = byAccount[1:]
			}
			for len(byClaim) > 0 && rapid.Bool().Draw(t, "the claim shows it") {
				if l := byClaim[0]; l.Kind == Claim {
					n, _ := strconv.Atoi(l.Number)
					claims[n] -= l.Amount.Cents()
				}
				byClaim = byClaim[1:]
			}
		}
		if taken > owed {
			t.Fatalf("%d taken of %d owed", taken, owed)
		}
		for _, l := range byAccount {
			balance -= l.Amount.Cents()
		}
		for _, l := range byClaim {
			if n, err := strconv.Atoi(l.Number); err == nil {
				claims[n] -= l.Amount.Cents()
			}
		}
		if s := read().Net(nil); s.Due().Cents() != owed-taken || !s.Credit.IsZero() {
			t.Fatalf("a day later %v is asked for; %d was owed and %d paid", s.Due(), owed, taken)
		}
	})
}

// While nobody knows what became of a payment, nothing is taken that is for no
// bill: it could be the same money once more.
func TestNothingForNoBillBesideADoubt(t *testing.T) {
	s := Statement{Most: Cents(100000), Credit: Cents(8000), Visit: &Visit{Number: "7", Most: Cents(100000)},
		Bills: []Bill{{ID: "claim-1", Kind: Claim, Number: "1", Balance: Cents(5000), Owed: Cents(5000)}}}
	claim := Line{Bill: "claim-1", Kind: Claim, Number: "1", Amount: Cents(5000), Balance: Cents(5000)}
	account := Line{Bill: "other-account", Kind: Unapplied, Number: AccountNumber, Amount: Cents(3000), Balance: Cents(3000)}
	visit := Line{Bill: "today-7", Kind: Today, Number: "7", Amount: Cents(3000), Balance: Cents(3000)}
	copay := Line{Bill: "copay-7", Kind: Copay, Number: "7", Amount: Cents(3000), Balance: Cents(3000)}
	for name, row := range map[string]struct {
		spent  Pending
		more   bool
		visit  bool
		credit int64
	}{
		"nothing":               {Pending{Line: Line{}, Known: true}, true, true, 8000},
		"a bill":                {Pending{Line: claim, Known: true}, true, true, 3000},
		"a bill, perhaps":       {Pending{Line: claim}, false, false, 3000},
		"for no bill":           {Pending{Line: account, Known: true}, true, true, 8000},
		"for no bill, perhaps":  {Pending{Line: account}, false, false, 5000},
		"the visit":             {Pending{Line: visit, Known: true}, true, false, 8000},
		"the visit's copay":     {Pending{Line: copay, Known: true}, true, false, 5000},
		"a plan that is made":   {Pending{Line: claim, Known: true, Planned: true}, true, true, 8000},
		"a plan, perhaps, made": {Pending{Line: claim, Planned: true}, true, true, 8000},
	} {
		got := s.Net([]Pending{row.spent})
		if !got.Most.IsZero() != row.more || (got.Visit != nil) != row.visit || got.Credit != Cents(row.credit) {
			t.Errorf("%s: most %v, visit %v, credit %v", name, got.Most, got.Visit, got.Credit)
		}
	}
	if got := s.Withhold(HoldFound); !got.Most.IsZero() || got.Visit != nil {
		t.Errorf("withheld: %+v", got)
	}
	if !s.Most.Less(Cents(100001)) || s.Visit == nil || s.Bills[0].Hold != "" {
		t.Error("the statement itself was changed")
	}
}

// What is history is not shown: nothing owed and nothing to come.
func TestCurrentBills(t *testing.T) {
	bill := func(id string, service Day, owed int64, h Hold) Bill {
		return Bill{ID: id, Kind: Claim, Service: service, Balance: Cents(owed), Owed: Cents(owed), Hold: h}
	}
	s := Statement{Bills: []Bill{
		bill("old", "2016-03-01", 0, HoldInsurance),
		bill("undated", "", 0, HoldInsurance),
		bill("just over", "2025-11-19", 0, HoldInsurance),
		bill("within the year", "2025-11-21", 0, HoldInsurance),
		bill("recent", "2026-11-02", 0, HoldInsurance),
		bill("old and owed", "2016-03-01", 500, ""),
		bill("old and arranged", "2016-03-01", 500, HoldArranged),
		bill("old, being checked", "2016-03-01", 0, HoldChecking),
	}}
	var kept []string
	for _, b := range s.Current("2026-11-21").Bills {
		kept = append(kept, b.ID)
	}
	if want := []string{"within the year", "recent", "old and owed", "old and arranged", "old, being checked"}; !slices.Equal(kept, want) {
		t.Errorf("%v", kept)
	}
	if got := s.Current(""); len(got.Bills) != len(s.Bills) {
		t.Errorf("without a day: %v", got.Bills)
	}
}

// No plan ends with less than any charge may be, whatever is owed and typed, and
// what is proposed instead is accepted.
func TestPlansEndWithACharge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := Cents(rapid.Int64Range(100, 500000).Draw(t, "total"))
		minimum := Cents(rapid.Int64Range(1, 5000).Draw(t, "minimum"))
		s := Statement{Bills: []Bill{{ID: "claim-1", Kind: Claim, Number: "1", Balance: total, Owed: total}}}
		monthly := Cents(rapid.Int64Range(1, total.Cents()).Draw(t, "monthly"))
		choose := func(a Amount) (PlanTerms, []Problem) {
			_, terms, problems := PlanChoice{Bills: []string{"claim-1"}, Monthly: a.String(), Start: "2026-12-01"}.Terms(s, minimum, "2026-11-21")
			return terms, problems
		}
		terms, problems := choose(monthly)
		if len(problems) == 0 {
			all := Schedule(total, terms.Cycle, "2026-12-01")
			for _, one := range all {
				if one.Amount.Less(SmallestCharge) {
					t.Fatalf("%v by %v has a payment of %v", total, monthly, one.Amount)
				}
			}
			return
		}
		if problems[0].Code != "monthly_rest" {
			return
		}
		even := Even(total, monthly)
		if even.Less(monthly) {
			t.Fatalf("%v proposed for %v", even, monthly)
		}
		if _, problems := choose(even); len(problems) > 0 {
			t.Fatalf("%v by %v: %v is proposed and refused: %v", total, monthly, even, problems)
		}
	})
	s := Statement{Bills: []Bill{{ID: "claim-1", Kind: Claim, Number: "1", Balance: Cents(10000), Owed: Cents(10000)}}}
	_, _, problems := PlanChoice{Bills: []string{"claim-1"}, Monthly: "33.33", Start: "2026-12-01"}.Terms(s, Cents(2500), "2026-11-21")
	const want = "With $33.33 a month the last payment would be $0.01. The smallest payment is $1.00. Enter $33.34 to pay everything in 3 payments."
	if len(problems) != 1 || ProblemText(problems[0]) != want {
		t.Errorf("%v", problems)
	}
	_, _, problems = PlanChoice{Bills: []string{"claim-1"}, Monthly: "0.99", Start: "2026-12-01"}.Terms(s, Cents(1), "2026-11-21")
	if len(problems) != 1 || problems[0].Field != FieldMonthly {
		t.Errorf("below any charge: %v", problems)
	}
}
