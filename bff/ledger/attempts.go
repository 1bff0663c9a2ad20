package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"paypane/web/payment"
)

// Fresh is how long after it was made an attempt may be claimed: after that,
// what is owed may have changed in ways the ledger does not see.
const Fresh = 60 * time.Minute

// RepeatWithin is how long after a charge another one of the same patient,
// amount and card asks whether it is meant.
const RepeatWithin = 15 * time.Minute

// AgreeAgain is how long after an agreement another one for the same may not be
// made. Later the upstream's own list tells whether the first still holds: the
// practice may have cancelled it.
const AgreeAgain = 24 * time.Hour

// Attempt is a payment.Attempt with what only the server knows of it.
type Attempt struct {
	payment.Attempt
	Patient payment.Patient
	Portal  string // through which the payer came
	// Subject is who acts, as the portal or the sign-in names them. One with
	// twelve digits in a row is kept as its digest ("sha256:…").
	Subject string
	// Basis is the moment that Spent returned before the amounts were made.
	Basis int64
	// ClaimedSeq is the event that claimed it; 0 before.
	ClaimedSeq int64
	// Before is the highest epaymentid in the patient's receipts when it was
	// sent: "0" if there was none, "" if they could not be read.
	Before string
	// Looks counts how often the upstream's books were read for it, and NextLook
	// is when that is due again; zero: it is not.
	Looks    int
	NextLook time.Time
	// Why says why a person has to find out, if Asked.
	Why string
	// Mail is where the order for the receipt's e-mail stands.
	Mail Mail

	// consent is what was agreed to with the claim, where its hash is made; see
	// Ledger.Consent.
	consent *payment.Consent
}

// CardUse is what is kept of the card and of the wishes that come with it.
type CardUse struct {
	Brand payment.Brand // empty where no card is used
	Last4 string
	Email string // where the receipt goes; empty for none
	// Again is the equal charge of minutes ago that the payer was told of: they
	// mean another one. It is no word about any later one.
	Again string
	// Consent is what the payer agreed to, as NewConsent made it; nil where
	// nothing is to be agreed to. Its subject may name somebody else than the
	// attempt's; its moment is that of the claim.
	Consent *payment.Consent
	// Session is the hash of the session in which the payer acts: it has to be
	// good, and to have been seen less than Idle ago, at the moment of the claim,
	// so that nothing is claimed once its end was told. Zero: no session is asked
	// for, because what is done was allowed before.
	Session [32]byte
	Idle    time.Duration
}

// ClaimedError says that the attempt was claimed before: follow it, do not
// send it.
type ClaimedError struct{ Attempt Attempt }

func (e *ClaimedError) Error() string { return "claimed before, now " + string(e.Attempt.State) }

// ExpiredError says that the attempt was made too long ago to be claimed.
type ExpiredError struct{ Attempt Attempt }

func (e *ExpiredError) Error() string {
	return "made more than " + Fresh.String() + " ago"
}

// OverlapError says that another attempt for one of the same things is under
// way or in doubt, or was taken after the amounts were made.
type OverlapError struct{ Other Attempt }

func (e *OverlapError) Error() string {
	return "another attempt is for the same, now " + string(e.Other.State)
}

// RepeatError says that an equal charge was sent minutes ago: ask the payer.
type RepeatError struct{ Other Attempt }

func (e *RepeatError) Error() string {
	return "an equal charge was sent minutes ago, now " + string(e.Other.State)
}

// base32ID is an identifier of attempts.
var base32ID = regexp.MustCompile(`^[A-Za-z2-7]{16,32}$`)

