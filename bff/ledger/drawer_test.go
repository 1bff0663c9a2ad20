package ledger

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/web/payment"
)

// till is a drawer of somebody at a department, and how they act.
type till struct {
	l    *Ledger
	d    Drawer
	name string
}

func tillOf(l *Ledger, who string) till {
	return till{l, Drawer{Practice: ada.Practice, Department: ada.Department, Portal: "desk", Subject: who}, who}
}

func (s till) act() DeskAct {
	return DeskAct{Practice: s.d.Practice, Who: "desk/" + s.name, Name: s.name, Role: "front_desk"}
}

// begins is cash or a check that is on its way to the books, in the drawer.
func (s till) begins(t fatal, cents int64, c payment.Counter) Record {
	t.Helper()
	id, p := rand.Text(), ada
	number := id[:8]
	p.ID = int(patients.Add(1)) // who takes the same of one patient twice is asked
	a := must(t, func() (Record, error) {
		return s.l.CreateAttempt(ctx, Record{Patient: p, Portal: "desk", Subject: s.name, Staff: Staff{Name: s.name, Role: "front_desk"}, AsOfSeq: 1,
			Attempt: payment.Attempt{ID: id, Kind: payment.KindRecord, Counter: c, Charge: payment.Charge{Lines: []payment.Line{
				{Bill: "claim-" + number, Kind: payment.Claim, Number: number, Amount: payment.Cents(cents), Balance: payment.Cents(cents)}}}}})
	})
	must(t, func() (Record, error) { return s.l.Claim(ctx, p, a.ID, CardUse{}) })
	return must(t, func() (Record, error) { return s.l.MarkSending(ctx, a.ID, "") })
}

// patients counts those of drawers, from a number on that nobody else has.
var patients = func() *atomic.Int64 { n := new(atomic.Int64); n.Store(700000); return n }()

var inCash = payment.Counter{Method: payment.Cash}

func (s till) takes(t fatal, cents int64) Record {
	t.Helper()
	return must(t, func() (Record, error) {
		return s.l.Settle(ctx, s.begins(t, cents, inCash).ID, payment.Outcome{State: payment.Succeeded, Batch: "318"})
	})
}

// counts counts some cents in coins, with the page as it is now.
func (s till) counts(t fatal, cents int64, change ...func(*NewCount)) (int64, error) {
	t.Helper()
	now := must(t, func() (DrawerNow, error) { return s.l.Drawer(ctx, s.d) })
	n := NewCount{Drawer: s.d, Form: rand.Text(), Last: now.Last.Number, Entries: now.Entries, Limit: payment.Cents(1000), Counted: payment.Counted{Pieces: map[string]int{"coin-1": int(cents)}}}
	for _, fn := range change {
		fn(&n)
	}
	return s.l.CountDrawer(ctx, s.act(), n)
}

func (s till) closed(t fatal, number int64) DrawerClose {
	t.Helper()
	return must(t, func() (DrawerClose, error) { return s.l.DrawerClose(ctx, s.d.Practice, number) })
}

func again(n *NewCount) { n.Again = true }

