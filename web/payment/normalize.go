package payment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// normalize gives typed or pasted text its plain form: full-width
// punctuation and the digits of all alphabets become ASCII, every kind of space becomes a space, invisible
// characters (zero-width, byte order mark, direction marks) vanish, and the
// ends are trimmed.
func normalize(s string) string {
	return strings.TrimSpace(strings.Map(plain, s))
}

// decimalDigit is the digit of ours for one of another alphabet: Arabic, Devanagari,
// Thai. Unicode has the ten of each alphabet in a row, from zero on.
func decimalDigit(r rune) rune {
	for _, x := range unicode.Nd.R16 {
		if lo := rune(x.Lo); r >= lo && r <= rune(x.Hi) {
			return '0' + (r-lo)%10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if lo := rune(x.Lo); r >= lo && r <= rune(x.Hi) {
			return '0' + (r-lo)%10
		}
	}
	return r
}

// plain is the ordinary character for r, or -1 where it is invisible.
func plain(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E: // full-width forms of ASCII
		return r - 0xFEE0
	case r > unicode.MaxLatin1 && unicode.IsDigit(r):
		return decimalDigit(r)
	case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r), r == 0x2800: // an empty cell of Braille
		return ' '
	case unicode.Is(unicode.Cf, r) || unicode.IsControl(r) || r == utf8.RuneError,
		r >= 0xFE00 && r <= 0xFE0F, r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0: // choose a picture, or fill up a letter
		return -1
	}
	return r
}

// blank reports whether r is a space or invisible: what the ends of a typed text
// are rid of. A byte that is no text is neither.
func blank(r rune) bool {
	p := plain(r)
	return r != utf8.RuneError && (p == ' ' || p == -1)
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
