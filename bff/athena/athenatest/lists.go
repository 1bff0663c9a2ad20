package athenatest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The lists that a desk finds patients and visits with
// (docs/upstream-api.md#patients and #appointments).

// criteria are what a list of patients has to be asked by, one of them at least
// (docs/upstream-api.md#patients, client, the real one's own words).
var criteria = []string{"guarantorfirstname", "dob", "firstname", "workphone", "departmentid", "guarantorsuffix", "guarantorlastname",
	"mobilephone", "middlename", "suffix", "guarantormiddlename", "lastname", "homephone", "anyphone"}

const noCriteria = "Data for one or more of the fields listed above are required to successfully find a patient record.Note: invalid phone numbers are ignored."

// record is a patient as both GET /patients and GET /patients/{id} have them, with
// much that nobody at a desk may be shown. Birth date, address, phone and the
// rest are made up from the id: nothing rests on them.
func (p Patient) record() map[string]any {
	w := map[string]any{
		"patientid": strconv.Itoa(p.ID), "firstname": p.Given, "lastname": p.Family,
		"departmentid": strconv.Itoa(p.Department), "primarydepartmentid": strconv.Itoa(p.Department), "status": cmp.Or(p.Status, "active"),
		"city": towns[p.ID%len(towns)], "address1": strconv.Itoa(p.ID%90+1) + " MAPLE AVENUE", "state": "MA", "zip": "021" + strconv.Itoa(p.ID%90+10),
		"mobilephone": "617555" + fmt.Sprintf("%04d", p.ID%10000), "ssn": fmt.Sprintf("*****%04d", p.ID%9973), "race": []string{"2106-3"}, "sex": "F",
		"nextkinname": "KIN OF " + strings.ToUpper(p.Family), "employername": "HARBOR FREIGHT LINES",
		"dob": date(on(1950+p.ID%50, 1, 1+p.ID%28)), "email": "patient" + strconv.Itoa(p.ID) + "@example.com", "emailexists": true,
		"guarantorfirstname": p.Given, "guarantorlastname": p.Family, "guarantordob": date(on(1950+p.ID%50, 1, 1+p.ID%28)),
		"guarantoraddress1": "12 ELM STREET", "guarantorcity": "BOSTON", "guarantorstate": "MA", "guarantorzip": "02139",
		"guarantorcountrycode": "USA", "guarantorrelationshiptopatient": "1", "guarantoraddresssameaspatient": true,
	}
	if p.Preferred != "" {
		w["preferredname"] = p.Preferred
	}
	return w
}

var towns = []string{"BOSTON", "WATERTOWN", "NORTH QUINCY", "MEDFORD", "REVERE"}

// registrations are the rows of a patient in a list: one for each provider group
// in which they are known, with the department that they are registered in there
// (docs/upstream-api.md#patients, recorded).
func (p Patient) registrations() (rows []map[string]any) {
	at := []int{p.Department}
	for _, c := range p.Claims {
		if c.Department != 0 && !slices.ContainsFunc(at, func(d int) bool { return departmentOf(d).group == departmentOf(c.Department).group }) {
			at = append(at, c.Department)
		}
	}
	for _, d := range at {
		record := p.record()
		record["departmentid"], record["primarydepartmentid"] = strconv.Itoa(d), strconv.Itoa(d)
		rows = append(rows, record)
	}
	return rows
}

