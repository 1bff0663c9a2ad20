package signin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"paypane/bff/demo/idp"
	"paypane/bff/session"
)

const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// logoutClaims are those of a good logout token for u-1.
func (s *stage) logoutClaims() map[string]any {
	now := s.clock.now()
	return map[string]any{"iss": issuer, "aud": "paypane-desk", "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(), "jti": random(), "sub": "u-1",
		"events": map[string]any{logoutEvent: map[string]any{}}}
}

func (b *browser) logout(token string) int {
	w := b.send("POST", ours+PathLogout, url.Values{"logout_token": {token}}.Encode())
	if w.Header().Get("Cache-Control") != "no-store" {
		b.t.Error("the answer may be kept")
	}
	return w.Code
}

// Whom the provider has signed out is out at once, here and on every other server
// that shares the ledger: without the clock moving.
func TestBackchannelLogout(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ana, ben := s.browser(), s.browser()
	ana.signIn("u-1")
	ben.signIn("u-2")
	other := s.server(portalsFile) // told by the provider, while the browsers are at the first
	s.SignIn, other = other, s.SignIn
	if code := ana.logout(s.provider.Sign(s.logoutClaims(), logoutType)); code != http.StatusOK {
		t.Fatalf("%d\n%s", code, s.logs)
	}
	s.SignIn = other
	if _, err := ana.session(); !errors.Is(err, session.ErrOver) {
		t.Errorf("Ana: %v", err)
	}
	if _, err := ben.session(); err != nil {
		t.Errorf("Ben: %v", err)
	}
	s.clock.pass(time.Second)
	ana.signIn("u-1")
	if _, err := ana.session(); err != nil {
		t.Errorf("signed in again: %v", err)
	}
}

// A token with a sid ends that session and no other of the same person.
func TestBackchannelLogoutOfOneSession(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	one, two := s.browser(), s.browser()
	one.signIn("u-1")
	two.signIn("u-1")
	sess, err := one.session()
	if err != nil || sess.SID == "" {
		t.Fatalf("%v, sid %q", err, sess.SID)
	}
	if err := s.provider.Tell(t.Context(), "u-1", sess.SID); err != nil {
		t.Fatal(err)
	}
	if _, err := one.session(); !errors.Is(err, session.ErrOver) {
		t.Errorf("that session: %v", err)
	}
	if _, err := two.session(); err != nil {
		t.Errorf("the other one: %v", err)
	}
}

