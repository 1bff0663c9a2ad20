package pages

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// planMargin is how long before midnight a plan for the next day is not sent
// any more: on its first day the upstream would bill it a month later.
const planMargin = 10 * time.Minute

// planToday is the day after which a plan has to start: the upstream's or the
// department's, whichever is later. With it comes the day after the
// department's own, without the margin: what people there call tomorrow.
func (s *kit) planToday(ctx context.Context, p payment.Patient) (today, tomorrow payment.Day, err error) {
	office, err := s.departments.Read(ctx, p)
	if err != nil {
		return "", "", s.accounts.Unavailable(ctx, p, err)
	}
	now := s.now().Add(planMargin)
	return max(payment.DayOf(now.In(s.zone)), payment.DayOf(now.In(office.Zone))),
		payment.DayOf(s.now().In(office.Zone).AddDate(0, 0, 1)), nil
}

// planning is the page of plans, and what the choices on it rest on.
type planning struct {
	web.PlansView
	account.Balance
	today payment.Day
}

// planning reads the plans of a patient and what a new one could be made of.
func (s *kit) planning(ctx context.Context, sess session.Session) (p planning, err error) {
	o, err := s.accounts.Capabilities(ctx, sess)
	if err != nil {
		return p, err
	}
	minimum := o.Plan
	if p.Balance, err = s.accounts.Balance(ctx, sess); err != nil {
		return p, err
	}
	today, tomorrow, err := s.planToday(ctx, sess.Patient)
	if err != nil {
		return p, err
	}
	p.today = today
	made, err := s.practice.Plans(ctx, sess.Patient)
	odd, err := s.accounts.Understood(ctx, sess, "payment plans", err)
	if err != nil {
		return p, err
	}
	asked, err := s.ledger.AttemptsOf(ctx, sess.Patient, payment.KindPlan)
	if err != nil {
		return p, err
	}
	p.PlansView = web.PlansView{Site: s.layout.Of(sess), Bills: p.Statement.Plannable(minimum), Minimum: minimum, Days: payment.FirstDays(today), Tomorrow: tomorrow}
	if p.Odd = odd; odd {
		p.Phone = s.accounts.Phone(ctx, sess)
	}
	for _, plan := range made {
		p.PlansView.Plans = append(p.PlansView.Plans, progress(plan, asked, p.Statement.Bills))
	}
	for _, a := range asked {
		if a.State.Live() {
			p.PlansView.Live = append(p.PlansView.Live, a.Attempt)
		}
	}
	if minimum.IsZero() { // no new ones; those that there are can still be looked at
		p.PlansView.Bills = nil
		if len(p.PlansView.Plans) == 0 && !odd && !account.Standing(asked) {
			return p, middleware.StatusError{Status: http.StatusNotFound}
		}
	}
	return p, nil
}

