package payment

import (
	"testing"
	"unicode"
)

// The digits of every alphabet stand in rows of ten from zero on, so that what is
// typed with them is read; and a digit stays a digit.
func TestDigitsOfAllAlphabets(t *testing.T) {
	for _, x := range unicode.Nd.R16 {
		if x.Stride != 1 || (x.Hi-x.Lo+1)%10 != 0 {
			t.Errorf("%U to %U", x.Lo, x.Hi)
		}
	}
	for _, x := range unicode.Nd.R32 {
		if x.Stride != 1 || (x.Hi-x.Lo+1)%10 != 0 {
			t.Errorf("%U to %U", x.Lo, x.Hi)
		}
	}
	for zero, want := range map[rune]string{'0': "0123456789", '０': "0123456789", '०': "0123456789", '๐': "0123456789", '𝟎': "0123456789", '𝟶': "0123456789", '۰': "0123456789"} {
		digits := ""
		for i := range rune(10) {
			digits += string(zero + i)
		}
		if got := normalize(digits); got != want {
			t.Errorf("%q is read as %q", digits, got)
		}
	}
}
