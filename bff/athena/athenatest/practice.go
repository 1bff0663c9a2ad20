package athenatest

import (
	"net/http"
	"strconv"
)

// PracticeOptions are one practice of a simulator.
type PracticeOptions struct {
	ID         int
	Name       string
	NotGranted bool      // the key may not use it
	Patients   []Patient // nil: the sample patients
	Methods    []Method  // nil: those of Options
}

// practices makes the practices of a simulator, each a Server with a state of
// its own beside what all share. The first one is s.
func (s *Server) practices(o Options) {
	list := o.Practices
	if list == nil {
		list = []PracticeOptions{
			{ID: Practice, Name: "Harbor Medical Group", Patients: o.Patients},
			{ID: Practice + 1, Name: "Eastside Pediatrics", NotGranted: true},
		}
	}
	if len(list) == 0 || list[0].NotGranted {
		panic("athenatest: the first practice is not granted")
	}
	methods := o.Methods
	for i, p := range list {
		id := strconv.Itoa(p.ID)
		if p.ID <= 0 || s.shared.practice(id) != nil {
			panic("athenatest: bad or repeated practice " + id)
		}
		o.Patients, o.Methods = p.Patients, p.Methods
		if o.Methods == nil {
			o.Methods = methods
		}
		at := s
		switch {
		case p.NotGranted:
			at = nil
		case i > 0:
			at = &Server{shared: s.shared}
			at.fill(o)
			at.routes()
		default:
			s.fill(o)
		}
		s.shared.practices = append(s.shared.practices, practice{id, p.Name, at})
	}
}

// Practice is a practice's own part of the simulator: its Book, Patients and
// Mails. Those of the Server that New returned are the first practice's. It
// panics where the key has no such practice.
func (s *Server) Practice(id int) *Server {
	p := s.shared.practice(strconv.Itoa(id))
	if p == nil || p.server == nil {
		panic("athenatest: no practice " + strconv.Itoa(id))
	}
	return p.server
}

// granted lets a request to a practice that the key may use pass
// (docs/upstream-api.md#ping).
func (s *Server) granted(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch p := s.shared.practice(r.PathValue("practice")); {
		case p == nil:
			refuse(w, http.StatusNotFound, map[string]any{
				"error": "Invalid practice.", "detailedmessage": "The practice ID does not exist."})
		case p.server == nil:
			refuse(w, http.StatusUnauthorized, map[string]any{
				"error": "Incorrect permissions.", "detailedmessage": "Bad auth."})
		default:
			h(w, r)
		}
	}
}

// practiceInfo answers GET /{any practice}/practiceinfo: the practices that
// the key may use (docs/upstream-api.md#ping). A practice that is asked by its
// own id shows its public names too.
func (s *Server) practiceInfo(w http.ResponseWriter, r *http.Request) {
	rows := []any{}
	for _, p := range s.shared.practices {
		if p.server == nil {
			continue
		}
		row := map[string]any{
			"practiceid": p.id, "name": p.name, "hascollector": "true", "hasclinicals": "true",
			"hascommunicator": "true", "iscoordinatorsender": "false", "iscoordinatorreceiver": "false",
		}
		if p.id == r.PathValue("practice") {
			row["publicnames"] = []string{p.name}
		}
		rows = append(rows, row)
	}
	answer(w, map[string]any{"totalcount": len(rows), "practiceinfo": rows})
}
