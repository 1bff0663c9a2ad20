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

// DuplicateWithin is how long after a charge another one of the same patient,
// amount and card asks whether it is meant.
const DuplicateWithin = 15 * time.Minute

// RecordedWithin is how long after a payment, by whatever way, a recording of the same
// patient and amount asks whether it is meant, and CheckWithin how long after a check the same
// number and amount does, whoever is the patient.
const (
	RecordedWithin = 10 * time.Minute
	CheckWithin    = 7 * 24 * time.Hour
)

// AgreeAgain is how long after an agreement another one for the same may not be
// made. Later the upstream's own list tells whether the first still holds: the
// practice may have cancelled it.
const AgreeAgain = 24 * time.Hour

// Record is a payment.Attempt with what only the server knows of it.
type Record struct {
	payment.Attempt
	Patient payment.Patient
	Portal  string // through which the payer came
	// Subject is who acts, as the portal or the sign-in names them. One with
	// twelve digits in a row is kept as its digest ("sha256:…").
	Subject string
	// Staff is who it is of the practice's staff, where it is one of them.
	Staff Staff
	// AsOfSeq is the number of the first event that the amounts may not know of, as
	// Pending returned it before they were made.
	AsOfSeq int64
	// ClaimedSeq is the event that claimed it; 0 before.
	ClaimedSeq int64
	// ReceiptWatermark is the highest epaymentid in the patient's receipts just
	// before it was sent: "0" if there was none, "" if they could not be read.
	ReceiptWatermark string
	// Checks counts how often the upstream's books were read for it, and NextCheck
	// is when that is due again; zero: it is not.
	Checks    int
	NextCheck time.Time
	// Reason says why a person at the practice has to review it, if NeedsReview.
	Reason string
	// Mail is where the order for the receipt's e-mail stands.
	Mail Mail

	// consent is what was agreed to with the claim, where its hash is made; see
	// Ledger.Consent.
	consent *payment.Consent
}

// Staff is somebody who works at the practice, for people to read: who it is, is
// the record's subject. The upstream is never told; see docs/upstream-api.md.
type Staff struct {
	Name string
	Role string // "front_desk", "biller", "manager"
}

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

// DuplicateError says that an equal payment was sent or recorded minutes ago: ask
// whoever pays or records it.
type DuplicateError struct {
	Other Record
	// Check says that it is the check that was recorded before, for whomever.
	Check bool
}

func (e *DuplicateError) Error() string {
	if e.Check {
		return "the same check was recorded days ago, now " + string(e.Other.State)
	}
	return "an equal payment was sent minutes ago, now " + string(e.Other.State)
}

// base32ID is an identifier of attempts.
var base32ID = regexp.MustCompile(`^[A-Za-z2-7]{16,32}$`)

// Choosing is how many attempts of one payer for one patient may wait to be
// claimed at once: what is recorded stays for ever, and nobody needs more.
const Choosing = 40

// CrowdError says that so many attempts wait to be claimed that no other is
// made.
type CrowdError struct {
	Newest Record    // of those that wait
	Until  time.Time // when the oldest of them waits no longer
}

func (e *CrowdError) Error() string {
	return fmt.Sprintf("%d attempts wait to be claimed", Choosing)
}

// ProposeAttempt is CreateAttempt for what somebody chose and may choose again:
// it returns the newest attempt of the payer that is the same in all that
// CreateAttempt takes but the ID, waits to be claimed, and rests on amounts that
// nothing has changed since. It refuses with *CrowdError when too many wait.
func (l *Ledger) ProposeAttempt(ctx context.Context, a Record) (made Record, err error) {
	return l.create(ctx, a, true)
}

// CreateAttempt records a new attempt with its lines. Nothing changes them any
// more. It takes from a what row declares as fixed at creation, and sets and
// returns the rest. The ID is 16 to 32 characters of base32, like those of
// crypto/rand.Text: hexadecimal would have too many digits in a row. An ID that is
// taken is refused, and so is what payment.Attempt.Validate refuses.
func (l *Ledger) CreateAttempt(ctx context.Context, a Record) (Record, error) {
	return l.create(ctx, a, false)
}

func (l *Ledger) create(ctx context.Context, a Record, proposed bool) (Record, error) {
	if a.Kind == "" {
		a.Kind = payment.KindCharge
	}
	made := Record{
		Attempt: payment.Attempt{ID: a.ID, Kind: a.Kind, Charge: a.Charge, Target: a.Target, Value: a.Value, Terms: a.Terms, Counter: a.Counter,
			PatientName: scrubPAN(a.PatientName, 200), State: payment.Created},
		Patient: a.Patient, Portal: a.Portal, Subject: pseudonym(a.Subject), Staff: a.Staff, AsOfSeq: a.AsOfSeq,
	}
	made.Staff.Name, made.ReasonText = scrubPAN(a.Staff.Name, 200), scrubPAN(a.ReasonText, 300)
	made.Charge.Lines = slices.Clone(a.Charge.Lines)
	for i := range made.Charge.Lines {
		made.Charge.Lines[i].Title = printed(made.Charge.Lines[i].Title, 200)
	}
	err := a.Validate()
	switch {
	case err != nil:
		return Record{}, fmt.Errorf("create attempt: %w", err)
	case !numberFree(a.Portal, 64):
		return Record{}, fmt.Errorf("create attempt: portal: %w", ErrText)
	case !numberFree(a.ID, 32) || !base32ID.MatchString(a.ID):
		return Record{}, fmt.Errorf("create attempt: id: %w", ErrText)
	case !numberFree(a.Target, 64):
		return Record{}, fmt.Errorf("create attempt: target: %w", ErrText)
	case !slices.Contains(staffRoles, a.Staff.Role):
		return Record{}, fmt.Errorf("create attempt: unknown role %q", a.Staff.Role)
	case !counterFits(a.Counter):
		return Record{}, fmt.Errorf("create attempt: at the counter: %w", ErrText)
	case slices.ContainsFunc(a.Charge.Lines, func(n payment.Line) bool { return !numberFree(n.Bill, 40) || !numberFree(n.Number, 32) }):
		return Record{}, fmt.Errorf("create attempt: bill: %w", ErrText)
	}
	err = l.write(ctx, "create attempt", func(t tx) error {
		last, err := t.lastEvent()
		if err != nil {
			return err
		}
		if a.AsOfSeq < 1 || a.AsOfSeq > last.Seq+1 {
			return errors.New("without the event number that Pending returned")
		}
		if _, err := attemptByID(t, a.ID); !errors.Is(err, ErrNotFound) {
			if err == nil {
				err = ErrConflict
			}
			return err
		}
		made.Created = l.moment()
		if proposed {
			same, err := alike(t, made)
			if err != nil {
				return err
			}
			if same.ID != "" {
				made = same
				return nil
			}
		}
		if err := t.insertAttempt(made); err != nil {
			return err
		}
		return l.logEvent(t, payment.Created, made, EventCreated, payer(made), "")
	})
	if err != nil {
		return Record{}, err
	}
	return made, nil
}

