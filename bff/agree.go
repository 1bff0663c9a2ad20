package bff

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// agreeable are the appointments for which a card can be kept on file: that of
// the launch, and those to come at this department.
func (s *Server) agreeable(ctx context.Context, v Visit) ([]payment.Appointment, error) {
	list, err := s.practice.Appointments(ctx, v.Patient, s.today())
	if err != nil {
		return nil, s.upstreamDown(ctx, v.Patient, err)
	}
	own := strconv.Itoa(v.Patient.Appointment)
	list = slices.DeleteFunc(list, func(a payment.Appointment) bool {
		return a.ID != own && a.Department != 0 && a.Department != v.Patient.Department
	})
	slices.SortStableFunc(list, func(a, b payment.Appointment) int {
		switch {
		case a.ID == own && b.ID != own:
			return -1
		case b.ID == own && a.ID != own:
			return 1
		}
		return 0
	})
	return list, nil
}

// choosing is the page that asks for what, and up to how much, a card is kept.
func (s *Server) choosing(ctx context.Context, v Visit) (web.Agree, error) {
	o, err := s.offers(ctx, v)
	if err != nil {
		return web.Agree{}, err
	}
	if !o.agreements() {
		return web.Agree{}, failure{status: http.StatusNotFound}
	}
	appointments, err := s.agreeable(ctx, v)
	if err != nil {
		return web.Agree{}, err
	}
	made, err := s.agreementsOf(ctx, v.Patient)
	if err != nil {
		return web.Agree{}, s.upstreamDown(ctx, v.Patient, err)
	}
	page := web.Agree{Site: s.site(v), Appointments: appointments, Visit: o.visit, Year: o.year, Made: made, Today: s.today()}
	asked, err := s.agreedLately(ctx, v.Patient)
	for _, a := range asked {
		page.Asked = append(page.Asked, a.Attempt)
	}
	return page, err
}

// agreedLately are the agreements that were asked for here and that the
// upstream may not list yet. For the same the ledger lets no other be sent.
func (s *Server) agreedLately(ctx context.Context, p payment.Patient) ([]ledger.Attempt, error) {
	all, err := s.ledger.AttemptsOf(ctx, p, payment.ActAgreeVisit, payment.ActAgreeYear)
	return slices.DeleteFunc(all, func(a ledger.Attempt) bool {
		return !a.State.Live() && (a.State != payment.Taken || s.now().Sub(a.Ended) > ledger.AgreeAgain)
	}), err
}

// agreeSaid is why somebody was led back to the choice.
var agreeSaid = map[string]payment.Problem{
	"changed": {Code: "agree_changed", Text: "What the practice offers, or the visit, has changed since you chose. Nothing was sent. Choose again."},
	"open":    {Code: "agree_open", Text: openTooLong},
}

// showAgree is GET /agree.
func (s *Server) showAgree(w http.ResponseWriter, r *http.Request, v Visit) error {
	page, err := s.choosing(r.Context(), v)
	if err != nil {
		return err
	}
	view := s.sheet(v, web.PageAgree, web.PathAgree, page.Sheet())
	view.Nav = s.nav(r.Context(), v, web.PageAgreements)
	if said, ok := agreeSaid[r.URL.Query().Get("why")]; ok {
		view.Problems = []payment.Problem{said}
	}
	return s.render(w, r, http.StatusOK, view)
}

// agree is POST /agree: the choice becomes an attempt, with its limit fixed.
func (s *Server) agree(w http.ResponseWriter, r *http.Request, v Visit) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	page, err := s.choosing(r.Context(), v)
	if err != nil {
		return err
	}
	page.Chosen = f.text(web.FieldAgree)
	page.Typed = map[string]string{}
	for _, option := range page.Options() {
		page.Typed[option.Value] = f.text(option.LimitField())
	}
	option, limit, problem := page.Read()
	if problem != nil {
		for _, option := range page.Options() {
			page.Typed[option.Value] = f.shown(option.LimitField())
		}
		view := s.sheet(v, web.PageAgree, web.PathAgree, page.Sheet())
		view.Nav, view.Problems = s.nav(r.Context(), v, web.PageAgreements), []payment.Problem{*problem}
		return s.render(w, r, http.StatusUnprocessableEntity, view)
	}
	o, err := s.owed(r.Context(), v)
	if err != nil {
		return err
	}
	patient := v.Patient
	patient.Appointment, err = strconv.Atoi(option.Appointment.ID)
	if err != nil {
		return err
	}
	act := payment.ActAgreeVisit
	if option.Year {
		act = payment.ActAgreeYear
	}
	a, err := s.ledger.CreateAttempt(r.Context(), ledger.Attempt{
		Attempt: payment.Attempt{ID: newAttemptID(), Act: act, Target: option.Value, Value: limit, PatientName: o.Name},
		Patient: patient, Portal: v.Portal, Subject: v.Subject, Basis: o.basis,
	})
	if err != nil {
		return err
	}
	return redirect(w, r, web.PathAgree+"/"+a.ID)
}

// agreementToSign is GET and POST /agree/{attempt}.
func (s *Server) agreementToSign() toSign {
	return toSign{
		acts:  []payment.Act{payment.ActAgreeVisit, payment.ActAgreeYear},
		read:  s.agreement,
		moved: s.agreeAgain,
	}
}

