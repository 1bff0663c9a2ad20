// Package ledger is the durable record of Paypane: attempts with the amount
// lines they were made of, the events that moved them, sessions, the launch
// tokens that were used and handover codes.
//
// It answers one question for the money path: may this attempt be sent? The
// order of a payment is
//
//	spent, basis, err := l.Spent(ctx, patient)     // first: what went, or may have gone
//	statement := …                                 // then what is owed, from upstream
//	charge := choice.Charge(statement.Reserve(spent))
//	a, err := l.CreateAttempt(ctx, Attempt{Attempt: …, Basis: basis})
//	a, err = l.Claim(ctx, patient, id, use)        // durable; exactly one caller gets nil
//	outcome := …                                   // the one call to the upstream
//	a, err = l.Settle(ctx, id, outcome)
//
// Spent comes before the upstream is asked, because the basis it returns is
// the moment from which on Claim looks for payments that the amounts cannot
// know about. Read the other way round, a payment that ends between the two
// reads would be seen by neither.
//
// At start-up, before anything is served, RecoverSending turns what the last
// process left in sending into unknown. One process at a time serves a file.
//
// A write that has begun is not cancelled with its context: a browser that
// goes away does not undo a claim half-way.
package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
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
	path   string
	file   os.FileInfo // the file that was opened, to notice when another takes its place
	fresh  bool        // the file had nothing in it yet
	writer *sql.DB     // one connection: writers queue here instead of failing as busy
	reader *sql.DB     // sees everything that was committed, writes nothing
	now    func() time.Time
}

// Open opens the ledger that url names, "sqlite:FILE", and makes the file, for
// its owner only, where there is none. It checks the file, sets and verifies
// what durability depends on, brings the schema up to date, and refuses
// everything else. now is the clock; nil means time.Now.
func Open(ctx context.Context, url string, now func() time.Time) (*Ledger, error) {
	scheme, path, found := strings.Cut(url, ":")
	switch {
	case !found || scheme != "sqlite":
		// The address itself is not repeated: it may hold a password.
		return nil, fmt.Errorf("open ledger: databases of kind %q are not supported: use sqlite:FILE, like sqlite:/var/lib/paypane/ledger.db", scheme)
	case path == "", strings.HasPrefix(path, "//"), strings.HasPrefix(path, ":"):
		return nil, errors.New("open ledger: no file is named: use sqlite:FILE, like sqlite:/var/lib/paypane/ledger.db")
	}
	if now == nil {
		now = time.Now
	}
	return openSQLite(ctx, path, now)
}

// Close closes the ledger. The last to close the file folds its write-ahead
// log into it.
func (l *Ledger) Close() error {
	return errors.Join(l.reader.Close(), l.writer.Close())
}

// Ready reports whether the ledger can do its work: a row is really written,
// to the file that still stands under its name.
func (l *Ledger) Ready(ctx context.Context) error {
	file, err := os.Stat(l.path)
	if err != nil {
		return fmt.Errorf("check ledger: %w", err)
	}
	if !os.SameFile(file, l.file) {
		return fmt.Errorf("check ledger: another file took the place of %s: restart", l.path)
	}
	return l.write(ctx, "check ledger", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO heartbeat (id, at) VALUES (1, ?)
			ON CONFLICT (id) DO UPDATE SET at = excluded.at`, micros(l.now()))
		return err
	})
}

// write runs fn in one transaction that excludes all other writers from its
// begin, so that what fn reads is still true when it commits. The context may
// end the wait for the writer's turn but nothing after that. Errors of fn keep
// their identity under the name of the act.
func (l *Ledger) write(ctx context.Context, act string, fn func(context.Context, *sql.Tx) error) error {
	conn, err := l.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	defer conn.Close()
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: begin: %w", act, err)
	}
	defer tx.Rollback() // after Commit it does nothing
	if err := fn(ctx, tx); err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: commit: %w", act, err)
	}
	return nil
}

// querier is what reads: the reading pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// micros is the stored form of a moment: microseconds UTC since 1970, nil
// (NULL) for the zero time.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// moment is the way back from micros.
func moment(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMicro(n.Int64).UTC()
}

// one reports ErrNotFound, or the given error, where a statement changed no
// row.
func one(result sql.Result, err, none error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = none
	}
	return err
}