// staffRoles are those of bff/staff; none: who acts is not of the practice's staff.
var staffRoles = []string{"", "front_desk", "biller", "manager"}

// counterFits reports whether what staff said can be kept as it is; a reason in
// words is kept without what may be a card's number.
func counterFits(c payment.Counter) bool {
	return numberFree(string(c.Method), 64) && numberFree(c.CheckNumber, 20) && numberFree(c.ReasonCode, 32) &&
		numberFree(c.Undoes, 64) && longNumberFits(c.VendorReference) && longNumberFits(c.Terminal) &&
		numberFree(c.Rest, 2000)
}

// alike is an attempt that will do in place of a new one; the zero Attempt if
// there is none.
func alike(t tx, made Record) (same Record, err error) {
	all, err := t.attempts(search{patient: made.Patient, states: []payment.State{payment.Created},
		createdFrom: made.Created.Add(-Fresh), newest: true})
	if err != nil {
		return Record{}, err
	}
	all = slices.DeleteFunc(all, func(a Record) bool { return a.Portal != made.Portal || a.Subject != made.Subject })
	for _, a := range all {
		// Half an hour is left for the form at least.
		if a.Created.Before(made.Created.Add(-Fresh/2)) || !a.proposes(&made) {
			continue
		}
		// What was claimed since its amounts were made would refuse its claim.
		claimed, err := t.attempts(search{patient: made.Patient, claimedFrom: a.AsOfSeq, limit: 1})
		if err != nil || len(claimed) == 0 {
			return a, err
		}
		break
	}
	if len(all) >= Choosing {
		return Record{}, &CrowdError{Newest: all[0], Until: all[len(all)-1].Created.Add(Fresh)}
	}
	return Record{}, nil
}

// AttemptForPatient returns an attempt of the patient: practice and patient have to
// match, department and appointment are only where and why. Another patient's
// attempt is ErrNotFound like one that does not exist.
func (l *Ledger) AttemptForPatient(ctx context.Context, p payment.Patient, id string) (a Record, err error) {
	err = l.read(ctx, "read attempt", func(t tx) (err error) {
		a, err = attemptOf(t, p, id)
		return err
	})
	return a, err
}

// Claim moves an attempt from created to claimed: the first caller gets nil
// and is the only one who may send it, and nobody gets another attempt for one
// of its targets until it has ended. Everybody else gets *ClaimedError. It
// refuses with *ExpiredError, *OverlapError, *DuplicateError, ErrNotFound, with
// ErrRevoked or ErrExpired where the session is over, and with ErrText where the
// a wish holds a card number or does not fit, or the consent is not as NewConsent
// makes it; nothing has changed then. After any other error nothing may be sent
// either.
func (l *Ledger) Claim(ctx context.Context, p payment.Patient, id string, use CardUse) (a Record, err error) {
	if err := fitWishes(use.Wishes); err != nil {
		return Record{}, fmt.Errorf("claim attempt: %w", err)
	}
	if use.Last4 != "" && !lastFour.MatchString(use.Last4) || use.Brand != "" && !use.Brand.Known() {
		return Record{}, fmt.Errorf("claim attempt: card: %w", ErrText)
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
	a.Brand, a.Last4, a.Wishes = use.Brand, use.Last4, use.Wishes
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
	return a, logEventAt(t, a.Sent, payment.Created, a, EventClaimed, payer(a), string(use.Brand)+" "+use.Last4)
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
	return a, logEventAt(t, a.Sent, payment.Claimed, a, EventSending, server, "before="+a.ReceiptWatermark)
}

// SendWithin is how long after its write-ahead record the first byte of an attempt may
// leave. A server that was stopped in between must not send any more: others
// may have found that nothing was sent.
const SendWithin = 10 * time.Second

func attemptOf(t tx, p payment.Patient, id string) (Record, error) {
	a, err := attemptByID(t, id)
	if err == nil && (a.Patient.Practice != p.Practice || a.Patient.ID != p.ID) {
		return Record{}, ErrNotFound
	}
	return a, err
}

func attemptByID(t tx, id string) (Record, error) {
	if !base32ID.MatchString(id) { // databases differ in what they take for a text
		return Record{}, ErrNotFound
	}
	attempts, err := t.attempts(search{id: id})
	if err != nil {
		return Record{}, err
	}
	if len(attempts) == 0 {
		return Record{}, ErrNotFound
	}
	return attempts[0], nil
}
