// Package health answers whoever watches the server: a load balancer, an
// orchestrator, a person with curl. Its answers tell strangers nothing else.
package health

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Readiness is whether the server can do its work: whether its ledger can be
// written to, and it is not about to stop. Its exported fields are set before its first
// request and not changed after.
type Readiness struct {
	Ledger interface{ Ready(context.Context) error }
	Log    *slog.Logger
	Now    func() time.Time

	leaving atomic.Bool

	mu  sync.Mutex
	at  time.Time
	err error
}

// ReadyEvery is the least time between two tries to write: anybody may ask,
// and each try costs what a step of a payment costs.
const ReadyEvery = time.Second

// Leave says from now on that the server is not ready: it goes on serving those who
// come, and is about to stop.
func (d *Readiness) Leave() { d.leaving.Store(true) }

// ServeHTTP answers 200, or 503 where the ledger cannot be written to or the server is
// about to stop.
func (d *Readiness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.leaving.Load() {
		http.Error(w, "about to stop", http.StatusServiceUnavailable)
		return
	}
	if d.check(r.Context()) != nil {
		http.Error(w, "the ledger cannot be written to", http.StatusServiceUnavailable)
		return
	}
	ok(w)
}

// check answers from the last try, where that is fresh, or tries once for all
// who wait.
func (d *Readiness) check(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := d.Now(); d.at.IsZero() || now.Sub(d.at) >= ReadyEvery || now.Before(d.at) {
		// Who asked first may go away; the others want to know all the same.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if d.err = d.Ledger.Ready(ctx); d.err != nil {
			d.Log.ErrorContext(ctx, "not ready", "error", d.err.Error())
		}
		d.at = d.Now()
	}
	return d.err
}

// Live says that the process answers, whatever the upstream and the ledger do.
func Live(w http.ResponseWriter, _ *http.Request) { ok(w) }

// ok answers in plain text; whoever asked may be gone, which is no fault of ours.
func ok(w http.ResponseWriter) { _, _ = w.Write([]byte("ok\n")) }
