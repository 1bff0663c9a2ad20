package bff

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

// The stage of these tests: one payment origin, two portals. Each portal has
// practices and keys of its own; only harbor's practice is the simulator's.
const (
	payOrigin    = "https://pay.example"
	harborOrigin = "https://portal.harbor.example"
	harborSecond = "https://intranet.harbor.example"
	mesaOrigin   = "https://portal.mesa.example"
)

const portalsFile = `[[portal]]
id = "harbor"
name = "Harbor Family Medicine"
phone = "617-555-0100"
origins = ["https://portal.harbor.example", "https://intranet.harbor.example"]
jwks = "harbor.jwks.json"
practices = [195900]

[[portal]]
id = "mesa"
name = "Mesa Clinic"
origins = ["https://portal.mesa.example"]
jwks = "mesa.jwks.json"
practices = [777]
`

// world is a server with a real ledger and the simulator behind it. Time
// stands still until a test moves it.
type world struct {
	*Server
	t        testing.TB
	clock    *clock
	sim      *athenatest.Server
	practice *meddled
	ledger   *spied
	logs     *record
	dir      string
}

// setup is what a test may want otherwise; the zero value is the ordinary.
type setup struct {
	origin string
	keys   [][]byte
	dir    string // of an earlier world, to go on with its ledger
	clock  *clock
}

func newWorld(t testing.TB, o setup) *world {
	t.Helper()
	w := &world{t: t, clock: o.clock, logs: &record{}, dir: o.dir}
	if w.clock == nil {
		w.clock = &clock{t: time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)}
	}
	if o.origin == "" {
		o.origin = payOrigin
	}
	if o.keys == nil {
		o.keys = [][]byte{bytes.Repeat([]byte{7}, 32)}
	}
	if w.dir == "" {
		w.dir = t.TempDir()
	}
	put(t, w.dir, "portals.toml", portalsFile)
	put(t, w.dir, "harbor.jwks.json", keySet(harborEd, harborES, harborRS))
	put(t, w.dir, "mesa.jwks.json", keySet(mesaEd))
	portals, err := ReadPortals(filepath.Join(w.dir, "portals.toml"))
	if err != nil {
		t.Fatal(err)
	}
	w.sim = athenatest.StartWith(t, athenatest.Options{Now: w.clock.now})
	client, err := athena.New(athena.Config{URL: w.sim.URL, ClientID: "demo", ClientSecret: "demo", Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	book, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(w.dir, "paypane.db"), w.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	w.practice, w.ledger = &meddled{Practice: client}, &spied{Ledger: book}
	w.Server, err = New(context.Background(), Config{
		Origin: o.origin, Portals: portals, Practice: w.practice, Ledger: w.ledger, Keys: o.keys,
		Log: slog.New(slog.NewTextHandler(w.logs, nil)), Now: w.clock.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.after = func(d time.Duration) <-chan time.Time {
		if d == settlePause {
			return fired()
		}
		return nil // nobody gives up waiting unless a test says so
	}
	t.Cleanup(func() {
		w.drain()
		book.Close()
	})
	return w
}

// drain waits for the charges under way and the receipts after them.
func (w *world) drain() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := w.Drain(ctx); err != nil {
		w.t.Error(err)
	}
}

func fired() <-chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}

func put(t testing.TB, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// clock is a clock that stands.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// record collects bytes from many goroutines.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.String()
}

// meddled is the simulator's practice, counted, and with the parts replaced
// that a test wants to go wrong. Replace before the requests.
type meddled struct {
	Practice
	statement        func() (payment.Statement, error)
	department       func() (payment.Department, error)
	collect          func(context.Context, payment.Charge, *payment.Card) payment.Outcome
	email            func() error
	collects, emails atomic.Int32
}

func (m *meddled) Statement(ctx context.Context, p payment.Patient) (payment.Statement, error) {
	if m.statement != nil {
		return m.statement()
	}
	return m.Practice.Statement(ctx, p)
}

func (m *meddled) Department(ctx context.Context, p payment.Patient) (payment.Department, error) {
	if m.department != nil {
		return m.department()
	}
	return m.Practice.Department(ctx, p)
}

func (m *meddled) Collect(ctx context.Context, p payment.Patient, c payment.Charge, card *payment.Card) payment.Outcome {
	m.collects.Add(1)
	if m.collect != nil {
		return m.collect(ctx, c, card)
	}
	return m.Practice.Collect(ctx, p, c, card)
}

func (m *meddled) EmailReceipt(ctx context.Context, p payment.Patient, reference, email string) error {
	m.emails.Add(1)
	if m.email != nil {
		return m.email()
	}
	return m.Practice.EmailReceipt(ctx, p, reference, email)
}

// spied is the real ledger, counted, whose Settle can fail.
type spied struct {
	Ledger
	settle             func(tries int32) error
	sessions, launches atomic.Int32 // that were made
	settles            atomic.Int32 // that were tried
}

func (s *spied) CreateSession(ctx context.Context, row ledger.Session) (ledger.Session, error) {
	s.sessions.Add(1)
	return s.Ledger.CreateSession(ctx, row)
}

func (s *spied) UseLaunch(ctx context.Context, portal, jti string, expires time.Time) error {
	s.launches.Add(1)
	return s.Ledger.UseLaunch(ctx, portal, jti, expires)
}

func (s *spied) Settle(ctx context.Context, id string, o payment.Outcome) (ledger.Attempt, error) {
	n := s.settles.Add(1)
	if s.settle != nil {
		if err := s.settle(n); err != nil {
			return ledger.Attempt{}, err
		}
	}
	return s.Ledger.Settle(ctx, id, o)
}

// browser keeps the session cookie and sends what a browser sends with the
// forms of our own pages.
type browser struct {
	w      http.Handler
	origin string // of the pages
	cookie string // "name=value"
	ctx    context.Context
}

func (w *world) browser() *browser { return &browser{w: w, origin: w.origin} }

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) to() string { return a.header.Get("Location") }

