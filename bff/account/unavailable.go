package account

import (
	"context"
	"errors"

	"paypane/bff/session"
	"paypane/web/payment"
)

// UnavailableError says that the upstream could not be asked, before anything was
// sent.
type UnavailableError struct {
	Cause error
	// Live is the id of a payment whose result is not known; with one, nobody
	// may be told that no money was taken.
	Live string
	// Paid says that a payment was taken lately.
	Paid bool
	// Lost says that the ledger came back from a backup lately, and payments may
	// have been made of which it knows nothing.
	Lost bool
	// Unread says that a bill is not understood, and NoDepartment that the upstream
	// does not know the department: trying again will not help soon. Phone is then the
	// practice's, where it is known.
	Unread, NoDepartment bool
	Phone                string
}

// Passing says that nothing is known but that the upstream cannot be asked now.
func (u UnavailableError) Passing() bool {
	return u.Live == "" && !u.Paid && !u.Lost && !u.Unread && !u.NoDepartment
}

func (u UnavailableError) Error() string { return "upstream not available: " + u.Cause.Error() }
func (u UnavailableError) Unwrap() error { return u.Cause }

// ErrNoCards says that the department takes no cards on the web, which trying
// again does not change.
var ErrNoCards = errors.New("the department takes no cards on the web")

// billUnread says that a bill is not understood, and whom to call about it.
func (a *Accounts) billUnread(ctx context.Context, sess session.Session, cause error) error {
	err := a.Unavailable(ctx, sess.Patient, cause)
	u, ok := errors.AsType[UnavailableError](err)
	if !ok {
		return err
	}
	u.Unread, u.Phone = true, a.Phone(ctx, sess)
	return u
}

// missing reports whether the upstream says that what was asked for is not there.
func missing(err error) bool {
	var answer interface {
		error
		Missing() bool
	}
	return errors.As(err, &answer) && answer.Missing()
}

// noDepartment says that the upstream does not know the department.
func (a *Accounts) noDepartment(ctx context.Context, sess session.Session, cause error) error {
	err := a.Unavailable(ctx, sess.Patient, cause)
	u, ok := errors.AsType[UnavailableError](err)
	if !ok {
		return err
	}
	u.NoDepartment, u.Phone = true, a.Phone(ctx, sess)
	return u
}

// Phone is the number of the practice as its portal has it, or that of the
// patient's department; empty where neither is known soon.
func (a *Accounts) Phone(ctx context.Context, sess session.Session) string {
	if p := a.portals.Of(sess.Portal, sess.Patient.Practice); p != nil && p.Phone != "" {
		return p.Phone
	}
	ctx, cancel := context.WithTimeout(ctx, AnswerWait)
	defer cancel()
	department, err := a.departments.read(ctx, sess.Patient)
	if err != nil {
		return ""
	}
	return department.Phone
}

// Unavailable says that the practice cannot be asked, for cause. Whether
// payments of the patient are in doubt or were taken is read now, not before
// the upstream was waited for: one may have begun in another window meanwhile.
func (a *Accounts) Unavailable(ctx context.Context, p payment.Patient, cause error) error {
	live, paid, err := a.ledger.Recent(ctx, p)
	if err != nil {
		return errors.Join(err, cause)
	}
	restorations, _, err := a.restorations(ctx, p.Practice)
	if err != nil {
		return errors.Join(err, cause)
	}
	// What was agreed to may have charged a card by itself.
	agreed, err := a.ledger.AttemptsOf(ctx, p, payment.KindPlan, payment.KindAgreeVisit, payment.KindAgreeYear)
	if err != nil {
		return errors.Join(err, cause)
	}
	u := UnavailableError{Cause: cause, Paid: len(paid) > 0, Lost: len(restorations) > 0}
	for _, made := range agreed {
		u.Paid = u.Paid || made.State == payment.Succeeded
		if made.State.Live() {
			live = append(live, made)
		}
	}
	if len(live) > 0 {
		u.Live = live[0].ID
	}
	return u
}

// AcceptedCards are the cards that a patient's department takes on the web.
func (a *Accounts) AcceptedCards(ctx context.Context, p payment.Patient) (payment.AcceptedCards, error) {
	accepted, err := a.practice.AcceptedCards(ctx, p)
	if err != nil {
		return payment.AcceptedCards{}, a.Unavailable(ctx, p, err)
	}
	if len(accepted.Brands) == 0 {
		return payment.AcceptedCards{}, ErrNoCards
	}
	return accepted, nil
}
