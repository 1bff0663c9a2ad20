package payment

import "errors"

// Terms are what a payment plan asks for besides its bills. They are fixed when
// the attempt is made.
type Terms struct {
	Cycle Amount `json:"cycle"` // each month, until nothing is left
	Start Day    `json:"start"` // when the first payment is due
}

// Validate refuses terms that no plan can have. Whether the first day is still
// to come is for PlanTerms, when the plan is sent.
func (t Terms) Validate() error {
	if t.Cycle.IsZero() {
		return errors.New("terms: no amount")
	}
	if _, ok := t.Start.date(); !ok {
		return errors.New("terms: no first day")
	}
	return nil
}