// listPatients answers GET /patients. Names match their whole length in any
// case, which is inferred (docs/upstream-api.md#patients, unknown). anyphone is
// the only number that anybody has.
func (s *Server) listPatients(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	if d := q.Get("departmentid"); d != "" && !integer(strings.TrimPrefix(d, "-")) {
		invalid(w, notInteger(d))
		return
	}
	if _, ok := days(w, q, "dob", "dob"); !ok {
		return
	}
	asked := slices.DeleteFunc(slices.Clone(criteria), func(name string) bool {
		return q.Get(name) == "" || strings.HasSuffix(name, "phone") && !phone(q.Get(name))
	})
	if len(asked) == 0 {
		refuse(w, http.StatusBadRequest, map[string]any{"fields": criteria, "error": noCriteria})
		return
	}
	rows := []any{}
	for _, p := range s.patients {
		for _, record := range p.registrations() {
			fits := func(name string) bool {
				said, want := "", q.Get(name)
				if v, ok := record[name].(string); ok {
					said = v
				}
				switch name {
				case "dob":
					t, _ := s.day(want)
					want = date(t)
				case "anyphone":
					said = record["mobilephone"].(string)
				}
				if strings.HasSuffix(name, "phone") {
					want = onlyDigits(want)
				}
				return strings.EqualFold(said, want)
			}
			if slices.ContainsFunc(asked, func(name string) bool { return !fits(name) }) || q.Has("status") && !strings.EqualFold(q.Get("status"), record["status"].(string)) {
				continue
			}
			if !flag(q, "omitbalances") {
				record["balances"], _ = p.balances(false)
			}
			rows = append(rows, record)
		}
	}
	if len(rows) > 1000 {
		broken(w, "The given search parameters would produce a total data set larger than 1000 records.  Please refine your search and try again.")
		return
	}
	page(w, r, "patients", rows)
}

// phone reports whether a text can be a phone number. Others are ignored
// (docs/upstream-api.md#patients, client).
func phone(said string) bool {
	return len(onlyDigits(said)) >= 10
}

func onlyDigits(said string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, said)
}

// matchPatients answers GET /patients/enhancedbestmatch: patients of a name and a
// birth date, in a bare array, each with the score that was recorded
// (docs/upstream-api.md#patients, recorded). How the real one scores is not
// known: a row fits here or does not, and with usesoundexsearch a name fits that
// begins with the same letter.
func (s *Server) matchPatients(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	if absent := missingFields(q, "firstname", "lastname", "dob"); len(absent) > 0 {
		missing(w, absent...)
		return
	}
	born, ok := days(w, q, "dob", "dob")
	if !ok {
		return
	}
	fits := func(name, asked string) bool {
		return strings.EqualFold(name, asked) || flag(q, "usesoundexsearch") && strings.EqualFold(firstLetter(name), firstLetter(asked))
	}
	rows := []any{}
	for _, p := range s.patients {
		for _, record := range p.registrations() {
			if record["dob"] == date(born.from) && fits(p.Given, q.Get("firstname")) && fits(p.Family, q.Get("lastname")) {
				record["score"] = "23"
				rows = append(rows, record)
			}
		}
	}
	if flag(q, "returnbestmatches") {
		rows = rows[:min(len(rows), 5)]
	}
	answer(w, rows)
}

func firstLetter(s string) string { return string([]rune(s + " ")[:1]) }

// searchOff is the refusal where a practice has the search switched off. That it
// depends on a setting is documented, the words are not known.
const searchOff = "The practice does not have this feature."

// searchPatients answers GET /patients/search: a part of a name, or a whole id.
// The fields of its rows are not known; they are those of the list here.
func (s *Server) searchPatients(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.noSearch {
		refuse(w, http.StatusForbidden, map[string]any{"error": searchOff})
		return
	}
	q := r.URL.Query()
	term, most := strings.ToLower(strings.TrimSpace(q.Get("searchterm"))), 50
	switch v := q.Get("maxresults"); {
	case term == "":
		missing(w, "searchterm")
		return
	case q.Has("maxresults") && !integer(v):
		invalid(w, notInteger(v))
		return
	case q.Has("maxresults"):
		most = atoi(v)
	}
	rows := []any{}
	for _, p := range s.patients {
		name := strings.ToLower(p.Given + " " + p.Family)
		if (strconv.Itoa(p.ID) == term || strings.Contains(name, term)) && len(rows) < most {
			for _, record := range p.registrations() {
				rows = append(rows, record)
			}
		}
	}
	answer(w, map[string]any{"patients": rows[:min(len(rows), most)]})
}

// listProviders answers GET /providers.
func (s *Server) listProviders(w http.ResponseWriter, r *http.Request) {
	page(w, r, "providers", []any{provider()})
}

// Booked appointments have pages of their own size
// (docs/upstream-api.md#appointments).
const (
	bookedDefault = 1000
	bookedMost    = 10000
)

