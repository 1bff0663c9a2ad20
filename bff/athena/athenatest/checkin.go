package athenatest

import (
	"net/http"
	"strconv"
)

// The words for a visit that is checked in already, or will not be
// (docs/upstream-api.md#errors, recorded).
const (
	checkedIn       = "This appointment has already been checked in."
	checkedInDetail = "The appointment is either already canceled or checked in."
)

// startCheckIn answers POST /appointments/{id}/startcheckin: a check-in has begun.
// Once more changes nothing, which is a guess.
func (s *Server) startCheckIn(w http.ResponseWriter, r *http.Request) {
	s.checkingIn(w, r, func(c checkin) checkin {
		if c.started.IsZero() {
			c.started = s.now().In(s.eastern)
		}
		return c
	})
}

// checkIn answers POST /appointments/{id}/checkin
// (docs/upstream-api.md#appointments, recorded).
func (s *Server) checkIn(w http.ResponseWriter, r *http.Request) {
	s.checkingIn(w, r, func(c checkin) checkin {
		c.done = s.now().In(s.eastern)
		if c.started.IsZero() {
			c.started = c.done
		}
		return c
	})
}

func (s *Server) checkingIn(w http.ResponseWriter, r *http.Request, step func(checkin) checkin) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		invalid(w, notInteger(r.PathValue("id")))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.appointment(id)
	switch {
	case !ok:
		noSuch(w)
	case a.status != "f":
		refuse(w, http.StatusNotFound, map[string]any{"detailedmessage": checkedInDetail, "error": checkedIn})
	default:
		s.checkins[id] = step(s.checkins[id])
		answer(w, map[string]any{"success": "true"})
	}
}
