package desk

import (
	"testing"

	"pgregory.net/rapid"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// However a day is divided, the parts add up to what was done of it: nothing is in
// two, nothing in none, and what is in doubt or was not done in neither. Two payments
// of the same amount are two.
func TestSumsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var all []ledger.Record
		var taken, back, count int64
		for range rapid.IntRange(0, 40).Draw(t, "attempts") {
			cents := rapid.SampledFrom([]int64{2000, 2000, 1, 99999}).Draw(t, "cents")
			a := ledger.Record{Attempt: payment.Attempt{Value: payment.Cents(cents),
				Kind:  rapid.SampledFrom([]payment.Kind{payment.KindCharge, payment.KindRecord, payment.KindVoid, payment.KindRefund, payment.KindAdjust, payment.KindPlan}).Draw(t, "kind"),
				State: rapid.SampledFrom([]payment.State{payment.Succeeded, payment.Unknown, payment.Declined, payment.Sending}).Draw(t, "state")},
				Staff: ledger.Staff{Name: rapid.SampledFrom([]string{"Ana", "Bo", "Cy"}).Draw(t, "who")}}
			all = append(all, a)
			if a.State != payment.Succeeded {
				continue
			}
			switch a.Kind {
			case payment.KindCharge, payment.KindRecord:
				taken, count = taken+cents, count+1
			case payment.KindVoid, payment.KindRefund:
				back, count = back+cents, count+1
			}
		}
		var sumTaken, sumBack, sumCount int64
		for _, s := range summed(all, func(a ledger.Record) string { return a.Staff.Name }) {
			sumTaken, sumBack, sumCount = sumTaken+s.Taken.Cents(), sumBack+s.Returns.Cents(), sumCount+int64(s.Count)
		}
		if sumTaken != taken || sumBack != back || sumCount != count {
			t.Fatalf("taken %d of %d, back %d of %d, %d of %d", sumTaken, taken, sumBack, back, sumCount, count)
		}
	})
}
