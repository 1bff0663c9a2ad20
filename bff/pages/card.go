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
	"paypane/bff/velocity"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// ShowCard is GET /pay/{attempt}: the card form. Whether cards can be taken is
// asked now, before anybody types one.
func (s *Pay) ShowCard(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	a, err := s.attempt(r, sess, payment.KindCharge)
	if err != nil {
		return err
	}
	if a.State != payment.Created {
		return layout.Redirect(w, r, web.PathResult+a.ID)
	}
	view, err := s.cardView(r.Context(), sess, a)
	if err != nil {
		return err
	}
	view.Card.Typed.Email = sess.Email
	view.Card.Notes = s.chargeNotes(r.Context(), sess, a)
	if view.Card.Repeat, err = s.repeated(r.Context(), sess, a); err != nil {
		return err
	}
	return s.layout.Render(w, r, http.StatusOK, view)
}

// attempt is the attempt of a path, if it is the session's patient's and of one of
// the kinds that the page is for: one kind's form never sends another's.
func (s *kit) attempt(r *http.Request, sess session.Session, kinds ...payment.Kind) (ledger.Record, error) {
	a, err := session.AttemptForPatient(r, s.ledger, sess)
	if err == nil && !slices.Contains(kinds, a.Kind) {
		err = ledger.ErrNotFound
	}
	return a, err
}

// repeated is a charge of the same amount that the patient sent minutes ago, on
// whatever card: the payer is asked before they type one.
func (s *kit) repeated(ctx context.Context, sess session.Session, a ledger.Record) (*web.Repeat, error) {
	live, taken, err := s.ledger.Recent(ctx, a.Patient)
	if err != nil {
		return nil, err
	}
	for _, other := range append(live, taken...) {
		if other.Kind.Charges() && other.Total() == a.Total() && s.now().Sub(other.Sent) <= ledger.DuplicateWithin {
			return s.repeat(ctx, sess, other), nil
		}
	}
	return nil, nil
}

func (s *kit) repeat(ctx context.Context, sess session.Session, other ledger.Record) *web.Repeat {
	return &web.Repeat{Attempt: other.Attempt, Others: !sess.Made(other), When: s.layout.Of(sess).Language.Value(words.Clock(other.Sent.In(s.departments.Zone(ctx, other.Patient))))}
}

func (s *kit) cardView(ctx context.Context, sess session.Session, a ledger.Record) (web.View, error) {
	if found, err := s.accounts.Orphaned(ctx, sess.Patient); err != nil {
		return web.View{}, err
	} else if found {
		return web.View{}, account.ErrOrphaned
	}
	fields, err := s.cardFields(ctx, a.Patient)
	if err != nil {
		return web.View{}, err
	}
	card := &web.CardView{Attempt: a.Attempt, CardFields: fields}
	if p := s.portals.Of(sess.Portal, sess.Patient.Practice); p != nil {
		card.Asked = p.Asked
	}
	if sess.StoresCards() {
		card.Save = s.cardConsent(sess)
	}
	if sess.SeesCards() {
		card.Stored, card.Unread = s.usableCards(ctx, a.Patient, fields)
	}
	if len(card.Stored) > 0 {
		card.Chosen = card.Stored[0].ID
	}
	return web.View{Page: web.PageCard, Path: web.PathCard + a.ID, Site: s.layout.Of(sess), Card: card}, nil
}

// creditWait is how long the card page waits to hear that the practice holds
// money already: a page is worth more than a note that the one before it had.
const creditWait = time.Second

// chargeNotes are what has to be known of an attempt beside its lines.
func (s *kit) chargeNotes(ctx context.Context, sess session.Session, a ledger.Record) []string {
	soon, cancel := context.WithTimeout(ctx, creditWait)
	defer cancel()
	var credit payment.Amount
	if o, err := s.accounts.Balance(soon, sess); err == nil && !a.Charge.Total().Less(o.Due()) {
		credit = o.Credit
	}
	return web.ChargeNotes(s.layout.Of(sess).Language, s.asOne(sess, a).Charge, credit, of(sess, a.PatientName))
}

// cardFields are the inputs of a card, for the department of a patient.
func (s *kit) cardFields(ctx context.Context, p payment.Patient) (web.CardFields, error) {
	accepted, err := s.accounts.AcceptedCards(ctx, p)
	if err != nil {
		return web.CardFields{}, err
	}
	return web.CardFields{Brands: accepted.Brands, Today: s.now().In(accepted.Zone)}, nil
}

