package reconcile

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Checks are the attempts that are to be checked, in the record, and what a check
// says of them.
type Checks interface {
	ChecksDue(ctx context.Context, limit int) ([]ledger.Record, error)
	UnknownIDs(ctx context.Context) (ids []string, err error)
	Check(ctx context.Context, a ledger.Record, next time.Time) (ledger.Record, error)
	Checked(ctx context.Context, id string, read bool, evidence string) error
	Seen(ctx context.Context, id, evidence string) error
	Find(ctx context.Context, id string, o payment.Outcome) (ledger.Record, error)
	Leave(ctx context.Context, id, evidence string) error
	Escalate(ctx context.Context, id, why string) (ledger.Record, error)
}

// Attempts are a patient's others in the record, with what they own among the
// upstream's receipts, and how late those were seen to be.
type Attempts interface {
	AttemptsOf(ctx context.Context, p payment.Patient, kinds ...payment.Kind) ([]ledger.Record, error)
	ReferenceOwners(ctx context.Context, practice int, references []string) (map[string]string, error)
	ListingDelay(ctx context.Context, practice int) (time.Duration, error)
}

// History is what the record says that bears on a check.
type History interface {
	Attempts
	Events(ctx context.Context, attempt string) ([]ledger.Event, error)
	Competing(ctx context.Context, p payment.Patient, since time.Time) (live, taken []ledger.Record, err error)
	NoteListingDelay(ctx context.Context, practice int, delay time.Duration) error
}

// Books are the upstream's.
type Books interface {
	Receipts(context.Context, payment.Patient) ([]payment.ReceiptSummary, error)
}

// Reconciler reads the upstream's books for attempts whose outcome is unknown;
// for those that were taken, to learn how long the books lag; and on for those
// that were found absent, in case that was wrong. All fields are required. It is
// safe for use by several goroutines and servers: of all who want to check, one
// gets the turn.
type Reconciler struct {
	Checks  Checks
	History History
	Books   Books
	Lists   Lists
	Bounds  Bounds
	Now     func() time.Time
	// Elapsed is a clock that nobody sets, from any beginning.
	Elapsed func() time.Duration
	Log     *slog.Logger

	window window
}

// schedule is when an attempt is checked, after it became unknown
// (docs/security.md#unknown). The last check is the last word: what the books have not decided by then a
// person decides. Payers are told how often and until when: result.unknown.when.
var schedule = []time.Duration{0, 15 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 6 * time.Hour, 24 * time.Hour}

// retake is when a check that came to no end is taken again.
const retake = 10 * time.Minute

// grace is how much longer than the configured delay the last check of the
// schedule waits for the moment at which absence can be proved: a server that has
// come back after a day has to watch for that delay first.
const grace = time.Hour

// CheckDue checks what is due, one after the other, and returns how many attempts
// that were.
func (r *Reconciler) CheckDue(ctx context.Context) (int, error) { return r.RunBatch(ctx, 1) }

func (r *Reconciler) check(ctx context.Context, a ledger.Record) error {
	bounds, err := r.Bounds.of(ctx, r.History, a.Patient.Practice)
	if err != nil {
		return err
	}
	next, last := r.next(a, bounds)
	if a, err = r.Checks.Check(ctx, a, next); err != nil {
		return err
	}
	if inLists(a.Kind) && a.State != payment.Succeeded {
		return r.checkLists(ctx, a, last, bounds)
	}
	read := r.Now()
	receipts, err := r.Books.Receipts(ctx, a.Patient)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err() // the next check comes by the schedule
		}
		return r.unread(ctx, a, last, err)
	}
	if a.State == payment.Succeeded {
		return r.confirm(ctx, a, last, read, receipts)
	}
	return r.settle(ctx, a, last, read, receipts, bounds)
}

// next is when an attempt is checked after this check, and whether this one is
// the last of the schedule. A check at the moment at which absence can be proved
// is put between the others. After the last one there is a turn too, which is
// taken only if the server goes away before it has said the last word: without
// it nobody would ever be asked. The last check waits for that moment not much
// longer than the configured delay: where the books were seen to lag for half a
// day, or rows that cannot be compared made it look so, a person is told now and
// not days later.
func (r *Reconciler) next(a ledger.Record, b Bounds) (next time.Time, last bool) {
	now := r.Now()
	next, last = now.Add(retake), true
	for _, after := range schedule {
		if at := a.Ended.Add(after); at.After(now) {
			next, last = at, false
			break
		}
	}
	proof := b.shown(query(a).latest())
	if watched := now.Add(r.unobserved(a, b)); watched.After(proof) {
		proof = watched
	}
	usual := r.Bounds.complete()
	soon := proof.Sub(now) <= usual.Window+usual.Delay+grace
	if a.State == payment.Unknown && proof.After(now) && (last && soon || proof.Before(next)) {
		return proof, false
	}
	return next, last
}

// settle decides an attempt that is unknown, if the books do.
func (r *Reconciler) settle(ctx context.Context, a ledger.Record, last bool, read time.Time, receipts []payment.ReceiptSummary, b Bounds) error {
	// The competing attempts are read after the receipts, and what is claimed after
	// them: whoever made a row by now is in one of the two.
	live, taken, err := r.History.Competing(ctx, a.Patient, a.Sent.Add(-ledger.Lately))
	if err != nil {
		return err
	}
	e := Evidence{Read: read, Receipts: receipts}
	for _, other := range live {
		if other.ID != a.ID && other.State != payment.Claimed {
			e.Competing = append(e.Competing, query(other))
		}
	}
	references := make([]string, 0, len(receipts))
	for _, receipt := range receipts {
		references = append(references, receipt.Reference)
	}
	// What was taken under a number that is not listed, or under none, has its
	// row somewhere, perhaps under another number than the answer said. The row of a
	// payment that was taken back does not say by which of several attempts.
	for _, other := range taken {
		if !slices.Contains(references, other.Reference) || other.Kind == payment.KindVoid {
			e.Competing = append(e.Competing, query(other))
		}
	}
	if e.Claimed, err = r.History.ReferenceOwners(ctx, a.Patient.Practice, references); err != nil {
		return err
	}
	evidence := fmt.Sprintf("look %d: %d receipts, highest %s", a.Checks, len(receipts), ReceiptWatermark(receipts))
	return r.conclude(ctx, a, last, read, Decide(query(a), e, b), evidence, b)
}

