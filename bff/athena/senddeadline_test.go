package athena

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"paypane/web/payment"
)

// stopped is a context with an hour's deadline, of a process that is stopped
// for a while when it has a connection and has written nothing to it yet.
func stopped(t *testing.T, at *clock, pause time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	t.Cleanup(cancel)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		at.pass(pause)
	}})
}

// awaiting is a client of an upstream with a certificate or without one, that
// waits for two hours and has a token. tune changes its transport.
func awaiting(t *testing.T, upstream *httptest.Server, at *clock, tune func(*http.Transport)) *Client {
	t.Helper()
	transport := &http.Transport{}
	if upstream.TLS != nil {
		transport.TLSClientConfig = upstream.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	}
	tune(transport)
	c := connect(t, upstream.URL, func(c *Config) { c.Transport, c.Now, c.PayDeadline = transport, at.now, 2*time.Hour })
	if _, err := c.tokens.token(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c
}

// Between the connection and the first byte a process is stopped: after the
// deadline nothing leaves, with TLS or without, whoever makes the connection.
func TestWriteNeverBeginsLate(t *testing.T) {
	var posts atomic.Int32
	charging := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == tokenPath {
			w.Header().Set("Content-Type", "application/json")
			io.WriteString(w, `{"token_type":"Bearer","expires_in":"36000","access_token":"a"}`)
			return
		}
		posts.Add(1)
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, `[{"success":true,"epaymentid":61235}]`)
	}
	plain, secure := httptest.NewServer(http.HandlerFunc(charging)), httptest.NewTLSServer(http.HandlerFunc(charging))
	defer plain.Close()
	defer secure.Close()
	own := func(t *http.Transport) {
		config := t.TLSClientConfig
		t.DialTLSContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			return (&tls.Dialer{Config: config}).DialContext(ctx, network, addr)
		}
	}
	for _, test := range []struct {
		name     string
		upstream *httptest.Server
		tune     func(*http.Transport)
	}{
		{"plain", plain, func(*http.Transport) {}},
		{"tls", secure, func(*http.Transport) {}},
		{"tls of its own", secure, own},
		{"tls without a handshake", secure, func(t *http.Transport) { lazy(t, func() {}) }},
	} {
		for pause, want := range map[time.Duration]payment.State{
			0:                          payment.Succeeded,
			time.Hour - 10*time.Minute: payment.Succeeded,
			time.Hour:                  payment.NotSent,
			100 * time.Hour:            payment.NotSent,
		} {
			at := &clock{}
			c := awaiting(t, test.upstream, at, test.tune)
			posts.Store(0)
			outcome := c.Collect(stopped(t, at, pause), dana, oneClaim, cardOf(t, "4111111111111111"))
			if outcome.State != want || (want == payment.NotSent) != (posts.Load() == 0) {
				t.Errorf("%s, stopped for %s: %+v after %d posts", test.name, pause, outcome, posts.Load())
			}
			if want == payment.NotSent && outcome.Evidence != "too late to send" {
				t.Errorf("%s, stopped for %s: evidence %q", test.name, pause, outcome.Evidence)
			}
		}
	}
}

// lazy makes a transport leave the handshake to whoever writes first. Its owner
// is stopped after each write.
func lazy(t *http.Transport, stop func()) {
	config := t.TLSClientConfig.Clone()
	config.ServerName = "example.com"
	t.DialTLSContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return tls.Client(tiring{conn, stop}, config), nil
	}
}