// Pay is POST /pay/{attempt}: the attempt is claimed, durably, and sent, once.
func (s *Pay) Pay(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	id := r.PathValue("attempt")
	a, err := s.attempt(r, sess, payment.KindCharge)
	if err != nil {
		return err
	}
	if a.State != payment.Created {
		return layout.Redirect(w, r, web.PathResult+id)
	}
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	defer f.Clear()
	// Whoever presses the button gets an answer in seconds, also from a practice
	// that gives none: nothing was sent then.
	soon, cancel := context.WithTimeout(r.Context(), account.AnswerWait)
	view, err := s.cardView(soon, sess, a)
	cancel()
	if err != nil {
		return err
	}
	in, problems := readPaymentMethod(f, view.Card.CardFields, view.Card.Stored)
	if view.Card.Unread && len(problems) > 0 && problems[0].Code == "card_gone" {
		problems[0].Key = "card_unread"
	}
	wishes, others := payment.ReadWishes(view.Card.Asked, f.Text)
	problems = append(problems, others...)
	if problem := otherAmount(f, a.Charge.Total()); problem != nil {
		problems = append(problems, *problem)
	}
	save := view.Card.Save != "" && f.Text(payment.FieldSave) != "" && in.Card != nil
	refuse := func(problems ...payment.Problem) error {
		in.Clear()
		view.Problems, view.Card.Typed, view.Card.Chosen = problems, printable(f, problems), f.Text(payment.FieldCard)
		view.Card.Notes = s.chargeNotes(r.Context(), sess, a)
		view.Card.SaveChosen = f.Text(payment.FieldSave) != ""
		return s.layout.Render(w, r, http.StatusUnprocessableEntity, view)
	}
	if len(problems) > 0 {
		return refuse(problems...)
	}
	use := in.Use()
	use.Wishes, use.ConfirmDuplicateOf = wishes, f.Token(payment.FieldRepeat)
	ticket, err := s.guard.Admit(r.Context(), session.Try(r.Context(), sess, id, in.Card, in.Stored.ID))
	if err != nil {
		in.Clear()
		return s.notAdmitted(w, r, sess, id, err)
	}
	a, err = s.ledger.Claim(r.Context(), sess.Patient, id, sess.Acting(use))
	if err != nil {
		s.withdraw(r.Context(), ticket, err)
	}
	var repeat *ledger.DuplicateError
	switch {
	case errors.As(err, &repeat):
		view.Card.Repeat = s.repeat(r.Context(), sess, repeat.Other)
		return refuse(payment.Problem{Code: "repeat", Field: payment.FieldRepeat,
			Parameters: []any{"total", repeat.Other.Total()}})
	case err != nil:
		in.Clear()
		return s.notClaimed(w, r, id, err)
	}
	var keep func()
	unsaved := ""
	if save {
		if keep = s.keepCard(r.Context(), sess, a, in.Card); keep == nil {
			unsaved = "?card=unsaved"
		}
	}
	done := s.dispatch.Submit(r.Context(), a, dispatch.Admitted{Ended: ticket.Ended,
		Operation: dispatch.Charge{PaymentMethod: in, AsOne: s.asOne(sess, a).Charge.AsOne, Keep: keep != nil}})
	if keep != nil {
		s.dispatch.Then(done, keep)
	}
	s.dispatch.Wait(r.Context(), done, account.AnswerWait)
	return layout.Redirect(w, r, web.PathResult+id+unsaved)
}

// otherAmount is the problem of a form that shows another amount than its
// attempt has: the payer agreed to that one, and no other is taken.
func otherAmount(f *middleware.Form, total payment.Amount) *payment.Problem {
	text := f.Text(payment.FieldAmount)
	if text == "" {
		return nil
	}
	if amount, err := payment.ReadAmount(text); err == nil && amount == total {
		return nil
	}
	return &payment.Problem{Code: "amount_other", Parameters: []any{"total", total}}
}

// printable are the fields that may go back into the form. A field in which a
// card number stands by mistake is not printed back either.
func printable(f *middleware.Form, problems []payment.Problem) web.Typed {
	text := func(name string) string {
		if p := payment.At(problems, name); p.Code == "name_number" || p.Code == "name_code" {
			return ""
		}
		return f.Shown(name)
	}
	return web.Typed{Expiry: text(payment.FieldExpiry), Name: text(payment.FieldName), Address: text(payment.FieldAddress),
		ZIP: text(payment.FieldZIP), Wishes: payment.ShownWishes(f.Text, text)}
}

// notAdmitted answers a card that is not sent. The same attempt may be on its way
// with another press: then that is what there is to say.
func (s *kit) notAdmitted(w http.ResponseWriter, r *http.Request, sess session.Session, id string, err error) error {
	if _, ok := errors.AsType[*velocity.RefusedError](err); ok {
		if a, err := s.ledger.AttemptForPatient(r.Context(), sess.Patient, id); err == nil && a.State != payment.Created {
			return layout.Redirect(w, r, web.PathResult+id)
		}
	}
	return err
}

// withdraw takes the count of a card back that is not sent, unless another press of
// the same button sends it.
func (s *kit) withdraw(ctx context.Context, ticket *velocity.Ticket, err error) {
	if _, claimed := errors.AsType[*ledger.ClaimedError](err); !claimed {
		ticket.Withdraw(context.WithoutCancel(ctx))
	}
}

// notClaimed leads to what is under way instead, and says why this attempt was
// not sent. The session may have ended since the request came.
func (s *kit) notClaimed(w http.ResponseWriter, r *http.Request, id string, err error) error {
	var claimed *ledger.ClaimedError
	var overlap *ledger.OverlapError
	var expired *ledger.ExpiredError
	switch {
	case errors.As(err, &claimed):
		return layout.Redirect(w, r, web.PathResult+claimed.Attempt.ID)
	case errors.As(err, &overlap):
		return layout.Redirect(w, r, web.PathResult+overlap.Other.ID+"?instead="+id)
	case errors.As(err, &expired):
		return layout.Redirect(w, r, web.PathAmount+"?late")
	case session.Ended(err):
		return session.ErrOver
	}
	return err
}
