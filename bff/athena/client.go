package athena

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
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
	defaultPayDeadline  = 30 * time.Second // security.md 6
	defaultReadDeadline = 5 * time.Second  // security.md 6
	maxAnswer           = 1 << 20          // bytes; the largest answer recorded has about 100 kB
	readRetries         = 2                // tries of a read after the first
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
	// Transport makes the connections; nil: one of our own for reads and one
	// for money. Of an *http.Transport a copy without keep-alive is used for
	// money; another RoundTripper must not send a request twice.
	Transport http.RoundTripper
	// Now is the clock for the life of tokens; nil: time.Now.
	Now func() time.Time
	// PayDeadline is how long Collect waits for an answer; 0: 30 s.
	PayDeadline time.Duration
	// ReadDeadline is how long each try of a read may take; 0: 5 s.
	ReadDeadline time.Duration
	// Wait pauses between two tries of a read; nil: a timer.
	Wait func(ctx context.Context, d time.Duration) error
	// Log receives one line per call, without patient or card; nil: none.
	Log *slog.Logger
}

// Client is the upstream. It is safe for concurrent use.
type Client struct {
	base         string // scheme://host
	tokens       *tokens
	reads, money *http.Client
	traced       bool // money's transport tells of its connections
	payDeadline  time.Duration
	readDeadline time.Duration
	wait         func(context.Context, time.Duration) error
	log          *slog.Logger
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
	c := &Client{
		base:         base,
		payDeadline:  cfg.PayDeadline,
		readDeadline: cfg.ReadDeadline,
		wait:         cfg.Wait,
		log:          cfg.Log,
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
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	reads, money := transports(cfg.Transport)
	_, c.traced = money.(*http.Transport)
	c.reads = &http.Client{Transport: reads, CheckRedirect: refuseRedirect}
	c.money = &http.Client{Transport: money, CheckRedirect: refuseRedirect}
	now := cfg.Now
	if now == nil {
		now = time.Now
	}
	c.tokens = newTokens(base, cfg.ClientID, cfg.ClientSecret, c.reads, c.readDeadline, now)
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
	// a request by itself (security.md, finding 2). HTTP/1.1, because an HTTP/2
	// GOAWAY invites a re-send as well.
	m := t.Clone()
	m.DisableKeepAlives = true
	m.ForceAttemptHTTP2 = false
	m.TLSNextProto = nil
	m.Protocols = new(http.Protocols)
	m.Protocols.SetHTTP1(true)
	if m.TLSClientConfig != nil {
		m.TLSClientConfig.NextProtos = nil // a clone of a used transport offers h2 here
	}
	return t, m
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

// Eastern is the zone of the upstream's dates and times (athena-api.md 1).
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

// get reads path, trying again where that can help.
func (c *Client) get(ctx context.Context, op, path string, query url.Values) ([]byte, error) {
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	refreshed := false
	for try := 0; ; {
		body, token, err := c.call(ctx, op, func(ctx context.Context) (*http.Request, error) {
			return http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
		})
		var e *Error
		if err == nil || !errors.As(err, &e) {
			return body, err
		}
		switch {
		case ctx.Err() != nil:
			return nil, err
		case e.Status == http.StatusUnauthorized && token != "" && !refreshed && e.Message != notGranted:
			// Tokens die early now and then (athena-api.md 2.12).
			refreshed = true
			c.tokens.drop(token)
			continue
		case try == readRetries || e.Fault != FaultNetwork && e.Status < 500:
			return nil, err
		}
		try++
		base := 50 * time.Millisecond << try
		if c.wait(ctx, base+rand.N(base)) != nil {
			return nil, err
		}
	}
}

// call makes one request with a token and returns a 200's body. The token it
// used is returned for the case that it was refused; it is empty when none
// could be had.
func (c *Client) call(ctx context.Context, op string, build func(context.Context) (*http.Request, error)) (body []byte, token string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.readDeadline)
	defer cancel()
	token, err = c.tokens.token(ctx)
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			return nil, "", &Error{Op: op, Fault: e.Fault, Status: e.Status, Message: e.Message, Detail: "no token", err: err}
		}
		return nil, "", networkError(op, err)
	}
	req, err := build(ctx)
	if err != nil {
		return nil, token, &Error{Op: op, Fault: FaultOurs, Message: "request cannot be built", err: err}
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/json")
	start := time.Now()
	resp, err := c.reads.Do(req)
	if err != nil {
		c.log.Warn("athena call failed", "op", op, "took", time.Since(start))
		return nil, token, networkError(op, err)
	}
	defer resp.Body.Close()
	body, err = readAnswer(resp.Body, maxAnswer)
	c.log.Debug("athena call", "op", op, "status", resp.StatusCode, "took", time.Since(start))
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, token, answerError(op, resp.StatusCode, body)
	case errors.Is(err, errTooBig):
		return nil, token, upstreamError(op, err)
	case err != nil:
		return nil, token, networkError(op, err)
	}
	return body, token, nil
}

var errTooBig = errors.New("answer is too big")

// readAnswer reads an answer up to the limit of bytes.
func readAnswer(r io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(body)) > limit {
		return nil, errTooBig
	}
	return body, err
}