// conclude does what a verdict over an attempt says.
func (r *Reconciler) conclude(ctx context.Context, a ledger.Record, last bool, read time.Time, v Decision, evidence string, b Bounds) (err error) {
	if v.Verdict == NotFound && r.unobserved(a, b) > 0 {
		v.Verdict = TooEarly
	}
	switch {
	case a.State != payment.NotDone || v.Verdict == Found:
	case last:
		return r.Checks.Leave(ctx, a.ID, evidence)
	default:
		return r.Checks.Checked(ctx, a.ID, true, evidence)
	}
	switch v.Verdict {
	case Found:
		if err := r.learn(ctx, a, read); err != nil {
			return err
		}
		_, err = r.Checks.Find(ctx, a.ID, found(a, v, evidence))
	case NotFound:
		evidence += fmt.Sprintf("; none is it, %s after it was sent", read.Sub(a.Sent).Round(time.Second))
		_, err = r.Checks.Find(ctx, a.ID, payment.Outcome{State: payment.NotDone, Evidence: evidence})
	case Review:
		_, err = r.Checks.Escalate(ctx, a.ID, v.Reason)
	default:
		return r.undecided(ctx, a, last, true, evidence)
	}
	if errors.Is(err, ledger.ErrTransition) {
		return nil // its sender was quicker
	}
	return err
}

// unobserved is how long an attempt has still to be watched before it can be
// called absent.
func (r *Reconciler) unobserved(a ledger.Record, b Bounds) time.Duration {
	return r.window.left(a.ID, r.Elapsed(), b.Window+b.Delay)
}

// confirm looks for the row of an attempt that the upstream said it took. When
// it appears tells how long the books lag; if it never does, a person looks.
func (r *Reconciler) confirm(ctx context.Context, a ledger.Record, last bool, read time.Time, receipts []payment.ReceiptSummary) error {
	for _, receipt := range receipts {
		if receipt.Reference != a.Reference {
			continue
		}
		if receipt.Amount != a.Total() {
			_, err := r.Checks.Escalate(ctx, a.ID, payment.Because("asked.amount", "number", shown(a.Reference), "listed", receipt.Amount, "amount", a.Total()))
			return err
		}
		if err := r.learn(ctx, a, read); err != nil {
			return err
		}
		return r.Checks.Seen(ctx, a.ID, fmt.Sprintf("look %d", a.Checks))
	}
	return r.undecided(ctx, a, last, true, fmt.Sprintf("look %d: %d receipts, none is %s", a.Checks, len(receipts), a.Reference))
}

// learn notes how long the books took to show what is seen in them now, if an
// earlier check read them and did not see it. Checks that came to nothing, in an
// outage, say nothing about the books.
func (r *Reconciler) learn(ctx context.Context, a ledger.Record, seen time.Time) error {
	events, err := r.History.Events(ctx, a.ID)
	if err != nil {
		return err
	}
	d := Delay{}
	for _, e := range events {
		if e.What == ledger.EventChecked {
			d = d.Observe(a.Sent, e.At, seen)
		}
	}
	if d.Longest == 0 {
		return nil
	}
	return r.History.NoteListingDelay(ctx, a.Patient.Practice, d.Longest)
}

// unread is a check of books that could not be read.
func (r *Reconciler) unread(ctx context.Context, a ledger.Record, last bool, cause error) error {
	r.Log.WarnContext(ctx, "read the upstream's books", "error", cause.Error())
	return r.undecided(ctx, a, last, false, fmt.Sprintf("look %d: the %s could not be read", a.Checks, books(a.Kind)))
}

// undecided records a check that told nothing. After the last one a person is
// asked.
func (r *Reconciler) undecided(ctx context.Context, a ledger.Record, last, read bool, evidence string) error {
	if err := r.Checks.Checked(ctx, a.ID, read, evidence); err != nil || !last {
		return err
	}
	if a.State == payment.NotDone {
		return r.Checks.Leave(ctx, a.ID, evidence)
	}
	key := "asked.unread.receipts"
	switch {
	case a.State == payment.Succeeded:
		key = "asked.unlisted"
	case a.Kind == payment.KindPlan:
		key = "asked.unread.plans"
	case a.Kind == payment.KindStoreCard:
		key = "asked.unread.cards"
	}
	_, err := r.Checks.Escalate(ctx, a.ID, payment.Because(key))
	if errors.Is(err, ledger.ErrTransition) {
		return nil
	}
	return err
}

// query is what is to be found out about an attempt.
func query(a ledger.Record) Query {
	q := Query{Kind: a.Kind, Amount: a.Total(), Brand: a.Brand, Last4: a.Last4, Sent: a.Sent, Last: latest(a), ReceiptWatermark: a.ReceiptWatermark}
	switch a.Kind {
	case payment.KindVoid:
		q.Payment = ledger.TargetPayment(a.Target)
	case payment.KindPlan:
		q.Amount = payment.Amount{} // nothing is paid at once
	}
	return q
}
