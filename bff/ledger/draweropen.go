package ledger

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"paypane/web/payment"
)

// Uncounted are those of some attempts that lie in a drawer and that no count covers
// yet, by their ids. shared says that drawers are the departments'.
func (l *Ledger) Uncounted(ctx context.Context, some []Record, shared bool) (uncounted map[string]bool, err error) {
	err = l.read(ctx, "read what is counted", func(t tx) error {
		uncounted, err = uncountedOf(t, some, shared)
		return err
	})
	return uncounted, err
}

// uncountedOf is Uncounted within a read.
func uncountedOf(t tx, some []Record, shared bool) (uncounted map[string]bool, err error) {
	type counted struct {
		at    time.Time
		until int64
	}
	uncounted = map[string]bool{}
	undone, err := undoneBy(t, some)
	if err != nil {
		return nil, err
	}
	known := map[Drawer]counted{}
	for _, a := range some {
		d, in := drawerOf(a, shared, undone)
		if !in {
			continue
		}
		last, read := known[d]
		if !read {
			e, c, err := d.newest(t)
			if err != nil {
				return nil, err
			}
			last.until = c.Until
			if e.Seq > 0 {
				if last.at, err = firstCounted(t, e, c); err != nil {
					return nil, err
				}
			}
			known[d] = last
		}
		switch {
		case a.State.Live() || a.ClaimedSeq > last.until:
			uncounted[a.ID] = true
		case a.State == payment.Succeeded && !a.Ended.Before(last.at.Add(-clockSkew)):
			taken, err := takenBy(t, a)
			if err != nil {
				return nil, err
			}
			if taken > last.until {
				uncounted[a.ID] = true
			}
		}
	}
	return uncounted, nil
}

// OpenDrawer is somebody's drawer in which something lies that no count covers.
type OpenDrawer struct {
	Drawer  Drawer
	Name    string // whose, for people to read
	Entries int
	Since   time.Time // of the first of them
	Last    time.Time // of the last one
}

// OpenDrawers are the drawers of people at a department of a practice in which something
// lies that no count covers, the one that waits longest first. It looks as far back as the
// first count of a drawer does. What was taken is added up by the database: of a practice
// that counts no drawers that is a month of payments.
func (l *Ledger) OpenDrawers(ctx context.Context, practice, department int) (open []OpenDrawer, err error) {
	err = l.read(ctx, "read drawers that are not counted", func(t tx) error {
		open = nil
		back := l.now().Add(-drawerBack)
		people, err := t.takers(practice, department)
		if err != nil {
			return err
		}
		for _, by := range people {
			o, err := openOf(t, practice, department, by, back)
			if err != nil {
				return err
			}
			if o.Entries > 0 {
				open = append(open, o)
			}
		}
		out, err := takenBack(t, practice, department, back)
		if err != nil {
			return err
		}
		for _, o := range out {
			open = put(open, o)
		}
		slices.SortFunc(open, func(a, b OpenDrawer) int {
			return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Drawer.Named, b.Drawer.Named))
		})
		return nil
	})
	return open, err
}

// put adds what lies in a drawer to those that are open.
func put(open []OpenDrawer, o OpenDrawer) []OpenDrawer {
	at := slices.IndexFunc(open, func(other OpenDrawer) bool { return o.Drawer == other.Drawer })
	if at < 0 {
		return append(open, o)
	}
	open[at].add(o)
	return open
}

// add adds what lies in the same drawer.
func (o *OpenDrawer) add(more OpenDrawer) {
	o.Entries += more.Entries
	if more.Since.Before(o.Since) {
		o.Since = more.Since
	}
	if more.Last.After(o.Last) {
		o.Last = more.Last
	}
}

// openOf is somebody's drawer with what they took since a moment and no count covers.
func openOf(t tx, practice, department int, by taker, back time.Time) (o OpenDrawer, err error) {
	d := Drawer{Practice: practice, Department: department, Portal: by.portal, Subject: by.subject}
	e, c, err := d.newest(t)
	if err != nil {
		return o, err
	}
	q := takenQuery{after: c.Until, sentFrom: back, endedFrom: back.Add(-clockSkew)}
	if e.Seq > 0 {
		at, err := firstCounted(t, e, c)
		if err != nil {
			return o, err
		}
		q.endedFrom = at.Add(-clockSkew)
	}
	sum, err := t.taken(practice, department, by, q)
	if err != nil {
		return o, err
	}
	o = OpenDrawer{Drawer: Drawer{Practice: practice, Department: department, Named: d.name()}, Name: cmp.Or(sum.name, by.subject), Entries: sum.entries, Since: sum.first, Last: sum.last}
	if len(sum.earlier) == 0 {
		return o, nil
	}
	late, err := t.attempts(search{ids: sum.earlier}) // on their way when it was counted, perhaps
	if err != nil {
		return o, err
	}
	for _, a := range late {
		event, err := takenBy(t, a)
		if err != nil {
			return o, err
		}
		if event <= c.Until {
			continue
		}
		if o.Entries == 0 {
			o.Name, o.Since, o.Last = cmp.Or(a.Staff.Name, by.subject), a.Sent, a.Sent
		}
		o.add(OpenDrawer{Entries: 1, Since: a.Sent, Last: a.Sent})
	}
	return o, nil
}

// takenBack are the drawers of people at a department out of which something was taken
// since a moment that no count covers: it leaves the drawer that it came into, wherever
// and by whomever it was taken back.
func takenBack(t tx, practice, department int, back time.Time) (open []OpenDrawer, err error) {
	found, err := t.attempts(search{practice: practice, kinds: []payment.Kind{payment.KindVoid}, staffed: true, states: []payment.State{payment.Succeeded}, sentFrom: back})
	if err != nil {
		return nil, err
	}
	undone, err := undoneBy(t, found)
	if err != nil {
		return nil, err
	}
	uncounted, err := uncountedOf(t, found, false)
	if err != nil {
		return nil, err
	}
	for _, a := range found {
		d, in := drawerOf(a, false, undone)
		if !in || d.Department != department || !uncounted[a.ID] {
			continue
		}
		of := CountedFor(a, undone)
		o := OpenDrawer{Drawer: Drawer{Practice: practice, Department: department, Named: d.name()}, Name: cmp.Or(of.Staff.Name, of.Subject), Entries: 1, Since: a.Sent, Last: a.Sent}
		open = put(open, o)
	}
	return open, nil
}
