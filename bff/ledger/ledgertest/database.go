// Package ledgertest gives tests databases on a PostgreSQL that the tests
// start themselves, with the durability of a real one. Nothing has to run
// beforehand; the programs of the package postgresql have to be installed.
package ledgertest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"paypane/tier"
)

// shared is the server of the test process, started at first use. Its keeper
// ends it with the process.
var shared = sync.OnceValues(start)

// Postgres returns the address of a fresh, empty database, which is removed
// after the test. Its user owns it, is no superuser and sees no other. All
// these databases are on one server.
func Postgres(t testing.TB) (url string) {
	t.Helper()
	tier.Full(t)
	c, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	name, url := c.database(t)
	t.Cleanup(func() { c.Administer(t, `DROP DATABASE `+name+` WITH (FORCE)`, `DROP ROLE `+name) })
	return url
}

// Database returns the address of a fresh, empty database on this server, like
// Postgres.
func (c *Cluster) Database(t testing.TB) (url string) {
	t.Helper()
	_, url = c.database(t)
	return url
}

// database makes a user with a database of the same name.
func (c *Cluster) database(t testing.TB) (name, address string) {
	t.Helper()
	name = fmt.Sprintf("ledger_%d", c.databases.Add(1))
	password := rand.Text()
	c.Administer(t,
		`CREATE ROLE `+name+` LOGIN PASSWORD '`+password+`'`,
		`CREATE DATABASE `+name+` OWNER `+name+` TEMPLATE template0`,
		`REVOKE CONNECT ON DATABASE `+name+` FROM PUBLIC`)
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(name, password),
		Host: "127.0.0.1:" + strconv.Itoa(c.port), Path: name,
		RawQuery: url.Values{"sslmode": {"disable"}}.Encode(),
	}
	return name, u.String()
}

// Administer runs statements, each for itself, as the superuser, who comes in
// by the socket only: its directory is closed to other users.
func (c *Cluster) Administer(t testing.TB, statements ...string) {
	t.Helper()
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "postgres",
		RawQuery: url.Values{"host": {c.dir}, "port": {strconv.Itoa(c.port)}}.Encode()}
	run(t, u.String(), statements...)
}

// ReadOnly makes the database at url refuse to write, or take writes again.
// The setting is for new sessions: those that are open are ended.
func ReadOnly(t testing.TB, url string, on bool) {
	t.Helper()
	run(t, url,
		`SET default_transaction_read_only = off`, // it holds for this session, too
		`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = `+
			strconv.FormatBool(on)+`', current_database()); END $$`)
	Disconnect(t, url)
}

// Disconnect ends the open sessions of the user in url, as an administrator
// would, and returns when they are gone.
func Disconnect(t testing.TB, url string) {
	t.Helper()
	const limit = "10000" // milliseconds for each
	run(t, url, `SELECT pg_terminate_backend(pid, `+limit+`) FROM pg_stat_activity
		WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()`)
}

// run runs statements, each for itself, in a session of their own. It works
// after the end of a test, too.
func run(t testing.TB, url string, statements ...string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Fatalf("%v in %s", err, statement)
		}
	}
}
