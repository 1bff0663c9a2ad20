package athenatest

import (
	"strconv"
	"strings"
	"time"
)

// Movement is money that the simulator moved. The client under test cannot see
// the book, so it can judge what the client believes.
type Movement struct {
	ID      string    `json:"id"` // epaymentid, paymentbatchid or patientpaymentid
	Patient int       `json:"patient"`
	Kind    string    `json:"kind"`   // see Book
	Amount  int64     `json:"amount"` // cents; negative when the patient gets it back
	Last4   string    `json:"last4"`
	Time    time.Time `json:"time"`
	// Of Amount, what came as otheramount: to be held unapplied, or, with
	// todayservice, for today's visit. The rest is for a copay and for claims.
	Unapplied int64 `json:"unapplied,omitempty"`
	Today     int64 `json:"today,omitempty"`
}

// movement is a Movement and what the receipts need besides.
type movement struct {
	Movement
	brand   string
	visible time.Time // when the receipts begin to list it
}

// Book is every movement of money so far, in order. The kinds:
//
//	PURCHASE       a card was charged; the id is the epaymentid
//	VOID           such a charge was taken back, under the same id, negative
//	RECORDED       money taken elsewhere; the id is the paymentbatchid
//	VENDORPAYMENT  the same through a vendor; the id is the patientpaymentid
//	VENDORREFUND   a vendor gave it back; an id of its own, negative
//
// The sum of a patient's movements is what they owe less than before, the
// charges of new visits and adjustments aside.
func (s *Server) Book() []Movement {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
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
	Upcoming    []int  `json:"upcoming,omitempty"` // appointments to come
	Owed        int64  `json:"owed"`
	Credit      int64  `json:"credit,omitempty"`
	Shows       string `json:"shows"`
}

func (s *Server) shown() []shownPatient {
	rows := []shownPatient{}
	for _, p := range s.Patients() {
		upcoming := []int{}
		for _, v := range p.Upcoming {
			if !v.Cancelled {
				upcoming = append(upcoming, v.ID)
			}
		}
		rows = append(rows, shownPatient{p.ID, p.Name(), p.Department, p.Appointment, upcoming, p.Owed(), p.Unapplied, p.Shows})
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
	if !o.at.IsZero() {
		now = o.at
	}
	m := Movement{
		ID: strconv.Itoa(id), Patient: p.ID, Kind: "PURCHASE",
		Amount: o.total(), Last4: lastFour(o.card), Time: now,
		Unapplied: o.other,
	}
	if o.today {
		m.Unapplied, m.Today = 0, o.other
	}
	s.book = append(s.book, movement{
		Movement: m,
		brand:    brandOf(o.card),
		visible:  now.Add(hidden),
	})
	p.apply(o, Part{Payment: id, Time: now.In(s.eastern)})
	s.money.epayments = append(s.money.epayments, &epayment{
		id: id, patient: p.ID, kind: "PURCHASE", order: o, time: now, visible: now.Add(hidden)})
	return id
}
