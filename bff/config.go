package bff

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"paypane/bff/account"
	"paypane/bff/desk"
	"paypane/bff/dispatch"
	"paypane/bff/middleware"
	"paypane/bff/notify"
	"paypane/bff/pages"
	"paypane/bff/portal"
	"paypane/bff/reconcile"
	"paypane/bff/session"
	"paypane/bff/velocity"
)

// fullLedger is everything that is kept: the parts that the packages of this server
// hold, each by itself. Only New has it whole, to hand the parts out.
type fullLedger interface {
	account.Ledger
	desk.Ledger
	desk.DayLedger
	desk.DrawerLedger
	desk.ApprovalLedger
	desk.WaitingCloses
	desk.UndoLedger
	desk.WorkLedger
	desk.AccountLedger
	desk.BlindLedger
	desk.TakeLedger
	desk.VendorLedger
	dispatch.Ledger
	notify.Ledger
	notify.Outbox
	pages.Ledger
	pages.IdempotencyKeys
	pages.Launches
	reconcile.Checks
	reconcile.History
	reconcile.Tasks
	reconcile.Watches
	session.Rows
	session.HandoverRows
	velocity.Counters
	// Subscribe names the portals whose servers are told of events.
	Subscribe(portals ...string)
	// Ready reports whether something can be written.
	Ready(context.Context) error
}

// fullPractice is the practice's system: the parts that the packages hold, each by itself.
// What moves money is in dispatch's.
type fullPractice interface {
	account.Practice
	dispatch.Collector
	dispatch.Counter
	dispatch.Mailer
	dispatch.Practice
	desk.TakePractice
	desk.AthenaReceipts
	desk.Books
	desk.Finder
	desk.AccountPractice
	desk.VendorPractice
	pages.Practice
	pages.Books
}

// Config is what a Server needs. Origin, Portals, Practice, Ledger and Keys are
// required.
type Config struct {
	Origin   string         // the public address of the pages, "https://pay.example"
	Portals  portal.Portals // from portal.Read
	Practice fullPractice   // *athena.Client
	Ledger   fullLedger     // *ledger.Ledger
	Keys     [][]byte       // secrets of at least 32 bytes; the first signs, all verify
	// ReceiptDelay is the longest that the upstream is known to take until its
	// receipts show what it did, its work included: before that, that nothing
	// is there proves nothing. 0: 30 minutes. What is learned can make it more.
	ReceiptDelay time.Duration
	// Concurrency is how many patients are looked up, and how many receipts ordered,
	// at once by Run; 0: 8. With 1 Run does one thing at a time, so that a
	// simulation can be replayed.
	Concurrency int
	// Spare reports whether the upstream has calls to spare for what can wait until
	// another day; nil: it always has.
	Spare func() bool
	// Test reports whether the upstream is one for trying, which takes no money:
	// then each page says so. nil: it is not.
	Test func() bool
	// Zone is where athenahealth keeps its books, and where times of day are told
	// of departments that name no zone; nil: America/New_York.
	Zone *time.Location
	// ExplainLaunches shows on the page of a refused launch why it was refused,
	// which is otherwise for the log alone: for the developers of portals, and not
	// where patients pay.
	ExplainLaunches bool

	// Clients says where requests tell which client they come from; the zero value:
	// nowhere, and no limit goes by networks.
	Clients middleware.Clients

	// Providers is how the practices' OpenID providers are reached, and
	// ProviderPatience how long one of their answers may take; nil and 0: as usual.
	Providers        http.RoundTripper
	ProviderPatience time.Duration

	// Requests hears of each request that was answered, by its line in the route table;
	// nil: nobody does.
	Requests func(route string, status int, took time.Duration)

	Log *slog.Logger     // nil: slog.Default
	Now func() time.Time // nil: time.Now
	// Elapsed is the time since any beginning, by a clock that nobody sets; nil:
	// the process's own.
	Elapsed func() time.Duration
}

// check refuses a configuration with which nothing may be started.
func (cfg Config) check() error {
	switch {
	case portal.CheckOrigin(cfg.Origin) != nil:
		return portal.CheckOrigin(cfg.Origin)
	case len(cfg.Portals) == 0 || cfg.Practice == nil || cfg.Ledger == nil:
		return errors.New("portals, practice and ledger are required")
	case len(cfg.Keys) == 0:
		return errors.New("at least one key is required")
	}
	for _, key := range cfg.Keys {
		if len(key) < 32 {
			return errors.New("a key has fewer than 32 bytes")
		}
	}
	for practice, code := range cfg.Portals.Vendors() {
		if known := cfg.Practice.Vendor(practice); known != code {
			return fmt.Errorf("practice %d has vendor code %q in the portals file, and %q where the upstream is called", practice, code, known)
		}
	}
	return portal.CheckApart(cfg.Origin, cfg.Portals)
}

// bounds are what the upstream's books are trusted to keep.
func (cfg Config) bounds() reconcile.Bounds { return reconcile.Bounds{Delay: cfg.ReceiptDelay} }

// reconciler is what compares attempts with the upstream's books.
func (cfg Config) reconciler() *reconcile.Reconciler {
	elapsed := cfg.Elapsed
	if elapsed == nil {
		start := time.Now()
		elapsed = func() time.Duration { return time.Since(start) }
	}
	books := dispatch.PromptBooks{Books: cfg.Practice, Lists: cfg.Practice}
	return &reconcile.Reconciler{Checks: cfg.Ledger, History: cfg.Ledger, Books: books, Lists: books, Bounds: cfg.bounds(), Now: cfg.Now, Elapsed: elapsed, Log: cfg.Log}
}

// watch is what looks for agreements and plans that ended early.
func (cfg Config) watch() *reconcile.Watch {
	return &reconcile.Watch{Watches: cfg.Ledger, Tasks: cfg.Ledger, Attempts: cfg.Ledger, Books: cfg.Practice, Bounds: cfg.bounds(), Now: cfg.Now, Spare: cfg.Spare, Log: cfg.Log}
}
