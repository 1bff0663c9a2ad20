package athena

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"paypane/web/payment"
)

// wirePatient is GET /patients/{id} with balance details (athena-api.md 2.10a).
type wirePatient struct {
	PatientID     text        `json:"patientid"`
	FirstName     string      `json:"firstname"`
	LastName      string      `json:"lastname"`
	PreferredName string      `json:"preferredname"`
	Balances      []wireGroup `json:"balances"`
	ClaimBalances []wireGroup `json:"claimbalancedetails"`
}

// wireGroup is one provider group in either list; the lists name the same
// departments by different fields.
type wireGroup struct {
	Departments     list        `json:"departmentids"`
	DepartmentsOnce list        `json:"departmentlist"`
	Balance         money       `json:"balance"`
	Claims          []wireClaim `json:"claimdetails"`
}

func (g wireGroup) has(department int) bool {
	id := strconv.Itoa(department)
	return slices.Contains(g.Departments, id) || slices.Contains(g.DepartmentsOnce, id)
}

type wireClaim struct {
	ClaimID        text         `json:"claimid"`
	ServiceDate    text         `json:"servicedate"`
	Amount         money        `json:"amount"`
	PatientBalance money        `json:"patientbalance"`
	Clean          flag         `json:"cleanbalance"` // not there: not clean
	Charges        []wireCharge `json:"chargeleveldetail"`
}

type wireCharge struct {
	Description  string            `json:"description"`
	Transactions []wireTransaction `json:"transactions"`
}

type wireTransaction struct {
	Type         string `json:"type"`
	TransferType text   `json:"transfertype"` // "1", "2": the insurances; "p": the patient
	Amount       money  `json:"amount"`       // payments are negative
	Date         text   `json:"date"`
}

// Statement is what the patient owes where they are: the copay of their
// appointment, then the claims of the provider group that owns their
// department, the oldest first. GET /patients/{id} and, with an appointment,
// GET /appointments/{id}.
//
// Claim-level details decide what can be paid, not the sums in balances, and
// only clean claims can (athena-api.md 2.10a).
func (c *Client) Statement(ctx context.Context, p payment.Patient) (payment.Statement, error) {
	const op = "read statement"
	body, err := c.get(ctx, op, patientPath(p), url.Values{
		"showbalancedetails": {"true"},
		"showallclaims":      {"true"},
		"departmentid":       {strconv.Itoa(p.Department)},
	})
	if err != nil {
		return payment.Statement{}, err
	}
	statement, err := readStatement(body, p)
	if err != nil {
		return payment.Statement{}, upstreamError(op, err)
	}
	if p.Appointment == 0 {
		return statement, nil
	}
	copay, found, err := c.Copay(ctx, p)
	if err != nil {
		return payment.Statement{}, err
	}
	if found {
		statement.Bills = slices.Insert(statement.Bills, 0, copay)
	}
	return statement, nil
}

// readStatement translates the upstream's patient.
func readStatement(body []byte, p payment.Patient) (payment.Statement, error) {
	w, err := one[wirePatient](body)
	if err != nil {
		return payment.Statement{}, err
	}
	if w.PatientID != text(strconv.Itoa(p.ID)) {
		return payment.Statement{}, errors.New("answer is about another patient")
	}
	given := cmp.Or(w.PreferredName, w.FirstName)
	s := payment.Statement{GivenName: given, Name: strings.TrimSpace(given + " " + w.LastName)}
	seen := map[text]bool{}
	for _, group := range w.ClaimBalances {
		// Another provider group's money cannot be collected here; what is owed
		// to it is shown, so that nobody thinks that it was forgotten (ux.md 2.1).
		elsewhere := !group.has(p.Department)
		for _, claim := range group.Claims {
			bill, show, err := claim.bill()
			if err != nil {
				return payment.Statement{}, fmt.Errorf("claim: %w", err)
			}
			if elsewhere {
				show = show && bill.Hold == ""
				bill.Hold = payment.HoldElsewhere
			}
			if show && !seen[claim.ClaimID] {
				seen[claim.ClaimID] = true
				s.Bills = append(s.Bills, bill)
			}
		}
	}
	slices.SortStableFunc(s.Bills, older)
	for _, group := range w.Balances {
		// A negative balance is money the practice holds (2.10a).
		if b := group.Balance.dollars; group.has(p.Department) && b.IsNegative() {
			credit, err := payment.FromDecimal(b.Neg())
			if err != nil {
				return payment.Statement{}, fmt.Errorf("balance: %w", err)
			}
			s.Credit = s.Credit.Plus(credit)
		}
	}
	return s, nil
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

// bill translates a claim; show is false for one that concerns nobody now.
func (w wireClaim) bill() (bill payment.Bill, show bool, err error) {
	number := string(w.ClaimID)
	if number == "" || !wholeNumber([]byte(number)) {
		return bill, false, errors.New("no claim id")
	}
	if w.PatientBalance.dollars.IsNegative() {
		return bill, false, nil // overpaid; it is part of the group's balance
	}
	bill = payment.Bill{
		ID:      payment.BillID(payment.Claim, number),
		Kind:    payment.Claim,
		Number:  number,
		Service: day(w.ServiceDate),
	}
	if len(w.Charges) > 0 {
		bill.Title = payment.Sentence(w.Charges[0].Description)
	}
	if bill.Balance, err = w.PatientBalance.amount(); err != nil {
		return bill, false, fmt.Errorf("patientbalance: %w", err)
	}
	bill.Owed = bill.Balance
	if bill.Billed, err = w.Amount.amount(); err != nil {
		return bill, false, fmt.Errorf("amount: %w", err)
	}
	if bill.Insurance, err = w.insurance(); err != nil {
		return bill, false, fmt.Errorf("transactions: %w", err)
	}
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
// theirs by transfertype (athena-api.md 2.10a).
func (w wireClaim) insurance() (payment.Amount, error) {
	var sum money
	for _, charge := range w.Charges {
		for _, t := range charge.Transactions {
			if t.Type == "PAYMENT" && (t.TransferType == "1" || t.TransferType == "2") {
				sum.dollars = sum.dollars.Sub(t.Amount.dollars)
			}
		}
	}
	if sum.dollars.IsNegative() {
		return payment.Amount{}, nil // more was taken back than paid
	}
	return sum.amount()
}

// decided is the last day on which something was transferred to the patient
// (athena-api.md 2.10a: TRANSFERIN with transfertype p).
func (w wireClaim) decided() (last payment.Day) {
	for _, charge := range w.Charges {
		for _, t := range charge.Transactions {
			if d := day(t.Date); t.Type == "TRANSFERIN" && t.TransferType == "p" && d > last {
				last = d
			}
		}
	}
	return last
}

// withInsurance reports whether a claim of which the patient owes nothing is
// known to be unpaid. There is no field that says so; it is known only where
// something was billed and nothing at all has happened since. A claim with any
// transaction may be settled and is left out. (Inferred from 2.10a.)
func (w wireClaim) withInsurance() bool {
	for _, charge := range w.Charges {
		if len(charge.Transactions) > 0 {
			return false
		}
	}
	return len(w.Charges) > 0 && w.Amount.dollars.IsPositive()
}
