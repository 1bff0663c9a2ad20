package proof

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/ledger/ledgertest"
	"paypane/tier"
)

var (
	kills = flag.Int("kills", 12, "how often each server under load is killed")
	seed  = flag.Uint64("kill-seed", 1, "of when servers are killed and what payers do")
)

// deck are the cards of payers under load, with how many of them have each:
// most are approved, the others decline or lose the answer in one of its ways.
var deck = []struct {
	card string
	of   int
}{
	{approved, 10}, {"5555555555554444", 4}, {"4000000000000002", 1}, {"4000000000000127", 1}, {chargedCut, 2}, {unchargedCut, 2},
	{"4000000000009045", 1}, {"4000000000009052", 1}, {"4000000000009060", 1}, {"4000000000009078", 1},
}

func draw(rng *rand.Rand) string {
	sum := 0
	for _, f := range deck {
		sum += f.of
	}
	n := rng.IntN(sum)
	for _, f := range deck {
		if n -= f.of; n < 0 {
			return f.card
		}
	}
	panic("unreachable")
}

// progress waits until so many more charges have come to the upstream, or for
// so long: a slow machine is not to be killed before it did anything.
func (st *stage) progress(charges int, most time.Duration) {
	enough := time.After(most)
	for from := st.arrived.Load(); st.arrived.Load() < from+int64(charges); {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-enough:
			return
		}
	}
}

// Twelve payers at a time, one after the other, and servers that are killed at
// any moment and started again at once.
func TestKillUnderLoad(t *testing.T) {
	tier.Deep(t)
	t.Parallel()
	for name, c := range map[string]struct {
		servers  int
		database func(testing.TB) string
	}{
		"sqlite":               {1, func(testing.TB) string { return "" }},
		"postgres":             {1, ledgertest.Postgres},
		"postgres two servers": {2, ledgertest.Postgres},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killUnderLoad(t, c.servers, c.database(t))
		})
	}
}

func killUnderLoad(t *testing.T, count int, database string) {
	const payers, patients = 12, 4000
	st := newStage(t, patients, database)
	st.payDeadline = 3 * time.Second
	lags := rand.New(rand.NewPCG(*seed, 99))
	var mu sync.Mutex
	st.lag = func() time.Duration {
		mu.Lock()
		defer mu.Unlock()
		return time.Duration(lags.IntN(40)) * time.Millisecond
	}
	var servers []*server
	for range count {
		s := st.server()
		s.must()
		servers = append(servers, s)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	var killers, crowd sync.WaitGroup
	var over atomic.Bool // no more payers come
	for i, s := range servers {
		killers.Go(func() {
			rng := rand.New(rand.NewPCG(*seed, uint64(i)))
			for range *kills {
				st.progress(rng.IntN(30), 2*time.Second)
				<-time.After(time.Duration(rng.IntN(60)) * time.Millisecond)
				s.kill()
				if database != "" {
					st.advance(time.Minute) // what others left is stale by then
				}
				if err := s.start(); err != nil {
					t.Errorf("it does not start again: %v", err)
					return
				}
			}
		})
	}
	var next atomic.Int64
	var visits, paid atomic.Int64
	for range payers {
		crowd.Go(func() {
			for !over.Load() && ctx.Err() == nil {
				n := int(next.Add(1)) - 1
				if n >= patients {
					return
				}
				p := st.payer(firstOfMany+n, *seed, servers...)
				p.card, p.rash = draw(p.rng), p.rng.IntN(4) == 0
				if p.rng.IntN(2) == 0 {
					p.email = fmt.Sprintf("pat%d@mail.example", n)
				}
				visits.Add(1)
				outcome, err := p.pay(ctx)
				if err != nil {
					t.Errorf("a payer did not come to an end: %v", err)
				}
				if outcome == "taken" {
					paid.Add(1)
				}
			}
		})
	}
	killers.Wait()
	over.Store(true)
	crowd.Wait()
	c := st.judge(servers...)
	t.Logf("kills %d, payers %d, of whom %d saw that they had paid; %s", *kills*count, visits.Load(), paid.Load(), c)
	if c.charges == 0 || c.taken == 0 {
		t.Error("nothing was paid")
	}
}
