package reconcile

import (
	"context"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// owes is a cabinet with a plan of which the payment of December 1 was missed, on the
// 4th of December, and with the list going on to January.
func owes(t *testing.T) *cabinet {
	t.Helper()
	c := newCabinet(t)
	c.signsPlan()
	c.plans = []payment.Plan{thePlan}
	c.bills = []payment.Bill{{ID: "claim-501", Kind: payment.Claim, Number: "501", Service: "2026-10-01", Balance: payment.Cents(9900)}}
	c.days(1)
	c.now = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	c.days(1)
	c.plans[0].Next = "2027-01-01"
	c.days(2)
	c.stands("2026-12-01", true)
	return c
}

// stands fails unless there is a task for the payment that was due on a day, open or not.
func (c *cabinet) stands(due payment.Day, open bool) ledger.Task {
	c.t.Helper()
	k, err := c.book.Task(context.Background(), someone.Practice, MissedTask("PLANPLANPLANPLAN", due))
	if err != nil || (k.Done == nil) != open || !k.Missed || k.Since != due {
		c.t.Fatalf("on %s: %+v, %v", c.now, k, err)
	}
	return k
}

// until lets days pass until a day has come.
func (c *cabinet) until(day payment.Day) {
	c.t.Helper()
	for payment.DayOf(c.now) < day {
		c.days(1)
	}
}

func (c *cabinet) charged(day payment.Day, cents int64) {
	c.t.Helper()
	at, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		c.t.Fatal(err)
	}
	c.rows = append(c.rows, payment.ReceiptSummary{Reference: "613" + at.Format("0102"), Type: purchase, Time: at.Add(17 * time.Hour), Amount: payment.Cents(cents), Brand: payment.Visa, Last4: "1111"})
}

var (
	ana  = ledger.DeskSigner{ID: "desk/ana", Name: "Ana", Role: "front_desk"}
	boss = ledger.DeskSigner{ID: "desk/max", Name: "Max", Role: "manager"}
)

// A plan that comes back into its list closes what was told of its absence, and not
// what was told of a payment.
func TestMissedPaymentOfAPlanThatIsListedAgain(t *testing.T) {
	c := owes(t)
	listed := c.plans
	for _, gone := range []int{1, 3} { // the list is wrong once; the plan is away
		c.plans = nil
		c.days(gone)
		c.plans = listed
		c.days(3)
		c.stands("2026-12-01", true)
		if open := c.tasks(); len(open) != 1 {
			t.Errorf("after %d days: %+v", gone, open)
		}
	}
	if k, err := c.book.Task(context.Background(), someone.Practice, EndedTask("PLANPLANPLANPLAN")); err != nil || k.Missed || k.Done == nil || k.Done.Note != EndedListed {
		t.Errorf("%+v, %v", k, err)
	}
}

// The regular payment of a month does not settle the one that was missed before it,
// nor does another charge. Each that is missed is a task, and each is closed by its own.
func TestMissedPaymentsAreToldApart(t *testing.T) {
	c := owes(t)
	c.charged("2026-12-10", 1500) // a visit
	c.until("2026-12-20")
	c.stands("2026-12-01", true)

	c.charged("2027-01-01", 2500)
	c.plans[0].Next, c.plans[0].Left = "2027-02-01", payment.Cents(7400)
	c.until("2027-01-20")
	c.stands("2026-12-01", true)
	if open := c.tasks(); len(open) != 1 {
		t.Errorf("after January: %+v", open)
	}

	c.until("2027-02-01")
	c.plans[0].Next = "2027-03-01"
	c.until("2027-02-10")
	c.stands("2026-12-01", true)
	c.stands("2027-02-01", true)

	c.charged("2027-02-09", 2500)
	c.days(1)
	if k := c.stands("2027-02-01", false); k.Done.Note != EndedPaid {
		t.Errorf("%+v", k)
	}
	c.stands("2026-12-01", true)
	c.charged("2026-12-21", 2500) // the list was late
	c.days(1)
	c.stands("2026-12-01", false)
	if why := c.ended(); why != "" || len(c.tasks()) != 0 {
		t.Errorf("%q, %+v", why, c.tasks())
	}
}

// A payment that was due early is not that of the time before; the list's next day,
// and how often a plan is due, bound it.
func TestMissedPaymentIsBoundedByTheNextDay(t *testing.T) {
	for name, row := range map[string]struct {
		often   payment.Frequency
		next    payment.Day
		charged payment.Day
		open    bool
	}{
		"before the next":          {"", "2027-01-01", "2026-12-30", false},
		"a day before the next":    {"", "2027-01-01", "2026-12-31", true},
		"the practice moved it":    {"", "2026-12-20", "2026-12-19", true},
		"the list stands still":    {"", "2026-12-01", "2027-01-01", true},
		"each week":                {payment.Weekly, "2027-01-05", "2026-12-07", true},
		"each second week":         {payment.EveryTwoWeeks, "2027-01-05", "2026-12-14", true},
		"on the last day for work": {payment.MonthlyLastWork, "2027-01-05", "2026-12-29", true},
	} {
		t.Run(name, func(t *testing.T) {
			c := owes(t)
			c.plans[0].Frequency, c.plans[0].Next = row.often, row.next
			c.charged(row.charged, 2500)
			c.days(1)
			c.stands("2026-12-01", row.open)
		})
	}
}

// Once a plan is paid nothing of it is missing.
func TestMissedPaymentsOfAPaidPlan(t *testing.T) {
	c := owes(t)
	c.until("2027-01-01")
	c.plans[0].Next = "2027-02-01"
	c.until("2027-01-10")
	c.stands("2027-01-01", true)
	c.plans[0].Left = payment.Amount{}
	c.days(1)
	c.stands("2026-12-01", false)
	c.stands("2027-01-01", false)
	if why := c.ended(); why != "it is paid" {
		t.Error(why)
	}
}

// A list that stands still from the first payment that is missing on hides none of
// those after it.
func TestMissedPaymentsOfAListThatStandsStill(t *testing.T) {
	c := newCabinet(t)
	c.signsPlan()
	c.plans = []payment.Plan{thePlan}
	c.days(1)
	c.until("2027-02-10")
	for _, due := range []payment.Day{"2026-12-01", "2027-01-01", "2027-02-01"} {
		c.stands(due, true)
	}
	if open := c.tasks(); len(open) != 3 {
		t.Errorf("%+v", open)
	}
}

// A plan's first payment may be due on the day after it was signed, before the first
// look, when the list has gone on to the next month: it is looked after like any other.
func TestFirstPaymentBeforeTheFirstLook(t *testing.T) {
	for name, paid := range map[string]bool{"missed": false, "made": true} {
		t.Run(name, func(t *testing.T) {
			c := newCabinet(t)
			c.now = time.Date(2026, 11, 30, 20, 0, 0, 0, time.UTC)
			c.signsPlan()
			plan := thePlan
			plan.Next = "2027-01-01"
			if paid {
				plan.Left = payment.Cents(7400)
			}
			c.plans = []payment.Plan{plan}
			c.bills = []payment.Bill{{ID: "claim-501", Kind: payment.Claim, Number: "501", Service: "2026-10-01", Balance: plan.Left}}
			c.until("2026-12-10")
			if paid {
				if open := c.tasks(); len(open) != 0 {
					t.Errorf("%+v", open)
				}
				return
			}
			c.stands("2026-12-01", true)
			c.until("2026-12-20")
			if open := c.tasks(); len(open) != 1 {
				t.Errorf("%+v", open)
			}
		})
	}
}
