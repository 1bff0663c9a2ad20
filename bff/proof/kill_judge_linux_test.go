package proof

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/ledger"
	"paypane/web/payment"
)

// account is what came of a stage.
type account struct {
	attempts, charges                           int
	taken, declined, notSent, absent, forPerson int
	double, lost, false_                        []string
}

func (c account) String() string {
	return fmt.Sprintf("attempts %d, charges in the book %d: taken %d, declined %d, not sent %d, absent %d, handed to a person %d; double %d, lost %d, false pages %d",
		c.attempts, c.charges, c.taken, c.declined, c.notSent, c.absent, c.forPerson, len(c.double), len(c.lost), len(c.false_))
}

// known are the attempts as the ledger has them, by id: those that payers had,
// and those that the upstream saw.
func (st *stage) known(book *ledger.Ledger) map[string]ledger.Record {
	st.t.Helper()
	st.mu.Lock()
	ids := map[string]int{}
	for id, patient := range st.attempts {
		ids[id] = patient
	}
	for id, moved := range st.charges {
		for _, m := range moved {
			ids[id] = m.Patient
		}
	}
	st.mu.Unlock()
	known := map[string]ledger.Record{}
	for id, patient := range ids {
		a, err := book.AttemptForPatient(context.Background(), patientOf(patient), id)
		if err != nil {
			st.t.Fatalf("attempt %s of patient %d: %v", id, patient, err)
		}
		known[id] = a
	}
	return known
}

// unfinished reports whether the server still has something to do for an attempt.
func unfinished(a ledger.Record) bool {
	return a.State == payment.Claimed || a.State == payment.Sending || a.State == payment.Unknown && !a.NeedsReview ||
		a.State == payment.Succeeded && a.Mail == ledger.MailDue
}

// settle lets the servers bring everything to an end: where nothing moves by
// itself the time is advanced, up to the last look after a day.
func (st *stage) settle(book *ledger.Ledger) map[string]ledger.Record {
	st.t.Helper()
	steps := []time.Duration{50 * time.Minute, time.Hour, 5 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour}
	last, moved := -1, time.Now()
	for range time.Tick(100 * time.Millisecond) {
		known := st.known(book)
		left := 0
		for _, a := range known {
			if unfinished(a) {
				left++
			}
		}
		switch {
		case left == 0:
			return known
		case left != last:
			last, moved = left, time.Now()
		case time.Since(moved) > 2*time.Second && len(steps) > 0: // tending comes every second
			st.advance(steps[0])
			steps, moved = steps[1:], time.Now()
		case time.Since(moved) > 20*time.Second:
			for _, a := range known {
				if unfinished(a) {
					st.t.Errorf("attempt %s never comes to an end: %+v", a.ID, a)
				}
			}
			return known
		}
	}
	panic("unreachable")
}

// judge settles everything, has the payers look at all their payments once
// more, and compares ledger, pages and the simulator's book. Every patient
// wanted to pay once.
func (st *stage) judge(servers ...*server) account {
	st.t.Helper()
	book := st.open()
	known := st.settle(book)
	st.look(known, servers)
	st.mu.Lock()
	defer st.mu.Unlock()
	c := account{attempts: len(known), false_: st.false_}
	paid := map[int]int{}
	holder := map[string]ledger.Record{}
	for _, a := range known {
		if a.Reference != "" {
			holder[a.Reference] = a
		}
	}
	movements := map[string]athenatest.Movement{}
	for _, m := range st.sim.Book() {
		c.charges++
		movements[m.ID] = m
		if paid[m.Patient]++; paid[m.Patient] > 1 {
			c.double = append(c.double, fmt.Sprintf("patient %d paid %d times: %+v", m.Patient, paid[m.Patient], m))
		}
	}
	for id, moved := range st.charges {
		a := known[id]
		if len(moved) > 1 {
			c.double = append(c.double, fmt.Sprintf("attempt %s was charged %d times", id, len(moved)))
		}
		for _, m := range moved {
			right := a.State == payment.Succeeded && a.Reference == m.ID && cents(a) == m.Amount
			if !right && !a.NeedsReview {
				c.lost = append(c.lost, fmt.Sprintf("payment %s of patient %d, attempt %s: the ledger has %s %q %q", m.ID, m.Patient, id, a.State, a.Reference, a.Reason))
			}
		}
	}
	for id, a := range known {
		moved := st.charges[id]
		switch a.State {
		case payment.Succeeded:
			c.taken++
			if m, ok := movements[a.Reference]; !ok || m.Patient != a.Patient.ID || holder[a.Reference].ID != a.ID || len(moved) == 0 {
				c.false_ = append(c.false_, fmt.Sprintf("the ledger has attempt %s as taken, payment %q, and the book does not", id, a.Reference))
			}
		case payment.Declined:
			c.declined++
		case payment.NotSent:
			c.notSent++
		case payment.NotDone:
			c.absent++
		case payment.Unknown:
			c.forPerson++
		}
	}
	for _, p := range st.pages {
		harmless := p.outcome == "declined" || p.outcome == "not_sent"
		if p.attempt != "" && (harmless || p.none) && len(st.charges[p.attempt]) > 0 {
			c.false_ = append(c.false_, fmt.Sprintf("a page said %s of attempt %s, which took money", p.outcome, p.attempt))
		}
	}
	mails := map[string]int{}
	for _, m := range st.sim.Mails() {
		if mails[m.Payment]++; mails[m.Payment] > 1 {
			c.false_ = append(c.false_, "two receipts were mailed for payment "+m.Payment)
		}
	}
	slices.Sort(c.double)
	for what, list := range map[string][]string{"charged twice": c.double, "lost": c.lost, "false": c.false_} {
		if len(list) > 0 {
			st.t.Errorf("%s:\n%s", what, strings.Join(list, "\n"))
		}
	}
	return c
}

// look opens the page of every attempt at every server and compares it with the
// ledger: all servers end with the same truth.
func (st *stage) look(known map[string]ledger.Record, servers []*server) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	visits := map[int]*visitor{}
	for id, a := range known {
		if a.State == payment.Created {
			continue
		}
		p := visits[a.Patient.ID]
		if p == nil {
			p = st.payer(a.Patient.ID, 1, servers...)
			if err := p.arrive(ctx); err != nil {
				st.t.Errorf("look again: %v", err)
				return
			}
			visits[a.Patient.ID] = p
		}
		for _, s := range servers {
			p.servers = []*server{s}
			shown, err := p.again(ctx, "GET", "/payments/"+id, nil)
			if err != nil || shown.outcome() != a.State.Shown() {
				st.t.Errorf("the page of attempt %s, which is %s: %d %q %v", id, a.State, shown.status, shown.outcome(), err)
			}
		}
	}
}

func cents(a ledger.Record) int64 {
	n := int64(0)
	for _, c := range a.Total().String() {
		if c != '.' {
			n = n*10 + int64(c-'0')
		}
	}
	return n
}
