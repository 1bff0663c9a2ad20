package bff

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Ledger and Practice are a server's, whole: a test can stand in front of each call.
type (
	Ledger   = fullLedger
	Practice = fullPractice
)

// ledgerSpy is the real ledger, counted, whose Settle can fail.
type ledgerSpy struct {
	Ledger
	shared             bool // other servers may be at work
	settle             func(tries int32) error
	sessions, launches atomic.Int32 // that were made
	settles            atomic.Int32 // that were tried
	recoveries         atomic.Int32 // that will fail
}

func (s *ledgerSpy) Recover(ctx context.Context, before time.Time) (int, int, error) {
	if s.recoveries.Add(-1) >= 0 {
		return 0, 0, errors.New("disk is full")
	}
	return s.Ledger.Recover(ctx, before)
}

func (s *ledgerSpy) Alone() bool { return !s.shared }

func (s *ledgerSpy) CreateSession(ctx context.Context, row ledger.Session) (ledger.Session, error) {
	s.sessions.Add(1)
	return s.Ledger.CreateSession(ctx, row)
}

func (s *ledgerSpy) UseLaunch(ctx context.Context, portal, jti string, expires time.Time) error {
	s.launches.Add(1)
	return s.Ledger.UseLaunch(ctx, portal, jti, expires)
}

func (s *ledgerSpy) Settle(ctx context.Context, id string, o payment.Outcome) (ledger.Record, error) {
	n := s.settles.Add(1)
	if s.settle != nil {
		if err := s.settle(n); err != nil {
			return ledger.Record{}, err
		}
	}
	return s.Ledger.Settle(ctx, id, o)
}
