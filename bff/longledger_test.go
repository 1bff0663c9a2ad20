package bff

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// What a long ledger is like.
const (
	actsADay    = 2000
	leftADay    = 500    // that somebody chose and did not pay
	payingCrowd = 20_000 // patients, of whom athenatest.Crowd has the first
	firstOfAll  = 50_000 // id of the first patient
	cashiers    = 8
)

// lengthen makes a ledger as long as that of a practice that has been at work for
// years: n copies, from now backwards, of attempts that are in it, each with its
// lines, events and entries. They take turns, so a day has as many of each. It goes past the rules and guards of the ledger, which
// would take an hour for a million; the chain of its record does not verify. What a
// page reads of it, and how, is what it would be.
func lengthen(t testing.TB, book Ledger, database string, n int, now time.Time, models ...ledger.Record) {
	t.Helper()
	driver, name := "sqlite", "file:"+strings.TrimPrefix(database, "sqlite:")+"?_pragma=synchronous(0)&_pragma=cache_size(-600000)&_pragma=temp_store(2)&_pragma=ignore_check_constraints(1)"
	if strings.HasPrefix(database, "postgres:") {
		driver, name = "pgx", database
	}
	db := must(sql.Open(driver, name))
	defer db.Close()
	db.SetMaxOpenConns(1)
	run := func(statement string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%v in %.300s", err, statement)
		}
	}
	restore := unguarded(t, db, driver, run)
	var from int64
	if err := db.QueryRowContext(t.Context(), "SELECT max(seq) + 1 FROM events").Scan(&from); err != nil {
		t.Fatal(err)
	}
	each := len(models)
	per := int64(4) // events: created, claimed, sending, settled
	for k, model := range models {
		// i is how many came after it.
		series := fmt.Sprintf("WITH RECURSIVE series(i) AS (SELECT %d UNION ALL SELECT i + %d FROM series WHERE i + %d < %d) ", k, each, each, n)
		if driver == "pgx" {
			series = fmt.Sprintf("WITH series(i) AS (SELECT generate_series(%d::bigint, %d, %d)) ", k, n-1, each)
		}
		digits := "substr(CAST(10000000 + i AS TEXT), 2)"
		id := "'LONGLEDGER' || replace(replace(replace(replace(" + digits + ", '0', 'a'), '1', 'b'), '8', 'c'), '9', 'd')"
		at := fmt.Sprintf("%d - CAST(i / %d AS BIGINT) * %d - (i %% %d) * %d", now.UnixMicro(), actsADay+leftADay, (24 * time.Hour).Microseconds(), actsADay+leftADay, (7 * time.Second).Microseconds())
		seq := fmt.Sprintf("%d + (%d - i) * %d", from, n-1, per)
		copied := func(table, where string, as map[string]string) {
			t.Helper()
			columns := columnsOf(t, db, table)
			values := slices.Clone(columns)
			for i, c := range columns {
				if values[i] = "model." + c; as[c] != "" {
					values[i] = as[c]
				}
			}
			insert := fmt.Sprintf("INSERT INTO %s (%s) %sSELECT %s FROM %s AS model, series WHERE model.%s",
				table, strings.Join(columns, ", "), series, strings.Join(values, ", "), table, where)
			run(insert)
		}
		reference := ""
		if model.Reference != "" {
			reference = "CAST(1000000 + i AS TEXT)"
		}
		// sent is a moment or a number of what was claimed, and of what was not as it was.
		sent := func(column, value string) string {
			if model.State == payment.Created {
				return "model." + column
			}
			return value
		}
		copied("attempts", "id = '"+model.ID+"'", map[string]string{"id": id, "patient": fmt.Sprintf("%d + i %% %d", firstOfAll, payingCrowd), "reference": reference,
			"created_at": at, "sent_at": sent("sent_at", at), "ended_at": sent("ended_at", at), "basis": seq, "claimed_seq": sent("claimed_seq", seq+" + 1"),
			"look_at":    "NULL", // looked at long ago
			"subject":    fmt.Sprintf("'cashier ' || i %% %d", cashiers),
			"staff_name": fmt.Sprintf("'Cashier ' || i %% %d", cashiers)})
		copied("lines", "attempt = '"+model.ID+"'", map[string]string{"attempt": id, "bill": "'claim-' || (2000000 + i)", "number": "CAST(2000000 + i AS TEXT)"})
		for place, e := range must(book.Events(t.Context(), model.ID)) {
			at := map[string]string{"attempt": id, "at": at, "seq": fmt.Sprintf("%s + %d", seq, place), "event": fmt.Sprintf("%s + %d", seq, place)}
			copied("events", fmt.Sprintf("seq = %d", e.Seq), at)
			copied("entries", fmt.Sprintf("event = %d", e.Seq), at)
		}
	}
	restore()
	if driver == "pgx" { // as it does by itself
		run("ANALYZE")
	} else {
		run("PRAGMA wal_checkpoint(TRUNCATE)")
	}
}

// columnsOf are the columns of a table.
func columnsOf(t testing.TB, db *sql.DB, table string) []string {
	t.Helper()
	rows := must(db.QueryContext(t.Context(), "SELECT * FROM "+table+" LIMIT 0"))
	defer rows.Close()
	names := must(rows.Columns())
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names
}

// unguarded takes away what guards tables and makes them slow to write to, and
// answers what puts it back.
func unguarded(t testing.TB, db *sql.DB, driver string, run func(string)) (restore func()) {
	t.Helper()
	tables := "'attempts', 'lines', 'events', 'entries'"
	query := "SELECT 'DROP ' || type || ' ' || name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND tbl_name IN (" + tables + ")"
	if driver == "pgx" {
		query = "SELECT 'DROP INDEX ' || i.indexname, i.indexdef FROM pg_indexes AS i WHERE i.schemaname = current_schema() AND i.tablename IN (" + tables + `)
			AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = i.indexname)
			UNION ALL SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
				format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID', conrelid::regclass, conname, pg_get_constraintdef(oid))
				FROM pg_constraint WHERE contype IN ('c', 'f') AND conrelid::regclass::text IN (` + tables + `)
			UNION ALL SELECT 'ALTER TABLE ' || name || ' DISABLE TRIGGER USER', 'ALTER TABLE ' || name || ' ENABLE TRIGGER USER' FROM unnest(ARRAY[` + tables + "]) AS name"
	}
	away, back := pairs(t, db, query)
	for _, statement := range away {
		run(statement)
	}
	return func() {
		for _, statement := range back {
			run(statement)
		}
	}
}

// pairs are the two columns of what a query finds.
func pairs(t testing.TB, db *sql.DB, query string) (first, second []string) {
	t.Helper()
	rows := must(db.QueryContext(t.Context(), query))
	defer rows.Close()
	for rows.Next() {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			t.Fatal(err)
		}
		first, second = append(first, a), append(second, b)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return first, second
}
