package desk

import (
	"strings"

	"paypane/bff/ledger"
)

// sought is what somebody looks for in the list of a day: each text as it is, and as a
// support code.
type sought []soughtText

type soughtText struct{ text, code string }

// seek reads what was typed, or copied from a result, on which "·" stands between the
// number in the practice's system and the support code. Where that is read from right
// to left, marks that nobody sees come with it.
func seek(typed string) (s sought) {
	for text := range strings.SplitSeq(strings.Map(visible, typed), "·") {
		if text = strings.TrimSpace(text); text != "" {
			s = append(s, soughtText{text, strings.ToUpper(strings.ReplaceAll(text, "-", ""))})
		}
	}
	return s
}

// visible leaves out the marks that say in which direction a text is read.
func visible(r rune) rune {
	switch {
	case r == '\u061c', r == '\u200e', r == '\u200f', '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
		return -1
	}
	return r
}

// is reports whether an attempt is meant: by its support code, its number in the
// practice's system, its check's number or its card's last four digits.
func (s sought) is(a ledger.Record) bool {
	for _, t := range s {
		switch {
		case len(t.code) >= 8 && strings.HasPrefix(strings.ToUpper(a.ID), t.code),
			t.text == a.Reference, t.text == a.Last4, strings.EqualFold(t.text, a.CheckNumber):
			return true
		}
	}
	return false
}
