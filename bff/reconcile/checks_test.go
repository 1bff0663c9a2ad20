package reconcile

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

func TestChecks(t *testing.T) {
	const m, h = time.Minute, time.Hour
	// The delay is reckoned from when it was seen to be unknown, 30 s after it was
	// sent here: only then did anybody watch. What was found absent is looked up
	// on from that moment.
	const proof = 30*m + 10*time.Second
	afterwards := []time.Duration{0, m / 4, m, 5 * m, 30 * m, proof, proof, proof + m/4, proof + m, proof + 5*m, proof + 30*m, proof + 6*h, proof + 24*h}
	down := func() ([]payment.ReceiptSummary, error) { return nil, errors.New("down") }
	empty := func() ([]payment.ReceiptSummary, error) { return nil, nil }
	for _, test := range []struct {
		name  string
		delay time.Duration
		state payment.State
		late  bool // the proof of absence counts from when it became unknown
		read  func() ([]payment.ReceiptSummary, error)
		want  []time.Duration
		asked string
	}{
		{"unreadable", 0, payment.Unknown, false, down, []time.Duration{0, m / 4, m, 5 * m, 30 * m, proof, 6 * h, 24 * h}, "could not tell within a day"},
		{"unreadable, lost with its write-ahead record", 0, payment.Unknown, true, down, []time.Duration{0, m / 4, m, 5 * m, 30 * m, proof, 6 * h, 24 * h}, "could not tell within a day"},
		{"unreadable, books of days", 30 * h, payment.Unknown, false, down, []time.Duration{0, m / 4, m, 5 * m, 30 * m, 6 * h, 24 * h, 30*h + 10*time.Second}, "could not tell within a day"},
		{"absent", 0, payment.Unknown, false, empty, afterwards, ""},
		{"absent, lost with its write-ahead record", 0, payment.Unknown, true, empty, afterwards, ""},
		{"taken and not shown", 0, payment.Succeeded, false, empty, []time.Duration{0, m / 4, m, 5 * m, 30 * m, 6 * h, 24 * h}, "said that this was taken"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOffice(t)
			o.read, o.Bounds.Delay = test.read, test.delay
			before := "61233"
			if test.late {
				before = ""
			}
			a := o.send(o.claim(dana, payment.KindCharge, "501"), before)
			o.clock = o.clock.Add(30 * time.Second)
			a = o.settled(a, test.state, "61234")
			o.turns(a)
			if got := o.looks(a.Ended); !slices.EqualFunc(got, test.want, func(a, b time.Duration) bool { return (a - b).Abs() <= time.Microsecond }) {
				t.Errorf("looked after %v, want %v", got, test.want)
			}
			a = o.now(a)
			if a.NeedsReview != (test.asked != "") || !strings.Contains(reasonText(a.Reason), test.asked) {
				t.Errorf("asked %t: %s", a.NeedsReview, a.Reason)
			}
			if test.asked == "" && a.State != payment.NotDone {
				t.Errorf("in the end %s", a.State)
			}
		})
	}
}

// A payment that was taken is seen once in the books; a receipt of another
// amount is for a person.
func TestTakenIsConfirmed(t *testing.T) {
	for _, test := range []struct {
		listed []payment.ReceiptSummary
		said   string
		asked  string
	}{
		{rows(row("61000", 0, cents(1)), row("61234", 0)), "seen: look 1", ""},
		{rows(row("61234", 0, cents(2600))), "asked: asked.amount number=61234 listed=$2600 amount=$2500", "of $26.00, the payment of $25.00"},
		{rows(row("61235", 0)), "looked: look 1: 1 receipts, none is 61234", ""},
	} {
		o := newOffice(t, test.listed...)
		a := o.settled(o.send(o.claim(dana, payment.KindCharge, "501"), ""), payment.Succeeded, "61234")
		o.turn(1)
		said := o.evidence(a)
		if a = o.now(a); len(said) != 1 || said[0] != test.said || a.State != payment.Succeeded ||
			a.NeedsReview != (test.asked != "") || !strings.Contains(reasonText(a.Reason), test.asked) {
			t.Errorf("%q, asked %t: %s, want %q", said, a.NeedsReview, a.Reason, test.said)
		}
	}
}

// One of several that want to look gets the turn, and the others are no error.
func TestOneChecks(t *testing.T) {
	o := newOffice(t, row("61234", 0))
	o.lost(dana, "501", "61233")
	again := false
	o.interrupt(func(act string) error {
		if act == "look" && !again {
			again = true
			o.turn(1)
		}
		return nil
	})
	o.turn(1)
	if len(o.reads) != 1 {
		t.Errorf("%d looked", len(o.reads))
	}
}
