package ledger

import (
	"context"
	"database/sql"

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
	const page = 500
	for from := int64(1); ; {
		events, err := t.eventsThen(from, page)
		if err != nil {
			return err
		}
		for _, e := range events {
			a, err := t.attemptThen(e.Attempt)
			if err != nil {
				return err
			}
			before = link(before, e, was[e.Attempt], a)
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

// eventsThen reads events as they were then, of which each belonged to an attempt.
func (t *sqlTx) eventsThen(from int64, limit int) (events []Event, err error) {
	err = t.each(func(rows *sql.Rows) error {
		var e Event
		var at sql.NullInt64
		err := rows.Scan(&e.Seq, &e.Attempt, &at, &e.Who, &e.What, &e.State, &e.Evidence)
		e.At = moment(at)
		events = append(events, e)
		return err
	}, `SELECT seq, attempt, at, who, what, state, evidence FROM events WHERE seq >= ? ORDER BY seq LIMIT ?`, from, limit)
	return events, err
}

// attemptThen reads an attempt as the second migration left it, as far as hashes
// are made over it. The list of its columns is that of then, whatever row says
// today.
func (t *sqlTx) attemptThen(id string) (Record, error) {
	var a Record
	var created, sent, ended sql.NullInt64
	err := t.row(`SELECT id, act, target, value_cents, practice, patient, department, appointment, portal, subject, patient_name,
		brand, last4, email, reference, refusal, created_at, sent_at, ended_at, basis, claimed_seq, before_ref
		FROM attempts WHERE id = ?`, id).Scan(&a.ID, &a.Kind, &a.Target, (*money)(&a.Value), &a.Patient.Practice, &a.Patient.ID,
		&a.Patient.Department, &a.Patient.Appointment, &a.Portal, &a.Subject, &a.PatientName, &a.Brand, &a.Last4, joined{&a.Email},
		&a.Reference, &a.Refusal, &created, &sent, &ended, &a.AsOfSeq, &a.ClaimedSeq, &a.ReceiptWatermark)
	if err != nil {
		return Record{}, err
	}
	a.Created, a.Sent, a.Ended = moment(created), moment(sent), moment(ended)
	some := []Record{a}
	err = t.readLines(some)
	return some[0], err
}
