package ledger

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"paypane/web/payment"
)

// testVendor holds a vendor's references to be used once in a practice, for payments
// and refunds together, unless it is proved that nothing was booked; a payment to be
// given back once; and a charge to be adjusted again where something is left.
func testVendor(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	other := ada
	other.ID = ada.ID + 1
	paid := func(reference, claim string, cents int64) payment.Attempt {
		return payment.Attempt{Kind: payment.KindVendorPayment, Counter: payment.Counter{Method: payment.Cash, VendorReference: reference},
			Charge: payment.Charge{Lines: []payment.Line{{Bill: payment.BillID(payment.Claim, claim), Kind: payment.Claim, Number: claim, Amount: payment.Cents(cents), Balance: payment.Cents(9900)}}}}
	}
	claim := func(p payment.Patient, a payment.Attempt, told string) (Record, error) {
		made := atCounter(t, l, p, a)
		return l.Claim(ctx, p, made.ID, CardUse{ConfirmDuplicateOf: told})
	}
	send := func(a Record, end payment.State) {
		t.Helper()
		must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "0") })
		settle(t, l, a, end)
	}
	reused := func(what string, err error, of Record) {
		t.Helper()
		var overlap *OverlapError
		if !errors.As(err, &overlap) || !overlap.Reference || overlap.Other.ID != of.ID {
			t.Errorf("%s: %v", what, err)
		}
	}
	// Proved not to be booked: the reference is free.
	send(must(t, func() (Record, error) { return claim(ada, paid("acme-1", "501", 1000), "") }), payment.NotSent)
	first := must(t, func() (Record, error) { return claim(ada, paid("acme-1", "501", 1000), "") })
	_, err := claim(ada, paid("acme-1", "502", 1100), "")
	reused("while it is under way", err, first)
	_, err = claim(other, paid("acme-1", "601", 1000), "")
	reused("of another patient", err, first)
	send(first, payment.Succeeded)
	c.advance(400 * 24 * time.Hour) // long after the upstream has forgotten it
	_, err = claim(ada, paid("acme-1", "502", 1000), first.ID)
	reused("a year later, and although the payment was told of", err, first)
	must(t, func() (Record, error) { return claim(ada, paid("acme-2", "502", 1100), "") })

	// Long numbers are told apart to the last digit, and are what they were.
	for _, reference := range []string{"202611210017", "202611210018", "00000000000000000000000000000012", "pay/202611210017"} {
		c.advance(DuplicateWithin)
		a := paid(reference, "503", 1000)
		a.Method, a.CheckNumber, a.Terminal = "MC/VISA", "", "000000000042"
		made := atCounter(t, l, ada, a)
		long := must(t, func() (Record, error) { return l.Claim(ctx, ada, made.ID, CardUse{Last4: "1111"}) })
		if read := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada, long.ID) }); read.VendorReference != reference || read.Terminal != "000000000042" {
			t.Errorf("%s is kept as %s at %s", reference, read.VendorReference, read.Terminal)
		}
		again := atCounter(t, l, other, a)
		_, err = l.Claim(ctx, other, again.ID, CardUse{Last4: "1111"})
		reused(reference, err, long)
		send(long, payment.Declined)
	}
	chained(t, l)
	for _, card := range []string{"4111111111111111", "a-4111/1111.1111#1111", "9999999999999995", "９９９９9999 9999 9995"} {
		for _, a := range []payment.Attempt{paid(card, "504", 1000), paid("acme-7", "504", 1000)} {
			if a.VendorReference == "acme-7" {
				a.Terminal = card
			}
			a.ID, a.PatientName = rand.Text(), "Ada Sample"
			_, err := l.CreateAttempt(ctx, Record{Attempt: a, Patient: ada, Portal: "harbor", Subject: "user-7", AsOfSeq: 1})
			want(t, err, ErrText)
		}
	}

	refund := func(reference string) payment.Attempt {
		return payment.Attempt{Kind: payment.KindRefund, Target: PaymentTarget("vendor-5501"), Value: payment.Cents(1000),
			Counter: payment.Counter{Method: payment.Cash, VendorReference: reference, ReasonCode: string(payment.ReasonReturned), Undoes: first.ID}}
	}
	_, err = claim(ada, refund("acme-1"), "")
	reused("a refund with the payment's reference", err, first)
	back := must(t, func() (Record, error) { return claim(ada, refund("acme-1-r"), "") })
	send(back, payment.Unknown)
	var overlap *OverlapError
	if _, err = claim(ada, refund("acme-1-s"), ""); !errors.As(err, &overlap) || overlap.Other.ID != back.ID || overlap.Reference {
		t.Errorf("a second refund while the first is in doubt: %v", err)
	}
	payments, refunds, err := l.VendorPayments(ctx, ada)
	want(t, err, nil)
	if len(payments) != 2 || payments[0].VendorReference != "acme-2" || refunds[first.ID].ID != back.ID || len(refunds) != 1 {
		t.Errorf("payments %+v, refunds %+v", payments, refunds)
	}
	if payments, refunds, err = l.VendorPayments(ctx, other); err != nil || len(payments)+len(refunds) != 0 {
		t.Errorf("another patient's: %v %v %v", payments, refunds, err)
	}

	adjust := payment.Attempt{Kind: payment.KindAdjust, Target: ChargeTarget("5030"), Counter: payment.Counter{ReasonCode: string(payment.ReasonSmall)},
		Charge: payment.Charge{Lines: []payment.Line{{Bill: "claim-503", Kind: payment.Claim, Number: "503", Amount: payment.Cents(100), Balance: payment.Cents(1725)}}}}
	stale := atCounter(t, l, ada, adjust)
	done := must(t, func() (Record, error) { return claim(ada, adjust, "") })
	if _, err = claim(ada, adjust, ""); !errors.As(err, &overlap) || overlap.Other.ID != done.ID {
		t.Errorf("the charge while it is being adjusted: %v", err)
	}
	send(done, payment.Succeeded)
	if _, err = l.Claim(ctx, ada, stale.ID, CardUse{}); !errors.As(err, &overlap) || overlap.Other.ID != done.ID {
		t.Errorf("by amounts from before the first: %v", err)
	}
	must(t, func() (Record, error) { return claim(ada, adjust, "") }) // what is left was read anew
}
