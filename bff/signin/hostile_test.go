package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"paypane/bff/demo/idp"
)

// hostile is something that a provider, or somebody in its place, does.
type hostile struct {
	name   string
	faults func(s *stage) idp.Faults
	// arrive changes the address that the browser arrives at, or what it does before.
	arrive func(b *browser, at string) string
	told   told
	why    string // in the log
}

var hostiles = []hostile{
	// What the browser comes back with.
	{name: "another state", faults: back(func(q url.Values) { q.Set("state", random()) }), told: toldAgain, why: "state is another"},
	{name: "no state", faults: back(func(q url.Values) { q.Del("state") }), told: toldAgain, why: "state is another"},
	{name: "two states", faults: back(func(q url.Values) { q.Add("state", "x") }), told: toldAgain, why: "twice"},
	{name: "a state with more behind it", faults: back(func(q url.Values) { q.Set("state", q.Get("state")+"x") }), told: toldAgain, why: "state is another"},
	{name: "a browser that began nothing", arrive: func(b *browser, at string) string { b.jars["pay.example"] = map[string]string{}; return at }, told: toldAgain, why: "begun none"},
	{name: "another browser's", arrive: func(b *browser, at string) string {
		other := b.stage.browser()
		other.begin()
		b.jars = other.jars
		return at
	}, told: toldAgain, why: "state is another"},
	{name: "a cookie that somebody wrote", arrive: func(b *browser, at string) string { b.jars["pay.example"][flowCookie] = "e30"; return at }, told: toldAgain, why: "not sealed"},
	{name: "a cookie that was changed", arrive: func(b *browser, at string) string {
		v := b.jars["pay.example"][flowCookie]
		b.jars["pay.example"][flowCookie] = v[:len(v)-4] + "AAAA"
		return at
	}, told: toldAgain, why: "not sealed"},
	{name: "ten minutes later", arrive: func(b *browser, at string) string { b.clock.pass(10 * time.Minute); return at }, told: toldAgain, why: "ten minutes ago"},
	{name: "no code", faults: back(func(q url.Values) { q.Del("code") }), told: toldWrong, why: "no code"},
	{name: "two codes", faults: back(func(q url.Values) { q.Add("code", "x") }), told: toldAgain, why: "twice"},
	{name: "a code without end", faults: back(func(q url.Values) { q.Set("code", strings.Repeat("x", 5000)) }), told: toldAgain, why: "too long"},
	{name: "a code that somebody made up", faults: back(func(q url.Values) { q.Set("code", "guess") }), told: toldWrong, why: "answered 400"},
	{name: "a code of a sign-in elsewhere", arrive: func(b *browser, at string) string {
		other := b.stage.browser()
		stolen := must(url.Parse(other.choose(other.begin(), "u-3"))).Query().Get("code")
		u := must(url.Parse(at))
		q := u.Query()
		q.Set("code", stolen)
		u.RawQuery = q.Encode()
		return u.String()
	}, told: toldWrong, why: "answered 400"}, // PKCE: the verifier is another's
	{name: "a code after a minute", arrive: func(b *browser, at string) string { b.clock.pass(61 * time.Second); return at }, told: toldWrong, why: "answered 400"},
	{name: "an address that cannot be read", arrive: func(_ *browser, at string) string { return at + "&%zz" }, told: toldAgain, why: "cannot be read"},
	{name: "mix-up: another iss", faults: back(func(q url.Values) { q.Set("iss", "https://evil.example") }), told: toldWrong, why: "led back by another"},
	{name: "mix-up: an announced iss that is not there", faults: back(func(q url.Values) { q.Del("iss") }), told: toldWrong, why: "led back by another"},
	{name: "mix-up: an empty iss", faults: back(func(q url.Values) { q.Set("iss", "") }), told: toldWrong, why: "led back by another"},
	{name: "mix-up: iss with a slash", faults: back(func(q url.Values) { q.Set("iss", issuer+"/") }), told: toldWrong, why: "led back by another"},
	{name: "mix-up: two iss", faults: back(func(q url.Values) { q.Add("iss", "https://evil.example") }), told: toldAgain, why: "twice"},
	{name: "they cancelled", faults: back(func(q url.Values) { q.Set("error", "access_denied") }), told: toldCancelled, why: "access_denied"},
	{name: "an error with words", faults: back(func(q url.Values) { q.Set("error", "server_error"); q.Set("error_description", "<script>eyJ</script>") }), told: toldWrong, why: "answered with an error"},
	{name: "an error and a code", faults: back(func(q url.Values) { q.Set("error", "login_required") }), told: toldWrong, why: "answered with an error"},

	// The claims of the ID token.
	{name: "another nonce", faults: claim("nonce", random()), told: toldWrong, why: "nonce"},
	{name: "no nonce", faults: claim("nonce", nil), told: toldWrong, why: "nonce"},
	{name: "a nonce that is a number", faults: claim("nonce", 1), told: toldWrong, why: "cannot be read"},
	{name: "another iss", faults: claim("iss", "https://evil.example"), told: toldWrong, why: "iss is another"},
	{name: "iss with a slash", faults: claim("iss", issuer+"/"), told: toldWrong, why: "iss is another"},
	{name: "no iss", faults: claim("iss", nil), told: toldWrong, why: "iss is another"},
	{name: "another aud", faults: claim("aud", "payroll"), told: toldWrong, why: "aud is another"},
	{name: "no aud", faults: claim("aud", nil), told: toldWrong, why: "aud is another"},
	{name: "an empty list of aud", faults: claim("aud", []string{}), told: toldWrong, why: "aud is another"},
	{name: "two aud without azp", faults: claim("aud", []string{"paypane-desk", "payroll"}), told: toldWrong, why: "azp"},
	{name: "azp of another", faults: claim("azp", "payroll"), told: toldWrong, why: "azp"},
	{name: "azp that is a list", faults: claim("azp", []string{"paypane-desk"}), told: toldWrong, why: "azp"},
	{name: "two aud and azp of another", faults: func(*stage) idp.Faults {
		return idp.Faults{Claims: func(c map[string]any) { c["aud"], c["azp"] = []string{"paypane-desk", "payroll"}, "payroll" }}
	}, told: toldWrong, why: "azp"},
	{name: "no sub", faults: claim("sub", nil), told: toldWrong, why: "sub is none"},
	{name: "an empty sub", faults: claim("sub", ""), told: toldWrong, why: "sub is none"},
	{name: "a sub without end", faults: claim("sub", strings.Repeat("x", 256)), told: toldWrong, why: "sub is none"},
	{name: "a sub with a line in it", faults: claim("sub", "u-1\nu-3"), told: toldWrong, why: "sub is none"},
	{name: "a sid without end", faults: claim("sid", strings.Repeat("x", 256)), told: toldWrong, why: "sid is too long"},
	{name: "expired", faults: moment("exp", -time.Second), told: toldWrong, why: "expired"},
	{name: "no exp", faults: claim("exp", nil), told: toldWrong, why: "expired"},
	{name: "exp in words", faults: claim("exp", "tomorrow"), told: toldWrong, why: "cannot be read"},
	{name: "iat in the future", faults: moment("iat", 2*time.Minute), told: toldWrong, why: "iat is in the future"},
	{name: "iat of yesterday", faults: moment("iat", -24*time.Hour), told: toldWrong, why: "iat is long ago"},
	{name: "no iat", faults: claim("iat", nil), told: toldWrong, why: "iat is long ago"},
	{name: "nbf tomorrow", faults: moment("nbf", 24*time.Hour), told: toldWrong, why: "not good yet"},
	{name: "at_hash of another token", faults: claim("at_hash", base64.RawURLEncoding.EncodeToString(make([]byte, 16))), told: toldWrong, why: "at_hash"},
	{name: "auth_time before the provider was asked", faults: moment("auth_time", -3*time.Minute), told: toldStale, why: "did not ask"},
	{name: "auth_time in the future", faults: moment("auth_time", time.Hour), told: toldWrong, why: "auth_time"},
	{name: "auth_time in words", faults: claim("auth_time", "now"), told: toldWrong, why: "auth_time"},
	{name: "auth_time in milliseconds", faults: claim("auth_time", 1.79e12), told: toldWrong, why: "auth_time"},
	{name: "nobody's role", faults: claim("roles", []string{"janitor"}), told: toldNoRole, why: "no role",
		arrive: func(b *browser, at string) string {
			b.provider.Do(idp.Faults{Claims: func(c map[string]any) { c["roles"] = []string{"janitor"} }, Userinfo: func(c map[string]any) { delete(c, "roles") }})
			return at
		}},
	{name: "too many groups", faults: func(*stage) idp.Faults {
		return idp.Faults{Claims: func(c map[string]any) {
			delete(c, "roles")
			c["_claim_names"] = map[string]any{"roles": "src1"}
			c["_claim_sources"] = map[string]any{"src1": map[string]any{"endpoint": "https://graph.example/x"}}
		}, Userinfo: func(c map[string]any) { delete(c, "roles") }}
	}, told: toldGroups, why: "more groups"},
	{name: "has groups, and does not say which", faults: func(*stage) idp.Faults {
		return idp.Faults{Claims: func(c map[string]any) { delete(c, "roles"); c["hasgroups"] = true }, Userinfo: func(c map[string]any) { delete(c, "roles") }}
	}, told: toldGroups, why: "more groups"},

	// The signature.
	{name: "alg none", faults: signed(func(s *stage, c map[string]any) string {
		return compact(map[string]any{"alg": "none"}, c, func(string) []byte { return nil })
	}), told: toldWrong, why: "signed as we allow"},
	{name: "alg None", faults: signed(func(s *stage, c map[string]any) string {
		return compact(map[string]any{"alg": "None"}, c, func(string) []byte { return nil })
	}), told: toldWrong, why: "signed as we allow"},
	{name: "no signature", faults: signed(func(s *stage, c map[string]any) string {
		t := s.provider.Sign(c, "JWT")
		return t[:strings.LastIndexByte(t, '.')+1]
	}), told: toldWrong, why: "the signature"},
	{name: "HS256 with the client's secret", faults: signed(func(s *stage, c map[string]any) string {
		return strangers([]byte(strings.Repeat("hush", 8)), jose.HS256, map[string]any{"kid": publicKey(s.provider).KeyID}, c)
	}), told: toldWrong, why: "signed as we allow"},
	{name: "HS256 with the public key", faults: signed(func(s *stage, c map[string]any) string {
		der := must(x509.MarshalPKIXPublicKey(publicKey(s.provider).Key))
		return compact(map[string]any{"alg": "HS256", "kid": publicKey(s.provider).KeyID}, c, func(signed string) []byte {
			h := hmac.New(sha256.New, der)
			h.Write([]byte(signed))
			return h.Sum(nil)
		})
	}), told: toldWrong, why: "signed as we allow"},
	{name: "RS256 under the id of an EC key", faults: signed(func(s *stage, c map[string]any) string {
		return strangers(strangerRSA, jose.RS256, map[string]any{"kid": publicKey(s.provider).KeyID}, c)
	}), told: toldWrong, why: "the signature"},
	{name: "PS256", faults: signed(func(s *stage, c map[string]any) string {
		return strangers(strangerRSA, jose.PS256, map[string]any{"kid": publicKey(s.provider).KeyID}, c)
	}), told: toldWrong, why: "signed as we allow"},
	{name: "another's key under the provider's id", faults: signed(func(s *stage, c map[string]any) string {
		return strangers(strangerEC, jose.ES256, map[string]any{"kid": publicKey(s.provider).KeyID}, c)
	}), told: toldWrong, why: "the signature"},
	{name: "a kid that nobody knows", faults: signed(func(_ *stage, c map[string]any) string {
		return strangers(strangerEC, jose.ES256, map[string]any{"kid": "mine"}, c)
	}), told: toldWrong, why: "the signature"},
	{name: "no kid", faults: signed(func(_ *stage, c map[string]any) string {
		return strangers(strangerEC, jose.ES256, nil, c)
	}), told: toldWrong, why: "the signature"},
	{name: "its own key in the header", faults: signed(func(_ *stage, c map[string]any) string {
		return strangers(strangerEC, jose.ES256, map[string]any{"kid": "mine", "jwk": jose.JSONWebKey{Key: strangerEC.Public()}}, c)
	}), told: toldWrong, why: "the signature"},
	{name: "an address of its own keys", faults: signed(func(_ *stage, c map[string]any) string {
		return strangers(strangerEC, jose.ES256, map[string]any{"kid": "mine", "jku": "https://evil.example/keys"}, c)
	}), told: toldWrong, why: "the signature"},
	{name: "an extension that we have to understand", faults: signed(func(s *stage, c map[string]any) string {
		h := header(s.provider.Sign(c, "JWT"))
		h["crit"], h["exp"] = []string{"exp"}, 1
		return compact(h, c, func(string) []byte { return make([]byte, 64) })
	}), told: toldWrong, why: "the signature"},
	{name: "a claim changed afterwards", faults: signed(func(s *stage, c map[string]any) string {
		parts := strings.Split(s.provider.Sign(c, "JWT"), ".")
		c["roles"] = []string{"manager"}
		parts[1] = base64.RawURLEncoding.EncodeToString(must(json.Marshal(c)))
		return strings.Join(parts, ".")
	}), told: toldWrong, why: "the signature"},
	{name: "an access token in its place", faults: signed(func(s *stage, c map[string]any) string { return s.provider.Sign(c, "at+jwt") }), told: toldWrong, why: "the signature"},
	{name: "a logout token in its place", faults: signed(func(s *stage, c map[string]any) string { return s.provider.Sign(c, "logout+jwt") }), told: toldWrong, why: "the signature"},
	{name: "no token at all", faults: signed(func(*stage, map[string]any) string { return "a.b.c" }), told: toldWrong, why: "signed as we allow"},
	{name: "a token without end", faults: claim("padding", strings.Repeat("x", tokenSize)), told: toldWrong, why: "too long"},

	// The token endpoint.
	{name: "no ID token", faults: tokens(func(m map[string]any) { delete(m, "id_token") }), told: toldWrong, why: "no ID token"},
	{name: "an ID token that is a number", faults: tokens(func(m map[string]any) { m["id_token"] = 1 }), told: toldWrong, why: "no ID token"},
	{name: "no access token", faults: tokens(func(m map[string]any) { delete(m, "access_token") }), told: toldWrong, why: "makes no sense"},
	{name: "an access token of another kind", faults: tokens(func(m map[string]any) { m["token_type"] = "mac" }), told: toldWrong, why: "no bearer"},
	{name: "an access token changed", faults: tokens(func(m map[string]any) { m["access_token"] = "x" }), told: toldWrong, why: "at_hash"},
	{name: "a page", faults: at("/token", says(200, "text/html", "<h1>eyJ</h1>")), told: toldWrong, why: "not JSON"},
	{name: "a form, as some write", faults: at("/token", says(200, "application/x-www-form-urlencoded", "access_token=a&id_token=eyJ")), told: toldWrong, why: "not JSON"},
	{name: "JSON that says it is text", faults: at("/token", says(200, "text/plain", `{"access_token":"a","id_token":"eyJ"}`)), told: toldWrong, why: "not JSON"},
	{name: "no kind at all", faults: at("/token", says(200, "", "{}")), told: toldWrong, why: "not JSON"},
	{name: "half of an object", faults: at("/token", says(200, jsonKind, `{"access_token":"eyJ`)), told: toldWrong, why: "makes no sense"},
	{name: "a body without end", faults: at("/token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", jsonKind)
		fmt.Fprint(w, `{"access_token":"`+strings.Repeat("x", answerSize)+`"}`)
	}), told: toldWrong, why: "makes no sense"},
	{name: "an error that quotes the secret", faults: at("/token", says(400, jsonKind, `{"error":"hush","error_description":"hush eyJ"}`)), told: toldWrong, why: "answered 400"},
	{name: "401", faults: at("/token", says(401, jsonKind, `{}`)), told: toldWrong, why: "answered 401"},
	{name: "500", faults: at("/token", says(500, "text/html", "eyJ")), told: toldDown, why: "answered 500"},
	{name: "a redirect to somebody else", faults: at("/token", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://evil.example/token", http.StatusTemporaryRedirect)
	}), told: toldWrong, why: "answered 307"},
	{name: "no answer", faults: at("/token", hang), told: toldDown, why: "did not answer"},

	// Keys and userinfo.
	{name: "keys: a page", faults: at("/keys", says(200, "text/html", "<p>")), told: toldWrong, why: "the signature"},
	{name: "keys: none", faults: at("/keys", says(200, jsonKind, `{"keys":[]}`)), told: toldWrong, why: "the signature"},
	{name: "keys: a secret one", faults: at("/keys", says(200, jsonKind, `{"keys":[{"kty":"oct","k":"aHVzaA","kid":"a","alg":"HS256"}]}`)), told: toldWrong, why: "the signature"},
	{name: "keys: elsewhere", faults: at("/keys", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://evil.example/keys", http.StatusFound)
	}), told: toldWrong, why: "the signature"},
	{name: "keys: no answer", faults: at("/keys", hang), told: toldWrong, why: "the signature"},
	{name: "userinfo of somebody else", faults: func(*stage) idp.Faults {
		return idp.Faults{Claims: func(c map[string]any) { delete(c, "roles") }, Userinfo: func(c map[string]any) { c["sub"], c["roles"] = "u-3", "manager" }}
	}, told: toldWrong, why: "somebody else's"},
	{name: "userinfo of nobody", faults: func(*stage) idp.Faults {
		return idp.Faults{Claims: func(c map[string]any) { delete(c, "roles") }, Userinfo: func(c map[string]any) { delete(c, "sub"); c["roles"] = "manager" }}
	}, told: toldWrong, why: "somebody else's"},
	{name: "userinfo that is a token", faults: func(s *stage) idp.Faults {
		f := at("/userinfo", says(200, "application/jwt", "eyJ.e.x"))(s)
		f.Claims = func(c map[string]any) { delete(c, "roles") }
		return f
	}, told: toldWrong, why: "not JSON"},
	{name: "userinfo that fails", faults: func(s *stage) idp.Faults {
		f := at("/userinfo", says(503, jsonKind, "{}"))(s)
		f.Claims = func(c map[string]any) { delete(c, "roles") }
		return f
	}, told: toldDown, why: "answered 503"},
}

