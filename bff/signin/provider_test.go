package signin

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"paypane/bff/demo/idp"
)

// What a provider publishes of itself is as hostile as the rest. While it is wrong,
// nobody is led anywhere.
func TestHostileMetadata(t *testing.T) {
	t.Parallel()
	put := func(name string, value any) func(*stage) idp.Faults {
		return func(*stage) idp.Faults { return idp.Faults{Metadata: func(m map[string]any) { m[name] = value }} }
	}
	const discovery = "/.well-known/openid-configuration"
	for name, row := range map[string]struct {
		faults func(*stage) idp.Faults
		told   told
	}{
		"another issuer":         {put("issuer", "https://evil.example"), toldWrong},
		"issuer with a slash":    {put("issuer", issuer+"/"), toldWrong},
		"authorize without TLS":  {put("authorization_endpoint", "http://login.harbor.example/authorize"), toldWrong},
		"authorize that runs":    {put("authorization_endpoint", "javascript:alert(1)"), toldWrong},
		"token without TLS":      {put("token_endpoint", "http://login.harbor.example/token"), toldWrong},
		"keys in a file":         {put("jwks_uri", "file:///etc/passwd"), toldWrong},
		"userinfo without TLS":   {put("userinfo_endpoint", "http://login.harbor.example/u"), toldWrong},
		"logout that runs":       {put("end_session_endpoint", "javascript:alert(1)"), toldWrong},
		"no keys":                {put("jwks_uri", nil), toldWrong},
		"only a way we have not": {put("token_endpoint_auth_methods_supported", []string{"private_key_jwt"}), toldWrong},
		"a page":                 {at(discovery, says(200, "text/html", "<p>")), toldWrong},
		"half of an object":      {at(discovery, says(200, jsonKind, `{"issuer":`)), toldWrong},
		"not there":              {at(discovery, says(404, jsonKind, `{}`)), toldWrong},
		"a failure":              {at(discovery, says(502, "text/html", "<p>")), toldDown},
		"no answer":              {at(discovery, hang), toldDown},
		"without end":            {at(discovery, says(200, jsonKind, strings.Repeat(" ", answerSize+1)+"{}")), toldWrong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.provider.Do(row.faults(s))
			b := s.browser()
			b.refused(b.send("GET", ours+"/desk/sign-in", ""), row.told, "sign-in refused")
			for range 20 { // whoever tries on does not make us ask on
				b.send("GET", ours+"/desk/sign-in", "")
			}
			if n := s.provider.Fetched(discovery); n != 1 {
				t.Errorf("asked %d times", n)
			}
			b.signsInAfter(metadataPause)
		})
	}
}

// A provider that changes its key goes on; however many tokens come with keys that
// nobody knows, the keys are fetched once a minute at most.
func TestKeysAreFetchedOnceAMinute(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.browser().signIn("u-1")
	before := s.provider.Fetched("/keys")
	flood := func() {
		for i := range 100 {
			token := strangers(strangerEC, jose.ES256, map[string]any{"kid": fmt.Sprint("k", i), "typ": logoutType}, map[string]any{"iss": issuer})
			if w := s.browser().send("POST", ours+PathLogout, url.Values{"logout_token": {token}}.Encode()); w.Code != http.StatusBadRequest {
				t.Fatalf("%d", w.Code)
			}
		}
	}
	flood()
	if n := s.provider.Fetched("/keys") - before; n != 0 {
		t.Errorf("%d fetches in the same minute", n)
	}
	for i := range 3 {
		s.clock.pass(time.Minute)
		flood()
		if n := s.provider.Fetched("/keys") - before; n != i+1 {
			t.Errorf("%d fetches in %d minutes", n, i+1)
		}
	}
	s.provider.Rotate()
	s.clock.pass(time.Minute)
	b := s.browser()
	b.signIn("u-1")
	if _, err := b.session(); err != nil {
		t.Errorf("after a new key: %v\n%s", err, s.logs)
	}
}
