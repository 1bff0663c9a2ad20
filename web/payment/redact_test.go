package payment

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNoFieldButTheNumberCarriesACard(t *testing.T) {
	for _, typed := range []string{"4111111111111111", "4111 1111 1111 1111", "12 Elm St 4111-1111-1111-1111", "37828 2246310005 Elm", "５５５５５５５５５５５５４４４４", "6011:1111:1111:1117", "4111|1111|1111|1111", "4111(1111)1111 1111", "4\u200b1\u200b1\u200b1 1111 1111 1111",
		"४१११११११११११११११", "๔๑๑๑๑๑๑๑๑๑๑๑๑๑๑๑", "𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏", "3530 1113 3330 0000", "3056-930902-5904", "6200 0000 0000 0005", "12 Elm St 36227206271667"} {
		if got, p := readAddress([]byte(typed)); p == nil || p.Code != "address_number" || ProblemText(*p) != "Enter the billing address, not the card number" {
			t.Errorf("%q is sent as the address %q, %v", typed, got, p)
		}
	}
	for _, typed := range []string{"12 Elm St", "1021 - 01021-000", "PO Box 123456789012", "Flat 3, 12-14 High St 020 7946 0018", "4111 1111 1111 1112 Main", "1-2-3 Chiyoda"} {
		if got, p := readAddress([]byte(typed)); p != nil || got != typed {
			t.Errorf("%q is read as %q, %v", typed, got, p)
		}
	}
}

// typedCard draws a number of a card as people can type it.
func typedCard(t *rapid.T) string {
	separators := []string{"", " ", "-", "  ", " - ", "\u00a0", "–", ".", "/", "\u200b", "\t", "_", "\n", "·", "\u2060", "|", ":", "*", "()", "\u00ad"}
	var b strings.Builder
	for _, d := range numbers(t) {
		b.WriteString(rapid.SampledFrom(separators).Draw(t, "separator"))
		b.WriteRune(rapid.SampledFrom([]rune{0, 0xFF10 - '0', 0x660 - '0', 0x6F0 - '0', 0x966 - '0', 0xE50 - '0', 0x1D7CE - '0'}).Draw(t, "alphabet") + rune(d))
	}
	return b.String()
}

// A card that is typed somewhere is found, whatever stands around it; and none
// of the free fields lets it by.
func TestTypedCardIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.String().Draw(t, "before") + typedCard(t) + rapid.String().Draw(t, "after")
		if !HoldsCard(typed) || !HoldsCard([]byte(typed)) {
			t.Fatalf("%q holds a card", typed)
		}
		if got, p := readAddress([]byte(typed)); p == nil {
			t.Fatalf("%q is an address", got)
		}
		if got, p := readName([]byte(typed)); p == nil {
			t.Fatalf("%q is a name", got)
		}
		if got, p := readZIP([]byte(typed)); p == nil {
			t.Fatalf("%q is a postal code", got)
		}
		if got, p := ReadEmail(typed + "@example.com"); p == nil {
			t.Fatalf("%q is an address", got)
		}
	})
}

// Cards of networks that nobody here takes are cards all the same.
func TestForeignCardsAreFound(t *testing.T) {
	for _, s := range []string{"3566002020360505", "36148900647913", "6200000000000005", "6759649826438453", "6304 0000 0000 0000", "Elm 5019-7170-1010-3742, 12"} {
		if got, p := readAddress([]byte(s)); p == nil {
			t.Errorf("%q is an address", got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := []byte(rapid.SampledFrom([]string{"5018", "5020", "5893", "6304", "6759", "6761", "6763", "3528", "3589", "62"}).Draw(t, "prefix"))
		for want := rapid.IntRange(15, 18).Draw(t, "digits"); len(n) < want; {
			n = append(n, byte('0'+rapid.IntRange(0, 9).Draw(t, "digit")))
		}
		for d := byte('0'); d <= '9'; d++ {
			if Luhn(append(n, d)) {
				n = append(n, d)
				break
			}
		}
		for what, p := range map[string]*Problem{"address": second(readAddress(n)), "name": second(readName(n)), "email": second(ReadEmail(string(n) + "@example.com")), "phone": second(ReadPhone(string(n)))} {
			if p == nil {
				t.Fatalf("%s carries %s", what, n)
			}
		}
	})
}

func second(_ string, p *Problem) *Problem { return p }

// What holds no number with a right check digit holds no card.
func TestOtherNumbersAreNoCards(t *testing.T) {
	for _, s := range []string{"", "555-555-0107 or 555-555-0108", "NDC 0002-1433-80, 0002-1434-80", "99213, 99214, 36415, 80053", "01/01/2026 - 01/31/2026",
		"3530111333300003", "4222222222222", "411111111111111", "4111 1111 x 1111 1111", "8613812345678@163.com"} {
		if HoldsCard(s) {
			t.Errorf("%q is taken for a card", s)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := numbers(t)
		i := rapid.IntRange(0, len(n)-1).Draw(t, "at")
		n[i] = '0' + (n[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		within := false // a shorter number of a card
		for from := range n {
			for until := from + 1; until <= len(n); until++ {
				within = within || until-from < len(n) && (IsCardNumber(n[from:until]) || foreign(n[from:until]))
			}
		}
		if HoldsCard(n) && !within && !foreign(n) {
			t.Fatalf("%s is no card", n)
		}
	})
}

func TestHoldsCardNumber(t *testing.T) {
	for _, s := range []string{"4111111111111111", "name 4111-1111 1111.1111 x", "４１１１１１１１１１１１１１１１", "411111111111"} {
		if !HoldsCardNumber(s) {
			t.Errorf("%q is not found out", s)
		}
	}
	for _, s := range []string{"", "Dana Sample", "12 Elm St, 02139", "5-3-21 x 100200300", "12345678901"} {
		if HoldsCardNumber(s) {
			t.Errorf("%q is taken for a card number", s)
		}
	}
}
