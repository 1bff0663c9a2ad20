package ledger

import "database/sql"

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
