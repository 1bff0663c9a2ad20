package ledger

import (
	"crypto/rand"
	"fmt"
	"slices"
	"testing"
	"time"

	"paypane/web/payment"
)

// Every outcome of what was begun from a portal that asked for it is in its outbox until
// it is ended: told by the caller who took it, and by the next one where that one fell
// silent.
func testNotices(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	l.Subscribe("harbor", "shore")
	wait := func(tries int) time.Duration { return time.Duration(tries) * time.Minute }
	take := func(portal string, limit int) (told []string) {
		t.Helper()
		for _, n := range must(t, func() ([]Notice, error) { return l.TakeNotices(ctx, portal, limit, wait) }) {
			if n.Portal != portal || n.Record.ID != n.Event.Attempt {
				t.Fatalf("%+v", n)
			}
			told = append(told, fmt.Sprintf("%s %s %d", n.Record.Target, n.Event.State, n.Tries))
		}
		return told
	}
	same := func(got []string, want ...string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Fatalf("told is %q, not %q", got, want)
		}
	}
	sent := func(portal, target string, says payment.Attempt, use CardUse) Record {
		t.Helper()
		c.advance(time.Second)
		says.ID, says.Target = rand.Text(), target
		a := must(t, func() (Record, error) {
			return l.CreateAttempt(ctx, Record{Attempt: says, Patient: ada, Portal: portal, Subject: "user-7", AsOfSeq: 1})
		})
		must(t, func() (Record, error) { return l.Claim(ctx, ada, a.ID, use) })
		return must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "9000") })
	}
	stored := func(portal, target string) Record {
		return sent(portal, target, payment.Attempt{Kind: payment.KindStoreCard}, visa)
	}
	settle := func(a Record, s payment.State, reference string) {
		t.Helper()
		must(t, func() (Record, error) { return l.Settle(ctx, a.ID, payment.Outcome{State: s, Reference: reference}) })
	}
	a, b, other := stored("harbor", "card-a"), stored("harbor", "card-b"), stored("lake", "card-c")
	same(take("harbor", 9)) // nothing has an outcome yet
	settle(a, payment.Unknown, "")
	settle(b, payment.Declined, "")
	settle(other, payment.Declined, "")
	same(take("lake", 9))
	same(take("shore", 9))
	same(take("harbor", 1), "card-a unknown 1")
	same(take("harbor", 9), "card-b declined 1")
	same(take("harbor", 9)) // both are being told
	c.advance(time.Minute)
	settle(a, payment.Succeeded, "9001")
	same(take("harbor", 9), "card-a unknown 2", "card-b declined 2", "card-a taken 1")
	events := must(t, func() ([]Event, error) { return l.Events(ctx, b.ID) })
	want(t, l.EndNotice(ctx, "harbor", events[len(events)-1].Seq), nil)
	want(t, l.EndNotice(ctx, "harbor", events[len(events)-1].Seq), nil) // by the one who was thought to be silent
	c.advance(2 * time.Minute)
	same(take("harbor", 9), "card-a unknown 3", "card-a taken 2")

	// Staff take back what was begun from a portal: it is told of that, too.
	paid := sent("harbor", "", payment.Attempt{Kind: payment.KindCharge, Charge: charge("501")}, visa)
	settle(paid, payment.Succeeded, "9002")
	undo := sent("desk", PaymentTarget("9002"), payment.Attempt{Kind: payment.KindVoid, Value: paid.Total(),
		Counter: payment.Counter{ReasonCode: string(payment.ReasonOther), ReasonText: "asked for", Undoes: paid.ID}}, CardUse{})
	settle(undo, payment.Succeeded, "9002")
	same(take("harbor", 9), " taken 1", "payment-9002 taken 1")

	// Of many who take at once, each notice has one.
	settle(stored("shore", "card-d"), payment.Declined, "")
	won, others := race(40, func() error {
		taken, err := l.TakeNotices(ctx, "shore", 9, wait)
		if err == nil && len(taken) != 1 {
			err = ErrNotFound
		}
		return err
	})
	if won != 1 || len(others) != 39 {
		t.Errorf("%d took it", won)
	}
	chained(t, l)
}
