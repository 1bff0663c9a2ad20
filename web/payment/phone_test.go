package payment

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestReadPhone(t *testing.T) {
	for typed, want := range map[string]string{"": "", " \u200b": "", "617-555-0100": "617-555-0100", "(617) 555 0100": "(617) 555 0100", "+49 30 123456": "+49 30 123456",
		"617.555.0100 ext 4": "617.555.0100 ext 4", "6175550100": "6175550100", "1 617 555 0100": "1 617 555 0100", "555-0100": "555-0100", "617-555-0100, x12": "617-555-0100, x12",
		"617-555-0100 Ext. 4": "617-555-0100 Ext. 4", "617-555-0100 #4": "617-555-0100 #4", "+49 (0)30 / 123456": "+49 (0)30 / 123456", "(+44) 20 7946 0958": "(+44) 20 7946 0958",
		"+4915123456789": "+4915123456789", "011 49 1512 3456789": "011 49 1512 3456789", "0049 30 123456": "0049 30 123456", "+123456789012345": "+123456789012345",
		" 617 – 555 — 0100\u200e": "617 - 555 - 0100", "６１７－５５５－０１００": "617-555-0100", "٦١٧ ٥٥٥ ٠١٠٠": "617 555 0100"} {
		if got, p := ReadPhone(typed); p != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, p)
		}
	}
	for _, typed := range []string{"none", "call me", "555", "12345", "617-555-010O", "617-555-0100 or 617-555-0101", "617-555-0100 617-555-0101", "dana@example.com", "617+5550100",
		"++16175550100", "(617 555 0100", "617) 555 0100", "617-555-0100 ext", "617-555-0100 ext 1234567", "617-555-0100 ext four", "ext 4", "#6175550100", "+1234567890123456",
		"3782 822463 10006", "411111111112", "617\x00555\x000100", "617\u202e5550100", "617-555-0100\xff1", "617;5550100", strings.Repeat(" - ", 30) + "6175550100"} {
		if got, p := ReadPhone(typed); got != "" || p == nil || p.Code != "phone_form" || p.Field != FieldPhone {
			t.Errorf("%q is taken as %q, %v", typed, got, p)
		}
	}
}

// A card number is no telephone number, whatever stands around it; nor is one
// with a wrong digit, unless somebody puts a plus before fifteen.
func TestCardIsNoPhone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.String().Draw(t, "before") + typedCard(t) + rapid.String().Draw(t, "after")
		if got, p := ReadPhone(typed); got != "" || p == nil || p.Code != "phone_number" {
			t.Fatalf("%q is taken as %q, %v", typed, got, p)
		}
		number := numbers(t)
		number[len(number)-1] = '0' + (number[len(number)-1]-'0'+1)%10
		if got, _ := ReadPhone(string(number)); got != "" {
			t.Fatalf("%s is taken as %q", number, got)
		}
	})
}

// Digits in whatever groups keep their digits and their order, and what was read
// is read again as it is: the program and the server say the same, also of what
// is printed back.
func TestPhoneKeepsItsDigits(t *testing.T) {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.SampledFrom([]string{"", "+"}).Draw(t, "plus")
		for i, n := 0, rapid.IntRange(phoneShortest, phoneAtHome).Draw(t, "digits"); i < n; i++ {
			typed += rapid.SampledFrom([]string{"", "", " ", "-", ".", "/", "–", "\u00a0"}).Draw(t, "between") + rapid.StringMatching(`[0-9]`).Draw(t, "digit")
		}
		got, p := ReadPhone(typed)
		if p != nil || digits(got) != digits(typed) {
			t.Fatalf("%q is read as %q, %v", typed, got, p)
		}
		if again, p := ReadPhone(got); p != nil || again != got {
			t.Fatalf("%q is read again as %q, %v", got, again, p)
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		got, p := ReadPhone(rapid.StringMatching(`[-+0-9 ().x#/a]{0,20}`).Draw(t, "typed"))
		if p == nil && got != "" && (len(digits(got)) < phoneShortest || HoldsCard(got)) {
			t.Fatalf("%q is a telephone number", got)
		}
		if again, p2 := ReadPhone(got); p == nil && (p2 != nil || again != got) {
			t.Fatalf("%q is read again as %q, %v", got, again, p2)
		}
	})
}
