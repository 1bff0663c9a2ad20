package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paypane/bff/checkpoint"
	"paypane/bff/config"
	"paypane/bff/demo/portal"
	"paypane/bff/ledger"
	"paypane/tier"
	"paypane/web/payment"
)

// working is a configuration that is right, as environment.
func working(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	key, err := portal.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"harbor.jwks.json": string(key.JWKS()),
		"portals.toml":     "[[portal]]\nid = \"harbor\"\nname = \"Harbor\"\norigins = [\"https://portal.example\"]\njwks = \"harbor.jwks.json\"\npractices = [195900]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return map[string]string{
		"PAYPANE_ADDR":                 "127.0.0.1:0",
		"PAYPANE_DRAIN_DELAY":          "0s",
		"PAYPANE_ORIGIN":               "https://pay.example",
		"PAYPANE_DATABASE":             "sqlite:" + filepath.Join(dir, "paypane.db"),
		"PAYPANE_ATHENA_URL":           "https://api.preview.platform.athenahealth.com",
		"PAYPANE_ATHENA_CLIENT_ID":     "id",
		"PAYPANE_ATHENA_CLIENT_SECRET": "very secret",
		"PAYPANE_PORTALS":              filepath.Join(dir, "portals.toml"),
		"PAYPANE_KEYS":                 base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{250}, 32)),
	}
}

// A wrong configuration names the variable, tells no secret, ends with status
// 2, and leaves nothing behind.
func TestWrongConfiguration(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct{ name, value, says string }{
		{"PAYPANE_ORIGIN", "", "is not set"},
		{"PAYPANE_ORIGIN", "pay.example", "is not an address"},
		{"PAYPANE_ORIGIN", "https://pay.example/path", "is not an address"},
		{"PAYPANE_ORIGIN", "http://pay.example", "https, or http on this machine"},
		{"PAYPANE_ORIGIN", "http://[2001:db8::1]:8080", "https, or http on this machine"},
		{"PAYPANE_DATABASE", "", "is not set"},
		{"PAYPANE_DATABASE", "mysql://x", ""},
		{"PAYPANE_DATABASE", "sqlite:/nowhere/at/all/paypane.db", "/nowhere/at/all"},
		{"PAYPANE_ATHENA_URL", "", "is not set"},
		{"PAYPANE_ATHENA_URL", "http://api.example", ""},
		{"PAYPANE_ATHENA_CLIENT_ID", "", "is not set"},
		{"PAYPANE_ATHENA_CLIENT_SECRET", "", "is not set"},
		{"PAYPANE_ATHENA_CLIENT_SECRET_FILE", "/nowhere/secret", "/nowhere/secret"},
		{"PAYPANE_PORTALS", "", "is not set"},
		{"PAYPANE_PORTALS", "/nowhere/portals.toml", "/nowhere/portals.toml"},
		{"PAYPANE_EXPLAIN_LAUNCHES", "perhaps", "neither true nor false"},
		{"PAYPANE_RECEIPT_DELAY", "soon", "like 30m"},
		{"PAYPANE_RECEIPT_DELAY", "30", "like 30m"},
		{"PAYPANE_RECEIPT_DELAY", "-30m", "less than 30s"},
		{"PAYPANE_RECEIPT_DELAY", "29.9s", "less than 30s: it has to cover"},
		{"PAYPANE_CORE_DUMPS", "yes", "is 1 or not set"},
		{"PAYPANE_KEYS", "", "is not set"},
		{"PAYPANE_KEYS", "c2hvcnQ=", "32 bytes"},
		{"PAYPANE_KEYS", "not base64 at all!", "base64"},
		{"PAYPANE_ADDR", taken.Addr().String(), "in use"},
		{"PAYPANE_ADDR", "nonsense", ""},
		{"PAYPANE_METRICS_ADDR", taken.Addr().String(), "in use"},
		{"PAYPANE_ATHENA_CLIENT_SECRET_FILE", os.DevNull, "empty"},
	} {
		env := working(t)
		env[c.name] = c.value
		var stderr bytes.Buffer
		// It is stopped if it should start after all.
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		status := run(ctx, nil, func(name string) string { return env[name] }, io.Discard, &stderr)
		cancel()
		said := stderr.String()
		if status != 2 || !strings.Contains(said, c.name+": ") || !strings.Contains(said, c.says) {
			t.Errorf("%s=%q: status %d, %s", c.name, c.value, status, said)
		}
		if !strings.HasPrefix(c.name, "PAYPANE_DATABASE") {
			if _, err := os.Stat(strings.TrimPrefix(env["PAYPANE_DATABASE"], "sqlite:")); err == nil {
				t.Errorf("%s=%q: a database is left behind", c.name, c.value)
			}
		}
		for _, secret := range []string{"very secret", env["PAYPANE_KEYS"]} {
			if secret != "" && strings.Contains(said, secret) {
				t.Errorf("%s=%q: %q is told", c.name, c.value, secret)
			}
		}
	}
}