// listBooked answers GET /appointments/booked, in no order: the recorded rows were
// in none of days.
func (s *Server) listBooked(w http.ResponseWriter, r *http.Request) {
	s.booked(w, r, nil)
}

// listBookedOf answers GET /appointments/booked/multipledepartment, where
// departmentid is a list.
func (s *Server) listBookedOf(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	departments := strings.Split(q.Get("departmentid"), ",")
	for i, d := range departments {
		if departments[i] = strings.TrimSpace(d); !integer(departments[i]) {
			if q.Get("departmentid") == "" {
				missing(w, "departmentid")
				return
			}
			invalid(w, notInteger(d))
			return
		}
	}
	q.Del("departmentid")
	r = r.Clone(r.Context())
	r.URL.RawQuery = q.Encode()
	s.booked(w, r, departments)
}

// booked lists the appointments of departments, of all of them where there are
// none.
func (s *Server) booked(w http.ResponseWriter, r *http.Request, departments []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	if absent := missingFields(q, "startdate", "enddate"); len(absent) > 0 {
		missing(w, absent...)
		return
	}
	asked, ok := days(w, q, "startdate", "enddate")
	if !ok || wrongTypes(w, q, []string{"departmentid", "patientid", "providerid"}, []string{"showpatientdetail", "showcancelled", "showcopay"}) {
		return
	}
	type booked struct {
		id  int
		row any
	}
	var found []booked
	for i := range s.patients {
		p := &s.patients[i]
		for _, a := range s.appointments(p) {
			copay := !q.Has("showcopay") || flag(q, "showcopay")
			row := a.wire(copay)
			row["patientid"] = strconv.Itoa(p.ID)
			s.bookedFields(row, a, copay)
			department, _ := row["departmentid"].(string)
			differs := len(departments) > 0 && !slices.Contains(departments, department) || slices.ContainsFunc([]string{"departmentid", "patientid", "providerid", "appointmentstatus"},
				func(name string) bool { return q.Has(name) && q.Get(name) != row[name] })
			if differs || !asked.holds(noon(a.day)) || a.status == "x" && !flag(q, "showcancelled") {
				continue
			}
			if flag(q, "showpatientdetail") {
				record := p.record()
				record["balances"], _ = p.balances(false)
				row["patient"] = record
			}
			found = append(found, booked{a.ID, row})
		}
	}
	slices.SortStableFunc(found, func(a, b booked) int { return cmp.Compare(a.id*7919%1009, b.id*7919%1009) })
	rows := make([]any, len(found))
	for i := range found {
		rows[i] = found[i].row
	}
	pageOf(w, r, "appointments", rows, bookedDefault, bookedMost)
}

// bookedFields are those that a visit in the book has beside others
// (docs/upstream-api.md#appointments, recorded). Until it was collected the copay
// is the insurance's; what is held for the patient belongs to no visit.
func (s *Server) bookedFields(row map[string]any, a appointment, copay bool) {
	if copay && !s.noAppointmentCopay {
		asked := max(s.copays[a.ID], a.copay)
		row["appointmentcopay"] = map[string]any{"insurancecopay": number(asked), "collectedforappointment": number(asked - a.copay), "collectedforother": number(a.patient.Unapplied)}
	}
	s.checkinFields(row, a)
	row["scheduledby"] = "API-1258" // recorded of what a key booked
}

// checkinFields are when the check-in of a visit was begun and ended: recorded of
// those in the book, and taken for the same of one that is asked for by its id.
func (s *Server) checkinFields(row map[string]any, a appointment) {
	begun := s.checkins[a.ID]
	if !begun.started.IsZero() {
		row["startcheckin"] = begun.started.Format("01/02/2006 15:04:05")
	}
	if !begun.done.IsZero() {
		row["stopcheckin"], row["checkindatetime"] = begun.done.Format("01/02/2006 15:04:05"), begun.done.Format("01/02/2006 15:04:05")
	}
}

// listChanged answers GET /appointments/changed. Nobody has subscribed to
// changes here, which has words of its own (docs/upstream-api.md#errors,
// recorded).
func listChanged(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusForbidden, map[string]any{"error": "Changed messages require setup (subscription) that has not been done."})
}
