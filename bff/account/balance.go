package account

import (
	"context"
	"errors"

	"paypane/bff/ledger"
	"paypane/bff/session"
	"paypane/web/payment"
)

// Balance is what a patient owes, less what is on its way already.
type Balance struct {
	payment.Statement
	Live    []ledger.Record // on its way, or nobody knows
	Paid    []ledger.Record // taken lately
	AsOfSeq int64           // the ledger's moment that this rests on
}

// Balance asks the ledger before the upstream: a payment that settles in between
// is then still taken off the bills (see Net), never forgotten.
func (a *Accounts) Balance(ctx context.Context, sess session.Session) (Balance, error) {
	pending, asOf, err := a.ledger.Pending(ctx, sess.Patient)
	if err != nil {
		return Balance{}, err
	}
	live, paid, err := a.ledger.Recent(ctx, sess.Patient)
	if err != nil {
		return Balance{}, err
	}
	waited := session.Waited(ctx) // also of a form, which may send something later
	found, err := a.Orphaned(waited, sess.Patient)
	if err != nil {
		return Balance{}, err
	}
	statement, err := a.practice.Statement(waited, sess.Patient)
	if errors.Is(err, payment.ErrBillUnread) {
		return Balance{}, a.billUnread(ctx, sess, err)
	}
	if err != nil {
		return Balance{}, a.Unavailable(ctx, sess.Patient, err)
	}
	// Of a department that does not exist the upstream answers no bills and no error.
	if _, err := a.departments.Soon(ctx, sess.Patient); missing(err) {
		return Balance{}, a.noDepartment(ctx, sess, err)
	}
	statement = a.takes(ctx, sess, statement).Net(pending)
	if found {
		statement = statement.Withhold(payment.HoldFound)
	}
	return Balance{statement, live, paid, asOf}, nil
}

// atOnce is how many patients' balances are read at the same time for one page.
const atOnce = 4

// Owed is what is to be paid now for each of several people; nil: that is not known.
// It waits for AnswerWait at most, and who is slow holds up nobody else.
func Owed(ctx context.Context, a *Accounts, sess session.Session, people []payment.Patient) []*payment.Amount {
	soon, cancel := context.WithTimeout(ctx, AnswerWait)
	defer cancel()
	type answer struct {
		at  int
		due payment.Amount
		err error
	}
	answers, turns := make(chan answer, len(people)), make(chan struct{}, atOnce)
	for i, p := range people {
		go func() {
			of := sess
			of.Patient = p
			select {
			case turns <- struct{}{}:
				defer func() { <-turns }()
			case <-soon.Done():
				return
			}
			balance, err := a.Balance(soon, of)
			answers <- answer{i, balance.Due(), err}
		}()
	}
	owed := make([]*payment.Amount, len(people))
	for range people {
		select {
		case read := <-answers:
			if read.err != nil {
				a.log.WarnContext(ctx, "what one of several people owes is not known", "error", read.err.Error())
				continue
			}
			owed[read.at] = &read.due
		case <-soon.Done():
			return owed
		}
	}
	return owed
}

// takes adds to a statement what the practice takes that is for no bill, and
// leaves off what is history on the day of the department.
func (a *Accounts) takes(ctx context.Context, sess session.Session, statement payment.Statement) payment.Statement {
	today := a.departments.Today(ctx, sess.Patient)
	statement = statement.Current(today)
	visit := statement.Visit
	statement.Visit = nil
	from := a.portals.Of(sess.Portal, sess.Patient.Practice)
	if from == nil {
		return statement
	}
	statement.Most = from.Amounts.AccountMaximum
	if visit != nil && visit.Day == today && !from.Amounts.VisitMaximum.IsZero() {
		statement.Visit = &payment.Visit{Number: visit.Number, Day: visit.Day, Most: from.Amounts.VisitMaximum}
	}
	return statement
}
