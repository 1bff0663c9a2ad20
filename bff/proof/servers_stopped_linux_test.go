package proof

import (
	"context"
	"flag"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"paypane/bff/ledger/ledgertest"
	"paypane/tier"
)

var stopped = flag.Duration("stopped", time.Minute, "how long a server is stopped in the middle of a payment")

// One of two servers is stopped in the middle of a payment, for a minute of
// real time, and goes on as if nothing had been. Meanwhile the payer, and a
// second device that does not look, go on at the other server, which finds the
// payment stale after 45 seconds and by then may prove that it was not made:
// the receipts are said to lag by 20 seconds at most here. What the stopped
// server still does must not be a second charge.
func TestServerStoppedInTheMiddle(t *testing.T) {
	tier.Deep(t)
	t.Parallel()
	marks := []string{"Claim/after", "Receipts/after", "Send/before", "Send/after", "Collect/before", "Dial/before", "Dial/after",
		"Collect/arrived", "Collect/booked", "Collect/after", "Settle/before", "Settle/after", "EmailReceipt/before"}
	// All at once, as each of them takes a minute; not all at one PostgreSQL,
	// which would have too many connections.
	var clusters []*ledgertest.Cluster
	for range len(marks)/5 + 1 {
		clusters = append(clusters, ledgertest.NewCluster(t))
	}
	together(t, len(marks), marks, func(mark string) string { return mark }, func(t *testing.T, mark string) {
		stopAt(t, mark, clusters[slices.Index(marks, mark)%len(clusters)].Database(t))
	})
}

func stopAt(t *testing.T, mark, database string) {
	st := newStage(t, 1, database)
	st.receiptDelay = 20 * time.Second
	a, b := st.server(), st.server()
	var once sync.Once
	st.booking = func(moment string) {
		if mark == "Collect/"+moment {
			once.Do(func() {
				a.pause()
				a.marks <- mark
			})
		}
	}
	if err := a.start("PAYPANE_PROOF_STOP=1", "PAYPANE_PROOF_MARK="+mark); err != nil {
		t.Fatal(err)
	}
	b.must()
	ctx, cancel := context.WithTimeout(t.Context(), *stopped+2*time.Minute)
	defer cancel()
	p := st.payer(firstOfMany, 1, a)
	p.email, p.patience = "pat@mail.example", 2*time.Second
	if err := p.arrive(ctx); err != nil {
		t.Fatal(err)
	}
	id, err := p.choose(ctx)
	if err != nil {
		t.Fatal(err)
	}
	pressed := *p
	go pressed.ask(ctx, "POST", "/pay/"+id, p.form(id)) // its answer is lost on the payer
	select {
	case reached := <-a.marks:
		if reached != mark {
			t.Fatalf("reached %s", reached)
		}
	case <-time.After(time.Minute):
		t.Fatal("the mark was not reached")
	}
	a.stands()
	first, second := st.payer(firstOfMany, 3, b), st.payer(firstOfMany, 2, b)
	first.cookie, first.email = p.cookie, p.email
	second.rash = true
	if err := second.arrive(ctx); err != nil {
		t.Fatal(err)
	}
	during, over := context.WithTimeout(ctx, *stopped)
	defer over()
	var devices sync.WaitGroup
	devices.Go(func() { first.insist(during, id) })
	devices.Go(func() { second.insist(during, "") })
	<-during.Done()
	devices.Wait()
	st.mu.Lock()
	before := len(st.charges)
	st.mu.Unlock()
	a.signal(syscall.SIGCONT)
	after, enough := context.WithTimeout(ctx, 5*time.Second)
	defer enough()
	devices.Go(func() { first.insist(after, id) })
	devices.Go(func() { second.insist(after, "") })
	devices.Wait()
	c := st.judge(a, b)
	st.mu.Lock()
	defer st.mu.Unlock()
	var states []string
	for id, moved := range st.charges {
		states = append(states, id[:4]+" sent, charged "+string(rune('0'+len(moved))))
	}
	t.Logf("%s; charges that left before it went on %d, after it %d (%s)", c, before, len(st.charges)-before, strings.Join(states, ", "))
	if c.charges != 1 {
		t.Errorf("%d charges", c.charges)
	}
}

// insist pays, and where nobody knows looks again and again, until ctx ends or
// a page says that the money was taken.
func (p *visitor) insist(ctx context.Context, id string) {
	for ctx.Err() == nil {
		if id == "" {
			if id, _ = p.choose(ctx); id == "" {
				p.rest(ctx)
				continue
			}
		}
		outcome, attempt, err := p.press(ctx, id)
		switch {
		case err != nil || outcome == "taken":
			return
		case outcome == "declined" || outcome == "not_sent":
			a, err := p.again(ctx, "POST", "/payments/"+attempt+"/again", nil)
			if err != nil {
				return
			}
			id = p.made(a)
		case outcome == "unknown":
			p.rest(ctx)
			if p.rash {
				id = ""
			}
		default:
			p.rest(ctx)
			id = ""
		}
	}
}

// rest is a moment in which people wonder what to do.
func (p *visitor) rest(ctx context.Context) {
	select {
	case <-time.After(time.Duration(300+p.rng.IntN(700)) * time.Millisecond):
	case <-ctx.Done():
	}
}
