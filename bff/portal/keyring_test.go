package portal

import (
	"crypto/elliptic"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"pgregory.net/rapid"

	"paypane/bff/portal/portaltest"
)

// member is the entry of a key in a JWK set, changed.
func member(k portaltest.Key, changes ...any) claimSet {
	var m claimSet
	json.Unmarshal(must(json.Marshal(jose.JSONWebKey{Key: k.Private.Public(), KeyID: k.ID})), &m)
	for i := 0; i < len(changes); i += 2 {
		m[changes[i].(string)] = changes[i+1]
	}
	return m
}

func without(m claimSet, name string) claimSet {
	m = maps.Clone(m)
	delete(m, name)
	return m
}

// foreign are members that are of no use for launch tokens, and what is said of
// them.
func foreign() map[string]struct {
	member any
	says   string
} {
	private := func(k portaltest.Key) claimSet {
		var m claimSet
		json.Unmarshal(must(json.Marshal(jose.JSONWebKey{Key: k.Private, KeyID: "private"})), &m)
		return m
	}
	other := func(key any) claimSet {
		var m claimSet
		json.Unmarshal(must(json.Marshal(jose.JSONWebKey{Key: key, KeyID: "other"})), &m)
		return m
	}
	type row = struct {
		member any
		says   string
	}
	return map[string]row{
		"Keycloak's encryption key": {member(strangerRS, "kid", "enc", "use", "enc", "alg", "RSA-OAEP"), "not for signatures"},
		"use in words":              {member(strangerRS, "use", "signature"), "not for signatures"},
		"use a number":              {member(strangerRS, "use", 1), "not for signatures"},
		"key_ops without verify":    {member(strangerEd, "key_ops", []string{"sign"}), "not for verifying"},
		"key_ops a text":            {member(strangerEd, "key_ops", "verify"), "not for verifying"},
		"another alg":               {member(strangerRS, "alg", "PS256"), "for none of"},
		"alg of another type":       {member(strangerEd, "alg", "ES256"), "for none of"},
		"alg a number":              {member(strangerEd, "alg", 7), "cannot be read"},
		"unknown kty":               {claimSet{"kty": "AKP", "kid": "pq", "alg": "ML-DSA-44", "pub": "AAAA"}, "not a public key"},
		"no kty":                    {without(member(strangerEd), "kty"), "not a public key"},
		"kty in small letters":      {member(strangerEd, "kty", "okp"), "not a public key"},
		"a secret":                  {claimSet{"kty": "oct", "kid": "s", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}, "not a public key"},
		"a private Ed25519":         {private(strangerEd), "private"},
		"a private P-256":           {private(strangerES), "private"},
		"a private RSA":             {private(strangerRS), "private"},
		"X25519":                    {claimSet{"kty": "OKP", "crv": "X25519", "kid": "x", "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}, "cannot be read"},
		"P-384":                     {other(portaltest.NewECDSA(elliptic.P384()).Public()), "for none of"},
		"P-521":                     {other(portaltest.NewECDSA(elliptic.P521()).Public()), "for none of"},
		"RSA 1024":                  {other(portaltest.NewRSA(1024).Public()), "2048"},
		"no kid":                    {without(member(strangerEd), "kid"), "no kid"},
		"kid empty":                 {member(strangerEd, "kid", ""), "no kid"},
		"kid a number":              {member(strangerEd, "kid", 7), "no kid"},
		"no x":                      {without(member(strangerEd), "x"), "cannot be read"},
		"x too short":               {member(strangerEd, "x", "AAAA"), "cannot be read"},
		"x not base64":              {member(strangerEd, "x", "=?="), "cannot be read"},
		"n empty":                   {member(strangerRS, "n", ""), ""},
		"e zero":                    {member(strangerRS, "e", "AA"), ""},
		"a point not on the curve":  {member(strangerES, "x", "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y", "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"), "cannot be read"},
		"null":                      {nil, "not an object"},
		"a number":                  {7, "not an object"},
		"a text":                    {"key", "not an object"},
		"a list":                    {[]any{}, "not an object"},
		"nothing":                   {claimSet{}, "no kid"},
		"a name twice":              {json.RawMessage(`{"kty":"OKP","kid":"a","kid":"b"}`), "stands once"},
	}
}

// keySetOf is a set of any members.
func keySetOf(members ...any) string {
	return string(must(json.Marshal(map[string]any{"keys": members, "more": 1})))
}

// What is not for us in a set is left out by itself, wherever it stands; the
// good keys beside it verify. Alone it is an error that says why.
func TestForeignKeysAreLeftOut(t *testing.T) {
	t.Parallel()
	good := []any{member(harborEd, "use", nil, "key_ops", nil, "alg", nil, "d", nil, "x5c", nil, "y", nil), member(harborES, "use", "sig", "alg", "ES256"), member(harborRS, "key_ops", []string{"verify"}, "x5c", []string{"MIIjunk"}, "x5t", 5, "x5u", "nowhere", "nbf", "later")}
	for name, f := range foreign() {
		for place := range 4 {
			members := append(append(append([]any{}, good[:place]...), f.member), good[place:]...)
			ring, err := parseKeys([]byte(keySetOf(members...)))
			if err != nil || len(ring.keys) != 3 || len(ring.left) != 1 || !strings.Contains(ring.left[0], f.says) {
				t.Errorf("%s at %d: %v, %d keys, left out %q", name, place, err, len(ring.keys), ring.left)
			}
			for _, k := range []portaltest.Key{harborEd, harborES, harborRS} {
				if found, err := ring.find(k.ID); err != nil || string(algorithm(found)) != k.Alg {
					t.Errorf("%s at %d: %s: %v", name, place, k.ID, err)
				}
			}
			if _, err := ring.find("nobody"); err == nil || !strings.Contains(err.Error(), "left out: key") {
				t.Errorf("%s: what was left out is not told where a key is missed: %v", name, err)
			}
		}
		if _, err := parseKeys([]byte(keySetOf(f.member))); err == nil || !strings.Contains(err.Error(), "no key can be used: key") || !strings.Contains(err.Error(), f.says) {
			t.Errorf("%s alone: %v", name, err)
		}
	}
}

// One id is one key: the same twice is one, two different ones are none, and
// the name that RFC 9864 has for Ed25519 is taken.
func TestOneIDIsOneKey(t *testing.T) {
	t.Parallel()
	ring, err := parseKeys([]byte(keySetOf(member(harborEd), member(harborEd, "x5c", []string{"x"}), member(harborES))))
	if err != nil || len(ring.keys) != 2 {
		t.Errorf("the same key twice: %v, %d", err, len(ring.keys))
	}
	ring, err = parseKeys([]byte(keySetOf(member(harborEd), member(strangerEd), member(harborEd), member(harborES))))
	if _, missing := ring.find("harbor-ed"); err != nil || missing == nil || len(ring.keys) != 1 || !strings.Contains(ring.leftOut(), `"harbor-ed" stands for two keys`) {
		t.Errorf("two keys under one id: %v, %d keys, %s", err, len(ring.keys), ring.leftOut())
	}
	if ring, err := parseKeys([]byte("\ufeff" + portaltest.KeySet(harborEd, harborES))); err != nil || len(ring.keys) != 2 {
		t.Errorf("behind a byte order mark: %v, %d keys", err, len(ring.keys))
	}
	ring, err = parseKeys([]byte(keySetOf(member(harborEd, "use", "enc"), member(harborEd, "alg", "Ed25519"))))
	if k, missing := ring.find("harbor-ed"); err != nil || missing != nil || algorithm(k) != jose.EdDSA {
		t.Errorf("Ed25519 by its new name: %v %v", err, missing)
	}
	for _, set := range []string{"", "null", "[]", "7", `"keys"`, "{}", `{"keys":null}`, `{"keys":{}}`, `{"keys":"x"}`, `{"keys":[]}`, `{"Keys":[` + string(must(json.Marshal(member(harborEd)))) + `]}`, `{"keys":[],"keys":[]}`} {
		if _, err := parseKeys([]byte(set)); err == nil {
			t.Errorf("%s: taken", set)
		}
	}
	var many []any
	for i := range 500 {
		many = append(many, member(strangerEd, "kid", strings.Repeat("k", 500)+fmt.Sprint(i), "use", "enc"))
	}
	if _, err := parseKeys([]byte(keySetOf(many...))); err == nil || len(err.Error()) > 1500 || !strings.Contains(err.Error(), "490 more") {
		t.Errorf("five hundred foreign keys: %v", err)
	}
}

// Whatever stands beside a good key, the good key is found and nothing that is
// foreign is.
func TestKeysBesideAnything(t *testing.T) {
	all := foreign()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		members := []any{member(harborEd)}
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 8).Draw(t, "foreign") {
			members = append(members, all[name].member)
		}
		members = rapid.Permutation(members).Draw(t, "order")
		ring, err := parseKeys([]byte(keySetOf(members...)))
		if err != nil || len(ring.keys) != 1 || ring.keys[0].KeyID != "harbor-ed" || len(ring.left) != len(members)-1 {
			t.Fatalf("%v: %d keys, left out %q", err, len(ring.keys), ring.left)
		}
	})
}

