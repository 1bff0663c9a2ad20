package operator

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paypane/bff/portal/portaltest"
)

// checking is "paypane check-token" for a portal with a key set.
func checking(t *testing.T, keys string, now time.Time) func(token string) (status int, says string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"keys.json":    keys,
		"portals.toml": "[[portal]]\nid = \"harbor\"\nname = \"Harbor\"\norigins = [\"https://portal.example\"]\njwks = \"keys.json\"\npractices = [195900]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{"PAYPANE_ORIGIN": "https://pay.example", "PAYPANE_PORTALS": filepath.Join(dir, "portals.toml")}
	return func(token string) (int, string) {
		var out bytes.Buffer
		status := CheckToken(t.Context(), nil, func(name string) string { return env[name] }, strings.NewReader(token), &out, &out, func() time.Time { return now })
		return status, out.String()
	}
}

// Of a token that would be taken it says so, and of each other what is wrong and
// what to do about it.
func TestCheckToken(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	key, other := portaltest.Ed25519("k1"), portaltest.Ed25519("k1")
	check := checking(t, portaltest.KeySet(key), now)
	sign := func(by portaltest.Key, change func(header, claims map[string]any)) string {
		header := map[string]any{"alg": "EdDSA", "typ": "pay-launch+jwt", "kid": "k1"}
		claims := map[string]any{"iss": "harbor", "aud": "https://pay.example", "iat": now.Unix() - 5, "exp": now.Unix() + 115, "jti": "a1", "sub": "member",
			"practiceid": 195900, "departmentid": 1, "patientid": 7}
		if change != nil {
			change(header, claims)
		}
		h, _ := json.Marshal(header)
		c, _ := json.Marshal(claims)
		return by.Compact(string(h), string(c))
	}
	for _, row := range []struct {
		name, token string
		status      int
		says        []string
	}{
		{"good", sign(key, nil), 0, []string{"would be taken", "iat           1789999995 (5s before now)", "exp           1790000115 (1m55s after now)", "claim  iss           harbor"}},
		{"an odd address", sign(key, func(_, c map[string]any) { c["email"] = "nobody" }), 0, []string{"would be taken", "not as they should be: email"}},
		{"quoted", `"` + sign(key, nil) + `"`, 1, []string{"not a signed token in the compact form", "quoted"}},
		{"JWT", sign(key, func(h, _ map[string]any) { h["typ"] = "JWT" }), 1, []string{"typ: not pay-launch+jwt", "unless they are told otherwise"}},
		{"another key", sign(other, nil), 1, []string{"the signature does not verify"}},
		{"another id", sign(key, func(h, _ map[string]any) { h["kid"] = "k2" }), 1, []string{"kid: no key of the portal has this id"}},
		{"milliseconds", sign(key, func(_, c map[string]any) { c["iat"] = now.UnixMilli() }), 1, []string{"iat: not seconds since 1970", "Milliseconds"}},
		{"old", sign(key, func(_, c map[string]any) { c["iat"], c["exp"] = now.Unix()-900, now.Unix()-700 }), 1, []string{"exp: expired", "(11m40s before now)"}},
		{"an address", sign(key, func(_, c map[string]any) { c["aud"] = "https://pay.example/" }), 1, []string{"aud: not this", "Expected: https://pay.example\n"}},
		{"another portal", sign(key, func(_, c map[string]any) { c["iss"] = "https://portal.example" }), 1, []string{"iss: not the id", "Expected one of: harbor"}},
		{"nobody", sign(key, func(_, c map[string]any) { delete(c, "sub") }), 1, []string{"sub: missing", "sub is required"}},
		{"nothing", " \n", 2, []string{"nothing came"}},
	} {
		status, says := check(row.token)
		if status != row.status {
			t.Errorf("%s: status %d: %s", row.name, status, says)
		}
		for _, want := range row.says {
			if !strings.Contains(says, want) {
				t.Errorf("%s: it does not say %q: %s", row.name, want, says)
			}
		}
	}
	if status := CheckToken(t.Context(), []string{"x.y.z"}, os.Getenv, strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, time.Now); status != 2 {
		t.Errorf("a token in the command line: %d", status)
	}
}

// The examples of docs/signers sign tokens that are taken, with the key set that
// they print.
func TestSigners(t *testing.T) {
	t.Parallel()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "launch.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	const claims = `{"iss":"harbor","aud":"https://pay.example","sub":"member-7","practiceid":195900,"departmentid":1,"patientid":7}`
	for name, command := range map[string][]string{
		"Go":     {"go", "run", "../../docs/signers/launch.go"},
		"Node":   {"node", "../../docs/signers/launch.mjs"},
		"Python": {"python3", "../../docs/signers/launch.py"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(command[0]); errors.Is(err, exec.ErrNotFound) {
				t.Skipf("%s is not installed", command[0])
			}
			if name == "Python" && exec.Command("python3", "-c", "import cryptography").Run() != nil {
				t.Skip("python3 has no package cryptography")
			}
			run := func(last string) string {
				t.Helper()
				out, err := exec.Command(command[0], append(command[1:], file, last)...).Output()
				if err != nil {
					said, _ := errors.AsType[*exec.ExitError](err)
					t.Fatalf("%v %+v", err, said)
				}
				return strings.TrimSpace(string(out))
			}
			keys := run("--jwks")
			token := run(claims)
			if status, says := checking(t, keys, time.Now())(token); status != 0 {
				t.Errorf("%s\n%s", token, says)
			}
		})
	}
}
