package bff_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff"
	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	"paypane/bff/demo/idp"
	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/portal/portaltest"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// stage is a server with the simulator behind it, and the browsers of a script.
// Time stands still but for the script.
type stage struct {
	t        *testing.T
	fail     func(format string, args ...any)
	server   *bff.Server
	sessions *session.Store
	ledger   *ledger.Ledger
	sim      *athenatest.Server
	portal   portaltest.Key
	provider *idp.Provider
	silent   atomic.Bool // the practice's system answers 503
	mu       sync.Mutex
	time     time.Time
	browsers map[string]*tab
	at       *tab
	words    map[string]string // what stands for {name}
	open     bool              // a request whose outcome the script has not said
}

// tab is a browser with its cookie and the page it shows.
type tab struct {
	cookies map[string]string
	status  int
	to      string
	body    string
	token   string // of its last launch
}

func (s *stage) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.time
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, fail: t.Fatalf, time: time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC), portal: portaltest.Ed25519("harbor"),
		browsers: map[string]*tab{}, words: map[string]string{}}
	s.as("the payer")
	s.sim = athenatest.StartWith(t, athenatest.Options{Now: s.now})
	address, err := url.Parse(s.sim.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(address)
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) } // what is cut stays cut
	proxy.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	upstream := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.silent.Load() {
			http.Error(w, "<h1>Service Unavailable</h1>", http.StatusServiceUnavailable)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	upstream.Config.ErrorLog = proxy.ErrorLog
	upstream.Start()
	t.Cleanup(upstream.Close)
	dir := t.TempDir()
	for name, content := range map[string]string{
		"harbor.jwks.json": portaltest.KeySet(s.portal),
		"portals.toml": `[[portal]]
id = "harbor"
name = "Harbor Family Medicine"
phone = "617-555-0100"
origins = ["` + scriptPortal + `"]
jwks = "harbor.jwks.json"
practices = [195900]
plan_minimum = "25.00"

[[desk]]
practice = 195900
departments = [7, 9]
issuer = "` + scriptProvider + `"
client_id = "paypane-desk"
client_secret = "hush"
roles_claim = "roles"
roles = { front_desk = ["front-desk"], biller = ["billing"], manager = ["manager"] }
vendor_code = "harborpay"
`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	portals, err := portal.Read(filepath.Join(dir, "portals.toml"))
	if err != nil {
		t.Fatal(err)
	}
	client, err := athena.New(athena.Config{URL: upstream.URL, ClientID: "demo", ClientSecret: "demo", Vendors: portals.Vendors(), Now: s.now, ReadDeadline: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	s.provider = idp.New(idp.Config{Issuer: scriptProvider, ClientID: "paypane-desk", Secret: "hush", Redirect: scriptOrigin + "/desk/callback", Leave: scriptOrigin + "/desk",
		Now: s.now, People: []idp.Person{{Subject: "ana", Name: "Ana", Roles: []string{"front-desk"}}, {Subject: "bea", Name: "Bea", Roles: []string{"billing"}}, {Subject: "nat", Name: "Nat"}}})
	book, keys := ledger.NewMemory(s.now), [][]byte{bytes.Repeat([]byte{7}, 32)}
	s.ledger = book
	if s.sessions, err = session.NewStore(book, keys, portals, s.now, false); err != nil {
		t.Fatal(err)
	}
	s.server, err = bff.New(context.Background(), bff.Config{
		Origin: scriptOrigin, Portals: portals, Practice: client, Ledger: book,
		Keys: keys, Log: slog.New(slog.DiscardHandler), Now: s.now, ReceiptDelay: time.Minute,
		Providers: inProcess{s.provider},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// as goes on in another browser.
func (s *stage) as(who string) {
	if s.browsers[who] == nil {
		s.browsers[who] = &tab{cookies: map[string]string{}}
	}
	s.at = s.browsers[who]
}

// signIn signs somebody in at the desk, in the browser that there is: "in ana
// front_desk".
func (s *stage) signIn(how string) string {
	words := strings.Fields(how)
	if len(words) != 3 || words[0] != "in" || !staff.Role(words[2]).Known() {
		return "sign in NAME ROLE"
	}
	a := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, scriptOrigin+"/desk/callback", nil)
	for name, value := range s.at.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	next, _, err := session.Desk{Store: s.sessions}.Start(a, r, session.SignedIn{
		Person:   staff.Person{Issuer: "https://login.harbor.example", Subject: words[1], Name: words[1], Role: staff.Role(words[2]), AuthTime: s.now()},
		Practice: 195900, Departments: []int{7, 9}})
	if err != nil {
		return err.Error()
	}
	for _, c := range a.Result().Cookies() {
		s.at.cookies[c.Name] = c.Value
	}
	s.words["next"] = next
	return ""
}

// askToVoid has a void of Dana's wait for a second person: "asked by ana".
func (s *stage) askToVoid(how string) string {
	who, ok := strings.CutPrefix(how, "asked by ")
	if !ok {
		return "void asked by NAME"
	}
	a, err := s.ledger.CreateAttempt(s.t.Context(), ledger.Record{Patient: payment.Patient{Practice: 195900, Department: 7, ID: 40211}, Portal: "desk",
		Subject: "https://login.harbor.example " + who, AsOfSeq: 1, Attempt: payment.Attempt{ID: rand.Text(), Kind: payment.KindVoid, Target: ledger.PaymentTarget("9001"), Value: payment.Cents(2000), PatientName: "Dana Sample"}})
	if err == nil {
		err = s.ledger.AskApproval(s.t.Context(), a.ID, ledger.Signer{ID: "desk/https://login.harbor.example " + who, Name: who}, "it was taken twice")
	}
	if err != nil {
		return err.Error()
	}
	s.words["void"] = a.ID
	return ""
}

// inProcess reaches a handler without a network.
type inProcess struct{ to http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	p.to.ServeHTTP(w, r)
	return w.Result(), nil
}

// through goes to the practice's own sign-in page, presses somebody's button there
// and comes back.
func (s *stage) through(who string) string {
	s.send("GET", web.PathSignIn, nil, "", "")
	to, ok := strings.CutPrefix(s.at.to, scriptProvider)
	if !ok {
		return "it is: " + strconv.Itoa(s.at.status) + " " + s.at.to
	}
	r := httptest.NewRequest(http.MethodPost, scriptProvider+to, strings.NewReader(url.Values{"person": {who}}.Encode()))
	if who == "cancel" {
		r = httptest.NewRequest(http.MethodPost, scriptProvider+to, strings.NewReader("cancel=yes"))
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.provider.ServeHTTP(w, r)
	back, ok := strings.CutPrefix(w.Header().Get("Location"), scriptOrigin)
	if !ok {
		return "the provider says: " + w.Body.String()
	}
	return s.request("GET", back, nil)
}

// launch comes from the portal to the first page. What is below the line are
// claims of the token, over those of Dana's own.
func (s *stage) launch(changes map[string][]string, how string) string {
	claims := map[string]any{
		"iss": "harbor", "aud": scriptOrigin, "sub": "member-5551", "jti": rand.Text(), "role": "patient",
		"iat": s.now().Unix(), "exp": s.now().Add(time.Minute).Unix(),
		"practiceid": 195900, "departmentid": 7, "patientid": 40211, "name": "Dana Sample", "email": "dana@example.com",
		"return_url": scriptPortal + "/billing",
	}
	for name, values := range changes {
		var value any
		if json.Unmarshal([]byte(values[0]), &value) != nil {
			value = values[0]
		}
		claims[name] = value
	}
	if how != "again" {
		key := s.portal
		if how == "forged" {
			key = portaltest.Ed25519("harbor")
		}
		s.at.token = key.Compact(`{"alg":"EdDSA","kid":"harbor","typ":"pay-launch+jwt"}`, string(must(json.Marshal(claims))))
	}
	s.send("POST", "/launch", url.Values{"token": {s.at.token}}, scriptPortal, "cross-site")
	if how == "" {
		s.send("GET", s.at.to, nil, "", "")
		if s.at.status != http.StatusSeeOther {
			return fmt.Sprintf("%d: %s", s.at.status, s.at.text())
		}
		return ""
	}
	s.open = true
	return ""
}