// A foreign member keeps neither the portals from being read nor a token from
// being taken, also where it comes later, at the address.
func TestTokenBesideForeignKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "keys.json", keySetOf(foreign()["Keycloak's encryption key"].member, member(harborEd), nil))
	put(t, dir, "portals.toml", harborEntry)
	portals, err := Read(filepath.Join(dir, "portals.toml"))
	if err != nil {
		t.Fatal(err)
	}
	h, r, c := newKeyHost(t)
	v := Verifier{Origin: "https://pay.example", Portals: portals, Now: c.now}
	verify := func(k portaltest.Key, kid string) error {
		now := c.now().Unix()
		token := k.Compact(claimSet{"alg": k.Alg, "kid": kid, "typ": "pay-launch+jwt"}.String(), claimSet{
			"iss": "harbor", "aud": "https://pay.example", "iat": now, "exp": now + 120, "jti": "one", "sub": "member-5551",
			"practiceid": 195900, "departmentid": 7, "patientid": 40211}.String())
		_, _, err := v.Verify(t.Context(), token)
		return err
	}
	if err := verify(harborEd, harborEd.ID); err != nil {
		t.Errorf("from a file: %v", err)
	}
	err = verify(strangerRS, "enc")
	refusal, refused := errors.AsType[Refusal](err)
	if !refused {
		t.Errorf("signed with the encryption key: %v", err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).LogAttrs(t.Context(), slog.LevelWarn, "launch refused", refusal.Attrs(err)...)
	if !strings.Contains(log.String(), `reason="no key of the portal has this id" claim=kid portal=harbor keys=`) {
		t.Errorf("the log does not say what was left out of the keys: %s", &log)
	}
	h.has(harborES)
	portals[0].keys = r
	if err := verify(harborES, harborES.ID); err != nil {
		t.Errorf("from an address: %v", err)
	}
	h.says(func(rw http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(rw, keySetOf(foreign()["a secret"].member, member(harborES), member(harborEd), "junk"))
	})
	c.advance(2 * time.Hour)
	for _, k := range []portaltest.Key{harborES, harborEd} {
		if err := verify(k, k.ID); err != nil {
			t.Errorf("%s, from an address with foreign keys: %v", k.ID, err)
		}
	}
}
