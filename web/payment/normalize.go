package payment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// normalize gives typed or pasted text its plain form: full-width digits and
// punctuation become ASCII, every kind of space becomes a space, invisible
// characters (zero-width, byte order mark, direction marks) vanish, and the
// ends are trimmed.
func normalize(s string) string {
	return strings.TrimSpace(strings.Map(plain, s))
}

// plain is the ordinary character for r, or -1 where it is invisible.
func plain(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E: // full-width forms of ASCII
		return r - 0xFEE0
	case r >= 0x0660 && r <= 0x0669: // Arabic-Indic digits
		return r - 0x0660 + '0'
	case r >= 0x06F0 && r <= 0x06F9: // Persian digits
		return r - 0x06F0 + '0'
	case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.Is(unicode.Cf, r) || unicode.IsControl(r) || r == utf8.RuneError:
		return -1
	}
	return r
}

// separator reports whether people and programs put r between the digits of a
// card number: spaces, all sorts of dashes, points, slashes, and what
// dictation adds.
func separator(r rune) bool {
	switch r {
	case ' ', '.', ',', '_', '/', '\'', '·', '•', '−':
		return true
	}
	return unicode.Is(unicode.Pd, r)
}

// bareDigits appends the digits of typed to dst without their separators. It
// works on bytes and makes no copy besides dst, so that the caller can clear
// all there is. ok is false where something else than digits and separators
// stands in typed.
func bareDigits(dst, typed []byte) (out []byte, ok bool) {
	ok = true
	for len(typed) > 0 {
		r, n := utf8.DecodeRune(typed)
		typed = typed[n:]
		switch r = plain(r); {
		case r == -1 || separator(r):
		case r >= '0' && r <= '9':
			dst = append(dst, byte(r))
		default:
			ok = false
		}
	}
	return dst, ok
}
