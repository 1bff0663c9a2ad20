package athena

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"paypane/bff/athena/athenatest"
	"paypane/web/payment"
)

// spellings are 401s of the same meaning, and of none.
var spellings = []struct{ header, media, body string }{
	{`Bearer realm="null",error="invalid_token"`, "application/json", `{"error":"Invalid Access Token."}`},
	{`Bearer realm="null",error="insufficient_scope"`, "application/json", "\n\n" + `{"error":"Not authorized.","detailedmessage":"Bad auth."}`},
	{"", "text/xml", `<h1>Not Authorized</h1>`},
	{"", "text/html", `<h1>Developer Inactive</h1>`},
	{"", "application/json", `{"error":"Incorrect permissions."}`},
	{"", "application/json", ``},
	{"Basic", "application/json", `[{"errortext":"x","success":"false"}]`},
}

// gatekeeper is an upstream that gives tokens and refuses what it is told to.
type gatekeeper struct {
	*httptest.Server
	mu       sync.Mutex
	tokens   int             // given
	live     int             // tokens of a lower number are dead
	denied   map[string]bool // subjects
	spelling int
}

func newGatekeeper(t testing.TB) *gatekeeper {
	g := &gatekeeper{denied: map[string]bool{}}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		w.Header()["Date"] = nil
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == tokenPath {
			g.tokens++
			fmt.Fprintf(w, `{"token_type":"Bearer","expires_in":"3600","access_token":"%d"}`, g.tokens)
			return
		}
		number := 0
		fmt.Sscanf(r.Header.Get("Authorization"), "Bearer %d", &number)
		if number <= g.live || g.denied[subject(r.URL.Path)] {
			s := spellings[g.spelling]
			if number <= g.live {
				s = spellings[0]
			}
			w.Header().Set("WWW-Authenticate", s.header)
			w.Header().Set("Content-Type", s.media)
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, s.body)
			return
		}
		switch {
		case strings.HasSuffix(r.URL.Path, "/receipts"):
			io.WriteString(w, `[]`)
		case r.Method == http.MethodPost:
			io.WriteString(w, `{"success":"true","epaymentid":"1"}`)
		default:
			io.WriteString(w, `[{"departmentid":"7"}]`)
		}
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *gatekeeper) given() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tokens
}

// One patient whose calls are all refused costs one token, in whatever words
// they are refused, and the others go on.
func TestRefusedPatientCostsOneToken(t *testing.T) {
	for i, s := range spellings {
		g := newGatekeeper(t)
		g.spelling = i
		g.denied["/v1/195900/patients/40213"] = true
		c := connect(t, g.URL)
		for range 20 {
			if _, err := c.Receipts(t.Context(), lee); err == nil {
				t.Fatalf("%q: no error", s.body)
			}
			c.Statement(t.Context(), lee)
			c.EmailReceipt(t.Context(), lee, "1", "lee@mail.example")
			if o := c.Collect(t.Context(), lee, oneClaim, cardOf(t, "4111111111111111")); o.State == payment.Succeeded {
				t.Fatalf("%q: %+v", s.body, o)
			}
			if _, err := c.Receipts(t.Context(), dana); err != nil {
				t.Fatalf("%q: another patient: %v", s.body, err)
			}
			if o := c.Collect(t.Context(), dana, oneClaim, cardOf(t, "4111111111111111")); o.State != payment.Succeeded {
				t.Fatalf("%q: another patient's charge: %+v", s.body, o)
			}
		}
		if n := g.given(); n > 2 {
			t.Errorf("%q: %d tokens", s.body, n)
		}
	}
}

// The same against the simulator, with the five tokens a minute of the real
// preview environment.
func TestRefusedPatientInTheSimulator(t *testing.T) {
	upstream := athenatest.StartWith(t, athenatest.Options{})
	c := connect(t, upstream.URL)
	for range 30 {
		upstream.Fault(athenatest.Fault{Endpoint: "receipts", When: "before", Do: "status", Status: 401, Body: `{"error":"Invalid Access Token."}`, Times: 2})
		if _, err := c.Receipts(t.Context(), lee); err == nil {
			t.Fatal("no error")
		}
		upstream.ClearFaults()
		if _, err := c.Statement(t.Context(), dana); err != nil {
			t.Fatal(err)
		}
	}
	if n := upstream.Count("token"); n > 2 {
		t.Errorf("%d tokens", n)
	}
}

// Whoever refuses, in whatever words, and whenever tokens die: within a minute
// no more than three of the five tokens are asked for, and a minute after the
// last death everybody who is not refused is served.
func TestTokensOfRefusals(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		g := newGatekeeper(t)
		defer g.Close()
		var clock clock
		c := connect(t, g.URL, func(c *Config) { c.Now = clock.now })
		patients := make([]payment.Patient, 6)
		for i := range patients {
			patients[i] = dana
			patients[i].ID = 40300 + i
			if rapid.Bool().Draw(r, "denied") && i > 0 {
				g.denied[fmt.Sprintf("/v1/195900/patients/%d", 40300+i)] = true
			}
		}
		g.spelling = rapid.IntRange(0, len(spellings)-1).Draw(r, "spelling")
		minute := g.given()
		for range rapid.IntRange(1, 60).Draw(r, "steps") {
			switch step := rapid.IntRange(0, 9).Draw(r, "step"); step {
			case 0:
				g.mu.Lock()
				g.live = g.tokens
				g.mu.Unlock()
			case 1:
				clock.pass(dropTime)
				minute = g.given()
			default:
				c.Receipts(t.Context(), patients[rapid.IntRange(0, len(patients)-1).Draw(r, "patient")])
			}
			if n := g.given() - minute; n > 1+maxDrops {
				r.Fatalf("%d tokens within a minute", n)
			}
		}
		clock.pass(dropTime)
		for i, p := range patients {
			_, err := c.Receipts(t.Context(), p)
			if denied := g.denied[subject(patientPath(p))]; denied == (err == nil) {
				r.Fatalf("patient %d, denied %t: %v", i, denied, err)
			}
		}
	})
}

// What is remembered is bounded, and ends: a patient who is granted in the end
// gets a new token tried again.
func TestRefusalsEnd(t *testing.T) {
	var r refusals
	now := time.Unix(1_790_000_000, 0)
	for i := range 3 * maxRefusals {
		r.note(fmt.Sprint("/v1/195900/patients/", i), "a", true, now.Add(time.Duration(i)))
	}
	if len(r.of) > maxRefusals {
		t.Errorf("%d refusals are kept", len(r.of))
	}
	about := "/v1/195900/patients/40211"
	for i, step := range []struct {
		after  time.Duration
		access string
		fresh  bool
		proved bool
	}{
		{0, "a", true, false}, {0, "a", true, false}, {0, "b", false, false}, {0, "c", true, true}, {0, "c", true, true},
		{time.Minute, "d", false, true}, {refusalLife, "d", true, false}, {0, "d", true, false}, {0, "e", true, true},
	} {
		now = now.Add(step.after)
		if got := r.note(about, step.access, step.fresh, now); got != step.proved {
			t.Errorf("step %d: proved %t", i, got)
		}
	}
}
