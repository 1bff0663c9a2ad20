package ledger

import (
	"context"
	"fmt"
	"time"

	"paypane/web/payment"
)

// Settle records the outcome of an attempt as its sender learned it. The same
// state again changes nothing and is no error; a move that payment.State.May
// forbids is ErrTransition, with the attempt as it stands. Texts never stand in
// the way of an outcome: what could hold a card number is scrubbed, what is too
// long is cut.
//
// Two things are not taken at their word and handed to a person. A reference
// that another attempt has: the money of one payment is not the money of two,
// so the outcome is unknown. And an answer that the money was taken after
// others found that it was not: it counts, but the payer may have paid again.
func (l *Ledger) Settle(ctx context.Context, id string, o payment.Outcome) (Record, error) {
	return l.settle(ctx, "settle attempt", id, o, EventSettled, server)
}

func (l *Ledger) settle(ctx context.Context, act, id string, o payment.Outcome, what, who string) (a Record, err error) {
	err = l.write(ctx, act, func(t tx) (err error) {
		if a, err = attemptByID(t, id); err != nil {
			return err
		}
		if a.State == o.State && a.State.Ended() {
			return nil
		}
		if !o.State.Ended() || !a.State.May(o.State) {
			return fmt.Errorf("%w: from %s to %s", ErrTransition, a.State, o.State)
		}
		a, err = l.end(t, a, o, what, who)
		return err
	})
	return a, err
}

// end moves an attempt to an outcome that it may have.
func (l *Ledger) end(t tx, a Record, o payment.Outcome, what, who string) (Record, error) {
	was := a.State
	a.State, a.Ended = o.State, l.moment()
	a.Reference, a.Batch, a.Refusal, a.NeedsReview, a.Reason, a.NextCheck = "", "", "", false, "", time.Time{}
	switch o.State {
	case payment.Succeeded:
		a.Reference, a.Batch = scrubPAN(o.Reference, 64), scrubPAN(o.Batch, 32)
		if a.Reference != "" {
			others, err := t.attempts(search{practice: a.Patient.Practice, references: []string{a.Reference}})
			if err != nil {
				return a, err
			}
			for _, other := range others {
				if other.ID != a.ID && !shares(a, other) {
					a.State, a.Reference, a.Batch, a.NeedsReview = payment.Unknown, "", "", true
					a.Reason = payment.Because("asked.reference", "number", other.Reference, "code", other.SupportCode())
				}
			}
		}
		if was == payment.NotDone && a.State == payment.Succeeded {
			a.NeedsReview, a.Reason = true, payment.Because("asked.taken")
		}
	case payment.Declined, payment.NotSent:
		a.Refusal = payment.Refusal(scrubPAN(string(o.Refusal), 11))
	}
	if a.State == payment.Unknown && !a.NeedsReview || a.State == payment.Succeeded && a.Kind.Charges() {
		a.NextCheck = a.Ended // the upstream's books are read for it, at once at first
		a.Checks = 0
	}
	if isWatched(a) {
		a.NextCheck = a.Ended.Add(WatchEvery)
		a.Checks = 0
	}
	if a.State == payment.NotDone && what == EventNotDone {
		a.NextCheck = a.Ended // and on: what is listed later than anything before is noticed
		a.Checks = 0
	}
	if a.State == payment.Succeeded && a.Email != "" && a.Reference != "" && a.Mail == "" {
		a.Mail = MailDue
	}
	if err := l.moved(t, a, was); err != nil {
		return a, err
	}
	evidence := o.Evidence
	if a.Reference != "" {
		evidence = "payment " + a.Reference + ". " + evidence
	}
	return a, l.logEventAt(t, a.Ended, was, a, what, who, evidence)
}

// shares reports whether two attempts may rightly name one payment: a void is
// about the payment that it takes back.
func shares(a, b Record) bool { return a.Kind.Returns() != b.Kind.Returns() }

// moved writes an attempt that has come to a new state, and what follows from
// the state: who has locked its targets, and where the money is.
func (l *Ledger) moved(t tx, a Record, was payment.State) error {
	if err := t.updateAttempt(a); err != nil {
		return err
	}
	switch {
	case was.Live() && !a.State.Live():
		return unlock(t, a)
	case !was.Live() && a.State.Live():
		return lockFree(t, a)
	}
	return nil
}

// unlock frees what an attempt that has ended has locked, for the others that are
// live for the same. Claims exclude each other, but the first ledgers let two be
// in doubt about one bill, and so can a restoration.
func unlock(t tx, a Record) error {
	if err := t.unlock(a.ID); err != nil {
		return err
	}
	live, err := t.attempts(search{patient: a.Patient, states: liveStates()})
	if err != nil {
		return err
	}
	for _, other := range live {
		if err := lockFree(t, other); err != nil {
			return err
		}
	}
	return nil
}

// lockFree locks the targets of a live attempt that nobody has locked.
func lockFree(t tx, a Record) error {
	for _, target := range a.Targets() {
		holder, err := t.lockOwner(a.Patient, target)
		if err == nil && holder == "" {
			err = t.lock(a.Patient, target, a.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// server is who records what nobody asked for by name.
const server = "server"

// payer is who stands behind an attempt.
func payer(a Record) string { return a.Portal + "/" + a.Subject }