// A handshake cannot come between the judgement and the first byte.
func TestWriteNeverBeginsAfterLateHandshake(t *testing.T) {
	upstream := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"token_type":"Bearer","expires_in":"3600","access_token":"a"}`)
		if r.URL.Path != tokenPath {
			t.Error("sent")
		}
	}))
	defer upstream.Close()
	at := &clock{}
	var writes atomic.Int32
	c := awaiting(t, upstream, at, func(t *http.Transport) {
		lazy(t, func() {
			if writes.Add(1) == 3 { // the last of the client's handshake
				at.pass(time.Hour)
			}
		})
	})
	writes.Store(0)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	if outcome := c.Collect(ctx, dana, oneClaim, cardOf(t, "4111111111111111")); outcome.State != payment.NotSent {
		t.Errorf("%+v", outcome)
	}
}

// Without a deadline of the caller, a write has the time in which it listens.
func TestWriteNeverBeginsAfterPayDeadline(t *testing.T) {
	at := &clock{}
	upstream := scripted(t, func(http.ResponseWriter, *http.Request) { t.Error("sent") })
	c := awaiting(t, upstream, at, func(*http.Transport) {})
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		at.pass(2 * time.Hour)
	}})
	if w := c.VoidPayment(ctx, dana, "61235"); w.State != payment.WriteNotSent || w.Evidence != "too late to send" {
		t.Errorf("%+v", w)
	}
}

// Once the request is out, the deadline does not stop the listening.
func TestWriteListensAfterDeadline(t *testing.T) {
	at := &clock{}
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		at.pass(time.Hour)
		cancel()
		io.WriteString(w, `[{"success":true,"epaymentid":61235}]`)
	})
	c := awaiting(t, upstream, at, func(*http.Transport) {})
	if outcome := c.Collect(ctx, dana, oneClaim, cardOf(t, "4111111111111111")); outcome.State != payment.Succeeded {
		t.Errorf("%+v", outcome)
	}
}

// tiring is a connection whose owner is stopped after its first write.
type tiring struct {
	net.Conn
	stop func()
}

func (c tiring) Write(p []byte) (int, error) {
	defer c.stop()
	return c.Conn.Write(p)
}

// A charge leaves in one piece or not at all. What is longer than a piece, and
// was stopped between two, stays in pieces: the upstream never has the whole.
// What it makes of the piece we do not know.
func TestWriteNeverEndsLate(t *testing.T) {
	var whole atomic.Int32
	upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			whole.Add(1)
		}
		io.WriteString(w, `{"success":true,"epaymentid":61235}`)
	})
	document := append([]byte("%PDF-1.7\n"), make([]byte, 2*piece)...)
	for name, do := range map[string]func(ctx context.Context, c *Client) payment.Write{
		"charge": func(ctx context.Context, c *Client) payment.Write {
			outcome := c.Collect(ctx, dana, oneClaim, cardOf(t, "4111111111111111"))
			return payment.Write{State: map[payment.State]payment.WriteState{payment.Succeeded: payment.WriteDone}[outcome.State], Evidence: outcome.Evidence}
		},
		"document": func(ctx context.Context, c *Client) payment.Write {
			return c.UploadSignedReceipt(ctx, dana, "61235", document)
		},
	} {
		for pause, want := range map[time.Duration]payment.WriteState{0: payment.WriteDone, time.Hour: payment.WriteUnknown} {
			if name == "charge" {
				want = payment.WriteDone // nothing is left to be late
			}
			at := &clock{}
			whole.Store(0)
			c := awaiting(t, upstream, at, func(tr *http.Transport) {
				tr.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
					conn, err := new(net.Dialer).DialContext(ctx, network, addr)
					return tiring{conn, func() { at.pass(pause) }}, err
				}
			})
			// The token was asked for over such a connection, too.
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			w := do(ctx, c)
			cancel()
			if w.State != want || (want == payment.WriteDone) != (whole.Load() == 1) {
				t.Errorf("%s, stopped for %s: %+v, %d whole", name, pause, w, whole.Load())
			}
			if want == payment.WriteUnknown && w.Evidence != "no answer: too late to send all" {
				t.Errorf("%s: evidence %q", name, w.Evidence)
			}
		}
	}
}

// A foreign RoundTripper has no connections of ours: it is asked in time or
// not at all.
func TestForeignTransportIsNotAskedLate(t *testing.T) {
	upstream := says(t, 200, `[{"success":true,"epaymentid":61235}]`)
	for pause, want := range map[time.Duration]payment.State{0: payment.Succeeded, time.Hour: payment.NotSent} {
		at := &clock{}
		var asked atomic.Int32
		c := connect(t, upstream.URL, func(c *Config) {
			c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "collectpayment") {
					asked.Add(1)
				}
				return http.DefaultTransport.RoundTrip(r)
			})
			c.Now = func() time.Time { at.pass(pause); return at.now() } // stopped at every look
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		outcome := c.Collect(ctx, dana, oneClaim, cardOf(t, "4111111111111111"))
		cancel()
		if outcome.State != want || (want == payment.NotSent) != (asked.Load() == 0) {
			t.Errorf("stopped for %s: %+v, asked %d times", pause, outcome, asked.Load())
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Either clock is enough to be late, and late is for good.
func TestSendDeadlineClocks(t *testing.T) {
	const minute, hour = time.Minute, time.Hour
	for _, test := range []struct {
		name          string
		running, wall time.Duration // what each clock counts after the deadline was set
		bare          bool          // the deadline is a time of the wall clock only
		late          bool
	}{
		{name: "in time", running: minute - 1, wall: minute - 1},
		{name: "both", running: minute, wall: minute, late: true},
		{name: "the machine was suspended", running: 0, wall: minute, late: true},
		{name: "the wall clock stands", running: minute, wall: 0, late: true},
		{name: "the wall clock was set back", running: minute, wall: -hour, late: true},
		{name: "the wall clock was set back, in time", running: minute - 1, wall: -hour},
		{name: "a deadline of the wall clock", running: minute, wall: -hour, bare: true, late: true},
		{name: "a deadline of the wall clock, in time", running: minute - 1, wall: minute - 1, bare: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			at := &clock{}
			deadline := time.Now().Add(minute)
			if test.bare {
				deadline = deadline.Round(0)
			}
			ctx, cancel := context.WithDeadline(t.Context(), deadline)
			defer cancel()
			d := newSendDeadline(ctx, at.now, hour)
			d.connect()
			time.Sleep(test.running)
			at.pass(test.wall)
			if d.missed() != test.late || (d.allow() != nil) != test.late {
				t.Errorf("%s: late %t, want %t", test.name, d.passed, test.late)
			}
			at.nanos.Store(int64(-10 * hour))
			if (d.allow() != nil) != test.late || d.missed() != test.late {
				t.Errorf("%s: changed its mind", test.name)
			}
		})
	}
}

// No connection for money is made but for a write, and none that does not ask.
func TestMoneyConnectionsAreForWrites(t *testing.T) {
	upstream := says(t, 200, `{}`)
	c := connect(t, upstream.URL, func(c *Config) { c.Transport = &http.Transport{} })
	if resp, err := c.money.Get(upstream.URL); err == nil {
		resp.Body.Close()
		t.Error("a connection without a deadline")
	}
	dial := func(network, addr string) (net.Conn, error) { return net.Dial(network, addr) }
	for _, transport := range []*http.Transport{{Dial: dial}, {DialTLS: dial}} {
		if _, err := New(Config{URL: upstream.URL, ClientID: "i", ClientSecret: "s", Transport: transport}); err == nil {
			t.Error("a transport with an unguarded dial is accepted")
		}
	}
}
