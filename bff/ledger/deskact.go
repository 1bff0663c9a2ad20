package ledger

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// DeskAct is what somebody of the practice's staff did, or was refused, that
// belongs to no attempt: an event of the chain like those of attempts. The upstream
// knows of nobody who works at the desk, so what is not here, nobody knows.
type DeskAct struct {
	Practice int
	Who      string // "portal/subject", like the Who of other events
	Name     string // for people to read
	Role     string // see Staff
	What     string // "search", "refused", "close": a word or a few, of a list of the caller's
	Patient  int    // 0: no one
	// About is the attempt, or the number, that it is about; empty: nothing.
	About string
	// Detail are kinds and counts, never words that were typed.
	Detail string
	// Content is what there is to keep of it, a JSON object; empty: nothing.
	Content string
}

// DeskAct writes down what somebody at the desk did or was refused.
func (l *Ledger) DeskAct(ctx context.Context, a DeskAct) error {
	_, err := l.deskAct(ctx, func(tx) (DeskAct, error) { return a, nil })
	return err
}

// deskAct writes down an act that is made of what the ledger holds at that moment.
func (l *Ledger) deskAct(ctx context.Context, make func(tx) (DeskAct, error)) (e Event, err error) {
	err = l.write(ctx, "write down an act at the desk", func(t tx) error {
		a, err := make(t)
		if err == nil {
			e, err = l.act(t, a)
		}
		return err
	})
	return e, err
}

// act writes an act down within a write.
func (l *Ledger) act(t tx, a DeskAct) (e Event, err error) {
	if a, err = a.fitting(); err != nil {
		return e, err
	}
	last, err := t.lastEvent()
	if err != nil {
		return e, err
	}
	e = Event{Seq: last.Seq + 1, At: l.moment(), Who: a.Who, What: EventDesk, Evidence: a.Detail, Desk: a}
	e.Hash = link(last.Hash, e, "", Record{})
	return e, t.appendEvent(e)
}

// fitting is the act as it is kept, or why it cannot be.
func (a DeskAct) fitting() (DeskAct, error) {
	a.Who, a.Name, a.Detail = scrubPAN(actor(a.Who), 330), scrubPAN(a.Name, 200), scrubPAN(a.Detail, 500)
	switch {
	case a.Practice < 1 || a.Practice > highestNumber || a.Patient < 0 || a.Patient > highestNumber:
		return a, errors.New("an act of no practice, or of a patient that cannot be one")
	case a.Who == "":
		return a, errors.New("an act of nobody")
	case !slices.Contains(staffRoles, a.Role):
		return a, fmt.Errorf("unknown role %q", a.Role)
	case a.What == "" || !numberFree(a.What, 64) || !numberFree(a.About, 64):
		return a, fmt.Errorf("what was done: %w", ErrText)
	case a.Content != "" && (!numberFree(a.Content, longestContent) || a.Content[0] != '{' || !json.Valid([]byte(a.Content))):
		return a, fmt.Errorf("content: %w", ErrText)
	}
	return a, nil
}

const longestContent = 4000

// act is what the event of an act is hashed over, beside what all events are.
func (h *hasher) act(a DeskAct) {
	h.text("desk")
	h.number(int64(a.Practice))
	h.number(int64(a.Patient))
	for _, s := range []string{a.Name, a.Role, a.What, a.About, a.Content} {
		h.text(s)
	}
}

// ActQuery says which acts DeskActs returns; what is zero does not restrict, but for
// the practice.
type ActQuery struct {
	Practice   int
	Everywhere bool // at all practices: for operators
	What       string
	About      string
	// Without leaves out what a later act of this name is about, too, at the practice,
	// and Unless keeps it where an act of that name, later again, took the other back.
	Without, Unless string
	Since, Until    time.Time // done then or later, and before
	Limit           int
}

// DeskActs returns acts at a practice's desk, the last one first.
func (l *Ledger) DeskActs(ctx context.Context, q ActQuery) (acts []Event, err error) {
	err = l.read(ctx, "read acts at the desk", func(t tx) (err error) {
		acts, err = t.acts(q)
		return err
	})
	return acts, err
}

// EachAct hands the acts at all desks to fn in their order: those from since, before
// until; zero moments do not restrict.
func (l *Ledger) EachAct(ctx context.Context, since, until time.Time, fn func(Event) error) error {
	return l.read(ctx, "read acts at the desk", func(t tx) error {
		return pages(t, 1, func(events []Event, _ map[string]Record, _ []Entry) error {
			for _, e := range events {
				if e.What == EventDesk && !e.At.Before(since) && (until.IsZero() || e.At.Before(until)) {
					if err := fn(e); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}

func (q ActQuery) finds(e Event) bool {
	return e.What == EventDesk && (q.Everywhere || e.Desk.Practice == q.Practice) && cmp.Or(q.What, e.Desk.What) == e.Desk.What &&
		cmp.Or(q.About, e.Desk.About) == e.Desk.About && !e.At.Before(q.Since) && (q.Until.IsZero() || e.At.Before(q.Until))
}
