package pages

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// agreeable are the appointments for which a card can be kept on file: that of
// the launch, and those to come at this department.
func (s *kit) agreeable(ctx context.Context, sess session.Session) ([]payment.Appointment, error) {
	list, err := s.practice.Appointments(ctx, sess.Patient, s.departments.Today(ctx, sess.Patient))
	if _, err = s.accounts.Understood(ctx, sess, "appointments", err); err != nil {
		return nil, err
	}
	own := strconv.Itoa(sess.Patient.Appointment)
	list = slices.DeleteFunc(list, func(a payment.Appointment) bool {
		return a.ID != own && a.Department != 0 && a.Department != sess.Patient.Department
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
func (s *kit) choosing(ctx context.Context, sess session.Session) (web.AgreeView, error) {
	o, err := s.accounts.Capabilities(ctx, sess)
	if err != nil {
		return web.AgreeView{}, err
	}
	if !o.Agreements() {
		return web.AgreeView{}, middleware.StatusError{Status: http.StatusNotFound}
	}
	appointments, err := s.agreeable(ctx, sess)
	if err != nil {
		return web.AgreeView{}, err
	}
	made, err := s.accounts.Agreements(ctx, sess.Patient)
	if err != nil {
		return web.AgreeView{}, s.accounts.Unavailable(ctx, sess.Patient, err)
	}
	page := web.AgreeView{Site: s.layout.Of(sess), Appointments: appointments, Visit: o.Visit, Year: o.Year, Made: made, Today: s.departments.Today(ctx, sess.Patient)}
	asked, err := s.agreedLately(ctx, sess.Patient)
	for _, a := range asked {
		page.Asked = append(page.Asked, a.Attempt)
	}
	return page, err
}

// agreedLately are the agreements that were asked for here and that the
// upstream may not list yet. For the same the ledger lets no other be sent.
func (s *kit) agreedLately(ctx context.Context, p payment.Patient) ([]ledger.Record, error) {
	all, err := s.ledger.AttemptsOf(ctx, p, payment.KindAgreeVisit, payment.KindAgreeYear)
	return slices.DeleteFunc(all, func(a ledger.Record) bool {
		return !a.State.Live() && (a.State != payment.Succeeded || s.now().Sub(a.Ended) > ledger.AgreeAgain)
	}), err
}

// agreeSaid is why somebody was led back to the choice.
var agreeSaid = map[string]payment.Problem{
	"changed": {Code: "agree_changed"},
	"open":    {Code: "agree_open"},
}

// ShowChoice is GET /agree.
func (s *Agreements) ShowChoice(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	page, err := s.choosing(r.Context(), sess)
	if err != nil {
		return err
	}
	view := s.layout.Content(sess, web.PageAgree, web.PathAgree, page.Content())
	view.Nav = s.layout.Nav(r.Context(), sess, view.Page)
	if said, ok := agreeSaid[r.URL.Query().Get("why")]; ok {
		view.Problems = []payment.Problem{said}
	}
	return s.layout.Render(w, r, http.StatusOK, view)
}

// Choose is POST /agree: the choice becomes an attempt, with its limit fixed.
func (s *Agreements) Choose(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	page, err := s.choosing(r.Context(), sess)
	if err != nil {
		return err
	}
	page.Chosen = f.Text(web.FieldAgree)
	page.Typed = map[string]string{}
	for _, option := range page.Options() {
		page.Typed[option.Value] = f.Text(option.LimitField())
	}
	option, limit, problem := page.Read()
	if problem != nil {
		for _, option := range page.Options() {
			page.Typed[option.Value] = f.Shown(option.LimitField())
		}
		view := s.layout.Content(sess, web.PageAgree, web.PathAgree, page.Content())
		view.Nav, view.Problems = s.layout.Nav(r.Context(), sess, view.Page), []payment.Problem{*problem}
		return s.layout.Render(w, r, http.StatusUnprocessableEntity, view)
	}
	o, err := s.accounts.Balance(r.Context(), sess)
	if err != nil {
		return err
	}
	patient := sess.Patient
	patient.Appointment, err = strconv.Atoi(option.Appointment.ID)
	if err != nil {
		return err
	}
	act := payment.KindAgreeVisit
	if option.Year {
		act = payment.KindAgreeYear
	}
	made := sess.Record(payment.Attempt{ID: NewAttemptID(), Kind: act, Target: option.Value, Value: limit, PatientName: o.Name}, o.AsOfSeq)
	made.Patient = patient
	a, err := s.ledger.ProposeAttempt(r.Context(), made)
	if err != nil {
		return err
	}
	return layout.Redirect(w, r, web.PathAgree+"/"+a.ID)
}

// ShowSigning is GET /agree/{attempt}.
func (s *Agreements) ShowSigning(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.show(s.agreementToSign())(w, r, sess)
}

// Sign is POST /agree/{attempt}.
func (s *Agreements) Sign(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.sign(s.agreementToSign())(w, r, sess)
}

func (s *kit) agreementToSign() signing {
	return signing{
		acts:  []payment.Kind{payment.KindAgreeVisit, payment.KindAgreeYear},
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
func (s *kit) agreeAgain(w http.ResponseWriter, r *http.Request, sess session.Session, a ledger.Record, err error) error {
	var expired *ledger.ExpiredError
	switch {
	case errors.Is(err, errAgreed):
		return s.unlessSent(w, r, sess, a, web.PathAgreements+"?why=agreed")
	case errors.Is(err, errNotAgreeable):
		return s.unlessSent(w, r, sess, a, web.PathAgree+"?why=changed")
	case errors.As(err, &expired):
		return s.unlessSent(w, r, sess, a, web.PathAgree+"?why=open")
	}
	return s.notClaimed(w, r, a.ID, err)
}

// unagreed answers an error where there is an agreement for the same as an
// attempt is, by the ledger or by the upstream's own list, read now: it may
// have been made anywhere.
func (s *kit) unagreed(ctx context.Context, sess session.Session, a ledger.Record) error {
	asked, err := s.agreedLately(ctx, sess.Patient)
	if err != nil {
		return err
	}
	for _, other := range asked {
		if other.Target == a.Target && other.ID != a.ID {
			return &ledger.OverlapError{Other: other}
		}
	}
	read := s.practice.VisitAgreements
	if a.Kind == payment.KindAgreeYear {
		read = s.practice.YearAgreements
	}
	made, err := read(ctx, a.Patient)
	if err != nil {
		return s.accounts.Unavailable(ctx, sess.Patient, err)
	}
	if slices.ContainsFunc(made, func(m payment.Agreement) bool {
		return web.AgreementTarget(m) == a.Target && !m.Over(s.departments.Today(ctx, sess.Patient))
	}) {
		return errAgreed
	}
	return nil
}

// agreement is what an attempt to agree is about now.
func (s *kit) agreement(ctx context.Context, sess session.Session, a ledger.Record) (consentFlow, error) {
	o, err := s.accounts.Capabilities(ctx, sess)
	if err != nil {
		return consentFlow{}, err
	}
	read, limit := s.practice.VisitTerms, o.Visit
	if a.Kind == payment.KindAgreeYear {
		read, limit = s.practice.YearTerms, o.Year
	}
	if err := s.unagreed(ctx, sess, a); err != nil {
		return consentFlow{}, err
	}
	if limit.Less(a.Value) {
		return consentFlow{}, errNotAgreeable
	}
	terms, err := read(ctx, a.Patient.Practice)
	if err != nil {
		return consentFlow{}, s.accounts.Unavailable(ctx, sess.Patient, err)
	}
	appointments, err := s.agreeable(ctx, sess)
	if err != nil {
		return consentFlow{}, err
	}
	id := strconv.Itoa(a.Patient.Appointment)
	i := slices.IndexFunc(appointments, func(x payment.Appointment) bool { return x.ID == id })
	if i < 0 {
		return consentFlow{}, errNotAgreeable
	}
	fields, err := s.cardFields(ctx, a.Patient)
	if err != nil {
		return consentFlow{}, err
	}
	page := &web.Signing{Site: s.layout.Of(sess), Attempt: a.Attempt, Appointment: appointments[i], Terms: paragraphs(terms), Notice: o.Notice, Fields: fields}
	consent, err := consentTo(page.Site.Language, page.Consent())
	if len(page.Terms) == 0 {
		err = errNoTerms
	}
	if err != nil {
		// Nobody can agree to what is not there, or cannot be kept.
		s.log.ErrorContext(ctx, "the upstream's terms cannot be agreed to", "act", string(a.Kind), "practice", a.Patient.Practice, "error", err.Error())
		return consentFlow{}, s.accounts.Unavailable(ctx, sess.Patient, err)
	}
	page.Version = consent.Version
	page.Fields.Typed.Email = sess.Email
	return consentFlow{
		page: web.PageAgree, path: web.PathAgree, consent: consent, fields: &page.Fields,
		content: func() web.Content { return page.Content() }, // of what is printed back, too
		submit:  func(card *payment.Card) dispatch.Operation { return dispatch.Agree{Card: card} },
	}, nil
}