// CreateAttempt records a new attempt with its lines, which nothing changes
// any more. Of a it takes the ID (16 to 32 characters of base32, like those of
// crypto/rand.Text: hexadecimal would have too many digits in a row), act,
// charge, target, value and terms, the patient with name, portal, subject and basis;
// the rest it sets itself and returns. It refuses what payment.Attempt.Validate
// refuses, and an ID that is taken.
func (l *Ledger) CreateAttempt(ctx context.Context, a Attempt) (Attempt, error) {
	if a.Act == "" {
		a.Act = payment.ActCharge
	}
	made := Attempt{
		Attempt: payment.Attempt{ID: a.ID, Act: a.Act, Charge: a.Charge, Target: a.Target, Value: a.Value, Terms: a.Terms,
			PatientName: mask(a.PatientName, 200), State: payment.Created},
		Patient: a.Patient, Portal: a.Portal, Subject: pseudonym(a.Subject), Basis: a.Basis,
	}
	made.Charge.Lines = slices.Clone(a.Charge.Lines)
	for i := range made.Charge.Lines {
		made.Charge.Lines[i].Title = mask(made.Charge.Lines[i].Title, 200)
	}
	err := a.Validate()
	switch {
	case err != nil:
		return Attempt{}, fmt.Errorf("create attempt: %w", err)
	case !numberFree(a.Portal, 64):
		return Attempt{}, fmt.Errorf("create attempt: portal: %w", ErrText)
	case !numberFree(a.ID, 32) || !base32ID.MatchString(a.ID):
		return Attempt{}, fmt.Errorf("create attempt: id: %w", ErrText)
	case !numberFree(a.Target, 64):
		return Attempt{}, fmt.Errorf("create attempt: target: %w", ErrText)
	case slices.ContainsFunc(a.Charge.Lines, func(n payment.Line) bool { return !numberFree(n.Bill, 40) || !numberFree(n.Number, 32) }):
		return Attempt{}, fmt.Errorf("create attempt: bill: %w", ErrText)
	}
	err = l.write(ctx, "create attempt", func(t tx) error {
		last, err := t.lastEvent()
		if err != nil {
			return err
		}
		if a.Basis < 1 || a.Basis > last.Seq+1 {
			return errors.New("without the basis that Spent returned")
		}
		if _, err := attemptByID(t, a.ID); !errors.Is(err, ErrNotFound) {
			if err == nil {
				err = ErrConflict
			}
			return err
		}
		made.Created = l.moment()
		if err := t.insertAttempt(made); err != nil {
			return err
		}
		return l.record(t, payment.Created, made, EventCreated, payer(made), "")
	})
	if err != nil {
		return Attempt{}, err
	}
	return made, nil
}

// Attempt returns an attempt of the patient: practice and patient have to
// match, department and appointment are only where and why. Another patient's
// attempt is ErrNotFound like one that does not exist.
func (l *Ledger) Attempt(ctx context.Context, p payment.Patient, id string) (a Attempt, err error) {
	err = l.read(ctx, "read attempt", func(t tx) (err error) {
		a, err = attemptOf(t, p, id)
		return err
	})
	return a, err
}

// Claim moves an attempt from created to claimed: the first caller gets nil
// and is the only one who may send it, and nobody gets another attempt for one
// of its targets until it has ended. Everybody else gets *ClaimedError. It
// refuses with *ExpiredError, *OverlapError, *RepeatError, ErrNotFound, with
// ErrRevoked or ErrExpired where the session is over, and with ErrText where the
// email address has twelve digits in a row, or the consent is not as NewConsent
// makes it; nothing has changed then. After any other error nothing may be sent
// either.
func (l *Ledger) Claim(ctx context.Context, p payment.Patient, id string, use CardUse) (a Attempt, err error) {
	if !numberFree(use.Email, 254) {
		return Attempt{}, fmt.Errorf("claim attempt: email: %w", ErrText)
	}
	if use.Last4 != "" && !lastFour.MatchString(use.Last4) || use.Brand != "" && use.Brand.Name() == payment.Brand("").Name() {
		return Attempt{}, fmt.Errorf("claim attempt: card: %w", ErrText)
	}
	if use.Consent != nil && !fitsConsent(*use.Consent) {
		return Attempt{}, fmt.Errorf("claim attempt: consent: %w", ErrText)
	}
	err = l.write(ctx, "claim attempt", func(t tx) (err error) {
		if use.Session != ([32]byte{}) {
			if err := l.present(t, use.Session, use.Idle); err != nil {
				return err
			}
		}
		if a, err = attemptOf(t, p, id); err != nil {
			return err
		}
		now := l.moment()
		switch {
		case a.State != payment.Created:
			return &ClaimedError{a}
		case now.Sub(a.Created) > Fresh:
			return &ExpiredError{a}
		}
		if a.Act.Charges() && (use.Brand == "" || use.Last4 == "") {
			return errors.New("a charge without a card")
		}
		if err := overlap(t, a, now); err != nil {
			return err
		}
		a.Brand, a.Last4, a.Email = use.Brand, use.Last4, use.Email
		if a.Act.Charges() {
			if err := repeats(t, a, now, use.Again); err != nil {
				return err
			}
		}
		last, err := t.lastEvent()
		if err != nil {
			return err
		}
		for _, target := range a.Targets() {
			if err := t.hold(a.Patient, target, a.ID); err != nil {
				return err
			}
		}
		if use.Consent != nil {
			given := *use.Consent
			given.At, given.Subject = now, pseudonym(cmp.Or(given.Subject, a.Subject))
			if err := t.insertConsent(a.ID, given); err != nil {
				return err
			}
			a.consent = &given
		}
		a.State, a.Sent, a.ClaimedSeq = payment.Claimed, now, last.Seq+1
		if err := t.updateAttempt(a); err != nil {
			return err
		}
		return recordAt(t, a.Sent, payment.Created, a, EventClaimed, payer(a), string(use.Brand)+" "+use.Last4)
	})
	if err != nil {
		return Attempt{}, err
	}
	return a, nil
}

