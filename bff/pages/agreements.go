package pages

import (
	"context"
	"net/http"

	"paypane/bff/account"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// Dependents says in words which agreements and plans use a card of the same
// brand and number, and which may, because the upstream does not say what they
// use. What takes nothing any more is left out.
func (s *Cards) Dependents(ctx context.Context, sess session.Session, card payment.StoredCard) (web.Dependents, error) {
	l := s.layout.Of(sess).Language
	var d web.Dependents
	add := func(b payment.Brand, last4, words string) {
		switch {
		case last4 == "" || card.Last4 == "":
			d.Unknown = append(d.Unknown, words)
		case last4 == card.Last4 && (b == "" || card.Brand == "" || b == card.Brand):
			d.Same = append(d.Same, words)
		}
	}
	agreements, err := s.accounts.Agreements(ctx, sess.Patient)
	odd, err := s.accounts.Understood(ctx, sess, "agreements", err)
	if err != nil {
		return d, err
	}
	if odd {
		d.Unknown = append(d.Unknown, l.Text("cards.removing.agreement"))
	}
	for _, a := range agreements {
		if !a.Over(s.departments.Today(ctx, sess.Patient)) {
			add(a.Brand, a.Last4, web.AgreementName(l, a))
		}
	}
	plans, err := s.practice.Plans(ctx, sess.Patient)
	if odd, err = s.accounts.Understood(ctx, sess, "payment plans", err); err != nil {
		return d, err
	}
	if odd {
		d.Unknown = append(d.Unknown, l.Text("cards.removing.plan"))
	}
	for _, p := range plans {
		if !p.Paid() && p.Billing != payment.BilledByStatement {
			add(p.Brand, p.Last4, web.PlanName(l, p))
		}
	}
	return d, nil
}

// agreedSaid is why somebody was led to the list.
var agreedSaid = map[string]payment.Problem{
	"agreed": {Code: "agreed_already"},
}

// Show is GET /agreements: what was agreed to, and what comes of it.
// What there is can be looked at where nothing new is offered, too.
func (s *Agreements) Show(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	o, err := s.accounts.Capabilities(r.Context(), sess)
	if err != nil {
		return err
	}
	page := web.AgreementsView{Site: s.layout.Of(sess), Today: s.departments.Today(r.Context(), sess.Patient), New: o.Agreements()}
	bills, err := s.accounts.Balance(r.Context(), sess)
	if err != nil {
		return err
	}
	page.Bills = bills.Bills
	page.Agreements, err = s.accounts.Agreements(r.Context(), sess.Patient)
	if page.Odd, err = s.accounts.Understood(r.Context(), sess, "agreements", err); err != nil {
		return err
	}
	page.Plans, err = s.practice.Plans(r.Context(), sess.Patient)
	if page.OddPlan, err = s.accounts.Understood(r.Context(), sess, "payment plans", err); err != nil {
		return err
	}
	if page.Odd || page.OddPlan {
		page.Phone = s.accounts.Phone(r.Context(), sess)
	}
	signed, err := s.ledger.AttemptsOf(r.Context(), sess.Patient, payment.KindAgreeVisit, payment.KindAgreeYear)
	if err != nil {
		return err
	}
	for _, a := range signed {
		page.Signed = append(page.Signed, a.Attempt)
	}
	if !page.New && !account.Standing(signed) && len(page.Agreements) == 0 && !page.Odd {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	if page.Appointments, err = s.practice.Appointments(r.Context(), sess.Patient, page.Today); err != nil {
		// Only the day of a visit to come is not known then.
		s.log.WarnContext(r.Context(), "read appointments", "error", err.Error())
	}
	view := s.layout.Content(sess, web.PageAgreements, web.PathAgreements, web.AgreementsContent(page))
	view.Nav = s.layout.Nav(r.Context(), sess, web.PageAgreements)
	if said, ok := agreedSaid[r.URL.Query().Get("why")]; ok {
		view.Problems = []payment.Problem{said}
	}
	return s.layout.Render(w, r, http.StatusOK, view)
}
