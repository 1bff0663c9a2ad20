package portal

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"paypane/bff/portal/portaltest"
	"paypane/web/payment"
)

// jwks is a set with one key, as given.
func jwks(k jose.JSONWebKey) string {
	return string(must(json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{k}})))
}

const harborEntry = `[[portal]]
id = "harbor"
name = "Harbor Family Medicine"
phone = "617-555-0100"
origins = ["https://portal.harbor.example"]
jwks = "keys.json"
practices = [195900]
`

// Whatever is wrong in the portals file, the server does not start, and the
// error names the portal and the entry.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	good := portaltest.KeySet(harborEd)
	ed := harborEd.Private.Public()
	entry := func(old, new string) string { return strings.Replace(harborEntry, old, new, 1) }
	origin := func(o string) string { return entry("https://portal.harbor.example", o) }
	for _, row := range []struct {
		name, file, keys string
		says             []string
	}{
		{"nothing", "", good, []string{"no [[portal]]"}},
		{"not TOML", "[[portal]\n", good, []string{"line 2"}},
		{"an entry misspelt", entry("phone", "phon"), good, []string{"portal.phon"}},
		{"a table misspelt", entry("[[portal]]", "[[portals]]"), good, []string{`"portals`}},
		{"no id", entry(`id = "harbor"`, ""), good, []string{"id is missing"}},
		{"the same id", harborEntry + harborEntry, good, []string{`"harbor"`, "id is given twice"}},
		{"an id too long for the ledger", entry(`"harbor"`, `"`+strings.Repeat("h", 65)+`"`), good, []string{"hhh", "id"}},
		{"an id like a card number", entry(`"harbor"`, `"4111-1111-1111"`), good, []string{"id"}},
		{"no name", entry(`name = "Harbor Family Medicine"`, ""), good, []string{`"harbor"`, "name is missing"}},
		{"no keys", entry(`jwks = "keys.json"`, ""), good, []string{`"harbor"`, "jwks is missing"}},
		{"a maximum in words", harborEntry + `account_maximum = "a lot"`, good, []string{`"harbor"`, "account_maximum", "a lot"}},
		{"a maximum below zero", harborEntry + `visit_maximum = "-1"`, good, []string{`"harbor"`, "visit_maximum", "-1"}},
		{"a maximum as a number", harborEntry + `account_maximum = 500`, good, []string{"account_maximum"}},
		{"claimpayment in words", harborEntry + `claimpayment = "no"`, good, []string{"claimpayment"}},
		{"no practices", entry("[195900]", "[]"), good, []string{`"harbor"`, "practices is empty"}},
		{"a practice in words", entry("[195900]", `["all"]`), good, []string{"practices"}},
		{"practice 0, which a token without one has", entry("[195900]", "[0]"), good, []string{`"harbor"`, "practices", "0"}},
		{"practice below 0", entry("[195900]", "[195900, -1]"), good, []string{`"harbor"`, "practices", "-1"}},
		{"no origins", entry(`["https://portal.harbor.example"]`, "[]"), good, []string{`"harbor"`, "origins is empty"}},
		{"an origin without TLS", origin("http://portal.harbor.example"), good, []string{`"harbor"`, "origins", "http://portal.harbor.example"}},
		{"an origin with a path", origin("https://portal.harbor.example/"), good, []string{`"harbor"`, "origins"}},
		{"an origin with a user", origin("https://a@portal.harbor.example"), good, []string{`"harbor"`, "origins"}},
		{"an origin without a scheme", origin("portal.harbor.example"), good, []string{`"harbor"`, "origins"}},
		{"null", origin("null"), good, []string{`"harbor"`, "origins"}},
		{"empty", origin(""), good, []string{`"harbor"`, "origins"}},
		{"everybody", origin("https://*"), good, []string{`"harbor"`, "origins", "*"}},
		{"everybody below a name", origin("https://*.harbor.example"), good, []string{`"harbor"`, "origins", "*"}},
		{"a directive in the policy", origin("https://a.example;script-src"), good, []string{`"harbor"`, "origins"}},
		{"two in one", origin("https://a.example,https://b.example"), good, []string{`"harbor"`, "origins"}},
		{"capitals, which browsers do not send", origin("https://Portal.harbor.example"), good, []string{`"harbor"`, "origins"}},
		{"the port that browsers leave out", origin("https://portal.harbor.example:443"), good, []string{`"harbor"`, "origins"}},
		{"an IPv6 address of this machine", origin("http://[::1]:8081"), good, []string{`"harbor"`, "origins", "http://[::1]:8081", "IPv6", "frame-ancestors"}},
		{"another IPv6 address", origin("https://[2001:db8::1]"), good, []string{`"harbor"`, "origins", "IPv6"}},
		{"an underscore", origin("https://my_portal.example"), good, []string{`"harbor"`, "origins", "frame-ancestors"}},
		{"an empty label", origin("https://portal..example"), good, []string{`"harbor"`, "origins", "frame-ancestors"}},
		{"a dot at the end", origin("https://portal.example."), good, []string{`"harbor"`, "origins", "frame-ancestors"}},
		{"a dot at the beginning", origin("https://.portal.example"), good, []string{`"harbor"`, "origins", "frame-ancestors"}},
		{"a port with a zero", origin("https://portal.harbor.example:08443"), good, []string{`"harbor"`, "origins", "browsers write it"}},
		{"no port", origin("https://portal.harbor.example:"), good, []string{`"harbor"`, "origins", "browsers write it"}},
		{"a port that is none", origin("https://portal.harbor.example:70000"), good, []string{`"harbor"`, "origins", "browsers write it"}},
		{"a short IPv4 address", origin("https://127.1"), good, []string{`"harbor"`, "origins", "browsers write it"}},
		{"an IPv4 address in hexadecimal", origin("https://0x7f.1"), good, []string{`"harbor"`, "origins", "browsers write it"}},
		{"http elsewhere", origin("http://portal.harbor.example"), good, []string{`"harbor"`, "origins", "https, or http on this machine"}},
		{"the keys' file is not there", entry("keys.json", "key.json"), good, []string{`"harbor"`, "jwks", "key.json"}},
		{"keys at an address without TLS", entry("keys.json", "http://portal.harbor.example/keys"), good, []string{`"harbor"`, "jwks", "https"}},
		{"keys at a file's address", entry("keys.json", "file:///etc/keys.json"), good, []string{`"harbor"`, "jwks"}},
		{"keys that are not JSON", harborEntry, "{", []string{`"harbor"`, "jwks"}},
		{"an empty set", harborEntry, `{"keys":[]}`, []string{`"harbor"`, "jwks", "no keys"}},
		{"a single key", harborEntry, `{"kty":"OKP"}`, []string{`"harbor"`, "jwks", "no keys"}},
		{"a private key", harborEntry, jwks(jose.JSONWebKey{Key: harborES.Private.(*ecdsa.PrivateKey), KeyID: "a"}), []string{`"harbor"`, "jwks", "not a public key"}},
		{"a secret", harborEntry, jwks(jose.JSONWebKey{Key: []byte("0123456789abcdef0123456789abcdef"), KeyID: "a"}), []string{`"harbor"`, "jwks", `"a"`}},
		{"a key without an id", harborEntry, jwks(jose.JSONWebKey{Key: ed}), []string{`"harbor"`, "jwks", "kid"}},
		{"a key for encryption", harborEntry, jwks(jose.JSONWebKey{Key: ed, KeyID: "a", Use: "enc"}), []string{`"harbor"`, "jwks", `"a"`}},
		{"a key for another algorithm", harborEntry, jwks(jose.JSONWebKey{Key: harborRS.Private.Public(), KeyID: "a", Algorithm: "RS512"}), []string{`"harbor"`, "jwks", `"a"`}},
		{"a curve that is not ours", harborEntry, jwks(jose.JSONWebKey{Key: portaltest.NewECDSA(elliptic.P384()).Public(), KeyID: "a"}), []string{`"harbor"`, "jwks", `"a"`}},
		{"a short key", harborEntry, jwks(jose.JSONWebKey{Key: portaltest.NewRSA(1024).Public(), KeyID: "a"}), []string{`"harbor"`, "jwks", `"a"`}},
	} {
		dir := t.TempDir()
		put(t, dir, "portals.toml", row.file)
		put(t, dir, "keys.json", row.keys)
		portals, err := Read(filepath.Join(dir, "portals.toml"))
		if err == nil || portals != nil {
			t.Errorf("%s: taken", row.name)
			continue
		}
		for _, says := range append(row.says, "read portals: ") {
			if !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %q does not say %q", row.name, err, says)
			}
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "portals.toml")); err == nil {
		t.Error("a file that is not there: taken")
	}
}

