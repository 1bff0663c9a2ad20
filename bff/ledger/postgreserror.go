package ledger

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

var errReadOnly = errors.New("the database is read-only: name the primary, or let the user write (default_transaction_read_only)")

// lost reports whether an error is that of a connection that was ended while
// nobody used it, by an administrator, a crash or the network.
func lost(err error) bool {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return said.Code == "57P01" || said.Code == "57P02" || said.Code == "57P05"
	}
	return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// explained is an error with what to do next, on one line.
type explained struct {
	advice string
	cause  error
}

func (e *explained) Error() string {
	head, tail, _ := strings.Cut(e.advice, ":")
	return head + " (" + strings.Join(strings.Fields(e.cause.Error()), " ") + "):" + tail
}
func (e *explained) Unwrap() error { return e.cause }

// explain puts what to do next to an error of PostgreSQL. Of what the server
// said its text is told, not the details, which hold values of rows; the
// address is not told, which may hold a password.
func explain(err error) error {
	var done *explained
	if err == nil || errors.As(err, &done) {
		return err
	}
	var said *pgconn.PgError
	var connect *pgconn.ConnectError
	var network net.Error
	advice := ""
	switch {
	case errors.As(err, &said):
		advice = codeAdvice[said.Code]
	case errors.As(err, &connect):
		advice = "the database cannot be reached: check host, port and TLS, and that the server runs"
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.As(err, &network) && !errors.Is(err, context.DeadlineExceeded):
		advice = "the connection to the database was lost: look at the server and the network"
	}
	if advice == "" {
		return err
	}
	return &explained{advice, err}
}

// codeAdvice is what to do, by PostgreSQL's error code.
var codeAdvice = map[string]string{
	"25006": "the database is read-only: name the primary, or let the user write",
	"28000": "the database does not let this user in: check user, database and pg_hba.conf",
	"28P01": "the database refuses the password: check user and password",
	"3D000": "there is no such database: create it for the user",
	"42501": "the user may not do that: let the user own the database",
	"53100": "the disk of the database is full: make room",
	"53300": "the database has no connection left: raise max_connections",
	"55P03": "another program has the ledger locked for too long: look for it in pg_stat_activity",
	"57P01": "an administrator ended the connection: try again",
	"57P03": "the database server is starting or stopping: try again",
}
