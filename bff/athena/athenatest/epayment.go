package athenatest

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// epayment is a row of the receipts: a charge, or a card that was shown to
// the processor for no money at all.
type epayment struct {
	id, patient   int
	kind          string // PURCHASE, VOIDPURCHASE, AUTHORIZATION
	order         order
	time, visible time.Time // when it was made, when receipts begin to list it
}

// epayment is the patient's with an id, or nil where the receipts have none.
// The caller holds s.mu.
func (s *Server) epayment(p *Patient, id int) *epayment {
	i := slices.IndexFunc(s.money.epayments, func(e *epayment) bool {
		return e.id == id && e.patient == p.ID && !s.now().Before(e.visible)
	})
	if i < 0 {
		return nil
	}
	return s.money.epayments[i]
}

// show books a row that moves no money and returns its id.
func (s *Server) show(p *Patient, kind, card string, under *contract) int {
	now := s.now()
	e := &epayment{id: s.nextID(), patient: p.ID, kind: kind, order: order{card: card, contract: under}, time: now, visible: now}
	s.money.epayments = append(s.money.epayments, e)
	return e.id
}

func lastFour(card string) string { return card[len(card)-4:] }

// receiptRow is a row of GET receipts (docs/upstream-api.md#receipts,
// recorded).
func (s *Server) receiptRow(e *epayment) map[string]any {
	brand := brandOf(e.order.card)
	row := map[string]any{
		"epaymentid": strconv.Itoa(e.id), "requestdate": e.time.In(s.eastern).Format("01/02/2006 15:04:05"),
		"type": e.kind, "amount": oracle(e.order.total()), "cardnumberlast4digits": lastFour(e.order.card),
		"cardtypeabbreviation": brand, "cardtypename": brandNames[brand],
	}
	switch c := e.order.contract; {
	case c == nil:
	case e.kind == "AUTHORIZATION":
		row["epaymentcontractmaxamount"], row["epaymentcontractbalance"] = oracle(c.limit), oracle(c.left)
	default:
		row["contractid"] = strconv.Itoa(c.id)
	}
	return row
}

// settles is when a payment is settled and can no longer be voided: the next
// 8 p.m. in the East (docs/upstream-api.md#settlement).
func (s *Server) settles(e *epayment) time.Time {
	made := e.time.In(s.eastern)
	evening := dayAt(made, 20)
	if !made.Before(evening) {
		evening = dayAt(made.AddDate(0, 0, 1), 20)
	}
	return evening
}

// voidPayment answers POST /patients/{id}/voidpayment/{epaymentid}
// (docs/upstream-api.md#voidpayment). It needs no body and reads none. The
// texts of its refusals are not known.
func (s *Server) voidPayment(w http.ResponseWriter, r *http.Request) {
	s.forPatient(w, r, func(p *Patient) {
		id, ok := pathID(w, r, "epayment")
		if !ok {
			return
		}
		e := s.epayment(p, id)
		switch {
		case e == nil: // another patient's is none of this one's
			noSuch(w)
		case e.kind == "VOIDPURCHASE":
			broken(w, "This payment has already been voided.")
		case e.order.total() == 0:
			broken(w, "There is no payment to void.")
		case !s.now().Before(s.settles(e)):
			broken(w, "This payment has already been settled and cannot be voided.")
		default:
			s.void(p, e)
			s.done(w)
		}
	})
}

// void takes a payment back: its receipt row changes its type, the balances
// are as before, and no claim shows it any more
// (docs/upstream-api.md#voidpayment, recorded).
func (s *Server) void(p *Patient, e *epayment) {
	e.kind = "VOIDPURCHASE"
	p.unapply(e.order)
	for i := range p.Claims {
		c := &p.Claims[i]
		c.Paid = slices.DeleteFunc(c.Paid, func(part Part) bool { return part.Payment == e.id })
	}
	if e.order.contract != nil {
		e.order.contract.left += e.order.total()
	}
	s.book = append(s.book, movement{
		Movement: Movement{ID: strconv.Itoa(e.id), Patient: p.ID, Kind: "VOID", Amount: -e.order.total(), Last4: lastFour(e.order.card), Time: s.now()},
		brand:    brandOf(e.order.card), visible: s.now(),
	})
}
