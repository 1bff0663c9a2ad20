package reconcile

import (
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
