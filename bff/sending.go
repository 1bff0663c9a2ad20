package bff

import (
	"context"
	"errors"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// beforeWait is how long is waited for what the upstream's books show before an
// attempt is sent. Without it the attempt is sent all the same: it is needed
// only if the answer is lost, and then more is left to a person.
const beforeWait = 3 * time.Second

// send carries a claimed attempt out: do is called at most once, and not at all
// unless the fence is on the disk, in which case drop is. It runs on when the
// browser leaves, and the server waits for it when it stops. done is closed
// once the outcome is durable.
func (s *Server) send(ctx context.Context, a ledger.Attempt, do func(context.Context) payment.Outcome, drop func()) (done chan struct{}) {
	ctx = context.WithoutCancel(ctx)
	done = make(chan struct{})
	s.sending.Add(1)
	go func() {
		defer s.sending.Done()
		before := s.highest(ctx, a)
		// From before the fence, by a clock that nobody sets: whoever finds the
		// attempt unknown reckons from the fence.
		limit := time.Now().Add(ledger.SendWithin)
		sent, err := s.ledger.Send(ctx, a.ID, before)
		if err != nil {
			drop()
			s.log.ErrorContext(ctx, "not sent", "error", err.Error())
			s.unsent(ctx, a.ID, err)
			close(done)
			return
		}
		inTime, cancel := context.WithDeadline(ctx, limit)
		outcome := attempt(inTime, do)
		cancel()
		settled, err := s.settle(ctx, sent.ID, outcome)
		close(done)
		if err == nil && settled.Mail == ledger.MailDue {
			s.mailReceipt(ctx, settled)
		}
	}()
	return done
}

// unsent ends an attempt whose fence could not be written, or of which that is
// not known: a commit may fail after it was done. Not sent is true either way,
// because the upstream was not asked and never will be: do was not called, and
// drop was.
func (s *Server) unsent(ctx context.Context, id string, cause error) {
	if errors.Is(cause, ledger.ErrTransition) {
		return // somebody else ended it
	}
	s.settle(ctx, id, payment.Outcome{State: payment.NotSent, Evidence: "the fence could not be written"})
}

// attempt asks the practice, and takes a panic on the way for what it is: an
// answer that we do not know.
func attempt(ctx context.Context, do func(context.Context) payment.Outcome) (o payment.Outcome) {
	defer func() {
		if recover() != nil {
			o = payment.Outcome{State: payment.Unknown, Evidence: "panic while sending"}
		}
	}()
	o = do(ctx)
	if !o.State.Ended() || o.State == payment.Absent {
		o = payment.Outcome{State: payment.Unknown, Evidence: "an answer that is none. " + o.Evidence}
	}
	return o
}

// highest is the highest epaymentid in the patient's receipts, or storedcardid
// of their cards where one is to be kept: "0" if there are none, "" if they
// cannot be read in time. It is what a lost answer is looked for after.
func (s *Server) highest(ctx context.Context, a ledger.Attempt) (highest string) {
	ctx, cancel := context.WithTimeout(ctx, beforeWait)
	defer cancel()
	defer func() {
		if recover() != nil {
			highest = ""
		}
	}()
	if a.Act == payment.ActStoreCard {
		cards, err := s.practice.StoredCards(ctx, a.Patient)
		if err != nil {
			return ""
		}
		return reconcile.HighestCard(cards)
	}
	receipts, err := s.practice.Receipts(ctx, a.Patient)
	if err != nil {
		return ""
	}
	return reconcile.Highest(receipts)
}

// settleTries and settlePause are for a database that cannot write for a
// moment. After that the attempt stays as sending, which is turned into unknown
// once it is stale.
const (
	settleTries = 10
	settlePause = time.Second
)

func (s *Server) settle(ctx context.Context, id string, o payment.Outcome) (a ledger.Attempt, err error) {
	for range settleTries {
		if a, err = s.ledger.Settle(ctx, id, o); err == nil || errors.Is(err, ledger.ErrTransition) {
			return a, err
		}
		s.log.ErrorContext(ctx, "write outcome down", "error", err.Error())
		<-s.after(settlePause)
	}
	return a, err
}

// mailReceipt has the upstream mail the receipt, once: of all who want to, one
// gets the order. Whether the upstream took it is written down, and shown.
func (s *Server) mailReceipt(ctx context.Context, a ledger.Attempt) {
	a, err := s.ledger.OrderMail(ctx, a.ID)
	if err != nil {
		return // another server does it, or the next turn of the reconciler
	}
	err = s.orderReceipt(ctx, a)
	evidence := "accepted"
	if err != nil {
		evidence = err.Error()
	}
	if err := s.ledger.MarkEmailed(ctx, a.ID, err == nil, evidence); err != nil {
		s.log.ErrorContext(ctx, "write receipt order down", "error", err.Error())
	}
}

// orderReceipt asks the practice. No handler stands above this goroutine: a
// panic here would end the server, and with it the charges of others.
func (s *Server) orderReceipt(ctx context.Context, a ledger.Attempt) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("panic while ordering the receipt")
		}
	}()
	switch a.Act {
	case payment.ActAgreeYear:
		return s.mailAgreement(ctx, a)
	case payment.ActPlan:
		return nil // the address went with the plan, for the receipts of its payments
	}
	return s.practice.EmailReceipt(ctx, a.Patient, a.Reference, a.Email)
}
