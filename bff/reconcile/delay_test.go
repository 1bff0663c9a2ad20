package reconcile

import (
	"errors"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/web/payment"
)

func TestDelay(t *testing.T) {
	const minute = time.Minute
	for _, test := range []struct {
		name         string
		d            Delay
		missed, seen time.Duration // after sent; a negative one: no such look
		want         time.Duration
	}{
		{"nothing met", Delay{Configured: 30 * minute}, -1, 0, 30 * minute},
		{"seen at the first look, a day later", Delay{Configured: 30 * minute}, -1, 24 * time.Hour, 30 * minute},
		{"missed at the moment of sending", Delay{Configured: 30 * minute}, 0, 24 * time.Hour, 30 * minute},
		{"missed, then seen", Delay{Configured: 30 * minute}, 1, 20 * minute, 40 * minute},
		{"quicker than configured", Delay{Configured: 30 * minute}, 1, 5 * minute, 30 * minute},
		{"quicker than before", Delay{Configured: 30 * minute, Longest: 20 * minute}, 1, 18 * minute, 40 * minute},
		{"looks out of order", Delay{Configured: 30 * minute}, 25 * minute, 20 * minute, 50 * minute},
		{"beyond all numbers", Delay{Longest: math.MaxInt64/2 + 1}, -1, 0, math.MaxInt64},
		{"nearly beyond", Delay{Longest: math.MaxInt64 / 2}, -1, 0, math.MaxInt64 - 1},
	} {
		var missed time.Time
		if test.missed >= 0 {
			missed = sent.Add(test.missed)
		}
		if got := test.d.Observe(sent, missed, sent.Add(test.seen)).Effective(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// Whatever is observed, the delay never shrinks, and a row that was missed
// once would not be missed again at its end.
func TestDelayOnlyGrows(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := Delay{Configured: time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(r, "configured"))}
		for range 5 {
			moment := func(label string) time.Time {
				return sent.Add(time.Duration(rapid.Int64Range(-int64(time.Hour), int64(48*time.Hour)).Draw(r, label)))
			}
			missed, seen, was := moment("missed"), moment("seen"), d.Effective()
			d = d.Observe(sent, missed, seen)
			if d.Effective() < was {
				r.Fatalf("fell from %s to %s", was, d.Effective())
			}
			if missed.After(sent) && sent.Add(d.Effective()).Before(missed) {
				r.Fatalf("missed %s after, delay %s", missed.Sub(sent), d.Effective())
			}
		}
	})
}

// Books that were seen to lag for most of a day prove nothing within one: a
// person is told at the end of the day, and not when the delay is over.
func TestALongLagIsForAPersonAfterADay(t *testing.T) {
	for delay, want := range map[time.Duration]bool{10 * time.Minute: false, 5 * time.Hour: false, 13 * time.Hour: true, 20 * time.Hour: true, 24 * time.Hour: true} {
		o := newOffice(t)
		if err := o.ledger.NoteListingDelay(ctx, dana.Practice, delay); err != nil {
			t.Fatal(err)
		}
		a := o.lost(dana, "501", "61233")
		unknown := o.clock
		o.turns(a)
		if a = o.now(a); a.NeedsReview != want || (a.State == payment.NotDone) == want {
			t.Errorf("lag %s: %s, asked %t", delay, a.State, a.NeedsReview)
		}
		if passed := o.clock.Sub(unknown); want && passed > 25*time.Hour {
			t.Errorf("lag %s: a person was asked after %s", delay, passed)
		}
	}
}

// How long the books lag is learned from a row that a look missed, of what was
// lost and of what was taken, and is reckoned with twice over.
func TestListingDelayIsLearned(t *testing.T) {
	for _, state := range []payment.State{payment.Unknown, payment.Succeeded} {
		for missed, want := range []time.Duration{0, 45 * time.Second, 90 * time.Second} {
			o := newOffice(t)
			o.Bounds.Delay = 2 * time.Minute
			a := o.send(o.claim(dana, payment.KindCharge, "501"), "61233")
			o.clock = o.clock.Add(30 * time.Second)
			a = o.settled(a, state, "61234")
			o.read = func() ([]payment.ReceiptSummary, error) {
				if len(o.reads) > missed {
					return rows(row("61230", 0), row("61234", 0)), nil
				}
				return nil, nil
			}
			o.turns(a)
			if a = o.now(a); a.State != payment.Succeeded || a.NeedsReview || !a.NextCheck.IsZero() {
				t.Errorf("%s, missed %d times: %s, asked %t", state, missed, a.State, a.NeedsReview)
			}
			delay := must[time.Duration](o)(o.ledger.ListingDelay(ctx, dana.Practice))
			if (delay - want).Abs() > time.Microsecond {
				t.Errorf("%s, missed %d times: lag %s, want %s", state, missed, delay, want)
			}
			shown := must[time.Time](o)(o.Shown(ctx, dana.Practice, sent))
			if after := shown.Sub(sent); (after - 10*time.Second - 2*time.Minute - max(o.Bounds.Delay, 2*delay)).Abs() > time.Microsecond {
				t.Errorf("lag %s: shown after %s", delay, after)
			}
		}
	}
}

// Whoever is quicker while the books are read is right: the turn is not an error.
func TestQuickerSender(t *testing.T) {
	for name, listed := range map[string][]payment.ReceiptSummary{"found": rows(row("61234", 0)), "absent": nil, "person": rows(row("61234", 0), row("61235", 0))} {
		for _, meanwhile := range []payment.State{payment.Declined, payment.NotSent} {
			o := newOffice(t)
			a := o.lost(dana, "501", "61233")
			o.turn(1)
			o.clock = sent.Add(31 * time.Minute)
			o.read = func() ([]payment.ReceiptSummary, error) {
				o.settled(a, meanwhile, "")
				return listed, nil
			}
			o.turn(1)
			if a := o.now(a); a.State != meanwhile || a.NeedsReview {
				t.Errorf("%s, %s meanwhile: %s, asked %t", name, meanwhile, a.State, a.NeedsReview)
			}
		}
	}
	o := newOffice(t) // also at the last look, with nothing found
	a := o.lost(dana, "501", "61233")
	o.clock = o.clock.Add(48 * time.Hour)
	o.read = func() ([]payment.ReceiptSummary, error) {
		o.settled(a, payment.Declined, "")
		return nil, errors.New("down")
	}
	o.turn(1)
	if a := o.now(a); a.State != payment.Declined || a.NeedsReview {
		t.Errorf("at the last look: %s, asked %t", a.State, a.NeedsReview)
	}
}
