package payment

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// signedAmounts are amounts as claim transactions have them, a few of them below
// zero.
func signedAmounts(t *rapid.T, label string) Signed {
	return Signed{Amount: Cents(rapid.Int64Range(0, 30_000).Draw(t, label)), Negative: rapid.IntRange(0, 9).Draw(t, label+" below zero") == 0}
}

// Whatever the claims and their charges are, and whatever is typed: what is taken off
// is something, and no more than is outstanding on the charge, than its claim asks
// for, and than the claim's balance. It closes a claim exactly where nothing of what
// the claim asks for is left.
func TestAdjustedNeverAboveWhatIsOwed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var open []OpenCharge
		outstanding, owed := map[string]Amount{}, map[string]Amount{}
		for i := range rapid.IntRange(1, 3).Draw(t, "claims") {
			balance := rapid.Int64Range(0, 20_000).Draw(t, "balance")
			bill := Bill{Kind: rapid.SampledFrom([]BillKind{Claim, Claim, Claim, Copay}).Draw(t, "kind"), Number: strconv.Itoa(500 + i), Balance: Cents(balance),
				Owed: Cents(rapid.Int64Range(0, balance).Draw(t, "owed")), Hold: rapid.SampledFrom([]Hold{"", "", "", HoldChecking, HoldArranged}).Draw(t, "hold")}
			bill.ID = BillID(bill.Kind, bill.Number)
			var transactions []ClaimTransaction
			for j := range rapid.IntRange(0, 4).Draw(t, "transactions") {
				tr := ClaimTransaction{ID: bill.Number + strconv.Itoa(j), Type: rapid.SampledFrom([]string{"CHARGE", "CHARGE", "PAYMENT"}).Draw(t, "type"),
					Payer: rapid.SampledFrom([]string{"PATIENT", "PATIENT", "", "PRIMARY"}).Draw(t, "payer"), Outstanding: signedAmounts(t, "outstanding")}
				transactions = append(transactions, tr)
				if tr.Type == "CHARGE" && tr.Payer != "PRIMARY" && !tr.Outstanding.Negative && bill.Payable() && bill.Kind == Claim {
					outstanding[tr.ID] = tr.Outstanding.Amount
				}
			}
			owed[bill.Number] = bill.Owed
			open = append(open, OpenCharges(bill, transactions)...)
		}
		id := rapid.StringMatching(`50[0-3][0-4]|x|`).Draw(t, "charge")
		typed := rapid.OneOf(rapid.Map(rapid.Int64Range(0, 40_000), func(cents int64) string { return Cents(cents).String() }), rapid.String(),
			rapid.SampledFrom([]string{"-5", "1e3", "0", "0.00", "$12", "12.345", "１２", "999999999999999999", " 7 "})).Draw(t, "typed")
		c, off, problems := Adjusted(open, id, typed)
		if len(problems) > 0 {
			if !off.IsZero() {
				t.Fatalf("%s is taken off in spite of %v", off, problems)
			}
			return
		}
		most, known := outstanding[id]
		if !known || c.ID != id || off.IsZero() || most.Less(off) || owed[c.Claim.Number].Less(off) || c.Claim.Balance.Less(off) {
			t.Fatalf("%s off charge %q with %s outstanding, of a claim that asks for %s", off, id, most, owed[c.Claim.Number])
		}
		line := c.Line(off)
		if (Charge{Lines: []Line{line}}).Validate() != nil || c.Closes(off) != (off == owed[c.Claim.Number]) {
			t.Fatalf("line %+v, closes %t", line, c.Closes(off))
		}
		a := Attempt{Kind: KindAdjust, Charge: Charge{Lines: []Line{line}}, Target: "charge-" + id, Counter: Counter{ReasonCode: string(ReasonCourtesy)}}
		if err := a.Validate(); err != nil || a.Total() != off {
			t.Fatalf("%v, %s", err, a.Total())
		}
		seen := SeenCharges(open)
		if was, moved := MovedCharge(seen, c); moved || was != c.Outstanding {
			t.Fatalf("%s has moved from %s: %s", c.Outstanding, was, seen)
		}
		later := c
		later.Outstanding = later.Outstanding.Plus(Cents(1))
		if was, moved := MovedCharge(seen, later); !moved || was != c.Outstanding {
			t.Fatalf("a move is not seen: %s", seen)
		}
	})
}

// What is read of a vendor's reference can be kept and sent, and is what was typed.
func FuzzReadVendorReference(f *testing.F) {
	for _, typed := range []string{"acme-000017", " a ", "", "4111111111111111", "4111-1111-1111.1111", "123456789012", "a\u202eb", "ａｂｃ", strings.Repeat("x", 33), "a/../b", "--", "x\x00", `"><b>`, "=1+1"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, p := ReadVendorReference(typed)
		if (p == nil) == (got == "") {
			t.Fatalf("%q is %q, %v", typed, got, p)
		}
		if p != nil {
			return
		}
		if len(got) > 32 || PassesForCard(got) || strings.TrimSpace(got) != got || strings.ContainsAny(got, " \"'<>&=+,;\\%?\n\r\t") {
			t.Fatalf("%q is read as %q", typed, got)
		}
		again, p := ReadVendorReference(got)
		if p != nil || again != got {
			t.Fatalf("%q is read as %q, and that as %q", typed, got, again)
		}
	})
}

