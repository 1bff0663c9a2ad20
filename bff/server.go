// Package bff is the server between the payer's browser and the practice's
// systems: it holds the sessions and the secrets, renders the pages, writes
// every attempt down before it is sent, and forwards it once.
//
// A Server is an http.Handler. Its route table (routes) is the map of what it
// does; every route in it needs a session unless it says otherwise, and every
// answer carries the security headers.
package bff

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/reconcile"
	"paypane/static"
	"paypane/web"
)

// Ledger is everything the server keeps.
type Ledger interface {
	Attempts
	Lookups
	Doubts
	Consents
	Forms
	Sessions
	Launches
	// Ready reports whether something can be written.
	Ready(context.Context) error
	// Recover ends what a server left behind: everything that was claimed or sent
	// before a moment, or at all for the zero time.
	Recover(ctx context.Context, before time.Time) (notSent, unknown int, err error)
	// Restorations say what the ledger lost when it came back from backups.
	Restorations(context.Context) ([]ledger.Restoration, error)
	// Alone reports whether no other server works with the ledger.
	Alone() bool
}

// Config is what a Server needs. Origin, Portals, Practice, Ledger and Keys are
// required.
type Config struct {
	Origin   string   // the public address of the pages, "https://pay.example"
	Portals  []Portal // from ReadPortals
	Practice Practice // athena.Client
	Ledger   Ledger   // ledger.Ledger
	Keys     [][]byte // secrets of at least 32 bytes; the first signs, all verify
	// ReceiptDelay is the longest that the upstream is known to take until its
	// receipts show what it did, its work included: before that, that nothing
	// is there proves nothing. 0: 30 minutes. What is learned can make it more.
	ReceiptDelay time.Duration
	// Width is how many patients are looked up, and how many receipts ordered,
	// at once by Tend; 0: 8. With 1 Tend does one thing at a time, so that a
	// simulation can be replayed.
	Width int
	// Zone is where times of day are told; nil: America/New_York, in which
	// athenahealth keeps its books.
	Zone *time.Location
	Log  *slog.Logger     // nil: slog.Default
	Now  func() time.Time // nil: time.Now
	// Elapsed is the time since any beginning, by a clock that nobody sets; nil:
	// the process's own.
	Elapsed func() time.Duration
}

// Server answers the pay origin.
type Server struct {
	origin   string
	portals  []Portal
	practice Practice
	ledger   Ledger
	store    *store
	marks    marks // of forms
	offices  offices
	mails    mailOrders
	files    *static.Files
	assets   web.Assets
	zone     *time.Location
	log      *slog.Logger
	now      func() time.Time
	after    func(time.Duration) <-chan time.Time
	sending  sync.WaitGroup // charges under way
	width    int            // of Tend
	handler  http.Handler

	reconciler *reconcile.Reconciler
}

