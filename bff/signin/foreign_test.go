package signin

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"paypane/bff/staff"
)

// foreign is a provider that is not ours: it publishes, and answers, in the shapes
// that are known of one in public. The keys are RSA, as all of them have them.
type foreign struct {
	issuer string
	// metadata has the addresses of its endpoints below the host of the issuer, or
	// whole, and what else it publishes.
	metadata map[string]any
	// header, claims, userinfo and key are beside what all have: what stands in the
	// head of an ID token, in it, in userinfo, and with the key; nil takes away.
	header, claims, userinfo, key map[string]any
	back                          url.Values // beside code and state
}

func (f foreign) address(endpoint string) string {
	text, _ := f.metadata[endpoint].(string)
	return text
}

// with is a set of names with others beside them.
func with(a, b map[string]any) map[string]any {
	all := map[string]any{}
	maps.Copy(all, a)
	maps.Copy(all, b)
	maps.DeleteFunc(all, func(_ string, v any) bool { return v == nil })
	return all
}

// published is what a provider answers without a sign-in; nil: nothing is there.
func (f foreign) published(address string) any {
	switch address {
	case strings.TrimSuffix(f.issuer, "/") + "/.well-known/openid-configuration":
		return with(map[string]any{"issuer": f.issuer, "response_types_supported": []string{"code", "id_token"}, "subject_types_supported": []string{"public", "pairwise"},
			"id_token_signing_alg_values_supported": []string{"RS256", "PS256", "HS256"}, "scopes_supported": []string{"openid", "profile", "email"}}, f.metadata)
	case f.address("jwks_uri"):
		var key map[string]any
		if err := json.Unmarshal(must(json.Marshal(jose.JSONWebKey{Key: strangerRSA.Public(), KeyID: "k-1", Use: "sig", Algorithm: "RS256"})), &key); err != nil {
			panic(err)
		}
		encrypts := map[string]any{"kid": "k-2", "kty": "RSA", "use": "enc", "alg": "RSA-OAEP", "n": key["n"], "e": key["e"]}
		return map[string]any{"keys": []any{encrypts, with(key, f.key)}}
	}
	return nil
}

// signsIn is a browser's way to the provider and back.
func (f foreign) signsIn(b *browser, at *url.URL) *httptest.ResponseRecorder {
	const access = "opaque-access-token"
	b.t.Helper()
	q, now := at.Query(), b.clock.now()
	half := sha256.Sum256([]byte(access))
	claims := with(map[string]any{"iss": f.issuer, "aud": "paypane-desk", "sub": "00u1", "iat": now.Unix(), "exp": now.Unix() + 3600, "nonce": q.Get("nonce"),
		"at_hash": base64.RawURLEncoding.EncodeToString(half[:16]), "name": "Ana Clerk"}, f.claims)
	token := strangers(strangerRSA, jose.RS256, with(map[string]any{"kid": "k-1", "typ": "JWT"}, f.header), claims)
	b.elsewhere = answers(func(r *http.Request) any {
		switch address := r.URL.String(); address {
		case f.address("token_endpoint"):
			return map[string]any{"token_type": "Bearer", "expires_in": 3599, "scope": "openid profile", "access_token": access, "id_token": token}
		case f.address("userinfo_endpoint"):
			return with(map[string]any{"sub": claims["sub"]}, f.userinfo)
		default:
			return f.published(address)
		}
	})
	back := url.Values{"code": {"4/0AX4XfWh-code"}, "state": {q.Get("state")}}
	maps.Copy(back, f.back)
	return b.send("GET", q.Get("redirect_uri")+"?"+back.Encode(), "")
}

// answers is a network on which one answers JSON.
type answers func(*http.Request) any

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if v := f(r); v == nil {
		w.WriteHeader(http.StatusNotFound)
	} else if err := json.NewEncoder(w).Encode(v); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// The providers that practices have, as far as their documentation and what they