var lastFour = regexp.MustCompile(`^[0-9]{4}$`)

// overlap looks for what must not be acted on twice: a target that another
// attempt holds; a bill that was paid by a payment of which the amounts of a do
// not know, claimed or found to be taken at or after their basis; or something
// other than a bill that was done before, which no amounts tell of. An
// agreement may end and be made anew, see AgreeAgain.
func overlap(t tx, a Attempt, now time.Time) error {
	targets := a.Targets()
	for _, target := range targets {
		id, err := t.holder(a.Patient, target)
		if err != nil {
			return err
		}
		if id != "" {
			other, err := attemptByID(t, id)
			if err != nil {
				return err
			}
			return &OverlapError{other}
		}
	}
	taken, err := t.attempts(search{patient: a.Patient, states: []payment.State{payment.Taken}})
	if err != nil {
		return err
	}
	for _, other := range taken {
		if !slices.ContainsFunc(other.Targets(), func(target string) bool { return slices.Contains(targets, target) }) {
			continue
		}
		late, err := takenFrom(t, other, a.Basis)
		if err != nil {
			return err
		}
		done := a.Target != "" && a.Target == other.Target && a.Act == other.Act
		if a.Act.Agrees() && now.Sub(other.Ended) > AgreeAgain || a.Act == payment.ActStoreCard {
			done = false // it may have ended: the upstream's own list tells
		}
		if late || done {
			return &OverlapError{other}
		}
	}
	return nil
}

// takenFrom reports whether a taken attempt came to be so, or was claimed, at an
// event or after it. One that was found absent first can come to it late.
func takenFrom(t tx, a Attempt, seq int64) (bool, error) {
	if a.ClaimedSeq >= seq {
		return true, nil
	}
	events, err := t.events(a.ID, 1, all)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(events, func(e Event) bool { return e.State == payment.Taken })
	return i >= 0 && events[i].Seq >= seq, nil
}

// repeats looks for a charge of the same amount with the same card that was
// sent minutes ago and took the money, or may have: the last one, of which the
// payer must have been told.
func repeats(t tx, a Attempt, now time.Time, told string) error {
	lately, err := t.attempts(search{patient: a.Patient, sentFrom: now.Add(-RepeatWithin),
		states: []payment.State{payment.Claimed, payment.Sending, payment.Unknown, payment.Taken}})
	if err != nil {
		return err
	}
	for _, other := range lately {
		if other.Act.Charges() && other.Total() == a.Total() && other.Brand == a.Brand && other.Last4 == a.Last4 {
			if other.ID == told {
				return nil
			}
			return &RepeatError{other}
		}
	}
	return nil
}

// Send moves a claimed attempt to sending: the fence. When it returns nil that
// is on the disk, and the caller may begin to send within SendWithin of the
// Sent it returns, once; after any error nothing may be sent. before is the
// highest epaymentid of the patient, "" if it could not be read.
func (l *Ledger) Send(ctx context.Context, id, before string) (a Attempt, err error) {
	err = l.write(ctx, "send attempt", func(t tx) (err error) {
		if a, err = attemptByID(t, id); err != nil {
			return err
		}
		if a.State != payment.Claimed {
			return fmt.Errorf("%w: from %s to %s", ErrTransition, a.State, payment.Sending)
		}
		a.State, a.Sent, a.Before = payment.Sending, l.moment(), mask(before, 11)
		if err := t.updateAttempt(a); err != nil {
			return err
		}
		return recordAt(t, a.Sent, payment.Claimed, a, EventSending, server, "before="+a.Before)
	})
	if err != nil {
		return Attempt{}, err
	}
	return a, nil
}

// SendWithin is how long after its fence the first byte of an attempt may
// leave. A server that was stopped in between must not send any more: others
// may have found that nothing was sent.
const SendWithin = 10 * time.Second

func attemptOf(t tx, p payment.Patient, id string) (Attempt, error) {
	a, err := attemptByID(t, id)
	if err == nil && (a.Patient.Practice != p.Practice || a.Patient.ID != p.ID) {
		return Attempt{}, ErrNotFound
	}
	return a, err
}

func attemptByID(t tx, id string) (Attempt, error) {
	if !base32ID.MatchString(id) { // databases differ in what they take for a text
		return Attempt{}, ErrNotFound
	}
	attempts, err := t.attempts(search{id: id})
	if err != nil {
		return Attempt{}, err
	}
	if len(attempts) == 0 {
		return Attempt{}, ErrNotFound
	}
	return attempts[0], nil
}
