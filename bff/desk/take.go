package desk

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/bff/velocity"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// TakeLedger are the attempts that staff make.
type TakeLedger interface {
	CreateAttempt(context.Context, ledger.Record) (ledger.Record, error)
	Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error)
	AttemptForPatient(ctx context.Context, p payment.Patient, id string) (ledger.Record, error)
	AttemptsOf(ctx context.Context, p payment.Patient, kinds ...payment.Kind) ([]ledger.Record, error)
	Undone(ctx context.Context, practice int, attempts []string) (map[string]ledger.Record, error)
	// Once answers ledger.ErrReplayed to all but the first.
	Once(ctx context.Context, portal, id string, expires time.Time) error
	Events(ctx context.Context, attempt string) ([]ledger.Event, error)
	ActLedger
}

// TakePractice is what is read of the upstream before money is taken.
type TakePractice interface {
	StoredCards(context.Context, payment.Patient) ([]payment.StoredCard, error)
	// CardMethods are the practice's kinds of card payment outside of the
	// upstream's own processing.
	CardMethods(ctx context.Context, practice int) ([]payment.CardMethod, error)
	// Appointments are those of a day and after it, the next one first.
	Appointments(ctx context.Context, p payment.Patient, from payment.Day) ([]payment.Appointment, error)
}

// TakeConfig is what Take needs; all of it.
type TakeConfig struct {
	Layout      *layout.Layout
	Accounts    *account.Accounts
	Departments *account.Departments
	Dispatch    *dispatch.Dispatcher
	Guard       *velocity.Guard
	Worker      *dispatch.Worker
	Repeatable  dispatch.Repeatable
	Ledger      TakeLedger
	Practice    TakePractice
	Athena      AthenaReceipts
	Portals     portal.Portals
	Blind       Blind
	// PrintScript prints a receipt that is opened to be printed: its address and
	// integrity.
	PrintScript web.Asset
	// Swipe says whether a practice has switched card readers on.
	Swipe func(practice int) bool
	Log   *slog.Logger
	Now   func() time.Time
}

// Take are the pages on which staff take money for a patient, and of what became
// of it.
type Take struct {
	TakeConfig

	mails dispatch.Orders

	mu      sync.Mutex
	methods map[int]knownMethods
}

// NewTake makes the pages.
func NewTake(c TakeConfig) *Take { return &Take{TakeConfig: c, methods: map[int]knownMethods{}} }

// knownMethods are a practice's methods, and until when they are believed: they
// change once a year.
type knownMethods struct {
	list  []payment.CardMethod
	until time.Time
}

// cardMethods are the practice's methods for cards elsewhere.
func (s *Take) cardMethods(ctx context.Context, practice int) ([]payment.CardMethod, error) {
	s.mu.Lock()
	known := s.methods[practice]
	s.mu.Unlock()
	if s.Now().Before(known.until) {
		return known.list, nil
	}
	list, err := s.Practice.CardMethods(ctx, practice)
	if err != nil {
		return known.list, err // what was known before is better than nothing
	}
	s.mu.Lock()
	s.methods[practice] = knownMethods{list, s.Now().Add(account.DepartmentLife)}
	s.mu.Unlock()
	return list, nil
}

// Show is GET /desk/patients/{patient}/take. Its query may hold amounts, of a
// payment before this one of which something is left.
func (s *Take) Show(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	q := r.URL.Query()
	t, err := s.taking(r.Context(), sess, q.Get(web.FieldVisit))
	if err != nil {
		return err
	}
	t.view.Typed.Taking = web.ReadTaking(t.view.Statement, func(name string) string {
		if payment.HoldsCardNumber(q.Get(name)) {
			return ""
		}
		return q.Get(name)
	})
	if len(web.TakingQuery(t.charge())) == 0 {
		t.view.Typed.Taking = payment.Expected(t.view.Statement)
	}
	return s.render(w, r, http.StatusOK, t, nil)
}

// taking is the page for a patient, with what it was made from.
type taking struct {
	sess    session.Session
	balance account.Balance
	view    *web.TakeView
}

// charge is what was typed, as far as it can be read.
func (t taking) charge() payment.Charge {
	c, _ := t.view.Typed.Charge(t.view.Statement, t.view.Visit, t.view.Today)
	return c
}

