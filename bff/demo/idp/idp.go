// Package idp is an OpenID provider for the demo and for tests: a page with a button
// for each person instead of passwords, and otherwise as strict as a real one. It
// signs with ES256, takes the code flow with PKCE S256 only, from one client, whose
// redirect address has to be exactly the registered one; codes are good once and
// for a minute. It signs out when asked, and tells the client so.
//
// For the tests of the client it can do wrong whatever a provider can do wrong, see
// Faults. The server never links it.
package idp

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Person is somebody who can sign in.
type Person struct {
	Subject, Name string
	Roles         []string
	Shows         string // what the person is there to show
}

// Config is what a Provider needs; all of it but Now and Client.
type Config struct {
	Issuer   string // where it is served
	ClientID string
	Secret   string
	Redirect string // the one address that it leads back to
	Leave    string // where somebody goes on who has signed out
	Logout   string // where the client is told of that; empty: nowhere
	People   []Person

	Now    func() time.Time // nil: time.Now
	Client *http.Client     // to tell the client; nil: http.DefaultClient
}

// Faults are what it does wrong; the zero value is nothing.
type Faults struct {
	// Answer may answer a request in the place of the provider.
	Answer func(w http.ResponseWriter, r *http.Request) bool
	// Metadata, Claims, Userinfo and Tokens change what it publishes, what is in an ID
	// token or a logout token, in userinfo, and what the token endpoint answers.
	Metadata, Claims, Userinfo, Tokens func(map[string]any)
	// Back changes what it leads back with.
	Back func(url.Values)
	// Sign signs a token otherwise; nil: as it should be.
	Sign func(claims map[string]any) string
}

// Provider is an OpenID provider.
type Provider struct {
	config Config
	mux    *http.ServeMux

	mu       sync.Mutex
	key      *ecdsa.PrivateKey
	kid      string
	codes    map[string]*grant
	access   map[string]*grant
	sessions map[string]*login // by cookie
	faults   Faults
	fetched  map[string]int // requests, by path
}

// login is somebody who is signed in at the provider.
type login struct {
	person Person
	sid    string
	at     time.Time
}

// grant is what a code stands for.
type grant struct {
	login
	challenge, nonce string
	expires          time.Time
	used             bool
}

// New makes a Provider.
func New(c Config) *Provider {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Client == nil {
		c.Client = http.DefaultClient
	}
	p := &Provider{config: c, mux: http.NewServeMux(), codes: map[string]*grant{}, access: map[string]*grant{}, sessions: map[string]*login{}, fetched: map[string]int{}}
	p.Rotate()
	p.mux.HandleFunc("GET /.well-known/openid-configuration", p.metadata)
	p.mux.HandleFunc("GET /keys", p.keys)
	p.mux.HandleFunc("GET /authorize", p.authorize)
	p.mux.HandleFunc("POST /authorize", p.authorize)
	p.mux.HandleFunc("POST /token", p.token)
	p.mux.HandleFunc("GET /userinfo", p.userinfo)
	p.mux.HandleFunc("GET /logout", p.logout)
	p.mux.HandleFunc("GET /{$}", p.home)
	p.mux.HandleFunc("POST /{$}", p.everywhere)
	return p
}

// Do lets it do something wrong from now on.
func (p *Provider) Do(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = f
}

func (p *Provider) wrong() Faults {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.faults
}

// Rotate gives it a new key.
func (p *Provider) Rotate() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // never: the randomness of the system does not fail
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.kid = key, random()
}

// Fetched is how often a path was asked for.
func (p *Provider) Fetched(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fetched[path]
}

// ServeHTTP answers a request.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.fetched[r.URL.Path]++
	p.mu.Unlock()
	if f := p.wrong().Answer; f != nil && f(w, r) {
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'")
	p.mux.ServeHTTP(w, r)
}

func random() string {
	b := make([]byte, 24)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (p *Provider) metadata(w http.ResponseWriter, _ *http.Request) {
	at := p.config.Issuer
	m := map[string]any{
		"issuer": at, "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/token", "jwks_uri": at + "/keys",
		"userinfo_endpoint": at + "/userinfo", "end_session_endpoint": at + "/logout",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"ES256"}, "code_challenge_methods_supported": []string{"S256"},
		"token_endpoint_auth_methods_supported":          []string{"client_secret_basic"},
		"authorization_response_iss_parameter_supported": true, "prompt_values_supported": []string{"none", "login"},
		"backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
	}
	if f := p.wrong().Metadata; f != nil {
		f(m)
	}
	answer(w, http.StatusOK, m)
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: p.kid, Algorithm: "ES256", Use: "sig"}}}
	p.mu.Unlock()
	answer(w, http.StatusOK, set)
}