// Whatever a provider, or somebody in its place, answers that is not exactly what was
// asked for begins no session. Who is refused reads what to do; the log has why.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	if len(hostiles) < 60 {
		t.Errorf("%d answers", len(hostiles))
	}
	for _, h := range hostiles {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			b := s.browser()
			address := b.begin()
			if h.faults != nil {
				s.provider.Do(h.faults(s))
			}
			came := b.choose(address, "u-1")
			if h.arrive != nil {
				came = h.arrive(b, came)
			}
			b.refused(b.send("GET", came, ""), h.told, h.why)
			b.signsInAfter(2 * time.Minute)
		})
	}
}

// A code and a state are good once: also in another tab, and on another server.
func TestReplayedCallback(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	b := s.browser()
	came := b.choose(b.begin(), "u-1")
	kept := map[string]string{flowCookie: b.jars["pay.example"][flowCookie]}
	b.send("GET", came, "")
	if _, err := b.session(); err != nil {
		t.Fatal(err)
	}
	b.jars["pay.example"] = kept
	b.refused(b.send("GET", came, ""), toldAgain, "finished before")
	s.SignIn = s.server(portalsFile)
	b.jars["pay.example"] = map[string]string{flowCookie: kept[flowCookie]}
	b.refused(b.send("GET", came, ""), toldAgain, "finished before")
	if n := s.provider.Fetched("/token"); n != 1 {
		t.Errorf("the code was sent %d times", n)
	}
}
