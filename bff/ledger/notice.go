package ledger

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"paypane/web/payment"
)

// Notice is what a portal has still to be told: an event of an attempt that was begun
// from it. Notices are the outbox of webhooks: each is written in the transaction of its
// event, and stays until it is delivered or given up.
type Notice struct {
	Portal string
	Event  Event
	// Record is the attempt as it is now; its state may be a later one than the event's.
	Record Record
	Tries  int // how often it was taken, this time included
}

// outboxRow is a notice as it is stored.
type outboxRow struct {
	portal string
	seq    int64 // of the event
	tries  int
	due    time.Time
}

// Subscribe names the portals that are told of events from now on. It is for the start,
// before anything is written.
func (l *Ledger) Subscribe(portals ...string) { l.subscribers = portals }

// tell writes down that an event is to be told, to whom it is.
func (l *Ledger) tell(t tx, e Event, was payment.State, a Record) error {
	if len(l.subscribers) == 0 || e.What != EventSeen && (was == a.State || !a.State.Ended()) {
		return nil
	}
	told := []string{a.Portal}
	if a.Undoes != "" { // also who began what this takes back
		switch undone, err := attemptByID(t, a.Undoes); {
		case err == nil:
			told = append(told, undone.Portal)
		case !errors.Is(err, ErrNotFound):
			return err
		}
	}
	slices.Sort(told)
	for _, portal := range slices.Compact(told) {
		if slices.Contains(l.subscribers, portal) {
			if err := t.insertNotice(outboxRow{portal: portal, seq: e.Seq, due: e.At}); err != nil {
				return err
			}
		}
	}
	return nil
}

// TakeNotices returns what a portal is to be told by now, the first event first, at most
// limit, each for one caller. Who takes a notice and does not end it finds it again after
// wait of its tries: whatever became of the caller.
func (l *Ledger) TakeNotices(ctx context.Context, portal string, limit int, wait func(tries int) time.Duration) (taken []Notice, err error) {
	var due []outboxRow
	find := func(t tx) (err error) {
		due, err = t.notices(portal, l.now(), limit)
		return err
	}
	if err := l.read(ctx, "read notices", find); err != nil || len(due) == 0 {
		return nil, err
	}
	err = l.write(ctx, "take notices", func(t tx) error {
		taken = nil
		if err := find(t); err != nil {
			return err
		}
		for _, n := range due {
			events, err := t.events("", n.seq, 1)
			if err != nil {
				return err
			}
			if len(events) == 0 || events[0].Seq != n.seq {
				return ErrNotFound
			}
			a, err := attemptByID(t, events[0].Attempt)
			if err != nil {
				return err
			}
			n.tries++
			n.due = l.moment().Add(wait(n.tries))
			if err := t.updateNotice(n); err != nil {
				return err
			}
			taken = append(taken, Notice{Portal: portal, Event: events[0], Record: a, Tries: n.tries})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

// EndNotice forgets a notice: it was delivered, or is given up. One that is not there is
// no error.
func (l *Ledger) EndNotice(ctx context.Context, portal string, event int64) error {
	return l.write(ctx, "end notice", func(t tx) error { return t.deleteNotice(portal, event) })
}

func (m *memory) insertNotice(n outboxRow) error {
	before := m.outbox
	m.back(func() { m.outbox = before })
	m.outbox = append(slices.Clone(before), n)
	return nil
}

func (m *memory) notices(portal string, by time.Time, limit int) (due []outboxRow, err error) {
	for _, n := range m.outbox { // in the order of their events
		if n.portal == portal && !n.due.After(by) && len(due) < limit {
			due = append(due, n)
		}
	}
	return due, nil
}

func (m *memory) updateNotice(n outboxRow) error {
	before := m.outbox
	m.back(func() { m.outbox = before })
	m.outbox = slices.Clone(before)
	for i := range m.outbox {
		if m.outbox[i].portal == n.portal && m.outbox[i].seq == n.seq {
			m.outbox[i] = n
		}
	}
	return nil
}

func (m *memory) deleteNotice(portal string, event int64) error {
	before := m.outbox
	m.back(func() { m.outbox = before })
	m.outbox = slices.DeleteFunc(slices.Clone(before), func(n outboxRow) bool { return n.portal == portal && n.seq == event })
	return nil
}

func (t *sqlTx) insertNotice(n outboxRow) error {
	_, err := t.exec(`INSERT INTO notices (portal, seq, tries, due_at) VALUES (?, ?, ?, ?)`, n.portal, n.seq, n.tries, micros(n.due))
	return err
}

func (t *sqlTx) notices(portal string, by time.Time, limit int) (due []outboxRow, err error) {
	err = t.each(func(rows *sql.Rows) error {
		n := outboxRow{portal: portal}
		var at sql.NullInt64
		err := rows.Scan(&n.seq, &n.tries, &at)
		n.due = moment(at)
		due = append(due, n)
		return err
	}, `SELECT seq, tries, due_at FROM notices WHERE portal = ? AND due_at <= ? ORDER BY seq LIMIT ?`, portal, micros(by), limit)
	return due, err
}

func (t *sqlTx) updateNotice(n outboxRow) error {
	return t.one(`UPDATE notices SET tries = ?, due_at = ? WHERE portal = ? AND seq = ?`, n.tries, micros(n.due), n.portal, n.seq)
}

func (t *sqlTx) deleteNotice(portal string, event int64) error {
	_, err := t.exec(`DELETE FROM notices WHERE portal = ? AND seq = ?`, portal, event)
	return err
}
