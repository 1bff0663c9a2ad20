package bff

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/middleware"
	"paypane/bff/pages"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// check refuses a line that would be served to people who may not: one of the desk
// that names no right, and one that names a patient elsewhere, where the patient
// is the session's.
func (rt route) check() error {
	switch {
	case rt.audience == web.ForStaff && !slices.Contains(staff.Rights, rt.right):
		return fmt.Errorf("route %s is for staff and names no right that it needs", rt.pattern())
	case rt.audience != web.ForStaff && rt.right != "":
		return fmt.Errorf("route %s needs a right of staff's and is not for them", rt.pattern())
	case rt.audience != web.ForStaff && strings.Contains(rt.path, "{patient}"):
		return fmt.Errorf("route %s names a patient and is not for staff", rt.pattern())
	}
	return nil
}

// atDesk serves a page to a live session of staff: of those who signed in at the
// desk, or of those whom a portal launched.
func (s *Server) atDesk(p pages.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sess, r, err := s.layout.Desk.Enter(s.store, w, r)
		if err == nil {
			err = p(w, r, sess)
		}
		if err == nil {
			return
		}
		asked := err
		if err := s.presence.Wait(w, r, sess, asked); err != nil {
			asked = err
		} else if errors.Is(asked, session.ErrSignInAgain) && session.AtDesk(sess) {
			to := web.PathSignIn
			if r.Method == http.MethodPost && !middleware.WantsJSON(r) { // by way of a page: no form leads out of here
				to += "?" + web.ParamLeave
			}
			if asked = layout.Lead(w, r, to); asked == nil {
				return
			}
		}
		s.layout.Error(w, r, sess, asked)
	})
}

// holding serves a page to those who have a right.
func holding(right staff.Right, p pages.Handler) pages.Handler {
	return func(w http.ResponseWriter, r *http.Request, sess session.Session) error {
		if !sess.Staff.May(right) {
			return session.DeniedError{Right: right}
		}
		return p(w, r, sess)
	}
}

// ofPatient serves a page of the patient whom its address names: of the session's
// practice, at the department where the desk is. A session that was launched is
// for its own patient only. Whether there is such a patient, the practice says.
func (s *Server) ofPatient(p pages.Handler) pages.Handler {
	return func(w http.ResponseWriter, r *http.Request, sess session.Session) error {
		id, ok := patientID(r.PathValue("patient"))
		if !ok || !session.AtDesk(sess) && id != sess.Patient.ID {
			return middleware.StatusError{Status: http.StatusNotFound}
		}
		if session.AtDesk(sess) {
			sess.Patient = payment.Patient{Practice: sess.Patient.Practice, Department: sess.Patient.Department, ID: id}
		}
		err := p(w, r, sess)
		var unknown interface {
			error
			Missing() bool
		}
		// A department that is not known is no patient that is not.
		u, _ := errors.AsType[account.UnavailableError](err)
		if errors.As(err, &unknown) && unknown.Missing() && !u.NoDepartment {
			return middleware.StatusError{Status: http.StatusNotFound, Cause: err}
		}
		return err
	}
}

// patientID reads a patient's id, which is written in one way. What reads as a
// card number is none.
func patientID(text string) (int, bool) {
	id, err := strconv.Atoi(text)
	return id, err == nil && id > 0 && strconv.Itoa(id) == text && !payment.HoldsCard(text)
}
