package reconcile

import (
	"cmp"
	"strconv"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
	"paypane/web/words"
)

var sent = time.Date(2026, 11, 21, 15, 15, 2, 600_000_000, time.UTC)

const soon, late = time.Minute, 30*time.Minute + 10*time.Second // a look before and one at the end of the delay

func asked(change ...func(*Query)) Query {
	q := Query{Kind: payment.KindCharge, Amount: payment.Cents(2500), Brand: payment.Visa, Last4: "1111", Sent: sent, ReceiptWatermark: "61233"}
	for _, c := range change {
		c(&q)
	}
	return q
}

func as(a payment.Kind) func(*Query)  { return func(q *Query) { q.Kind = a } }
func before(id string) func(*Query)   { return func(q *Query) { q.ReceiptWatermark = id } }
func card(last4 string) func(*Query)  { return func(q *Query) { q.Last4, q.Brand = last4, "" } }
func at(d time.Duration) func(*Query) { return func(q *Query) { q.Sent = sent.Add(d) } }
func voiding(id string) func(*Query) {
	return func(q *Query) { q.Kind, q.Payment, q.Last4, q.Brand = payment.KindVoid, id, "", "" }
}

// row is a receipt as the upstream lists it that long after sent.
func row(id string, after time.Duration, change ...func(*payment.ReceiptSummary)) payment.ReceiptSummary {
	r := payment.ReceiptSummary{Reference: id, Time: sent.Add(after).Truncate(time.Second), Type: "PURCHASE",
		Amount: payment.Cents(2500), Brand: payment.Visa, Last4: "1111"}
	for _, c := range change {
		c(&r)
	}
	return r
}

func kind(k string) func(*payment.ReceiptSummary) {
	return func(r *payment.ReceiptSummary) { r.Type = k }
}
func cents(n int64) func(*payment.ReceiptSummary) {
	return func(r *payment.ReceiptSummary) { r.Amount = payment.Cents(n) }
}
func last4(s string) func(*payment.ReceiptSummary) {
	return func(r *payment.ReceiptSummary) { r.Last4 = s }
}
func brand(s string) func(*payment.ReceiptSummary) {
	return func(r *payment.ReceiptSummary) { r.Brand = payment.Brand(s) }
}
func rows(r ...payment.ReceiptSummary) []payment.ReceiptSummary { return r }

