package ledger

import (
	"crypto/rand"
	"errors"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paypane/web/payment"
)

func TestMemory(t *testing.T) { testContract(t, memoryDatabase, all) }

// testContract is what every kind of ledger has to keep. Of the histories of
// testModel it takes as many as are given: each has a database of its own.
func testContract(t *testing.T, empty database, histories int) {
	for name, test := range map[string]func(*testing.T, *clock, func(fatal) *Ledger){
		"attempt":  testAttempt,
		"fence":    testFence,
		"overlap":  testOverlap,
		"repeat":   testRepeat,
		"late":     testLate,
		"truth":    testLateTruth,
		"shared":   testSharedReference,
		"looks":    testLooks,
		"turn":     testTurn,
		"person":   testPerson,
		"standing": testStanding,
		"outcomes": testOutcomes,
		"decide":   testDecide,
		"void":     testVoid,
		"stale":    testStaleBasis,
		"recover":  testRecover,
		"texts":    testTexts,
		"spent":    testSpent,
		"emailed":  testEmailed,
		"restore":  testRestore,
		"record":   testRecord,
		"sessions": testSessions,
		"lost":     testLostUpdates,
		"launches": testLaunches,
		"handover": testHandovers,
		"prune":    testPrune,
		"panic":    testPanic,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClock()
			test(t, c, empty(t, c.now))
		})
	}
	t.Run("model", func(t *testing.T) {
		t.Parallel()
		testModel(t, empty, histories)
	})
}

func testAttempt(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := create(t, l, ada, "501", "502")
	if a.State != payment.Created || !a.Created.Equal(c.now()) || a.Patient != ada || a.Subject != "user-7" ||
		a.Portal != "harbor" || !reflect.DeepEqual(a.Charge, charge("501", "502")) {
		t.Fatalf("created %+v", a)
	}
	c.advance(time.Minute)
	claimed := claim(t, l, a)
	if claimed.State != payment.Claimed || !claimed.Sent.Equal(c.now()) || claimed.Brand != visa.Brand ||
		claimed.Last4 != visa.Last4 || claimed.Email != visa.Email || claimed.ClaimedSeq != 2 {
		t.Fatalf("claimed %+v", claimed)
	}
	c.advance(time.Second)
	sent := must(t, func() (Attempt, error) { return l.Send(ctx, a.ID, "9000") })
	if sent.State != payment.Sending || !sent.Sent.Equal(c.now()) || sent.Brand != visa.Brand ||
		sent.Last4 != visa.Last4 || sent.Email != visa.Email || sent.Before != "9000" {
		t.Fatalf("sent %+v", sent)
	}
	c.advance(time.Minute)
	taken := must(t, func() (Attempt, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Taken, Reference: "9001", Evidence: "200"})
	})
	if taken.State != payment.Taken || !taken.Ended.Equal(c.now()) || taken.Reference != "9001" {
		t.Fatalf("settled %+v", taken)
	}
	elsewhere := ada
	elsewhere.Department, elsewhere.Appointment = 2, 0
	read := must(t, func() (Attempt, error) { return l.Attempt(ctx, elsewhere, a.ID) })
	if !reflect.DeepEqual(read, taken) {
		t.Fatalf("read %+v, settled %+v", read, taken)
	}
	for _, stranger := range []payment.Patient{bob, ada2, {}} {
		_, err := l.Attempt(ctx, stranger, a.ID)
		want(t, err, ErrNotFound)
		_, err = l.Claim(ctx, stranger, a.ID, visa)
		want(t, err, ErrNotFound)
	}
	_, err := l.CreateAttempt(ctx, a)
	want(t, err, ErrConflict)
	_, err = l.Settle(ctx, rand.Text(), payment.Outcome{State: payment.Taken})
	want(t, err, ErrNotFound)
	a.ID, a.Basis = rand.Text(), 0
	if _, err := l.CreateAttempt(ctx, a); err == nil {
		t.Fatalf("an attempt without a basis was made")
	}
	a.ID, a.Basis, a.Charge = rand.Text(), 1, payment.Charge{}
	if _, err := l.CreateAttempt(ctx, a); err == nil {
		t.Fatalf("an attempt without lines was made")
	}
}