// What is right is read whole, with the keys beside the file or by their path.
func TestRead(t *testing.T) {
	t.Parallel()
	dir, elsewhere := t.TempDir(), t.TempDir()
	put(t, dir, "keys.json", portaltest.KeySet(harborEd, harborES, harborRS))
	put(t, elsewhere, "mesa.json", portaltest.KeySet(mesaEd))
	put(t, dir, "portals.toml", harborEntry+`
[[portal]]
id = "mesa"
name = "Mesa"
origins = ["http://localhost:3000", "http://127.0.0.1:8081", "https://xn--mesa-8na.example:8443", "https://192.168.0.7", "https://portal-7.example:1"]
jwks = "`+filepath.Join(elsewhere, "mesa.json")+`"
practices = [1, 2]
[[portal]]
id = "far"
name = "Far"
origins = ["https://far.example"]
jwks = "https://far.example/keys"
practices = [3]
`)
	portals, err := Read(filepath.Join(dir, "portals.toml"))
	if err != nil || len(portals) != 3 {
		t.Fatal(portals, err)
	}
	for i, kids := range [][]string{{"harbor-ed", "harbor-es", "harbor-rs"}, {"mesa-ed"}} {
		for _, kid := range kids {
			if k, err := portals[i].keys.key(t.Context(), kid); err != nil || k.KeyID != kid {
				t.Errorf("%s: %v", kid, err)
			}
		}
		for _, kid := range []string{"", "nobody"} {
			if _, err := portals[i].keys.key(t.Context(), kid); err == nil {
				t.Errorf("portal %d has a key %q", i, kid)
			}
		}
	}
	if _, remote := portals[2].keys.(*remoteKeys); !remote {
		t.Errorf("far: %T", portals[2].keys)
	}
	if p := portals[0]; p.Name != "Harbor Family Medicine" || p.Phone != "617-555-0100" || !p.Allows("https://portal.harbor.example") || p.Allows("http://localhost:3000") {
		t.Errorf("%+v", p)
	}
}

