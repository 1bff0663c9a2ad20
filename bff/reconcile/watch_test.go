package reconcile

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// cabinet is a Watch over a ledger in memory, and over what the upstream keeps of
// one patient, which a test writes.
type cabinet struct {
	*Watch
	t    *testing.T
	book *ledger.Ledger
	now  time.Time
	err  error // of the lists of agreements and plans
	read int   // how often those were

	years    []payment.Agreement
	visits   []payment.Agreement
	plans    []payment.Plan
	rows     []payment.ReceiptSummary
	bills    []payment.Bill
	visit    payment.Day
	unread   bool // receipts, statement and visit cannot be read
	priority bool // of payers: there are no calls to spare
}

func newCabinet(t *testing.T) *cabinet {
	c := &cabinet{t: t, now: sent, visit: "2026-11-30"}
	c.book = ledger.NewMemory(func() time.Time { return c.now })
	c.Watch = &Watch{Ledger: c.book, Books: c, Now: func() time.Time { return c.now }, Spare: func() bool { return !c.priority }, Log: slog.New(slog.DiscardHandler)}
	return c
}

func (c *cabinet) lists() error { c.read++; return c.err }

func (c *cabinet) YearAgreements(context.Context, payment.Patient) ([]payment.Agreement, error) {
	return c.years, c.lists()
}

func (c *cabinet) VisitAgreements(context.Context, payment.Patient) ([]payment.Agreement, error) {
	return c.visits, c.lists()
}

func (c *cabinet) Plans(context.Context, payment.Patient, ...string) ([]payment.Plan, error) {
	return c.plans, c.lists()
}

func (c *cabinet) down() error {
	if c.unread {
		return errors.New("503")
	}
	return nil
}

func (c *cabinet) Receipts(context.Context, payment.Patient) ([]payment.ReceiptSummary, error) {
	return c.rows, c.down()
}

func (c *cabinet) Statement(context.Context, payment.Patient) (payment.Statement, error) {
	return payment.Statement{Bills: c.bills}, c.down()
}

func (c *cabinet) Visit(_ context.Context, p payment.Patient) (payment.BookedVisit, bool, error) {
	if p.Appointment != 880211 {
		c.t.Errorf("asked for visit %d", p.Appointment)
	}
	return payment.BookedVisit{Appointment: payment.Appointment{Day: c.visit}}, c.visit != "", c.down()
}

// signs makes an agreement or a plan.
func (c *cabinet) signs(a payment.Attempt) ledger.Record {
	c.t.Helper()
	ctx, p := context.Background(), someone
	p.Appointment = 880211
	_, asOf, err := c.book.Pending(ctx, p)
	if err == nil {
		_, err = c.book.CreateAttempt(ctx, ledger.Record{Patient: p, Portal: "p", Subject: "s", AsOfSeq: asOf, Attempt: a})
	}
	if err == nil {
		_, err = c.book.Claim(ctx, p, a.ID, ledger.CardUse{Brand: payment.Visa, Last4: "1111"})
	}
	if err == nil {
		_, err = c.book.MarkSending(ctx, a.ID, "0")
	}
	made := ledger.Record{}
	if err == nil {
		reference := "61234"
		if a.Kind == payment.KindPlan {
			reference = ""
		}
		made, err = c.book.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: reference})
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return made
}

func (c *cabinet) signsYear() ledger.Record {
	return c.signs(payment.Attempt{ID: "YEARYEARYEARYEAR", Kind: payment.KindAgreeYear, Target: "year", Value: payment.Cents(20000), PatientName: "Ada"})
}

func (c *cabinet) signsVisit() ledger.Record {
	return c.signs(payment.Attempt{ID: "VISITVISITVISITV", Kind: payment.KindAgreeVisit, Target: "visit-880211", Value: payment.Cents(5000), PatientName: "Ada"})
}

func (c *cabinet) signsPlan() ledger.Record {
	return c.signs(payment.Attempt{ID: "PLANPLANPLANPLAN", Kind: payment.KindPlan, PatientName: "Ada", Terms: payment.Terms{Cycle: payment.Cents(2500), Start: "2026-12-01"},
		Charge: payment.Charge{Lines: []payment.Line{{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(9900), Balance: payment.Cents(9900)}}}})
}

