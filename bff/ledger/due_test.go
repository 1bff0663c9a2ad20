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
	plan := func(statement string, args ...any) (steps string) {
		t.Helper()
		rows, err := db.QueryContext(ctx, `EXPLAIN QUERY PLAN `+statement, args...)
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
		{"voids", "attempts_voiding", search{practice: 1, kinds: []payment.Kind{payment.KindVoid}, staffed: true, states: []payment.State{payment.Succeeded}, sentFrom: now}},
		{"recordings of a day's patients", "attempts_of_patient", search{practice: 1, patients: []int{1, 2, 3}, kinds: []payment.Kind{payment.KindRecord}}},
		{"a launch", "attempts_of_launch", search{portal: "harbor", launch: "j-1", newest: true}},
		{"proposals", "attempts_of_patient", search{patient: ada, states: []payment.State{payment.Created}}},
	} {
		for _, analysed := range []bool{false, true} {
			if analysed {
				_, err := db.ExecContext(ctx, "ANALYZE")
				want(t, err, nil)
			}
			condition, args := test.where()
			if steps := plan(`SELECT id FROM attempts WHERE `+condition, args...); !strings.Contains(steps, test.index) {
				t.Errorf("%s, analysed %t: %s", test.name, analysed, steps)
			}
		}
	}
	next, args := nextTaker(1, 7, taker{"desk", "eve"})
	if steps := plan(next, args...); !strings.Contains(steps, "COVERING INDEX attempts_of_drawer (practice=? AND department=? AND (portal,subject)>(?,?))") {
		t.Errorf("the next person: %s", steps)
	}
	which, args := ofTaker(1, 7, taker{"desk", "eve"}, takenQuery{sentFrom: now, endedFrom: now})
	if steps := plan(`SELECT count(*), max(staff_name), min(sent_at)`+which, args...); !strings.Contains(steps, "COVERING INDEX attempts_of_drawer (practice=? AND department=? AND portal=? AND subject=? AND ended_at>?)") {
		t.Errorf("what somebody took: %s", steps)
	}
}
