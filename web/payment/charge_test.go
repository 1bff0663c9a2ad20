package payment

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// statements draws what patients may owe: copay, claims, held bills, odd cents.
func statements(t *rapid.T) Statement {
	var s Statement
	if rapid.Bool().Draw(t, "copay") {
		s.Bills = append(s.Bills, Bill{ID: "copay-1", Kind: Copay, Number: "1", Owed: Cents(rapid.Int64Range(1, 10000).Draw(t, "copay amount"))})
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "claims") {
		n := strconv.Itoa(500 + i)
		b := Bill{ID: BillID(Claim, n), Kind: Claim, Number: n, Owed: Cents(rapid.Int64Range(0, 300000).Draw(t, "owed"))}
		if rapid.IntRange(0, 4).Draw(t, "held") == 0 {
			b.Hold = HoldArranged
		}
		s.Bills = append(s.Bills, b)
	}
	for i, b := range s.Bills {
		s.Bills[i].Balance = b.Owed
	}
	return s
}

func choices(t *rapid.T, s Statement) Choice {
	c := Choice{Pay: rapid.SampledFrom([]string{PayAll, PaySome, PayOther, "", "x"}).Draw(t, "pay")}
	for _, b := range s.Bills {
		if rapid.Bool().Draw(t, "tick") {
			c.Bills = append(c.Bills, b.ID)
		}
	}
	c.Amount = rapid.SampledFrom([]string{"", "1", "0.50", "45.5", "$2,000", "abc", s.Due().String(), s.Due().Plus(Cents(1)).String()}).Draw(t, "amount")
	return c
}

// Whatever is owed and chosen: there is either a charge or a problem; a charge
// is valid, pays nothing that is held, no bill more than is owed of it, and
// exactly what was chosen.
func TestChargeNeverAsksForMoreThanIsOwed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := statements(t)
		c := choices(t, s)
		charge, problems := c.Charge(s)
		if len(problems) > 0 {
			if len(charge.Lines) > 0 {
				t.Fatal("a charge beside a problem")
			}
			return
		}
		if err := charge.Validate(); err != nil {
			t.Fatal(err)
		}
		for _, l := range charge.Lines {
			i := slices.IndexFunc(s.Bills, func(b Bill) bool { return b.ID == l.Bill })
			if b := s.Bills[i]; b.Hold != "" || b.Owed.Less(l.Amount) {
				t.Fatalf("line %v pays bill %v", l, b)
			}
		}
		switch c.Pay {
		case PayAll:
			if charge.Total() != s.Due() {
				t.Fatalf("all is %v of %v", charge.Total(), s.Due())
			}
		case PayOther:
			if want, _ := ReadAmount(c.Amount); charge.Total() != want {
				t.Fatalf("%s became %v", c.Amount, charge.Total())
			}
		case PaySome:
			if len(charge.Lines) != len(c.Bills) {
				t.Fatalf("%d bills chosen, %d paid", len(c.Bills), len(charge.Lines))
			}
		default:
			t.Fatalf("choice %q made a charge", c.Pay)
		}
	})
}

// Whatever becomes of each payment, and whenever the upstream's balance shows
// it: all that is ever asked for together is never more than was owed. And
// where nothing is in doubt and the balance shows everything, all of the rest
// can be paid.
func TestSpentMoneyIsNotAskedForTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		balances := statements(t) // the upstream's own, which payments lower when it likes
		due := balances.Due()
		var pending []Pending
		var late []Line // taken upstream, not shown in its balances yet
		show := func(l Line) {
			for i := range balances.Bills {
				if balances.Bills[i].ID == l.Bill {
					balances.Bills[i].Balance = balances.Bills[i].Balance.Minus(l.Amount)
					balances.Bills[i].Owed = balances.Bills[i].Balance
				}
			}
		}
		var taken Amount
		for range rapid.IntRange(1, 8).Draw(t, "charges") {
			now := balances.Net(pending)
			charge, problems := choices(t, now).Charge(now)
			if len(problems) > 0 {
				continue
			}
			moved := rapid.Bool().Draw(t, "money moved")
			known := moved && rapid.Bool().Draw(t, "and that is known")
			if moved {
				taken = taken.Plus(charge.Total())
			}
			for _, l := range charge.Lines {
				if moved || rapid.Bool().Draw(t, "still in doubt") {
					pending = append(pending, Pending{Line: l, Known: known})
				}
				if moved {
					late = append(late, l)
				}
			}
			for len(late) > 0 && rapid.Bool().Draw(t, "shown") {
				show(late[0])
				late = late[1:]
			}
		}
		if due.Less(taken) {
			t.Fatalf("%v taken of %v owed", taken, due)
		}
		for len(late) > 0 {
			show(late[0])
			late = late[1:]
		}
		doubt := slices.ContainsFunc(pending, func(s Pending) bool { return !s.Known })
		if now := balances.Net(pending); !doubt && now.Due() != due.Minus(taken) {
			t.Fatalf("%v can be paid; %v was owed and %v paid", now.Due(), due, taken)
		}
		for _, b := range balances.Net(pending).Bills {
			if b.Hold == HoldChecking && b.Owed.IsZero() && !b.Balance.IsZero() {
				t.Fatalf("a bill that is being checked shows no amount: %v", b)
			}
		}
	})
}

