package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// DrawerLedger keeps counts of drawers and what became of them.
type DrawerLedger interface {
	Drawer(ctx context.Context, d ledger.Drawer) (ledger.DrawerNow, error)
	CountDrawer(ctx context.Context, by ledger.DeskAct, n ledger.NewCount) (number int64, err error)
	SignDrawer(ctx context.Context, by ledger.DeskAct, number int64, reason, text string) error
	DrawerClose(ctx context.Context, practice int, number int64) (ledger.DrawerClose, error)
	DrawerCloses(ctx context.Context, practice int, from, until time.Time) ([]ledger.DrawerClose, error)
	// OpenDrawers are the drawers of people at a department in which something lies that
	// nobody has counted.
	OpenDrawers(ctx context.Context, practice, department int) ([]ledger.OpenDrawer, error)
	ActLedger
}

// Drawers are the pages on which drawers are counted and closed.
type Drawers struct {
	Layout      *layout.Layout
	Departments *account.Departments
	Ledger      DrawerLedger
	Limits      func(practice int) portal.DeskLimits
	Now         func() time.Time
}

// drawer is the one that whoever is at the desk counts.
func (s *Drawers) drawer(sess session.Session) ledger.Drawer {
	d := ledger.Drawer{Practice: sess.Patient.Practice, Department: sess.Patient.Department}
	if !s.Limits(sess.Patient.Practice).SharedDrawer {
		d.Portal, d.Subject = sess.Portal, sess.Subject
	}
	return d
}

// theirs is the drawer that somebody counts: their own, or the one that the address names
// of somebody who is away, with whose that is. Who counts for others can be the second
// person elsewhere, too.
func (s *Drawers) theirs(ctx context.Context, sess session.Session, named string) (d ledger.Drawer, whose string, err error) {
	if d = s.drawer(sess); named == "" {
		return d, "", nil
	}
	if !sess.Staff.May(staff.Approve) {
		return d, "", session.DeniedError{Right: staff.Approve}
	}
	other := ledger.Drawer{Practice: sess.Patient.Practice, Department: sess.Patient.Department, Named: named}
	if s.Limits(sess.Patient.Practice).SharedDrawer || !other.At(sess.Patient.Department) {
		return d, "", ledger.ErrNotFound
	}
	open, err := s.Ledger.OpenDrawers(ctx, sess.Patient.Practice, sess.Patient.Department)
	if err != nil {
		return d, "", err
	}
	at := slices.IndexFunc(open, func(o ledger.OpenDrawer) bool { return o.Drawer.Named == named })
	if at >= 0 && !open[at].Drawer.OwnedBy(sess.Who()) {
		return open[at].Drawer, open[at].Name, nil
	}
	// Nothing new lies in it, but the last count of it is not closed.
	now, err := s.Ledger.Drawer(ctx, other)
	if err == nil && (now.Last.Number == 0 || other.OwnedBy(sess.Who())) {
		err = ledger.ErrNotFound
	}
	return other, cmp.Or(now.Last.For.Name, now.Last.By.Name), err
}

// counting is the page for a drawer, with what it is printed with.
func (s *Drawers) counting(ctx context.Context, sess session.Session, named string, again int64) (*web.DrawerView, error) {
	d, whose, err := s.theirs(ctx, sess, named)
	if err != nil {
		return nil, err
	}
	now, err := s.Ledger.Drawer(ctx, d)
	if err != nil {
		return nil, err
	}
	l := s.Layout.Of(sess).Language
	v := &web.DrawerView{Of: named, Whose: whose, Shared: d.Subject == "" && named == "", Form: newAttemptID(), Last: now.Last.Number, Entries: now.Entries, Rows: web.DrawerRows, Typed: map[string]string{}}
	if now.Last.Number > 0 {
		v.Since = l.Value(words.Moment(now.Last.At.In(s.Departments.Zone(ctx, sess.Patient))))
	}
	switch {
	case again > 0 && again == now.Last.Number && now.Last.Recounts(sess.Who()):
		v.Again = again
	case now.Last.Number > 0 && now.Last.Stands != ledger.CloseDone:
		v.Unsigned = web.ClosePath(now.Last.Number)
	}
	if v.Again == 0 {
		v.Open = opened(l, now.Open)
	}
	return v, nil
}

// opened are attempts whose outcome is not known, in words.
func opened(l words.Language, open []ledger.Record) (texts []string) {
	for _, a := range open {
		texts = append(texts, l.Text("drawer.open.one", "what", method(l, a), "amount", a.Total(), "code", a.SupportCode()))
	}
	return texts
}

// ShowCount is GET /desk/drawer: what is in the drawer? Nothing on the page depends on
// what should be.
func (s *Drawers) ShowCount(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	v, err := s.counting(r.Context(), sess, r.URL.Query().Get(web.FieldDrawerOf), number(r.URL.Query().Get(web.FieldDrawerAgain)))
	if err != nil {
		return err
	}
	return s.countPage(w, r, http.StatusOK, sess, v, nil)
}

func (s *Drawers) countPage(w http.ResponseWriter, r *http.Request, status int, sess session.Session, v *web.DrawerView, problems []payment.Problem) error {
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageDeskDrawer, Path: web.PathDeskDrawer, Problems: problems, StaffPages: web.StaffPages{Drawer: v}})
}

// number is a number as an address or a form has it; 0: none.
func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || len(text) > 11 || strconv.FormatInt(n, 10) != text {
		return 0
	}
	return n
}

