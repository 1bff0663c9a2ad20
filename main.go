// Command paypane is the server of the payment widget: everything it serves is
// in it. Started without arguments it serves; it is configured by environment
// variables (paypane -h prints them).
package main

import (
	"context"
	"encoding/base64"
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
	"unicode"

	"paypane/bff"
	"paypane/bff/athena"
	"paypane/bff/checkpoint"
	"paypane/bff/ledger"
	"paypane/bff/metrics"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run is the whole program; it answers the exit status: 2 for a wrong
// configuration, 1 for a failure later.
func run(ctx context.Context, args []string, env func(string) string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		if args[0] == "ledger" {
			return runLedger(ctx, args[1:], env, stdout, stderr)
		}
		if args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
			io.WriteString(stdout, usage)
			return 0
		}
		fmt.Fprintf(stderr, "paypane: unknown argument %q; it is configured by the environment, see paypane -h\n", args[0])
		return 2
	}
	cfg, err := readConfig(env)
	if err != nil {
		fmt.Fprintf(stderr, "paypane: %v\n", err)
		return 2
	}
	if err := serve(ctx, cfg, slog.New(slog.NewTextHandler(stderr, nil))); err != nil {
		fmt.Fprintf(stderr, "paypane: %v\n", err)
		var wrong *configError
		if errors.As(err, &wrong) {
			return 2
		}
		return 1
	}
	return 0
}

// usage is what -h prints.
const usage = `paypane serves the payment widget. It is configured by the environment:

PAYPANE_ADDR                  where to listen (default localhost:8080)
PAYPANE_ORIGIN                public address of the pages, like https://pay.example
PAYPANE_DATABASE              sqlite:FILE, made where it is missing, for one server; or
                              postgres://user@host/database, for several
PAYPANE_ATHENA_URL            the practice's API, like https://api.platform.athenahealth.com
PAYPANE_ATHENA_CLIENT_ID      who we are there
PAYPANE_ATHENA_CLIENT_SECRET  and the secret, or PAYPANE_ATHENA_CLIENT_SECRET_FILE
PAYPANE_PORTALS               the file with the portals that may launch payments
PAYPANE_METRICS_ADDR          where to answer GET /metrics, apart from the pages; not for
                              the public (default: nowhere)
PAYPANE_RECEIPT_DELAY         how long the practice's API may take from a request until its
                              receipts show what it did (default 30m, at least 30s): its own
                              work, for which answers after 90 s are known, and the listing
                              together; a lost answer is not called "not taken" before that
PAYPANE_CHECKPOINTS           the directory for signed checkpoints of the record, to be copied
                              elsewhere (default: they stay in the database)
PAYPANE_KEYS                  secrets of 32 bytes or more in base64, separated by commas or
                              lines, or the path of a file with them; the first signs
                              sessions and checkpoints, all verify, so that keys can be replaced

paypane ledger reads the record; see paypane ledger -h.
What has no default is required. A wrong configuration ends with status 2.
`

// config is the configuration, read and checked.
type config struct {
	addr, metrics, origin, database   string
	athenaURL, athenaID, athenaSecret string
	portals                           []bff.Portal
	keys                              [][]byte
	checkpoints                       checkpoint.Directory
	receiptDelay                      time.Duration
}

// configError names the variable that is wrong.
type configError struct {
	name  string
	cause error
}

func (e *configError) Error() string { return e.name + ": " + e.cause.Error() }
func (e *configError) Unwrap() error { return e.cause }

// leastReceiptDelay is the least that can be meant by PAYPANE_RECEIPT_DELAY: so
// long the server itself waits for the upstream to end its work.
const leastReceiptDelay = 30 * time.Second

var errMissing = errors.New("is not set; see paypane -h")

func readConfig(env func(string) string) (config, error) {
	var missing error
	required := func(name string) string {
		v := env(name)
		if v == "" && missing == nil {
			missing = &configError{name, errMissing}
		}
		return v
	}
	c := config{
		addr:        env("PAYPANE_ADDR"),
		metrics:     env("PAYPANE_METRICS_ADDR"),
		checkpoints: checkpoint.Directory(env("PAYPANE_CHECKPOINTS")),
		origin:      required("PAYPANE_ORIGIN"),
		database:    required("PAYPANE_DATABASE"),
		athenaURL:   required("PAYPANE_ATHENA_URL"),
		athenaID:    required("PAYPANE_ATHENA_CLIENT_ID"),
	}
	if c.addr == "" {
		c.addr = "localhost:8080"
	}
	if file := env("PAYPANE_ATHENA_CLIENT_SECRET_FILE"); file != "" {
		secret, err := os.ReadFile(file)
		if err != nil {
			return c, &configError{"PAYPANE_ATHENA_CLIENT_SECRET_FILE", err}
		}
		if c.athenaSecret = strings.TrimSpace(string(secret)); c.athenaSecret == "" {
			return c, &configError{"PAYPANE_ATHENA_CLIENT_SECRET_FILE", errors.New("the file is empty")}
		}
	} else {
		c.athenaSecret = required("PAYPANE_ATHENA_CLIENT_SECRET")
	}
	portals, keys := required("PAYPANE_PORTALS"), required("PAYPANE_KEYS")
	if missing != nil {
		return c, missing
	}
	var err error
	if c.portals, err = bff.ReadPortals(portals); err != nil {
		return c, &configError{"PAYPANE_PORTALS", err}
	}
	if c.keys, err = readKeys(keys); err != nil {
		return c, &configError{"PAYPANE_KEYS", err}
	}
	if text := env("PAYPANE_RECEIPT_DELAY"); text != "" {
		if c.receiptDelay, err = time.ParseDuration(text); err != nil {
			return c, &configError{"PAYPANE_RECEIPT_DELAY", errors.New("is not a length of time like 30m")}
		}
		if c.receiptDelay < leastReceiptDelay {
			return c, &configError{"PAYPANE_RECEIPT_DELAY", fmt.Errorf("is less than %s: it has to cover the time that the practice's API works on a payment and the time until its receipts list it, or a payment that was taken is called \"not taken\"", leastReceiptDelay)}
		}
	}
	return c, nil
}