// A count covers what came to be done since the one before: nothing twice, nothing of
// another drawer, and what is in doubt with the count after it is known.
func testDrawer(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	eve, bo := tillOf(l, "eve"), tillOf(l, "bo")
	eve.takes(t, 2000)
	bo.takes(t, 700)
	doubt := eve.begins(t, 500, inCash)
	must(t, func() (Record, error) { return l.Settle(ctx, doubt.ID, payment.Outcome{State: payment.Unknown}) })
	now := must(t, func() (DrawerNow, error) { return l.Drawer(ctx, eve.d) })
	if now.Entries != 1 || len(now.Open) != 1 || now.Open[0].ID != doubt.ID || now.Last.Number != 0 {
		t.Fatalf("before: %+v", now)
	}
	first, err := eve.counts(t, 2000)
	want(t, err, nil)
	one := eve.closed(t, first)
	if one.Stands != CloseDone || one.Held.Cash != 2000 || len(one.In) != 1 || len(one.Open) != 1 || one.Expected != 2000 || !one.Off.IsZero() || one.Two || !one.CountedBy("desk/eve") {
		t.Fatalf("the first: %+v", one)
	}
	c.advance(time.Hour)
	must(t, func() (Record, error) {
		a, _, err := l.Decide(ctx, doubt.ID, Decision{By: "desk/bo", Reason: "it is in the batch", State: payment.Succeeded}, payment.Amount{})
		return a, err
	})
	eve.takes(t, 300)
	second, err := eve.counts(t, 800)
	want(t, err, nil)
	if two := eve.closed(t, second); two.Held.Cash != 800 || len(two.In) != 2 || len(two.Open) != 0 || two.Stands != CloseDone {
		t.Errorf("the second: %+v", two)
	}
	if still := eve.closed(t, first); still.Held.Cash != 2000 || len(still.In) != 1 {
		t.Errorf("the first has become %+v", still)
	}
	if number, err := bo.counts(t, 700); err != nil || bo.closed(t, number).Held.Cash != 700 {
		t.Errorf("another drawer: %v", err)
	}
	shared := Drawer{Practice: ada.Practice, Department: ada.Department}
	if now := must(t, func() (DrawerNow, error) { return l.Drawer(ctx, shared) }); now.Entries != 4 {
		t.Errorf("the department's drawer has %d", now.Entries)
	}
	report := must(t, func() (Report, error) { return l.Verify(ctx) })
	if report.Acts != 3 {
		t.Errorf("%d acts", report.Acts)
	}
}

// One form counts once; a page that is older than a count counts nothing; what was
// taken meanwhile is asked about.
func testDrawerOnce(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	eve := tillOf(l, "eve")
	eve.takes(t, 2000)
	form := rand.Text()
	stale := func(n *NewCount) { n.Form, n.Last, n.Entries = form, 0, 1 }
	first, err := eve.counts(t, 2000, stale)
	want(t, err, nil)
	var counted *CountedError
	if _, err := eve.counts(t, 2000, stale); !errors.As(err, &counted) || !counted.Same || counted.Number != first {
		t.Errorf("the same form: %v", err)
	}
	if _, err := eve.counts(t, 2000, stale, func(n *NewCount) { n.Form = rand.Text() }); !errors.As(err, &counted) || counted.Same || counted.Number != first {
		t.Errorf("another tab: %v", err)
	}
	eve.takes(t, 100)
	var moved *MovedError
	if _, err := eve.counts(t, 100, func(n *NewCount) { n.Entries = 0 }); !errors.As(err, &moved) || moved.Entries != 1 {
		t.Errorf("taken meanwhile: %v", err)
	}
	if acts := must(t, func() ([]Event, error) { return l.DeskActs(ctx, ActQuery{Practice: ada.Practice, What: ActCounted}) }); len(acts) != 1 {
		t.Errorf("%d counts", len(acts))
	}
}

