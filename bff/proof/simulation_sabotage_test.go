package proof_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"paypane/tier"
)

// seenIn are bugs of which nothing comes for long, with the scenario in which each was
// seen last. A run begins there, and make deep at the first scenario: when the scenarios
// change, it only takes longer.
var seenIn = map[string]uint64{
	"a watch that tells nobody of a payment that was not made":        159,
	"agreements that are not told apart from new ones":                155,
	"corrections that are told done after another":                    650,
	"a client that takes a list that it cannot read for an empty one": 609,
	"equal recordings of which nobody asks":                           253,
	"a client that takes what it cannot read for another card":        128,
	"receipts that are mailed as often as wanted":                     1033,
	"a client without a deadline":                                     1032,
}

// TestTheJudgeConvicts puts a small bug into the works, one at a time: within a
// few thousand scenarios the judge has to see it.
func TestTheJudgeConvicts(t *testing.T) {
	open(t)
	for _, test := range []struct {
		name string
		bug  setup
		of   string // in the verdict
	}{
		{"claims that let two through", setup{ledger: func(_ *scenario, l Ledger) Ledger { return twoClaims{l} }}, "was sent 2 times"},
		{"recovery that calls what was sending not sent", setup{ledger: func(s *scenario, l Ledger) Ledger { return &sureRecovery{Ledger: l, s: s} }}, "that no money was taken"},
		{"a reconciler that waits for no receipts", setup{delay: time.Nanosecond}, "booked as"},
		{"a client that sends again", setup{upstream: func(u *upstream) { u.sendsAgain = true }}, "was sent 2 times"},
		{"a client without a deadline", setup{stop: 2 * time.Hour, upstream: func(u *upstream) { u.ignoresDeadline = true }}, "booked as"},
		{"a client that takes a lost answer for a refusal", setup{upstream: func(u *upstream) { u.callsLostDeclined = true }}, "that no money was taken"},
		{"a client that takes what it cannot read for another card", setup{upstream: func(u *upstream) { u.takesOddForOther, u.odd = true, 25 }}, "that no money was taken"},
		{"a reconciler that asks nobody", setup{ledger: func(_ *scenario, l Ledger) Ledger { return silent{l} }}, ""},
		{"amounts that forget what is on its way", setup{ledger: func(_ *scenario, l Ledger) Ledger { return forgetful{l} }}, "a page asked for"},
		{"equal payments of which nobody asks", setup{ledger: func(_ *scenario, l Ledger) Ledger { return trusting{l} }}, "nobody asked the payer"},
		{"receipts that are mailed as often as wanted", setup{ledger: func(_ *scenario, l Ledger) Ledger { return mailer{l} }}, "was ordered"},
		{"a desk that sends again what was lost", setup{upstream: func(u *upstream) { u.sendsDeskAgain = true }}, "was sent 2 times"},
		{"a desk that takes a lost answer for a refusal", setup{upstream: func(u *upstream) { u.callsLostRefused = true }}, "that no money was taken"},
		{"a desk that takes a void for done before a receipt shows it", setup{upstream: func(u *upstream) { u.believesVoids = true }}, "not booked"},
		{"bills that desk and payer do not lock together", setup{ledger: func(_ *scenario, l Ledger) Ledger { return unlocked{l} }}, "of bill"},
		{"equal recordings of which nobody asks", setup{ledger: func(_ *scenario, l Ledger) Ledger { return trustingDesk{l} }}, "nobody asked the desk"},
		{"a reconciler that takes what no receipt shows for not done", setup{ledger: func(_ *scenario, l Ledger) Ledger { return hasty{l} }}, "that no money was taken"},
		{"corrections that leave nobody anything to do", setup{ledger: func(_ *scenario, l Ledger) Ledger { return taskless{l} }}, "nobody was asked once"},
		{"corrections that are claimed and left to somebody else", setup{ledger: func(_ *scenario, l Ledger) Ledger { return waiting{l} }}, "a counter-entry, is"},
		{"corrections whose task is ticked with them", setup{ledger: func(_ *scenario, l Ledger) Ledger { return ticked{l} }}, "stands in the practice's book"},
		{"corrections that are told done after another", setup{ledger: func(_ *scenario, l Ledger) Ledger { return believing{l} }}, "which is corrected"},
		{"corrections that are told done and not written", setup{ledger: func(_ *scenario, l Ledger) Ledger { return unwritten{l} }}, "and was told done"},
		{"a signing that is sent again when its answer is lost", setup{upstream: func(u *upstream) { u.sendsSignedAgain = true }}, "was sent 2 times"},
		{"a signing of which a lost answer is taken for a refusal", setup{upstream: func(u *upstream) { u.callsSignedRefused = true }}, "that no money was taken"},
		{"a client that takes a list that it cannot read for an empty one", setup{upstream: func(u *upstream) {
			u.takesUnreadForEmpty, u.lasting, u.unread = true, true, [][2]time.Time{{u.s.start, u.s.start.Add(2 * time.Hour)}}
		}}, "booked as"},
		{"amounts that forget payment plans", setup{ledger: func(_ *scenario, l Ledger) Ledger { return planless{l} }}, "of bill"},
		{"a client that leaves out bills of a plan", setup{upstream: func(u *upstream) { u.leavesOutBills = true }}, "agrees to a plan over"},
		{"agreements that are not told apart from new ones", setup{ledger: func(_ *scenario, l Ledger) Ledger { return &scattered{Ledger: l} }}, "agrees to what"},
		{"a watch that tells nobody what ended", setup{ledger: func(_ *scenario, l Ledger) Ledger { return secretive{l, false} }}, "has ended early, and nobody is told"},
		{"a watch that tells nobody of a payment that was not made", setup{ledger: func(_ *scenario, l Ledger) Ledger { return secretive{l, true} }}, "made no payment of"},
		{"a watch that is over when it has begun", setup{ledger: func(_ *scenario, l Ledger) Ledger { return brief{l} }}, "nobody is told"},
		{"a watch that tells of everything that is listed", setup{ledger: func(_ *scenario, l Ledger) Ledger { return alarmist{l} }}, "which did not end early"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			from := max(1, seenIn[test.name])
			if tier.IsDeep() {
				from = 1
			}
			for seed := from; seed < from+3000; seed++ {
				if s := play(t, seed, memory, test.bug, false); len(s.convictions) > 0 && strings.Contains(s.verdict(), test.of) {
					t.Logf("scenario %d: %s", seed, s.convictions[0])
					return
				}
			}
			t.Error("the judge saw nothing")
		})
	}
}

