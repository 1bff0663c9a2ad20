package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"paypane/web/payment"
)

// Fresh is how long after it was made an attempt may be claimed: after that,
// what is owed may have changed in ways the ledger does not see.
const Fresh = 60 * time.Minute

// Attempt is a payment.Attempt with what only the server knows of it.
type Attempt struct {
	payment.Attempt
	Patient payment.Patient
	Portal  string // through which the payer came
	// Subject is who acts, as the portal or the sign-in names them. One with
	// twelve digits in a row is kept as its digest ("sha256:…").
	Subject string
	// Basis is the moment that Spent returned before the amounts were made.
	Basis int64
}

// CardUse is what is kept of the card and of the wishes that come with it.
type CardUse struct {
	Brand payment.Brand
	Last4 string
	Email string // where the receipt goes; empty for none
}

// ClaimedError says that the attempt was claimed before: follow it, do not
// send it.
type ClaimedError struct{ Attempt Attempt }

func (e *ClaimedError) Error() string { return "claimed before, now " + string(e.Attempt.State) }

// ExpiredError says that the attempt was made too long ago to be claimed.
type ExpiredError struct{ Attempt Attempt }

func (e *ExpiredError) Error() string {
	return "made more than " + Fresh.String() + " ago"
}

// OverlapError says that another attempt for one of the same bills was claimed
// after the amounts were made and took the money, or may have.
type OverlapError struct{ Other Attempt }

func (e *OverlapError) Error() string {
	return "another attempt pays one of the bills, now " + string(e.Other.State)
}

