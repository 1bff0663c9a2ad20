package athena

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"paypane/web/payment"
)

// readStatement reads the upstream's patient as a stream. What decides how much is
// owed is read strictly: a row that is not understood and may owe something stops
// the statement, so that nobody is told that they owe less than they do. What is
// odd about a row that owes nothing costs no other row.
func readStatement(s *stream, p payment.Patient) (payment.Statement, error) {
	reading := statementReading{stream: s, department: strconv.Itoa(p.Department), seen: map[string]bool{}}
	found := &reading.found
	var patient text
	var given, preferred, family label
	err := s.alone(func(name string) error {
		switch name {
		case "patientid":
			return s.into(&patient)
		case "firstname":
			return s.into(&given)
		case "preferredname":
			return s.into(&preferred)
		case "lastname":
			return s.into(&family)
		case "balances":
			return reading.balances()
		case "claimbalancedetails":
			return s.objects(reading.group)
		}
		return s.skip()
	})
	switch {
	case err != nil:
		return payment.Statement{}, err
	case patient != text(strconv.Itoa(p.ID)):
		return payment.Statement{}, errPatient
	}
	found.GivenName = string(cmp.Or(preferred, given))
	found.Name = strings.TrimSpace(found.GivenName + " " + string(family))
	slices.SortStableFunc(found.Bills, older)
	return account(*found, reading.sums, reading.department, reading.claims)
}

// statementReading is a statement that is being read.
type statementReading struct {
	*stream
	department string
	found      payment.Statement
	seen       map[string]bool // ids of its bills
	claims     asked
	sums       []wireBalance
	raw        claimFields
}

// balances reads the sums by provider group (docs/upstream-api.md#patient).
// Those of other groups concern nobody here.
func (g *statementReading) balances() error {
	return g.objects(func() error {
		var at wireBalance
		var sum, clean json.RawMessage
		err := g.fields(func(name string) error {
			switch name {
			case "departmentids", "departmentlist":
				return at.read(g.stream)
			case "balance":
				return g.value(&sum)
			case "cleanbalance":
				return g.value(&clean)
			case "paymentplanbalance":
				return g.into(&at.plan)
			case "collectionsbalance":
				return g.into(&at.collections)
			}
			return g.skip()
		})
		if err != nil || !at.has(g.department) {
			return err
		}
		if len(sum) > 0 {
			if err := at.balance.UnmarshalJSON(sum); err != nil {
				return unread(fmt.Errorf("balance: %w", err))
			}
		}
		at.clean, _ = truth(clean)
		if g.sums = append(g.sums, at); len(g.sums) > maxKept {
			return errMany
		}
		return nil
	})
}

// group reads the claims of one provider group. Another group's money cannot be
// collected here; what is owed to it is shown, so that nobody thinks that it
// was forgotten (docs/upstream-api.md#patient).
func (g *statementReading) group() error {
	var at departments
	var claims []payment.Bill
	err := g.fields(func(name string) error {
		switch name {
		case "departmentids", "departmentlist":
			return at.read(g.stream)
		case "claimdetails":
			err := g.objects(func() error {
				bill, show, err := g.claim()
				if show {
					claims = append(claims, bill)
				}
				if err == nil && len(claims) > maxKept {
					err = errMany
				}
				return err
			})
			if errors.Is(err, errShape) {
				err = unread(err)
			}
			return err
		}
		return g.skip()
	})
	if err != nil {
		return err
	}
	if at.odd && len(claims) > 0 {
		return unread(errors.New("departments of a claim"))
	}
	elsewhere := !at.has(g.department)
	for _, bill := range claims {
		if elsewhere {
			if bill.Owed.IsZero() || bill.Hold != "" {
				continue
			}
			bill.Hold = payment.HoldElsewhere
		}
		if g.seen[bill.ID] {
			continue
		}
		g.seen[bill.ID] = true
		if !elsewhere {
			g.claims = g.claims.and(bill)
		}
		g.found.Bills = append(g.found.Bills, bill)
	}
	return nil
}

// departments are those of a provider group. The two lists of a patient name
// them by different fields.
type departments struct {
	ids list
	odd bool
}

func (d *departments) read(s *stream) error {
	var ids list
	if err := s.value(&s.junk); err != nil {
		return err
	}
	d.odd = ids.UnmarshalJSON(s.junk) != nil || d.odd
	d.ids = append(d.ids, ids...)
	return nil
}

func (d *departments) has(id string) bool { return slices.Contains(d.ids, id) }

// claimFields are the fields of a claim that a statement needs, as they came.
// Their room is used for the next claim.
type claimFields struct {
	id, service, amount, balance, clean, charges json.RawMessage
	// A field that is there twice says nothing.
	twoIDs, twoBalances, twoCleans bool
}

// unread is a claim that is not understood and may owe something.
func unread(why error) error { return fmt.Errorf("%w: %w", payment.ErrBillUnread, why) }

