//go:build !mutation

package ledger

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// The same in a file: each column of each row, by somebody who has the file and
// switches its own guards off.
func TestNoTamperingOfAFileStaysUnseen(t *testing.T) {
	c := newClock()
	l := sqliteDatabase(t, c.now)(t)
	defer l.Close()
	fill(t, l, c)
	a := create(t, l, ada2, "501", "502")
	settle(t, l, send(t, l, a), payment.Unknown)
	must(t, func() (Record, error) { return l.Escalate(ctx, a.ID, "two fit") })
	must(t, func() (Record, error) { return l.Find(ctx, a.ID, payment.Outcome{State: payment.NotDone}) })
	create(t, l, bob, "503", "504")
	c.advance(DuplicateWithin + time.Second)
	claim(t, l, create(t, l, ada, "505"))
	agreeing := visa
	agreeing.Consent = agreed(t)
	want(t, errOf(l.Claim(ctx, ada2, plan(t, l, ada2, "506").ID, agreeing)), nil)
	want(t, l.DeskAct(ctx, DeskAct{Practice: ada.Practice, Who: "desk/eve", Name: "Eve", Role: "biller", What: "close", Patient: 601, About: "1", Detail: "2", Content: `{"n":1}`}), nil)
	unsent := plan(t, l, bob, "507")
	if b := broken(t, l); b != nil {
		t.Fatalf("an honest record: %v", b)
	}
	raw := rawConnection(t, l)
	raw.SetMaxOpenConns(1)
	exec := func(statement string, args ...any) {
		t.Helper()
		must(t, func() (sql.Result, error) { return raw.Exec(statement, args...) })
	}
	for _, guard := range column(t, raw, `SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'`) {
		exec(guard)
	}
	exec(`PRAGMA foreign_keys = OFF`)
	exec(`PRAGMA ignore_check_constraints = ON`)
	exec(`PRAGMA synchronous = OFF`)
	working := names(func(f field) bool { return !f.hashed && !f.told })
	seen := 0
	expect := func(what string) {
		t.Helper()
		seen++
		if _, err := l.Verify(ctx); err == nil {
			t.Errorf("%s is not seen", what)
		}
	}
	for _, table := range []string{"events", "attempts", "lines", "entries", "holds", "consents"} {
		columns := column(t, raw, `SELECT name FROM pragma_table_info('`+table+`')`)
		for _, row := range column(t, raw, `SELECT rowid FROM `+table) {
			exec(`CREATE TEMP TABLE kept AS SELECT rowid AS r, * FROM ` + table + ` WHERE rowid = ` + row)
			restore := func() {
				exec(`DELETE FROM ` + table + ` WHERE rowid NOT IN (SELECT rowid FROM ` + table + ` WHERE rowid <> ` + row + `)`)
				exec(`INSERT INTO ` + table + ` (rowid, ` + strings.Join(columns, ", ") + `) SELECT r, ` + strings.Join(columns, ", ") + ` FROM kept`)
			}
			for _, name := range columns {
				if table == "attempts" && slices.Contains(working, name) {
					continue
				}
				for _, change := range []string{
					`CASE typeof(` + name + `) WHEN 'integer' THEN ` + name + ` + 1 WHEN 'null' THEN 1790000000000000 WHEN 'blob' THEN zeroblob(32) ELSE ` + name + ` || 'x' END`,
					`CASE typeof(` + name + `) WHEN 'integer' THEN ` + name + ` - 7 WHEN 'null' THEN 1890000000000000 WHEN 'blob' THEN randomblob(32) ELSE replace(` + name + ` || ' ', '1', '2') END`,
				} {
					statement := `UPDATE ` + table + ` SET ` + name + ` = ` + change + ` WHERE rowid = ` + row
					if _, err := raw.Exec(statement); err != nil {
						continue // taken by another row
					}
					expect(statement)
					if table == "events" && name == "seq" {
						exec(`DELETE FROM events WHERE rowid NOT IN (SELECT rowid FROM events WHERE rowid <> ?) OR hash = (SELECT hash FROM kept)`, row)
						exec(`INSERT INTO events SELECT ` + strings.Join(columns, ", ") + ` FROM kept`)
					} else {
						restore()
					}
				}
			}
			exec(`DELETE FROM ` + table + ` WHERE rowid = ` + row)
			if last := column(t, raw, `SELECT max(seq) + 1 FROM events`)[0]; table != "events" || row != last {
				expect("row " + row + " of " + table + ", deleted,")
			}
			restore()
			exec(`DROP TABLE temp.kept`)
		}
	}
	exec(`INSERT INTO entries SELECT event + 1000, place, attempt, source, destination, cents FROM entries LIMIT 1`)
	expect("an entry of no event")
	exec(`DELETE FROM entries WHERE event > 1000`)
	exec(`INSERT INTO lines SELECT 'ABCDEFGHABCDEFGH', place, bill, kind, number, service, title, cents, balance_cents FROM lines LIMIT 1`)
	expect("a line of no attempt")
	exec(`DELETE FROM lines WHERE attempt = 'ABCDEFGHABCDEFGH'`)
	for _, id := range []string{unsent.ID, a.ID, "ABCDEFGHABCDEFGH"} {
		exec(`INSERT INTO consents SELECT ?, text, version, locale, at, subject FROM consents LIMIT 1`, id)
		expect("a consent put in for " + id)
		exec(`DELETE FROM consents WHERE attempt = ?`, id)
	}
	if b := broken(t, l); b != nil {
		t.Fatalf("put back: %v", b)
	}
	t.Logf("%d tamperings", seen)
}