func testFence(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l, second := open(t), open(t) // as two processes would
	defer l.Close()
	defer second.Close()
	a := create(t, l, ada, "501")
	var turn atomic.Int64
	won, others := race(100, func() error {
		_, err := []*Ledger{l, second}[turn.Add(1)%2].Claim(ctx, ada, a.ID, visa)
		return err
	})
	if won != 1 {
		t.Fatalf("%d callers may send one attempt", won)
	}
	for _, err := range others {
		var claimed *ClaimedError
		if !errors.As(err, &claimed) || claimed.Attempt.State != payment.Claimed || claimed.Attempt.ID != a.ID {
			t.Fatalf("a loser got %v", err)
		}
	}
	// A hundred tabs, each with an attempt of its own for the same bill.
	tabs := make(chan Attempt, 100)
	for range cap(tabs) {
		tabs <- create(t, l, bob, "501")
	}
	if won, _ := race(cap(tabs), func() error {
		tab := <-tabs
		_, err := l.Claim(ctx, bob, tab.ID, visa)
		return err
	}); won != 1 {
		t.Fatalf("%d attempts for one bill may be sent", won)
	}
}

func testOverlap(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	for i, end := range []payment.State{payment.Claimed, payment.Sending, payment.Unknown, payment.Taken, payment.Declined, payment.NotSent, payment.Absent} {
		c.advance(RepeatWithin + time.Second)
		p := ada
		p.ID += i // somebody new each time
		tab1, tab2 := create(t, l, p, "501", "502"), create(t, l, p, "502", "503")
		apart, other := create(t, l, p, "504", "505", "506"), create(t, l, ada2, "501", "502")
		claim(t, l, tab1)
		if end != payment.Claimed {
			must(t, func() (Attempt, error) { return l.Send(ctx, tab1.ID, "") })
		}
		if end == payment.Absent {
			settle(t, l, tab1, payment.Unknown)
			must(t, func() (Attempt, error) { return l.Find(ctx, tab1.ID, payment.Outcome{State: end}) })
		} else if end.Ended() {
			settle(t, l, tab1, end)
		}
		send(t, l, apart)
		settle(t, l, send(t, l, other), payment.Declined)
		_, err := l.Claim(ctx, p, tab2.ID, visa)
		var overlap *OverlapError
		switch {
		case end.Harmless() && err != nil:
			t.Fatalf("%s: %v", end, err)
		case !end.Harmless() && (!errors.As(err, &overlap) || overlap.Other.ID != tab1.ID || overlap.Other.State != end):
			t.Fatalf("%s: got %v", end, err)
		}
		// Whoever chooses again knows what was taken, and may not act on what is in
		// doubt.
		_, err = l.Claim(ctx, p, create(t, l, p, "501").ID, visa)
		if end.Live() != errors.As(err, &overlap) || !end.Live() && err != nil {
			t.Fatalf("chosen again, with one %s: %v", end, err)
		}
	}
}

// A charge that repeats one of the last minutes is asked about, and sent if it
// is meant.
func testRepeat(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	other := visa
	other.Last4 = "4242"
	for _, row := range []struct {
		end    payment.State
		use    CardUse
		number string // of bills, as many as digits
		later  time.Duration
		asks   bool
	}{
		{payment.Taken, visa, "7", RepeatWithin, true},
		{payment.Unknown, visa, "7", time.Minute, true},
		{payment.Sending, visa, "7", time.Minute, true},
		{payment.Taken, visa, "7", RepeatWithin + time.Second, false},
		{payment.Taken, visa, "78", time.Minute, false}, // another amount
		{payment.Taken, other, "7", time.Minute, false},
		{payment.Declined, visa, "7", time.Minute, false},
		{payment.NotSent, visa, "7", time.Minute, false},
	} {
		c.advance(2 * RepeatWithin)
		p := ada
		p.ID = int(c.now().Unix() % 1e6)
		first := send(t, l, create(t, l, p, "1"))
		if row.end != payment.Sending {
			settle(t, l, first, row.end)
		}
		c.advance(row.later)
		second := create(t, l, p, strings.Split(row.number, "")...)
		_, err := l.Claim(ctx, p, second.ID, row.use)
		var repeat *RepeatError
		if row.asks != errors.As(err, &repeat) || row.asks && repeat.Other.ID != first.ID || !row.asks && err != nil {
			t.Fatalf("%+v: %v", row, err)
		}
		if row.asks {
			row.use.Again = second.ID // a word about something else
			if _, err := l.Claim(ctx, p, second.ID, row.use); !errors.As(err, &repeat) {
				t.Fatalf("%+v: claimed with a word about another: %v", row, err)
			}
			row.use.Again = first.ID
			must(t, func() (Attempt, error) { return l.Claim(ctx, p, second.ID, row.use) })
		}
	}
}

