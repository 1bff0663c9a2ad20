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

// Words is the form for a sentence: "March 2026".
func (e Expiry) Words() string { return e.Month.String() + " " + itoa(e.Year) }

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
// write it. today settles the forms without a separator: "129" is January 2029
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
		if len(month) == 4 {
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
// digits have a month of one digit, four and six one of two.
func splitExpiry(run string) (month, year string) {
	switch len(run) {
	case 3, 5:
		return run[:1], run[1:]
	case 4, 6:
		return run[:2], run[2:]
	}
	return "", ""
}

// readExpiry reads an expiry date and judges it on the given day.
func readExpiry(typed string, today time.Time) (Expiry, *Problem) {
	problem := func(code, text string) (Expiry, *Problem) {
		return Expiry{}, &Problem{Code: code, Field: FieldExpiry, Text: text}
	}
	e, code := parseExpiry(typed)
	switch {
	case code == "expiry_empty":
		return problem(code, "Enter the expiry date")
	case code == "expiry_month":
		return problem(code, "The month must be between 01 and 12")
	case code != "", e.Year > today.Year()+maxCardYears, e.Year < 2000:
		return problem("expiry_form", "Enter the expiry date as it is on the card, like 04/29")
	case e.Before(today):
		return problem("expiry_past", "This card expired in "+e.Words()+". Use another card.")
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
