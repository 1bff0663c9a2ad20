package bff

import (
	"context"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/reconcile"
)

// stale is when an attempt that is still claimed or sending will not be
// answered any more: the time before the fence, the upstream's deadline of 30
// seconds and time to write the outcome down.
const stale = 45 * time.Second

// tendEvery is how often the server looks for what was left behind or is due.
const tendEvery = time.Second

// Lookups are what the reconciler needs of the ledger, with the receipts that
// are to be e-mailed.
type Lookups interface {
	reconcile.Ledger
	MailsDue(ctx context.Context, limit int) ([]ledger.Attempt, error)
}

// Tend ends what servers left behind, finds out what became of attempts whose
// outcome is unknown, and has the receipts mailed, until ctx ends. One call is
// enough; several servers on one ledger share the work.
func (s *Server) Tend(ctx context.Context) {
	for {
		s.tend(ctx)
		select {
		case <-s.after(tendEvery):
		case <-ctx.Done():
			return
		}
	}
}

// tend is one turn. What it cannot do now it does in a later one. A panic in it
// would end the server and with it the charges of others.
func (s *Server) tend(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			s.log.ErrorContext(ctx, "panic while tending")
		}
	}()
	report := func(act string, err error) {
		if err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, act, "error", err.Error())
		}
	}
	_, unknown, err := s.ledger.Recover(ctx, s.now().Add(-stale))
	report("recover attempts", err)
	if unknown > 0 {
		s.log.WarnContext(ctx, "no outcome was written down in time", "attempts", unknown)
	}
	_, err = s.reconciler.Turn(ctx)
	report("reconcile", err)
	due, err := s.ledger.MailsDue(ctx, 100)
	report("read receipts due", err)
	for _, a := range due {
		s.mailReceipt(ctx, a)
	}
}

func (s *Server) newReconciler(delay time.Duration, elapsed func() time.Duration) *reconcile.Reconciler {
	if elapsed == nil {
		start := time.Now()
		elapsed = func() time.Duration { return time.Since(start) }
	}
	return &reconcile.Reconciler{Ledger: s.ledger, Books: s.practice, Bounds: reconcile.Bounds{Delay: delay}, Now: s.now, Elapsed: elapsed, Log: s.log}
}

// recover ends, at the start, what servers before this one left behind: all of
// it if no other can be at work, else what is stale.
func (s *Server) recover(ctx context.Context) error {
	var before time.Time
	if !s.ledger.Alone() {
		before = s.now().Add(-stale)
	}
	notSent, unknown, err := s.ledger.Recover(ctx, before)
	if err != nil {
		return err
	}
	if notSent+unknown > 0 {
		s.log.WarnContext(ctx, "attempts were under way when the last server stopped; the result of those that were being sent is unknown",
			"sending", unknown, "not sent", notSent)
	}
	return nil
}
