package payment

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// owing are what patients owe: a copay or none, claims, some of them held.
func owing() *rapid.Generator[Statement] {
	return rapid.Custom(func(t *rapid.T) (s Statement) {
		add := func(k BillKind, number string) {
			owed := Cents(rapid.Int64Range(1, 50_000).Draw(t, "owed"))
			b := Bill{ID: BillID(k, number), Kind: k, Number: number, Balance: owed, Owed: owed, Service: "2026-10-02"}
			if rapid.IntRange(0, 4).Draw(t, "held") == 0 {
				b.Hold = HoldChecking
			}
			s.Bills = append(s.Bills, b)
		}
		if rapid.Bool().Draw(t, "copay") {
			add(Copay, "880123")
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "claims") {
			add(Claim, strconv.Itoa(501+i))
		}
		return s
	})
}

// What the page begins with is taken as it stands, and is no more than is owed.
func TestExpectedIsOwed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := owing().Draw(t, "statement")
		c, problems := Expected(s).Charge(s, "880123", "2026-11-29")
		if len(s.Payable()) == 0 {
			if len(problems) != 1 || problems[0].Code != "take_nothing" {
				t.Fatalf("%v", problems)
			}
			return
		}
		if len(problems) > 0 || c.Validate() != nil || s.Due().Less(c.Total()) || c.Total().IsZero() {
			t.Fatalf("%+v, %v", c, problems)
		}
	})
}

// An amount for the bills together pays the oldest whole before it touches the
// next one, to the cent.
func TestDividedOldestFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := owing().Draw(t, "statement")
		amount := Cents(rapid.Int64Range(0, 150_000).Draw(t, "amount"))
		var owed Amount
		claims := slices.DeleteFunc(s.Payable(), func(b Bill) bool { return b.Kind != Claim })
		for _, b := range claims {
			owed = owed.Plus(b.Owed)
		}
		divided, some, p := Taking{Bills: amount.String()}.Divided(s)
		if owed.Less(amount) != (p != nil) || some == (p != nil) {
			t.Fatalf("%v of %v: %v", amount, owed, p)
		}
		if p != nil {
			return
		}
		var sum Amount
		short := false
		for _, b := range claims {
			part, _ := ParseAmount("0.00")
			if text := divided.Claims[b.ID]; text != "" {
				part, _ = ParseAmount(text)
			}
			if short && !part.IsZero() || b.Owed.Less(part) {
				t.Fatalf("%v: %v", amount, divided.Claims)
			}
			short = short || part != b.Owed
			sum = sum.Plus(part)
		}
		if sum != amount {
			t.Fatalf("%v became %v", amount, sum)
		}
	})
}

// A charge has what was typed for each line, or says of which input it has not.
// Nothing is cut or moved to another line.
func TestTakingIsTakenAsTyped(t *testing.T) {
	amounts := rapid.SampledFrom([]string{"", " ", "0", "0.00", "1", "25.00", "$20", "499.99", "1,000", "12,5", "x", "4111 1111 1111 1111"})
	rapid.Check(t, func(t *rapid.T) {
		s := owing().Draw(t, "statement")
		typed := Taking{Copay: amounts.Draw(t, "copay"), Other: amounts.Draw(t, "other"), Today: amounts.Draw(t, "today"), Claims: map[string]string{}}
		for _, b := range s.Bills {
			if b.Kind == Claim {
				typed.Claims[b.ID] = amounts.Draw(t, b.ID)
			}
		}
		if rapid.IntRange(0, 9).Draw(t, "gone") == 0 {
			typed.Claims["claim-999"] = "5"
		}
		visit := rapid.SampledFrom([]string{"", "880123"}).Draw(t, "visit")
		c, problems := typed.Charge(s, visit, "2026-11-29")
		if len(problems) > 0 {
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		inputs := map[string]string{BillID(Unapplied, AccountNumber): typed.Other, BillID(Today, visit): typed.Today, "copay-880123": typed.Copay}
		for id, text := range typed.Claims {
			inputs[id] = text
		}
		want := Amount{}
		for id, text := range inputs {
			a, err := ReadAmount(text)
			if err != nil || a.IsZero() {
				continue
			}
			want = want.Plus(a)
			if !slices.ContainsFunc(c.Lines, func(l Line) bool { return l.Bill == id && l.Amount == a }) {
				t.Fatalf("%s of %q is not in %+v", id, text, c.Lines)
			}
		}
		if c.Total() != want {
			t.Fatalf("%v of %v", c.Total(), want)
		}
	})
}

func TestTakingProblems(t *testing.T) {
	s := Statement{Bills: []Bill{
		{ID: "copay-880123", Kind: Copay, Number: "880123", Balance: Cents(2500), Owed: Cents(2500)},
		{ID: "claim-501", Kind: Claim, Number: "501", Balance: Cents(4000), Owed: Cents(4000)},
		{ID: "claim-502", Kind: Claim, Number: "502", Balance: Cents(4000), Owed: Cents(4000), Hold: HoldChecking},
	}}
	for name, row := range map[string]struct {
		typed Taking
		want  string
	}{
		"nothing":       {Taking{}, "take_nothing@method"},
		"no amount":     {Taking{Copay: "abc"}, "take_form@copay"},
		"copay":         {Taking{Copay: "25.01"}, "take_big@copay"},
		"claim":         {Taking{Claims: map[string]string{"claim-501": "40.01"}}, "take_big@claim-501"},
		"held":          {Taking{Claims: map[string]string{"claim-502": "1"}}, "take_held@claim-502"},
		"foreign":       {Taking{Claims: map[string]string{"claim-7": "1"}}, "take_gone@"},
		"today beside":  {Taking{Copay: "1", Today: "1"}, "take_today_alone@today"},
		"two":           {Taking{Copay: "x", Other: "y"}, "take_form@copay take_form@other"},
		"all is right":  {Taking{Copay: "25", Claims: map[string]string{"claim-501": "40"}, Other: "1"}, ""},
		"today's alone": {Taking{Today: "80"}, ""},
	} {
		_, problems := row.typed.Charge(s, "880123", "2026-11-29")
		var got []string
		for _, p := range problems {
			got = append(got, p.Code+"@"+p.Field)
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %v, want %s", name, got, row.want)
		}
	}
	if _, problems := (Taking{Copay: "5", Today: "5"}).Charge(Statement{}, "", ""); len(problems) != 2 {
		t.Errorf("without a visit: %v", problems)
	}
}

// A part and what is left are the whole, the part first in the order of the lines.
func TestFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := owing().Draw(t, "statement")
		whole := spread(s.Payable(), s.Due())
		amount := Cents(rapid.Int64Range(0, 250_000).Draw(t, "part"))
		now, left := whole.First(amount)
		if now.Total().Plus(left.Total()) != whole.Total() || now.Total() != amount && now.Total() != whole.Total() {
			t.Fatalf("%v of %v: %v and %v", amount, whole.Total(), now.Total(), left.Total())
		}
		if len(now.Lines) > 0 && now.Validate() != nil || len(left.Lines) > 0 && left.Validate() != nil {
			t.Fatalf("%v, %v", now, left)
		}
		for _, l := range now.Lines[:max(0, len(now.Lines)-1)] {
			if slices.ContainsFunc(left.Lines, func(r Line) bool { return r.Bill == l.Bill }) {
				t.Fatalf("%v is not paid whole before the next", l)
			}
		}
	})
}

