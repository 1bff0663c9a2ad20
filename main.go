// Command paypane is the server of the payment widget: everything it serves is
// in it. Started without arguments it serves; it is configured by environment
// variables (paypane -h prints them).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"paypane/bff"
	"paypane/bff/athena"
	"paypane/bff/checkpoint"
	"paypane/bff/config"
	"paypane/bff/ledger"
	"paypane/bff/metrics"
	"paypane/bff/middleware"
	"paypane/bff/operator"
	"paypane/bff/portal"
	"paypane/bff/residue"
	"paypane/bff/session"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// First of all, and for every command: keys and the record are worth as much.
	if !config.AllowsDumps(os.Getenv) {
		if err := residue.ForbidDumps(); err != nil {
			fmt.Fprintf(os.Stderr, "paypane: core dumps cannot be forbidden: %v\n", err)
			os.Exit(1)
		}
	}
	for _, name := range config.Unknown(os.Environ()) {
		fmt.Fprintf(os.Stderr, "paypane: %s is no variable of this program, and nothing comes of it; see paypane -h\n", name)
	}
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// usage is what -h prints, around the list of variables.
const usage = `paypane serves the payment widget. It is configured by the environment:

%s
paypane check asks the practice's system whether it answers for what is configured.
paypane check-token <FILE says in words whether a launch token would be taken.
paypane ledger reads the record; see paypane ledger -h.
A wrong configuration ends with status 2.
`

// run is the whole program; it answers the exit status: 2 for a wrong
// configuration, 1 for a failure later.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		switch args[0] {
		case "ledger":
			return operator.Run(ctx, args[1:], env, stdout, stderr)
		case "check":
			return check(ctx, args[1:], env, stdout, stderr)
		case "check-token":
			return operator.CheckToken(ctx, args[1:], env, os.Stdin, stdout, stderr, time.Now)
		case "-h", "-help", "--help":
			fmt.Fprintf(stdout, usage, config.Help())
			return 0
		}
		fmt.Fprintf(stderr, "paypane: unknown argument %q; it is configured by the environment, see paypane -h\n", args[0])
		return 2
	}
	cfg, err := config.Read(env)
	if err == nil {
		err = serve(ctx, cfg, slog.New(slog.NewTextHandler(stderr, nil)))
	}
	return status(err, stderr)
}

// status prints an error and answers the exit status.
func status(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	fmt.Fprintf(stderr, "paypane: %s\n", strings.ReplaceAll(err.Error(), "\n", "\npaypane: "))
	var wrong *config.Error
	if errors.As(err, &wrong) {
		return 2
	}
	return 1
}

// check is "paypane check".
func check(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		fmt.Fprintf(stderr, "paypane check takes no arguments; it is configured as the server is, see paypane -h\n")
		return 2
	}
	cfg, err := config.Read(env)
	if err != nil {
		return status(err, stderr)
	}
	practice, portals, err := partners(cfg, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		return status(err, stderr)
	}
	return operator.Check(ctx, practice, portals, stdout)
}

// survey logs what is not as the portals file says. It keeps nobody from starting: the
// practice's system may be away for an hour, and the pages say so themselves.
func survey(ctx context.Context, practice *athena.Client, portals portal.Portals, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for _, f := range operator.Survey(ctx, practice, portals) {
		switch {
		case ctx.Err() != nil:
			return
		case f.Wrong:
			log.Warn("the portals file does not agree with the practice's system", "practice", f.Practice, "found", f.Text)
		default:
			log.Info("the practice's system", "practice", f.Practice, "found", f.Text)
		}
	}
}

