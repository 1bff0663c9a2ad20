package bff

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"maps"

	"github.com/go-jose/go-jose/v4"
)

// signer is a key that signs launch tokens. It signs by hand, so that the
// tests can make what no library would.
type signer struct {
	kid, alg string
	key      crypto.Signer
}

var (
	harborEd = signer{"harbor-ed", "EdDSA", newEd()}
	harborES = signer{"harbor-es", "ES256", newECDSA(elliptic.P256())}
	harborRS = signer{"harbor-rs", "RS256", newRSA(2048)}
	mesaEd   = signer{"mesa-ed", "EdDSA", newEd()}
	// A key that nobody registered.
	strangerEd = signer{"harbor-ed", "EdDSA", newEd()}
	strangerES = signer{"harbor-es", "ES256", newECDSA(elliptic.P256())}
	strangerRS = signer{"harbor-rs", "RS256", newRSA(2048)}
)

func newEd() crypto.Signer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return must(key, err)
}

func newECDSA(c elliptic.Curve) crypto.Signer { return must(ecdsa.GenerateKey(c, rand.Reader)) }

func newRSA(bits int) crypto.Signer { return must(rsa.GenerateKey(rand.Reader, bits)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// keySet is the JWK set of the public halves.
func keySet(keys ...signer) string {
	var set jose.JSONWebKeySet
	for _, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.key.Public(), KeyID: k.kid})
	}
	return string(must(json.Marshal(set)))
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// signature signs any input under any algorithm name.
func (s signer) signature(alg, input string) []byte {
	sum := sha256.Sum256([]byte(input))
	switch alg {
	case "EdDSA":
		return must(s.key.Sign(rand.Reader, []byte(input), crypto.Hash(0)))
	case "ES256":
		r, v, err := ecdsa.Sign(rand.Reader, s.key.(*ecdsa.PrivateKey), sum[:])
		b := must(make([]byte, 64), err)
		r.FillBytes(b[:32])
		v.FillBytes(b[32:])
		return b
	case "RS256":
		return must(rsa.SignPKCS1v15(nil, s.key.(*rsa.PrivateKey), crypto.SHA256, sum[:]))
	case "RS512":
		sum := sha512.Sum512([]byte(input))
		return must(rsa.SignPKCS1v15(nil, s.key.(*rsa.PrivateKey), crypto.SHA512, sum[:]))
	case "PS256":
		return must(rsa.SignPSS(rand.Reader, s.key.(*rsa.PrivateKey), crypto.SHA256, sum[:], nil))
	}
	panic("no algorithm " + alg)
}

// compact signs a header and a payload as they are given.
func (s signer) compact(header, payload string) string {
	input := b64([]byte(header)) + "." + b64([]byte(payload))
	return input + "." + b64(s.signature(s.alg, input))
}

// claimSet is a JSON object: of claims, or of a header.
type claimSet map[string]any

func (c claimSet) String() string { return string(must(json.Marshal(c))) }

// good are header and claims of an honest token of harbor for the first of the
// cast, fresh at the world's time.
func (s signer) good(w *world) (header, claims claimSet) {
	now := w.clock.now().Unix()
	return claimSet{"alg": s.alg, "kid": s.kid, "typ": "pay-launch+jwt"}, claimSet{
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
	return s.compact(h.String(), c.String())
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
