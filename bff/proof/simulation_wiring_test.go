package proof_test

import (
	"context"

	accounts "paypane/bff/account"
	deskpages "paypane/bff/desk"
	"paypane/bff/dispatch"
	"paypane/bff/notify"
	"paypane/bff/pages"
	"paypane/bff/reconcile"
	"paypane/bff/session"
	"paypane/bff/velocity"
)

// Ledger is all that a server asks of its ledger, as bff's Config takes it: a bug can
// stand in front of each call.
type Ledger interface {
	accounts.Ledger
	deskpages.Ledger
	deskpages.DayLedger
	deskpages.DrawerLedger
	deskpages.ApprovalLedger
	deskpages.WaitingCloses
	deskpages.UndoLedger
	deskpages.WorkLedger
	deskpages.AccountLedger
	deskpages.BlindLedger
	deskpages.TakeLedger
	deskpages.VendorLedger
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

// Practice is all that it asks of the upstream.
type Practice interface {
	accounts.Practice
	dispatch.Collector
	dispatch.Counter
	dispatch.Mailer
	dispatch.Practice
	deskpages.TakePractice
	deskpages.AthenaReceipts
	deskpages.Books
	deskpages.Finder
	deskpages.AccountPractice
	deskpages.VendorPractice
	pages.Practice
	pages.Books
}
