package bff

import (
	"errors"
	"net/http"
	"time"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// stale is when an attempt that is still sending will not be answered any more:
// the upstream's deadline of 30 seconds and time to write its outcome down.
const stale = 45 * time.Second

// showResult is GET /payments/{attempt}: the truth about an attempt.
func (s *Server) showResult(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.ledger.Attempt(r.Context(), v.Patient, r.PathValue("attempt"))
	if err != nil {
		return err
	}
	if a.State == payment.Created {
		return redirect(w, r, web.PathCard+a.ID)
	}
	if a.State == payment.Sending && s.now().Sub(a.Sent) > stale {
		settled, err := s.ledger.Settle(r.Context(), a.ID, payment.Outcome{State: payment.Unknown, Evidence: "no outcome was written down in time"})
		if err != nil && !errors.Is(err, ledger.ErrTransition) {
			return err
		}
		a = settled
	}
	// Without script the page of a payment under way looks again by itself; the
	// header does what the meta element would, and is not sent to the program,
	// which asks itself.
	if a.State == payment.Sending && !wantsJSON(r) {
		w.Header().Set("Refresh", "3")
	}
	result := &web.Result{Attempt: a.Attempt, When: s.when(a)}
	if other := r.URL.Query().Get("instead"); other != "" {
		// The attempt that was not sent because this one pays for the same.
		if o, err := s.ledger.Attempt(r.Context(), v.Patient, other); err == nil && o.State == payment.Created {
			result.Instead = o.Charge.Total().Display()
		}
	}
	return s.render(w, r, http.StatusOK, web.View{Page: web.PageResult, Path: web.PathResult + a.ID, Site: s.site(v), Result: result})
}

// when is the moment that the result page tells: when the money was taken, else
// when the attempt was made to send it. The moment at which an outcome was
// written down may be much later, after a restart, and means nothing to payers.
func (s *Server) when(a ledger.Attempt) string {
	moment := a.Sent
	if a.State == payment.Taken {
		moment = a.Ended
	}
	return moment.In(s.zone).Format("January 2, 2006 at 3:04 PM MST")
}

// again is POST /payments/{attempt}/again: a new attempt for what the old one
// was to pay, possible only after an outcome that proves that no money moved,
// and only while it is still owed.
func (s *Server) again(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.ledger.Attempt(r.Context(), v.Patient, r.PathValue("attempt"))
	if err != nil {
		return err
	}
	if a.State != payment.Declined && a.State != payment.NotSent {
		return redirect(w, r, web.PathResult+a.ID)
	}
	o, err := s.owed(r.Context(), v)
	if err != nil {
		return err
	}
	charge, ok := a.Charge.Again(o.Statement)
	if !ok {
		return redirect(w, r, web.PathAmount)
	}
	return s.makeAttempt(w, r, v, charge, o)
}
