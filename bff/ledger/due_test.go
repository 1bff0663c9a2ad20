package ledger

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What is due is asked for every second, so it is read by the index of what is due, and
// not by the state, which nearly all attempts of a long record share.
func TestDueIsReadByItsIndex(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ledger.db")
	l := must(t, func() (*Ledger, error) { return Open(ctx, "sqlite:"+file, time.Now) })
	want(t, l.Close(), nil)
	db := must(t, func() (*sql.DB, error) { return sql.Open("sqlite", "file:"+file) })
	defer db.Close()
	plan := func(s search) (steps string) {
		t.Helper()
		condition, args := s.where()
		rows, err := db.QueryContext(ctx, `EXPLAIN QUERY PLAN SELECT id FROM attempts WHERE `+condition, args...)
		want(t, err, nil)
		defer rows.Close()
		for rows.Next() {
			var id, parent, none int
			var step string
			want(t, rows.Scan(&id, &parent, &none, &step), nil)
			steps += step + "\n"
		}
		want(t, rows.Err(), nil)
		return steps
	}
	for name, s := range map[string]search{"payments": {dueBy: time.Now(), unwatched: true, limit: 100}, "agreements": {dueBy: time.Now(), watched: true, limit: 20}} {
		if steps := plan(s); !strings.Contains(steps, "attempts_to_look") {
			t.Errorf("%s: %s", name, steps)
		}
	}
}
