package bff

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	"paypane/bff/dispatch"
	"paypane/bff/ledger"
	"paypane/bff/ledger/ledgertest"
	"paypane/bff/portal"
	"paypane/bff/portal/portaltest"
	"paypane/static"
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
plan_minimum = "25.00"

[[portal]]
id = "mesa"
name = "Mesa Clinic"
origins = ["https://portal.mesa.example"]
jwks = "mesa.jwks.json"
practices = [777]
`

// deskTable is a desk of harbor's practice with a vendor.
const deskTable = `
[[desk]]
practice = 195900
departments = [7, 9]
issuer = "https://login.harbor.example"
client_id = "paypane-desk"
client_secret = "hush"
roles_claim = "roles"
roles = { biller = ["billing"], manager = ["manager"] }
vendor_code = "ACME"
two_people_from = "40.00"
`

// world is a server with a real ledger and the simulator behind it. Time
// stands still until a test moves it.
type world struct {
	*Server
	t        testing.TB
	clock    *clock
	sim      *athenatest.Server
	practice *faultyPractice
	ledger   *ledgerSpy
	logs     *record
	dir      string
	after    func(time.Duration) <-chan time.Time // what the server waits by
}

// setup is what a test may want otherwise; the zero value is the ordinary.
type setup struct {
	origin   string
	keys     [][]byte
	dir      string // of an earlier world, to go on with its ledger
	kept     bool   // another world is going to go on with this one's ledger
	clock    *clock
	explains bool          // to developers why a launch is refused
	tried    bool          // pages say where nothing is real
	shared   bool          // with servers on the same ledger
	delay    time.Duration // ReceiptDelay
	database string        // of the ledger; empty: a file of the world's
	answers  time.Duration // how long the practice's system takes for each, with what the simulator takes
	// patients replace the cast, zones those of its departments.
	patients []athenatest.Patient
	zones    map[int]string
	// vendor is the practice's vendor code, in a [[desk]] table; empty: there is no
	// desk of its own.
	vendor     string
	vendorless bool   // the upstream is called under no vendor code
	hook       string // where the portal's server takes webhooks; empty: nowhere
	// desk are further lines of that table; empty: see vendor.
	desk string
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
	w.sim = athenatest.StartWith(t, athenatest.Options{Now: w.clock.now, Patients: o.patients, Zones: o.zones})
	address := w.sim.URL
	if o.answers > 0 {
		slow := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, r *http.Request) {
			began, answer := time.Now(), httptest.NewRecorder()
			w.sim.ServeHTTP(answer, r)
			time.Sleep(o.answers - time.Since(began))
			maps.Copy(a.Header(), answer.Header())
			a.WriteHeader(answer.Code)
			_, _ = answer.Body.WriteTo(a)
		}))
		t.Cleanup(slow.Close)
		address = slow.URL
	}
	vendors := map[int]string{195900: "ACME"}
	if o.vendorless {
		vendors = nil
	}
	client, err := athena.New(athena.Config{URL: address, ClientID: "demo", ClientSecret: "demo", Vendors: vendors,
		Now: w.clock.now, ReadDeadline: time.Minute}) // and no end of a page's reads: this clock is the wall's, and the machine may be busy
	if err != nil {
		t.Fatal(err)
	}
	book := openBook(t, w, o)
	w.practice, w.ledger = &faultyPractice{Practice: client}, &ledgerSpy{Ledger: book, shared: o.shared}
	cfg := Config{
		Origin: o.origin, Practice: w.practice, Ledger: w.ledger, Keys: o.keys,
		Log: slog.New(slog.NewTextHandler(w.logs, nil)), Now: w.clock.now,
		ExplainLaunches: o.explains, ReceiptDelay: o.delay, Elapsed: w.clock.elapsed,
	}
	if o.tried {
		cfg.Test = client.Test
	}
	desk := ""
	if o.vendor != "" || o.desk != "" {
		desk = strings.Replace(deskTable, "ACME", cmp.Or(o.vendor, "ACME"), 1) + o.desk
	}
	file := portalsFile
	if o.hook != "" {
		file = strings.Replace(file, "\n[[portal]]", "\n[portal.webhook]\nurl = \""+o.hook+"\"\nsecret_file = \"harbor.secrets\"\n[[portal]]", 1)
		put(t, w.dir, "harbor.secrets", strings.Join(hookSecrets, "\n"))
	}
	put(t, w.dir, "portals.toml", file+desk)
	put(t, w.dir, "harbor.jwks.json", portaltest.KeySet(harborEd.Key, harborES.Key, harborRS.Key))
	put(t, w.dir, "mesa.jwks.json", portaltest.KeySet(mesaEd.Key))
	if cfg.Portals, err = portal.Read(filepath.Join(w.dir, "portals.toml")); err != nil {
		t.Fatal(err)
	}
	w.after = func(d time.Duration) <-chan time.Time {
		if d == dispatch.SettlePause {
			return fired()
		}
		return nil // nobody gives up waiting unless a test says so
	}
	// The files are loaded and compressed once for all worlds.
	if w.Server, err = start(context.Background(), cfg, files(), func(d time.Duration) <-chan time.Time { return w.after(d) }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.drain()
		book.Close()
	})
	return w
}

// openBook opens the world's ledger: a file, but memory, where nobody goes on with
// it, in make quick, and under the race detector, which makes SQLite ten times slower
// and watches it in the ledger's own tests.
func openBook(t testing.TB, w *world, o setup) *ledger.Ledger {
	t.Helper()
	if (raced || testing.Short()) && !o.kept && o.dir == "" && o.database == "" {
		return ledger.NewMemory(w.clock.now)
	}
	database := cmp.Or(o.database, "sqlite:"+filepath.Join(w.dir, "paypane.db"))
	if _, err := os.Stat(filepath.Join(w.dir, "paypane.db")); o.database == "" && errors.Is(err, fs.ErrNotExist) {
		put(t, w.dir, "paypane.db", string(must(emptyBook())))
	}
	book, err := ledger.Open(context.Background(), database, w.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// emptyBook is the file of a ledger in which nothing is yet.
var emptyBook = ledgertest.EmptyFile(ledger.Open)

var (
	files   = sync.OnceValue(func() *static.Files { return must(static.Load()) })
	eastern = sync.OnceValue(func() *time.Location { return must(time.LoadLocation("America/New_York")) })
)

// tend is one turn of the background work.
func (w *world) tend(ctx context.Context) { w.worker.Turn(ctx) }

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
	mu      sync.Mutex
	t       time.Time
	stepped time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// elapsed does not hear of steps, see step.
func (c *clock) elapsed() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t.Sub(time.Unix(0, 0)) - c.stepped
}

// step sets the clock, as people and time servers do.
func (c *clock) step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t, c.stepped = c.t.Add(d), c.stepped+d
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