// errNotAgreeable says that an agreement is not offered any more, or not up to
// that limit, or that its appointment is over; errAgreed that the upstream has
// one for the same. errNoTerms says that there is nothing to agree to.
var (
	errNotAgreeable = errors.New("not offered any more")
	errAgreed       = errors.New("agreed to already")
	errNoTerms      = errors.New("terms without text")
)

// agreeAgain leads on where an agreement cannot be signed any more.
func (s *Server) agreeAgain(w http.ResponseWriter, r *http.Request, v Visit, a ledger.Attempt, err error) error {
	var expired *ledger.ExpiredError
	switch {
	case errors.Is(err, errAgreed):
		return s.unlessSent(w, r, v, a, web.PathAgreements+"?why=agreed")
	case errors.Is(err, errNotAgreeable):
		return s.unlessSent(w, r, v, a, web.PathAgree+"?why=changed")
	case errors.As(err, &expired):
		return s.unlessSent(w, r, v, a, web.PathAgree+"?why=open")
	}
	return s.notClaimed(w, r, a.ID, err)
}

// unagreed answers an error where there is an agreement for the same as an
// attempt is, by the ledger or by the upstream's own list, read now: it may
// have been made anywhere.
func (s *Server) unagreed(ctx context.Context, v Visit, a ledger.Attempt) error {
	asked, err := s.agreedLately(ctx, v.Patient)
	if err != nil {
		return err
	}
	for _, other := range asked {
		if other.Target == a.Target && other.ID != a.ID {
			return &ledger.OverlapError{Other: other}
		}
	}
	read := s.practice.VisitAgreements
	if a.Act == payment.ActAgreeYear {
		read = s.practice.YearAgreements
	}
	made, err := read(ctx, a.Patient)
	if err != nil {
		return s.upstreamDown(ctx, v.Patient, err)
	}
	if slices.ContainsFunc(made, func(m payment.Agreement) bool { return web.AgreementTarget(m) == a.Target && !m.Over(s.today()) }) {
		return errAgreed
	}
	return nil
}

// agreement is what an attempt to agree is about now.
func (s *Server) agreement(ctx context.Context, v Visit, a ledger.Attempt) (signable, error) {
	o, err := s.offers(ctx, v)
	if err != nil {
		return signable{}, err
	}
	read, limit, ask := s.practice.VisitTerms, o.visit, s.practice.AgreeForVisit
	if a.Act == payment.ActAgreeYear {
		read, limit, ask = s.practice.YearTerms, o.year, s.practice.AgreeForYear
	}
	if err := s.unagreed(ctx, v, a); err != nil {
		return signable{}, err
	}
	if limit.Less(a.Value) {
		return signable{}, errNotAgreeable
	}
	terms, err := read(ctx, a.Patient.Practice)
	if err != nil {
		return signable{}, s.upstreamDown(ctx, v.Patient, err)
	}
	appointments, err := s.agreeable(ctx, v)
	if err != nil {
		return signable{}, err
	}
	id := strconv.Itoa(a.Patient.Appointment)
	i := slices.IndexFunc(appointments, func(x payment.Appointment) bool { return x.ID == id })
	if i < 0 {
		return signable{}, errNotAgreeable
	}
	fields, err := s.cardFields(ctx, a.Patient)
	if err != nil {
		return signable{}, err
	}
	page := &web.Signing{Site: s.site(v), Attempt: a.Attempt, Appointment: appointments[i], Terms: paragraphs(terms), Notice: o.notice, Fields: fields}
	consent, err := consentTo(page.Consent())
	if len(page.Terms) == 0 {
		err = errNoTerms
	}
	if err != nil {
		// Nobody can agree to what is not there, or cannot be kept.
		s.log.ErrorContext(ctx, "the upstream's terms cannot be agreed to", "act", string(a.Act), "practice", a.Patient.Practice, "error", err.Error())
		return signable{}, s.upstreamDown(ctx, v.Patient, err)
	}
	page.Version = consent.Version
	page.Fields.Typed.Email = v.Email
	return signable{
		page: web.PageAgree, path: web.PathAgree, consent: consent, fields: &page.Fields,
		sheet: func() web.Sheet { return page.Sheet() }, // of what is printed back, too
		do: func(ctx context.Context, a ledger.Attempt, card *payment.Card) payment.Outcome {
			return ask(ctx, a.Patient, payment.AgreementTerms{Max: a.Value, Email: a.Email}, card).Outcome()
		},
	}, nil
}

// mailAgreement orders the text of the agreement that an attempt made.
func (s *Server) mailAgreement(ctx context.Context, a ledger.Attempt) error {
	years, err := s.practice.YearAgreements(ctx, a.Patient)
	if err != nil {
		return err
	}
	for _, made := range years {
		if made.Payment == a.Reference && made.ID != "" {
			if write := s.practice.EmailYearAgreement(ctx, a.Patient, made.ID, a.Email); !write.Done() {
				return errors.New(write.Evidence)
			}
			return nil
		}
	}
	return errors.New("the agreement is not listed")
}
