package reconcile

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Ledger is what the reconciler needs of the record.
type Ledger interface {
	LooksDue(ctx context.Context, limit int) ([]ledger.Attempt, error)
	Look(ctx context.Context, a ledger.Attempt, next time.Time) (ledger.Attempt, error)
	Looked(ctx context.Context, id, evidence string) error
	Find(ctx context.Context, id string, o payment.Outcome) (ledger.Attempt, error)
	Seen(ctx context.Context, id, evidence string) error
	Ask(ctx context.Context, id, why string) (ledger.Attempt, error)
	Recent(ctx context.Context, p payment.Patient) (live, taken []ledger.Attempt, err error)
	Holders(ctx context.Context, practice int, references []string) (map[string]string, error)
	Lag(ctx context.Context, practice int) (time.Duration, error)
	NoteLag(ctx context.Context, practice int, lag time.Duration) error
}

// Books are the upstream's.
type Books interface {
	Receipts(context.Context, payment.Patient) ([]payment.Receipt, error)
}

// Reconciler reads the upstream's books for attempts whose outcome is unknown,
// and once for those that were taken, to learn how long the books lag. It is
// safe for use by several goroutines and servers: of all who want to look, one
// gets the turn.
type Reconciler struct {
	Ledger Ledger
	Books  Books
	Bounds Bounds
	Now    func() time.Time
	Log    *slog.Logger
}

// schedule is when an attempt is looked up, after it became unknown: security.md
// 4. The last look is the last word: what the books have not decided by then a
// person decides.
var schedule = []time.Duration{0, 15 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 6 * time.Hour, 24 * time.Hour}

