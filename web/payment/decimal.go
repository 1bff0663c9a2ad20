//go:build !js

package payment

import "github.com/shopspring/decimal"

// FromDecimal turns the result of exact decimal arithmetic into an amount. It
// refuses fractions of a cent, negative numbers and what is out of range; the
// caller rounds, knowingly, before.
func FromDecimal(d decimal.Decimal) (Amount, error) {
	c := d.Shift(2)
	if !c.IsInteger() || c.IsNegative() || c.GreaterThan(decimal.New(maxCents, 0)) {
		return Amount{}, ErrAmount
	}
	return Amount{c.IntPart()}, nil
}
