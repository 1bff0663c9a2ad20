package athena

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// clock is a clock that tests move.
type clock struct{ nanos atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(1_790_000_000, c.nanos.Load()) }

func (c *clock) pass(d time.Duration) { c.nanos.Add(int64(d)) }

// 200 callers at once and a token that has run out: one request (R24).
func TestTokenIsFetchedOnceForAll(t *testing.T) {
	var clock clock
	upstream := athenatest.StartWith(t, athenatest.Options{Now: clock.now})
	c := connect(t, upstream.URL, func(c *Config) { c.Now = clock.now })
	for round := 1; round <= 2; round++ {
		var wg sync.WaitGroup
		for range 200 {
			wg.Go(func() {
				if _, err := c.tokens.token(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := upstream.Count("token"); n != round {
			t.Errorf("round %d: %d token requests", round, n)
		}
		clock.pass(time.Hour)
	}
}

// The last two minutes of a token's hour are not used
// (docs/upstream-api.md#tokens).
func TestTokenLife(t *testing.T) {
	for answer, life := range map[string]time.Duration{
		`"expires_in":"3600",`: 58 * time.Minute, // the recorded form: text
		`"expires_in":3600,`:   58 * time.Minute,
		`"expires_in":"60",`:   30 * time.Second,
		``:                     tokenLife,
	} {
		var requests atomic.Int32
		upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"token_type":"Bearer",%s"access_token":"t%d"}`, answer, requests.Add(1))
		}))
		var clock clock
		c := connect(t, upstream.URL, func(c *Config) { c.Now = clock.now })
		ask := func(after time.Duration, want string) {
			t.Helper()
			clock.pass(after)
			if access, err := c.tokens.token(t.Context()); access != want || err != nil {
				t.Errorf("%s after %v: %q, %v; want %q", answer, after, access, err, want)
			}
		}
		ask(0, "t1")
		ask(life-2*time.Second, "t1") // oauth2 counts by the real clock: leave it some
		ask(3*time.Second, "t2")
		upstream.Close()
	}
}

// A caller who leaves neither waits nor fails the others.
func TestTokenCallerLeaves(t *testing.T) {
	asked, release := make(chan struct{}), make(chan struct{})
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-release
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"token_type":"Bearer","expires_in":"3600","access_token":"a"}`)
	}))
	defer upstream.Close()
	c := connect(t, upstream.URL)
	first, leave := context.WithCancel(t.Context())
	left, stayed := make(chan error), make(chan error)
	go func() {
		_, err := c.tokens.token(first)
		left <- err
	}()
	<-asked
	go func() {
		_, err := c.tokens.token(t.Context())
		stayed <- err
	}()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("caller who left: %v", err)
	}
	close(release)
	if err := <-stayed; err != nil {
		t.Errorf("caller who stayed: %v", err)
	}
}

// Tokens that die early: a read gets one new token, a charge does not.
func TestRevokedToken(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL)
	read := func() {
		t.Helper()
		if _, err := c.AcceptedCards(t.Context(), dana); err != nil {
			t.Error(err)
		}
	}
	read()
	upstream.RevokeTokens()
	read()
	if n := upstream.Count("token"); n != 2 {
		t.Errorf("%d token requests for two reads, want 2", n)
	}
	charge := chargeOf(t, c, dana)
	upstream.RevokeTokens()
	outcome := c.Collect(t.Context(), dana, charge, cardOf(t, "4111111111111111"))
	if outcome.State != payment.NotSent || upstream.Count("collectpayment") != 1 || upstream.Count("token") != 2 {
		t.Errorf("charge with a dead token: %+v after %d posts, %d tokens", outcome, upstream.Count("collectpayment"), upstream.Count("token"))
	}
	// The dead token is not used again.
	outcome = c.Collect(t.Context(), dana, charge, cardOf(t, "4111111111111111"))
	if outcome.State != payment.Succeeded || upstream.Count("token") != 3 {
		t.Errorf("next charge: %+v, %d tokens", outcome, upstream.Count("token"))
	}
}

// Token answers can echo the credentials (docs/upstream-api.md#tokens): no
// error repeats them.
func TestTokenErrorsAreSilent(t *testing.T) {
	for _, answer := range []struct {
		status int
		body   string
	}{
		{401, `{"error":"invalid_client","echo":"ZGVtbzpkZW1v"}`},
		{429, `ZGVtbzpkZW1v`},
		{200, `ZGVtbzpkZW1v`},
		{200, `{"error":"ZGVtbzpkZW1v"}`},
		{200, `{"echo":"ZGVtbzpkZW1v"}`},
	} {
		upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(answer.status)
			io.WriteString(w, answer.body)
		}))
		c := connect(t, upstream.URL)
		_, err := c.AcceptedCards(t.Context(), dana)
		outcome := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111"))
		if err == nil || strings.Contains(err.Error()+fmt.Sprintf("%#v", err), "ZGVtbz") {
			t.Errorf("%v: error %#v", answer, err)
		}
		if outcome.State != payment.NotSent || strings.Contains(outcome.Evidence, "ZGVtbz") {
			t.Errorf("%v: charge without a token: %+v", answer, outcome)
		}
		upstream.Close()
	}
}
