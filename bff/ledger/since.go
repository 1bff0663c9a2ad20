package ledger

import (
	"context"
	"slices"
	"time"

	"paypane/web/payment"
)

// ClaimedSince returns what one payer has had sent, or tried to, for a patient
// since a moment, whatever became of it, the last claimed first. Nothing of it
// is left out, so that an empty list proves that nothing was sent.
func (l *Ledger) ClaimedSince(ctx context.Context, p payment.Patient, portal, subject string, since time.Time) (attempts []Record, err error) {
	err = l.read(ctx, "read attempts since", func(t tx) (err error) {
		attempts, err = t.attempts(search{patient: p, sentFrom: since})
		return err
	})
	return slices.DeleteFunc(attempts, func(a Record) bool { return !a.By(portal, subject) }), err
}

// By reports whether an event is the act of somebody, as Decision.By names them.
func (e Event) By(who string) bool { return isActor(e.Who, who) }

// By reports whether an attempt is of one payer, as the portal names them.
func (a Record) By(portal, subject string) bool {
	return a.Portal == portal && a.Subject == pseudonym(subject)
}
