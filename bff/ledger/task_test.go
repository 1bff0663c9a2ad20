package ledger

import (
	"testing"
	"time"

	"paypane/web/payment"
)

// A task is made once about the same, stays until somebody says that they have done
// it, and that is said once; it is counted, by what it is, until then.
func testTasks(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	k := Task{ID: "refund-9001", Practice: ada.Practice, Patient: ada.ID, Kind: TaskRefund, Payment: "9001", Amount: payment.Cents(4000), When: c.now(), Name: "Ada",
		Why: "they moved away", By: eve}
	want(t, l.AddTask(ctx, k), nil)
	want(t, l.AddTask(ctx, k), ErrConflict)
	other := k
	other.Practice = ada2.Practice
	want(t, l.AddTask(ctx, other), nil)
	none := k
	none.ID = ""
	want(t, l.AddTask(ctx, none), ErrText)
	c.advance(time.Hour)
	open1 := must(t, func() ([]Task, error) { return l.OpenTasks(ctx, ada.Practice) })
	if len(open1) != 1 || open1[0].ID != k.ID || open1[0].Amount != k.Amount || open1[0].Why != k.Why || open1[0].By != eve || !open1[0].When.Equal(k.When) || open1[0].Done != nil {
		t.Fatalf("open %+v", open1)
	}
	if w := must(t, func() (Work, error) { return l.Work(ctx) }); w.Tasks[TaskRefund] != 2 || len(w.Reviews) != 0 {
		t.Errorf("waiting %+v", w)
	}
	bo := DeskSigner{ID: "desk/bo", Name: "Bo", Role: "front_desk"}
	want(t, l.FinishTask(ctx, ada.Practice, "refund-1", bo, ""), ErrNotFound)
	won, _ := race(10, func() error { return l.FinishTask(ctx, ada.Practice, k.ID, bo, "card 4111 1111 1111 1111, by check") })
	if won != 1 {
		t.Fatalf("done %d times", won)
	}
	want(t, l.FinishTask(ctx, ada.Practice, k.ID, eve, ""), ErrConflict)
	want(t, l.AddTask(ctx, k), ErrConflict)
	if left := must(t, func() ([]Task, error) { return l.OpenTasks(ctx, ada.Practice) }); len(left) != 0 {
		t.Errorf("open %+v", left)
	}
	done := must(t, func() ([]Task, error) { return l.DoneTasks(ctx, ada.Practice, 10) })
	if len(done) != 1 || done[0].Done == nil || done[0].Done.By != bo || !done[0].Done.At.Equal(c.now()) || payment.HoldsCardNumber(done[0].Done.Note) {
		t.Fatalf("done %+v", done)
	}
	if one := must(t, func() (Task, error) { return l.Task(ctx, ada.Practice, k.ID) }); one.Done == nil {
		t.Errorf("%+v", one)
	}
	_, err := l.Task(ctx, ada.Practice, "")
	want(t, err, ErrNotFound)
	if w := must(t, func() (Work, error) { return l.Work(ctx) }); w.Tasks[TaskRefund] != 1 {
		t.Errorf("waiting %+v", w)
	}
	if r := must(t, func() (Report, error) { return l.Verify(ctx) }); r.Acts != 3 {
		t.Errorf("verified %+v", r)
	}
}
