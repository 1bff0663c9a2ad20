package payment

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ReadEmail reads an address for the receipt. It is optional: nothing typed is
// no address and no problem. Spaces at the ends and characters that nobody can
// see are left off; a space inside is asked about, because the address without
// it may be somebody else's. The check is structural on purpose (something, an
// @, a domain with a dot): whether an address exists only the mail server
// knows, and net/mail would bring the net package into the browser program.
func ReadEmail(typed string) (string, *Problem) {
	s := strings.TrimFunc(typed, blank)
	strange := strings.ContainsFunc(s, unseen)
	if s = normalize(s); s == "" {
		return "", nil
	}
	local, domain, _ := strings.Cut(s, "@")
	dot := strings.LastIndexByte(domain, '.')
	switch {
	case HoldsCard(s):
		return "", problem("email_number", FieldEmail)
	case strings.Contains(s, " "):
		return "", problem("email_space", FieldEmail)
	case strange, local == "", dot < 1, dot == len(domain)-1, domain[0] == '.', len(s) > 254,
		strings.ContainsAny(s, "<>()[]\\,;:\""), strings.ContainsAny(domain, "@/?&#!%'_=*+|"), strings.Contains(domain, ".."):
		return "", problem("email_form", FieldEmail)
	}
	return s, nil
}

// unseen reports whether r is a control character, no text, or turns the
// direction of what follows: what is left without it is not what was seen.
func unseen(r rune) bool {
	return unicode.IsControl(r) && plain(r) == -1 || r == utf8.RuneError || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}
