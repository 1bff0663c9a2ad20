//go:build !js

package payment

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestAmountsComeBackFromDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := amounts().Draw(t, "a")
		if back, err := FromDecimal(dollars(a)); err != nil || back != a {
			t.Fatalf("%v came back from decimal as %v, %v", a, back, err)
		}
	})
}

func TestFromDecimalRefusesWhatIsNotMoney(t *testing.T) {
	for _, s := range []string{"0.005", "-0.01", "10000000", "1e20", "0.001"} {
		if a, err := FromDecimal(decimal.RequireFromString(s)); err == nil {
			t.Errorf("%s became %v", s, a)
		}
	}
}
