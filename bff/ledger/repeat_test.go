package ledger

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"paypane/web/payment"
)

// atCounter makes an attempt of staff.
func atCounter(t fatal, l *Ledger, p payment.Patient, a payment.Attempt) Record {
	t.Helper()
	_, asOf, err := l.Pending(ctx, p)
	want(t, err, nil)
	a.ID = rand.Text()
	return must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: a, Patient: p, Portal: "desk", Subject: "eve", Staff: Staff{Name: "Eve", Role: "front_desk"}, AsOfSeq: asOf})
	})
}

func recording(method payment.Method, check string, number string) payment.Attempt {
	return payment.Attempt{Kind: payment.KindRecord, Charge: charge(number), Counter: payment.Counter{Method: method, CheckNumber: check}}
}

// A recording that looks like another one, or like a card that was charged here, is
// asked about or refused, and names the other.
func testRecordings(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	const cash, check, outside = payment.Cash, payment.Check, payment.Method("MC/VISA")
	amount := func(a payment.Attempt, cents int64) payment.Attempt {
		a.Charge.Lines[0].Amount = payment.Cents(cents)
		return a
	}
	type verdict string
	const asks, asksCheck, refused, taken verdict = "asks", "asks about the check", "refused", "taken"
	for name, row := range map[string]struct {
		first, second payment.Attempt
		end           payment.State
		later         time.Duration
		elsewhere     bool // another patient
		want          verdict
	}{
		"cash twice":                 {recording(cash, "", "1"), recording(cash, "", "2"), payment.Succeeded, RecordedWithin, false, asks},
		"cash, and in doubt":         {recording(cash, "", "1"), recording(cash, "", "2"), payment.Unknown, time.Minute, false, asks},
		"cash, and not recorded":     {recording(cash, "", "1"), recording(cash, "", "2"), payment.NotSent, time.Minute, false, taken},
		"cash later":                 {recording(cash, "", "1"), recording(cash, "", "2"), payment.Succeeded, RecordedWithin + time.Second, false, taken},
		"cash of others":             {recording(cash, "", "1"), recording(cash, "", "2"), payment.Succeeded, time.Minute, true, taken},
		"less cash":                  {recording(cash, "", "1"), amount(recording(cash, "", "2"), 7), payment.Succeeded, time.Minute, false, taken},
		"cash and check":             {recording(cash, "", "1"), recording(check, "5", "2"), payment.Succeeded, time.Minute, false, asks},
		"cash and outside":           {recording(cash, "", "1"), recording(outside, "", "2"), payment.Succeeded, RecordedWithin, false, asks},
		"cash and check later":       {recording(cash, "", "1"), recording(check, "6", "2"), payment.Succeeded, RecordedWithin + time.Second, false, taken},
		"two checks":                 {recording(check, "61", "1"), recording(check, "62", "2"), payment.Succeeded, time.Minute, false, asks},
		"a check twice":              {recording(check, "71", "1"), recording(check, "71", "2"), payment.Succeeded, CheckWithin, true, asksCheck},
		"a check at once":            {recording(check, "72", "1"), recording(check, "72", "2"), payment.Succeeded, time.Second, false, asksCheck},
		"a check much later":         {recording(check, "73", "1"), recording(check, "73", "2"), payment.Succeeded, CheckWithin + time.Second, true, taken},
		"a check for another amount": {recording(check, "74", "1"), amount(recording(check, "74", "2"), 9), payment.Succeeded, time.Hour, true, taken},
		"taken by card here":         {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, recording(outside, "", "2"), payment.Succeeded, 3 * time.Hour, false, refused},
		"by card, in doubt":          {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, recording(outside, "", "2"), payment.Unknown, time.Hour, false, refused},
		"card, and then cash":        {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, recording(cash, "", "2"), payment.Succeeded, RecordedWithin, false, asks},
		"card, and then a check":     {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, recording(check, "8", "2"), payment.Unknown, time.Minute, false, asks},
		"card, and then less cash":   {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, amount(recording(cash, "", "2"), 7), payment.Succeeded, time.Minute, false, taken},
		"declined, and then cash":    {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, recording(cash, "", "2"), payment.Declined, time.Minute, false, taken},
		"card of others, then cash":  {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, recording(cash, "", "2"), payment.Succeeded, time.Minute, true, taken},
		"card, and cash later":       {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, recording(cash, "", "2"), payment.Succeeded, RecordedWithin + time.Second, false, taken},
		"by card yesterday":          {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, recording(outside, "", "2"), payment.Succeeded, 24 * time.Hour, false, taken},
		"by a card of others":        {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, recording(outside, "", "2"), payment.Succeeded, time.Hour, true, taken},
		"declined":                   {payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")}, recording(outside, "", "2"), payment.Declined, time.Hour, false, taken},
	} {
		c.advance(72 * time.Hour)
		for c.now().UTC().Hour() != 14 { // the morning of the upstream's day
			c.advance(time.Hour)
		}
		p, q := ada, ada
		p.ID = 1000 + int(c.now().Unix()/3600%1e6)
		if q.ID = p.ID; row.elsewhere {
			q.ID = 2_000_000 + p.ID
		}
		use := func(a payment.Attempt) CardUse {
			switch {
			case a.Kind.Charges():
				return visa
			case a.Method.IsCard():
				return CardUse{Last4: "1111"}
			}
			return CardUse{}
		}
		first := atCounter(t, l, p, row.first)
		must(t, func() (Record, error) { return l.Claim(ctx, p, first.ID, use(row.first)) })
		must(t, func() (Record, error) { return l.MarkSending(ctx, first.ID, "0") })
		settle(t, l, first, row.end)
		c.advance(row.later)
		second := atCounter(t, l, q, row.second)
		_, err := l.Claim(ctx, q, second.ID, use(row.second))
		got, other := taken, first.ID
		var repeat *DuplicateError
		var overlap *OverlapError
		switch {
		case errors.As(err, &repeat):
			if got, other = asks, repeat.Other.ID; repeat.Check {
				got = asksCheck
			}
		case errors.As(err, &overlap) && overlap.Card:
			got, other = refused, overlap.Other.ID
		default:
			want(t, err, nil)
		}
		if got != row.want || other != first.ID {
			t.Errorf("%s: %s, by %s of %s", name, got, other, first.ID)
		}
		told := use(row.second)
		if told.ConfirmDuplicateOf = first.ID; row.want == asks || row.want == asksCheck {
			must(t, func() (Record, error) { return l.Claim(ctx, q, second.ID, told) })
		} else if row.want == refused {
			if _, err := l.Claim(ctx, q, second.ID, told); !errors.As(err, &overlap) {
				t.Errorf("%s: a word about it is enough", name)
			}
		}
	}
}

// What was taken back minutes ago is no reason to ask: the patient pays another way.
func testRecordedInstead(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	p := ada
	p.ID = 77001
	paid := atCounter(t, l, p, payment.Attempt{Kind: payment.KindCharge, Charge: charge("1")})
	must(t, func() (Record, error) { return l.Claim(ctx, p, paid.ID, visa) })
	must(t, func() (Record, error) { return l.MarkSending(ctx, paid.ID, "0") })
	must(t, func() (Record, error) {
		return l.Settle(ctx, paid.ID, payment.Outcome{State: payment.Succeeded, Reference: "77101"})
	})
	cash := func() error {
		return errOf(l.Claim(ctx, p, atCounter(t, l, p, recording(payment.Cash, "", "2")).ID, CardUse{}))
	}
	var same *DuplicateError
	if err := cash(); !errors.As(err, &same) || same.Other.ID != paid.ID {
		t.Fatalf("after the card: %v", err)
	}
	void := atCounter(t, l, p, payment.Attempt{Kind: payment.KindVoid, Target: PaymentTarget("77101"), Value: paid.Total()})
	must(t, func() (Record, error) { return l.Claim(ctx, p, void.ID, CardUse{}) })
	must(t, func() (Record, error) { return l.MarkSending(ctx, void.ID, "0") })
	if err := cash(); !errors.As(err, &same) {
		t.Fatalf("while it is taken back: %v", err)
	}
	settle(t, l, void, payment.Succeeded)
	want(t, cash(), nil)
}

// Payer and desk have one lock for each bill, each visit's copay and each patient's
// account, whoever comes first; and a payment is taken back once, in whatever way.
func testDeskMeetsPayer(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	line := func(kind payment.BillKind, number string) payment.Charge {
		return payment.Charge{Lines: []payment.Line{{Bill: payment.BillID(kind, number), Kind: kind, Number: number, Amount: payment.Cents(2000), Balance: payment.Cents(2000)}}}
	}
	for _, paid := range []payment.Charge{line(payment.Claim, "501"), line(payment.Copay, "880123"), line(payment.Unapplied, payment.AccountNumber), line(payment.Today, "880123")} {
		online := payment.Attempt{Kind: payment.KindCharge, Charge: paid}
		cash := payment.Attempt{Kind: payment.KindRecord, Charge: paid, Counter: payment.Counter{Method: payment.Cash}}
		vendor := payment.Attempt{Kind: payment.KindVendorPayment, Charge: paid, Counter: payment.Counter{Method: payment.Check, CheckNumber: "7", VendorReference: "r-" + paid.Lines[0].Bill}}
		for _, pair := range [][2]payment.Attempt{{online, cash}, {cash, online}, {vendor, online}, {cash, vendor}} {
			c.advance(CheckWithin + time.Second)
			use := func(a payment.Attempt) CardUse {
				if a.Kind.Charges() {
					return visa
				}
				return CardUse{}
			}
			first, second := atCounter(t, l, ada, pair[0]), atCounter(t, l, ada, pair[1])
			want(t, errOf(l.Claim(ctx, ada, first.ID, use(pair[0]))), nil)
			var overlap *OverlapError
			for _, moment := range []string{"under way", "taken meanwhile"} {
				if _, err := l.Claim(ctx, ada, second.ID, use(pair[1])); !errors.As(err, &overlap) || overlap.Other.ID != first.ID {
					t.Errorf("%s after %s of %s, %s: %v", pair[1].Kind, pair[0].Kind, paid.Lines[0].Bill, moment, err)
				}
				if moment == "under way" {
					must(t, func() (Record, error) { return l.MarkSending(ctx, first.ID, "0") })
					settle(t, l, first, payment.Succeeded)
				}
			}
		}
	}
	back := func(kind payment.Kind) (Record, error) {
		a := atCounter(t, l, ada, payment.Attempt{Kind: kind, Target: PaymentTarget("9001"), Value: payment.Cents(2000)})
		return l.Claim(ctx, ada, a.ID, CardUse{})
	}
	void := must(t, func() (Record, error) { return back(payment.KindVoid) })
	var overlap *OverlapError
	for _, kind := range []payment.Kind{payment.KindVoid, payment.KindRefund, payment.KindAdjust} {
		if _, err := back(kind); !errors.As(err, &overlap) || overlap.Other.ID != void.ID {
			t.Errorf("%s while it is voided: %v", kind, err)
		}
	}
	must(t, func() (Record, error) { return l.MarkSending(ctx, void.ID, "0") })
	settle(t, l, void, payment.Succeeded)
	for _, kind := range []payment.Kind{payment.KindVoid, payment.KindRefund} {
		if _, err := back(kind); !errors.As(err, &overlap) || overlap.Other.ID != void.ID {
			t.Errorf("%s after it was voided: %v", kind, err)
		}
	}
}