// publish tell.
func keycloak(claims map[string]any) foreign {
	const realm = "https://sso.harbor.example/realms/harbor"
	return foreign{issuer: realm, metadata: map[string]any{
		"authorization_endpoint": realm + "/protocol/openid-connect/auth", "token_endpoint": realm + "/protocol/openid-connect/token",
		"userinfo_endpoint": realm + "/protocol/openid-connect/userinfo", "jwks_uri": realm + "/protocol/openid-connect/certs",
		"end_session_endpoint":                           realm + "/protocol/openid-connect/logout",
		"token_endpoint_auth_methods_supported":          []string{"private_key_jwt", "client_secret_basic", "client_secret_post", "tls_client_auth", "client_secret_jwt"},
		"authorization_response_iss_parameter_supported": true, "backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
		"prompt_values_supported": []string{"none", "login", "consent"}, "claims_parameter_supported": true,
	}, claims: with(map[string]any{"typ": "ID", "azp": "paypane-desk", "jti": "b7c6", "acr": "1", "sid": "6f0a-4c", "sub": "9b1d3c7e-5a44-4c1f-8d52-0f6f2a3b7c11", "email_verified": false}, claims),
		back: url.Values{"session_state": {"6f0a-4c"}, "iss": {realm}}}
}

const tenant = "6f1d2a3b-0c4e-4f5a-9b8c-7d6e5f4a3b2c"

func entra(claims map[string]any) foreign {
	const host = "https://login.microsoftonline.com/"
	return foreign{issuer: host + tenant + "/v2.0", metadata: map[string]any{
		"authorization_endpoint": host + tenant + "/oauth2/v2.0/authorize", "token_endpoint": host + tenant + "/oauth2/v2.0/token",
		"userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo", "jwks_uri": host + tenant + "/discovery/v2.0/keys",
		"end_session_endpoint":                  host + tenant + "/oauth2/v2.0/logout",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "private_key_jwt", "client_secret_basic"},
		"http_logout_supported":                 true, "frontchannel_logout_supported": true, "request_uri_parameter_supported": false,
		"tenant_region_scope": "NA", "cloud_instance_name": "microsoftonline.com", "msgraph_host": "graph.microsoft.com",
	}, key: map[string]any{"alg": nil, "x5t": "k-1", "issuer": host + "{tenantid}/v2.0"},
		claims: with(map[string]any{"at_hash": nil, "ver": "2.0", "tid": tenant, "oid": "7a-oid", "uti": "u", "rh": "0.A", "aio": "A", "sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
			"preferred_username": "ana@harbor.example"}, claims),
		back: url.Values{"session_state": {"6f0a-4c"}}}
}

func okta(claims map[string]any) foreign {
	const server = "https://harbor.okta.com/oauth2/default"
	return foreign{issuer: server, metadata: map[string]any{
		"authorization_endpoint": server + "/v1/authorize", "token_endpoint": server + "/v1/token", "userinfo_endpoint": server + "/v1/userinfo",
		"jwks_uri": server + "/v1/keys", "end_session_endpoint": server + "/v1/logout",
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"},
	}, header: map[string]any{"typ": nil},
		claims: with(map[string]any{"ver": 1, "jti": "ID.x", "amr": []string{"pwd", "mfa"}, "idp": "00o1", "preferred_username": "ana@harbor.example", "auth_time": nil}, claims)}
}

func auth0(claims map[string]any) foreign {
	const server = "https://harbor.us.auth0.com/"
	return foreign{issuer: server, metadata: map[string]any{
		"authorization_endpoint": server + "authorize", "token_endpoint": server + "oauth/token", "userinfo_endpoint": server + "userinfo",
		"jwks_uri":                              server + ".well-known/jwks.json", // no end_session_endpoint unless the tenant has it
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post", "private_key_jwt"},
		"backchannel_logout_supported":          true, "backchannel_logout_session_supported": true,
	}, claims: with(map[string]any{"sub": "google-oauth2|103547991597142817347", "sid": "S-1", "nickname": "ana", "updated_at": "2026-11-21T14:00:00.000Z"}, claims)}
}

func googles(claims map[string]any) foreign {
	return foreign{issuer: google, metadata: map[string]any{
		"authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth", "token_endpoint": "https://oauth2.googleapis.com/token",
		"userinfo_endpoint": "https://openidconnect.googleapis.com/v1/userinfo", "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
		"revocation_endpoint":                   "https://oauth2.googleapis.com/revoke",
		"token_endpoint_auth_methods_supported": []string{"client_secret_post", "client_secret_basic"},
	}, claims: with(map[string]any{"azp": "paypane-desk", "hd": "harbor.example", "email": "ana@harbor.example", "email_verified": true, "sub": "110169484474386276334", "picture": "https://lh3.example/p"}, claims),
		userinfo: map[string]any{"email": "ana@harbor.example", "email_verified": true, "hd": "harbor.example"},
		back:     url.Values{"scope": {"email profile openid"}, "authuser": {"0"}, "hd": {"harbor.example"}, "prompt": {"select_account"}}}
}

