//go:build !js

package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff"
	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	demoportal "paypane/bff/demo/portal"
	"paypane/bff/ledger"
	"paypane/bff/ledger/ledgertest"
	"paypane/bff/portal"
	"paypane/tier"
)

// world is everything that takes part in a payment, joined as main.go joins it,
// each part on a port of its own: the simulator, the server, the portal. Only
// the browser is missing.
type world struct {
	server *bff.Server
	// portals are those of the file. Their payers are offered English alone, unless a
	// test says otherwise.
	portals portal.Portals
	book    *ledger.Ledger
	sim     *athenatest.Server
	pay     string // origin of the payment pages, on another site than the portal
	portal  string // origin of the portal
	// provider is where the staff of two practices sign in.
	provider string
	swipe    bool   // the first of them has switched card readers on
	dir      string // where the ledger lives
	logs     *record
	wire     *record // every answer of the server, and every request to the upstream but the charges
	// programDelay holds the program back, to see the page without it.
	programDelay atomic.Int64 // a time.Duration
	programs     atomic.Int64 // how often it was asked for
	cut          atomic.Bool  // answers of the server to POSTs get lost
	test         atomic.Bool  // pages say so where the upstream is one for trying, as main.go has it
	down         atomic.Bool  // the upstream answers nothing but 503
	cookieless   atomic.Bool  // no cookie comes back, as from a browser that keeps none
	launches     atomic.Int64 // how often a token was posted
	// spoil is done to a launch before the server hears of it; nil: nothing.
	spoil atomic.Pointer[func(*world, http.ResponseWriter, *http.Request)]
	// held holds POSTs back, before the server sees them, and stuck the answers to
	// them, until it is closed.
	held, stuck atomic.Pointer[chan struct{}]
	// coming holds back every page that is asked for, until it is closed.
	coming atomic.Pointer[chan struct{}]
	// still keeps pages from looking again by themselves, as they do without script.
	still atomic.Bool
	// tokens answers in place of the portal's token-url.
	tokens atomic.Pointer[http.HandlerFunc]
	// session is what GET and POST /session answer instead of the truth, with
	// status 500 where it is an error page; nil: the truth.
	session  atomic.Pointer[string]
	sessions atomic.Int64 // how often that was asked for
	began    time.Time    // where the clock of server and portal was set
	skipped  atomic.Int64 // a time.Duration: how far it was put on
	// running is when that clock began to go by itself; nil: it stands still.
	running atomic.Pointer[time.Time]
	// isolated is the Cross-Origin-Embedder-Policy of the portal's pages.
	isolated atomic.Pointer[string]
	// weigh leaves answers compressed, for weighing instead of reading.
	weigh bool
}

// now is the clock of the server, its ledger and the portal. It stands still
// where no test moves it: how long a machine takes is nothing to a session.
func (w *world) now() time.Time {
	now := w.began.Add(time.Duration(w.skipped.Load()))
	if since := w.running.Load(); since != nil {
		now = now.Add(time.Since(*since))
	}
	return now
}

// skip lets time pass for them. The browser does not notice by itself.
func (w *world) skip(d time.Duration) { w.skipped.Add(int64(d)) }

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

// soon is how long the server waits for the answer to a charge where a test
// waits for the end of it, in place of the 30 seconds of real life.
const soon = 8 * time.Second

// emptyBook is the file of a ledger in which nothing is yet.
var emptyBook = ledgertest.EmptyFile(ledger.Open)

// morning is when each world begins, in whatever hour of whatever day the tests
// run: a Friday, ten o'clock in New York, when a payment can still be voided.
var morning = time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)

// upstreams is the clock of the practice's system, and of the client that asks it:
// no test moves it. It begins in the morning, and goes.
func upstreams() func() time.Time {
	made := time.Now()
	return func() time.Time { return morning.Add(time.Since(made)) }
}

// newWorld makes a world whose server waits for the answer to a charge as long as
// the test does.
func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldThatWaits(t, patience)
}

func newWorldThatWaits(t *testing.T, deadline time.Duration) *world {
	t.Helper()
	return newWorldWith(t, deadline, false)
}

