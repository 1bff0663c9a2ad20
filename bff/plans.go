package bff

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// Plans are the payment plans of a patient.
type Plans interface {
	// Plans are those that there are, all or those of the given ids.
	Plans(ctx context.Context, p payment.Patient, ids ...string) ([]payment.Plan, error)
	// CreatePlan makes one that charges the card, at most once. today is the day
	// at the practice: the plan has to start after it.
	CreatePlan(ctx context.Context, p payment.Patient, terms payment.PlanTerms, card *payment.Card, today payment.Day) payment.Write
}

// planMargin is how long before midnight a plan for the next day is not sent
// any more: on its first day the upstream would bill it a month later.
const planMargin = 10 * time.Minute

// planToday is the day after which a plan has to start: the upstream's or the
// department's, whichever is later. With it comes the day after the
// department's own, without the margin: what people there call tomorrow.
func (s *Server) planToday(ctx context.Context, p payment.Patient) (today, tomorrow payment.Day, err error) {
	office, err := s.offices.read(ctx, s.practice, p, s.now())
	if err != nil {
		return "", "", s.upstreamDown(ctx, p, err)
	}
	now := s.now().Add(planMargin)
	return max(payment.DayOf(now.In(s.zone)), payment.DayOf(now.In(office.Zone))),
		payment.DayOf(s.now().In(office.Zone).AddDate(0, 0, 1)), nil
}

// planning is the page of plans, and what the choices on it rest on.
type planning struct {
	web.Plans
	owed
	today payment.Day
}

// planning reads the plans of a patient and what a new one could be made of.
func (s *Server) planning(ctx context.Context, v Visit) (p planning, err error) {
	o, err := s.offers(ctx, v)
	if err != nil {
		return p, err
	}
	minimum := o.plan
	if p.owed, err = s.owed(ctx, v); err != nil {
		return p, err
	}
	today, tomorrow, err := s.planToday(ctx, v.Patient)
	if err != nil {
		return p, err
	}
	p.today = today
	made, err := s.practice.Plans(ctx, v.Patient)
	if err != nil {
		return p, s.upstreamDown(ctx, v.Patient, err)
	}
	asked, err := s.ledger.AttemptsOf(ctx, v.Patient, payment.ActPlan)
	if err != nil {
		return p, err
	}
	p.Plans = web.Plans{Site: s.site(v), Bills: p.Statement.Plannable(minimum), Minimum: minimum, Days: payment.FirstDays(today), Tomorrow: tomorrow}
	for _, plan := range made {
		p.Plans.Plans = append(p.Plans.Plans, progress(plan, asked, p.Statement.Bills))
	}
	for _, a := range asked {
		if a.State.Live() {
			p.Live = append(p.Live, a.Attempt)
		}
	}
	if minimum.IsZero() { // no new ones; those that there are can still be looked at
		p.Plans.Bills = nil
		if v.Role == roleStaff || len(p.Plans.Plans) == 0 && !standing(asked) {
			return p, failure{status: http.StatusNotFound}
		}
	}
	return p, nil
}

// progress adds to a plan what is known of it here: its total, where it was made
// here, and its bills.
func progress(plan payment.Plan, asked []ledger.Attempt, bills []payment.Bill) web.PlanProgress {
	p := web.PlanProgress{Plan: plan}
	for _, a := range asked {
		if a.State == payment.Taken && a.Terms == (payment.Terms{Cycle: plan.Cycle, Start: plan.Start}) && sameClaims(a.Charge, plan.Claims) {
			p.Total = a.Total()
			for _, l := range a.Charge.Lines {
				p.Bills = append(p.Bills, payment.Bill{Kind: l.Kind, Title: l.Title, Service: l.Service})
			}
			return p
		}
	}
	for _, b := range bills {
		if b.Kind == payment.Claim && slices.Contains(plan.Claims, b.Number) {
			p.Bills = append(p.Bills, b)
		}
	}
	return p
}

// sameClaims reports whether a charge is of exactly these claims.
func sameClaims(c payment.Charge, claims []string) bool {
	return len(c.Lines) > 0 && len(c.Lines) == len(claims) && !slices.ContainsFunc(c.Lines, func(l payment.Line) bool {
		return !slices.Contains(claims, l.Number)
	})
}

// planSaid is why somebody was led back to the choice.
var planSaid = map[string]payment.Problem{
	"changed": {Code: "plan_changed", Text: "What you owe, or what the practice offers, has changed since you chose. Nothing was sent. Check the bills and choose again."},
	"late":    {Code: "plan_late", Text: "This plan was not set up in time. Nothing was sent. Check the dates and go on from here."},
	"open":    {Code: "plan_open", Text: openTooLong},
}

// showPlan is GET /plan.
func (s *Server) showPlan(w http.ResponseWriter, r *http.Request, v Visit) error {
	p, err := s.planning(r.Context(), v)
	if err != nil {
		return err
	}
	p.Chosen.Start = p.Days[0]
	for _, b := range p.Plans.Bills {
		p.Chosen.Bills = append(p.Chosen.Bills, b.ID)
	}
	if a, err := s.ledger.Attempt(r.Context(), v.Patient, r.URL.Query().Get("of")); err == nil && a.Act == payment.ActPlan {
		p.Chosen = payment.PlanChoice{Monthly: a.Terms.Cycle.String(), Start: a.Terms.Start}
		for _, l := range a.Charge.Lines {
			p.Chosen.Bills = append(p.Chosen.Bills, l.Bill)
		}
	}
	var problems []payment.Problem
	if said, ok := planSaid[r.URL.Query().Get("why")]; ok && len(p.Plans.Bills) > 0 {
		problems = append(problems, said)
	}
	return s.planPage(w, r, v, p, http.StatusOK, problems)
}

