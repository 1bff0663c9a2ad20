package pages

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// usableCards are the stored cards with which can be paid now, the preferred
// one first. Where they, or some of them, cannot be read soon a card can still be
// typed.
func (s *kit) usableCards(ctx context.Context, p payment.Patient, fields web.CardFields) (cards []payment.StoredCard, unread bool) {
	ctx, cancel := context.WithTimeout(ctx, account.AnswerWait)
	defer cancel()
	cards, err := s.practice.StoredCards(ctx, p)
	if err != nil {
		s.log.WarnContext(ctx, "read stored cards", "error", err.Error())
		if !errors.Is(err, payment.ErrOddRows) {
			return nil, true
		}
	}
	cards = slices.DeleteFunc(cards, func(c payment.StoredCard) bool {
		// Without brand and last four a lost answer could not be looked up.
		return c.Last4 == "" || !slices.Contains(fields.Brands, c.Brand) ||
			c.Expiry != (payment.Expiry{}) && c.Expiry.Before(fields.Today)
	})
	preferredFirst(cards)
	return cards, err != nil
}

func preferredFirst(cards []payment.StoredCard) {
	slices.SortStableFunc(cards, func(a, b payment.StoredCard) int {
		switch {
		case a.Preferred == b.Preferred:
			return 0
		case a.Preferred:
			return -1
		}
		return 1
	})
}

// readCards are the stored cards of a session that may see them. odd says that
// there is one more that is not understood.
func (s *kit) readCards(ctx context.Context, sess session.Session) (cards []payment.StoredCard, odd bool, err error) {
	if !sess.SeesCards() {
		return nil, false, nil
	}
	cards, err = s.practice.StoredCards(ctx, sess.Patient)
	odd = errors.Is(err, payment.ErrOddRows)
	if err != nil && !odd {
		return nil, false, s.accounts.Unavailable(ctx, sess.Patient, err)
	}
	preferredFirst(cards)
	return cards, odd, nil
}

// storedCard is the card that a path names, of those that the session may see.
func (s *kit) storedCard(r *http.Request, sess session.Session) (payment.StoredCard, error) {
	cards, _, err := s.readCards(r.Context(), sess)
	if err != nil {
		return payment.StoredCard{}, err
	}
	for _, c := range cards {
		if c.ID == r.PathValue("card") {
			return c, nil
		}
	}
	return payment.StoredCard{}, middleware.StatusError{Status: http.StatusNotFound}
}

// Show is GET /cards.
func (s *Cards) Show(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.cardsPage(w, r, sess, http.StatusOK, nil)
}

// cardsSaid are the words on the list after something was done to it.
func cardsSaid(l words.Language, done string, cards []payment.StoredCard) string {
	switch {
	case done == "removed":
		return l.Text("cards.removed")
	case done == "preferred" && len(cards) > 0 && cards[0].Preferred:
		return l.Text("cards.first", "card", cards[0])
	}
	return ""
}

