package velocity

import (
	"container/heap"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"paypane/bff/ledger"
	"paypane/tier"
	"paypane/web/payment"
)

// Both are more in make card-testing.
var (
	seeds  = flag.Int("worlds", 1, "how many worlds of each strategy are simulated")
	people = flag.Int("people", 1000, "how many honest people are in each")
)

// The world of the simulation: a portal for two weeks, in which honest people pay
// and one thief tries cards. Both meet a bank that knows which cards are good.
const (
	arriveWithin = 7 * day
	lasts        = 28 * day
	// whole is how many people are in a whole world; in a smaller one a thief has so
	// much less.
	whole = 10_000
	// liveShare is how many of the stolen cards still work: 1 in 20. Lists that are
	// sold have fewer; numbers that are guessed have next to none.
	liveShare = 0.05
)

// theft is how a thief goes about it.
type theft struct {
	name     string
	cards    int           // that are presented
	every    time.Duration // between two of them
	accounts int           // that the thief has; most of such people have paid before
	networks int
	sessions bool // a new one for each card
	guesses  bool // codes of one stored card, instead of cards
}

var thefts = []theft{
	{name: "one session", cards: 10_000, every: time.Second / 5, accounts: 1, networks: 1},
	{name: "many sessions", cards: 10_000, every: 8 * time.Second, accounts: 1, networks: 50, sessions: true},
	{name: "many patients", cards: 10_000, every: 8 * time.Second, accounts: 100, networks: 50, sessions: true},
	{name: "low and slow", cards: 12_000, every: 3 * time.Minute, accounts: 20, networks: 20, sessions: true},
	{name: "code guessing", cards: 1_000, every: 10 * time.Second, accounts: 1, networks: 5, sessions: true, guesses: true},
}

// figures are what came of it.
type figures struct {
	presented, sent, authorised int // of the thief's
	honest, tries, waited       int // people who paid, their tries, and how many had to wait
	blocked                     int // people who could not pay
	longest                     time.Duration
}

// TestCardTesting plays five strategies of thieves beside ten thousand honest people.
// Of a thousand stolen cards one is authorised at most, and no honest person is kept
// from paying. make card-testing plays more worlds and prints the figures.
func TestCardTesting(t *testing.T) {
	tier.Full(t)
	for _, strategy := range thefts {
		t.Run(strategy.name, func(t *testing.T) {
			t.Parallel()
			var sum figures
			for seed := range *seeds {
				f := newScene(t, strategy, uint64(seed)).play()
				sum = figures{sum.presented + f.presented, sum.sent + f.sent, sum.authorised + f.authorised, sum.honest + f.honest,
					sum.tries + f.tries, sum.waited + f.waited, sum.blocked + f.blocked, max(sum.longest, f.longest)}
			}
			t.Logf("| %s | %d | %d | %d | %.2f | %d | %d | %s | %d |", strategy.name, sum.presented, sum.sent, sum.authorised,
				1000*float64(sum.authorised)/float64(sum.presented), sum.honest, sum.waited, sum.longest.Round(time.Minute), sum.blocked)
			if sum.authorised*1000 > sum.presented {
				t.Errorf("%d of %d stolen cards were authorised", sum.authorised, sum.presented)
			}
			if sum.blocked > 0 {
				t.Errorf("%d honest people could not pay", sum.blocked)
			}
			if sum.honest != *people**seeds {
				t.Errorf("%d honest people paid", sum.honest)
			}
			if sum.sent == 0 || sum.tries <= sum.honest {
				t.Error("nobody tried: the simulation proves nothing")
			}
		})
	}
}

// scene is a world with its clock and what is going to happen.
type scene struct {
	t      *testing.T
	dice   *rand.Rand
	now    time.Time
	end    time.Time
	guard  *Guard
	events events
	paid   map[payment.Patient][]ledger.Record
	f      figures
	serial int
}

