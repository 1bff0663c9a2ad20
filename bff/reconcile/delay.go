package reconcile

import (
	"math"
	"time"
)

// Delay is what is known of how long the upstream takes to list what it did.
// It only ever grows: one quick day says nothing about a slow one.
type Delay struct {
	// Configured is the least to reckon with.
	Configured time.Duration
	// Longest is the longest delay that was met. It has to be kept over a
	// restart.
	Longest time.Duration
}

// Observe adds a row that was first listed at seen, made by a write of sent,
// and that the check at missed did not list; missed is zero where the first
// check had it. The delay ended somewhere between the two checks, and the later
// one is taken. Without a missed check there was none to measure: the list may
// have had the row all along.
func (d Delay) Observe(sent, missed, seen time.Time) Delay {
	if missed.After(sent) {
		d.Longest = max(d.Longest, seen.Sub(sent), missed.Sub(sent))
	}
	return d
}

// Effective is the delay for Bounds: what is configured, or twice the longest
// that was met where that is more.
func (d Delay) Effective() time.Duration {
	if d.Longest > math.MaxInt64/2 {
		return math.MaxInt64
	}
	return max(d.Configured, 2*d.Longest)
}
