package athena

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"paypane/web/payment"
)

// FoundMost is how many patients of a search are shown: who is not among them is
// found by one criterion more.
const FoundMost = 25

// FindPatients are the patients of a practice that a search fits, each once, by
// name: GET /patients (docs/upstream-api.md#patients). more says that there are
// others. Where so many fit that the upstream lists none, the error is
// payment.ErrTooMany, and payment.ErrNoCriteria where nothing of the search counts
// for it. Restrictions stay in force: who may not be seen is not found.
func (c *Client) FindPatients(ctx context.Context, practice int, s payment.Search) (found []payment.Person, more bool, err error) {
	const op = "find patients"
	query := url.Values{
		"limit":        {strconv.Itoa(FoundMost)},
		"omitbalances": {"true"}, "omitdefaultpharmacy": {"true"}, "omitphotoinformation": {"true"},
	}
	set := func(name, value string) {
		if value != "" {
			query.Set(name, value)
		}
	}
	set("lastname", s.Family)
	set("firstname", s.Given)
	set("dob", wireDay(s.Born))
	set("anyphone", s.Phone)
	body, err := c.get(ctx, op, path(practice, "patients"), query)
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusBadRequest {
		switch {
		case strings.Contains(e.Message, tooManyPatients):
			e.err = payment.ErrTooMany
		case strings.Contains(e.Message, noCriteria):
			e.err = payment.ErrNoCriteria
		}
	}
	if err != nil {
		return nil, false, err
	}
	return people(op, body)
}

// people reads a list of patients.
func people(op string, body []byte) (found []payment.Person, more bool, err error) {
	found, _, err = readSome(op, body, readPerson)
	if err != nil && !errors.Is(err, payment.ErrOddRows) {
		return nil, false, err
	}
	if object, wrong := fields(body); wrong == nil {
		r := row{of: object}
		more = r.plain("next") != ""
	}
	return payment.EachOnce(found), more, err
}

// Person is who a patient is: GET /patients/{id}
// (docs/upstream-api.md#patient, recorded). found is false where the practice has
// nobody of that id.
func (c *Client) Person(ctx context.Context, p payment.Patient) (who payment.Person, found bool, err error) {
	const op = "read patient"
	body, err := c.get(ctx, op, path(p.Practice, "patients", strconv.Itoa(p.ID)), nil)
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusNotFound {
		return payment.Person{}, false, nil
	}
	if err != nil {
		return payment.Person{}, false, err
	}
	who, err = readOne(op, body, readPerson)
	if err == nil && who.ID != p.ID {
		err = upstreamError(op, errPatient)
	}
	return who, err == nil && !who.Deleted, err
}

// readPerson reads of a patient's row what a desk may show. The rest of it, a
// masked social security number, guarantor, employer and race among it, is never
// kept.
func readPerson(r *row) payment.Person {
	p := payment.Person{
		Given:     r.text("firstname"),
		Family:    r.text("lastname"),
		Preferred: r.text("preferredname", "firstnameused"),
		Born:      r.day("dob"),
		Town:      payment.Capitals(r.text("city")),
		Deleted:   strings.EqualFold(r.plain("status"), "deleted"),
	}
	p.ID, _ = strconv.Atoi(r.must("patientid"))
	p.Department, _ = strconv.Atoi(cmp.Or(r.plain("primarydepartmentid"), r.plain("departmentid")))
	if strings.EqualFold(p.Preferred, p.Given) {
		p.Preferred = ""
	}
	return p
}
