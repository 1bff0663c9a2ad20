//go:build !mutation

package ledger

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// fill puts at least one row into every table.
func fill(t fatal, l *Ledger, c *clock) Record {
	t.Helper()
	l.Subscribe("harbor")
	send(t, l, create(t, l, bob, "501")) // holds a bill
	want(t, l.NoteListingDelay(ctx, ada.Practice, time.Second), nil)
	want(t, l.NoteZone(ctx, ada, time.UTC), nil)
	a := create(t, l, ada, "501")
	use := visa
	use.Consent = agreed(t)
	want(t, errOf(l.Claim(ctx, ada, a.ID, use)), nil)
	must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "0") })
	a = must(t, func() (Record, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: "9001", Evidence: "200"})
	})
	s := session(t, l, c, "a")
	want(t, l.PutHandover(ctx, hash("1"), s.Hash, s.Expires), nil)
	must(t, func() ([32]byte, error) { return l.TakeHandover(ctx, hash("1")) })
	want(t, l.RevokeSession(ctx, s.Hash), nil)
	want(t, l.UseLaunch(ctx, "harbor", "1", s.Expires), nil)
	want(t, l.Count(ctx, nil, func(Counted) ([]Addition, error) {
		return []Addition{{Key: CounterKey(hash("1")), At: c.now(), N: 1, Expires: s.Expires}}, nil
	}), nil)
	_, err := l.SignCheckpoint(ctx, 0, func(c Checkpoint) (Checkpoint, error) {
		c.Signature = make([]byte, 68)
		return c, nil
	})
	want(t, err, nil)
	want(t, l.write(ctx, "restore", func(t tx) error {
		return t.insertRestoration(1, Restoration{From: c.now(), Until: c.now(), At: c.now()})
	}), nil)
	return a
}

func path(l *Ledger) string { return l.store.(*sqliteStore).path }

// rawConnection is another program's view of the file.
func rawConnection(t *testing.T, l *Ledger) *sql.DB {
	db := must(t, func() (*sql.DB, error) { return sql.Open("sqlite", "file:"+path(l)) })
	t.Cleanup(func() { db.Close() })
	return db
}

// column returns the first column of a query as text.
func column(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows := must(t, func() (*sql.Rows, error) { return db.Query(query) })
	defer rows.Close()
	var values []string
	for rows.Next() {
		var v string
		want(t, rows.Scan(&v), nil)
		values = append(values, v)
	}
	want(t, rows.Err(), nil)
	return values
}

func TestClaimIsDurableWhenItReturns(t *testing.T) {
	c := newClock()
	open := sqliteDatabase(t, c.now)
	l := open(t)
	defer l.Close()
	raw := rawConnection(t, l)
	a := send(t, l, create(t, l, ada, "501"))
	if got := column(t, raw, `SELECT state FROM attempts WHERE id = '`+a.ID+`'`); !slices.Equal(got, []string{"sending"}) {
		t.Fatalf("another connection reads %v", got)
	}
	// The files as a kill would leave them at this moment.
	crashed := filepath.Join(t.TempDir(), "ledger.db")
	for _, suffix := range []string{"", "-wal"} {
		data := must(t, func() ([]byte, error) { return os.ReadFile(path(l) + suffix) })
		want(t, os.WriteFile(crashed+suffix, data, 0o600), nil)
	}
	after := must(t, func() (*Ledger, error) { return Open(ctx, "sqlite:"+crashed, c.now) })
	defer after.Close()
	if _, n, err := after.Recover(ctx, time.Time{}); n != 1 || err != nil {
		t.Fatalf("recovered %d attempts after a crash, %v", n, err)
	}
}

func TestFilesAreForTheirOwnerOnly(t *testing.T) {
	l := sqliteDatabase(t, newClock().now)(t)
	defer l.Close()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info := must(t, func() (os.FileInfo, error) { return os.Stat(path(l) + suffix) })
		if info.Mode().Perm() != 0o600 {
			t.Errorf("ledger.db%s has mode %o", suffix, info.Mode().Perm())
		}
	}
}

