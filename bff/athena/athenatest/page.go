package athenatest

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle []byte

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"dollars": func(cents int64) string {
		sign := ""
		if cents < 0 {
			sign, cents = "-", -cents
		}
		return fmt.Sprintf("%s$%d.%02d", sign, cents/100, cents%100)
	},
	"time": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") },
	"status": func(n int) string {
		if n == 0 {
			return "cut"
		}
		return fmt.Sprint(n)
	},
}).Parse(pageText))

// shownRequests is how many requests the page lists.
const shownRequests = 50

// page answers GET /: what a developer wants to see, with nothing that moves.
func (s *Server) page(w http.ResponseWriter, _ *http.Request) {
	requests := s.Requests()
	requests = requests[max(0, len(requests)-shownRequests):]
	slices.Reverse(requests)
	type part struct {
		ID, Name string
		Patients []shownPatient
		Book     []Movement
	}
	var parts []part
	for _, p := range s.shared.practices {
		if p.server != nil {
			book := p.server.Book()
			slices.Reverse(book)
			parts = append(parts, part{p.id, p.name, p.server.shown(), book})
		}
	}
	pending, spent := s.Faults()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	err := pageTemplate.Execute(w, map[string]any{
		"ClientID": ClientID, "ClientSecret": ClientSecret,
		"Practices": parts, "Requests": requests, "Clock": s.shownClock(),
		"Pending": pending, "Spent": spent, "Cards": testCards(), "Endpoints": s.Endpoints(),
	})
	if err != nil {
		panic(http.ErrAbortHandler) // the reader has left
	}
}

func style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Write(pageStyle)
}
