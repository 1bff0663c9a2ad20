package athena

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"paypane/web/payment"
)

// wireClaim is a claim with balance details (docs/upstream-api.md#patient).
type wireClaim struct {
	ClaimID        text
	ServiceDate    text
	Amount         money
	PatientBalance money
	Clean          flag // not there: not clean
	Charges        []wireCharge
}

type wireCharge struct {
	Description  label             `json:"description"`
	Amount       hazy              `json:"amount"`
	Transactions []wireTransaction `json:"transactions"`
}

type wireTransaction struct {
	Type         label `json:"type"`
	TransferType label `json:"transfertype"` // "1", "2": the insurances; "p": the patient
	Amount       hazy  `json:"amount"`       // payments are negative
	Date         label `json:"date"`
}

// Statement is what the patient owes where they are: the copay of their
// appointment, then the claims of the provider group that owns their
// department, the oldest first. GET /patients/{id} and, with an appointment,
// GET /appointments/{id}.
//
// Claim-level details decide which bills can be paid, and only clean claims can
// (docs/upstream-api.md#patient). What the sums in balances say beside them is
// in account.
//
// The whole history is asked for, because only there is what an insurance has
// not answered yet; it is read as a stream. Where it does not arrive in time,
// only what is owed is asked for.
func (c *Client) Statement(ctx context.Context, p payment.Patient) (payment.Statement, error) {
	// The visit does not depend on the claims, and somebody waits for both.
	var visit appointment
	var unread error
	var reads sync.WaitGroup
	if p.Appointment != 0 {
		reads.Go(func() { visit, unread = c.appointment(ctx, p) })
	}
	statement, err := c.statement(ctx, p, true)
	if err != nil && (errors.Is(err, errTooBig) || errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil) {
		statement, err = c.statement(ctx, p, false)
	}
	reads.Wait()
	switch {
	case err != nil || p.Appointment == 0:
		return statement, err
	case unread != nil:
		return payment.Statement{}, unread
	}
	return withVisit(statement, visit), nil
}

// statement reads the claims, all or those of which the patient owes something.
func (c *Client) statement(ctx context.Context, p payment.Patient, all bool) (found payment.Statement, err error) {
	query := departmentQuery(p)
	query.Set("showbalancedetails", "true")
	if all {
		query.Set("showallclaims", "true")
	}
	_, err = c.read(ctx, read{op: "read statement", path: patientPath(p), query: query, brief: all,
		stream: func(s *stream) (err error) {
			found, err = readStatement(s, p)
			return err
		}})
	return found, err
}

// older orders bills by the day of the visit, those without one last, and then
// by their number, so that the order does not depend on the upstream's.
func older(a, b payment.Bill) int {
	key := func(x payment.Bill) payment.Day { return cmp.Or(x.Service, "9999") }
	return cmp.Or(
		cmp.Compare(key(a), key(b)),
		cmp.Compare(len(a.Number), len(b.Number)),
		cmp.Compare(a.Number, b.Number),
	)
}

// bill translates a claim; show is false for one that concerns nobody now. What
// is wrong with a claim of which nothing is owed is no error.
func (w wireClaim) bill() (bill payment.Bill, show bool, err error) {
	if w.PatientBalance.dollars.IsNegative() {
		return bill, false, nil // overpaid; it is part of the group's balance
	}
	number, owes := string(w.ClaimID), w.PatientBalance.dollars.IsPositive()
	if number == "" || !wholeNumber([]byte(number)) {
		if owes {
			err = errors.New("no claim id")
		}
		return bill, false, err
	}
	bill = payment.Bill{
		ID:      payment.BillID(payment.Claim, number),
		Kind:    payment.Claim,
		Number:  number,
		Service: day(w.ServiceDate),
	}
	if len(w.Charges) > 0 {
		bill.Title = payment.Sentence(string(w.Charges[0].Description))
	}
	if bill.Balance, err = w.PatientBalance.amount(); err != nil {
		return bill, false, fmt.Errorf("patientbalance: %w", err)
	}
	bill.Owed = bill.Balance
	bill.Billed, _ = w.Amount.amount() // to be shown only
	bill.Insurance = w.insurance()
	bill.Decided = w.decided()
	switch {
	case bill.Owed.IsZero():
		bill.Hold = payment.HoldInsurance
		return bill, w.PatientBalance.set && w.withInsurance(), nil
	case !bool(w.Clean):
		bill.Hold = payment.HoldArranged
	}
	return bill, true, nil
}

// insurance is what insurances paid: the negated sum of the PAYMENTs that are
// theirs by transfertype (docs/upstream-api.md#patient). It is not known where
// one of them cannot be read, or where the sum makes no sense.
func (w wireClaim) insurance() payment.Amount {
	var sum money
	for _, charge := range w.Charges {
		for _, t := range charge.Transactions {
			if t.Type == "PAYMENT" && (t.TransferType == "1" || t.TransferType == "2") {
				if t.Amount.odd {
					return payment.Amount{}
				}
				sum.dollars = sum.dollars.Sub(t.Amount.dollars)
			}
		}
	}
	paid, err := sum.amount()
	if err != nil { // more was taken back than paid, for one
		return payment.Amount{}
	}
	return paid
}

// decided is the last day on which something was transferred to the patient
// (docs/upstream-api.md#patient: TRANSFERIN with transfertype p).
func (w wireClaim) decided() (last payment.Day) {
	for _, charge := range w.Charges {
		for _, t := range charge.Transactions {
			if d := day(text(t.Date)); t.Type == "TRANSFERIN" && t.TransferType == "p" && d > last {
				last = d
			}
		}
	}
	return last
}

// withInsurance reports whether a claim of which the patient owes nothing is
// known to be unpaid. There is no field that says so; it is known only where
// something was billed and nothing at all has happened since. A claim with any
// transaction may be settled and is left out (docs/upstream-api.md#patient,
// inferred).
func (w wireClaim) withInsurance() bool {
	for _, charge := range w.Charges {
		if len(charge.Transactions) > 0 {
			return false
		}
	}
	return len(w.Charges) > 0 && w.Amount.dollars.IsPositive()
}
