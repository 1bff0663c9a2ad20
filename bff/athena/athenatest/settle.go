package athenatest

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// deed is something that happens by itself at a time.
type deed struct {
	at time.Time
	do func()
}

// settle does what has come due by the clock, oldest first and each as of its
// own time: claims come back, notices are mailed, agreements and plans charge.
// It runs before each request and before the book is read. The caller holds s.mu.
func (s *Server) settle() {
	now := s.now()
	for {
		var next deed
		for _, c := range s.money.contracts {
			next = next.orSooner(s.contractDeed(c))
		}
		for _, plan := range s.money.plans {
			next = next.orSooner(s.planDeed(plan))
		}
		if next.do == nil || now.Before(next.at) {
			return
		}
		next.do()
	}
}

func (d deed) orSooner(other deed) deed {
	if d.do == nil || other.do != nil && other.at.Before(d.at) {
		return other
	}
	return d
}

// settled lets a handler see the state of now.
func (s *Server) settled(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.settle()
		s.mu.Unlock()
		h(w, r)
	}
}

// contractDeed is what a contract does next.
func (s *Server) contractDeed(c *contract) deed {
	p := s.patient(c.patient)
	switch {
	case c.over:
		return deed{}
	case c.claim == 0:
		from := c.visit
		if from.Before(c.made) { // made after the visit
			from = c.made
		}
		at := dayAt(from.AddDate(0, 0, adjudication), billingHour)
		return deed{at, func() { s.adjudicate(p, c, at) }}
	case !c.charge.IsZero():
		return deed{c.charge, func() { s.chargeContract(p, c) }}
	}
	return deed{}
}

// adjudicate lets the claim of a contract's visit come back and tells the
// patient what will be charged. Only this claim is: an agreement never touches
// what was owed before it.
func (s *Server) adjudicate(p *Patient, c *contract, at time.Time) {
	if s.money.visits == nil {
		s.money.visits = map[int]int{}
	}
	c.claim = s.money.visits[c.appointment]
	if c.claim == 0 {
		c.claim = s.unusedClaim()
		s.money.visits[c.appointment] = c.claim
		p.Claims = append(p.Claims, Claim{
			ID: c.claim, Service: c.visit, Description: "OFFICE VISIT",
			Billed: 21000, Insurance: 14500, Owed: 6500,
		})
	}
	p.claimByID(c.claim).Arranged = true
	c.charge = at.AddDate(0, 0, notice)
	s.post(c.email, c.epayment, "NOTICE")
}

// chargeContract charges what the visit's claim still needs, up to the limit.
// A decline cancels the agreement, without a connection it is tried again the
// next day (docs/upstream-api.md#singleappointment).
func (s *Server) chargeContract(p *Patient, c *contract) {
	at, claim := c.charge, p.claimByID(c.claim)
	planned := slices.ContainsFunc(s.money.plans, func(plan *plan) bool { return slices.Contains(plan.claims, c.claim) })
	amount := min(claim.Owed, c.left)
	if planned {
		amount = 0 // it is being paid already
	}
	verdict := s.automatic(c.plastic, at)
	if amount > 0 && verdict == tryAgain {
		c.charge = at.AddDate(0, 0, 1)
		return
	}
	c.charge = time.Time{}
	claim.Arranged = planned || slices.ContainsFunc(s.money.contracts, func(other *contract) bool {
		return other.claim == c.claim && !other.charge.IsZero()
	})
	c.over = c.class == singleAppointment
	switch {
	case amount == 0:
	case verdict == refused:
		c.over = true
		s.post(c.email, c.epayment, "DECLINED")
	default:
		c.left -= amount
		id := s.record(p, order{card: c.number, claims: []claimPart{{claim.ID, amount}}, at: at, contract: c}, 0)
		s.post(c.email, id, "RECEIPT")
	}
}

// verdict is what becomes of a charge that nobody waits for.
type verdict int

const (
	taken verdict = iota
	refused
	tryAgain
)

// automatic is the verdict on a card at a time. What the card does to the
// connection between the practice and its client plays no part.
func (s *Server) automatic(c plastic, at time.Time) verdict {
	switch {
	case refusal(c.number) != "", expired(atoi(c.year), atoi(c.month), at.In(s.eastern)):
		return refused
	case fates[c.number] == cutUncharged, fates[c.number] == tooMany:
		return tryAgain
	}
	return taken
}

// post mails a patient who gave an address.
func (s *Server) post(to string, epayment int, kind string) {
	if to != "" {
		s.mails = append(s.mails, Mail{strconv.Itoa(epayment), to, kind})
	}
}

// unusedClaim is a new claim's id.
func (s *Server) unusedClaim() int {
	for {
		id := s.money.next("claim")
		if !slices.ContainsFunc(s.patients, func(p Patient) bool { return p.claimByID(id) != nil }) {
			return id
		}
	}
}