// days lets days pass, with a turn after each.
func (c *cabinet) days(n int) {
	c.t.Helper()
	for range n {
		c.now = c.now.Add(ledger.WatchEvery)
		if err := c.Turn(context.Background()); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *cabinet) tasks() []ledger.Task {
	c.t.Helper()
	open, err := c.book.OpenTasks(context.Background(), someone.Practice)
	if err != nil {
		c.t.Fatal(err)
	}
	return open
}

// ended is why the watch ended; empty: it goes on.
func (c *cabinet) ended() string {
	c.t.Helper()
	acts, err := c.book.DeskActs(context.Background(), ledger.ActQuery{Practice: someone.Practice, What: ledger.ActOver})
	if err != nil || len(acts) > 1 {
		c.t.Fatal(acts, err)
	}
	if len(acts) == 0 {
		return ""
	}
	before := c.read
	c.days(2)
	if c.read != before {
		c.t.Error("it is looked for on")
	}
	return acts[0].Evidence
}

var (
	theYear = payment.Agreement{Kind: payment.AgreementYear, ID: "3301", Payment: "61234", Max: payment.Cents(20000), Left: payment.Cents(20000), LeftKnown: true, Ends: "2027-11-21"}
	unpaid  = payment.Bill{ID: "claim-601", Kind: payment.Claim, Number: "601", Service: "2026-11-30", Balance: payment.Cents(6500), Owed: payment.Cents(6500)}
	thePlan = payment.Plan{ID: "77", Cycle: payment.Cents(2500), Start: "2026-12-01", Next: "2026-12-01", Billing: payment.BilledToCard, Claims: []string{"501"}, Left: payment.Cents(9900), LeftKnown: true}
)

// An agreement that is gone from the list on two days, before its time and while
// something is open that it was for, is a task, once. It is looked for once a day.
func TestAgreementThatEndedEarly(t *testing.T) {
	c := newCabinet(t)
	c.signsYear()
	c.years = []payment.Agreement{theYear}
	if err := c.Turn(context.Background()); err != nil || c.read != 0 {
		t.Fatalf("looked for at once: %v", err)
	}
	c.days(10)
	for range 5 { // more turns in one day
		c.now = c.now.Add(time.Hour)
		if err := c.Turn(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if c.read != 10 || len(c.tasks()) != 0 {
		t.Fatalf("read %d times in 10 days, tasks %+v", c.read, c.tasks())
	}
	c.years, c.bills = nil, []payment.Bill{unpaid}
	c.days(1)
	if len(c.tasks()) != 0 {
		t.Error("a list that is empty for once makes a task")
	}
	c.days(3)
	open := c.tasks()
	if len(open) != 1 {
		t.Fatalf("tasks %+v", open)
	}
	k := open[0]
	if k.Kind != ledger.TaskEnded || k.ID != EndedTask("YEARYEARYEARYEAR") || k.Agreed != payment.KindAgreeYear || k.Open != payment.Cents(6500) || k.Amount != payment.Cents(20000) ||
		k.Name != "Ada" || k.Last4 != "1111" || k.Missed || k.By != ledger.Reconciler || k.Since == "" {
		t.Errorf("%+v", k)
	}
	// Once somebody has looked nobody is sent again.
	if err := c.book.FinishTask(context.Background(), someone.Practice, k.ID, ledger.DeskSigner{ID: "desk/ana", Name: "Ana", Role: "front_desk"}, ""); err != nil {
		t.Fatal(err)
	}
	c.days(1)
	if why := c.ended(); why != "somebody has looked at it" || len(c.tasks()) != 0 {
		t.Errorf("%q, %+v", why, c.tasks())
	}
}

// What turns up again closes its task by itself, and what is gone once more opens it.
func TestAgreementThatTurnsUpAgain(t *testing.T) {
	c := newCabinet(t)
	c.signsYear()
	c.years = []payment.Agreement{theYear}
	c.days(1)
	c.years, c.bills = nil, []payment.Bill{unpaid}
	c.days(2)
	id := c.tasks()[0].ID
	c.years = []payment.Agreement{theYear}
	c.days(1)
	k, err := c.book.Task(context.Background(), someone.Practice, id)
	if err != nil || k.Done == nil || !k.Done.Itself || k.Done.Note != EndedListed || len(c.tasks()) != 0 {
		t.Fatalf("%+v, %v", k, err)
	}
	c.days(1)
	c.years = nil
	c.days(2)
	if open := c.tasks(); len(open) != 1 || open[0].Back == nil || open[0].Back.Why != EndedAgain {
		t.Errorf("%+v", open)
	}
	c.days(3)
	if acts, err := c.book.DeskActs(context.Background(), ledger.ActQuery{Practice: someone.Practice, What: ledger.ActTaskBack}); err != nil || len(acts) != 1 {
		t.Errorf("opened %d times, %v", len(acts), err)
	}
}

// What ended as it should makes no task, and is not looked for any more.
func TestAgreementsThatEndAsTheyShould(t *testing.T) {
	charge := func(cents int64, contract string) payment.ReceiptSummary {
		return payment.ReceiptSummary{Reference: "61300", Type: purchase, Time: sent.Add(50 * time.Hour), Amount: payment.Cents(cents), Brand: payment.Visa, Last4: "1111", Contract: contract}
	}
	for name, row := range map[string]struct {
		signs  func(*cabinet) ledger.Record
		listed payment.Agreement
		change func(*cabinet)
		why    string // why it ended; empty: it is looked for on
	}{
		"its end": {(*cabinet).signsYear, theYear, func(c *cabinet) { c.now = time.Date(2027, 11, 19, 12, 0, 0, 0, eastern()) }, "its end has come"},
		"its end, which no list told": {(*cabinet).signsYear, payment.Agreement{ID: "3301", Payment: "61234"}, func(c *cabinet) { c.now = time.Date(2027, 11, 20, 12, 0, 0, 0, eastern()) },
			"its end has come"},
		"its limit, in receipts":                   {(*cabinet).signsYear, theYear, func(c *cabinet) { c.rows = []payment.ReceiptSummary{charge(20000, "3301")} }, "its limit is used"},
		"its limit, in receipts that name none":    {(*cabinet).signsYear, theYear, func(c *cabinet) { c.rows = []payment.ReceiptSummary{charge(20000, "")} }, "its limit is used"},
		"its limit, as receipts tell what is left": {(*cabinet).signsYear, theYear, func(c *cabinet) { r := charge(6000, "3301"); r.LeftKnown = true; c.rows = []payment.ReceiptSummary{r} }, "its limit is used"},
		"charged in part":                          {(*cabinet).signsYear, theYear, func(c *cabinet) { c.rows, c.bills = []payment.ReceiptSummary{charge(6000, "3301")}, nil }, ""},
		"its visit was charged":                    {(*cabinet).signsVisit, theYear, func(c *cabinet) { c.rows = []payment.ReceiptSummary{charge(5000, "3301")} }, "its limit is used"},
		"its visit was charged, below the limit":   {(*cabinet).signsVisit, theYear, func(c *cabinet) { c.rows = []payment.ReceiptSummary{charge(100, "3301")} }, "its visit was charged"},
		"its visit is cancelled":                   {(*cabinet).signsVisit, theYear, func(c *cabinet) { c.visit = "" }, "its visit is cancelled, or has another number"},
		"its visit left nothing, another one does": {(*cabinet).signsVisit, theYear, func(c *cabinet) { c.visit = "2026-11-29" }, ""},
		"another one for the same": {(*cabinet).signsVisit, theYear, func(c *cabinet) {
			c.visits = []payment.Agreement{{ID: "3302", Payment: "61299", Appointment: "880211"}}
		}, "another one was signed for the same"},
		"nothing is open":                           {(*cabinet).signsYear, theYear, func(c *cabinet) { c.bills = nil }, ""},
		"what is open is older":                     {(*cabinet).signsYear, theYear, func(c *cabinet) { c.bills[0].Service = "2026-10-01" }, ""},
		"what is open is in a plan":                 {(*cabinet).signsYear, theYear, func(c *cabinet) { c.bills[0].Hold = payment.HoldPlanned }, ""},
		"a row that does not say whose it is":       {(*cabinet).signsYear, theYear, func(c *cabinet) { c.years = []payment.Agreement{{Kind: payment.AgreementYear}} }, ""},
		"the list cannot be read":                   {(*cabinet).signsYear, theYear, func(c *cabinet) { c.err = errors.New("503") }, ""},
		"the list has rows that are not understood": {(*cabinet).signsYear, theYear, func(c *cabinet) { c.err = payment.ErrOddRows }, ""},
		"nothing else can be read":                  {(*cabinet).signsYear, theYear, func(c *cabinet) { c.unread = true }, ""},
		"no calls to spare":                         {(*cabinet).signsYear, theYear, func(c *cabinet) { c.priority = true }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCabinet(t)
			row.signs(c)
			c.years, c.visits = []payment.Agreement{row.listed}, []payment.Agreement{row.listed}
			c.days(3)
			if c.read != 3 || c.ended() != "" {
				t.Fatalf("read %d times, %q", c.read, c.ended())
			}
			c.years, c.visits, c.bills = nil, nil, []payment.Bill{unpaid}
			row.change(c)
			c.days(4)
			if why := c.ended(); why != row.why || len(c.tasks()) != 0 {
				t.Errorf("%q, %+v", why, c.tasks())
			}
		})
	}
}

// What no list ever had proves nothing by not being in it, and is given up in the end.
func TestAgreementThatWasNeverListed(t *testing.T) {
	c := newCabinet(t)
	c.signsYear()
	c.bills = []payment.Bill{unpaid}
	c.days(29)
	if len(c.tasks()) != 0 || c.ended() != "" {
		t.Fatalf("%+v", c.tasks())
	}
	c.days(2)
	if why := c.ended(); why != "no list has shown it" || len(c.tasks()) != 0 {
		t.Errorf("%q %+v", why, c.tasks())
	}
}

// What is gone while nothing is open is a task once something opens; after some
// months nobody expects that any more.
func TestGoneBeforeSomethingIsOpen(t *testing.T) {
	for days, tasks := range map[int]int{60: 1, 100: 0} {
		c := newCabinet(t)
		c.signsVisit()
		c.visits = []payment.Agreement{theYear}
		c.days(2)
		c.visits = nil
		c.days(days)
		c.bills = []payment.Bill{unpaid}
		c.days(2)
		if len(c.tasks()) != tasks {
			t.Errorf("after %d days: %+v, %q", days, c.tasks(), c.ended())
		}
	}
}

// A plan of which a payment is missing is a task, whether it goes on, stands still or
// is gone; one that was paid, by whatever sign of it, is none.
func TestPlanWithoutItsPayment(t *testing.T) {
	paid := payment.ReceiptSummary{Reference: "61301", Type: purchase, Time: time.Date(2026, 12, 1, 6, 0, 0, 0, eastern()), Amount: payment.Cents(2500), Brand: payment.Visa, Last4: "1111"}
	moves := func(c *cabinet) { c.plans[0].Next = "2027-01-01" }
	for name, row := range map[string]struct {
		change func(*cabinet)
		tasks  int
		why    string
		missed bool
	}{
		"missed, and it goes on":     {moves, 1, "", true},
		"missed, and it stands":      {func(*cabinet) {}, 1, "", true},
		"gone":                       {func(c *cabinet) { c.plans = nil }, 1, "", false},
		"a receipt":                  {func(c *cabinet) { moves(c); c.rows = []payment.ReceiptSummary{paid} }, 0, "", false},
		"less is left":               {func(c *cabinet) { moves(c); c.plans[0].Left = payment.Cents(7400) }, 0, "", false},
		"a receipt of another card":  {func(c *cabinet) { moves(c); r := paid; r.Last4 = "4242"; c.rows = []payment.ReceiptSummary{r} }, 1, "", true},
		"a receipt of before":        {func(c *cabinet) { moves(c); r := paid; r.Time = sent; c.rows = []payment.ReceiptSummary{r} }, 1, "", true},
		"paid":                       {func(c *cabinet) { c.plans[0].Left = payment.Amount{} }, 0, "it is paid", false},
		"by statements":              {func(c *cabinet) { c.plans[0].Billing = payment.BilledByStatement }, 0, "it charges no card", false},
		"gone, and its bill is paid": {func(c *cabinet) { c.plans, c.bills = nil, nil }, 0, "", false},
		"moved before it came":       {moves, 0, "", false},
		"the receipts are unread":    {func(c *cabinet) { moves(c); c.unread = true }, 0, "", false},
		"changed by the practice":    {func(c *cabinet) { c.plans[0].Cycle = payment.Cents(100) }, 0, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCabinet(t)
			c.signsPlan()
			c.plans = []payment.Plan{thePlan}
			c.bills = []payment.Bill{{ID: "claim-501", Kind: payment.Claim, Number: "501", Service: "2026-10-01", Balance: payment.Cents(9900)}}
			if name != "moved before it came" {
				c.days(1)
				c.now = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
			} else {
				c.days(3)
			}
			c.days(1)
			row.change(c)
			c.days(1)
			if len(c.tasks()) != 0 {
				t.Errorf("a task while the payment may still turn up: %+v", c.tasks())
			}
			if name == "moved before it came" {
				c.now = time.Date(2026, 12, 8, 12, 0, 0, 0, time.UTC)
			}
			c.days(3)
			open, why := c.tasks(), c.ended()
			if len(open) != row.tasks || why != row.why || len(open) > 0 && (open[0].Missed != row.missed || open[0].Agreed != payment.KindPlan || open[0].Open != payment.Cents(9900)) {
				t.Errorf("%+v, %q", open, why)
			}
			if !row.missed {
				return
			}
			paid := paid // late
			paid.Time = c.now
			c.rows = append(c.rows, paid)
			c.days(1)
			if k, err := c.book.Task(context.Background(), someone.Practice, open[0].ID); err != nil || k.Done == nil || k.Done.Note != EndedPaid {
				t.Errorf("after it was paid: %+v, %v", k, err)
			}
		})
	}
}

// What was signed before there were looks is looked for, once a server has started;
// what has ended is not looked for by the next one either. Of several servers one
// looks.
func TestWatchOfSeveralServers(t *testing.T) {
	c := newCabinet(t)
	a := c.signsYear()
	c.years = []payment.Agreement{theYear}
	c.now = c.now.Add(ledger.WatchEvery)
	other := *c.Watch
	for _, w := range []*Watch{c.Watch, &other, c.Watch, &other} {
		if err := w.Turn(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if c.read != 1 {
		t.Errorf("two servers read %d times", c.read)
	}
	if err := c.Ledger.EndWatch(context.Background(), a, "so"); err != nil {
		t.Fatal(err)
	}
	third := Watch{Ledger: c.book, Books: c, Now: c.Now, Log: c.Log}
	c.now = c.now.Add(2 * ledger.WatchEvery)
	if err := third.Turn(context.Background()); err != nil || c.read != 1 {
		t.Errorf("looked for what is over: %v", err)
	}
}

// A turn is for few patients, and goes on with others after one that fails.
func TestWatchTurnIsBounded(t *testing.T) {
	c := newCabinet(t)
	for i := range 5 {
		p := someone
		p.ID += 100 + i
		ctx := context.Background()
		a, err := c.book.CreateAttempt(ctx, ledger.Record{Patient: p, Portal: "p", Subject: "s", AsOfSeq: 1,
			Attempt: payment.Attempt{ID: strings.Repeat(string(rune('A'+i)), 16), Kind: payment.KindAgreeYear, Target: "year", Value: payment.Cents(20000)}})
		if err == nil {
			_, err = c.book.Claim(ctx, p, a.ID, ledger.CardUse{Brand: payment.Visa, Last4: "1111"})
		}
		if err == nil {
			_, err = c.book.MarkSending(ctx, a.ID, "0")
		}
		if err == nil {
			_, err = c.book.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded, Reference: string(rune('1' + i))})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c.err = errors.New("503")
	c.now = c.now.Add(ledger.WatchEvery)
	for turn, read := range []int{2, 4, 5, 5} {
		if err := c.Turn(context.Background()); err != nil || c.read != read {
			t.Errorf("turn %d: read %d, %v", turn, c.read, err)
		}
	}
}

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
