package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"paypane/bff/layout"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// Search is POST /desk/patients: it leads to the address that has what was typed,
// unless that may be a card's. An address stays in the history of the browser, in
// the logs on its way and in the memory of the server, where nothing clears it.
func (s *Find) Search(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	defer f.Clear()
	if payment.HoldsCardNumber(f.Bytes(payment.FieldSearch)) {
		return s.Layout.Desk.Render(w, r, http.StatusUnprocessableEntity, sess, web.View{Page: web.PageDeskPatients,
			Problems:   []payment.Problem{{Code: "search_card", Field: payment.FieldSearch}},
			StaffPages: web.StaffPages{Patients: &web.DeskPatients{}}})
	}
	return layout.Redirect(w, r, web.PathPatients+"?"+url.Values{payment.FieldSearch: {f.Text(payment.FieldSearch)}}.Encode())
}

// ShowPatients is GET /desk/patients: the search, and with q what it finds.
func (s *Find) ShowPatients(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	view := &web.DeskPatients{Typed: r.URL.Query().Get(payment.FieldSearch)}
	page := web.View{Page: web.PageDeskPatients, StaffPages: web.StaffPages{Patients: view}}
	status := http.StatusOK
	if r.URL.Query().Has(payment.FieldSearch) {
		search, problem := payment.ReadSearch(view.Typed, s.Departments.Today(r.Context(), sess.Patient))
		if problem.Code == "" {
			var err error
			if problem, status, err = s.search(r.Context(), sess, search, view); err != nil {
				return err
			}
		}
		if problem.Code != "" {
			page.Problems, status = []payment.Problem{problem}, http.StatusUnprocessableEntity
		}
		if payment.HoldsCard(view.Typed) {
			view.Typed = ""
		}
	}
	return s.Layout.Desk.Render(w, r, status, sess, page)
}

// search fills the page with what a search finds, and writes down that somebody
// searched, by what and how many were found.
func (s *Find) search(ctx context.Context, sess session.Session, search payment.Search, view *web.DeskPatients) (problem payment.Problem, status int, err error) {
	found, err := s.find(ctx, sess, search, view)
	detail := strings.Join(search.Kinds(), ", ") + ": " + strconv.Itoa(len(found))
	status, view.Searched = http.StatusOK, true
	view.By, view.Add = missing(search)
	switch {
	case errors.Is(err, payment.ErrNoCriteria):
		return payment.Problem{Code: "search_criteria", Field: payment.FieldSearch}, http.StatusUnprocessableEntity, nil
	case errors.Is(err, payment.ErrTooMany):
		view.TooMany, view.More, detail = true, false, detail+"+"
	case errors.Is(err, payment.ErrOddRows):
		s.Log.WarnContext(ctx, "find patients", "error", err.Error())
		view.Odd = true
	case err != nil:
		s.Log.ErrorContext(ctx, "find patients", "error", err.Error())
		view.Unread, status, detail = true, http.StatusServiceUnavailable, detail+"?"
	}
	for _, p := range found {
		view.Found = append(view.Found, web.DeskFound{Person: p, Href: patientHref(sess, p.ID, "")})
	}
	return payment.Problem{}, status, s.Acts.Act(ctx, sess, ActSearched, detail)
}

// missing is what alone a search is by, where it is no name, and what it lacks.
func missing(s payment.Search) (by, add string) {
	switch {
	case s.ID != 0:
		by = "id"
	case s.Phone != "":
		by = "phone"
	case s.Words() == "" && s.Born != "":
		by = "born"
	}
	switch {
	case s.Family == "":
		add = "name"
	case s.Given == "" && s.Born == "":
		add = "both"
	case s.Born == "":
		add = "born"
	case s.Given == "":
		add = "given"
	}
	return by, add
}

// find asks the upstream by what was typed, at most twice. An id is read as such.
// Everything else is a list of those who fit. Where nobody does, those are looked
// for whose names sound alike and who were born on the day, or those of whose
// names the words are a part; that is more than was asked, so what goes wrong
// there is only logged.
func (s *Find) find(ctx context.Context, sess session.Session, search payment.Search, view *web.DeskPatients) ([]payment.Person, error) {
	practice := sess.Patient.Practice
	if search.ID != 0 {
		who, found, err := s.Practice.Person(ctx, payment.Patient{Practice: practice, Department: sess.Patient.Department, ID: search.ID})
		if err != nil || !found {
			return nil, err
		}
		return []payment.Person{who}, nil
	}
	found, more, err := s.Practice.FindPatients(ctx, practice, search)
	if view.More = more; err != nil || len(found) > 0 {
		return found, err
	}
	var also error
	switch {
	case search.Whole():
		found, also = s.Practice.MatchPatients(ctx, practice, search)
		view.Likely = len(found) > 0
	case search.Born == "" && search.Words() != "":
		found, view.More, also = s.Practice.SearchPatients(ctx, practice, search.Words())
	}
	if also != nil {
		s.Log.WarnContext(ctx, "find patients by more than was asked", "error", also.Error())
	}
	return found, nil
}
