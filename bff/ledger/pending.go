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

// Pending returns the lines of payments that the upstream's statement may not
// show yet, for payment.Statement.Net, and the number of the event as of which
// that is so, for Record.AsOfSeq. Call it before asking the upstream what is owed;
// the package's documentation says why.
//
// Pending are the lines of the patient's attempts that may still move money, and
// of those that succeeded within Lately, or since the oldest of the former was
// made. Payment plans count like payments, and so do adjustments: they, too, leave
// less to ask for.
func (l *Ledger) Pending(ctx context.Context, p payment.Patient) (pending []payment.Pending, asOf int64, err error) {
	live, taken, asOf, err := l.recent(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	for _, a := range append(live, taken...) {
		for _, line := range a.Charge.Lines {
			pending = append(pending, payment.Pending{Line: line, Known: a.State == payment.Succeeded, Planned: a.Kind == payment.KindPlan})
		}
	}
	return pending, asOf, nil
}

// Recent returns the patient's payments that may still move money, and those
// that were taken lately and not taken back, the last claimed first.
func (l *Ledger) Recent(ctx context.Context, p payment.Patient) (live, taken []Record, err error) {
	live, taken, _, err = l.recent(ctx, p)
	since := l.now().Add(-Lately)
	live = slices.DeleteFunc(live, func(a Record) bool { return !a.Kind.PaysBills() })
	return live, slices.DeleteFunc(taken, func(a Record) bool { return !a.Kind.PaysBills() || a.Ended.Before(since) }), err
}

// Competing returns the patient's attempts that compete for a row of the upstream's
// books: those that may still move money, and all that succeeded since a moment,
// whatever they did.
func (l *Ledger) Competing(ctx context.Context, p payment.Patient, since time.Time) (live, taken []Record, err error) {
	err = l.read(ctx, "read attempts beside", func(t tx) (err error) {
		live, err = t.attempts(search{patient: p, states: liveStates()})
		if err != nil {
			return err
		}
		taken, err = t.attempts(search{patient: p, states: []payment.State{payment.Succeeded}, endedFrom: since})
		return err
	})
	return live, taken, err
}

// AttemptsOf returns the patient's attempts of some kinds, in every state, the
// last one made first; of all kinds where none is named.
func (l *Ledger) AttemptsOf(ctx context.Context, p payment.Patient, kinds ...payment.Kind) (found []Record, err error) {
	err = l.read(ctx, "read attempts of a kind", func(t tx) (err error) {
		found, err = t.attempts(search{patient: p, kinds: kinds, newest: true})
		return err
	})
	return found, err
}

// RecordingsOf returns the recordings of money from some patients of a practice, in every
// state, the last claimed first.
func (l *Ledger) RecordingsOf(ctx context.Context, practice int, patients []int) (found []Record, err error) {
	if len(patients) == 0 {
		return nil, nil
	}
	err = l.read(ctx, "read recordings", func(t tx) (err error) {
		found, err = t.attempts(search{practice: practice, patients: patients, kinds: []payment.Kind{payment.KindRecord}})
		return err
	})
	return found, err
}

// lowers reports whether an operation leaves less to ask for of the bills of its
// lines.
func lowers(k payment.Kind) bool {
	return k.PaysBills() || k == payment.KindPlan || k == payment.KindAdjust
}

// recent are the attempts that lock bills: payments, payment plans and
// adjustments.
func (l *Ledger) recent(ctx context.Context, p payment.Patient) (live, taken []Record, asOf int64, err error) {
	err = l.read(ctx, "read recent attempts", func(t tx) error {
		// The moment is read first: what is claimed in between is then both in the
		// lines and after that number, which refuses too much and never too little.
		last, err := t.lastEvent()
		if err != nil {
			return err
		}
		asOf = last.Seq + 1
		live, err = t.attempts(search{patient: p, states: liveStates()})
		if err != nil {
			return err
		}
		since := l.now().Add(-Lately)
		for _, a := range live {
			if (a.Kind.PaysBills() || a.Kind == payment.KindAdjust) && a.Created.Before(since) {
				since = a.Created
			}
		}
		taken, err = t.attempts(search{patient: p, states: []payment.State{payment.Succeeded}, endedFrom: since})
		if err != nil {
			return err
		}
		back := map[string]bool{} // targets of what was taken back
		for _, a := range taken {
			if a.Kind.Returns() {
				back[a.Target] = true
			}
		}
		taken = slices.DeleteFunc(taken, func(a Record) bool {
			return !lowers(a.Kind) || a.Reference != "" && back[PaymentTarget(a.Reference)] || back[payment.RecordingTarget(a.ID)]
		})
		return nil
	})
	return live, taken, asOf, err
}

// PaymentTarget is the target of an act on an earlier payment.
func PaymentTarget(reference string) string { return "payment-" + reference }

// ChargeTarget is the target of an act on a charge of a claim.
func ChargeTarget(charge string) string { return "charge-" + charge }

// TargetCharge is the way back from ChargeTarget; empty for another target.
func TargetCharge(target string) string {
	charge, found := strings.CutPrefix(target, ChargeTarget(""))
	if !found {
		return ""
	}
	return charge
}

// TargetPayment is the way back from PaymentTarget; empty for another target.
func TargetPayment(target string) string {
	reference, found := strings.CutPrefix(target, PaymentTarget(""))
	if !found {
		return ""
	}
	return reference
}
