package bff

import (
	"context"
	"errors"
	"net/http"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// signable is something that is read and then signed with a card: an agreement
// or a plan, checked against what holds now.
type signable struct {
	page, path string           // data-page, and the path above the attempt's id
	consent    *payment.Consent // what is agreed to, word by word
	fields     *web.CardFields
	sheet      func() web.Sheet
	check      func(*payment.Card) *payment.Problem // of the card that was typed; nil: nothing more
	do         func(ctx context.Context, a ledger.Attempt, card *payment.Card) payment.Outcome
}

// signingPage prints what is to be signed.
func (s *Server) signingPage(w http.ResponseWriter, r *http.Request, v Visit, a ledger.Attempt, p signable, status int, problems []payment.Problem) error {
	view := s.sheet(v, p.page, p.path+"/"+a.ID, p.sheet())
	view.Problems = problems
	return s.render(w, r, status, view)
}

// toSign is the attempt of a path that is to be signed, and what it is now.
// read answers an error where it cannot be signed any more; moved turns that
// into where to go on.
type toSign struct {
	acts  []payment.Act
	read  func(context.Context, Visit, ledger.Attempt) (signable, error)
	moved func(http.ResponseWriter, *http.Request, Visit, ledger.Attempt, error) error
}

// showSigning is GET of a page that is signed.
func (s *Server) showSigning(t toSign) page {
	return func(w http.ResponseWriter, r *http.Request, v Visit) error {
		a, err := s.attempt(r, v, t.acts...)
		if err != nil {
			return err
		}
		if a.State != payment.Created {
			return redirect(w, r, web.PathResult+a.ID)
		}
		p, err := t.read(r.Context(), v, a)
		if err == nil && s.now().Sub(a.Created) > ledger.Fresh {
			err = &ledger.ExpiredError{Attempt: a} // nobody types a card for what will not be sent
		}
		if err != nil {
			return t.moved(w, r, v, a, err)
		}
		return s.signingPage(w, r, v, a, p, http.StatusOK, nil)
	}
}

// sign is POST of it: the consent is kept, word by word, with the claim, and
// what was signed is asked for, once.
func (s *Server) sign(t toSign) page {
	return func(w http.ResponseWriter, r *http.Request, v Visit) error {
		a, err := s.attempt(r, v, t.acts...)
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
		// As in pay: an answer in seconds.
		soon, cancel := context.WithTimeout(r.Context(), answerWait)
		p, err := t.read(soon, v, a)
		cancel()
		if err != nil {
			return t.moved(w, r, v, a, err)
		}
		card, use, problems := p.fill(f)
		if len(problems) > 0 {
			card.clear()
			p.fields.Typed = printable(f, problems)
			return s.signingPage(w, r, v, a, p, http.StatusUnprocessableEntity, problems)
		}
		use.Consent, use.Session, use.Idle = p.consent, v.session, sessionIdle
		claimed, err := s.ledger.Claim(r.Context(), v.Patient, a.ID, use)
		var expired *ledger.ExpiredError
		switch {
		case errors.As(err, &expired):
			card.clear()
			return t.moved(w, r, v, a, err)
		case err != nil:
			card.clear()
			return s.notClaimed(w, r, a.ID, err)
		}
		done := s.send(r.Context(), claimed, func(ctx context.Context) payment.Outcome {
			defer card.clear()
			return p.do(ctx, claimed, card.card)
		}, card.clear)
		s.wait(r.Context(), done)
		return redirect(w, r, web.PathResult+a.ID)
	}
}

// openTooLong is said to whoever comes back from a page that cannot be sent any
// more.
const openTooLong = "This page was open for more than an hour. Nothing was sent. Check it and go on from here."

// unlessSent leads to a path from an attempt that cannot be signed any more: or
// to what became of it, where that is because it was sent meanwhile.
func (s *Server) unlessSent(w http.ResponseWriter, r *http.Request, v Visit, a ledger.Attempt, path string) error {
	now, err := s.ledger.Attempt(r.Context(), v.Patient, a.ID)
	switch {
	case err != nil:
		return err
	case now.State != payment.Created:
		return redirect(w, r, web.PathResult+a.ID)
	}
	return redirect(w, r, path)
}

// fill reads what was filled in.
func (p signable) fill(f *form) (instrument, ledger.CardUse, []payment.Problem) {
	in, problems := readInstrument(f, *p.fields, nil)
	if in.card != nil && p.check != nil {
		if problem := p.check(in.card); problem != nil {
			problems = append(problems, *problem)
		}
	}
	email, problem := payment.ReadEmail(f.text(payment.FieldEmail))
	if problem != nil {
		problems = append(problems, *problem)
	}
	problems = append(problems, p.sheet().Missing(f.text)...)
	if f.text(web.FieldVersion) != p.consent.Version {
		problems = append(problems, payment.Problem{Code: "terms_changed", Text: "The terms have changed since you opened this page. Nothing was sent. Read them again below."})
	}
	use := in.use()
	use.Email = email
	return in, use, problems
}
