package payment

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawStated and the other draws make receipts of every shape that can come
// from an upstream, sensible or not.
func drawStated(t *rapid.T) Stated {
	if !rapid.Bool().Draw(t, "known") {
		return Stated{}
	}
	return Said(Cents(rapid.Int64Range(0, 50000).Draw(t, "cents")))
}

func drawWord(words ...string) *rapid.Generator[string] {
	return rapid.SampledFrom(append([]string{""}, words...))
}

func drawLine(t *rapid.T) ReceiptLine {
	return ReceiptLine{
		Bill:        drawWord("claim-501", "claim-502", "copay-7").Draw(t, "bill"),
		Kind:        rapid.SampledFrom([]BillKind{Copay, Claim}).Draw(t, "kind"),
		Service:     Day(drawWord("2026-10-02", "2026-09-01").Draw(t, "day")),
		Description: drawWord("Office visit").Draw(t, "description"),
		Code:        drawWord("99213").Draw(t, "code"),
		Provider:    drawWord("Terry Ahmad, MD").Draw(t, "provider"),
		Billed:      drawStated(t), Insurance: drawStated(t), Left: drawStated(t),
		Paid: Cents(rapid.Int64Range(0, 9000).Draw(t, "paid")),
	}
}

func drawReceipt(t *rapid.T) Receipt {
	i := Receipt{
		Practice: Letterhead{Name: drawWord("Harbor").Draw(t, "practice"), Phone: drawWord("555-0100").Draw(t, "phone")},
		Patient:  drawWord("Dana Sample").Draw(t, "patient"),
		Type:     drawWord(purchase, purchase, purchase, voidPurchase, void, authorization, "CREDIT").Draw(t, "type"),
		Amount:   Cents(rapid.Int64Range(0, 20000).Draw(t, "amount")),
	}
	if rapid.Bool().Draw(t, "address") {
		i.Practice.Address = []string{"12 Elm Street"}
	}
	return i
}

func drawCharge(t *rapid.T) []Line {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Line {
		return Line{
			Bill:    rapid.SampledFrom([]string{"claim-501", "claim-502", "claim-503", "copay-7"}).Draw(t, "bill"),
			Kind:    rapid.SampledFrom([]BillKind{Copay, Claim}).Draw(t, "kind"),
			Service: "2026-08-01", Title: "Visit",
			Amount: Cents(rapid.Int64Range(1, 9000).Draw(t, "amount")),
		}
	}), 0, 4).Draw(t, "charge")
}

// Whatever the claims and our own charge say, a receipt never accounts for
// more money than was paid, and never for money that was not kept.
func TestReceiptNeverSaysMoreThanWasPaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(drawLine), 0, 5).Draw(t, "lines")
		i := drawReceipt(t).With(lines)
		for range 2 { // the second time with what was there already
			if i.Amount.Less(i.Sum()) || !i.Paid() && len(i.Lines) > 0 {
				t.Fatalf("%s of %s has lines of %s", i.Type, i.Amount, i.Sum())
			}
			if i.Paid() && i.Sum().Plus(i.Unassigned()) != i.Amount {
				t.Fatalf("%s is not %s and %s", i.Amount, i.Sum(), i.Unassigned())
			}
			for _, l := range i.Lines {
				if l.Paid.IsZero() {
					t.Fatalf("a line that was paid nothing: %+v", l)
				}
			}
			if !slices.IsSortedFunc(i.Lines, func(a, b ReceiptLine) int { return compareDays(a.Service, b.Service) }) {
				t.Fatalf("not in order: %+v", i.Lines)
			}
			i = i.Attributed(drawCharge(t))
		}
	})
}

// What our own charge says never takes a line away or changes what the
// upstream said of it; and saying it twice changes nothing.
func TestReceiptAttributedOnlyAdds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawReceipt(t).With(rapid.SliceOfN(rapid.Custom(drawLine), 0, 4).Draw(t, "lines"))
		charge := drawCharge(t)
		more := i.Attributed(charge)
		if len(more.Lines) < len(i.Lines) || more.Sum().Less(i.Sum()) {
			t.Fatalf("%+v lost lines: %+v", i.Lines, more.Lines)
		}
		for _, l := range i.Lines {
			kept := slices.ContainsFunc(more.Lines, func(m ReceiptLine) bool {
				if l.Kind == Copay && l.Bill == "" {
					m.Bill = ""
				}
				if l.Kind == Copay && l.Service == "" {
					m.Service = ""
				}
				return l == m
			})
			if !kept {
				t.Fatalf("%+v is not in %+v", l, more.Lines)
			}
		}
	})
}

