package payment

import (
	"strings"
	"time"
)

// Expiry is the month until whose last day a card is good.
type Expiry struct {
	Year  int        `json:"year"` // four digits
	Month time.Month `json:"month"`
}

// String is the form of the card: "04/29".
func (e Expiry) String() string {
	return two(int(e.Month)) + "/" + two(e.Year%100)
}

// Before reports whether the card is no longer good on the given day, which
// the caller takes in the practice's time zone.
func (e Expiry) Before(today time.Time) bool {
	y, m, _ := today.Date()
	return e.Year < y || e.Year == y && e.Month < m
}

// maxCardYears is how far ahead an expiry date may lie. Cards are issued for
// three to eight years; card-validator, too, draws the line at 19.
const maxCardYears = 19

// parseExpiry reads the usual forms of an expiry date, those of the tests of
// card-validator 10: MM/YY, M/YY, MM/YYYY with any or no spaces, dashes and
// points for the slash, MMYY, MYY, MMYYYY, MYYYY, and YYYY-MM as date inputs
// write it; without a separator also YYYYMM, YYYYM and YYMM, where the month
// cannot stand at the beginning, and YY/MM likewise. today settles the rest: "129" is January 2029
// and "122" in a year when January 2022 is past, is nothing.
func parseExpiry(typed string) (e Expiry, code string) {
	s := strings.ReplaceAll(normalize(typed), "−", "-")
	fields := strings.FieldsFunc(s, func(r rune) bool { return separator(r) || r == '\\' || r == '|' })
	var month, year string
	switch len(fields) {
	case 0:
		return e, "expiry_empty"
	case 1:
		month, year = splitExpiry(fields[0])
	case 2:
		month, year = fields[0], fields[1]
		if len(month) == 4 || len(month) == 2 && len(year) == 2 && digits(month+year) && !isMonth(month) && isMonth(year) && month != "00" {
			month, year = year, month
		}
	default:
		return e, "expiry_form"
	}
	if !digits(month) || !digits(year) || len(month) < 1 || len(month) > 2 ||
		len(year) != 2 && len(year) != 4 {
		return e, "expiry_form"
	}
	m, y := prefix([]byte(month), len(month)), prefix([]byte(year), len(year))
	if len(year) == 2 {
		y += 2000
	}
	if m < 1 || m > 12 {
		return e, "expiry_month"
	}
	return Expiry{Year: y, Month: time.Month(m)}, ""
}

// splitExpiry splits a run of digits into month and year: three and five
// digits have a month of one digit, four and six one of two. The year stands
// first where that way round there is no month, or no year of this century:
// "202904", "20294", "2904".
func splitExpiry(run string) (month, year string) {
	n := len(run)
	if n < 3 || n > 6 || !digits(run) {
		return "", ""
	}
	month, year = run[:2-n%2], run[2-n%2:]
	if n > 3 && (!isMonth(month) || n > 4 && year[:2] != "20") {
		first := 4
		if n == 4 {
			first = 2
		}
		if y, m := run[:first], run[first:]; isMonth(m) && (y[:2] == "20" || n == 4 && y != "00") {
			return m, y
		}
	}
	return month, year
}

// isMonth reports whether digits are the number of a month.
func isMonth(digits string) bool {
	m := prefix([]byte(digits), len(digits))
	return m >= 1 && m <= 12
}

// readExpiry reads an expiry date and judges it on the given day.
func readExpiry(typed string, today time.Time) (Expiry, *Problem) {
	e, code := parseExpiry(typed)
	switch {
	case code == "expiry_empty", code == "expiry_month":
		return Expiry{}, problem(code, FieldExpiry)
	case code != "", e.Year > today.Year()+maxCardYears, e.Year < 2000:
		return Expiry{}, problem("expiry_form", FieldExpiry)
	case e.Before(today):
		return Expiry{}, problem("expiry_past", FieldExpiry, "expiry", e)
	}
	return e, nil
}

// two writes n with two digits.
func two(n int) string {
	if n < 10 {
		return "0" + itoa(n)
	}
	return itoa(n)
}
