// Package ledger is the durable record of Paypane: attempts with the amount
// lines they were made of, what was agreed to with them, the events that moved
// them, sessions, the launch tokens and forms that were used, and handover codes.
//
// It answers one question for the money path: may this attempt be sent? The
// order of a payment is
//
//	pending, asOf, err := l.Pending(ctx, patient)  // first: what went, or may have gone
//	statement := …                                 // then what is owed, from upstream
//	charge := choice.Charge(statement.Net(pending))
//	a, err := l.CreateAttempt(ctx, Record{Attempt: …, AsOfSeq: asOf})
//	a, err = l.Claim(ctx, patient, id, use)        // exactly one caller gets nil
//	watermark := …                                 // the last receipt in the upstream's books
//	a, err = l.MarkSending(ctx, id, watermark)     // write-ahead: on the disk before a byte leaves
//	outcome := …                                   // the one call to the upstream
//	a, err = l.Settle(ctx, id, outcome)
//
// The write-ahead record makes up for the idempotency key that the upstream does
// not have: an attempt that was marked as sending is never sent again, whatever
// became of its server.
//
// Pending comes before the upstream is asked. It returns the number of the event
// at which it was read, and Claim refuses an attempt if an event from that number
// on paid one of its bills. Read the other way round, a payment that ends between
// the two reads would be seen by neither.
//
// What ends in unknown is checked against the upstream's books (ChecksDue, Check,
// Find). What they do not decide is escalated to manual review (Escalate,
// ReviewQueue, Decide). What a server left behind when it went away is ended by
// Recover.
//
// The events are a chain of hashes, which Verify goes through; SignCheckpoint
// has its end signed. After a backup was put back, Restore makes everything
// unknown that may have been sent since.
//
// Sessions, used launch tokens and handover codes are here too, though they are
// pruned and all else only grows: a claim reads its session in its own transaction,
// so that nothing is claimed after somebody was told that they are signed out.
//
// The rules are written once, over a small store, of which there are three:
// a SQLite file for one server, PostgreSQL for several, and memory for
// simulations. A write that has begun is not cancelled with its context: a
// browser that goes away does not undo a claim half-way.
package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// What callers tell apart; ask with errors.Is.
var (
	ErrNotFound   = errors.New("not in the ledger")
	ErrTransition = errors.New("the attempt cannot move to that state")
	ErrConflict   = errors.New("changed by somebody else meanwhile")
	ErrRevoked    = errors.New("revoked")
	ErrExpired    = errors.New("expired")
	ErrReplayed   = errors.New("used before")
	// ErrText refuses a text that must not be kept, above all one with so many
	// digits in a row that it could be a card number.
	ErrText = errors.New("too long, not printable, or with twelve digits in a row")
)

// Ledger is an open ledger. It is safe for concurrent use.
type Ledger struct {
	store store
	now   func() time.Time
	// subscribers are the portals that are told of events; see Subscribe.
	subscribers []string
}

// Open opens the ledger that url names: "sqlite:FILE", of which the file is
// made, for its owner only, where there is none, or "postgres://…". It checks
// the database, sets and verifies what durability depends on, brings the schema
// up to date, and refuses everything else. now is the clock; nil means time.Now.
func Open(ctx context.Context, url string, now func() time.Time) (*Ledger, error) {
	return openStore(ctx, url, now, true)
}

// Inspect opens a ledger to be read beside the servers that work with it. Unlike
// Open it makes and changes nothing, and it refuses a ledger whose schema is not
// the one that this program knows.
func Inspect(ctx context.Context, url string, now func() time.Time) (*Ledger, error) {
	return openStore(ctx, url, now, false)
}

// openStore is either; change says whether it may make and change anything.
func openStore(ctx context.Context, url string, now func() time.Time, change bool) (*Ledger, error) {
	if now == nil {
		now = time.Now
	}
	scheme, path, _ := strings.Cut(url, ":")
	var s store
	var err error
	switch scheme {
	case "sqlite":
		if path == "" || strings.HasPrefix(path, "//") || strings.HasPrefix(path, ":") {
			return nil, errors.New("open ledger: no file is named: use sqlite:FILE, like sqlite:/var/lib/paypane/ledger.db")
		}
		s, err = openSQLite(ctx, path, now, change)
	case "postgres", "postgresql":
		s, err = openPostgres(ctx, url, now, change)
	default:
		// The address itself is not repeated: it may hold a password.
		return nil, errors.New("open ledger: this kind of database is not supported: use sqlite:FILE, like sqlite:/var/lib/paypane/ledger.db, or postgres://user@host/database")
	}
	if err != nil {
		return nil, fmt.Errorf("open ledger: %w", err)
	}
	return &Ledger{store: s, now: now}, nil
}

// Occupy makes sure that no other server works with a ledger that is for one,
// and keeps it so until it is closed. Recover may then end at once what an
// earlier server left.
func (l *Ledger) Occupy() error {
	if err := l.store.occupy(); err != nil {
		return fmt.Errorf("open ledger: %w", err)
	}
	return nil
}

// Close closes the ledger.
func (l *Ledger) Close() error { return l.store.close() }

// Ready reports whether the ledger can do its work: a row is really written.
func (l *Ledger) Ready(ctx context.Context) error {
	if err := l.store.ready(ctx); err != nil {
		return fmt.Errorf("check ledger: %w", err)
	}
	return l.write(ctx, "check ledger", func(t tx) error { return t.heartbeat(l.now()) })
}

// write runs fn alone, see store. Errors of fn keep their identity under the
// name of the act.
func (l *Ledger) write(ctx context.Context, act string, fn func(tx) error) error {
	if err := l.store.update(ctx, fn); err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// read runs fn over what is committed.
func (l *Ledger) read(ctx context.Context, act string, fn func(tx) error) error {
	if err := l.store.view(ctx, fn); err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}
