package reconcile

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
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
	c.days(30)
	if len(c.tasks()) != 0 || c.ended() != "" {
		t.Fatalf("%+v", c.tasks())
	}
	c.days(1)
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
	if err := c.Watches.EndWatch(context.Background(), a, "so"); err != nil {
		t.Fatal(err)
	}
	third := Watch{Watches: c.book, Tasks: c.book, Attempts: c.book, Books: c, Now: c.Now, Log: c.Log}
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
