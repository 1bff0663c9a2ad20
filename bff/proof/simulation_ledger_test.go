package proof_test

import (
	"context"
	"errors"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// place is a call at which a server can crash or be stopped, before it or
// after it.
type place int

const (
	atSession place = iota
	atCreate
	atRead
	atClaim
	atMarkSending
	atSettle
	atPending
	atOrderMail
	atMarkEmailed
	atMailsDue
	atRecover
	atChecksDue
	atCheck
	atChecked
	atFind
	atSeen
	atEscalate
	atListingDelay
	atReceipts
	atStatement
	atDepartment
	atCollect
	atCounter
	atCorrect
	atEmail
	atSign
	atPlans
	atAgreements
	atWatchesDue
	atWatch
	atNoteListed
	atEndWatch
	atAddTask
	places
)

var placeNames = [places]string{"session", "create", "read", "claim", "mark sending", "settle", "pending", "order mail", "mark emailed", "mails due",
	"recover", "checks due", "check", "checked", "find", "seen", "escalate", "listing delay", "receipts", "statement", "department", "collect", "counter", "correct", "email", "sign", "plans", "agreements", "watches due", "watch", "listed", "end watch", "task"}

// reads reports whether nothing changes there. There is no boundary after such a
// call: it would be no other than that before the next.
func (at place) reads() bool {
	switch at {
	case atSession, atRead, atPending, atMailsDue, atChecksDue, atStatement, atDepartment, atWatchesDue:
		return true
	}
	return false
}

// hurdle is what happens to a server at a place, the nth time anybody is there.
type hurdle struct {
	place place
	after bool // the call took effect
	nth   int
	pause time.Duration // 0: it crashes
	fails bool          // the call reports an error instead
}

var errAway = errors.New("the database is away")

// account is the ledger of one server process: the real one, with a boundary
// before and after each call.
type account struct {
	p *process
	Ledger
}

// pass makes a call between its boundaries. noted runs at the moment of the
// effect.
func pass[T any](ctx context.Context, p *process, at place, do func() (T, error), noted func(T)) (v T, err error) {
	d := p.before(ctx, at)
	defer d.pass()
	if p.failing(at, false) {
		return v, errAway
	}
	v, err = do()
	p.s.trace(placeNames[at], func() string { return errorText(err) })
	if err == nil && noted != nil {
		noted(v)
	}
	if at.reads() {
		return v, err
	}
	p.s.changed = true
	p.after(ctx, at)
	if p.failing(at, true) && err == nil {
		return *new(T), errAway
	}
	return v, err
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func (a account) CreateAttempt(ctx context.Context, made ledger.Record) (ledger.Record, error) {
	return pass(ctx, a.p, atCreate, func() (ledger.Record, error) {
		// Attempts are named in their order, so that a seed replays exactly.
		made.ID = a.p.s.nextID()
		return a.Ledger.CreateAttempt(ctx, made)
	}, a.p.s.created)
}

func (a account) ProposeAttempt(ctx context.Context, made ledger.Record) (ledger.Record, error) {
	return pass(ctx, a.p, atCreate, func() (ledger.Record, error) {
		made.ID = a.p.s.nextID()
		return a.Ledger.ProposeAttempt(ctx, made)
	}, a.p.s.created)
}

func (a account) AttemptForPatient(ctx context.Context, p payment.Patient, id string) (ledger.Record, error) {
	return pass(ctx, a.p, atRead, func() (ledger.Record, error) { return a.Ledger.AttemptForPatient(ctx, p, id) }, nil)
}

func (a account) Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	c := callOf(ctx)
	claimed, err := pass(ctx, a.p, atClaim, func() (ledger.Record, error) {
		claimed, err := a.Ledger.Claim(ctx, p, id, use)
		a.p.s.refused(a.p, id, err)
		return claimed, err
	}, func(claimed ledger.Record) { a.p.s.claimed(a.p, claimed, use.ConfirmDuplicateOf != "") })
	if err == nil {
		// From here on the request waits, and the attempt goes its own way.
		c.stream = a.p.s.sender(id)
	}
	return claimed, err
}

func (a account) MarkSending(ctx context.Context, id, before string) (ledger.Record, error) {
	return pass(ctx, a.p, atMarkSending, func() (ledger.Record, error) { return a.Ledger.MarkSending(ctx, id, before) },
		func(sent ledger.Record) { a.p.s.fenced(sent) })
}

func (a account) Settle(ctx context.Context, id string, o payment.Outcome) (ledger.Record, error) {
	return pass(ctx, a.p, atSettle, func() (ledger.Record, error) { return a.Ledger.Settle(ctx, id, o) }, a.p.s.ended)
}

func (a account) OrderMail(ctx context.Context, id string) (ledger.Record, error) {
	return pass(ctx, a.p, atOrderMail, func() (ledger.Record, error) { return a.Ledger.OrderMail(ctx, id) }, nil)
}

// nothing is the result of a call that has none.
type nothing struct{}

func (a account) MarkEmailed(ctx context.Context, id string, ok bool, evidence string) error {
	_, err := pass(ctx, a.p, atMarkEmailed, func() (nothing, error) { return nothing{}, a.Ledger.MarkEmailed(ctx, id, ok, evidence) }, nil)
	return err
}

// reserved is what Pending returns.
type reserved struct {
	spent []payment.Pending
	asOf  int64
}

func (a account) Pending(ctx context.Context, p payment.Patient) ([]payment.Pending, int64, error) {
	r, err := pass(ctx, a.p, atPending, func() (reserved, error) {
		pending, asOf, err := a.Ledger.Pending(ctx, p)
		return reserved{pending, asOf}, err
	}, nil)
	return r.spent, r.asOf, err
}

// lately is what Recent returns.
type lately struct{ live, taken []ledger.Record }

func (a account) Recent(ctx context.Context, p payment.Patient) (live, taken []ledger.Record, err error) {
	r, err := pass(ctx, a.p, atRead, func() (lately, error) {
		live, taken, err := a.Ledger.Recent(ctx, p)
		return lately{live, taken}, err
	}, nil)
	return r.live, r.taken, err
}

func (a account) Competing(ctx context.Context, p payment.Patient, since time.Time) (live, taken []ledger.Record, err error) {
	r, err := pass(ctx, a.p, atRead, func() (lately, error) {
		live, taken, err := a.Ledger.Competing(ctx, p, since)
		return lately{live, taken}, err
	}, nil)
	return r.live, r.taken, err
}

func (a account) MailsDue(ctx context.Context, limit int) ([]ledger.Record, error) {
	due, err := pass(ctx, a.p, atMailsDue, func() ([]ledger.Record, error) { return a.Ledger.MailsDue(ctx, limit) }, nil)
	callOf(ctx).mails = len(due) > 0
	return due, err
}

// count is what Recover returns.
type count struct{ notSent, unknown int }

func (a account) Recover(ctx context.Context, before time.Time) (int, int, error) {
	n, err := pass(ctx, a.p, atRecover, func() (count, error) {
		notSent, unknown, err := a.Ledger.Recover(ctx, before)
		return count{notSent, unknown}, err
	}, func(n count) { a.p.s.recovered(n.notSent, n.unknown) })
	return n.notSent, n.unknown, err
}

func (a account) Session(ctx context.Context, hash [32]byte) (ledger.Session, error) {
	a.p.before(ctx, atSession)
	return a.Ledger.Session(ctx, hash)
}

func (a account) ChecksDue(ctx context.Context, limit int) ([]ledger.Record, error) {
	return pass(ctx, a.p, atChecksDue, func() ([]ledger.Record, error) { return a.Ledger.ChecksDue(ctx, limit) }, nil)
}

func (a account) Check(ctx context.Context, at ledger.Record, next time.Time) (ledger.Record, error) {
	return pass(ctx, a.p, atCheck, func() (ledger.Record, error) {
		looked, err := a.Ledger.Check(ctx, at, next)
		if errors.Is(err, ledger.ErrConflict) {
			a.p.s.met(lookRaced)
		}
		return looked, err
	}, nil)
}

func (a account) Checked(ctx context.Context, id string, read bool, evidence string) error {
	_, err := pass(ctx, a.p, atChecked, func() (nothing, error) { return nothing{}, a.Ledger.Checked(ctx, id, read, evidence) }, nil)
	return err
}

func (a account) Find(ctx context.Context, id string, o payment.Outcome) (ledger.Record, error) {
	return pass(ctx, a.p, atFind, func() (ledger.Record, error) { return a.Ledger.Find(ctx, id, o) }, a.p.s.found)
}

func (a account) Seen(ctx context.Context, id, evidence string) error {
	_, err := pass(ctx, a.p, atSeen, func() (nothing, error) { return nothing{}, a.Ledger.Seen(ctx, id, evidence) }, nil)
	return err
}

func (a account) Escalate(ctx context.Context, id, why string) (ledger.Record, error) {
	return pass(ctx, a.p, atEscalate, func() (ledger.Record, error) { return a.Ledger.Escalate(ctx, id, why) }, func(at ledger.Record) {
		a.p.s.trace("asked", func() string { return why })
	})
}

func (a account) NoteListingDelay(ctx context.Context, practice int, delay time.Duration) error {
	_, err := pass(ctx, a.p, atListingDelay, func() (nothing, error) { return nothing{}, a.Ledger.NoteListingDelay(ctx, practice, delay) }, nil)
	return err
}
