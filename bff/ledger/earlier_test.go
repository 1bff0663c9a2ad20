//go:build !mutation

package ledger

import (
	"database/sql"
	_ "embed"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"paypane/bff/ledger/ledgertest"
	"paypane/web/payment"

	"github.com/pressly/goose/v3"
)

// earlier is what the program of schema 4 wrote, and the program of 2 in
// PostgreSQL.
//
//go:embed testdata/earlier.sql
var earlier string

// write fills a database of that schema, past its guards.
func write(t *testing.T, db *sql.DB, text string, open, shut []string) {
	t.Helper()
	for _, statement := range append(append(open, strings.Split(strings.TrimSpace(text), ";\n")...), shut...) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%.80s: %v", statement, err)
		}
	}
}

// carriedOn looks whether a ledger that was brought up to date is what it was,
// and goes on from there.
func carriedOn(t *testing.T, l *Ledger, c *clock, raw *sql.DB) {
	t.Helper()
	hashes := regexp.MustCompile(`INSERT INTO events .*\b(?i:X'([0-9A-F]{64})')`).FindAllStringSubmatch(earlier, -1)
	events := chained(t, l)
	if len(events) != len(hashes) || len(events) < 30 {
		t.Fatalf("%d events, there were %d", len(events), len(hashes))
	}
	for i, e := range events {
		if got := strings.ToUpper(hex.EncodeToString(e.Hash[:])); got != hashes[i][1] {
			t.Errorf("event %d has the hash %s and had %s", e.Seq, got, hashes[i][1])
		}
	}
	checkpoints := must(t, func() ([]Checkpoint, error) { return l.Checkpoints(ctx, 0) })
	r := must(t, func() (Report, error) { return l.Verify(ctx, checkpoints...) })
	if r.Attempts != 10 || r.Checkpoints != 1 || r.Consents != 0 {
		t.Errorf("%+v", r)
	}
	for _, statement := range []string{`DELETE FROM attempts`, `UPDATE attempts SET state = 'created'`, `UPDATE attempts SET last4 = '2222'`, `UPDATE attempts SET patient = 1`,
		`UPDATE attempts SET act = 'store_card'`, `UPDATE attempts SET start_day = '2026-12-01', cycle_cents = 1`, `UPDATE attempts SET before_ref = '7'`} {
		if _, err := raw.Exec(statement); err == nil {
			t.Errorf("done: %s", statement)
		}
	}
	// What was in doubt still blocks its bill, and the new acts can be made.
	for c.now().Before(events[len(events)-1].At) {
		c.advance(DuplicateWithin)
	}
	c.advance(DuplicateWithin)
	if _, err := l.Claim(ctx, ada, plan(t, l, ada, "504").ID, visa); err == nil {
		t.Error("a bill in doubt was planned")
	}
	use := visa
	use.Consent = agreed(t)
	for _, a := range []Record{plan(t, l, ada, "511"), other(t, l, ada, payment.KindStoreCard, "card-1")} {
		want(t, errOf(l.Claim(ctx, ada, a.ID, use)), nil)
		must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "0") })
		settle(t, l, a, payment.Succeeded)
	}
	if _, unknown, err := l.Recover(ctx, c.now()); err != nil || unknown != 1 {
		t.Errorf("recovered %d, %v", unknown, err)
	}
	if r := must(t, func() (Report, error) { return l.Verify(ctx, checkpoints...) }); r.Consents != 2 {
		t.Errorf("%+v", r)
	}
}

// A file of schema 4 keeps its rows, its references, its guards and its hashes.
// The table that is made anew is so once more where the machine stopped before
// it was written down that it was.
func TestEarlierFileIsBroughtUpToDate(t *testing.T) {
	for _, stopped := range []bool{false, true} {
		c, path := newClock(), filepath.Join(t.TempDir(), "ledger.db")
		want(t, os.WriteFile(path, nil, 0o600), nil)
		db := must(t, func() (*sql.DB, error) { return sql.Open("sqlite", "file:"+path+"?_pragma=foreign_keys(1)") })
		db.SetMaxOpenConns(1)
		s := &sqliteStore{sqlStore: sqlStore{writer: db}}
		to := func(version int64) {
			t.Helper()
			provider := must(t, s.migrations)
			must(t, func() ([]*goose.MigrationResult, error) { return provider.UpTo(ctx, version) })
		}
		to(4)
		open := []string{`PRAGMA application_id = 1348565360`}
		for _, guard := range column(t, db, `SELECT name FROM sqlite_schema WHERE type = 'trigger'`) {
			open = append(open, `DROP TRIGGER `+guard)
		}
		write(t, db, earlier, open, column(t, db, `SELECT sql FROM sqlite_schema WHERE type = 'trigger'`))
		schema := func() string {
			return strings.Join(column(t, db, `SELECT type || ' ' || name || ' ' || tbl_name FROM sqlite_schema WHERE name NOT LIKE 'consents%' AND name NOT LIKE '%consents_1' AND name NOT LIKE '%departments%' AND name NOT LIKE 'counters%' AND name <> 'notices'
				AND name NOT IN ('attempts_of_check', 'attempts_of_day', 'attempts_of_code', 'attempts_of_drawer', 'attempts_of_launch', 'attempts_of_undoes', 'attempts_of_vendor', 'attempts_voiding', 'attempts_waiting', 'events_of_about', 'events_of_desk') ORDER BY 1`), "\n")
		}
		before := schema()
		if stopped {
			to(5)
			must(t, func() (sql.Result, error) { return db.Exec(`DELETE FROM goose_db_version WHERE version_id = 5`) })
		}
		l := must(t, func() (*Ledger, error) { return Open(ctx, "sqlite:"+path, c.now) })
		if after := schema(); after != before {
			t.Errorf("%s became %s", before, after)
		}
		carriedOn(t, l, c, db)
		for _, check := range []string{`PRAGMA foreign_key_check`, `SELECT sql FROM sqlite_schema WHERE sql LIKE '%attempts_next%'`} {
			if got := column(t, db, check); len(got) != 0 {
				t.Errorf("%s: %v", check, got)
			}
		}
		if got := column(t, db, `PRAGMA integrity_check`); got[0] != "ok" {
			t.Errorf("%v", got)
		}
		want(t, l.Close(), nil)
		want(t, db.Close(), nil)
	}
}

// The same for a PostgreSQL database.
func TestEarlierDatabaseIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	c, address := newClock(), ledgertest.Postgres(t)
	raw := rawPostgres(t, address)
	files := must(t, func() (fs.FS, error) { return fs.Sub(migrations, "migrations/postgres") })
	provider := must(t, func() (*goose.Provider, error) {
		return goose.NewProvider(goose.DialectPostgres, raw, files, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	})
	must(t, func() ([]*goose.MigrationResult, error) { return provider.UpTo(ctx, 2) })
	var open, shut []string
	for table := range strings.FieldsSeq("attempts lines events entries sessions checkpoints restorations") {
		open = append(open, `ALTER TABLE `+table+` DISABLE TRIGGER USER`)
		shut = append(shut, `ALTER TABLE `+table+` ENABLE TRIGGER USER`)
	}
	write(t, raw, regexp.MustCompile(`X'([0-9A-F]*)'`).ReplaceAllString(earlier, `'\x$1'`), open, shut)
	carriedOn(t, openURL(t, address, c), c, raw)
}