// What others found absent can still turn out to be taken: that counts, and a
// person looks at it. Nothing else moves what was found.
func testLate(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := send(t, l, create(t, l, ada, "501"))
	settle(t, l, a, payment.Unknown)
	must(t, func() (Attempt, error) { return l.Find(ctx, a.ID, payment.Outcome{State: payment.Absent}) })
	for _, s := range []payment.State{payment.Unknown, payment.Declined, payment.NotSent} {
		_, err := l.Settle(ctx, a.ID, payment.Outcome{State: s})
		want(t, err, ErrTransition)
	}
	late := must(t, func() (Attempt, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Taken, Reference: "9001"})
	})
	if late.State != payment.Taken || !late.Asked || late.Why == "" || late.Reference != "9001" {
		t.Fatalf("%+v", late)
	}
	asked := must(t, func() ([]Attempt, error) { return l.AskedAttempts(ctx, []int{ada.Practice}) })
	if len(asked) != 1 || asked[0].ID != a.ID {
		t.Fatalf("asked %+v", asked)
	}
}

// What was found absent and turns out to be taken after the amounts of another
// attempt were read is as if it had been claimed then.
func testLateTruth(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := send(t, l, create(t, l, ada, "501"))
	settle(t, l, a, payment.Unknown)
	must(t, func() (Attempt, error) { return l.Find(ctx, a.ID, payment.Outcome{State: payment.Absent}) })
	c.advance(2 * RepeatWithin)
	b := create(t, l, ada, "501")
	settle(t, l, a, payment.Taken)
	_, err := l.Claim(ctx, ada, b.ID, visa)
	var overlap *OverlapError
	if !errors.As(err, &overlap) || overlap.Other.ID != a.ID {
		t.Fatalf("a bill that is known to be paid was claimed: %v", err)
	}
	claim(t, l, create(t, l, ada, "501")) // whoever reads the amounts now knows
}

// The money of one payment is not the money of two attempts.
func testSharedReference(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a, b := send(t, l, create(t, l, ada, "501")), send(t, l, create(t, l, bob, "501"))
	elsewhere := send(t, l, create(t, l, ada2, "501"))
	named := payment.Outcome{State: payment.Taken, Reference: "9001"}
	for id, state := range map[string]payment.State{a.ID: payment.Taken, elsewhere.ID: payment.Taken} {
		if got := must(t, func() (Attempt, error) { return l.Settle(ctx, id, named) }); got.State != state {
			t.Fatalf("%+v", got)
		}
	}
	got := must(t, func() (Attempt, error) { return l.Settle(ctx, b.ID, named) })
	if got.State != payment.Unknown || !got.Asked || got.Reference != "" || !got.NextLook.IsZero() ||
		!strings.Contains(got.Why, a.SupportCode()) {
		t.Fatalf("the second with the reference: %+v", got)
	}
	// Also of one that was found absent meanwhile: its bills are held again.
	found := send(t, l, create(t, l, ada, "502", "503"))
	settle(t, l, found, payment.Unknown)
	must(t, func() (Attempt, error) { return l.Find(ctx, found.ID, payment.Outcome{State: payment.Absent}) })
	got = must(t, func() (Attempt, error) { return l.Settle(ctx, found.ID, named) })
	_, err := l.Claim(ctx, ada, create(t, l, ada, "502").ID, visa)
	var overlap *OverlapError
	if got.State != payment.Unknown || !strings.Contains(got.Why, a.SupportCode()) || !errors.As(err, &overlap) {
		t.Fatalf("found absent, then named: %s, and its bill: %v", got.State, err)
	}
	holders := must(t, func() (map[string]string, error) { return l.Holders(ctx, ada.Practice, []string{"9001", "9002"}) })
	if !reflect.DeepEqual(holders, map[string]string{"9001": a.ID}) {
		t.Fatalf("holders %v", holders)
	}
}

