package dispatch

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// Stale is when an attempt that is still claimed or sending will not be
// answered any more: the time before the record that it is being sent, the upstream's deadline of 30
// seconds and time to write the outcome down.
const Stale = 45 * time.Second

// runEvery is how often the worker looks for what was left behind or is due.
const runEvery = time.Second

// DefaultConcurrency is how many patients are looked up, and how many receipts are
// ordered, at once: so few that they stay below the upstream's limits beside
// the payers, and more than one, because one may hang.
const DefaultConcurrency = 8

// booksWithin is how long a look waits for the books. The next look comes by
// the schedule.
const booksWithin = 10 * time.Second

// Worker does in the background what no request waits for.
type Worker struct {
	Dispatcher *Dispatcher
	Reconciler *reconcile.Reconciler
	// Watch looks for agreements and plans that end; nil: nobody does.
	Watch *reconcile.Watch
	Now   func() time.Time
	// Concurrency is how many patients are looked up, and how many receipts
	// ordered, at once. With 1 it does one thing at a time, so that a simulation
	// can be replayed.
	Concurrency int
}

// Run ends what servers left behind, finds out what became of attempts whose
// outcome is unknown, has the receipts mailed, and looks for agreements that ended,
// until ctx ends. One call is enough; several servers on one ledger share the work.
// The four go on beside each other: an upstream that hangs in one does not hold up
// the others.
func (w *Worker) Run(ctx context.Context) {
	if w.Concurrency == 1 {
		w.loop(ctx, w.Turn)
		return
	}
	var loops sync.WaitGroup
	for _, act := range w.acts() {
		loops.Go(func() { w.loop(ctx, act) })
	}
	loops.Wait()
}

func (w *Worker) acts() []func(context.Context) {
	return []func(context.Context){w.endStale, w.reconcile, w.mailDue, w.watch}
}

// loop does something again and again. What it cannot do now it does in a later
// turn.
func (w *Worker) loop(ctx context.Context, act func(context.Context)) {
	for {
		w.recoverPanic(ctx, act)
		select {
		case <-w.Dispatcher.after(runEvery):
		case <-ctx.Done():
			return
		}
	}
}

// Turn is one turn of all that Run does.
func (w *Worker) Turn(ctx context.Context) {
	for _, act := range w.acts() {
		w.recoverPanic(ctx, act)
	}
}

// recoverPanic survives a panic, which would end the server and with it the charges
// of others.
func (w *Worker) recoverPanic(ctx context.Context, act func(context.Context)) {
	defer func() {
		if recover() != nil {
			w.Dispatcher.log.ErrorContext(ctx, "panic in the background work")
		}
	}()
	act(ctx)
}

func (w *Worker) endStale(ctx context.Context) {
	unknown, err := w.EndStale(ctx)
	w.report(ctx, "recover attempts", err)
	if unknown > 0 {
		w.Dispatcher.log.WarnContext(ctx, "no outcome was written down in time", "attempts", unknown)
	}
}

// EndStale ends what will not be answered any more, and answers of how many
// attempts nobody knows what became.
func (w *Worker) EndStale(ctx context.Context) (unknown int, err error) {
	_, unknown, err = w.Dispatcher.ledger.Recover(ctx, w.Now().Add(-Stale))
	return unknown, err
}

func (w *Worker) reconcile(ctx context.Context) {
	_, err := w.Reconciler.RunBatch(ctx, w.Concurrency)
	w.report(ctx, "reconcile", err)
}

func (w *Worker) watch(ctx context.Context) {
	if w.Watch != nil {
		w.report(ctx, "look for agreements", w.Watch.Turn(ctx))
	}
}

func (w *Worker) mailDue(ctx context.Context) {
	due, err := w.Dispatcher.ledger.MailsDue(ctx, 100)
	w.report(ctx, "read receipts due", err)
	var orders errgroup.Group
	orders.SetLimit(w.Concurrency)
	for _, a := range due {
		orders.Go(func() error {
			w.recoverPanic(ctx, func(ctx context.Context) { w.Dispatcher.mailReceipt(ctx, a) })
			return nil
		})
	}
	_ = orders.Wait() // no order returns an error: it is written down
}

func (w *Worker) report(ctx context.Context, act string, err error) {
	if err != nil && ctx.Err() == nil {
		w.Dispatcher.log.ErrorContext(ctx, act, "error", err.Error())
	}
}

// PromptBooks are books for which nobody waits long.
type PromptBooks struct {
	reconcile.Books
	reconcile.Lists
}

func (b PromptBooks) Receipts(ctx context.Context, p payment.Patient) ([]payment.ReceiptSummary, error) {
	ctx, cancel := context.WithTimeout(ctx, booksWithin)
	defer cancel()
	return b.Books.Receipts(ctx, p)
}

func (b PromptBooks) Plans(ctx context.Context, p payment.Patient, ids ...string) ([]payment.Plan, error) {
	ctx, cancel := context.WithTimeout(ctx, booksWithin)
	defer cancel()
	return b.Lists.Plans(ctx, p, ids...)
}

func (b PromptBooks) StoredCards(ctx context.Context, p payment.Patient) ([]payment.StoredCard, error) {
	ctx, cancel := context.WithTimeout(ctx, booksWithin)
	defer cancel()
	return b.Lists.StoredCards(ctx, p)
}

// Recover ends, at the start, what servers before this one left behind: all of
// it if no other can be at work, else what is stale.
func (w *Worker) Recover(ctx context.Context) error {
	var before time.Time
	if !w.Dispatcher.ledger.Alone() {
		before = w.Now().Add(-Stale)
	}
	notSent, unknown, err := w.Dispatcher.ledger.Recover(ctx, before)
	if err != nil {
		return err
	}
	if notSent+unknown > 0 {
		w.Dispatcher.log.WarnContext(ctx, "attempts were under way when the last server stopped; the result of those that were being sent is unknown",
			"sending", unknown, "not sent", notSent)
	}
	return nil
}
