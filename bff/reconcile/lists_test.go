package reconcile

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// lose sends an attempt of which the answer is lost.
func (s *shelf) lose(a payment.Attempt, before string) string {
	s.t.Helper()
	s.begin(a, before)
	if _, err := s.book.Settle(context.Background(), a.ID, payment.Outcome{State: payment.Unknown}); err != nil {
		s.t.Fatal(err)
	}
	return a.ID
}

// begin sends an attempt of which there is no answer yet.
func (s *shelf) begin(a payment.Attempt, before string) {
	s.t.Helper()
	ctx := context.Background()
	_, asOf, err := s.book.Pending(ctx, someone)
	if err == nil {
		_, err = s.book.CreateAttempt(ctx, ledger.Record{Patient: someone, Portal: "p", Subject: "s", AsOfSeq: asOf, Attempt: a})
	}
	if err == nil {
		_, err = s.book.Claim(ctx, someone, a.ID, ledger.CardUse{Brand: payment.Visa, Last4: "1111"})
	}
	if err == nil {
		_, err = s.book.MarkSending(ctx, a.ID, before)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) losePlan() string {
	return s.lose(payment.Attempt{ID: "PLANPLANPLANPLAN", Kind: payment.KindPlan, Terms: payment.Terms{Cycle: payment.Cents(2500), Start: "2026-12-01"},
		Charge: payment.Charge{Lines: []payment.Line{{Bill: "claim-501", Kind: payment.Claim, Number: "501", Amount: payment.Cents(9900), Balance: payment.Cents(9900)}}}}, "0")
}

func (s *shelf) loseCard(id, before string) string {
	return s.lose(payment.Attempt{ID: id, Kind: payment.KindStoreCard, Target: "card-" + id[:4]}, before)
}

// told is what the record says that the reconciler did last.
func (s *shelf) told(id string) string {
	s.t.Helper()
	events, err := s.book.Events(context.Background(), id)
	if err != nil || len(events) == 0 {
		s.t.Fatal(events, err)
	}
	last := events[len(events)-1]
	return last.What + ": " + last.Evidence
}

// A plan whose answer was lost is found in the list of plans, or proved not to be
// in it, or handed to a person, and receipts do not come into it.
func TestLostPlanIsLookedUp(t *testing.T) {
	theirs := payment.Plan{ID: "77", Cycle: payment.Cents(2500), Start: "2026-12-01", Claims: []string{"501"}}
	part := theirs
	part.Cycle = payment.Cents(100)
	for _, row := range []struct {
		name  string
		plans []payment.Plan
		state payment.State
		asked bool
		told  string
		after time.Duration
	}{
		{"made", []payment.Plan{theirs}, payment.Succeeded, false, "found: plan 77. look 1: 1 payment plans", 0},
		{"not made", nil, payment.NotDone, false, "absent: look ", late},
		{"another", []payment.Plan{part}, payment.Unknown, true, "asked: asked.plan.unclear", late},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newShelf(t)
			s.rows = []payment.ReceiptSummary{{Reference: "9", Time: sent, Type: "PURCHASE", Amount: payment.Cents(9900), Brand: payment.Visa, Last4: "1111"}}
			id := s.losePlan()
			s.plans = row.plans
			for s.get(id).State == payment.Unknown && !s.get(id).NeedsReview {
				s.now = s.get(id).NextCheck
				if n, err := s.CheckDue(context.Background()); n != 1 || err != nil {
					t.Fatal(n, err)
				}
			}
			a := s.get(id)
			if a.State != row.state || a.NeedsReview != row.asked || a.Reference != "" || !strings.HasPrefix(s.told(id), row.told) || s.now.Sub(sent) != row.after {
				t.Errorf("after %s: %+v, %s", s.now.Sub(sent), a, s.told(id))
			}
			// Its bills are free again only where it was proved not to be made.
			pending, _, err := s.book.Pending(context.Background(), someone)
			if err != nil || (len(pending) == 0) != (row.state == payment.NotDone) {
				t.Errorf("spent %+v, %v", pending, err)
			}
		})
	}
}

