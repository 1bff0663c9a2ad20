package ledger

import (
	"errors"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// A charge that repeats one of the last minutes is asked about, and sent if it
// is meant.
func testDuplicate(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	other := visa
	other.Last4 = "4242"
	for _, row := range []struct {
		end    payment.State
		use    CardUse
		number string // of bills, as many as digits
		later  time.Duration
		asks   bool
	}{
		{payment.Succeeded, visa, "7", DuplicateWithin, true},
		{payment.Unknown, visa, "7", time.Minute, true},
		{payment.Sending, visa, "7", time.Minute, true},
		{payment.Succeeded, visa, "7", DuplicateWithin + time.Second, false},
		{payment.Succeeded, visa, "78", time.Minute, false}, // another amount
		{payment.Succeeded, other, "7", time.Minute, false},
		{payment.Declined, visa, "7", time.Minute, false},
		{payment.NotSent, visa, "7", time.Minute, false},
	} {
		c.advance(2 * DuplicateWithin)
		p := ada
		p.ID = int(c.now().Unix() % 1e6)
		first := send(t, l, create(t, l, p, "1"))
		if row.end != payment.Sending {
			settle(t, l, first, row.end)
		}
		c.advance(row.later)
		second := create(t, l, p, strings.Split(row.number, "")...)
		_, err := l.Claim(ctx, p, second.ID, row.use)
		var repeat *DuplicateError
		if row.asks != errors.As(err, &repeat) || row.asks && repeat.Other.ID != first.ID || !row.asks && err != nil {
			t.Fatalf("%+v: %v", row, err)
		}
		if row.asks {
			row.use.ConfirmDuplicateOf = second.ID // a word about something else
			if _, err := l.Claim(ctx, p, second.ID, row.use); !errors.As(err, &repeat) {
				t.Fatalf("%+v: claimed with a word about another: %v", row, err)
			}
			row.use.ConfirmDuplicateOf = first.ID
			must(t, func() (Record, error) { return l.Claim(ctx, p, second.ID, row.use) })
		}
	}
}

func testOverlap(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	for i, end := range []payment.State{payment.Claimed, payment.Sending, payment.Unknown, payment.Succeeded, payment.Declined, payment.NotSent, payment.NotDone} {
		c.advance(DuplicateWithin + time.Second)
		p := ada
		p.ID += i // somebody new each time
		tab1, tab2 := create(t, l, p, "501", "502"), create(t, l, p, "502", "503")
		apart, other := create(t, l, p, "504", "505", "506"), create(t, l, ada2, "501", "502")
		claim(t, l, tab1)
		if end != payment.Claimed {
			must(t, func() (Record, error) { return l.MarkSending(ctx, tab1.ID, "") })
		}
		if end == payment.NotDone {
			settle(t, l, tab1, payment.Unknown)
			must(t, func() (Record, error) { return l.Find(ctx, tab1.ID, payment.Outcome{State: end}) })
		} else if end.Ended() {
			settle(t, l, tab1, end)
		}
		send(t, l, apart)
		settle(t, l, send(t, l, other), payment.Declined)
		_, err := l.Claim(ctx, p, tab2.ID, visa)
		var overlap *OverlapError
		switch {
		case end.Harmless() && err != nil:
			t.Fatalf("%s: %v", end, err)
		case !end.Harmless() && (!errors.As(err, &overlap) || overlap.Other.ID != tab1.ID || overlap.Other.State != end):
			t.Fatalf("%s: got %v", end, err)
		}
		// Whoever chooses again knows what was taken, and may not act on what is in
		// doubt.
		_, err = l.Claim(ctx, p, create(t, l, p, "501").ID, visa)
		if end.Live() != errors.As(err, &overlap) || !end.Live() && err != nil {
			t.Fatalf("chosen again, with one %s: %v", end, err)
		}
	}
}
