package athena

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

const (
	tokenPath = "/oauth2/v1/token"
	scope     = "athena/service/Athenanet.MDP.*"
	// tokenCut is taken off a token's hour, because the upstream answers an
	// occasional 401 towards its end (docs/upstream-api.md#tokens).
	tokenCut = 2 * time.Minute
	// tokenLife is assumed where the answer has no usable expires_in: far less
	// than the documented hour, far more than the limit of token requests.
	tokenLife = 10 * time.Minute
)

// tokens keeps the one access token of the client, POST /oauth2/v1/token
// (docs/upstream-api.md#tokens). The upstream allows as few as five token
// requests a minute, so one is made for all callers that wait.
//
// clientcredentials makes the request (Basic credentials, expires_in as text or
// number, 1 MiB limit). Its own reuse of tokens is not used, because a caller who
// waits in it cannot leave. Nor is singleflight: while the limit is used
// up a caller may join a request under way and may not begin one, so it has to be
// seen whether there is one.
type tokens struct {
	fetch func(ctx context.Context) (*oauth2.Token, error)
	// deadline limits a request; it is the request's own, not a caller's, so
	// that a caller who leaves does not fail the others.
	deadline time.Duration
	now      func() time.Time
	limit    *window // of token requests a minute
	// simulated says that whoever answered is the simulator, by its own word.
	simulated *atomic.Bool

	mu       sync.Mutex
	access   string
	since    time.Time
	until    time.Time
	flight   *flight // the request under way, if any
	refusals refusals
}

// flight is one token request; access and err are set when done is closed.
type flight struct {
	done   chan struct{}
	access string
	err    error
}

func newTokens(base, id, secret string, client *http.Client, deadline time.Duration, now func() time.Time) *tokens {
	cfg := &clientcredentials.Config{
		ClientID:     id,
		ClientSecret: secret,
		TokenURL:     base + tokenPath,
		Scopes:       []string{scope},
		AuthStyle:    oauth2.AuthStyleInHeader,
	}
	limit, simulated := &window{length: time.Minute, clock: now}, &atomic.Bool{}
	listening := *client
	listening.Transport = listener{client.Transport, limit, simulated}
	return &tokens{
		simulated: simulated,
		fetch: func(ctx context.Context) (*oauth2.Token, error) {
			return cfg.Token(context.WithValue(ctx, oauth2.HTTPClient, &listening))
		},
		deadline: deadline,
		now:      now,
		limit:    limit,
	}
}

// listener is a RoundTripper that hears the limits of token answers, which
// oauth2 does not hand on.
type listener struct {
	next      http.RoundTripper
	limit     *window
	simulated *atomic.Bool
}

func (l listener) RoundTrip(r *http.Request) (*http.Response, error) {
	asked := l.limit.clock()
	resp, err := l.next.RoundTrip(r)
	if err == nil {
		l.limit.observe(asked, resp.Header)
		l.simulated.Store(resp.Header.Get(simulatorHeader) != "")
		if resp.StatusCode == http.StatusTooManyRequests {
			l.limit.exhaust(asked) // for the rest of the minute (docs/upstream-api.md#tokens)
		}
	}
	return resp, err
}

// simulatorHeader is of all answers of the simulator and of nobody else's.
const simulatorHeader = "Paypane-Simulator"

// previewHost is athena's for trying, with patients who are nobody.
const previewHost = "api.preview.platform.athenahealth.com"

// Test reports whether the upstream takes no money: it is athena's preview, or the
// simulator, as that said itself when it gave a token. An address alone does not
// tell it, since a loopback address may be a proxy to the real one.
func (c *Client) Test() bool {
	return c.base == "https://"+previewHost || c.tokens.simulated.Load()
}

// token is a token that is good now. It waits for a request under way until
// ctx is done.
func (t *tokens) token(ctx context.Context) (string, error) {
	t.mu.Lock()
	if t.access != "" && t.now().Before(t.until) {
		defer t.mu.Unlock()
		return t.access, nil
	}
	f := t.flight
	if l := t.limit.now(); f == nil && l.Exhausted() {
		t.mu.Unlock()
		return "", &Error{Op: "get token", Fault: FaultOurs, Message: "limit of token requests reached",
			Detail: "asks again at " + l.Resets.UTC().Format(time.RFC3339), limited: true}
	}
	if f == nil {
		f = &flight{done: make(chan struct{})}
		t.flight = f
		go t.refresh(f)
	}
	t.mu.Unlock()
	select {
	case <-f.done:
		return f.access, f.err
	case <-ctx.Done():
		return "", &Error{Op: "get token", Fault: FaultNetwork, Message: "stopped waiting", err: ctx.Err()}
	}
}

// refresh makes the request and ends the flight. It runs in its own goroutine
// and ends within the deadline.
func (t *tokens) refresh(f *flight) {
	ctx, cancel := context.WithTimeout(context.Background(), t.deadline)
	defer cancel()
	start := t.now()
	token, err := t.fetch(ctx)

	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		f.err = tokenError(err)
	} else {
		f.access = token.AccessToken
		t.access, t.since, t.until = token.AccessToken, start, start.Add(life(token))
	}
	t.flight = nil
	close(f.done)
}

// life is how long a token is used. oauth2 counts from the real clock, so only
// the length of its life is taken, not the moment of its end.
func life(token *oauth2.Token) time.Duration {
	if token.Expiry.IsZero() {
		return tokenLife
	}
	left := time.Until(token.Expiry)
	return left - min(tokenCut, left/2)
}

// tokenError says what went wrong without the answer's text: token answers can
// echo our credentials (docs/upstream-api.md#tokens).
func tokenError(err error) *Error {
	const op = "get token"
	if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok && r.Response != nil {
		e := answerError(op, r.Response.StatusCode, nil)
		if e.Status == http.StatusOK {
			e.Message = "token answer not understood"
		}
		return e
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		return networkError(op, u)
	}
	return &Error{Op: op, Fault: FaultUpstream, Status: http.StatusOK, Message: "token answer not understood"}
}