// Of all who want to look, one gets the turn.
func testLooks(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	due := func() []Attempt { return must(t, func() ([]Attempt, error) { return l.LooksDue(ctx, 10) }) }
	a := send(t, l, create(t, l, ada, "501"))
	if len(due()) != 0 {
		t.Fatalf("looked for while it is sent")
	}
	settle(t, l, a, payment.Unknown)
	first := due()
	if len(first) != 1 || first[0].Looks != 0 {
		t.Fatalf("due %+v", first)
	}
	next := c.now().Add(15 * time.Second)
	won, others := race(20, func() error {
		_, err := l.Look(ctx, first[0], next)
		return err
	})
	if won != 1 || len(due()) != 0 {
		t.Fatalf("%d have the turn, %d due", won, len(due()))
	}
	for _, err := range others {
		want(t, err, ErrConflict)
	}
	c.advance(15 * time.Second)
	again := due()
	if len(again) != 1 || again[0].Looks != 1 {
		t.Fatalf("due again %+v", again)
	}
	found := must(t, func() (Attempt, error) {
		return l.Find(ctx, a.ID, payment.Outcome{State: payment.Taken, Reference: "77"})
	})
	_, err := l.Look(ctx, again[0], next)
	want(t, err, ErrConflict)
	if found.Reference != "77" || len(due()) != 1 { // once more, to be seen
		t.Fatalf("found %+v, due %+v", found, due())
	}
	want(t, l.Seen(ctx, a.ID, ""), nil)
	if len(due()) != 0 {
		t.Fatalf("due after it was seen")
	}
	for lag, longest := range map[time.Duration]time.Duration{time.Minute: time.Minute} {
		want(t, l.NoteLag(ctx, ada.Practice, lag), nil)
		want(t, l.NoteLag(ctx, ada.Practice, time.Second), nil)
		if got := must(t, func() (time.Duration, error) { return l.Lag(ctx, ada.Practice) }); got != longest {
			t.Fatalf("lag %v", got)
		}
	}
}

