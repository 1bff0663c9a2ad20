package reconcile

import (
	"cmp"
	"context"
	"time"
)

// What Bounds are where nothing else is said.
const (
	defaultWindow = 10 * time.Second
	defaultSkew   = 2 * time.Minute
	defaultLate   = 15 * time.Minute
	defaultDelay  = 30 * time.Minute
)

// Bounds are what the clocks, the network and the upstream are trusted to
// keep. A verdict is as good as they are. Zero is the default of each.
type Bounds struct {
	// Window is the longest from Query.Sent until the first byte leaves: 10 s.
	Window time.Duration
	// Skew is how far the upstream's clock may be from ours, either way: 2 min.
	Skew time.Duration
	// Late is the longest after Query.Sent that a row may say it was asked
	// for and still be taken for the write's own: 15 min.
	Late time.Duration
	// Delay is the longest from the first byte until the row is listed: 30 min.
	// It holds both the time that the upstream may still be at work (answers
	// after 90 s are known) and the time until the receipts show what it did
	// (nothing is published about that); see Delay.Effective.
	Delay time.Duration
}

// complete puts the defaults in. A negative bound is one that was not set:
// taken as it is, a delay could prove absence before anything was sent.
func (b Bounds) complete() Bounds {
	return Bounds{
		Window: cmp.Or(max(0, b.Window), defaultWindow),
		Skew:   cmp.Or(max(0, b.Skew), defaultSkew),
		Late:   cmp.Or(max(0, b.Late), defaultLate),
		Delay:  cmp.Or(max(0, b.Delay), defaultDelay),
	}
}

// learned is the longest delay that was met at each practice.
type learned interface {
	ListingDelay(ctx context.Context, practice int) (time.Duration, error)
}

// of are the bounds for a practice: these, with the delay that was learned there.
func (b Bounds) of(ctx context.Context, l learned, practice int) (Bounds, error) {
	longest, err := l.ListingDelay(ctx, practice)
	b = b.complete()
	b.Delay = Delay{Configured: b.Delay, Longest: longest}.Effective()
	return b, err
}

// shown is from when on the receipts hold all that a write of that moment did.
func (b Bounds) shown(sent time.Time) time.Time { return sent.Add(b.Window).Add(b.Delay) }
