package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"paypane/web/payment"
)

// CloseStands is where the close of a drawer stands.
type CloseStands string

const (
	CloseCounted CloseStands = "counted" // it is not signed
	CloseWaits   CloseStands = "waits"   // it is signed by one, and waits for another
	CloseLapsed  CloseStands = "lapsed"  // nobody approved in time
	CloseRefused CloseStands = "refused"
	CloseDone    CloseStands = "closed"
)

// DrawerClose is a count of a drawer, and what became of it. Nothing of a count
// changes: what is counted again is another count.
type DrawerClose struct {
	Number     int64 // of its event
	At         time.Time
	Department int
	Shared     bool
	By         Signer // who counted
	Role       string
	// For is whose drawer it is where somebody else counted it, with why; the zero
	// Absence: it is theirs, or the department's.
	For     Absence
	Counted payment.Counted
	// Expected and Off are cents that should have been there in cash, without the
	// float, and all that is not as it should be, added up.
	Expected int64
	Off      payment.Amount
	// Net is how many cents more than that there are, too little taken off too much.
	Net int64
	Two bool // it takes two people

	Stands       CloseStands
	Reason, Text string // why it is not as it should be
	Signed       time.Time
	// Second is who approved or refused, and Refusal why not.
	Second  Signer
	Ended   time.Time
	Refusal string

	Replaces, ReplacedBy int64

	// The rest is read of one close alone: what it covers, what was in doubt, what it
	// should have held, and since when.
	In, Open []Record
	Held     payment.Held
	Since    time.Time
	undone   map[string]Record

	drawer Drawer
}

// CountedBy reports whether somebody counted the drawer.
func (d DrawerClose) CountedBy(who string) bool { return isActor(d.By.ID, who) }

// Of reports whether it is somebody's drawer, whoever counted it.
func (d DrawerClose) Of(who string) bool { return d.drawer.OwnedBy(who) }

// Recounts reports whether somebody may count the drawer again: who counted it, anybody of
// the department's drawer, and of somebody else's whoever counts for them, but only what
// is neither closed nor waits for a second person. Nobody else counts over the head of who
// counted, whose drawer it is least of all.
func (d DrawerClose) Recounts(who string) bool {
	return d.ReplacedBy == 0 && (d.Shared || d.CountedBy(who) || !d.Of(who) && d.Stands != CloseDone && d.Stands != CloseWaits)
}

// Drawer is the drawer by the name that the record has for it.
func (d DrawerClose) Drawer() Drawer { return d.drawer }

// firstCounted is when the first of the counts that replace each other was made.
func firstCounted(t tx, e Event, c count) (time.Time, error) {
	for c.Replaces > 0 {
		var err error
		if e, c, err = countAt(t, e.Desk.Practice, c.Replaces); err != nil {
			return time.Time{}, err
		}
	}
	return e.At, nil
}

// closeOf is a count with what became of it; whole: also with what it covers.
func (l *Ledger) closeOf(t tx, e Event, c count, whole bool) (DrawerClose, error) {
	d := DrawerClose{Number: e.Seq, At: e.At, Department: c.Department, Shared: c.Shared, By: Signer{e.Who, e.Desk.Name}, Role: e.Desk.Role,
		Counted: c.Counted, Expected: c.Expected.Cash, Off: c.Off, Net: c.net(), Two: c.Two, Replaces: c.Replaces, Stands: CloseCounted,
		drawer: Drawer{Practice: e.Desk.Practice, Department: c.Department}}
	if !c.Shared {
		d.drawer.Named = e.Desk.About
	}
	if c.For != nil {
		d.For = Absence(*c.For)
	}
	if c.Signed {
		d.Stands, d.Signed, d.Ended = CloseDone, e.At, e.At
	}
	acts, err := t.acts(ActQuery{Practice: e.Desk.Practice, About: aboutCount(e.Seq), Since: e.At.Add(-clockSkew)})
	if err != nil {
		return d, err
	}
	for _, act := range slices.Backward(acts) {
		if err := d.follow(act); err != nil {
			return d, err
		}
	}
	if d.Stands == CloseWaits && l.now().Sub(d.Signed) >= ApproveWithin {
		d.Stands = CloseLapsed
	}
	later, err := t.acts(ActQuery{Practice: e.Desk.Practice, What: ActCounted, About: e.Desk.About, Since: e.At.Add(-clockSkew)})
	if err != nil {
		return d, err
	}
	for _, act := range later {
		var other count
		if err := json.Unmarshal([]byte(act.Desk.Content), &other); err != nil {
			return d, err
		}
		if other.Replaces == d.Number {
			d.ReplacedBy = act.Seq
		}
	}
	if !whole {
		return d, nil
	}
	return d, d.read(t, e, c)
}

