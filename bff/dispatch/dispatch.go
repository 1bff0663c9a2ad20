// Package dispatch hands what payers decided over to the upstream: it is the only
// package that may call a write of athenahealth's, or set the marks of the ledger
// that say what became of one.
//
// A page claims an attempt and submits it with an Operation; from there it is
// marked as being sent, sent once, and settled. The Worker ends what servers left
// behind, reads the upstream's books for what is unknown, and has receipts
// mailed. "Who can move money?" is answered by this folder.
package dispatch

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Ledger are the marks that an attempt gets on its way.
type Ledger interface {
	// MarkSending is the write-ahead record, durable before it returns, after which
	// a byte may leave.
	MarkSending(ctx context.Context, id, before string) (ledger.Record, error)
	Settle(ctx context.Context, id string, o payment.Outcome) (ledger.Record, error)
	OrderMail(ctx context.Context, id string) (ledger.Record, error)
	MarkEmailed(ctx context.Context, id string, ok bool, evidence string) error
	MailsDue(ctx context.Context, limit int) ([]ledger.Record, error)
	// Recover ends what a server left behind: everything that was claimed or sent
	// before a moment, or at all for the zero time.
	Recover(ctx context.Context, before time.Time) (notSent, unknown int, err error)
	// Alone reports whether no other server works with the ledger.
	Alone() bool
}

// Books are what is read before an attempt is sent.
type Books interface {
	Receipts(context.Context, payment.Patient) ([]payment.ReceiptSummary, error)
}

// Config is what a Dispatcher needs; all of it.
type Config struct {
	Ledger   Ledger
	Upstream Upstream
	Mailer   Mailer
	Books    Books
	Log      *slog.Logger
	// After is time.After.
	After func(time.Duration) <-chan time.Time
}

// Dispatcher sends what was claimed.
type Dispatcher struct {
	ledger   Ledger
	upstream Upstream
	mailer   Mailer
	books    Books
	log      *slog.Logger
	after    func(time.Duration) <-chan time.Time
	inFlight sync.WaitGroup
}

// New makes a Dispatcher.
func New(c Config) *Dispatcher {
	return &Dispatcher{ledger: c.Ledger, upstream: c.Upstream, mailer: c.Mailer, books: c.Books, log: c.Log, after: c.After}
}

// Drain waits until nothing is in flight, or ctx ends.
func (d *Dispatcher) Drain(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		d.inFlight.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("drain: %w", ctx.Err())
	}
}