func TestDecide(t *testing.T) {
	const a, b = "61234", "61235"
	mc := brand("MC")
	shown := kind("AUTHORIZATION")
	type c struct {
		name    string
		q       Query
		rows    []payment.ReceiptSummary
		claimed map[string]string
		rivals  []Query
		want    string // found and what, absent, or for a person and a part of why
	}
	for _, test := range []c{
		{"its row", asked(), rows(row(a, 0)), nil, nil, "found " + a},
		{"a stored card's", asked(as(payment.KindChargeStored)), rows(row(a, 0)), nil, nil, "found " + a},
		{"of a patient without receipts", asked(before("0")), rows(row("1", 0)), nil, nil, "found 1"},
		{"among others", asked(), rows(row("61000", -time.Hour), row(a, 0), row(b, 0, cents(2501)), row("61236", 0, last4("1112"))), nil, nil, "found " + a},
		{"without its brand", asked(), rows(row(a, 0, brand(""))), nil, nil, "the card cannot be compared"},
		{"of a brand that is not asked about", asked(card("1111")), rows(row(a, 0)), nil, nil, "found " + a},
		{"as early as clocks allow", asked(), rows(row(a, -2*time.Minute)), nil, nil, "found " + a},
		{"too early", asked(), rows(row(a, -2*time.Minute-time.Second)), nil, nil, "Receipt 61234 could be it, but was made at another time."},
		{"as late as allowed", asked(), rows(row(a, 15*time.Minute)), nil, nil, "found " + a},
		{"too late", asked(), rows(row(a, 15*time.Minute+time.Second)), nil, nil, "another time"},
		{"no receipts", asked(), nil, nil, nil, "absent"},
		{"no later receipt", asked(), rows(row("61233", 0), row("99", 0)), nil, nil, "absent"},
		{"another amount", asked(), rows(row(a, 0, cents(2499))), nil, nil, "absent"},
		{"another card", asked(), rows(row(a, 0, last4("1112"))), nil, nil, "absent"},
		{"two", asked(), rows(row(a, 0), row(b, time.Minute)), nil, nil, "Receipt 61234 could be it. Receipt 61235 could be it."},
		{"two, one at another time", asked(), rows(row(a, 0), row(b, time.Hour)), nil, nil, "found " + a},
		{"two, one of another brand", asked(), rows(row(a, 0, mc), row(b, 0)), nil, nil, "found " + b},
		{"two, one held", asked(), rows(row(a, 0), row(b, 0)), map[string]string{a: "ABCDEFGHIJ"}, nil, "found " + b},
		{"one held", asked(), rows(row(a, 0)), map[string]string{a: "ABCDEFGHIJ"}, nil, "but belongs to attempt ABCD-EFGH."},
		{"one held of another time", asked(), rows(row(a, time.Hour)), map[string]string{a: "ABCDEFGHIJ"}, nil, "absent"},
		{"another brand", asked(), rows(row(a, 0, mc)), nil, nil, "another kind of card"},
		{"voided since", asked(), rows(row(a, 0, kind("VOIDPURCHASE"))), nil, nil, "not listed as a payment"},
		{"voided at another time", asked(), rows(row(a, time.Hour, kind("VOIDPURCHASE"))), nil, nil, "another time"},
		{"voided, and another", asked(), rows(row(a, 0, kind("VOIDPURCHASE")), row(b, 0)), nil, nil, "Receipt 61235 could be it."},
		{"a void of its own, hours later", asked(), rows(row(a, 0), row(b, 3*time.Hour, kind("VOID"))), nil, nil, "not listed as a payment"},
		{"a void of its own, at once", asked(), rows(row(a, 0), row(b, -2*time.Minute, kind("VOID"))), nil, nil, "not listed as a payment"},
		{"a void from before", asked(), rows(row(a, 0), row(b, -3*time.Minute, kind("VOID"))), nil, nil, "found " + a},
		{"an unknown type alone", asked(), rows(row(a, 0, kind("CREDIT"))), nil, nil, "not listed as a payment"},
		{"an authorization of that amount", asked(), rows(row(a, 0, shown)), nil, nil, "not listed as a payment"},
		{"an authorization of that amount much later", asked(), rows(row(a, time.Hour, shown)), nil, nil, "another time"},
		{"no card known", asked(card("")), rows(row(a, 0)), nil, nil, "card cannot be compared"},
		{"no card known, no row", asked(card("")), rows(row(a, 0, cents(1))), nil, nil, "absent"},
		{"a row without a card", asked(), rows(row(a, 0, last4(""))), nil, nil, "card cannot be compared"},
		{"a row without a number", asked(), rows(row("x", 0)), nil, nil, "A receipt whose number is not shown here could be it, but has no number."},
		{"a row like a card number", asked(), rows(row("4111111111111111", 0, mc)), nil, nil, "A receipt whose number is not shown here could be it"},
		{"not read before, long after", asked(before("")), rows(row(a, 2*time.Minute+time.Second)), nil, nil, "found " + a},
		{"not read before, just after", asked(before("")), rows(row(a, 2*time.Minute)), nil, nil, "earlier payment"},
		{"not read before, just before", asked(before("")), rows(row(a, -time.Minute)), nil, nil, "earlier payment"},
		{"not read before, two", asked(before("")), rows(row(a, 0), row(b, 5*time.Minute)), nil, nil, "Receipt 61235 could be it."},
		{"not read before, before", asked(before("")), rows(row(a, -14*time.Minute)), nil, nil, "another time"},
		{"not read before, a while before", asked(before("")), rows(row(a, -15*time.Minute-time.Second)), nil, nil, "absent"},
		{"before is no number", asked(before("x1")), rows(row(a, 0)), nil, nil, "earlier payment"},

		{"a rival that may own it", asked(), rows(row(a, 0)), nil, []Query{asked(at(time.Minute))}, "another payment that is not settled"},
		{"a rival and two rows", asked(), rows(row(a, 0), row(b, 0)), nil, []Query{asked(at(time.Minute))}, "Receipt 61235 could be it, but could as well"},
		{"a rival without a card", asked(), rows(row(a, 0)), nil, []Query{asked(card(""))}, "not settled"},
		{"a rival that began after the row", asked(), rows(row(a, 0)), nil, []Query{asked(before(a))}, "found " + a},
		{"a rival that began later", asked(), rows(row(a, 0)), nil, []Query{asked(at(4 * time.Minute))}, "found " + a},
		{"a rival of another amount", asked(), rows(row(a, 0)), nil, []Query{asked(func(q *Query) { q.Amount = payment.Cents(1) })}, "found " + a},
		{"a rival of another card", asked(), rows(row(a, 0)), nil, []Query{asked(card("1112"))}, "found " + a},
		{"a rival of another act", asked(), rows(row(a, 0)), nil, []Query{asked(voiding(a)), asked(as(payment.KindAgreeVisit))}, "found " + a},
		{"a rival plan with a down payment", asked(), rows(row(a, 0)), nil, []Query{asked(as(payment.KindPlan))}, "not settled"},
		{"a rival that is recorded", asked(), rows(row(a, 0)), nil, []Query{asked(as(payment.KindRecord))}, "found " + a},
		{"rivals and no row", asked(), nil, nil, []Query{asked()}, "absent"},

		{"agreement", asked(as(payment.KindAgreeVisit)), rows(row(a, 0, shown, cents(0))), nil, nil, "found " + a},
		{"agreement with its limit", asked(as(payment.KindAgreeYear)), rows(row(a, 0, shown)), nil, nil, "found " + a},
		{"agreement of another limit", asked(as(payment.KindAgreeYear)), rows(row(a, 0, shown, cents(1))), nil, nil, "not known whether every agreement makes one"},
		{"agreement and a stored card", asked(as(payment.KindAgreeYear)), rows(row(a, 0, cents(0)), row(b, 0, shown, cents(0))), nil, nil, "found " + b},
		{"agreement without a row", asked(as(payment.KindAgreeVisit)), rows(row(a, 0)), nil, nil, "not known whether every agreement makes one"},
		{"two agreements", asked(as(payment.KindAgreeVisit)), rows(row(a, 0, shown), row(b, 0, shown, cents(0))), nil, nil, "whether this agreement went through. Receipt 61234 could be it. Receipt 61235"},
		{"agreement and a rival", asked(as(payment.KindAgreeVisit)), rows(row(a, 0, shown)), nil, []Query{asked(as(payment.KindAgreeYear))}, "not settled"},

		{"agreement and a rival plan without a down payment", asked(as(payment.KindAgreeVisit)), rows(row(a, 0, shown, cents(0))), nil,
			[]Query{asked(as(payment.KindPlan), func(q *Query) { q.Amount = payment.Amount{} })}, "found " + a},

		{"void", asked(voiding("99")), rows(row("99", -time.Hour, kind("VOIDPURCHASE"))), map[string]string{"99": "ABCDEFGHIJ"}, nil, "found 99"},
		{"void that another one did", asked(voiding("99")), rows(row("99", -time.Hour, kind("VOIDPURCHASE"))), nil, []Query{asked(voiding("99"))}, "another attempt at that"},
		{"void beside that of another payment", asked(voiding("99")), rows(row("99", -time.Hour, kind("VOIDPURCHASE"))), nil, []Query{asked(voiding("98"))}, "found 99"},
		{"void not done", asked(voiding("99")), rows(row("99", -time.Hour), row("98", 0, kind("VOIDPURCHASE")), row("100", 0, kind("VOIDPURCHASE"))), nil, nil, "absent"},
		{"void of nothing listed", asked(voiding("99")), rows(row("98", 0)), nil, nil, "do not list the payment that was to be voided, receipt 99."},
		{"void of no number", asked(voiding("")), rows(row("", 0, kind("VOIDPURCHASE"))), nil, nil, "do not list"},
		{"void of no number, and a row of zero", asked(voiding("")), rows(row("0", 0, kind("VOIDPURCHASE"))), nil, nil, "do not list"},
		{"void of an authorization", asked(voiding("99")), rows(row("99", 0, shown)), nil, nil, "neither plainly"},
		{"void listed both ways", asked(voiding("99")), rows(row("99", 0), row("99", 0, kind("VOIDPURCHASE"))), nil, nil, "neither plainly"},
		{"void as of old", asked(voiding("99")), rows(row("99", -time.Hour), row(a, 0, kind("VOID"))), nil, nil, "beside it receipt 61234"},
		{"void of another amount as of old", asked(voiding("99")), rows(row("99", -time.Hour), row(a, 0, kind("VOID"), cents(1))), nil, nil, "absent"},
		{"an older void", asked(voiding("99")), rows(row("99", -time.Hour), row("61233", 0, kind("VOID"))), nil, nil, "absent"},
		{"void as of old, not read before", asked(voiding("99"), before("")), rows(row("99", -time.Hour), row(a, -2*time.Minute, kind("VOID"))), nil, nil, "beside it"},
		{"void as of old, without a number", asked(voiding("99")), rows(row("99", -time.Hour), row("x", 0, kind("VOID"))), nil, nil, "beside it a receipt"},
		{"an older void, not read before", asked(voiding("99"), before("")), rows(row("99", -time.Hour), row(a, -3*time.Minute, kind("VOID"))), nil, nil, "absent"},
	} {
		t.Run(test.name, func(t *testing.T) {
			look := func(after time.Duration) Decision {
				return Decide(test.q, Evidence{test.q.Sent.Add(after), test.rows, test.claimed, test.rivals}, Bounds{})
			}
			if v := look(late); told(v) != test.want && (v.Verdict != Review || !strings.Contains(reasonText(v.Reason), test.want)) {
				t.Errorf("late: %s, want %s", told(v), test.want)
			}
			// Found does not wait; nothing else comes before the delay is over.
			for _, after := range []time.Duration{soon, late - time.Nanosecond} {
				v := look(after)
				if strings.HasPrefix(test.want, "found") {
					if told(v) != test.want {
						t.Errorf("after %s: %s, want %s", after, told(v), test.want)
					}
				} else if v != (Decision{Verdict: TooEarly, Until: test.q.Sent.Add(late)}) {
					t.Errorf("after %s: %+v", after, v)
				}
			}
			// A list from before the write shows nothing of it.
			if v := look(-time.Nanosecond); v.Verdict != TooEarly {
				t.Errorf("before it was sent: %+v", v)
			}
		})
	}
}

