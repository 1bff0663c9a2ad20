//go:build !js

package payment

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// What is said of a purchase beside rows of type VOID, as lists of 2009 have them.
func TestStanding(t *testing.T) {
	noon := time.Date(2009, 6, 1, 16, 0, 0, 0, time.UTC)
	row := func(id int, kind string, after time.Duration, change ...func(*ReceiptSummary)) ReceiptSummary {
		r := ReceiptSummary{Reference: fmt.Sprint(id), Type: kind, Time: noon.Add(after), Amount: Cents(2000), Brand: Visa, Last4: "1111"}
		for _, c := range change {
			c(&r)
		}
		return r
	}
	buy, back := func(id int, after time.Duration) ReceiptSummary { return row(id, purchase, after) }, func(id int, after time.Duration, change ...func(*ReceiptSummary)) ReceiptSummary {
		return row(id, void, after, change...)
	}
	for name, test := range map[string]struct {
		rows []ReceiptSummary
		want string // of each row: paid, back, or ? where it is not known
	}{
		"alone":                              {[]ReceiptSummary{buy(98, 0)}, "paid"},
		"beside its void":                    {[]ReceiptSummary{buy(98, 0), back(100, time.Hour)}, "back back"},
		"in another order":                   {[]ReceiptSummary{back(100, time.Hour), buy(98, 0)}, "back back"},
		"at the same second":                 {[]ReceiptSummary{buy(98, 0), back(99, 0)}, "back back"},
		"the void came before":               {[]ReceiptSummary{back(97, -time.Hour), buy(98, 0)}, "back paid"},
		"numbered before":                    {[]ReceiptSummary{back(97, 0), buy(98, 0)}, "back paid"},
		"after a long weekend":               {[]ReceiptSummary{buy(98, 0), back(99, 4*24*time.Hour)}, "back back"},
		"a month later":                      {[]ReceiptSummary{buy(98, 0), back(99, 30*24*time.Hour)}, "paid back"},
		"of another amount":                  {[]ReceiptSummary{buy(98, 0), back(99, 0, func(r *ReceiptSummary) { r.Amount = Cents(2001) })}, "paid back"},
		"of another card":                    {[]ReceiptSummary{buy(98, 0), back(99, 0, func(r *ReceiptSummary) { r.Last4 = "2222" })}, "paid back"},
		"of another brand":                   {[]ReceiptSummary{buy(98, 0), back(99, 0, func(r *ReceiptSummary) { r.Brand = Mastercard })}, "paid back"},
		"of a card that is not known":        {[]ReceiptSummary{buy(98, 0), back(99, 0, func(r *ReceiptSummary) { r.Last4, r.Brand = "", "" })}, "back back"},
		"two, one of them":                   {[]ReceiptSummary{buy(97, 0), buy(98, time.Minute), back(99, time.Hour)}, "? ? back"},
		"two, the second after the void":     {[]ReceiptSummary{buy(97, 0), back(98, time.Minute), buy(99, time.Hour)}, "back back paid"},
		"two, both":                          {[]ReceiptSummary{buy(96, 0), buy(97, time.Minute), back(98, time.Hour), back(99, time.Hour)}, "back back back back"},
		"one of today and one of last month": {[]ReceiptSummary{buy(90, -30*24*time.Hour), buy(97, 0), back(98, time.Hour)}, "paid back back"},
		"a card was only checked":            {[]ReceiptSummary{row(98, purchase, 0, func(r *ReceiptSummary) { r.Amount = Amount{} }), back(99, 0, func(r *ReceiptSummary) { r.Amount = Amount{} })}, "? back"},
		"a type of another case":             {[]ReceiptSummary{buy(98, 0), row(99, "Void", 0)}, "? ?"},
		"a type with a space":                {[]ReceiptSummary{buy(98, 0), row(99, "VOID ", 0)}, "? ?"},
		"a type of which nobody knows":       {[]ReceiptSummary{buy(98, 0), row(99, "REFUND", time.Hour)}, "? ?"},
		"a type that is missing":             {[]ReceiptSummary{buy(98, 0), row(99, "", time.Hour)}, "? ?"},
		"a void and another type":            {[]ReceiptSummary{buy(97, 0), buy(98, 0), back(99, 0), row(100, "void", 0)}, "? ? back ?"},
		"another type of another amount":     {[]ReceiptSummary{buy(98, 0), row(99, "REFUND", 0, func(r *ReceiptSummary) { r.Amount = Cents(2001) })}, "paid ?"},
		"a second payment in another case":   {[]ReceiptSummary{buy(98, 0), row(99, "Purchase", 0)}, "paid ?"},
		"a voided one in another case":       {[]ReceiptSummary{buy(98, 0), row(99, "VoidPurchase", 0)}, "paid ?"},
	} {
		var got []string
		for _, r := range Standing(test.rows) {
			switch i := r.Receipt(); {
			case i.Paid():
				got = append(got, "paid")
			case i.TakenBack():
				got = append(got, "back")
			default:
				got = append(got, "?")
			}
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: %s, want %s", name, s, test.want)
		}
	}
}

// Whichever purchases were truly taken back, no receipt of one says that it was
// paid; nothing is called taken back that no void can be of; and rows other than
// purchases stay as they are.
func TestStandingOfWhatWasTakenBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		start := time.Date(2009, 6, 1, 16, 0, 0, 0, time.UTC)
		var rows []ReceiptSummary
		truly := map[string]bool{}
		id, at := 9, start
		for range rapid.IntRange(1, 5).Draw(r, "payments") {
			at = at.Add(time.Duration(rapid.IntRange(0, 60).Draw(r, "hours")) * time.Hour)
			p := ReceiptSummary{Reference: fmt.Sprint(id), Type: purchase, Time: at, Brand: Visa,
				Amount: Cents(rapid.SampledFrom([]int64{2000, 3000}).Draw(r, "amount")), Last4: rapid.SampledFrom([]string{"1111", "2222", ""}).Draw(r, "card")}
			rows = append(rows, p)
			if id++; rapid.IntRange(0, 2).Draw(r, "taken back") == 0 {
				v := p
				v.Reference, v.Type, v.Time = fmt.Sprint(id), void, at.Add(time.Duration(rapid.IntRange(0, 24).Draw(r, "later"))*time.Hour)
				if rapid.Bool().Draw(r, "card not told") {
					v.Last4 = ""
				}
				rows = append(rows, v)
				truly[p.Reference] = true
				id++
			}
		}
		rows = rapid.Permutation(rows).Draw(r, "order")
		for i, s := range Standing(rows) {
			switch was := rows[i]; {
			case was.Type != purchase && s != was:
				r.Fatalf("%+v became %+v", was, s)
			case truly[s.Reference] && s.Receipt().Paid():
				r.Fatalf("%+v was taken back, and is said to be paid: %+v", s, rows)
			case s.Receipt().TakenBack() && was.Type == purchase && len(was.voidsOf(rows)) == 0:
				r.Fatalf("%+v is said to be taken back: %+v", s, rows)
			}
		}
	})
}