// readKeys reads secrets, or the file that holds them: what is not a list of
// keys is taken for a path. Errors do not repeat what was given.
func readKeys(text string) ([][]byte, error) {
	keys, err := decodeKeys(text)
	if err == nil {
		return keys, nil
	}
	content, fileErr := os.ReadFile(strings.TrimPrefix(text, "file:"))
	if fileErr != nil {
		return nil, fmt.Errorf("%w, and it is not a file that can be read", err)
	}
	return decodeKeys(string(content))
}

func decodeKeys(text string) ([][]byte, error) {
	var keys [][]byte
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		key, err := base64.StdEncoding.DecodeString(part)
		if err != nil {
			return nil, errors.New("a key is not base64")
		}
		if len(key) < 32 {
			return nil, errors.New("a key has fewer than 32 bytes; make one with: openssl rand -base64 32")
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, errors.New("holds no key")
	}
	return keys, nil
}

// serve joins ledger, upstream and server, listens until ctx ends, and then
// waits for the charges under way. The ledger is opened last of what the
// configuration can get wrong, because opening it makes a file.
func serve(ctx context.Context, cfg config, log *slog.Logger) error {
	practice, err := athena.New(athena.Config{URL: cfg.athenaURL, ClientID: cfg.athenaID, ClientSecret: cfg.athenaSecret, Log: log})
	if err != nil {
		return &configError{"PAYPANE_ATHENA_URL", err}
	}
	if err := bff.CheckOrigin(cfg.origin); err != nil {
		return &configError{"PAYPANE_ORIGIN", err}
	}
	listener, err := net.Listen("tcp", cfg.addr)
	if err != nil {
		return &configError{"PAYPANE_ADDR", err}
	}
	defer listener.Close()
	var numbers net.Listener
	if cfg.metrics != "" {
		l, err := net.Listen("tcp", cfg.metrics)
		if err != nil {
			return &configError{"PAYPANE_METRICS_ADDR", err}
		}
		defer l.Close()
		numbers = l
	}
	book, err := ledger.Open(ctx, cfg.database, time.Now)
	if err != nil {
		return &configError{"PAYPANE_DATABASE", err}
	}
	defer book.Close()
	if err := book.Occupy(); err != nil {
		return &configError{"PAYPANE_DATABASE", err}
	}
	signed, err := checkpoints(ctx, cfg, book, log)
	if err != nil {
		return err
	}
	pages, err := bff.New(ctx, bff.Config{
		Origin: cfg.origin, Portals: cfg.portals, Practice: practice, Ledger: book, Keys: cfg.keys, Log: log,
		ReceiptDelay: cfg.receiptDelay,
	})
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	if numbers != nil {
		server := &http.Server{Handler: metrics.Handler(practice, book), ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second}
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
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	go func() { failed <- server.Serve(listener) }()
	go prune(ctx, book, log)
	go signed.Keep(ctx)
	tended := make(chan struct{})
	go func() {
		defer close(tended)
		pages.Tend(ctx)
	}()
	log.Info("serving", "addr", listener.Addr().String(), "origin", cfg.origin)
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping; charges under way are waited for")
	// Not the context that has just ended: this one is for the way out.
	last, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	err = errors.Join(server.Shutdown(last), pages.Drain(last))
	<-tended
	return errors.Join(err, signed.Sign(last, 0))
}

// checkpoints refuses a ledger that is older than its checkpoints, before
// anything is sent for it.
func checkpoints(ctx context.Context, cfg config, book *ledger.Ledger, log *slog.Logger) (checkpoint.Notary, error) {
	keys, err := checkpoint.NewKeys(cfg.keys)
	if err != nil {
		return checkpoint.Notary{}, &configError{"PAYPANE_KEYS", err}
	}
	if cfg.checkpoints != "" {
		var stale *checkpoint.StaleError
		if err := cfg.checkpoints.Check(ctx, book, keys); errors.As(err, &stale) {
			return checkpoint.Notary{}, &configError{"PAYPANE_DATABASE", err}
		} else if err != nil {
			return checkpoint.Notary{}, &configError{"PAYPANE_CHECKPOINTS", err}
		}
	}
	return checkpoint.Notary{Ledger: book, Keys: keys, Directory: cfg.checkpoints, Log: log}, nil
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