// claim reads a claim.
func (g *statementReading) claim() (bill payment.Bill, show bool, err error) {
	raw := &g.raw
	raw.twoIDs, raw.twoBalances, raw.twoCleans = false, false, false
	for _, field := range []*json.RawMessage{&raw.id, &raw.service, &raw.amount, &raw.balance, &raw.clean, &raw.charges} {
		*field = (*field)[:0]
	}
	err = g.each(func(name string, again bool) error {
		switch name {
		case "claimid":
			raw.twoIDs = again
			return g.value(&raw.id)
		case "servicedate":
			return g.value(&raw.service)
		case "amount":
			return g.value(&raw.amount)
		case "patientbalance":
			raw.twoBalances = again
			return g.value(&raw.balance)
		case "cleanbalance":
			raw.twoCleans = again
			return g.value(&raw.clean)
		case "chargeleveldetail":
			return g.value(&raw.charges)
		}
		return g.skip()
	})
	if err != nil {
		return bill, false, err
	}
	claim, err := raw.claim()
	if err == nil {
		bill, show, err = claim.bill()
	}
	if err != nil {
		err = unread(err)
	}
	return bill, show, err
}

// claim reads the fields. A claim without a patientbalance is known to owe
// nothing only if it was settled to the last cent, or never cost anything.
func (f *claimFields) claim() (w wireClaim, err error) {
	if f.twoBalances {
		return w, fmt.Errorf("patientbalance: %w", errTwice)
	}
	if len(f.balance) > 0 {
		if err := w.PatientBalance.UnmarshalJSON(f.balance); err != nil {
			return w, fmt.Errorf("patientbalance: %w", err)
		}
	}
	if w.PatientBalance.set && w.PatientBalance.dollars.IsNegative() {
		return w, nil
	}
	w.Charges = chargesOf(f.charges)
	if !w.PatientBalance.set {
		if w.settled() || len(w.Charges) == 0 && free(f.amount) {
			return w, nil
		}
		return w, fmt.Errorf("patientbalance: %w", errMissing)
	}
	owes := w.PatientBalance.dollars.IsPositive()
	if owes && (f.twoIDs || f.twoCleans) {
		return w, errTwice
	}
	if len(f.id) > 0 && (w.ClaimID.UnmarshalJSON(f.id) != nil || f.twoIDs) {
		w.ClaimID = ""
	}
	if len(f.clean) > 0 {
		clean, wrong := truth(f.clean)
		if wrong != nil && owes {
			return w, fmt.Errorf("cleanbalance: %w", wrong)
		}
		w.Clean = flag(clean)
	}
	var service label
	var amount hazy
	if len(f.service) > 0 {
		_ = service.UnmarshalJSON(f.service)
	}
	if len(f.amount) > 0 {
		_ = amount.UnmarshalJSON(f.amount)
	}
	w.ServiceDate, w.Amount = text(service), amount.money
	return w, nil
}

// free reports whether an amount that was billed is nothing.
func free(raw json.RawMessage) bool {
	var billed money
	return len(raw) > 0 && billed.UnmarshalJSON(raw) == nil && billed.set && billed.dollars.IsZero()
}

// chargesOf are the charges of a claim as far as they can be read.
func chargesOf(raw json.RawMessage) []wireCharge {
	var items []json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &items) != nil {
		return nil
	}
	charges := make([]wireCharge, len(items))
	for i, item := range items {
		var shape struct {
			Description  label             `json:"description"`
			Amount       hazy              `json:"amount"`
			Transactions []json.RawMessage `json:"transactions"`
		}
		charge := &charges[i]
		if string(item) == "null" || json.Unmarshal(item, &shape) != nil { // whatever happened to it
			charge.Transactions = []wireTransaction{{Amount: hazy{odd: true}}}
			continue
		}
		charge.Description, charge.Amount = shape.Description, shape.Amount
		for _, item := range shape.Transactions {
			t := wireTransaction{Amount: hazy{odd: true}}
			if json.Unmarshal(item, &t) != nil {
				t = wireTransaction{Amount: hazy{odd: true}}
			}
			charge.Transactions = append(charge.Transactions, t)
		}
	}
	return charges
}

// settled reports whether the charges of a claim and everything that happened
// to them are known and leave nothing.
func (w wireClaim) settled() bool {
	var rest decimal.Decimal
	for _, charge := range w.Charges {
		if !charge.Amount.set {
			return false
		}
		rest = rest.Add(charge.Amount.dollars)
		for _, t := range charge.Transactions {
			if t.Amount.odd || !t.Amount.set {
				return false
			}
			rest = rest.Add(t.Amount.dollars)
		}
	}
	return len(w.Charges) > 0 && !rest.IsPositive()
}

// label is a text that is only shown: "OFFICE VISIT" or 99213; anything else
// is none.
type label string

func (w *label) UnmarshalJSON(b []byte) error {
	var t text
	if t.UnmarshalJSON(b) != nil {
		t = ""
	}
	*w = label(t)
	return nil
}

// hazy is an amount that is only shown. Where it cannot be read it is odd, and
// zero.
type hazy struct {
	money
	odd bool
}

func (h *hazy) UnmarshalJSON(b []byte) error {
	h.odd = h.money.UnmarshalJSON(b) != nil
	return nil
}