func newScene(t *testing.T, strategy theft, seed uint64) *scene {
	s := &scene{t: t, dice: rand.New(rand.NewPCG(seed, 21)), now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), paid: map[payment.Patient][]ledger.Record{}}
	s.end = s.now.Add(lasts)
	clock := func() time.Time { return s.now }
	s.guard = New(Config{Counters: ledger.NewMemory(clock), Records: s, Limits: func(string, int) Limits { return Usual() },
		Keys: [][]byte{[]byte("a key of the simulation")}, Now: clock, Log: slog.New(slog.DiscardHandler)})
	for i := range *people {
		s.at(s.now.Add(time.Duration(s.dice.Int64N(int64(arriveWithin)))), s.honest(i))
	}
	s.at(s.now.Add(2*day), s.thief(strategy))
	return s
}

// AttemptsOf are the payments that this world has seen, or had before.
func (s *scene) AttemptsOf(_ context.Context, p payment.Patient, _ ...payment.Kind) ([]ledger.Record, error) {
	return s.paid[p], nil
}

// pays remembers a payment.
func (s *scene) pays(p payment.Patient, subject string, at time.Time) {
	s.paid[p] = append(s.paid[p], ledger.Record{Attempt: payment.Attempt{State: payment.Succeeded, Ended: at}, Portal: "harbor", Subject: subject})
}

func (s *scene) play() figures {
	for len(s.events) > 0 {
		next := heap.Pop(&s.events).(event)
		if next.at.After(s.end) {
			break
		}
		s.now = next.at
		next.act()
	}
	s.f.blocked = *people - s.f.honest
	return s.f
}

// send has a card sent, if it is let through, and answers whether it was approved, and
// if it was not sent from when on it can be.
func (s *scene) send(try Try, good bool) (approved bool, until time.Time) {
	s.serial++
	try.Attempt, try.Portal = strconv.Itoa(s.serial), "harbor"
	ticket, err := s.guard.Admit(context.Background(), try)
	if refused, ok := errors.AsType[*RefusedError](err); ok {
		if !refused.Until.After(s.now) {
			s.t.Errorf("%s until %s, which is not later than %s", refused.Limit, refused.Until, s.now)
		}
		return false, refused.Until
	}
	if err != nil {
		s.t.Fatal(err)
	}
	outcome := payment.Outcome{State: payment.Declined}
	if good {
		outcome.State = payment.Succeeded
	}
	ticket.Ended(context.Background(), outcome)
	return good, time.Time{}
}

// person is somebody honest who wants to pay for one or more people.
type person struct {
	subject  string
	patients []payment.Patient
	network  netip.Prefix
	card     *payment.Card
	spoiled  int // how often the next card is refused: mistyped, or a wrong one
	other    bool
	waited   time.Duration
	session  [32]byte
}

// honest is somebody who arrives. Seven in ten have paid before, four in ten come from
// the clinic's own network, and one in seven pays for a family. One try in eight is
// refused at first, now and then several in a row.
func (s *scene) honest(i int) func() {
	p := &person{subject: fmt.Sprintf("payer-%d", i), network: s.network(2 + s.dice.IntN(2000)), card: s.card(100 + s.dice.IntN(400))}
	if s.dice.IntN(10) < 4 {
		p.network = s.network(1)
	}
	family := 1
	if s.dice.IntN(7) == 0 {
		family = 2 + s.dice.IntN(3)
	}
	for n := range family {
		p.patients = append(p.patients, payment.Patient{Practice: 195900, ID: 10*i + n + 1})
		if s.dice.IntN(10) < 7 {
			s.pays(p.patients[n], p.subject, s.now.Add(-90*day))
		}
	}
	if s.dice.IntN(8) == 0 {
		p.spoiled = 1
		for p.spoiled < 6 && s.dice.IntN(4) == 0 {
			p.spoiled++
		}
		p.other = s.dice.IntN(3) == 0 // it was the wrong card
	}
	began := time.Time{}
	var act func()
	act = func() {
		if began.IsZero() {
			began = s.now
		}
		p.session = [32]byte{1: byte(i), 2: byte(i >> 8), 3: byte(s.serial), 4: byte(s.serial >> 8), 5: byte(s.serial >> 16)}
		for len(p.patients) > 0 {
			card := p.card
			if p.spoiled > 0 && p.other {
				card = s.card(100 + i%400)
				p.other = false
			}
			s.f.tries++
			approved, until := s.send(Try{Subject: p.subject, Session: p.session, Patient: p.patients[0], Card: card, Network: p.network}, p.spoiled == 0)
			switch {
			case approved:
				s.pays(p.patients[0], p.subject, s.now)
				p.patients = p.patients[1:]
				continue
			case until.IsZero():
				p.spoiled--
				s.at(s.now.Add(time.Minute), act)
			default:
				if p.waited == 0 {
					s.f.waited++
				}
				p.waited = until.Sub(began)
				s.at(until.Add(time.Duration(1+s.dice.IntN(120))*time.Minute), act)
			}
			return
		}
		s.f.honest++
		s.f.longest = max(s.f.longest, p.waited)
	}
	return act
}

