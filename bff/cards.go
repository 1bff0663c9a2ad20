package bff

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net/http"
	"slices"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// Cards are the cards that the practice's processor keeps for a patient.
type Cards interface {
	StoredCards(context.Context, payment.Patient) ([]payment.StoredCard, error)
	StoreCard(context.Context, payment.Patient, *payment.Card) payment.Write
	// CollectStored charges a stored card, at most once.
	CollectStored(ctx context.Context, p payment.Patient, c payment.Charge, storedCard string, code []byte) payment.Write
	// PreferCard and DeleteCard may be repeated: the second time changes nothing.
	PreferCard(ctx context.Context, p payment.Patient, storedCard string, preferred bool) payment.Write
	DeleteCard(ctx context.Context, p payment.Patient, storedCard string) payment.Write
}

// usableCards are the stored cards with which can be paid now, the preferred
// one first. Where they cannot be read soon a card can still be typed.
func (s *Server) usableCards(ctx context.Context, p payment.Patient, fields web.CardFields) (cards []payment.StoredCard, unread bool) {
	ctx, cancel := context.WithTimeout(ctx, answerWait)
	defer cancel()
	cards, err := s.practice.StoredCards(ctx, p)
	if err != nil {
		s.log.WarnContext(ctx, "read stored cards", "error", err.Error())
		return nil, true
	}
	cards = slices.DeleteFunc(cards, func(c payment.StoredCard) bool {
		// Without brand and last four a lost answer could not be looked up.
		return c.Last4 == "" || !slices.Contains(fields.Brands, c.Brand) ||
			c.Expiry != (payment.Expiry{}) && c.Expiry.Before(fields.Today)
	})
	preferredFirst(cards)
	return cards, false
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

// readCards are the stored cards of a visit that may see them.
func (s *Server) readCards(ctx context.Context, v Visit) ([]payment.StoredCard, error) {
	if !v.seesCards() {
		return nil, nil
	}
	cards, err := s.practice.StoredCards(ctx, v.Patient)
	if err != nil {
		return nil, s.upstreamDown(ctx, v.Patient, err)
	}
	preferredFirst(cards)
	return cards, nil
}

// storedCard is the card that a path names, of those that the visit may see.
func (s *Server) storedCard(r *http.Request, v Visit) (payment.StoredCard, error) {
	cards, err := s.readCards(r.Context(), v)
	if err != nil {
		return payment.StoredCard{}, err
	}
	for _, c := range cards {
		if c.ID == r.PathValue("card") {
			return c, nil
		}
	}
	return payment.StoredCard{}, failure{status: http.StatusNotFound}
}

// showCards is GET /cards.
func (s *Server) showCards(w http.ResponseWriter, r *http.Request, v Visit) error {
	return s.cardsPage(w, r, v, http.StatusOK, nil)
}

// cardsSaid are the words on the list after something was done to it.
func cardsSaid(done string, cards []payment.StoredCard) string {
	switch {
	case done == "removed":
		return "The card was removed."
	case done == "preferred" && len(cards) > 0 && cards[0].Preferred:
		return cards[0].Short() + " is now offered first."
	}
	return ""
}

func (s *Server) cardsPage(w http.ResponseWriter, r *http.Request, v Visit, status int, problems []payment.Problem) error {
	o, err := s.offers(r.Context(), v)
	if err != nil {
		return err
	}
	if !o.cards && !o.save {
		return failure{status: http.StatusNotFound}
	}
	cards, err := s.readCards(r.Context(), v)
	if err != nil {
		return err
	}
	path := web.PathCards
	if !wantsJSON(r) {
		path = r.URL.Path // after a form too: the program takes the page over where it stands
	}
	view := s.sheet(v, web.PageCards, path, web.CardsSheet(web.Cards{
		Practice: s.site(v).Practice, Cards: cards, See: o.cards, Add: o.save, Today: s.now().In(s.zone),
		Said: cardsSaid(r.URL.Query().Get("done"), cards),
	}))
	view.Nav, view.Problems = s.nav(r.Context(), v, web.PageCards), problems
	return s.render(w, r, status, view)
}

// preferCard is POST /cards/{card}/prefer.
func (s *Server) preferCard(w http.ResponseWriter, r *http.Request, v Visit) error {
	return s.changeCard(w, r, v, "preferred", func(ctx context.Context, id string) payment.Write {
		return s.practice.PreferCard(ctx, v.Patient, id, true)
	})
}

// afterCardForm is GET of a form's address, as a reload after an error asks for.
func (s *Server) afterCardForm(w http.ResponseWriter, r *http.Request, _ Visit) error {
	return redirect(w, r, web.PathCards)
}

// removeCard is POST /cards/{card}/remove, after showRemoveCard has asked.
func (s *Server) removeCard(w http.ResponseWriter, r *http.Request, v Visit) error {
	return s.changeCard(w, r, v, "removed", func(ctx context.Context, id string) payment.Write {
		return s.practice.DeleteCard(ctx, v.Patient, id)
	})
}

// changeCard changes a stored card and shows the list again, which is the
// truth: after a lost answer it tells what was done.
func (s *Server) changeCard(w http.ResponseWriter, r *http.Request, v Visit, done string, change func(context.Context, string) payment.Write) error {
	if _, err := readForm(w, r); err != nil {
		return err
	}
	card, err := s.storedCard(r, v)
	if err != nil {
		if f, ok := err.(failure); ok && f.status == http.StatusNotFound && done == "removed" && v.seesCards() {
			return redirect(w, r, web.PathCards+"?done=removed") // pressed twice
		}
		return err
	}
	// On with it when the browser leaves: half a removal helps nobody.
	write := change(context.WithoutCancel(r.Context()), card.ID)
	s.log.InfoContext(r.Context(), "stored card", "act", done, "state", string(write.State), "id", requestID(r.Context()))
	switch write.State {
	case payment.WriteDone:
		return redirect(w, r, web.PathCards+"?done="+done)
	case payment.WriteUnknown:
		return s.cardsPage(w, r, v, http.StatusBadGateway, []payment.Problem{{Code: "card_unknown",
			Text: "No answer came from the practice's system. The list below shows how it is now. You can try again."}})
	}
	return s.cardsPage(w, r, v, http.StatusBadGateway, []payment.Problem{{Code: "card_refused", Text: write.ForPayer()}})
}

// showRemoveCard is GET /cards/{card}/remove: what would stop working.
func (s *Server) showRemoveCard(w http.ResponseWriter, r *http.Request, v Visit) error {
	card, err := s.storedCard(r, v)
	if err != nil {
		return err
	}
	rests, err := s.dependents(r.Context(), v, card)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, s.sheet(v, web.PageCards, web.PathCards+"/"+card.ID+"/remove",
		web.RemoveCardSheet(card, s.site(v), rests)))
}

