package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"paypane/web/payment"
)

// What is written down of drawers. A count is about its drawer; the others are about
// a count, by the number of its event.
const (
	ActCounted        = "drawer_counted"
	ActDrawerSigned   = "drawer_signed" // by who counted
	ActDrawerApproved = "drawer_approved"
	ActDrawerRefused  = "drawer_refused"
)

const (
	// drawerBack is how far back the first count of a drawer looks.
	drawerBack = 31 * 24 * time.Hour
	// clockSkew is how far the clocks of servers on one ledger may be apart, and more.
	clockSkew = 5 * time.Minute
	// lateAnswer is how long what is said not to be done may still turn out to be.
	lateAnswer = 7 * 24 * time.Hour
	// mostOpen is how many attempts in doubt the record of a count names.
	mostOpen = 30
)

// Drawer is a drawer for money at a desk: one person's at one department, or where a
// practice has it so, the department's.
type Drawer struct {
	Practice, Department int
	// Portal and Subject are whose it is; both empty: it is the department's.
	Portal, Subject string
	// Named is somebody's drawer by the name that the record has for it, in place of who
	// they are: for those who count for them (OpenDrawers).
	Named string
}

// shared reports whether it is the department's.
func (d Drawer) shared() bool { return d.Subject == "" && d.Named == "" }

// name is what counts of the drawer are about. A person is named by letters alone.
func (d Drawer) name() string {
	if d.Named != "" {
		return d.Named
	}
	name := departmentDrawer(d.Department)
	if d.Subject == "" {
		return name
	}
	sum := sha256.Sum256([]byte(d.Portal + "\x00" + pseudonym(d.Subject)))
	return name + "-" + strings.Map(func(r rune) rune {
		if r >= '2' && r <= '7' {
			return r - '2' + 'a'
		}
		return r
	}, base32.StdEncoding.EncodeToString(sum[:15]))
}

// departmentDrawer is the name of a department's drawer; those of its people begin with
// it and a dash.
func departmentDrawer(department int) string { return "drawer-" + strconv.Itoa(department) }

// At reports whether the drawer is one of a department: the name that the record has for
// it says so itself.
func (d Drawer) At(department int) bool {
	if d.Named == "" {
		return d.Department == department
	}
	return strings.HasPrefix(d.Named, departmentDrawer(department)+"-")
}

// CountedFor is the attempt whose person the money of an attempt is counted for, in
// drawers and in the list of the day: what is taken back leaves the drawer that it came
// into, whoever takes it back. undone are those that are taken back, by their ids. The
// zero Record: it was not taken here.
func CountedFor(a Record, undone map[string]Record) Record {
	if a.Kind.Returns() {
		return undone[a.Undoes]
	}
	return a
}

// drawerOf is the drawer in which what an attempt took lies; false: none.
func drawerOf(a Record, shared bool, undone map[string]Record) (Drawer, bool) {
	a = CountedFor(a, undone)
	d := Drawer{Practice: a.Patient.Practice, Department: a.Patient.Department, Portal: a.Portal, Subject: a.Subject}
	if shared {
		d.Portal, d.Subject = "", ""
	}
	return d, a.Staff.Role != "" && a.Subject != ""
}

// inDrawers are the kinds of attempts that put something into a drawer, take it out,
// or charge a card beside it.
var inDrawers = []payment.Kind{payment.KindRecord, payment.KindCharge, payment.KindChargeStored, payment.KindVoid}

// count is what the record of a count keeps.
type count struct {
	Form       string          `json:"form"` // that was sent, so that it counts once
	Department int             `json:"department"`
	Shared     bool            `json:"shared,omitempty"`
	After      int64           `json:"after,omitempty"` // the count before it
	From       int64           `json:"from"`            // what came to be done by an event after this one,
	Until      int64           `json:"until"`           // and until this one, is covered
	Replaces   int64           `json:"replaces,omitempty"`
	For        *absence        `json:"for,omitempty"` // somebody else's drawer
	Entries    int             `json:"entries"`
	Counted    payment.Counted `json:"counted"`
	Expected   expected        `json:"expected"`
	Off        payment.Amount  `json:"off"` // all that is not as it should be, added up
	Two        bool            `json:"two,omitempty"`
	Signed     bool            `json:"signed,omitempty"` // as it should be: it closes with its count
	Open       []string        `json:"open,omitempty"`   // attempts whose outcome was not known
}

// absence is what the record of a count keeps of whose drawer somebody else counted.
type absence struct {
	Name   string `json:"name"` // for people to read
	Reason string `json:"reason"`
	Text   string `json:"text,omitempty"`
}

// expected are the sums of what a drawer should have held.
type expected struct {
	Cash   int64                       `json:"cash"` // cents
	Checks payment.Amount              `json:"checks"`
	Cards  map[payment.CardGroup]int64 `json:"cards,omitempty"`
}

// net is how many cents there are more than there should be.
func (c count) net() int64 {
	n := c.Counted.Cash().Cents() - c.Counted.Float.Cents() - c.Expected.Cash + payment.CheckSum(c.Counted.Checks).Cents() - c.Expected.Checks.Cents()
	for _, group := range payment.CardGroups {
		n += c.Counted.Cards[group].Cents() - c.Expected.Cards[group]
	}
	return n
}

// signature is what the record of a signature keeps.
type signature struct {
	Reason string `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"`
}

