package ledger

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"paypane/web/payment"
)

// columns are those of an attempt, in the order of scanAttempt.
const columns = `id, act, target, value_cents, practice, patient, department, appointment, portal, subject,
	patient_name, state, brand, last4, email, mail, reference, refusal, created_at, sent_at, ended_at, basis,
	claimed_seq, before_ref, looks, look_at, asked, why, ` + termColumns

// termColumns came with the fifth migration of a SQLite file.
const termColumns = `cycle_cents, start_day`

func scanAttempt(rows *sql.Rows) (Attempt, error) {
	var a Attempt
	var created, sent, ended, look sql.NullInt64
	var asked int64
	err := rows.Scan(&a.ID, &a.Act, &a.Target, (*money)(&a.Value), &a.Patient.Practice, &a.Patient.ID, &a.Patient.Department,
		&a.Patient.Appointment, &a.Portal, &a.Subject, &a.PatientName, &a.State, &a.Brand, &a.Last4, &a.Email, &a.Mail,
		&a.Reference, &a.Refusal, &created, &sent, &ended, &a.Basis, &a.ClaimedSeq, &a.Before, &a.Looks, &look, &asked, &a.Why,
		(*money)(&a.Terms.Cycle), &a.Terms.Start)
	a.Asked, a.EmailSent = asked != 0, a.Mail == MailSent
	a.Created, a.Sent, a.Ended, a.NextLook = moment(created), moment(sent), moment(ended), moment(look)
	return a, err
}

// where is the condition of a search.
func (s search) where() (condition string, args []any) {
	condition = "1 = 1"
	and := func(part string, values ...any) {
		condition += " AND " + part
		args = append(args, values...)
	}
	if s.id != "" {
		and("id = ?", s.id)
	}
	if len(s.ids) > 0 {
		values := make([]any, len(s.ids))
		for i, id := range s.ids {
			values[i] = id
		}
		and("id IN ("+marks(len(values))+")", values...)
	}
	if s.patient.Practice != 0 {
		and("practice = ? AND patient = ?", s.patient.Practice, s.patient.ID)
	}
	if len(s.states) > 0 {
		values := make([]any, len(s.states))
		for i, state := range s.states {
			values[i] = string(state)
		}
		and("state IN ("+marks(len(values))+")", values...)
	}
	if !s.endedFrom.IsZero() {
		and("ended_at >= ?", micros(s.endedFrom))
	}
	if !s.sentFrom.IsZero() {
		and("sent_at >= ?", micros(s.sentFrom))
	}
	if !s.movedBefore.IsZero() {
		and("sent_at < ?", micros(s.movedBefore))
	}
	if s.claimedFrom != 0 {
		and("claimed_seq >= ?", s.claimedFrom)
	}
	if s.practice != 0 {
		and("practice = ?", s.practice)
	}
	if !s.createdFrom.IsZero() {
		and("created_at >= ?", micros(s.createdFrom))
	}
	if s.code != "" {
		and("upper(substr(id, 1, ?)) = ?", len(s.code), s.code)
	}
	if len(s.references) > 0 {
		values := make([]any, len(s.references))
		for i, r := range s.references {
			values[i] = r
		}
		and("reference IN ("+marks(len(values))+")", values...)
	}
	if !s.dueBy.IsZero() {
		and("look_at <= ?", micros(s.dueBy))
	}
	if len(s.acts) > 0 {
		values := make([]any, len(s.acts))
		for i, act := range s.acts {
			values[i] = string(act)
		}
		and("act IN ("+marks(len(values))+")", values...)
	}
	if s.asked {
		and("asked = 1")
	}
	if s.mails {
		and("mail = ?", string(MailDue))
	}
	switch {
	case s.newest:
		condition += " ORDER BY created_at DESC, id"
	case s.dueBy.IsZero():
		condition += " ORDER BY claimed_seq DESC, id"
	default:
		condition += " ORDER BY look_at, id"
	}
	if s.limit != all {
		condition += " LIMIT ?"
		args = append(args, s.limit)
	}
	return condition, args
}