// What is off needs a reason, and above the limit a second person: another one than
// who counted, within ten minutes. Until it is closed nothing new is counted. A count
// again is another record that covers the same, and takes two.
func testDrawerSigned(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	eve, bo := tillOf(l, "eve"), tillOf(l, "bo")
	eve.takes(t, 2000)
	number, err := eve.counts(t, 1990)
	want(t, err, nil)
	if d := eve.closed(t, number); d.Stands != CloseCounted || d.Two || d.Off != payment.Cents(10) {
		t.Fatalf("counted: %+v", d)
	}
	var counted *CountedError
	if _, err := eve.counts(t, 0); !errors.As(err, &counted) {
		t.Errorf("counted before it was signed: %v", err)
	}
	want(t, l.SignDrawer(ctx, eve.act(), number, "", ""), ErrText)
	want(t, l.SignDrawer(ctx, bo.act(), number, "change", ""), ErrNotFound)
	want(t, l.SignDrawer(ctx, eve.act(), number, "change", "a dime"), nil)
	want(t, l.SignDrawer(ctx, eve.act(), number, "float", ""), ErrTransition)
	want(t, l.ApproveDrawer(ctx, bo.act(), number), ErrTransition)
	if d := eve.closed(t, number); d.Stands != CloseDone || d.Reason != "change" || d.Text != "a dime" || d.Second.ID != "" {
		t.Errorf("signed: %+v", d)
	}

	eve.takes(t, 50) // belongs to the next one
	second, err := eve.counts(t, 2000, again)
	want(t, err, nil)
	d := eve.closed(t, second)
	if d.Replaces != number || !d.Two || d.Held.Cash != 2000 || d.Stands != CloseCounted || eve.closed(t, number).ReplacedBy != second {
		t.Errorf("counted again: %+v", d)
	}
	want(t, l.SignDrawer(ctx, eve.act(), number, "float", ""), ErrTransition)
	want(t, l.SignDrawer(ctx, eve.act(), second, "", ""), nil)
	want(t, l.ApproveDrawer(ctx, eve.act(), second), ErrSamePerson)
	c.advance(ApproveWithin)
	want(t, l.ApproveDrawer(ctx, bo.act(), second), ErrExpired)
	if d := eve.closed(t, second); d.Stands != CloseLapsed {
		t.Errorf("lapsed: %+v", d)
	}
	want(t, l.SignDrawer(ctx, eve.act(), second, "", ""), nil)
	want(t, l.RefuseDrawer(ctx, bo.act(), second, "count it before me"), nil)
	if d := eve.closed(t, second); d.Stands != CloseRefused || d.Refusal != "count it before me" || d.Second.Name != "bo" {
		t.Errorf("refused: %+v", d)
	}
	want(t, l.SignDrawer(ctx, eve.act(), second, "", ""), nil)
	if waiting := must(t, func() ([]DrawerClose, error) { return l.DrawersWaiting(ctx, ada.Practice) }); len(waiting) != 1 || waiting[0].Number != second {
		t.Errorf("waiting: %+v", waiting)
	}
	want(t, l.ApproveDrawer(ctx, bo.act(), second), nil)
	want(t, l.ApproveDrawer(ctx, bo.act(), second), ErrTransition)
	if d := eve.closed(t, second); d.Stands != CloseDone || d.Second.Name != "bo" || d.Refusal != "" {
		t.Errorf("approved: %+v", d)
	}
	if third, err := eve.counts(t, 50); err != nil || eve.closed(t, third).Held.Cash != 50 {
		t.Errorf("the next: %v", err)
	}
	_, err = l.DrawerClose(ctx, 7, second)
	want(t, err, ErrNotFound)
	_, err = l.DrawerClose(ctx, ada.Practice, 1)
	want(t, err, ErrNotFound)
	if all := must(t, func() ([]DrawerClose, error) {
		return l.DrawerCloses(ctx, ada.Practice, c.now().Add(-time.Hour), c.now().Add(time.Hour))
	}); len(all) != 3 {
		t.Errorf("%d closes of the day", len(all))
	}
}