// do sends a request. headers are names and values; an empty value removes
// what would be sent.
func (b *browser) do(method, path string, form url.Values, headers ...string) answer {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	return b.send(method, path, body, headers...)
}

func (b *browser) send(method, path string, body io.Reader, headers ...string) answer {
	r := httptest.NewRequest(method, b.origin+path, body)
	if b.ctx != nil {
		r = r.WithContext(b.ctx)
	}
	r.Header.Set("Accept", "text/html")
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.origin)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Del(headers[i])
		if headers[i+1] != "" {
			r.Header.Set(headers[i], headers[i+1])
		}
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	w := httptest.NewRecorder()
	b.w.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookie = c.Name + "=" + c.Value
	}
	return answer{w.Code, w.Header(), w.Body.String()}
}

func (b *browser) get(path string, headers ...string) answer { return b.do("GET", path, nil, headers...) }

func (b *browser) post(path string, form url.Values, headers ...string) answer {
	if form == nil {
		form = url.Values{}
	}
	return b.do("POST", path, form, headers...)
}

// json asks as the browser program does.
func (b *browser) json(path string) answer {
	return b.get(path, "Accept", "application/json", "X-Paypane", "1")
}

// launch posts a token as a plain form on the portal's page does.
func (b *browser) launch(token string, headers ...string) answer {
	return b.post("/launch", url.Values{"token": {token}}, append([]string{"Origin", harborOrigin, "Sec-Fetch-Site", "cross-site"}, headers...)...)
}

// visit is a browser with a session for a patient of the simulator.
func (w *world) visit(patient int) *browser {
	w.t.Helper()
	b := w.browser()
	a := b.launch(harborEd.token(w, func(_, c claimSet) { c["patientid"] = patient }))
	if a.status != http.StatusSeeOther || b.cookie == "" {
		w.t.Fatalf("launch: %d %s", a.status, a.body)
	}
	if a = b.get(a.to()); a.to() != "/pay" {
		w.t.Fatalf("arrive: %d to %q", a.status, a.to())
	}
	return b
}

// The cast's first patient owes three bills, $120.00 together.
const dana = 40211

var cardForm = url.Values{
	"number": {"4111 1111 1111 1111"}, "expiry": {"12/34"}, "name": {"Dana Q Sample"}, "code": {"739"},
	"address": {"12 Elm Street"}, "zip": {"02139"}, "email": {""},
}

// card is the card form with some fields changed.
func card(changes ...string) url.Values {
	form := url.Values{}
	for name, values := range cardForm {
		form[name] = values
	}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

// choose makes an attempt and answers its id.
func (b *browser) choose(t testing.TB, form url.Values) string {
	t.Helper()
	a := b.post("/pay", form)
	id, ok := strings.CutPrefix(a.to(), "/pay/")
	if a.status != http.StatusSeeOther || !ok {
		t.Fatalf("choose: %d to %q: %s", a.status, a.to(), a.body)
	}
	return id
}

var everything = url.Values{"pay": {"all"}}

// page is the data-page of a document.
func (a answer) page() string { return a.attribute("data-page") }

// outcome is the data-outcome of a result page.
func (a answer) outcome() string { return a.attribute("data-outcome") }

func (a answer) attribute(name string) string {
	main := regexp.MustCompile(`<main[^>]*>`).FindString(a.body)
	found := regexp.MustCompile(name + `="([a-z_]*)"`).FindStringSubmatch(main)
	if found == nil {
		return ""
	}
	return found[1]
}
