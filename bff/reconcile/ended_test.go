package reconcile

import (
	"context"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// chargeOf is a charge of the card of an agreement, two days after it was signed.
func chargeOf(cents int64, contract string) payment.ReceiptSummary {
	return payment.ReceiptSummary{Reference: "61300", Type: purchase, Time: sent.Add(50 * time.Hour), Amount: payment.Cents(cents), Brand: payment.Visa, Last4: "1111", Contract: contract}
}

// What only looks like a use of an agreement that is gone does not explain why: it is
// a task. What looks like none, and may be one, does.
func TestChargesThatExplainNoEnd(t *testing.T) {
	with := func(r payment.ReceiptSummary, change func(*payment.ReceiptSummary)) payment.ReceiptSummary {
		change(&r)
		return r
	}
	before := func(r *payment.ReceiptSummary) { r.Time = sent.Add(-time.Hour) }
	for name, row := range map[string]struct {
		rows []payment.ReceiptSummary
		why  string // empty: a task
	}{
		"before it was signed":           {[]payment.ReceiptSummary{with(chargeOf(20000, "3301"), before)}, ""},
		"no charge":                      {[]payment.ReceiptSummary{with(chargeOf(20000, "3301"), func(r *payment.ReceiptSummary) { r.Type = "AUTHORIZATION" })}, ""},
		"of another agreement":           {[]payment.ReceiptSummary{chargeOf(20000, "9999")}, ""},
		"of another card":                {[]payment.ReceiptSummary{with(chargeOf(20000, ""), func(r *payment.ReceiptSummary) { r.Last4 = "4242" })}, ""},
		"less than the limit":            {[]payment.ReceiptSummary{chargeOf(19999, "")}, ""},
		"of no card that is told":        {[]payment.ReceiptSummary{with(chargeOf(20000, ""), func(r *payment.ReceiptSummary) { r.Last4 = "" })}, "its limit is used"},
		"after others that explain none": {[]payment.ReceiptSummary{with(chargeOf(20000, "3301"), before), chargeOf(1, "9999"), chargeOf(20000, "3301")}, "its limit is used"},
		"in two parts":                   {[]payment.ReceiptSummary{chargeOf(12000, "3301"), with(chargeOf(8000, "3301"), func(r *payment.ReceiptSummary) { r.Reference = "61301" })}, "its limit is used"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCabinet(t)
			c.signsYear()
			c.years = []payment.Agreement{theYear}
			c.days(1)
			c.years, c.bills, c.rows = nil, []payment.Bill{unpaid}, row.rows
			c.days(2)
			if open, why := c.tasks(), c.ended(); why != row.why || (len(open) == 1) != (row.why == "") {
				t.Errorf("%q, %+v", why, open)
			}
		})
	}
}

// A charge that was made here was not made by an agreement, also where its answer told of
// another number, or was lost. One of another time than any of ours may be.
func TestChargeOfOursExplainsNoEnd(t *testing.T) {
	for name, test := range map[string]struct {
		answer payment.Outcome
		after  time.Duration
		bounds Bounds
		told   bool
	}{
		"its number is known":                 {payment.Outcome{State: payment.Succeeded, Reference: "61300"}, time.Minute, Bounds{}, true},
		"it has another number":               {payment.Outcome{State: payment.Succeeded, Reference: "191"}, time.Minute, Bounds{}, true},
		"its answer was lost":                 {payment.Outcome{State: payment.Unknown}, time.Minute, Bounds{}, true},
		"it was declined":                     {payment.Outcome{State: payment.Declined}, time.Minute, Bounds{}, false},
		"hours later":                         {payment.Outcome{State: payment.Succeeded, Reference: "191"}, 5 * time.Hour, Bounds{}, false},
		"hours later, as rows are said to be": {payment.Outcome{State: payment.Succeeded, Reference: "191"}, 5 * time.Hour, Bounds{Late: 6 * time.Hour}, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCabinet(t)
			c.Bounds = test.bounds
			c.signsYear()
			c.years = []payment.Agreement{theYear}
			c.days(1)
			made := c.makes(payment.Attempt{ID: "CHARGECHARGECHAR", Charge: payment.Charge{Lines: []payment.Line{{Bill: "claim-700", Kind: payment.Claim, Number: "700", Amount: payment.Cents(20000), Balance: payment.Cents(20000)}}}}, test.answer)
			row := chargeOf(20000, "")
			row.Reference, row.Time = "61300", made.Sent.Add(test.after)
			c.years, c.bills, c.rows = nil, []payment.Bill{unpaid}, []payment.ReceiptSummary{row}
			c.days(2)
			if open := c.tasks(); len(open) == 1 != test.told {
				t.Errorf("%+v, %q", open, c.ended())
			}
		})
	}
}

