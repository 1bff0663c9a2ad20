package reconcile

import (
	"context"
	"errors"
	"log/slog"
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
	c.Watch = &Watch{Watches: c.book, Tasks: c.book, Attempts: c.book, Books: c, Now: func() time.Time { return c.now }, Spare: func() bool { return !c.priority }, Log: slog.New(slog.DiscardHandler)}
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
	reference := "61234"
	if a.Kind == payment.KindPlan {
		reference = ""
	}
	return c.makes(a, payment.Outcome{State: payment.Succeeded, Reference: reference})
}

// makes makes an attempt, with what the upstream answered.
func (c *cabinet) makes(a payment.Attempt, answer payment.Outcome) ledger.Record {
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
		made, err = c.book.Settle(ctx, a.ID, answer)
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
