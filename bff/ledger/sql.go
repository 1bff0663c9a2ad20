package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
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
	// write and read are how transactions begin; a reading one sees one moment.
	write, read *sql.TxOptions
	// exclude makes a transaction wait until it writes alone; empty where every
	// writing transaction does.
	exclude string
	// patience is how long a batch of writes, or a view, may take before it is
	// given up; 0: for ever.
	patience time.Duration
	// lost reports whether the error of a transaction's beginning is that of a
	// connection that was gone before; nil: connections are not lost.
	lost func(error) bool
	// explain puts what to do next to an error of the database; nil: nothing is.
	explain func(error) error
}

func (s *sqlStore) view(ctx context.Context, fn func(tx) error) error {
	ctx, cancel := s.patiently(ctx)
	defer cancel()
	t, end, err := s.begin(ctx, s.reader, s.dialect.read, "")
	if err != nil {
		return s.explain(err)
	}
	defer end() // nothing was written
	return s.explain(fn(&sqlTx{ctx: ctx, tx: t, rebind: s.dialect.rebind}))
}

func (s *sqlStore) update(ctx context.Context, fn func(tx) error) error {
	return s.explain(s.queue.do(ctx, fn, s.commit))
}

func (s *sqlStore) explain(err error) error {
	if err == nil || s.dialect.explain == nil {
		return err
	}
	return s.dialect.explain(err)
}

func (s *sqlStore) patiently(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.dialect.patience == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.dialect.patience)
}

// begin begins a transaction with its first statement, if there is one. A
// connection that was lost while nobody used it is noticed here, where nothing
// was sent that could count: then another is taken. end rolls back what was not
// committed.
func (s *sqlStore) begin(ctx context.Context, db *sql.DB, options *sql.TxOptions, first string) (t *sql.Tx, end func(), err error) {
	for spare := db.Stats().OpenConnections; ; spare-- {
		conn, err := db.Conn(ctx)
		if errors.Is(err, driver.ErrBadConn) && spare > 0 {
			continue // the pool gave up too early
		}
		if err != nil {
			return nil, nil, fmt.Errorf("begin: %w", err)
		}
		t, err := conn.BeginTx(ctx, options)
		if err == nil && first != "" {
			if _, err = t.ExecContext(ctx, first); err != nil {
				t.Rollback()
			}
		}
		if err == nil {
			return t, func() { t.Rollback(); conn.Close() }, nil
		}
		conn.Close()
		if spare <= 0 || s.dialect.lost == nil || ctx.Err() != nil || !s.dialect.lost(err) {
			return nil, nil, fmt.Errorf("begin: %w", err)
		}
	}
}

// commit runs a batch of updates in one transaction, each as if it were alone:
// one that fails is undone and the others stay. They share the cost of making
// them durable. The errors are set in the updates.
func (s *sqlStore) commit(batch []*update) {
	ctx, cancel := s.patiently(context.Background())
	defer cancel()
	fail := func(err error) {
		for _, u := range batch {
			if u.err == nil {
				u.err = err
			}
		}
	}
	t, end, err := s.begin(ctx, s.writer, s.dialect.write, s.dialect.exclude)
	if err != nil {
		fail(err)
		return
	}
	defer end() // after Commit nothing is left to be rolled back
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
		fail(fmt.Errorf("commit, which may have been done or not: %w", err))
	}
}

// apart runs an update between savepoints. The error is one of the transaction
// as a whole; that of the update is in it.
func (t *sqlTx) apart(u *update) error {
	if _, err := t.exec(`SAVEPOINT one`); err != nil {
		return err
	}
	if u.run(t) != nil {
		t.last = nil // it may be one that is undone here
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
	last   *Event // the newest, once it is known: nobody else adds one meanwhile
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

// marks are n placeholders: "?, ?".
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// texts are the values of a list of texts, as often as they stand in it.
func texts[S ~string](all []S) []any {
	values := make([]any, len(all))
	for i, text := range all {
		values[i] = string(text)
	}
	return values
}

// several are the values of a list in a condition. The last one is repeated until they
// are a power of two, so that lists of whatever length make few different statements:
// each is prepared once and kept.
func several[T any](all []T) []any {
	n := 1
	for n < len(all) {
		n *= 2
	}
	values := make([]any, n)
	for i := range values {
		values[i] = all[min(i, len(all)-1)]
	}
	return values
}
