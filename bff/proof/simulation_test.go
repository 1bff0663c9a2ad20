package proof_test

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/tier"
	"paypane/web/payment"
)

var (
	scenarios = flag.Int("scenarios", 0, "how many scenarios TestSimulation plays; 0: as many as the tier has")
	fromFlag  = flag.Uint64("from", 1, "the seed of the first scenario that TestSimulation plays; the others follow")
	seedFlag  = flag.Uint64("seed", 0, "the one scenario that TestSimulation and TestSimulationAthena play, with all that happens in it")
)

// feature is something that has to occur in a run.
type feature int

const (
	crashed feature = iota
	crashedAfterClaim
	crashedAfterFence
	crashedBeforeSettle
	crashedAfterLook
	restarted
	paused
	pausedOverFence
	tooLate
	databaseFailed
	committedAndFailed
	nobodyUp
	noAnswer
	twoServers
	claimRaced
	serversRaced
	lookRaced
	overlapRefused
	expiredRefused
	repeatAsked
	repeatConfirmed
	sharedPatient
	doubleClick
	tabs
	wentBack
	leftInTheMiddle
	triedAgain
	partial
	plainPages
	relaunched
	visitedLater
	notAvailable
	notConnected
	declinedByBank
	lostBooked
	lostUnbooked
	bookedLate
	answeredSlowly
	wrongReference
	listedLate
	receiptsUnread
	rowDrifted
	listDrifted
	beforeUnread
	staffCharged
	recoveredNotSent
	recoveredUnknown
	lostAnswer
	unknownShown
	foundInReceipts
	provedAbsent
	personAsked
	personAskedOfTaken
	mailOrdered
	twoClerks
	deskDoubleClick
	deskRecorded
	deskVoided
	deskVendor
	deskRefunded
	deskAdjusted
	deskCorrected
	deskCorrectedBefore
	deskTaskDone
	deskLost
	deskRefused
	deskRepeated
	deskAskedAgain
	voidFound
	voidAbsent
	deskAsked
	deskCrashed
	signedOne
	signedTwice
	planSent
	visitSent
	yearSent
	signLost
	signRefused
	signAsked
	signCrashed
	planFound
	agreementFound
	planAbsent
	installmentTaken
	installmentMissed
	agreementCharged
	contractEnded
	taskOfContract
	features
)

var featureNames = [features]string{
	"server crashed", "crashed after the claim", "crashed after the write-ahead record", "crashed before the outcome was written", "crashed with the turn to check", "came back",
	"server stopped for a while", "stopped over the write-ahead record", "too late to send", "database failed", "committed, but told a failure", "no server up", "payer got no answer",
	"two servers", "claim raced", "two servers raced for a claim", "look raced", "overlap refused", "attempt too old", "repeat asked", "repeat confirmed", "several actors on one patient",
	"double click", "two tabs", "went back", "left in the middle", "tried again", "another amount", "pages without script", "opened again from the portal", "looked again a day later",
	"not available", "no connection", "declined", "lost answer, booked", "lost answer, not booked", "booked after the client gave up", "slow answer", "wrong reference",
	"listed after 20 minutes", "receipts could not be read", "something was written in another form than ever", "a list was not understood", "not read before sending", "staff charged a card", "ended as never sent", "ended as unknown",
	"attempt was unknown", "unknown was shown", "found in the receipts", "proved absent", "person asked: unknown", "person asked: taken", "receipt mailed",
	"two clerks", "clerk pressed twice", "recording sent", "void sent", "vendor's payment sent", "vendor's refund sent", "adjustment sent",
	"recording corrected", "correction refused: corrected before", "taken back by hand",
	"desk: lost answer, perhaps booked", "desk: refused", "desk: recorded before", "desk: asked whether it is the same money", "void found in the receipts", "void proved absent", "desk: person asked", "desk: crashed while sending",
	"signed", "pressed twice to sign", "plan sent", "agreement for a visit sent", "agreement for a year sent", "signed: lost answer, perhaps made", "signed: refused", "signed: person asked",
	"signed: crashed while sending", "plan found in the list", "agreement found in the receipts", "plan proved absent", "payment of a plan made", "payment of a plan not made", "agreement charged",
	"ended early", "somebody told to look after it",
}

// writeDid is the feature of a write that is no charge.
var writeDid = map[payment.Kind]feature{payment.KindRecord: deskRecorded, payment.KindVoid: deskVoided, payment.KindVendorPayment: deskVendor,
	payment.KindRefund: deskRefunded, payment.KindAdjust: deskAdjusted,
	payment.KindPlan: planSent, payment.KindAgreeVisit: visitSent, payment.KindAgreeYear: yearSent}