// reasonText is a reason as staff read it.
func reasonText(reason string) string { return words.Because(words.Language{}, reason) }

// told is a verdict in a few words.
func told(v Decision) string {
	switch v.Verdict {
	case Found:
		return "found " + v.Reference
	case Review:
		return reasonText(v.Reason)
	}
	return string(v.Verdict)
}

// Of some writes receipts tell nothing, however late; a person hears at once.
func TestBeyondReceipts(t *testing.T) {
	for act, want := range map[payment.Kind]string{
		payment.KindPlan: "payment plans in athenaOne", payment.KindStoreCard: "stored cards in athenaOne", payment.KindRecord: "payment batches", payment.KindVendorPayment: "vendor's own list",
		payment.KindRefund: "refunds through a vendor", payment.KindAdjust: "transactions of the patient's claims", "dance": "not known how",
	} {
		for _, after := range []time.Duration{0, late} {
			v := Decide(asked(as(act)), Evidence{Read: sent.Add(after), Receipts: rows(row("61234", 0))}, Bounds{})
			if v.Verdict != Review || !strings.Contains(reasonText(v.Reason), want) {
				t.Errorf("%s: %+v", act, v)
			}
		}
	}
	v := Decide(asked(func(q *Query) { q.Sent = time.Time{} }), Evidence{Read: sent}, Bounds{})
	if v.Verdict != Review || !strings.Contains(reasonText(v.Reason), "not written down when") {
		t.Errorf("moment of sending lost: %+v", v)
	}
}

