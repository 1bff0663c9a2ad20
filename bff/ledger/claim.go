package ledger

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"paypane/web/payment"
)

// AgreeAgain is how long after an agreement another one for the same may not be
// made. Later the upstream's own list tells whether the first still holds: the
// practice may have cancelled it.
const AgreeAgain = 24 * time.Hour

// CardUse is what is kept of the card and of the wishes that come with it.
type CardUse struct {
	Brand payment.Brand // empty where no card is used
	Last4 string
	payment.Wishes
	// ConfirmDuplicateOf is the equal payment of minutes ago, or the one with the same
	// check, that whoever acts was told of. They confirm that they mean another one; it
	// is no word about later ones.
	ConfirmDuplicateOf string
	// Consent is what the payer agreed to, as NewConsent made it; nil where
	// nothing is to be agreed to. Its subject may name somebody else than the
	// attempt's; its moment is that of the claim.
	Consent *payment.Consent
	// Launch is under which it is claimed, as LaunchID names it.
	Launch string
	// Session is the hash of the session in which the payer acts: it has to be
	// good, and to have been seen less than Idle ago, at the moment of the claim,
	// so that nothing is claimed once its end was told. Zero: no session is asked
	// for, because what is done was allowed before.
	Session [32]byte
	Idle    time.Duration
}

// ClaimedError says that the attempt was claimed before: follow it, do not
// send it.
type ClaimedError struct{ Attempt Record }

func (e *ClaimedError) Error() string { return "claimed before, now " + string(e.Attempt.State) }

// ExpiredError says that the attempt was made too long ago to be claimed.
type ExpiredError struct{ Attempt Record }

func (e *ExpiredError) Error() string {
	return "made more than " + Fresh.String() + " ago"
}

// OverlapError says that another attempt for one of the same things is under
// way or in doubt, or was taken after the amounts were made.
type OverlapError struct {
	Other Record
	// Card says that what is to be recorded was taken here by card today, as far as
	// can be told: recorded, it would be counted twice.
	Card bool
	// Reference says that the other has the vendor's reference of this one: the
	// vendor gives each but once, so one of the two is not what it says.
	Reference bool
}

func (e *OverlapError) Error() string {
	switch {
	case e.Card:
		return "the same was taken here by card today"
	case e.Reference:
		return "the vendor's reference is that of another attempt, now " + string(e.Other.State)
	}
	return "another attempt is for the same, now " + string(e.Other.State)
}

// Claim moves an attempt from created to claimed: the first caller gets nil
// and is the only one who may send it, and nobody gets another attempt for one
// of its targets until it has ended. Everybody else gets *ClaimedError. It
// refuses with *ExpiredError, *OverlapError, *DuplicateError, ErrNotFound, with
// ErrRevoked or ErrExpired where the session is over, and with ErrText where
// a wish or the launch holds a card number or does not fit, or the consent is not as NewConsent
// makes it; nothing has changed then. After any other error nothing may be sent
// either.
func (l *Ledger) Claim(ctx context.Context, p payment.Patient, id string, use CardUse) (a Record, err error) {
	if err := fitWishes(use.Wishes); err != nil {
		return Record{}, fmt.Errorf("claim attempt: %w", err)
	}
	if use.Last4 != "" && !lastFour.MatchString(use.Last4) || use.Brand != "" && !use.Brand.Known() {
		return Record{}, fmt.Errorf("claim attempt: card: %w", ErrText)
	}
	if !launchFits(use.Launch) {
		return Record{}, fmt.Errorf("claim attempt: launch: %w", ErrText)
	}
	if use.Consent != nil && !fitsConsent(*use.Consent) {
		return Record{}, fmt.Errorf("claim attempt: consent: %w", ErrText)
	}
	err = l.write(ctx, "claim attempt", func(t tx) (err error) {
		a, err = l.claim(t, p, id, use)
		return err
	})
	if err != nil {
		return Record{}, err
	}
	return a, nil
}

