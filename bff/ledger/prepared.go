package ledger

import (
	"context"
	"database/sql/driver"
	"strings"
)

// preparedMost is how many statements a connection keeps. The ledger has some hundred;
// what comes after that is prepared each time.
const preparedMost = 256

// preparing is a connector whose connections keep the statements that they have
// prepared. SQLite reads a statement anew each time otherwise, which takes it longer
// than to carry it out. PostgreSQL's driver does the same by itself.
type preparing struct{ driver.Connector }

func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &preparedConn{sqliteConn: c.(sqliteConn), kept: map[string]driver.Stmt{}}, nil
}

// sqliteConn is what the driver's connections can do.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// preparedConn is a connection with the statements that nobody uses at the moment, by
// their text: one that is being read from is taken out until that is over.
type preparedConn struct {
	sqliteConn
	kept map[string]driver.Stmt
}

// keeps reports whether a statement is worth keeping: those that change the schema or a
// setting come once.
func keeps(query string) bool {
	verb, _, _ := strings.Cut(query, " ")
	switch verb {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "ROLLBACK":
		return true
	}
	return false
}

// take is a statement that has been prepared.
func (c *preparedConn) take(ctx context.Context, query string) (driver.Stmt, error) {
	if s, ok := c.kept[query]; ok {
		delete(c.kept, query)
		return s, nil
	}
	return c.PrepareContext(ctx, query)
}

// give keeps a statement for the next time.
func (c *preparedConn) give(query string, s driver.Stmt) error {
	if _, there := c.kept[query]; there || len(c.kept) >= preparedMost {
		return s.Close()
	}
	c.kept[query] = s
	return nil
}

func (c *preparedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if !keeps(query) {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.(driver.StmtExecContext).ExecContext(ctx, args)
	if err != nil {
		_ = s.Close() // it has the error of the statement again
		return nil, err
	}
	return result, c.give(query, s)
}

func (c *preparedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if !keeps(query) {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return &preparedRows{Rows: rows, conn: c, query: query, stmt: s}, nil
}

func (c *preparedConn) Close() error {
	for query, s := range c.kept {
		_ = s.Close()
		delete(c.kept, query)
	}
	return c.sqliteConn.Close()
}

// preparedRows give their statement back at their end.
type preparedRows struct {
	driver.Rows
	conn  *preparedConn
	query string
	stmt  driver.Stmt // nil: it was given back
}

func (r *preparedRows) Close() error {
	if r.stmt == nil {
		return nil
	}
	s := r.stmt
	r.stmt = nil
	if err := r.Rows.Close(); err != nil {
		_ = s.Close()
		return err
	}
	return r.conn.give(r.query, s)
}
