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

// Attempts are the attempts of the ledger. Claim gives an attempt to one caller
// of all in all processes; Send is the fence, durable before it returns, after
// which a byte may leave.
type Attempts interface {
	CreateAttempt(context.Context, ledger.Attempt) (ledger.Attempt, error)
	Attempt(ctx context.Context, p payment.Patient, id string) (ledger.Attempt, error)
	Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Attempt, error)
	Send(ctx context.Context, id, before string) (ledger.Attempt, error)
	Settle(ctx context.Context, id string, o payment.Outcome) (ledger.Attempt, error)
	OrderMail(ctx context.Context, id string) (ledger.Attempt, error)
	MarkEmailed(ctx context.Context, id string, ok bool, evidence string) error
	// Spent is the money that went to the patient's bills lately, or may have,
	// and the moment for Attempt.Basis.
	Spent(context.Context, payment.Patient) (spent []payment.Spent, basis int64, err error)
	// Recent are the payments behind that: in doubt, and taken lately.
	Recent(context.Context, payment.Patient) (live, taken []ledger.Attempt, err error)
	// ClaimedSince is what one payer has had sent for a patient since a moment,
	// whatever became of it.
	ClaimedSince(ctx context.Context, p payment.Patient, portal, subject string, since time.Time) ([]ledger.Attempt, error)
}

// answerWait is how long the answer to "Pay" waits for the upstream before it
// leads to the result page, which then says that the payment is being sent.
const answerWait = 3 * time.Second

// showCard is GET /pay/{attempt}: the card form. Whether cards can be taken is
// asked now, before anybody types one.
func (s *Server) showCard(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.attempt(r, v, payment.ActCharge)
	if err != nil {
		return err
	}
	if a.State != payment.Created {
		return redirect(w, r, web.PathResult+a.ID)
	}
	view, err := s.cardView(r.Context(), v, a)
	if err != nil {
		return err
	}
	view.Card.Typed.Email = v.Email
	if view.Card.Repeat, err = s.repeated(r.Context(), a); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view)
}

// attempt is the attempt of a path, if it is the visit's patient's and of one of
// the kinds that the page is for: one kind's form never sends another's.
func (s *Server) attempt(r *http.Request, v Visit, acts ...payment.Act) (ledger.Attempt, error) {
	a, err := s.own(r, v)
	if err == nil && !slices.Contains(acts, a.Act) {
		err = ledger.ErrNotFound
	}
	return a, err
}

// repeated is a charge of the same amount that the patient sent minutes ago, on
// whatever card: the payer is asked before they type one.
func (s *Server) repeated(ctx context.Context, a ledger.Attempt) (*web.Repeat, error) {
	live, taken, err := s.ledger.Recent(ctx, a.Patient)
	if err != nil {
		return nil, err
	}
	for _, other := range append(live, taken...) {
		if other.Act.Charges() && other.Total() == a.Total() && s.now().Sub(other.Sent) <= ledger.RepeatWithin {
			return s.repeat(other), nil
		}
	}
	return nil, nil
}

func (s *Server) repeat(other ledger.Attempt) *web.Repeat {
	return &web.Repeat{Attempt: other.Attempt, When: s.timeOfDay(other.Sent)}
}

func (s *Server) cardView(ctx context.Context, v Visit, a ledger.Attempt) (web.View, error) {
	if found, err := s.found(ctx, v.Patient); err != nil {
		return web.View{}, err
	} else if found {
		return web.View{}, errFound
	}
	fields, err := s.cardFields(ctx, a.Patient)
	if err != nil {
		return web.View{}, err
	}
	card := &web.Card{Attempt: a.Attempt, CardFields: fields}
	if v.storesCards() {
		card.Save = s.cardConsent(v)
	}
	if v.seesCards() {
		card.Stored, card.Unread = s.usableCards(ctx, a.Patient, fields)
	}
	if len(card.Stored) > 0 {
		card.Chosen = card.Stored[0].ID
	}
	return web.View{Page: web.PageCard, Path: web.PathCard + a.ID, Site: s.site(v), Card: card}, nil
}

// cardFields are the inputs of a card, for the department of a patient.
func (s *Server) cardFields(ctx context.Context, p payment.Patient) (web.CardFields, error) {
	department, err := s.practice.Department(ctx, p)
	if err == nil && len(department.Brands) == 0 {
		return web.CardFields{}, errNoCards
	}
	if err != nil {
		return web.CardFields{}, s.upstreamDown(ctx, p, err)
	}
	return web.CardFields{Brands: department.Brands, Today: s.now().In(department.Zone)}, nil
}