// Everything that is not there is named, with who can supply it, and nothing
// that is there.
func TestReceiptNamesWhatIsMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawReceipt(t).With(rapid.SliceOfN(rapid.Custom(drawLine), 0, 3).Draw(t, "lines"))
		some := func(without func(ReceiptLine) bool) bool {
			return len(i.Lines) == 0 || slices.ContainsFunc(i.Lines, without)
		}
		noInsurance := func(l ReceiptLine) bool { return l.Kind == Claim && !l.Insurance.Known }
		for what, missing := range map[Lacking]bool{
			LacksName:      i.Practice.Name == "",
			LacksAddress:   i.Practice.Address == nil,
			LacksPhone:     i.Practice.Phone == "",
			LacksPatient:   i.Patient == "",
			LacksProvider:  some(func(l ReceiptLine) bool { return l.Provider == "" }),
			LacksServices:  len(i.Lines) == 0,
			LacksDays:      slices.ContainsFunc(i.Lines, func(l ReceiptLine) bool { return l.Service == "" }),
			LacksInsurance: some(noInsurance),
			LacksRest:      len(i.Lines) > 0 && !i.Unassigned().IsZero(),
		} {
			at := slices.IndexFunc(i.Missing(), func(l Lack) bool { return l.What == what })
			if (at >= 0) != (missing && i.Paid()) {
				t.Fatalf("%q is missing: %t, and named at %d: %+v", what, missing, at, i)
			}
			if at < 0 {
				continue
			}
			lack := i.Missing()[at]
			if (lack.From == FromInsurance) != (what == LacksInsurance) || what == LacksRest && lack.Amount != i.Unassigned() {
				t.Fatalf("%+v of %+v", lack, i)
			}
		}
	})
}

// A complete receipt lacks nothing.
func TestReceiptComplete(t *testing.T) {
	i := Receipt{
		Practice: Letterhead{Name: "Harbor", Address: []string{"12 Elm Street"}, Phone: "555-0100"}, Patient: "Dana Sample",
		Type: purchase, Amount: Cents(5000),
	}.With([]ReceiptLine{
		{Kind: Claim, Service: "2026-10-02", Code: "99213", Provider: "Terry Ahmad, MD", Insurance: Said(Cents(0)), Paid: Cents(3000)},
		{Kind: Copay, Service: "2026-10-02", Description: "Copay", Provider: "Terry Ahmad, MD", Paid: Cents(2000)},
	})
	if lacks := i.Missing(); lacks != nil || !i.Paid() {
		t.Errorf("paid %t, lacks %v", i.Paid(), lacks)
	}
}

// Only money that was paid and kept is called paid.
func TestReceiptStanding(t *testing.T) {
	for _, kind := range []string{purchase, voidPurchase, void, authorization, "CREDIT", ""} {
		for _, cents := range []int64{0, 4500} {
			i := Receipt{Type: kind, Amount: Cents(cents)}
			if i.Paid() != (kind == purchase && cents > 0) || i.TakenBack() != (kind == voidPurchase || kind == void) ||
				i.Checked() != (kind == authorization || kind == purchase && cents == 0) {
				t.Errorf("%s of %d cents: paid %t, taken back %t, checked %t", kind, cents, i.Paid(), i.TakenBack(), i.Checked())
			}
		}
	}
}

// A practice's own words go before the upstream's, and addresses are not mixed.
func TestLetterheadOr(t *testing.T) {
	own := Letterhead{Address: []string{"12 Elm Street"}, TaxID: "12-3456789"}
	known := Letterhead{Name: "Harbor", Address: []string{"8762 STONERIDGE CT", "ROME, GA 30417"}, Phone: "(555) 916-7897"}
	got := own.Or(known)
	if got.Name != "Harbor" || !slices.Equal(got.Address, own.Address) || got.Phone != known.Phone || got.TaxID != own.TaxID || got.NPI != "" {
		t.Errorf("%+v", got)
	}
}

// A receipt of money for no bill names no service, and says that it does not; one
// for a visit without a bill says when that was, and not what was done.
func TestReceiptOfMoneyForNoBill(t *testing.T) {
	paid := Receipt{Type: purchase, Amount: Cents(8000), Patient: "Dana", Practice: Letterhead{Name: "Harbor", Address: []string{"12"}, Phone: "1"}}
	for _, row := range []struct {
		line  Line
		lacks []Lacking
	}{
		{Line{Bill: "other-account", Kind: Unapplied, Number: AccountNumber, Title: "For no bill", Amount: Cents(8000)},
			[]Lacking{LacksApplied}},
		{Line{Bill: "today-7", Kind: Today, Number: "7", Service: "2026-11-21", Title: "Payment for your visit", Amount: Cents(8000)},
			[]Lacking{LacksKinds, LacksProvider, LacksInsurance}},
	} {
		i := paid.Attributed([]Line{row.line})
		var lacks []Lacking
		for _, l := range i.Missing() {
			lacks = append(lacks, l.What)
		}
		if len(i.Lines) != 1 || i.Lines[0].Paid != Cents(8000) || !i.Unassigned().IsZero() || !slices.Equal(lacks, row.lacks) {
			t.Errorf("%s: %+v lacks %q", row.line.Kind, i.Lines, lacks)
		}
	}
}