func TestHistoryCannotBeRewritten(t *testing.T) {
	c := newClock()
	l := sqliteDatabase(t, c.now)(t)
	defer l.Close()
	a := fill(t, l, c)
	raw := rawConnection(t, l)
	before := must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) })
	for _, statement := range []string{
		`UPDATE events SET evidence = 'x'`,
		`UPDATE events SET seq = seq + 10`,
		`DELETE FROM events`,
		`INSERT OR REPLACE INTO events SELECT seq, attempt, at, who, 'settled', 'declined', '', hash FROM events WHERE seq = 1`,
		`REPLACE INTO events SELECT * FROM events`,
		`INSERT INTO events SELECT seq + 70, attempt, at, who, what, state, '', hash FROM events WHERE seq = 1`,
		`UPDATE entries SET cents = 1`,
		`DELETE FROM entries`,
		`REPLACE INTO entries SELECT * FROM entries`,
		`INSERT INTO holds SELECT practice, patient, target, attempt FROM holds`,
		`UPDATE checkpoints SET at = at + 1`,
		`REPLACE INTO checkpoints SELECT * FROM checkpoints`,
		`DELETE FROM checkpoints`,
		`UPDATE restorations SET until_at = until_at + 1`,
		`REPLACE INTO restorations SELECT * FROM restorations`,
		`DELETE FROM restorations`,
		`UPDATE lines SET cents = 1`,
		`DELETE FROM lines`,
		`INSERT INTO lines SELECT attempt, 9, 'claim-9', kind, '9', service, title, cents, balance_cents FROM lines`,
		`INSERT OR REPLACE INTO lines SELECT attempt, place, bill, kind, number, service, title, 1, 1 FROM lines`,
		`DELETE FROM attempts`,
		`INSERT OR REPLACE INTO attempts SELECT * FROM attempts`,
		`UPDATE attempts SET state = 'created'`,
		`UPDATE attempts SET state = 'sending', ended_at = NULL`,
		`UPDATE attempts SET patient = 603`,
		`UPDATE attempts SET before_ref = '1'`,
		`UPDATE attempts SET target = 'payment-1'`,
		`UPDATE attempts SET last4 = '2222'`,
		`UPDATE attempts SET basis = 99`,
		`UPDATE attempts SET cycle_cents = 100, start_day = '2026-12-01'`,
		`UPDATE consents SET text = 'You agree.'`,
		`DELETE FROM consents`,
		`INSERT OR REPLACE INTO consents SELECT * FROM consents`,
		`INSERT INTO consents SELECT a.id, c.text, c.version, c.locale, c.at, c.subject FROM attempts AS a, consents AS c WHERE a.state = 'sending'`,
		`UPDATE sessions SET revoked_at = NULL`,
		`INSERT OR REPLACE INTO sessions SELECT hash, data, created_at, last_seen_at, expires_at, 1, NULL FROM sessions`,
	} {
		if _, err := raw.Exec(statement); err == nil {
			t.Errorf("done: %s", statement)
		}
	}
	after := must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) })
	if !slices.Equal(before, after) {
		t.Errorf("events %v became %v", before, after)
	}
}

// refused opens what cannot be opened and returns why, after a look that
// nothing was changed, made or left open.
func refused(t *testing.T, path string) string {
	t.Helper()
	before, _ := os.ReadFile(path)
	names, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	l, err := Open(ctx, "sqlite:"+path, newClock().now)
	if err == nil {
		l.Close()
		t.Fatalf("%s was opened", path)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Errorf("refused with %v, but the file was changed", err)
	}
	if now, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); !slices.Equal(now, names) {
		t.Errorf("refused with %v, but left %v", err, now)
	}
	open, _ := filepath.Glob("/proc/self/fd/*")
	for _, fd := range open {
		if target, _ := os.Readlink(fd); strings.HasPrefix(target, path) {
			t.Errorf("refused with %v, but left %s open", err, target)
		}
	}
	return err.Error()
}

