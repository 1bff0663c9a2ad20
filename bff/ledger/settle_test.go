package ledger

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// What others found absent can still turn out to be taken: that counts, and a
// person looks at it. Nothing else moves what was found.
func testLate(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := send(t, l, create(t, l, ada, "501"))
	settle(t, l, a, payment.Unknown)
	must(t, func() (Record, error) { return l.Find(ctx, a.ID, payment.Outcome{State: payment.NotDone}) })
	for _, s := range []payment.State{payment.Unknown, payment.Declined, payment.NotSent} {
		_, err := l.Settle(ctx, a.ID, payment.Outcome{State: s})
		want(t, err, ErrTransition)
	}
	late := must(t, func() (Record, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: "9001"})
	})
	if late.State != payment.Succeeded || !late.NeedsReview || late.Reason == "" || late.Reference != "9001" {
		t.Fatalf("%+v", late)
	}
	asked := must(t, func() ([]Record, error) { return l.ReviewQueue(ctx, []int{ada.Practice}) })
	if len(asked) != 1 || asked[0].ID != a.ID {
		t.Fatalf("asked %+v", asked)
	}
}

// What was found absent and turns out to be taken after the amounts of another
// attempt were read is as if it had been claimed then.
func testLateTruth(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := send(t, l, create(t, l, ada, "501"))
	settle(t, l, a, payment.Unknown)
	must(t, func() (Record, error) { return l.Find(ctx, a.ID, payment.Outcome{State: payment.NotDone}) })
	c.advance(2 * DuplicateWithin)
	b := create(t, l, ada, "501")
	settle(t, l, a, payment.Succeeded)
	_, err := l.Claim(ctx, ada, b.ID, visa)
	var overlap *OverlapError
	if !errors.As(err, &overlap) || overlap.Other.ID != a.ID {
		t.Fatalf("a bill that is known to be paid was claimed: %v", err)
	}
	claim(t, l, create(t, l, ada, "501")) // whoever reads the amounts now knows
}

// The money of one payment is not the money of two attempts.
func testSharedReference(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a, b := send(t, l, create(t, l, ada, "501")), send(t, l, create(t, l, bob, "501"))
	elsewhere := send(t, l, create(t, l, ada2, "501"))
	named := payment.Outcome{State: payment.Succeeded, Reference: "9001"}
	for id, state := range map[string]payment.State{a.ID: payment.Succeeded, elsewhere.ID: payment.Succeeded} {
		if got := must(t, func() (Record, error) { return l.Settle(ctx, id, named) }); got.State != state {
			t.Fatalf("%+v", got)
		}
	}
	got := must(t, func() (Record, error) { return l.Settle(ctx, b.ID, named) })
	if got.State != payment.Unknown || !got.NeedsReview || got.Reference != "" || !got.NextCheck.IsZero() ||
		!strings.Contains(got.Reason, a.SupportCode()) {
		t.Fatalf("the second with the reference: %+v", got)
	}
	// Also of one that was found absent meanwhile: its bills are held again.
	found := send(t, l, create(t, l, ada, "502", "503"))
	settle(t, l, found, payment.Unknown)
	must(t, func() (Record, error) { return l.Find(ctx, found.ID, payment.Outcome{State: payment.NotDone}) })
	got = must(t, func() (Record, error) { return l.Settle(ctx, found.ID, named) })
	_, err := l.Claim(ctx, ada, create(t, l, ada, "502").ID, visa)
	var overlap *OverlapError
	if got.State != payment.Unknown || !strings.Contains(got.Reason, a.SupportCode()) || !errors.As(err, &overlap) {
		t.Fatalf("found absent, then named: %s, and its bill: %v", got.State, err)
	}
	owners := must(t, func() (map[string]string, error) {
		return l.ReferenceOwners(ctx, ada.Practice, []string{"9001", "9002"})
	})
	if !reflect.DeepEqual(owners, map[string]string{"9001": a.ID}) {
		t.Fatalf("holders %v", owners)
	}
}

// What was claimed was never sent; of what was sent nobody knows. Only what
// lies back far enough is touched.
func testRecover(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	sending, claimed, made := send(t, l, create(t, l, ada, "501")), claim(t, l, create(t, l, ada, "502", "503")), create(t, l, bob, "501")
	c.advance(time.Minute)
	fresh := send(t, l, create(t, l, ada2, "501"))
	for _, want := range []int{1, 0} {
		notSent, unknown, err := l.Recover(ctx, c.now())
		if err != nil || notSent != want || unknown != want {
			t.Fatalf("recovered %d and %d, %v; want %d", notSent, unknown, err, want)
		}
	}
	for id, state := range map[string]payment.State{sending.ID: payment.Unknown, claimed.ID: payment.NotSent} {
		events := must(t, func() ([]Event, error) { return l.Events(ctx, id) })
		if last := events[len(events)-1]; last.What != EventRecovered || last.State != state {
			t.Fatalf("events %+v", events)
		}
	}
	if a := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada2, fresh.ID) }); a.State != payment.Sending {
		t.Fatalf("one under way is %s", a.State)
	}
	_, err := l.MarkSending(ctx, claimed.ID, "1") // its server comes back
	want(t, err, ErrTransition)
	_, err = l.Claim(ctx, ada, sending.ID, visa)
	var known *ClaimedError
	if !errors.As(err, &known) || known.Attempt.State != payment.Unknown {
		t.Fatalf("a recovered attempt: %v", err)
	}
	claim(t, l, made) // what was not claimed is as it was
	pending, _, err := l.Pending(ctx, ada)
	if err != nil || !reflect.DeepEqual(pending, []payment.Pending{{Line: charge("501").Lines[0]}}) {
		t.Fatalf("spent %v, %v", pending, err)
	}
}

// The receipt is ordered once, for a payment that was taken and an address.
func testEmailed(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	due := func() int { return len(must(t, func() ([]Record, error) { return l.MailsDue(ctx, 10) })) }
	a := send(t, l, create(t, l, ada, "501"))
	want(t, l.MarkEmailed(ctx, a.ID, true, ""), ErrTransition)
	must(t, func() (Record, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: "1"})
	})
	if due() != 1 {
		t.Fatalf("%d receipts due", due())
	}
	if won, _ := race(20, func() error {
		_, err := l.OrderMail(ctx, a.ID)
		return err
	}); won != 1 || due() != 0 {
		t.Fatalf("%d may order the receipt, %d due", won, due())
	}
	want(t, l.MarkEmailed(ctx, a.ID, true, "evidence"), nil)
	want(t, l.MarkEmailed(ctx, a.ID, false, "evidence"), ErrTransition)
	if a := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada, a.ID) }); !a.EmailSent {
		t.Fatalf("the order to send was forgotten")
	}
	if n := len(must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) })); n != 6 {
		t.Fatalf("%d events", n)
	}
	none := visa
	none.Email = ""
	b := create(t, l, bob, "501")
	must(t, func() (Record, error) { return l.Claim(ctx, bob, b.ID, none) })
	must(t, func() (Record, error) { return l.MarkSending(ctx, b.ID, "") })
	must(t, func() (Record, error) {
		return l.Settle(ctx, b.ID, payment.Outcome{State: payment.Succeeded, Reference: "2"})
	})
	if due() != 0 {
		t.Fatalf("a receipt for nobody")
	}
}
