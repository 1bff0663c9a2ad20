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

// Options change what the simulator starts with. The zero value is the
// sample patients and the real clock.
type Options struct {
	// Now is the clock: of tokens, bookings and the late receipt row.
	// nil: time.Now. The slow answer of card 9037 always takes real time.
	Now func() time.Time
	// Patients replaces the sample patients. Ids of patients, claims and
	// appointments must be different from each other; New panics otherwise.
	Patients []Patient
	// Zones are the time zones of departments, by their ids, where they are not
	// US/Eastern: "US/Hawaii".
	Zones map[int]string
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
	// FullDay adds patients with visits on the simulator's first day, as many as a
	// practice has; the sample patients are the first of them.
	FullDay bool
	// NoSearch has GET patients/search refused, and NoAppointmentCopay leaves
	// appointmentcopay out of the book of visits, as in practices that do not have
	// them.
	NoSearch, NoAppointmentCopay bool
	// Shape says how the next answer to a write by which a card is charged, kept
	// or taken back is written. nil: see the package comment.
	Shape func() Shape
}

// Server is the simulator. It is safe for concurrent use.
type Server struct {
	// URL is the address of a server that Start started, without a slash.
	URL string

	shared  *shared // what all practices share
	mux     *http.ServeMux
	now     func() time.Time
	eastern *time.Location
	zones   map[int]*time.Location // of departments
	first   time.Time              // when it started, in the East

	mu       sync.Mutex // guards everything below
	patients []Patient
	book     []movement
	mails    []Mail
	lastID   int          // the last epaymentid or transaction id
	denied   map[int]bool // patients whose 9078 had its 401
	checkins map[int]checkin
	copays   map[int]int64 // of visits, as the simulator started

	noSearch, noAppointmentCopay bool
	money                        money // cards, agreements, plans and what else moves money
}

// New makes a simulator, an http.Handler.
func New(o Options) *Server {
	s := &Server{shared: newShared(o)}
	s.practices(o)
	s.shared.endpoints = s.routes()
	return s
}

// fill makes a server a practice as it starts.
func (s *Server) fill(o Options) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err) // cannot happen: time/tzdata is linked in
	}
	s.mux = http.NewServeMux()
	s.now = s.shared.now
	s.eastern = zone
	s.zones = map[int]*time.Location{}
	for department, name := range o.Zones {
		s.zones[department] = location(name)
	}
	s.first = s.now().In(zone)
	s.patients = clonePatients(o.Patients)
	s.denied = map[int]bool{}
	s.lastID = 61233
	if s.patients == nil {
		s.patients = fixtures()
		if o.FullDay {
			s.patients = append(s.patients, visitors(s.first)...)
		}
	}
	mustDiffer(s.patients)
	s.noSearch, s.noAppointmentCopay = o.NoSearch, o.NoAppointmentCopay
	s.checkins, s.copays = map[int]checkin{}, map[int]int64{}
	for _, p := range s.patients {
		s.copays[p.Appointment] = p.Copay
		for _, v := range p.Upcoming {
			s.copays[v.ID] = v.Copay
			if v.Arriving {
				s.checkins[v.ID] = checkin{started: s.first}
			}
		}
	}
	s.money.fill(o)
}

// Start runs a simulator with the sample patients for the length of a test.
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
	for _, p := range s.shared.practices {
		if p.server != nil {
			p.server.URL = server.URL
		}
	}
	return s
}

// Count is how many requests an endpoint got, refused ones included. Endpoints
// are named in the package comment.
func (s *Server) Count(endpoint string) int {
	s.shared.mu.Lock()
	defer s.shared.mu.Unlock()
	return s.shared.counts[endpoint]
}

func (s *Server) routes() (table []Endpoint) {
	open := func(pattern, name string, h http.HandlerFunc) {
		table = append(table, Endpoint{name, pattern})
		s.mux.HandleFunc(pattern, s.shared.counted(name, s.shared.faulty(name, h)))
	}
	// key puts a handler behind the bearer token, api behind the practice too.
	key := func(pattern, name string, h http.HandlerFunc) { open(pattern, name, s.keyed(h)) }
	api := func(pattern, name string, h http.HandlerFunc) { key(pattern, name, s.granted(s.settled(h))) }
	open("POST /oauth2/v1/token", "token", s.token)
	api("GET /v1/{practice}/ping", "ping", ping)
	api("GET /v1/{practice}/departments", "departments", s.listDepartments)
	api("GET /v1/{practice}/departments/{id}", "department", s.readDepartment)
	api("GET /v1/{practice}/patients", "patients", s.listPatients)
	api("GET /v1/{practice}/patients/search", "patientsearch", s.searchPatients)
	api("GET /v1/{practice}/patients/enhancedbestmatch", "bestmatch", s.matchPatients)
	api("GET /v1/{practice}/providers", "providers", s.listProviders)
	api("GET /v1/{practice}/appointments/booked", "booked", s.listBooked)
	api("GET /v1/{practice}/appointments/booked/multipledepartment", "bookedof", s.listBookedOf)
	api("POST /v1/{practice}/appointments/{id}/startcheckin", "startcheckin", s.startCheckIn)
	api("POST /v1/{practice}/appointments/{id}/checkin", "checkin", s.checkIn)
	api("GET /v1/{practice}/appointments/changed", "changed", listChanged)
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