// follow is what an act about a count changes.
func (d *DrawerClose) follow(act Event) error {
	switch by := (Signer{act.Who, act.Desk.Name}); act.Desk.What {
	case ActDrawerSigned:
		var s signature
		if err := json.Unmarshal([]byte(act.Desk.Content), &s); err != nil {
			return fmt.Errorf("signature %d: %w", act.Seq, err)
		}
		d.Stands, d.Signed, d.Reason, d.Text = CloseWaits, act.At, s.Reason, s.Text
		d.Second, d.Ended, d.Refusal = Signer{}, time.Time{}, ""
		if !d.Two {
			d.Stands, d.Ended = CloseDone, act.At
		}
	case ActDrawerApproved:
		d.Stands, d.Second, d.Ended = CloseDone, by, act.At
	case ActDrawerRefused:
		var s signature
		if err := json.Unmarshal([]byte(act.Desk.Content), &s); err != nil {
			return fmt.Errorf("refusal %d: %w", act.Seq, err)
		}
		d.Stands, d.Second, d.Ended, d.Refusal = CloseRefused, by, act.At, s.Text
	}
	return nil
}

// read reads what the close covers.
func (d *DrawerClose) read(t tx, e Event, c count) error {
	at, err := firstCounted(t, e, c)
	if err != nil {
		return err
	}
	if c.After > 0 {
		before, last, err := countAt(t, e.Desk.Practice, c.After)
		if err != nil {
			return err
		}
		if d.Since, err = firstCounted(t, before, last); err != nil {
			return err
		}
	}
	if d.In, _, d.undone, err = c.covered(t, e.Desk.Practice, e.Desk.About, at); err != nil {
		return err
	}
	d.Held = held(d.In, d.undone)
	if len(c.Open) > 0 {
		open, err := t.attempts(search{ids: c.Open})
		if err != nil {
			return err
		}
		d.Open = slices.DeleteFunc(open, func(a Record) bool { return a.State == payment.NotDone && a.Ended.Before(at) })
	}
	return nil
}

// aboutCount is what the acts about a count are about.
func aboutCount(number int64) string { return "count-" + strconv.FormatInt(number, 10) }

// DrawerClose is a close of a practice, with what it covers.
func (l *Ledger) DrawerClose(ctx context.Context, practice int, number int64) (d DrawerClose, err error) {
	err = l.read(ctx, "read a close", func(t tx) error {
		e, c, err := countAt(t, practice, number)
		if err == nil {
			d, err = l.closeOf(t, e, c, true)
		}
		return err
	})
	return d, err
}

// DrawerCloses are the counts of a practice from one moment until before another, the
// last one first, without what they cover.
func (l *Ledger) DrawerCloses(ctx context.Context, practice int, from, until time.Time) (all []DrawerClose, err error) {
	err = l.read(ctx, "read closes", func(t tx) error {
		all, err = l.closes(t, ActQuery{Practice: practice, What: ActCounted, Since: from, Until: until}, func(e Event) int64 { return e.Seq })
		return err
	})
	return all, err
}

// DrawersWaiting are the closes of a practice that wait for a second person.
func (l *Ledger) DrawersWaiting(ctx context.Context, practice int) (waiting []DrawerClose, err error) {
	err = l.read(ctx, "read closes that wait", func(t tx) error {
		waiting, err = l.closes(t, ActQuery{Practice: practice, What: ActDrawerSigned, Since: l.now().Add(-ApproveWithin - clockSkew)}, func(e Event) int64 {
			number, _ := strconv.ParseInt(strings.TrimPrefix(e.Desk.About, "count-"), 10, 64)
			return number
		})
		waiting = slices.DeleteFunc(waiting, func(d DrawerClose) bool { return d.Stands != CloseWaits || d.ReplacedBy > 0 })
		return err
	})
	return waiting, err
}

// closes are the closes that acts are about, each once.
func (l *Ledger) closes(t tx, q ActQuery, of func(Event) int64) (all []DrawerClose, err error) {
	acts, err := t.acts(q)
	if err != nil {
		return nil, err
	}
	for _, act := range acts {
		number := of(act)
		if slices.ContainsFunc(all, func(d DrawerClose) bool { return d.Number == number }) {
			continue
		}
		e, c, err := countAt(t, q.Practice, number)
		if err != nil {
			return nil, err
		}
		d, err := l.closeOf(t, e, c, false)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}