// thief presents one card after the other, from one account after the other.
func (s *scene) thief(strategy theft) func() {
	cards := strategy.cards * *people / whole
	accounts := max(1, strategy.accounts**people/whole)
	if strategy.guesses {
		cards = strategy.cards
	}
	presented := 0
	patient := func(account int) payment.Patient { return payment.Patient{Practice: 195900, ID: 1_000_000 + account} }
	subject := func(account int) string { return fmt.Sprintf("stolen-%d", account) }
	for account := range accounts {
		if s.dice.IntN(10) < 7 {
			s.pays(patient(account), subject(account), s.now.Add(-90*day))
		}
	}
	var act func()
	act = func() {
		if presented == cards {
			return
		}
		account := presented % accounts
		try := Try{Subject: subject(account), Patient: patient(account), Network: s.network(5000 + s.dice.IntN(strategy.networks)), Session: [32]byte{9, byte(account)}}
		if strategy.sessions {
			try.Session = [32]byte{9, 1: byte(presented), 2: byte(presented >> 8)}
		}
		good := s.dice.Float64() < liveShare
		if strategy.guesses {
			try.Stored, good = "61234", presented == 500 // nobody knows which of a thousand it is
		} else {
			try.Card = s.card(s.dice.IntN(20))
		}
		approved, until := s.send(try, good)
		if until.IsZero() {
			s.f.sent++
		}
		if approved {
			s.f.authorised++
			s.pays(try.Patient, try.Subject, s.now)
		}
		presented++
		s.f.presented++
		s.at(s.now.Add(strategy.every), act)
	}
	return act
}

// network is one of a number.
func (s *scene) network(n int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n >> 8), byte(n), 0}), 24)
}

// card is a new one of a bank.
func (s *scene) card(bank int) *payment.Card {
	s.serial++
	number := []byte(fmt.Sprintf("4%07d%07d0", bank, s.serial%10_000_000))
	for number[15] = '0'; !payment.Luhn(number); number[15]++ {
	}
	card, problems := payment.ReadCard(payment.CardForm{Number: number, Expiry: []byte("12/40"), Name: []byte("Ada Byron"), Code: []byte("123"),
		Address: []byte("1 Main Street"), ZIP: []byte("02110")}, []payment.Brand{payment.Visa}, s.now)
	if len(problems) > 0 {
		s.t.Fatal(problems)
	}
	return card
}

// at has something happen.
func (s *scene) at(when time.Time, act func()) {
	s.serial++
	heap.Push(&s.events, event{when, s.serial, act})
}

// event happens at its time; those of one moment in the order in which they were planned.
type event struct {
	at    time.Time
	order int
	act   func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at.Before(e[j].at) || e[i].at.Equal(e[j].at) && e[i].order < e[j].order
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}
