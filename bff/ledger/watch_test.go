package ledger

import (
	"crypto/rand"
	"testing"
	"time"

	"paypane/web/payment"
)

// signs makes an agreement for a year of a patient.
func signs(t fatal, l *Ledger, p payment.Patient, reference string) Record {
	a := must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindAgreeYear, Target: "year", Value: payment.Cents(5000)}, Patient: p,
			Portal: "harbor", Subject: "eve", AsOfSeq: 1})
	})
	must(t, func() (Record, error) { return l.Claim(ctx, p, a.ID, visa) })
	must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "0") })
	return must(t, func() (Record, error) {
		return l.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: reference})
	})
}

// What lasts is due to be looked for a day after it was made, and is not among the
// payments that are looked up. Of all who want to look, one gets the turn. What its
// list says is kept while it says something else, and the end of it ends the looks.
func testWatch(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l, second := open(t), open(t)
	defer l.Close()
	defer second.Close()
	due := func() []Record { return must(t, func() ([]Record, error) { return l.WatchesDue(ctx, 10) }) }
	a := signs(t, l, ada, "61234")
	settle(t, l, send(t, l, create(t, l, bob, "501")), payment.Succeeded) // a payment is none
	if len(due()) != 0 || !a.NextCheck.Equal(c.now().Add(WatchEvery)) {
		t.Fatalf("due at once: %+v", a)
	}
	c.advance(WatchEvery)
	first := due()
	if len(first) != 1 || first[0].ID != a.ID {
		t.Fatalf("due %+v", first)
	}
	for _, looked := range must(t, func() ([]Record, error) { return l.ChecksDue(ctx, 10) }) {
		if looked.ID == a.ID {
			t.Error("it is looked up like a payment")
		}
	}
	won, others := race(10, func() error { return second.Watch(ctx, first[0], c.now().Add(WatchEvery)) })
	if won != 1 || len(due()) != 0 {
		t.Fatalf("%d have the turn", won)
	}
	for _, err := range others {
		want(t, err, ErrConflict)
	}
	if n := must(t, func() (int, error) { return l.BeginWatches(ctx) }); n != 0 {
		t.Errorf("%d begun that are watched", n)
	}
	if said := must(t, func() (Listed, error) { return l.LastListed(ctx, a) }); said != (Listed{}) {
		t.Errorf("before a look: %+v", said)
	}
	says := Listed{Contract: "3301", Ends: "2027-11-21", Left: payment.Cents(5000), LeftKnown: true}
	for range 3 {
		want(t, l.NoteListed(ctx, a, says), nil)
	}
	c.advance(time.Hour)
	says.Left = payment.Cents(100)
	want(t, l.NoteListed(ctx, a, says), nil)
	said := must(t, func() (Listed, error) { return second.LastListed(ctx, a) })
	says.At = c.now()
	if !said.At.Equal(says.At) {
		t.Errorf("said at %s", said.At)
	}
	if said.At = says.At; said != says {
		t.Errorf("said %+v", said)
	}
	c.advance(2 * WatchEvery)
	want(t, l.EndWatch(ctx, a, "its end has come"), nil)
	want(t, l.EndWatch(ctx, a, "its end has come"), nil) // by another server
	if n := must(t, func() (int, error) { return l.BeginWatches(ctx) }); n != 0 || len(due()) != 0 {
		t.Errorf("looked for after its end: %d", n)
	}
	want(t, l.Watch(ctx, first[0], c.now()), ErrConflict)
	acts := must(t, func() ([]Event, error) { return l.DeskActs(ctx, ActQuery{Practice: ada.Practice}) })
	if len(acts) != 3 || acts[0].Desk.What != ActOver || acts[0].Evidence != "its end has come" || acts[0].Who != "reconciler" {
		t.Errorf("written down %+v", acts)
	}
	// One that was made before there were looks.
	old := signs(t, l, bob, "61235")
	want(t, l.write(ctx, "forget the look", func(t tx) error {
		rest(&old)
		return t.updateAttempt(old)
	}), nil)
	if n := must(t, func() (int, error) { return l.BeginWatches(ctx) }); n != 1 || len(due()) != 1 {
		t.Errorf("%d begun", n)
	}
	// A tick that a person takes back has it looked for again; the reconciler's does not.
	k := Task{ID: "ended-" + a.ID, Practice: ada.Practice, Patient: ada.ID, Kind: TaskEnded, Attempt: a.ID, By: Reconciler}
	want(t, l.AddTask(ctx, k), nil)
	for i, by := range []DeskSigner{Reconciler, {ID: "desk/bo", Name: "Bo", Role: "front_desk"}} {
		want(t, l.FinishTask(ctx, ada.Practice, k.ID, by, ""), nil)
		want(t, l.ReopenTask(ctx, ada.Practice, k.ID, by, false, "so"), nil)
		if n := len(due()); n != 1+i {
			t.Errorf("opened again by %s: %d due", by.ID, n)
		}
	}
	if r := must(t, func() (Report, error) { return l.Verify(ctx) }); r.Acts != 8 {
		t.Errorf("verified %+v", r)
	}
}

