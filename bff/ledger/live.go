package ledger

import (
	"context"
	"slices"
	"strings"
	"time"

	"paypane/web/payment"
)

// Lately is how long after a payment was taken its bills may still be shown by
// the upstream as if it were not. Payers are told that it may take a day.
const Lately = 24 * time.Hour

// liveStates are the states in which an attempt may still move money:
// payment.State.Live, for a search.
func liveStates() []payment.State {
	return []payment.State{payment.Claimed, payment.Sending, payment.Unknown}
}

// Spent returns the lines of the patient's attempts that took money lately, or
// since the oldest that may still move some, and of those, for
// payment.Statement.Reserve; and those of payment plans that were made lately, or
// may have been; and the moment at which they were read, for
// Attempt.Basis. Call it before asking the upstream what is owed; the package's
// documentation says why.
func (l *Ledger) Spent(ctx context.Context, p payment.Patient) (spent []payment.Spent, basis int64, err error) {
	live, taken, basis, err := l.recent(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	for _, a := range append(live, taken...) {
		for _, line := range a.Charge.Lines {
			spent = append(spent, payment.Spent{Line: line, Known: a.State == payment.Taken, Planned: a.Act == payment.ActPlan})
		}
	}
	return spent, basis, nil
}

// Recent returns the patient's payments that may still move money, and those
// that were taken lately and not taken back, the last claimed first.
func (l *Ledger) Recent(ctx context.Context, p payment.Patient) (live, taken []Attempt, err error) {
	live, taken, _, err = l.recent(ctx, p)
	since := l.now().Add(-Lately)
	live = slices.DeleteFunc(live, func(a Attempt) bool { return !a.Act.PaysBills() })
	return live, slices.DeleteFunc(taken, func(a Attempt) bool { return !a.Act.PaysBills() || a.Ended.Before(since) }), err
}

// Beside returns the patient's attempts that may still move money, and all that
// were taken since a moment, whatever they did: those that a row of the
// upstream's books could be.
func (l *Ledger) Beside(ctx context.Context, p payment.Patient, since time.Time) (live, taken []Attempt, err error) {
	err = l.read(ctx, "read attempts beside", func(t tx) (err error) {
		live, err = t.attempts(search{patient: p, states: liveStates()})
		if err != nil {
			return err
		}
		taken, err = t.attempts(search{patient: p, states: []payment.State{payment.Taken}, endedFrom: since})
		return err
	})
	return live, taken, err
}

// AttemptsOf returns the patient's attempts of some kinds, in every state, the
// last one made first; of all kinds where none is named.
func (l *Ledger) AttemptsOf(ctx context.Context, p payment.Patient, acts ...payment.Act) (found []Attempt, err error) {
	err = l.read(ctx, "read attempts of a kind", func(t tx) (err error) {
		found, err = t.attempts(search{patient: p, acts: acts, newest: true})
		return err
	})
	return found, err
}

// recent are the attempts that hold bills: payments and payment plans.
func (l *Ledger) recent(ctx context.Context, p payment.Patient) (live, taken []Attempt, basis int64, err error) {
	err = l.read(ctx, "read recent attempts", func(t tx) error {
		// The moment is read first: what is claimed in between is then both in the
		// lines and after the basis, which refuses too much and never too little.
		last, err := t.lastEvent()
		if err != nil {
			return err
		}
		basis = last.Seq + 1
		live, err = t.attempts(search{patient: p, states: liveStates()})
		if err != nil {
			return err
		}
		since := l.now().Add(-Lately)
		for _, a := range live {
			if a.Act.PaysBills() && a.Created.Before(since) {
				since = a.Created
			}
		}
		taken, err = t.attempts(search{patient: p, states: []payment.State{payment.Taken}, endedFrom: since})
		if err != nil {
			return err
		}
		back := map[string]bool{} // targets of what was taken back
		for _, a := range taken {
			if a.Act.Returns() {
				back[a.Target] = true
			}
		}
		taken = slices.DeleteFunc(taken, func(a Attempt) bool {
			return !a.Act.PaysBills() && a.Act != payment.ActPlan || a.Reference != "" && back[PaymentTarget(a.Reference)]
		})
		return nil
	})
	return live, taken, basis, err
}

// PaymentTarget is the target of an act on an earlier payment.
func PaymentTarget(reference string) string { return "payment-" + reference }

// TargetPayment is the way back from PaymentTarget; empty for another target.
func TargetPayment(target string) string {
	reference, found := strings.CutPrefix(target, PaymentTarget(""))
	if !found {
		return ""
	}
	return reference
}