// A logout token that is not exactly one, of now, for the first time, ends nothing.
func TestHostileLogoutTokens(t *testing.T) {
	t.Parallel()
	set := func(name string, value any) func(*stage, map[string]any) {
		return func(_ *stage, c map[string]any) {
			if c[name] = value; value == nil {
				delete(c, name)
			}
		}
	}
	moment := func(name string, d time.Duration) func(*stage, map[string]any) {
		return func(s *stage, c map[string]any) { c[name] = s.clock.now().Add(d).Unix() }
	}
	for name, row := range map[string]struct {
		claims func(*stage, map[string]any)
		typ    string
		sign   func(*stage, map[string]any) string
		why    string
	}{
		"an ID token":          {typ: "JWT", why: "the signature"},
		"no typ":               {sign: func(s *stage, c map[string]any) string { return s.provider.Sign(c, "") }, why: "the signature"},
		"another typ":          {typ: "at+jwt", why: "the signature"},
		"a nonce":              {claims: set("nonce", "n"), why: "has a nonce"},
		"a nonce that is null": {claims: func(_ *stage, c map[string]any) { c["nonce"] = json.RawMessage("null") }, why: "has a nonce"},
		"no events":            {claims: set("events", nil), why: "no event"},
		"other events":         {claims: set("events", map[string]any{"https://schemas.example/other": map[string]any{}}), why: "no event"},
		"the event is a text":  {claims: set("events", map[string]any{logoutEvent: "yes"}), why: "the event is no object"},
		"the event is null":    {claims: set("events", map[string]any{logoutEvent: nil}), why: "the event is no object"},
		"events are a list":    {claims: set("events", []string{logoutEvent}), why: "cannot be read"},
		"no jti":               {claims: set("jti", nil), why: "no jti"},
		"an empty jti":         {claims: set("jti", ""), why: "no jti"},
		"a jti without end":    {claims: set("jti", strings.Repeat("x", 256)), why: "too long"},
		"a sub without end":    {claims: set("sub", strings.Repeat("x", 256)), why: "too long"},
		"neither sub nor sid":  {claims: set("sub", nil), why: "neither sub nor sid"},
		"iat in the future":    {claims: moment("iat", 2*time.Minute), why: "iat is not now"},
		"iat an hour ago":      {claims: moment("iat", -time.Hour), why: "iat is not now"},
		"no iat":               {claims: set("iat", nil), why: "iat is not now"},
		"expired":              {claims: moment("exp", -time.Second), why: "expired"},
		"no exp":               {claims: set("exp", nil), why: "no exp"},
		"another aud":          {claims: set("aud", "payroll"), why: "aud is another"},
		"no aud":               {claims: set("aud", nil), why: "aud is another"},
		"another iss":          {claims: set("iss", "https://evil.example"), why: "no desk's provider"},
		"no iss":               {claims: set("iss", nil), why: "no desk's provider"},
		"a token without end":  {claims: set("padding", strings.Repeat("x", logoutSize)), why: "too long"},
		"nothing":              {sign: func(*stage, map[string]any) string { return "" }, why: "no token"},
		"words":                {sign: func(*stage, map[string]any) string { return "log out u-1, please" }, why: "no desk's provider"},
		"alg none": {sign: func(_ *stage, c map[string]any) string {
			return compact(map[string]any{"alg": "none", "typ": logoutType}, c, func(string) []byte { return nil })
		}, why: "signed as we allow"},
		"HS256 with the secret": {sign: func(_ *stage, c map[string]any) string {
			return strangers([]byte(strings.Repeat("hush", 8)), jose.HS256, map[string]any{"typ": logoutType}, c)
		}, why: "signed as we allow"},
		"another's key": {sign: func(s *stage, c map[string]any) string {
			return strangers(strangerEC, jose.ES256, map[string]any{"typ": logoutType, "kid": publicKey(s.provider).KeyID}, c)
		}, why: "the signature"},
		"a name twice": {sign: func(s *stage, c map[string]any) string {
			return compact(map[string]any{"alg": "ES256", "typ": logoutType, "kid": publicKey(s.provider).KeyID}, c, func(string) []byte { return make([]byte, 64) })
		}, why: "the signature"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			b := s.browser()
			b.signIn("u-1")
			claims := s.logoutClaims()
			if row.claims != nil {
				row.claims(s, claims)
			}
			if row.typ == "" {
				row.typ = logoutType
			}
			if row.sign == nil {
				row.sign = func(s *stage, c map[string]any) string { return s.provider.Sign(c, row.typ) }
			}
			if code := b.logout(row.sign(s, claims)); code != http.StatusBadRequest || !strings.Contains(s.logs.String(), row.why) {
				t.Errorf("%d, and the log does not say %q:\n%s", code, row.why, s.logs)
			}
			if _, err := b.session(); err != nil {
				t.Errorf("the session: %v", err)
			}
			if code := b.logout(s.provider.Sign(s.logoutClaims(), logoutType)); code != http.StatusOK {
				t.Errorf("a good one afterwards: %d\n%s", code, s.logs)
			}
		})
	}
}

// A logout token works once, whichever server gets it, and also after whoever it was
// has signed in again.
func TestReplayedLogoutToken(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.browser()
	b.signIn("u-1")
	token := s.provider.Sign(s.logoutClaims(), logoutType)
	if code := b.logout(token); code != http.StatusOK {
		t.Fatalf("%d\n%s", code, s.logs)
	}
	s.clock.pass(time.Second)
	b.signIn("u-1")
	for range 2 {
		if code := b.logout(token); code != http.StatusBadRequest || !strings.Contains(s.logs.String(), "used before") {
			t.Errorf("%d\n%s", code, s.logs)
		}
		s.SignIn = s.server(portalsFile)
	}
	if _, err := b.session(); err != nil {
		t.Error(err)
	}
}

