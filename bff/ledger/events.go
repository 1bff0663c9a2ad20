package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"paypane/web/payment"
)

// What happened to an attempt.
const (
	EventCreated     = "created"
	EventClaimed     = "claimed"
	EventSettled     = "settled"
	EventRecovered   = "recovered"
	EventEmailed     = "emailed"
	EventEmailFailed = "email_failed"
)

// Event is one entry of the record, which only grows.
type Event struct {
	// Seq numbers all events of the ledger without a gap, in the order in which
	// they were committed. It is the ledger's own clock.
	Seq      int64
	Attempt  string
	At       time.Time
	What     string
	State    payment.State // of the attempt, after the event
	Evidence string        // at most 500 characters, nothing of the card
}

// Events returns what happened to an attempt, in order. It asks for no
// patient: it is for staff and for the reconciler.
func (l *Ledger) Events(ctx context.Context, attempt string) ([]Event, error) {
	events, err := readEvents(ctx, l.reader, attempt)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return events, nil
}

func readEvents(ctx context.Context, q querier, attempt string) ([]Event, error) {
	rows, err := q.QueryContext(ctx, `SELECT seq, attempt, at, what, state, evidence
		FROM events WHERE attempt = ? ORDER BY seq`, attempt)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var events []Event
	for rows.Next() {
		var e Event
		var at sql.NullInt64
		if err := rows.Scan(&e.Seq, &e.Attempt, &at, &e.What, &e.State, &e.Evidence); err != nil {
			return nil, err
		}
		e.At = moment(at)
		events = append(events, e)
	}
	return events, rows.Err()
}

// append adds an event in the transaction of the change it records.
func (l *Ledger) append(ctx context.Context, tx *sql.Tx, attempt, what string, s payment.State, evidence string) error {
	seq, err := nextEvent(ctx, tx)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO events (seq, attempt, at, what, state, evidence)
		VALUES (?, ?, ?, ?, ?, ?)`, seq, attempt, micros(l.now()), what, s, mask(evidence, 500))
	return err
}

// nextEvent is the number that the next event will have. Within a writing
// transaction nobody else can take it; a sequence of the database would leave
// gaps and follow another order than the commits.
func nextEvent(ctx context.Context, q querier) (seq int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) + 1 FROM events`).Scan(&seq)
	return seq, err
}