// What was found absent is looked up on, and a plan that is listed after all
// counts and is looked at by a person.
func TestPlanListedAfterItWasFoundAbsent(t *testing.T) {
	s := newShelf(t)
	id := s.losePlan()
	for i := 0; i < 40 && !s.get(id).NextCheck.IsZero(); i++ {
		if a := s.get(id); a.NextCheck.After(s.now) {
			s.now = a.NextCheck
		}
		if s.get(id).State == payment.NotDone && s.now.Sub(sent) > 5*time.Hour {
			s.plans = []payment.Plan{{ID: "77", Cycle: payment.Cents(2500), Start: "2026-12-01", Claims: []string{"501"}}}
		}
		if _, err := s.CheckDue(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if a := s.get(id); a.State != payment.Succeeded || !a.NeedsReview {
		t.Errorf("%+v", a)
	}
}

// A list that cannot be read for a day is said to have been that list.
func TestListsThatCannotBeRead(t *testing.T) {
	for _, lose := range []func(*shelf) (id, list string){
		func(s *shelf) (string, string) { return s.losePlan(), "payment plans" },
		func(s *shelf) (string, string) { return s.loseCard("CARDCARDCARDCARD", "0"), "stored cards" },
	} {
		s := newShelf(t)
		id, list := lose(s)
		s.err = errors.New("503")
		s.runOn(id)
		if a := s.get(id); a.State != payment.Unknown || !strings.Contains(reasonText(a.Reason), "The "+list+" could not tell within a day") {
			t.Errorf("%+v", a)
		}
	}
}

// A card whose answer was lost is found in the list of cards. Of two that may both
// have stored it neither has it, until the other cannot have.
func TestLostCardIsLookedUp(t *testing.T) {
	ctx := context.Background()
	card := payment.StoredCard{ID: "9001", Brand: payment.Visa, Last4: "1111"}
	s := newShelf(t)
	first := s.loseCard("CARDCARDCARDCARD", "9000")
	s.cards = []payment.StoredCard{card}
	if _, err := s.CheckDue(ctx); err != nil {
		t.Fatal(err)
	}
	if a := s.get(first); a.State != payment.Succeeded || a.Reference != "" || !strings.HasPrefix(s.told(first), "found: stored card 9001. look 1: 1 stored cards") {
		t.Errorf("%+v, %s", a, s.told(first))
	}
	// Seconds later the list may not have had it yet, so it can be either's. Hours
	// later it had it, and what comes then is not the first one's.
	for _, row := range []struct {
		id     string
		after  time.Duration
		before string
		stored []payment.StoredCard
		state  payment.State
	}{
		{"CARDSOONSOONSOON", time.Second, "9000", nil, payment.Unknown},
		{"CARDLATELATELATE", 24 * time.Hour, "9001", []payment.StoredCard{{ID: "9002", Brand: payment.Visa, Last4: "1111"}}, payment.Succeeded},
	} {
		s.now = s.now.Add(row.after)
		s.cards = append(s.cards, row.stored...)
		id := s.lose(payment.Attempt{ID: row.id, Kind: payment.KindStoreCard, Target: "card-" + row.id}, row.before)
		if _, err := s.CheckDue(ctx); err != nil {
			t.Fatal(err)
		}
		if a := s.get(id); a.State != row.state {
			t.Errorf("%s after: %s", row.after, a.State)
		}
		s.runOn(id)
		if a := s.get(id); a.State != row.state || a.NeedsReview != (row.state == payment.Unknown) {
			t.Errorf("%s after, in the end: %+v", row.after, a)
		}
		if err := s.decide(id); err != nil {
			t.Fatal(err)
		}
	}
	s.cards = nil
	gone := s.loseCard("GONEGONEGONEGONE", "0")
	s.runOn(gone)
	if a := s.get(gone); a.State != payment.NotDone {
		t.Errorf("%+v", a)
	}
}

// A card is nobody's for certain while another attempt is under way that may have
// stored it, or where it is not known which cards were there before.
func TestCompetingOfALostCard(t *testing.T) {
	rival := payment.Attempt{ID: "RIVALRIVALRIVALR", Kind: payment.KindStoreCard, Target: "card-RIVAL"}
	for name, row := range map[string]struct {
		before string
		begin  func(*shelf)
	}{
		"sending": {"0", func(s *shelf) { s.begin(rival, "0") }},
		"stored the day before, and the cards before are not known": {"", func(s *shelf) {
			s.begin(rival, "0")
			if _, err := s.book.Settle(context.Background(), rival.ID, payment.Outcome{State: payment.Succeeded}); err != nil {
				t.Fatal(err)
			}
			s.now = s.now.Add(24 * time.Hour)
		}},
	} {
		s := newShelf(t)
		row.begin(s)
		s.cards = []payment.StoredCard{{ID: "9001", Brand: payment.Visa, Last4: "1111"}}
		id := s.loseCard("CARDCARDCARDCARD", row.before)
		s.runOn(id)
		if a := s.get(id); a.State != payment.Unknown || !a.NeedsReview {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// Where it is not known what was listed before, it may be that the write-ahead record was lost:
// then absence is reckoned from when nothing could be sent any more.
func TestAbsenceOfWhatMayHaveBeenSentLater(t *testing.T) {
	for before, from := range map[string]time.Duration{"0": 0, "": time.Hour} {
		s := newShelf(t)
		a := payment.Attempt{ID: "CARDCARDCARDCARD", Kind: payment.KindStoreCard, Target: "card-1"}
		s.begin(a, before)
		s.now = s.now.Add(time.Hour)
		if _, err := s.book.Settle(context.Background(), a.ID, payment.Outcome{State: payment.Unknown}); err != nil {
			t.Fatal(err)
		}
		v := DecideCard(cardQuery(s.get(a.ID)), CardEvidence{Read: sent.Add(from + late - 1)}, Bounds{})
		if v.Verdict != TooEarly || !v.Until.Equal(sent.Add(from+late)) {
			t.Errorf("before %q: %+v", before, v)
		}
	}
}

// decide has a person say that a card was not stored, where that is asked.
func (s *shelf) decide(id string) error {
	if !s.get(id).NeedsReview {
		return nil
	}
	_, _, err := s.book.Decide(context.Background(), id, ledger.Decision{By: "p/eve", Reason: "looked", State: payment.NotDone}, payment.Amount{})
	return err
}
