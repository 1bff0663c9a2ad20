package bff

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/portal"
	"paypane/bff/portal/portaltest"
)

// An honest token of each algorithm opens a session, and so does what a
// portal's library may write differently.
func TestTokenOpensASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for name, token := range map[string]string{
		"EdDSA":             harborEd.token(w, nil),
		"ES256":             harborES.token(w, nil),
		"RS256":             harborRS.token(w, nil),
		"aud a list of one": harborEd.token(w, func(_, c claimSet) { c["aud"] = []string{payOrigin} }),
		"the least": harborEd.token(w, func(_, c claimSet) {
			for _, optional := range []string{"role", "name", "email", "return_url"} {
				delete(c, optional)
			}
		}),
		"a guarantor":           harborEd.token(w, func(_, c claimSet) { c["role"] = "payer" }),
		"claims of later":       harborEd.token(w, func(_, c claimSet) { c["colour"] = "green" }),
		"both switches":         harborEd.token(w, func(_, c claimSet) { c["offer_save"], c["saved_cards"] = true, true }),
		"a subject of 21":       harborEd.token(w, func(_, c claimSet) { c["sub"] = "104857699312345678901" }),
		"a subject like a card": harborEd.token(w, func(_, c claimSet) { c["sub"] = "4111111111111111" }),
		"a page like a card":    harborEd.token(w, func(_, c claimSet) { c["return_url"] = harborOrigin + "/?member=4111111111111111" }),
		"a key's address":       harborEd.token(w, func(h, _ claimSet) { h["jku"] = "https://portal.harbor.example/keys" }),
		"without return_url":    harborEd.token(w, func(_, c claimSet) { delete(c, "return_url") }),
	} {
		b := w.browser()
		a := b.launch(token)
		if a.status != http.StatusSeeOther || b.cookie == "" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
			continue
		}
		if page := b.get("/pay"); page.page() != "amount" || !strings.Contains(page.body, "$120.00") {
			t.Errorf("%s: after the launch: %d %q", name, page.status, page.page())
		}
	}
}

// rogue is a token that must not open a session.
type rogue struct{ name, reason, token string }

