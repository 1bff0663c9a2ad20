package reconcile

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// shelf is a reconciler over a ledger in memory and books that a test writes.
type shelf struct {
	*Reconciler
	t    *testing.T
	book *ledger.Ledger
	now  time.Time
	rows []payment.ReceiptSummary
	err  error
	made int

	plans []payment.Plan
	cards []payment.StoredCard

	stepped time.Duration // by which the clock was set
}

var someone = payment.Patient{Practice: 1, Department: 1, ID: 7}

func newShelf(t *testing.T) *shelf {
	s := &shelf{t: t, now: sent}
	s.book = ledger.NewMemory(func() time.Time { return s.now })
	s.Reconciler = &Reconciler{Checks: s.book, History: s.book, Books: s, Lists: s, Now: func() time.Time { return s.now }, Elapsed: func() time.Duration { return s.now.Sub(sent) - s.stepped }, Log: slog.New(slog.DiscardHandler)}
	return s
}

func (s *shelf) Receipts(context.Context, payment.Patient) ([]payment.ReceiptSummary, error) {
	return s.rows, s.err
}

func (s *shelf) Plans(context.Context, payment.Patient, ...string) ([]payment.Plan, error) {
	return s.plans, s.err
}

func (s *shelf) StoredCards(context.Context, payment.Patient) ([]payment.StoredCard, error) {
	return s.cards, s.err
}

// send makes an attempt for a bill of its own and ends it with an outcome.
func (s *shelf) send(o payment.Outcome) string { return s.sendOf(someone, o) }

