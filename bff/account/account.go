// Package account knows what a patient owes and what their session may do, and
// what has to be said where the practice cannot be asked.
//
// It reads the ledger before the upstream: what was paid here in the meantime is
// taken off, and what a restored ledger does not know any more is looked for in
// the practice's books. It writes nothing but the time zones of departments.
package account

import (
	"context"
	"log/slog"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/reconcile"
	"paypane/web/payment"
)

// AnswerWait is how long somebody who pressed a button waits for the practice's
// system until they get an answer without it.
const AnswerWait = 3 * time.Second

// Practice is what is read of the upstream.
type Practice interface {
	// Statement reads what the patient owes.
	Statement(context.Context, payment.Patient) (payment.Statement, error)
	// AcceptedCards reads which cards the collecting department takes on the web,
	// and its time zone. No brands: it takes none.
	AcceptedCards(context.Context, payment.Patient) (payment.AcceptedCards, error)
	// Department tells how a department is set up: what it takes, and up to what it
	// lets cards be kept on file.
	Department(context.Context, payment.Patient) (payment.Department, error)
	// Receipts reads the upstream's books: every electronic payment of a patient.
	Receipts(context.Context, payment.Patient) ([]payment.ReceiptSummary, error)
	VisitAgreements(context.Context, payment.Patient) ([]payment.Agreement, error)
	YearAgreements(context.Context, payment.Patient) ([]payment.Agreement, error)
}

// Ledger is what is read of the ledger, and where the zones of departments are
// noted.
type Ledger interface {
	// Pending is the money that went to the patient's bills lately, or may have,
	// and the moment for Record.AsOfSeq.
	Pending(context.Context, payment.Patient) (pending []payment.Pending, asOf int64, err error)
	// Recent are the payments behind that: in doubt, and taken lately.
	Recent(context.Context, payment.Patient) (live, taken []ledger.Record, err error)
	// AttemptsOf are a patient's attempts of some kinds, the newest first.
	AttemptsOf(ctx context.Context, p payment.Patient, kinds ...payment.Kind) ([]ledger.Record, error)
	// ClaimedSince is what one payer has had sent for a patient since a moment,
	// whatever became of it.
	ClaimedSince(ctx context.Context, p payment.Patient, portal, subject string, since time.Time) ([]ledger.Record, error)
	// Restorations say what the ledger lost when it came back from backups.
	Restorations(context.Context) ([]ledger.Restoration, error)
	ReferenceOwners(ctx context.Context, practice int, references []string) (map[string]string, error)
	// Zones are the time zones of departments, as they were last read.
	Zones(context.Context) (ledger.Zones, error)
	NoteZone(context.Context, payment.Patient, *time.Location) error
}

// Config is what Accounts need; all of it.
type Config struct {
	Practice   Practice
	Ledger     Ledger
	Portals    portal.Portals
	Reconciler *reconcile.Reconciler
	Zone       *time.Location // of the upstream's books
	Log        *slog.Logger
	Now        func() time.Time
}

// Accounts are the accounts of patients with their practices.
type Accounts struct {
	practice    Practice
	ledger      Ledger
	portals     portal.Portals
	reconciler  *reconcile.Reconciler
	departments *Departments
	log         *slog.Logger
	now         func() time.Time
}

// New makes Accounts, and the Departments that they look into.
func New(c Config) (*Accounts, *Departments) {
	d := &Departments{config: c}
	return &Accounts{practice: c.Practice, ledger: c.Ledger, portals: c.Portals, reconciler: c.Reconciler, departments: d, log: c.Log, now: c.Now}, d
}
