package proof_test

import (
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"paypane/bff"
	"paypane/bff/dispatch"
)

// process is a server from its start to its crash. A goroutine of a crashed
// one ends at its next boundary: nothing of it ever takes effect again.
type process struct {
	*bff.Server
	counter *dispatch.Dispatcher // of what the desk does
	s       *scenario
	gone    chan struct{} // closed when it crashes
	dead    bool
	until   time.Time // stopped until then
	fail    [2]place  // that fails now: before, after its effect
}

// before is the boundary before a call: time passes, and the server may crash
// or be stopped.
func (p *process) before(ctx context.Context, at place) *stream { return p.boundary(ctx, at, false) }

// after is the boundary after a call took effect.
func (p *process) after(ctx context.Context, at place) *stream { return p.boundary(ctx, at, true) }

func (p *process) boundary(ctx context.Context, at place, after bool) *stream {
	d := callOf(ctx).stream
	defer d.pass() // also if it ends here
	if p.dead {
		runtime.Goexit()
	}
	d.sleep(d.between(20*time.Microsecond, 5*time.Millisecond))
	p.s.pass(p, at, after)
	for time.Now().Before(p.until) {
		d.sleep(time.Until(p.until))
	}
	if p.dead {
		runtime.Goexit()
	}
	return d
}

// failing reports whether the call is to report an error.
func (p *process) failing(at place, after bool) bool {
	side := 0
	if after {
		side = 1
	}
	if p.fail[side] != at {
		return false
	}
	p.fail[side] = -1
	return true
}

// pass counts who comes by a place, and lets happen what is planned for it.
func (s *scenario) pass(p *process, at place, after bool) {
	side := 0
	if after {
		side = 1
	}
	s.passed[at][side]++
	for _, h := range s.hurdles {
		if h.place != at || h.after != after || h.nth != s.passed[at][side] {
			continue
		}
		switch {
		case p.dead:
		case h.fails:
			if after {
				s.met(committedAndFailed)
			}
			s.met(databaseFailed)
			p.fail[side] = at
		case h.pause > 0:
			s.met(paused)
			if after && at == atMarkSending || !after && at == atCollect {
				s.met(pausedOverFence)
			}
			p.until = time.Now().Add(h.pause)
			s.trace("pause", func() string { return placeNames[at] + " " + h.pause.String() })
		default:
			s.met(crashed)
			switch {
			case at == atClaim && after:
				s.met(crashedAfterClaim)
			case at == atMarkSending && after, at == atCollect && !after:
				s.met(crashedAfterFence)
			case at == atCollect && after, at == atSettle && !after:
				s.met(crashedBeforeSettle)
			case at == atCounter:
				s.met(deskCrashed)
			case at == atSign:
				s.met(signCrashed)
			case at == atCheck && after:
				s.met(crashedAfterLook)
			}
			s.trace("crash", func() string { return placeNames[at] })
			p.crash()
		}
	}
}

func (p *process) crash() {
	if !p.dead {
		p.dead = true
		close(p.gone)
	}
}

// house is a server that is started again when it has crashed.
type house struct {
	s       *scenario
	number  int
	process *process // nil while it is down
}

// start starts the server; it is up when it has recovered.
func (h *house) start(d *stream) {
	defer d.pass()
	p := &process{s: h.s, gone: make(chan struct{}), fail: [2]place{-1, -1}}
	up := make(chan struct{})
	go func() {
		defer close(up)
		practice, books := h.s.practice(p), account{p, h.s.books}
		p.counter = dispatch.New(dispatch.Config{Ledger: books, Upstream: dispatch.Upstream{Cards: practice, Counter: practice}, Mailer: practice,
			Books: practice, Log: slog.New(slog.DiscardHandler), After: time.After})
		server, err := bff.New(with(context.Background(), &call{stream: d}), bff.Config{
			Origin: payOrigin, Portals: portals(), Practice: practice, Ledger: books,
			Keys: keys, ReceiptDelay: h.s.delay, Concurrency: 1, Zone: eastern, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			h.s.trace("start failed", err.Error)
			p.crash()
			return
		}
		p.Server = server
	}()
	<-up
	if p.Server == nil || p.dead {
		return
	}
	h.process = p
	h.s.trace("up", func() string { return placeNames[0] })
}

// keep starts the server, and again after each crash, until the payers are
// done. In between it lets the server tend.
func (h *house) keep(d *stream) {
	defer d.pass()
	for !h.s.closing {
		h.start(d)
		if p := h.process; p != nil {
			for !h.s.closing && !p.dead {
				// A turn in which nothing is due does nothing: few of them are played.
				if next := h.s.due(); !next.IsZero() && !next.After(time.Now()) || d.percent(5) {
					h.tend(p, d)
				}
				d.sleep(d.between(time.Second, one(d, 15*time.Second, 40*time.Second)))
			}
			h.process = nil
			if !p.dead {
				h.process = p
				return
			}
			h.s.met(restarted)
		}
		d.sleep(d.between(time.Second, 2*time.Minute))
	}
}

// tend is a turn of the server's housekeeping, or a few until nothing is left
// that is due now.
func (h *house) tend(p *process, d *stream) {
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	h.s.spawn(func() {
		defer close(done)
		p.Run(with(ctx, &call{stream: d, late: cancel}))
	})
	<-done
	cancel()
	d.sleep(time.Microsecond)
}

// answer is what a payer gets for a request; status 0: none came.
type answer struct {
	header http.Header
	status int
	body   []byte
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, b...)
	return len(b), nil
}

// serve answers a request, unless the server crashes meanwhile or the payer
// leaves.
func (p *process) serve(r *http.Request) *answer {
	a := &answer{header: http.Header{}}
	done := make(chan bool, 1)
	p.s.spawn(func() {
		finished := false
		defer func() {
			callOf(r.Context()).stream.pass() // nobody may be left to wait for it
			done <- finished
		}()
		p.ServeHTTP(a, r)
		finished = true
	})
	select {
	case finished := <-done:
		if finished {
			return a
		}
	case <-p.gone:
	case <-r.Context().Done():
	}
	return &answer{header: http.Header{}}
}
