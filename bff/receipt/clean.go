package receipt

import (
	"strings"
	"unicode"
)

// longest is how much of a text is set, in characters; no name is as long.
const longest = 200

// clean makes a text fit to be set: one line, without what is not seen, and
// not too long. Marks that turn the direction of other text around have no
// place in a name.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = joining(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == zwj || r == zwnj:
			return r
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest-1]) + "…"
	}
	return s
}
