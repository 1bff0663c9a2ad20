package ledger

import (
	"context"
	"database/sql"
	"strings"

	"paypane/web/payment"
)

// chainEvents is the third migration of a SQLite file: it links the events that
// were there before there was a chain, and closes them to changes again. When
// an attempt became unknown, and that its receipt could not be ordered, is what
// the events say.
func chainEvents(ctx context.Context, db *sql.Tx) error {
	t := &sqlTx{ctx: ctx, tx: db, rebind: func(statement string) string { return statement }}
	for _, statement := range []string{
		`UPDATE attempts SET ended_at = (SELECT min(at) FROM events WHERE attempt = attempts.id AND state = 'unknown')
			WHERE state = 'unknown'`,
		`UPDATE attempts SET mail = 'failed' WHERE state = 'taken' AND mail = ''
			AND EXISTS (SELECT 1 FROM events WHERE attempt = attempts.id AND what = 'email_failed')`,
	} {
		if _, err := t.exec(statement); err != nil {
			return err
		}
	}
	var before [32]byte
	was := map[string]payment.State{}
	then := strings.Replace(columns, termColumns, "0, ''", 1) // there were no terms
	const page = 500
	for from := int64(1); ; {
		events, err := t.events("", from, page)
		if err != nil {
			return err
		}
		for _, e := range events {
			attempts, err := t.readAttempts(then, "id = ?", e.Attempt)
			if err != nil {
				return err
			}
			if len(attempts) == 0 {
				return ErrNotFound
			}
			before = link(before, e, was[e.Attempt], attempts[0])
			was[e.Attempt] = e.State
			if err := t.one(`UPDATE events SET hash = ? WHERE seq = ?`, before[:], e.Seq); err != nil {
				return err
			}
			from = e.Seq + 1
		}
		if len(events) < page {
			break
		}
	}
	_, err := t.exec(`CREATE TRIGGER events_no_update BEFORE UPDATE ON events
		BEGIN SELECT RAISE(ABORT, 'events are append-only'); END`)
	return err
}
