package reconcile

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Watches are what is watched, in the record, and what the lists last said of it.
type Watches interface {
	BeginWatches(ctx context.Context) (n int, err error)
	WatchesDue(ctx context.Context, limit int) ([]ledger.Record, error)
	Watch(ctx context.Context, a ledger.Record, next time.Time) error
	EndWatch(ctx context.Context, a ledger.Record, why string) error
	LastListed(ctx context.Context, a ledger.Record) (ledger.Listed, error)
	NoteListed(ctx context.Context, a ledger.Record, says ledger.Listed) error
	Zones(context.Context) (ledger.Zones, error)
}

// Tasks are what somebody of the practice is asked to look at.
type Tasks interface {
	Task(ctx context.Context, practice int, id string) (ledger.Task, error)
	AddTask(ctx context.Context, k ledger.Task) error
	FinishTask(ctx context.Context, practice int, id string, by ledger.DeskSigner, note string) error
	ReopenTask(ctx context.Context, practice int, id string, by ledger.DeskSigner, anybodys bool, why string) error
}

// Contracts are what the upstream keeps of patients that lasts, and what tells why
// something of it is gone.
type Contracts interface {
	Books
	VisitAgreements(context.Context, payment.Patient) ([]payment.Agreement, error)
	YearAgreements(context.Context, payment.Patient) ([]payment.Agreement, error)
	Plans(ctx context.Context, p payment.Patient, ids ...string) ([]payment.Plan, error)
	Statement(context.Context, payment.Patient) (payment.Statement, error)
	// Visit is the visit of a patient; found is false where it is cancelled, or not theirs.
	Visit(context.Context, payment.Patient) (v payment.BookedVisit, found bool, err error)
}

// Watch looks, once a day, for the agreements and the plans that were signed here:
// the upstream tells nobody when it ends one, and never why. One that is gone before
// its time while something is open, and a plan whose day has passed without a
// payment, become a task for somebody to look in athenaOne (docs/security.md#what-ends-early).
//
// All fields but Spare and Bounds are required. Several servers on one ledger share the work:
// of all who want to look for one, one gets the turn. Turn is for one goroutine.
type Watch struct {
	Watches  Watches
	Tasks    Tasks
	Attempts Attempts
	Books    Contracts
	Bounds   Bounds // those of the Reconciler
	Now      func() time.Time
	// Spare reports whether the upstream has calls to spare: what looks here can wait
	// until tomorrow, and payers cannot. nil: it always has.
	Spare func() bool
	Log   *slog.Logger

	begun bool
}

const (
	// watchPatients is for how many patients a turn looks, which comes every second:
	// so few that the upstream's limits are for payers, and enough for a hundred
	// thousand a day.
	watchPatients = 2
	// watchRead is how long a look for one patient may take altogether.
	watchRead = 20 * time.Second
	// neverListed is how long it is looked for what no list has shown: after that the
	// list does not tell of it, and cannot tell of its end.
	neverListed = 30 * 24 * time.Hour
	// goneFor is how long, after something was gone while nothing was open, it is
	// looked whether something opens: insurances take weeks.
	goneFor = 90 * 24 * time.Hour
	// planSlack is how many days after its day a plan's payment may still turn up:
	// weekends, and lists that lag.
	planSlack = 3
)

// Turn looks for what is due, for some patients.
func (w *Watch) Turn(ctx context.Context) error {
	if !w.begun {
		if _, err := w.Watches.BeginWatches(ctx); err != nil {
			return err
		}
		w.begun = true
	}
	if w.Spare != nil && !w.Spare() {
		return nil
	}
	due, err := w.Watches.WatchesDue(ctx, 20)
	if err != nil || len(due) == 0 {
		return err
	}
	queues := byPatient(due)
	var failed error
	for _, queue := range queues[:min(len(queues), watchPatients)] {
		failed = errors.Join(failed, w.patient(ctx, queue))
	}
	return failed
}

// patient looks for what was signed for one patient.
func (w *Watch) patient(ctx context.Context, queue []ledger.Record) error {
	zones, err := w.Watches.Zones(ctx)
	if err != nil {
		return err
	}
	books, cancel := context.WithTimeout(ctx, watchRead)
	defer cancel()
	file := &file{ctx: books, books: w.Books}
	var failed error
	for _, a := range queue {
		err := w.Watches.Watch(ctx, a, w.Now().Add(ledger.WatchEvery))
		if errors.Is(err, ledger.ErrConflict) { // another server looks
			continue
		}
		if err == nil {
			zone := zones.Of(a.Patient, eastern())
			l := listCheck{Watch: w, ctx: ctx, a: a, file: file, today: payment.DayOf(w.Now().In(zone)), signed: payment.DayOf(a.Sent.In(zone))}
			err = l.do()
		}
		if unread, ok := errors.AsType[unreadError](err); ok { // which proves nothing; there is a day tomorrow
			w.Log.WarnContext(ctx, "look for an agreement", "error", unread.Error())
			continue
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// unreadError is one of the upstream's.
type unreadError struct{ error }

// file is what the upstream says of a patient, read once for all that was signed for
// them at one department.
type file struct {
	ctx   context.Context
	books Contracts
	kept  map[sheet]any
}

// sheet is something of it.
type sheet struct {
	what       string
	department int
}

// read reads something of the file, which has to be understood as a whole.
func read[T any](f *file, what string, p payment.Patient, from func(context.Context, payment.Patient) (T, error)) (T, error) {
	key := sheet{what, p.Department}
	if kept, ok := f.kept[key].(T); ok {
		return kept, nil
	}
	p.Appointment = 0
	got, err := from(f.ctx, p)
	if err != nil {
		var none T
		return none, unreadError{err}
	}
	if f.kept == nil {
		f.kept = map[sheet]any{}
	}
	f.kept[key] = got
	return got, nil
}

func (f *file) agreements(a ledger.Record) ([]payment.Agreement, error) {
	if a.Kind == payment.KindAgreeYear {
		return read(f, "years", a.Patient, f.books.YearAgreements)
	}
	return read(f, "visits", a.Patient, f.books.VisitAgreements)
}

func (f *file) plans(a ledger.Record) ([]payment.Plan, error) {
	return read(f, "plans", a.Patient, func(ctx context.Context, p payment.Patient) ([]payment.Plan, error) { return f.books.Plans(ctx, p) })
}

func (f *file) receipts(a ledger.Record) ([]payment.ReceiptSummary, error) {
	return read(f, "receipts", a.Patient, f.books.Receipts)
}

func (f *file) statement(a ledger.Record) (payment.Statement, error) {
	return read(f, "statement", a.Patient, f.books.Statement)
}

// visit is the day of the visit that an agreement is for; empty: it will not be.
func (f *file) visit(a ledger.Record) (payment.Day, error) {
	v, found, err := f.books.Visit(f.ctx, a.Patient)
	if err != nil {
		return "", unreadError{err}
	}
	if !found {
		return "", nil
	}
	return v.Day, nil
}
