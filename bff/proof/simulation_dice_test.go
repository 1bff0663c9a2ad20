package proof_test

import (
	"context"
	"sync"
	"time"
)

// stream is one who acts in a scenario: a payer, a request, an attempt on its
// way, a server's housekeeping. It has chances of its own, all from the
// scenario's seed, and moments of its own: it only ever wakes at nanoseconds
// whose last three digits are its number. All spans in the program are whole
// microseconds, so no two streams are ever awake at one moment, and nothing is
// left to the scheduler: a seed replays exactly. What streams share they touch
// only right after a sleep.
type stream struct {
	number int
	state  uint64
	baton  *sync.Mutex // of the scenario
}

// most is how many streams a scenario can have: the main one is 0.
const most = 1000

// roll is the next number of the stream (splitmix64).
func (d *stream) roll() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n is a number below k.
func (d *stream) n(k int) int { return int(d.roll() % uint64(k)) }

// percent is true so many times in a hundred.
func (d *stream) percent(p int) bool { return d.n(100) < p }

func (d *stream) between(low, high time.Duration) time.Duration {
	if high <= low {
		return low
	}
	return low + time.Duration(d.roll()%uint64(high-low))
}

// one is an element of a list.
func one[T any](d *stream, list ...T) T { return list[d.n(len(list))] }

// after is how long it is until the stream's own moment nearest to d from now.
func (d *stream) after(d2 time.Duration) time.Duration {
	now := time.Now()
	at := now.Add(d2).UnixNano()
	at += int64(d.number) - at%most
	if at <= now.UnixNano() {
		at += most
	}
	return time.Duration(at - now.UnixNano())
}

func (d *stream) sleep(span time.Duration) {
	d.pass()
	time.Sleep(d.after(span))
	d.pass()
}

// pass tells the race detector what virtual time does not: that whoever is awake
// now comes after whoever was awake before.
func (d *stream) pass() {
	if raceDetector {
		d.baton.Lock()
		defer d.baton.Unlock()
	}
}

// wait is a sleep that ends with the context. Then the stream is not at a
// moment of its own.
func (d *stream) wait(ctx context.Context, span time.Duration) error {
	d.pass()
	defer d.pass()
	t := time.NewTimer(d.after(span))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// call is what goes with a context: the stream that acts, and what is known of
// the request.
type call struct {
	stream *stream
	late   func() // ends the turn after this one; nil for requests
	mails  bool   // receipts were due in this turn
}

type callKey struct{}

func with(ctx context.Context, c *call) context.Context { return context.WithValue(ctx, callKey{}, c) }

func callOf(ctx context.Context) *call { return ctx.Value(callKey{}).(*call) }
