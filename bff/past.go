package bff

import (
	"context"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// past is what a visit has done, for the pages after its end.
type past struct {
	sent  []ledger.Attempt // by whoever is signed in, since the launch, the last one first
	known bool             // that this is all
}

// past reads what a visit has sent. That nothing was sent is known only where
// the ledger says so, and has not lost anything lately.
func (s *Server) past(ctx context.Context, v Visit) (past, error) {
	people := v.People
	if len(people) == 0 {
		people = []Person{{Patient: v.Patient}}
	}
	var p past
	for _, person := range people {
		sent, err := s.ledger.ClaimedSince(ctx, person.Patient, v.Portal, v.Subject, time.Unix(v.Launched, 0))
		if err != nil {
			return past{}, err
		}
		p.sent = append(p.sent, sent...)
	}
	slices.SortStableFunc(p.sent, func(a, b ledger.Attempt) int { return b.Sent.Compare(a.Sent) })
	lost, _, err := s.restored(ctx, v.Patient.Practice)
	p.known = err == nil && len(lost) == 0
	return p, err
}

// words are what became of all that was sent. Where no payment was, and that is
// known, the words say so.
func (s *Server) words(p past) []string {
	var words []string
	paid := false
	for _, a := range p.sent {
		words, paid = append(words, s.became(a)), paid || a.Act.Charges()
	}
	if !paid && p.known {
		words = append(words, "No payment was sent.")
	}
	return words
}

// became says of one attempt when it was sent and what became of it.
func (s *Server) became(a ledger.Attempt) string {
	at := " was sent at " + s.timeOfDay(a.Sent)
	what := named(a)
	if a.Act.Charges() {
		switch {
		case a.State == payment.Taken:
			return what + at + " and went through."
		case a.State.Harmless():
			// Not that no money was taken: the page is not about this one alone.
			return what + at + " and did not go through."
		}
		return what + at + ". We do not know yet if it went through. Do not pay again."
	}
	switch {
	case a.State == payment.Taken:
		return what + at + " and is in place."
	case a.State.Harmless():
		return what + at + " and is not in place."
	}
	return what + at + ". We do not know yet if it is in place."
}

// named is what an attempt is called to whoever made it.
func named(a ledger.Attempt) string {
	switch {
	case a.Act.Charges():
		return "Your payment of " + a.Total().Display()
	case a.Act == payment.ActPlan:
		return "Your payment plan"
	case a.Act == payment.ActStoreCard:
		return "Your card to keep"
	}
	return "Your card on file agreement"
}

// timedOut is the page of a session that is over. It says what a payer wants to
// know first, whether money was sent, and no more: who they are is not known
// any more.
func (s *Server) timedOut(ctx context.Context, v Visit) web.Notice {
	n := web.Notice{Heading: "This page timed out to protect your information"}
	p, err := s.past(ctx, v)
	if err != nil {
		s.log.ErrorContext(ctx, "read what a session sent", "id", requestID(ctx), "error", err.Error())
	}
	n.Text = s.words(p)
	again := "Start again"
	switch {
	case len(p.sent) > 0:
		again = "See its status"
		if len(p.sent) > 1 {
			again = "See their status"
		}
		n.Text = append(n.Text, "To see more, open the payment page again from the portal.")
	case p.known:
		n.Text = append(n.Text, "To pay, open the payment page again from the portal.")
	default:
		n.Text = []string{"To see whether a payment went through, or to pay, open the payment page again from the portal.",
			"A payment that was already sent is not sent again."}
	}
	if v.Return != "" {
		n.Next, n.NextText = v.Return, again
	}
	return n
}
