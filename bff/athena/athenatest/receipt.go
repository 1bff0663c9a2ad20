package athenatest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Mail is a receipt that was ordered by e-mail.
type Mail struct {
	Payment string // epaymentid
	To      string
}

// Mails are the receipts ordered so far.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

var brandNames = map[string]string{"VI": "Visa", "MC": "MasterCard", "AX": "American Express", "DS": "Discover"}

// listReceipts answers GET /patients/{id}/receipts: a bare array, in order
// (athena-api.md 2.8). Declined tries are not listed.
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
	for _, m := range s.book {
		if m.Patient != p.ID || s.now().Before(m.visible) {
			continue
		}
		rows = append(rows, map[string]any{
			"epaymentid": m.ID, "requestdate": m.Time.In(s.eastern).Format("01/02/2006 15:04:05"),
			"type": m.Kind, "amount": oracle(m.Amount), "cardnumberlast4digits": m.Last4,
			"cardtypeabbreviation": m.brand, "cardtypename": brandNames[m.brand],
		})
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
	known := slices.ContainsFunc(s.book, func(m movement) bool {
		return m.ID == id && m.Patient == p.ID && !s.now().Before(m.visible)
	})
	if !known {
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
	s.mails = append(s.mails, Mail{id, to})
	answer(w, map[string]any{"success": "true"})
}
