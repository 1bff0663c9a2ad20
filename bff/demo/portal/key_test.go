package portal_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"paypane/bff/demo/portal"
)

func payToken(t *testing.T, p *portal.Portal, path string) string {
	t.Helper()
	answer := get(t, p, path)
	if got := answer.Header.Get("Content-Type"); got != "application/json" {
		t.Fatalf("Content-Type = %q", got)
	}
	var reply struct{ Token string }
	if err := json.Unmarshal([]byte(body(t, answer)), &reply); err != nil {
		t.Fatal(err)
	}
	return reply.Token
}

// verify reads a token the way the widget does: with the key set and nothing else.
func verify(t *testing.T, p *portal.Portal, raw string) (jwt.Claims, map[string]any) {
	t.Helper()
	var keys jose.JSONWebKeySet
	if err := json.Unmarshal(p.JWKS(), &keys); err != nil {
		t.Fatal(err)
	}
	token, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		t.Fatal(err)
	}
	header := token.Headers[0]
	if got := header.ExtraHeaders[jose.HeaderType]; got != "pay-launch+jwt" {
		t.Errorf("typ = %v", got)
	}
	key := keys.Key(header.KeyID)
	if header.KeyID == "" || len(key) != 1 {
		t.Fatalf("kid %q names %d keys", header.KeyID, len(key))
	}
	var standard jwt.Claims
	var everything map[string]any
	if err := token.Claims(key[0].Key, &standard, &everything); err != nil {
		t.Fatal(err)
	}
	return standard, everything
}

func TestTokenHoldsTheContractsClaims(t *testing.T) {
	p := newPortal(t, cast)
	standard, got := verify(t, p, payToken(t, p, "/pay-token?patient=5001"))
	if err := standard.Validate(jwt.Expected{Issuer: "harbor", AnyAudience: jwt.Audience{pay}, Time: now}); err != nil {
		t.Error(err)
	}
	if life := standard.Expiry.Time().Sub(standard.IssuedAt.Time()); life <= 0 || life > 5*time.Minute {
		t.Errorf("the token lives %s, want at most 5 minutes", life)
	}
	for name, want := range map[string]any{
		"sub": "member-5001", "practiceid": 195900.0, "departmentid": 1.0, "patientid": 5001.0, "appointmentid": 9001.0,
		"role": "patient", "name": "Ada Plain", "email": "patient5001@mail.example", "return_url": origin + "/?patient=5001",
	} {
		if got[name] != want {
			t.Errorf("%s = %v, want %v", name, got[name], want)
		}
	}

	_, got = verify(t, p, payToken(t, p, "/pay-token?patient=5002"))
	if _, has := got["appointmentid"]; has {
		t.Error("a token of somebody without an appointment names one")
	}
}

func TestEachTokenHasItsOwnID(t *testing.T) {
	p := newPortal(t, cast)
	seen := map[string]bool{}
	for range 200 {
		standard, _ := verify(t, p, payToken(t, p, "/pay-token"))
		if standard.ID == "" || seen[standard.ID] {
			t.Fatalf("jti %q is empty or was used", standard.ID)
		}
		seen[standard.ID] = true
	}
}

func TestTokensOfThePlainPageVerify(t *testing.T) {
	p := newPortal(t, cast)
	elements, _ := parse(t, body(t, get(t, p, "/plain?patient=5002")))
	for _, field := range all(elements, "input") {
		if _, got := verify(t, p, field.attributes["value"]); got["patientid"] != 5002.0 {
			t.Errorf("patientid = %v", got["patientid"])
		}
	}
}

func TestKeySetIsPublic(t *testing.T) {
	if jwks := string(newPortal(t, cast).JWKS()); strings.Contains(jwks, `"d":`) {
		t.Error("the key set holds the private key")
	}
}

func TestOtherSitesGetNoToken(t *testing.T) {
	p := newPortal(t, cast)
	request := httptest.NewRequest(http.MethodGet, origin+"/pay-token", nil)
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	answer := httptest.NewRecorder()
	p.ServeHTTP(answer, request)
	if answer.Code != http.StatusForbidden || answer.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("status = %d, headers = %v", answer.Code, answer.Header())
	}
}