// rogues are all of them, made for the world's time.
func rogues(w *world) []rogue {
	var all []rogue
	add := func(name, reason, token string) { all = append(all, rogue{name, reason, token}) }
	h, c := harborEd.good(w)
	payload := c.String()

	// Algorithms and keys.
	none := claimSet{"alg": "none", "kid": "harbor-ed", "typ": "pay-launch+jwt"}
	for _, alg := range []string{"none", "None", "NONE", "nOnE", ""} {
		add("alg "+alg, "nobody signed it", b64([]byte(none.with("alg", alg).String()))+"."+b64([]byte(payload))+".")
	}
	good := harborEd.Compact(h.String(), payload)
	add("no signature", "stripped from a good token", good[:strings.LastIndex(good, ".")+1])
	for _, k := range []signer{harborEd, harborES, harborRS} {
		der := must(x509.MarshalPKIXPublicKey(k.Private.Public()))
		hs := claimSet{"alg": "HS256", "kid": k.ID, "typ": "pay-launch+jwt"}.String()
		add("HS256 with the DER of "+k.ID, "the public key is no secret", hs256(hs, payload, der))
		add("HS256 with the PEM of "+k.ID, "the public key is no secret",
			hs256(hs, payload, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
		add("HS256 with the JWKS of "+k.ID, "the public key is no secret", hs256(hs, payload, []byte(portaltest.KeySet(k.Key))))
	}
	for _, k := range []signer{strangerEd, strangerES, strangerRS} {
		add("a stranger's "+k.Alg, "signed by a key that nobody registered, under a registered kid", k.token(w, nil))
	}
	for _, k := range []signer{harborEd, harborES, harborRS} {
		for _, other := range []signer{harborEd, harborES, harborRS} {
			if k.ID != other.ID {
				add(k.Alg+" as "+other.ID, "the algorithm is not that of the key it names",
					k.token(w, func(h, _ claimSet) { h["kid"] = other.ID }))
				add(k.ID+" calls itself "+other.Alg, "the algorithm is the key's and not the token's",
					k.token(w, func(h, _ claimSet) { h["alg"] = other.Alg }))
			}
		}
	}
	for _, alg := range []string{"PS256", "RS512"} {
		input := b64([]byte(claimSet{"alg": alg, "kid": "harbor-rs", "typ": "pay-launch+jwt"}.String())) + "." + b64([]byte(payload))
		add(alg, "truly signed, but not an algorithm of ours", input+"."+b64(harborRS.Signature(alg, input)))
	}
	add("mesa's key as harbor", "a portal speaks for itself only", mesaEd.token(w, nil))
	add("mesa's key under harbor's kid", "a portal speaks for itself only", mesaEd.token(w, func(h, _ claimSet) { h["kid"] = "harbor-ed" }))
	add("harbor's key as mesa", "keys are looked up within the portal", harborEd.token(w, func(_, c claimSet) { c["iss"], c["practiceid"] = "mesa", 777 }))

	header := func(name, reason string, change func(h claimSet)) {
		add(name, reason, harborEd.token(w, func(h, _ claimSet) { change(h) }))
	}
	header("no kid", "no guessing among keys", func(h claimSet) { delete(h, "kid") })
	header("empty kid", "no guessing among keys", func(h claimSet) { h["kid"] = "" })
	header("wrong kid", "not registered", func(h claimSet) { h["kid"] = "harbor-old" })
	header("kid is a path", "looked up, never opened", func(h claimSet) { h["kid"] = "../mesa.jwks.json" })
	header("kid is a number", "not text", func(h claimSet) { h["kid"] = 1 })
	header("no typ", "another kind of token", func(h claimSet) { delete(h, "typ") })
	header("typ JWT", "another kind of token", func(h claimSet) { h["typ"] = "JWT" })
	header("typ at+jwt", "an access token", func(h claimSet) { h["typ"] = "at+jwt" })
	header("typ of another tree", "not ours", func(h claimSet) { h["typ"] = "text/pay-launch+jwt" })
	header("typ with application twice", "not ours", func(h claimSet) { h["typ"] = "application/application/pay-launch+jwt" })
	header("typ with a parameter", "not ours", func(h claimSet) { h["typ"] = "pay-launch+jwt;v=1" })
	header("typ a list", "not text", func(h claimSet) { h["typ"] = []string{"pay-launch+jwt"} })
	header("crit unknown", "must be understood", func(h claimSet) { h["crit"], h["x"] = []string{"x"}, 1 })
	header("crit exp", "must be understood", func(h claimSet) { h["crit"] = []string{"exp"} })
	unencoded := h.with("b64", false).with("crit", []string{"b64"}).String()
	add("b64 false", "a JWT must not use it (RFC 7797, 7)", b64([]byte(unencoded))+"."+b64([]byte(payload))+"."+
		b64(harborEd.Signature("EdDSA", b64([]byte(unencoded))+"."+payload)))
	header("b64 true with crit", "no JWT of ours has it", func(h claimSet) { h["b64"], h["crit"] = true, []string{"b64"} })
	header("b64 false without crit", "no JWT of ours has it", func(h claimSet) { h["b64"] = false })
	var embedded struct{ Keys []json.RawMessage }
	json.Unmarshal([]byte(portaltest.KeySet(strangerEd.Key)), &embedded)
	stranger := func(name string, value any) {
		add("a stranger's key in "+name, "a token does not bring its own key", strangerEd.token(w, func(h, _ claimSet) { h[name] = value }))
	}
	stranger("jwk", embedded.Keys[0])
	stranger("jku", keyServer.URL)
	stranger("x5u", keyServer.URL)
	add("header with two alg", "which is it?", harborEd.Compact(`{"alg":"EdDSA","alg":"none","kid":"harbor-ed","typ":"pay-launch+jwt"}`, payload))

	// Serializations.
	parts := strings.Split(good, ".")
	one := claimSet{"protected": parts[0], "signature": parts[2]}
	add("two signatures", "one is", claimSet{"payload": parts[1], "signatures": []any{one, one}}.String())
	add("JSON, one signature", "compact only", claimSet{"payload": parts[1], "signatures": []any{one}}.String())
	add("JSON, flattened", "compact only", claimSet{"payload": parts[1], "protected": parts[0], "signature": parts[2]}.String())
	add("trailing dot", "not three parts", good+".")
	add("five parts", "encrypted, not signed", good+".e.e")
	add("leading dot", "not three parts", "."+good)
	add("two parts", "not three parts", parts[0]+"."+parts[1])
	add("empty", "nothing", "")
	add("dots", "nothing", "..")
	add("garbage", "nothing", "x.y.z")
	add("unicode", "not base64", "é."+good)
	add("unicode claims under ASCII", "not base64", parts[0]+".патиент."+parts[2])
	add("padded", "not the base64 of JWS", parts[0]+"=."+parts[1]+"."+parts[2])
	add("spaces", "not the base64 of JWS", parts[0]+" ."+parts[1]+"."+parts[2])
	add("nested", "a token in a token", harborEd.Compact(h.with("cty", "JWT").String(), good))
	add("huge", "longer than any launch needs", harborEd.token(w, func(_, c claimSet) { c["note"] = strings.Repeat("x", 6<<10) }))
	add("payload changed", "not what was signed", parts[0]+"."+b64([]byte(c.with("patientid", 40212).String()))+"."+parts[2])
	add("signature cut", "not what was signed", good[:len(good)-8])
	add("another's signature", "not what was signed", parts[0]+"."+parts[1]+"."+strings.Split(harborEd.token(w, nil), ".")[2])
	for _, not := range []string{"", "null", "[]", `"text"`, "7", "{", payload[:20], payload + "x", "\xff\xfe"} {
		add("payload "+not[:min(5, len(not))], "not a set of claims", harborEd.Compact(h.String(), not))
	}
	for _, twice := range []string{"iss", "aud", "exp", "jti", "patientid"} {
		add("two "+twice, "which is it?", harborEd.Compact(h.String(), string(must(json.Marshal(c)))[:len(payload)-1]+`,"`+twice+`":`+string(must(json.Marshal(c[twice])))+`}`))
	}

	return append(all, wrongClaims(w)...)
}

// wrongClaims are tokens truly signed by harbor that say what harbor may not.
func wrongClaims(w *world) []rogue {
	now := w.clock.now().Unix()
	var all []rogue
	set := func(reason, name string, values ...any) {
		for _, value := range values {
			all = append(all, rogue{name + " " + string(must(json.Marshal(value))), reason, harborEd.token(w, func(_, c claimSet) { c[name] = value })})
		}
	}
	for _, name := range []string{"iss", "aud", "iat", "exp", "jti", "sub", "practiceid", "departmentid", "patientid"} {
		all = append(all, rogue{"no " + name, "required", harborEd.token(w, func(_, c claimSet) { delete(c, name) })})
		set("required", name, nil)
	}
	set("nobody's", "iss", "nobody", "Harbor", "harbor ", 1, []string{"harbor"})
	set("not us, not exactly", "aud", "https://pay.example/", "http://pay.example", "https://evil.example", "", []string{}, []any{nil},
		[]string{payOrigin, payOrigin}, []string{payOrigin, "https://evil.example"}, 1, claimSet{"0": payOrigin})
	set("in the future", "iat", now+31, now+3600, float64(now)+30.5)
	set("milliseconds", "iat", now*1000, 1e300, json.Number("1e400"))
	set("milliseconds", "exp", (now+60)*1000, json.Number("9e18"))
	set("lives longer than five minutes", "exp", now+301, now+86400, float64(now)+300.001)
	set("not after iat", "exp", now, now-1, 0, -1)
	set("lives longer than five minutes", "iat", now-181, 0)
	set("not a moment", "exp", "soon", true, claimSet{}, []int64{now + 60}, fmt.Sprint(now+60))
	set("not a moment", "iat", "now")
	set("not valid yet", "nbf", now+31, now+60)
	set("not a moment", "nbf", "now", int64(1)<<62, uint64(1)<<63-1)
	set("nothing to remember it by", "jti", "", 5, strings.Repeat("j", 129))
	set("nobody", "sub", "", 5, strings.Repeat("s", 256))
	set("not this portal's", "practiceid", 777, 0, -195900, 195901, "195901", "195900 ", " 195900", "0195900", "+195900", "195900.0", "1e5", "", []int{195900})
	set("not a number of theirs", "departmentid", 0, -7, "-7", "07", 7.5, "7.5", "٧", true, "")
	set("not a number of theirs", "patientid", 0, -dana, "-40211", "040211", "0x9d13", "40211,40212", 40211.5, []int{dana}, json.Number("4e4"), json.Number("99999999999999999999"), 4111111111111111, "4111111111111111")
	set("not a number of theirs", "departmentid", 4111111111111111)
	set("no such role", "role", "admin", "Patient", "staff ", 1)
	list := func(reason string, people []claimSet, also claimSet) {
		all = append(all, rogue{"patients " + string(must(json.Marshal(people))), reason, harborEd.token(w, func(_, c claimSet) {
			delete(c, "patientid")
			delete(c, "departmentid")
			c["role"], c["patients"] = "payer", people
			maps.Copy(c, also)
		})})
	}
	one, other := claimSet{"patientid": dana, "departmentid": 7}, claimSet{"patientid": 40212, "departmentid": 7}
	list("for who pays for others", []claimSet{one, other}, claimSet{"role": "patient"})
	list("for who pays for others", []claimSet{one, other}, claimSet{"role": "staff"})
	list("nobody", []claimSet{}, nil)
	list("twice the same", []claimSet{one, other, one}, nil)
	list("no department", []claimSet{one, {"patientid": 40212}}, nil)
	list("no patient", []claimSet{one, {"departmentid": 7}}, nil)
	list("not a number of theirs", []claimSet{one, other.with("patientid", -1)}, nil)
	list("not of the list", []claimSet{one, other}, claimSet{"patientid": 40213})
	list("not of that department", []claimSet{one, other}, claimSet{"patientid": 40212, "departmentid": 8})
	var many []claimSet
	for id := range portal.MaxPeople + 1 {
		many = append(many, claimSet{"patientid": dana + id, "departmentid": 7})
	}
	list("more than anybody pays for", many, nil)
	// exp − iat does not fit into 64 bits and looks small.
	all = append(all, rogue{"for ever", "the life of a token must not overflow", harborEd.token(w, func(_, c claimSet) {
		c["iat"], c["exp"] = int64(-9_000_000_000_000_000_000), int64(9_000_000_000_000_000_000)
	})})
	return all
}

// keyServer is where a stranger would like its key to be fetched.
var (
	keyHits   atomic.Int32
	keyServer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		keyHits.Add(1)
		w.Write([]byte(portaltest.KeySet(strangerEd.Key)))
	}))
)

