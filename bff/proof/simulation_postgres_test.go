package proof_test

import (
	"context"
	"sync/atomic"
	"testing"

	"paypane/bff/ledger"
	"paypane/bff/ledger/ledgertest"
	"paypane/tier"
)

// PostgreSQL plays a few of the same scenarios, each in a database of its own.
// The server stands outside of the bubble: while it is asked, virtual time
// stands still.
func TestSimulationPostgres(t *testing.T) {
	open(t)
	n := 20
	switch {
	case raceDetector || testing.Short():
		n = 8
	case tier.IsDeep():
		n = 40
	}
	urls := make([]string, n)
	for i := range urls {
		urls[i] = ledgertest.Postgres(t)
	}
	var used atomic.Int64
	postgres := func() *ledger.Ledger {
		return must(ledger.Open(context.Background(), urls[used.Add(1)-1], nil))
	}
	total := run(t, 1, n, postgres, setup{}, 5)
	t.Logf("%d scenarios, %d attempts, %d charges", total.played, total.attempts, total.charges)
}
