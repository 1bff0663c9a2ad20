package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// ApprovalLedger keeps what waits for a second person.
type ApprovalLedger interface {
	AskApproval(ctx context.Context, id string, by ledger.Signer, why string) error
	Approve(ctx context.Context, id string, by ledger.Signer) (ledger.Record, error)
	Refuse(ctx context.Context, id string, by ledger.Signer, why string) (ledger.Record, error)
	Approval(ctx context.Context, id string) (ledger.Approval, error)
	// Proposal is the same of a decision about a doubt, which waits, too.
	Proposal(ctx context.Context, id string) (ledger.Approval, error)
	Approvals(ctx context.Context, practice int) ([]ledger.Waiting, error)
	AttemptForStaff(ctx context.Context, practices []int, id string) (ledger.Record, error)
}

// WaitingCloses are the closes of drawers that wait for a second person.
type WaitingCloses interface {
	DrawersWaiting(ctx context.Context, practice int) ([]ledger.DrawerClose, error)
	ApproveDrawer(ctx context.Context, by ledger.DeskAct, number int64) error
	RefuseDrawer(ctx context.Context, by ledger.DeskAct, number int64, why string) error
}

// Post does an act that a second person has just approved, as the handler of its
// kind does one that needs none: it claims the attempt, submits it and leads to its
// result. The session is the second person's, for the patient of the act.
type Post func(w http.ResponseWriter, r *http.Request, sess session.Session, a ledger.Record) error

// Approvals are the acts that two people have to want. The first one makes the
// attempt, which fixes what will be done, and asks (Ask); another one approves it
// within ten minutes, which does it at once: with rights that are read in that
// request, and a proof of who they are that is fresh.
type Approvals struct {
	Layout      *layout.Layout
	Departments *account.Departments
	Ledger      ApprovalLedger
	Closes      WaitingCloses
	Now         func() time.Time
	// Posts do what was approved, by its kind. What no Post does cannot be asked for.
	Posts map[payment.Kind]Post
	Blind Blind
	// Drawers are those whose closes wait.
	Drawers *Drawers
}

// closeOf is the number of the close that an address is about; 0: it is about an
// attempt.
func closeOf(r *http.Request) int64 {
	text, found := strings.CutPrefix(r.PathValue("attempt"), "close-")
	if !found {
		return 0
	}
	return number(text)
}

func signer(sess session.Session) ledger.Signer {
	return ledger.Signer{ID: sess.Who(), Name: sess.Staff.Called()}
}

// Ask has an attempt that the session's person has made, and that was not sent,
// wait for a second person, and leads to the page on which it waits.
func (s *Approvals) Ask(w http.ResponseWriter, r *http.Request, sess session.Session, a ledger.Record, why string) error {
	if s.Posts[a.Kind] == nil {
		return errors.New("ask for approval: nothing does " + string(a.Kind))
	}
	if err := s.Ledger.AskApproval(r.Context(), a.ID, signer(sess), why); err != nil {
		return err
	}
	return layout.Redirect(w, r, web.PathApprovals+"/"+a.ID)
}

// Count is how many acts wait for whoever is at the desk.
func (s *Approvals) Count(ctx context.Context, sess session.Session) (n int, err error) {
	waiting, err := s.Ledger.Approvals(ctx, sess.Patient.Practice)
	if err != nil {
		return 0, err
	}
	closes, err := s.Closes.DrawersWaiting(ctx, sess.Patient.Practice)
	return len(waiting) + len(closes), err
}

