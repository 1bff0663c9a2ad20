package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"paypane/web/payment"
)

// Recovered is the evidence of an attempt that was in sending when the process
// that sent it ended.
const Recovered = "recovered at start"

// Lately is how long after a payment was taken its bills may still be shown by
// the upstream as if it were not. Payers are told that it may take a day.
const Lately = 24 * time.Hour

// Spent returns the lines of the patient's attempts that took money lately, or
// since the oldest that may still move some, and of those, for
// payment.Statement.Reserve; and the moment at which they were read, for
// Attempt.Basis. Call it before asking the upstream what is owed; the package's
// documentation says why.
func (l *Ledger) Spent(ctx context.Context, p payment.Patient) (spent []payment.Spent, basis int64, err error) {
	// The moment is read first: what is claimed in between is then both in the
	// lines and after the basis, which refuses too much and never too little.
	if basis, err = nextEvent(ctx, l.reader); err != nil {
		return nil, 0, fmt.Errorf("read spent money: %w", err)
	}
	attempts, err := l.LiveAttempts(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	since := l.now().Add(-Lately)
	for _, a := range attempts {
		if a.Created.Before(since) {
			since = a.Created
		}
	}
	taken, err := l.TakenSince(ctx, p, since)
	if err != nil {
		return nil, 0, err
	}
	for _, a := range append(attempts, taken...) {
		for _, line := range a.Charge.Lines {
			spent = append(spent, payment.Spent{Line: line, Known: a.State == payment.Taken})
		}
	}
	return spent, basis, nil
}

// TakenSince returns the patient's attempts that were taken at or after the
// given moment, the last claimed first.
func (l *Ledger) TakenSince(ctx context.Context, p payment.Patient, since time.Time) ([]Attempt, error) {
	attempts, err := attemptsWhere(ctx, l.reader,
		`practice = ? AND patient = ? AND state = ? AND ended_at >= ? ORDER BY claimed_seq DESC`,
		p.Practice, p.ID, payment.Taken, micros(since))
	if err != nil {
		return nil, fmt.Errorf("read taken attempts: %w", err)
	}
	return attempts, nil
}

// LiveAttempts returns the patient's attempts in sending or unknown, the last
// claimed first.
func (l *Ledger) LiveAttempts(ctx context.Context, p payment.Patient) ([]Attempt, error) {
	attempts, err := attemptsWhere(ctx, l.reader,
		`practice = ? AND patient = ? AND state IN (?, ?) ORDER BY claimed_seq DESC`,
		p.Practice, p.ID, payment.Sending, payment.Unknown)
	if err != nil {
		return nil, fmt.Errorf("read live attempts: %w", err)
	}
	return attempts, nil
}

// RecoverSending turns every attempt in sending into unknown and returns how
// many there were. Call it at start-up, before anything can be sent: whoever
// was sending them is gone, and nobody knows what became of them.
func (l *Ledger) RecoverSending(ctx context.Context) (int, error) {
	var attempts []Attempt
	err := l.write(ctx, "recover attempts", func(ctx context.Context, tx *sql.Tx) (err error) {
		attempts, err = attemptsWhere(ctx, tx, `state = ? ORDER BY claimed_seq`, payment.Sending)
		if err != nil {
			return err
		}
		for _, a := range attempts {
			result, err := tx.ExecContext(ctx, `UPDATE attempts SET state = ?, ended_at = ? WHERE id = ? AND state = ?`,
				payment.Unknown, micros(l.now()), a.ID, payment.Sending)
			if err := one(result, err, ErrConflict); err != nil {
				return err
			}
			if err := l.append(ctx, tx, a.ID, EventRecovered, payment.Unknown, Recovered); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(attempts), nil
}
