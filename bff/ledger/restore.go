package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"paypane/web/payment"
)

// Restoration says that the ledger came back from a backup, and what happened
// in a window is not in it.
type Restoration struct {
	Event       int64     // the last one that the backup had; 0: none
	From, Until time.Time // the window that was lost
	At          time.Time // when it was recorded
}

// ErrWindow refuses a lost window that cannot be.
var ErrWindow = errors.New("not a window that can be lost")

// Restore records that the ledger came back from a backup, and that what
// happened since its last event, until the given moment, is lost. Call it once,
// before any server works with it again. Every attempt that may have been sent
// in the window is unknown from then on: also one that was only created, whose
// payer may have gone on. It counts them. A receipt that was to be e-mailed may
// have been, and is not ordered again.
func (l *Ledger) Restore(ctx context.Context, until time.Time) (r Restoration, unknown int, err error) {
	err = l.write(ctx, "record restoration", func(t tx) error {
		last, err := t.lastEvent()
		if err != nil {
			return err
		}
		before, err := t.restorations()
		if err != nil {
			return err
		}
		now := l.moment()
		r, unknown = Restoration{Event: last.Seq, From: last.At, Until: until.UTC().Truncate(time.Microsecond), At: now}, 0
		switch {
		case r.Until.After(now):
			return fmt.Errorf("%w: it ends after now", ErrWindow)
		case last.Seq == 0: // everything is lost, whenever that was
			r.From = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
		case r.Until.Before(r.From):
			return fmt.Errorf("%w: it ends before the last event of the backup, which is of %s", ErrWindow, last.At.Format(moments))
		}
		if err := t.insertRestoration(len(before)+1, r); err != nil {
			return err
		}
		attempts, err := t.attempts(search{states: []payment.State{payment.Created, payment.Claimed, payment.Sending}})
		if err != nil {
			return err
		}
		for _, a := range attempts {
			if a.State == payment.Created && a.Created.Add(Fresh).Before(r.From) {
				continue // could not be claimed any more
			}
			unknown++
			if err := l.lose(t, a); err != nil {
				return err
			}
		}
		mails, err := t.attempts(search{states: []payment.State{payment.Succeeded}, mails: true})
		if err != nil {
			return err
		}
		for _, a := range mails {
			a.Mail = MailOrdered
			if err := t.updateAttempt(a); err != nil {
				return err
			}
			if err := l.logEvent(t, a.State, a, EventRestored, server, "the receipt may have been ordered"); err != nil {
				return err
			}
		}
		return nil
	})
	return r, unknown, err
}

// lose makes an attempt unknown that may have been sent in a lost window. Of
// one that was only created the card is not known, and it was sent when it was
// made or later.
func (l *Ledger) lose(t tx, a Record) error {
	if a.State == payment.Created {
		last, err := t.lastEvent()
		if err != nil {
			return err
		}
		a.Sent, a.ClaimedSeq = a.Created, last.Seq+1
	}
	_, err := l.end(t, a, payment.Outcome{State: payment.Unknown, Evidence: "the ledger came back from a backup: it may have been sent since"}, EventRestored, server)
	return err
}

// Restorations returns all that were recorded, the last one first.
func (l *Ledger) Restorations(ctx context.Context) (all []Restoration, err error) {
	err = l.read(ctx, "read restorations", func(t tx) (err error) {
		all, err = t.restorations()
		return err
	})
	return all, err
}
