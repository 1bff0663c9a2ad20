package athena

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

var dana = payment.Patient{Practice: athenatest.Practice, Department: 7, ID: 40211}

// connect makes a client of an upstream that never waits between tries.
func connect(t testing.TB, url string, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{
		URL: url, ClientID: athenatest.ClientID, ClientSecret: athenatest.ClientSecret,
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// scripted is an upstream that gives tokens and answers everything else by h.
func scripted(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == tokenPath {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"token_type":"Bearer","expires_in":"3600","access_token":"a"}`)
			return
		}
		h(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// says is an upstream that gives everybody the same answer.
func says(t *testing.T, status int, body string) *httptest.Server {
	return scripted(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // unread, net/http may reset the connection under the answer
		w.WriteHeader(status)
		io.WriteString(w, body)
	})
}

func TestNewRefusesBadAddresses(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://api.platform.athenahealth.com":    true,
		"https://api.platform.athenahealth.com/":   true,
		"http://127.0.0.1:8082":                    true,
		"http://localhost:8082":                    true,
		"http://[::1]:8082":                        true,
		"":                                         false,
		"api.platform.athenahealth.com":            false,
		"http://api.platform.athenahealth.com":     false, // card numbers in the clear
		"http://127.0.0.1.example.com":             false,
		"https://api.platform.athenahealth.com/v1": false,
		"https://id:secret@api.example.com":        false,
		"https://api.example.com?x=1":              false,
		"ftp://127.0.0.1":                          false,
		"https://":                                 false,
		"https://:443":                             false,
		"https://exa mple":                         false,
	} {
		_, err := New(Config{URL: url, ClientID: "i", ClientSecret: "s"})
		if (err == nil) != ok {
			t.Errorf("New with %q: %v", url, err)
		}
	}
	if _, err := New(Config{URL: "https://a.example"}); err == nil {
		t.Error("New without credentials: no error")
	}
}

// A read is tried three times where trying can help, and once where not.
func TestReadRetries(t *testing.T) {
	for _, test := range []struct {
		status int
		body   string
		tries  int32
		fault  Fault
	}{
		{500, "", 3, FaultUpstream},
		{503, "<h1>Service Unavailable</h1>", 3, FaultUpstream},
		{504, "<h1>Gateway Timeout</h1>", 3, FaultUpstream},
		{429, "", 1, FaultUpstream},
		{400, `{"error":"The data provided is invalid."}`, 1, FaultOurs},
		{400, "\n\n" + `{"error":"Practice is not configured correctly."}`, 1, FaultPractice},
		{401, `{"error":"Incorrect permissions.","detailedmessage":"Bad auth."}`, 1, FaultPractice},
		{401, `{"error":"Invalid Access Token."}`, 2, FaultOurs}, // one new token, one more try
		{403, `{"error":"Changed messages require setup (subscription) that has not been done."}`, 1, FaultPractice},
		{404, `{"error":"Invalid practice.","detailedmessage":"The practice ID does not exist."}`, 1, FaultPractice},
		{404, `{"error":"The requested ID does not exist."}`, 1, FaultOurs},
		{200, `<html>`, 1, FaultUpstream},
		{200, ``, 1, FaultUpstream},
		{200, strings.Repeat(" ", maxAnswer+1), 1, FaultUpstream},
	} {
		var tries atomic.Int32
		upstream := scripted(t, func(w http.ResponseWriter, _ *http.Request) {
			tries.Add(1)
			w.WriteHeader(test.status)
			io.WriteString(w, test.body)
		})
		_, err := connect(t, upstream.URL).AcceptedCards(t.Context(), dana)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Fault != test.fault || tries.Load() != test.tries || e.Status != test.status {
			t.Errorf("%d %.40q: %d tries, %#v; want %d tries, fault %s", test.status, test.body, tries.Load(), e, test.tries, test.fault)
		}
	}
}

func TestReadRecovers(t *testing.T) {
	var tries atomic.Int32
	upstream := scripted(t, func(w http.ResponseWriter, _ *http.Request) {
		switch tries.Add(1) {
		case 1:
			panic(http.ErrAbortHandler)
		case 2:
			w.WriteHeader(http.StatusBadGateway)
		default:
			io.WriteString(w, `[{"departmentid":"7","ecommercecreditcardtypes":["VI"]}]`)
		}
	})
	// Without keep-alive net/http has no reason to try again by itself.
	department, err := connect(t, upstream.URL, func(c *Config) { c.Transport = &http.Transport{DisableKeepAlives: true} }).AcceptedCards(t.Context(), dana)
	if err != nil || len(department.Brands) != 1 || tries.Load() != 3 {
		t.Errorf("department %v, %v after %d tries", department, err, tries.Load())
	}
}

// Each try of a read is told by itself, with how it was answered.
func TestCallsAreTold(t *testing.T) {
	var told []string
	upstream := athenatest.Start(t)
	failing := true
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if failing && r.URL.Path != tokenPath {
			failing = false
			panic(http.ErrAbortHandler)
		}
		upstream.ServeHTTP(w, r)
	}))
	defer door.Close()
	c := connect(t, door.URL, func(c *Config) {
		c.Transport = &http.Transport{DisableKeepAlives: true} // or net/http tries again by itself
		c.Calls = func(operation, outcome string, took time.Duration) {
			if took <= 0 {
				t.Errorf("%s took %s", operation, took)
			}
			told = append(told, operation+": "+outcome)
		}
	})
	if err := c.Ping(t.Context(), athenatest.Practice); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || !strings.HasSuffix(told[0], ": none") || !strings.HasSuffix(told[1], ": 200") {
		t.Errorf("told: %q", told)
	}
}

func TestReadDeadline(t *testing.T) {
	upstream := scripted(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c := connect(t, upstream.URL, func(c *Config) { c.ReadDeadline = 30 * time.Millisecond })
	err := c.Ping(t.Context(), athenatest.Practice)
	if e, ok := errors.AsType[*Error](err); !ok || e.Fault != FaultNetwork || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ping of a silent upstream: %v", err)
	}
}

// A redirect must carry neither the token nor anything else anywhere.
func TestReadFollowsNoRedirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("followed to %s with %q", r.URL, r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	upstream := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusFound)
	})
	err := connect(t, upstream.URL).Ping(t.Context(), athenatest.Practice)
	if e, ok := errors.AsType[*Error](err); !ok || e.Status != http.StatusFound {
		t.Errorf("redirected ping: %v", err)
	}
}

// The text of an error is for logs: it names neither patient nor token.
func TestErrorText(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close() // nobody listens there now
	_, err = connect(t, "http://"+listener.Addr().String()).Statement(t.Context(), dana)
	if err == nil || !strings.HasPrefix(err.Error(), "read statement: athena cannot be reached") || strings.Contains(err.Error(), "40211") {
		t.Errorf("error %v", err)
	}
	upstream := says(t, 400, "\n\n"+`{"detailedmessage":"Expecting type integer, but value is 40211","error":"The data provided is invalid."}`)
	_, err = connect(t, upstream.URL).Statement(t.Context(), dana)
	if want := "read statement: athena answered 400: The data provided is invalid."; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestPing(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL)
	if err := c.Ping(t.Context(), athenatest.Practice); err != nil {
		t.Error(err)
	}
	err := c.Ping(t.Context(), 1)
	if e, ok := errors.AsType[*Error](err); !ok || e.Fault != FaultPractice || e.Status != 404 {
		t.Errorf("ping of an unknown practice: %v", err)
	}
}

// The simulator and athena's preview take no money, and nobody else is taken for
// them: a loopback address may be a proxy to the real upstream.
func TestUpstreamForTrying(t *testing.T) {
	upstream := athenatest.Start(t)
	real := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		record := httptest.NewRecorder()
		upstream.ServeHTTP(record, r)
		record.Header().Del(simulatorHeader)
		maps.Copy(w.Header(), record.Header())
		w.WriteHeader(record.Code)
		w.Write(record.Body.Bytes())
	}))
	defer real.Close()
	for address, want := range map[string]bool{upstream.URL: true, real.URL: false} {
		c := connect(t, address)
		if err := c.Ping(t.Context(), athenatest.Practice); err != nil {
			t.Error(err)
		}
		if c.Test() != want {
			t.Errorf("%s: %v", address, c.Test())
		}
	}
	for address, want := range map[string]bool{"https://api.preview.platform.athenahealth.com": true, "https://api.platform.athenahealth.com": false} {
		if c := connect(t, address); c.Test() != want {
			t.Errorf("%s: %v", address, c.Test())
		}
	}
}

// A department is open in its own days; one that does not say where it is has
// the upstream's.
func TestDepartmentZone(t *testing.T) {
	for name, want := range map[string]string{"US/Pacific": "US/Pacific", " US/Hawaii ": "US/Hawaii", "US/Arizona": "US/Arizona", "Pacific/Guam": "Pacific/Guam", "America/Adak": "America/Adak",
		"": "America/New_York", " ": "America/New_York", "Mars/Olympus": "America/New_York", "Local": "America/New_York", "local": "America/New_York", "../etc/passwd": "America/New_York", "-8": "America/New_York"} {
		upstream := scripted(t, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `[{"departmentid":"7","ecommercecreditcardtypes":["VI"],"timezonename":%q}]`, name)
		})
		d, err := connect(t, upstream.URL).AcceptedCards(t.Context(), dana)
		if err != nil || d.Zone.String() != want {
			t.Errorf("%q: %v, %v; want %s", name, d.Zone, err, want)
		}
		if o, err := connect(t, upstream.URL).Department(t.Context(), dana); err != nil || o.Zone.String() != want {
			t.Errorf("whole, %q: %v, %v; want %s", name, o.Zone, err, want)
		}
	}
}

func TestDepartment(t *testing.T) {
	upstream := athenatest.Start(t)
	c := connect(t, upstream.URL)
	for department, want := range map[int]string{7: "[VI MC DS]", 8: "[VI MC AX DS]", 9: "[]"} {
		p := dana
		p.Department = department
		d, err := c.AcceptedCards(t.Context(), p)
		if err != nil || fmt.Sprint(d.Brands) != want || d.Zone.String() != "US/Eastern" {
			t.Errorf("department %d: %v, %v; want %s in US/Eastern", department, d, err, want)
		}
	}
	dana := dana
	dana.Department = 70
	if _, err := c.AcceptedCards(t.Context(), dana); err == nil {
		t.Error("unknown department: no error")
	}
}
