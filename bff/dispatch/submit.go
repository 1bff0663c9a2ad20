package dispatch

import (
	"context"
	"errors"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// watermarkWait is how long is waited for what the upstream's books show before an
// attempt is sent. Without it the attempt is sent all the same: it is needed
// only if the answer is lost, and then more is left to a person.
const watermarkWait = 3 * time.Second

// Submit carries a claimed attempt out: op is done at most once, and not at all
// unless the record that it is being sent is on the disk. It is cleared in any
// case. It runs on when the browser leaves, and Drain waits for it. done is closed
// once the outcome is durable.
func (d *Dispatcher) Submit(ctx context.Context, a ledger.Record, op Operation) (done <-chan struct{}) {
	ctx = context.WithoutCancel(ctx)
	settled := make(chan struct{})
	d.inFlight.Go(func() {
		before := d.watermark(ctx, a)
		// From before the record, by a clock that nobody sets: whoever finds the
		// attempt unknown reckons from the record.
		limit := time.Now().Add(ledger.SendWithin)
		sending, err := d.ledger.MarkSending(ctx, a.ID, before)
		if err != nil {
			op.Clear()
			d.log.ErrorContext(ctx, "not sent", "error", err.Error())
			d.abort(ctx, a.ID, err)
			d.ended(ctx, op, payment.Outcome{State: payment.NotSent})
			close(settled)
			return
		}
		inTime, cancel := context.WithDeadline(ctx, limit)
		outcome := d.do(inTime, op, a)
		cancel()
		ended, err := d.settle(ctx, sending.ID, outcome)
		d.ended(ctx, op, outcome)
		close(settled)
		if err == nil && ended.Mail == ledger.MailDue {
			d.mailReceipt(ctx, ended)
		}
	})
	return settled
}

// ended tells an operation that was let through how it ended.
func (d *Dispatcher) ended(ctx context.Context, op Operation, o payment.Outcome) {
	defer func() {
		if recover() != nil {
			d.log.ErrorContext(ctx, "panic while counting how a card ended")
		}
	}()
	if admitted, ok := op.(Admitted); ok {
		admitted.Ended(ctx, o)
	}
}

// Then does something after an attempt that was submitted has its outcome, also
// when the browser has left; Drain waits for that, too.
func (d *Dispatcher) Then(done <-chan struct{}, follow func()) {
	d.inFlight.Go(func() {
		<-done
		follow()
	})
}

// Wait gives an answer from upstream the time in which a payer likes to wait for
// it.
func (d *Dispatcher) Wait(ctx context.Context, done <-chan struct{}, most time.Duration) {
	select {
	case <-done:
	case <-d.after(most):
	case <-ctx.Done():
	}
}

// abort ends an attempt of which the record that it is being sent could not be
// written, or of which that is not known: a commit may fail after it was done. Not
// sent is true either way, because the upstream was not asked and never will be.
func (d *Dispatcher) abort(ctx context.Context, id string, cause error) {
	if errors.Is(cause, ledger.ErrTransition) {
		return // somebody else ended it
	}
	_, _ = d.settle(ctx, id, payment.Outcome{State: payment.NotSent, Evidence: "the write-ahead record could not be written"})
}

// do asks the practice, and takes a panic on the way for what it is: an answer
// that we do not know.
func (d *Dispatcher) do(ctx context.Context, op Operation, a ledger.Record) (o payment.Outcome) {
	defer op.Clear()
	defer func() {
		if recover() != nil {
			o = payment.Outcome{State: payment.Unknown, Evidence: "panic while sending"}
		}
	}()
	o = op.Do(ctx, d.upstream, a)
	if !o.State.Ended() || o.State == payment.NotDone {
		o = payment.Outcome{State: payment.Unknown, Evidence: "an answer that is none. " + o.Evidence}
	}
	return o
}

// watermark is the highest epaymentid in the patient's receipts, or storedcardid
// of their cards where one is to be kept: "0" if there are none, "" if they
// cannot be read in time or never show such an operation. It is what a lost answer is
// looked for after.
func (d *Dispatcher) watermark(ctx context.Context, a ledger.Record) (highest string) {
	ctx, cancel := context.WithTimeout(ctx, watermarkWait)
	defer cancel()
	defer func() {
		if recover() != nil {
			highest = ""
		}
	}()
	if a.Kind == payment.KindStoreCard {
		cards, err := d.upstream.Cards.StoredCards(ctx, a.Patient)
		if err != nil {
			return ""
		}
		return reconcile.CardWatermark(cards)
	}
	if !reconcile.InReceipts(a.Kind) {
		return "" // nobody would look
	}
	receipts, err := d.books.Receipts(ctx, a.Patient)
	if err != nil {
		return ""
	}
	return reconcile.ReceiptWatermark(receipts)
}

// SettleTries and SettlePause are for a database that cannot write for a
// moment. After that the attempt stays as sending, which is turned into unknown
// once it is stale.
const (
	SettleTries = 10
	SettlePause = time.Second
)

func (d *Dispatcher) settle(ctx context.Context, id string, o payment.Outcome) (a ledger.Record, err error) {
	for range SettleTries {
		if a, err = d.ledger.Settle(ctx, id, o); err == nil || errors.Is(err, ledger.ErrTransition) {
			return a, err
		}
		d.log.ErrorContext(ctx, "write outcome down", "error", err.Error())
		<-d.after(SettlePause)
	}
	return a, err
}
