//go:build !js

package payment_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paypane/web/payment"
)

// typedCount is a form of a count, and what somebody meant by it.
func typedCount(t *rapid.T) (typed map[string]string, cash, float int64, checks []payment.DrawerCheck) {
	typed = map[string]string{}
	float = rapid.Int64Range(0, 50000).Draw(t, "float")
	typed[payment.FieldFloat] = payment.Cents(float).String()
	typed[payment.Pieces[0].Name()] = "0"
	for _, p := range payment.Pieces {
		if rapid.Bool().Draw(t, "some") {
			n := rapid.IntRange(0, 200).Draw(t, p.Name())
			typed[p.Name()] = strconv.Itoa(n)
			cash += int64(n) * p.Value.Cents()
		}
	}
	for i := range rapid.IntRange(0, 12).Draw(t, "checks") {
		c := payment.DrawerCheck{Number: rapid.SampledFrom([]string{"1044", "1044", "A-17", "10445566778"}).Draw(t, "number"), Amount: payment.Cents(rapid.Int64Range(1, 999999).Draw(t, "amount"))}
		typed[payment.FieldDrawerCheck+strconv.Itoa(i+1)], typed[payment.FieldDrawerPaid+strconv.Itoa(i+1)] = c.Number, "$"+c.Amount.String()
		checks = append(checks, c)
	}
	for _, g := range payment.CardGroups {
		typed[payment.FieldDrawerCards+string(g)] = rapid.SampledFrom([]string{"", "0", "12.50", "1,200"}).Draw(t, "card")
	}
	return typed, cash, float, checks
}

// row are digits that a record would take for a card's number.
var row = regexp.MustCompile(`([0-9][-\s.,_/'·•]*){12}`)

// What is counted is what was typed: pieces by their value, checks one by one, also
// two that are alike. A record of it is read back as it was, and no row of digits in
// it could be a card's.
func TestCountIsWhatWasTyped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		typed, cash, float, checks := typedCount(t)
		c, problems := payment.ReadCounted(func(name string) string { return typed[name] }, 12)
		if len(problems) > 0 {
			t.Fatalf("%v of %v", problems, typed)
		}
		if c.Cash().Cents() != cash || c.Float.Cents() != float || len(c.Checks) != len(checks) {
			t.Fatalf("%d of %d in cash, %d checks of %d", c.Cash().Cents(), cash, len(c.Checks), len(checks))
		}
		for i := range checks {
			if c.Checks[i] != checks[i] {
				t.Fatalf("check %d is %v, typed %v", i, c.Checks[i], checks[i])
			}
		}
		text, err := json.Marshal(c)
		if err != nil || row.Match(text) || !c.Fits() {
			t.Fatalf("%v: %s", err, text)
		}
		var back payment.Counted
		if err := json.Unmarshal(text, &back); err != nil || back.Cash() != c.Cash() || back.Float != c.Float || fmt.Sprint(back.Checks) != fmt.Sprint(c.Checks) || !maps.Equal(back.Cards, c.Cards) {
			t.Fatalf("read back %+v of %+v: %v", back, c, err)
		}
	})
}

// What is no count is asked about, each at its input, and nothing is taken for zero
// that was not typed so.
func TestCountThatIsNone(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		typed map[string]string
		codes string
	}{
		"nothing":             {nil, "drawer_float:float drawer_cash:note-10000"},
		"no float":            {map[string]string{"note-100": "3"}, "drawer_float:float"},
		"a zero is a count":   {map[string]string{"float": "0", "note-100": "0"}, ""},
		"half a note":         {map[string]string{"float": "0", "note-100": "1.5"}, "drawer_pieces:note-100"},
		"less than none":      {map[string]string{"float": "0", "coin-25": "-4"}, "drawer_pieces:coin-25"},
		"too many":            {map[string]string{"float": "0", "coin-25": "10000"}, "drawer_pieces:coin-25"},
		"words":               {map[string]string{"float": "some", "coin-25": "few"}, "drawer_form:float drawer_pieces:coin-25"},
		"a huge float":        {map[string]string{"float": "10000.01", "coin-25": "0"}, "drawer_float_big:float"},
		"a check, no amount":  {map[string]string{"float": "0", "coin-25": "0", "check-2": "1044"}, "drawer_paid:paid-2"},
		"a check of nothing":  {map[string]string{"float": "0", "coin-25": "0", "check-2": "1044", "paid-2": "0"}, "drawer_paid:paid-2"},
		"an amount alone":     {map[string]string{"float": "0", "coin-25": "0", "paid-3": "5"}, "checknumber_empty:check-3"},
		"a card for a number": {map[string]string{"float": "0", "coin-25": "0", "check-1": "4111111111111111", "paid-1": "5"}, "checknumber_card:check-1"},
		"cards in words":      {map[string]string{"float": "0", "coin-25": "0", "cards-amex": "twelve"}, "drawer_form:cards-amex"},
	} {
		_, problems := payment.ReadCounted(func(field string) string { return row.typed[field] }, 6)
		var codes []string
		for _, p := range problems {
			codes = append(codes, p.Code+":"+p.Field)
		}
		if got := strings.Join(codes, " "); got != row.codes {
			t.Errorf("%s: %s, want %s", name, got, row.codes)
		}
	}
}

