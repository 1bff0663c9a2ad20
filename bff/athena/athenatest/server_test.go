package athenatest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/athena/athenatest"
)

// caller speaks to the simulator as a stranger with curl would.
type caller struct {
	t      *testing.T
	server *athenatest.Server
	access string
}

func call(t *testing.T, o athenatest.Options) *caller {
	t.Helper()
	c := &caller{t: t, server: athenatest.StartWith(t, o)}
	_, _, body := c.send("POST", "/oauth2/v1/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"athena/service/Athenanet.MDP.*"}})
	var token struct {
		Access  string `json:"access_token"`
		Expires string `json:"expires_in"` // text, as recorded
	}
	if err := json.Unmarshal([]byte(body), &token); err != nil || token.Expires != "3600" || token.Access == "" {
		t.Fatalf("token %s: %v", body, err)
	}
	c.access = token.Access
	return c
}

func (c *caller) send(method, path string, form url.Values) (int, http.Header, string) {
	c.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, c.server.URL+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if c.access == "" {
		r.SetBasicAuth("demo", "demo")
	} else {
		r.Header.Set("Authorization", "Bearer "+c.access)
	}
	return do(c.t, r)
}

func do(t *testing.T, r *http.Request) (int, http.Header, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

// form is a good request to collect $10.00 for Dana's claim 501, changed by
// pairs of name and value; the value "-" takes the field out.
func form(change ...string) url.Values {
	f := url.Values{}
	base := []string{"departmentid", "7", "ecommercemode", "true", "accountnumber", "4111111111111111",
		"expirationmonthmm", "09", "expirationyearyyyy", "2031", "cardsecuritycode", "042",
		"nameoncard", "DANA Q SAMPLE", "billingaddress", "12 ELM ST", "billingzip", "02139",
		"claimpayment", `[{"501":"10.00"}]`}
	for pairs := append(base, change...); len(pairs) > 0; pairs = pairs[2:] {
		f.Set(pairs[0], pairs[1])
		if pairs[1] == "-" {
			f.Del(pairs[0])
		}
	}
	return f
}

const collect = "/v1/195900/patients/40211/collectpayment"

// The recorded shapes of errors (docs/upstream-api.md#errors): bodies to the
// letter.
func TestRecordedShapes(t *testing.T) {
	c := call(t, athenatest.Options{})
	for _, test := range []struct {
		method, path string
		form         url.Values
		status       int
		body         string
	}{
		{"POST", collect, form("departmentid", "-"), 400, "\n\n" + `{"error":"Additional fields are required.","missingfields":["departmentid"]}`},
		{"POST", collect, form("departmentid", "x"), 400, "\n\n" + `{"detailedmessage":"Expecting type integer, but value is x","error":"The data provided is invalid."}`},
		{"POST", collect, form("departmentid", "70"), 404, "\n\n" + `{"error":"The requested ID does not exist."}`},
		{"POST", "/v1/195900/patients/1/collectpayment", form(), 404, "\n\n" + `{"error":"The requested ID does not exist."}`},
		{"GET", "/v1/195900/patients/x", nil, 400, "\n\n" + `{"detailedmessage":"Expecting type integer, but value is x","error":"The data provided is invalid."}`},
		{"GET", "/v1/195900/patients/40211/receipts", nil, 400, "\n\n" + `{"error":"Additional fields are required.","missingfields":["departmentid"]}`},
		{"GET", "/v1/1/ping", nil, 404, "\n\n" + `{"detailedmessage":"The practice ID does not exist.","error":"Invalid practice."}`},
		{"GET", "/v1/195900/ping", nil, 200, `{"pong":"true"}`},
		{"POST", collect, form("accountnumber", "4000000000000002"), 200, `{"errortext":"Declined","success":"false"}`},
		{"POST", collect, form(), 200, `{"epaymentid":"61234","success":"true"}`},
		{"POST", collect, form(), 200, `[{"epaymentid":61235,"success":true}]`},
		{"POST", "/v1/195900/patients/40211/receipts/61234/email", url.Values{}, 400, "\n\n" + `{"error":"Additional fields are required.","missingfields":["email"]}`},
		{"POST", "/v1/195900/patients/40211/receipts/61234/email", url.Values{"email": {"dana@example.com"}}, 200, `{"success":"true"}`},
		{"POST", "/v1/195900/patients/40211/receipts/7/email", url.Values{"email": {"dana@example.com"}}, 404, "\n\n" + `{"error":"The requested ID does not exist."}`},
	} {
		status, header, body := c.send(test.method, test.path, test.form)
		if status != test.status || body != test.body {
			t.Errorf("%s %s: %d %q, want %d %q", test.method, test.path, status, body, test.status, test.body)
		}
		if header.Get("Content-Type") != "application/json" || header.Get("Cache-Control") != "no-cache, no-store" ||
			header.Get("X-RateLimit-Limit") != "50000" || !strings.HasPrefix(header.Get("X-Request-Id"), "rrt-") {
			t.Errorf("%s %s: headers %v", test.method, test.path, header)
		}
	}
}

func TestCredentials(t *testing.T) {
	var clock struct {
		sync.Mutex
		now time.Time
	}
	clock.now = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	c := call(t, athenatest.Options{Now: func() time.Time {
		clock.Lock()
		defer clock.Unlock()
		return clock.now
	}})
	denied := func(what string) {
		t.Helper()
		status, header, body := c.send("GET", "/v1/195900/ping", nil)
		if status != 401 || !strings.HasPrefix(header.Get("WWW-Authenticate"), `Bearer realm="null",error="invalid_token"`) ||
			!strings.Contains(body, `"error":"Invalid Access Token."`) {
			t.Errorf("%s: %d %s", what, status, body)
		}
	}
	if status, _, _ := c.send("GET", "/v1/195900/ping", nil); status != 200 {
		t.Errorf("good token: %d", status)
	}
	clock.Lock()
	clock.now = clock.now.Add(time.Hour)
	clock.Unlock()
	denied("token of an hour ago")
	c.access = "made.up"
	denied("made-up token")
	r, _ := http.NewRequest("POST", c.server.URL+"/oauth2/v1/token", strings.NewReader("grant_type=client_credentials&scope=athena/service/Athenanet.MDP.*"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("demo", "wrong")
	if status, _, body := do(t, r); status != 401 || strings.Contains(body, "access_token") {
		t.Errorf("wrong secret: %d %s", status, body)
	}
}

// What is refused is not charged; each row has one fault.
func TestCollectRefuses(t *testing.T) {
	c := call(t, athenatest.Options{})
	for name, f := range map[string]url.Values{
		"amex in 7":                form("accountnumber", "378282246310005", "cardsecuritycode", "0421"),
		"not luhn":                 form("accountnumber", "4111111111111112"),
		"short number":             form("accountnumber", "411111111111"),
		"spaces in the number":     form("accountnumber", "4111 1111 1111 1111"),
		"expired":                  form("expirationyearyyyy", "2020"),
		"two-digit year":           form("expirationyearyyyy", "31"),
		"month 13":                 form("expirationmonthmm", "13"),
		"code that lost its zero":  form("cardsecuritycode", "42"),
		"no code":                  form("cardsecuritycode", "-"),
		"long name":                form("nameoncard", strings.Repeat("x", 31)),
		"long address":             form("billingaddress", strings.Repeat("x", 21)),
		"no zip":                   form("billingzip", "-"),
		"swipe":                    form("trackdata", "%B4111?"),
		"no amount":                form("claimpayment", "-"),
		"map of claims":            form("claimpayment", `{"501":"10.00"}`),
		"claims by id":             form("claimpayment", "-", "claimpayment[501]", "10.00"),
		"claims without an id":     form("claimpayment", "-", "claimpayment[0][]", "10.00"),
		"two indexed in one":       form("claimpayment", "-", "claimpayment[0][501]", "1", "claimpayment[0][502]", "1"),
		"an indexed claim twice":   form("claimpayment", "-", "claimpayment[0][501]", "1", "claimpayment[1][501]", "1"),
		"indexed beside the list":  form("claimpayment[0][502]", "1"),
		"indexed beyond a bill":    form("claimpayment", "-", "claimpayment[0][501]", "52.51"),
		"indexed nonsense":         form("claimpayment", "-", "claimpayment[0][501]", "ten"),
		"two claims in one object": form("claimpayment", `[{"501":"1","502":"1"}]`),
		"claim twice":              form("claimpayment", `[{"501":"1"},{"501":"1"}]`),
		"another patient's claim":  form("claimpayment", `[{"510":"1.00"}]`),
		"too much for the claim":   form("claimpayment", `[{"501":"52.51"}]`),
		"three decimals":           form("claimpayment", `[{"501":"1.001"}]`),
		"negative":                 form("claimpayment", `[{"501":"-1.00"}]`),
		"nothing":                  form("claimpayment", `[{"501":"0.00"}]`),
		"copay without visit":      form("copayamount", "1.00"),
		"stranger's visit":         form("copayamount", "1.00", "appointmentid", "880123"),
		"no web cards in 9":        form("departmentid", "9", "claimpayment", "-", "otheramount", "1.00"),
	} {
		status, _, body := c.send("POST", collect, f)
		if status == 200 && !strings.Contains(body, `"success":"false"`) || status >= 500 || len(c.server.Book()) != 0 {
			t.Fatalf("%s: %d %s, book %v", name, status, body, c.server.Book())
		}
	}
	r, _ := http.NewRequest("POST", c.server.URL+collect, strings.NewReader(`{"departmentid":7}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.access)
	if status, _, _ := do(t, r); status != http.StatusUnsupportedMediaType {
		t.Errorf("JSON body: %d", status)
	}
	if status, _, body := c.send("POST", "/v1/195900/patients/40214/collectpayment", form("claimpayment", `[{"530":"1.00"}]`)); status != 400 {
		t.Errorf("claim on a plan: %d %s", status, body)
	}
	// The good request is good: the refusals above were for their faults.
	if _, _, body := c.send("POST", collect, form()); !strings.Contains(body, `"success":"true"`) {
		t.Errorf("good request: %s", body)
	}
	if status, _, body := c.send("POST", "/v1/195900/patients/40220/collectpayment", form("departmentid", "8",
		"accountnumber", "378282246310005", "cardsecuritycode", "0421", "claimpayment", `[{"590":"133.84"}]`)); status != 200 || !strings.Contains(body, `"success":true`) {
		t.Errorf("Amex in department 8: %d %s", status, body)
	}
}

// Amounts in several fields add up, balances go down, the claim tells.
func TestCollectApplies(t *testing.T) {
	c := call(t, athenatest.Options{Now: func() time.Time { return time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC) }})
	const lee = "/v1/195900/patients/40213"
	c.send("POST", lee+"/collectpayment", form("copayamount", "5", "appointmentid", "880123", "otheramount", "3.10", "claimpayment", `[{"520":"15.68"}]`))
	if book := c.server.Book(); len(book) != 1 || book[0].Amount != 500+310+1568 {
		t.Fatalf("book %+v", book)
	}
	_, _, body := c.send("GET", lee+"?showbalancedetails=true&showallclaims=true&departmentid=7", nil)
	for _, part := range []string{
		`"patientbalance":0.16`, `"servicedate":"06\/30\/2026"`, `"departmentids":"7,8"`,
		`{"amount":-15.68,"date":"11\/21\/2026","epaymentid":61234,`, // Eastern day
		`"balance":"27.16"`, // 0.16 + 30.10 - 3.10
	} {
		if !strings.Contains(body, part) {
			t.Errorf("patient without %s:\n%s", part, body)
		}
	}
	if _, _, body = c.send("GET", "/v1/195900/appointments/880123", nil); !strings.Contains(body, `"copay":20`) || body[0] != '[' {
		t.Errorf("appointment %s", body)
	}
	_, _, body = c.send("GET", lee+"/receipts?departmentid=7", nil)
	if want := `[{"amount":"23.78","cardnumberlast4digits":"1111","cardtypeabbreviation":"VI","cardtypename":"Visa","epaymentid":"61234","requestdate":"11\/21\/2026 21:00:00","type":"PURCHASE"}]`; body != want {
		t.Errorf("receipts %s, want %s", body, want)
	}
	if _, _, body = c.send("GET", "/v1/195900/patients/40216?showbalancedetails=true", nil); !strings.Contains(body, `"balance":"-30.16"`) || !strings.Contains(body, `"balance":0`) {
		t.Errorf("credit: %s", body)
	}
	if _, _, body = c.send("GET", lee, nil); !strings.Contains(body, `"balances":[{"balance":"27.16"`) || strings.Contains(body, "claimbalancedetails") {
		t.Errorf("without the flag: %s", body)
	}
}

// A hundred payments at once of a bill that allows five.
func TestCollectAtOnce(t *testing.T) {
	c := call(t, athenatest.Options{})
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			r, _ := http.NewRequest("POST", c.server.URL+collect, strings.NewReader(form().Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Authorization", "Bearer "+c.access)
			if resp, err := http.DefaultClient.Do(r); err != nil {
				t.Error(err)
			} else {
				resp.Body.Close()
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, m := range c.server.Book() {
		seen[m.ID] = true
	}
	if len(seen) != 5 || len(c.server.Book()) != 5 || c.server.Count("collectpayment") != 100 {
		t.Errorf("%d payments of $10.00 for a bill of $52.50, %d requests", len(c.server.Book()), c.server.Count("collectpayment"))
	}
}

// What tests from outside rely on (docs/demo.md).
func TestSimPages(t *testing.T) {
	c := call(t, athenatest.Options{})
	c.access = "none needed"
	_, _, body := c.send("GET", "/sim/patients", nil)
	var patients []struct {
		ID          int    `json:"id"`
		Name        string `json:"name"`
		Department  int    `json:"department"`
		Appointment int    `json:"appointment"`
		Owed        int64  `json:"owed"`
		Credit      int64  `json:"credit"`
		Shows       string `json:"shows"`
	}
	if err := json.Unmarshal([]byte(body), &patients); err != nil || len(patients) < 8 {
		t.Fatalf("%s: %v", body, err)
	}
	if d := patients[0]; d.Name != "Dana Sample" || d.Owed != 12000 || d.Department != 7 || d.Appointment != 0 {
		t.Errorf("first patient %+v", d)
	}
	amex, visit, credit, nothing := false, false, false, false
	for _, p := range patients {
		amex = amex || p.Department == 8
		visit = visit || p.Appointment != 0
		credit = credit || p.Credit > 0
		nothing = nothing || p.Owed == 0
		if p.Shows == "" || p.Name == "" {
			t.Errorf("patient %+v", p)
		}
	}
	if !amex || !visit || !credit || !nothing {
		t.Error("somebody is missing among the sample patients")
	}
	if _, _, body := c.send("GET", "/sim/book", nil); body != "[]" {
		t.Errorf("empty book %s", body)
	}
	c = call(t, athenatest.Options{Now: func() time.Time { return time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC) }})
	c.send("POST", collect, form())
	_, _, body = c.send("GET", "/sim/book", nil)
	if want := `[{"id":"61234","patient":40211,"kind":"PURCHASE","amount":1000,"last4":"1111","time":"2026-11-21T15:00:00Z"}]`; body != want {
		t.Errorf("book %s, want %s", body, want)
	}
}
