//go:build !mutation

package ledger

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"paypane/bff/ledger/ledgertest"
	"paypane/web/payment"
)

// What is looked for at the start is what the migrations make, no more and no
// less.
func TestPartsAreThoseOfTheMigrations(t *testing.T) {
	t.Parallel()
	compare := func(name string, p inventory, has []string) {
		var want []string
		for _, table := range p.tables {
			want = append(want, "table "+table)
		}
		for _, trigger := range p.triggers {
			want = append(want, "trigger "+trigger)
		}
		slices.Sort(want)
		slices.Sort(has)
		if !slices.Equal(want, has) {
			t.Errorf("%s: looked for are %v, made are %v", name, want, has)
		}
	}
	l := sqliteDatabase(t, newClock().now)(t)
	defer l.Close()
	compare("SQLite", sqliteParts(), column(t, rawConnection(t, l),
		`SELECT type || ' ' || name FROM sqlite_schema WHERE type IN ('table', 'trigger') AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'`))
	c, address := newClock(), ledgertest.Postgres(t)
	openURL(t, address, c)
	compare("PostgreSQL", postgresParts(), column(t, rawPostgres(t, address),
		`SELECT 'table ' || relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'goose%'
		UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal`))
}

// A file in which a table or a guard is missing is refused, whichever it is,
// and stays as it is.
func TestSQLiteUnfitLedgers(t *testing.T) {
	t.Parallel()
	c := newClock()
	l := sqliteDatabase(t, c.now)(t)
	fill(t, l, c)
	want(t, l.Close(), nil)
	whole := must(t, func() ([]byte, error) { return os.ReadFile(path(l)) })
	p, dir := sqliteParts(), t.TempDir()
	for kind, names := range map[string][]string{"table": p.tables, "trigger": p.triggers} {
		for _, name := range names {
			path := filepath.Join(dir, kind+name, "ledger.db")
			want(t, os.Mkdir(filepath.Dir(path), 0o700), nil)
			want(t, os.WriteFile(path, whole, 0o600), nil)
			db := must(t, func() (*sql.DB, error) { return sql.Open("sqlite", "file:"+path) })
			for _, statement := range []string{`PRAGMA legacy_alter_table = ON`, fmt.Sprintf(`DROP %s %s`, kind, name)} {
				if kind == "table" && strings.HasPrefix(statement, "DROP") {
					statement = fmt.Sprintf(`ALTER TABLE %s RENAME TO gone_%s`, name, name) // what refers to it would refuse that it is dropped
				}
				must(t, func() (sql.Result, error) { return db.Exec(statement) })
			}
			want(t, db.Close(), nil)
			if got := refused(t, path); !strings.Contains(got, kind+" "+name) || !strings.Contains(got, "restore it from a backup") {
				t.Errorf("without %s %s: refused with %q", kind, name, got)
			}
			// Who only reads it needs no guards.
			l, err := Inspect(ctx, "sqlite:"+path, c.now)
			if (err == nil) != (kind == "trigger") {
				t.Errorf("without %s %s: inspected with %v", kind, name, err)
			}
			if err == nil {
				want(t, l.Close(), nil)
			}
		}
	}
}

// Whoever inspects a ledger reads it beside its server and changes nothing: what
// is missing is not made, and a schema of another version stays as it is.
func TestInspectChangesNothing(t *testing.T) {
	t.Parallel()
	c := newClock()
	serving := sqliteDatabase(t, c.now)(t)
	defer serving.Close()
	want(t, serving.Occupy(), nil)
	a := fill(t, serving, c)
	refuses := func(url, reason string) {
		t.Helper()
		l, err := Inspect(ctx, url, c.now)
		if err == nil {
			l.Close()
			t.Fatal("opened")
		}
		if !strings.Contains(err.Error(), reason) {
			t.Errorf("refused with %v, want %q", err, reason)
		}
	}
	l := must(t, func() (*Ledger, error) { return Inspect(ctx, "sqlite:"+path(serving), c.now) })
	if got := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada, a.ID) }); got.State != payment.Succeeded {
		t.Errorf("read %+v", got)
	}
	want(t, l.Close(), nil)

	nothing := filepath.Join(t.TempDir(), "ledger.db")
	refuses("sqlite:"+nothing, "no such file")
	if _, err := os.Stat(nothing); err == nil {
		t.Error("a file was made")
	}
	older := filepath.Join(t.TempDir(), "older.db")
	firstSchema(t, older, c)
	before := must(t, func() ([]byte, error) { return os.ReadFile(older) })
	refuses("sqlite:"+older, "has schema 1, this program knows 20: use the program that the server runs")
	if after := must(t, func() ([]byte, error) { return os.ReadFile(older) }); !bytes.Equal(before, after) {
		t.Error("the older file was changed")
	}
	must(t, func() (sql.Result, error) {
		return rawConnection(t, serving).Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`)
	})
	refuses("sqlite:"+path(serving), "has schema 99999")

	address := ledgertest.Postgres(t)
	refuses(address, "the database does not say which schema it has")
	raw := rawPostgres(t, address)
	if made := column(t, raw, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`); len(made) != 0 {
		t.Errorf("made %v", made)
	}
	openURL(t, address, c)
	l = must(t, func() (*Ledger, error) { return Inspect(ctx, address, c.now) })
	want(t, l.Close(), nil)
	must(t, func() (sql.Result, error) { return raw.Exec(`DELETE FROM goose_db_version WHERE version_id = 17`) })
	refuses(address, "the database has schema 16, this program knows 17")
}
