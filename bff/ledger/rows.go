package ledger

import (
	"context"
	"database/sql"

	"paypane/web/payment"
)

// attemptOf reads an attempt if it belongs to the patient.
func attemptOf(ctx context.Context, q querier, p payment.Patient, id string) (Attempt, error) {
	return single(attemptsWhere(ctx, q, `id = ? AND practice = ? AND patient = ?`, id, p.Practice, p.ID))
}

// attemptByID reads an attempt for callers that know it is theirs to change.
func attemptByID(ctx context.Context, q querier, id string) (Attempt, error) {
	return single(attemptsWhere(ctx, q, `id = ?`, id))
}

func single(attempts []Attempt, err error) (Attempt, error) {
	if err != nil {
		return Attempt{}, err
	}
	if len(attempts) == 0 {
		return Attempt{}, ErrNotFound
	}
	return attempts[0], nil
}

// attemptsWhere reads attempts with their lines. condition is a constant of
// this package.
func attemptsWhere(ctx context.Context, q querier, condition string, args ...any) ([]Attempt, error) {
	rows, err := q.QueryContext(ctx, `SELECT id, practice, patient, department, appointment, portal, subject,
		patient_name, state, coalesce(brand, ''), coalesce(last4, ''), email, email_sent, reference, refusal,
		created_at, sent_at, ended_at, basis FROM attempts WHERE `+condition, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var attempts []Attempt
	for rows.Next() {
		var a Attempt
		var created, sent, ended sql.NullInt64
		if err := rows.Scan(&a.ID, &a.Patient.Practice, &a.Patient.ID, &a.Patient.Department,
			&a.Patient.Appointment, &a.Portal, &a.Subject, &a.PatientName, &a.State, &a.Brand, &a.Last4, &a.Email,
			&a.EmailSent, &a.Reference, &a.Refusal, &created, &sent, &ended, &a.Basis); err != nil {
			return nil, err
		}
		a.Created, a.Sent, a.Ended = moment(created), moment(sent), moment(ended)
		attempts = append(attempts, a)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	rows.Close() // a transaction has one connection: free it for the lines
	for i := range attempts {
		if attempts[i].Charge.Lines, err = readLines(ctx, q, attempts[i].ID); err != nil {
			return nil, err
		}
	}
	return attempts, nil
}

func readLines(ctx context.Context, q querier, attempt string) ([]payment.Line, error) {
	rows, err := q.QueryContext(ctx, `SELECT bill, kind, number, service, title, cents, balance_cents
		FROM lines WHERE attempt = ? ORDER BY place`, attempt)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lines []payment.Line
	for rows.Next() {
		var n payment.Line
		var cents, balance int64
		if err := rows.Scan(&n.Bill, &n.Kind, &n.Number, &n.Service, &n.Title, &cents, &balance); err != nil {
			return nil, err
		}
		n.Amount, n.Balance = payment.Cents(cents), payment.Cents(balance) // the schema keeps them above zero
		lines = append(lines, n)
	}
	return lines, rows.Err()
}

// insertLines records the lines of a new attempt. Titles are text of the
// upstream: masked and cut like evidence.
func insertLines(ctx context.Context, tx *sql.Tx, attempt string, lines []payment.Line) error {
	for i, n := range lines {
		if _, err := tx.ExecContext(ctx, `INSERT INTO lines (attempt, place, bill, kind, number, service, title, cents, balance_cents)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			attempt, i, n.Bill, n.Kind, n.Number, n.Service, mask(n.Title, 200), n.Amount.Cents(), n.Balance.Cents()); err != nil {
			return err
		}
	}
	return nil
}
