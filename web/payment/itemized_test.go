package payment

import (
	"slices"
	"strings"
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

func drawLine(t *rapid.T) ItemizedLine {
	return ItemizedLine{
		Bill:        drawWord("claim-501", "claim-502", "copay-7").Draw(t, "bill"),
		Kind:        rapid.SampledFrom([]Kind{Copay, Claim}).Draw(t, "kind"),
		Service:     Day(drawWord("2026-10-02", "2026-09-01").Draw(t, "day")),
		Description: drawWord("Office visit").Draw(t, "description"),
		Code:        drawWord("99213").Draw(t, "code"),
		Provider:    drawWord("Terry Ahmad, MD").Draw(t, "provider"),
		Billed:      drawStated(t), Insurance: drawStated(t), Left: drawStated(t),
		Paid: Cents(rapid.Int64Range(0, 9000).Draw(t, "paid")),
	}
}

func drawItemized(t *rapid.T) Itemized {
	i := Itemized{
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
			Kind:    rapid.SampledFrom([]Kind{Copay, Claim}).Draw(t, "kind"),
			Service: "2026-08-01", Title: "Visit",
			Amount: Cents(rapid.Int64Range(1, 9000).Draw(t, "amount")),
		}
	}), 0, 4).Draw(t, "charge")
}

// Whatever the claims and our own charge say, a receipt never accounts for
// more money than was paid, and never for money that was not kept.
func TestItemizedNeverSaysMoreThanWasPaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(drawLine), 0, 5).Draw(t, "lines")
		i := drawItemized(t).With(lines)
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
			if !slices.IsSortedFunc(i.Lines, func(a, b ItemizedLine) int { return compareDays(a.Service, b.Service) }) {
				t.Fatalf("not in order: %+v", i.Lines)
			}
			i = i.Attributed(drawCharge(t))
		}
	})
}

// What our own charge says never takes a line away or changes what the
// upstream said of it; and saying it twice changes nothing.
func TestItemizedAttributedOnlyAdds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawItemized(t).With(rapid.SliceOfN(rapid.Custom(drawLine), 0, 4).Draw(t, "lines"))
		charge := drawCharge(t)
		more := i.Attributed(charge)
		if len(more.Lines) < len(i.Lines) || more.Sum().Less(i.Sum()) {
			t.Fatalf("%+v lost lines: %+v", i.Lines, more.Lines)
		}
		for _, l := range i.Lines {
			kept := slices.ContainsFunc(more.Lines, func(m ItemizedLine) bool {
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
func TestItemizedNamesWhatIsMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := drawItemized(t).With(rapid.SliceOfN(rapid.Custom(drawLine), 0, 3).Draw(t, "lines"))
		words := strings.Join(i.MissingWords(), " ")
		some := func(without func(ItemizedLine) bool) bool {
			return len(i.Lines) == 0 || slices.ContainsFunc(i.Lines, without)
		}
		for what, missing := range map[string]bool{
			"the practice’s name":         i.Practice.Name == "",
			"the practice’s address":      i.Practice.Address == nil,
			"the practice’s phone number": i.Practice.Phone == "",
			"the patient’s name":          i.Patient == "",
			"who treated the patient":     some(func(l ItemizedLine) bool { return l.Provider == "" }),
			"the date ":                   some(func(l ItemizedLine) bool { return l.Service == "" }),
			"what insurance paid":         some(func(l ItemizedLine) bool { return l.Kind == Claim && !l.Insurance.Known }),
			" of the payment was for":     len(i.Lines) > 0 && !i.Unassigned().IsZero(),
			"explanation of benefits":     some(func(l ItemizedLine) bool { return l.Kind == Claim && !l.Insurance.Known }),
		} {
			if said := strings.Contains(words, what); said != (missing && i.Paid()) {
				t.Fatalf("%q: said %t, missing %t: %s\n%+v", what, said, missing, words, i)
			}
		}
		fromPractice := slices.ContainsFunc(i.Missing(), func(l Lack) bool { return l.From == FromPractice })
		if strings.Contains(words, "The practice can give you") != fromPractice {
			t.Fatalf("who can supply it: %s", words)
		}
	})
}

// A complete receipt lacks nothing.
func TestItemizedComplete(t *testing.T) {
	i := Itemized{
		Practice: Letterhead{Name: "Harbor", Address: []string{"12 Elm Street"}, Phone: "555-0100"}, Patient: "Dana Sample",
		Type: purchase, Amount: Cents(5000),
	}.With([]ItemizedLine{
		{Kind: Claim, Service: "2026-10-02", Code: "99213", Provider: "Terry Ahmad, MD", Insurance: Said(Cents(0)), Paid: Cents(3000)},
		{Kind: Copay, Service: "2026-10-02", Description: "Copay", Provider: "Terry Ahmad, MD", Paid: Cents(2000)},
	})
	if words := i.MissingWords(); words != nil || i.Standing() != "Paid. This is not a bill." {
		t.Errorf("%q lacks %q", i.Standing(), words)
	}
}

// Only money that was paid and kept is called paid, and never a bill.
func TestItemizedStanding(t *testing.T) {
	for _, kind := range []string{purchase, voidPurchase, void, authorization, "CREDIT", ""} {
		for _, cents := range []int64{0, 4500} {
			i := Itemized{Type: kind, Amount: Cents(cents)}
			s := i.Standing()
			if strings.HasPrefix(s, "Paid.") != (kind == purchase && cents > 0) || !strings.HasSuffix(s, "This is not a bill.") {
				t.Errorf("%s of %d cents: %s", kind, cents, s)
			}
			if strings.Contains(s, "Taken back") != (kind == voidPurchase || kind == void) {
				t.Errorf("%s: %s", kind, s)
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