// New makes a Server and recovers what one before it left unfinished: nothing
// is sent again.
func New(ctx context.Context, cfg Config) (*Server, error) {
	s := &Server{
		origin: cfg.Origin, portals: cfg.Portals, practice: cfg.Practice, ledger: cfg.Ledger,
		zone: cfg.Zone, log: cfg.Log, now: cfg.Now, after: time.After,
		width: cmp.Or(max(0, cfg.Width), defaultWidth),
	}
	var err error
	switch {
	case CheckOrigin(cfg.Origin) != nil:
		return nil, CheckOrigin(cfg.Origin)
	case len(cfg.Portals) == 0 || cfg.Practice == nil || cfg.Ledger == nil:
		return nil, errors.New("portals, practice and ledger are required")
	case len(cfg.Keys) == 0:
		return nil, errors.New("at least one key is required")
	}
	for _, key := range cfg.Keys {
		if len(key) < 32 {
			return nil, errors.New("a key has fewer than 32 bytes")
		}
	}
	for _, p := range cfg.Portals {
		if p.allows(cfg.Origin) {
			return nil, fmt.Errorf("portal %q has our own origin; it must be another", p.ID)
		}
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.zone == nil {
		if s.zone, err = time.LoadLocation("America/New_York"); err != nil {
			return nil, err
		}
	}
	if s.store, err = newStore(cfg.Ledger, cfg.Keys, s.now); err != nil {
		return nil, err
	}
	if s.marks, err = newMarks(cfg.Keys); err != nil {
		return nil, err
	}
	if s.files, err = static.Load(); err != nil {
		return nil, err
	}
	s.assets = assets(s.files)
	if s.assets.Program.Path == "" {
		s.log.Warn("the browser program is not built; the pages are plain forms")
	}
	s.reconciler = s.newReconciler(cfg.ReceiptDelay, cfg.Elapsed)
	if err := s.recover(ctx); err != nil {
		return nil, fmt.Errorf("recover attempts: %w", err)
	}
	s.handler = s.build()
	return s, nil
}

// CheckOrigin refuses what cannot be Config.Origin.
func CheckOrigin(origin string) error {
	if !isOrigin(origin) {
		return fmt.Errorf("origin %q is not an address as browsers write it, like https://pay.example", origin)
	}
	return nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Drain waits until no charge is under way, or ctx ends.
func (s *Server) Drain(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		s.sending.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("drain: %w", ctx.Err())
	}
}

// page is a handler with a session; open is one without.
type (
	page func(http.ResponseWriter, *http.Request, Visit) error
	open func(http.ResponseWriter, *http.Request) error
)

// route is a line of the route table. It has either a page, which is served
// only to a live session, or one for a session of the practice's staff, or an
// open handler.
type route struct {
	pattern string
	page    page
	staff   page
	open    open
	// whole is true for a form that is about the session and not about one
	// patient; unmarked for one that may leave out whom it was printed for where
	// nobody else can be meant: the next page says whom and how much before
	// anything is sent.
	whole    bool
	unmarked bool
}

// routes is everything this server answers.
func (s *Server) routes() []route {
	return []route{
		{pattern: "GET /pay", page: s.showAmount},
		{pattern: "POST /pay", page: s.choose, unmarked: true},
		{pattern: "GET /pay/{attempt}", page: s.showCard},
		{pattern: "POST /pay/{attempt}", page: s.pay},
		{pattern: "GET /payments/{attempt}", page: s.showResult},
		{pattern: "POST /payments/{attempt}/again", page: s.again},

		{pattern: "GET /people", page: s.showPeople},
		{pattern: "POST /people", page: s.choosePerson, whole: true},
		{pattern: "GET /session", page: s.showTimeLeft},
		{pattern: "POST /session", page: s.stay, whole: true},
		{pattern: "POST /finish", page: s.finish, whole: true},

		{pattern: "GET /cards", page: s.showCards},
		{pattern: "GET /cards/add", page: s.showAddCard},
		{pattern: "POST /cards/add", page: s.addCard},
		{pattern: "GET /cards/{card}/prefer", page: s.afterCardForm},
		{pattern: "POST /cards/{card}/prefer", page: s.preferCard},
		{pattern: "GET /cards/{card}/remove", page: s.showRemoveCard},
		{pattern: "POST /cards/{card}/remove", page: s.removeCard},

		{pattern: "GET /agreements", page: s.showAgreements},
		{pattern: "GET /agree", page: s.showAgree},
		{pattern: "POST /agree", page: s.agree},
		{pattern: "GET /agree/{attempt}", page: s.showSigning(s.agreementToSign())},
		{pattern: "POST /agree/{attempt}", page: s.sign(s.agreementToSign())},

		{pattern: "GET /plan", page: s.showPlan},
		{pattern: "POST /plan", page: s.choosePlan},
		{pattern: "GET /plan/{attempt}", page: s.showSigning(s.planToSign())},
		{pattern: "POST /plan/{attempt}", page: s.sign(s.planToSign())},

		{pattern: "GET /receipts", page: s.showReceipts},
		{pattern: "GET /receipts/{reference}", page: s.showReceipt},
		{pattern: "GET /receipts/{reference}/receipt.pdf", page: s.receiptPDF},
		{pattern: "GET /receipts/{reference}/receipt.html", page: s.receiptHTML},
		{pattern: "GET /receipts/{reference}/receipt.json", page: s.receiptJSON},
		{pattern: "GET /receipts/{reference}/email", page: s.backToReceipt},
		{pattern: "POST /receipts/{reference}/email", page: s.emailReceipt},

		{pattern: "GET /desk/doubts", staff: s.showDoubts},
		{pattern: "GET /desk/doubts/{attempt}", staff: s.showDoubt},
		{pattern: "POST /desk/doubts/{attempt}", staff: s.decide},
		{pattern: "POST /desk/doubts/{attempt}/look", staff: s.lookAgain},

		{pattern: "POST /launch", open: s.launch},
		{pattern: "GET /launch/arrive", open: s.arrive},
		{pattern: "GET /embed/v1/frame", open: s.embedFrame},
		{pattern: "GET /embed/v1/pay-pane.js", open: plain(s.files.ServeNamed("pay-pane.js"))},
		{pattern: "GET /static/", open: plain(s.files.ServeHTTP)},
		{pattern: "GET /livez", open: s.livez},
		{pattern: "GET /readyz", open: s.readyz},
		{pattern: "/", open: s.missing},
	}
}

// build puts the middlewares around the route table. The order is the order in
// which a request meets them.
func (s *Server) build() http.Handler {
	mux := http.NewServeMux()
	for _, rt := range s.routes() {
		switch {
		case rt.page != nil && strings.HasPrefix(rt.pattern, "POST ") && !rt.whole && !strings.Contains(rt.pattern, "{attempt}"):
			mux.Handle(rt.pattern, s.withVisit(s.forPerson(rt.page, rt.unmarked)))
		case rt.page != nil:
			mux.Handle(rt.pattern, s.withVisit(rt.page))
		case rt.staff != nil:
			mux.Handle(rt.pattern, s.withVisit(forStaff(rt.staff)))
		default:
			mux.Handle(rt.pattern, s.withoutVisit(rt.open))
		}
	}
	return s.access(s.secure(s.host(s.ownOrigin(mux))))
}

// withVisit serves a page to a live session. The answer may be framed by the
// portal that launched it, also the one that says that the session is over.
func (s *Server) withVisit(p page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := s.store.visit(r)
		s.dress(w, v)
		if err == nil {
			err = p(w, r, v)
		}
		if err != nil {
			s.answer(w, r, v, err)
		}
	})
}