// newWorldWith makes a world in which a practice may swipe cards.
func newWorldWith(t *testing.T, deadline time.Duration, swipe bool) *world {
	t.Helper()
	tier.Full(t)
	practices := upstreams()
	w := &world{swipe: swipe, sim: athenatest.StartWith(t, athenatest.Options{Now: practices}), dir: t.TempDir(), logs: &record{}, wire: &record{}, began: morning}
	payPort, portalPort, providerPort := listen(t, "localhost:0"), listen(t, "127.0.0.1:0"), listen(t, "127.0.0.1:0")
	w.pay = "http://localhost:" + port(payPort)
	w.portal = "http://127.0.0.1:" + port(portalPort)
	w.provider = "http://127.0.0.1:" + port(providerPort)
	serve(t, providerPort, w.signIn())

	key, err := demoportal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(w.dir, "harbor.jwks.json"), string(key.JWKS()))
	write(t, filepath.Join(w.dir, "portals.toml"), `[[portal]]
id = "harbor"
name = "Harbor Family Medicine"
phone = "617-555-0100"
origins = ["`+w.portal+`"]
jwks = "harbor.jwks.json"
practices = [195900]
languages = ["en"]
address = ["12 Harbor Street", "Boston, MA 02110"]
npi = "1234567893"
tax_id = "04-1234567"
plan_minimum = "25.00"
card_notice = "New York law lets you refuse to leave a card on file. Paying medical bills by credit card can cost you protections that medical debt has."

[[portal]]
id = "mesa"
name = "Mesa Pediatrics"
origins = ["https://portal.mesa.example"]
jwks = "harbor.jwks.json"
practices = [195901]
`+w.desks())
	portals, err := portal.Read(filepath.Join(w.dir, "portals.toml"))
	if err != nil {
		t.Fatal(err)
	}
	w.portals = portals
	log := slog.New(slog.NewTextHandler(w.logs, nil))
	empty, err := emptyBook()
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(w.dir, "paypane.db"), string(empty))
	book, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(w.dir, "paypane.db"), w.now)
	if err != nil {
		t.Fatal(err)
	}
	practice, err := athena.New(athena.Config{
		URL: w.upstream(t), ClientID: "demo", ClientSecret: "demo", Vendors: portals.Vendors(), PayDeadline: deadline, Log: log, Now: practices,
		ReadDeadline: time.Minute, // the machine may be busy
	})
	if err != nil {
		t.Fatal(err)
	}
	server, err := bff.New(context.Background(), bff.Config{
		Origin: w.pay, Portals: portals, Practice: practice, Ledger: book,
		Test: func() bool { return w.test.Load() && practice.Test() },
		Keys: [][]byte{bytes.Repeat([]byte{7}, 32)}, Log: log, ReceiptDelay: time.Second, Now: w.now,
	})
	if err != nil {
		t.Fatal(err)
	}
	serve(t, payPort, w.tap(server))
	w.server, w.book = server, book

	var cast []demoportal.Person
	for _, p := range w.sim.Patients() {
		cast = append(cast, demoportal.Person{ID: p.ID, Name: p.Name(), Department: p.Department, Appointment: p.Appointment, Shows: p.Shows})
	}
	harbor, err := demoportal.New(demoportal.Config{PayOrigin: w.pay, Origin: w.portal, Practice: 195900, Cast: cast, Key: key, Now: w.now})
	if err != nil {
		t.Fatal(err)
	}
	serve(t, portalPort, w.portalHeaders(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if tokens := w.tokens.Load(); tokens != nil && r.URL.Path == "/pay-token" {
			(*tokens)(rw, r)
			return
		}
		harbor.ServeHTTP(rw, r)
	})))
	t.Cleanup(func() {
		w.sim.Advance(time.Hour) // what is still waited for is answered now
		ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
		defer cancel()
		if err := server.Drain(ctx); err != nil {
			t.Error(err)
		}
		book.Close()
	})
	return w
}

// tend has the server look for what became of payments in doubt, from now on, as
// time passes.
func (w *world) tend(t *testing.T) {
	now := time.Now()
	w.running.Store(&now)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.server.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
}

func listen(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func port(l net.Listener) string {
	_, p, _ := net.SplitHostPort(l.Addr().String())
	return p
}

func serve(t *testing.T, l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
