package desk

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"paypane/bff/account"
	"paypane/bff/dispatch"
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

// UndoLedger are the attempts with which staff undo something.
type UndoLedger interface {
	Pending(ctx context.Context, p payment.Patient) (pending []payment.Pending, asOf int64, err error)
	CreateAttempt(context.Context, ledger.Record) (ledger.Record, error)
	Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error)
	AttemptForPatient(ctx context.Context, p payment.Patient, id string) (ledger.Record, error)
	ReferenceOwners(ctx context.Context, practice int, references []string) (map[string]string, error)
	// Correct makes the counter-entry of a recording, with the task to take it back
	// by hand.
	Correct(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error)
	// Undone are, by attempt, what has undone it.
	Undone(ctx context.Context, practice int, attempts []string) (map[string]ledger.Record, error)
	AddTask(context.Context, ledger.Task) error
	Task(ctx context.Context, practice int, id string) (ledger.Task, error)
}

// UndoConfig is what Undo needs; all of it.
type UndoConfig struct {
	Layout      *layout.Layout
	Departments *account.Departments
	Dispatch    *dispatch.Dispatcher
	Worker      *dispatch.Worker
	Ledger      UndoLedger
	Practice    Practice
	Approvals   *Approvals
	// Limits are the amounts of a practice: above its VoidLimit whoever takes back
	// has to have signed in just now, and from TwoPeopleFrom on it takes two.
	Limits func(practice int) portal.DeskLimits
	Blind  Blind
	// Books is the zone by whose clock payments settle.
	Books *time.Location
	Log   *slog.Logger
	Now   func() time.Time
}

// Undo are the pages on which staff take back what was taken.
type Undo struct{ UndoConfig }

// paid is a payment that is to be taken back, and its own attempt where it was made
// here.
type paid struct {
	payment.ReceiptSummary
	made ledger.Record
}

// find is the payment of an address among the patient's receipts. A front desk
// takes back only what it took itself.
func (s *Undo) find(r *http.Request, sess session.Session) (p paid, err error) {
	receipts, err := s.Practice.Receipts(r.Context(), sess.Patient)
	if err != nil {
		return p, err
	}
	reference := r.PathValue("payment")
	standing := payment.Standing(receipts)
	at := slices.IndexFunc(standing, func(listed payment.ReceiptSummary) bool {
		return listed.Reference == reference && !listed.Agreement() && !listed.Amount.IsZero()
	})
	if at < 0 {
		return p, ledger.ErrNotFound
	}
	p.ReceiptSummary = standing[at]
	owners, err := s.Ledger.ReferenceOwners(r.Context(), sess.Patient.Practice, []string{reference})
	if err != nil {
		return p, err
	}
	if id := owners[reference]; id != "" {
		if p.made, err = s.Ledger.AttemptForPatient(r.Context(), sess.Patient, id); err != nil && !errors.Is(err, ledger.ErrNotFound) {
			return p, err
		}
	}
	if !sess.Staff.May(staff.VoidAny) && (p.made.ID == "" || !sess.Made(p.made)) {
		return p, session.DeniedError{Right: staff.VoidAny}
	}
	return p, nil
}

// ShowVoid is GET /desk/patients/{patient}/void/{payment}: a card payment, until
// when it can be taken back, and why it is to be.
func (s *Undo) ShowVoid(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	p, err := s.find(r, sess)
	if err != nil {
		return err
	}
	return s.voidPage(w, r, http.StatusOK, sess, p, web.Reasoned{}, nil)
}

func (s *Undo) voidPage(w http.ResponseWriter, r *http.Request, status int, sess session.Session, p paid, typed web.Reasoned, problems []payment.Problem) error {
	l, zone := s.Layout.Of(sess).Language, s.Departments.Zone(r.Context(), sess.Patient)
	now, until := s.Now(), payment.VoidUntil(p.Time, s.Books)
	v := &web.VoidView{Patient: sess.Patient.ID, Name: p.made.PatientName, Payment: p.ReceiptSummary, Code: p.made.SupportCode(), By: p.made.Staff.Name,
		When: l.Value(words.Moment(p.Time.In(zone))), Until: l.Value(words.Moment(until.In(zone))), Form: cmp.Or(typed.Form, newAttemptID()), Typed: typed}
	switch {
	case !p.Paid():
		v.Closed = web.VoidDone
	case !now.Before(until):
		v.Closed = web.VoidSettled
		switch k, err := s.Ledger.Task(r.Context(), sess.Patient.Practice, refundTask(p.Reference)); {
		case err == nil:
			v.Task = web.PathTasks + "/" + k.ID
		case !errors.Is(err, ledger.ErrNotFound):
			return err
		}
	default:
		v.Minutes = int(until.Sub(now) / time.Minute)
	}
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageDeskVoid, Path: web.VoidPath(v.Patient, p.Reference), Problems: problems,
		StaffPages: web.StaffPages{Void: v}})
}

