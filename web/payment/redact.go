package payment

import "unicode/utf8"

// HoldsCardNumber reports whether a text holds what could be a card number:
// twelve or more digits in a row, with nothing but separators between them. It
// is the last net before something is kept, logged or printed back.
func HoldsCardNumber[T string | []byte](text T) bool {
	b := []byte(text)
	run := 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		switch r = plain(r); {
		case r >= '0' && r <= '9':
			if run++; run >= 12 {
				return true
			}
		case r == -1 || separator(r):
		default:
			run = 0
		}
	}
	return false
}
