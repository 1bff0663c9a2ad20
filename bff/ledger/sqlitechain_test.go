//go:build !mutation

package ledger

import (
	"database/sql"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"paypane/web/payment"
)

// A file of the first schema becomes a record that verifies, whatever its
// attempts had come to.
func TestFirstSchemaBecomesARecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db := must(t, func() (*sql.DB, error) { return sql.Open("sqlite", "file:"+path) })
	files := must(t, func() (fs.FS, error) { return fs.Sub(migrations, "migrations/sqlite") })
	provider := must(t, func() (*goose.Provider, error) {
		return goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	})
	must(t, func() ([]*goose.MigrationResult, error) { return provider.UpTo(ctx, 1) })
	exec := func(statement string, args ...any) {
		t.Helper()
		must(t, func() (sql.Result, error) { return db.Exec(statement, args...) })
	}
	exec(fmt.Sprintf(`PRAGMA application_id = %d`, application))
	const start = int64(1_790_000_000_000_000)
	seq := int64(0)
	event := func(id, what, state string) {
		seq++
		exec(`INSERT INTO events (seq, attempt, at, what, state, evidence) VALUES (?, ?, ?, ?, ?, '')`, seq, id, start+seq*1000+3, what, state)
	}
	var ids []string
	for i, ends := range [][]string{nil, {}, {"taken"}, {"declined"}, {"not_sent"}, {"unknown"}, {"unknown", "taken"}, {"unknown", "declined"}} {
		id := fmt.Sprintf("ABCDEFGHABCDEFG%c", 'A'+i)
		ids = append(ids, id)
		exec(`INSERT INTO attempts (id, practice, patient, department, appointment, portal, subject, patient_name, state, created_at, basis)
			VALUES (?, 195900, ?, 1, 0, 'harbor', 'user-7', 'Ada', 'created', ?, 1)`, id, 601+i, start+seq*1000)
		exec(`INSERT INTO lines (attempt, place, bill, kind, number, service, title, cents, balance_cents)
			VALUES (?, 0, 'claim-1', 'claim', '1', '', '', 1250, 9900), (?, 1, 'claim-2', 'claim', '2', '', '', 50, 50)`, id, id)
		event(id, "created", "created")
		if ends == nil {
			continue
		}
		exec(`UPDATE attempts SET state = 'sending', brand = 'VI', last4 = '1111', email = 'a@example.com', sent_at = ?, claimed_seq = ? WHERE id = ?`,
			start+seq*1000, seq+1, id)
		event(id, "claimed", "sending")
		for _, end := range ends {
			exec(`UPDATE attempts SET state = ?, ended_at = ?, reference = ? WHERE id = ?`, end, start+seq*1000,
				map[string]string{"taken": fmt.Sprint(9000 + i)}[end], id)
			event(id, "settled", end)
		}
		switch i {
		case 2:
			exec(`UPDATE attempts SET email_sent = 1 WHERE id = ?`, id)
			event(id, "emailed", "taken")
		case 6:
			event(id, "email_failed", "taken")
		}
	}
	want(t, db.Close(), nil)
	c := newClock()
	l := must(t, func() (*Ledger, error) { return Open(ctx, "sqlite:"+path, c.now) })
	defer l.Close()
	r, err := l.Verify(ctx)
	if err != nil || r.Attempts != len(ids) || r.Events != int(seq) {
		t.Fatalf("%+v, %v", r, err)
	}
	// It goes on as a record.
	must(t, func() (Record, error) {
		return l.Find(ctx, ids[5], payment.Outcome{State: payment.Succeeded, Reference: "9100"})
	})
	if _, err := l.Verify(ctx); err != nil {
		t.Fatal(err)
	}
}
