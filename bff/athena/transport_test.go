package athena

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// No connection, no charge: refused, unknown host, or given up before.
func TestCollectNotSent(t *testing.T) {
	upstream := athenatest.Start(t)
	var refuse atomic.Bool
	c := connect(t, upstream.URL, func(c *Config) {
		c.Transport = &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if refuse.Load() {
				addr = "127.0.0.1:1" // nobody listens there
			}
			return new(net.Dialer).DialContext(ctx, network, addr)
		}}
	})
	charge := chargeOf(t, c, dana) // also gets the token
	refuse.Store(true)
	if outcome := c.Collect(t.Context(), dana, charge, cardOf(t, "4111111111111111")); outcome.State != payment.NotSent || outcome.Evidence != "no connection: dial failed" {
		t.Errorf("refused connection: %+v", outcome)
	}
	refuse.Store(false)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if outcome := c.Collect(gone, dana, charge, cardOf(t, "4111111111111111")); outcome.State != payment.NotSent {
		t.Errorf("cancelled before: %+v", outcome)
	}
	if n := upstream.Count("collectpayment"); n != 0 {
		t.Errorf("%d posts", n)
	}
}

// untraced is a RoundTripper that reports no connection, sends, and fails.
type untraced struct{ next http.RoundTripper }

func (u untraced) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "collectpayment") {
		io.Copy(io.Discard, r.Body)
		return nil, io.ErrUnexpectedEOF
	}
	return u.next.RoundTrip(r)
}

// Not having seen a connection is no proof when the card has been read.
func TestCollectThroughForeignTransport(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL, func(c *Config) { c.Transport = untraced{http.DefaultTransport} })
	if outcome := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111")); outcome.State != payment.Unknown {
		t.Errorf("outcome %+v", outcome)
	}
}

// stillborn is a RoundTripper that gets a connection and fails before it has
// read anything of the body.
type stillborn struct{ next http.RoundTripper }

func (s stillborn) RoundTrip(r *http.Request) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && r.Method == http.MethodPost {
		trace.GotConn(httptrace.GotConnInfo{})
		return nil, io.EOF
	}
	return s.next.RoundTrip(r)
}

// From the moment there is a connection nothing is proved any more.
func TestCollectFailsOnConnection(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL, func(c *Config) { c.Transport = stillborn{http.DefaultTransport} })
	if outcome := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111")); outcome.State != payment.Unknown {
		t.Errorf("outcome %+v", outcome)
	}
}

// A POST that dies on a kept-alive connection is what net/http repeats by
// itself. The control shows that this upstream provokes it.
func TestCollectIsNeverRepeated(t *testing.T) {
	var posts atomic.Int32
	var mu sync.Mutex
	from := map[string]int{}
	upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.Method == http.MethodGet {
			io.WriteString(w, `[{"departmentid":"7"}]`)
			return
		}
		posts.Add(1)
		mu.Lock()
		from[r.RemoteAddr]++
		mu.Unlock()
		panic(http.ErrAbortHandler) // acted on, then the connection dies
	})
	control := &http.Client{Transport: &http.Transport{}}
	warm, err := control.Get(upstream.URL + "/v1/195900/departments/7")
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, warm.Body)
	warm.Body.Close()
	req, _ := http.NewRequest(http.MethodPost, upstream.URL+"/x", strings.NewReader("a=b"))
	req.Header.Set("Idempotency-Key", "1")
	if _, err := control.Do(req); err == nil || posts.Load() != 2 {
		t.Fatalf("control: %d posts, %v; the test proves nothing", posts.Load(), err)
	}

	posts.Store(0)
	mu.Lock()
	clear(from)
	mu.Unlock()
	for i := range int32(3) {
		c := connect(t, upstream.URL, func(c *Config) { c.Transport = &http.Transport{} })
		if _, err := c.AcceptedCards(t.Context(), dana); err != nil { // leaves a connection to reuse
			t.Fatal(err)
		}
		outcome := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111"))
		if outcome.State != payment.Unknown || posts.Load() != i+1 {
			t.Errorf("%+v after %d posts", outcome, posts.Load())
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(from) != 3 {
		t.Errorf("connections %v, want three of one post", from)
	}
}

// Each charge goes over a connection that carried nothing before it.
func TestCollectUsesFreshConnections(t *testing.T) {
	var mu sync.Mutex
	requests := map[string]int{} // by connection
	var lastPost string
	upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		mu.Lock()
		requests[r.RemoteAddr]++
		if r.Method == http.MethodPost {
			lastPost = r.RemoteAddr
		}
		mu.Unlock()
		io.WriteString(w, `[{"departmentid":"7","success":true,"epaymentid":1}]`)
	})
	c := connect(t, upstream.URL)
	for range 3 {
		for range 2 {
			if _, err := c.AcceptedCards(t.Context(), dana); err != nil {
				t.Fatal(err)
			}
		}
		outcome := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111"))
		mu.Lock()
		if outcome.State != payment.Succeeded || requests[lastPost] != 1 {
			t.Errorf("%+v, %d requests on the connection of the charge", outcome, requests[lastPost])
		}
		mu.Unlock()
	}
	mu.Lock()
	defer mu.Unlock()
	if len(requests) != 4 {
		t.Errorf("%d connections, want one for the reads and three for the charges", len(requests))
	}
}

// Answers that invite a client to send again, here or elsewhere (R7).
func TestCollectFollowsNoInvitation(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the card went elsewhere") }))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308, 403, 408, 421, 425, 500, 502, 503, 504} {
		var posts atomic.Int32
		upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			posts.Add(1)
			w.Header().Set("Location", elsewhere.URL)
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(status)
			io.WriteString(w, `{"error":"Try again."}`)
		})
		outcome := connect(t, upstream.URL).Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111"))
		if outcome.State != payment.Unknown || posts.Load() != 1 {
			t.Errorf("%d: %+v after %d posts", status, outcome, posts.Load())
		}
	}
}

// The answer, cut after each of its bytes: only the whole one counts (R6).
func TestCollectAnswerCutAnywhere(t *testing.T) {
	const body = `[{"success":true,"epaymentid":61235}]`
	for _, framing := range []string{fmt.Sprintf("Content-Length: %d\r\n", len(body)), ""} {
		whole := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + framing + "Connection: close\r\n\r\n" + body
		var n atomic.Int32
		upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			io.WriteString(conn, whole[:n.Load()])
			conn.Close()
		})
		c := connect(t, upstream.URL)
		card := cardOf(t, "4111111111111111")
		for cut := range len(whole) + 1 {
			n.Store(int32(cut))
			want := payment.Unknown
			if cut == len(whole) {
				want = payment.Succeeded
			}
			if outcome := c.Collect(t.Context(), dana, oneClaim, card); outcome.State != want {
				t.Fatalf("cut at byte %d of %d: %+v", cut, len(whole), outcome)
			}
		}
	}
}

// An answer has a budget of bytes.
func TestCollectAnswerTooBig(t *testing.T) {
	for extra, want := range map[int]payment.State{0: payment.Succeeded, 1: payment.Unknown, 1 << 22: payment.Unknown} {
		body := `{"success":"true","epaymentid":"1"}`
		upstream := says(t, 200, body+strings.Repeat(" ", maxAnswer-len(body)+extra))
		if outcome := connect(t, upstream.URL).Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111")); outcome.State != want {
			t.Errorf("%d bytes too many: %+v", extra, outcome)
		}
	}
}
