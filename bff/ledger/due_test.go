package ledger

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paypane/web/payment"
)

// What is due is asked for every second, and what waits for a second person for every page
// of the desk. Each is read by an index of its own, and not by the state, which nearly all
// attempts of a long record share; so is a day.
func TestWhatIsAskedForOftenIsReadByItsIndex(t *testing.T) {
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
	now := time.Now()
	for _, test := range []struct {
		name, index string
		search
	}{
		{"payments", "attempts_to_look", search{dueBy: now, unwatched: true, limit: 100}},
		{"agreements", "attempts_to_look", search{dueBy: now, watched: true, limit: 20}},
		{"approvals", "attempts_waiting", search{practice: 1, states: []payment.State{payment.Created}, kinds: needTwo, createdFrom: now, newest: true}},
		{"a day", "attempts_of_day", search{practice: 1, sentFrom: now, movedBefore: now}},
		{"drawers", "attempts_of_day", search{practice: 1, kinds: inDrawers, staffed: true, states: []payment.State{payment.Succeeded}, sentFrom: now}},
		{"proposals", "attempts_of_patient", search{patient: ada, states: []payment.State{payment.Created}}},
	} {
		for _, analysed := range []bool{false, true} {
			if analysed {
				_, err := db.ExecContext(ctx, "ANALYZE")
				want(t, err, nil)
			}
			if steps := plan(test.search); !strings.Contains(steps, test.index) {
				t.Errorf("%s, analysed %t: %s", test.name, analysed, steps)
			}
		}
	}
}
