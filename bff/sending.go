package bff

import (
	"context"
	"errors"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// send collects a claimed attempt. It runs on when the browser leaves, and the
// server waits for it when it stops. done is closed once the outcome is
// durable.
func (s *Server) send(ctx context.Context, a ledger.Attempt, card *payment.Card) (done chan struct{}) {
	ctx = context.WithoutCancel(ctx)
	done = make(chan struct{})
	s.sending.Add(1)
	go func() {
		defer s.sending.Done()
		outcome := s.collect(ctx, a, card)
		err := s.settle(ctx, a.ID, outcome)
		close(done)
		if err == nil && outcome.State == payment.Taken && a.Email != "" {
			s.mailReceipt(ctx, a, outcome.Reference)
		}
	}()
	return done
}

// collect asks the practice, and takes a panic on the way for what it is: an
// answer that we do not know.
func (s *Server) collect(ctx context.Context, a ledger.Attempt, card *payment.Card) (o payment.Outcome) {
	defer func() {
		card.Clear()
		if recover() != nil {
			o = payment.Outcome{State: payment.Unknown, Evidence: "panic while sending"}
		}
	}()
	return s.practice.Collect(ctx, a.Patient, a.Charge, card)
}

// settleTries and settlePause are for a database that cannot write for a
// moment. After that the attempt stays as sending, which the result page and
// the next start of the server turn into unknown.
const (
	settleTries = 10
	settlePause = time.Second
)

func (s *Server) settle(ctx context.Context, id string, o payment.Outcome) error {
	var err error
	for range settleTries {
		if _, err = s.ledger.Settle(ctx, id, o); err == nil || errors.Is(err, ledger.ErrTransition) {
			return err
		}
		s.log.ErrorContext(ctx, "write outcome down", "error", err.Error())
		<-s.after(settlePause)
	}
	return err
}

// mailReceipt has the upstream mail the receipt, once. Whether it took the
// order is written down, and shown.
func (s *Server) mailReceipt(ctx context.Context, a ledger.Attempt, reference string) {
	err := s.orderReceipt(ctx, a, reference)
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
func (s *Server) orderReceipt(ctx context.Context, a ledger.Attempt, reference string) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("panic while ordering the receipt")
		}
	}()
	return s.practice.EmailReceipt(ctx, a.Patient, reference, a.Email)
}
