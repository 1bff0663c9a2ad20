// Package desk are the pages of the practice's staff: the payments that wait for a
// person, with the evidence, and the decision about one.
package desk

import (
	"context"
	"log/slog"
	"time"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// Ledger is what staff need of the ledger to decide what the upstream's books do
// not.
type Ledger interface {
	ReviewQueue(ctx context.Context, practices []int) ([]ledger.Record, error)
	AttemptForStaff(ctx context.Context, practices []int, id string) (ledger.Record, error)
	Events(ctx context.Context, attempt string) ([]ledger.Event, error)
	ReferenceOwners(ctx context.Context, practice int, references []string) (map[string]string, error)
	Decide(ctx context.Context, id string, d ledger.Decision, limit payment.Amount) (a ledger.Record, decided bool, err error)
	// Proposal is what one person has said of an attempt in doubt.
	Proposal(ctx context.Context, id string) (ledger.Approval, error)
	CheckAgain(ctx context.Context, id, who string) error
	// DeskActs are those of a practice, the last one first: who signed in, and as what.
	DeskActs(context.Context, ledger.ActQuery) ([]ledger.Event, error)
}

// Practice is the upstream's books.
type Practice interface {
	Receipts(context.Context, payment.Patient) ([]payment.ReceiptSummary, error)
}

// Config is what a Desk needs; all of it.
type Config struct {
	Layout      *layout.Layout
	Departments *account.Departments
	Ledger      Ledger
	Practice    Books
	Reconciler  *reconcile.Reconciler
	Work        *Work
	// Limits are the amounts of a practice: from TwoPeopleFrom on two people have to
	// say that no money was taken.
	Limits func(practice int) portal.DeskLimits
	Blind  Blind
	Log    *slog.Logger
	Now    func() time.Time
}

// Desk are the pages of staff.
type Desk struct {
	layout      *layout.Layout
	departments *account.Departments
	ledger      Ledger
	books       Books
	work        *Work
	limits      func(practice int) portal.DeskLimits
	blind       Blind
	reconciler  *reconcile.Reconciler
	log         *slog.Logger
	now         func() time.Time
}

// New makes a Desk.
func New(c Config) *Desk {
	return &Desk{layout: c.Layout, departments: c.Departments, ledger: c.Ledger, books: c.Practice, work: c.Work, limits: c.Limits, blind: c.Blind, reconciler: c.Reconciler, log: c.Log, now: c.Now}
}
