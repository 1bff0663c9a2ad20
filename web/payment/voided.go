//go:build !js || desk

package payment

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// unclear is the type, ours, of a purchase of which it is not known whether it was
// taken back: the upstream has no such word.
const unclear = "PURCHASE OR VOID"

// longestVoidable is how long after a payment its VOID can be. Payments settle
// each night and are not voidable from then on
// (docs/upstream-api.md#settlement, documented); weekends and holidays are not
// said (unknown), and five days hold the longest of them.
const longestVoidable = 5 * 24 * time.Hour

// Standing is a list of receipts with what its rows say about each other. In old
// lists a payment that was taken back stays a PURCHASE, and beside it stands a row
// of type VOID of its own, which does not say of what
// (docs/upstream-api.md#voidpayment, recorded in 2009). A purchase that is
// certainly such a row's becomes one that was taken back; one of several that
// can be meant becomes unclear, because a receipt that says "Paid" of money
// that went back is worse than one that does not know. So does one beside a row of
// a type that nobody knows.
func Standing(receipts []ReceiptSummary) []ReceiptSummary {
	all := slices.Clone(receipts)
	for i, r := range receipts {
		if r.Type != purchase || r.Amount.IsZero() {
			continue
		}
		voids := r.voidsOf(receipts)
		if len(voids) == 0 {
			continue
		}
		// The purchases that these voids can be of, and all voids of those.
		meant, their := 0, map[int]bool{}
		for _, p := range receipts {
			of := p.voidsOf(receipts)
			if slices.ContainsFunc(of, func(v int) bool { return slices.Contains(voids, v) }) {
				meant++
				for _, v := range of {
					their[v] = true
				}
			}
		}
		plainly := true // each of them is a VOID as it always was written
		for v := range their {
			plainly = plainly && receipts[v].Type == void
		}
		if all[i] = r.Unclear(); plainly && len(their) >= meant {
			all[i] = r.Voided()
		}
	}
	return all
}

// voidsOf are the rows that may be the purchase's taking back, by their place.
func (r ReceiptSummary) voidsOf(receipts []ReceiptSummary) (places []int) {
	if r.Type != purchase {
		return nil
	}
	for i, v := range receipts {
		after := !v.Time.Before(r.Time) && v.Time.Sub(r.Time) <= longestVoidable && higherNumber(v.Reference, r.Reference)
		card := (v.Last4 == "" || r.Last4 == "" || v.Last4 == r.Last4) && (v.Brand == "" || r.Brand == "" || v.Brand == r.Brand)
		if mayVoid(v.Type) && v.Amount == r.Amount && card && after {
			places = append(places, i)
		}
	}
	return places
}

// Unclear is the row of a payment of which it is not known whether it was taken
// back.
func (r ReceiptSummary) Unclear() ReceiptSummary {
	r.Type = unclear
	return r
}

// mayVoid reports whether a row of that type may be the taking back of another
// one: a VOID, and whatever is none of the words that are known.
func mayVoid(kind string) bool {
	return !slices.ContainsFunc([]string{purchase, voidPurchase, authorization}, func(known string) bool {
		return strings.EqualFold(known, strings.TrimSpace(kind))
	})
}

// higherNumber reports whether a number is above another; they are as the upstream
// writes them, without zeros before.
func higherNumber(a, b string) bool {
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) > 0
}