// While the ledger does not take that a session has ended, the provider hears that
// it has to say so again.
func TestLogoutThatFailsIsNoReplay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.browser()
	b.signIn("u-1")
	token := s.provider.Sign(s.logoutClaims(), logoutType)
	s.config.Sessions = broken{s.desk}
	if code := b.logout(token); code != http.StatusInternalServerError {
		t.Fatalf("%d", code)
	}
	s.config.Sessions = s.desk
	if code := b.logout(token); code != http.StatusOK {
		t.Errorf("%d\n%s", code, s.logs)
	}
	if _, err := b.session(); !errors.Is(err, session.ErrOver) {
		t.Error(err)
	}
}

// Whoever leaves is led to the provider with the ID token that they came with,
// once; it lies sealed until then.
func TestSignOutAtTheProvider(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var token string
	s.provider.Do(idp.Faults{Claims: func(c map[string]any) { c["padding"] = strings.Repeat("p", 9000) }, Tokens: func(m map[string]any) { token = fmt.Sprint(m["id_token"]) }})
	b := s.browser()
	b.signIn("u-1")
	sess, err := b.session()
	if err != nil {
		t.Fatalf("%v\n%s", err, s.logs)
	}
	for i := range 5 {
		if row, err := s.rows.Session(t.Context(), hintRow(sess.Hint, i)); err != nil || strings.Contains(string(row.Data), token[:20]) {
			t.Errorf("piece %d: %v", i, err)
		}
	}
	to := must(url.Parse(s.SignedOut(t.Context(), sess)))
	q := to.Query()
	if to.Host != "login.harbor.example" || to.Path != "/logout" || q.Get("id_token_hint") != token || q.Get("client_id") != "paypane-desk" || q.Get("post_logout_redirect_uri") != ours+"/desk" {
		t.Errorf("led to %.300s", to)
	}
	if w := b.send("GET", to.String(), ""); w.Code != http.StatusSeeOther || w.Header().Get("Location") != ours+"/desk" {
		t.Errorf("the provider: %d %s", w.Code, w.Header().Get("Location"))
	}
	if q := must(url.Parse(s.SignedOut(t.Context(), sess))).Query(); q.Has("id_token_hint") {
		t.Error("the ID token is there twice")
	}
	// Who signed in elsewhere has nothing to sign out of there.
	sess.Staff.Issuer = "https://other.example"
	if to := s.SignedOut(t.Context(), sess); to != "" {
		t.Errorf("led to %s", to)
	}
}

// A provider that has no place for it keeps nobody from leaving.
func TestSignOutWithoutAPlace(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.provider.Do(idp.Faults{Metadata: func(m map[string]any) { delete(m, "end_session_endpoint") }})
	b := s.browser()
	b.signIn("u-1")
	sess, err := b.session()
	if to := s.SignedOut(t.Context(), sess); err != nil || to != "" {
		t.Errorf("%v, led to %q", err, to)
	}
}

// A provider that says it again after hours is answered as the first time, and whoever
// signed in meanwhile is out.
func TestBackchannelLogoutLaterThatDay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, later := range []time.Duration{0, time.Minute, 7 * time.Hour, 9 * time.Hour, 15 * time.Hour, 17 * time.Hour, 40 * time.Hour} {
		s.clock.pass(later)
		ana := s.browser()
		ana.signIn("u-1")
		s.clock.pass(time.Second)
		if code := ana.logout(s.provider.Sign(s.logoutClaims(), logoutType)); code != http.StatusOK {
			t.Fatalf("%v later: %d\n%s", later, code, s.logs)
		}
		if _, err := ana.session(); !errors.Is(err, session.ErrOver) {
			t.Errorf("%v later: %v", later, err)
		}
		s.clock.pass(time.Second)
	}
}
