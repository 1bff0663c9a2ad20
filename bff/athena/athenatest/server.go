package athenatest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
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
	// for recorded payments. nil: cash, checks and several cards.
	Methods []Method
}

// Server is the simulator. It is safe for concurrent use.
type Server struct {
	// URL is the address of a server that Start started, without a slash.
	URL string

	mux     *http.ServeMux
	now     func() time.Time
	eastern *time.Location

	mu       sync.Mutex // guards everything below
	patients []Patient
	book     []movement
	mails    []Mail
	tokens   map[string]time.Time // and when they end
	counts   map[string]int       // requests by endpoint
	calls    int                  // API calls, for X-RateLimit-Remaining
	lastID   int                  // the last epaymentid or transaction id
	denied   map[int]bool         // patients whose 9078 had its 401
	money    money                // cards, agreements, plans and what else moves money
}

// New makes a simulator, an http.Handler.
func New(o Options) *Server {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err) // cannot happen: time/tzdata is linked in
	}
	s := &Server{
		mux:      http.NewServeMux(),
		now:      o.Now,
		eastern:  zone,
		patients: clonePatients(o.Patients),
		tokens:   map[string]time.Time{},
		counts:   map[string]int{},
		denied:   map[int]bool{},
		lastID:   61233,
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.patients == nil {
		s.patients = cast()
	}
	mustDiffer(s.patients)
	s.money.fill(o)
	s.routes()
	return s
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
	s.URL = server.URL
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Count is how many requests an endpoint got, refused ones included. Endpoints
// are named in the package comment.
func (s *Server) Count(endpoint string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[endpoint]
}

func (s *Server) routes() {
	open := func(pattern, name string, h http.HandlerFunc) {
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			s.counts[name]++
			s.mu.Unlock()
			h(w, r)
		})
	}
	// api puts a handler behind bearer token and practice.
	api := func(pattern, name string, h http.HandlerFunc) {
		open(pattern, name, func(w http.ResponseWriter, r *http.Request) {
			// Read to the end before any answer, refusals included: net/http
			// resets a connection with unread data, which can destroy the answer.
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
			r.Body = io.NopCloser(bytes.NewReader(body))
			if !s.authorized(r) {
				badToken(w)
				return
			}
			s.headers(w)
			if r.PathValue("practice") != strconv.Itoa(Practice) {
				refuse(w, http.StatusNotFound, map[string]any{
					"error": "Invalid practice.", "detailedmessage": "The practice ID does not exist."})
				return
			}
			if err != nil {
				refuse(w, http.StatusBadRequest, map[string]any{"error": "The request cannot be read."})
				return
			}
			s.settled(h)(w, r)
		})
	}
	open("POST /oauth2/v1/token", "token", s.token)
	api("GET /v1/{practice}/ping", "ping", ping)
	api("GET /v1/{practice}/departments", "departments", listDepartments)
	api("GET /v1/{practice}/departments/{id}", "department", readDepartment)
	api("GET /v1/{practice}/patients/{id}", "patient", s.readPatient)
	api("GET /v1/{practice}/appointments/{id}", "appointment", s.readAppointment)
	api("POST /v1/{practice}/patients/{id}/collectpayment", "collectpayment", s.collectPayment)
	api("GET /v1/{practice}/patients/{id}/receipts", "receipts", s.listReceipts)
	api("POST /v1/{practice}/patients/{id}/receipts/{epayment}/email", "email", s.emailReceipt)
	s.moneyRoutes(api)
	open("GET /sim/book", "sim/book", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.Book()) })
	open("GET /sim/patients", "sim/patients", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.shown()) })
}

// ping answers GET /ping. The case of the key is not known.
func ping(w http.ResponseWriter, _ *http.Request) { answer(w, map[string]any{"pong": "true"}) }

// nextID is the next epaymentid or transaction id. The caller holds s.mu.
func (s *Server) nextID() int {
	s.lastID++
	return s.lastID
}