func (s *shelf) sendOf(patient payment.Patient, o payment.Outcome) string {
	s.t.Helper()
	ctx := context.Background()
	_, asOf, err := s.book.Pending(ctx, patient)
	if err != nil {
		s.t.Fatal(err)
	}
	s.made++
	number := fmt.Sprint(500 + s.made)
	a, err := s.book.CreateAttempt(ctx, ledger.Record{Patient: patient, Portal: "p", Subject: "s", AsOfSeq: asOf, Attempt: payment.Attempt{
		ID: "ABCDEFGHIJKLMNOP" + string(rune('A'+s.made)), Charge: payment.Charge{Lines: []payment.Line{{
			Bill: "claim-" + number, Kind: payment.Claim, Number: number, Amount: payment.Cents(2500), Balance: payment.Cents(2500)}}}}})
	if err == nil {
		use := ledger.CardUse{Brand: payment.Visa, Last4: "1111"}
		_, err = s.book.Claim(ctx, patient, a.ID, use)
		var repeat *ledger.DuplicateError
		if errors.As(err, &repeat) { // it is meant
			use.ConfirmDuplicateOf = repeat.Other.ID
			_, err = s.book.Claim(ctx, patient, a.ID, use)
		}
	}
	if err == nil {
		_, err = s.book.MarkSending(ctx, a.ID, ReceiptWatermark(s.rows))
	}
	if err == nil {
		_, err = s.book.Settle(ctx, a.ID, o)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return a.ID
}

func (s *shelf) get(id string) ledger.Record { return s.getOf(someone, id) }

func (s *shelf) getOf(patient payment.Patient, id string) ledger.Record {
	s.t.Helper()
	a, err := s.book.AttemptForPatient(context.Background(), patient, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// runOn lets time run from look to look until nothing is due any more.
func (s *shelf) runOn(id string) {
	s.t.Helper()
	for range 50 {
		a := s.get(id)
		if a.NextCheck.IsZero() {
			return
		}
		if a.NextCheck.After(s.now) {
			s.now = a.NextCheck
		}
		s.CheckDue(context.Background())
	}
	s.t.Fatal("looked up without end")
}

// A server that goes away with the last turn, before the last word, does not
// leave the attempt to nobody.
func TestTheLastTurnCanBeLost(t *testing.T) {
	s := newShelf(t)
	s.err = errors.New("503")
	id := s.send(payment.Outcome{State: payment.Unknown})
	books := s.Reconciler.Checks
	s.Reconciler.Checks = mute{books}
	s.now = sent.Add(24*time.Hour + time.Minute)
	if _, err := s.CheckDue(context.Background()); err == nil {
		t.Fatal("the turn came to an end")
	}
	s.Reconciler.Checks = books
	s.runOn(id)
	if a := s.get(id); !a.NeedsReview {
		t.Errorf("nobody is asked: %+v", a)
	}
}

// mute is a ledger that takes no word of a look.
type mute struct{ Checks }

func (mute) Checked(context.Context, string, bool, string) error { return errors.New("away") }

// Books that cannot be read are read again for a whole day, however often
// others have looked in between.
func TestADayOfLooks(t *testing.T) {
	s := newShelf(t)
	s.err = errors.New("503")
	id := s.send(payment.Outcome{State: payment.Unknown})
	for range 9 { // turns that were taken and lost
		a := s.get(id)
		s.now = a.NextCheck
		s.book.Check(context.Background(), a, s.now.Add(time.Second))
	}
	s.runOn(id)
	if a := s.get(id); !a.NeedsReview || s.now.Before(a.Ended.Add(24*time.Hour)) {
		t.Errorf("asked after %s: %+v", s.now.Sub(a.Ended), a)
	}
}

// A row that can be that of a payment whose number the answer had wrong is not
// taken for another's.
func TestTakenUnderAnotherNumber(t *testing.T) {
	s := newShelf(t)
	s.send(payment.Outcome{State: payment.Succeeded, Reference: "99"})
	s.rows = append(s.rows, payment.ReceiptSummary{Reference: "61234", Time: s.now, Type: "PURCHASE", Amount: payment.Cents(2500), Brand: payment.Visa, Last4: "1111"})
	id := s.send(payment.Outcome{State: payment.Unknown})
	s.rows[0].Reference = "61235" // listed after both were sent
	s.runOn(id)
	if a := s.get(id); a.State != payment.Unknown || !a.NeedsReview {
		t.Errorf("decided: %+v", a)
	}
}

// Nor is it a day later, when what was taken is no longer taken lately: what was
// found absent is looked up on, and its twin's row is still not its own.
func TestTakenUnderAnotherNumberADayAgo(t *testing.T) {
	s := newShelf(t)
	s.send(payment.Outcome{State: payment.Succeeded, Reference: "99"})
	id := s.send(payment.Outcome{State: payment.Unknown})
	ctx := context.Background()
	for range 60 {
		a := s.get(id)
		if a.NextCheck.IsZero() {
			break
		}
		if a.NextCheck.After(s.now) {
			s.now = a.NextCheck
		}
		if s.now.Sub(sent) > 24*time.Hour {
			s.rows = []payment.ReceiptSummary{{Reference: "61235", Time: sent, Type: "PURCHASE", Amount: payment.Cents(2500), Brand: payment.Visa, Last4: "1111"}}
		}
		if _, err := s.CheckDue(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if a := s.get(id); a.State != payment.NotDone {
		t.Errorf("the twin's row made it %s", a.State)
	}
}

// The books' lag is learned from looks that read them and missed the row, and
// from nothing else: an outage says nothing about them.
func TestLagIsLearnedFromTheBooksOnly(t *testing.T) {
	for _, outage := range []bool{false, true} {
		s := newShelf(t)
		id := s.send(payment.Outcome{State: payment.Unknown})
		if outage {
			s.err = errors.New("down")
		}
		ctx := context.Background()
		for range 4 { // 0 s, 15 s, 1 min, 5 min
			if n, err := s.CheckDue(ctx); n != 1 || err != nil {
				t.Fatal(n, err)
			}
			s.now = s.get(id).NextCheck
		}
		s.err = nil
		s.rows = []payment.ReceiptSummary{{Reference: "9", Time: sent, Type: "PURCHASE", Amount: payment.Cents(2500), Brand: payment.Visa, Last4: "1111"}}
		if _, err := s.CheckDue(ctx); err != nil {
			t.Fatal(err)
		}
		if a := s.get(id); a.State != payment.Succeeded {
			t.Fatalf("not found: %s", a.State)
		}
		delay, err := s.book.ListingDelay(ctx, someone.Practice)
		if err != nil || outage != (delay == 0) || !outage && delay < 5*time.Minute {
			t.Errorf("outage %t: learned %s, %v", outage, delay, err)
		}
	}
}

// A clock that is set forward proves nothing: the delay has to pass on one that
// nobody sets. A server that begins to watch later waits longer.
func TestAbsenceNeedsTimeThatPassed(t *testing.T) {
	s := newShelf(t)
	id := s.send(payment.Outcome{State: payment.Unknown})
	ctx := context.Background()
	turn := func(r *Reconciler) payment.State {
		t.Helper()
		if _, err := r.CheckDue(ctx); err != nil {
			t.Fatal(err)
		}
		return s.get(id).State
	}
	turn(s.Reconciler)
	s.now, s.stepped = s.now.Add(25*time.Hour), s.stepped+25*time.Hour
	if got := turn(s.Reconciler); got != payment.Unknown {
		t.Fatalf("the clock was set, and it is %s", got)
	}
	// Another server, which has just begun and sees that it was long ago.
	other := &Reconciler{Checks: s.book, History: s.book, Books: s, Lists: s, Now: s.Now, Elapsed: s.Elapsed, Log: s.Log}
	s.now = s.get(id).NextCheck
	if got := turn(other); got != payment.Unknown {
		t.Fatalf("another server begins, and it is %s", got)
	}
	for range 10 {
		if s.now = s.get(id).NextCheck; s.get(id).State != payment.Unknown {
			break
		}
		turn(other)
	}
	if a := s.get(id); a.State != payment.NotDone {
		t.Errorf("in the end %s", a.State)
	}
}

// What was found absent is looked for on: if the books list it after all, it is
// taken, and a person looks at it.
func TestListedAfterItWasFoundAbsent(t *testing.T) {
	for _, listed := range []bool{true, false} {
		s := newShelf(t)
		id := s.send(payment.Outcome{State: payment.Unknown})
		ctx := context.Background()
		for i := 0; i < 40 && !s.get(id).NextCheck.IsZero(); i++ {
			if a := s.get(id); a.NextCheck.After(s.now) {
				s.now = a.NextCheck
			}
			if listed && s.get(id).State == payment.NotDone && s.now.Sub(sent) > 5*time.Hour {
				s.rows = []payment.ReceiptSummary{{Reference: "9", Time: sent, Type: "PURCHASE", Amount: payment.Cents(2500), Brand: payment.Visa, Last4: "1111"}}
			}
			if _, err := s.CheckDue(ctx); err != nil {
				t.Fatal(err)
			}
		}
		a := s.get(id)
		if listed && (a.State != payment.Succeeded || !a.NeedsReview || a.Reference != "9") || !listed && (a.State != payment.NotDone || a.NeedsReview) {
			t.Errorf("listed %t: %s, asked %t", listed, a.State, a.NeedsReview)
		}
		if !listed && s.now.Sub(sent) < 24*time.Hour {
			t.Errorf("left after %s", s.now.Sub(sent))
		}
	}
}
