package ledger

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"paypane/web/payment"
)

// clock is a clock that only the test moves.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.micros.Store(time.Date(2026, 10, 2, 9, 0, 0, 0, time.UTC).UnixMicro())
	return c
}

func (c *clock) now() time.Time          { return time.UnixMicro(c.micros.Load()) }
func (c *clock) advance(d time.Duration) { c.micros.Add(d.Microseconds()) }

// fatal is what *testing.T and *rapid.T share.
type fatal interface {
	Helper()
	Fatalf(string, ...any)
}

// database makes one empty database; each call of the function it returns
// opens that same database.
type database func(t *testing.T, now func() time.Time) (open func(fatal) *Ledger)

func memoryDatabase(_ *testing.T, now func() time.Time) func(fatal) *Ledger {
	l := NewMemory(now)
	return func(fatal) *Ledger { return l }
}

func must[T any](t fatal, fn func() (T, error)) T {
	t.Helper()
	v, err := fn()
	if err != nil {
		t.Fatalf("%v", err)
	}
	return v
}

func want(t fatal, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("got error %v, want %v", err, target)
	}
}

var (
	ada  = payment.Patient{Practice: 195900, Department: 1, ID: 601, Appointment: 880123}
	bob  = payment.Patient{Practice: 195900, Department: 1, ID: 602}
	ada2 = payment.Patient{Practice: 195901, Department: 1, ID: 601} // the same number elsewhere
	visa = CardUse{Brand: payment.Visa, Last4: "1111", Wishes: payment.Wishes{Email: "ada@example.com"}}
)

func charge(numbers ...string) payment.Charge {
	var c payment.Charge
	for i, n := range numbers {
		c.Lines = append(c.Lines, payment.Line{Bill: "claim-" + n, Kind: payment.Claim, Number: n,
			Service: "2026-09-01", Title: "Office visit", Amount: payment.Cents(int64(1250 + i)), Balance: payment.Cents(9900)})
	}
	return c
}

// ctx is for calls that no test cancels.
var ctx = context.Background()

func create(t fatal, l *Ledger, p payment.Patient, numbers ...string) Record {
	t.Helper()
	_, asOf, err := l.Pending(ctx, p)
	want(t, err, nil)
	return must(t, func() (Record, error) {
		return l.CreateAttempt(ctx, Record{Attempt: payment.Attempt{ID: rand.Text(), Charge: charge(numbers...)},
			Patient: p, Portal: "harbor", Subject: "user-7", AsOfSeq: asOf})
	})
}

func claim(t fatal, l *Ledger, a Record) Record {
	t.Helper()
	return must(t, func() (Record, error) { return l.Claim(ctx, a.Patient, a.ID, visa) })
}

// meant claims an attempt that may repeat others, and says that it is meant.
func meant(l *Ledger, a Record, use CardUse) (claimed Record, err error) {
	for {
		claimed, err = l.Claim(ctx, a.Patient, a.ID, use)
		var repeat *DuplicateError
		if !errors.As(err, &repeat) {
			return claimed, err
		}
		use.ConfirmDuplicateOf = repeat.Other.ID
	}
}

// send claims an attempt and moves it to sending.
func send(t fatal, l *Ledger, a Record) Record {
	t.Helper()
	claim(t, l, a)
	return must(t, func() (Record, error) { return l.MarkSending(ctx, a.ID, "0") })
}

func settle(t fatal, l *Ledger, a Record, s payment.State) Record {
	t.Helper()
	return must(t, func() (Record, error) { return l.Settle(ctx, a.ID, payment.Outcome{State: s}) })
}

// race runs fn in n goroutines at once and counts the nil errors.
func race(n int, fn func() error) (won int, others []error) {
	var mu sync.Mutex
	var group sync.WaitGroup
	start := make(chan struct{})
	for range n {
		group.Go(func() {
			<-start
			err := fn()
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else {
				others = append(others, err)
			}
		})
	}
	close(start)
	group.Wait()
	return won, others
}

func hash(s string) [32]byte { return sha256.Sum256([]byte(s)) }
