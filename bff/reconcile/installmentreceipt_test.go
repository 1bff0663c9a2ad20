package reconcile

import (
	"testing"
	"time"

	"paypane/web/payment"
)

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
