package signin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"

	"paypane/bff/demo/idp"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/static"
)

const (
	ours   = "https://pay.example"
	issuer = "https://login.harbor.example"
)

const portalsFile = `[[portal]]
id = "harbor"
name = "Harbor Family Medicine"
origins = ["https://portal.harbor.example"]
jwks = "keys.json"
practices = [195900]

[[desk]]
practice = 195900
departments = [7, 8]
issuer = "https://login.harbor.example"
client_id = "paypane-desk"
client_secret = "hush"
roles_claim = "roles"
roles = { front_desk = ["front-desk"], biller = ["billing"], manager = ["manager"] }
`

var people = []idp.Person{
	{Subject: "u-1", Name: "Ana Clerk", Roles: []string{"front-desk"}},
	{Subject: "u-2", Name: "Ben Biller", Roles: []string{"billing", "front-desk"}},
	{Subject: "u-3", Name: "Mia Manager", Roles: []string{"manager"}},
	{Subject: "u-4", Name: "Nat Nobody"},
}

// clock stands until a test moves it.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// stage is a desk with its provider. The provider is reached in the process.
type stage struct {
	*SignIn
	t        *testing.T
	clock    *clock
	provider *idp.Provider
	desk     session.Desk
	rows     *ledger.Ledger
	logs     *bytes.Buffer
	acts     []string
	// elsewhere is who answers at all other addresses; nil: nobody.
	elsewhere http.RoundTripper
}

// Act writes acts down for the test.
func (s *stage) Act(_ context.Context, sess session.Session, what, detail string) error {
	s.acts = append(s.acts, sess.Staff.Subject+" "+string(sess.Staff.Role)+" "+what+" "+detail)
	return nil
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var files = sync.OnceValue(func() *static.Files { return must(static.Load()) })

// newStage makes one; edit changes the portals file.
func newStage(t *testing.T, edit ...string) *stage {
	t.Helper()
	s := &stage{t: t, clock: &clock{t: time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)}, logs: &bytes.Buffer{}}
	s.provider = idp.New(idp.Config{Issuer: issuer, ClientID: "paypane-desk", Secret: "hush", Redirect: ours + PathCallback, Leave: ours + PathSignedOut,
		Logout: ours + PathLogout, People: people, Now: s.clock.now, Client: &http.Client{Transport: s}})
	s.rows = ledger.NewMemory(s.clock.now)
	s.SignIn = s.server(strings.NewReplacer(edit...).Replace(portalsFile))
	return s
}

// server is a server on the stage's ledger.
func (s *stage) server(file string) *SignIn {
	s.t.Helper()
	dir := s.t.TempDir()
	public, _, _ := ed25519.GenerateKey(rand.Reader)
	set := must(json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: public, KeyID: "a"}}}))
	for name, content := range map[string][]byte{"portals.toml": []byte(file), "keys.json": set} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	portals := must(portal.Read(filepath.Join(dir, "portals.toml")))
	keys := [][]byte{bytes.Repeat([]byte{7}, 32)}
	s.desk = session.Desk{Store: must(session.NewStore(s.rows, keys, portals, s.clock.now, false))}
	log := slog.New(slog.NewTextHandler(s.logs, nil))
	return must(New(Config{Origin: ours, Portals: portals, Sessions: s.desk, Rows: s.rows, Acts: s, Secrets: keys, Log: log, Now: s.clock.now,
		Layout:    layout.New(layout.Config{Assets: layout.Assets(files()), Portals: portals, Binding: must(session.NewBinding(keys)), Log: log}),
		Transport: s, Patience: 2 * time.Second}))
}

