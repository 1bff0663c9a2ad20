package bff

import (
	"context"
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
	o := s.offers(r.Context(), v)
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
	o := s.offers(ctx, v)
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

// signing is the page on which an agreement is read and signed.
func (s *Server) signing(ctx context.Context, v Visit, a ledger.Attempt) (web.Signing, error) {
	o := s.offers(ctx, v)
	read, limit := s.practice.VisitTerms, o.visit
	if a.Act == payment.ActAgreeYear {
		read, limit = s.practice.YearTerms, o.year
	}
	if limit.Less(a.Value) {
		return web.Signing{}, failure{status: http.StatusNotFound} // no longer offered, or not up to that
	}
	terms, err := read(ctx, a.Patient.Practice)
	if err != nil {
		return web.Signing{}, s.upstreamDown(ctx, v.Patient, err)
	}
	appointments, err := s.agreeable(ctx, v)
	if err != nil {
		return web.Signing{}, err
	}
	id := strconv.Itoa(a.Patient.Appointment)
	i := slices.IndexFunc(appointments, func(x payment.Appointment) bool { return x.ID == id })
	if i < 0 {
		return web.Signing{}, failure{status: http.StatusNotFound}
	}
	fields, err := s.cardFields(ctx, a.Patient)
	if err != nil {
		return web.Signing{}, err
	}
	page := web.Signing{Site: s.site(v), Attempt: a.Attempt, Appointment: appointments[i], Terms: paragraphs(terms), Notice: o.notice, Fields: fields}
	consent, err := ledger.NewConsent(page.Consent(), web.ConsentLocale)
	if err != nil {
		return web.Signing{}, err
	}
	page.Version = consent.Version
	page.Fields.Typed.Email = v.Email
	return page, nil
}

// showSigning is GET /agree/{attempt}.
func (s *Server) showSigning(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.attempt(r, v, payment.ActAgreeVisit, payment.ActAgreeYear)
	if err != nil {
		return err
	}
	if a.State != payment.Created {
		return redirect(w, r, web.PathResult+a.ID)
	}
	page, err := s.signing(r.Context(), v, a)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, s.sheet(v, web.PageAgree, web.PathAgree+"/"+a.ID, page.Sheet()))
}

// sign is POST /agree/{attempt}: the consent is kept, word by word, with the
// claim, and the agreement is asked for, once.
func (s *Server) sign(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.attempt(r, v, payment.ActAgreeVisit, payment.ActAgreeYear)
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
	page, err := s.signing(soon, v, a)
	cancel()
	if err != nil {
		return err
	}
	in, problems := readInstrument(f, page.Fields, nil)
	email, problem := payment.ReadEmail(f.text(payment.FieldEmail))
	if problem != nil {
		problems = append(problems, *problem)
	}
	problems = append(problems, page.Sheet().Missing(f.text)...)
	if f.text(web.FieldVersion) != page.Version {
		problems = append(problems, payment.Problem{Code: "terms_changed", Text: "The terms have changed since you opened this page. Nothing was sent. Read them again below."})
	}
	if len(problems) > 0 {
		in.clear()
		page.Fields.Typed = printable(f, problems)
		view := s.sheet(v, web.PageAgree, web.PathAgree+"/"+a.ID, page.Sheet())
		view.Problems = problems
		return s.render(w, r, http.StatusUnprocessableEntity, view)
	}
	use := in.use()
	use.Email = email
	if use.Consent, err = consentTo(page.Consent()); err != nil {
		in.clear()
		return err
	}
	if a, err = s.ledger.Claim(r.Context(), v.Patient, a.ID, use); err != nil {
		in.clear()
		return s.notClaimed(w, r, r.PathValue("attempt"), err)
	}
	done := s.send(r.Context(), a, func(ctx context.Context) payment.Outcome {
		defer in.clear()
		terms := payment.AgreementTerms{Max: a.Value, Email: email}
		if a.Act == payment.ActAgreeYear {
			return s.practice.AgreeForYear(ctx, a.Patient, terms, in.card).Outcome()
		}
		return s.practice.AgreeForVisit(ctx, a.Patient, terms, in.card).Outcome()
	}, in.clear)
	s.wait(r.Context(), done)
	return redirect(w, r, web.PathResult+a.ID)
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
				return failure{status: http.StatusBadGateway, cause: errText(write.Evidence)}
			}
			return nil
		}
	}
	return errText("the agreement is not listed")
}

// errText is an error for the record.
type errText string

func (e errText) Error() string { return string(e) }
