package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"paypane/web/payment"
)

// CountedError says that a drawer was counted: by the same form, or meanwhile by
// another one, or so that nobody has signed it yet.
type CountedError struct {
	Number int64
	Same   bool // by the same form
}

func (e *CountedError) Error() string {
	return "the drawer was counted: " + strconv.FormatInt(e.Number, 10)
}

// MovedError says that something was taken, or came to be known, while somebody
// counted.
type MovedError struct{ Entries int }

func (e *MovedError) Error() string { return "the drawer has changed while it was counted" }

// ErrOpen says that too much in a drawer is under way or in doubt to be counted.
var ErrOpen = errors.New("too many attempts are in doubt")

// NewCount is a count as it is sent.
type NewCount struct {
	Drawer  Drawer
	Form    string
	Counted payment.Counted
	// Last and Entries are what the form was printed with: the number of the count
	// before, and how many attempts it was to cover.
	Last    int64
	Entries int
	// Again says that the count before is counted again: what it covered, and no more.
	Again bool
	// Limit is the most that may be off for one person to sign alone; Two says that two
	// have to, always.
	Limit payment.Amount
	Two   bool
	// For is whose drawer it is where somebody else counts it, by name, with why; the
	// zero Absence: whoever counts counts their own, or the department's.
	For Absence
}

// Absence is why somebody's drawer is counted by somebody else.
type Absence struct{ Name, Reason, Text string }

// CountDrawer records a count, and answers its number. What the drawer should hold is
// worked out in the same write: what is done after it belongs to the next one, and
// nothing to two. It refuses with *CountedError, *MovedError and ErrOpen. A drawer that
// is counted again takes two people: who counts knows by then what there should be. So
// does somebody else's: who counts for others may see what it should hold. Who may count
// it again, DrawerClose.Recounts says; for others it is counted.
func (l *Ledger) CountDrawer(ctx context.Context, a DeskAct, n NewCount) (number int64, err error) {
	if !base32ID.MatchString(n.Form) {
		return 0, fmt.Errorf("count a drawer: form: %w", ErrText)
	}
	d := n.Drawer
	if !d.At(d.Department) {
		return 0, fmt.Errorf("count a drawer: it is another department's: %w", ErrNotFound)
	}
	switch own := d.shared() || d.OwnedBy(a.Who); {
	case own && n.For != (Absence{}), !own && (n.For.Name == "" || n.For.Reason == ""):
		return 0, errors.New("count a drawer: it is said to be another one's than it is")
	}
	e, err := l.deskAct(ctx, func(t tx) (DeskAct, error) {
		before, last, err := d.newest(t)
		switch {
		case err != nil:
			return a, err
		case before.Seq > 0 && last.Form == n.Form:
			return a, &CountedError{before.Seq, true}
		case before.Seq != n.Last || n.Again && before.Seq == 0:
			return a, &CountedError{before.Seq, false}
		}
		if before.Seq > 0 {
			stood, err := l.closeOf(t, before, last, false)
			switch {
			case err != nil:
				return a, err
			case n.Again && !stood.Recounts(a.Who), !n.Again && stood.Stands != CloseDone:
				return a, &CountedError{before.Seq, false}
			}
		}
		newest, err := t.lastEvent()
		if err != nil {
			return a, err
		}
		c := count{Form: n.Form, Department: d.Department, Shared: d.shared(), After: before.Seq, From: last.Until, Until: newest.Seq, Counted: n.Counted}
		if n.For != (Absence{}) {
			c.For = &absence{scrubPAN(n.For.Name, 60), n.For.Reason, n.For.Text}
		}
		at := l.moment()
		if n.Again {
			c.After, c.From, c.Until, c.Replaces = last.After, last.From, last.Until, before.Seq
			if at, err = firstCounted(t, before, last); err != nil {
				return a, err
			}
		}
		in, open, undone, err := c.covered(t, d.Practice, d.name(), at)
		if err != nil {
			return a, err
		}
		if n.Again {
			c.Open = last.Open
		} else {
			if c.Entries = len(in); c.Entries != n.Entries {
				return a, &MovedError{c.Entries}
			}
			for _, a := range open {
				c.Open = append(c.Open, a.ID)
			}
		}
		if len(c.Open) > mostOpen {
			return a, ErrOpen
		}
		should := held(in, undone)
		c.Entries, c.Expected = len(in), expected{should.Cash, payment.CheckSum(should.Checks), should.Cards}
		c.Off = n.Counted.Against(should).Total()
		c.Two = n.Two || n.Again || c.For != nil || n.Limit.Less(c.Off)
		c.Signed = c.Off.IsZero() && !c.Two
		content, err := json.Marshal(c)
		a.What, a.About, a.Content = ActCounted, d.name(), string(content)
		a.Detail = "entries=" + strconv.Itoa(c.Entries) + " open=" + strconv.Itoa(len(c.Open))
		return a, err
	})
	return e.Seq, err
}

// OwnedBy reports whether the drawer is somebody's: "portal/subject". A name says of
// which department it is.
func (d Drawer) OwnedBy(who string) bool {
	if d.shared() {
		return false
	}
	department := d.Department
	if at, _, named := strings.Cut(strings.TrimPrefix(d.Named, "drawer-"), "-"); named {
		var err error
		if department, err = strconv.Atoi(at); err != nil {
			return false
		}
	}
	for i, c := range who {
		if c == '/' && (Drawer{Practice: d.Practice, Department: department, Portal: who[:i], Subject: who[i+1:]}).name() == d.name() {
			return true
		}
	}
	return false
}