// What is missing and what is wrong is named at once, a line each.
func TestWrongConfigurationIsNamedAtOnce(t *testing.T) {
	env := working(t)
	env["PAYPANE_ATHENA_CLIENT_ID"], env["PAYPANE_KEYS"], env["PAYPANE_RECEIPT_DELAY"] = "", "c2hvcnQ=", "soon"
	var stderr bytes.Buffer
	status := run(t.Context(), nil, func(name string) string { return env[name] }, io.Discard, &stderr)
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	if status != 2 || len(lines) != 3 {
		t.Fatalf("status %d, %q", status, lines)
	}
	for i, name := range []string{"PAYPANE_ATHENA_CLIENT_ID", "PAYPANE_KEYS", "PAYPANE_RECEIPT_DELAY"} {
		if !strings.HasPrefix(lines[i], "paypane: "+name+": ") {
			t.Errorf("%q does not name %s", lines[i], name)
		}
	}
	env = working(t)
	env["PAYPANE_ATHENA_URL"], env["PAYPANE_PORTALS"], env["PAYPANE_ORIGIN"] = "http://api.example", "/nowhere", "pay.example"
	stderr.Reset()
	status = run(t.Context(), nil, func(name string) string { return env[name] }, io.Discard, &stderr)
	for _, name := range []string{"PAYPANE_ATHENA_URL", "PAYPANE_PORTALS", "PAYPANE_ORIGIN"} {
		if status != 2 || !strings.Contains(stderr.String(), "paypane: "+name+": ") {
			t.Errorf("status %d, without %s: %s", status, name, stderr.String())
		}
	}
}

// A portal on the pages' own origin is a fault of both variables, and both are
// named.
func TestPortalOnOurOwnOrigin(t *testing.T) {
	env := working(t)
	env["PAYPANE_ORIGIN"] = "https://portal.example"
	var stderr bytes.Buffer
	status := run(t.Context(), nil, func(name string) string { return env[name] }, io.Discard, &stderr)
	if said := stderr.String(); status != 2 || !strings.Contains(said, "PAYPANE_PORTALS: portal \"harbor\"") || !strings.Contains(said, "PAYPANE_ORIGIN") {
		t.Errorf("status %d, %s", status, said)
	}
	if _, err := os.Stat(strings.TrimPrefix(env["PAYPANE_DATABASE"], "sqlite:")); err == nil {
		t.Error("a database is left behind")
	}
}

func TestHelpAndUnknownArguments(t *testing.T) {
	var out, stderr bytes.Buffer
	if status := run(t.Context(), []string{"-h"}, os.Getenv, &out, &stderr); status != 0 {
		t.Errorf("-h: status %d", status)
	}
	for name := range working(t) {
		if !strings.Contains(out.String(), name) {
			t.Errorf("-h does not name %s", name)
		}
	}
	if status := run(t.Context(), []string{"serve"}, os.Getenv, &out, &stderr); status != 2 || !strings.Contains(stderr.String(), `"serve"`) {
		t.Errorf("an unknown argument: status %d, %s", status, stderr.String())
	}
}

// serving starts a server and says where it listens and, later, what it ended with.
func serving(t *testing.T, ctx context.Context, env map[string]string) (addr string, status <-chan int) {
	t.Helper()
	lines, stderr := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, nil, func(name string) string { return env[name] }, io.Discard, stderr)
		stderr.Close()
	}()
	buffer := make([]byte, 64<<10)
	for seen := ""; addr == ""; {
		n, err := lines.Read(buffer)
		seen += string(buffer[:n])
		if err != nil {
			t.Fatalf("it ended: %s", seen)
		}
		if _, rest, found := strings.Cut(seen, "msg=serving addr="); found && strings.Contains(rest, " ") {
			addr, _, _ = strings.Cut(rest, " ")
		}
	}
	go io.Copy(io.Discard, lines)
	return addr, ended
}