// CreateAttempt records a new attempt with its lines, which nothing changes
// any more. Of a it takes the ID (16 to 32 characters of base32, like those of
// crypto/rand.Text: hexadecimal would have too many digits in a row), the
// charge, the patient with name, portal, subject and basis; the rest it sets itself and
// returns. It refuses a charge that is not valid and an ID that is taken.
func (l *Ledger) CreateAttempt(ctx context.Context, a Attempt) (Attempt, error) {
	err := a.Charge.Validate()
	switch {
	case err != nil:
		return Attempt{}, fmt.Errorf("create attempt: %w", err)
	case !numberFree(a.Portal, 64):
		return Attempt{}, fmt.Errorf("create attempt: portal: %w", ErrText)
	case !numberFree(a.ID, 32):
		return Attempt{}, fmt.Errorf("create attempt: id: %w", ErrText)
	}
	err = l.write(ctx, "create attempt", func(ctx context.Context, tx *sql.Tx) error {
		next, err := nextEvent(ctx, tx)
		if err != nil {
			return err
		}
		if a.Basis < 1 || a.Basis > next {
			return errors.New("without the basis that Spent returned")
		}
		var taken int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM attempts WHERE id = ?`, a.ID).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return ErrConflict
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO attempts
			(id, practice, patient, department, appointment, portal, subject, patient_name, state, created_at, basis)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			a.ID, a.Patient.Practice, a.Patient.ID, a.Patient.Department, a.Patient.Appointment,
			a.Portal, pseudonym(a.Subject), mask(a.PatientName, 200), payment.Created, micros(l.now()), a.Basis); err != nil {
			return err
		}
		if err := insertLines(ctx, tx, a.ID, a.Charge.Lines); err != nil {
			return err
		}
		if err := l.append(ctx, tx, a.ID, EventCreated, payment.Created, ""); err != nil {
			return err
		}
		a, err = attemptByID(ctx, tx, a.ID)
		return err
	})
	if err != nil {
		return Attempt{}, err
	}
	return a, nil
}

// Attempt returns an attempt of the patient: practice and patient have to
// match, department and appointment are only where and why. Another patient's
// attempt is ErrNotFound like one that does not exist.
func (l *Ledger) Attempt(ctx context.Context, p payment.Patient, id string) (Attempt, error) {
	a, err := attemptOf(ctx, l.reader, p, id)
	if err != nil {
		return Attempt{}, fmt.Errorf("read attempt: %w", err)
	}
	return a, nil
}

// Claim moves an attempt from created to sending and is the permission to send
// it, once: the first caller gets nil, and the move is on the disk by then.
// Everybody else gets *ClaimedError. It refuses with *ExpiredError,
// *OverlapError, ErrNotFound, and ErrText where the email address has
// twelve digits in a row; nothing has changed then. After any other error
// nothing may be sent either.
func (l *Ledger) Claim(ctx context.Context, p payment.Patient, id string, use CardUse) (Attempt, error) {
	if !numberFree(use.Email, 254) {
		return Attempt{}, fmt.Errorf("claim attempt: email: %w", ErrText)
	}
	var a Attempt
	err := l.write(ctx, "claim attempt", func(ctx context.Context, tx *sql.Tx) (err error) {
		if a, err = attemptOf(ctx, tx, p, id); err != nil {
			return err
		}
		now := l.now()
		switch {
		case a.State != payment.Created:
			return &ClaimedError{a}
		case now.Sub(a.Created) > Fresh:
			return &ExpiredError{a}
		}
		if err := overlap(ctx, tx, a); err != nil {
			return err
		}
		seq, err := nextEvent(ctx, tx)
		if err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, `UPDATE attempts
			SET state = ?, brand = ?, last4 = ?, email = ?, sent_at = ?, claimed_seq = ?
			WHERE id = ? AND state = ?`,
			payment.Sending, use.Brand, use.Last4, use.Email, micros(now), seq, id, payment.Created)
		if err := one(result, err, ErrConflict); err != nil {
			return err
		}
		if err := l.append(ctx, tx, id, EventClaimed, payment.Sending, string(use.Brand)+" "+use.Last4); err != nil {
			return err
		}
		a, err = attemptByID(ctx, tx, id)
		return err
	})
	if err != nil {
		return Attempt{}, err
	}
	return a, nil
}

// overlap looks for a payment of one of the same bills that the amounts of a
// do not know about: claimed at or after their basis, and not proved harmless.
func overlap(ctx context.Context, tx *sql.Tx, a Attempt) error {
	var other string
	err := tx.QueryRowContext(ctx, `SELECT id FROM attempts
		WHERE practice = ? AND patient = ? AND id <> ? AND claimed_seq >= ? AND state IN (?, ?, ?)
		AND EXISTS (SELECT 1 FROM lines AS mine JOIN lines AS theirs ON mine.bill = theirs.bill
			WHERE mine.attempt = ? AND theirs.attempt = attempts.id)
		ORDER BY claimed_seq LIMIT 1`,
		a.Patient.Practice, a.Patient.ID, a.ID, a.Basis, payment.Sending, payment.Unknown, payment.Taken,
		a.ID).Scan(&other)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	o, err := attemptByID(ctx, tx, other)
	if err != nil {
		return err
	}
	return &OverlapError{o}
}

// Settle records the outcome of an attempt that was sent. The same state again
// changes nothing and is no error; a move that payment.State.May forbids is
// ErrTransition, with the attempt as it stands. Texts never stand in the way
// of an outcome: what could hold a card number is masked, what is too long is
// cut.
func (l *Ledger) Settle(ctx context.Context, id string, o payment.Outcome) (Attempt, error) {
	var a Attempt
	err := l.write(ctx, "settle attempt", func(ctx context.Context, tx *sql.Tx) (err error) {
		if a, err = attemptByID(ctx, tx, id); err != nil {
			return err
		}
		switch {
		case a.State == o.State && a.State != payment.Created && a.State != payment.Sending:
			return nil
		case o.State == payment.Sending || !a.State.May(o.State):
			return fmt.Errorf("%w: from %s to %s", ErrTransition, a.State, o.State)
		}
		var reference, refusal string
		switch o.State {
		case payment.Taken:
			reference = mask(o.Reference, 64)
		case payment.Declined, payment.NotSent:
			refusal = mask(string(o.Refusal), 11)
		}
		result, err := tx.ExecContext(ctx, `UPDATE attempts
			SET state = ?, reference = ?, refusal = ?, ended_at = ? WHERE id = ? AND state = ?`,
			o.State, reference, refusal, micros(l.now()), id, a.State)
		if err := one(result, err, ErrConflict); err != nil {
			return err
		}
		if err := l.append(ctx, tx, id, EventSettled, o.State, o.Evidence); err != nil {
			return err
		}
		a, err = attemptByID(ctx, tx, id)
		return err
	})
	return a, err
}

// MarkEmailed records whether the upstream took the order to send the receipt
// of a taken attempt. Once it did, that stays.
func (l *Ledger) MarkEmailed(ctx context.Context, id string, ok bool, evidence string) error {
	what := EventEmailFailed
	if ok {
		what = EventEmailed
	}
	return l.write(ctx, "mark receipt", func(ctx context.Context, tx *sql.Tx) error {
		a, err := attemptByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if a.State != payment.Taken {
			return fmt.Errorf("%w: no receipt for %s", ErrTransition, a.State)
		}
		if ok {
			if _, err := tx.ExecContext(ctx, `UPDATE attempts SET email_sent = 1 WHERE id = ?`, id); err != nil {
				return err
			}
		}
		return l.append(ctx, tx, id, what, a.State, evidence)
	})
}
