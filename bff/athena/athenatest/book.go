package athenatest

import (
	"strconv"
	"strings"
	"time"
)

// Movement is money that the simulator moved. The client under test cannot see
// the book, so it can judge what the client believes.
type Movement struct {
	ID      string    `json:"id"` // epaymentid
	Patient int       `json:"patient"`
	Kind    string    `json:"kind"`   // "PURCHASE"
	Amount  int64     `json:"amount"` // cents
	Last4   string    `json:"last4"`
	Time    time.Time `json:"time"`
}

// movement is a Movement and what the receipts need besides.
type movement struct {
	Movement
	brand   string
	visible time.Time // when the receipts begin to list it
}

// Book is every movement of money so far, in order.
func (s *Server) Book() []Movement {
	s.mu.Lock()
	defer s.mu.Unlock()
	book := make([]Movement, len(s.book))
	for i, m := range s.book {
		book[i] = m.Movement
	}
	return book
}

// shownPatient is a row of GET /sim/patients. Amounts are cents.
type shownPatient struct {
	ID          int    `json:"id"`
	Name        string `json:"name"`
	Department  int    `json:"department"`
	Appointment int    `json:"appointment,omitempty"`
	Owed        int64  `json:"owed"`
	Credit      int64  `json:"credit,omitempty"`
	Shows       string `json:"shows"`
}

func (s *Server) shown() []shownPatient {
	rows := []shownPatient{}
	for _, p := range s.Patients() {
		rows = append(rows, shownPatient{p.ID, p.Name(), p.Department, p.Appointment, p.Owed(), p.Unapplied, p.Shows})
	}
	return rows
}

// Name is the patient's name as people say it.
func (p Patient) Name() string {
	given := p.Preferred
	if given == "" {
		given = p.Given
	}
	return strings.TrimSpace(given + " " + p.Family)
}

// record books a charge of a patient. The caller holds s.mu.
func (s *Server) record(p *Patient, o order, hidden time.Duration) int {
	id, now := s.nextID(), s.now()
	s.book = append(s.book, movement{
		Movement: Movement{
			ID: strconv.Itoa(id), Patient: p.ID, Kind: "PURCHASE",
			Amount: o.total(), Last4: o.card[len(o.card)-4:], Time: now,
		},
		brand:   brandOf(o.card),
		visible: now.Add(hidden),
	})
	p.Copay -= o.copay
	p.Unapplied += o.other
	for _, line := range o.claims {
		c := p.claimByID(line.claim)
		c.Owed -= line.cents
		c.Paid = append(c.Paid, Part{id, line.cents, now.In(s.eastern)})
	}
	return id
}
