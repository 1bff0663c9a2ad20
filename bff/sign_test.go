package bff

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"

	"paypane/bff/portal/portaltest"
)

// signer is a key that signs launch tokens of the world's portals.
type signer struct{ portaltest.Key }

var (
	harborEd = signer{portaltest.Ed25519("harbor-ed")}
	harborES = signer{portaltest.P256("harbor-es")}
	harborRS = signer{portaltest.RSA("harbor-rs")}
	mesaEd   = signer{portaltest.Ed25519("mesa-ed")}
	// A key that nobody registered.
	strangerEd = signer{portaltest.Ed25519("harbor-ed")}
	strangerES = signer{portaltest.P256("harbor-es")}
	strangerRS = signer{portaltest.RSA("harbor-rs")}
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// claimSet is a JSON object: of claims, or of a header.
type claimSet map[string]any

func (c claimSet) String() string { return string(must(json.Marshal(c))) }

// good are header and claims of an honest token of harbor for the first of the
// cast, fresh at the world's time.
func (s signer) good(w *world) (header, claims claimSet) {
	now := w.clock.now().Unix()
	return claimSet{"alg": s.Alg, "kid": s.ID, "typ": "pay-launch+jwt"}, claimSet{
		"iss": "harbor", "aud": payOrigin, "iat": now, "exp": now + 120, "jti": rand.Text(), "sub": "member-5551",
		"practiceid": 195900, "departmentid": 7, "patientid": dana, "role": "patient",
		"name": "Dana Sample", "email": "dana@mail.example", "return_url": harborOrigin + "/bills?tab=2",
	}
}

// token is an honest token, changed.
func (s signer) token(w *world, change func(header, claims claimSet)) string {
	h, c := s.good(w)
	if change != nil {
		change(h, c)
	}
	return s.Compact(h.String(), c.String())
}

// hs256 signs with a secret that the verifier would have to take for one.
func hs256(header, payload string, secret []byte) string {
	input := b64([]byte(header)) + "." + b64([]byte(payload))
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(input))
	return input + "." + b64(mac.Sum(nil))
}

// with is c with one entry more.
func (c claimSet) with(name string, value any) claimSet {
	c = maps.Clone(c)
	c[name] = value
	return c
}
