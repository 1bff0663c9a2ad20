package desk

import (
	"cmp"
	"errors"
	"net/http"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// recording is the recording of an address, with the counter-entry that there is. A
// front desk corrects only what it recorded itself.
func (s *Undo) recording(r *http.Request, sess session.Session) (a, corrected ledger.Record, err error) {
	if a, err = session.AttemptForPatient(r, s.Ledger, sess); err != nil {
		return a, corrected, err
	}
	if a.Kind != payment.KindRecord || a.State != payment.Succeeded {
		return a, corrected, ledger.ErrNotFound
	}
	if !sess.Staff.May(staff.VoidAny) && !sess.Made(a) {
		return a, corrected, session.DeniedError{Right: staff.VoidAny}
	}
	undone, err := s.Ledger.Undone(r.Context(), sess.Patient.Practice, []string{a.ID})
	return a, undone[a.ID], err
}

// ShowCorrect is GET /desk/patients/{patient}/correct/{attempt}: a recording, what a
// correction of it does and what it does not, and why it is to be.
func (s *Undo) ShowCorrect(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	a, corrected, err := s.recording(r, sess)
	if err != nil {
		return err
	}
	return s.correctPage(w, r, http.StatusOK, sess, a, corrected, web.Reasoned{}, nil)
}

func (s *Undo) correctPage(w http.ResponseWriter, r *http.Request, status int, sess session.Session, a, corrected ledger.Record, typed web.Reasoned, problems []payment.Problem) error {
	hidden, err := s.Blind.HidesOn(r.Context(), sess, a)
	if err != nil {
		return err
	}
	l := s.Layout.Of(sess).Language
	v := &web.CorrectView{Attempt: told(a.Attempt, hidden), Hidden: hidden, Patient: sess.Patient.ID, Method: method(l, a), When: account.SentAt(l, a, s.Departments.Zone(r.Context(), sess.Patient)), By: takenBy(a),
		Two: s.needsTwo(sess, a.Total()), Form: cmp.Or(typed.Form, newAttemptID()), Typed: typed}
	if corrected.ID != "" {
		v.Corrected = web.UndonePath(v.Patient, corrected.ID)
	}
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageDeskCorrect, Path: web.CorrectPath(v.Patient, a.ID), Problems: problems,
		StaffPages: web.StaffPages{Correct: v}})
}

// needsTwo reports whether it takes two people to undo an amount.
func (s *Undo) needsTwo(sess session.Session, amount payment.Amount) bool {
	return !amount.Less(s.Limits(sess.Patient.Practice).TwoPeopleFrom)
}

// signed refuses somebody who undoes an amount for which they have to have signed in
// just now.
func (s *Undo) signed(sess session.Session, amount payment.Amount) error {
	if s.needsTwo(sess, amount) || s.Limits(sess.Patient.Practice).VoidLimit.Less(amount) {
		return session.Fresh(sess, s.Now())
	}
	return nil
}

// Correct is POST of the same address: the recording gets its counter-entry, once,
// and somebody the task to take it back by hand.
func (s *Undo) Correct(w http.ResponseWriter, r *http.Request, sess session.Session) error {
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
	of, corrected, err := s.recording(r, sess)
	if err != nil {
		return err
	}
	reason, text, problems := payment.ReadReason(f.Text(payment.FieldReason), f.Text(payment.FieldReasonText))
	if corrected.ID != "" || len(problems) > 0 {
		return s.correctPage(w, r, http.StatusUnprocessableEntity, sess, of, corrected, typed, problems)
	}
	if err := s.signed(sess, of.Total()); err != nil {
		return err
	}
	_, asOf, err := s.Ledger.Pending(r.Context(), sess.Patient)
	if err != nil {
		return err
	}
	correction := recorded(sess, payment.Attempt{ID: cmp.Or(typed.Form, newAttemptID()), Kind: payment.KindVoid, Target: payment.RecordingTarget(of.ID), Value: of.Total(), PatientName: of.PatientName,
		Counter: payment.Counter{Method: of.Method, CheckNumber: of.CheckNumber, ReasonCode: string(reason), ReasonText: text, Undoes: of.ID}}, asOf)
	correction.Patient = of.Patient
	made, err := s.Ledger.CreateAttempt(r.Context(), correction)
	if errors.Is(err, ledger.ErrConflict) { // pressed twice, and the other press is on its way
		return layout.Redirect(w, r, web.UndonePath(sess.Patient.ID, typed.Form))
	}
	if err != nil {
		return err
	}
	if s.needsTwo(sess, of.Total()) {
		return s.Approvals.Ask(w, r, sess, made, reasonOf(s.Layout.Of(sess).Language, made.Counter))
	}
	return s.counterEntry(w, r, sess, made)
}

// counterEntry makes it, and leads to what became of it: to the page of the
// recording where another one was there first.
func (s *Undo) counterEntry(w http.ResponseWriter, r *http.Request, sess session.Session, made ledger.Record) error {
	_, err := s.Ledger.Correct(r.Context(), sess.Patient, made.ID, sess.Acting(ledger.CardUse{}))
	var claimed *ledger.ClaimedError
	var overlap *ledger.OverlapError
	switch {
	case err == nil, errors.As(err, &claimed):
		return layout.Redirect(w, r, web.UndonePath(sess.Patient.ID, made.ID))
	case errors.As(err, &overlap):
		return layout.Redirect(w, r, web.CorrectPath(sess.Patient.ID, made.Undoes))
	case session.Ended(err):
		return session.ErrOver
	}
	return err
}
