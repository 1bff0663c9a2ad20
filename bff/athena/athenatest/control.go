package athenatest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
)

// simRoutes are the simulator's own pages: for people and for judges, without
// credentials, and not in the log.
func (s *Server) simRoutes() {
	sim := func(pattern, name string, h http.HandlerFunc) {
		s.mux.HandleFunc(pattern, s.shared.counted(name, h))
	}
	show := func(path string, v func(at *Server) any) {
		sim("GET "+path, path[1:], func(w http.ResponseWriter, r *http.Request) {
			at := s
			if id := r.URL.Query().Get("practice"); id != "" {
				p := s.shared.practice(id)
				if p == nil || p.server == nil {
					write(w, http.StatusNotFound, encode(map[string]any{"error": "no such practice"}))
					return
				}
				at = p.server
			}
			answer(w, v(at))
		})
	}
	show("/sim/book", func(at *Server) any { return at.Book() })
	show("/sim/patients", func(at *Server) any { return at.shown() })
	show("/sim/requests", func(at *Server) any { return at.Requests() })
	show("/sim/endpoints", func(at *Server) any { return at.Endpoints() })
	show("/sim/cards", func(*Server) any { return testCards() })
	show("/sim/clock", func(at *Server) any { return at.shownClock() })
	sim("POST /sim/clock", "sim/clock", s.moveClock)
	show("/sim/faults", func(at *Server) any {
		pending, spent := at.Faults()
		return map[string]any{"pending": pending, "spent": spent}
	})
	sim("POST /sim/faults", "sim/faults", s.scriptFault)
	sim("DELETE /sim/faults", "sim/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		answer(w, map[string]any{"pending": []Fault{}, "spent": []Fault{}})
	})
	sim("GET /{$}", "sim/page", s.page)
	sim("GET /sim/style.css", "sim/style", style)
}

// scriptFault answers POST /sim/faults.
func (s *Server) scriptFault(w http.ResponseWriter, r *http.Request) {
	var f Fault
	if !readControl(w, r, &f) {
		return
	}
	f, err := s.shared.addFault(f)
	if err != nil {
		badControl(w, err.Error())
		return
	}
	write(w, http.StatusCreated, encode(f))
}

// readControl reads one JSON value from a request to the simulator itself.
func readControl(w http.ResponseWriter, r *http.Request, into any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			badControl(w, "want one JSON value")
			return false
		}
		return true
	}
	badControl(w, err.Error())
	return false
}

func badControl(w http.ResponseWriter, text string) {
	write(w, http.StatusBadRequest, encode(map[string]any{"error": text}))
}

// testCard is a card number and what it does.
type testCard struct {
	Number  string `json:"number"`
	Outcome string `json:"outcome"`
}

var fateWords = map[fate]string{
	declined:      "declined",
	declinedCode:  "declined, security code",
	saysUnknown:   `the processor says "Unknown"; not charged`,
	approved:      "approved",
	cutCharged:    "charged, then the connection is cut before the answer",
	cutUncharged:  "not charged, connection cut",
	slowCharged:   "charged, answer after 90 s",
	htmlCharged:   "charged, answer is a 502 HTML page",
	nonsense:      "charged, answer is 200 with a body that makes no sense",
	cutLate:       "charged, answer cut, receipt row appears only after 20 s",
	deniedOnce:    "answered 401 once for each patient, not charged; then approved",
	tooMany:       "answered 429, not charged",
	declinedLater: "can be stored; every charge is declined",
}

func testCards() []testCard {
	list := []testCard{}
	for number, f := range fates {
		list = append(list, testCard{number, fateWords[f]})
	}
	slices.SortFunc(list, func(a, b testCard) int {
		if (a.Outcome == "approved") != (b.Outcome == "approved") {
			if a.Outcome == "approved" {
				return -1
			}
			return 1
		}
		if a.Number < b.Number {
			return -1
		}
		return 1
	})
	return list
}
