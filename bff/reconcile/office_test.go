package reconcile

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

var ctx = context.Background()

// dana is the patient whose answers are lost; kim is another one.
var dana, kim = payment.Patient{Practice: 195900, Department: 1, ID: 601}, payment.Patient{Practice: 195900, Department: 1, ID: 602}

// office is a practice with its books, a ledger in memory and a clock that only
// the test moves.
type office struct {
	*testing.T
	*Reconciler
	ledger *ledger.Ledger
	clock  time.Time
	read   func() ([]payment.ReceiptSummary, error)
	reads  []time.Time
}

func newOffice(t *testing.T, listed ...payment.ReceiptSummary) *office {
	o := &office{T: t, clock: sent, read: func() ([]payment.ReceiptSummary, error) { return listed, nil }}
	now := func() time.Time { return o.clock }
	o.ledger = ledger.NewMemory(now)
	o.Reconciler = &Reconciler{Checks: o.ledger, History: o.ledger, Books: o, Now: now, Elapsed: func() time.Duration { return o.clock.Sub(sent) }, Log: slog.New(slog.DiscardHandler)}
	return o
}

func (o *office) Receipts(context.Context, payment.Patient) ([]payment.ReceiptSummary, error) {
	o.reads = append(o.reads, o.clock)
	return o.read()
}

func must[T any](o *office) func(T, error) T {
	return func(v T, err error) T {
		o.Helper()
		if err != nil {
			o.Fatal(err)
		}
		return v
	}
}

// claim claims a payment of $25.00 for a bill, or another act on a target.
func (o *office) claim(p payment.Patient, act payment.Kind, target string) ledger.Record {
	o.Helper()
	_, asOf, err := o.ledger.Pending(ctx, p)
	if err != nil {
		o.Fatal(err)
	}
	a := ledger.Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: act, Target: target, Value: payment.Cents(2500)},
		Patient: p, Portal: "harbor", Subject: "user-7", AsOfSeq: asOf}
	use := ledger.CardUse{}
	if act == payment.KindCharge {
		a.Target, a.Value = "", payment.Amount{}
		a.Charge = payment.Charge{Lines: []payment.Line{{Bill: "claim-" + target, Kind: payment.Claim, Number: target,
			Amount: payment.Cents(2500), Balance: payment.Cents(9900)}}}
		use = ledger.CardUse{Brand: payment.Visa, Last4: "1111"}
	}
	must[ledger.Record](o)(o.ledger.CreateAttempt(ctx, a))
	claimed, err := o.ledger.Claim(ctx, p, a.ID, use)
	var repeat *ledger.DuplicateError
	if errors.As(err, &repeat) { // it is meant
		use.ConfirmDuplicateOf = repeat.Other.ID
		claimed, err = o.ledger.Claim(ctx, p, a.ID, use)
	}
	return must[ledger.Record](o)(claimed, err)
}

func (o *office) send(a ledger.Record, before string) ledger.Record {
	o.Helper()
	return must[ledger.Record](o)(o.ledger.MarkSending(ctx, a.ID, before))
}

func (o *office) settled(a ledger.Record, s payment.State, reference string) ledger.Record {
	o.Helper()
	return must[ledger.Record](o)(o.ledger.Settle(ctx, a.ID, payment.Outcome{State: s, Reference: reference}))
}

// lost is a charge of now whose answer is given up half a minute later.
func (o *office) lost(p payment.Patient, bill, before string) ledger.Record {
	o.Helper()
	a := o.send(o.claim(p, payment.KindCharge, bill), before)
	o.clock = o.clock.Add(30 * time.Second)
	return o.settled(a, payment.Unknown, "")
}

func (o *office) now(a ledger.Record) ledger.Record {
	o.Helper()
	return must[ledger.Record](o)(o.ledger.AttemptForPatient(ctx, a.Patient, a.ID))
}

// evidence is what the record has of an attempt's looks.
func (o *office) evidence(a ledger.Record) (said []string) {
	o.Helper()
	for _, e := range must[[]ledger.Event](o)(o.ledger.Events(ctx, a.ID)) {
		if e.Who == "reconciler" {
			said = append(said, e.What+": "+e.Evidence)
		}
	}
	return said
}

// turn takes the turn that is due now; turns takes all until there are none.
func (o *office) turn(want int) {
	o.Helper()
	if n, err := o.CheckDue(ctx); n != want || err != nil {
		o.Fatalf("looked up %d, %v, want %d", n, err, want)
	}
}

func (o *office) turns(a ledger.Record) {
	o.Helper()
	for range 20 {
		next := o.now(a).NextCheck
		if next.IsZero() {
			return
		}
		if next.After(o.clock) {
			o.clock = next.Add(-time.Microsecond)
			o.turn(0)
			o.clock = next
		}
		o.turn(1)
	}
	o.Fatalf("still looked up at %s", o.clock)
}

// looks are the moments of reading after the given one.
func (o *office) looks(since time.Time) (after []time.Duration) {
	for _, read := range o.reads {
		after = append(after, read.Sub(since))
	}
	return after
}