// forStaff serves a page to staff. For everybody else it is not there.
func forStaff(p page) page {
	return func(w http.ResponseWriter, r *http.Request, v Visit) error {
		if v.Role != roleStaff {
			return failure{status: http.StatusNotFound}
		}
		return p(w, r, v)
	}
}

func (s *Server) withoutVisit(o open) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := o(w, r); err != nil {
			s.answer(w, r, Visit{}, err)
		}
	})
}

func plain(h http.HandlerFunc) open {
	return func(w http.ResponseWriter, r *http.Request) error {
		h(w, r)
		return nil
	}
}

// livez says that the process answers, whatever the upstream does.
func (s *Server) livez(w http.ResponseWriter, _ *http.Request) error {
	_, err := w.Write([]byte("ok\n"))
	return err
}

// readyz says that the ledger can be written to.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if err := s.ledger.Ready(ctx); err != nil {
		s.log.ErrorContext(ctx, "not ready", "error", err.Error())
		http.Error(w, "the ledger cannot be written to", http.StatusServiceUnavailable)
		return nil
	}
	_, err := w.Write([]byte("ok\n"))
	return err
}

// missing is every other address. In a portal's frame the answer can be read.
func (s *Server) missing(w http.ResponseWriter, r *http.Request) error {
	v, _ := s.store.visit(r)
	s.dress(w, v)
	return failure{status: http.StatusNotFound}
}