// What real providers publish and say is understood: where the roles are, who it is,
// and how one signs out. What makes nobody anything lets nobody in.
func TestForeignProviders(t *testing.T) {
	t.Parallel()
	list := func(s ...string) []string { return s }
	under := func(name string, v any) map[string]any { return map[string]any{name: v} }
	roles := func(v any) map[string]any { return under("roles", v) }
	inUserinfo := func(f foreign, v map[string]any) foreign {
		f.userinfo = with(f.userinfo, v)
		return f
	}
	for name, row := range map[string]struct {
		provider foreign
		claim    string // roles_claim
		front    string // the value that makes a front-desk clerk
		want     staff.Role
		told     told
		why      string
		prompt   string
		leaves   bool // the provider is signed out at, too
	}{
		"Keycloak, roles of the realm":          {provider: keycloak(under("realm_access", roles(list("offline_access", "front-desk")))), claim: "realm_access.roles", want: staff.FrontDesk, leaves: true},
		"Keycloak, roles of the client":         {provider: keycloak(under("resource_access", under("paypane-desk", roles(list("front-desk"))))), claim: "resource_access.paypane-desk.roles", want: staff.FrontDesk, leaves: true},
		"Keycloak, a client with dots":          {provider: keycloak(under("resource_access", under("pay.harbor.example", roles(list("front-desk"))))), claim: "resource_access.pay.harbor.example.roles", want: staff.FrontDesk, leaves: true},
		"Keycloak, groups with their way":       {provider: keycloak(under("groups", list("/staff/front-desk"))), claim: "groups", front: "/staff/front-desk", want: staff.FrontDesk, leaves: true},
		"Keycloak, one group as a text":         {provider: keycloak(under("groups", "front-desk")), claim: "groups", want: staff.FrontDesk, leaves: true},
		"Keycloak, roles in userinfo alone":     {provider: inUserinfo(keycloak(nil), under("realm_access", roles(list("front-desk")))), claim: "realm_access.roles", want: staff.FrontDesk, leaves: true},
		"Keycloak, another realm led back":      {provider: foreignBack(keycloak(roles(list("front-desk"))), "https://sso.harbor.example/realms/other"), claim: "roles", told: toldWrong, why: "led back by another provider"},
		"Keycloak, roles in the access token":   {provider: keycloak(nil), claim: "realm_access.roles", told: toldNoRole, why: "no role"},
		"Entra ID, app roles":                   {provider: entra(roles(list("Desk.FrontDesk"))), claim: "roles", front: "Desk.FrontDesk", want: staff.FrontDesk, leaves: true},
		"Entra ID, groups by their ids":         {provider: entra(under("groups", list("1b3c", "0fd3"))), claim: "groups", front: "0fd3", want: staff.FrontDesk, leaves: true},
		"Entra ID, more groups than it tells":   {provider: entra(map[string]any{"_claim_names": under("groups", "src1"), "_claim_sources": under("src1", under("endpoint", "https://graph.microsoft.com/v1.0/users/7a/getMemberObjects"))}), claim: "groups", front: "0fd3", told: toldGroups, why: "more groups"},
		"Entra ID, more groups, by a hint":      {provider: entra(under("hasgroups", true)), claim: "groups", front: "0fd3", told: toldGroups, why: "more groups"},
		"Entra ID, another tenant's token":      {provider: entra(with(roles(list("Desk.FrontDesk")), under("iss", "https://login.microsoftonline.com/00000000-dead-4f5a-9b8c-7d6e5f4a3b2c/v2.0"))), claim: "roles", front: "Desk.FrontDesk", told: toldWrong, why: "iss is another provider"},
		"Entra ID, a token of the older kind":   {provider: entra(with(roles(list("Desk.FrontDesk")), under("iss", "https://sts.windows.net/"+tenant+"/"))), claim: "roles", front: "Desk.FrontDesk", told: toldWrong, why: "iss is another provider"},
		"Okta, groups":                          {provider: okta(under("groups", list("Everyone", "front-desk"))), claim: "groups", want: staff.FrontDesk, leaves: true},
		"Okta, groups in userinfo alone":        {provider: inUserinfo(okta(nil), under("groups", list("front-desk"))), claim: "groups", want: staff.FrontDesk, leaves: true},
		"Okta, userinfo of somebody else":       {provider: inUserinfo(okta(nil), map[string]any{"groups": list("front-desk"), "sub": "00u2"}), claim: "groups", told: toldWrong, why: "userinfo is somebody else's"},
		"Auth0, a claim that is an address":     {provider: auth0(under("https://harbor.example/roles", list("front-desk"))), claim: "https://harbor.example/roles", want: staff.FrontDesk},
		"Auth0, an object that is an address":   {provider: auth0(under("https://harbor.example/app", roles(list("front-desk")))), claim: "https://harbor.example/app.roles", want: staff.FrontDesk},
		"Google, which knows no roles":          {provider: googles(nil), claim: "groups", told: toldNoRole, why: "no role", prompt: "select_account"},
		"Google, everybody of a domain":         {provider: googles(nil), claim: "hd", front: "harbor.example", want: staff.FrontDesk, prompt: "select_account"},
		"Google, a person by address":           {provider: googles(nil), claim: "email", front: "ana@harbor.example", want: staff.FrontDesk, prompt: "select_account"},
		"Google, an address that is not proved": {provider: inUserinfo(googles(under("email_verified", false)), under("email_verified", false)), claim: "email", front: "ana@harbor.example", told: toldNoRole, why: "no role", prompt: "select_account"},
		"an address of which nothing is said":   {provider: okta(under("email", "ana@harbor.example")), claim: "email", front: "ana@harbor.example", told: toldNoRole, why: "no role"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			edits := []string{issuer, row.provider.issuer, `roles_claim = "roles"`, `roles_claim = "` + row.claim + `"`}
			if row.front != "" {
				edits = append(edits, `["front-desk"]`, `["`+row.front+`"]`)
			}
			s := newStage(t, edits...)
			s.elsewhere = answers(func(r *http.Request) any { return row.provider.published(r.URL.String()) })
			b := s.browser()
			at := must(url.Parse(b.begin()))
			if prompt := at.Query().Get("prompt"); !strings.HasPrefix(at.String(), row.provider.address("authorization_endpoint")+"?") || prompt != row.prompt && row.prompt != "" || row.prompt == "" && prompt != "login" {
				t.Fatalf("leads to %s", at)
			}
			w := row.provider.signsIn(b, at)
			if row.want == "" {
				b.refused(w, row.told, row.why)
				return
			}
			sess, err := b.session()
			if err != nil || sess.Staff.Role != row.want || sess.Staff.Name != "Ana Clerk" || sess.Staff.Issuer != row.provider.issuer {
				t.Fatalf("%v, %+v\n%s", err, sess.Staff, s.logs)
			}
			if out := s.SignedOut(t.Context(), sess); (out != "") != row.leaves || row.leaves && !strings.Contains(out, "id_token_hint=eyJ") {
				t.Errorf("signs out at %q", out)
			}
		})
	}
}

// foreignBack is a provider to which another one's browser leads back.
func foreignBack(f foreign, iss string) foreign {
	f.back = url.Values{"iss": {iss}}
	return f
}

// A provider of many tenants publishes a pattern for its name. Whose people come in
// has to be said, and is not guessed.
func TestProviderOfManyTenants(t *testing.T) {
	t.Parallel()
	const common = "https://login.microsoftonline.com/common/v2.0"
	f := entra(nil)
	f.metadata["issuer"] = "https://login.microsoftonline.com/{tenantid}/v2.0"
	f.issuer = common
	s := newStage(t, issuer, common)
	s.elsewhere = answers(func(r *http.Request) any { return f.published(r.URL.String()) })
	b := s.browser()
	b.refused(b.send("GET", ours+"/desk/sign-in", ""), toldWrong, "calls itself otherwise than issuer in the portals file")
}
