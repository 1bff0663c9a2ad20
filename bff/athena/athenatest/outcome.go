package athenatest

import (
	"net/http"
	"slices"
	"time"
)

// charge charges an order's card and answers what becomes of it. The caller
// holds s.mu; unlock lets go of it early.
func (s *Server) charge(w http.ResponseWriter, r *http.Request, p *Patient, o order, unlock func()) {
	if !slices.Contains(o.brandsTaken, brandOf(o.card)) {
		s.refusedByProcessor(w, "Card type not accepted")
		return
	}
	s.deliver(w, r, p, o.card, unlock, func(hidden time.Duration) func() {
		id := s.record(p, o, hidden)
		return func() { s.created(w, map[string]int{"epaymentid": id}) }
	})
}

// deliver lets a card's fate decide. take books the money, with a receipt row
// that stays hidden for a while, and returns how to answer. The caller holds
// s.mu.
func (s *Server) deliver(w http.ResponseWriter, r *http.Request, p *Patient, card string, unlock func(), take func(hidden time.Duration) func()) {
	if text := refusal(card); text != "" {
		s.refusedByProcessor(w, text)
		return
	}
	switch fates[card] {
	case approved:
		take(0)()
	case deniedOnce:
		if !s.denied[p.ID] {
			s.denied[p.ID] = true
			badToken(w)
			return
		}
		take(0)()
	case tooMany:
		// The body of a 429 is not known; this is the common shape.
		refuse(w, http.StatusTooManyRequests, map[string]any{"error": "Too many requests."})
	case cutUncharged:
		cutConnection(w)
	case cutCharged:
		take(0)
		cutConnection(w)
	case cutLate:
		take(lateRow)
		cutConnection(w)
	case htmlCharged:
		take(0)
		w.Header().Set("Content-Type", "text/html")
		write(w, http.StatusBadGateway, []byte("<html><head><title>502 Bad Gateway</title></head>\n<body><center><h1>502 Bad Gateway</h1></center></body></html>\n"))
	case nonsense:
		take(0)
		write(w, http.StatusOK, []byte("\n\n{\"result\":[[],{\"Apache\":\"\x01"))
	case slowCharged:
		say := take(0)
		unlock() // the others do not wait
		if s.shared.wait(r.Context(), slowAnswer) {
			say()
		} // else the client has left; the charge stays
	}
}

// refusal is the text with which the processor refuses every charge of a
// card, or "". The texts are those of docs/upstream-api.md#collectpayment.
func refusal(card string) string {
	switch fates[card] {
	case declined, declinedLater:
		return "Declined"
	case declinedCode:
		return "Declined CVV2. Check the security code."
	case saysUnknown:
		return "Unknown"
	}
	return ""
}