// Sign signs claims with the provider's key; a header of the test's may stand over
// its own.
func (p *Provider) Sign(claims map[string]any, typ string) string {
	p.mu.Lock()
	key, kid := p.key, p.kid
	p.mu.Unlock()
	options := (&jose.SignerOptions{}).WithType(jose.ContentType(typ)).WithHeader("kid", kid)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, options)
	if err != nil {
		panic(err) // never: the key is our own
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err) // never: texts, numbers and lists
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		panic(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return compact
}

// issue makes a token of claims, with whatever is wrong now.
func (p *Provider) issue(claims map[string]any, typ string) string {
	f := p.wrong()
	if f.Claims != nil {
		f.Claims(claims)
	}
	if f.Sign != nil {
		return f.Sign(claims)
	}
	return p.Sign(claims, typ)
}

// token exchanges a code, once, for who asked for it with the right secret.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	fail := func(status int, code string) { answer(w, status, map[string]string{"error": code}) }
	id, secret, _ := r.BasicAuth()
	id, secret = unescaped(id), unescaped(secret)
	if id != p.config.ClientID || subtle.ConstantTimeCompare([]byte(secret), []byte(p.config.Secret)) != 1 {
		fail(http.StatusUnauthorized, "invalid_client")
		return
	}
	verifier := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	p.mu.Lock()
	g := p.codes[r.PostFormValue("code")]
	good := r.PostFormValue("grant_type") == "authorization_code" && g != nil && !g.used && p.config.Now().Before(g.expires) &&
		r.PostFormValue("redirect_uri") == p.config.Redirect && base64.RawURLEncoding.EncodeToString(verifier[:]) == g.challenge
	access := random()
	if g != nil {
		g.used = true
	}
	if good {
		p.access[access] = g
	}
	p.mu.Unlock()
	if !good {
		fail(http.StatusBadRequest, "invalid_grant")
		return
	}
	now, half := p.config.Now(), sha256.Sum256([]byte(access))
	tokens := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": p.issue(map[string]any{
		"iss": p.config.Issuer, "sub": g.person.Subject, "aud": p.config.ClientID, "exp": now.Add(5 * time.Minute).Unix(), "iat": now.Unix(),
		"nonce": g.nonce, "auth_time": g.at.Unix(), "sid": g.sid, "name": g.person.Name, "roles": g.person.Roles,
		"at_hash": base64.RawURLEncoding.EncodeToString(half[:16]),
	}, "JWT")}
	if f := p.wrong().Tokens; f != nil {
		f(tokens)
	}
	answer(w, http.StatusOK, tokens)
}

// unescaped is a part of basic authentication, which OAuth writes as in forms
// (RFC 6749, 2.3.1).
func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	p.mu.Lock()
	g := p.access[bearer]
	p.mu.Unlock()
	if g == nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	claims := map[string]any{"sub": g.person.Subject, "name": g.person.Name, "roles": g.person.Roles}
	if f := p.wrong().Userinfo; f != nil {
		f(claims)
	}
	answer(w, http.StatusOK, claims)
}

// Tell tells the client that somebody has signed out: of one session, or with no sid
// of all.
func (p *Provider) Tell(ctx context.Context, sub, sid string) error {
	if p.config.Logout == "" {
		return nil
	}
	now := p.config.Now()
	claims := map[string]any{"iss": p.config.Issuer, "aud": p.config.ClientID, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(),
		"jti": random(), "events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}}
	if sub != "" {
		claims["sub"] = sub
	}
	if sid != "" {
		claims["sid"] = sid
	}
	return p.Post(ctx, p.issue(claims, "logout+jwt"))
}

// Post sends a logout token.
func (p *Provider) Post(ctx context.Context, token string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.config.Logout, strings.NewReader(url.Values{"logout_token": {token}}.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := p.config.Client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("tell the client that somebody signed out: status %d", resp.StatusCode)
	}
	return nil
}

// end ends sessions here and tells the client.
func (p *Provider) end(ctx context.Context, which func(cookie string, l *login) bool) {
	var ended []*login
	p.mu.Lock()
	maps.DeleteFunc(p.sessions, func(cookie string, l *login) bool {
		gone := which(cookie, l)
		if gone {
			ended = append(ended, l)
		}
		return gone
	})
	p.mu.Unlock()
	for _, l := range ended {
		_ = p.Tell(ctx, l.person.Subject, l.sid) // who cannot be told finds out by itself
	}
}

func (p *Provider) person(subject string) (Person, bool) {
	i := slices.IndexFunc(p.config.People, func(q Person) bool { return q.Subject == subject })
	if i < 0 {
		return Person{}, false
	}
	return p.config.People[i], true
}

// maxAge is the request's wish; negative: none.
func maxAge(q url.Values) int {
	seconds, err := strconv.Atoi(q.Get("max_age"))
	if err != nil || seconds < 0 {
		return -1
	}
	return seconds
}
