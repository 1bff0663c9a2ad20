package ledger

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"paypane/web/payment"
)

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
		values := several(s.ids)
		and("id IN ("+marks(len(values))+")", values...)
	}
	if s.patient.Practice != 0 {
		and("practice = ? AND patient = ?", s.patient.Practice, s.patient.ID)
	}
	switch {
	case len(s.states) == 1 && s.states[0] == payment.Created:
		and("state = 'created'") // in so many words, for the index of such attempts
	case len(s.states) > 0:
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
	if len(s.patients) > 0 {
		values := several(s.patients)
		and("patient IN ("+marks(len(values))+")", values...)
	}
	if !s.createdFrom.IsZero() {
		and("created_at >= ?", micros(s.createdFrom))
	}
	if s.code != "" {
		and("upper(substr(id, 1, ?)) = ?", len(s.code), s.code)
	}
	if len(s.undoes) > 0 {
		values := several(s.undoes)
		and("undoes IN ("+marks(len(values))+") AND undoes <> ''", values...)
	}
	if s.check != "" {
		and("check_number = ? AND check_number <> ''", s.check)
	}
	if s.vendor != "" {
		and("vendor_reference = ? AND vendor_reference <> ''", wide(s.vendor))
	}
	if len(s.references) > 0 {
		values := several(s.references)
		and("reference IN ("+marks(len(values))+")", values...)
	}
	if !s.dueBy.IsZero() {
		and("look_at <= ?", micros(s.dueBy))
	}
	switch {
	case len(s.kinds) == 1 && s.kinds[0] == payment.KindVoid:
		and("act = 'void'") // in so many words, for the index of such attempts
	case len(s.kinds) > 0:
		values := make([]any, len(s.kinds))
		for i, act := range s.kinds {
			values[i] = string(act)
		}
		and("act IN ("+marks(len(values))+")", values...)
	}
	if s.staffed {
		and("staff_role <> ''")
	}
	if s.needsReview {
		and("asked = 1")
	}
	// Both are negated: databases would take the index of states, in which nearly all
	// attempts have one state.
	lasting := []any{string(payment.Succeeded), string(watched[0]), string(watched[1]), string(watched[2])}
	if s.watched {
		and("NOT (state <> ? OR act NOT IN ("+marks(len(watched))+"))", lasting...)
	}
	if s.unwatched {
		and("NOT (state = ? AND act IN ("+marks(len(watched))+"))", lasting...)
	}
	if s.undue {
		and("look_at IS NULL")
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

// eventColumns are those of an event, in the order of scanEvent.
const eventColumns = `seq, attempt, at, who, what, state, evidence, hash, practice, patient, name, role, act, about, content`

func scanEvent(rows *sql.Rows) (Event, error) {
	var e Event
	var attempt sql.NullString
	var at sql.NullInt64
	var hash []byte
	d := &e.Desk
	err := rows.Scan(&e.Seq, &attempt, &at, &e.Who, &e.What, &e.State, joined{&e.Evidence}, &hash,
		&d.Practice, &d.Patient, &d.Name, &d.Role, &d.What, &d.About, &d.Content)
	e.Attempt, e.At = attempt.String, moment(at)
	if e.What == EventDesk {
		d.Who, d.Detail = e.Who, e.Evidence
	}
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

func (t *sqlTx) acts(q ActQuery) ([]Event, error) {
	rest, args := `WHERE practice > 0`, []any{}
	and := func(part string, values ...any) { rest, args = rest+" AND "+part, append(args, values...) }
	if !q.Everywhere {
		and(`practice = ?`, q.Practice)
	}
	if q.What != "" {
		and(`act = ?`, q.What)
	}
	if q.About != "" {
		and(`about = ?`, q.About)
	}
	if !q.Since.IsZero() {
		and(`at >= ?`, micros(q.Since))
	}
	if !q.Until.IsZero() {
		and(`at < ?`, micros(q.Until))
	}
	if q.Without != "" {
		follows := `SELECT 1 FROM events AS follows WHERE follows.act = ? AND follows.about = events.about AND follows.practice = events.practice AND follows.practice > 0 AND follows.seq > events.seq`
		if q.Unless == "" {
			and(`NOT EXISTS (`+follows+`)`, q.Without)
		} else {
			and(`NOT EXISTS (`+follows+` AND NOT EXISTS (SELECT 1 FROM events AS back WHERE back.act = ? AND back.about = follows.about AND back.practice = follows.practice AND back.practice > 0 AND back.seq > follows.seq))`,
				q.Without, q.Unless)
		}
	}
	rest += ` ORDER BY seq DESC`
	if q.Limit != all {
		rest, args = rest+` LIMIT ?`, append(args, q.Limit)
	}
	return t.readEvents(rest, args...)
}

func (t *sqlTx) appendEvent(e Event) error {
	_, err := t.exec(`INSERT INTO events (`+eventColumns+`) VALUES (`+marks(15)+`)`,
		e.Seq, sql.NullString{String: e.Attempt, Valid: e.Attempt != ""}, micros(e.At), e.Who, e.What, string(e.State), apart(e.Evidence), e.Hash[:],
		e.Desk.Practice, e.Desk.Patient, e.Desk.Name, e.Desk.Role, e.Desk.What, e.Desk.About, e.Desk.Content)
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

func (t *sqlTx) listingDelay(practice int) (time.Duration, error) {
	var n int64
	err := t.row(`SELECT lag FROM practices WHERE practice = ?`, practice).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return time.Duration(n) * time.Microsecond, err
}

func (t *sqlTx) setListingDelay(practice int, d time.Duration) error {
	_, err := t.exec(`INSERT INTO practices (practice, lag) VALUES (?, ?)
		ON CONFLICT (practice) DO UPDATE SET lag = excluded.lag`, practice, d.Microseconds())
	return err
}

func (t *sqlTx) zones() (map[[2]int]string, error) {
	found := map[[2]int]string{}
	return found, t.each(func(rows *sql.Rows) error {
		var practice, department int
		var name string
		err := rows.Scan(&practice, &department, &name)
		found[[2]int{practice, department}] = name
		return err
	}, `SELECT practice, department, zone FROM departments`)
}

func (t *sqlTx) setZone(practice, department int, name string) error {
	_, err := t.exec(`INSERT INTO departments (practice, department, zone) VALUES (?, ?, ?)
		ON CONFLICT (practice, department) DO UPDATE SET zone = excluded.zone`, practice, department, name)
	return err
}

func (t *sqlTx) heartbeat(at time.Time) error {
	_, err := t.exec(`INSERT INTO heartbeat (id, at) VALUES (1, ?)
		ON CONFLICT (id) DO UPDATE SET at = excluded.at`, micros(at))
	return err
}