// A person decides what is unknown, with a name and a reason; above the limit
// two people do, and never one twice.
func testDecide(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	doubt := func(p payment.Patient) Attempt {
		a := send(t, l, create(t, l, p, "501"))
		settle(t, l, a, payment.Unknown)
		return must(t, func() (Attempt, error) { return l.Ask(ctx, a.ID, "two payments fit") })
	}
	limit := payment.Cents(1000)
	absent := func(by string) Decision { return Decision{By: by, Why: "called the bank", State: payment.Absent} }
	a := doubt(ada)
	_, _, err := l.Decide(ctx, a.ID, Decision{By: "harbor/eve", State: payment.Absent}, limit)
	want(t, err, ErrText)
	_, _, err = l.Decide(ctx, a.ID, Decision{By: "harbor/eve", Why: "so", State: payment.Declined}, limit)
	want(t, err, ErrTransition)
	for i, row := range []struct {
		by      string
		decided bool
	}{{"harbor/eve", false}, {"harbor/eve", false}, {"harbor/joe", true}} {
		got, decided, err := l.Decide(ctx, a.ID, absent(row.by), limit)
		want(t, err, nil)
		if decided != row.decided || (got.State == payment.Absent) != row.decided {
			t.Fatalf("%d: %t, %s", i, decided, got.State)
		}
	}
	_, _, err = l.Decide(ctx, a.ID, absent("harbor/joe"), limit)
	want(t, err, ErrTransition)
	claim(t, l, create(t, l, ada, "501")) // what was decided not to be taken can be paid

	b := doubt(bob)
	got, decided, err := l.Decide(ctx, b.ID, Decision{By: "harbor/eve", Why: "seen", State: payment.Taken, Reference: "88"}, limit)
	want(t, err, nil)
	if !decided || got.State != payment.Taken || got.Reference != "88" || got.Asked || !got.NextLook.IsZero() {
		t.Fatalf("%+v", got)
	}
	// One that was taken and is handed to a person is looked at, once, and stays
	// taken.
	_, _, err = l.Decide(ctx, b.ID, Decision{By: "harbor/eve", Why: "seen", State: payment.Taken}, limit)
	want(t, err, ErrTransition)
	must(t, func() (Attempt, error) { return l.Ask(ctx, b.ID, "of another amount") })
	_, _, err = l.Decide(ctx, b.ID, absent("harbor/eve"), limit)
	want(t, err, ErrTransition)
	got, decided, err = l.Decide(ctx, b.ID, Decision{By: "harbor/eve", Why: "it is right", State: payment.Taken}, limit)
	want(t, err, nil)
	kept := must(t, func() (Attempt, error) { return l.Attempt(ctx, bob, b.ID) })
	looked := must(t, func() ([]Event, error) { return l.Events(ctx, b.ID) })
	if last := looked[len(looked)-1]; !decided || got.Asked || kept.Asked || kept.Why != "" || kept.State != payment.Taken ||
		kept.Reference != "88" || last.What != EventDecided || last.Who != "harbor/eve" || last.Evidence != "taken: it is right" {
		t.Fatalf("looked at: %t, %+v, %+v", decided, kept, last)
	}
	// What was said before there was other evidence is not half of a decision.
	p := ada
	p.ID = 777
	d := doubt(p)
	for _, step := range []func() error{
		func() error { _, _, err := l.Decide(ctx, d.ID, absent("harbor/eve"), limit); return err },
		func() error { return l.LookAgain(ctx, d.ID, "harbor/eve") },
		func() error { _, err := l.Ask(ctx, d.ID, "another row fits"); return err },
	} {
		want(t, step(), nil)
	}
	if _, decided, err := l.Decide(ctx, d.ID, absent("harbor/joe"), limit); err != nil || decided {
		t.Fatalf("decided with a word from before: %t, %v", decided, err)
	}
	// People whose names are long numbers are two.
	if _, decided, err := l.Decide(ctx, d.ID, absent("harbor/109876543210987654321"), limit); err != nil || !decided {
		t.Fatalf("the second person: %t, %v", decided, err)
	}
	events := must(t, func() ([]Event, error) { return l.Events(ctx, d.ID) })
	if who := events[len(events)-1].Who; strings.Contains(who, "*") || strings.Contains(who, "1098") || who == "" {
		t.Fatalf("decided by %q", who)
	}

	c := doubt(ada2)
	if _, decided, err = l.Decide(ctx, c.ID, absent("harbor/eve"), payment.Cents(1251)); err != nil || !decided {
		t.Fatalf("below the limit one is enough: %t, %v", decided, err)
	}
}

