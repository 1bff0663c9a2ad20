package ledger

import (
	"context"
	"time"

	"paypane/web/payment"
)

// What is written down of an attempt whose server went away, or did not write
// down an outcome in time.
const (
	NeverSent = "never sent: no byte leaves before the attempt is sending"
	NoOutcome = "no outcome was written down"
)

// Recover ends what was claimed or sent before the given moment and has no
// outcome: what was only claimed is proved not to be sent, because its server
// cannot move it to sending any more; of what was sending nobody knows. It
// returns how many of each there were.
//
// Call it at start-up with the zero time, which is everything, if Alone: whoever
// was sending is gone. Where other servers may be at work, call it with a moment
// further back than a payment can take.
func (l *Ledger) Recover(ctx context.Context, before time.Time) (notSent, unknown int, err error) {
	err = l.write(ctx, "recover attempts", func(t tx) error {
		notSent, unknown = 0, 0
		attempts, err := t.attempts(search{states: []payment.State{payment.Claimed, payment.Sending}, movedBefore: before})
		if err != nil {
			return err
		}
		for i := len(attempts) - 1; i >= 0; i-- { // the first claimed first
			a := attempts[i]
			outcome := payment.Outcome{State: payment.NotSent, Evidence: NeverSent}
			if a.State == payment.Sending {
				outcome = payment.Outcome{State: payment.Unknown, Evidence: NoOutcome}
				unknown++
			} else {
				notSent++
			}
			if _, err := l.end(t, a, outcome, EventRecovered, server); err != nil {
				return err
			}
		}
		return nil
	})
	return notSent, unknown, err
}

// Alone reports whether no other server can work with this ledger.
func (l *Ledger) Alone() bool { return l.store.alone() }
