package athena

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"paypane/web/payment"
)

// Booked are the visits of a day in departments, in order of time, without those
// that are cancelled: GET /appointments/booked, and …/multipledepartment for
// several departments (docs/upstream-api.md#appointments; parameters documented,
// rows recorded). With showpatientdetail each row carries its whole patient, so
// that a day costs one call and none for each row; it is read as a stream, and of
// a patient only what is shown is kept. Pages are 1000 rows. A row that is not
// understood is left out, and the error is then payment.ErrOddRows.
func (c *Client) Booked(ctx context.Context, practice int, departments []int, day payment.Day) ([]payment.BookedVisit, error) {
	const op = "list booked appointments"
	if len(departments) == 0 || wireDay(day) == "" {
		return nil, &Error{Op: op, Fault: FaultOurs, Message: "no department or no day", err: errDay}
	}
	ids := make([]string, len(departments))
	for i, d := range departments {
		ids[i] = strconv.Itoa(d)
	}
	at := path(practice, "appointments", "booked")
	if len(ids) > 1 {
		at = path(practice, "appointments", "booked", "multipledepartment")
	}
	query := url.Values{
		"departmentid": {strings.Join(ids, ",")}, "startdate": {wireDay(day)}, "enddate": {wireDay(day)},
		"showpatientdetail": {"true"}, "limit": {strconv.Itoa(pageSize)},
	}
	all := []payment.BookedVisit{}
	var odd error
	offset := 0
	for range maxPages {
		if offset > 0 {
			query.Set("offset", strconv.Itoa(offset))
		}
		var page bookedPage
		_, err := c.read(ctx, read{op: op, path: at, query: query, stream: func(s *stream) error {
			page = bookedPage{}
			return page.read(s)
		}})
		if err != nil {
			return nil, err
		}
		all, offset = append(all, page.visits...), offset+page.count
		if page.odd != nil {
			odd = upstreamError(op, fmt.Errorf("%w: %w", payment.ErrOddRows, page.odd))
		}
		if !page.more || page.count == 0 {
			all = slices.DeleteFunc(all, func(v payment.BookedVisit) bool { return v.Day != day })
			return payment.InOrder(all), odd
		}
	}
	return nil, upstreamError(op, errors.New("a list without end"))
}

// bookedPage is a page of that list.
type bookedPage struct {
	visits []payment.BookedVisit
	count  int   // of rows, also of those that are not understood
	more   bool  // there is a page behind it
	odd    error // why a row is left out
}

func (p *bookedPage) read(s *stream) error {
	t, err := s.token()
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return errShape
	}
	listed := false
	err = s.fields(func(name string) error {
		switch name {
		case "appointments":
			listed = true
			return s.list(func() error { return p.row(s) })
		case "next":
			var next label
			err := s.into(&next)
			p.more = next != ""
			return err
		case "error", "errormessage", "errortext":
			return errShape
		}
		return s.skip()
	})
	if err == nil && !listed {
		err = errShape
	}
	if err != nil {
		return err
	}
	return s.end()
}

func (p *bookedPage) row(s *stream) error {
	if err := s.value(&s.junk); err != nil {
		return err
	}
	if p.count++; p.count > maxKept {
		return errMany
	}
	r, err := rowOf(s.junk)
	if err != nil {
		p.odd = err
		return nil
	}
	if v := readBooked(&r); r.err != nil {
		p.odd = r.err
	} else {
		p.visits = append(p.visits, v)
	}
	return nil
}

// readBooked reads a visit, and of its patient who they are and what they owe.
func readBooked(r *row) payment.BookedVisit {
	v := readVisit(r)
	if v.Day == "" {
		r.fail("date", errDay)
	}
	patient, there := r.object("patient")
	if !there { // the name is missing then, not the visit
		v.Patient.ID, _ = strconv.Atoi(r.must("patientid"))
		return v
	}
	v.Patient = readPerson(&patient)
	if whose := r.id("patientid"); whose != "" && whose != strconv.Itoa(v.Patient.ID) {
		r.fail("patientid", errPatient)
	}
	v.Balance, v.BalanceKnown = balanceAt(&patient, strconv.Itoa(v.Department))
	r.fail("patient", patient.err)
	return v
}