// Count is POST /desk/drawer: what was counted is written down, once, and what there
// should be is worked out with it.
func (s *Drawers) Count(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	ctx, again := r.Context(), number(f.Token(web.FieldDrawerAgain))
	v, err := s.counting(ctx, sess, f.Token(web.FieldDrawerOf), again)
	if err != nil {
		return err
	}
	last, entries := number(f.Token(web.FieldDrawerLast)), number(f.Token(web.FieldDrawerEntries))
	fresh := v.Entries
	v.Form, v.Entries = cmp.Or(f.Token(web.FieldAttempt), v.Form), int(entries)
	v.Rows = int(min(max(number(f.Token(web.FieldDrawerRows)), web.DrawerRows), payment.MostDrawerChecks))
	for _, name := range f.Names() {
		v.Typed[name] = f.Shown(name)
	}
	if f.Text(web.FieldDrawerMore) != "" {
		v.Rows = min(v.Rows+web.DrawerRows, payment.MostDrawerChecks)
		return s.countPage(w, r, http.StatusOK, sess, v, nil)
	}
	counted, problems := payment.ReadCounted(f.Text, v.Rows)
	var away ledger.Absence
	if f.Text(web.FieldDrawerAdd) != "" { // nothing is sent, and nothing asked about
		v.Sum = counted.Cash()
		return s.countPage(w, r, http.StatusOK, sess, v, nil)
	}
	if v.Of != "" {
		var wrong []payment.Problem
		away.Name = v.Whose
		away.Reason, away.Text, wrong = payment.ReadAbsenceReason(f.Text(payment.FieldReason), f.Text(payment.FieldReasonText))
		problems = append(wrong, problems...)
	}
	if len(problems) == 0 && !counted.Fits() {
		problems = problem("drawer_long", payment.FieldDrawerCheck+"1")
	}
	if len(problems) > 0 {
		return s.countPage(w, r, http.StatusUnprocessableEntity, sess, v, problems)
	}
	if err := session.Fresh(sess, s.Now()); err != nil {
		return err
	}
	limits := s.Limits(sess.Patient.Practice)
	d := s.drawer(sess)
	if v.Of != "" {
		d = ledger.Drawer{Practice: d.Practice, Department: d.Department, Named: v.Of}
	}
	made, err := s.Ledger.CountDrawer(ctx, s.act(sess), ledger.NewCount{Drawer: d, For: away, Form: v.Form, Counted: counted, Last: last, Entries: int(entries),
		Again: again > 0, Limit: limits.CloseLimit, Two: limits.CloseTwoPeople})
	var before *ledger.CountedError
	var moved *ledger.MovedError
	switch {
	case errors.As(err, &before) && before.Same: // pressed twice
		return layout.Redirect(w, r, web.ClosePath(before.Number))
	case errors.As(err, &before):
		if v.Form = newAttemptID(); before.Number > 0 {
			v.Other = web.ClosePath(before.Number)
		}
		v.Entries = fresh
		return s.countPage(w, r, http.StatusConflict, sess, v, problem("drawer_counted", ""))
	case errors.As(err, &moved):
		v.Entries = moved.Entries
		return s.countPage(w, r, http.StatusConflict, sess, v, problem("drawer_moved", ""))
	case errors.Is(err, ledger.ErrOpen):
		return s.countPage(w, r, http.StatusConflict, sess, v, problem("drawer_doubt", ""))
	case err != nil:
		return err
	}
	return layout.Redirect(w, r, web.ClosePath(made))
}

// act is an act of whoever is at the desk that is about no patient.
func (s *Drawers) act(sess session.Session) ledger.DeskAct {
	a := act(sess, "")
	a.Name, a.Patient = sess.Staff.Called(), 0
	return a
}

// sees reports whether somebody may see a close: whoever counted it, whose drawer it is,
// who may see what a drawer should hold, and for the department's drawer who may close it.
func sees(sess session.Session, c ledger.DrawerClose) bool {
	return c.CountedBy(sess.Who()) || c.Of(sess.Who()) || sess.Staff.May(staff.SeeExpected) || c.Shared && c.Department == sess.Patient.Department
}

// find is the close of an address, if the reader may see it.
func (s *Drawers) find(r *http.Request, sess session.Session) (ledger.DrawerClose, error) {
	n := number(r.PathValue("count"))
	if n == 0 {
		return ledger.DrawerClose{}, ledger.ErrNotFound
	}
	c, err := s.Ledger.DrawerClose(r.Context(), sess.Patient.Practice, n)
	if err == nil && !sees(sess, c) {
		err = session.DeniedError{Right: staff.SeeExpected}
	}
	return c, err
}

// Sign is POST /desk/closes/{count}/sign: who counted signs, with why the drawer is not
// as it should be.
func (s *Drawers) Sign(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	c, err := s.find(r, sess)
	if err != nil {
		return err
	}
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	reason, text := "", ""
	typed := web.Reasoned{Reason: f.Shown(payment.FieldReason), Text: f.Shown(payment.FieldReasonText)}
	if !c.Off.IsZero() {
		var problems []payment.Problem
		if reason, text, problems = payment.ReadVarianceReason(f.Text(payment.FieldReason), f.Text(payment.FieldReasonText)); len(problems) > 0 {
			return s.closePage(w, r, http.StatusUnprocessableEntity, sess, c, typed, "", problems)
		}
	}
	if err := session.Fresh(sess, s.Now()); err != nil {
		return err
	}
	switch err := s.Ledger.SignDrawer(r.Context(), s.act(sess), c.Number, reason, text); {
	case errors.Is(err, ledger.ErrText):
		return s.closePage(w, r, http.StatusUnprocessableEntity, sess, c, typed, "", problem("drawer_digits", payment.FieldReasonText))
	case err != nil && !errors.Is(err, ledger.ErrTransition): // else it is signed: the page says so
		return err
	}
	return layout.Redirect(w, r, web.ClosePath(c.Number))
}