// covered are the attempts of a drawer that a count covers, the first claimed first,
// and those of which it is not known whether they will be. at is when it was counted
// first.
func (c count) covered(t tx, practice int, drawer string, at time.Time) (in, open []Record, undone map[string]Record, err error) {
	since, carried := at.Add(-drawerBack), []string(nil)
	if c.After > 0 {
		e, before, err := countAt(t, practice, c.After)
		if err != nil {
			return nil, nil, nil, err
		}
		if since, err = firstCounted(t, e, before); err != nil {
			return nil, nil, nil, err
		}
		carried = before.Open
	}
	found, err := t.attempts(search{practice: practice, kinds: inDrawers, staffed: true, sentFrom: since.Add(-clockSkew), movedBefore: at.Add(clockSkew)})
	if err != nil {
		return nil, nil, nil, err
	}
	if len(carried) > 0 {
		more, err := t.attempts(search{ids: carried})
		if err != nil {
			return nil, nil, nil, err
		}
		for _, a := range more {
			if !slices.ContainsFunc(found, func(b Record) bool { return b.ID == a.ID }) {
				found = append(found, a)
			}
		}
	}
	if undone, err = undoneBy(t, found); err != nil {
		return nil, nil, nil, err
	}
	for _, a := range slices.Backward(found) {
		if of, some := drawerOf(a, c.Shared, undone); !some || of.name() != drawer || of.Practice != practice {
			continue
		}
		taken, err := takenBy(t, a)
		switch {
		case err != nil:
			return nil, nil, nil, err
		case taken > c.From && taken <= c.Until:
			in = append(in, a)
		case a.State.Live(), a.State == payment.NotDone && at.Sub(a.Ended) < lateAnswer:
			open = append(open, a)
		}
	}
	return in, open, undone, nil
}

// undoneBy are the attempts that some others undo, by their ids.
func undoneBy(t tx, all []Record) (map[string]Record, error) {
	undone := map[string]Record{}
	var ids []string
	for _, a := range all {
		if a.Kind.Returns() && a.Undoes != "" {
			ids = append(ids, a.Undoes)
		}
	}
	if len(ids) == 0 { // all of them would be found
		return undone, nil
	}
	found, err := t.attempts(search{ids: ids})
	for _, a := range found {
		undone[a.ID] = a
	}
	return undone, err
}

// TakenBack returns what some attempts take back, by their ids.
func (l *Ledger) TakenBack(ctx context.Context, some []Record) (undone map[string]Record, err error) {
	err = l.read(ctx, "read what is taken back", func(t tx) (err error) {
		undone, err = undoneBy(t, some)
		return err
	})
	return undone, err
}

// takenBy is the event by which an attempt came to be done; 0: it is not.
func takenBy(t tx, a Record) (int64, error) {
	if a.State != payment.Succeeded {
		return 0, nil
	}
	events, err := t.events(a.ID, 1, all)
	if err != nil {
		return 0, err
	}
	if i := slices.IndexFunc(events, func(e Event) bool { return e.State == payment.Succeeded }); i >= 0 {
		return events[i].Seq, nil
	}
	return 0, nil
}

// countAt is the count whose event has a number, of a practice.
func countAt(t tx, practice int, number int64) (e Event, c count, err error) {
	events, err := t.events("", number, 1)
	if err != nil {
		return e, c, err
	}
	if len(events) == 0 || events[0].Seq != number || events[0].Desk.What != ActCounted || events[0].Desk.Practice != practice {
		return e, c, ErrNotFound
	}
	e = events[0]
	if err := json.Unmarshal([]byte(e.Desk.Content), &c); err != nil {
		return e, c, fmt.Errorf("count %d: %w", number, err)
	}
	return e, c, nil
}

// newest is the last count of a drawer; the zero Event: there is none.
func (d Drawer) newest(t tx) (e Event, c count, err error) {
	acts, err := t.acts(ActQuery{Practice: d.Practice, What: ActCounted, About: d.name(), Limit: 1})
	if err != nil || len(acts) == 0 {
		return e, c, err
	}
	return countAt(t, d.Practice, acts[0].Seq)
}

// held is what a drawer should hold of some records.
func held(in []Record, undone map[string]Record) payment.Held {
	attempts := make([]payment.Attempt, len(in))
	for i, a := range in {
		attempts[i] = a.Attempt
	}
	return payment.HeldOf(attempts, func(id string) payment.Attempt { return undone[id].Attempt })
}

// DrawerNow is a drawer as it stands, but for what it should hold.
type DrawerNow struct {
	// Last is the last count, in which nothing but what became of it is told; its
	// Number is 0 where there is none.
	Last DrawerClose
	// Entries are how many attempts the next count would cover, and Open those whose
	// outcome is not known.
	Entries int
	Open    []Record
}

// Drawer is how a drawer stands.
func (l *Ledger) Drawer(ctx context.Context, d Drawer) (now DrawerNow, err error) {
	err = l.read(ctx, "read a drawer", func(t tx) error {
		e, c, err := d.newest(t)
		if err != nil {
			return err
		}
		if e.Seq > 0 {
			if now.Last, err = l.closeOf(t, e, c, false); err != nil {
				return err
			}
		}
		last, err := t.lastEvent()
		if err != nil {
			return err
		}
		in, open, _, err := count{Shared: d.shared(), After: e.Seq, From: c.Until, Until: last.Seq}.covered(t, d.Practice, d.name(), l.moment())
		now.Entries, now.Open = len(in), underWay(open)
		return err
	})
	return now, err
}

// underWay are those that may still move money.
func underWay(all []Record) []Record {
	return slices.DeleteFunc(slices.Clone(all), func(a Record) bool { return !a.State.Live() })
}
