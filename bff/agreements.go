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

// dependents says in words which agreements and plans are known to use a card
// of the same brand and number.
func (s *Server) dependents(ctx context.Context, v Visit, card payment.StoredCard) ([]string, error) {
	same := func(b payment.Brand, last4 string) bool {
		return last4 != "" && last4 == card.Last4 && (b == "" || card.Brand == "" || b == card.Brand)
	}
	var words []string
	agreements, err := s.agreementsOf(ctx, v.Patient)
	if err != nil {
		return nil, s.upstreamDown(ctx, v.Patient, err)
	}
	for _, a := range agreements {
		if same(a.Brand, a.Last4) {
			words = append(words, web.AgreementName(a))
		}
	}
	plans, err := s.practice.Plans(ctx, v.Patient)
	if err != nil {
		return nil, s.upstreamDown(ctx, v.Patient, err)
	}
	for _, p := range plans {
		if same(p.Brand, p.Last4) {
			words = append(words, web.PlanName(p))
		}
	}
	return words, nil
}

// showAgreements is GET /agreements: what was agreed to, and what comes of it.
func (s *Server) showAgreements(w http.ResponseWriter, r *http.Request, v Visit) error {
	o, err := s.offers(r.Context(), v)
	if err != nil {
		return err
	}
	if !o.agreements() {
		return failure{status: http.StatusNotFound}
	}
	all, err := s.agreementsOf(r.Context(), v.Patient)
	if err != nil {
		return s.upstreamDown(r.Context(), v.Patient, err)
	}
	bills, err := s.owed(r.Context(), v)
	if err != nil {
		return err
	}
	signed, err := s.ledger.AttemptsOf(r.Context(), v.Patient, payment.ActAgreeVisit, payment.ActAgreeYear)
	if err != nil {
		return err
	}
	page := web.Agreements{Site: s.site(v), Agreements: all, Bills: bills.Bills, Today: payment.DayOf(s.now().In(s.zone)), New: true}
	for _, a := range signed {
		page.Signed = append(page.Signed, a.Attempt)
	}
	view := s.sheet(v, web.PageAgreements, web.PathAgreements, web.AgreementsSheet(page))
	view.Nav = s.nav(r.Context(), v, web.PageAgreements)
	return s.render(w, r, http.StatusOK, view)
}

// agreeable are the appointments for which a card can be kept on file: that of
// the launch, and those to come at this department.
func (s *Server) agreeable(ctx context.Context, v Visit) ([]payment.Appointment, error) {
	today := payment.DayOf(s.now().In(s.zone))
	list, err := s.practice.Appointments(ctx, v.Patient, today)
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
	return web.Agree{Site: s.site(v), Appointments: appointments, Visit: o.visit, Year: o.year, Made: made}, nil
}

// showAgree is GET /agree.
func (s *Server) showAgree(w http.ResponseWriter, r *http.Request, v Visit) error {
	page, err := s.choosing(r.Context(), v)
	if err != nil {
		return err
	}
	view := s.sheet(v, web.PageAgree, web.PathAgree, page.Sheet())
	view.Nav = s.nav(r.Context(), v, web.PageAgreements)
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
		acts: []payment.Act{payment.ActAgreeVisit, payment.ActAgreeYear},
		read: s.agreement,
		moved: func(w http.ResponseWriter, r *http.Request, _ Visit, _ ledger.Attempt, err error) error {
			var expired *ledger.ExpiredError
			if errors.Is(err, errNotAgreeable) || errors.As(err, &expired) {
				return redirect(w, r, web.PathAgree)
			}
			return err
		},
	}
}

// errNotAgreeable says that an agreement is not offered any more, or not up to
// that limit, or that its appointment is over.
var errNotAgreeable = errors.New("not offered any more")

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
	if err != nil {
		return signable{}, err
	}
	page.Version = consent.Version
	page.Fields.Typed.Email = v.Email
	return signable{
		page: web.PageAgree, path: web.PathAgree, version: page.Version, consent: page.Consent(), fields: &page.Fields,
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
