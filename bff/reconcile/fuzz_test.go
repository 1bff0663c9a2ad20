package reconcile

import (
	"testing"
	"time"

	"paypane/web/payment"
)

// acts are all kinds of write, and one that there is not.
var acts = []payment.Kind{
	payment.KindCharge, payment.KindChargeStored, payment.KindAgreeVisit, payment.KindAgreeYear, payment.KindPlan,
	payment.KindRecord, payment.KindVoid, payment.KindVendorPayment, payment.KindRefund, payment.KindAdjust, payment.KindStoreCard, "",
}

// No evidence, however odd, makes a verdict that contradicts itself: what is
// found is in the list, absence is never called early, and what staff read
// holds no card number.
func FuzzDecide(f *testing.F) {
	f.Add(uint8(0), "61233", "", "1111", "61234", "PURCHASE", int64(0), "61235", "VOIDPURCHASE", int64(5), int64(1e12), int64(0), "ABCDEFGHIJ")
	f.Add(uint8(6), "", "61234", "", "61234", "VOIDPURCHASE", int64(-9), "4111111111111111", "PURCHASE", int64(0), int64(1e13), int64(60), "")
	f.Add(uint8(2), "0", "", "1111", "007", "AUTHORIZATION", int64(1<<62), "-1", "VOID", int64(-1<<62), int64(-1), int64(-1<<63), "4111 1111 1111 1111")
	f.Fuzz(func(t *testing.T, act uint8, before, voided, last4, ref1, type1 string, at1 int64, ref2, type2 string, at2, read, delay int64, holder string) {
		q := Query{Kind: acts[int(act)%len(acts)], Amount: payment.Cents(2500), Last4: last4, Payment: voided, Sent: sent, ReceiptWatermark: before}
		r1 := payment.ReceiptSummary{Reference: ref1, Type: type1, Time: sent.Add(time.Duration(at1)), Amount: q.Amount, Last4: "1111"}
		r2 := payment.ReceiptSummary{Reference: ref2, Type: type2, Time: sent.Add(time.Duration(at2)), Amount: q.Amount, Last4: last4}
		e := Evidence{Read: sent.Add(time.Duration(read)), Receipts: rows(r1, r2), Claimed: map[string]string{ref2: holder}}
		b := Bounds{Delay: time.Duration(delay)}
		for _, e.Competing = range [][]Query{nil, {q}, {{}}} {
			v := Decide(q, e, b)
			switch v.Verdict {
			case Found:
				if v.Reference != ref1 && v.Reference != ref2 && q.Kind != payment.KindVoid {
					t.Errorf("found %q", v.Reference)
				}
				if v.Reference == ref2 && q.Kind != payment.KindVoid {
					t.Errorf("found %q, which another attempt holds", ref2)
				}
			case NotFound:
				if e.Read.Before(b.complete().shown(sent)) {
					t.Error("absent too early")
				}
			case TooEarly:
				if !v.Until.After(e.Read) {
					t.Errorf("wait until %s", v.Until)
				}
			case Review:
				if v.Reason == "" || payment.HoldsCardNumber(v.Reason) {
					t.Errorf("why: %q", v.Reason)
				}
			default:
				t.Errorf("%+v", v)
			}
		}
	})
}
