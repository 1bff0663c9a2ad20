package athenatest

// Method is a way to pay that a practice has configured for payments it
// records itself. Its code is what a request says, except that "CHECKS" in
// the configuration is "CHECK" in a request.
type Method struct {
	Name string
	Code string
	Card bool
}

// methods are those of the sample patients' practice. Some real codes hold slashes and
// spaces (docs/upstream-api.md#card-methods).
func methods() []Method {
	return []Method{
		{"Cash", "CASH", false},
		{"Check", "CHECK", false},
		{"American Express", "AMEX", true},
		{"Discover", "DISCOVER", true},
		{"MasterCard and Visa", "MC/VISA", true},
		{"Non-IPP MC", "NON-IPP MC", true},
		{"Visa", "VISA", true},
	}
}