// A server that is told to stop says so to what balances load, and serves whoever comes
// all the same until nobody does.
func TestLeavesBeforeItStops(t *testing.T) {
	tier.Full(t)
	t.Parallel()
	env := working(t)
	env["PAYPANE_DRAIN_DELAY"] = "10s"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	addr, status := serving(t, ctx, env)
	ask := func(path string) int {
		resp, err := http.Get("http://" + addr + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	if got := ask("/readyz"); got != http.StatusOK {
		t.Errorf("before: %d", got)
	}
	cancel()
	for ask("/readyz") != http.StatusServiceUnavailable { // until it has heard
	}
	if got := ask("/livez"); got != http.StatusOK {
		t.Errorf("while it leaves: %d", got)
	}
	http.DefaultClient.CloseIdleConnections()
	if s := <-status; s != 0 {
		t.Errorf("stopped with status %d", s)
	}
}

// The server serves with a right configuration, takes its secrets from files,
// and stops when it is told to.
func TestServesAndStops(t *testing.T) {
	env := working(t)
	dir := t.TempDir()
	for name, variable := range map[string]string{"keys": "PAYPANE_KEYS", "secret": "PAYPANE_ATHENA_CLIENT_SECRET"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(env[variable]+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env["PAYPANE_KEYS"], env["PAYPANE_RECEIPT_DELAY"] = filepath.Join(dir, "keys"), "30s"
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	env["PAYPANE_METRICS_ADDR"] = free.Addr().String()
	free.Close()
	env["PAYPANE_ATHENA_CLIENT_SECRET"], env["PAYPANE_ATHENA_CLIENT_SECRET_FILE"] = "", filepath.Join(dir, "secret")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	addr, status := serving(t, ctx, env)
	for path, want := range map[string]int{"/livez": 200, "/readyz": 200, "/pay": http.StatusMisdirectedRequest} {
		resp, err := http.Get("http://" + addr + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	resp, err := http.Get("http://" + env["PAYPANE_METRICS_ADDR"] + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	for _, line := range []string{"go_goroutines ", "go_build_info{", `paypane_requests_total{route="GET /livez",status="200"} 1`, `paypane_request_seconds_count{route="GET /readyz"} 1`} {
		if err != nil || !strings.Contains(string(body), line) {
			t.Errorf("metrics without %s: %v, %s", line, err, body)
		}
	}
	http.DefaultClient.CloseIdleConnections()
	cancel()
	if s := <-status; s != 0 {
		t.Errorf("stopped with status %d", s)
	}
}

// A server does not start with a database that is older than its checkpoint,
// says what to do, and starts once that was done.
func TestOlderThanItsCheckpoint(t *testing.T) {
	env := working(t)
	env["PAYPANE_CHECKPOINTS"] = t.TempDir()
	keys, err := config.ReadKeys(env["PAYPANE_KEYS"])
	if err != nil {
		t.Fatal(err)
	}
	record(t, env, keys)
	file := strings.TrimPrefix(env["PAYPANE_DATABASE"], "sqlite:")
	backup, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	record(t, env, keys)
	if err := os.WriteFile(file, backup, 0o600); err != nil {
		t.Fatal(err)
	}
	lookup := func(name string) string { return env[name] }
	var out, stderr bytes.Buffer
	status := run(t.Context(), nil, lookup, &out, &stderr)
	if said := stderr.String(); status != 2 || !strings.Contains(said, "older than its checkpoint") || !strings.Contains(said, "paypane ledger restored") || strings.Contains(said, "msg=serving") {
		t.Fatalf("status %d, %s", status, said)
	}
	if status := run(t.Context(), []string{"ledger", "restored"}, lookup, &out, &stderr); status != 0 {
		t.Fatalf("restored: %d, %s", status, stderr.String())
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	_, done := serving(t, ctx, env)
	stop()
	if status := <-done; status != 0 {
		t.Errorf("stopped with status %d", status)
	}
}

// record makes an attempt, and a checkpoint after it.
func record(t *testing.T, env map[string]string, keys [][]byte) {
	t.Helper()
	book, err := ledger.Open(t.Context(), env["PAYPANE_DATABASE"], nil)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	line := payment.Line{Bill: "claim-1", Kind: payment.Claim, Number: "1", Amount: payment.Cents(5250), Balance: payment.Cents(5250)}
	_, err = book.CreateAttempt(t.Context(), ledger.Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: payment.Charge{Lines: []payment.Line{line}}},
		Patient: payment.Patient{Practice: 195900, Department: 1, ID: 601}, Portal: "harbor", Subject: "user-7", AsOfSeq: 1})
	if err != nil {
		t.Fatal(err)
	}
	signing, err := checkpoint.NewKeys(keys)
	if err == nil {
		err = checkpoint.Notary{Ledger: book, Keys: signing, Directory: checkpoint.Directory(env["PAYPANE_CHECKPOINTS"])}.Sign(t.Context(), 0)
	}
	if err != nil {
		t.Fatal(err)
	}
}
