package ledger

import (
	"database/sql"
	"errors"

	"paypane/web/payment"
)

// The conditions are in so many words, for the index of what lies in drawers. It has all
// that is asked for, so no attempt is read for it.
const inDrawer = ` FROM attempts WHERE practice = ? AND department = ? AND state = 'taken' AND staff_role <> ''`

// takers asks for one after the other: what each of them has taken lies between.
func (t *sqlTx) takers(practice, department int) (all []taker, err error) {
	for last := (taker{}); ; {
		next, args := nextTaker(practice, department, last)
		err := t.row(next, args...).Scan(&last.portal, &last.subject)
		if errors.Is(err, sql.ErrNoRows) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if last.subject != "" {
			all = append(all, last)
		}
	}
}

func nextTaker(practice, department int, after taker) (statement string, args []any) {
	return `SELECT portal, subject` + inDrawer + ` AND (portal, subject) > (?, ?) ORDER BY portal, subject LIMIT 1`,
		[]any{practice, department, after.portal, after.subject}
}

// ofTaker is what somebody has taken, whenever that was claimed.
func ofTaker(practice, department int, by taker, q takenQuery) (which string, args []any) {
	args = []any{practice, department, by.portal, by.subject, micros(q.endedFrom), micros(q.sentFrom)}
	for _, kind := range takings {
		args = append(args, string(kind))
	}
	return inDrawer + ` AND portal = ? AND subject = ? AND ended_at >= ? AND sent_at >= ? AND act IN (` + marks(len(takings)) + `)`, args
}

func (t *sqlTx) taken(practice, department int, by taker, q takenQuery) (sum takenSum, err error) {
	which, args := ofTaker(practice, department, by, q)
	args = append(args, q.after)
	var name sql.NullString
	var first, last sql.NullInt64
	if err := t.row(`SELECT count(*), max(staff_name), min(sent_at), max(sent_at)`+which+` AND claimed_seq > ?`, args...).
		Scan(&sum.entries, &name, &first, &last); err != nil {
		return sum, err
	}
	sum.name, sum.first, sum.last = name.String, moment(first), moment(last)
	if q.after == 0 {
		return sum, nil // nothing was claimed before
	}
	err = t.each(func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		sum.earlier = append(sum.earlier, id)
		return err
	}, `SELECT id`+which+` AND claimed_seq <= ? ORDER BY id`, args...)
	return sum, err
}

// liesIn reports whether an attempt is one of those that takers and taken are about.
func (a *Record) liesIn(practice, department int) bool {
	return a.Patient.Practice == practice && a.Patient.Department == department && a.State == payment.Succeeded && a.Staff.Role != ""
}
