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

// What else is charged to the card when a payment is due, is not that payment: only its
// whole amount is, or all that was left of the plan. The rest is a person's to tell,
// from the first judgement on.
func TestAnotherChargeIsNoPaymentOfThePlan(t *testing.T) {
	for name, row := range map[string]struct {
		left, charged int64 // left: of the plan before; 0: not known
		open          bool
	}{
		"a visit's copay":           {9900, 1500, true},
		"a cent less":               {9900, 2499, true},
		"more":                      {9900, 4000, true},
		"the payment":               {9900, 2500, false},
		"the last one":              {1100, 1100, false},
		"less than the last one":    {1100, 1000, true},
		"the payment, left unknown": {0, 2500, false},
		"less, left unknown":        {0, 1100, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCabinet(t)
			c.signsPlan()
			plan := thePlan
			plan.Left, plan.LeftKnown = payment.Cents(row.left), row.left > 0
			c.plans = []payment.Plan{plan}
			c.bills = []payment.Bill{{ID: "claim-501", Kind: payment.Claim, Number: "501", Service: "2026-10-01", Balance: payment.Cents(9900)}}
			c.days(1)
			c.now = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
			c.days(1)
			c.plans[0].Next = "2027-01-01"
			c.charged("2026-12-01", row.charged)
			c.days(4)
			if open := c.tasks(); (len(open) > 0) != row.open {
				t.Errorf("%+v", open)
			}
		})
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

// A row that does not tell its payment is another's, once the number of the agreement
// is known: from the list, or from the receipt.
func TestRowsThatDoNotTellTheirPayment(t *testing.T) {
	anothers := payment.Agreement{Kind: payment.AgreementYear, ID: "3300"}
	receipt := payment.ReceiptSummary{Reference: "61234", Type: "AUTHORIZATION", Time: sent, Contract: "3301"}
	silent := theYear
	silent.Payment = ""
	for name, row := range map[string]struct {
		before []payment.Agreement
		rows   []payment.ReceiptSummary
		after  payment.Agreement
		tasks  int
	}{
		"the list told its number":     {[]payment.Agreement{theYear, anothers}, nil, anothers, 1},
		"the receipt tells its number": {[]payment.Agreement{silent, anothers}, []payment.ReceiptSummary{receipt}, anothers, 1},
		"nothing tells its number":     {[]payment.Agreement{silent, anothers}, nil, anothers, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCabinet(t)
			c.signsYear()
			c.years, c.rows = row.before, row.rows
			c.days(3)
			c.years, c.bills = []payment.Agreement{row.after}, []payment.Bill{unpaid}
			c.days(3)
			if open, why := c.tasks(), c.ended(); len(open) != row.tasks || why != "" {
				t.Errorf("%+v, %q", open, why)
			}
		})
	}
	t.Run("given up", func(t *testing.T) {
		c := newCabinet(t)
		c.signsYear()
		c.years = []payment.Agreement{silent, anothers}
		c.days(29)
		if why := c.ended(); why != "" {
			t.Error(why)
		}
		c.days(2)
		if why := c.ended(); why != "no list has shown it" {
			t.Errorf("%q", why)
		}
	})
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

// Where another plan takes as much from the same card, one receipt does not tell whose
// payment was made: there has to be one for each. What else is listed has no part in it.
func TestOneReceiptIsNotThePaymentOfTwoPlans(t *testing.T) {
	for name, test := range map[string]struct {
		other   func(*payment.Plan)
		twice   bool
		settled bool
	}{
		"another plan":                   {func(*payment.Plan) {}, false, false},
		"another plan, card not said":    {func(p *payment.Plan) { p.Last4 = "" }, false, false},
		"another plan and its receipt":   {func(*payment.Plan) {}, true, true},
		"a plan of another card":         {func(p *payment.Plan) { p.Last4 = "4242" }, false, true},
		"a plan of another amount":       {func(p *payment.Plan) { p.Cycle = payment.Cents(2600) }, false, true},
		"a plan by statement":            {func(p *payment.Plan) { p.Billing = payment.BilledByStatement }, false, true},
		"a plan that begins later":       {func(p *payment.Plan) { p.Start = "2027-03-01" }, false, true},
		"a plan of which nothing's left": {func(p *payment.Plan) { p.Left = payment.Amount{} }, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := owes(t)
			other := thePlan
			other.ID, other.Claims, other.Last4 = "9009", []string{"777"}, "1111"
			test.other(&other)
			c.plans = append(c.plans, other)
			c.charged("2026-12-03", 2500)
			if test.twice {
				c.charged("2026-12-04", 2500)
			}
			c.days(2)
			c.stands("2026-12-01", !test.settled)
		})
	}
}

// A plan that was signed here may have taken the payment and be gone from the list since.
func TestOneReceiptIsNotThePaymentOfAPlanThatIsGone(t *testing.T) {
	for name, test := range map[string]struct {
		start   payment.Day
		cycle   int64
		settled bool
	}{
		"due in the same days": {"2026-12-02", 2500, false},
		"due later":            {"2027-02-01", 2500, true},
		"of another amount":    {"2026-12-02", 2600, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := owes(t)
			c.makes(payment.Attempt{ID: "GONEGONEGONEGONE", Kind: payment.KindPlan, PatientName: "Ada", Terms: payment.Terms{Cycle: payment.Cents(test.cycle), Start: test.start},
				Charge: payment.Charge{Lines: []payment.Line{{Bill: "claim-777", Kind: payment.Claim, Number: "777", Amount: payment.Cents(5000), Balance: payment.Cents(5000)}}}}, payment.Outcome{State: payment.Succeeded})
			c.charged("2026-12-03", 2500)
			c.days(2)
			c.stands("2026-12-01", !test.settled)
		})
	}
}
