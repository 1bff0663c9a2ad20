// Package portaltest has keys that sign launch tokens, for tests.
package portaltest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"

	"github.com/go-jose/go-jose/v4"
)

// Key is a key that signs launch tokens. It signs by hand, so that tests can make
// what no library would.
type Key struct {
	ID, Alg string
	Private crypto.Signer
}

// Ed25519, P256 and RSA make a key of that type with an id.
func Ed25519(id string) Key { return Key{id, "EdDSA", newEd()} }
func P256(id string) Key    { return Key{id, "ES256", NewECDSA(elliptic.P256())} }
func RSA(id string) Key     { return Key{id, "RS256", NewRSA(2048)} }

func newEd() crypto.Signer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return must(key, err)
}

// NewECDSA and NewRSA make private keys, also of kinds that no portal may use.
func NewECDSA(c elliptic.Curve) crypto.Signer { return must(ecdsa.GenerateKey(c, rand.Reader)) }

func NewRSA(bits int) crypto.Signer { return must(rsa.GenerateKey(rand.Reader, bits)) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// KeySet is the JWK set of the public halves.
func KeySet(keys ...Key) string {
	var set jose.JSONWebKeySet
	for _, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.Private.Public(), KeyID: k.ID})
	}
	return string(must(json.Marshal(set)))
}

// Signature signs any input under any algorithm name.
func (k Key) Signature(alg, input string) []byte {
	sum := sha256.Sum256([]byte(input))
	switch alg {
	case "EdDSA":
		return must(k.Private.Sign(rand.Reader, []byte(input), crypto.Hash(0)))
	case "ES256":
		r, v, err := ecdsa.Sign(rand.Reader, k.Private.(*ecdsa.PrivateKey), sum[:])
		b := must(make([]byte, 64), err)
		r.FillBytes(b[:32])
		v.FillBytes(b[32:])
		return b
	case "RS256":
		return must(rsa.SignPKCS1v15(nil, k.Private.(*rsa.PrivateKey), crypto.SHA256, sum[:]))
	case "RS512":
		sum := sha512.Sum512([]byte(input))
		return must(rsa.SignPKCS1v15(nil, k.Private.(*rsa.PrivateKey), crypto.SHA512, sum[:]))
	case "PS256":
		return must(rsa.SignPSS(rand.Reader, k.Private.(*rsa.PrivateKey), crypto.SHA256, sum[:], nil))
	}
	panic("no algorithm " + alg)
}

// Compact signs a header and a payload as they are given.
func (k Key) Compact(header, payload string) string {
	input := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	return input + "." + base64.RawURLEncoding.EncodeToString(k.Signature(k.Alg, input))
}
