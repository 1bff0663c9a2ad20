package told

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string, whose quotation mark is next.
func (r *reader) str() (string, error) {
	r.at++
	from := r.at
	for r.at < len(r.text) && r.text[r.at] != '"' && r.text[r.at] != '\\' && r.text[r.at] >= ' ' {
		r.at++
	}
	plain := []byte(r.text[from:r.at])
	for r.at < len(r.text) {
		c := r.text[r.at]
		r.at++
		switch {
		case c == '"':
			return string(plain), nil
		case c < ' ':
			return "", errSyntax
		case c != '\\':
			plain = append(plain, c)
		default:
			letter, err := r.escape()
			if err != nil {
				return "", err
			}
			plain = utf8.AppendRune(plain, letter)
		}
	}
	return "", errSyntax
}

// escape reads what stands after a backslash.
func (r *reader) escape() (rune, error) {
	if r.at == len(r.text) {
		return 0, errSyntax
	}
	c := r.text[r.at]
	r.at++
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return 0, errSyntax
	}
	first, err := r.hex()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	after := r.at
	if strings.HasPrefix(r.text[r.at:], `\u`) {
		r.at += 2
		second, err := r.hex()
		if err != nil {
			return 0, err
		}
		if whole := utf16.DecodeRune(first, second); whole != utf8.RuneError {
			return whole, nil
		}
	}
	r.at = after // half a letter stands alone
	return utf8.RuneError, nil
}

func (r *reader) hex() (rune, error) {
	if r.at+4 > len(r.text) {
		return 0, errSyntax
	}
	n, err := strconv.ParseUint(r.text[r.at:r.at+4], 16, 16)
	if err != nil {
		return 0, errSyntax
	}
	r.at += 4
	return rune(n), nil
}
