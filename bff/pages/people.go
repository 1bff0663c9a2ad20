package pages

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// ShowPeople is GET /people: for whom do you pay?
func (s *Sessions) ShowPeople(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	if !sess.Several() {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	people := web.PeopleView{Current: sess.Current(), Back: session.Landing(sess)}
	patients := make([]payment.Patient, len(sess.People))
	for i, person := range sess.People {
		patients[i] = person.Patient
	}
	owed := account.Owed(r.Context(), s.accounts, sess, patients)
	for i, person := range sess.People {
		shown := web.PersonShown{Name: session.NameOf(sess, i), Owed: owed[i]}
		live, taken, err := s.ledger.Recent(r.Context(), person.Patient)
		if err != nil {
			return err
		}
		for _, a := range append(live, taken...) {
			// What another adult paid for them is that one's.
			if a.Kind.Charges() && a.By(sess.Portal, sess.Subject) {
				shown.Payments = append(shown.Payments, a.Attempt)
			}
		}
		people.List = append(people.List, shown)
	}
	content := web.PeopleContent(s.layout.Of(sess).Language, people)
	return s.layout.Render(w, r, http.StatusOK, web.View{Page: web.PagePeople, Path: web.PathPeople, Site: s.layout.Of(sess), Content: &content})
}

// ChoosePerson is POST /people: from now on the pages are for somebody else of
// the list.
func (s *Sessions) ChoosePerson(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	if !sess.Several() {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	i, err := strconv.Atoi(f.Text(web.FieldTo))
	if err != nil || i < 0 || i >= len(sess.People) {
		return middleware.StatusError{Status: http.StatusBadRequest, Cause: err}
	}
	if err := s.store.Change(r, func(sess *session.Session) { sess.Patient = sess.People[i].Patient }); err != nil {
		return err
	}
	return layout.Redirect(w, r, session.Landing(sess))
}

// ChooseLanguage is POST /language: from now on the pages are in another language.
// It leads back to the page that the form stood on, with what the server knows of
// it.
func (s *Sessions) ChooseLanguage(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	l, ok := words.Named(f.Text(web.FieldLanguage))
	if !ok {
		return middleware.StatusError{Status: http.StatusBadRequest}
	}
	if err := s.store.Change(r, func(sess *session.Session) { sess.Language = l.Tag() }); err != nil {
		return err
	}
	back, err := url.Parse(f.Text(web.FieldBack))
	if err != nil || back.IsAbs() || back.Host != "" || !strings.HasPrefix(back.Path, "/") || strings.HasPrefix(back.Path, "//") {
		return layout.Redirect(w, r, session.Landing(sess))
	}
	return layout.Redirect(w, r, back.EscapedPath())
}
