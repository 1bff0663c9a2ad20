package bff

import (
	"context"
	"errors"
	"net/http"
	"time"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// showResult is GET /payments/{attempt}: the truth about an attempt.
func (s *Server) showResult(w http.ResponseWriter, r *http.Request, v Visit) error {
	now := v
	a, v, err := s.seen(r.Context(), v, r.PathValue("attempt"))
	if err != nil {
		return err
	}
	if a.State == payment.Created {
		return redirect(w, r, formOf(a))
	}
	if a.State != payment.Unknown && a.State.Live() && s.now().Sub(a.Sent) > stale {
		if _, _, err := s.ledger.Recover(r.Context(), s.now().Add(-stale)); err != nil {
			return err
		}
		if a, err = s.ledger.Attempt(r.Context(), v.Patient, a.ID); err != nil {
			return err
		}
	}
	// Without script the page of a payment under way looks again by itself; the
	// header does what the meta element would, and is not sent to the program,
	// which asks itself.
	result := &web.Result{Attempt: a.Attempt, When: s.when(a), Changed: changed(a), Saved: s.saved(r.Context(), a)}
	if result.Saved == "" && a.State == payment.Taken && r.URL.Query().Get("card") == "unsaved" {
		result.Saved = payment.NotSent // it could not even be written down
	}
	if (a.State.Live() || result.Saved.Live() && result.Saved != payment.Unknown) && !wantsJSON(r) {
		w.Header().Set("Refresh", refresh(s.now().Sub(a.Sent)))
	}
	site := s.site(v)
	if v.Patient != now.Patient {
		site.Now = now.name(now.current())
	}
	if result.Told, err = s.told(r.Context(), v, a); err != nil {
		return err
	}
	if result.Told != nil && site.Now != "" {
		result.Told.Sheet = result.Told.Still()
	}
	if late(a) {
		result.Late = s.timeOfDay(a.Sent)
	}
	if other := r.URL.Query().Get("instead"); other != "" {
		// The attempt that was not sent because this one pays for the same.
		if o, err := s.ledger.Attempt(r.Context(), v.Patient, other); err == nil && o.State == payment.Created {
			result.Instead = named(o)
		}
	}
	view := web.View{Page: web.PageResult, Path: web.PathResult + a.ID, Site: site, Result: result}
	if a.State.Ended() {
		view.Nav = s.nav(r.Context(), now, view.Page)
	}
	return s.render(w, r, http.StatusOK, view)
}

// seen is an attempt that the visit may see: of the person whom the page is
// for, or of another one of several. With it comes the visit as that person's.
func (s *Server) seen(ctx context.Context, v Visit, id string) (ledger.Attempt, Visit, error) {
	a, err := s.ledger.Attempt(ctx, v.Patient, id)
	for _, person := range v.People {
		if !errors.Is(err, ledger.ErrNotFound) {
			break
		}
		if a, err = s.ledger.Attempt(ctx, person.Patient, id); err == nil {
			v.Patient = person.Patient
		}
	}
	return a, v, err
}

// own is the attempt of a path, if it is of the person whom the page is for.
// One of another of several people is an othersError.
func (s *Server) own(r *http.Request, v Visit) (ledger.Attempt, error) {
	a, theirs, err := s.seen(r.Context(), v, r.PathValue("attempt"))
	if err == nil && theirs.Patient != v.Patient {
		return ledger.Attempt{}, othersError{a, theirs.name(theirs.current())}
	}
	return a, err
}

// formOf is where an attempt that was not sent goes on.
func formOf(a ledger.Attempt) string {
	switch a.Act {
	case payment.ActAgreeVisit, payment.ActAgreeYear:
		return web.PathAgree + "/" + a.ID
	case payment.ActPlan:
		return web.PathPlan + "/" + a.ID
	case payment.ActStoreCard:
		return web.PathCards + "/add"
	}
	return web.PathCard + a.ID
}

// changed is what a taken attempt has changed.
func changed(a ledger.Attempt) string {
	switch {
	case a.State != payment.Taken:
		return ""
	case a.Act == payment.ActStoreCard:
		return "cards"
	case a.Act == payment.ActPlan:
		return "plans"
	case a.Act.Agrees():
		return "agreements"
	}
	return "balance"
}

// told are the words for an attempt that is no payment; nil for one that is.
func (s *Server) told(ctx context.Context, v Visit, a ledger.Attempt) (*web.Told, error) {
	var told web.Told
	switch a.Act {
	case payment.ActStoreCard:
		told = web.CardStored(a.Attempt, s.site(v))
	case payment.ActAgreeVisit, payment.ActAgreeYear:
		told = web.AgreementMade(a.Attempt, s.site(v), s.when(a), a.Mail == ledger.MailFailed)
	case payment.ActPlan:
		told = web.PlanMade(a.Attempt, s.site(v), s.when(a))
	default:
		return nil, nil
	}
	return &told, nil
}

// savingLasts is how long a card is waited for after its payment: longer than
// storing it may take.
const savingLasts = stale

// saved is where the wish to store the card of a payment stands; empty where
// there was none. One that was never begun is not going to be.
func (s *Server) saved(ctx context.Context, a ledger.Attempt) payment.State {
	if a.State != payment.Taken || !a.Act.Charges() {
		return ""
	}
	kept, err := s.ledger.Attempt(ctx, a.Patient, keptID(a.ID))
	switch {
	case err != nil:
		return ""
	case kept.State == payment.Created && s.now().Sub(a.Ended) < savingLasts:
		return payment.Sending
	case kept.State == payment.Created:
		return payment.NotSent
	}
	return kept.State
}

// refresh is after how many seconds the page of an attempt without an outcome
// looks again: often while an answer can come at any moment, seldom later.
func refresh(since time.Duration) string {
	switch {
	case since < stale:
		return "3"
	case since < 10*time.Minute:
		return "15"
	}
	return "60"
}

// when is the moment that the result page tells: when the money was taken, else
// when it was sent. The moment at which an outcome was found out may be much
// later and means nothing to payers.
func (s *Server) when(a ledger.Attempt) string {
	return s.moment(a).Format("January 2, 2006 at 3:04 PM MST")
}

func (s *Server) moment(a ledger.Attempt) time.Time {
	if a.State == payment.Taken && !late(a) {
		return a.Ended.In(s.zone)
	}
	return a.Sent.In(s.zone)
}

// late reports whether a payment was found to be taken after its page had to
// say that nobody knew.
func late(a ledger.Attempt) bool {
	return a.State == payment.Taken && a.Ended.Sub(a.Sent) > stale
}

func (s *Server) timeOfDay(t time.Time) string { return t.In(s.zone).Format("3:04 PM MST") }

// again is POST /payments/{attempt}/again: a new attempt for what the old one
// was to pay, possible only after an outcome that proves that no money moved,
// and only while it is still owed.
func (s *Server) again(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.own(r, v)
	if err != nil {
		return err
	}
	if !a.State.Harmless() {
		return redirect(w, r, web.PathResult+a.ID)
	}
	if path, ok := map[payment.Act]string{payment.ActStoreCard: web.PathCards + "/add", payment.ActAgreeVisit: web.PathAgree,
		payment.ActAgreeYear: web.PathAgree, payment.ActPlan: web.PathPlan}[a.Act]; ok {
		return redirect(w, r, path)
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