// An agreement that a person says was made is looked for too.
func testWatchDecided(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	a := must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindAgreeYear, Target: "year", Value: payment.Cents(5000)}, Patient: ada,
			Portal: "harbor", Subject: "eve", AsOfSeq: 1})
	})
	must(t, func() (Record, error) { return l.Claim(ctx, ada, a.ID, visa) })
	must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "0") })
	settle(t, l, a, payment.Unknown)
	got, decided, err := l.Decide(ctx, a.ID, Decision{By: "harbor/eve", Reason: "seen", State: payment.Succeeded, Reference: "88"}, payment.Amount{})
	want(t, err, nil)
	if !decided || !got.NextCheck.Equal(c.now().Add(WatchEvery)) {
		t.Errorf("%t %+v", decided, got)
	}
}

// A tick is taken back by whoever ticked, or by one who may for anybody, with a
// reason: as a new record. The task is then open as before, and can be ticked again.
func testTaskBack(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	bo, ana := DeskSigner{ID: "desk/109876543210987654321", Name: "Bo", Role: "front_desk"}, DeskSigner{ID: "desk/ana", Name: "Ana", Role: "manager"}
	k := Task{ID: "refund-9001", Practice: ada.Practice, Patient: ada.ID, Kind: TaskRefund, Payment: "9001", By: eve}
	want(t, l.ReopenTask(ctx, ada.Practice, k.ID, bo, false, "so"), ErrNotFound)
	want(t, l.AddTask(ctx, k), nil)
	other := k
	other.Practice = ada2.Practice // the same number, elsewhere
	want(t, l.AddTask(ctx, other), nil)
	want(t, l.ReopenTask(ctx, ada.Practice, k.ID, bo, false, "so"), ErrTransition)
	standing := func(open, done int) Task {
		t.Helper()
		waiting := must(t, func() ([]Task, error) { return l.OpenTasks(ctx, ada.Practice) })
		ended := must(t, func() ([]Task, error) { return l.DoneTasks(ctx, ada.Practice, 10) })
		w := must(t, func() (Work, error) { return l.Work(ctx) })
		if len(waiting) != open || len(ended) != done || w.Tasks[TaskRefund] != open+1 {
			t.Fatalf("open %+v, done %+v, counted %+v", waiting, ended, w)
		}
		return must(t, func() (Task, error) { return l.Task(ctx, ada.Practice, k.ID) })
	}
	standing(1, 0)
	want(t, l.FinishTask(ctx, ada.Practice, k.ID, bo, "done"), nil)
	if k := standing(0, 1); k.Done == nil || !k.Done.By.Is(bo.ID) || k.Done.Itself || k.Back != nil {
		t.Errorf("%+v", k)
	}
	c.advance(time.Minute)
	want(t, l.ReopenTask(ctx, ada.Practice, k.ID, ana, false, "so"), ErrElse)
	want(t, l.ReopenTask(ctx, ada.Practice, k.ID, bo, false, " "), ErrText)
	won, _ := race(10, func() error {
		return l.ReopenTask(ctx, ada.Practice, k.ID, bo, false, "card 4111 1111 1111 1111: the wrong patient")
	})
	if won != 1 {
		t.Fatalf("taken back %d times", won)
	}
	if k := standing(1, 0); k.Done != nil || k.Back == nil || !k.Back.By.Is(bo.ID) || !k.Back.At.Equal(c.now()) || payment.HoldsCardNumber(k.Back.Why) || k.Back.Why == "" {
		t.Errorf("%+v", k)
	}
	want(t, l.FinishTask(ctx, ada.Practice, k.ID, ana, ""), nil)
	want(t, l.FinishTask(ctx, ada.Practice, k.ID, bo, ""), ErrConflict)
	want(t, l.ReopenTask(ctx, ada.Practice, k.ID, bo, false, "so"), ErrElse) // who ticked before
	want(t, l.ReopenTask(ctx, ada.Practice, k.ID, bo, true, "so"), nil)
	want(t, l.FinishTask(ctx, ada.Practice, k.ID, Reconciler, "listed"), nil)
	if k := standing(0, 1); k.Done == nil || !k.Done.Itself || k.Done.Note != "listed" {
		t.Errorf("%+v", k)
	}
	want(t, l.ReopenTask(ctx, ada.Practice, k.ID, Reconciler, false, "again"), nil)
	standing(1, 0)
	if r := must(t, func() (Report, error) { return l.Verify(ctx) }); r.Acts != 8 {
		t.Errorf("verified %+v", r)
	}
}
