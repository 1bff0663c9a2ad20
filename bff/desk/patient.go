package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// shownReceipts is how many of a patient's card payments are shown.
const shownReceipts = 5

// ShowPatient is GET /desk/patients/{patient}.
func (s *Find) ShowPatient(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	if err := s.Acts.Act(r.Context(), sess, ActOpened, ""); err != nil {
		return err
	}
	return s.patientPage(w, r, sess, visitOf(r.URL.Query().Get(web.ParamVisit)), "")
}

// patientPage reads what does not depend on each other at the same time, because
// staff wait for it two hundred times a day. Who the patient is, is all that the
// page cannot do without.
func (s *Find) patientPage(w http.ResponseWriter, r *http.Request, sess session.Session, visit int, wrong string) error {
	ctx, l := r.Context(), s.Layout.Of(sess).Language
	zone := s.Departments.Zone(ctx, sess.Patient)
	today := payment.DayOf(s.Now().In(zone))
	view := &web.DeskPatient{Wrong: wrong}
	var nobody, unread error
	var balance account.Balance
	var receipts []payment.ReceiptSummary
	var reads sync.WaitGroup
	reads.Go(func() { view.Person, nobody = s.Who(ctx, sess.Patient) })
	reads.Go(func() {
		at := sess
		if at.Patient.Appointment = visit; visit == 0 {
			at.Patient.Appointment = s.visitToday(ctx, sess.Patient, today)
		}
		var visits sync.WaitGroup
		visits.Go(func() { view.Visit = s.visit(ctx, at.Patient) })
		visits.Go(func() { balance, unread = s.Accounts.Balance(ctx, at) })
		if visits.Wait(); view.Visit != nil {
			view.Today = view.Visit.Day == today
		} else if at.Patient.Appointment != 0 { // what is owed is then for no visit, either
			balance, unread = s.Accounts.Balance(ctx, sess)
		}
	})
	reads.Go(func() {
		var err error
		if receipts, err = s.Practice.Receipts(ctx, sess.Patient); err != nil {
			s.Log.WarnContext(ctx, "read receipts for staff", "error", err.Error())
			view.Unread = true
		}
	})
	reads.Wait()
	if nobody != nil {
		return nobody
	}
	var err error
	if balance.Statement, err = s.Blind.statement(ctx, sess, balance.Statement); err != nil {
		return err
	}
	if view.Visit != nil {
		if err := s.Blind.visits(ctx, sess, view.Visit); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if u, ok := errors.AsType[account.UnavailableError](unread); ok {
		s.Log.ErrorContext(ctx, "read what a patient owes", "error", u.Error())
		status = http.StatusServiceUnavailable
	} else if unread != nil {
		return unread
	} else {
		view.Statement = &balance.Statement
		if view.Take = web.TakePath(sess.Patient.ID); view.Visit != nil {
			view.Take += "?" + url.Values{web.FieldVisit: {view.Visit.ID}}.Encode()
		}
		for _, a := range balance.Live {
			view.Live = append(view.Live, web.DeskLive{Attempt: a.Attempt, When: account.SentAt(l, a, zone)})
		}
	}
	receipts = payment.Standing(receipts)
	slices.SortStableFunc(receipts, func(a, b payment.ReceiptSummary) int { return b.Time.Compare(a.Time) })
	for _, receipt := range receipts[:min(len(receipts), shownReceipts)] {
		listed := web.DeskReceipt{ReceiptSummary: receipt, When: l.Value(words.Moment(receipt.Time.In(zone)))}
		if sess.Staff.May(staff.VoidAny) && receipt.Paid() {
			listed.Undo = web.VoidPath(sess.Patient.ID, receipt.Reference)
		}
		view.Receipts = append(view.Receipts, listed)
	}
	if view.Vendor, err = s.Vendor.Listed(ctx, sess); err != nil {
		return err
	}
	if view.Visit != nil && view.Visit.State == payment.VisitHere && r.URL.Query().Get(paramChecked) != "" {
		view.Done = l.Text("desk.patient.checked")
	}
	return s.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageDeskPatient, StaffPages: web.StaffPages{Patient: view}})
}

// visitToday is the number of a patient's visit of today at the department, the first one
// that is not over; 0: there is none, or it is not known.
func (s *Find) visitToday(ctx context.Context, p payment.Patient, today payment.Day) int {
	all, err := s.Practice.Appointments(ctx, p, today)
	if err != nil {
		s.Log.WarnContext(ctx, "list a patient's visits for staff", "error", err.Error())
	}
	for _, a := range all {
		if a.Day == today && a.Department == p.Department {
			return visitOf(a.ID)
		}
	}
	return 0
}

// visit is the visit of a session, where it is one of its patient's; nil: it has none, or
// it is not known.
func (s *Find) visit(ctx context.Context, p payment.Patient) *web.DeskVisit {
	if p.Appointment == 0 {
		return nil
	}
	v, found, err := s.Practice.Visit(ctx, p)
	if err != nil {
		s.Log.WarnContext(ctx, "read a visit for staff", "error", err.Error())
	}
	if !found {
		return nil
	}
	return &web.DeskVisit{BookedVisit: v}
}

// paramChecked says in an address that the page comes after a check-in.
const paramChecked = "checked"

// Arrive is POST /desk/patients/{patient}/checkin: the patient of the page is
// checked in for a visit of theirs.
func (s *Find) Arrive(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	sess.Patient.Appointment = visitOf(f.Text(web.ParamVisit))
	if sess.Patient.Appointment == 0 {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	v, found, err := s.Practice.Visit(r.Context(), sess.Patient)
	switch {
	case err != nil:
		return s.Accounts.Unavailable(r.Context(), sess.Patient, err)
	case !found:
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	visit, back := sess.Patient.Appointment, sess
	back.Patient.Appointment = 0
	if v.State.Waiting() {
		if err := s.Acts.Act(r.Context(), sess, ActCheckedIn, v.ID); err != nil {
			return err
		}
		switch done := s.Repeatable.CheckIn(r.Context(), sess.Patient); {
		case done.Done():
		case done.State == payment.WriteUnknown:
			return s.patientPage(w, r, back, visit, s.Layout.Of(sess).Language.Text("desk.patient.doubtful"))
		default:
			s.Log.WarnContext(r.Context(), "check in", "evidence", done.Evidence)
			return s.patientPage(w, r, back, visit, s.Layout.Of(sess).Language.Text("desk.patient.unchecked"))
		}
	}
	return layout.Redirect(w, r, web.PatientPath(sess.Patient.ID)+"?"+web.ParamVisit+"="+strconv.Itoa(visit)+"&"+paramChecked+"=1")
}
