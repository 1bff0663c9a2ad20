// Package pages are the payer's pages: what is owed, the card form, the result,
// the cards, the agreements, the plan, the receipts, the people, and how a session
// begins and ends.
//
// Each page is a method of the type that is named after it and is one line of
// the route table. The patient comes from the session and never from a request.
package pages

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/bff/velocity"
	"paypane/static"
	"paypane/web/payment"
)

// Ledger are the attempts of a patient. Claim gives an attempt to one caller of
// all in all processes; what is done with it then is dispatch's.
type Ledger interface {
	CreateAttempt(context.Context, ledger.Record) (ledger.Record, error)
	// ProposeAttempt is for what may be chosen many times before it is paid.
	ProposeAttempt(context.Context, ledger.Record) (ledger.Record, error)
	Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error)
	AttemptForPatient(ctx context.Context, p payment.Patient, id string) (ledger.Record, error)
	// AttemptsOf are a patient's attempts of some kinds, the newest first.
	AttemptsOf(ctx context.Context, p payment.Patient, kinds ...payment.Kind) ([]ledger.Record, error)
	// Recent are the payments in doubt, and those taken lately.
	Recent(context.Context, payment.Patient) (live, taken []ledger.Record, err error)
	// Pending is the money that went to the patient's bills lately, or may have,
	// and the moment for Record.AsOfSeq.
	Pending(context.Context, payment.Patient) (pending []payment.Pending, asOf int64, err error)
	// Consent is the text that was agreed to with an attempt.
	Consent(ctx context.Context, p payment.Patient, attempt string) (payment.Consent, error)
}

// IdempotencyKeys are those of forms that do something once.
type IdempotencyKeys interface {
	// Once answers ledger.ErrReplayed to all but the first who send a form.
	Once(ctx context.Context, portal, id string, expires time.Time) error
}

// Launches keep which launch tokens were used.
type Launches interface {
	// UseLaunch remembers a launch token's id; ledger.ErrReplayed if it was
	// used before.
	UseLaunch(ctx context.Context, portal, jti string, expires time.Time) error
}

// ReviewQueue are the attempts that wait for a person.
type ReviewQueue interface {
	ReviewQueue(ctx context.Context, practices []int) ([]ledger.Record, error)
}

// Statements are what patients owe.
type Statements interface {
	Statement(context.Context, payment.Patient) (payment.Statement, error)
}

// Practice is what the pages read of the upstream. The patient is always a
// parameter.
type Practice interface {
	StoredCards(context.Context, payment.Patient) ([]payment.StoredCard, error)
	// VisitTerms and YearTerms are the upstream's legal texts, which have to be
	// shown before either agreement is made.
	VisitTerms(ctx context.Context, practice int) (string, error)
	YearTerms(ctx context.Context, practice int) (string, error)
	VisitAgreements(context.Context, payment.Patient) ([]payment.Agreement, error)
	YearAgreements(context.Context, payment.Patient) ([]payment.Agreement, error)
	// Appointments are those of a day and after it, the next one first.
	Appointments(ctx context.Context, p payment.Patient, from payment.Day) ([]payment.Appointment, error)
	// Plans are those that there are, all or those of the given ids.
	Plans(ctx context.Context, p payment.Patient, ids ...string) ([]payment.Plan, error)
}

// Books are the upstream's receipts.
type Books interface {
	Receipts(context.Context, payment.Patient) ([]payment.ReceiptSummary, error)
	// Receipt is the receipt of a payment of the patient's. It is an
	// error where they have no such payment, or it is not listed yet.
	Receipt(ctx context.Context, p payment.Patient, reference string) (payment.Receipt, error)
	// Itemized are the receipts of several payments, rows of Receipts.
	Itemized(ctx context.Context, p payment.Patient, rows []payment.ReceiptSummary) ([]payment.Receipt, error)
}

// Config is what the pages need; all of it.
type Config struct {
	Layout      *layout.Layout
	Accounts    *account.Accounts
	Departments *account.Departments
	Dispatch    *dispatch.Dispatcher
	Guard       *velocity.Guard
	Worker      *dispatch.Worker
	Repeatable  dispatch.Repeatable

	Ledger     Ledger
	Keys       IdempotencyKeys
	Launches   Launches
	Queue      ReviewQueue
	Practice   Practice
	Books      Books
	Statements Statements

	Store     *session.Store
	Handovers session.Handovers
	Tokens    portal.Verifier
	Portals   portal.Portals
	Files     *static.Files
	Origin    string
	// Explains shows on the page of a refused launch why it was refused.
	Explains bool
	Zone     *time.Location // of the upstream's books
	Log      *slog.Logger
	Now      func() time.Time
}

// Handler is a page that is served in a session.
type Handler func(http.ResponseWriter, *http.Request, session.Session) error

// Pages are all of them.
type Pages struct {
	Pay        *Pay
	Sessions   *Sessions
	Cards      *Cards
	Agreements *Agreements
	Plans      *Plans
	Receipts   *Receipts
	Launch     *Launch
}

// Pay is one payment: what is owed, the card form, the result. Sessions is for
// whom somebody pays and how long they are there. Cards are the stored ones,
// Agreements those that keep a card on file, Plans the payment plans, Receipts
// all payments. Launch is how a session begins.
type (
	Pay        struct{ *kit }
	Sessions   struct{ *kit }
	Cards      struct{ *kit }
	Agreements struct{ *kit }
	Plans      struct{ *kit }
	Receipts   struct {
		*kit
		mails dispatch.Orders
	}
	Launch struct{ *kit }
)

// kit is what the pages share.
type kit struct {
	layout      *layout.Layout
	accounts    *account.Accounts
	departments *account.Departments
	dispatch    *dispatch.Dispatcher
	guard       *velocity.Guard
	worker      *dispatch.Worker
	repeatable  dispatch.Repeatable

	ledger     Ledger
	keys       IdempotencyKeys
	launches   Launches
	queue      ReviewQueue
	practice   Practice
	books      Books
	statements Statements

	store     *session.Store
	handovers session.Handovers
	tokens    portal.Verifier
	portals   portal.Portals
	files     *static.Files
	origin    string
	explains  bool
	zone      *time.Location
	log       *slog.Logger
	now       func() time.Time
}

// New makes the pages.
func New(c Config) Pages {
	k := &kit{
		layout: c.Layout, accounts: c.Accounts, departments: c.Departments, dispatch: c.Dispatch, guard: c.Guard, worker: c.Worker, repeatable: c.Repeatable,
		ledger: c.Ledger, keys: c.Keys, launches: c.Launches, queue: c.Queue, practice: c.Practice, books: c.Books, statements: c.Statements,
		store: c.Store, handovers: c.Handovers, tokens: c.Tokens, portals: c.Portals, files: c.Files, origin: c.Origin,
		explains: c.Explains, zone: c.Zone, log: c.Log, now: c.Now,
	}
	return Pages{&Pay{k}, &Sessions{k}, &Cards{k}, &Agreements{k}, &Plans{k}, &Receipts{kit: k}, &Launch{k}}
}