func (s *kit) cardsPage(w http.ResponseWriter, r *http.Request, sess session.Session, status int, problems []payment.Problem) error {
	o, err := s.accounts.Capabilities(r.Context(), sess)
	if err != nil {
		return err
	}
	if !o.Cards && !o.Save {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	cards, odd, err := s.readCards(r.Context(), sess)
	if err != nil {
		return err
	}
	phone := ""
	if odd {
		phone = s.accounts.Phone(r.Context(), sess)
	}
	path := web.PathCards
	if !middleware.WantsJSON(r) {
		path = r.URL.Path // after a form too: the program takes the page over where it stands
	}
	view := s.layout.Content(sess, web.PageCards, path, web.CardsContent(web.CardsView{
		Site: s.layout.Of(sess), Cards: cards, See: o.Cards, Add: o.Save, Today: s.now().In(s.departments.Zone(r.Context(), sess.Patient)),
		Flash: cardsSaid(s.layout.Of(sess).Language, r.URL.Query().Get("done"), cards), Odd: odd, Phone: phone,
	}))
	view.Nav, view.Problems = s.layout.Nav(r.Context(), sess, web.PageCards), problems
	return s.layout.Render(w, r, status, view)
}

// Prefer is POST /cards/{card}/prefer.
func (s *Cards) Prefer(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.changeCard(w, r, sess, "preferred", func(ctx context.Context, id string) payment.Write {
		return s.repeatable.Prefer(ctx, sess.Patient, id)
	})
}

// AfterForm is GET of a form's address, as a reload after an error asks for.
func (s *Cards) AfterForm(w http.ResponseWriter, r *http.Request, _ session.Session) error {
	return layout.Redirect(w, r, web.PathCards)
}

// Remove is POST /cards/{card}/remove, after showRemoveCard has asked.
func (s *Cards) Remove(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.changeCard(w, r, sess, "removed", func(ctx context.Context, id string) payment.Write {
		return s.repeatable.Remove(ctx, sess.Patient, id)
	})
}

// changeCard changes a stored card and shows the list again, which is the
// truth: after a lost answer it tells what was done.
func (s *kit) changeCard(w http.ResponseWriter, r *http.Request, sess session.Session, done string, change func(context.Context, string) payment.Write) error {
	if _, err := middleware.ReadForm(w, r); err != nil {
		return err
	}
	card, err := s.storedCard(r, sess)
	if err != nil {
		if f, ok := errors.AsType[middleware.StatusError](err); ok && f.Status == http.StatusNotFound && done == "removed" && sess.SeesCards() {
			return layout.Redirect(w, r, web.PathCards+"?done=removed") // pressed twice
		}
		return err
	}
	// On with it when the browser leaves: half a removal helps nobody.
	write := change(context.WithoutCancel(r.Context()), card.ID)
	s.log.InfoContext(r.Context(), "stored card", "act", done, "state", string(write.State), "id", middleware.RequestID(r.Context()))
	switch write.State {
	case payment.WriteDone:
		return layout.Redirect(w, r, web.PathCards+"?done="+done)
	case payment.WriteUnknown:
		return s.cardsPage(w, r, sess, http.StatusBadGateway, []payment.Problem{{Code: "card_unknown"}})
	}
	return s.cardsPage(w, r, sess, http.StatusBadGateway, []payment.Problem{write.Problem("card_refused")})
}

// ShowRemove is GET /cards/{card}/remove: what would stop working.
func (s *Cards) ShowRemove(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	card, err := s.storedCard(r, sess)
	if err != nil {
		return err
	}
	rests, err := s.Dependents(r.Context(), sess, card)
	if err != nil {
		return err
	}
	return s.layout.Render(w, r, http.StatusOK, s.layout.Content(sess, web.PageCards, web.PathCards+"/"+card.ID+"/remove",
		web.RemoveCardContent(card, s.layout.Of(sess), rests)))
}

// ShowAdd is GET /cards/add.
func (s *Cards) ShowAdd(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	o, err := s.accounts.Capabilities(r.Context(), sess)
	if err != nil {
		return err
	}
	if !o.Save {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	fields, err := s.cardFields(r.Context(), sess.Patient)
	if err != nil {
		return err
	}
	return s.layout.Render(w, r, http.StatusOK, s.addCardView(sess, fields, NewAttemptID(), nil))
}

// addCardView is the form for a card to be stored. id is the attempt's that it
// becomes: sent twice, the form stores one card.
func (s *kit) addCardView(sess session.Session, fields web.CardFields, id string, problems []payment.Problem) web.View {
	view := s.layout.Content(sess, web.PageCards, web.PathCards+"/add", s.addCardContent(sess, fields, id))
	view.Problems = problems
	return view
}

func (s *kit) addCardContent(sess session.Session, fields web.CardFields, id string) web.Content {
	return web.AddCardContent(fields, s.layout.Of(sess), id, s.cardConsent(sess), s.portals.Of(sess.Portal, sess.Patient.Practice).CardNotice)
}

// Add is POST /cards/add.
func (s *Cards) Add(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	defer f.Clear()
	o, err := s.accounts.Capabilities(r.Context(), sess)
	if err != nil {
		return err
	}
	if !o.Save {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	fields, err := s.cardFields(r.Context(), sess.Patient)
	if err != nil {
		return err
	}
	id := f.Token(web.FieldAttempt)
	in, problems := readPaymentMethod(f, fields, nil)
	problems = append(problems, s.addCardContent(sess, fields, id).Missing(f.Text)...)
	if len(problems) > 0 {
		in.Clear()
		fields.Typed = printable(f, problems)
		return s.layout.Render(w, r, http.StatusUnprocessableEntity, s.addCardView(sess, fields, id, problems))
	}
	try := session.Try(r.Context(), sess, id, in.Card, "")
	try.Keeps = true
	ticket, err := s.guard.Admit(r.Context(), try)
	if err != nil {
		in.Clear()
		return s.notAdmitted(w, r, sess, id, err)
	}
	a, err := s.storing(r.Context(), sess, id, in.Card)
	if err != nil {
		in.Clear()
		s.withdraw(r.Context(), ticket, err)
		return s.notClaimed(w, r, id, err)
	}
	done := s.dispatch.Submit(r.Context(), a, dispatch.Admitted{Operation: dispatch.StoreCard{Card: in.Card}, Ended: ticket.Ended})
	s.dispatch.Wait(r.Context(), done, account.AnswerWait)
	return layout.Redirect(w, r, web.PathResult+a.ID)
}

// cardConsent is what is agreed to when a card is stored.
func (s *kit) cardConsent(sess session.Session) string {
	return web.CardConsent(s.layout.Of(sess), sess.SeesCards())
}

// storing makes and claims the attempt to store a card.
func (s *kit) storing(ctx context.Context, sess session.Session, id string, card *payment.Card) (ledger.Record, error) {
	if err := s.makeStoring(ctx, sess, id, card); err != nil {
		// The same form once more: follow what became of it. The id comes from the
		// form, and nothing but the storing of a card is claimed here.
		known, missing := s.ledger.AttemptForPatient(ctx, sess.Patient, id)
		if missing != nil || known.Kind != payment.KindStoreCard {
			return ledger.Record{}, err
		}
	}
	return s.claimStoring(ctx, sess, id, card)
}

// makeStoring writes an attempt to store a card down. While it is in doubt the
// same card cannot be stored again.
func (s *kit) makeStoring(ctx context.Context, sess session.Session, id string, card *payment.Card) error {
	_, asOf, err := s.ledger.Pending(ctx, sess.Patient)
	if err != nil {
		return err
	}
	_, err = s.ledger.CreateAttempt(ctx, sess.Record(payment.Attempt{ID: id, Kind: payment.KindStoreCard, Target: fmt.Sprintf("card-%s-%s-%02d%02d", card.Brand(), card.Last4(), card.Expiry.Month, card.Expiry.Year%100)}, asOf))
	return err
}

func (s *kit) claimStoring(ctx context.Context, sess session.Session, id string, card *payment.Card) (ledger.Record, error) {
	consent, err := consentTo(s.layout.Of(sess).Language, s.cardConsent(sess))
	if err != nil {
		return ledger.Record{}, err
	}
	return s.ledger.Claim(ctx, sess.Patient, id, sess.Acting(ledger.CardUse{Brand: card.Brand(), Last4: card.Last4(), Consent: consent}))
}

// keptID is the id of the attempt that stores the card of a payment.
func KeptID(payment string) string {
	sum := sha256.Sum256([]byte("keep the card of " + payment))
	return base32.StdEncoding.EncodeToString(sum[:])[:26]
}

// keepCard answers what stores the card of a payment once that has an outcome. The
// attempt is written down before the payment is sent, so that its page knows of it; the card is
// cleared whatever happens. It answers nil where that could not be written:
// the payment goes on without.
func (s *kit) keepCard(ctx context.Context, sess session.Session, paying ledger.Record, card *payment.Card) func() {
	ctx = context.WithoutCancel(ctx)
	id := KeptID(paying.ID)
	if err := s.makeStoring(ctx, sess, id, card); err != nil {
		s.log.ErrorContext(ctx, "write down that a card is to be stored", "error", err.Error())
		return nil
	}
	return func() {
		defer card.Clear()
		if a, err := s.ledger.AttemptForPatient(ctx, sess.Patient, paying.ID); err != nil || a.State != payment.Succeeded {
			return
		}
		a, err := s.claimStoring(ctx, sess, id, card)
		if err != nil {
			s.log.ErrorContext(ctx, "store the card of a payment", "error", err.Error())
			return
		}
		<-s.dispatch.Submit(ctx, a, dispatch.StoreCard{Card: card})
	}
}
