//go:build !mutation

package ledger

import (
	"net"
	"net/url"
	"strings"
	"testing"

	"paypane/bff/ledger/ledgertest"
)

// change is an address with something else in it.
func change(t *testing.T, address string, fn func(*url.URL)) string {
	t.Helper()
	u := must(t, func() (*url.URL, error) { return url.Parse(address) })
	fn(u)
	return u.String()
}

// refusedURL opens what cannot be opened and returns why.
func refusedURL(t *testing.T, address string) string {
	t.Helper()
	l, err := Open(ctx, address, newClock().now)
	if err == nil {
		l.Close()
		t.Fatalf("opened")
	}
	if u, _ := url.Parse(address); u != nil && u.User != nil {
		if password, _ := u.User.Password(); password != "" && strings.Contains(err.Error(), password) {
			t.Errorf("the password is told: %v", err)
		}
	}
	if strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "open ledger: ") {
		t.Errorf("refused with %q", err)
	}
	return err.Error()
}

func TestPostgresStartRefusals(t *testing.T) {
	t.Parallel()
	cluster := ledgertest.NewCluster(t)
	quiet := must(t, func() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") })
	defer quiet.Close() // takes connections and says nothing
	for _, row := range []struct {
		name string
		// prepare makes the database unfit; the statements are its owner's.
		prepare    func(address string) (changed string)
		statements []string
		reason     string
	}{
		{name: "password", reason: "the database refuses the password", prepare: func(a string) string {
			return change(t, a, func(u *url.URL) { u.User = url.UserPassword(u.User.Username(), "very-secret") })
		}},
		{name: "host", reason: "no such host", prepare: func(a string) string {
			return change(t, a, func(u *url.URL) { u.Host = "nobody.invalid" })
		}},
		{name: "port", reason: "cannot be reached", prepare: func(a string) string {
			return change(t, a, func(u *url.URL) { u.Host = "127.0.0.1:1" })
		}},
		{name: "silent host", reason: "cannot be reached", prepare: func(a string) string {
			return change(t, a, func(u *url.URL) {
				u.Host, u.RawQuery = quiet.Addr().String(), "sslmode=disable&connect_timeout=1"
			})
		}},
		{name: "TLS", reason: "check host, port and TLS", prepare: func(a string) string {
			return change(t, a, func(u *url.URL) { u.RawQuery = "sslmode=verify-full" })
		}},
		{name: "no such database", reason: "there is no such database", prepare: func(a string) string {
			return change(t, a, func(u *url.URL) { u.Path = "nothing" })
		}},
		{name: "malformed", reason: "cannot be read", prepare: func(a string) string {
			return strings.Replace(change(t, a, func(u *url.URL) { u.User = url.UserPassword("u", "verysecret") }),
				"@", "%zz@", 1)
		}},
		{name: "setting", reason: "cannot be read", prepare: func(a string) string { return a + "&sslmode=verysecret" }},
		{name: "encoding", reason: "must be UTF8", prepare: func(a string) string {
			owner := must(t, func() (*url.URL, error) { return url.Parse(a) }).User.Username()
			cluster.Administer(t, `CREATE DATABASE ascii OWNER `+owner+` ENCODING 'SQL_ASCII' TEMPLATE template0`)
			return change(t, a, func(u *url.URL) { u.Path = "ascii" })
		}},
		{name: "read-only", reason: "the database is read-only", prepare: func(a string) string {
			ledgertest.ReadOnly(t, a, true)
			return a
		}},
		{name: "forgetful", reason: `synchronous_commit of the database is "off"`,
			statements: []string{`ALTER ROLE CURRENT_USER SET synchronous_commit = off`}},
		{name: "rights", reason: "let the user own the database",
			statements: []string{`REVOKE CREATE ON SCHEMA public FROM pg_database_owner, PUBLIC`}},
		{name: "guards off for the user", reason: `session_replication_role of the database is "replica"`, prepare: func(a string) string {
			owner := must(t, func() (*url.URL, error) { return url.Parse(a) }).User.Username()
			cluster.Administer(t, `ALTER ROLE `+owner+` SET session_replication_role = replica`)
			return a
		}},
		{name: "fsync", reason: `fsync of the database is "off"`, prepare: func(a string) string {
			cluster.Administer(t, `ALTER SYSTEM SET fsync = off`)
			cluster.Stop(t)
			cluster.Start(t)
			return a
		}},
		{name: "pages", reason: `full_page_writes of the database is "off"`, prepare: func(a string) string {
			cluster.Administer(t, `ALTER SYSTEM RESET fsync`, `ALTER SYSTEM SET full_page_writes = off`)
			cluster.Stop(t)
			cluster.Start(t)
			return a
		}},
	} {
		address := cluster.Database(t)
		raw := rawPostgres(t, address)
		for _, statement := range row.statements {
			if _, err := raw.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		changed := address
		if row.prepare != nil {
			changed = row.prepare(address)
		}
		if got := refusedURL(t, changed); !strings.Contains(got, row.reason) {
			t.Errorf("%s: refused with %q, want %q", row.name, got, row.reason)
		}
		raw.SetMaxIdleConns(0) // what it has may be from before the server stopped
		if got := column(t, raw, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`); len(got) != 0 {
			t.Errorf("%s: refused, but %v was made", row.name, got)
		}
		for left := []string{""}; len(left) > 0; { // a session ends a moment after its connection
			left = column(t, raw, `SELECT state FROM pg_stat_activity WHERE usename = current_user AND application_name = 'paypane'`)
			if t.Context().Err() != nil {
				t.Fatalf("%s: refused, but left open: %v", row.name, left)
			}
		}
	}
}

// A ledger that is there and not whole, or newer, is refused, and stays as it
// is.
func TestPostgresUnfitLedgers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, statement, reason string }{
		{"newer schema", `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`, "start the newer program"},
		{"table missing", `DROP TABLE holds`, "damaged or restored in part (table holds missing): restore it from a backup"},
		{"a newer table missing", `DROP TABLE restorations`, "table restorations, trigger restorations_kept missing"},
		{"a newer guard missing", `DROP TRIGGER checkpoints_kept ON checkpoints`, "trigger checkpoints_kept missing"},
		{"guard missing", `DROP TRIGGER events_kept ON events`, "trigger events_kept missing"},
		{"guard off", `ALTER TABLE attempts DISABLE TRIGGER attempts_forward`, "trigger attempts_forward missing"},
		{"all gone but the versions", `DROP TABLE consents, attempts, lines, holds, events, entries, practices, sessions, launches, handovers, heartbeat`,
			"table attempts"},
		{"versions gone", `DROP TABLE goose_db_version`, "already exists"},
	} {
		c, address := newClock(), ledgertest.Postgres(t)
		fill(t, openURL(t, address, c), c)
		raw := rawPostgres(t, address)
		if _, err := raw.Exec(row.statement); err != nil {
			t.Fatal(err)
		}
		before := column(t, raw, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'goose%' ORDER BY 1`)
		if got := refusedURL(t, address); !strings.Contains(got, row.reason) {
			t.Errorf("%s: refused with %q, want %q", row.name, got, row.reason)
		}
		after := column(t, raw, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'goose%' ORDER BY 1`)
		if strings.Join(before, " ") != strings.Join(after, " ") {
			t.Errorf("%s: %v became %v", row.name, before, after)
		}
	}
}

// Servers that start at the same moment on an empty database do not stand in
// each other's way.
func TestPostgresStartsAtOnce(t *testing.T) {
	t.Parallel()
	c, address := newClock(), ledgertest.Postgres(t)
	won, others := race(6, func() error {
		l, err := Open(ctx, address, c.now)
		if err != nil {
			return err
		}
		return l.Close()
	})
	if won != 6 {
		t.Fatalf("%d servers started, others: %v", won, others)
	}
	fill(t, openURL(t, address, c), c)
}

// What a role loses while the server runs is noticed by the next connection,
// and nothing is permitted to be sent.
func TestPostgresBecomesUnfit(t *testing.T) {
	t.Parallel()
	c, address := newClock(), ledgertest.Postgres(t)
	l := openURL(t, address, c)
	a := create(t, l, ada, "501")
	ledgertest.ReadOnly(t, address, true)
	if _, err := l.Claim(ctx, ada, a.ID, visa); err == nil || !strings.Contains(err.Error(), "the database is read-only") {
		t.Errorf("claimed on a read-only database: %v", err)
	}
	if err := l.Ready(ctx); err == nil {
		t.Errorf("ready to write")
	}
	ledgertest.ReadOnly(t, address, false)
	want(t, l.Ready(ctx), nil)
	send(t, l, a)
}