func TestStartRefusals(t *testing.T) {
	c := newClock()
	open := sqliteDatabase(t, c.now)
	l := open(t)
	fill(t, l, c)
	// Without the pages in which nothing is any more: those can be overwritten.
	raw := rawConnection(t, l)
	must(t, func() (sql.Result, error) { return raw.Exec(`VACUUM`) })
	want(t, raw.Close(), nil)
	want(t, l.Close(), nil)
	whole := must(t, func() ([]byte, error) { return os.ReadFile(path(l)) })
	const page = 4096
	expect := func(what, path, reason string) {
		t.Helper()
		if got := refused(t, path); !strings.Contains(got, reason) || !strings.HasPrefix(got, "open ledger: ") {
			t.Errorf("%s: refused with %q, want %q", what, got, reason)
		}
	}
	broken := func(data []byte) string {
		path := filepath.Join(t.TempDir(), "ledger.db")
		want(t, os.WriteFile(path, data, 0o600), nil)
		return path
	}

	for _, n := range []int{0, 1, 16, 99, 100, 511} {
		expect("cut to nothing", broken(whole[:n]), "is empty or cut")
	}
	for _, n := range []int{512, 513, page - 1, page, page + 1, len(whole) / 2, len(whole) - page, len(whole) - 1} {
		expect("cut", broken(whole[:n]), "damaged or cut short")
	}
	expect("a text", broken([]byte(strings.Repeat("Dear ledger, ", 999))), "is not a database")
	header := slices.Clone(whole)
	copy(header, "SQLite format 2")
	expect("header overwritten", broken(header), "is not a database")
	for at := page; at < len(whole); at += page {
		zeroed := slices.Clone(whole)
		clear(zeroed[at : at+page])
		expect("page overwritten", broken(zeroed), "damaged or cut short")
	}

	expect("directory", t.TempDir(), "is a directory: name a file in it")
	expect("no directory", filepath.Join(t.TempDir(), "nowhere", "ledger.db"), "does not exist: create it")

	foreign := filepath.Join(t.TempDir(), "other.db")
	other := must(t, func() (*sql.DB, error) { return sql.Open("sqlite", foreign) })
	must(t, func() (sql.Result, error) { return other.Exec(`CREATE TABLE t (x)`) })
	want(t, other.Close(), nil)
	expect("another program's", foreign, "another program: name another file")

	newer := broken(whole)
	other = must(t, func() (*sql.DB, error) { return sql.Open("sqlite", newer) })
	must(t, func() (sql.Result, error) {
		return other.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)`)
	})
	want(t, other.Close(), nil)
	expect("newer schema", newer, "start the newer program")

	for _, url := range []string{"", "ledger.db", "sqlite:", "sqlite::memory:", "sqlite://x/y"} {
		l, err := Open(ctx, url, nil)
		if err == nil {
			l.Close()
			t.Fatalf("%q was opened", url)
		}
		if !strings.Contains(err.Error(), "use sqlite:FILE") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: refused with %v", url, err)
		}
	}
	if _, err := Open(ctx, "sqlite:/dev/null", nil); err == nil || !strings.Contains(err.Error(), "is not an ordinary file") {
		t.Errorf("a device: refused with %v", err)
	}
	open(t).Close() // the whole one still opens
}

// A name is a name, not a piece of an address.
func TestFileNames(t *testing.T) {
	for _, name := range []string{"a b?mode=memory#x%41.db", "ü&_synchronous=off.db"} {
		path := filepath.Join(t.TempDir(), name)
		l := must(t, func() (*Ledger, error) { return Open(ctx, "sqlite:"+path, nil) })
		want(t, l.Ready(ctx), nil)
		want(t, l.Close(), nil)
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestReaderWritesNothing(t *testing.T) {
	l := sqliteDatabase(t, newClock().now)(t)
	defer l.Close()
	if _, err := l.store.(*sqliteStore).reader.Exec(`DELETE FROM heartbeat`); err == nil {
		t.Errorf("the reading pool wrote")
	}
}

// A browser that goes away in the middle of a write does not undo it.
func TestWriteOutlivesItsContext(t *testing.T) {
	l := sqliteDatabase(t, newClock().now)(t)
	defer l.Close()
	cancelled, cancel := context.WithCancel(ctx)
	want(t, l.write(cancelled, "try", func(t tx) error {
		cancel()
		_, err := t.(*sqlTx).exec(`DELETE FROM heartbeat`)
		return err
	}), nil)
	var n int
	want(t, l.store.(*sqliteStore).reader.QueryRow(`SELECT count(*) FROM heartbeat`).Scan(&n), nil)
	if n != 0 {
		t.Errorf("the write was undone")
	}
}

func TestReady(t *testing.T) {
	l := sqliteDatabase(t, newClock().now)(t)
	want(t, l.Ready(ctx), nil)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	want(t, l.Ready(cancelled), context.Canceled)
	want(t, os.Rename(path(l), path(l)+".old"), nil)
	if err := l.Ready(ctx); err == nil {
		t.Errorf("ready without its file")
	}
	want(t, os.WriteFile(path(l), nil, 0o600), nil)
	if err := l.Ready(ctx); err == nil || !strings.Contains(err.Error(), "restart") {
		t.Errorf("ready with another file: %v", err)
	}
	want(t, os.Rename(path(l)+".old", path(l)), nil)
	want(t, l.Ready(ctx), nil)
	want(t, l.Close(), nil)
	if err := l.Ready(ctx); err == nil {
		t.Errorf("ready after it was closed")
	}
}

// A file is for one server by whatever name it is reached.
func TestOneServerByWhateverName(t *testing.T) {
	l := sqliteDatabase(t, newClock().now)(t)
	defer l.Close()
	want(t, l.Occupy(), nil)
	dir := t.TempDir()
	file, directory := filepath.Join(dir, "other.db"), filepath.Join(dir, "elsewhere")
	want(t, os.Symlink(path(l), file), nil)
	want(t, os.Symlink(filepath.Dir(path(l)), directory), nil)
	for _, name := range []string{path(l), file, filepath.Join(directory, filepath.Base(path(l)))} {
		second := must(t, func() (*Ledger, error) { return Open(ctx, "sqlite:"+name, nil) })
		if err := second.Occupy(); err == nil || !strings.Contains(err.Error(), "another server works with") {
			t.Errorf("%s: %v", name, err)
		}
		want(t, second.Close(), nil)
	}
}