// lasting reports whether an operation makes something that lasts.
func lasting(k payment.Kind) bool { return k == payment.KindPlan || k.Agrees() }

// lostOf is the feature of a write that is no charge and whose answer is lost.
func lostOf(k payment.Kind) feature {
	if lasting(k) {
		return signLost
	}
	return deskLost
}

func (s *scenario) met(f feature) { s.features[f] = true }

// tally counts over a run.
type tally struct {
	mu       sync.Mutex
	played   int
	features [features]int
	attempts int
	charges  int
}

func (c *tally) add(s *scenario) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.played++
	c.attempts += len(s.records)
	for _, r := range s.records {
		c.charges += len(r.booked)
	}
	for f, met := range s.features {
		if met {
			c.features[f]++
		}
	}
}

func (c *tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d scenarios, %d attempts, %d charges; scenarios in which it occurred:\n", c.played, c.attempts, c.charges)
	for f, n := range c.features {
		if n > 0 {
			fmt.Fprintf(&b, "%9d  %s\n", n, featureNames[f])
		}
	}
	return b.String()
}

func memory() *ledger.Ledger { return ledger.NewMemory(nil) }

// TestSimulation plays many scenarios, each from its seed, on all processors.
func TestSimulation(t *testing.T) {
	open(t)
	if *seedFlag != 0 {
		replay(t, setup{})
		return
	}
	n := 4_000
	switch {
	case *scenarios > 0:
		n = *scenarios
	case raceDetector:
		n = 1_000
	case testing.Short():
		n = 250
	case tier.IsDeep():
		n = 1_000_000
	}
	defer debug.SetGCPercent(debug.SetGCPercent(1600))
	began := time.Now()
	total := run(t, *fromFlag, n, memory, setup{}, 5)
	took := time.Since(began)
	t.Logf("%s%s, %.0f a second on each of %d processors", total, took.Round(time.Millisecond), float64(n)/took.Seconds()/float64(workers()), workers())
	if n < 12_000 { // the rarest does not come in fewer: make deep looks
		return
	}
	for f, count := range total.features {
		if count == 0 {
			t.Errorf("never occurred: %s", featureNames[f])
		}
	}
}

// replay plays the one scenario of the flag, with all that happens in it.
func replay(t *testing.T, b setup) {
	s := play(t, *seedFlag, memory, b, true)
	t.Log("\n" + strings.Join(s.lines, "\n"))
	if len(s.convictions) > 0 {
		t.Error(s.verdict())
	}
}

func workers() int { return runtime.GOMAXPROCS(0) }

// run plays n scenarios from a seed on, and stops after some convictions.
func run(t *testing.T, from uint64, n int, open func() *ledger.Ledger, b setup, most int32) *tally {
	total, name := new(tally), t.Name()
	var next atomic.Int64
	var failed atomic.Int32
	t.Run("all", func(t *testing.T) {
		for w := range workers() {
			t.Run(fmt.Sprint(w), func(t *testing.T) {
				t.Parallel()
				for failed.Load() < most {
					i := next.Add(1) - 1
					if i >= int64(n) {
						return
					}
					seed := from + uint64(i)
					s := play(t, seed, open, b, false)
					total.add(s)
					if len(s.convictions) > 0 {
						failed.Add(1)
						t.Errorf("seed %d: %s\nreplay: go test ./bff/proof -run '^%s$' -seed %d -v", seed, s.verdict(), name, seed)
					}
				}
			})
		}
	})
	return total
}

// Stores that are slower than memory play fewer scenarios, the same ones. In a
// bubble a store may only block on its own goroutines and on system calls, and
// has to be opened and closed in it.
func TestSimulationSQLite(t *testing.T) {
	tier.Full(t)
	open(t)
	n := 60
	switch {
	case raceDetector:
		n = 40
	case tier.IsDeep():
		n = 300
	}
	dir := t.TempDir()
	var files atomic.Int64
	sqlite := func() *ledger.Ledger {
		return must(ledger.Open(context.Background(), fmt.Sprintf("sqlite:%s/%d.db", dir, files.Add(1)), nil))
	}
	total := run(t, 1, n, sqlite, setup{}, 5)
	t.Logf("%d scenarios, %d attempts, %d charges", total.played, total.attempts, total.charges)
	// All that happens is the same on both, to the nanosecond.
	for seed := range uint64(10) {
		inMemory, onDisk := play(t, seed+1, memory, setup{}, true), play(t, seed+1, sqlite, setup{}, true)
		if a, b := strings.Join(inMemory.lines, "\n"), strings.Join(onDisk.lines, "\n"); a != b {
			t.Errorf("seed %d: another history than in memory%s", seed+1, difference(a, b))
		}
	}
}