// An agreement that its list says is used up, or past its end, is over without a task.
func TestAgreementThatItsListEnds(t *testing.T) {
	for name, change := range map[string]func(*payment.Agreement){
		"used up":      func(a *payment.Agreement) { a.Left = payment.Amount{} },
		"past its end": func(a *payment.Agreement) { a.Ends = "2026-11-21" },
	} {
		c := newCabinet(t)
		c.signsYear()
		c.years, c.bills = []payment.Agreement{theYear}, []payment.Bill{unpaid}
		c.days(1)
		if why := c.ended(); why != "" {
			t.Fatalf("%s: %q before", name, why)
		}
		change(&c.years[0])
		c.days(1)
		if why := c.ended(); why != "it is used up, or its end has come" || len(c.tasks()) != 0 {
			t.Errorf("%s: %q, %+v", name, why, c.tasks())
		}
	}
}

// A service of the day of signing is one that an agreement was for.
func TestServiceOfTheDayOfSigning(t *testing.T) {
	c := newCabinet(t)
	c.signsYear()
	c.years = []payment.Agreement{theYear}
	c.days(1)
	bill := unpaid
	bill.Service = "2026-11-21"
	c.years, c.bills = nil, []payment.Bill{bill}
	c.days(2)
	if open := c.tasks(); len(open) != 1 || open[0].Open != payment.Cents(6500) {
		t.Errorf("%+v", open)
	}
}

// A list that shows an agreement by its payment is enough: receipts that cannot be
// read do not keep it from being known as listed.
func TestListedWhileReceiptsAreUnread(t *testing.T) {
	c := newCabinet(t)
	c.signsYear()
	c.years, c.unread = []payment.Agreement{theYear}, true
	c.days(1)
	c.years, c.unread, c.bills = nil, false, []payment.Bill{unpaid}
	c.days(2)
	if open := c.tasks(); len(open) != 1 {
		t.Errorf("%+v", open)
	}
}

// A row without a payment is the agreement's whose number the receipt of its own
// authorization has, whatever other receipts say.
func TestAgreementIsFoundByItsReceipt(t *testing.T) {
	c := newCabinet(t)
	c.signsYear()
	row := theYear
	row.Payment = ""
	c.years = []payment.Agreement{row}
	c.rows = []payment.ReceiptSummary{{Reference: "61200", Contract: "9999", Time: sent}, {Reference: "61234", Contract: "3301", Time: sent}}
	c.days(1)
	c.years, c.bills = nil, []payment.Bill{unpaid}
	c.days(2)
	if open := c.tasks(); len(open) != 1 {
		t.Errorf("it was not seen in its list: %+v", open)
	}
}

// What another one replaced, signed here later for the same, is no task; one of before,
// one that failed or one for something else replaces nothing.
func TestAgreementThatWasReplaced(t *testing.T) {
	again := payment.Attempt{ID: "AGAINAGAINAGAINA", Kind: payment.KindAgreeYear, Target: "year", Value: payment.Cents(10000), PatientName: "Ada"}
	visit := payment.Attempt{ID: "VISITVISITVISITV", Kind: payment.KindAgreeVisit, Target: "visit-880211", Value: payment.Cents(5000), PatientName: "Ada"}
	first := func(c *cabinet) ledger.Record { return c.signsYear() }
	for name, row := range map[string]struct {
		signs func(*cabinet)
		why   string
	}{
		"later": {func(c *cabinet) {
			first(c)
			c.now = c.now.Add(25 * time.Hour)
			c.makes(again, payment.Outcome{State: payment.Succeeded, Reference: "61299"})
		}, "another one was signed for the same"},
		"before": {func(c *cabinet) {
			c.makes(again, payment.Outcome{State: payment.Succeeded, Reference: "61299"})
			c.now = c.now.Add(25 * time.Hour)
			first(c)
		}, ""},
		"later, and failed": {func(c *cabinet) {
			first(c)
			c.now = c.now.Add(25 * time.Hour)
			c.makes(again, payment.Outcome{State: payment.Declined, Reference: ""})
		}, ""},
		"for something else": {func(c *cabinet) {
			first(c)
			c.now = c.now.Add(25 * time.Hour)
			c.makes(visit, payment.Outcome{State: payment.Succeeded, Reference: "61298"})
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCabinet(t)
			row.signs(c)
			other := theYear // is listed all the time
			other.ID, other.Payment = "3302", "61299"
			c.years = []payment.Agreement{theYear, other}
			c.visits = []payment.Agreement{{ID: "3303", Payment: "61298", Appointment: "880211"}}
			c.days(1)
			c.years, c.bills = []payment.Agreement{other}, []payment.Bill{unpaid}
			c.days(2)
			open, err := c.book.DeskActs(context.Background(), ledger.ActQuery{Practice: someone.Practice, What: ledger.ActOver})
			if err != nil {
				t.Fatal(err)
			}
			why := ""
			if len(open) == 1 {
				why = open[0].Evidence
			}
			if tasks := c.tasks(); why != row.why || (len(tasks) == 1) != (row.why == "") {
				t.Errorf("%q, %+v", why, tasks)
			}
		})
	}
}
