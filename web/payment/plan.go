package payment

import "errors"

// Frequency is how often a payment plan asks for money, in the upstream's
// words. athenahealth recommends monthly only.
type Frequency string

const (
	Once             Frequency = "ONETIMEON"
	Weekly           Frequency = "WEEKLY"
	EveryTwoWeeks    Frequency = "BIWEEKLY"
	TwiceAMonth      Frequency = "TWICEAMONTH" // on the 1st and the 15th
	Monthly          Frequency = "MONTHLY"
	MonthlyFirstWork Frequency = "MONTHLYFIRSTBUSDAY"
	MonthlyLastWork  Frequency = "MONTHLYLASTBUSDAY"
)

// PlanTerms are what a patient agrees to with a payment plan.
type PlanTerms struct {
	Name string // optional
	// Claims are the upstream's claim ids. The plan takes all that is left of
	// each; only clean claims may be in one.
	Claims    []string
	Cycle     Amount // each time
	Frequency Frequency
	// Start is the first day, the day after today at the earliest: a plan that
	// starts today is billed a month later. Empty: tomorrow.
	Start Day
	Down  Amount // paid at once; zero: nothing
	Email string // optional
}

// Validate refuses terms that must not reach the upstream. today is the day
// at the practice.
func (t PlanTerms) Validate(today Day) error {
	switch {
	case len(t.Claims) == 0:
		return errors.New("plan: no claims")
	case t.Cycle.IsZero():
		return errors.New("plan: no amount")
	case HoldsCardNumber(t.Name):
		return errors.New("plan: a card number for a name")
	case t.Start != "" && t.Start <= today:
		return errors.New("plan: it must start tomorrow or later")
	}
	switch t.Frequency {
	case Once, Weekly, EveryTwoWeeks, TwiceAMonth, Monthly, MonthlyFirstWork, MonthlyLastWork:
		return nil
	}
	return errors.New("plan: unknown frequency")
}

// Billing is how a plan asks for its money, in the upstream's words.
type Billing string

const (
	BilledToCard      Billing = "CREDITCARD"     // a card is charged
	BilledByStatement Billing = "SENDSTATEMENTS" // the patient gets a statement and pays it
)

// Plan is a payment plan. What the upstream does not say is zero.
type Plan struct {
	ID        string // paymentplanid
	Name      string
	Cycle     Amount
	Frequency Frequency
	Billing   Billing
	Start     Day
	Next      Day // of the next payment
	Left      Amount
	LeftKnown bool
	Status    string   // the upstream's word
	Claims    []string // upstream's claim ids
	Brand     Brand
	Last4     string
}

// Paid reports whether nothing is left of the plan.
func (p Plan) Paid() bool { return p.LeftKnown && p.Left.IsZero() }

// Rest is what a monthly plan still takes, and when: none where the upstream
// says too little to tell, or the plan is not monthly.
func (p Plan) Rest() []Installment {
	if p.Frequency != Monthly || !p.LeftKnown {
		return nil
	}
	first, ok := p.Start.date()
	for i := 0; ok && monthsAfter(first, i) <= p.Next; i++ {
		if monthsAfter(first, i) == p.Next {
			return schedule(p.Left, p.Cycle, first, i)
		}
	}
	return Schedule(p.Left, p.Cycle, p.Next) // it was changed, or does not say since when
}