// cardOf draws the number of a card of any network there is or may come to be: 13 to
// 19 digits with the right check digit.
func cardOf(t *rapid.T) string {
	begins := rapid.SampledFrom([]string{"4", "51", "2221", "34", "6011", "62", "36", "3528", "5018", "6771", "9", "1", "0", "86"}).Draw(t, "network")
	number := []byte(begins + rapid.StringMatching(`[0-9]{19}`).Draw(t, "digits"))[:rapid.IntRange(13, 19).Draw(t, "length")]
	for number[len(number)-1] = '0'; !Luhn(number); number[len(number)-1]++ {
	}
	return string(number)
}

// No reference and no terminal is read that holds a card's number, whatever stands
// around it and between its digits, and neither may be printed back; a vendor's long
// number that is none is read as it is.
func TestVendorReferenceIsNoCard(t *testing.T) {
	between := rapid.SampledFrom([]string{"", "", "", "-", "_", ".", "/", ":", "#", "--", " ", "\u00a0", "\u200b", "–", ","})
	rapid.Check(t, func(t *rapid.T) {
		var typed strings.Builder
		typed.WriteString(rapid.SampledFrom([]string{"", "a", "acme-", "acme-7x", "R#", "7-"}).Draw(t, "before"))
		wide := rapid.Bool().Draw(t, "in full width")
		for i, c := range cardOf(t) {
			if i > 0 {
				typed.WriteString(between.Draw(t, "between"))
			}
			if wide {
				c += '０' - '0'
			}
			typed.WriteRune(c)
		}
		typed.WriteString(rapid.SampledFrom([]string{"", "a", "-r", "/x7"}).Draw(t, "after"))
		if got, p := ReadVendorReference(typed.String()); p == nil {
			t.Fatalf("%q is read as %q", typed.String(), got)
		}
		if got, p := ReadTerminal(typed.String(), "MC/VISA"); p == nil {
			t.Fatalf("the terminal %q is read as %q", typed.String(), got)
		}
		for _, field := range []string{FieldVendorReference, FieldTerminal} {
			if MayShow(field, typed.String()) {
				t.Fatalf("%s: %q may be shown", field, typed.String())
			}
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		number := []byte(rapid.StringMatching(`[0-9]{1,12}|0[0-9]{12,18}`).Draw(t, "number"))
		if len(number) > 12 && Luhn(number) {
			number[len(number)-1] = '0' + (number[len(number)-1]-'0'+1)%10
		}
		typed := rapid.SampledFrom([]string{"", "acme-", "R", "a.b/"}).Draw(t, "before") + string(number) + rapid.SampledFrom([]string{"", "-r", "x"}).Draw(t, "after")
		if HoldsCard(typed) { // a shorter one within
			return
		}
		if got, p := ReadVendorReference(typed); p != nil || got != typed || !MayShow(FieldVendorReference, typed) {
			t.Fatalf("%q is read as %q, %+v", typed, got, p)
		}
	})
}

// A terminal belongs to a card, a day of deposit may be to come, and neither is
// guessed.
func TestReadTerminalAndDeposited(t *testing.T) {
	for _, row := range []struct {
		typed  string
		method Method
		want   string
		code   string
	}{
		{"T0042", "MC/VISA", "T0042", ""}, {"", "MC/VISA", "", "terminal_empty"}, {"T 42", "MC/VISA", "", "terminal_form"}, {"4111111111111111", "MC/VISA", "", "terminal_digits"},
		{"T0042", Cash, "", ""}, {"", Check, "", ""},
	} {
		got, p := ReadTerminal(row.typed, row.method)
		if code := codeOf(p); got != row.want || code != row.code {
			t.Errorf("%q of %s: %q, %s", row.typed, row.method, got, code)
		}
	}
	for _, row := range []struct {
		typed, code string
		want        Day
	}{
		{"", "", ""}, {"11/24/2026", "", "2026-11-24"}, {"2026-12-21", "", "2026-12-21"}, {"12/22/2026", "deposited_far", ""}, {"11/21/2025", "", "2025-11-21"}, {"11/1/2025", "deposited_far", ""},
		{"02/30/2026", "deposited_form", ""}, {"soon", "deposited_form", ""}, {"11/24", "deposited_form", ""}, {"-1", "deposited_form", ""},
	} {
		got, p := ReadDeposited(row.typed, "2026-11-21")
		if code := codeOf(p); got != row.want || code != row.code {
			t.Errorf("%q: %q, %s", row.typed, got, code)
		}
	}
}

func codeOf(p *Problem) string {
	if p == nil {
		return ""
	}
	return p.Code
}
