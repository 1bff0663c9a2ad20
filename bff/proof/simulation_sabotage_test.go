package proof_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"paypane/bff"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

// TestTheJudgeConvicts puts a small bug into the works, one at a time: within a
// few thousand scenarios the judge has to see it.
func TestTheJudgeConvicts(t *testing.T) {
	open(t)
	for _, test := range []struct {
		name string
		bug  setup
		of   string // in the verdict
	}{
		{"claims that let two through", setup{ledger: func(_ *scenario, l bff.Ledger) bff.Ledger { return twoClaims{l} }}, "was sent 2 times"},
		{"recovery that calls what was sending not sent", setup{ledger: func(s *scenario, l bff.Ledger) bff.Ledger { return &sureRecovery{Ledger: l, s: s} }}, "that no money was taken"},
		{"a reconciler that waits for no receipts", setup{delay: time.Nanosecond}, "booked as"},
		{"a client that sends again", setup{upstream: func(u *upstream) { u.sendsAgain = true }}, "was sent 2 times"},
		{"a client without a deadline", setup{stop: 2 * time.Hour, upstream: func(u *upstream) { u.ignoresDeadline = true }}, "booked as"},
		{"a client that takes a lost answer for a refusal", setup{upstream: func(u *upstream) { u.callsLostDeclined = true }}, "that no money was taken"},
		{"a client that takes what it cannot read for another card", setup{upstream: func(u *upstream) { u.takesOddForOther, u.odd = true, 25 }}, "that no money was taken"},
		{"a reconciler that asks nobody", setup{ledger: func(_ *scenario, l bff.Ledger) bff.Ledger { return silent{l} }}, ""},
		{"amounts that forget what is on its way", setup{ledger: func(_ *scenario, l bff.Ledger) bff.Ledger { return forgetful{l} }}, "a page asked for"},
		{"equal payments of which nobody asks", setup{ledger: func(_ *scenario, l bff.Ledger) bff.Ledger { return trusting{l} }}, "nobody asked the payer"},
		{"receipts that are mailed as often as wanted", setup{ledger: func(_ *scenario, l bff.Ledger) bff.Ledger { return mailer{l} }}, "was ordered"},
		{"a desk that sends again what was lost", setup{upstream: func(u *upstream) { u.sendsDeskAgain = true }}, "was sent 2 times"},
		{"a desk that takes a lost answer for a refusal", setup{upstream: func(u *upstream) { u.callsLostRefused = true }}, "that no money was taken"},
		{"a desk that takes a void for done before a receipt shows it", setup{upstream: func(u *upstream) { u.believesVoids = true }}, "not booked"},
		{"bills that desk and payer do not lock together", setup{ledger: func(_ *scenario, l bff.Ledger) bff.Ledger { return unlocked{l} }}, "of bill"},
		{"equal recordings of which nobody asks", setup{ledger: func(_ *scenario, l bff.Ledger) bff.Ledger { return trustingDesk{l} }}, "nobody asked the desk"},
		{"a reconciler that takes what no receipt shows for not done", setup{ledger: func(_ *scenario, l bff.Ledger) bff.Ledger { return hasty{l} }}, "that no money was taken"},
		{"corrections that leave nobody anything to do", setup{ledger: func(_ *scenario, l bff.Ledger) bff.Ledger { return taskless{l} }}, "nobody was asked once"},
		{"corrections that are claimed and left to somebody else", setup{ledger: func(_ *scenario, l bff.Ledger) bff.Ledger { return waiting{l} }}, "a counter-entry, is"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= 6000; seed++ {
				if s := play(t, seed, memory, test.bug, false); len(s.convictions) > 0 && strings.Contains(s.verdict(), test.of) {
					t.Logf("scenario %d: %s", seed, s.convictions[0])
					return
				}
			}
			t.Error("the judge saw nothing")
		})
	}
}

// twoClaims lets everybody send what one has claimed.
type twoClaims struct{ bff.Ledger }

func (l twoClaims) Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	a, err := l.Ledger.Claim(ctx, p, id, use)
	var claimed *ledger.ClaimedError
	if errors.As(err, &claimed) && claimed.Attempt.State == payment.Claimed {
		return claimed.Attempt, nil
	}
	return a, err
}

