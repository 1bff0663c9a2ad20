package ledger

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"paypane/bff/ledger/ledgertest"
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
		}
	}
}