// claim is Claim within the write of a change that it may be a part of.
func (l *Ledger) claim(t tx, p payment.Patient, id string, use CardUse) (a Record, err error) {
	if use.Session != ([32]byte{}) {
		if err := l.present(t, use.Session, use.Idle); err != nil {
			return a, err
		}
	}
	if a, err = attemptOf(t, p, id); err != nil {
		return a, err
	}
	now := l.moment()
	switch {
	case a.State != payment.Created:
		return a, &ClaimedError{a}
	case now.Sub(a.Created) > Fresh:
		return a, &ExpiredError{a}
	}
	if err := a.ValidateCard(use.Brand, use.Last4); err != nil {
		return a, err
	}
	if err := overlap(t, a, now); err != nil {
		return a, err
	}
	a.Brand, a.Last4, a.Wishes, a.Launch = use.Brand, use.Last4, use.Wishes, use.Launch
	if err := repeats(t, a, now, use.ConfirmDuplicateOf); err != nil {
		return a, err
	}
	last, err := t.lastEvent()
	if err != nil {
		return a, err
	}
	for _, target := range a.Targets() {
		if err := t.lock(a.Patient, target, a.ID); err != nil {
			return a, err
		}
	}
	if use.Consent != nil {
		given := *use.Consent
		given.At, given.Subject = now, pseudonym(cmp.Or(given.Subject, a.Subject))
		if err := t.insertConsent(a.ID, given); err != nil {
			return a, err
		}
		a.consent = &given
	}
	a.State, a.Sent, a.ClaimedSeq = payment.Claimed, now, last.Seq+1
	if err := t.updateAttempt(a); err != nil {
		return a, err
	}
	return a, l.logEventAt(t, a.Sent, payment.Created, a, EventClaimed, payer(a), string(use.Brand)+" "+use.Last4)
}

var lastFour = regexp.MustCompile(`^[0-9]{4}$`)

// overlap looks for what must not be acted on twice: a target that another
// attempt has locked; a bill that was paid by a payment of which the amounts of a
// do not know, claimed or found to be taken at or after AsOfSeq; or something
// other than a bill that was done before, which no amounts tell of. An
// agreement may end and be made anew, see AgreeAgain.
func overlap(t tx, a Record, now time.Time) error {
	targets := a.Targets()
	for _, target := range targets {
		id, err := t.lockOwner(a.Patient, target)
		if err != nil {
			return err
		}
		if id != "" {
			other, err := attemptByID(t, id)
			if err != nil {
				return err
			}
			return &OverlapError{Other: other}
		}
	}
	taken, err := t.attempts(search{patient: a.Patient, states: []payment.State{payment.Succeeded}})
	if err != nil {
		return err
	}
	for _, other := range taken {
		if !slices.ContainsFunc(other.Targets(), func(target string) bool { return slices.Contains(targets, target) }) {
			continue
		}
		late, err := takenFrom(t, other, a.AsOfSeq)
		if err != nil {
			return err
		}
		// What is taken back is taken back once, in whatever way.
		done := a.Target != "" && a.Target == other.Target && (a.Kind == other.Kind || a.Kind.Returns() && other.Kind.Returns())
		switch {
		case a.Kind.Agrees() && now.Sub(other.Ended) > AgreeAgain || a.Kind == payment.KindStoreCard:
			done = false // it may have ended: the upstream's own list tells
		case a.Kind == payment.KindAdjust && len(a.Charge.Lines) > 0:
			done = false // a charge is adjusted again where its claim's amount still asks for something
		}
		if late || done {
			return &OverlapError{Other: other}
		}
	}
	return nil
}

// takenFrom reports whether a taken attempt came to be so, or was claimed, at an
// event or after it. One that was found absent first can come to it late.
func takenFrom(t tx, a Record, seq int64) (bool, error) {
	if a.ClaimedSeq >= seq {
		return true, nil
	}
	events, err := t.events(a.ID, 1, all)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(events, func(e Event) bool { return e.State == payment.Succeeded })
	return i >= 0 && events[i].Seq >= seq, nil
}

// MarkSending writes ahead that a claimed attempt is being sent. When it returns
// nil, that is on the disk, and the caller may begin to send once, within
// SendWithin of the Sent it returns. After any error nothing may be sent.
// watermark is the highest epaymentid of the patient, "" if it could not be read.
func (l *Ledger) MarkSending(ctx context.Context, id, watermark string) (a Record, err error) {
	err = l.write(ctx, "send attempt", func(t tx) (err error) {
		if a, err = attemptByID(t, id); err != nil {
			return err
		}
		a, err = l.sending(t, a, watermark)
		return err
	})
	if err != nil {
		return Record{}, err
	}
	return a, nil
}

// sending is MarkSending within a write.
func (l *Ledger) sending(t tx, a Record, watermark string) (Record, error) {
	if a.State != payment.Claimed {
		return a, fmt.Errorf("%w: from %s to %s", ErrTransition, a.State, payment.Sending)
	}
	a.State, a.Sent, a.ReceiptWatermark = payment.Sending, l.moment(), scrubPAN(watermark, 11)
	if err := t.updateAttempt(a); err != nil {
		return a, err
	}
	return a, l.logEventAt(t, a.Sent, payment.Claimed, a, EventSending, server, "before="+a.ReceiptWatermark)
}

// SendWithin is how long after its write-ahead record the first byte of an attempt may
// leave. A server that was stopped in between must not send any more: others
// may have found that nothing was sent.
const SendWithin = 10 * time.Second
