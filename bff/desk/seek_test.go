package desk

import (
	"testing"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// The day's search finds what somebody copied: the code, the reference, both as one
// line, and with the marks that an Arabic page puts around them. What is empty finds
// nothing.
func TestSeek(t *testing.T) {
	a := ledger.Record{Attempt: payment.Attempt{ID: "YB5DMMYX3FFOQ2GJWRWHOUCACF", Counter: payment.Counter{CheckNumber: "a77"}, Last4: "1111", Reference: "61299"}}
	for _, typed := range []string{"YB5D-MMYX", "yb5dmmyx", "YB5DMMYX3FFOQ2GJWRWHOUCACF", "61299", "61299 · YB5D-MMYX", "0 · YB5D-MMYX", "61299 ·", "A77", "1111",
		"\u200eYB5D-MMYX\u200f", "\u2066YB5D-MMYX\u2069", "\u206861299\u2069 · \u2066YB5D-MMYX\u2069", "\u202aYB5D\u202c-MMYX", "\u061c61299"} {
		if !seek(typed).is(a) {
			t.Errorf("%q finds nothing", typed)
		}
	}
	bare := ledger.Record{Attempt: payment.Attempt{ID: "YB5DMMYX3FFOQ2GJWRWHOUCACF"}}
	for _, typed := range []string{"YB5D", "YB5D-MMYZ", "6129", "", "·", "\u200e", "11"} {
		if seek(typed).is(a) || seek(typed).is(bare) {
			t.Errorf("%q finds it", typed)
		}
	}
}
