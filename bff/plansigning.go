package bff

import (
	"context"
	"errors"
	"net/http"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// errPlanChanged and errPlanLate say that a plan is not any more what the payer
// would agree to.
var (
	errPlanChanged = errors.New("bills or terms have changed")
	errPlanLate    = errors.New("its first day has come")
)

// planSigning is the page on which a plan is read and signed, checked against
// what holds now; today is the day after which it has to start.
func (s *Server) planSigning(ctx context.Context, v Visit, a ledger.Attempt) (page web.PlanSigning, today payment.Day, err error) {
	o := s.offers(ctx, v)
	owed, err := s.owed(ctx, v)
	if err != nil {
		return page, "", err
	}
	if today, err = s.planToday(ctx, v.Patient); err != nil {
		return page, "", err
	}
	switch {
	case !a.Charge.Whole(owed.Statement), o.plan.IsZero(), a.Terms.Cycle.Less(payment.SmallestCycle(a.Total(), o.plan)):
		return page, "", errPlanChanged
	case a.Terms.Start <= today:
		return page, "", errPlanLate
	}
	fields, err := s.cardFields(ctx, a.Patient)
	if err != nil {
		return page, "", err
	}
	page = web.PlanSigning{Site: s.site(v), Attempt: a.Attempt, Notice: o.notice, Fields: fields}
	consent, err := consentTo(page.Consent())
	if err != nil {
		return page, "", err
	}
	page.Version = consent.Version
	page.Fields.Typed.Email = v.Email
	return page, today, nil
}

// planAgain leads back to the choice where a plan cannot be signed any more: or
// to what became of it, where that is because it was sent meanwhile.
func (s *Server) planAgain(w http.ResponseWriter, r *http.Request, v Visit, a ledger.Attempt, err error) error {
	var expired *ledger.ExpiredError
	why := ""
	switch {
	case errors.Is(err, errPlanChanged):
		why = "changed"
	case errors.Is(err, errPlanLate), errors.As(err, &expired):
		why = "late"
	default:
		return err
	}
	now, err := s.ledger.Attempt(r.Context(), v.Patient, a.ID)
	switch {
	case err != nil:
		return err
	case now.State != payment.Created:
		return redirect(w, r, web.PathResult+a.ID)
	}
	return redirect(w, r, web.PathPlan+"?of="+a.ID+"&why="+why)
}

// showPlanSigning is GET /plan/{attempt}.
func (s *Server) showPlanSigning(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.attempt(r, v, payment.ActPlan)
	if err != nil {
		return err
	}
	if a.State != payment.Created {
		return redirect(w, r, web.PathResult+a.ID)
	}
	page, _, err := s.planSigning(r.Context(), v, a)
	if err != nil {
		return s.planAgain(w, r, v, a, err)
	}
	return s.planSigningPage(w, r, v, page, http.StatusOK, nil)
}

func (s *Server) planSigningPage(w http.ResponseWriter, r *http.Request, v Visit, page web.PlanSigning, status int, problems []payment.Problem) error {
	view := s.sheet(v, web.PagePlan, web.PathPlan+"/"+page.Attempt.ID, page.Sheet())
	view.Problems = problems
	return s.render(w, r, status, view)
}

// signPlan is POST /plan/{attempt}: the consent is kept, word by word, with the
// claim, and the plan is asked for, once.
func (s *Server) signPlan(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.attempt(r, v, payment.ActPlan)
	if err != nil {
		return err
	}
	if a.State != payment.Created {
		return redirect(w, r, web.PathResult+a.ID)
	}
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	defer f.clear()
	soon, cancel := context.WithTimeout(r.Context(), answerWait)
	page, today, err := s.planSigning(soon, v, a)
	cancel()
	if err != nil {
		return s.planAgain(w, r, v, a, err)
	}
	in, problems := readInstrument(f, page.Fields, nil)
	if in.card != nil {
		schedule := payment.Schedule(a.Total(), a.Terms.Cycle, a.Terms.Start)
		if problem := payment.ExpiresBefore(in.card.Expiry, schedule[len(schedule)-1].Day); problem != nil {
			problems = append(problems, *problem)
		}
	}
	email, problem := payment.ReadEmail(f.text(payment.FieldEmail))
	if problem != nil {
		problems = append(problems, *problem)
	}
	switch {
	case f.text(web.FieldVersion) != page.Version:
		problems = append(problems, payment.Problem{Code: "terms_changed", Text: "The terms have changed since you opened this page. Nothing was sent. Read them again below."})
	case f.text(web.FieldConsent) == "":
		problems = append(problems, payment.Problem{Code: "consent_empty", Field: web.FieldConsent, Text: "Tick the box to agree to the payment plan"})
	}
	if len(problems) > 0 {
		in.clear()
		page.Fields.Typed = printable(f, problems)
		return s.planSigningPage(w, r, v, page, http.StatusUnprocessableEntity, problems)
	}
	use := in.use()
	use.Email = email
	if use.Consent, err = consentTo(page.Consent()); err != nil {
		in.clear()
		return err
	}
	claimed, err := s.ledger.Claim(r.Context(), v.Patient, a.ID, use)
	if err != nil {
		in.clear()
		if err = s.planAgain(w, r, v, a, err); err != nil {
			err = s.notClaimed(w, r, a.ID, err)
		}
		return err
	}
	done := s.send(r.Context(), claimed, func(ctx context.Context) payment.Outcome {
		defer in.clear()
		return s.practice.CreatePlan(ctx, claimed.Patient, planTerms(claimed), in.card, today).Outcome()
	}, in.clear)
	s.wait(r.Context(), done)
	return redirect(w, r, web.PathResult+a.ID)
}

// planTerms are the terms of a claimed plan in the upstream's words.
func planTerms(a ledger.Attempt) payment.PlanTerms {
	terms := payment.PlanTerms{Cycle: a.Terms.Cycle, Frequency: payment.Monthly, Start: a.Terms.Start, Email: a.Email}
	for _, l := range a.Charge.Lines {
		terms.Claims = append(terms.Claims, l.Number)
	}
	return terms
}
