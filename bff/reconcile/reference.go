package reconcile

import (
	"cmp"
	"strings"

	"paypane/web/payment"
)

// number reports whether a reference is a whole number: epaymentids are, and
// rise within a practice (docs/upstream-api.md#paymenthistory). It can have any
// length.
func number(reference string) bool {
	return reference != "" && strings.Trim(reference, "0123456789") == ""
}

// exactly reports whether a reference is a number as the upstream writes it,
// without zeros before it: only so can it be looked up among those that are owned.
func exactly(reference string) bool { return number(reference) && reference[0] != '0' }

// higher reports whether number a is above number b.
func higher(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) > 0
}

// shown is a receipt's number for a sentence. What is no number, or long enough to be
// a card's, is not repeated: it is empty.
func shown(reference string) string {
	if !number(reference) || len(reference) > longestShown || payment.HoldsCardNumber(reference) {
		return ""
	}
	return reference
}

// longestShown is as many digits as the record leaves beside each other.
const longestShown = 11

// ReceiptWatermark is the highest number among receipts, "0" where there is none: what
// Query.ReceiptWatermark is for a write that is sent after they were read. It is ""
// where one has no number: it could be the highest.
func ReceiptWatermark(receipts []payment.ReceiptSummary) string {
	highest := "0"
	for _, r := range receipts {
		if !exactly(r.Reference) {
			return ""
		}
		if higher(r.Reference, highest) {
			highest = r.Reference
		}
	}
	return highest
}
