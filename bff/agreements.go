package bff

import (
	"context"
	"net/http"
	"slices"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// Agreements are the leave to charge a card later, after the insurance has
// paid: for one appointment, or for a year.
type Agreements interface {
	// VisitTerms and YearTerms are the upstream's legal texts, which have to be
	// shown before either is agreed to.
	VisitTerms(ctx context.Context, practice int) (string, error)
	YearTerms(ctx context.Context, practice int) (string, error)
	// AgreeForVisit and AgreeForYear make one, at most once, for the appointment
	// of the patient.
	AgreeForVisit(context.Context, payment.Patient, payment.AgreementTerms, *payment.Card) payment.Write
	AgreeForYear(context.Context, payment.Patient, payment.AgreementTerms, *payment.Card) payment.Write
	VisitAgreements(context.Context, payment.Patient) ([]payment.Agreement, error)
	YearAgreements(context.Context, payment.Patient) ([]payment.Agreement, error)
	// EmailYearAgreement orders the text of one to be mailed.
	EmailYearAgreement(ctx context.Context, p payment.Patient, agreement, email string) payment.Write
	// Appointments are those of a day and after it, the next one first.
	Appointments(ctx context.Context, p payment.Patient, from payment.Day) ([]payment.Appointment, error)
}

// agreementsOf are all agreements of a patient.
func (s *Server) agreementsOf(ctx context.Context, p payment.Patient) ([]payment.Agreement, error) {
	visits, err := s.practice.VisitAgreements(ctx, p)
	if err != nil {
		return nil, err
	}
	years, err := s.practice.YearAgreements(ctx, p)
	return append(visits, years...), err
}

// dependents says in words which agreements and plans use a card of the same
// brand and number, and which may, because the upstream does not say what they
// use. What takes nothing any more is left out.
func (s *Server) dependents(ctx context.Context, v Visit, card payment.StoredCard) (web.Dependents, error) {
	var d web.Dependents
	add := func(b payment.Brand, last4, words string) {
		switch {
		case last4 == "" || card.Last4 == "":
			d.Unknown = append(d.Unknown, words)
		case last4 == card.Last4 && (b == "" || card.Brand == "" || b == card.Brand):
			d.Same = append(d.Same, words)
		}
	}
	agreements, err := s.agreementsOf(ctx, v.Patient)
	if err != nil {
		return d, s.upstreamDown(ctx, v.Patient, err)
	}
	for _, a := range agreements {
		if !a.Over(s.today()) {
			add(a.Brand, a.Last4, web.AgreementName(a))
		}
	}
	plans, err := s.practice.Plans(ctx, v.Patient)
	if err != nil {
		return d, s.upstreamDown(ctx, v.Patient, err)
	}
	for _, p := range plans {
		if !p.Paid() && p.Billing != payment.BilledByStatement {
			add(p.Brand, p.Last4, web.PlanName(p))
		}
	}
	return d, nil
}

// today is the day at the upstream.
func (s *Server) today() payment.Day { return payment.DayOf(s.now().In(s.zone)) }

// agreedSaid is why somebody was led to the list.
var agreedSaid = map[string]payment.Problem{
	"agreed": {Code: "agreed_already", Text: "A card is on file for this already. Nothing was sent."},
}

// standing reports whether one of the attempts did what it was for, or may have.
func standing(attempts []ledger.Attempt) bool {
	return slices.ContainsFunc(attempts, func(a ledger.Attempt) bool { return a.State == payment.Taken || a.State.Live() })
}

// showAgreements is GET /agreements: what was agreed to, and what comes of it.
// What there is can be looked at where nothing new is offered, too.
func (s *Server) showAgreements(w http.ResponseWriter, r *http.Request, v Visit) error {
	if v.Role == roleStaff {
		return failure{status: http.StatusNotFound}
	}
	o, err := s.offers(r.Context(), v)
	if err != nil {
		return err
	}
	page := web.Agreements{Site: s.site(v), Today: s.today(), New: o.agreements()}
	bills, err := s.owed(r.Context(), v)
	if err != nil {
		return err
	}
	page.Bills = bills.Bills
	if page.Agreements, err = s.agreementsOf(r.Context(), v.Patient); err != nil {
		return s.upstreamDown(r.Context(), v.Patient, err)
	}
	if page.Plans, err = s.practice.Plans(r.Context(), v.Patient); err != nil {
		return s.upstreamDown(r.Context(), v.Patient, err)
	}
	signed, err := s.ledger.AttemptsOf(r.Context(), v.Patient, payment.ActAgreeVisit, payment.ActAgreeYear)
	if err != nil {
		return err
	}
	for _, a := range signed {
		page.Signed = append(page.Signed, a.Attempt)
	}
	if !page.New && !standing(signed) && len(page.Agreements) == 0 {
		return failure{status: http.StatusNotFound}
	}
	if page.Appointments, err = s.practice.Appointments(r.Context(), v.Patient, page.Today); err != nil {
		// Only the day of a visit to come is not known then.
		s.log.WarnContext(r.Context(), "read appointments", "error", err.Error())
	}
	view := s.sheet(v, web.PageAgreements, web.PathAgreements, web.AgreementsSheet(page))
	view.Nav = s.nav(r.Context(), v, web.PageAgreements)
	if said, ok := agreedSaid[r.URL.Query().Get("why")]; ok {
		view.Problems = []payment.Problem{said}
	}
	return s.render(w, r, http.StatusOK, view)
}
