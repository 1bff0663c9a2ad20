package pages

import (
	"context"
	"errors"
	"net/http"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// consentFlow is something that is read and then signed with a card: an agreement
// or a plan, checked against what holds now.
type consentFlow struct {
	page, path string           // data-page, and the path above the attempt's id
	consent    *payment.Consent // what is agreed to, word by word
	fields     *web.CardFields
	content    func() web.Content
	check      func(*payment.Card) *payment.Problem // of the card that was typed; nil: nothing more
	submit     func(*payment.Card) dispatch.Operation
}

// signingPage prints what is to be signed.
func (s *kit) signingPage(w http.ResponseWriter, r *http.Request, sess session.Session, a ledger.Record, p consentFlow, status int, problems []payment.Problem) error {
	view := s.layout.Content(sess, p.page, p.path+"/"+a.ID, p.content())
	view.Problems = problems
	return s.layout.Render(w, r, status, view)
}

// signing is the attempt of a path that is to be signed, and what it is now.
// read answers an error where it cannot be signed any more; moved turns that
// into where to go on.
type signing struct {
	acts  []payment.Kind
	read  func(context.Context, session.Session, ledger.Record) (consentFlow, error)
	moved func(http.ResponseWriter, *http.Request, session.Session, ledger.Record, error) error
}

// show is GET of a page that is signed.
func (s *kit) show(t signing) Handler {
	return func(w http.ResponseWriter, r *http.Request, sess session.Session) error {
		a, err := s.attempt(r, sess, t.acts...)
		if err != nil {
			return err
		}
		if a.State != payment.Created {
			return layout.Redirect(w, r, web.PathResult+a.ID)
		}
		p, err := t.read(r.Context(), sess, a)
		if err == nil && s.now().Sub(a.Created) > ledger.Fresh {
			err = &ledger.ExpiredError{Attempt: a} // nobody types a card for what will not be sent
		}
		if err != nil {
			return t.moved(w, r, sess, a, err)
		}
		return s.signingPage(w, r, sess, a, p, http.StatusOK, nil)
	}
}

// sign is POST of it: the consent is kept, word by word, with the claim, and
// what was signed is asked for, once.
func (s *kit) sign(t signing) Handler {
	return func(w http.ResponseWriter, r *http.Request, sess session.Session) error {
		a, err := s.attempt(r, sess, t.acts...)
		if err != nil {
			return err
		}
		if a.State != payment.Created {
			return layout.Redirect(w, r, web.PathResult+a.ID)
		}
		f, err := middleware.ReadForm(w, r)
		if err != nil {
			return err
		}
		defer f.Clear()
		// As in pay: an answer in seconds.
		soon, cancel := context.WithTimeout(r.Context(), account.AnswerWait)
		p, err := t.read(soon, sess, a)
		cancel()
		if err != nil {
			return t.moved(w, r, sess, a, err)
		}
		card, use, problems := p.fill(f)
		if len(problems) > 0 {
			card.Clear()
			p.fields.Typed = printable(f, problems)
			return s.signingPage(w, r, sess, a, p, http.StatusUnprocessableEntity, problems)
		}
		use.Consent = p.consent
		try := session.Try(r.Context(), sess, a.ID, card.Card, "")
		try.Keeps = true
		ticket, err := s.guard.Admit(r.Context(), try)
		if err != nil {
			card.Clear()
			return s.notAdmitted(w, r, sess, a.ID, err)
		}
		claimed, err := s.ledger.Claim(r.Context(), sess.Patient, a.ID, sess.Acting(use))
		if err != nil {
			s.withdraw(r.Context(), ticket, err)
		}
		var expired *ledger.ExpiredError
		switch {
		case errors.As(err, &expired):
			card.Clear()
			return t.moved(w, r, sess, a, err)
		case err != nil:
			card.Clear()
			return s.notClaimed(w, r, a.ID, err)
		}
		done := s.dispatch.Submit(r.Context(), claimed, dispatch.Admitted{Operation: p.submit(card.Card), Ended: ticket.Ended})
		s.dispatch.Wait(r.Context(), done, account.AnswerWait)
		return layout.Redirect(w, r, web.PathResult+a.ID)
	}
}

// unlessSent leads to a path from an attempt that cannot be signed any more: or
// to what became of it, where that is because it was sent meanwhile.
func (s *kit) unlessSent(w http.ResponseWriter, r *http.Request, sess session.Session, a ledger.Record, path string) error {
	now, err := s.ledger.AttemptForPatient(r.Context(), sess.Patient, a.ID)
	switch {
	case err != nil:
		return err
	case now.State != payment.Created:
		return layout.Redirect(w, r, web.PathResult+a.ID)
	}
	return layout.Redirect(w, r, path)
}

// fill reads what was filled in.
func (p consentFlow) fill(f *middleware.Form) (dispatch.PaymentMethod, ledger.CardUse, []payment.Problem) {
	in, problems := readPaymentMethod(f, *p.fields, nil)
	if in.Card != nil && p.check != nil {
		if problem := p.check(in.Card); problem != nil {
			problems = append(problems, *problem)
		}
	}
	email, problem := payment.ReadEmail(f.Text(payment.FieldEmail))
	if problem != nil {
		problems = append(problems, *problem)
	}
	problems = append(problems, p.content().Missing(f.Text)...)
	if f.Token(web.FieldVersion) != p.consent.Version {
		problems = append(problems, payment.Problem{Code: "terms_changed"})
	}
	use := in.Use()
	use.Email = email
	return in, use, problems
}
