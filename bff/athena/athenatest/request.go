package athenatest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// missingFields are the fields of a form that are absent or empty.
func missingFields(form url.Values, names ...string) (absent []string) {
	for _, name := range names {
		if form.Get(name) == "" {
			absent = append(absent, name)
		}
	}
	return absent
}

// wrongTypes refuses a form in which one of the integers or booleans among
// the names is something else. The text for booleans is made after the
// recorded ones for integers and dates.
func wrongTypes(w http.ResponseWriter, form url.Values, integers, booleans []string) bool {
	for _, name := range integers {
		if v := form.Get(name); form.Has(name) && (v == "" || !digits(v) || len(v) > 9) {
			invalid(w, notInteger(v))
			return true
		}
	}
	for _, name := range booleans {
		if v := form.Get(name); form.Has(name) && !strings.EqualFold(v, "true") && !strings.EqualFold(v, "false") {
			invalid(w, "Expecting type boolean, but value is "+v)
			return true
		}
	}
	return false
}

// flag is a boolean of a request. That its case does not count, as that of
// names does not, is our guess.
func flag(values url.Values, name string) bool { return strings.EqualFold(values.Get(name), "true") }

// notAmong refuses a value that is none of an enumeration
// (docs/upstream-api.md#the-wire).
func notAmong(w http.ResponseWriter, name, value string) {
	invalid(w, "The value '"+value+"' did not match any of the enum values for "+name)
}

// broken refuses what a rule of the business forbids: only "error", as
// recorded (docs/upstream-api.md#errors). The texts of payments are not known.
func broken(w http.ResponseWriter, text string) {
	refuse(w, http.StatusBadRequest, map[string]any{"error": text})
}

// place reads the department that a request has to name.
func place(w http.ResponseWriter, values url.Values, others ...string) *department {
	if absent := missingFields(values, append([]string{"departmentid"}, others...)...); len(absent) > 0 {
		missing(w, absent...)
		return nil
	}
	return optionalPlace(w, values)
}

// optionalPlace reads the department that a request may name. Without one it
// is nowhere in particular.
func optionalPlace(w http.ResponseWriter, values url.Values) *department {
	if !values.Has("departmentid") {
		return &department{}
	}
	if wrongTypes(w, values, []string{"departmentid"}, nil) {
		return nil
	}
	d := departmentOf(atoi(values.Get("departmentid")))
	if d == nil {
		noSuch(w)
	}
	return d
}

// pathID reads an id of the path.
func pathID(w http.ResponseWriter, r *http.Request, name string) (int, bool) {
	text := r.PathValue(name)
	id, err := strconv.Atoi(text)
	if err != nil {
		invalid(w, notInteger(text))
	}
	return id, err == nil
}

// day reads a date, mm/dd/yyyy; the months and days of the official samples
// have one digit at times. It is noon of that day in the East.
func (s *Server) day(text string) (time.Time, bool) {
	t, err := time.ParseInLocation("1/2/2006", text, s.eastern)
	return t.Add(12 * time.Hour), err == nil
}

// notDate is the recorded text for a value that is not a date.
func notDate(value string) string { return "Expecting format date, but value is " + value }

// today is noon of this day in the East.
func (s *Server) today() time.Time { return dayAt(s.now().In(s.eastern), 12) }

// dayAt is an hour of a time's day.
func dayAt(t time.Time, hour int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, hour, 0, 0, 0, t.Location())
}

// idList reads an array parameter: separated by commas, repeated, or both.
func idList(values []string) (ids []int, bad string) {
	for _, v := range values {
		for _, id := range strings.Split(v, ",") {
			if id == "" || !digits(id) || len(id) > 9 {
				return nil, id
			}
			ids = append(ids, atoi(id))
		}
	}
	return ids, ""
}

// atDesk reads form and patient of a POST or PUT and runs h under the lock.
func (s *Server) atDesk(w http.ResponseWriter, r *http.Request, h func(p *Patient, form url.Values)) {
	form, ok := readForm(w, r)
	if !ok {
		return
	}
	s.forPatient(w, r, func(p *Patient) { h(p, form) })
}

// atTill is atDesk for charges: h may let go of the lock early.
func (s *Server) atTill(w http.ResponseWriter, r *http.Request, h func(p *Patient, form url.Values, unlock func())) {
	form, ok := readForm(w, r)
	if !ok {
		return
	}
	s.mu.Lock()
	unlock := sync.OnceFunc(s.mu.Unlock)
	defer unlock()
	if p := s.asked(w, r); p != nil {
		h(p, form, unlock)
	}
}

// forPatient reads the patient of a path and runs h under the lock.
func (s *Server) forPatient(w http.ResponseWriter, r *http.Request, h func(p *Patient)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.asked(w, r); p != nil {
		h(p)
	}
}

// unsupported refuses fields that the real API lists for an endpoint without
// saying what they do there: a client that sends them learns it here.
func unsupported(w http.ResponseWriter, form url.Values, names ...string) bool {
	i := slices.IndexFunc(names, form.Has)
	if i >= 0 {
		invalid(w, "The simulator does not take "+names[i]+" here.")
	}
	return i >= 0
}