// ShowAll is GET /desk/approvals: what waits for a second person.
func (s *Approvals) ShowAll(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	waiting, err := s.Ledger.Approvals(r.Context(), sess.Patient.Practice)
	if err != nil {
		return err
	}
	var list []web.ApprovalView
	for _, a := range waiting {
		v, err := s.view(r.Context(), sess, a.Record, a.Stands)
		if err != nil {
			return err
		}
		list = append(list, v)
	}
	closes, err := s.Closes.DrawersWaiting(r.Context(), sess.Patient.Practice)
	if err != nil {
		return err
	}
	for _, c := range closes {
		at := s.Departments.Zone(r.Context(), payment.Patient{Practice: sess.Patient.Practice, Department: c.Department})
		list = append(list, web.ApprovalView{Close: c.Number, Off: c.Off, Way: offWay(c), Whose: cmp.Or(c.For.Name, c.By.Name), Asked: c.By.Name, Until: s.Layout.Of(sess).Language.Value(words.Clock(c.Signed.Add(ledger.ApproveWithin).In(at)))})
	}
	content := web.ApprovalsContent(s.Layout.Of(sess).Language, list)
	return s.Layout.Desk.Render(w, r, http.StatusOK, sess, web.View{Page: web.PageApprovals, Path: web.PathApprovals, Content: &content})
}

func (s *Approvals) view(ctx context.Context, sess session.Session, a ledger.Record, stands ledger.Approval) (web.ApprovalView, error) {
	hidden, err := s.Blind.HidesOn(ctx, sess, a)
	if err != nil {
		return web.ApprovalView{}, err
	}
	l := s.Layout.Of(sess).Language
	v := web.ApprovalView{Attempt: told(a.Attempt, hidden), Hidden: hidden, Asked: byName(l, stands.Name, stands.By), Why: stands.Why, Refusal: stands.Refusal, Second: stands.SecondName,
		Until: l.Value(words.Clock(stands.Asked.Add(ledger.ApproveWithin).In(s.Departments.Zone(ctx, a.Patient)))),
		Own:   (ledger.DeskSigner{ID: stands.By}).Is(sess.Who())}
	if a.State == payment.Unknown {
		v.Doubt, v.Found = l.Text("doubt.asks", "deed", deed(a.Kind), "amount", v.Attempt.Total(), "hidden", hidden), foundOf(l, a, stands.Said)
		if hidden { // what was found may tell it
			v.Why, v.Refusal = "", ""
		}
	}
	switch {
	case stands.Approved:
		v.Stands = web.ApprovalGiven
	case !stands.Ended.IsZero():
		v.Stands = web.ApprovalRefused
	case !stands.Waits(s.Now()):
		v.Stands = web.ApprovalLapsed
	case v.Own:
		v.Stands = web.ApprovalOwn
	case !ledger.SameWay(stands.By, sess.Who()):
		v.Stands = web.ApprovalOtherWay
	case !sess.Staff.May(staff.Approve):
		v.Stands = web.ApprovalWaits
	default:
		v.Stands = web.ApprovalAsked
	}
	return v, nil
}

// stands is where an act stands, or the decision about a doubt.
func (s *Approvals) stands(ctx context.Context, a ledger.Record) (ledger.Approval, error) {
	if a.State == payment.Unknown {
		return s.Ledger.Proposal(ctx, a.ID)
	}
	return s.Ledger.Approval(ctx, a.ID)
}

// find is the attempt of the address, if it has asked for a second person.
func (s *Approvals) find(r *http.Request, sess session.Session) (ledger.Record, ledger.Approval, error) {
	a, err := s.Ledger.AttemptForStaff(r.Context(), []int{sess.Patient.Practice}, r.PathValue("attempt"))
	if err != nil {
		return a, ledger.Approval{}, err
	}
	stands, err := s.stands(r.Context(), a)
	if err == nil && stands.Asked.IsZero() {
		err = ledger.ErrNotFound
	}
	return a, stands, err
}

// Show is GET /desk/approvals/{attempt}: where one of them stands, for who asked and
// for who may approve.
func (s *Approvals) Show(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	if n := closeOf(r); n > 0 {
		return layout.Redirect(w, r, web.ClosePath(n))
	}
	a, stands, err := s.find(r, sess)
	if err != nil {
		return err
	}
	return s.page(w, r, http.StatusOK, sess, a, stands, "", nil)
}

