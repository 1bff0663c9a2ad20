package athenatest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// plastic is a card that the practice keeps, without its security code.
type plastic struct {
	number, month, year, name, address, zip string
}

// storedCard is a card on file.
type storedCard struct {
	id, patient int
	plastic
	preferred bool
}

// readPlastic checks the fields of a card that is to be kept: the security
// code and the billing address are always needed
// (docs/upstream-api.md#card-fields). others are the fields that the endpoint
// needs besides.
func (s *Server) readPlastic(w http.ResponseWriter, form url.Values, others ...string) (*department, plastic, bool) {
	var none plastic
	if form.Has("trackdata") {
		invalid(w, "The simulator does not read swiped cards.")
		return nil, none, false
	}
	d := place(w, form, append([]string{"accountnumber", "expirationmonthmm", "expirationyearyyyy", "cardsecuritycode",
		"nameoncard", "billingaddress", "billingzip"}, others...)...)
	if d == nil {
		return nil, none, false
	}
	if wrongCollect(w, form, "expirationmonthmm", "expirationyearyyyy", "cardsecuritycode", "appointmentid") {
		return nil, none, false
	}
	if wrong := s.wrongCard(form, true); wrong != "" {
		invalid(w, wrong)
		return nil, none, false
	}
	return d, plastic{form.Get("accountnumber"), form.Get("expirationmonthmm"), form.Get("expirationyearyyyy"),
		form.Get("nameoncard"), form.Get("billingaddress"), form.Get("billingzip")}, true
}

// brands are what a department takes in the mode of a request.
func (d *department) brands(form url.Values) []string {
	if flag(form, "ecommercemode") {
		return d.web
	}
	return d.retail
}

// storable asks the processor whether it would keep a card, and answers where it
// would not. Nothing is charged, so what a card does to the connection when
// it is charged, it does not do here.
func (s *Server) storable(w http.ResponseWriter, d *department, form url.Values, card plastic) bool {
	text := refusal(card.number)
	switch {
	case !slices.Contains(d.brands(form), brandOf(card.number)):
		text = "Card type not accepted"
	case fates[card.number] == declinedLater:
		text = ""
	}
	if text != "" {
		s.refusedByProcessor(w, text)
	}
	return text == ""
}

// stale reports whether a kept card has expired since.
func (s *Server) stale(c plastic) bool {
	return expired(atoi(c.year), atoi(c.month), s.now().In(s.eastern))
}

// storeCard answers POST collectpayment/storedcard
// (docs/upstream-api.md#storedcard). The receipts show it as a purchase of
// nothing, as recorded.
func (s *Server) storeCard(w http.ResponseWriter, r *http.Request) {
	s.atDesk(w, r, func(p *Patient, form url.Values) {
		d, card, ok := s.readPlastic(w, form)
		if !ok || unsupported(w, form, "claimpayment", "copayamount", "otheramount", "amount") || !s.storable(w, d, form, card) {
			return
		}
		c := &storedCard{id: s.money.next("card"), patient: p.ID, plastic: card}
		s.money.cards = append(s.money.cards, c)
		s.created(w, map[string]int{"storedcardid": c.id, "epaymentid": s.show(p, "PURCHASE", card.number, nil)})
	})
}

// listCards answers GET collectpayment/storedcard: a bare array. Only
// billingaddress is documented; the other names are made after the receipts
// and the request.
func (s *Server) listCards(w http.ResponseWriter, r *http.Request) {
	s.forPatient(w, r, func(p *Patient) {
		if optionalPlace(w, r.URL.Query()) == nil {
			return
		}
		rows := []any{}
		for _, c := range s.money.cards {
			if c.patient != p.ID {
				continue
			}
			brand := brandOf(c.number)
			rows = append(rows, map[string]any{
				"billingaddress": c.address, "billingzip": c.zip, "storedcardid": strconv.Itoa(c.id),
				"nameoncard": c.name, "expirationmonthmm": c.month, "expirationyearyyyy": c.year,
				"cardnumberlast4digits": lastFour(c.number), "cardtypeabbreviation": brand, "cardtypename": brandNames[brand],
				"preferredcard": c.preferred,
			})
		}
		answer(w, rows)
	})
}

