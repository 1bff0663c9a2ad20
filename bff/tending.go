package bff

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"paypane/bff/ledger"
	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// stale is when an attempt that is still claimed or sending will not be
// answered any more: the time before the fence, the upstream's deadline of 30
// seconds and time to write the outcome down.
const stale = 45 * time.Second

// tendEvery is how often the server looks for what was left behind or is due.
const tendEvery = time.Second

// defaultWidth is how many patients are looked up, and how many receipts are
// ordered, at once: so few that they stay below the upstream's limits beside
// the payers, and more than one, because one may hang.
const defaultWidth = 8

// booksWithin is how long a look waits for the books. The next look comes by
// the schedule.
const booksWithin = 10 * time.Second

// Lookups are what the reconciler needs of the ledger, with the receipts that
// are to be e-mailed.
type Lookups interface {
	reconcile.Ledger
	MailsDue(ctx context.Context, limit int) ([]ledger.Attempt, error)
}

// Tend ends what servers left behind, finds out what became of attempts whose
// outcome is unknown, and has the receipts mailed, until ctx ends. One call is
// enough; several servers on one ledger share the work. The three go on beside
// each other: an upstream that hangs in one does not hold up the others.
func (s *Server) Tend(ctx context.Context) {
	if s.width == 1 {
		s.keep(ctx, s.tend)
		return
	}
	var loops sync.WaitGroup
	for _, act := range []func(context.Context){s.endStale, s.reconcile, s.mailDue} {
		loops.Go(func() { s.keep(ctx, act) })
	}
	loops.Wait()
}

// keep does something again and again. What it cannot do now it does in a later
// turn.
func (s *Server) keep(ctx context.Context, act func(context.Context)) {
	for {
		s.safely(ctx, act)
		select {
		case <-s.after(tendEvery):
		case <-ctx.Done():
			return
		}
	}
}

// tend is one turn of all that Tend does.
func (s *Server) tend(ctx context.Context) {
	for _, act := range []func(context.Context){s.endStale, s.reconcile, s.mailDue} {
		s.safely(ctx, act)
	}
}

// safely survives a panic, which would end the server and with it the charges
// of others.
func (s *Server) safely(ctx context.Context, act func(context.Context)) {
	defer func() {
		if recover() != nil {
			s.log.ErrorContext(ctx, "panic while tending")
		}
	}()
	act(ctx)
}

func (s *Server) endStale(ctx context.Context) {
	_, unknown, err := s.ledger.Recover(ctx, s.now().Add(-stale))
	s.report(ctx, "recover attempts", err)
	if unknown > 0 {
		s.log.WarnContext(ctx, "no outcome was written down in time", "attempts", unknown)
	}
}

func (s *Server) reconcile(ctx context.Context) {
	_, err := s.reconciler.WideTurn(ctx, s.width)
	s.report(ctx, "reconcile", err)
}

func (s *Server) mailDue(ctx context.Context) {
	due, err := s.ledger.MailsDue(ctx, 100)
	s.report(ctx, "read receipts due", err)
	var orders errgroup.Group
	orders.SetLimit(s.width)
	for _, a := range due {
		orders.Go(func() error {
			s.safely(ctx, func(ctx context.Context) { s.mailReceipt(ctx, a) })
			return nil
		})
	}
	orders.Wait() // no order returns an error: it is written down
}

func (s *Server) report(ctx context.Context, act string, err error) {
	if err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, act, "error", err.Error())
	}
}

func (s *Server) newReconciler(delay time.Duration, elapsed func() time.Duration) *reconcile.Reconciler {
	if elapsed == nil {
		start := time.Now()
		elapsed = func() time.Duration { return time.Since(start) }
	}
	return &reconcile.Reconciler{Ledger: s.ledger, Books: promptBooks{s.practice}, Lists: promptBooks{s.practice}, Bounds: reconcile.Bounds{Delay: delay}, Now: s.now, Elapsed: elapsed, Log: s.log}
}

// promptBooks are books for which nobody waits long.
type promptBooks struct{ Practice }

func (b promptBooks) Receipts(ctx context.Context, p payment.Patient) ([]payment.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, booksWithin)
	defer cancel()
	return b.Practice.Receipts(ctx, p)
}

func (b promptBooks) Plans(ctx context.Context, p payment.Patient, ids ...string) ([]payment.Plan, error) {
	ctx, cancel := context.WithTimeout(ctx, booksWithin)
	defer cancel()
	return b.Practice.Plans(ctx, p, ids...)
}

func (b promptBooks) StoredCards(ctx context.Context, p payment.Patient) ([]payment.StoredCard, error) {
	ctx, cancel := context.WithTimeout(ctx, booksWithin)
	defer cancel()
	return b.Practice.StoredCards(ctx, p)
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
