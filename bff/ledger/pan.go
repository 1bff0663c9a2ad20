package ledger

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"paypane/web/payment"
)

// digitRun is the number of digits in a row, separators not counted, from
// which on a text could hold a card number. The shortest have twelve.
const digitRun = 12

// stripControls makes text fit for a record: valid UTF-8 without control characters,
// which could hide digits from the checks of the schema.
func stripControls(s string) string {
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

// scrubPAN cleans text, replaces every digit of a run that could be a card number
// by an asterisk, and cuts the text to the given number of characters. The
// last four go too: a security code may stand behind the number.
func scrubPAN(s string, limit int) string {
	r := []rune(stripControls(s))
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

// typed is a text that a person typed, fit for a record. It stays as it is, two
// phone numbers in one line included, unless it holds the number of a card: then
// it is scrubbed.
func typed(s string, limit int) string {
	if payment.HoldsCard(stripControls(s)) {
		return scrubPAN(s, limit)
	}
	return fitting(s, limit)
}

// printed is a text of the practice's, as it is: codes of drugs and procedures,
// days and phone numbers are long rows of digits. Only what looks like a card,
// as it is printed on one, is scrubbed.
func printed(s string, limit int) string {
	if payment.ShowsCard(stripControls(s)) {
		return scrubPAN(s, limit)
	}
	return fitting(s, limit)
}

// fitting cleans a text and cuts it so that it fits into a column of the given
// number of characters.
func fitting(s string, limit int) string {
	r := []rune(stripControls(s))
	r = r[:min(len(r), limit)]
	for utf8.RuneCountInString(apart(string(r))) > limit {
		r = r[:len(r)-1]
	}
	return string(r)
}

// joiner is invisible and stands in no text that is kept: stripControls leaves it out.
const joiner = '\u2060'

// apart is how a text is stored of which is known that its digits are no card.
// The columns refuse twelve digits that only spaces and dashes separate, whatever
// the program thinks; the joiner before the twelfth says that it has looked.
func apart(s string) string {
	var b strings.Builder
	run := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			if run++; run == digitRun {
				b.WriteRune(joiner)
				run = 1
			}
		case r != ' ' && r != '-':
			run = 0
		}
		b.WriteRune(r)
	}
	return b.String()
}

// together is the way back from apart. A text that apart did not make is left as
// it is, so that nobody can change a row unseen.
func together(stored string) string {
	if s := strings.ReplaceAll(stored, string(joiner), ""); apart(s) == stored {
		return s
	}
	return stored
}

// wide is how a vendor's number is stored of which is known that it is no card's. It
// is as long as the number, as apart is not: the column takes no more characters than
// a number can have. Each twelfth digit of a row is written in full width.
func wide(s string) string {
	r := []rune(s)
	run := 0
	for i, c := range r {
		switch {
		case c >= '0' && c <= '9':
			if run++; run == digitRun {
				r[i] = c - '0' + '０'
				run = 0
			}
		case c != ' ' && c != '-':
			run = 0
		}
	}
	return string(r)
}

// narrow is the way back from wide. A text that wide did not make is left as it is,
// so that nobody can change a row unseen.
func narrow(stored string) string {
	s := strings.Map(func(c rune) rune {
		if c >= '０' && c <= '９' {
			return c - '０' + '0'
		}
		return c
	}, stored)
	if wide(s) == stored {
		return s
	}
	return stored
}

// longNumberFits reports whether a vendor's number can be kept as it is, in a column
// of 32 characters.
func longNumberFits(s string) bool {
	return s == stripControls(s) && utf8.RuneCountInString(s) <= 32 && narrow(wide(s)) == s && !payment.PassesForCard(s)
}

// joined scans a text that was stored by apart.
type joined struct{ to *string }

func (k joined) Scan(value any) error {
	switch v := value.(type) {
	case string:
		*k.to = together(v)
	case []byte:
		*k.to = together(string(v))
	default:
		return fmt.Errorf("a text is %T", value)
	}
	return nil
}

// numberFree reports whether a text that is kept as it is, or not at all, can
// be kept.
func numberFree(s string, limit int) bool { return scrubPAN(s, limit) == s }

// pseudonym is how the subject of a token is kept: itself, or its digest where
// it could be a card number or is too long, so that two people stay two and
// one stays one. Some providers number their users with 21 digits.
func pseudonym(subject string) string {
	if numberFree(subject, 255) {
		return subject
	}
	return digest(subject)
}

// digestPrefix is how a digest begins.
const digestPrefix = "sha256:"

// digest stands for a text that is not kept.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return digestPrefix + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:])
}

// holdsCard reports whether data holds what really looks like a card number:
// 13 to 19 digits in a row, spaces and dashes not counted, of a network of
// ours, with a right check digit, or one in the groups of a card, whatever stands
// between them. It is narrower than scrubPAN, for session data, in which numbers of
// programs (moments, users) are at home.
func holdsCard(data []byte) bool {
	if payment.ShowsCard(data) {
		return true
	}
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
