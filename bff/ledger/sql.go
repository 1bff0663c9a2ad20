package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// sqlStore is a store in a SQL database: what SQLite and PostgreSQL share. The
// statements are written for SQLite, in the common subset.
type sqlStore struct {
	writer  *sql.DB // whoever writes has the turn, so one connection is enough
	reader  *sql.DB // sees everything that was committed, writes nothing
	queue   queue
	dialect dialect
}

// dialect is what the databases do not share.
type dialect struct {
	// rebind puts a statement's placeholders into the database's form.
	rebind func(string) string
	// exclude makes a transaction wait until it writes alone; empty where every
	// writing transaction does.
	exclude string
	// snapshot is the isolation in which one view sees one state; the zero
	// level where every transaction does.
	snapshot sql.IsolationLevel
	// patience is how long a batch of writes may take before it is given up;
	// 0: for ever.
	patience time.Duration
}

func (s *sqlStore) view(ctx context.Context, fn func(tx) error) error {
	t, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: s.dialect.snapshot})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer t.Rollback() // nothing was written
	return fn(&sqlTx{ctx: ctx, tx: t, rebind: s.dialect.rebind})
}

func (s *sqlStore) update(ctx context.Context, fn func(tx) error) error {
	return s.queue.do(ctx, fn, s.commit)
}

// commit runs a batch of updates in one transaction, each as if it were alone:
// one that fails is undone and the others stay. They share the cost of making
// them durable. The errors are set in the updates.
func (s *sqlStore) commit(batch []*update) {
	ctx := context.Background()
	if s.dialect.patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.dialect.patience)
		defer cancel()
	}
	fail := func(err error) {
		for _, u := range batch {
			if u.err == nil {
				u.err = err
			}
		}
	}
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		fail(err)
		return
	}
	defer conn.Close()
	t, err := conn.BeginTx(ctx, nil)
	if err != nil {
		fail(fmt.Errorf("begin: %w", err))
		return
	}
	defer t.Rollback() // after Commit it does nothing
	if s.dialect.exclude != "" {
		if _, err := t.ExecContext(ctx, s.dialect.exclude); err != nil {
			fail(fmt.Errorf("begin: %w", err))
			return
		}
	}
	run := &sqlTx{ctx: ctx, tx: t, rebind: s.dialect.rebind}
	if len(batch) == 1 {
		if u := batch[0]; u.run(run) != nil {
			return
		}
	} else {
		for _, u := range batch {
			if err := run.apart(u); err != nil {
				fail(err)
				return
			}
		}
	}
	if err := t.Commit(); err != nil {
		fail(fmt.Errorf("commit: %w", err))
	}
}

// apart runs an update between savepoints. The error is one of the transaction
// as a whole; that of the update is in it.
func (t *sqlTx) apart(u *update) error {
	if _, err := t.exec(`SAVEPOINT one`); err != nil {
		return err
	}
	if u.run(t) != nil {
		if _, err := t.exec(`ROLLBACK TO SAVEPOINT one`); err != nil {
			return err
		}
	}
	_, err := t.exec(`RELEASE SAVEPOINT one`)
	return err
}

func (s *sqlStore) close() error { return errors.Join(s.reader.Close(), s.writer.Close()) }

// sqlTx is a transaction of a SQL database.
type sqlTx struct {
	ctx    context.Context
	tx     *sql.Tx
	rebind func(string) string
}

func (t *sqlTx) exec(statement string, args ...any) (sql.Result, error) {
	return t.tx.ExecContext(t.ctx, t.rebind(statement), args...)
}

func (t *sqlTx) query(statement string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(t.ctx, t.rebind(statement), args...)
}

func (t *sqlTx) row(statement string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(t.ctx, t.rebind(statement), args...)
}

// one runs a statement that has to change one row.
func (t *sqlTx) one(statement string, args ...any) error {
	fresh, err := t.changed(statement, args...)
	if err == nil && !fresh {
		err = ErrConflict
	}
	return err
}

// changed reports whether a statement changed anything.
func (t *sqlTx) changed(statement string, args ...any) (bool, error) {
	result, err := t.exec(statement, args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// each reads rows with scan, which gets a row at a time.
func (t *sqlTx) each(scan func(*sql.Rows) error, statement string, args ...any) error {
	rows, err := t.query(statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
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

// flag is the stored form of a bool: not every database has the type.
func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// marks are n placeholders: "?, ?".
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