// What was taken back is spent no more.
func testVoid(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := send(t, l, create(t, l, ada, "501"))
	must(t, func() (Attempt, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Taken, Reference: "9001"})
	})
	void := must(t, func() (Attempt, error) {
		return l.CreateAttempt(ctx, Attempt{Attempt: payment.Attempt{ID: rand.Text(), Act: payment.ActVoid,
			Target: PaymentTarget("9001"), Value: a.Total()}, Patient: ada, Portal: "harbor", Subject: "eve", Basis: 1})
	})
	must(t, func() (Attempt, error) { return l.Claim(ctx, ada, void.ID, CardUse{}) })
	again := must(t, func() (Attempt, error) {
		return l.CreateAttempt(ctx, Attempt{Attempt: payment.Attempt{ID: rand.Text(), Act: payment.ActVoid,
			Target: PaymentTarget("9001"), Value: a.Total()}, Patient: ada, Portal: "harbor", Subject: "joe", Basis: 1})
	})
	var overlap *OverlapError
	if _, err := l.Claim(ctx, ada, again.ID, CardUse{}); !errors.As(err, &overlap) {
		t.Fatalf("two voids of one payment: %v", err)
	}
	must(t, func() (Attempt, error) { return l.Send(ctx, void.ID, "") })
	if spent, _, err := l.Spent(ctx, ada); err != nil || len(spent) != 1 {
		t.Fatalf("spent while it is taken back: %v, %v", spent, err)
	}
	must(t, func() (Attempt, error) {
		return l.Settle(ctx, void.ID, payment.Outcome{State: payment.Taken, Reference: "9001"})
	})
	if spent, _, err := l.Spent(ctx, ada); err != nil || len(spent) != 0 {
		t.Fatalf("spent after it was taken back: %v, %v", spent, err)
	}
	_, basis, err := l.Spent(ctx, ada)
	want(t, err, nil)
	third := must(t, func() (Attempt, error) {
		return l.CreateAttempt(ctx, Attempt{Attempt: payment.Attempt{ID: rand.Text(), Act: payment.ActVoid,
			Target: PaymentTarget("9001"), Value: a.Total()}, Patient: ada, Portal: "harbor", Subject: "joe", Basis: basis})
	})
	if _, err := l.Claim(ctx, ada, third.ID, CardUse{}); !errors.As(err, &overlap) {
		t.Fatalf("a second void of a payment that was taken back: %v", err)
	}
}

// A payment may be claimed, and even end, after the amounts were read and
// before the attempt is made of them.
func testStaleBasis(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	first := create(t, l, ada, "501")
	_, basis, err := l.Spent(ctx, ada)
	want(t, err, nil)
	settle(t, l, send(t, l, first), payment.Taken)
	late := must(t, func() (Attempt, error) {
		return l.CreateAttempt(ctx, Attempt{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge("501")},
			Patient: ada, Basis: basis})
	})
	_, err = l.Claim(ctx, ada, late.ID, visa)
	var overlap *OverlapError
	if !errors.As(err, &overlap) || overlap.Other.ID != first.ID {
		t.Fatalf("stale amounts were claimed: %v", err)
	}
}

// What was claimed was never sent; of what was sent nobody knows. Only what
// lies back far enough is touched.
func testRecover(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	sending, claimed, made := send(t, l, create(t, l, ada, "501")), claim(t, l, create(t, l, ada, "502", "503")), create(t, l, bob, "501")
	c.advance(time.Minute)
	fresh := send(t, l, create(t, l, ada2, "501"))
	for _, want := range []int{1, 0} {
		notSent, unknown, err := l.Recover(ctx, c.now())
		if err != nil || notSent != want || unknown != want {
			t.Fatalf("recovered %d and %d, %v; want %d", notSent, unknown, err, want)
		}
	}
	for id, state := range map[string]payment.State{sending.ID: payment.Unknown, claimed.ID: payment.NotSent} {
		events := must(t, func() ([]Event, error) { return l.Events(ctx, id) })
		if last := events[len(events)-1]; last.What != EventRecovered || last.State != state {
			t.Fatalf("events %+v", events)
		}
	}
	if a := must(t, func() (Attempt, error) { return l.Attempt(ctx, ada2, fresh.ID) }); a.State != payment.Sending {
		t.Fatalf("one under way is %s", a.State)
	}
	_, err := l.Send(ctx, claimed.ID, "1") // its server comes back
	want(t, err, ErrTransition)
	_, err = l.Claim(ctx, ada, sending.ID, visa)
	var known *ClaimedError
	if !errors.As(err, &known) || known.Attempt.State != payment.Unknown {
		t.Fatalf("a recovered attempt: %v", err)
	}
	claim(t, l, made) // what was not claimed is as it was
	spent, _, err := l.Spent(ctx, ada)
	if err != nil || !reflect.DeepEqual(spent, []payment.Spent{{Line: charge("501").Lines[0]}}) {
		t.Fatalf("spent %v, %v", spent, err)
	}
}

