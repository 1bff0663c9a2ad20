package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"testing"

	"modernc.org/sqlite"
)

// counting is a connector that counts how often a statement is prepared.
type counting struct {
	driver.Connector
	n *int
}

type countingConn struct {
	sqliteConn
	n *int
}

func (c counting) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return countingConn{conn.(sqliteConn), c.n}, nil
}

func (c countingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	*c.n++
	return c.sqliteConn.PrepareContext(ctx, query)
}

// A statement is prepared once for a connection, and once more where it is asked while
// its rows are being read. One that failed, was left in the middle of its rows, or whose
// table has changed since says afterwards what a new one would.
func TestStatementsArePreparedOnce(t *testing.T) {
	prepared := 0
	c := must(t, func() (driver.Connector, error) {
		return sqlite.NewConnector("file:" + filepath.Join(t.TempDir(), "some.db"))
	})
	db := sql.OpenDB(preparing{counting{c, &prepared}})
	defer db.Close()
	db.SetMaxOpenConns(1)
	conn := must(t, func() (*sql.Conn, error) { return db.Conn(ctx) })
	defer conn.Close()
	exec := func(statement string, args ...any) error {
		_, err := conn.ExecContext(ctx, statement, args...)
		return err
	}
	rows := func() *sql.Rows {
		t.Helper()
		return must(t, func() (*sql.Rows, error) {
			return conn.QueryContext(ctx, `SELECT * FROM some WHERE n >= ? ORDER BY n`, 1)
		})
	}
	read := func() (found, columns int) {
		t.Helper()
		r := rows()
		defer r.Close()
		columns = len(must(t, r.Columns))
		for r.Next() {
			found++
		}
		want(t, r.Err(), nil)
		return found, columns
	}
	want(t, exec(`CREATE TABLE some (n INTEGER PRIMARY KEY)`), nil)
	for n := range 5 {
		want(t, exec(`INSERT INTO some (n) VALUES (?)`, n), nil)
	}
	if prepared != 1 {
		t.Errorf("prepared %d times to insert five rows", prepared)
	}
	if exec(`INSERT INTO some (n) VALUES (?)`, 3) == nil {
		t.Error("a key twice")
	}
	want(t, exec(`INSERT INTO some (n) VALUES (?)`, 5), nil)
	prepared = 0
	outer := rows()
	defer outer.Close()
	if !outer.Next() {
		t.Fatal("no row")
	}
	if n, _ := read(); n != 5 {
		t.Errorf("read %d rows within the rows of the same statement", n)
	}
	n := 1
	for outer.Next() {
		n++
	}
	want(t, outer.Err(), nil)
	if want(t, outer.Close(), nil); n != 5 || prepared != 2 {
		t.Errorf("read %d rows, prepared %d times", n, prepared)
	}
	func() {
		left := rows()
		defer left.Close()
		left.Next()
		want(t, left.Err(), nil)
	}()
	if n, _ := read(); n != 5 || prepared != 2 {
		t.Errorf("read %d rows after some were left, prepared %d times", n, prepared)
	}
	want(t, exec(`ALTER TABLE some ADD COLUMN text TEXT`), nil)
	if n, columns := read(); n != 5 || columns != 2 {
		t.Errorf("%d rows of %d columns after the table changed", n, columns)
	}
}