// Only cash gives change, and given is always what is taken and the change.
func TestGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total, given := Cents(rapid.Int64Range(1, 100_000).Draw(t, "total")), Cents(rapid.Int64Range(0, 200_000).Draw(t, "given"))
		got, change, p := ReadGiven(given.Display(), total)
		switch {
		case given.IsZero():
			if p == nil || p.Code != "given_form" {
				t.Fatal(p)
			}
		case given.Less(total):
			if p == nil || p.Code != "given_short" {
				t.Fatal(p)
			}
		case p != nil || got != given || total.Plus(change) != given:
			t.Fatalf("%v for %v: %v back, %v", given, total, change, p)
		}
	})
}

func TestReadCheckNumber(t *testing.T) {
	for typed, want := range map[string]string{"1044": "1044", " ab-12 ": "AB-12", "٢٠١": "201", "": "!checknumber_empty", "--": "!checknumber_form",
		"4111 1111 1111 1111": "!checknumber_card", "123456789012345678901234": "!checknumber_card", "12;4": "!checknumber_form"} {
		got, p := ReadCheckNumber(typed)
		if p != nil {
			got = "!" + p.Code
		}
		if got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
	for typed, want := range map[string]string{"1111": "1111", "": "!last4_empty", "111": "!last4_form", "11a1": "!last4_form", "4111111111111111": "!last4_card"} {
		got, p := ReadLast4(typed)
		if p != nil {
			got = "!" + p.Code
		}
		if got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
	for typed, want := range map[string]string{"": "", "2026-11-29": "", "11/29/2026": "", "11/3/2026": "2026-11-03", "2026-10-31": "2026-10-31",
		"2026-11-30": "!posted_future", "yesterday": "!posted_form", "13/40/2026": "!posted_form"} {
		day, p := ReadPosted(typed, "2026-11-29")
		got := string(day)
		if p != nil {
			got = "!" + p.Code
		}
		if got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
	if part, p := ReadPart("30", Cents(7000)); p != nil || part != Cents(3000) {
		t.Error(part, p)
	}
	if _, p := ReadPart("70.01", Cents(7000)); p == nil || p.Code != "take_part_big" {
		t.Error(p)
	}
}

// What is owed now is compared with what the page said, for what is to be paid:
// nothing has moved while nothing has, and each change is told.
func TestMoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		was := owing().Draw(t, "statement")
		for i := range was.Bills {
			was.Bills[i].Hold = ""
		}
		typed := Expected(was)
		if len(Moved(Seen(was), was, typed)) > 0 {
			t.Fatal("it moved by itself")
		}
		now := was
		now.Bills = slices.Clone(was.Bills)
		want := 0
		for i, b := range now.Bills {
			chosen := typed.Claims[b.ID] != "" || b.Kind == Copay && typed.Copay != ""
			switch rapid.IntRange(0, 2).Draw(t, "change") {
			case 1:
				now.Bills[i].Owed = b.Owed.Plus(Cents(1))
			case 2:
				now.Bills[i].Hold = HoldChecking
			default:
				continue
			}
			if chosen {
				want++
			}
		}
		if moves := Moved(Seen(was), now, typed); len(moves) != want {
			t.Fatalf("%v, want %d", moves, want)
		}
	})
}
