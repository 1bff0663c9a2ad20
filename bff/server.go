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
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"paypane/bff/account"
	"paypane/bff/desk"
	"paypane/bff/dispatch"
	"paypane/bff/health"
	"paypane/bff/layout"
	"paypane/bff/middleware"
	"paypane/bff/notify"
	"paypane/bff/pages"
	"paypane/bff/portal"
	"paypane/bff/residue"
	"paypane/bff/selftest"
	"paypane/bff/session"
	"paypane/bff/signin"
	"paypane/bff/staff"
	"paypane/bff/velocity"
	"paypane/static"
	"paypane/web"
	"paypane/web/payment"
)

// Server answers the pay origin. It is configuration, the route table and wiring:
// what it does is in its packages.
type Server struct {
	origin  string
	portals portal.Portals
	store   *session.Store
	binding session.Binding // of forms
	layout  *layout.Layout
	pages   pages.Pages
	desk    *desk.Desk
	find    *desk.Find
	// account is what a patient owes and has paid, also elsewhere.
	account *desk.Account
	// presence is who is at the desk.
	presence *desk.Presence
	// approvals are the acts that need two people.
	approvals *desk.Approvals
	undo      *desk.Undo
	signin    *signin.SignIn
	launches  *notify.Launches
	webhooks  *notify.Webhooks
	take      *desk.Take
	vendor    *desk.Vendor
	work      *desk.Work
	day       *desk.Day
	drawers   *desk.Drawers

	dispatch *dispatch.Dispatcher
	guard    *velocity.Guard
	clients  middleware.Clients
	worker   *dispatch.Worker

	files   *static.Files
	ready   *health.Readiness
	log     *slog.Logger
	now     func() time.Time
	handler http.Handler
	quiet   http.Handler // handler without the access log
}

// New makes a Server and recovers what one before it left unfinished: nothing
// is sent again.
func New(ctx context.Context, cfg Config) (*Server, error) {
	files, err := static.Load()
	if err != nil {
		return nil, err
	}
	return start(ctx, cfg, files, time.After)
}

