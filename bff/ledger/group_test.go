//go:build !mutation

package ledger

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// shared is the part of a store that the SQL databases have in common.
func shared(l *Ledger) *sqlStore {
	if s, ok := l.store.(*sqliteStore); ok {
		return &s.sqlStore
	}
	return &l.store.(*postgresStore).sqlStore
}

// crowd is updates that come, one after the other, while another is under way:
// they share what comes next.
type crowd struct {
	store   *sqlStore
	group   sync.WaitGroup
	release chan struct{}
}

func newCrowd(t *testing.T, l *Ledger) *crowd {
	c := &crowd{store: shared(l), release: make(chan struct{})}
	begun := make(chan struct{})
	c.group.Go(func() {
		if err := c.store.update(ctx, func(tx) error {
			close(begun)
			<-c.release
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	<-begun
	return c
}

func (c *crowd) waiting() int {
	c.store.queue.mu.Lock()
	defer c.store.queue.mu.Unlock()
	return len(c.store.queue.waiting)
}

// join returns when the update waits; its error comes with done.
func (c *crowd) join(ctx context.Context, fn func(tx) error) (err *error) {
	err = new(error)
	before := c.waiting()
	c.group.Go(func() { *err = c.store.update(ctx, fn) })
	for c.waiting() == before {
		runtime.Gosched()
	}
	return err
}

// done lets the crowd go and waits for the last.
func (c *crowd) done() {
	close(c.release)
	c.group.Wait()
}

func eachDatabase(t *testing.T, test func(*testing.T, *Ledger)) {
	for name, empty := range map[string]database{"SQLite": sqliteDatabase, "PostgreSQL": postgresDatabase} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := empty(t, newClock().now)(t)
			defer l.Close()
			test(t, l)
		})
	}
}

// kept are the practices for which a lag was noted.
func kept(t *testing.T, l *Ledger, n int) (practices []int) {
	t.Helper()
	for i := 1; i <= n; i++ {
		if delay := must(t, func() (time.Duration, error) { return l.ListingDelay(ctx, i) }); delay != 0 {
			practices = append(practices, i)
		}
	}
	return practices
}

// Updates that share a transaction run in the order in which they came, and
// each is as if it were alone.
func TestUpdatesShareATransaction(t *testing.T) {
	eachDatabase(t, func(t *testing.T, l *Ledger) {
		c := newCrowd(t, l)
		var order []int
		var transactions []tx
		failure := errors.New("changed its mind")
		errs := make([]*error, 10)
		cancelled, cancel := context.WithCancel(ctx)
		for i := 1; i < len(errs); i++ {
			of := ctx
			if i == 7 {
				of = cancelled
			}
			errs[i] = c.join(of, func(t tx) error {
				order, transactions = append(order, i), append(transactions, t)
				if err := t.setListingDelay(i, time.Second); err != nil {
					return err
				}
				switch i {
				case 3:
					return failure
				case 5:
					panic("in an update")
				case 8: // fails in the database, which may end the whole transaction
					return t.appendEvent(Event{Seq: 99, Attempt: "nobody"})
				}
				return nil
			})
		}
		cancel()
		for c.waiting() == len(errs)-1 {
			runtime.Gosched()
		}
		c.done()
		if !slices.Equal(order, []int{1, 2, 3, 4, 5, 6, 8, 9}) {
			t.Errorf("ran in the order %v", order)
		}
		for _, other := range transactions {
			if other != transactions[0] {
				t.Errorf("not one transaction")
			}
		}
		for i, err := range errs[1:] {
			want := map[int]string{3: failure.Error(), 5: "panic: in an update", 7: context.Canceled.Error(), 8: "events are append-only"}[i+1]
			if got := fmt.Sprint(*err); want == "" && *err != nil || !strings.Contains(got, want) {
				t.Errorf("%d ended with %s", i+1, got)
			}
		}
		if got := kept(t, l, 9); !slices.Equal(got, []int{1, 2, 4, 6, 9}) {
			t.Errorf("kept %v", got)
		}
	})
}

// A crowd of many is committed in few transactions, and everybody comes to it.
func TestBatchesHaveALimit(t *testing.T) {
	eachDatabase(t, func(t *testing.T, l *Ledger) {
		c := newCrowd(t, l)
		transactions := map[tx]int{}
		var order []int
		for i := range 2*batchLimit + 1 {
			c.join(ctx, func(t tx) error {
				order = append(order, i)
				transactions[t]++
				return nil
			})
		}
		c.done()
		if len(order) != 2*batchLimit+1 || !slices.IsSorted(order) {
			t.Errorf("ran %v", order)
		}
		if len(transactions) != 3 {
			t.Errorf("%d transactions", len(transactions))
		}
		for _, n := range transactions {
			if n > batchLimit {
				t.Errorf("%d updates in one transaction", n)
			}
		}
	})
}

// When the transaction cannot be committed nothing in it is, and everybody is
// told.
func TestTransactionIsLost(t *testing.T) {
	t.Parallel()
	l := postgresDatabase(t, newClock().now)(t)
	defer l.Close()
	c := newCrowd(t, l)
	var errs []*error
	for i := 1; i <= 4; i++ {
		errs = append(errs, c.join(ctx, func(t tx) error {
			if err := t.setListingDelay(i, time.Second); err != nil || i != 3 {
				return err
			}
			_, err := t.(*sqlTx).exec(`SELECT pg_terminate_backend(pg_backend_pid())`)
			return err
		}))
	}
	c.done()
	for i, err := range errs {
		if *err == nil {
			t.Errorf("%d does not know", i+1)
		}
	}
	if got := kept(t, l, 4); len(got) != 0 {
		t.Errorf("kept %v", got)
	}
	want(t, l.Ready(ctx), nil)
}