// However takings, late answers and counts follow each other, in whatever drawer,
// personal ones: every cent that was done is expected by just one count, or by none
// and is then still to be counted; what is hidden is what is to be counted.
func TestEveryCentIsCountedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := newClock()
		l := NewMemory(c.now)
		tills := []till{tillOf(l, "eve"), tillOf(l, "bo")}
		var doubts, done []Record
		counts := map[string][]int64{}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			c.advance(time.Duration(rapid.IntRange(0, 90).Draw(t, "minutes")) * time.Minute)
			s := rapid.SampledFrom(tills).Draw(t, "who")
			cents := rapid.Int64Range(1, 5000).Draw(t, "cents")
			switch rapid.SampledFrom([]string{"take", "doubt", "known", "count", "again"}).Draw(t, "step") {
			case "take":
				done = append(done, s.takes(t, cents))
			case "doubt":
				a := s.begins(t, cents, inCash)
				if rapid.Bool().Draw(t, "answered") {
					must(t, func() (Record, error) { return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Unknown}) })
				}
				doubts = append(doubts, a)
			case "known":
				if len(doubts) == 0 {
					continue
				}
				a := doubts[0]
				doubts = doubts[1:]
				if must(t, func() (Record, error) { return l.AttemptForStaff(ctx, []int{ada.Practice}, a.ID) }).State == payment.Unknown {
					must(t, func() (Record, error) {
						a, _, err := l.Decide(ctx, a.ID, Decision{By: "desk/cy", Reason: "so", State: payment.Succeeded}, payment.Amount{})
						return a, err
					})
				} else {
					must(t, func() (Record, error) {
						return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Batch: "1"})
					})
				}
				done = append(done, a)
			case "count":
				number, err := s.counts(t, cents)
				var counted *CountedError
				if errors.As(err, &counted) {
					continue // it is to be signed first
				}
				want(t, err, nil)
				counts[s.name] = append(counts[s.name], number)
				if d := s.closed(t, number); d.Stands != CloseDone && rapid.Bool().Draw(t, "sign") {
					want(t, l.SignDrawer(ctx, s.act(), number, "unknown", ""), nil)
					if d.Two {
						want(t, l.ApproveDrawer(ctx, DeskAct{Practice: ada.Practice, Who: "desk/cy", Name: "cy", Role: "manager"}, number), nil)
					}
				}
			case "again":
				if mine := counts[s.name]; len(mine) > 0 {
					number, err := s.counts(t, cents, again)
					want(t, err, nil)
					mine[len(mine)-1] = number
				}
			}
		}
		covered := map[string]int{}
		for _, s := range tills {
			for _, number := range counts[s.name] {
				d := s.closed(t, number)
				var sum int64
				for _, a := range d.In {
					covered[a.ID]++
					sum += a.Total().Cents()
					if a.Subject != s.name {
						t.Fatalf("%s counts what %s took", s.name, a.Subject)
					}
				}
				if d.Held.Cash != sum || d.Expected != sum {
					t.Fatalf("%d expects %d and kept %d of %d", number, d.Held.Cash, d.Expected, sum)
				}
			}
		}
		hidden := must(t, func() (map[string]bool, error) { return l.Uncounted(ctx, fresh(t, l, append(done, doubts...)), false) })
		left := map[string]int{}
		for _, s := range tills {
			left[s.name] = must(t, func() (DrawerNow, error) { return l.Drawer(ctx, s.d) }).Entries
		}
		for _, a := range done {
			if covered[a.ID] == 0 {
				left[a.Subject]--
			}
			if covered[a.ID] > 1 || hidden[a.ID] != (covered[a.ID] == 0) {
				t.Fatalf("%s of %s is in %d counts, hidden %t", a.ID, a.Subject, covered[a.ID], hidden[a.ID])
			}
		}
		for _, a := range doubts {
			if covered[a.ID] > 0 || !hidden[a.ID] {
				t.Fatalf("in doubt, and in %d counts, hidden %t", covered[a.ID], hidden[a.ID])
			}
		}
		if fmt.Sprint(left) != "map[bo:0 eve:0]" {
			t.Fatalf("to be counted: %v", left)
		}
		if _, err := l.Verify(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

// fresh are attempts as they stand now.
func fresh(t fatal, l *Ledger, all []Record) (now []Record) {
	for _, a := range all {
		now = append(now, must(t, func() (Record, error) { return l.AttemptForStaff(ctx, []int{a.Patient.Practice}, a.ID) }))
	}
	return now
}

// Whoever changes a count, or a signature, afterwards is seen.
func TestAChangedCountIsSeen(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Event){
		"what was counted":  func(e *Event) { e.Desk.Content = strings.Replace(e.Desk.Content, `"coin-1":1990`, `"coin-1":2000`, 1) },
		"what was expected": func(e *Event) { e.Desk.Content = strings.Replace(e.Desk.Content, `"cash":2000`, `"cash":1990`, 1) },
		"who counted":       func(e *Event) { e.Who, e.Desk.Who = "desk/bo", "desk/bo" },
		"whose drawer":      func(e *Event) { e.Desk.About += "x" },
	} {
		l := NewMemory(newClock().now)
		eve := tillOf(l, "eve")
		eve.takes(t, 2000)
		number, err := eve.counts(t, 1990)
		want(t, err, nil)
		want(t, l.SignDrawer(ctx, eve.act(), number, "change", ""), nil)
		if _, err := l.Verify(ctx); err != nil {
			t.Fatal(err)
		}
		e := &l.store.(*memory).record[number-1]
		before := *e
		change(e)
		if *e == before {
			t.Errorf("%s: nothing was changed", name)
		}
		var broken *BrokenError
		if _, err := l.Verify(ctx); !errors.As(err, &broken) || broken.Event != number {
			t.Errorf("%s: %v", name, err)
		}
	}
}
