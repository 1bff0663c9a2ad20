package athenatest

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // athenasim runs where there are no zone files
)

// The simulator's one practice and one client.
const (
	Practice     = 195900
	ClientID     = "demo"
	ClientSecret = "demo"
)

const (
	slowAnswer = 90 * time.Second // card 9037
	lateRow    = 20 * time.Second // card 9060
	maxRequest = 1 << 20          // bytes; a signed receipt is the longest
)

// Options change what the simulator starts with. The zero value is the cast
// and the real clock.
type Options struct {
	// Now is the clock: of tokens, bookings and the late receipt row.
	// nil: time.Now. The slow answer of card 9037 always takes real time.
	Now func() time.Time
	// Patients replaces the cast. Ids of patients, claims and appointments
	// must be different from each other; New panics otherwise.
	Patients []Patient
	// Methods replaces the payment methods that the practice has configured
	// for recorded payments, where PracticeOptions do not say otherwise. nil:
	// cash, checks and several cards.
	Methods []Method
	// Practices replaces the practices, and Patients with them. nil: 195900,
	// and 195901, which the key has no grant for.
	Practices []PracticeOptions
	// TokensPerMinute and CallsPerDay are the limits of the key. 0: those of
	// the real preview environment, 5 and 50000; below zero: none.
	TokensPerMinute int
	CallsPerDay     int
}

// Server is the simulator. It is safe for concurrent use.
type Server struct {
	// URL is the address of a server that Start started, without a slash.
	URL string

	gate    *gate // what all practices share
	mux     *http.ServeMux
	now     func() time.Time
	eastern *time.Location
	first   time.Time // when it started, in the East

	mu       sync.Mutex // guards everything below
	patients []Patient
	book     []movement
	mails    []Mail
	lastID   int          // the last epaymentid or transaction id
	denied   map[int]bool // patients whose 9078 had its 401
	money    money        // cards, agreements, plans and what else moves money
}

// New makes a simulator, an http.Handler.
func New(o Options) *Server {
	s := &Server{gate: newGate(o)}
	s.practices(o)
	s.gate.endpoints = s.routes()
	return s
}

// fill makes a server a practice as it starts.
func (s *Server) fill(o Options) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err) // cannot happen: time/tzdata is linked in
	}
	s.mux = http.NewServeMux()
	s.now = s.gate.now
	s.eastern = zone
	s.first = s.now().In(zone)
	s.patients = clonePatients(o.Patients)
	s.denied = map[int]bool{}
	s.lastID = 61233
	if s.patients == nil {
		s.patients = cast()
	}
	mustDiffer(s.patients)
	s.money.fill(o)
}

// Start runs a simulator with the cast for the length of a test.
func Start(t testing.TB) *Server {
	t.Helper()
	return StartWith(t, Options{})
}

// StartWith runs a simulator with options for the length of a test.
func StartWith(t testing.TB, o Options) *Server {
	t.Helper()
	s := New(o)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	for _, p := range s.gate.rooms {
		if p.server != nil {
			p.server.URL = server.URL
		}
	}
	return s
}

// Count is how many requests an endpoint got, refused ones included. Endpoints
// are named in the package comment.
func (s *Server) Count(endpoint string) int {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	return s.gate.counts[endpoint]
}

func (s *Server) routes() (table []Endpoint) {
	open := func(pattern, name string, h http.HandlerFunc) {
		table = append(table, Endpoint{name, pattern})
		s.mux.HandleFunc(pattern, s.gate.counted(name, s.gate.faulty(name, h)))
	}
	// key puts a handler behind the bearer token, api behind the practice too.
	key := func(pattern, name string, h http.HandlerFunc) { open(pattern, name, s.keyed(h)) }
	api := func(pattern, name string, h http.HandlerFunc) { key(pattern, name, s.granted(s.settled(h))) }
	open("POST /oauth2/v1/token", "token", s.token)
	api("GET /v1/{practice}/ping", "ping", ping)
	api("GET /v1/{practice}/departments", "departments", s.listDepartments)
	api("GET /v1/{practice}/departments/{id}", "department", s.readDepartment)
	api("GET /v1/{practice}/patients/{id}", "patient", s.readPatient)
	api("GET /v1/{practice}/appointments/{id}", "appointment", s.readAppointment)
	api("GET /v1/{practice}/patients/{id}/appointments", "appointments", s.listAppointments)
	api("POST /v1/{practice}/patients/{id}/collectpayment", "collectpayment", s.collectPayment)
	api("GET /v1/{practice}/patients/{id}/receipts", "receipts", s.listReceipts)
	api("POST /v1/{practice}/patients/{id}/receipts/{epayment}/email", "email", s.emailReceipt)
	s.moneyRoutes(api)
	s.readRoutes(key, api)
	s.simRoutes()
	return table
}

// ping answers GET /ping. The case of the key is not known.
func ping(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"pong": "true"}) }

// nextID is the next epaymentid or transaction id. The caller holds s.mu.
func (s *Server) nextID() int {
	s.lastID++
	return s.lastID
}
