package athena

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the upstream's clock is US Eastern; a bare container has no zone files

	"paypane/web/payment"
)

const (
	defaultPayDeadline  = 30 * time.Second // docs/security.md#deadlines
	defaultReadDeadline = 5 * time.Second  // docs/security.md#deadlines
)

// Config says where the upstream is and who we are there. URL, ClientID and
// ClientSecret are required; everything else has a default.
type Config struct {
	// URL is scheme and host of the API, without /v1:
	// "https://api.platform.athenahealth.com". Plain http is accepted for a
	// loopback address only, because card numbers travel this way.
	URL          string
	ClientID     string
	ClientSecret string
	// Vendors are the vendorcodes under which the practices' patient-pay vendors are
	// booked, by practice; where a practice has none, the calls for vendors are
	// refused here.
	Vendors map[int]string
	// Transport makes the connections; nil: one of our own. Of an *http.Transport
	// writes use what dials and what it says of TLS, and nothing else: they have
	// connections of their own (exchange.go). Another RoundTripper must not send a
	// request twice and must not hold one back, because we do not see until when
	// bytes leave over its connections.
	Transport http.RoundTripper
	// Now is the clock for the life of tokens, for limits and, beside the
	// monotonic clock, for the time that a write has to leave; nil: time.Now.
	Now func() time.Time
	// PayDeadline is how long Collect waits for an answer; 0: 30 s.
	PayDeadline time.Duration
	// ReadDeadline is how long each try of a read may take; 0: 5 s.
	ReadDeadline time.Duration
	// Until is when the reads of a context are given up, with all their tries, because
	// somebody waits for them; nil: never, and each try has its own deadline only.
	Until func(context.Context) (time.Time, bool)
	// Wait pauses between two tries of a read; nil: a timer.
	Wait func(ctx context.Context, d time.Duration) error
	// Log receives one line per call, without patient or card; nil: none.
	Log *slog.Logger
	// Calls hears of each call that was answered or not: of each try of a read the
	// status, or "none", of a write its payment.WriteState; nil: nobody does.
	Calls func(operation, outcome string, took time.Duration)
}

// Client is the upstream. It is safe for concurrent use.
type Client struct {
	base         string         // scheme://host
	vendors      map[int]string // vendorcodes by practice
	tokens       *tokens
	reads, money *http.Client // money is for writes
	traced       bool         // money's transport tells of its connections
	payDeadline  time.Duration
	readDeadline time.Duration
	until        func(context.Context) (time.Time, bool)
	now          func() time.Time
	daily        *window
	retries      retries
	wait         func(context.Context, time.Duration) error
	log          *slog.Logger
	told         func(operation, outcome string, took time.Duration)
}

// New makes a client. It opens no connection.
func New(cfg Config) (*Client, error) {
	base, err := baseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	if cfg.ClientID == "" || cfg.ClientSecret == "" {
		return nil, errors.New("athena: client id and secret are required")
	}
	for practice, code := range cfg.Vendors {
		if practice <= 0 || !vendorWord(code) {
			return nil, fmt.Errorf("athena: vendor code %q of practice %d must be letters, digits, - and _", code, practice)
		}
	}
	c := &Client{
		vendors:      maps.Clone(cfg.Vendors),
		base:         base,
		payDeadline:  cfg.PayDeadline,
		readDeadline: cfg.ReadDeadline,
		until:        cfg.Until,
		wait:         cfg.Wait,
		log:          cfg.Log,
		told:         cfg.Calls,
	}
	if c.payDeadline <= 0 {
		c.payDeadline = defaultPayDeadline
	}
	if c.readDeadline <= 0 {
		c.readDeadline = defaultReadDeadline
	}
	if c.wait == nil {
		c.wait = sleep
	}
	if c.told == nil {
		c.told = func(string, string, time.Duration) {}
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if t, ok := cfg.Transport.(*http.Transport); ok && (t.Dial != nil || t.DialTLS != nil) { //nolint:staticcheck // deprecated, and seen to be refused
		return nil, errors.New("athena: transport must dial with a context, not with Dial or DialTLS")
	}
	reads, money := transports(cfg.Transport)
	_, c.traced = money.(*exchange)
	c.reads = &http.Client{Transport: reads, CheckRedirect: refuseRedirect}
	c.money = &http.Client{Transport: money, CheckRedirect: refuseRedirect}
	c.now = cfg.Now
	if c.now == nil {
		c.now = time.Now
	}
	c.daily = &window{length: 24 * time.Hour, clock: c.now}
	c.tokens = newTokens(base, cfg.ClientID, cfg.ClientSecret, c.reads, c.readDeadline, c.now)
	return c, nil
}

// baseURL checks the configured address, so that a mistake stops the start and
// not the first payment.
func baseURL(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return "", errors.New("athena: url is not an address like https://api.platform.athenahealth.com")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		return "", errors.New("athena: url must be scheme and host only, without /v1")
	case u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()):
		return u.Scheme + "://" + u.Host, nil
	}
	return "", errors.New("athena: url must be https, or http to a loopback address")
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// transports are the two pools of connections. Neither takes a proxy from the
// environment: a variable of the host must not decide who sees card numbers.
func transports(given http.RoundTripper) (reads, money http.RoundTripper) {
	if given == nil {
		given = &http.Transport{
			DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout: 5 * time.Second,
			MaxIdleConnsPerHost: 16,
			IdleConnTimeout:     90 * time.Second,
			ForceAttemptHTTP2:   true,
		}
	}
	t, ok := given.(*http.Transport)
	if !ok {
		return given, given
	}
	// A fresh connection for each charge: on a reused one net/http may re-send
	// a request by itself (docs/security.md#sent-once). HTTP/1.1, because an HTTP/2
	// GOAWAY invites a re-send as well.
	return t, newExchange(t)
}

// refuseRedirect hands the redirect to the caller as the answer: following it
// would carry the token, or a card, to a host that somebody else named.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Eastern is the zone of the upstream's dates and times
// (docs/upstream-api.md#the-wire).
func Eastern() *time.Location { return eastern() }

var eastern = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err) // cannot happen: time/tzdata is linked in
	}
	return zone
})

// path is the address of something below a practice.
func path(practice int, elements ...string) string {
	return "/v1/" + strconv.Itoa(practice) + "/" + strings.Join(elements, "/")
}

func patientPath(p payment.Patient, elements ...string) string {
	return path(p.Practice, append([]string{"patients", strconv.Itoa(p.ID)}, elements...)...)
}
