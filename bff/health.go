package bff

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"paypane/bff/middleware"
)

// readiness is what the ledger said last of whether it can be written to.
type readiness struct {
	ledger interface{ Ready(context.Context) error }
	log    *slog.Logger
	now    func() time.Time

	mu  sync.Mutex
	at  time.Time
	err error
}

// readyEvery is the least time between two tries to write: anybody may ask,
// and each try costs what a step of a payment costs.
const readyEvery = time.Second

// check answers from the last try, where that is fresh, or tries once for all
// who wait.
func (d *readiness) check(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := d.now(); d.at.IsZero() || now.Sub(d.at) >= readyEvery || now.Before(d.at) {
		// Who asked first may go away; the others want to know all the same.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if d.err = d.ledger.Ready(ctx); d.err != nil {
			d.log.ErrorContext(ctx, "not ready", "error", d.err.Error())
		}
		d.at = d.now()
	}
	return d.err
}

// readyz says that the ledger can be written to.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	if s.ready.check(r.Context()) != nil {
		http.Error(w, "the ledger cannot be written to", http.StatusServiceUnavailable)
		return nil
	}
	_, err := w.Write([]byte("ok\n"))
	return err
}

// livez says that the process answers, whatever the upstream does.
func (s *Server) livez(w http.ResponseWriter, _ *http.Request) error {
	_, err := w.Write([]byte("ok\n"))
	return err
}

// file is a file under its hashed path.
func (s *Server) file(w http.ResponseWriter, r *http.Request) error {
	if !s.files.At(r.URL.Path) {
		return s.missing(w, r)
	}
	s.files.ServeHTTP(w, r)
	return nil
}

// missing is every other address. In a portal's frame the answer can be read.
func (s *Server) missing(w http.ResponseWriter, r *http.Request) error {
	sess, r, err := s.layout.Enter(s.store, w, r)
	if err != nil {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	s.layout.Error(w, r, sess, middleware.StatusError{Status: http.StatusNotFound})
	return nil
}
