package athena

import (
	"strconv"
	"strings"
	"time"

	"paypane/web/payment"
)

// expiry is the end of a stored card: its month and year in fields of their own,
// or both in one.
func (r *row) expiry() payment.Expiry {
	if e := expiryOf(r.plain(cardMonth...), r.plain(cardYear...)); e != (payment.Expiry{}) {
		return e
	}
	return readExpiry(r.plain(cardExpiry...))
}

// readExpiry reads month and year from one text, in any of the likely forms:
// "062027" (as a number it lacks the first zero), "06/2027", "06/27", "2027-06",
// "06/30/2027" and "2027-06-30". It is zero where the text is none of them.
func readExpiry(said string) payment.Expiry {
	said, _, _ = strings.Cut(strings.TrimSpace(said), " ") // a time of day
	if digits(said) && (len(said) == 5 || len(said) == 6) {
		return expiryOf(said[:len(said)-4], said[len(said)-4:])
	}
	parts := strings.Split(strings.ReplaceAll(said, "-", "/"), "/")
	switch {
	case len(parts) == 2 && len(parts[0]) == 4:
		return expiryOf(parts[1], parts[0])
	case len(parts) == 2:
		return expiryOf(parts[0], parts[1])
	case len(parts) == 3 && len(parts[0]) == 4:
		return expiryOf(parts[1], parts[0])
	case len(parts) == 3 && len(parts[2]) == 4:
		return expiryOf(parts[0], parts[2])
	}
	return payment.Expiry{}
}

// expiryOf is a month and a year of two or four digits, or zero.
func expiryOf(m, y string) payment.Expiry {
	if m == "" || len(m) > 2 || len(y) != 2 && len(y) != 4 || !digits(m) || !digits(y) {
		return payment.Expiry{}
	}
	month, _ := strconv.Atoi(m)
	year, _ := strconv.Atoi(y)
	if len(y) == 2 {
		year += 2000
	}
	if month < 1 || month > 12 || year < 2000 || year > 2999 {
		return payment.Expiry{}
	}
	return payment.Expiry{Year: year, Month: time.Month(month)}
}
