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
// first count of a drawer does.
func (l *Ledger) OpenDrawers(ctx context.Context, practice, department int) (open []OpenDrawer, err error) {
	err = l.read(ctx, "read drawers that are not counted", func(t tx) error {
		open = nil
		found, err := t.attempts(search{practice: practice, kinds: inDrawers, staffed: true, states: []payment.State{payment.Succeeded}, sentFrom: l.now().Add(-drawerBack)})
		if err != nil {
			return err
		}
		undone, err := undoneBy(t, found)
		if err != nil {
			return err
		}
		drawers := map[string]Drawer{}
		found = slices.DeleteFunc(found, func(a Record) bool { // it lies where it was taken, wherever it was taken back
			d, in := drawerOf(a, false, undone)
			drawers[a.ID] = d
			return !in || d.Department != department
		})
		uncounted, err := uncountedOf(t, found, false)
		if err != nil {
			return err
		}
		for _, a := range found {
			if !uncounted[a.ID] {
				continue
			}
			d, of := drawers[a.ID], CountedFor(a, undone)
			d = Drawer{Practice: practice, Department: d.Department, Named: d.name()}
			at := slices.IndexFunc(open, func(o OpenDrawer) bool { return o.Drawer == d })
			if at < 0 {
				at, open = len(open), append(open, OpenDrawer{Drawer: d, Name: cmp.Or(of.Staff.Name, of.Subject), Since: a.Sent, Last: a.Sent})
			}
			o := &open[at]
			if o.Entries++; a.Sent.Before(o.Since) {
				o.Since = a.Sent
			}
			if a.Sent.After(o.Last) {
				o.Last = a.Sent
			}
		}
		slices.SortFunc(open, func(a, b OpenDrawer) int {
			return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Drawer.Named, b.Drawer.Named))
		})
		return nil
	})
	return open, err
}
