package proof

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/tier"
	"paypane/web/payment"
)

// The cards of the simulator that matter here.
const (
	approved     = "4111111111111111"
	chargedCut   = "4000000000009011" // charged, and the answer is lost
	unchargedCut = "4000000000009029" // not charged, and the answer is lost
)

// The server is killed at every mark of a payment, is started again, and the
// payer goes on. Some marks are on a way that only an earlier death opens, so a
// case is a list of deaths.
func TestKillAtEveryMark(t *testing.T) {
	tier.Deep(t)
	t.Parallel()
	var cases [][]string // card, marks
	both := func(card, call string, before ...string) {
		for _, side := range []string{"/before", "/after"} {
			cases = append(cases, append([]string{card}, append(before, call+side)...))
		}
	}
	for _, call := range []string{"ProposeAttempt", "Claim", "Receipts", "Send", "Collect", "Dial", "Settle", "OrderMail", "EmailReceipt", "MarkEmailed", "Look", "Seen"} {
		both(approved, call)
	}
	for _, card := range []string{approved, unchargedCut} {
		cases = append(cases, []string{card, "Collect/arrived"}, []string{card, "Collect/booked"})
	}
	for _, card := range []string{chargedCut, unchargedCut} {
		for _, call := range []string{"Collect", "Settle", "Look", "Find"} {
			both(card, call)
		}
	}
	// What the next server does for what the last one left behind, and dies too.
	for _, first := range []string{"Claim/after", "Send/after", "Collect/booked"} {
		both(approved, "Recover", first)
	}
	for _, call := range []string{"Look", "Receipts", "Find"} {
		both(approved, call, "Collect/booked")
		both(approved, call, "Send/after")
	}
	both(approved, "OrderMail", "Collect/booked", "Find/after")
	// Two deaths and a look that is due later.
	both(approved, "Find", "Collect/booked", "Look/after")
	together(t, 8, cases, func(c []string) string { return strings.Join(c, " ") }, func(t *testing.T, c []string) {
		killAt(t, c[0], c[1:])
	})
}

// together runs a test for each case, so many at a time: most of them wait for
// processes, so how many processors there are says nothing.
func together[C any](t *testing.T, limit int, cases []C, name func(C) string, run func(*testing.T, C)) {
	slots := make(chan struct{}, limit)
	var all sync.WaitGroup
	for _, c := range cases {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			t.Run(name(c), func(t *testing.T) { run(t, c) })
		})
	}
	all.Wait()
}

// killAt lets a payer pay with a card, while the server dies at each of the
// marks in turn.
func killAt(t *testing.T, card string, marks []string) {
	st := newStage(t, 1, "")
	s := st.server()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var due string // the mark in the upstream that is next
	st.booking = func(moment string) {
		st.mu.Lock()
		hit := due == "Collect/"+moment
		if hit {
			due = ""
		}
		st.mu.Unlock()
		if hit {
			s.marks <- "Collect/" + moment
			s.kill()
		}
	}
	next := make(chan struct{}) // the payer may act
	go func() {
		defer close(next)
		for i, mark := range append(marks, "") {
			st.mu.Lock()
			due = ""
			if mark == "Collect/arrived" || mark == "Collect/booked" {
				due = mark
			}
			st.mu.Unlock()
			err := s.start("PAYPANE_PROOF_MARK=" + mark)
			if mark == "" {
				if err != nil {
					t.Errorf("after %v: %v", marks, err)
				}
				return
			}
			if i == 0 {
				next <- struct{}{}
			}
			st.reach(ctx, s, mark)
			if ctx.Err() != nil {
				return
			}
		}
	}()
	<-next
	p := st.payer(firstOfMany, 1, s)
	p.card, p.email = card, "pat@mail.example"
	if _, err := p.pay(ctx); err != nil {
		t.Errorf("the payer did not come to an end: %v", err)
	}
	<-next
	if ctx.Err() != nil {
		t.Fatal("a mark was never reached")
	}
	// Once it is proved that nothing was taken the payer comes back.
	if harmless(st.settle(st.open())) {
		p.card = approved
		if _, err := p.pay(ctx); err != nil {
			t.Errorf("the payer did not come to an end: %v", err)
		}
	}
	c := st.judge(s)
	t.Log(c)
	if c.charges != 1 || c.taken+c.forPerson != 1 {
		t.Errorf("the payer could not pay: %s", c)
	}
}

// harmless reports whether none of the attempts took money or may have.
func harmless(known map[string]ledger.Record) bool {
	for _, a := range known {
		if a.State != payment.Created && !a.State.Harmless() {
			return false
		}
	}
	return true
}

// reach waits until the server died at a mark. Time goes on if it is one of a
// look that is due later.
func (st *stage) reach(ctx context.Context, s *server, mark string) {
	for {
		select {
		case reached := <-s.marks:
			if reached != mark {
				st.t.Errorf("reached %s, not %s", reached, mark)
			}
			s.wait()
			return
		case <-time.After(2 * time.Second):
			st.advance(41 * time.Minute)
		case <-ctx.Done():
			st.t.Errorf("%s was never reached", mark)
			return
		}
	}
}
