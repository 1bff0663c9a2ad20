package ledger

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"unicode"

	"paypane/web/payment"
)

// digitRun is the number of digits in a row, separators not counted, from
// which on a text could hold a card number. The shortest have twelve.
const digitRun = 12

// clean makes text fit for a record: valid UTF-8 without control characters,
// which could hide digits from the checks of the schema.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
}

// mask cleans text, replaces every digit of a run that could be a card number
// by an asterisk, and cuts the text to the given number of characters. The
// last four go too: a security code may stand behind the number.
func mask(s string, limit int) string {
	r := []rune(clean(s))
	start, count := 0, 0 // of the present run
	flush := func(end int) {
		for i := start; i < end && count >= digitRun; i++ {
			if unicode.IsDigit(r[i]) {
				r[i] = '*'
			}
		}
		count = 0
	}
	for i, c := range r {
		switch {
		case unicode.IsDigit(c):
			if count == 0 {
				start = i
			}
			count++
		case !separates(c):
			flush(i)
		}
	}
	flush(len(r))
	return string(r[:min(len(r), limit)])
}

// separates reports whether people or programs put c between the digits of a
// card number.
func separates(c rune) bool {
	return unicode.IsSpace(c) || unicode.Is(unicode.Pd, c) || strings.ContainsRune("−.,_/'·•", c)
}

// numberFree reports whether a text that is kept as it is, or not at all, can
// be kept.
func numberFree(s string, limit int) bool { return mask(s, limit) == s }

// pseudonym is how the subject of a token is kept: itself, or its digest where
// it could be a card number or is too long, so that two people stay two and
// one stays one. Some providers number their users with 21 digits.
func pseudonym(subject string) string {
	if numberFree(subject, 255) {
		return subject
	}
	sum := sha256.Sum256([]byte(subject))
	return "sha256:" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:])
}

// holdsCard reports whether data holds what really looks like a card number:
// 13 to 19 digits in a row, spaces and dashes not counted, of a network of
// ours, with a right check digit. It is narrower than mask, for session data,
// in which numbers of programs (moments, users) are at home.
func holdsCard(data []byte) bool {
	var run []byte
	for _, c := range append(data[:len(data):len(data)], 0) {
		switch {
		case c >= '0' && c <= '9':
			run = append(run, c)
		case c != ' ' && c != '-':
			if len(run) >= 13 && len(run) <= 19 && payment.BrandOf(run) != "" && payment.Luhn(run) {
				return true
			}
			run = run[:0]
		}
	}
	return false
}