// start is New with the files that it serves and the clock that it waits by.
func start(ctx context.Context, cfg Config, files *static.Files, after func(time.Duration) <-chan time.Time) (*Server, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	var err error
	if cfg.Zone == nil {
		if cfg.Zone, err = time.LoadLocation("America/New_York"); err != nil {
			return nil, err
		}
	}
	for _, p := range cfg.Portals {
		if left := p.LeftOut(); left != "" {
			cfg.Log.Info("keys that are not for launch tokens", "portal", p.ID, "keys", left)
		}
	}
	assets := layout.Assets(files)
	if assets.Program.Path == "" {
		cfg.Log.Warn("the browser program is not built; the pages are plain forms")
	}
	s := &Server{origin: cfg.Origin, portals: cfg.Portals, files: files, ready: &health.Readiness{Ledger: cfg.Ledger, Log: cfg.Log, Now: cfg.Now}, log: cfg.Log, now: cfg.Now}
	if s.store, err = session.NewStore(cfg.Ledger, cfg.Keys, cfg.Portals, cfg.Now, strings.HasPrefix(cfg.Origin, "http:")); err != nil {
		return nil, err
	}
	if s.binding, err = session.NewBinding(cfg.Keys); err != nil {
		return nil, err
	}
	reconciler := cfg.reconciler()
	s.dispatch = dispatch.New(dispatch.Config{Ledger: cfg.Ledger, Upstream: dispatch.Upstream{Cards: cfg.Practice, Counter: cfg.Practice}, Mailer: cfg.Practice, Books: cfg.Practice, Log: cfg.Log, After: after})
	s.guard = velocity.New(velocity.Config{Counters: cfg.Ledger, Records: cfg.Ledger, Limits: cfg.Portals.CardLimits, Keys: cfg.Keys, Now: cfg.Now, Log: cfg.Log})
	s.clients = cfg.Clients
	s.worker = &dispatch.Worker{Dispatcher: s.dispatch, Reconciler: reconciler, Watch: cfg.watch(), Now: cfg.Now, Concurrency: cmp.Or(max(0, cfg.Concurrency), dispatch.DefaultConcurrency)}
	accounts, departments := account.New(account.Config{
		Practice: cfg.Practice, Ledger: cfg.Ledger, Portals: cfg.Portals, Reconciler: reconciler, Zone: cfg.Zone, Log: cfg.Log, Now: cfg.Now,
	})
	s.layout = layout.New(layout.Config{
		Assets: assets, Portals: cfg.Portals, Binding: s.binding, Accounts: accounts, Departments: departments, Ledger: cfg.Ledger, Test: cfg.Test, Log: cfg.Log, Now: cfg.Now,
	})
	tokens := portal.Verifier{Origin: cfg.Origin, Portals: cfg.Portals, Now: cfg.Now}
	s.pages = pages.New(pages.Config{
		Layout: s.layout, Accounts: accounts, Departments: departments, Dispatch: s.dispatch, Guard: s.guard, Worker: s.worker, Repeatable: dispatch.Repeatable{Practice: cfg.Practice},
		Ledger: cfg.Ledger, Keys: cfg.Ledger, Launches: cfg.Ledger, Queue: cfg.Ledger, Practice: cfg.Practice, Books: cfg.Practice, Statements: cfg.Practice,
		Store: s.store, Handovers: session.Handovers{Rows: cfg.Ledger, Now: cfg.Now},
		Tokens:  tokens,
		Portals: cfg.Portals, Files: files, Origin: cfg.Origin, Explains: cfg.ExplainLaunches, Zone: cfg.Zone, Log: cfg.Log, Now: cfg.Now,
	})
	blind := desk.Blind{Ledger: cfg.Ledger, Limits: cfg.Portals.LimitsAt, Books: cfg.Zone, Now: cfg.Now}
	s.work = &desk.Work{Layout: s.layout, Departments: departments, Ledger: cfg.Ledger}
	s.desk = desk.New(desk.Config{Layout: s.layout, Departments: departments, Ledger: cfg.Ledger, Practice: cfg.Practice, Reconciler: reconciler, Work: s.work, Limits: cfg.Portals.LimitsAt, Blind: blind, Log: cfg.Log, Now: cfg.Now})
	s.day = &desk.Day{Layout: s.layout, Departments: departments, Ledger: cfg.Ledger, Blind: blind, Now: cfg.Now, Vendor: cfg.Practice.Vendor}
	s.drawers = &desk.Drawers{Layout: s.layout, Departments: departments, Ledger: cfg.Ledger, Limits: cfg.Portals.LimitsAt, Now: cfg.Now}
	s.approvals = &desk.Approvals{Layout: s.layout, Departments: departments, Ledger: cfg.Ledger, Closes: cfg.Ledger, Now: cfg.Now, Posts: map[payment.Kind]desk.Post{}, Blind: blind, Drawers: s.drawers}
	s.undo = &desk.Undo{UndoConfig: desk.UndoConfig{Layout: s.layout, Departments: departments, Dispatch: s.dispatch, Worker: s.worker, Ledger: cfg.Ledger,
		Practice: cfg.Practice, Approvals: s.approvals, Limits: cfg.Portals.LimitsAt, Blind: blind, Books: cfg.Zone, Log: cfg.Log, Now: cfg.Now}}
	s.approvals.Posts[payment.KindVoid] = s.undo.PostVoid
	acts := desk.Book{Ledger: cfg.Ledger}
	if s.signin, err = signin.New(signin.Config{Origin: cfg.Origin, Portals: cfg.Portals, Sessions: session.Desk{Store: s.store}, Rows: cfg.Ledger, Acts: acts, Secrets: cfg.Keys,
		Layout: s.layout, Log: cfg.Log, Now: cfg.Now, Transport: cfg.Providers, Patience: cfg.ProviderPatience}); err != nil {
		return nil, err
	}
	s.presence = &desk.Presence{Layout: s.layout, Departments: departments, Store: s.store, Acts: acts, Log: cfg.Log, SignedOut: s.signin.SignedOut}
	s.take = desk.NewTake(desk.TakeConfig{
		Layout: s.layout, Accounts: accounts, Departments: departments, Dispatch: s.dispatch, Guard: s.guard, Worker: s.worker, Repeatable: dispatch.Repeatable{Practice: cfg.Practice},
		Ledger: cfg.Ledger, Practice: cfg.Practice, Athena: cfg.Practice, Portals: cfg.Portals, Blind: blind, PrintScript: layout.Asset(files, "print.js"),
		Swipe: func(practice int) bool { d := cfg.Portals.Desk(practice); return d != nil && d.Swipe }, Log: cfg.Log, Now: cfg.Now,
	})
	s.vendor = &desk.Vendor{VendorConfig: desk.VendorConfig{Take: s.take, Undo: s.undo, Ledger: cfg.Ledger, Practice: cfg.Practice}}
	s.approvals.Posts[payment.KindRefund], s.approvals.Posts[payment.KindAdjust] = s.vendor.PostRefund, s.vendor.PostAdjust
	s.find = &desk.Find{Layout: s.layout, Accounts: accounts, Departments: departments, Practice: cfg.Practice, Repeatable: dispatch.Repeatable{Practice: cfg.Practice},
		Acts: desk.Book{Ledger: cfg.Ledger}, Vendor: s.vendor, Blind: blind, Log: cfg.Log, Now: cfg.Now}
	s.account = &desk.Account{Layout: s.layout, Departments: departments, Find: s.find, Practice: cfg.Practice, Ledger: cfg.Ledger, Blind: blind, Log: cfg.Log, Now: cfg.Now}
	s.launches = &notify.Launches{Ledger: cfg.Ledger, Tokens: tokens, Log: cfg.Log}
	s.webhooks = &notify.Webhooks{Outbox: cfg.Ledger, Portals: cfg.Portals, Now: cfg.Now, After: after, Log: cfg.Log}
	cfg.Ledger.Subscribe(notify.Subscribers(cfg.Portals)...)
	if err := s.worker.Recover(ctx); err != nil {
		return nil, fmt.Errorf("recover attempts: %w", err)
	}
	if s.handler, err = s.build(cfg.Requests); err != nil {
		return nil, err
	}
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Leave makes /readyz say 503, so that nobody is sent here any more, and serves on.
func (s *Server) Leave() { s.ready.Leave() }

// Drain waits until no charge is under way, or ctx ends.
func (s *Server) Drain(ctx context.Context) error { return s.dispatch.Drain(ctx) }

// CardTries is what this server has seen of cards since it started.
func (s *Server) CardTries() velocity.Numbers { return s.guard.Numbers() }

// Run does in the background what no request waits for, until ctx ends. One call
// is enough; several servers on one ledger share the work.
func (s *Server) Run(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { s.worker.Run(ctx) })
	both.Go(func() { s.webhooks.Run(ctx) })
	both.Wait()
}