// showAddCard is GET /cards/add.
func (s *Server) showAddCard(w http.ResponseWriter, r *http.Request, v Visit) error {
	o, err := s.offers(r.Context(), v)
	if err != nil {
		return err
	}
	if !o.save {
		return failure{status: http.StatusNotFound}
	}
	fields, err := s.cardFields(r.Context(), v.Patient)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, s.addCardView(v, fields, newAttemptID(), nil))
}

// addCardView is the form for a card to be stored. id is the attempt's that it
// becomes: sent twice, the form stores one card.
func (s *Server) addCardView(v Visit, fields web.CardFields, id string, problems []payment.Problem) web.View {
	view := s.sheet(v, web.PageCards, web.PathCards+"/add", s.addCardSheet(v, fields, id))
	view.Problems = problems
	return view
}

func (s *Server) addCardSheet(v Visit, fields web.CardFields, id string) web.Sheet {
	return web.AddCardSheet(fields, s.site(v), id, s.cardConsent(v), s.portal(v.Portal).CardNotice)
}

// addCard is POST /cards/add.
func (s *Server) addCard(w http.ResponseWriter, r *http.Request, v Visit) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	defer f.clear()
	o, err := s.offers(r.Context(), v)
	if err != nil {
		return err
	}
	if !o.save {
		return failure{status: http.StatusNotFound}
	}
	fields, err := s.cardFields(r.Context(), v.Patient)
	if err != nil {
		return err
	}
	id := f.text(web.FieldAttempt)
	in, problems := readInstrument(f, fields, nil)
	problems = append(problems, s.addCardSheet(v, fields, id).Missing(f.text)...)
	if len(problems) > 0 {
		in.clear()
		fields.Typed = printable(f, problems)
		return s.render(w, r, http.StatusUnprocessableEntity, s.addCardView(v, fields, id, problems))
	}
	a, err := s.storing(r.Context(), v, id, in.card)
	if err != nil {
		in.clear()
		return s.notClaimed(w, r, id, err)
	}
	done := s.send(r.Context(), a, func(ctx context.Context) payment.Outcome {
		defer in.clear()
		return s.storeOnce(ctx, a, in.card)
	}, in.clear)
	s.wait(r.Context(), done)
	return redirect(w, r, web.PathResult+a.ID)
}