// TestASeedReplaysExactly plays scenarios again and again, alone on one
// processor and on all while others play, and compares all that happened.
func TestASeedReplaysExactly(t *testing.T) {
	open(t)
	seeds := 150
	if testing.Short() {
		seeds = 60
	}
	first := make([]string, seeds)
	eventful := 0
	processors := runtime.GOMAXPROCS(1)
	for seed := range first {
		s := play(t, uint64(seed+1), memory, setup{}, true)
		first[seed] = strings.Join(s.lines, "\n")
		if len(s.lines) > 50 {
			eventful++
		}
	}
	runtime.GOMAXPROCS(processors)
	if eventful < seeds/2 {
		t.Fatalf("only %d scenarios have something to compare", eventful)
	}
	for w := range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			for i := range seeds {
				seed := (i + w*seeds/4) % seeds
				again := strings.Join(play(t, uint64(seed+1), memory, setup{}, true).lines, "\n")
				if again != first[seed] {
					t.Fatalf("seed %d: another history%s", seed+1, difference(first[seed], again))
				}
			}
		})
	}
}

// difference is where two histories part.
func difference(a, b string) string {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(as), len(bs)) {
		if as[i] != bs[i] {
			return ":\n" + as[max(0, i-1)] + "\n" + as[i] + "\nbut now\n" + bs[i]
		}
	}
	return ": one ends before the other"
}