func (s *Server) planPage(w http.ResponseWriter, r *http.Request, v Visit, p planning, status int, problems []payment.Problem) error {
	view := s.sheet(v, web.PagePlan, web.PathPlan, web.PlansSheet(p.Plans))
	view.Nav, view.Problems = s.nav(r.Context(), v, web.PagePlan), problems
	return s.render(w, r, status, view)
}

// choosePlan is POST /plan: the choice becomes an attempt, with bills, amount
// and first day fixed.
func (s *Server) choosePlan(w http.ResponseWriter, r *http.Request, v Visit) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	p, err := s.planning(r.Context(), v)
	if err == nil && p.Minimum.IsZero() {
		err = failure{status: http.StatusNotFound}
	}
	if err != nil {
		return err
	}
	p.Chosen = payment.PlanChoice{Bills: f.texts(payment.FieldBill), Monthly: f.text(payment.FieldMonthly), Start: payment.Day(f.text(payment.FieldStart))}
	charge, terms, problems := p.Chosen.Terms(p.Statement, p.Minimum, p.today)
	if len(problems) > 0 {
		p.Chosen.Monthly = f.shown(payment.FieldMonthly)
		return s.planPage(w, r, v, p, http.StatusUnprocessableEntity, problems)
	}
	a, err := s.ledger.CreateAttempt(r.Context(), ledger.Attempt{
		Attempt: payment.Attempt{ID: newAttemptID(), Act: payment.ActPlan, Charge: charge, PatientName: p.Name,
			Terms: payment.Terms{Cycle: terms.Cycle, Start: terms.Start}},
		Patient: v.Patient, Portal: v.Portal, Subject: v.Subject, Basis: p.basis,
	})
	if err != nil {
		return err
	}
	return redirect(w, r, web.PathPlan+"/"+a.ID)
}

// errPlanChanged and errPlanLate say that a plan is not any more what the payer
// would agree to.
var (
	errPlanChanged = errors.New("bills or terms have changed")
	errPlanLate    = errors.New("its first day has come")
)

// planToSign is GET and POST /plan/{attempt}.
func (s *Server) planToSign() toSign {
	return toSign{acts: []payment.Act{payment.ActPlan}, read: s.plan, moved: s.planAgain}
}

// plan is what an attempt to make a plan is about now.
func (s *Server) plan(ctx context.Context, v Visit, a ledger.Attempt) (signable, error) {
	o, err := s.offers(ctx, v)
	if err != nil {
		return signable{}, err
	}
	owed, err := s.owed(ctx, v)
	if err != nil {
		return signable{}, err
	}
	today, _, err := s.planToday(ctx, v.Patient)
	if err != nil {
		return signable{}, err
	}
	switch {
	case !a.Charge.Whole(owed.Statement), o.plan.IsZero(), a.Terms.Cycle.Less(payment.SmallestCycle(a.Total(), o.plan)):
		return signable{}, errPlanChanged
	case a.Terms.Start <= today:
		return signable{}, errPlanLate
	}
	fields, err := s.cardFields(ctx, a.Patient)
	if err != nil {
		return signable{}, err
	}
	page := &web.PlanSigning{Site: s.site(v), Attempt: a.Attempt, Notice: o.notice, Fields: fields}
	consent, err := consentTo(page.Consent())
	if err != nil {
		return signable{}, err
	}
	page.Version = consent.Version
	page.Fields.Typed.Email = v.Email
	return signable{
		page: web.PagePlan, path: web.PathPlan, consent: consent, fields: &page.Fields,
		sheet: func() web.Sheet { return page.Sheet() }, // of what is printed back, too
		check: func(card *payment.Card) *payment.Problem {
			schedule := payment.Schedule(a.Total(), a.Terms.Cycle, a.Terms.Start)
			return payment.ExpiresBefore(card.Expiry, schedule[len(schedule)-1].Day)
		},
		do: func(ctx context.Context, a ledger.Attempt, card *payment.Card) payment.Outcome {
			return s.practice.CreatePlan(ctx, a.Patient, planTerms(a), card, today).Outcome()
		},
	}, nil
}

// planAgain leads back to the choice where a plan cannot be signed any more.
func (s *Server) planAgain(w http.ResponseWriter, r *http.Request, v Visit, a ledger.Attempt, err error) error {
	var expired *ledger.ExpiredError
	why := ""
	switch {
	case errors.Is(err, errPlanChanged):
		why = "changed"
	case errors.Is(err, errPlanLate):
		why = "late"
	case errors.As(err, &expired):
		why = "open"
	default:
		return err
	}
	return s.unlessSent(w, r, v, a, web.PathPlan+"?of="+a.ID+"&why="+why)
}

// planTerms are the terms of a claimed plan in the upstream's words.
func planTerms(a ledger.Attempt) payment.PlanTerms {
	terms := payment.PlanTerms{Cycle: a.Terms.Cycle, Frequency: payment.Monthly, Start: a.Terms.Start, Email: a.Email}
	for _, l := range a.Charge.Lines {
		terms.Claims = append(terms.Claims, l.Number)
	}
	return terms
}