// RoundTrip reaches the provider, and us.
func (s *stage) RoundTrip(r *http.Request) (*http.Response, error) {
	var to http.Handler = s.provider
	switch {
	case strings.HasPrefix(r.URL.String(), ours+"/"):
		to = s
	case s.elsewhere != nil:
		return s.elsewhere.RoundTrip(r)
	case !strings.HasPrefix(r.URL.String(), issuer+"/"):
		return nil, errors.New("nobody is at " + r.URL.Host)
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	to.ServeHTTP(w, r)
	if r.Context().Err() != nil {
		return nil, r.Context().Err()
	}
	return w.Result(), nil
}

// ServeHTTP is the part of our server that the provider knows.
func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	serve := map[string]func(http.ResponseWriter, *http.Request) error{"/desk/sign-in": s.Begin, PathCallback: s.Finish, PathLogout: s.Logout}[r.URL.Path]
	if err := serve(w, r); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// browser has a jar of cookies for each of the two sites.
type browser struct {
	*stage
	jars map[string]map[string]string
}

func (s *stage) browser() *browser {
	return &browser{s, map[string]map[string]string{"pay.example": {}, "login.harbor.example": {}}}
}

// send sends a request, with the cookies of its site, and keeps what is set.
func (b *browser) send(method, address, form string) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequest(method, address, strings.NewReader(form))
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	jar := b.jars[r.URL.Host]
	for name, value := range jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	if r.URL.Host == "pay.example" {
		b.ServeHTTP(w, r)
	} else {
		b.provider.ServeHTTP(w, r)
	}
	for _, c := range w.Result().Cookies() {
		if jar[c.Name] = c.Value; c.MaxAge < 0 {
			delete(jar, c.Name)
		}
	}
	return w
}

// begin is where signing in leads to.
func (b *browser) begin() string {
	b.t.Helper()
	w := b.send("GET", ours+"/desk/sign-in", "")
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("sign-in: %d %s", w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// choose presses a person's button at the provider, and answers where it leads back.
func (b *browser) choose(at, subject string) string {
	b.t.Helper()
	w := b.send("POST", at, url.Values{"person": {subject}}.Encode())
	if w.Code != http.StatusSeeOther {
		b.t.Fatalf("provider: %d %s", w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// signIn signs somebody in.
func (b *browser) signIn(subject string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.send("GET", b.choose(b.begin(), subject), "")
}

// session is the one that the browser has.
func (b *browser) session() (session.Session, error) {
	r := httptest.NewRequest("GET", ours+"/desk", nil)
	for name, value := range b.jars["pay.example"] {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return b.desk.Of(r)
}

// signsInAfter fails unless nothing is left of what was refused: the same browser signs
// in as ever, once the provider does right and so much time has passed.
func (b *browser) signsInAfter(d time.Duration) {
	b.t.Helper()
	b.provider.Do(idp.Faults{})
	b.clock.pass(d)
	b.signIn("u-1")
	if _, err := b.session(); err != nil {
		b.t.Errorf("afterwards: %v\n%s", err, b.logs)
	}
}

// refused checks that a browser was refused as told, with words and without a
// session, and that neither page nor log has what is secret.
func (b *browser) refused(w *httptest.ResponseRecorder, told told, why string) {
	b.t.Helper()
	body := must(io.ReadAll(w.Result().Body))
	if w.Code != told.status() || w.Header().Get("Location") != "" {
		b.t.Errorf("answered %d to %q, want %d\n%s", w.Code, w.Header().Get("Location"), told.status(), b.logs)
	}
	for _, text := range sentences(told) {
		if !bytes.Contains(body, []byte(text)) {
			b.t.Errorf("the page does not say %q", text)
		}
	}
	if !strings.Contains(b.logs.String(), why) {
		b.t.Errorf("the log does not say %q:\n%s", why, b.logs)
	}
	if _, err := b.session(); !errors.Is(err, session.ErrNoCookie) {
		b.t.Errorf("there is a session: %v", err)
	}
	for _, secret := range []string{"hush", "eyJ"} {
		if strings.Contains(string(body)+b.logs.String(), secret) {
			b.t.Errorf("%q is told", secret)
		}
	}
}

// broken cannot end a session.
type broken struct{ session.Desk }

func (broken) EndAt(context.Context, string, string, string) error {
	return errors.New("the ledger is away")
}
