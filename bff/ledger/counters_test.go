package ledger

import (
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"
)

// errFull refuses to count on.
var errFull = errors.New("full")

// What two servers count at once is counted once each: of fifty who want one of
// five places five get one. Who is refused has counted nothing, what is taken back
// goes from the slot it was counted in, and slots are forgotten when they expire.
func testCounters(t *testing.T, c *clock, open func(fatal) *Ledger) {
	l := open(t)
	defer l.Close()
	other := open(t)
	defer other.Close()
	key, nobody := CounterKey(hash("visitor")), CounterKey(hash("nobody"))
	first := c.now().Truncate(time.Minute).UTC()
	one := Addition{Key: key, At: first, N: 1, Expires: first.Add(time.Hour)}
	var at sync.WaitGroup
	var mu sync.Mutex
	admitted := 0
	for i := range 50 {
		at.Go(func() {
			err := []*Ledger{l, other}[i%2].Count(ctx, []CounterKey{key, nobody}, func(counted Counted) ([]Addition, error) {
				if all := counted[key]; len(all) > 0 && all[0].N >= 5 {
					return []Addition{one}, errFull
				}
				return []Addition{one}, nil
			})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				admitted++
			} else if !errors.Is(err, errFull) {
				t.Error(err)
			}
		})
	}
	at.Wait()
	got := func() Counted {
		return must(t, func() (Counted, error) { return other.Counted(ctx, []CounterKey{key, nobody}) })
	}
	if counted := got(); admitted != 5 || !reflect.DeepEqual(counted, Counted{key: {{first, 5}}}) {
		t.Fatalf("%d were admitted, counted %+v", admitted, counted)
	}

	c.advance(time.Minute)
	back := one
	back.N = -1
	next := Addition{Key: key, At: first.Add(time.Minute), N: 1, Expires: first.Add(2 * time.Hour)}
	want(t, l.Count(ctx, nil, func(Counted) ([]Addition, error) { return []Addition{next, back, next}, nil }), nil)
	want(t, l.Count(ctx, nil, func(Counted) ([]Addition, error) { return nil, nil }), nil)
	if counted := got(); !reflect.DeepEqual(counted, Counted{key: {{first, 4}, {next.At, 2}}}) {
		t.Fatalf("counted %+v", counted)
	}

	c.advance(90 * time.Minute)
	if n := must(t, func() (int64, error) { return l.Prune(ctx, c.now()) }); n != 1 {
		t.Fatalf("pruned %d rows", n)
	}
	if counted := got(); !reflect.DeepEqual(counted, Counted{key: {{next.At, 2}}}) {
		t.Fatalf("kept %+v", counted)
	}
}
