package athenatest_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
)

// at is Options with a clock that stands still, until the simulator's own is
// moved.
func at(now string) athenatest.Options {
	t, err := time.Parse(time.RFC3339, now)
	if err != nil {
		panic(err)
	}
	return athenatest.Options{Now: func() time.Time { return t }}
}

func (c *caller) post(path, body string) (int, string) {
	c.t.Helper()
	r, err := http.NewRequest("POST", c.server.URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	status, _, text := do(c.t, r)
	return status, text
}

func TestClock(t *testing.T) {
	c := call(t, at("2026-11-21T15:00:00Z"))
	for _, test := range []struct {
		body   string
		status int
		want   string
	}{
		{`{"advance":"26h"}`, 200, `{"now":"2026-11-22T17:00:00Z","eastern":"11\/22\/2026 12:00:00","offset":"26h0m0s"}`},
		{`{"advance":"-1h"}`, 200, `{"now":"2026-11-22T16:00:00Z","eastern":"11\/22\/2026 11:00:00","offset":"25h0m0s"}`},
		{`{"now":"2026-07-04T08:00:00-04:00"}`, 200, `{"now":"2026-07-04T12:00:00Z","eastern":"07\/04\/2026 08:00:00","offset":"-3363h0m0s"}`},
		{`{"now":"2026-07-04T12:00:00Z","advance":"1h"}`, 400, `error`},
		{`{}`, 400, `error`},
		{`{"advance":"tomorrow"}`, 400, `error`},
		{`{"now":"tomorrow"}`, 400, `error`},
		{`{"to":"x"}`, 400, `error`},
	} {
		status, body := c.post("/sim/clock", test.body)
		if status != test.status || !strings.Contains(body, test.want) {
			t.Errorf("%s: %d %s, want %s", test.body, status, body, test.want)
		}
	}
	if got := c.server.Now(); !got.Equal(time.Date(2026, 7, 4, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("now %v", got)
	}
	// Everything goes by it: bookings, late receipt rows, tokens.
	c.try(t.Context(), "POST", collect, form("accountnumber", "4000000000009060"))
	if book := c.server.Book(); len(book) != 1 || !book[0].Time.Equal(c.server.Now()) {
		t.Errorf("book %+v", book)
	}
	receipts := func() string {
		_, _, body := c.send("GET", "/v1/195900/patients/40211/receipts?departmentid=7", nil)
		return body
	}
	if body := receipts(); body != "[]" {
		t.Errorf("receipts at once: %s", body)
	}
	c.server.Advance(20 * time.Second)
	if body := receipts(); !strings.Contains(body, `"requestdate":"07\/04\/2026 08:00:00"`) {
		t.Errorf("receipts 20 s later: %s", body)
	}
	c.server.SetClock(time.Date(2026, 11, 21, 16, 0, 0, 0, time.UTC))
	if body := receipts(); !strings.Contains(body, "Invalid Access Token.") {
		t.Errorf("token of an hour ago: %s", body)
	}
}

// X-RateLimit-Limit and -Remaining are a day's, which ends at midnight GMT
// (docs/upstream-api.md#limits).
func TestCallsPerDay(t *testing.T) {
	o := at("2026-11-21T23:30:00Z")
	o.CallsPerDay = 3
	c := call(t, o)
	ask := func(want int, remaining string) {
		t.Helper()
		status, h, body := c.send("GET", "/v1/195900/ping", nil)
		if status != want || h.Get("X-RateLimit-Limit") != "3" || h.Get("X-RateLimit-Remaining") != remaining ||
			want == 429 && (!strings.Contains(body, `"error"`) || h.Get("Retry-After") != "") {
			t.Errorf("%d %q of %q left, want %d, %s", status, h.Get("X-RateLimit-Remaining"), h.Get("X-RateLimit-Limit"), want, remaining)
		}
	}
	ask(200, "2")
	ask(200, "1")
	ask(200, "0")
	ask(429, "0")
	c.server.Advance(29*time.Minute + 59*time.Second)
	ask(429, "0")
	c.server.Advance(time.Second)
	ask(200, "2")
	if h := call(t, athenatest.Options{}); true {
		_, header, _ := h.send("GET", "/v1/195900/ping", nil)
		if header.Get("X-RateLimit-Limit") != "50000" || header.Get("X-RateLimit-Remaining") != "49999" {
			t.Errorf("by default %v", header)
		}
	}
}

// The two headers of a token answer are a minute's, which ends at its top
// (docs/upstream-api.md#tokens and #limits).
func TestTokensPerMinute(t *testing.T) {
	c := call(t, at("2026-11-21T15:00:30Z")) // one token
	ask := func(want int, remaining string) {
		t.Helper()
		c.access = "" // as the client itself
		status, h, body := c.send("POST", "/oauth2/v1/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"athena/service/Athenanet.MDP.*"}})
		if status != want || h.Get("X-RateLimit-Limit") != "5" || h.Get("X-RateLimit-Remaining") != remaining || (want == 429) == strings.Contains(body, "access_token") {
			t.Errorf("%d %s left, want %d, %s", status, h.Get("X-RateLimit-Remaining"), want, remaining)
		}
	}
	for _, left := range []string{"3", "2", "1", "0"} {
		ask(200, left)
	}
	ask(429, "0")
	c.server.Advance(29 * time.Second)
	ask(429, "0")
	c.server.Advance(time.Second)
	ask(200, "4")

	o := at("2026-11-21T15:00:30Z")
	o.TokensPerMinute = -1
	for c = call(t, o); c.server.Count("token") < 100; {
		c.access = ""
		if status, _, _ := c.send("POST", "/oauth2/v1/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"athena/service/Athenanet.MDP.*"}}); status != 200 {
			t.Fatalf("no limit: %d", status)
		}
	}
}

// Practices have their own state, and the key's grants
// (docs/upstream-api.md#ping).
func TestPractices(t *testing.T) {
	c := call(t, athenatest.Options{Practices: []athenatest.PracticeOptions{
		{ID: 195900, Name: "First"}, {ID: 195902, Name: "Second"}, {ID: 195901, Name: "Closed", NotGranted: true},
	}})
	const second = "/v1/195902/patients/40211"
	c.send("POST", second+"/collectpayment", form())
	if n, m := len(c.server.Book()), len(c.server.Practice(195902).Book()); n != 0 || m != 1 {
		t.Errorf("%d bookings in the first practice, %d in the second", n, m)
	}
	if _, _, body := c.send("GET", second+"/receipts?departmentid=7", nil); !strings.Contains(body, `"epaymentid":"61234"`) {
		t.Errorf("receipts of the second %s", body)
	}
	for path, want := range map[string]string{
		"/v1/195900/patients/40211/receipts?departmentid=7": "[]",
		"/v1/195901/patients/40211/receipts?departmentid=7": "\n\n" + `{"detailedmessage":"Bad auth.","error":"Incorrect permissions."}`,
		"/v1/4/ping":                 "\n\n" + `{"detailedmessage":"The practice ID does not exist.","error":"Invalid practice."}`,
		"/sim/book":                  "[]",
		"/sim/book?practice=195901":  `{"error":"no such practice"}`,
		"/sim/requests?practice=foo": `{"error":"no such practice"}`,
		"/v1/1/practiceinfo": `{"practiceinfo":[` +
			`{"hasclinicals":"true","hascollector":"true","hascommunicator":"true","iscoordinatorreceiver":"false","iscoordinatorsender":"false","name":"First","practiceid":"195900"},` +
			`{"hasclinicals":"true","hascollector":"true","hascommunicator":"true","iscoordinatorreceiver":"false","iscoordinatorsender":"false","name":"Second","practiceid":"195902"}],"totalcount":2}`,
	} {
		if _, _, body := c.send("GET", path, nil); body != want {
			t.Errorf("%s: %s, want %s", path, body, want)
		}
	}
	if _, _, body := c.send("GET", "/sim/book?practice=195902", nil); !strings.Contains(body, `"patient":40211`) {
		t.Errorf("book of the second: %s", body)
	}
	for name, o := range map[string]athenatest.Options{
		"none":              {Practices: []athenatest.PracticeOptions{}},
		"first not granted": {Practices: []athenatest.PracticeOptions{{ID: 1, NotGranted: true}}},
		"twice":             {Practices: []athenatest.PracticeOptions{{ID: 1}, {ID: 1}}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("started with practices:", name)
				}
			}()
			athenatest.New(o)
		}()
	}
}

// The log holds what was asked, and never a card's number or code.
func TestRequests(t *testing.T) {
	c := call(t, at("2026-11-21T15:00:00Z"))
	c.send("POST", collect, form("nameoncard", "4111 1111 1111 1111", "trackdata", "%B4111111111111111^X?"))
	c.server.Fault(athenatest.Fault{Endpoint: "ping", When: "after", Do: "cut"})
	c.try(t.Context(), "GET", "/v1/195900/ping", nil)
	c.send("GET", "/v1/195900/patients/378282246310005?ACCOUNTNUMBER=12&departmentid=7", nil)
	c.send("GET", "/nowhere?x=%zz&6011111111111117=1", nil)
	list := c.server.Requests()
	if len(list) != 5 {
		t.Fatalf("%d requests: %+v", len(list), list)
	}
	if r := list[1]; r.Endpoint != "collectpayment" || r.Status != 400 || r.Fields["accountnumber"] != "************1111" ||
		r.Fields["cardsecuritycode"] != "***" || r.Fields["trackdata"] != "***" || r.Fields["billingzip"] != "02139" || !r.Time.Equal(c.server.Now()) {
		t.Errorf("payment %+v", r)
	}
	if r := list[2]; r.Endpoint != "ping" || r.Status != 0 || r.Fault != 1 {
		t.Errorf("cut %+v", r)
	}
	if r := list[3]; r.Path != "/v1/195900/patients/************0005" || r.Fields["ACCOUNTNUMBER"] != "***" || r.Fields["departmentid"] != "7" {
		t.Errorf("card in the path %+v", r)
	}
	if r := list[4]; r.Endpoint != "" || r.Status != 404 {
		t.Errorf("unknown path %+v", r)
	}
	for _, path := range []string{"/sim/requests", "/"} {
		_, _, body := c.send("GET", path, nil)
		body, _, _ = strings.Cut(body, `id="cards"`) // which the page lists after the log
		for _, secret := range []string{"41111", "4111 ", "3782", "60111", "042\"", "=042", c.access} {
			if strings.Contains(body, secret) {
				t.Errorf("%s holds %q", path, secret)
			}
		}
	}
	if len(c.server.Requests()) != 5 {
		t.Error("the simulator's own pages are in the log")
	}
	c.access = "none"
	for range 210 { // without a connection
		c.server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/v1/195900/ping", nil))
	}
	if n := len(c.server.Requests()); n != 200 {
		t.Errorf("%d requests kept", n)
	}
}

// The paths of the earlier gateway, for public code that still writes them.
func TestLegacyPaths(t *testing.T) {
	c := call(t, athenatest.Options{})
	c.access = ""
	if status, _, body := c.send("POST", "/oauthpreview/token", url.Values{"grant_type": {"client_credentials"}}); status != 200 {
		t.Errorf("token without scope: %d %s", status, body)
	}
	if status, _, body := c.send("POST", "/oauth2/v1/token", url.Values{"grant_type": {"client_credentials"}}); status != 400 || !strings.Contains(body, "invalid_scope") {
		t.Errorf("today's: %d %s", status, body)
	}
	c = call(t, athenatest.Options{})
	if status, _, _ := c.send("GET", "/v1/195900/departments/?limit=1", nil); status != 200 { // the official Go sample
		t.Errorf("slash at the end: %d", status)
	}
	c.access = "x"
	for _, path := range []string{"/preview1/195900/ping", "/openpreview1/195900/ping"} {
		if status, _, _ := c.send("GET", path, nil); status != 401 {
			t.Errorf("%s: %d", path, status)
		}
	}
}
