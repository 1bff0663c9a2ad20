package proof_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"paypane/bff/athena/athenatest"
	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// scenario is one history from one seed.
type scenario struct {
	seed      uint64
	baton     sync.Mutex
	used      int // streams
	start     time.Time
	raw       *ledger.Ledger
	books     Ledger // the same, or with a bug in front
	delay     time.Duration
	houses    []*house
	closing   bool // the payers are done
	changed   bool // the ledger, since next was found
	next      time.Time
	idle      []chan func() // goroutines without work
	mu        sync.Mutex    // of idle
	blackout  bool          // receipts could not be read for long
	drifted   map[int]bool  // patients of whom a list was in a form that is not recorded
	hurdles   []hurdle
	passed    [places][2]int
	mails     map[string]int
	seqs      map[int64]bool
	attempts  map[int]*record // by the stream that sends them
	records   []*record
	offers    []offer
	consents  []offer   // to agree; bill is the target
	nextLook  time.Time // for what lasts
	reassured []reassured
	slips     []slip
	// what came of it
	features    [features]bool
	convictions []string
	tracing     bool
	lines       []string
	*upstream
	sim    *athenatest.Server // in its place, or nil
	sentAt map[time.Time]*record
}

// setup is what can be otherwise than usual: the upstream, or a bug.
type setup struct {
	ledger   func(*scenario, Ledger) Ledger
	upstream func(*upstream)
	delay    time.Duration
	stop     time.Duration // for how long servers that are stopped are; 0: as the seed says
	athena   bool          // the real client and athenatest
}

// stream begins a new stream.
func (s *scenario) stream() *stream {
	s.used++
	return &stream{number: s.used, baton: &s.baton, state: s.seed*0x9e3779b97f4a7c15 + uint64(s.used)*0xd1b54a32d192ed03}
}

// sender is the stream of an attempt that goes its own way.
func (s *scenario) sender(id string) *stream {
	d := s.stream()
	s.attempts[d.number] = s.record(id)
	return d
}

func (s *scenario) nextID() string {
	name := strings.NewReplacer("0", "a", "1", "b", "8", "c", "9", "d").Replace(strconv.Itoa(len(s.records)))
	return "SIMULATEDATTEMPT" + name
}

func (s *scenario) trace(what string, detail func() string) {
	if s.tracing {
		s.lines = append(s.lines, fmt.Sprintf("%16s  %-11s %s", time.Since(s.start), what, detail()))
	}
}

// play runs a scenario in a bubble of virtual time.
func play(t *testing.T, seed uint64, open func() *ledger.Ledger, b setup, tracing bool) *scenario {
	s := &scenario{seed: seed, tracing: tracing, delay: receiptDelay,
		mails: map[string]int{}, seqs: map[int64]bool{}, drifted: map[int]bool{}, attempts: map[int]*record{}}
	synctest.Test(t, func(*testing.T) {
		s.raw = open()
		s.run(b)
		s.raw.Close()
	})
	return s
}

func (s *scenario) run(b setup) {
	s.start = time.Now()
	d := &stream{state: s.seed, baton: &s.baton}
	d.roll()
	s.upstream = s.world(d)
	if b.athena {
		s.simulator()
	}
	s.books = s.raw
	if b.ledger != nil {
		s.books = b.ledger(s, s.raw)
	}
	if b.upstream != nil {
		b.upstream(s.upstream)
	}
	if b.delay != 0 {
		s.delay = b.delay
	}
	s.hurdles = drawHurdles(d)
	for i := range s.hurdles {
		if s.hurdles[i].pause > 0 && b.stop > 0 {
			s.hurdles[i].pause = b.stop
		}
	}
	kept := make(chan struct{})
	servers := one(d, 1, 1, 1, 2, 2)
	for i := range servers {
		h := &house{s: s, number: i}
		s.houses = append(s.houses, h)
		own := s.stream()
		go func() {
			own.sleep(0)
			h.keep(own)
			kept <- struct{}{}
		}()
	}
	left := make(chan struct{})
	payers := s.payers(d)
	for _, p := range payers {
		go func() {
			p.live()
			left <- struct{}{}
		}()
	}
	if s.sim == nil {
		s.staff(d)
	}
	clerks := s.clerks(d)
	for _, k := range clerks {
		go func() {
			k.live()
			left <- struct{}{}
		}()
	}
	for range len(payers) + len(clerks) {
		<-left
	}
	d.sleep(time.Second)
	s.closing = true
	d.pass()
	for range servers {
		<-kept
	}
	d.sleep(time.Second)
	s.settle(d)
	s.finishTasks(d)
	s.days(d, payers)
	s.finishTasks(d)
	d.sleep(d.between(26*time.Hour, 30*time.Hour))
	if d.percent(10) {
		s.visitLater(d, payers)
	}
	s.judge()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, work := range s.idle {
		close(work)
	}
}

