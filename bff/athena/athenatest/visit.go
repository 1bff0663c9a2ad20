package athenatest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Visit is an appointment that is still to come as the simulator starts.
type Visit struct {
	ID         int
	Department int    // 0: the patient's
	In         int    // days after the simulator's first day; 0: on it
	Time       string // "09:30", of the day
	Title      string // as patients know it
	Cancelled  bool
	Copay      int64 // what is still expected for it, in cents
	// Status is where it stands as the simulator starts: empty is a visit to come,
	// "2" one that is checked in, "3" one that is over. Arriving: the check-in has
	// begun.
	Status   string
	Arriving bool
}

// checkin is when a check-in was begun and ended.
type checkin struct{ started, done time.Time }

// appointment is a visit as it is asked for by its id.
type appointment struct {
	Visit
	patient *Patient
	day     time.Time // in the East
	status  string    // of docs/upstream-api.md#appointments: x, f, 2
	copay   int64
}

// appointments are those of a patient, today's first. The caller holds s.mu.
func (s *Server) appointments(p *Patient) (all []appointment) {
	if p.Appointment != 0 {
		all = append(all, appointment{
			Visit:   Visit{ID: p.Appointment, Time: "10:30", Title: "Office Visit"},
			patient: p, day: s.now().In(s.eastern), status: "2", copay: p.Copay,
		})
	}
	for _, v := range p.Upcoming {
		a := appointment{Visit: v, patient: p, day: s.first.AddDate(0, 0, v.In), status: "f", copay: v.Copay}
		switch {
		case v.Cancelled:
			a.status = "x"
		case v.Status != "":
			a.status = v.Status
		case !s.checkins[v.ID].done.IsZero():
			a.status = "2"
		}
		all = append(all, a)
	}
	for i := range all {
		all[i].Department = cmp.Or(all[i].Department, p.Department)
	}
	return all
}

// appointment is the one with an id; ok is false where there is none. The
// caller holds s.mu.
func (s *Server) appointment(id int) (a appointment, ok bool) {
	for i := range s.patients {
		all := s.appointments(&s.patients[i])
		if i := slices.IndexFunc(all, func(a appointment) bool { return a.ID == id }); i >= 0 {
			return all[i], true
		}
	}
	return a, false
}

// wire is an appointment with what both its answers have
// (docs/upstream-api.md#appointments; recorded, the list too, which has no
// patientid).
func (a appointment) wire(copay bool) map[string]any {
	w := map[string]any{
		"appointmentid": strconv.Itoa(a.ID), "departmentid": strconv.Itoa(a.Department), "date": date(a.day), "starttime": a.Time,
		"appointmentstatus": a.status, "appointmenttypeid": "2", "appointmenttype": "Any 15", "duration": 15,
		"patientappointmenttypename": a.Title, "providerid": strconv.Itoa(providerID),
	}
	if copay {
		w["copay"] = number(a.copay)
	}
	return w
}

// readAppointment answers GET /appointments/{id}: an array of one
// (docs/upstream-api.md#appointments).
func (s *Server) readAppointment(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		invalid(w, notInteger(r.PathValue("id")))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.appointment(id)
	if !ok {
		noSuch(w)
		return
	}
	q := r.URL.Query()
	wire := a.wire(!q.Has("showcopay") || flag(q, "showcopay"))
	wire["patientid"] = strconv.Itoa(a.patient.ID)
	s.checkinFields(wire, a)
	answer(w, []any{wire})
}

// listAppointments answers GET /patients/{id}/appointments. The parameters are
// documented (PHP ListPatientsAppointments, .NET GetPatientAppointmentFilter):
// startdate and enddate inclusive, showpast for those before today,
// showcancelled, showcopay, limit and offset. Recorded are the fields
// (HTD-Health 2016, .NET 2019), that today's are there without showpast, and
// that they are in no order. What startdate before today does without showpast
// is not known: nothing, here. sortorder, whose values are not known either,
// does nothing.
func (s *Server) listAppointments(w http.ResponseWriter, r *http.Request) {
	s.forPatient(w, r, func(p *Patient) {
		q := r.URL.Query()
		asked, ok := days(w, q, "startdate", "enddate")
		if !ok {
			return
		}
		yes := func(name string) bool { return flag(q, name) || q.Get(name) == "Y" } // as the recorded link to the next page has it
		today, rows := noon(s.now().In(s.eastern)), []any{}
		for _, a := range s.appointments(p) {
			day := noon(a.day)
			if asked.holds(day) && (yes("showpast") || !day.Before(today)) && (yes("showcancelled") || a.status != "x") {
				rows = append(rows, a.wire(!q.Has("showcopay") || flag(q, "showcopay")))
			}
		}
		page(w, r, "appointments", rows)
	})
}

// noon is a day as a span compares it.
func noon(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
}
