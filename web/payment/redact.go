package payment

import (
	"slices"
	"unicode/utf8"
)

// IsCardNumber reports whether digits are the number of a card: of a brand that
// is known here, as long as that brand's are, with the right check digit.
func IsCardNumber(digits []byte) bool {
	return slices.Contains(lengthsOf(digits), len(digits)) && Luhn(digits)
}

// foreign reports whether digits are the number of a card of a network that no
// department takes: Diners Club, JCB, UnionPay or Maestro. Some payers have no other, and
// type it where they can.
func foreign(digits []byte) bool {
	switch p, n := prefix(digits, 4), len(digits); {
	case p/10 >= 300 && p/10 <= 305, p/100 == 36, p/100 == 38, p/100 == 39:
		return n == 14 && Luhn(digits)
	case p >= 3528 && p <= 3589, p/100 == 62:
		return n >= 16 && Luhn(digits)
	case slices.Contains(maestro, p):
		return n >= 13 && n <= 19 && Luhn(digits)
	}
	return false
}

// maestro are the first four digits of Maestro cards, which in Europe are as
// common as others. Those of twelve digits are rarer than phone numbers.
var maestro = []int{5018, 5019, 5020, 5038, 5612, 5893, 6304, 6390, 6706, 6709, 6759, 6761, 6762, 6763, 6767, 6771}

// lengthsOf are the lengths that the number of a card can have that begins with
// digits; none where the brand is not known.
func lengthsOf(digits []byte) []int {
	if brand := BrandOf(digits); brand != "" {
		return brand.lengths()
	}
	return nil
}

// HoldsCard reports whether a text that somebody typed holds the number of a
// card of ours or of another network, whatever stands between its digits short of a letter. What is no such
// number, two phone numbers in one line for instance, is left alone. Nothing of
// the text is copied.
func HoldsCard[T string | []byte](text T) bool {
	// The last digits of the present run. No number is longer.
	var window [19]byte
	defer clear(window[:])
	n := 0
	for rest := text; len(rest) > 0; {
		r, size := rune(rest[0]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(string(rest[:min(len(rest), utf8.UTFMax)]))
		}
		rest = rest[size:]
		switch r = plain(r); {
		case r >= '0' && r <= '9':
			if n == len(window) {
				copy(window[:], window[1:])
				n--
			}
			window[n] = byte(r)
			n++
			for at := range n {
				if IsCardNumber(window[at:n]) || foreign(window[at:n]) {
					return true
				}
			}
		case letter(r):
			n = 0
		}
	}
	return false
}

// letter reports whether r is neither a digit nor anything that can stand
// between two: a letter of any alphabet. The ranges of punctuation and signs
// are few, those of letters are many.
func letter(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	case separator(r), r < 0xC0, r >= 0x2000 && r < 0x2C00, r >= 0x3000 && r < 0x3040, r >= 0xFE00 && r <= 0xFE6F, r >= 0x1F000:
		return false
	}
	return true
}

// Harmless is what was typed into a field that no card belongs into. Where a card
// number stands there by mistake it is another one, of samples, that nobody has:
// it is refused for the same reason, and no text that cannot be cleared holds
// theirs.
func Harmless(typed []byte) string {
	if HoldsCard(typed) {
		return "4111111111111111"
	}
	return string(typed)
}

// HoldsCardNumber reports whether a text holds what could be a card number:
// one that HoldsCard finds, or twelve or more digits in a row with nothing but
// separators between them. It is the last net, for texts in which nobody needs so
// many digits.
func HoldsCardNumber[T string | []byte](text T) bool {
	b := []byte(text)
	run := 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		switch r = plain(r); {
		case r >= '0' && r <= '9':
			if run++; run >= 12 {
				return true
			}
		case r == -1 || separator(r):
		default:
			run = 0
		}
	}
	return HoldsCard(text)
}

// ShowsCard reports whether the number of a card stands in a text as it is printed
// on one: in one piece, or in the groups of its brand. It is for texts in which
// long rows of digits are at home, and into which nobody types.
func ShowsCard[T string | []byte](text T) bool {
	joins := func(r rune) bool { return r == -1 || separator(r) }
	return anyNumber(text, joins, func(number []byte, from int, starts []int) bool {
		return IsCardNumber(number) && (len(starts) == 0 || inGroups(number, from, starts))
	})
}

// PassesForCard reports whether a text that somebody typed holds what could be the
// number of a card of whatever network: one that HoldsCard finds, or 13 to 19 digits
// with the right check digit, in one piece or in groups with anything short of a
// letter between them. It is for the few fields in which long numbers are at home;
// one number in ten of these lengths is refused there for nothing.
func PassesForCard[T string | []byte](text T) bool {
	joins := func(r rune) bool { return !letter(r) }
	return HoldsCard(text) || anyNumber(text, joins, func(number []byte, _ int, _ []int) bool {
		return len(number) >= 13 && Luhn(number)
	})
}

// anyNumber reports whether a number of a text is one. A number is up to 19 digits:
// a group, or several in a row with nothing between them but what joins. from is
// where it begins among the digits of its row, and starts are where its groups
// after the first do.
func anyNumber[T string | []byte](text T, joins func(rune) bool, is func(number []byte, from int, starts []int) bool) bool {
	var digits []byte
	var starts []int // of the groups, in digits
	within := false
	check := func() bool {
		for i, from := range starts {
			for j := i; j < len(starts); j++ {
				until := len(digits)
				if j+1 < len(starts) {
					until = starts[j+1]
				}
				number := digits[from:until]
				if len(number) > 19 {
					break
				}
				if is(number, from, starts[i+1:j+1]) {
					return true
				}
			}
		}
		digits, starts = digits[:0], starts[:0]
		return false
	}
	defer func() { clear(digits[:cap(digits)]) }()
	for _, r := range string(text) {
		switch r = plain(r); {
		case r >= '0' && r <= '9':
			if !within {
				starts = append(starts, len(digits))
			}
			digits, within = append(digits, byte(r)), true
		case joins(r):
			within = false
		default:
			within = false
			if check() {
				return true
			}
		}
	}
	return check()
}

// inGroups reports whether the groups of a number begin where they do on a card.
func inGroups(number []byte, from int, starts []int) bool {
	var gaps []int
	for _, gap := range BrandOf(number).Gaps() {
		if gap < len(number) {
			gaps = append(gaps, from+gap)
		}
	}
	return slices.Equal(gaps, starts)
}
