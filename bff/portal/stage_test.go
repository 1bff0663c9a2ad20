package portal

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"paypane/bff/portal/portaltest"
)

// Keys that are registered, and those of strangers who use their ids.
var (
	harborEd = portaltest.Ed25519("harbor-ed")
	harborES = portaltest.P256("harbor-es")
	harborRS = portaltest.RSA("harbor-rs")
	mesaEd   = portaltest.Ed25519("mesa-ed")

	strangerEd = portaltest.Ed25519("harbor-ed")
	strangerES = portaltest.P256("harbor-es")
	strangerRS = portaltest.RSA("harbor-rs")
)

// claimSet is a JSON object: of claims, of a header, or of a key.
type claimSet map[string]any

func (c claimSet) String() string { return string(must(json.Marshal(c))) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func put(t testing.TB, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// clock is a clock that stands.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}
