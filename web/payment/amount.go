package payment

import (
	"errors"
	"strconv"
	"strings"
	"unicode"
)

// Amount is an amount of money in whole US cents, never negative. The zero
// value is $0.00. Amounts are compared with == and travel as text: "12.50".
type Amount struct{ cents int64 }

// maxCents is the largest amount the text grammar can write: $9,999,999.99.
// Sums stay far below the range of an int64.
const maxCents = 999_999_999

// ErrAmount says that a text or number is not an amount of money that this
// system can hold.
var ErrAmount = errors.New("not an amount in dollars and cents")

// Cents makes an amount from a number of cents. It panics on a negative
// number: a caller that can meet one has to decide what it means first.
func Cents(n int64) Amount {
	if n < 0 {
		panic("payment: negative amount")
	}
	return Amount{n}
}

// ParseAmount reads the wire form: digits without a leading zero, a point, two
// digits ("0.05", "1234.50"), ASCII only, at most seven digits of dollars.
// The grammar is checked before any number library sees the text, because
// those accept far more than money (signs, exponents, other alphabets).
func ParseAmount(text string) (Amount, error) {
	dollars, cents, found := strings.Cut(text, ".")
	if !found || len(dollars) == 0 || len(dollars) > 7 || len(cents) != 2 ||
		len(dollars) > 1 && dollars[0] == '0' || !digits(dollars) || !digits(cents) {
		return Amount{}, ErrAmount
	}
	n, err := strconv.ParseInt(dollars+cents, 10, 64)
	if err != nil {
		return Amount{}, ErrAmount
	}
	return Amount{n}, nil
}

// ReadAmount reads what people type or paste: "45", "45.5", "$1,234.50",
// " 45.50 ". A comma is understood where it groups thousands from the first
// digit on, a point where it stands before at most two digits of cents, and
// nothing else between two digits is: "45,50", "1 200" and "0,120" are asked
// about, because dropping what is not understood can make of an amount a
// hundred times what was meant.
func ReadAmount(typed string) (Amount, error) {
	s := strings.TrimFunc(typed, blank)
	s = strings.Map(func(r rune) rune {
		if p := plain(r); p != -1 && !unicode.IsControl(r) {
			return p
		}
		return '?' // invisible, between others: not understood
	}, s)
	if dollars, ok := strings.CutPrefix(s, "$"); ok {
		s = strings.TrimLeft(dollars, " ")
	}
	whole, cents, point := strings.Cut(s, ".")
	if groups := strings.Split(whole, ","); len(groups) > 1 {
		if len(groups[0]) == 0 || len(groups[0]) > 3 || groups[0][0] == '0' {
			return Amount{}, ErrAmount
		}
		for _, g := range groups[1:] {
			if len(g) != 3 {
				return Amount{}, ErrAmount
			}
		}
		whole = strings.Join(groups, "")
	}
	if whole == "" && point && cents != "" {
		whole = "0"
	}
	if !digits(whole) || whole == "" {
		return Amount{}, ErrAmount
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	switch len(cents) {
	case 0:
		cents = "00"
	case 1:
		cents += "0"
	}
	return ParseAmount(whole + "." + cents)
}

// Cents is the amount in cents.
func (a Amount) Cents() int64 { return a.cents }

// IsZero reports whether the amount is $0.00.
func (a Amount) IsZero() bool { return a.cents == 0 }

// Less reports whether a is less than b.
func (a Amount) Less(b Amount) bool { return a.cents < b.cents }

// Plus is the sum of both.
func (a Amount) Plus(b Amount) Amount { return Amount{a.cents + b.cents} }

// Minus is what is left of a after b is taken away, and $0.00 where b is more.
func (a Amount) Minus(b Amount) Amount { return Amount{max(0, a.cents-b.cents)} }

// String is the wire form: "1234.50".
func (a Amount) String() string {
	s := strconv.FormatInt(a.cents, 10)
	for len(s) < 3 {
		s = "0" + s
	}
	return s[:len(s)-2] + "." + s[len(s)-2:]
}

// Display is the form for people: "$1,234.50".
func (a Amount) Display() string {
	s := a.String()
	for i := len(s) - 6; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return "$" + s
}

// MarshalText writes the wire form.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads the wire form and nothing else; a JSON number is refused
// by encoding/json before it gets here.
func (a *Amount) UnmarshalText(text []byte) error {
	parsed, err := ParseAmount(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// digits reports whether s holds ASCII digits only.
func digits[T string | []byte](s T) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
