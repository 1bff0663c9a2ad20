package ledger

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"paypane/web/payment"
)

func (t *sqlTx) attempts(s search) ([]Record, error) {
	condition, args := s.where()
	return t.readAttempts(condition, args...)
}

func (t *sqlTx) readAttempts(condition string, args ...any) ([]Record, error) {
	var attempts []Record
	scan := attemptScanner()
	if err := t.each(func(rows *sql.Rows) error {
		a, err := scan(rows)
		attempts = append(attempts, a)
		return err
	}, `SELECT `+columns+` FROM attempts WHERE `+condition, args...); err != nil {
		return nil, err
	}
	for some := range slices.Chunk(attempts, linesAtOnce) {
		if err := t.readLines(some); err != nil {
			return nil, err
		}
	}
	return attempts, nil
}

// linesAtOnce is for how many attempts the lines are read at once.
const linesAtOnce = 512

func (t *sqlTx) readLines(attempts []Record) error {
	all, place := make([]string, len(attempts)), make(map[string]int, len(attempts))
	for i, a := range attempts {
		all[i], place[a.ID] = a.ID, i
	}
	ids := several(all)
	return t.each(func(rows *sql.Rows) error {
		var n payment.Line
		var id string
		var at int
		err := rows.Scan(&id, &at, &n.Bill, &n.Kind, &n.Number, &n.Service, joined{&n.Title}, (*money)(&n.Amount), (*money)(&n.Balance))
		lines := &attempts[place[id]].Charge.Lines
		if at != len(*lines) { // in place of one that is gone stands an empty one, which is refused
			*lines = append(*lines, payment.Line{})
		}
		*lines = append(*lines, n)
		return err
	}, `SELECT attempt, place, bill, kind, number, service, title, cents, balance_cents
		FROM lines WHERE attempt IN (`+marks(len(ids))+`) ORDER BY attempt, place`, ids...)
}

func (t *sqlTx) insertAttempt(a Record) error {
	all := func(field) bool { return true }
	if _, err := t.exec(`INSERT INTO attempts (`+columns+`) VALUES (`+marks(len(row))+`)`, a.values(all)...); err != nil {
		return err
	}
	var lines [][]any
	for i, n := range a.Charge.Lines {
		lines = append(lines, []any{a.ID, i, n.Bill, string(n.Kind), n.Number, string(n.Service), apart(n.Title), n.Amount.Cents(), n.Balance.Cents()})
	}
	return t.insert(`lines (attempt, place, bill, kind, number, service, title, cents, balance_cents)`, lines)
}

// insert adds rows to a table, of which the columns are named.
func (t *sqlTx) insert(into string, rows [][]any) error {
	const atOnce = 100
	for some := range slices.Chunk(rows, atOnce) {
		row := "(" + marks(len(some[0])) + ")"
		if _, err := t.exec(`INSERT INTO `+into+` VALUES `+row+strings.Repeat(", "+row, len(some)-1), slices.Concat(some...)...); err != nil {
			return err
		}
	}
	return nil
}

func (t *sqlTx) updateAttempt(a Record) error {
	values := a.values(func(f field) bool { return f.fixed != atCreation })
	return t.one(`UPDATE attempts SET `+strings.Join(changeable, ` = ?, `)+` = ? WHERE id = ?`, append(values, a.ID)...)
}

func (t *sqlTx) lockOwner(p payment.Patient, target string) (attempt string, err error) {
	err = t.row(`SELECT attempt FROM holds WHERE practice = ? AND patient = ? AND target = ?`,
		p.Practice, p.ID, target).Scan(&attempt)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return attempt, err
}

func (t *sqlTx) lock(p payment.Patient, target, attempt string) error {
	_, err := t.exec(`INSERT INTO holds (practice, patient, target, attempt) VALUES (?, ?, ?, ?)`,
		p.Practice, p.ID, target, attempt)
	return err
}

func (t *sqlTx) unlock(attempt string) error {
	_, err := t.exec(`DELETE FROM holds WHERE attempt = ?`, attempt)
	return err
}

func (t *sqlTx) locks() ([]targetLock, error) {
	var locks []targetLock
	err := t.each(func(rows *sql.Rows) error {
		var h targetLock
		err := rows.Scan(&h.practice, &h.patient, &h.target, &h.attempt)
		locks = append(locks, h)
		return err
	}, `SELECT practice, patient, target, attempt FROM holds`)
	return locks, err
}

func (t *sqlTx) census() (c census, err error) {
	err = t.row(`SELECT (SELECT count(*) FROM attempts), (SELECT count(*) FROM lines), (SELECT count(*) FROM consents)`).
		Scan(&c.attempts, &c.lines, &c.consents)
	return c, err
}

// money scans a number of cents.
type money payment.Amount

func (m *money) Scan(value any) error {
	cents, ok := value.(int64)
	if !ok || cents < 0 {
		return payment.ErrAmount
	}
	*m = money(payment.Cents(cents))
	return nil
}
