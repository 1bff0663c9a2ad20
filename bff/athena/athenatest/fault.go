package athenatest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is something that goes wrong with a request on purpose.
type Fault struct {
	// Endpoint is a name from the table in the package comment, or the
	// beginning of some with a star: "receipt*", "*".
	Endpoint string `json:"endpoint"`
	Times    int    `json:"times"` // how often; 0 means once
	// When is "before": the endpoint never runs, nothing is booked; or "after":
	// it runs and books, and then its answer meets the fault.
	When string `json:"when"`
	// Do is what happens.
	//   "cut"      the connection is closed without an answer
	//   "headers"  the status and the headers arrive, then it is closed
	//   "delay"    the answer comes after Delay, or when the simulator's clock
	//              has moved that far, or never if the client leaves; before,
	//              it is Status (504 if there is none) with Body
	//   "status"   the answer is Status with Body, a gateway's page if empty
	//   "body"     the answer is Body, with Status if there is one
	Do          string            `json:"do"`
	Status      int               `json:"status,omitempty"`
	Delay       time.Duration     `json:"-"` // in JSON a text: "90s"
	Body        string            `json:"body,omitempty"`
	ContentType string            `json:"contentType,omitempty"`
	Headers     map[string]string `json:"headers,omitempty"` // set on the answer besides
	// ID and Hits are the simulator's: the fault's number and how often it has
	// happened.
	ID   int `json:"id"`
	Hits int `json:"hits"`
}

// faultJSON is a Fault without its methods.
type faultJSON Fault

type faultText struct {
	*faultJSON
	Delay string `json:"delay,omitempty"`
}

// MarshalJSON writes the delay as text.
func (f Fault) MarshalJSON() ([]byte, error) {
	t := faultText{faultJSON: (*faultJSON)(&f)}
	if f.Delay != 0 {
		t.Delay = f.Delay.String()
	}
	return json.Marshal(t)
}

// UnmarshalJSON reads it, and knows no other fields.
func (f *Fault) UnmarshalJSON(data []byte) error {
	t := faultText{faultJSON: (*faultJSON)(f)}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return err
	}
	if t.Delay == "" {
		return nil
	}
	delay, err := time.ParseDuration(t.Delay)
	f.Delay = delay
	return err
}

// Fault adds a fault: of those that fit a request, the one that was added
// first happens. It panics where a fault makes no sense.
func (s *Server) Fault(f Fault) {
	if _, err := s.shared.addFault(f); err != nil {
		panic("athenatest: " + err.Error())
	}
}

// Faults are the faults that are still to happen and those that have.
func (s *Server) Faults() (pending, spent []Fault) {
	pending, spent = []Fault{}, []Fault{}
	s.shared.mu.Lock()
	defer s.shared.mu.Unlock()
	for _, f := range s.shared.faults {
		if f.Hits < f.Times {
			pending = append(pending, f.clone())
		} else {
			spent = append(spent, f.clone())
		}
	}
	return pending, spent
}

// ClearFaults forgets all faults.
func (s *Server) ClearFaults() {
	s.shared.mu.Lock()
	defer s.shared.mu.Unlock()
	s.shared.faults = nil
}

func (f *Fault) clone() Fault {
	c := *f
	c.Headers = maps.Clone(f.Headers)
	return c
}

func (g *shared) addFault(f Fault) (Fault, error) {
	if f.Times == 0 {
		f.Times = 1
	}
	names := func(e Endpoint) bool { return f.matches(e.Name) }
	switch {
	case !slices.ContainsFunc(g.endpoints, names):
		return f, fmt.Errorf("fault: no endpoint is called %q", f.Endpoint)
	case f.Times < 0:
		return f, errors.New("fault: times is below zero")
	case f.When != "before" && f.When != "after":
		return f, errors.New(`fault: when is "before" or "after"`)
	case !slices.Contains([]string{"cut", "headers", "delay", "status", "body"}, f.Do):
		return f, errors.New(`fault: do is "cut", "headers", "delay", "status" or "body"`)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599), f.Do == "status" && f.Status == 0:
		return f, errors.New("fault: status is not between 200 and 599")
	case f.Delay < 0, (f.Do == "delay") != (f.Delay > 0):
		return f, errors.New(`fault: a delay like "90s" belongs to "delay", and to nothing else`)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.faultID++
	f.ID, f.Hits = g.faultID, 0
	kept := f.clone()
	g.faults = append(g.faults, &kept)
	return f, nil
}

func (f *Fault) matches(endpoint string) bool {
	if start, ok := strings.CutSuffix(f.Endpoint, "*"); ok {
		return strings.HasPrefix(endpoint, start)
	}
	return endpoint == f.Endpoint
}

// takeFault is the fault that happens to a request now, if any.
func (g *shared) takeFault(endpoint string) (Fault, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, f := range g.faults {
		if f.Hits < f.Times && f.matches(endpoint) {
			f.Hits++
			return f.clone(), true
		}
	}
	return Fault{}, false
}

// faulty runs a handler and the fault that is due, if any.
func (g *shared) faulty(endpoint string, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, due := g.takeFault(endpoint)
		if !due {
			h(w, r)
			return
		}
		if seen, ok := w.(*recorder); ok {
			seen.Fault = f.ID
		}
		answer := &captured{header: http.Header{}, status: http.StatusOK}
		if f.When == "after" {
			answer.run(h, r)
		} else {
			common(answer.header)
		}
		f.happen(g, w, r, answer)
	}
}

// happen answers a request as the fault has it. a is the answer that the
// endpoint gave; before, it is empty.
func (f Fault) happen(g *shared, w http.ResponseWriter, r *http.Request, a *captured) {
	replace := f.Do == "status" || f.Do == "body" || f.When == "before"
	if f.Do == "delay" && !g.wait(r.Context(), f.Delay) {
		panic(http.ErrAbortHandler) // nobody is there to read the answer
	}
	if f.Do == "cut" || a.cut && !replace {
		cutConnection(w)
		return
	}
	if replace {
		if f.Status != 0 {
			a.status = f.Status
		} else if f.Do == "delay" {
			a.status = http.StatusGatewayTimeout
		}
		a.body.Reset()
		a.body.WriteString(f.Body)
		kind := f.ContentType
		if f.Body == "" && f.Do != "body" && f.Do != "headers" {
			words := strconv.Itoa(a.status) + " " + http.StatusText(a.status)
			fmt.Fprintf(&a.body, "<html><head><title>%s</title></head>\n<body><center><h1>%[1]s</h1></center></body></html>\n", words)
			kind = "text/html"
		}
		if kind != "" {
			a.header.Set("Content-Type", kind)
		}
	}
	maps.Copy(w.Header(), a.header)
	for name, value := range f.Headers {
		w.Header().Set(name, value)
	}
	if f.Do != "headers" {
		write(w, a.status, a.body.Bytes())
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(max(1, a.body.Len())))
	w.WriteHeader(a.status)
	_ = http.NewResponseController(w).Flush()
	cutConnection(w)
}

// captured is an answer that has not been sent.
type captured struct {
	header http.Header
	status int
	body   bytes.Buffer
	cut    bool // the endpoint cut the connection itself
}

func (k *captured) Header() http.Header         { return k.header }
func (k *captured) WriteHeader(status int)      { k.status = status }
func (k *captured) Write(p []byte) (int, error) { return k.body.Write(p) }

func (k *captured) run(h http.HandlerFunc, r *http.Request) {
	defer func() {
		if v := recover(); v == http.ErrAbortHandler {
			k.cut = true
		} else if v != nil {
			panic(v)
		}
	}()
	h(k, r)
}
