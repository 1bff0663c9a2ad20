package athenatest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Mail is an e-mail to a patient.
type Mail struct {
	Payment string // epaymentid: of the payment, or of the authorization it is about
	To      string
	// Kind is "" for a receipt that was ordered. Others are written without
	// being asked: NOTICE before a charge under an agreement, RECEIPT after it,
	// DECLINED when it failed; or AGREEMENT, the text of a contract.
	Kind string
}

// Mails are the e-mails so far.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	return slices.Clone(s.mails)
}

var brandNames = map[string]string{"VI": "Visa", "MC": "MasterCard", "AX": "American Express", "DS": "Discover"}

// listReceipts answers GET /patients/{id}/receipts: a bare array, in order
// (docs/upstream-api.md#receipts). Declined tries are not listed.
func (s *Server) listReceipts(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.asked(w, r)
	if p == nil {
		return
	}
	switch d := r.URL.Query().Get("departmentid"); {
	case d == "":
		missing(w, "departmentid")
		return
	case !digits(d):
		invalid(w, notInteger(d))
		return
	}
	rows := []any{}
	for _, e := range s.money.epayments {
		if e.patient == p.ID && !s.now().Before(e.visible) {
			rows = append(rows, s.receiptRow(e))
		}
	}
	answer(w, rows)
}

// emailReceipt answers POST /patients/{id}/receipts/{epaymentid}/email.
func (s *Server) emailReceipt(w http.ResponseWriter, r *http.Request) {
	form, ok := readForm(w, r)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.asked(w, r)
	if p == nil {
		return
	}
	id := r.PathValue("epayment")
	if _, err := strconv.Atoi(id); err != nil {
		invalid(w, notInteger(id))
		return
	}
	if s.epayment(p, atoi(id)) == nil {
		noSuch(w)
		return
	}
	to := form.Get("email")
	switch {
	case to == "":
		missing(w, "email")
		return
	case strings.Count(to, "@") != 1: // one address a call
		invalid(w, "Expecting an email address.")
		return
	}
	s.mails = append(s.mails, Mail{Payment: id, To: to})
	s.done(w)
}