// cardConsent is what is agreed to when a card is stored.
func (s *Server) cardConsent(v Visit) string { return web.CardConsent(s.site(v), v.seesCards()) }

// storing makes and claims the attempt to store a card.
func (s *Server) storing(ctx context.Context, v Visit, id string, card *payment.Card) (ledger.Attempt, error) {
	if err := s.makeStoring(ctx, v, id, card); err != nil {
		// The same form once more: follow what became of it. The id comes from the
		// form, and nothing but the storing of a card is claimed here.
		known, missing := s.ledger.Attempt(ctx, v.Patient, id)
		if missing != nil || known.Act != payment.ActStoreCard {
			return ledger.Attempt{}, err
		}
	}
	return s.claimStoring(ctx, v, id, card)
}

// makeStoring writes an attempt to store a card down. While it is in doubt the
// same card cannot be stored again.
func (s *Server) makeStoring(ctx context.Context, v Visit, id string, card *payment.Card) error {
	_, basis, err := s.ledger.Spent(ctx, v.Patient)
	if err != nil {
		return err
	}
	_, err = s.ledger.CreateAttempt(ctx, ledger.Attempt{
		Attempt: payment.Attempt{ID: id, Act: payment.ActStoreCard, Target: fmt.Sprintf("card-%s-%s-%02d%02d", card.Brand(), card.Last4(), card.Expiry.Month, card.Expiry.Year%100)},
		Patient: v.Patient, Portal: v.Portal, Subject: v.Subject, Basis: basis,
	})
	return err
}

func (s *Server) claimStoring(ctx context.Context, v Visit, id string, card *payment.Card) (ledger.Attempt, error) {
	consent, err := consentTo(s.cardConsent(v))
	if err != nil {
		return ledger.Attempt{}, err
	}
	return s.ledger.Claim(ctx, v.Patient, id, ledger.CardUse{Brand: card.Brand(), Last4: card.Last4(), Consent: consent,
		Session: v.session, Idle: sessionIdle})
}

// storeOnce stores a card, unless the practice has it already.
func (s *Server) storeOnce(ctx context.Context, a ledger.Attempt, card *payment.Card) payment.Outcome {
	there, err := s.practice.StoredCards(ctx, a.Patient)
	if err == nil && slices.ContainsFunc(there, func(c payment.StoredCard) bool {
		return c.Brand == card.Brand() && c.Last4 == card.Last4() && c.Expiry == card.Expiry
	}) {
		return payment.Outcome{State: payment.Taken, Evidence: "listed before it was stored"}
	}
	return s.practice.StoreCard(ctx, a.Patient, card).Outcome()
}

// keptID is the id of the attempt that stores the card of a payment.
func keptID(payment string) string {
	sum := sha256.Sum256([]byte("keep the card of " + payment))
	return base32.StdEncoding.EncodeToString(sum[:])[:26]
}

// keepCard stores the card of a payment once that is taken. The attempt is written
// down before the payment is sent, so that its page knows of it; the card is
// cleared whatever happens. It answers nil where that could not be written:
// the payment goes on without.
func (s *Server) keepCard(ctx context.Context, v Visit, paying ledger.Attempt, card *payment.Card) func(<-chan struct{}) {
	ctx = context.WithoutCancel(ctx)
	id := keptID(paying.ID)
	if err := s.makeStoring(ctx, v, id, card); err != nil {
		s.log.ErrorContext(ctx, "write down that a card is to be stored", "error", err.Error())
		return nil
	}
	return func(done <-chan struct{}) {
		s.sending.Add(1)
		go func() {
			defer s.sending.Done()
			defer card.Clear()
			<-done
			if a, err := s.ledger.Attempt(ctx, v.Patient, paying.ID); err != nil || a.State != payment.Taken {
				return
			}
			a, err := s.claimStoring(ctx, v, id, card)
			if err != nil {
				s.log.ErrorContext(ctx, "store the card of a payment", "error", err.Error())
				return
			}
			<-s.send(ctx, a, func(ctx context.Context) payment.Outcome { return s.storeOnce(ctx, a, card) }, card.Clear)
		}()
	}
}
