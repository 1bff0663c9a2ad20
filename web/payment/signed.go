package payment

// Signed is an amount that can be negative.
type Signed struct {
	Amount   Amount
	Negative bool
}

// String is the wire form with a minus where it is negative: "-10.00".
func (s Signed) String() string {
	if s.Negative {
		return "-" + s.Amount.String()
	}
	return s.Amount.String()
}
