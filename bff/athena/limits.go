package athena

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Limits are the upstream's limits as its answers announce them.
type Limits struct {
	// Daily counts API calls; it starts anew at midnight GMT.
	Daily Limit
	// Tokens counts token requests; it starts anew at the top of the minute.
	Tokens Limit
}

// Limit is one of them.
type Limit struct {
	Known     bool // announced for the present day or minute
	Limit     int
	Remaining int
	Resets    time.Time
}

// Exhausted reports whether the upstream has announced that nothing is left.
func (l Limit) Exhausted() bool { return l.Known && l.Remaining == 0 }

// Spare reports whether there is enough left of a day's calls for what can wait until
// another: a quarter, or it is not known.
func (l Limits) Spare() bool { return !l.Daily.Known || 4*l.Daily.Remaining > l.Daily.Limit }

// Limits are what is left of the day's calls and of the minute's token
// requests, for metrics.
func (c *Client) Limits() Limits {
	return Limits{Daily: c.daily.now(), Tokens: c.tokens.limit.now()}
}

// window follows one limit through X-RateLimit-Limit and -Remaining
// (docs/upstream-api.md#limits). The same two headers count API calls a day on
// API answers, and token requests a minute on token answers.
type window struct {
	length time.Duration // windows start at multiples of it, GMT
	clock  func() time.Time

	mu        sync.Mutex
	start     time.Time // of the window that the numbers are about
	limit     int
	remaining int
}

// clockSkew is how far the upstream's Date may be from our clock to be
// believed about which window its numbers are of.
const clockSkew = 5 * time.Minute

// now is the limit as it stands.
func (w *window) now() Limit {
	now := w.clock()
	w.mu.Lock()
	defer w.mu.Unlock()
	resets := w.start.Add(w.length)
	if w.start.IsZero() || !now.Before(resets) {
		return Limit{}
	}
	return Limit{Known: true, Limit: w.limit, Remaining: w.remaining, Resets: resets}
}

// observe takes in what an answer to a request of the given moment announces.
// Within a window what remains only becomes less, whatever the order in which
// answers come, unless the limit itself is changed.
//
// The numbers are of the upstream's day: an answer from just before its
// midnight must not close our next day.
func (w *window) observe(asked time.Time, h http.Header) {
	limit, err := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	if err != nil || limit <= 0 {
		return
	}
	remaining, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil {
		return
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil && date.Sub(w.clock()).Abs() < clockSkew {
		asked = date
	}
	w.set(asked, limit, max(0, remaining))
}

// observeLimits takes in what an API answer announces of the day's calls. A 429
// is passed over, and so is an answer of a gateway in trouble: either may speak
// of another limit in the same headers (calls a second are limited too,
// docs/upstream-api.md#limits), and that one, taken for the day's, would stop
// everything until midnight.
func (c *Client) observeLimits(asked time.Time, resp *http.Response) {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode < http.StatusInternalServerError {
		c.daily.observe(asked, resp.Header)
	}
}

// exhaust closes the window of the given moment, because of a 429.
func (w *window) exhaust(asked time.Time) { w.set(asked, 0, 0) }

func (w *window) set(at time.Time, limit, remaining int) {
	start := at.UTC().Truncate(w.length)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case start.Before(w.start):
		return
	case start.After(w.start), limit > w.limit && w.remaining > 0:
		w.start, w.limit, w.remaining = start, limit, remaining
	default:
		w.limit, w.remaining = max(limit, w.limit), min(w.remaining, remaining)
	}
}

// dailyError is the call that is not made because the day's calls are used up.
func dailyError(op string, l Limit) *Error {
	return &Error{Op: op, Fault: FaultOurs, Message: "daily limit reached", Detail: "calls again at " + l.Resets.UTC().Format(time.RFC3339), limited: true}
}

// retryShare is how many tries of reads may be repetitions, over time; a
// number of them is allowed at once (docs/security.md#deadlines).
const (
	retryShare = 0.1
	retryBurst = 20
)

// retries is the budget of repeated reads: when the upstream is in trouble,
// trying everything three times makes the trouble worse.
type retries struct {
	mu    sync.Mutex
	spent float64 // 0: all of the burst is there
}

// earn counts a read.
func (r *retries) earn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.spent = max(0, r.spent-retryShare)
}

// spend takes one repetition, if there is one.
func (r *retries) spend() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.spent+1 > retryBurst {
		return false
	}
	r.spent++
	return true
}
