package payment

import (
	"strings"
	"unicode"
)

// FieldPhone is the input for a telephone number.
const FieldPhone = "phone"

// The digits of a telephone number: with a country code as many as ITU-T E.164
// has, without one as many as people dial at home. Twelve digits and more without
// a country code are more often a card number with a wrong digit.
const (
	phoneShortest  = 7
	phoneLongest   = 15
	phoneAtHome    = 11
	phoneExtension = 6
)

// ReadPhone reads a telephone number, which is optional: nothing typed is none
// and no problem. It is kept in the groups in which it was typed, since those of
// the world cannot be told from the digits. Whether anybody answers it is not
// known.
func ReadPhone(typed string) (string, *Problem) {
	s := strings.TrimFunc(typed, blank)
	strange := strings.ContainsFunc(s, unseen)
	s = strings.Map(func(r rune) rune {
		if r == '−' || unicode.Is(unicode.Pd, r) {
			return '-'
		}
		return r
	}, strings.Join(strings.Fields(normalize(s)), " "))
	switch {
	case s == "":
		return "", nil
	case HoldsCard(s):
		return "", problem("phone_number", FieldPhone)
	case strange, len(s) > 60, !dialled(s):
		return "", problem("phone_form", FieldPhone)
	}
	return s, nil
}

// dialled reports whether a text is a telephone number, with or without an
// extension.
func dialled(s string) bool {
	number, extension := s, ""
	if at := strings.IndexFunc(s, func(r rune) bool { return letter(r) || r == '#' }); at >= 0 {
		number = strings.TrimRight(s[:at], " ,;")
		if extension = extensionOf(s[at:]); extension == "" {
			return false
		}
	}
	international, n, open := false, 0, false
	for _, r := range number {
		switch {
		case r >= '0' && r <= '9':
			n++
		case r == '+' && n == 0 && !international:
			international = true
		case r == '(' && !open:
			open = true
		case r == ')' && open:
			open = false
		case r == ' ', r == '-', r == '.', r == '/':
		default:
			return false
		}
	}
	// Many dial 00 or 011 where others write +.
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	for _, prefix := range []string{"011", "00"} {
		if !international && n > phoneAtHome && strings.HasPrefix(digits, prefix) {
			international, n = true, n-len(prefix)
		}
	}
	most := phoneAtHome
	if international {
		most = phoneLongest
	}
	return !open && n >= phoneShortest && n <= most
}

// extensionOf is the extension behind a word for one: "ext. 4", "x4", "#4";
// empty: there is none.
func extensionOf(s string) string {
	s = strings.ToLower(s)
	for _, word := range []string{"extension", "ext", "x", "#"} {
		if rest, ok := strings.CutPrefix(s, word); ok {
			rest = strings.TrimLeft(rest, ". ")
			if rest == "" || len(rest) > phoneExtension || strings.Trim(rest, "0123456789") != "" {
				return ""
			}
			return rest
		}
	}
	return ""
}
