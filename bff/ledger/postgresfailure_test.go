//go:build !mutation

package ledger

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"paypane/bff/ledger/ledgertest"
	"paypane/web/payment"
)

// chained fails unless the events are numbered without a gap and each is linked
// to the one before it, as link would now.
func chained(t *testing.T, l *Ledger) (events []Event) {
	t.Helper()
	if _, err := l.Verify(ctx); err != nil {
		t.Fatalf("the record does not verify: %v", err)
	}
	want(t, l.read(ctx, "read all events", func(tx tx) (err error) {
		events, err = tx.events("", 1, all)
		return err
	}), nil)
	return events
}

// Connections that were ended while nobody used them are replaced, and no
// caller notices.
func TestPostgresIdleDisconnect(t *testing.T) {
	t.Parallel()
	c, address := newClock(), ledgertest.Postgres(t)
	l := openURL(t, address, c)
	a := create(t, l, ada, "501")
	for range 3 {
		race(readers, func() error { // every connection is used, and idle
			_, err := l.AttemptForPatient(ctx, ada, a.ID)
			return err
		})
		ledgertest.Disconnect(t, address)
		if _, others := race(2*readers, func() error {
			_, err := l.AttemptForPatient(ctx, ada, a.ID)
			return err
		}); len(others) > 0 {
			t.Fatalf("%d reads failed: %v", len(others), others[0])
		}
		want(t, l.Ready(ctx), nil)
	}
	claim(t, l, a)
}

// claims lets several callers on two servers claim many attempts, while
// interrupt is called in the middle. Whoever got nil counts.
type claims struct {
	attempts []Record
	mu       sync.Mutex
	won      map[string]int
	errs     []error
}

func (c *claims) run(ledgers []*Ledger, interrupt func()) {
	middle := make(chan struct{})
	var once sync.Once
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for n := range c.attempts {
				a := c.attempts[(n+i*7)%len(c.attempts)]
				_, err := ledgers[i%len(ledgers)].Claim(ctx, a.Patient, a.ID, visa)
				c.mu.Lock()
				if err == nil {
					c.won[a.ID]++
				} else if claimed := (*ClaimedError)(nil); !errors.As(err, &claimed) {
					c.errs = append(c.errs, err)
				}
				if len(c.won) > len(c.attempts)/3 {
					once.Do(func() { close(middle) })
				}
				c.mu.Unlock()
			}
		})
	}
	<-middle
	interrupt()
	group.Wait()
}

func testInterruptedClaims(t *testing.T, address string, interrupt, afterwards func()) {
	clock := newClock()
	one, two := openURL(t, address, clock), openURL(t, address, clock)
	c := &claims{won: map[string]int{}}
	for i := range 150 {
		p := ada
		p.ID += i
		c.attempts = append(c.attempts, create(t, one, p, "501"))
	}
	c.run([]*Ledger{one, two}, interrupt)
	afterwards()
	t.Logf("%d of %d claimed, %d errors", len(c.won), len(c.attempts), len(c.errs))
	if len(c.errs) > 0 {
		t.Logf("the first: %v", c.errs[0])
	}
	want(t, one.Ready(ctx), nil)
	want(t, two.Ready(ctx), nil)
	for _, a := range c.attempts {
		got := must(t, func() (Record, error) { return two.AttemptForPatient(ctx, a.Patient, a.ID) })
		if c.won[a.ID] == 1 && got.State != payment.Claimed {
			t.Errorf("a claim was lost: %s is %s", a.ID, got.State)
		}
	}
	c.run([]*Ledger{two, one}, func() {})
	for _, a := range c.attempts {
		events := must(t, func() ([]Event, error) { return one.Events(ctx, a.ID) })
		if c.won[a.ID] > 1 || len(events) != 2 || events[1].What != EventClaimed {
			t.Errorf("%s was claimed %d times: %+v", a.ID, c.won[a.ID], events)
		}
	}
	chained(t, one)
}

func TestPostgresDisconnect(t *testing.T) {
	t.Parallel()
	address := ledgertest.Postgres(t)
	testInterruptedClaims(t, address, func() {
		for range 5 {
			ledgertest.Disconnect(t, address)
		}
	}, func() {})
}

func TestPostgresCrash(t *testing.T) {
	t.Parallel()
	cluster := ledgertest.NewCluster(t)
	testInterruptedClaims(t, cluster.Database(t), func() { cluster.Crash(t) }, func() { cluster.Start(t) })
}

// A server that is gone is an error for every caller, and none of them may send.
func TestPostgresGone(t *testing.T) {
	t.Parallel()
	cluster := ledgertest.NewCluster(t)
	l := openURL(t, cluster.Database(t), newClock())
	a := create(t, l, ada, "501")
	cluster.Stop(t)
	if _, err := l.Claim(ctx, ada, a.ID, visa); err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("claimed without a server: %v", err)
	}
	if _, _, err := l.Pending(ctx, ada); err == nil {
		t.Errorf("read without a server")
	}
	cluster.Start(t)
	claim(t, l, a)
}

// Another program that keeps the lock makes writers wait, and then tell.
func TestPostgresLocked(t *testing.T) {
	t.Parallel()
	address := ledgertest.Postgres(t)
	l := openURL(t, address, newClock())
	a := create(t, l, ada, "501")
	conn := must(t, func() (interface{ Close() error }, error) {
		conn, err := rawPostgres(t, address).Conn(ctx)
		if err == nil {
			_, err = conn.ExecContext(ctx, strings.Replace(l.store.(*postgresStore).dialect.exclude, "_xact", "", 1))
		}
		return conn, err
	})
	if _, err := l.Claim(ctx, ada, a.ID, visa); err == nil || !strings.Contains(err.Error(), "has the ledger locked") {
		t.Errorf("claimed while it was locked: %v", err)
	}
	must(t, func() (Record, error) { return l.AttemptForPatient(ctx, ada, a.ID) }) // who reads does not wait
	want(t, conn.Close(), nil)
	ledgertest.Disconnect(t, address) // the pool kept it
	claim(t, l, a)
}
