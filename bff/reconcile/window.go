package reconcile

import (
	"context"
	"sync"
	"time"
)

// window remembers since when a server has known that an attempt is unknown, by
// a clock that nobody sets. That nothing is listed proves absence only after
// the delay, and a clock that was set forward, or another server's that is
// ahead, makes a delay out of nothing. So the delay has to have passed on this
// clock too. A server that is started again begins anew.
type window struct {
	mu    sync.Mutex
	since map[string]time.Duration
}

// keep begins to observe what is unknown now, and forgets what is not any more.
func (w *window) keep(ids []string, now time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.since
	w.since = make(map[string]time.Duration, len(ids))
	for _, id := range ids {
		if at, known := before[id]; known {
			w.since[id] = at
		} else {
			w.since[id] = now
		}
	}
}

// left is how long an attempt has still to be observed until it was for d.
func (w *window) left(id string, now, d time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	at, known := w.since[id]
	if !known {
		return d
	}
	return max(0, at+d-now)
}

// observe looks which attempts are unknown.
func (r *Reconciler) observe(ctx context.Context) error {
	ids, err := r.Checks.UnknownIDs(ctx)
	if err == nil {
		r.window.keep(ids, r.Elapsed())
	}
	return err
}