// spawn runs what may be ended by a crash in a goroutine of its own. One that
// came to its end is used again: to grow a stack takes longer than a request.
func (s *scenario) spawn(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.idle); n > 0 {
		s.idle[n-1] <- do
		s.idle = s.idle[:n-1]
		return
	}
	work := make(chan func(), 1)
	work <- do
	go func() {
		for do := range work {
			do()
			s.mu.Lock()
			s.idle = append(s.idle, work)
			s.mu.Unlock()
		}
	}()
}

// due is when the servers have something to do next; zero: never.
func (s *scenario) due() time.Time {
	if s.changed {
		s.next, s.changed = s.soonest(), false
	}
	return s.next
}

func (s *scenario) soonest() (next time.Time) {
	s.nextLook = time.Time{}
	for _, r := range s.records {
		a, err := s.raw.AttemptForPatient(context.Background(), r.patient, r.id)
		if err != nil {
			s.convict("read attempt %s: %v", r.name(), err)
			continue
		}
		at := a.NextCheck
		switch {
		case lasts(a):
			if !at.IsZero() && (s.nextLook.IsZero() || at.Before(s.nextLook)) {
				s.nextLook = at
			}
			at = time.Time{}
		case a.State == payment.Claimed || a.State == payment.Sending:
			at = a.Sent.Add(45*time.Second + time.Millisecond)
		case a.Mail == ledger.MailDue:
			at = time.Now()
		}
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// settle lets time run on, and the servers tend, until nothing is due. A server
// tends every second; turns in which nothing is due do nothing and are left out.
func (s *scenario) settle(d *stream) {
	for turns := 0; ; turns++ {
		next, step := s.due(), s.step()
		if next.IsZero() {
			return
		}
		if !step.IsZero() && step.Before(next) {
			if span := time.Until(step); span > 0 {
				d.sleep(span + d.between(time.Millisecond, time.Second))
			}
			s.takeStep(d)
			continue
		}
		if turns > 300 {
			s.convict("things are due without end")
			return
		}
		d.sleep(time.Until(next) + d.between(time.Millisecond, time.Second))
		s.turn(d, one(d, s.houses...))
	}
}

func (s *scenario) turn(d *stream, h *house) {
	if h.process != nil && h.process.dead {
		h.process = nil
		s.met(restarted)
		d.sleep(d.between(time.Second, 2*time.Minute))
	}
	if h.process == nil {
		// A server that is up has its first turn within a second, and begins to watch
		// what is unknown.
		if h.start(d); h.process != nil && !h.process.dead {
			h.tend(h.process, d)
		}
		return
	}
	other := s.houses[len(s.houses)-1-h.number]
	if other == h || other.process == nil || !d.percent(40) || s.used > most-10 {
		h.tend(h.process, d)
		return
	}
	side, done := s.stream(), make(chan struct{})
	go func() {
		side.sleep(0)
		other.tend(other.process, side)
		close(done)
	}()
	h.tend(h.process, d)
	<-done
	d.sleep(time.Microsecond)
}

// visitLater is a day later: everybody looks again at everything.
func (s *scenario) visitLater(d *stream, payers []*payer) {
	for _, h := range s.houses {
		for tries := 0; h.process == nil || h.process.dead; tries++ {
			if tries > 20 {
				s.convict("a server does not start any more")
				return
			}
			h.start(d)
		}
	}
	if s.used > most-60 {
		return
	}
	s.met(visitedLater)
	for _, p := range payers {
		p.d.sleep(time.Second)
		p.launch()
		for _, r := range s.records {
			if r.patient.ID == p.patient && s.used < most-10 {
				p.open("GET", web.PathResult+r.id, "")
			}
		}
	}
	d.sleep(time.Second)
}