func TestReceiptAtTheMomentOfSending(t *testing.T) {
	if v := Decide(asked(), Evidence{Read: sent, Receipts: rows(row("61234", 0))}, Bounds{}); told(v) != "found 61234" {
		t.Errorf("%+v", v)
	}
}

func TestBounds(t *testing.T) {
	set := Bounds{Window: time.Second, Skew: 3 * time.Second, Late: time.Minute, Delay: time.Hour}
	for _, test := range []struct {
		name string
		b    Bounds
		q    Query
		r    []payment.ReceiptSummary
		read time.Duration
		want string
	}{
		{"skew", set, asked(), rows(row("61234", -3*time.Second)), 0, "found 61234"},
		{"beyond the skew", set, asked(), rows(row("61234", -4*time.Second)), 2 * time.Hour, "but was made at another time"},
		{"late", set, asked(), rows(row("61234", time.Minute)), 0, "found 61234"},
		{"later", set, asked(), rows(row("61234", time.Minute+time.Second)), 2 * time.Hour, "but was made at another time"},
		{"window and delay", set, asked(), nil, time.Hour + time.Second, "absent"},
		{"not yet", set, asked(), nil, time.Hour + time.Second - 1, "wait"},
		{"not set, so not proven at once", Bounds{Window: -1, Skew: -1, Late: -1, Delay: -1}, asked(), nil, late - 1, "wait"},
		{"not set, in the end", Bounds{Window: -1, Skew: -1, Late: -1, Delay: -1}, asked(), nil, late, "absent"},
		{"a delay without end", Bounds{Window: 1 << 62, Delay: 1<<63 - 1}, asked(), nil, 24 * time.Hour, "wait"},
	} {
		v := Decide(test.q, Evidence{Read: sent.Add(test.read), Receipts: test.r}, test.b)
		if told(v) != test.want && (v.Verdict != Review || !strings.Contains(reasonText(v.Reason), test.want)) {
			t.Errorf("%s: %s, want %s", test.name, told(v), test.want)
		}
	}
}