func (s *Approvals) page(w http.ResponseWriter, r *http.Request, status int, sess session.Session, a ledger.Record, stands ledger.Approval, typed string, problems []payment.Problem) error {
	v, err := s.view(r.Context(), sess, a, stands)
	if err != nil {
		return err
	}
	v.Typed = typed
	content := v.Content(s.Layout.Of(sess).Language)
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageApproval, Path: r.URL.Path, Content: &content, Problems: problems})
}

// Approve is POST /desk/approvals/{attempt}: the second person wants it, too, and
// it is done.
func (s *Approvals) Approve(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	if n := closeOf(r); n > 0 {
		if err := session.Fresh(sess, s.Now()); err != nil {
			return err
		}
		return s.closed(w, r, sess, n, s.Closes.ApproveDrawer(r.Context(), s.Drawers.act(sess), n))
	}
	a, _, err := s.find(r, sess)
	if err != nil {
		return err
	}
	post := s.Posts[a.Kind]
	if post == nil {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	if err := session.Fresh(sess, s.Now()); err != nil {
		return err
	}
	if a, err = s.Ledger.Approve(r.Context(), a.ID, signer(sess)); err != nil {
		return s.notNow(w, r, sess, err)
	}
	sess.Patient = a.Patient
	return post(w, r, sess, a)
}

// Refuse is POST /desk/approvals/{attempt}/refuse.
func (s *Approvals) Refuse(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	n := closeOf(r)
	var a ledger.Record
	var stands ledger.Approval
	var err error
	if n == 0 {
		if a, stands, err = s.find(r, sess); err != nil {
			return err
		}
	}
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	why := strings.TrimSpace(f.Shown(web.FieldWhy))
	problems := web.Decision{Found: string(payment.NotDone), Why: why}.Check()
	if why == "" {
		problems = []payment.Problem{{Code: "approval_why", Field: web.FieldWhy}}
	}
	switch {
	case len(problems) > 0 && n > 0:
		return s.Drawers.ShowApproval(w, r, http.StatusUnprocessableEntity, sess, n, why, problems)
	case len(problems) > 0:
		return s.page(w, r, http.StatusUnprocessableEntity, sess, a, stands, why, problems)
	case n > 0:
		return s.closed(w, r, sess, n, s.Closes.RefuseDrawer(r.Context(), s.Drawers.act(sess), n, why))
	}
	if _, err = s.Ledger.Refuse(r.Context(), a.ID, signer(sess), why); err != nil {
		return s.notNow(w, r, sess, err)
	}
	return layout.Redirect(w, r, web.PathApprovals+"/"+a.ID)
}

// closed leads to the close that was approved or refused, or says why it was not.
func (s *Approvals) closed(w http.ResponseWriter, r *http.Request, sess session.Session, number int64, err error) error {
	code := refusal(err)
	switch {
	case err == nil:
		return layout.Redirect(w, r, web.ClosePath(number))
	case errors.Is(err, ledger.ErrText):
		return s.Drawers.ShowApproval(w, r, http.StatusUnprocessableEntity, sess, number, "", problem("drawer_digits", web.FieldWhy))
	case code == "":
		return err
	}
	return s.Drawers.ShowApproval(w, r, http.StatusConflict, sess, number, "", []payment.Problem{{Code: code}})
}

// refusal is what is said where somebody cannot be the second person now; empty: it is
// another error.
func refusal(err error) string {
	switch {
	case errors.Is(err, ledger.ErrSamePerson):
		return "approval_own"
	case errors.Is(err, ledger.ErrOtherWay):
		return "approval_way"
	case errors.Is(err, ledger.ErrExpired), errors.Is(err, ledger.ErrTransition):
		return "approval_over"
	}
	return ""
}

// notNow shows where an act stands that cannot be approved, or not by this person.
func (s *Approvals) notNow(w http.ResponseWriter, r *http.Request, sess session.Session, err error) error {
	code := refusal(err)
	if code == "" {
		return err
	}
	a, stands, err := s.find(r, sess)
	if err != nil {
		return err
	}
	return s.page(w, r, http.StatusConflict, sess, a, stands, "", []payment.Problem{{Code: code}})
}
