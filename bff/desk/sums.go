package desk

import (
	"slices"
	"strings"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// summed adds up what was taken and given back, under the names that name gives; an
// empty name is left out. Only what is known to be done counts: what is in doubt, or
// was not done, is no money.
func summed(all []ledger.Record, name func(ledger.Record) string) (sums []web.DaySum) {
	for _, a := range all {
		key := name(a)
		if key == "" || a.State != payment.Succeeded || !a.Kind.PaysBills() && !a.Kind.Returns() {
			continue
		}
		at := slices.IndexFunc(sums, func(s web.DaySum) bool { return s.Name == key })
		if at < 0 {
			at, sums = len(sums), append(sums, web.DaySum{Name: key})
		}
		sums[at].Count++
		if a.Kind.Returns() {
			sums[at].Returns = sums[at].Returns.Plus(a.Total())
		} else {
			sums[at].Taken = sums[at].Taken.Plus(a.Total())
		}
	}
	slices.SortFunc(sums, func(a, b web.DaySum) int { return strings.Compare(a.Name, b.Name) })
	return sums
}
