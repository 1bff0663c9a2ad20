package athenatest

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// shared is what all practices of a simulator share: the clock, the tokens, the
// limits, the faults and the log. A practice holds its own lock while it asks
// shared for something, never the other way round.
type shared struct {
	base      func() time.Time
	shape     func() Shape
	perMinute int
	perDay    int
	practices []practice // does not change once New is done
	endpoints []Endpoint

	mu       sync.Mutex    // guards everything below
	offset   time.Duration // of the clock over base
	moved    chan struct{} // closed when the clock moves
	tokens   map[string]time.Time
	counts   map[string]int
	minute   window // of token requests
	day      window // of API calls
	faults   []*Fault
	faultID  int
	requests []Request
}

// practice is one of them. server is nil where the key has no grant.
type practice struct {
	id     string
	name   string
	server *Server
}

// Endpoint is a row of the route table.
type Endpoint struct {
	Name    string `json:"name"` // as Count and Fault know it
	Pattern string `json:"pattern"`
}

func newShared(o Options) *shared {
	g := &shared{
		base: o.Now, shape: o.Shape, perMinute: o.TokensPerMinute, perDay: o.CallsPerDay,
		moved: make(chan struct{}), tokens: map[string]time.Time{}, counts: map[string]int{},
	}
	if g.base == nil {
		g.base = time.Now
	}
	if g.perMinute == 0 {
		g.perMinute = tokensPerMinute
	}
	if g.perDay == 0 {
		g.perDay = dailyCalls
	}
	return g
}

// practice is the one with an id, or nil.
func (g *shared) practice(id string) *practice {
	for i := range g.practices {
		if g.practices[i].id == id {
			return &g.practices[i]
		}
	}
	return nil
}

// Endpoints is the route table, in order. The simulator's own pages are not in
// it.
func (s *Server) Endpoints() []Endpoint { return append([]Endpoint(nil), s.shared.endpoints...) }

// ServeHTTP answers a request at the practice it is for.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = modern(r)
	w.Header().Set("Paypane-Simulator", "true") // the widget says so on every page
	at := s
	if rest, ok := strings.CutPrefix(r.URL.Path, "/v1/"); ok {
		id, _, _ := strings.Cut(rest, "/")
		if p := s.shared.practice(id); p != nil && p.server != nil {
			at = p.server
		}
	}
	if r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, "/sim/") || r.URL.Path == "/favicon.ico" {
		at.mux.ServeHTTP(w, r)
		return
	}
	s.shared.recorded(w, r, at.known())
}

// known is the route table. What the gateway says of a path that is not in it
// is not known; public clients want JSON from it.
func (s *Server) known() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := s.mux.Handler(r); pattern != "" {
			s.mux.ServeHTTP(w, r)
			return
		}
		answer := &captured{header: http.Header{}}
		s.mux.ServeHTTP(answer, r)
		switch answer.status {
		case http.StatusNotFound:
			s.keyed(func(w http.ResponseWriter, _ *http.Request) { noSuch(w) })(w, r)
			return
		case http.StatusMethodNotAllowed: // its words are not known either
			s.keyed(func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Allow"] = answer.header["Allow"]
				refuse(w, answer.status, map[string]any{"error": "The method is not allowed."})
			})(w, r)
			return
		}
		maps.Copy(w.Header(), answer.header)
		write(w, answer.status, answer.body.Bytes())
	})
}

// counted counts an endpoint's requests.
func (g *shared) counted(endpoint string, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if x, ok := w.(*recorder); ok {
			x.Endpoint = endpoint
		}
		g.mu.Lock()
		g.counts[endpoint]++
		g.mu.Unlock()
		h(w, r)
	}
}

// keyed lets a request with a good token pass, within the day's limit.
func (s *Server) keyed(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.authorized(r) {
			badToken(w)
			return
		}
		if !s.headers(w) {
			tooManyRequests(w)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			refuse(w, http.StatusBadRequest, map[string]any{"error": "The request cannot be read."})
			return
		}
		r.URL.RawQuery = lowerNames(r.URL.RawQuery)
		if isForm(r) {
			body = []byte(lowerNames(string(body)))
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		h(w, r)
	}
}
