package athena

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"paypane/web/payment"
)

// asked is the sum of what the patient owes on the claims of the provider group
// that owns the department: on all of them, and on the clean ones among them.
type asked struct{ all, clean decimal.Decimal }

func (a asked) and(b payment.Bill) asked {
	owed := decimal.New(b.Owed.Cents(), -2)
	a.all = a.all.Add(owed)
	if b.Hold == "" {
		a.clean = a.clean.Add(owed)
	}
	return a
}

// wireBalance is the balance of an account, by provider group.
type wireBalance struct {
	departments
	balance money
	clean   bool // all of it; not there: not clean
	// plan and collections are the parts of it that are in payment plans and in
	// collections.
	plan, collections hazy
}

// account adds to a statement what the balance of the patient's account says
// that its claims do not: balances[].balance beside claimbalancedetails
// (docs/upstream-api.md#patient; what it means is in assumed.go).
//
// A balance below the sum of the claims is a credit: money that the practice
// holds. A balance above it is owed at no claim; it can be paid where the
// upstream calls the whole balance clean. It is not known whether the balance
// includes the claims that are not clean, which may be counted as a plan's or a
// collector's. So they are left out where they would make a credit, and counted
// where they would make a debt.
func account(s payment.Statement, balances []wireBalance, department string, claims asked) (payment.Statement, error) {
	var balance decimal.Decimal
	known, clean := false, true
	s.Bills = why(s.Bills, balances, department, claims.all.Sub(claims.clean))
	for _, group := range balances {
		if group.has(department) && group.balance.set {
			known, clean = true, clean && group.clean
			balance = balance.Add(group.balance.dollars)
		}
	}
	if !known {
		return s, nil
	}
	credit, err := payment.FromDecimal(decimal.Max(decimal.Zero, claims.clean.Sub(balance)))
	if err != nil {
		return s, fmt.Errorf("balance: %w", err)
	}
	s.Credit = credit
	rest, err := payment.FromDecimal(decimal.Max(decimal.Zero, balance.Sub(claims.all)))
	if err != nil || rest.IsZero() {
		return s, err
	}
	b := payment.Bill{ID: payment.BillID(payment.Unapplied, payment.AccountNumber), Kind: payment.Unapplied,
		Number: payment.AccountNumber, Title: "Balance of the account, for no single visit", Balance: rest, Owed: rest}
	if !clean {
		b.Hold = payment.HoldArranged
	}
	s.Bills = append(s.Bills, b)
	return s, nil
}

// why says what holds the claims that are not clean. No claim tells it, only the
// sums of their group: if plans, or collections, amount to exactly what these
// claims ask for together (arranged), that is where they all are.
func why(bills []payment.Bill, balances []wireBalance, department string, arranged decimal.Decimal) []payment.Bill {
	var plan, collections decimal.Decimal
	for _, group := range balances {
		if !group.has(department) {
			continue
		}
		if group.plan.odd || group.collections.odd {
			return bills
		}
		plan, collections = plan.Add(group.plan.dollars), collections.Add(group.collections.dollars)
	}
	hold := payment.HoldArranged
	switch {
	case arranged.Equal(plan) && collections.IsZero():
		hold = payment.HoldPlanned
	case arranged.Equal(collections) && plan.IsZero():
		hold = payment.HoldCollected
	}
	for i, b := range bills {
		if b.Kind == payment.Claim && b.Hold == payment.HoldArranged {
			bills[i].Hold = hold
		}
	}
	return bills
}

// withVisit adds the appointment of the session to a statement: its copay, or,
// where none is expected and nothing is billed for the day, the visit itself.
// An account may owe more than its claims because of a copay that is not paid:
// that copay is not asked for twice.
func withVisit(s payment.Statement, a appointment) payment.Statement {
	if a.copay == nil {
		billed := slices.ContainsFunc(s.Bills, func(b payment.Bill) bool { return b.Kind == payment.Claim && b.Service == a.day })
		if a.free && !billed && a.day != "" {
			s.Visit = &payment.Visit{Number: a.number, Day: a.day}
		}
		return s
	}
	s.Bills = slices.Insert(s.Bills, 0, *a.copay)
	for i, b := range s.Bills {
		if b.Kind == payment.Unapplied {
			s.Bills[i].Balance, s.Bills[i].Owed = b.Balance.Minus(a.copay.Owed), b.Owed.Minus(a.copay.Owed)
		}
	}
	return s
}