func (l twoClaims) MarkSending(ctx context.Context, id, before string) (ledger.Record, error) {
	a, err := l.Ledger.MarkSending(ctx, id, before)
	if errors.Is(err, ledger.ErrTransition) {
		return ledger.Record{Attempt: payment.Attempt{ID: id}, ReceiptWatermark: before}, nil
	}
	return a, err
}

// sureRecovery is sure that what it finds sending was not sent.
type sureRecovery struct {
	bff.Ledger
	s *scenario
}

func (l *sureRecovery) Recover(ctx context.Context, before time.Time) (int, int, error) {
	for _, r := range l.s.records {
		a, err := l.Ledger.AttemptForPatient(ctx, r.patient, r.id)
		if err == nil && a.State == payment.Sending && a.Sent.Before(before) {
			l.Ledger.Settle(ctx, r.id, payment.Outcome{State: payment.NotSent})
		}
	}
	return l.Ledger.Recover(ctx, before)
}

// silent asks nobody.
type silent struct{ bff.Ledger }

func (silent) Escalate(context.Context, string, string) (ledger.Record, error) {
	return ledger.Record{}, nil
}

// hasty says that what no receipt shows was not done.
type hasty struct{ bff.Ledger }

func (l hasty) Escalate(ctx context.Context, id, why string) (ledger.Record, error) {
	if strings.HasPrefix(why, "Receipts do not show") {
		return l.Ledger.Find(ctx, id, payment.Outcome{State: payment.NotDone})
	}
	return l.Ledger.Escalate(ctx, id, why)
}

// forgetful does not know what went to the bills.
type forgetful struct{ bff.Ledger }

func (l forgetful) Pending(ctx context.Context, p payment.Patient) ([]payment.Pending, int64, error) {
	_, asOf, err := l.Ledger.Pending(ctx, p)
	return nil, asOf, err
}

// trusting never asks whether an equal payment is meant.
type trusting struct{ bff.Ledger }

func (l trusting) Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	for {
		claimed, err := l.Ledger.Claim(ctx, p, id, use)
		var repeat *ledger.DuplicateError
		if !errors.As(err, &repeat) {
			return claimed, err
		}
		use.ConfirmDuplicateOf = repeat.Other.ID
	}
}

// trustingDesk never asks whether a recording is of the same money.
type trustingDesk struct{ bff.Ledger }

func (l trustingDesk) Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	if a, err := l.AttemptForPatient(ctx, p, id); err != nil || !a.Kind.Records() {
		return l.Ledger.Claim(ctx, p, id, use)
	}
	return trusting(l).Claim(ctx, p, id, use)
}

// unlocked has the desk name its bills in another way than payers do, so that neither
// finds the other's lock.
type unlocked struct{ bff.Ledger }

func (l unlocked) CreateAttempt(ctx context.Context, a ledger.Record) (ledger.Record, error) {
	if a.Kind.Records() {
		for i, n := range a.Charge.Lines {
			a.Charge.Lines[i].Number, a.Charge.Lines[i].Bill = "0"+n.Number, payment.BillID(n.Kind, "0"+n.Number)
		}
	}
	return l.Ledger.CreateAttempt(ctx, a)
}

// taskless makes counter-entries as if they were anything that is claimed and sent.
type taskless struct{ bff.Ledger }

func (l taskless) Correct(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	a, err := l.Ledger.Claim(ctx, p, id, use)
	if err == nil {
		a, err = l.Ledger.MarkSending(ctx, id, "")
	}
	if err == nil {
		a, err = l.Ledger.Settle(ctx, a.ID, payment.Outcome{State: payment.Succeeded})
	}
	return a, err
}

// waiting claims counter-entries and leaves them to somebody else.
type waiting struct{ bff.Ledger }

func (l waiting) Correct(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Record, error) {
	return l.Ledger.Claim(ctx, p, id, use)
}

// mailer gives the order for a receipt to whoever wants it.
type mailer struct{ bff.Ledger }

func (l mailer) OrderMail(ctx context.Context, id string) (ledger.Record, error) {
	a, err := l.Ledger.OrderMail(ctx, id)
	if errors.Is(err, ledger.ErrTransition) {
		return a, nil
	}
	return a, err
}

// TestASeedReplaysExactly plays scenarios again and again, alone on one
// processor and on all while others play, and compares all that happened.
func TestASeedReplaysExactly(t *testing.T) {
	open(t)
	const seeds = 150
	var first [seeds]string
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