// balanceAt is the balance of the provider group of a department, among those of
// a patient; known is false where it is not there once, or cannot be read.
func balanceAt(patient *row, department string) (balance payment.Signed, known bool) {
	_, raw, there := patient.pick([]string{"balances"})
	var groups []json.RawMessage
	if !there || json.Unmarshal(raw, &groups) != nil {
		return balance, false
	}
	for _, group := range groups {
		r, err := partOf(group)
		if err != nil || !slices.Contains(r.words("departmentlist", "departmentids"), department) {
			continue
		}
		if known {
			return payment.Signed{}, false
		}
		if balance, known = r.signed("balance"); r.err != nil {
			return payment.Signed{}, false
		}
	}
	return balance, known
}

// Visit is the visit of a session, where it is one of its patient's and not
// cancelled: GET /appointments/{id}. found is false where it is not: an
// appointment named by an address is nobody's word.
func (c *Client) Visit(ctx context.Context, p payment.Patient) (v payment.BookedVisit, found bool, err error) {
	const op = "read visit"
	body, err := c.get(ctx, op, path(p.Practice, "appointments", strconv.Itoa(p.Appointment)), url.Values{"showcopay": {"true"}})
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusNotFound {
		return v, false, nil
	}
	if err != nil {
		return v, false, err
	}
	v, err = readOne(op, body, func(r *row) payment.BookedVisit {
		v := readVisit(r)
		v.Patient.ID, _ = strconv.Atoi(r.must("patientid"))
		return v
	})
	if err == nil && v.ID != strconv.Itoa(p.Appointment) {
		err = upstreamError(op, errors.New("answer is about another appointment"))
	}
	if err != nil || v.Patient.ID != p.ID || v.State == payment.VisitCancelled {
		return payment.BookedVisit{}, false, err
	}
	return v, true, nil
}

// readVisit reads what every row of a visit has.
func readVisit(r *row) payment.BookedVisit {
	v := payment.BookedVisit{Appointment: payment.Appointment{
		ID:    r.must("appointmentid"),
		Day:   r.day("date"),
		Time:  timeOfDay(r.text("starttime")),
		Title: payment.Sentence(r.text(visitTitle...)),
	}}
	v.Department, _ = strconv.Atoi(r.plain("departmentid"))
	v.State = visitState(r)
	v.Copay = visitCopay(r)
	return v
}

// visitState is where a visit stands. startcheckin beside a status of f is a
// check-in that was begun and not finished (docs/upstream-api.md#appointments,
// client). A status that is not known is taken for a visit that is expected: it
// stays in the list.
func visitState(r *row) payment.VisitState {
	switch status := strings.ToLower(r.text("appointmentstatus")); {
	case status == cancelled:
		return payment.VisitCancelled
	case status == "2":
		return payment.VisitHere
	case status == "3", status == "4":
		return payment.VisitLeft
	case r.plain("startcheckin") != "":
		return payment.VisitArriving
	}
	return payment.VisitExpected
}

// visitCopay is what a row tells of the copay. copay is what is still expected,
// and tells something only above zero. appointmentcopay, an object or an array of
// one, is not there in every practice; where it is, what is left is what the
// insurance asks for less what was collected for this visit
// (docs/upstream-api.md#appointments). What cannot be read is not known.
func visitCopay(r *row) (c payment.VisitCopay) {
	due := r.ceiling("copay") // below zero, or odd: nothing
	c.Due, c.DueKnown = due, !due.IsZero()
	told, there := r.object("appointmentcopay")
	if !there {
		return c
	}
	var asked, collected, elsewhere bool
	c.Expected, asked = told.amount("insurancecopay")
	c.Collected, collected = told.amount("collectedforappointment")
	c.Elsewhere, elsewhere = told.amount("collectedforother")
	if told.err != nil || !asked || !collected || !elsewhere {
		return payment.VisitCopay{Due: due, DueKnown: !due.IsZero()}
	}
	c.Told = true
	if !c.DueKnown {
		c.Due, c.DueKnown = c.Expected.Minus(c.Collected), true
	}
	return c
}
