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
		"row":      testRow,
		"launch":   testLaunch,
		"notices":  testNotices,
		"sending":  testMarkSending,
		"overlap":  testOverlap,
		"repeat":   testDuplicate,
		"late":     testLate,
		"truth":    testLateTruth,
		"shared":   testSharedReference,
		"looks":    testChecks,
		"turn":     testTurn,
		"person":   testReview,
		"standing": testStanding,
		"outcomes": testOutcomes,
		"decide":   testDecide,
		"approve":  testApprove,
		"void":     testVoid,
		"stale":    testStaleBasis,
		"recover":  testRecover,
		"texts":    testTexts,
		"zones":    testZones,
		"spent":    testPending,
		"emailed":  testEmailed,
		"restore":  testRestore,
		"record":   testRecord,
		"sessions": testSessions,
		"acting":   testActingSession,
		"ending":   testEndOrClaim,
		"since":    testClaimedSince,
		"lost":     testLostUpdates,
		"launches": testLaunches,
		"forms":    testForms,
		"consent":  testConsent,
		"agreeing": testAgreeingAgain,
		"plans":    testPlans,
		"account":  testUnapplied,
		"adjusted": testAdjusted,
		"kinds":    testKinds,
		"handover": testHandovers,
		"prune":    testPrune,
		"counters": testCounters,
		"panic":    testPanic,
		"acts":     testDeskActs,
		"tasks":    testTasks,
		"undone":   testTaskBack,
		"watched":  testWatch,
		"watching": testWatchDecided,
		"correct":  testCorrect,
		"nothing":  testCorrectNothingElse,
		"drawer":   testDrawer,
		"counted":  testDrawerOnce,
		"closed":   testDrawerSigned,
		"absent":   testDrawerOfAnother,
		"landed":   testDrawerLate,
		"recount":  testDrawerRecounted,
		"places":   testDrawerDepartments,
		"recorded": testRecordings,
		"instead":  testRecordedInstead,
		"meet":     testDeskMeetsPayer,
		"vendor":   testVendor,
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
	sent := must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "9000") })
	if sent.State != payment.Sending || !sent.Sent.Equal(c.now()) || sent.Brand != visa.Brand ||
		sent.Last4 != visa.Last4 || sent.Email != visa.Email || sent.ReceiptWatermark != "9000" {
		t.Fatalf("sent %+v", sent)
	}
	c.advance(time.Minute)
	taken := must(t, func() (Record, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: "9001", Evidence: "200"})
	})
	if taken.State != payment.Succeeded || !taken.Ended.Equal(c.now()) || taken.Reference != "9001" {
		t.Fatalf("settled %+v", taken)
	}
	elsewhere := ada
	elsewhere.Department, elsewhere.Appointment = 2, 0
	read := must(t, func() (Record, error) { return l.AttemptForPatient(ctx, elsewhere, a.ID) })
	if !reflect.DeepEqual(read, taken) {
		t.Fatalf("read %+v, settled %+v", read, taken)
	}
	for _, stranger := range []payment.Patient{bob, ada2, {}} {
		_, err := l.AttemptForPatient(ctx, stranger, a.ID)
		want(t, err, ErrNotFound)
		_, err = l.Claim(ctx, stranger, a.ID, visa)
		want(t, err, ErrNotFound)
	}
	_, err := l.CreateAttempt(ctx, a)
	want(t, err, ErrConflict)
	_, err = l.Settle(ctx, rand.Text(), payment.Outcome{State: payment.Succeeded})
	want(t, err, ErrNotFound)
	a.ID, a.AsOfSeq = rand.Text(), 0
	if _, err := l.CreateAttempt(ctx, a); err == nil {
		t.Fatalf("an attempt without the number of an event was made")
	}
	a.ID, a.AsOfSeq, a.Charge = rand.Text(), 1, payment.Charge{}
	if _, err := l.CreateAttempt(ctx, a); err == nil {
		t.Fatalf("an attempt without lines was made")
	}
}

func testMarkSending(t *testing.T, _ *clock, open func(fatal) *Ledger) {
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
	tabs := make(chan Record, 100)
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

// Of all who want to look, one gets the turn.
func testChecks(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	due := func() []Record { return must(t, func() ([]Record, error) { return l.ChecksDue(ctx, 10) }) }
	a := send(t, l, create(t, l, ada, "501"))
	if len(due()) != 0 {
		t.Fatalf("looked for while it is sent")
	}
	settle(t, l, a, payment.Unknown)
	first := due()
	if len(first) != 1 || first[0].Checks != 0 {
		t.Fatalf("due %+v", first)
	}
	next := c.now().Add(15 * time.Second)
	won, others := race(20, func() error {
		_, err := l.Check(ctx, first[0], next)
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
	if len(again) != 1 || again[0].Checks != 1 {
		t.Fatalf("due again %+v", again)
	}
	found := must(t, func() (Record, error) {
		return l.Find(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: "77"})
	})
	_, err := l.Check(ctx, again[0], next)
	want(t, err, ErrConflict)
	if found.Reference != "77" || len(due()) != 1 { // once more, to be seen
		t.Fatalf("found %+v, due %+v", found, due())
	}
	want(t, l.Seen(ctx, a.ID, ""), nil)
	if len(due()) != 0 {
		t.Fatalf("due after it was seen")
	}
	for delay, longest := range map[time.Duration]time.Duration{time.Minute: time.Minute} {
		want(t, l.NoteListingDelay(ctx, ada.Practice, delay), nil)
		want(t, l.NoteListingDelay(ctx, ada.Practice, time.Second), nil)
		if got := must(t, func() (time.Duration, error) { return l.ListingDelay(ctx, ada.Practice) }); got != longest {
			t.Fatalf("lag %v", got)
		}
	}
}

// A payment may be claimed, and even end, after the amounts were read and
// before the attempt is made of them.
func testStaleBasis(t *testing.T, _ *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	first := create(t, l, ada, "501")
	_, asOf, err := l.Pending(ctx, ada)
	want(t, err, nil)
	settle(t, l, send(t, l, first), payment.Succeeded)
	late := must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge("501")},
			Patient: ada, AsOfSeq: asOf})
	})
	_, err = l.Claim(ctx, ada, late.ID, visa)
	var overlap *OverlapError
	if !errors.As(err, &overlap) || overlap.Other.ID != first.ID {
		t.Fatalf("stale amounts were claimed: %v", err)
	}
}

// A payment that was taken counts for a day, and for longer while an older one
// is in doubt; one that was declined never.
func testPending(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	count := func(want int, why string) {
		t.Helper()
		if pending, _, err := l.Pending(ctx, ada); err != nil || len(pending) != want {
			t.Fatalf("%s: %d lines, %v; want %d", why, len(pending), err, want)
		}
	}
	settle(t, l, send(t, l, create(t, l, ada, "501")), payment.Declined)
	settle(t, l, send(t, l, create(t, l, ada, "501", "502")), payment.Succeeded)
	settle(t, l, send(t, l, create(t, l, bob, "503")), payment.Succeeded)
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
	c.advance(2 * DuplicateWithin)
	settle(t, l, send(t, l, create(t, l, ada, "505")), payment.Succeeded)
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
		if err := t.setListingDelay(ada.Practice, time.Second); err != nil {
			return err
		}
		panic("half-way")
	})
	if err == nil || !strings.Contains(err.Error(), "half-way") {
		t.Errorf("panic ended with %v", err)
	}
	if delay := must(t, func() (time.Duration, error) { return l.ListingDelay(ctx, ada.Practice) }); delay != 0 {
		t.Errorf("half of the write stayed")
	}
}