// Turn looks up what is due, and returns how many attempts that were.
func (r *Reconciler) Turn(ctx context.Context) (int, error) {
	due, err := r.Ledger.LooksDue(ctx, 100)
	if err != nil {
		return 0, err
	}
	var all error
	for _, a := range due {
		if err := r.look(ctx, a); err != nil && !errors.Is(err, ledger.ErrConflict) {
			all = errors.Join(all, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return len(due), all
}

func (r *Reconciler) look(ctx context.Context, a ledger.Attempt) error {
	bounds, err := r.bounds(ctx, a.Patient.Practice)
	if err != nil {
		return err
	}
	a, err = r.Ledger.Look(ctx, a, r.next(a, bounds))
	if err != nil {
		return err
	}
	read := r.Now()
	receipts, err := r.Books.Receipts(ctx, a.Patient)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err() // the next turn comes by the schedule
		}
		return r.unread(ctx, a, err)
	}
	if a.State == payment.Taken {
		return r.confirm(ctx, a, read, receipts, bounds)
	}
	return r.settle(ctx, a, read, receipts, bounds)
}

// bounds are the configured ones with the delay that was learned.
func (r *Reconciler) bounds(ctx context.Context, practice int) (Bounds, error) {
	lag, err := r.Ledger.Lag(ctx, practice)
	b := r.Bounds.complete()
	b.Delay = Delay{Configured: b.Delay, Longest: lag}.Effective()
	return b, err
}

// next is when an attempt is looked up after this look; zero if this one is the
// last. A look at the moment at which absence can be proved is put between the
// others.
func (r *Reconciler) next(a ledger.Attempt, b Bounds) time.Time {
	now := r.Now()
	proof := b.shown(question(a).latest())
	for _, after := range schedule {
		at := a.Ended.Add(after)
		if a.State == payment.Unknown && proof.After(now) && proof.Before(at) {
			return proof
		}
		if at.After(now) {
			return at
		}
	}
	if a.State == payment.Unknown && proof.After(now) {
		return proof
	}
	return time.Time{}
}

// settle decides an attempt that is unknown, if the books do.
func (r *Reconciler) settle(ctx context.Context, a ledger.Attempt, read time.Time, receipts []payment.Receipt, b Bounds) error {
	// The rivals are read after the receipts, and what is claimed after the
	// rivals: whoever made a row by now is in one of the two.
	live, _, err := r.Ledger.Recent(ctx, a.Patient)
	if err != nil {
		return err
	}
	e := Evidence{Read: read, Receipts: receipts}
	for _, other := range live {
		if other.ID != a.ID && other.State != payment.Claimed {
			e.Rivals = append(e.Rivals, question(other))
		}
	}
	references := make([]string, 0, len(receipts))
	for _, receipt := range receipts {
		references = append(references, receipt.Reference)
	}
	if e.Claimed, err = r.Ledger.Holders(ctx, a.Patient.Practice, references); err != nil {
		return err
	}
	evidence := fmt.Sprintf("look %d: %d receipts, highest %s", a.Looks, len(receipts), Highest(receipts))
	v := Judge(question(a), e, b)
	switch v.Ruling {
	case Found:
		if a.Looks > 1 { // the look before did not show it
			if err := r.Ledger.NoteLag(ctx, a.Patient.Practice, read.Sub(a.Sent)); err != nil {
				return err
			}
		}
		_, err = r.Ledger.Find(ctx, a.ID, payment.Outcome{State: payment.Taken, Reference: v.Reference, Evidence: evidence})
	case Absent:
		evidence += fmt.Sprintf("; none is it, %s after it was sent", read.Sub(a.Sent).Round(time.Second))
		_, err = r.Ledger.Find(ctx, a.ID, payment.Outcome{State: payment.Absent, Evidence: evidence})
	case Person:
		_, err = r.Ledger.Ask(ctx, a.ID, v.Why)
	default:
		return r.undecided(ctx, a, evidence)
	}
	if errors.Is(err, ledger.ErrTransition) {
		return nil // its sender was quicker
	}
	return err
}

// confirm looks for the row of an attempt that the upstream said it took. When
// it appears tells how long the books lag; if it never does, a person looks.
func (r *Reconciler) confirm(ctx context.Context, a ledger.Attempt, read time.Time, receipts []payment.Receipt, b Bounds) error {
	for _, receipt := range receipts {
		if receipt.Reference != a.Reference {
			continue
		}
		if receipt.Amount != a.Total() {
			_, err := r.Ledger.Ask(ctx, a.ID, "The receipt "+named(a.Reference)+" is of "+receipt.Amount.Display()+", the payment of "+a.Total().Display()+".")
			return err
		}
		if a.Looks > 1 {
			if err := r.Ledger.NoteLag(ctx, a.Patient.Practice, read.Sub(a.Sent)); err != nil {
				return err
			}
		}
		return r.Ledger.Seen(ctx, a.ID, fmt.Sprintf("look %d", a.Looks))
	}
	return r.undecided(ctx, a, fmt.Sprintf("look %d: %d receipts, none is %s", a.Looks, len(receipts), a.Reference))
}

// unread is a look at books that could not be read.
func (r *Reconciler) unread(ctx context.Context, a ledger.Attempt, cause error) error {
	r.Log.WarnContext(ctx, "read the upstream's books", "error", cause.Error())
	return r.undecided(ctx, a, fmt.Sprintf("look %d: the receipts could not be read", a.Looks))
}

// undecided records a look that told nothing. After the last one a person is
// asked.
func (r *Reconciler) undecided(ctx context.Context, a ledger.Attempt, evidence string) error {
	if err := r.Ledger.Looked(ctx, a.ID, evidence); err != nil || !a.NextLook.IsZero() {
		return err
	}
	why := "The receipts could not tell within a day whether this went through. Look at the patient's account in athenaOne."
	if a.State == payment.Taken {
		why = "The upstream said that this was taken, and its receipts have not shown it within a day. Look at the patient's account in athenaOne."
	}
	_, err := r.Ledger.Ask(ctx, a.ID, why)
	if errors.Is(err, ledger.ErrTransition) {
		return nil
	}
	return err
}

// question is what is to be found out about an attempt.
func question(a ledger.Attempt) Question {
	q := Question{Act: a.Act, Amount: a.Total(), Brand: a.Brand, Last4: a.Last4, Sent: a.Sent, Before: a.Before}
	if a.Before == "" {
		// It may be one that was lost with its fence when a backup was restored:
		// when it became unknown nothing of it could be sent any more.
		q.Last = a.Ended
	}
	if a.Act == payment.ActVoid {
		q.Payment = ledger.TargetPayment(a.Target)
	}
	return q
}
