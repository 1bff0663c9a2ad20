package desk

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// Finder is what is read of the upstream to find patients and their visits.
type Finder interface {
	FindPatients(ctx context.Context, practice int, s payment.Search) (found []payment.Person, more bool, err error)
	SearchPatients(ctx context.Context, practice int, words string) (found []payment.Person, more bool, err error)
	MatchPatients(ctx context.Context, practice int, s payment.Search) ([]payment.Person, error)
	Person(ctx context.Context, p payment.Patient) (who payment.Person, found bool, err error)
	Booked(ctx context.Context, practice int, departments []int, day payment.Day) ([]payment.BookedVisit, error)
	Visit(ctx context.Context, p payment.Patient) (v payment.BookedVisit, found bool, err error)
	Appointments(ctx context.Context, p payment.Patient, from payment.Day) ([]payment.Appointment, error)
	Receipts(context.Context, payment.Patient) ([]payment.ReceiptSummary, error)
}

// What is written down of finding patients. Details are kinds of what was looked
// for and how many were found, with a plus where there were more than are listed
// and a question mark where the practice did not answer; never what was typed.
const (
	ActSearched  = "searched"
	ActOpened    = "opened_patient"
	ActCheckedIn = "checked_in" // detail is the visit
)

// Find are the pages on which staff find a patient: the day, the search, and one
// patient.
type Find struct {
	Layout      *layout.Layout
	Accounts    *account.Accounts
	Departments *account.Departments
	Practice    Finder
	Repeatable  dispatch.Repeatable
	Acts        Acts
	Vendor      *Vendor
	Blind       Blind
	Log         *slog.Logger
	Now         func() time.Time
}

// opens reports whether a session may open a patient's page: one that was launched
// is for its own patient.
func opens(sess session.Session, patient int) bool {
	return session.AtDesk(sess) || patient == sess.Patient.ID
}

// Who is the patient of a page of the desk; for one who is not there the page is
// not, either.
func (s *Find) Who(ctx context.Context, p payment.Patient) (payment.Person, error) {
	who, found, err := s.Practice.Person(ctx, p)
	switch {
	case err != nil:
		return who, s.Accounts.Unavailable(ctx, p, err)
	case !found:
		return who, middleware.StatusError{Status: http.StatusNotFound}
	}
	return who, nil
}

// visitOf is the number of the visit that a text names; 0: none.
func visitOf(text string) int {
	number, err := strconv.Atoi(text)
	if err != nil || number <= 0 || strconv.Itoa(number) != text || payment.HoldsCard(text) {
		return 0
	}
	return number
}

// patientHref is where a row of a list leads, or nowhere.
func patientHref(sess session.Session, patient int, visit string) string {
	if !opens(sess, patient) {
		return ""
	}
	path := web.PatientPath(patient)
	if visit != "" {
		path += "?" + web.ParamVisit + "=" + visit
	}
	return path
}