func TestHigher(t *testing.T) {
	rising := []string{"0", "1", "9", "10", "99", "100", "18446744073709551615", "18446744073709551616", "1" + strings.Repeat("0", 400)}
	for i, a := range rising {
		for j, b := range rising {
			if got := higher(a, "00"+b); got != (cmp.Compare(i, j) > 0) {
				t.Errorf("higher(%s, 00%s) = %t", a, b, got)
			}
		}
	}
}

func TestReceiptWatermark(t *testing.T) {
	for want, listed := range map[string][]string{"0": {}, "61234": {"61233", "61234", "7"}} {
		var receipts []payment.ReceiptSummary
		for _, id := range listed {
			receipts = append(receipts, row(id, 0))
		}
		if got := ReceiptWatermark(receipts); got != want {
			t.Errorf("of %q: %s, want %s", listed, got, want)
		}
	}
	// One without a number may be the highest.
	for _, id := range []string{"", "0", "x1", "-3", "007", "receipt61235", "61 236"} {
		if got := ReceiptWatermark(rows(row("61234", 0), row(id, 0))); got != "" {
			t.Errorf("beside %q: %s", id, got)
		}
	}
}

// What was listed before is not asked for where receipts never show an operation: with or
// without, they decide nothing about it, and the same about a charge beside it.
func TestWatermarkBeyondReceipts(t *testing.T) {
	for _, act := range []payment.Kind{payment.KindRecord, payment.KindVendorPayment, payment.KindRefund, payment.KindAdjust, payment.KindStoreCard} {
		if InReceipts(act) {
			t.Errorf("%s is in receipts", act)
		}
		for _, watermark := range []string{"", "0", "61233", "61234"} {
			e := Evidence{Read: sent.Add(late), Receipts: rows(row("61234", 0))}
			if v := Decide(asked(as(act), before(watermark)), e, Bounds{}); v.Verdict != Review {
				t.Errorf("%s after %q: %+v", act, watermark, v)
			}
			e.Competing = []Query{asked(as(act), before(watermark))}
			if v := Decide(asked(), e, Bounds{}); v.Verdict != Found || v.Reference != "61234" {
				t.Errorf("a charge beside a %s after %q: %+v", act, watermark, v)
			}
		}
	}
}

// However many rows could be it, the record has room for the whole reason, and what it
// keeps of it is read to its end.
func TestReasonsFitTheRecord(t *testing.T) {
	claimed, list := map[string]string{}, []payment.ReceiptSummary{}
	for i := range 20 {
		reference := strconv.Itoa(98765432101 + i)
		claimed[reference], list = "ABCDEFGHIJKLMNOP", append(list, row(reference, 0))
	}
	v := Decide(asked(), Evidence{Read: sent.Add(24 * time.Hour), Receipts: list, Claimed: claimed}, Bounds{})
	if text := reasonText(v.Reason); v.Verdict != Review || len(v.Reason) > 500 || !strings.Contains(text, "Receipt 98765432101 could be it, but belongs to attempt ABCD-EFGH.") ||
		!strings.Contains(text, "Other receipts could be it, too. Compare with") {
		t.Errorf("%d characters: %s\n%s", len(v.Reason), v.Reason, text)
	}
}
