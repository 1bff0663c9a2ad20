package ledger

import (
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

// Record is a payment.Attempt with what only the server knows of it.
type Record struct {
	payment.Attempt
	Patient payment.Patient
	Portal  string // through which the payer came
	// Subject is who acts, as the portal or the sign-in names them. One with
	// twelve digits in a row is kept as its digest ("sha256:…").
	Subject string
	// Launch is the launch under which it was claimed, as LaunchID names it; empty before,
	// and at the desk's own sign-in.
	Launch string
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