// progress adds to a plan what is known of it here: its total, where it was made
// here, and its bills.
func progress(plan payment.Plan, asked []ledger.Record, bills []payment.Bill) web.PlanProgress {
	p := web.PlanProgress{Plan: plan}
	for _, a := range asked {
		if a.State == payment.Succeeded && a.Terms == (payment.Terms{Cycle: plan.Cycle, Start: plan.Start}) && sameClaims(a.Charge, plan.Claims) {
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
	"changed": {Code: "plan_changed"},
	"late":    {Code: "plan_late"},
	"open":    {Code: "plan_open"},
}

// Show is GET /plan.
func (s *Plans) Show(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	p, err := s.planning(r.Context(), sess)
	if err != nil {
		return err
	}
	p.Chosen.Start = p.Days[0]
	for _, b := range p.PlansView.Bills {
		p.Chosen.Bills = append(p.Chosen.Bills, b.ID)
	}
	if a, err := s.ledger.AttemptForPatient(r.Context(), sess.Patient, r.URL.Query().Get("of")); err == nil && a.Kind == payment.KindPlan {
		p.Chosen = payment.PlanChoice{Monthly: a.Terms.Cycle.String(), Start: a.Terms.Start}
		for _, l := range a.Charge.Lines {
			p.Chosen.Bills = append(p.Chosen.Bills, l.Bill)
		}
		p.Chosen = p.Chosen.Paced(p.PlansView.Bills, p.Minimum)
	}
	var problems []payment.Problem
	if said, ok := planSaid[r.URL.Query().Get("why")]; ok && len(p.PlansView.Bills) > 0 {
		problems = append(problems, said)
	}
	return s.planPage(w, r, sess, p, http.StatusOK, problems)
}

func (s *kit) planPage(w http.ResponseWriter, r *http.Request, sess session.Session, p planning, status int, problems []payment.Problem) error {
	view := s.layout.Content(sess, web.PagePlan, web.PathPlan, web.PlansContent(p.PlansView))
	view.Nav, view.Problems = s.layout.Nav(r.Context(), sess, web.PagePlan), problems
	return s.layout.Render(w, r, status, view)
}

// Choose is POST /plan: the choice becomes an attempt, with bills, amount
// and first day fixed.
func (s *Plans) Choose(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	p, err := s.planning(r.Context(), sess)
	if err == nil && p.Minimum.IsZero() {
		err = middleware.StatusError{Status: http.StatusNotFound}
	}
	if err != nil {
		return err
	}
	p.Chosen = payment.PlanChoice{Bills: f.Texts(payment.FieldBill), Payments: f.Text(payment.FieldPayments), Monthly: f.Text(payment.FieldMonthly), Start: payment.Day(f.Text(payment.FieldStart))}
	if f.Text(web.FieldAgain) != "" {
		p.Chosen.Monthly = f.Shown(payment.FieldMonthly)
		return s.planPage(w, r, sess, p, http.StatusOK, nil)
	}
	charge, terms, problems := p.Chosen.Terms(p.Statement, p.Minimum, p.today)
	if len(problems) > 0 {
		p.Chosen.Monthly = f.Shown(payment.FieldMonthly)
		return s.planPage(w, r, sess, p, http.StatusUnprocessableEntity, problems)
	}
	a, err := s.ledger.ProposeAttempt(r.Context(), sess.Record(payment.Attempt{ID: NewAttemptID(), Kind: payment.KindPlan, Charge: charge, PatientName: p.Name,
		Terms: payment.Terms{Cycle: terms.Cycle, Start: terms.Start}}, p.AsOfSeq))
	if err != nil {
		return err
	}
	return layout.Redirect(w, r, web.PathPlan+"/"+a.ID)
}

// errPlanChanged and errPlanLate say that a plan is not any more what the payer
// would agree to.
var (
	errPlanChanged = errors.New("bills or terms have changed")
	errPlanLate    = errors.New("its first day has come")
)

// ShowSigning is GET /plan/{attempt}.
func (s *Plans) ShowSigning(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.show(s.planToSign())(w, r, sess)
}

// Sign is POST /plan/{attempt}.
func (s *Plans) Sign(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.sign(s.planToSign())(w, r, sess)
}

func (s *kit) planToSign() signing {
	return signing{acts: []payment.Kind{payment.KindPlan}, read: s.plan, moved: s.planAgain}
}

// plan is what an attempt to make a plan is about now.
func (s *kit) plan(ctx context.Context, sess session.Session, a ledger.Record) (consentFlow, error) {
	o, err := s.accounts.Capabilities(ctx, sess)
	if err != nil {
		return consentFlow{}, err
	}
	owed, err := s.accounts.Balance(ctx, sess)
	if err != nil {
		return consentFlow{}, err
	}
	today, _, err := s.planToday(ctx, sess.Patient)
	if err != nil {
		return consentFlow{}, err
	}
	switch {
	case !a.Charge.Whole(owed.Statement), o.Plan.IsZero(), a.Terms.Cycle.Less(payment.SmallestCycle(a.Total(), o.Plan)):
		return consentFlow{}, errPlanChanged
	case a.Terms.Start <= today:
		return consentFlow{}, errPlanLate
	}
	fields, err := s.cardFields(ctx, a.Patient)
	if err != nil {
		return consentFlow{}, err
	}
	page := &web.PlanSigning{Site: s.layout.Of(sess), Attempt: a.Attempt, Notice: o.Notice, Fields: fields}
	consent, err := consentTo(page.Site.Language, page.Consent())
	if err != nil {
		return consentFlow{}, err
	}
	page.Version = consent.Version
	page.Fields.Typed.Email = sess.Email
	return consentFlow{
		page: web.PagePlan, path: web.PathPlan, consent: consent, fields: &page.Fields,
		content: func() web.Content { return page.Content() }, // of what is printed back, too
		check: func(card *payment.Card) *payment.Problem {
			schedule := payment.Schedule(a.Total(), a.Terms.Cycle, a.Terms.Start)
			return payment.ExpiresBefore(card.Expiry, schedule[len(schedule)-1].Day)
		},
		submit: func(card *payment.Card) dispatch.Operation { return dispatch.Plan{Card: card, Today: today} },
	}, nil
}

// planAgain leads back to the choice where a plan cannot be signed any more.
func (s *kit) planAgain(w http.ResponseWriter, r *http.Request, sess session.Session, a ledger.Record, err error) error {
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
	return s.unlessSent(w, r, sess, a, web.PathPlan+"?of="+a.ID+"&why="+why)
}