// pay is POST /pay/{attempt}: the attempt is claimed, durably, and sent, once.
func (s *Server) pay(w http.ResponseWriter, r *http.Request, v Visit) error {
	id := r.PathValue("attempt")
	a, err := s.attempt(r, v, payment.ActCharge)
	if err != nil {
		return err
	}
	if a.State != payment.Created {
		return redirect(w, r, web.PathResult+id)
	}
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	defer f.clear()
	// Whoever presses the button gets an answer in seconds, also from a practice
	// that gives none: nothing was sent then.
	soon, cancel := context.WithTimeout(r.Context(), answerWait)
	view, err := s.cardView(soon, v, a)
	cancel()
	if err != nil {
		return err
	}
	in, problems := readInstrument(f, view.Card.CardFields, view.Card.Stored)
	if view.Card.Unread && len(problems) > 0 && problems[0].Code == "card_gone" {
		problems[0].Text = "Your saved cards cannot be read right now. Nothing was sent. Enter a card, or try again later."
	}
	email, problem := payment.ReadEmail(f.text(payment.FieldEmail))
	if problem != nil {
		problems = append(problems, *problem)
	}
	if problem := otherAmount(f, a.Charge.Total()); problem != nil {
		problems = append(problems, *problem)
	}
	save := view.Card.Save != "" && f.text(payment.FieldSave) != "" && in.card != nil
	refuse := func(problems ...payment.Problem) error {
		in.clear()
		view.Problems, view.Card.Typed, view.Card.Chosen = problems, printable(f, problems), f.text(payment.FieldCard)
		view.Card.SaveChosen = f.text(payment.FieldSave) != ""
		return s.render(w, r, http.StatusUnprocessableEntity, view)
	}
	if len(problems) > 0 {
		return refuse(problems...)
	}
	use := in.use()
	use.Email, use.Again = email, f.text(payment.FieldRepeat)
	use.Session, use.Idle = v.session, sessionIdle
	a, err = s.ledger.Claim(r.Context(), v.Patient, id, use)
	var repeat *ledger.RepeatError
	switch {
	case errors.As(err, &repeat):
		view.Card.Repeat = s.repeat(repeat.Other)
		return refuse(payment.Problem{Code: "repeat", Field: payment.FieldRepeat,
			Text: "Tick the box if you want to pay " + repeat.Other.Total().Display() + " once more. Nothing was sent."})
	case err != nil:
		in.clear()
		return s.notClaimed(w, r, id, err)
	}
	var keep func(<-chan struct{})
	unsaved := ""
	if save {
		if keep = s.keepCard(r.Context(), v, a, in.card); keep == nil {
			unsaved = "?card=unsaved"
		}
	}
	done := s.send(r.Context(), a, func(ctx context.Context) payment.Outcome {
		if keep == nil {
			defer in.clear()
		}
		return in.collect(ctx, s.practice, a)
	}, in.clear)
	if keep != nil {
		keep(done)
	}
	s.wait(r.Context(), done)
	return redirect(w, r, web.PathResult+id+unsaved)
}

// wait gives an answer from upstream the time in which a payer likes to wait
// for it.
func (s *Server) wait(ctx context.Context, done <-chan struct{}) {
	select {
	case <-done:
	case <-s.after(answerWait):
	case <-ctx.Done():
	}
}

// otherAmount is the problem of a form that shows another amount than its
// attempt has: the payer agreed to that one, and no other is taken.
func otherAmount(f *form, total payment.Amount) *payment.Problem {
	text := f.text(payment.FieldAmount)
	if text == "" {
		return nil
	}
	if amount, err := payment.ReadAmount(text); err == nil && amount == total {
		return nil
	}
	return &payment.Problem{Code: "amount_other", Text: "This page is for a payment of " + total.Display() + ". Nothing was sent. To pay another amount, choose it anew with \"Change what you pay\"."}
}

// printable are the fields that may go back into the form. A field in which a
// card number stands by mistake is not printed back either.
func printable(f *form, problems []payment.Problem) web.Typed {
	text := func(name string) string {
		if p := payment.At(problems, name); p.Code == "name_number" || p.Code == "name_code" {
			return ""
		}
		return f.shown(name)
	}
	return web.Typed{Expiry: text(payment.FieldExpiry), Name: text(payment.FieldName), Address: text(payment.FieldAddress),
		ZIP: text(payment.FieldZIP), Email: text(payment.FieldEmail)}
}

// errNoCards says that the department takes no cards on the web, which trying
// again does not change.
var errNoCards = errors.New("the department takes no cards on the web")

// notClaimed leads to what is under way instead, and says why this attempt was
// not sent. The session may have ended since the request came.
func (s *Server) notClaimed(w http.ResponseWriter, r *http.Request, id string, err error) error {
	var claimed *ledger.ClaimedError
	var overlap *ledger.OverlapError
	var expired *ledger.ExpiredError
	switch {
	case errors.As(err, &claimed):
		return redirect(w, r, web.PathResult+claimed.Attempt.ID)
	case errors.As(err, &overlap):
		return redirect(w, r, web.PathResult+overlap.Other.ID+"?instead="+id)
	case errors.As(err, &expired):
		return redirect(w, r, web.PathAmount+"?late")
	case ended(err):
		return errSessionOver
	}
	return err
}

func redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}