// A payment that was taken counts for a day, and for longer while an older one
// is in doubt; one that was declined never.
func testSpent(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	count := func(want int, why string) {
		t.Helper()
		if spent, _, err := l.Spent(ctx, ada); err != nil || len(spent) != want {
			t.Fatalf("%s: %d lines, %v; want %d", why, len(spent), err, want)
		}
	}
	settle(t, l, send(t, l, create(t, l, ada, "501")), payment.Declined)
	settle(t, l, send(t, l, create(t, l, ada, "501", "502")), payment.Taken)
	settle(t, l, send(t, l, create(t, l, bob, "503")), payment.Taken)
	count(2, "just taken")
	c.advance(Lately)
	if _, taken, err := l.Recent(ctx, ada); err != nil || len(taken) != 1 {
		t.Fatalf("recently taken %v, %v", taken, err)
	}
	count(2, "a day later")
	c.advance(time.Second)
	count(0, "more than a day later")
	doubt := send(t, l, create(t, l, ada, "504"))
	settle(t, l, doubt, payment.Unknown)
	c.advance(2 * RepeatWithin)
	settle(t, l, send(t, l, create(t, l, ada, "505")), payment.Taken)
	c.advance(10 * Lately)
	count(2, "taken after one in doubt")
	live, taken, err := l.Recent(ctx, ada)
	if err != nil || len(live) != 1 || live[0].ID != doubt.ID || len(taken) != 0 {
		t.Fatalf("recent %v, %v, %v", live, taken, err)
	}
	settle(t, l, doubt, payment.NotSent)
	count(0, "nothing in doubt")
}

// A write that panics half-way is an error, and nothing of it stays.
func testPanic(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	err := l.write(ctx, "try", func(t tx) error {
		if err := t.setDelay(ada.Practice, time.Second); err != nil {
			return err
		}
		panic("half-way")
	})
	if err == nil || !strings.Contains(err.Error(), "half-way") {
		t.Errorf("panic ended with %v", err)
	}
	if lag := must(t, func() (time.Duration, error) { return l.Lag(ctx, ada.Practice) }); lag != 0 {
		t.Errorf("half of the write stayed")
	}
}

// The receipt is ordered once, for a payment that was taken and an address.
func testEmailed(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	due := func() int { return len(must(t, func() ([]Attempt, error) { return l.MailsDue(ctx, 10) })) }
	a := send(t, l, create(t, l, ada, "501"))
	want(t, l.MarkEmailed(ctx, a.ID, true, ""), ErrTransition)
	must(t, func() (Attempt, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Taken, Reference: "1"})
	})
	if due() != 1 {
		t.Fatalf("%d receipts due", due())
	}
	if won, _ := race(20, func() error {
		_, err := l.OrderMail(ctx, a.ID)
		return err
	}); won != 1 || due() != 0 {
		t.Fatalf("%d may order the receipt, %d due", won, due())
	}
	want(t, l.MarkEmailed(ctx, a.ID, true, "evidence"), nil)
	want(t, l.MarkEmailed(ctx, a.ID, false, "evidence"), ErrTransition)
	if a := must(t, func() (Attempt, error) { return l.Attempt(ctx, ada, a.ID) }); !a.EmailSent {
		t.Fatalf("the order to send was forgotten")
	}
	if n := len(must(t, func() ([]Event, error) { return l.Events(ctx, a.ID) })); n != 6 {
		t.Fatalf("%d events", n)
	}
	none := visa
	none.Email = ""
	b := create(t, l, bob, "501")
	must(t, func() (Attempt, error) { return l.Claim(ctx, bob, b.ID, none) })
	must(t, func() (Attempt, error) { return l.Send(ctx, b.ID, "") })
	must(t, func() (Attempt, error) {
		return l.Settle(ctx, b.ID, payment.Outcome{State: payment.Taken, Reference: "2"})
	})
	if due() != 0 {
		t.Fatalf("a receipt for nobody")
	}
}
