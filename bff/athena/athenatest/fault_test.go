package athenatest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
)

// once sends a request once: net/http sends one again where a connection that
// it kept dies.
var once = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// try sends a request that may fail and says what came back.
func (c *caller) try(ctx context.Context, method, path string, f url.Values) (int, string, error) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, c.server.URL+path, strings.NewReader(f.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+c.access)
	if strings.HasSuffix(path, "/token") {
		r.SetBasicAuth(athenatest.ClientID, athenatest.ClientSecret)
	}
	resp, err := once.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body), err
}

// example is a request to an endpoint of the table, one that books where the
// endpoint moves money and we know how.
func example(e athenatest.Endpoint) (method, path string, f url.Values) {
	method, path, _ = strings.Cut(e.Pattern, " ")
	path = strings.NewReplacer("{practice}", "195900", "appointments/{id}", "appointments/880123",
		"departments/{id}", "departments/7", "{id}", "40211", "{claim}", "501").Replace(path)
	for {
		i := strings.IndexByte(path, '{')
		if i < 0 {
			break
		}
		path = path[:i] + "1" + path[strings.IndexByte(path, '}')+1:]
	}
	switch e.Name {
	case "token":
		f = url.Values{"grant_type": {"client_credentials"}, "scope": {"athena/service/Athenanet.MDP.*"}}
	case "collectpayment":
		f = form()
	}
	return method, path, f
}

// Every endpoint meets every fault, before and after; what it books is in the
// book exactly when it ran.
func TestFaultsOfEveryEndpoint(t *testing.T) {
	start := time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)
	c := call(t, athenatest.Options{Now: func() time.Time { return start }, TokensPerMinute: -1})
	gone, leave := context.WithCancel(t.Context())
	leave()
	for _, e := range c.server.Endpoints() {
		method, path, f := example(e)
		plainStatus, plainBody, err := c.try(t.Context(), method, path, f)
		if err != nil {
			t.Fatalf("%s: %v", e.Name, err)
		}
		for _, when := range []string{"before", "after"} {
			for _, do := range []string{"cut", "headers", "delay", "status", "body"} {
				fault := athenatest.Fault{Endpoint: e.Name, When: when, Do: do}
				want, body := plainStatus, plainBody
				switch do {
				case "status":
					fault.Status, want, body = 502, 502, "502 Bad Gateway"
				case "body":
					fault.Status, fault.Body, want, body = 200, "{", 200, "{"
				case "delay":
					fault.Delay = time.Nanosecond
					if when == "before" {
						want, body = 504, "504 Gateway Timeout"
					}
				case "headers":
					if when == "before" {
						want = 200
					}
				}
				name, booked, count := e.Name+" "+when+" "+do, len(c.server.Book()), c.server.Count(e.Name)
				c.server.Fault(fault)
				status, got, err := c.try(t.Context(), method, path, f)
				switch do {
				case "cut":
					if err == nil {
						t.Errorf("%s: answered %d", name, status)
					}
				case "headers":
					if status != want || !errors.Is(err, io.ErrUnexpectedEOF) || got != "" {
						t.Errorf("%s: %d %q, %v", name, status, got, err)
					}
				case "delay":
					// After, ids and tokens are new ones: the status has to do.
					if status != want || when == "before" && !strings.Contains(got, body) {
						t.Errorf("%s: %d %q, %v", name, status, got, err)
					}
				default:
					if status != want || !strings.Contains(got, body) || err != nil {
						t.Errorf("%s: %d %q, %v; want %d %q", name, status, got, err, want, body)
					}
				}
				if c.server.Count(e.Name) != count+1 {
					t.Errorf("%s: %d requests", name, c.server.Count(e.Name)-count)
				}
				books := 0
				if e.Name == "collectpayment" && when == "after" && booked < 5 { // claim 501 allows five
					books = 1
				}
				if n := len(c.server.Book()) - booked; n != books {
					t.Errorf("%s: %d bookings, want %d", name, n, books)
				}
			}
		}
		pending, spent := c.server.Faults()
		if len(pending) != 0 || len(spent) != 10 {
			t.Errorf("%s: %d faults pending, %d spent", e.Name, len(pending), len(spent))
		}
		c.server.ClearFaults()
	}
	// A client that leaves ends the delay: the server can close at once.
	c.server.Fault(athenatest.Fault{Endpoint: "ping", When: "after", Do: "delay", Delay: time.Hour})
	if _, _, err := c.try(gone, "GET", "/v1/195900/ping", nil); err == nil {
		t.Error("answered a client that had left")
	}
}

