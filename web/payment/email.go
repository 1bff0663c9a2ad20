package payment

import "strings"

// ReadEmail reads an address for the receipt. It is optional: nothing typed is
// no address and no problem. The check is structural on purpose (something, an
// @, a domain with a dot): whether an address exists only the mail server
// knows, and net/mail would bring the net package into the browser program.
func ReadEmail(typed string) (string, *Problem) {
	s := strings.ReplaceAll(normalize(typed), " ", "")
	if s == "" {
		return "", nil
	}
	if HoldsCardNumber(s) {
		return "", &Problem{Code: "email_number", Field: FieldEmail, Text: "Enter an email address, not the card number"}
	}
	local, domain, _ := strings.Cut(s, "@")
	dot := strings.LastIndexByte(domain, '.')
	if local == "" || dot < 1 || dot == len(domain)-1 || len(s) > 254 ||
		strings.ContainsAny(s, "<>()[]\\,;:\"") || strings.Contains(domain, "@") || strings.Contains(domain, "..") {
		return "", &Problem{Code: "email_form", Field: FieldEmail, Text: "Enter an email address like name@example.com"}
	}
	return s, nil
}