// serve joins ledger, upstream and server, listens until ctx ends, and then
// waits for the charges under way. The ledger is opened last of what the
// configuration can get wrong, because opening it makes a file.
func serve(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	traffic := metrics.NewTraffic()
	practice, portals, err := partners(cfg, log, traffic.Call)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return &config.Error{Name: config.Addr, Cause: err}
	}
	defer listener.Close()
	var numbers net.Listener
	if cfg.MetricsAddr != "" {
		if numbers, err = net.Listen("tcp", cfg.MetricsAddr); err != nil {
			return &config.Error{Name: config.MetricsAddr, Cause: err}
		}
		defer numbers.Close()
	}
	book, err := ledger.Open(ctx, cfg.Database, time.Now)
	if err != nil {
		return &config.Error{Name: config.Database, Cause: err}
	}
	defer book.Close()
	if err := book.Occupy(); err != nil {
		return &config.Error{Name: config.Database, Cause: err}
	}
	signed, err := notary(ctx, cfg, book, log)
	if err != nil {
		return err
	}
	pages, err := bff.New(ctx, bff.Config{
		Origin: cfg.Origin, Portals: portals, Practice: practice, Ledger: book, Keys: cfg.Keys, Log: log,
		ReceiptDelay: cfg.ReceiptDelay, ExplainLaunches: cfg.ExplainLaunches,
		Clients: middleware.Clients{Header: cfg.ClientHeader, Proxies: cfg.Proxies},
		Spare:   func() bool { return practice.Limits().Spare() },
		Test:    practice.Test, Requests: traffic.Request,
	})
	if err != nil {
		return err
	}
	if err := pages.SelfTest(ctx); err != nil {
		return fmt.Errorf("the server would answer what it must not: %w", err)
	}
	failed := make(chan error, 2)
	if numbers != nil {
		server := &http.Server{Handler: metrics.Handler(practice, book, pages.CardTries, traffic), ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second}
		defer server.Close()
		go func() { failed <- server.Serve(numbers) }()
	}
	server := &http.Server{
		Handler:           pages,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      40 * time.Second, // more than the upstream's deadline
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ConnContext:       residue.Context,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	go func() { failed <- server.Serve(residue.Listen(listener)) }()
	go prune(ctx, book, log)
	go signed.Keep(ctx)
	tended := make(chan struct{})
	go func() {
		defer close(tended)
		pages.Run(ctx)
	}()
	asking, enough := context.WithCancel(ctx)
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		survey(asking, practice, portals, log)
	}()
	defer func() {
		enough()
		<-asked
	}()
	log.Info("serving", "addr", listener.Addr().String(), "origin", cfg.Origin)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	pages.Leave()
	log.Info("stopping; charges under way are waited for", "serves_for", cfg.DrainDelay.String())
	select {
	case err := <-failed:
		return err
	case <-time.After(cfg.DrainDelay):
	}
	// Not the context that has just ended: this one is for the way out.
	last, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	err = errors.Join(server.Shutdown(last), pages.Drain(last))
	<-tended
	return errors.Join(err, signed.Sign(last, 0))
}

// partners are those the server talks with. The error joins all that is wrong
// with what was said about them.
func partners(cfg config.Config, log *slog.Logger, calls func(operation, outcome string, took time.Duration)) (*athena.Client, portal.Portals, error) {
	var wrong []error
	refuse := func(name string, err error) {
		if err != nil {
			wrong = append(wrong, &config.Error{Name: name, Cause: err})
		}
	}
	refuse(config.Origin, portal.CheckOrigin(cfg.Origin))
	portals, err := portal.Read(cfg.Portals)
	refuse(config.Portals, err)
	practice, err := athena.New(athena.Config{URL: cfg.AthenaURL, ClientID: cfg.AthenaClientID, ClientSecret: cfg.AthenaClientSecret, Vendors: portals.Vendors(), Until: session.ReadsUntil, Log: log, Calls: calls})
	refuse(config.AthenaURL, err)
	if err := portal.CheckApart(cfg.Origin, portals); err != nil {
		refuse(config.Portals, fmt.Errorf("%w (%s)", err, config.Origin))
	}
	return practice, portals, errors.Join(wrong...)
}

// notary signs checkpoints. It refuses a ledger that is older than its
// checkpoints, before anything is sent for it.
func notary(ctx context.Context, cfg config.Config, book *ledger.Ledger, log *slog.Logger) (checkpoint.Notary, error) {
	keys, err := checkpoint.NewKeys(cfg.Keys)
	if err != nil {
		return checkpoint.Notary{}, &config.Error{Name: config.Keys, Cause: err}
	}
	directory := checkpoint.Directory(cfg.Checkpoints)
	if directory != "" {
		var stale *checkpoint.StaleError
		if err := directory.Check(ctx, book, keys); errors.As(err, &stale) {
			return checkpoint.Notary{}, &config.Error{Name: config.Database, Cause: err}
		} else if err != nil {
			return checkpoint.Notary{}, &config.Error{Name: config.Checkpoints, Cause: err}
		}
	}
	return checkpoint.Notary{Ledger: book, Keys: keys, Directory: directory, Log: log}, nil
}

// The ledger forgets sessions, used launch tokens and handover codes a day
// after they have expired: long after a cookie of theirs could still be shown
// a page that says so.
const (
	pruneEvery = time.Hour
	pruneAfter = 24 * time.Hour
)

func prune(ctx context.Context, book *ledger.Ledger, log *slog.Logger) {
	for ticker := time.NewTicker(pruneEvery); ; {
		if _, err := book.Prune(ctx, time.Now().Add(-pruneAfter)); err != nil && ctx.Err() == nil {
			log.Error("forget what has expired", "error", err.Error())
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			ticker.Stop()
			return
		}
	}
}
