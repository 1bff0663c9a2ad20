package bff

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/health"
)

// A configuration with which nothing could work is refused with the reason.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	good := Config{Origin: payOrigin, Portals: w.portals, Practice: w.practice, Ledger: w.ledger, Keys: [][]byte{bytes.Repeat([]byte{1}, 32)}}
	for name, row := range map[string]struct {
		change func(*Config)
		says   string
	}{
		"no origin":               {func(c *Config) { c.Origin = "" }, "origin"},
		"an origin with a path":   {func(c *Config) { c.Origin += "/" }, "origin"},
		"an origin without TLS":   {func(c *Config) { c.Origin = "http://pay.example" }, "origin"},
		"the port of TLS":         {func(c *Config) { c.Origin += ":443" }, "origin"},
		"no portals":              {func(c *Config) { c.Portals = nil }, "portals"},
		"our origin is a portal":  {func(c *Config) { c.Origin = mesaOrigin }, `portal "mesa"`},
		"no practice":             {func(c *Config) { c.Practice = nil }, "practice"},
		"no ledger":               {func(c *Config) { c.Ledger = nil }, "ledger"},
		"no keys":                 {func(c *Config) { c.Keys = nil }, "key"},
		"a short key":             {func(c *Config) { c.Keys = append(c.Keys, make([]byte, 31)) }, "32 bytes"},
		"attempts not recovered":  {func(c *Config) { c.Ledger = noRecovery{w.ledger} }, "recover attempts: disk"},
		"an origin in upper case": {func(c *Config) { c.Origin = "https://Pay.example" }, "origin"},
	} {
		cfg := good
		row.change(&cfg)
		s, err := New(context.Background(), cfg)
		if err == nil || s != nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(context.Background(), good); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

type noRecovery struct{ Ledger }

func (noRecovery) Recover(context.Context, time.Time) (int, int, error) {
	return 0, 0, errors.New("disk")
}

// The health checks tell apart a process that answers and one that can work.
func TestHealth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	b := w.browser()
	for _, path := range []string{"/livez", "/readyz"} {
		if a := b.get(path, "Host", "10.0.0.7:8080"); a.status != http.StatusOK || a.body != "ok\n" {
			t.Errorf("%s: %d %q", path, a.status, a.body)
		}
	}
	w.ledger.Ledger = noReady{w.ledger.Ledger}
	w.clock.advance(health.ReadyEvery)
	if a := b.get("/readyz"); a.status != http.StatusServiceUnavailable || strings.Contains(a.body, "ledger.db") {
		t.Errorf("readyz without a ledger: %d %q", a.status, a.body)
	}
	if a := b.get("/livez"); a.status != http.StatusOK {
		t.Errorf("livez without a ledger: %d", a.status)
	}
}

type noReady struct{ Ledger }

func (noReady) Ready(context.Context) error { return errors.New("/var/lib/ledger.db: read-only") }

// However many ask whether the server is ready, the ledger is tried once a
// second, for all of them, and also where the first goes away.
func TestReadyOnceASecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t, setup{})
	counted := &countedReady{Ledger: w.ledger.Ledger}
	w.ledger.Ledger = counted
	for second := range int32(3) {
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				b := w.browser()
				ctx, leave := context.WithCancel(context.Background())
				defer leave()
				if b.ctx = ctx; i%2 == 0 {
					leave()
				}
				if a := b.get("/readyz"); a.status != http.StatusOK {
					t.Errorf("%d %s", a.status, a.body)
				}
			})
		}
		all.Wait()
		if n := counted.tries.Load(); n != second+1 {
			t.Errorf("second %d: %d tries", second, n)
		}
		w.clock.advance(health.ReadyEvery)
	}
	w.clock.step(-time.Hour) // a clock that was set back does not keep an old answer
	w.browser().get("/readyz")
	if n := counted.tries.Load(); n != 4 {
		t.Errorf("%d tries after the clock was set back", n)
	}
}

type countedReady struct {
	Ledger
	tries atomic.Int32
}

func (c *countedReady) Ready(ctx context.Context) error {
	c.tries.Add(1)
	return cmp.Or(ctx.Err(), c.Ledger.Ready(ctx))
}