// Void is POST of the same address: the payment is taken back, once.
func (s *Undo) Void(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	typed := web.Reasoned{Form: f.Token(web.FieldAttempt), Reason: f.Shown(payment.FieldReason), Text: f.Shown(payment.FieldReasonText)}
	if typed.Form != "" {
		if done, err := s.Ledger.AttemptForPatient(r.Context(), sess.Patient, typed.Form); err == nil && done.State != payment.Created {
			return layout.Redirect(w, r, web.UndonePath(sess.Patient.ID, done.ID)) // pressed twice
		}
	}
	p, err := s.find(r, sess)
	if err != nil {
		return err
	}
	reason, text, problems := payment.ReadReason(f.Text(payment.FieldReason), f.Text(payment.FieldReasonText))
	if f.Text(web.FieldLater) != "" && p.Paid() && !payment.Voidable(s.Now(), p.Time, s.Books) && len(problems) == 0 {
		return s.byHand(w, r, sess, p, reason, text)
	}
	if !p.Paid() || !payment.Voidable(s.Now(), p.Time, s.Books) || len(problems) > 0 {
		return s.voidPage(w, r, http.StatusUnprocessableEntity, sess, p, typed, problems)
	}
	two := s.needsTwo(sess, p.Amount)
	if err := s.signed(sess, p.Amount); err != nil {
		return err
	}
	_, asOf, err := s.Ledger.Pending(r.Context(), sess.Patient)
	if err != nil {
		return err
	}
	made, err := s.Ledger.CreateAttempt(r.Context(), recorded(sess, payment.Attempt{ID: cmp.Or(typed.Form, newAttemptID()), Kind: payment.KindVoid, Target: ledger.PaymentTarget(p.Reference), Value: p.Amount,
		PatientName: p.made.PatientName, Counter: payment.Counter{ReasonCode: string(reason), ReasonText: text, Undoes: p.made.ID}}, asOf))
	if errors.Is(err, ledger.ErrConflict) { // pressed twice, and the other press is on its way
		return layout.Redirect(w, r, web.UndonePath(sess.Patient.ID, typed.Form))
	}
	if err != nil {
		return err
	}
	if two {
		return s.Approvals.Ask(w, r, sess, made, reasonOf(s.Layout.Of(sess).Language, made.Counter))
	}
	return s.send(w, r, sess, made, dispatch.Void{}, func(other ledger.Record) error {
		return s.voidPage(w, r, http.StatusUnprocessableEntity, sess, p, web.Reasoned{Reason: typed.Reason, Text: typed.Text},
			[]payment.Problem{{Code: "void_other", Parameters: []any{"code", other.SupportCode(), "state", string(other.State)}}})
	})
}

// refundTask is the id of the task to give a payment back by hand.
func refundTask(reference string) string { return "refund-" + reference }

// byHand makes giving a payment back by hand a task, once.
func (s *Undo) byHand(w http.ResponseWriter, r *http.Request, sess session.Session, p paid, reason payment.Reason, text string) error {
	k := ledger.Task{ID: refundTask(p.Reference), Practice: sess.Patient.Practice, Patient: sess.Patient.ID, Kind: ledger.TaskRefund, Attempt: p.made.ID, Name: p.made.PatientName,
		Amount: p.Amount, When: p.Time, Brand: p.Brand, Last4: p.Last4, Payment: p.Reference, Reason: string(reason), Why: text, By: signs(sess)}
	if err := s.Ledger.AddTask(r.Context(), k); err != nil && !errors.Is(err, ledger.ErrConflict) {
		return err
	}
	return layout.Redirect(w, r, web.PathTasks+"/"+k.ID)
}

// PostVoid takes a payment back that a second person has approved to be. The clock
// has gone on since the first one asked.
func (s *Undo) PostVoid(w http.ResponseWriter, r *http.Request, sess session.Session, made ledger.Record) error {
	if made.Corrects() {
		return s.counterEntry(w, r, sess, made)
	}
	reference := ledger.TargetPayment(made.Target)
	receipts, err := s.Practice.Receipts(r.Context(), sess.Patient)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(payment.Standing(receipts), func(listed payment.ReceiptSummary) bool { return listed.Reference == reference })
	if at < 0 || !payment.Voidable(s.Now(), receipts[at].Time, s.Books) { // the page says so, and nothing is sent
		return layout.Redirect(w, r, web.VoidPath(sess.Patient.ID, reference))
	}
	return s.send(w, r, sess, made, dispatch.Void{}, func(ledger.Record) error { return layout.Redirect(w, r, web.VoidPath(sess.Patient.ID, reference)) })
}