// card reads the stored card of a path and answers where the patient has no
// such card. The caller holds s.mu.
func (s *Server) card(w http.ResponseWriter, r *http.Request, p *Patient) *storedCard {
	id, ok := pathID(w, r, "card")
	if !ok {
		return nil
	}
	i := slices.IndexFunc(s.money.cards, func(c *storedCard) bool { return c.id == id && c.patient == p.ID })
	if i < 0 {
		noSuch(w)
		return nil
	}
	return s.money.cards[i]
}

// payWithCard answers POST collectpayment/storedcard/{id}: it pays with a card
// on file (docs/upstream-api.md#storedcard). The documented parameters are
// those of collectpayment to the letter, the card's included; a card that is on
// file needs none of them, and is not replaced by them. Only the security code,
// which nobody may keep, is needed in ecommerce mode.
func (s *Server) payWithCard(w http.ResponseWriter, r *http.Request) {
	s.atTill(w, r, func(p *Patient, form url.Values, unlock func()) {
		c := s.card(w, r, p)
		if c == nil || unsupported(w, form, "accountnumber", "trackdata") {
			return
		}
		needs := []string{"departmentid"}
		if flag(form, "ecommercemode") {
			needs = append(needs, "cardsecuritycode")
		}
		absent := missingFields(form, needs...)
		if !form.Has("copayamount") && !form.Has("otheramount") && !form.Has("amount") && !form.Has("claimpayment") {
			absent = append(absent, "otheramount")
		}
		if len(absent) > 0 {
			missing(w, absent...)
			return
		}
		if wrongCollect(w, form, "departmentid", "appointmentid", "cardsecuritycode") {
			return
		}
		if code := form.Get("cardsecuritycode"); code != "" && len(code) != codeLength(c.number) {
			invalid(w, "cardsecuritycode has the wrong length.")
			return
		}
		d := departmentOf(atoi(form.Get("departmentid")))
		if d == nil {
			noSuch(w)
			return
		}
		if s.noVisit(w, p, form) {
			return
		}
		o := order{card: c.number, brandsTaken: d.brands(form)}
		if wrong := o.readAmounts(p, d, form); wrong != "" {
			broken(w, wrong)
			return
		}
		if s.stale(c.plastic) {
			s.refusedByProcessor(w, "Declined")
			return
		}
		s.charge(w, r, p, o, unlock)
	})
}

// preferCard answers PUT collectpayment/storedcard/{id}: preferredcard is the
// only thing that can be changed (docs/upstream-api.md#storedcard).
func (s *Server) preferCard(w http.ResponseWriter, r *http.Request) {
	s.atDesk(w, r, func(p *Patient, form url.Values) {
		c := s.card(w, r, p)
		if c == nil || place(w, form, "preferredcard") == nil || wrongTypes(w, form, nil, []string{"preferredcard"}) {
			return
		}
		for _, other := range s.money.cards { // one at most
			if other.patient == p.ID && flag(form, "preferredcard") {
				other.preferred = false
			}
		}
		c.preferred = flag(form, "preferredcard")
		s.done(w)
	})
}

// deleteCard answers DELETE collectpayment/storedcard/{id}: the department is
// in the query and nowhere else (docs/upstream-api.md#storedcard;
// #traps-of-clients). Agreements made with the card keep it.
func (s *Server) deleteCard(w http.ResponseWriter, r *http.Request) {
	s.forPatient(w, r, func(p *Patient) {
		c := s.card(w, r, p)
		if c == nil || place(w, r.URL.Query()) == nil {
			return
		}
		s.money.cards = slices.DeleteFunc(s.money.cards, func(other *storedCard) bool { return other == c })
		s.done(w)
	})
}