// What a practice takes for no bill is bounded also where it says nothing, and
// claims are named unless it does not want that.
func TestReadWays(t *testing.T) {
	t.Parallel()
	for lines, want := range map[string]Amounts{
		"": {AccountMaximum: payment.Cents(100_000), VisitMaximum: payment.Cents(100_000)},
		"account_maximum = \"0.00\"\nvisit_maximum = \"250\"": {VisitMaximum: payment.Cents(25_000)},
		"account_maximum = \"2,500.00\"\nclaimpayment = true": {AccountMaximum: payment.Cents(250_000), VisitMaximum: payment.Cents(100_000)},
	} {
		dir := t.TempDir()
		put(t, dir, "portals.toml", harborEntry+lines)
		put(t, dir, "keys.json", portaltest.KeySet(harborEd))
		portals, err := Read(filepath.Join(dir, "portals.toml"))
		if err != nil || portals[0].Amounts != want || portals[0].AsOne() {
			t.Errorf("%s: %+v, %v", lines, portals, err)
		}
	}
	dir := t.TempDir()
	put(t, dir, "portals.toml", harborEntry+"claimpayment = false")
	put(t, dir, "keys.json", portaltest.KeySet(harborEd))
	if portals, err := Read(filepath.Join(dir, "portals.toml")); err != nil || !portals[0].AsOne() {
		t.Errorf("claimpayment = false: %v", err)
	}
}

// Every entry that a portal can have stands in the example of the documents.
func TestEntriesAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, _ := strings.Cut(string(page), "## The portals file\n")
	_, example, _ := strings.Cut(chapter, "```toml\n")
	example, _, _ = strings.Cut(example, "```")
	_, desk, _ := strings.Cut(example, "[[desk]]")
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Desk]()) {
		name := f.Tag.Get("toml")
		if name != "-" && !regexp.MustCompile(`(?m)^`+name+` *= `).MatchString(desk) {
			t.Errorf("docs/operations.md does not have %s of a desk", name)
		}
	}
	for _, f := range slices.Concat(reflect.VisibleFields(reflect.TypeFor[Portal]()), reflect.VisibleFields(reflect.TypeFor[payment.Asked]()), reflect.VisibleFields(reflect.TypeFor[Webhook]())) {
		name := f.Tag.Get("toml")
		if name != "" && name != "-" && !regexp.MustCompile(`(?m)^(`+name+` *= |\[portal\.`+name+`\])`).MatchString(example) {
			t.Errorf("docs/operations.md does not have %s", name)
		}
	}
}