// A delay ends when the simulator's clock has moved that far.
func TestDelayFollowsTheClock(t *testing.T) {
	c := call(t, athenatest.Options{})
	c.server.Fault(athenatest.Fault{Endpoint: "collect*", When: "after", Do: "delay", Delay: 90 * time.Second})
	answered := make(chan string)
	go func() {
		_, body, err := c.try(t.Context(), "POST", collect, form())
		if err != nil {
			body = err.Error()
		}
		answered <- body
	}()
	for len(c.server.Book()) == 0 { // booked, not answered
		select {
		case body := <-answered:
			t.Fatalf("answered at once: %s", body)
		default:
		}
	}
	c.server.Advance(89 * time.Second)
	c.server.Advance(2 * time.Second)
	if body := <-answered; body != `{"epaymentid":"61234","success":"true"}` {
		t.Errorf("answer %s", body)
	}
}

// Faults by HTTP, as a test in another language scripts them.
func TestFaultPages(t *testing.T) {
	c := call(t, athenatest.Options{})
	for _, test := range []struct {
		body   string
		status int
		part   string
	}{
		{`{"endpoint":"departments","times":2,"when":"before","do":"status","status":503,"body":"busy","contentType":"text/plain","headers":{"Retry-After":"1"}}`, 201, `"id":1`},
		{`{"endpoint":"ping","when":"after","do":"delay","delay":"90s"}`, 201, `"delay":"1m30s"`},
		{`{"endpoint":"no such","when":"after","do":"cut"}`, 400, `no endpoint is called`},
		{`{"endpoint":"sim/*","when":"after","do":"cut"}`, 400, `no endpoint is called`},
		{`{"endpoint":"ping","when":"during","do":"cut"}`, 400, `when is`},
		{`{"endpoint":"ping","when":"after","do":"burn"}`, 400, `do is`},
		{`{"endpoint":"ping","when":"after","do":"status"}`, 400, `status is not`},
		{`{"endpoint":"ping","when":"after","do":"delay"}`, 400, `a delay`},
		{`{"endpoint":"ping","when":"after","do":"delay","delay":"soon"}`, 400, `soon`},
		{`{"endpoint":"ping","when":"after","do":"cut","time":1}`, 400, `unknown field`},
		{`{"endpoint":"ping","when":"after","do":"cut","times":-1}`, 400, `below zero`},
		{`[]`, 400, `error`},
		{`{"endpoint":"ping","when":"after","do":"cut"} {}`, 400, `one JSON value`},
	} {
		r, _ := http.NewRequest("POST", c.server.URL+"/sim/faults", strings.NewReader(test.body))
		status, _, body := do(t, r)
		if status != test.status || !strings.Contains(body, test.part) {
			t.Errorf("%s: %d %s", test.body, status, body)
		}
	}
	for _, want := range []int{503, 503, 200} {
		status, header, body := c.send("GET", "/v1/195900/departments", nil)
		if status != want || want == 503 && (body != "busy" || header.Get("Content-Type") != "text/plain" || header.Get("Retry-After") != "1") {
			t.Errorf("%d %s, want %d", status, body, want)
		}
	}
	var faults struct{ Pending, Spent []athenatest.Fault }
	_, _, body := c.send("GET", "/sim/faults", nil)
	if err := json.Unmarshal([]byte(body), &faults); err != nil || len(faults.Pending) != 1 || faults.Pending[0].Delay != 90*time.Second ||
		len(faults.Spent) != 1 || faults.Spent[0].Hits != 2 {
		t.Errorf("faults %s: %v", body, err)
	}
	if status, _, _ := c.send("DELETE", "/sim/faults", nil); status != 200 {
		t.Errorf("DELETE: %d", status)
	}
	if _, _, body := c.send("GET", "/sim/faults", nil); body != `{"pending":[],"spent":[]}` {
		t.Errorf("faults after DELETE: %s", body)
	}
	defer func() {
		if recover() == nil {
			t.Error("a fault that makes no sense was taken")
		}
	}()
	c.server.Fault(athenatest.Fault{Endpoint: "ping"})
}
