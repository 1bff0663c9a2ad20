package portal

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	encoding "encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json" // refuses an object with a key twice
)

// keyring are a portal's keys, as many of a JWK set as launch tokens can be
// verified with.
type keyring struct {
	keys []jose.JSONWebKey
	// left says which members are of no use here, and why. Sets are published
	// for many purposes: RFC 7517, 5 has us ignore what is not for us.
	left []string
}

// find is the key with an id.
func (s keyring) find(kid string) (jose.JSONWebKey, error) {
	i := slices.IndexFunc(s.keys, func(k jose.JSONWebKey) bool { return k.KeyID == kid })
	switch {
	case i >= 0:
		return s.keys[i], nil
	case len(s.left) > 0:
		return jose.JSONWebKey{}, fmt.Errorf("%w; left out: %s", errNoKey, s.leftOut())
	}
	return jose.JSONWebKey{}, errNoKey
}

// leftOut is left in one line of a bearable length.
func (s keyring) leftOut() string {
	const most = 10
	if len(s.left) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(s.left[:most], "; "), len(s.left)-most)
	}
	return strings.Join(s.left, "; ")
}

// parseKeys reads a JWK set. What is wrong with one member does not concern the
// others; a set of which nothing can be used is an error that says why.
func parseKeys(content []byte) (keyring, error) {
	var members []json.RawMessage
	var names map[string]json.RawMessage
	content = bytes.TrimPrefix(content, []byte("\ufeff")) // editors put it there (RFC 8259, 8.1)
	if err := json.Unmarshal(content, &names); err != nil {
		return keyring{}, fmt.Errorf("not a JWK set: %w", err)
	}
	if err := json.Unmarshal(names["keys"], &members); err != nil || len(members) == 0 {
		return keyring{}, errors.New("no keys")
	}
	var s keyring
	leave := func(i int, kid string, why error) {
		name := fmt.Sprintf("key %d", i+1)
		if kid != "" {
			name = fmt.Sprintf("key %.40q", kid)
		}
		s.left = append(s.left, name+" "+why.Error())
	}
	ambiguous := map[string]bool{}
	for i, member := range members {
		k, err := readKey(member)
		if err != nil {
			leave(i, k.KeyID, err)
			continue
		}
		if same, err := s.find(k.KeyID); err == nil && !equal(same, k) {
			ambiguous[k.KeyID] = true
		} else if err != nil {
			s.keys = append(s.keys, k)
		}
	}
	s.keys = slices.DeleteFunc(s.keys, func(k jose.JSONWebKey) bool { return ambiguous[k.KeyID] })
	for kid := range ambiguous {
		leave(0, kid, errors.New("stands for two keys"))
	}
	if len(s.keys) == 0 {
		return keyring{}, fmt.Errorf("no key can be used: %s", s.leftOut())
	}
	return s, nil
}

// readKey reads a member of a set, or says why it is not for us; its id stands
// in the answer as far as it could be read.
func readKey(member json.RawMessage) (jose.JSONWebKey, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(member, &fields) != nil || fields == nil {
		return jose.JSONWebKey{}, errors.New("is not an object in which every name stands once")
	}
	// Many libraries write what a key does not have as null.
	maps.DeleteFunc(fields, func(_ string, value json.RawMessage) bool { return string(value) == "null" })
	var k jose.JSONWebKey
	_ = json.Unmarshal(fields["kid"], &k.KeyID)
	named := jose.JSONWebKey{KeyID: k.KeyID}
	var use, kind string
	_ = json.Unmarshal(fields["use"], &use)
	_ = json.Unmarshal(fields["kty"], &kind)
	var operations []string
	switch {
	case k.KeyID == "":
		return named, errors.New("has no kid")
	case fields["use"] != nil && use != "sig":
		return named, errors.New("is not for signatures")
	case fields["key_ops"] != nil && (json.Unmarshal(fields["key_ops"], &operations) != nil || !slices.Contains(operations, "verify")):
		return named, errors.New("is not for verifying")
	case kind != "OKP" && kind != "EC" && kind != "RSA":
		return named, errors.New("is not a public key")
	case fields["d"] != nil:
		return named, errors.New("is not a public key: it is a private one, which nobody else may have")
	}
	// Certificates add nothing to a key that is registered by itself.
	plain := map[string]any{}
	for name, value := range fields {
		if !strings.HasPrefix(name, "x5") {
			plain[name] = encoding.RawMessage(value)
		}
	}
	bare, err := encoding.Marshal(plain)
	if err == nil {
		err = k.UnmarshalJSON(bare)
	}
	switch {
	case err != nil || !k.Valid():
		return named, errors.New("cannot be read")
	case !k.IsPublic():
		return named, errors.New("is not a public key")
	case algorithm(k) == "":
		return named, errors.New("is for none of EdDSA (Ed25519), ES256, RS256 (2048 bits or more)")
	}
	return k, nil
}

// equal reports whether two members are one key.
func equal(a, b jose.JSONWebKey) bool {
	type publicKey interface{ Equal(crypto.PublicKey) bool }
	key, ok := a.Key.(publicKey)
	return ok && key.Equal(b.Key)
}

// algorithm is the one algorithm that a key may verify: decided by the key as
// it is registered, never by the token.
func algorithm(k jose.JSONWebKey) jose.SignatureAlgorithm {
	var alg jose.SignatureAlgorithm
	switch key := k.Key.(type) {
	case ed25519.PublicKey:
		alg = jose.EdDSA
		if k.Algorithm == "Ed25519" { // its name since RFC 9864
			return alg
		}
	case *ecdsa.PublicKey:
		if key.Curve == elliptic.P256() {
			alg = jose.ES256
		}
	case *rsa.PublicKey:
		if key.N.BitLen() >= 2048 {
			alg = jose.RS256
		}
	}
	if k.Algorithm != "" && k.Algorithm != string(alg) {
		return ""
	}
	return alg
}