// What is not an honest token opens no session, tells nothing and uses nothing
// up, not even the token's id.
func TestTokenRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	all := rogues(w)
	if len(all) < 150 {
		t.Errorf("only %d tokens", len(all))
	}
	for _, r := range all {
		b := w.browser()
		a := b.launch(r.token)
		if a.status != http.StatusForbidden || a.page() != "launch" || b.cookie != "" || a.to() != "" {
			t.Errorf("%s: %d, page %q, cookie %t: want a refusal: %s", r.name, a.status, a.page(), b.cookie != "", r.reason)
		}
		for _, secret := range []string{"Dana", "dana", "40211", "195900", "5551", "bills?tab", "Harbor Family"} {
			if strings.Contains(a.body, secret) {
				t.Errorf("%s: the refusal tells %q", r.name, secret)
			}
		}
	}
	if n := w.ledger.sessions.Load(); n != 0 {
		t.Errorf("%d sessions", n)
	}
	if n := w.ledger.launches.Load(); n != 0 { // asked for at all
		t.Errorf("%d ids of refused tokens used up", n)
	}
	if n := keyHits.Load(); n != 0 {
		t.Errorf("%d keys fetched where a token said so", n)
	}
	for _, secret := range []string{"40211", "dana@", "Dana", "5551"} {
		if strings.Contains(w.logs.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

// The borders of a token's life, with the thirty seconds that clocks may differ.
func TestTokenTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	for _, row := range []struct {
		name          string
		iat, nbf, exp time.Duration // from now; nbf 0: none
		page          string        // "" opens
	}{
		{"issued thirty seconds ahead", 30 * time.Second, 0, time.Minute, ""},
		{"issued half a minute and a second ahead", 31 * time.Second, 0, time.Minute, "could not be opened"},
		{"valid from in thirty seconds", 0, 30 * time.Second, time.Minute, ""},
		{"valid from in half a minute and a second", 0, 31 * time.Second, time.Minute, "could not be opened"},
		{"lives five minutes", 0, 0, 300 * time.Second, ""},
		{"lives five minutes and a second", 0, 0, 301 * time.Second, "could not be opened"},
		{"ended 29 seconds ago", -time.Minute, 0, -29 * time.Second, ""},
		{"ended thirty seconds ago", -time.Minute, 0, -30 * time.Second, "too old"},
		{"ended an hour ago", -time.Hour - time.Minute, 0, -time.Hour, "too old"},
		{"lived a second", -time.Second, 0, 0, ""},
		{"never lived", 0, 0, 0, "could not be opened"},
	} {
		for _, fraction := range []time.Duration{0, 999 * time.Millisecond} {
			whole := w.clock.now().Truncate(time.Second)
			token := harborEd.token(w, func(_, c claimSet) {
				c["iat"], c["exp"] = whole.Add(row.iat).Unix(), whole.Add(row.exp).Unix()
				if row.nbf != 0 {
					c["nbf"] = whole.Add(row.nbf).Unix()
				}
			})
			w.clock.advance(fraction) // the borders are whole seconds, also for a clock between two
			a := w.browser().launch(token)
			w.clock.advance(-fraction)
			if opened := a.status == http.StatusSeeOther; opened != (row.page == "") || !strings.Contains(a.body, row.page) {
				t.Errorf("%s, %v later: %d %s", row.name, fraction, a.status, a.body)
			}
		}
	}
}

// FuzzToken changes tokens: none opens a session that does not say, byte for
// byte, what harbor signed.
func FuzzToken(f *testing.F) {
	w := newWorld(f, setup{})
	header, claims := harborEd.good(w)
	signed := map[string]bool{}
	for _, k := range []signer{harborEd, harborES, harborRS} {
		header["kid"], header["alg"] = k.ID, k.Alg
		token := k.Compact(header.String(), claims.String())
		signed[meaning(token)] = true
		f.Add(token)
	}
	for _, r := range rogues(w) {
		f.Add(r.token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		before := w.ledger.sessions.Load()
		a := w.browser().launch(token)
		opened := a.header.Get("Set-Cookie") != "" || w.ledger.sessions.Load() != before
		if opened && !signed[meaning(token)] {
			t.Errorf("opened a session: %q", token)
		}
		if !opened && a.status != http.StatusForbidden && a.status != http.StatusConflict && a.status != http.StatusRequestEntityTooLarge {
			t.Errorf("status %d", a.status)
		}
	})
}

// meaning is what the header and the claims of a token decode to.
func meaning(token string) string {
	parts := strings.Split(token, ".")
	var all []string
	for _, part := range parts[:min(2, len(parts))] {
		b, _ := base64.RawURLEncoding.DecodeString(part)
		all = append(all, string(b))
	}
	return strings.Join(all, ".")
}
