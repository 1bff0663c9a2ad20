package reconcile

import (
	"context"
	"testing"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// What a person has opened again stays open: they know better than the list.
func TestTaskThatAPersonOpenedAgain(t *testing.T) {
	ctx := context.Background()
	back := func(c *cabinet, k ledger.Task) {
		t.Helper()
		if err := c.book.ReopenTask(ctx, someone.Practice, k.ID, boss, true, "I have asked"); err != nil {
			t.Fatal(err)
		}
		c.days(3)
		if open := c.tasks(); len(open) != 1 || open[0].ID != k.ID || open[0].Back == nil || open[0].Back.By != boss {
			t.Errorf("%+v", open)
		}
	}
	year := newCabinet(t)
	year.signsYear()
	year.years = []payment.Agreement{theYear}
	year.days(1)
	year.years, year.bills = nil, []payment.Bill{unpaid}
	year.days(2)
	year.years = []payment.Agreement{theYear}
	year.days(1)
	k, err := year.book.Task(ctx, someone.Practice, EndedTask("YEARYEARYEARYEAR"))
	if err != nil || k.Done == nil || !k.Done.Itself {
		t.Fatalf("%+v, %v", k, err)
	}
	back(year, k)

	plan := owes(t)
	plan.plans[0].Next = "2026-12-01" // stands still, so that it is judged each day
	plan.charged("2026-12-05", 2500)
	plan.days(1)
	back(plan, plan.stands("2026-12-01", false))
}

// ticks has a person say that they have looked after a task.
func (c *cabinet) ticks(id string) {
	c.t.Helper()
	if err := c.book.FinishTask(context.Background(), someone.Practice, id, ana, "called them"); err != nil {
		c.t.Fatal(err)
	}
}

// Whoever looked after one payment that was missing has not looked after the plan: the
// next is a task again, whether the list goes on or stands still.
func TestPlanIsWatchedAfterATick(t *testing.T) {
	for _, stands := range []bool{false, true} {
		c := owes(t)
		if stands {
			c.plans[0].Next = "2026-12-01"
		}
		c.ticks(MissedTask("PLANPLANPLANPLAN", "2026-12-01"))
		c.until("2027-01-01")
		if open, why := c.tasks(), c.ended(); len(open) != 0 || why != "" {
			t.Errorf("stands %t: %+v, %q", stands, open, why)
		}
		if !stands {
			c.plans[0].Next = "2027-02-01"
		}
		c.until("2027-01-10")
		c.stands("2026-12-01", false)
		c.stands("2027-01-01", true)
		if open := c.tasks(); len(open) != 1 {
			t.Errorf("stands %t: %+v", stands, open)
		}
	}
}

// A tick that is taken back lets the plan be looked for again.
func TestPlanIsWatchedAfterATickIsTakenBack(t *testing.T) {
	c := owes(t)
	listed := c.plans
	c.plans = nil
	c.days(2)
	id := EndedTask("PLANPLANPLANPLAN")
	c.ticks(id)
	c.days(1)
	if why := c.ended(); why != "somebody has looked at it" {
		t.Fatalf("%q", why)
	}
	c.plans = listed
	if err := c.book.ReopenTask(context.Background(), someone.Practice, id, ana, false, "the wrong patient"); err != nil {
		t.Fatal(err)
	}
	before := c.read
	c.until("2027-01-01")
	c.plans[0].Next = "2027-02-01"
	c.until("2027-01-10")
	if c.read == before {
		t.Error("it is not looked for")
	}
	c.stands("2027-01-01", true)
	if k, err := c.book.Task(context.Background(), someone.Practice, id); err != nil || k.Done != nil {
		t.Errorf("%+v, %v", k, err)
	}
}