// taking reads all that the page needs, what does not depend on each other at the
// same time: staff wait for it two hundred times a day.
func (s *Take) taking(ctx context.Context, sess session.Session, visit string) (taking, error) {
	if number, err := strconv.Atoi(visit); err == nil && number > 0 {
		sess.Patient.Appointment = number
	}
	today := s.Departments.Today(ctx, sess.Patient)
	if sess.Patient.Appointment == 0 {
		sess.Patient.Appointment = s.visit(ctx, sess.Patient, today)
	}
	view := &web.TakeView{Patient: sess.Patient.ID, Today: today, Form: newAttemptID()}
	if sess.Patient.Appointment > 0 {
		view.Visit = strconv.Itoa(sess.Patient.Appointment)
	}
	t := taking{sess: sess, view: view}
	var department payment.Department
	var unread, unlisted error
	var reads errgroup.Group
	reads.Go(func() (err error) {
		t.balance, err = s.Accounts.Balance(ctx, sess)
		return err
	})
	reads.Go(func() error {
		department, unread = s.Departments.Read(ctx, sess.Patient)
		return nil
	})
	reads.Go(func() error {
		view.Outside, unlisted = s.cardMethods(ctx, sess.Patient.Practice)
		return nil
	})
	reads.Go(func() (err error) {
		if view.Stored, err = s.Practice.StoredCards(ctx, sess.Patient); err != nil {
			s.Log.WarnContext(ctx, "read stored cards for staff", "error", err.Error())
		}
		return nil
	})
	if err := reads.Wait(); err != nil {
		return t, err
	}
	view.Statement = t.balance.Statement
	s.ways(sess, view, department, unread, unlisted)
	s.locked(ctx, t)
	return t, nil
}

// visit is the patient's appointment of today; 0: there is none, or it is not
// known, and money for a visit cannot be taken then.
func (s *Take) visit(ctx context.Context, p payment.Patient, today payment.Day) int {
	all, err := s.Practice.Appointments(ctx, p, today)
	if err != nil && len(all) == 0 {
		s.Log.WarnContext(ctx, "read appointments for staff", "error", err.Error())
	}
	for _, a := range all {
		if number, err := strconv.Atoi(a.ID); err == nil && a.Day == today {
			return number
		}
	}
	return 0
}

// ways are the methods that can be used here, and why others cannot. Those that
// cannot be used are not there, or said in words; none is shown and refused.
func (s *Take) ways(sess session.Session, v *web.TakeView, d payment.Department, unread, unlisted error) {
	l := s.Layout.Of(sess).Language
	now := s.Now()
	if d.Zone != nil {
		now = now.In(d.Zone)
	}
	v.Card, v.Phone = web.CardFields{Brands: d.Counter, Today: now}, web.CardFields{Brands: d.Web, Today: now}
	absent := func(why string) { v.Absent = append(v.Absent, l.Text("take.absent", "why", why)) }
	if len(d.Counter) > 0 {
		v.Ways = append(v.Ways, payment.WayCard)
		v.Swipe = s.Swipe(sess.Patient.Practice)
	}
	if len(d.Web) > 0 {
		v.Ways = append(v.Ways, payment.WayPhone)
	}
	switch {
	case unread != nil:
		absent("unread")
	case len(d.Counter)+len(d.Web) == 0:
		absent("neither")
	case len(d.Counter) == 0:
		absent("counter")
	case len(d.Web) == 0:
		absent("phone")
	}
	if len(d.Counter)+len(d.Web) > 0 && len(v.Stored) > 0 {
		v.Ways = append(v.Ways, payment.WayStored)
	}
	v.Ways = append(v.Ways, payment.WayCash, payment.WayCheck)
	switch {
	case len(v.Outside) > 0:
		v.Ways = append(v.Ways, payment.WayOutside)
	case unlisted != nil:
		absent("unlisted")
	default:
		absent("outside")
	}
}

// locked says of each bill that another payment holds who pays it, and since when:
// a patient online and staff meet in one lock.
func (s *Take) locked(ctx context.Context, t taking) {
	t.view.Locked = map[string]string{}
	for _, a := range t.balance.Live {
		for _, target := range a.Targets() {
			t.view.Locked[target] = s.other(ctx, t.sess, a, "take.other.locked")
		}
	}
}

// other names another payment: what it is, since when, and its support code.
func (s *Take) other(ctx context.Context, sess session.Session, a ledger.Record, what words.Key) string {
	at := a.Sent
	if at.IsZero() {
		at = a.Created
	}
	where := "online"
	switch {
	case sess.Made(a):
		where = "you"
	case a.Kind == payment.KindRecord || a.Staff.Role != "" || a.Portal == portal.DeskID:
		where = "desk"
	}
	return s.Layout.Of(sess).Language.Text(what, "where", where, "total", a.Total(), "check", a.CheckNumber, "code", a.SupportCode(), "card", a.Kind.Charges(),
		"time", words.Clock(at.In(s.Departments.Zone(ctx, a.Patient))), "doubt", a.State == payment.Unknown)
}

func (s *Take) render(w http.ResponseWriter, r *http.Request, status int, t taking, problems []payment.Problem) error {
	var err error
	if t.view.Statement, err = s.Blind.statement(r.Context(), t.sess, t.view.Statement); err != nil {
		return err
	}
	return s.Layout.Desk.Render(w, r, status, t.sess, web.View{Page: web.PageDeskTake, Path: web.TakePath(t.view.Patient), Problems: problems,
		StaffPages: web.StaffPages{Take: t.view}})
}
