package pages

import (
	"context"
	"net/http"
	"time"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// ShowResult is GET /payments/{attempt}: the truth about an attempt.
func (s *Pay) ShowResult(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	now := sess
	a, sess, err := session.VisibleAttempt(r.Context(), s.ledger, sess, r.PathValue("attempt"))
	if err != nil {
		return err
	}
	if a.State == payment.Created {
		return layout.Redirect(w, r, layout.FormOf(a))
	}
	if a.State != payment.Unknown && a.State.Live() && s.now().Sub(a.Sent) > dispatch.Stale {
		if _, err := s.worker.EndStale(r.Context()); err != nil {
			return err
		}
		if a, err = s.ledger.AttemptForPatient(r.Context(), sess.Patient, a.ID); err != nil {
			return err
		}
	}
	l, zone := s.layout.Of(sess).Language, s.departments.Zone(r.Context(), sess.Patient)
	// Without script the page of a payment under way looks again by itself; the
	// header does what the meta element would, and is not sent to the program,
	// which asks itself.
	result := &web.ResultView{Attempt: a.Attempt, Others: !sess.Made(a), When: account.SentAt(l, a, zone), Changed: changed(a), Saved: s.saved(r.Context(), a)}
	result.Attempt.Refusal = "" // one text for whatever a bank refuses: the reason would teach a thief
	if result.Saved == "" && a.State == payment.Succeeded && r.URL.Query().Get("card") == "unsaved" {
		result.Saved = payment.NotSent // it could not even be written down
	}
	if (a.State.Live() || result.Saved.Live() && result.Saved != payment.Unknown) && !middleware.WantsJSON(r) {
		w.Header().Set("Refresh", refresh(s.now().Sub(a.Sent)))
	}
	site := s.layout.Of(sess)
	if sess.Patient != now.Patient {
		site.Now = session.NameOf(now, now.Current())
	}
	if result.ResultText, err = s.resultText(r.Context(), sess, a); err != nil {
		return err
	}
	if result.ResultText != nil && site.Now != "" {
		result.ResultText.Content = result.ResultText.ReadOnly()
	}
	if late(a) {
		result.Late = l.Value(words.Clock(a.Sent.In(zone)))
	}
	if other := r.URL.Query().Get("instead"); other != "" {
		// The attempt that was not sent because this one pays for the same.
		if o, err := s.ledger.AttemptForPatient(r.Context(), sess.Patient, other); err == nil && o.State == payment.Created {
			result.Instead = account.Named(l, o)
		}
	}
	view := web.View{Page: web.PageResult, Path: web.PathResult + a.ID, Site: site, Result: result}
	if a.State.Ended() {
		view.Nav = s.layout.Nav(r.Context(), now, view.Page)
	}
	return s.layout.Render(w, r, http.StatusOK, view)
}

// changed is what a taken attempt has changed.
func changed(a ledger.Record) string {
	switch {
	case a.State != payment.Succeeded:
		return ""
	case a.Kind == payment.KindStoreCard:
		return "cards"
	case a.Kind == payment.KindPlan:
		return "plans"
	case a.Kind.Agrees():
		return "agreements"
	}
	return "balance"
}

// resultText are the words for an attempt that is no payment; nil for one that is.
func (s *kit) resultText(ctx context.Context, sess session.Session, a ledger.Record) (*web.ResultText, error) {
	var text web.ResultText
	site := s.layout.Of(sess)
	switch a.Kind {
	case payment.KindStoreCard:
		text = web.CardStored(a.Attempt, s.layout.Of(sess))
	case payment.KindAgreeVisit, payment.KindAgreeYear:
		text = web.AgreementMade(a.Attempt, site, account.SentAt(site.Language, a, s.departments.Zone(ctx, sess.Patient)), a.Mail == ledger.MailFailed)
	case payment.KindPlan:
		text = web.PlanMade(a.Attempt, site, account.SentAt(site.Language, a, s.departments.Zone(ctx, sess.Patient)))
	default:
		return nil, nil
	}
	return &text, nil
}

// savingLasts is how long a card is waited for after its payment: longer than
// storing it may take.
const savingLasts = dispatch.Stale

// saved is where the wish to store the card of a payment stands; empty where
// there was none. One that was never begun is not going to be.
func (s *kit) saved(ctx context.Context, a ledger.Record) payment.State {
	if a.State != payment.Succeeded || !a.Kind.Charges() {
		return ""
	}
	kept, err := s.ledger.AttemptForPatient(ctx, a.Patient, KeptID(a.ID))
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
	case since < dispatch.Stale:
		return "3"
	case since < 10*time.Minute:
		return "15"
	}
	return "60"
}

// late reports whether a payment was found to be taken after its page had to
// say that nobody knew.
func late(a ledger.Record) bool {
	return a.State == payment.Succeeded && a.Ended.Sub(a.Sent) > dispatch.Stale
}

// Again is POST /payments/{attempt}/again: a new attempt for what the old one
// was to pay, possible only after an outcome that proves that no money moved,
// and only while it is still owed.
func (s *Pay) Again(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	a, err := session.AttemptForPatient(r, s.ledger, sess)
	if err != nil {
		return err
	}
	if !a.State.Harmless() {
		return layout.Redirect(w, r, web.PathResult+a.ID)
	}
	if path, ok := map[payment.Kind]string{payment.KindStoreCard: web.PathCards + "/add", payment.KindAgreeVisit: web.PathAgree,
		payment.KindAgreeYear: web.PathAgree, payment.KindPlan: web.PathPlan}[a.Kind]; ok {
		return layout.Redirect(w, r, path)
	}
	o, err := s.accounts.Balance(r.Context(), sess)
	if err != nil {
		return err
	}
	charge, ok := a.Charge.Again(o.Statement)
	if !ok {
		return layout.Redirect(w, r, web.PathAmount)
	}
	return s.makeAttempt(w, r, sess, charge, o)
}