// Another try of a charge is for the same lines, never above what is owed now,
// and rests on the balances of now: an old one would let a bill be asked for
// twice while the upstream's balance lags.
func TestAgainRestsOnTheBalancesOfNow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := statements(t)
		charge, problems := choices(t, before).Charge(before)
		if len(problems) > 0 {
			t.Skip("no charge")
		}
		now := Statement{Bills: slices.Clone(before.Bills)} // meanwhile paid elsewhere, in part
		for i, b := range now.Bills {
			left := Cents(rapid.Int64Range(0, b.Balance.Cents()).Draw(t, "left"))
			now.Bills[i].Balance, now.Bills[i].Owed = left, left
		}
		again, ok := charge.Again(now)
		if !ok {
			return
		}
		if again.Total() != charge.Total() {
			t.Fatalf("%v again is %v", charge.Total(), again.Total())
		}
		if err := again.Validate(); err != nil {
			t.Fatal(err)
		}
		var pending []Pending
		for _, l := range again.Lines {
			pending = append(pending, Pending{Line: l, Known: true})
		}
		if lagging := now.Net(pending); lagging.Due() != now.Due().Minus(again.Total()) {
			t.Fatalf("%v owed, %v taken again, %v asked for while the balance lags", now.Due(), again.Total(), lagging.Due())
		}
	})
	charge := Charge{Lines: []Line{{Bill: "claim-1", Kind: Claim, Number: "1", Amount: Cents(5000), Balance: Cents(12000)}}}
	for owed, want := range map[int64]bool{12000: true, 5000: true, 4999: false, 0: false} {
		s := Statement{Bills: []Bill{{ID: "claim-1", Kind: Claim, Number: "1", Balance: Cents(owed), Owed: Cents(owed)}}}
		again, ok := charge.Again(s)
		if ok != want || ok && again.Lines[0].Balance != Cents(owed) {
			t.Errorf("with %d cents owed: %v, %+v", owed, ok, again)
		}
	}
	if charge.Lines[0].Balance != Cents(12000) {
		t.Error("the charge of the first try was changed")
	}
}

func TestChoiceSaysWhatIsWrong(t *testing.T) {
	s := Statement{Bills: []Bill{
		{ID: "claim-1", Kind: Claim, Number: "1", Balance: Cents(8000), Owed: Cents(8000)},
		{ID: "claim-2", Kind: Claim, Number: "2", Balance: Cents(4000), Owed: Cents(4000)},
		{ID: "claim-3", Kind: Claim, Number: "3", Balance: Cents(9900), Owed: Cents(9900), Hold: HoldArranged},
	}}
	for _, c := range []struct {
		choice Choice
		text   string
	}{
		{Choice{}, "Choose what you want to pay"},
		{Choice{Pay: "everything"}, "Choose what you want to pay"},
		{Choice{Pay: PaySome}, "Choose at least one bill"},
		{Choice{Pay: PaySome, Bills: []string{"claim-1", "claim-3"}}, "One of the bills you chose can no longer be paid here. Choose again."},
		{Choice{Pay: PayOther}, "Enter the amount you want to pay"},
		{Choice{Pay: PayOther, Amount: "0.99"}, "The smallest payment is $1.00."},
		{Choice{Pay: PayOther, Amount: "120.01"}, "You owe $120.00. Enter $120.00 or less."},
		{Choice{Pay: PayOther, Amount: "45,5"}, "Enter an amount in dollars and cents, like 45.50"},
	} {
		if _, problems := c.choice.Charge(s); len(problems) != 1 || ProblemText(problems[0]) != c.text {
			t.Errorf("%+v: %v; want %q", c.choice, problems, c.text)
		}
	}
	for known, text := range map[bool]string{
		false: "You can pay up to $40.00 now. Enter $40.00 or less.",
		true:  "You can pay up to $100.00 now. Enter $100.00 or less.",
	} {
		reserved := s.Net([]Pending{{Line: Line{Bill: "claim-1", Amount: Cents(2000), Balance: Cents(8000)}, Known: known}})
		if _, problems := (Choice{Pay: PayOther, Amount: "120"}).Charge(reserved); len(problems) != 1 || ProblemText(problems[0]) != text {
			t.Errorf("with a payment, known %t: %v", known, problems)
		}
	}
	if _, problems := (Choice{Pay: PayAll}).Charge(Statement{}); len(problems) != 1 {
		t.Errorf("nothing due: %v", problems)
	}
}