// Whatever was taken, given back, and is in doubt: what a drawer should hold is what
// came in less what went out, each method apart, and a count of exactly that is off by
// nothing. Whatever is miscounted is off by just that, and too much of one does not
// make up for too little of another.
func TestVarianceIsWhatIsOff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var all []payment.Attempt
		byID := map[string]payment.Attempt{}
		var cash, checks, cards, charged int64
		for i := range rapid.IntRange(0, 30).Draw(t, "acts") {
			total := payment.Cents(rapid.Int64Range(1, 20000).Draw(t, "cents"))
			a := payment.Attempt{ID: strconv.Itoa(i), Kind: payment.KindRecord, Value: total, State: rapid.SampledFrom([]payment.State{payment.Succeeded, payment.Succeeded, payment.Unknown, payment.Declined}).Draw(t, "state")}
			switch rapid.SampledFrom([]string{"cash", "check", "outside", "card", "vendor", "back"}).Draw(t, "kind") {
			case "cash":
				a.Method = payment.Cash
			case "check":
				a.Method, a.CheckNumber = payment.Check, rapid.SampledFrom([]string{"1", "2"}).Draw(t, "number")
			case "outside":
				a.Method = payment.Method(rapid.SampledFrom([]string{"MC/VISA", "AMEX", "DISCOVER", "NON-IPP MC", "OURS"}).Draw(t, "method"))
			case "card":
				a.Kind, a.Brand = payment.KindCharge, payment.Visa
			case "vendor":
				a.Kind, a.Method = payment.KindVendorPayment, payment.Cash
			case "back":
				if len(all) == 0 {
					continue
				}
				of := rapid.SampledFrom(all).Draw(t, "of")
				if of.State != payment.Succeeded || of.Kind == payment.KindVendorPayment || of.Kind == payment.KindVoid || byID["back"+of.ID].ID != "" {
					continue
				}
				a.Kind, a.Undoes, a.Value, a.Method, a.CheckNumber = payment.KindVoid, of.ID, of.Value, of.Method, of.CheckNumber
				byID["back"+of.ID] = a
			}
			all, byID[a.ID] = append(all, a), a
			sign := int64(1)
			if a.Kind == payment.KindVoid {
				sign = -1
			}
			switch {
			case a.State != payment.Succeeded || a.Kind == payment.KindVendorPayment:
			case a.Method == payment.Cash:
				cash += sign * a.Value.Cents()
			case a.Method.IsCheck():
				checks += sign * a.Value.Cents()
			case a.Method != "":
				cards += sign * a.Value.Cents()
			default:
				charged += sign * a.Value.Cents()
			}
		}
		h := payment.HeldOf(all, func(id string) payment.Attempt { return byID[id] })
		var sum, settled int64
		for _, g := range payment.CardGroups {
			sum += h.Cards[g]
		}
		for _, b := range h.Charged {
			settled += b.Taken.Cents() - b.Back.Cents()
		}
		if h.Cash != cash || payment.CheckSum(h.Checks).Cents()-payment.CheckSum(h.Gone).Cents() != checks || sum != cards || settled != charged {
			t.Fatalf("holds %+v, and should %d in cash, %d in checks, %d by card, %d charged", h, cash, checks, cards, charged)
		}

		c := payment.Counted{Float: payment.Cents(max(0, -h.Cash)), Checks: h.Checks, Pieces: map[string]int{}, Cards: map[payment.CardGroup]payment.Amount{}}
		c.Pieces["coin-1"] = int(c.Float.Cents() + h.Cash)
		for g, cents := range h.Cards {
			if cents < 0 {
				return // nobody counts less than none
			}
			c.Cards[g] = payment.Cents(cents)
		}
		if v := c.Against(h); !v.Total().IsZero() || v.Net() != 0 {
			t.Fatalf("a right count is off by %+v", v)
		}
		over, short := rapid.Int64Range(1, 500).Draw(t, "over"), rapid.Int64Range(1, 500).Draw(t, "short")
		c.Pieces["coin-1"] += int(over)
		extra := payment.DrawerCheck{Number: "9", Amount: payment.Cents(short)}
		c.Checks = append([]payment.DrawerCheck{extra}, c.Checks...)
		v := c.Against(h)
		if v.Cash != over || len(v.Extra) != 1 || v.Extra[0] != extra || len(v.Missing) != 0 || v.Total() != payment.Cents(over+short) || v.Net() != over+short {
			t.Fatalf("off by %+v, and should be %d and %v", v, over, extra)
		}
		if len(h.Checks) > 0 {
			c.Checks = c.Checks[:len(c.Checks)-1]
			if v := c.Against(h); len(v.Missing) != 1 || v.Total() != payment.Cents(over+short).Plus(v.Missing[0].Amount) {
				t.Fatalf("without a check it is off by %+v", v)
			}
		}
	})
}