// send claims an attempt and submits it; locked prints the form again where another
// attempt is for the same.
func (s *Undo) send(w http.ResponseWriter, r *http.Request, sess session.Session, made ledger.Record, op dispatch.Operation, locked func(ledger.Record) error) error {
	a, err := s.Ledger.Claim(r.Context(), sess.Patient, made.ID, sess.Acting(ledger.CardUse{}))
	var claimed *ledger.ClaimedError
	var overlap *ledger.OverlapError
	switch {
	case errors.As(err, &claimed):
		return layout.Redirect(w, r, web.UndonePath(sess.Patient.ID, made.ID))
	case errors.As(err, &overlap):
		return locked(overlap.Other)
	case session.Ended(err):
		return session.ErrOver
	case err != nil:
		return err
	}
	done := s.Dispatch.Submit(r.Context(), a, op)
	s.Dispatch.Wait(r.Context(), done, account.AnswerWait)
	return layout.Redirect(w, r, web.UndonePath(sess.Patient.ID, a.ID))
}

// ShowUndone is GET /desk/patients/{patient}/undone/{attempt}: what became of it.
func (s *Undo) ShowUndone(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	a, err := session.AttemptForPatient(r, s.Ledger, sess)
	if err != nil {
		return err
	}
	if !a.Kind.Returns() && a.Kind != payment.KindAdjust {
		return ledger.ErrNotFound
	}
	if a.State == payment.Created {
		return s.beforeSent(w, r, a)
	}
	if a.State.Live() && a.State != payment.Unknown && s.Now().Sub(a.Sent) > dispatch.Stale {
		if _, err := s.Worker.EndStale(r.Context()); err != nil {
			return err
		}
		if a, err = s.Ledger.AttemptForPatient(r.Context(), sess.Patient, a.ID); err != nil {
			return err
		}
	}
	if a.State.Live() {
		w.Header().Set("Refresh", refresh(s.Now().Sub(a.Sent)))
	}
	l := s.Layout.Of(sess).Language
	v := &web.UndoneView{Attempt: a.Attempt, Patient: sess.Patient.ID, Payment: vendorPaid(a), By: a.Staff.Name,
		When: account.SentAt(l, a, s.Departments.Zone(r.Context(), sess.Patient)), Reason: reasonOf(l, a.Counter), Form: undoPath(a),
		Number: vendorNumber(a), Reference: a.VendorReference, Terminal: a.Terminal, Deposited: a.Deposited, Posted: a.Posted, Charge: ledger.TargetCharge(a.Target)}
	if a.Corrects() {
		v.Task, v.Recording = web.PathTasks+"/"+a.ID, web.TakenPath(v.Patient, a.Undoes)
	}
	return s.Layout.Desk.Render(w, r, http.StatusOK, sess, web.View{Page: web.PageDeskResult, Path: web.UndonePath(v.Patient, a.ID),
		StaffPages: web.StaffPages{Undone: v}})
}

// undoPath is the page on which something is undone as an attempt did.
func undoPath(a ledger.Record) string {
	switch {
	case a.Corrects():
		return web.CorrectPath(a.Patient.ID, a.Undoes)
	case a.Kind == payment.KindRefund:
		return web.RefundPath(a.Patient.ID, a.Undoes)
	case a.Kind == payment.KindAdjust:
		return web.AdjustPath(a.Patient.ID)
	}
	return web.VoidPath(a.Patient.ID, ledger.TargetPayment(a.Target))
}

// beforeSent leads on from an attempt that was not sent: to where a second person is
// waited for, or to its form.
func (s *Undo) beforeSent(w http.ResponseWriter, r *http.Request, a ledger.Record) error {
	stands, err := s.Approvals.Ledger.Approval(r.Context(), a.ID)
	if err != nil {
		return err
	}
	if !stands.Asked.IsZero() {
		return layout.Redirect(w, r, web.PathApprovals+"/"+a.ID)
	}
	return layout.Redirect(w, r, undoPath(a))
}

// reasonOf is why something is undone, in words.
func reasonOf(l words.Language, c payment.Counter) string {
	return l.Text("reason.said", "reason", c.ReasonCode, "text", c.ReasonText)
}

// recorded is an attempt of the session's person for its patient, as the ledger is to
// keep it; see session.Session.Record.
func recorded(sess session.Session, a payment.Attempt, asOf int64) ledger.Record {
	m := sess.Record(a, asOf)
	m.Staff = by(sess)
	return m
}

// by is who does something, for its record.
func by(sess session.Session) ledger.Staff {
	return ledger.Staff{Name: sess.Staff.Called(), Role: string(sess.Staff.Role)}
}