func TestValidateRefusesWhatMustNotReachTheUpstream(t *testing.T) {
	claim := Line{Bill: "claim-1", Kind: Claim, Number: "1", Amount: Cents(1), Balance: Cents(1)}
	copay := Line{Bill: "copay-1", Kind: Copay, Number: "1", Amount: Cents(1), Balance: Cents(1)}
	other := Line{Bill: "copay-2", Kind: Copay, Number: "2", Amount: Cents(1), Balance: Cents(1)}
	for name, lines := range map[string][]Line{
		"no lines":       nil,
		"nothing to pay": {{Bill: "claim-1", Kind: Claim, Number: "1"}},
		"twice the same": {claim, claim},
		"two copays":     {copay, other},
		"above balance":  {{Bill: "claim-1", Kind: Claim, Number: "1", Amount: Cents(2), Balance: Cents(1)}},
		"no bill":        {{Kind: Claim, Number: "1", Amount: Cents(1), Balance: Cents(1)}},
		"unknown kind":   {{Bill: "gift-1", Kind: "gift", Number: "1", Amount: Cents(1), Balance: Cents(1)}},
	} {
		if (Charge{Lines: lines}).Validate() == nil {
			t.Errorf("%s passes", name)
		}
	}
	if err := (Charge{Lines: []Line{copay, claim}}).Validate(); err != nil {
		t.Error(err)
	}
}

// The state machine, drawn once more as the pairs that are allowed.
func TestStatesOnlyMoveForward(t *testing.T) {
	allowed := map[[2]State]bool{
		{Created, Claimed}: true,
		{Claimed, Sending}: true, {Claimed, NotSent}: true,
		{Sending, Succeeded}: true, {Sending, Declined}: true, {Sending, NotSent}: true, {Sending, Unknown}: true,
		{Unknown, Succeeded}: true, {Unknown, Declined}: true, {Unknown, NotSent}: true, {Unknown, NotDone}: true,
		{NotDone, Succeeded}: true,
	}
	words := map[State]string{Created: "pending", Claimed: "pending", Sending: "pending", Succeeded: "taken", Declined: "declined",
		NotSent: "not_sent", Unknown: "unknown", NotDone: "not_sent"}
	states := []State{Created, Claimed, Sending, Succeeded, Declined, NotSent, Unknown, NotDone, ""}
	for _, from := range states {
		for _, to := range states {
			if from.May(to) != allowed[[2]State{from, to}] {
				t.Errorf("%q to %q: %v", from, to, from.May(to))
			}
			// Whatever may move money may not be called harmless, nor may what can
			// still come to take it be, but for a late answer, which is looked at.
			if from.Harmless() && from != NotDone && from.May(to) {
				t.Errorf("%q is harmless and may become %q", from, to)
			}
		}
		if from.Live() && (from.Harmless() || from == Succeeded) {
			t.Errorf("%q is both live and over", from)
		}
		if from.Ended() != (from == Succeeded || from == Unknown || from.Harmless()) {
			t.Errorf("%q: ended %v", from, from.Ended())
		}
		if from.Shown() != words[from] {
			t.Errorf("%q is shown as %q", from, from.Shown())
		}
	}
}