// build puts the middlewares around the route table. The order is the order in
// which a request meets them.
func (s *Server) build(tell func(route string, status int, took time.Duration)) (http.Handler, error) {
	mux, files := http.NewServeMux(), http.NewServeMux()
	rights := map[string]staff.Right{}
	for _, rt := range s.routes() {
		if err := rt.check(); err != nil {
			return nil, err
		}
		if rt.method == http.MethodGet {
			rights[rt.path] = rt.right
		}
		if rt.file > 0 {
			files.Handle(rt.pattern(), http.NotFoundHandler())
		}
		mux.Handle(rt.pattern(), s.serve(rt))
	}
	s.layout.Desk.Rights = rights
	s.layout.Desk.Counts = map[string]layout.Counter{web.PageApprovals: s.approvals.Count, web.PageReviewQueue: s.work.Count}
	s.layout.Desk.SignIn = s.signin.Possible()
	handler := middleware.OwnOrigin(s.origin, s.layout.ErrorOutside, mux)
	handler = middleware.SecurityHeaders(s.origin, middleware.Host(s.origin, handler))
	// A file is read by its handler, once it is known whose it is; no card is typed into one.
	brings := func(r *http.Request) bool {
		_, pattern := files.Handler(r)
		return pattern != "" && middleware.HasFile(r)
	}
	cleared := residue.Handler(handler, middleware.MaxBody)
	whole := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if brings(r) {
			handler.ServeHTTP(w, r)
			middleware.Drain(r)
			return
		}
		cleared.ServeHTTP(w, r)
	})
	s.quiet = s.clients.Handler(whole)
	return middleware.AccessLog(s.log, s.now, s.layout.ErrorOutside, tell, s.quiet), nil
}

// SelfTest asks every route what a stranger would, see selftest.Try. Nothing of it is
// logged, and nothing is sent to the practice.
func (s *Server) SelfTest(ctx context.Context) error {
	var doors []selftest.Door
	for _, rt := range s.routes() {
		path := wildcard.ReplaceAllString(strings.TrimSuffix(rt.path, "{$}"), "1")
		doors = append(doors, selftest.Door{Method: cmp.Or(rt.method, http.MethodGet), Path: path, Public: rt.audience == web.ForPublic,
			Anywhere: middleware.ByAddress(rt.path)})
	}
	return selftest.Try(middleware.WithOwnRequest(ctx), s.quiet, s.origin, doors)
}

// wildcard is what stands for something else in the path of a route.
var wildcard = regexp.MustCompile(`\{\w+\}`)

// file is a file under its hashed path.
func (s *Server) file(w http.ResponseWriter, r *http.Request) error {
	if !s.files.At(r.URL.Path) {
		return s.missing(w, r)
	}
	s.files.ServeHTTP(w, r)
	return nil
}

// missing is every other address. In a portal's frame the answer can be read.
func (s *Server) missing(w http.ResponseWriter, r *http.Request) error {
	sess, r, err := s.layout.Enter(s.store, w, r)
	if err != nil {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	s.layout.Error(w, r, sess, middleware.StatusError{Status: http.StatusNotFound})
	return nil
}