func (t *sqlTx) attempts(s search) ([]Attempt, error) {
	condition, args := s.where()
	return t.readAttempts(columns, condition, args...)
}

func (t *sqlTx) readAttempts(columns, condition string, args ...any) ([]Attempt, error) {
	var attempts []Attempt
	if err := t.each(func(rows *sql.Rows) error {
		a, err := scanAttempt(rows)
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
const linesAtOnce = 50

func (t *sqlTx) readLines(attempts []Attempt) error {
	ids, place := make([]any, len(attempts)), make(map[string]int, len(attempts))
	for i, a := range attempts {
		ids[i], place[a.ID] = a.ID, i
	}
	return t.each(func(rows *sql.Rows) error {
		var n payment.Line
		var id string
		var at int
		err := rows.Scan(&id, &at, &n.Bill, &n.Kind, &n.Number, &n.Service, &n.Title, (*money)(&n.Amount), (*money)(&n.Balance))
		lines := &attempts[place[id]].Charge.Lines
		if at != len(*lines) { // in place of one that is gone stands an empty one, which is refused
			*lines = append(*lines, payment.Line{})
		}
		*lines = append(*lines, n)
		return err
	}, `SELECT attempt, place, bill, kind, number, service, title, cents, balance_cents
		FROM lines WHERE attempt IN (`+marks(len(ids))+`) ORDER BY attempt, place`, ids...)
}

func (t *sqlTx) insertAttempt(a Attempt) error {
	if _, err := t.exec(`INSERT INTO attempts (`+columns+`) VALUES (`+marks(30)+`)`,
		a.ID, string(a.Act), a.Target, a.Value.Cents(), a.Patient.Practice, a.Patient.ID, a.Patient.Department,
		a.Patient.Appointment, a.Portal, a.Subject, a.PatientName, string(a.State), string(a.Brand), a.Last4, a.Email, string(a.Mail),
		a.Reference, string(a.Refusal), micros(a.Created), micros(a.Sent), micros(a.Ended), a.Basis, a.ClaimedSeq,
		a.Before, a.Looks, micros(a.NextLook), flag(a.Asked), a.Why, a.Terms.Cycle.Cents(), string(a.Terms.Start)); err != nil {
		return err
	}
	var lines [][]any
	for i, n := range a.Charge.Lines {
		lines = append(lines, []any{a.ID, i, n.Bill, string(n.Kind), n.Number, string(n.Service), n.Title, n.Amount.Cents(), n.Balance.Cents()})
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

func (t *sqlTx) updateAttempt(a Attempt) error {
	return t.one(`UPDATE attempts SET state = ?, brand = ?, last4 = ?, email = ?, mail = ?, reference = ?, refusal = ?,
		sent_at = ?, ended_at = ?, claimed_seq = ?, before_ref = ?, looks = ?, look_at = ?, asked = ?, why = ? WHERE id = ?`,
		string(a.State), string(a.Brand), a.Last4, a.Email, string(a.Mail), a.Reference, string(a.Refusal), micros(a.Sent), micros(a.Ended),
		a.ClaimedSeq, a.Before, a.Looks, micros(a.NextLook), flag(a.Asked), a.Why, a.ID)
}

func (t *sqlTx) holder(p payment.Patient, target string) (attempt string, err error) {
	err = t.row(`SELECT attempt FROM holds WHERE practice = ? AND patient = ? AND target = ?`,
		p.Practice, p.ID, target).Scan(&attempt)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return attempt, err
}

func (t *sqlTx) hold(p payment.Patient, target, attempt string) error {
	_, err := t.exec(`INSERT INTO holds (practice, patient, target, attempt) VALUES (?, ?, ?, ?)`,
		p.Practice, p.ID, target, attempt)
	return err
}

func (t *sqlTx) release(attempt string) error {
	_, err := t.exec(`DELETE FROM holds WHERE attempt = ?`, attempt)
	return err
}

// eventColumns are those of an event, in the order of scanEvent.
const eventColumns = `seq, attempt, at, who, what, state, evidence, hash`

func scanEvent(rows *sql.Rows) (Event, error) {
	var e Event
	var at sql.NullInt64
	var hash []byte
	err := rows.Scan(&e.Seq, &e.Attempt, &at, &e.Who, &e.What, &e.State, &e.Evidence, &hash)
	e.At = moment(at)
	copy(e.Hash[:], hash)
	return e, err
}

func (t *sqlTx) readEvents(rest string, args ...any) ([]Event, error) {
	var events []Event
	err := t.each(func(rows *sql.Rows) error {
		e, err := scanEvent(rows)
		events = append(events, e)
		return err
	}, `SELECT `+eventColumns+` FROM events `+rest, args...)
	return events, err
}

func (t *sqlTx) lastEvent() (Event, error) {
	if t.last != nil {
		return *t.last, nil
	}
	events, err := t.readEvents(`ORDER BY seq DESC LIMIT 1`)
	if err != nil || len(events) == 0 {
		return Event{}, err
	}
	t.last = &events[0]
	return events[0], nil
}

func (t *sqlTx) events(attempt string, from int64, limit int) ([]Event, error) {
	rest, args := `WHERE seq >= ?`, []any{from}
	if attempt != "" {
		rest, args = rest+` AND attempt = ?`, append(args, attempt)
	}
	rest += ` ORDER BY seq`
	if limit != all {
		rest, args = rest+` LIMIT ?`, append(args, limit)
	}
	return t.readEvents(rest, args...)
}

func (t *sqlTx) appendEvent(e Event) error {
	_, err := t.exec(`INSERT INTO events (`+eventColumns+`) VALUES (`+marks(8)+`)`,
		e.Seq, e.Attempt, micros(e.At), e.Who, e.What, string(e.State), e.Evidence, e.Hash[:])
	if err == nil {
		t.last = &e
	}
	return err
}

func (t *sqlTx) insertEntries(entries []Entry) error {
	var rows [][]any
	for _, e := range entries {
		rows = append(rows, []any{e.Event, e.Place, e.Attempt, e.From, e.To, e.Amount.Cents()})
	}
	return t.insert(`entries (event, place, attempt, source, destination, cents)`, rows)
}

func (t *sqlTx) entries(attempt string) ([]Entry, error) {
	return t.readEntries(`WHERE attempt = ?`, attempt)
}

func (t *sqlTx) entriesBetween(first, last int64) ([]Entry, error) {
	return t.readEntries(`WHERE event BETWEEN ? AND ?`, first, last)
}

func (t *sqlTx) readEntries(where string, args ...any) ([]Entry, error) {
	var entries []Entry
	err := t.each(func(rows *sql.Rows) error {
		var e Entry
		err := rows.Scan(&e.Event, &e.Place, &e.Attempt, &e.From, &e.To, (*money)(&e.Amount))
		entries = append(entries, e)
		return err
	}, `SELECT event, place, attempt, source, destination, cents FROM entries `+where+` ORDER BY event, place`, args...)
	return entries, err
}

func (t *sqlTx) holds() ([]hold, error) {
	var holds []hold
	err := t.each(func(rows *sql.Rows) error {
		var h hold
		err := rows.Scan(&h.practice, &h.patient, &h.target, &h.attempt)
		holds = append(holds, h)
		return err
	}, `SELECT practice, patient, target, attempt FROM holds`)
	return holds, err
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

func (t *sqlTx) delay(practice int) (time.Duration, error) {
	var n int64
	err := t.row(`SELECT lag FROM practices WHERE practice = ?`, practice).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return time.Duration(n) * time.Microsecond, err
}

func (t *sqlTx) setDelay(practice int, d time.Duration) error {
	_, err := t.exec(`INSERT INTO practices (practice, lag) VALUES (?, ?)
		ON CONFLICT (practice) DO UPDATE SET lag = excluded.lag`, practice, d.Microseconds())
	return err
}

func (t *sqlTx) heartbeat(at time.Time) error {
	_, err := t.exec(`INSERT INTO heartbeat (id, at) VALUES (1, ?)
		ON CONFLICT (id) DO UPDATE SET at = excluded.at`, micros(at))
	return err
}