// What an attempt needs depends on its act.
func TestValidateAttempts(t *testing.T) {
	line := []Line{{Bill: "claim-1", Kind: Claim, Number: "1", Amount: Cents(1), Balance: Cents(1)}}
	part := []Line{{Bill: "claim-1", Kind: Claim, Number: "1", Amount: Cents(1), Balance: Cents(2)}}
	copay := []Line{{Bill: "copay-1", Kind: Copay, Number: "1", Amount: Cents(1), Balance: Cents(1)}}
	terms := Terms{Cycle: Cents(1), Start: "2026-12-01"}
	for _, row := range []struct {
		a  Attempt
		ok bool
	}{
		{Attempt{Kind: KindCharge, Charge: Charge{Lines: line}}, true},
		{Attempt{Kind: KindChargeStored, Charge: Charge{Lines: line}}, true},
		{Attempt{Kind: KindRecord, Charge: Charge{Lines: line}, Counter: Counter{Method: Cash}}, true},
		{Attempt{Kind: KindVoid, Target: "payment-1", Value: Cents(1)}, true},
		{Attempt{Kind: KindAgreeYear, Target: "year", Value: Cents(1)}, true},
		{Attempt{Kind: KindAdjust, Target: "charge-1"}, true},
		{Attempt{Kind: KindPlan, Charge: Charge{Lines: line}, Terms: terms}, true},
		{Attempt{Kind: KindStoreCard, Target: "card-1"}, true},
		{Attempt{Kind: KindPlan, Target: "plan-1", Terms: terms}, false},
		{Attempt{Kind: KindPlan, Charge: Charge{Lines: part}, Terms: terms}, false},
		{Attempt{Kind: KindPlan, Charge: Charge{Lines: append(slices.Clone(line), copay...)}, Terms: terms}, false},
		{Attempt{Kind: KindPlan, Charge: Charge{Lines: line}, Value: Cents(1), Terms: terms}, false},
		{Attempt{Kind: KindPlan, Charge: Charge{Lines: line}}, false},
		{Attempt{Kind: KindPlan, Charge: Charge{Lines: line}, Terms: Terms{Cycle: Cents(1)}}, false},
		{Attempt{Kind: KindPlan, Charge: Charge{Lines: line}, Terms: Terms{Cycle: Cents(1), Start: "2026-02-30"}}, false},
		{Attempt{Kind: KindPlan, Charge: Charge{Lines: line}, Terms: Terms{Start: "2026-12-01"}}, false},
		{Attempt{Kind: KindCharge, Charge: Charge{Lines: line}, Terms: terms}, false},
		{Attempt{Kind: KindAgreeYear, Target: "year", Terms: Terms{Start: "2026-12-01"}}, false},
		{Attempt{Kind: KindStoreCard}, false},
		{Attempt{Kind: KindStoreCard, Target: "card-1", Value: Cents(1)}, false},
		{Attempt{Kind: KindStoreCard, Target: "card-1", Charge: Charge{Lines: line}}, false},
		{Attempt{Kind: KindCharge}, false},
		{Attempt{Kind: KindCharge, Target: "payment-1", Value: Cents(1)}, false},
		{Attempt{Kind: KindCharge, Charge: Charge{Lines: line}, Value: Cents(1)}, false},
		{Attempt{Kind: KindRecord, Charge: Charge{Lines: append(line, line...)}, Counter: Counter{Method: Cash}}, false},
		{Attempt{Kind: KindVoid, Value: Cents(1)}, false},
		{Attempt{Kind: "gift", Target: "payment-1"}, false},
		{Attempt{Charge: Charge{Lines: line}}, false},
	} {
		if err := row.a.Validate(); (err == nil) != row.ok {
			t.Errorf("%+v: %v", row.a, err)
		}
	}
	if a := (Attempt{Charge: Charge{Lines: line}, Target: "year"}); !slices.Equal(a.Targets(), []string{"claim-1", "year"}) {
		t.Errorf("targets %v", a.Targets())
	}
}

// A bill that is in a plan, or may be, is not asked for. What is paid of it does
// not come into that, nor does the plan into what is paid of others.
func TestReserveForPlans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := statements(t)
		planned := map[string]bool{} // whether it is known
		var pending, paid []Pending
		for _, b := range s.Payable() {
			line := Line{Bill: b.ID, Kind: b.Kind, Number: b.Number, Amount: b.Balance, Balance: b.Balance}
			if rapid.Bool().Draw(t, "in a plan") {
				known := rapid.Bool().Draw(t, "known")
				planned[b.ID] = known
				pending = append(pending, Pending{Line: line, Known: known, Planned: true})
			}
			if rapid.Bool().Draw(t, "paid") {
				line.Amount = Cents(rapid.Int64Range(1, b.Balance.Cents()).Draw(t, "amount"))
				paid = append(paid, Pending{Line: line, Known: true})
			}
		}
		without := s.Net(paid)
		for i, b := range s.Net(append(pending, paid...)).Bills {
			known, in := planned[b.ID]
			want := without.Bills[i].Hold
			if in {
				want = map[bool]Hold{true: HoldPlanned, false: HoldChecking}[known]
			}
			if b.Hold != want || in && b.Payable() || !in && b.Owed != without.Bills[i].Owed {
				t.Fatalf("in a plan %t, known %t: %+v; without plans %+v", in, known, b, without.Bills[i])
			}
		}
	})
}
