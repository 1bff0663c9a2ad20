package signin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"paypane/bff/demo/idp"
)

// compact is a token made by hand: any header, any signature.
func compact(header, claims map[string]any, sign func(signed string) []byte) string {
	part := func(v any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(v))) }
	signed := part(header) + "." + part(claims)
	return signed + "." + base64.RawURLEncoding.EncodeToString(sign(signed))
}

// header is that of a token of the provider's own.
func header(token string) map[string]any {
	var h map[string]any
	first, _, _ := strings.Cut(token, ".")
	if json.Unmarshal(must(base64.RawURLEncoding.DecodeString(first)), &h) != nil {
		panic("no header")
	}
	return h
}

var (
	strangerEC  = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	strangerRSA = must(rsa.GenerateKey(rand.Reader, 2048))
)

// strangers is a token signed with a key that is not the provider's.
func strangers(key any, alg jose.SignatureAlgorithm, h map[string]any, claims map[string]any) string {
	options := &jose.SignerOptions{}
	for name, value := range h {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options))
	return must(must(signer.Sign(must(json.Marshal(claims)))).CompactSerialize())
}

// publicKey is the provider's, as it publishes it.
func publicKey(p *idp.Provider) jose.JSONWebKey {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest("GET", issuer+"/keys", nil))
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(w.Body.Bytes(), &set); err != nil {
		panic(err)
	}
	return set.Keys[0]
}

// claim is a fault of one claim; nil takes it away.
func claim(name string, value any) func(*stage) idp.Faults {
	return func(*stage) idp.Faults {
		return idp.Faults{Claims: func(c map[string]any) {
			if c[name] = value; value == nil {
				delete(c, name)
			}
		}}
	}
}

// moment is a fault of a claim that is a moment, so far from now.
func moment(name string, d time.Duration) func(*stage) idp.Faults {
	return func(s *stage) idp.Faults { return claim(name, s.clock.now().Add(d).Unix())(s) }
}

// signed is a fault of the signature.
func signed(f func(s *stage, claims map[string]any) string) func(*stage) idp.Faults {
	return func(s *stage) idp.Faults {
		return idp.Faults{Sign: func(c map[string]any) string { return f(s, c) }}
	}
}

// tokens is a fault of what the token endpoint answers.
func tokens(f func(map[string]any)) func(*stage) idp.Faults {
	return func(*stage) idp.Faults { return idp.Faults{Tokens: f} }
}

// at is a fault of an endpoint, which answers so.
func at(path string, f http.HandlerFunc) func(*stage) idp.Faults {
	return func(*stage) idp.Faults {
		return idp.Faults{Answer: func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == path {
				f(w, r)
			}
			return r.URL.Path == path
		}}
	}
}

// says is an answer.
func says(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// back is a fault of what the provider leads back with.
func back(f func(url.Values)) func(*stage) idp.Faults {
	return func(*stage) idp.Faults { return idp.Faults{Back: f} }
}

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

const jsonKind = "application/json"
