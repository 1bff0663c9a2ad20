package bff

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// errOtherPerson says that a form was printed for another person than the one
// whom the session is for now.
var errOtherPerson = errors.New("the form was printed for another person")

// othersError says that an attempt is another person's than the one whom the
// session is for now, of those whom it names.
type othersError struct {
	attempt ledger.Attempt
	name    string
}

func (e othersError) Error() string {
	return "the attempt is another person's, now " + string(e.attempt.State)
}

// maxPeople is for how many people one payer can be launched: they have to fit
// into a session of the ledger.
const maxPeople = 10

// Person is somebody for whom a payer was launched.
type Person struct {
	Patient payment.Patient `json:"patient"`
	// Name is as the portal writes it, else as the practice does; empty until
	// one of them is known.
	Name string `json:"name,omitempty"`
}

// several reports whether the visit is for more than one person, so that every
// page has to say whose it is.
func (v Visit) several() bool { return len(v.People) > 1 }

// current is the place in People of the one whom the page is for.
func (v Visit) current() int {
	return slices.IndexFunc(v.People, func(p Person) bool { return p.Patient == v.Patient })
}

// name is how a person of the list is called.
func (v Visit) name(i int) string {
	if v.People[i].Name != "" {
		return v.People[i].Name
	}
	return "person " + strconv.Itoa(i+1) + " of " + strconv.Itoa(len(v.People))
}

// marks say of a form for which patient it was printed, without naming them:
// the first key marks, all verify. A mark outlives its session, so that a page
// that stood open works on after a new launch for the same patient.
type marks struct{ keys [][]byte }

func newMarks(keys [][]byte) (marks, error) {
	var m marks
	for _, key := range keys {
		derived, err := hkdf.Key(sha256.New, key, nil, "paypane whose form", 32)
		if err != nil {
			return marks{}, err
		}
		m.keys = append(m.keys, derived)
	}
	return m, nil
}

// of is the mark of a patient.
func (m marks) of(p payment.Patient) string { return mark(m.keys[0], p) }

// fits reports whether a form with this mark was printed for the patient.
func (m marks) fits(p payment.Patient, printed string) bool {
	return slices.ContainsFunc(m.keys, func(key []byte) bool { return hmac.Equal([]byte(mark(key, p)), []byte(printed)) })
}

func mark(key []byte, p payment.Patient) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%d %d", p.Practice, p.ID)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

// forPerson serves a form only if it was printed for the patient whom the
// session is for: another tab may have changed that, by the list of people or by
// a new launch in the same browser, and nothing may be done for one from
// another's page. With unmarked a form without a mark will do in a session for
// one patient.
func (s *Server) forPerson(p page, unmarked bool) page {
	return func(w http.ResponseWriter, r *http.Request, v Visit) error {
		f, err := readForm(w, r)
		if err != nil {
			return err
		}
		printed := f.text(web.FieldPerson)
		if !s.marks.fits(v.Patient, printed) && (printed != "" || !unmarked || v.several()) {
			f.clear()
			return errOtherPerson
		}
		return p(w, r.WithContext(context.WithValue(r.Context(), formKey{}, f)), v)
	}
}

// showPeople is GET /people: for whom do you pay?
func (s *Server) showPeople(w http.ResponseWriter, r *http.Request, v Visit) error {
	if !v.several() {
		return failure{status: http.StatusNotFound}
	}
	people := web.People{Current: v.current(), Back: v.landing()}
	for i, person := range v.People {
		shown := web.PersonShown{Name: v.name(i)}
		live, taken, err := s.ledger.Recent(r.Context(), person.Patient)
		if err != nil {
			return err
		}
		for _, a := range append(live, taken...) {
			// What another adult paid for them is that one's.
			if a.Act.Charges() && a.By(v.Portal, v.Subject) {
				shown.Payments = append(shown.Payments, a.Attempt)
			}
		}
		people.List = append(people.List, shown)
	}
	sheet := web.PeopleSheet(people)
	return s.render(w, r, http.StatusOK, web.View{Page: web.PagePeople, Path: web.PathPeople, Site: s.site(v), Sheet: &sheet})
}

// choosePerson is POST /people: from now on the pages are for somebody else of
// the list.
func (s *Server) choosePerson(w http.ResponseWriter, r *http.Request, v Visit) error {
	if !v.several() {
		return failure{status: http.StatusNotFound}
	}
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	i, err := strconv.Atoi(f.text(web.FieldTo))
	if err != nil || i < 0 || i >= len(v.People) {
		return failure{status: http.StatusBadRequest, cause: err}
	}
	if err := s.store.change(r, func(v *Visit) { v.Patient = v.People[i].Patient }); err != nil {
		return err
	}
	return redirect(w, r, v.landing())
}

// learn keeps the name that the practice gives the person whom the page is for,
// where the portal gave none.
func (s *Server) learn(r *http.Request, v *Visit, name string) error {
	i := v.current()
	if !v.several() || v.People[i].Name != "" || name == "" {
		return nil
	}
	err := s.store.change(r, func(now *Visit) { now.People[i].Name = name })
	if errors.Is(err, ledger.ErrText) {
		return nil // too long for the session, or like a card number: they stay a number
	}
	if err == nil {
		v.People = slices.Clone(v.People)
		v.People[i].Name = name
	}
	return err
}

// claimedPerson is an entry of the claim patients.
type claimedPerson struct {
	Department  int    `json:"departmentid"`
	Patient     int    `json:"patientid"`
	Appointment int    `json:"appointmentid"`
	Name        string `json:"name"`
}

// people are the people of a token, and the one to begin with: the first,
// unless the token names another of them.
func (c claims) people() (list []Person, first payment.Patient) {
	for _, p := range c.Patients {
		list = append(list, Person{Name: p.Name, Patient: payment.Patient{
			Practice: c.Practice, Department: p.Department, ID: p.Patient, Appointment: p.Appointment}})
	}
	if len(list) == 0 {
		return nil, payment.Patient{Practice: c.Practice, Department: c.Department, ID: c.Patient, Appointment: c.Appointment}
	}
	for _, p := range list {
		if p.Patient.ID == c.Patient {
			return list, p.Patient
		}
	}
	return list, list[0].Patient
}

// checkPeople checks whom the token is for.
func (c claims) checkPeople() error {
	if len(c.Patients) == 0 {
		if c.Department <= 0 || c.Patient <= 0 || c.Appointment < 0 {
			return errToken("departmentid or patientid is missing")
		}
		return nil
	}
	switch {
	case c.Role != rolePayer:
		return errToken("patients is for the role payer")
	case len(c.Patients) > maxPeople:
		return errToken("more patients than ten")
	}
	seen := map[int]bool{}
	for _, p := range c.Patients {
		switch {
		case p.Department <= 0 || p.Patient <= 0 || p.Appointment < 0:
			return errToken("departmentid or patientid is missing in patients")
		case seen[p.Patient]:
			return errToken("a patientid is twice in patients")
		case len(p.Name) > 255:
			return errToken("a name in patients is too long")
		}
		seen[p.Patient] = true
	}
	// What the token says beside the list has to agree with it.
	if _, first := c.people(); c.Patient != 0 && c.Patient != first.ID ||
		c.Department != 0 && c.Department != first.Department ||
		c.Appointment != 0 && c.Appointment != first.Appointment {
		return errToken("patientid, departmentid or appointmentid is not one of patients")
	}
	return nil
}
