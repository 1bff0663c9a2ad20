package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

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

// Take is POST /desk/patients/{patient}/take: what was taken is recorded, or a
// card is charged, once. What is owed is read again first, and whoever saw another
// amount is asked.
func (s *Take) Take(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	defer f.Clear()
	t, err := s.taking(r.Context(), sess, f.Token(web.FieldVisit))
	if err != nil {
		return err
	}
	sess = t.sess
	form := cmp.Or(f.Token(web.FieldAttempt), t.view.Form)
	if done, err := s.Ledger.AttemptForPatient(r.Context(), sess.Patient, form); err == nil && done.State != payment.Created {
		return layout.Redirect(w, r, web.TakenPath(sess.Patient.ID, done.ID)) // pressed twice
	}
	t.readTyped(f)
	refuse := func(problems ...payment.Problem) error {
		return s.render(w, r, http.StatusUnprocessableEntity, t, problems)
	}
	l := s.Layout.Of(sess).Language
	divided, some, problem := t.view.Typed.Divided(t.view.Statement)
	switch {
	case problem != nil:
		return refuse(*problem)
	case some:
		t.view.Typed.Taking, t.view.Done = divided, l.Text("take.divided")
		return s.render(w, r, http.StatusOK, t, nil)
	}
	if moves := payment.Moved(f.Text(payment.FieldSeen), t.view.Statement, t.view.Typed.Taking); len(moves) > 0 {
		return refuse(s.moved(t, moves)...)
	}
	charge, problems := t.view.Typed.Charge(t.view.Statement, t.view.Visit, t.view.Today)
	part, problem := payment.ReadPart(t.view.Typed.Part, charge.Total())
	if problem != nil {
		problems = append(problems, *problem)
	}
	now, left := charge.First(part)
	now.AsOne = s.asOne(sess)
	tender, others := s.tender(f, t, now.Total())
	if problems = append(problems, others...); len(problems) > 0 {
		tender.clear()
		return refuse(problems...)
	}
	ticket, err := s.admit(r.Context(), sess, form, tender)
	if err != nil {
		tender.clear()
		return s.notAdmitted(w, r, t, err)
	}
	withdraw := func() {
		if ticket != nil {
			ticket.Withdraw(context.WithoutCancel(r.Context()))
		}
	}
	made, err := s.Ledger.CreateAttempt(r.Context(), recorded(sess, tender.attempt(payment.Attempt{ID: form, Charge: now, PatientName: t.balance.Name}, left), t.balance.AsOfSeq))
	if errors.Is(err, ledger.ErrConflict) { // pressed twice, and the other press is on its way
		tender.clear()
		return layout.Redirect(w, r, web.TakenPath(sess.Patient.ID, form))
	}
	if err != nil {
		tender.clear()
		withdraw()
		return err
	}
	use := tender.use
	use.ConfirmDuplicateOf = f.Token(payment.FieldRepeat)
	a, err := s.Ledger.Claim(r.Context(), sess.Patient, made.ID, sess.Acting(use))
	if err != nil {
		tender.clear()
		withdraw()
		return s.notClaimed(w, r, t, made.ID, err)
	}
	op := tender.operation(t.balance.Statement, now.AsOne)
	if ticket != nil {
		op = dispatch.Admitted{Operation: op, Ended: ticket.Ended}
	}
	done := s.Dispatch.Submit(r.Context(), a, op)
	s.Dispatch.Wait(r.Context(), done, account.AnswerWait)
	return layout.Redirect(w, r, web.TakenPath(sess.Patient.ID, a.ID))
}

// admit counts a card that is to be charged, or refuses it. Nothing is counted of
// money that was taken elsewhere: the ticket is nil then.
func (s *Take) admit(ctx context.Context, sess session.Session, form string, d tender) (*velocity.Ticket, error) {
	if !d.kind.Charges() {
		return nil, nil
	}
	return s.Guard.Admit(ctx, session.Try(ctx, sess, form, d.card.Card, d.card.Stored.ID))
}

// notAdmitted says on the page which limit a card has met, and until when.
func (s *Take) notAdmitted(w http.ResponseWriter, r *http.Request, t taking, err error) error {
	refused, ok := errors.AsType[*velocity.RefusedError](err)
	if !ok {
		return err
	}
	w.Header().Set("Retry-After", refused.RetryAfter(s.Now()))
	return s.render(w, r, http.StatusTooManyRequests, t, []payment.Problem{{Code: "card_limit", Parameters: []any{
		"limit", refused.Limit, "time", words.Moment(refused.Until.In(s.Departments.Zone(r.Context(), t.sess.Patient)))}}})
}

// asOne reports whether the practice wants claims as one amount.
func (s *Take) asOne(sess session.Session) bool {
	from := s.Portals.Of(sess.Portal, sess.Patient.Practice)
	return from != nil && from.AsOne()
}

// readTyped reads what was typed, as far as it may be printed back.
func (t taking) readTyped(f *middleware.Form) {
	v := t.view
	v.Typed = web.Taken{
		Taking: web.ReadTaking(v.Statement, f.Shown), Method: payment.Way(f.Shown(payment.FieldMethod)), Given: f.Shown(payment.FieldGiven),
		CheckNumber: f.Shown(payment.FieldCheckNumber), Outside: f.Shown(payment.FieldOutside), Last4: f.Shown(payment.FieldLast4),
		Posted: f.Shown(payment.FieldPosted), Stored: f.Shown(payment.FieldCard), Email: f.Shown(payment.FieldEmail),
	}
	card := func(prefix string) web.Typed {
		return web.Typed{Expiry: f.Shown(prefix + payment.FieldExpiry), Name: f.Shown(prefix + payment.FieldName),
			Address: f.Shown(prefix + payment.FieldAddress), ZIP: f.Shown(prefix + payment.FieldZIP)}
	}
	v.Card.Typed, v.Phone.Typed = card(""), card(web.PhonePrefix)
}

// moved asks again, with what was owed when the page was printed and what is now.
func (s *Take) moved(t taking, moves []payment.Move) []payment.Problem {
	problems := make([]payment.Problem, len(moves))
	for i, m := range moves {
		field := m.Bill
		switch {
		case slices.ContainsFunc(t.view.Statement.Bills, func(b payment.Bill) bool { return b.ID == m.Bill && b.Kind == payment.Copay }):
			field = payment.FieldCopay
		case m.Bill == payment.BillID(payment.Unapplied, payment.AccountNumber):
			field = payment.FieldOther
		}
		problems[i] = payment.Problem{Code: "take_moved", Field: field, Parameters: []any{"was", m.Was, "now", m.Now}}
		if m.Now.IsZero() {
			problems[i].Field = "" // its input is not there any more
		}
	}
	return problems
}

// notClaimed says why nothing was taken, and names the payment that stands in the
// way: it is under way, was just made, or is the same.
func (s *Take) notClaimed(w http.ResponseWriter, r *http.Request, t taking, id string, err error) error {
	t.view.Form = newAttemptID() // the one that was refused stays as it is
	ask := func(code string, sentence words.Key, other ledger.Record, field string) error {
		l := s.Layout.Of(t.sess).Language
		text := s.other(r.Context(), t.sess, other, sentence)
		if field == payment.FieldRepeat {
			t.view.Ask = &web.TakeAsk{Text: text, Label: l.Text("take.repeat", "total", t.charge().Total()), Value: other.ID}
		}
		return s.render(w, r, http.StatusUnprocessableEntity, t, []payment.Problem{{Code: code, Field: field, Text: text}})
	}
	var claimed *ledger.ClaimedError
	var overlap *ledger.OverlapError
	var same *ledger.DuplicateError
	switch {
	case errors.As(err, &claimed):
		return layout.Redirect(w, r, web.TakenPath(t.view.Patient, id))
	case errors.As(err, &overlap) && overlap.Card:
		return ask("take_charged", "take.other.card", overlap.Other, "")
	case errors.As(err, &overlap):
		return ask("take_locked", "take.other.locked", overlap.Other, "")
	case errors.As(err, &same) && same.Check:
		return ask("take_check", "take.other.check", same.Other, payment.FieldRepeat)
	case errors.As(err, &same):
		return ask("take_same", "take.other.same", same.Other, payment.FieldRepeat)
	case session.Ended(err):
		return session.ErrOver
	}
	return err
}

// tender is how money is taken: a card that is charged, or what is recorded of
// money that was taken elsewhere.
type tender struct {
	kind   payment.Kind
	use    ledger.CardUse
	card   dispatch.PaymentMethod
	record dispatch.Record
	given  payment.Amount
}

func (d tender) clear() { d.card.Clear() }

// attempt is an attempt with how its money is taken, and what is left to be taken
// beside it.
func (d tender) attempt(a payment.Attempt, left payment.Charge) payment.Attempt {
	a.Kind = d.kind
	if d.kind == payment.KindRecord {
		a.Counter = payment.Counter{Method: d.record.Method, CheckNumber: d.record.CheckNumber, Given: d.given, Posted: d.record.Posted}
	}
	if rest := web.TakingQuery(left).Encode(); len(rest) <= payment.LongestRest { // of a hundred bills, the list is no help
		a.Rest = rest
	}
	return a
}

// operation is what is asked of the upstream. What was owed just before goes into
// the record of a recording: there is no receipt to compare it with.
func (d tender) operation(before payment.Statement, asOne bool) dispatch.Operation {
	if d.kind != payment.KindRecord {
		return dispatch.Charge{PaymentMethod: d.card, AsOne: asOne}
	}
	d.record.AsOne = asOne
	d.record.Before = dispatch.BeforeOf(before)
	return d.record
}

// tender reads how money is taken. It answers either that or at least one problem.
func (s *Take) tender(f *middleware.Form, t taking, total payment.Amount) (tender, []payment.Problem) {
	way := t.view.Typed.Method
	if !slices.Contains(t.view.Ways, way) {
		code := "method_absent"
		if way == "" {
			code = "method_empty"
		}
		return tender{}, []payment.Problem{{Code: code, Field: payment.FieldMethod}}
	}
	if way.Charges() {
		return s.charged(f, t, way)
	}
	return s.recorded(f, t, way, total)
}

// charged reads a card.
func (s *Take) charged(f *middleware.Form, t taking, way payment.Way) (d tender, problems []payment.Problem) {
	d.kind = payment.KindCharge
	switch way {
	case payment.WayCard:
		if track := f.Bytes(payment.FieldTrack); len(track) > 0 && t.view.Swipe {
			card, p := payment.ReadTrack(track, t.view.Card.Brands, t.view.Card.Today)
			if d.card.Card = card; p != nil {
				problems = append(problems, *p)
			}
			break
		}
		d.card.Card, problems = payment.ReadPresentCard(cardForm(f, ""), t.view.Card.Brands, t.view.Card.Today)
	case payment.WayPhone:
		d.card.Card, problems = payment.ReadCard(cardForm(f, web.PhonePrefix), t.view.Phone.Brands, t.view.Phone.Today)
		for i := range problems {
			problems[i].Field = web.PhonePrefix + problems[i].Field
		}
	case payment.WayStored:
		d.kind = payment.KindChargeStored
		at := slices.IndexFunc(t.view.Stored, func(c payment.StoredCard) bool { return c.ID == t.view.Typed.Stored })
		if at < 0 {
			problems = append(problems, payment.Problem{Code: "card_empty", Field: payment.FieldCard})
		} else {
			d.card.Stored = t.view.Stored[at]
		}
		if f.Text(web.FieldAgreed) == "" {
			problems = append(problems, payment.Problem{Code: "agreed_empty", Field: web.FieldAgreed})
		}
	}
	if text := f.Text(payment.FieldEmail); text != "" {
		email, p := payment.ReadEmail(text)
		if d.use.Email = email; p != nil {
			problems = append(problems, *p)
		}
	}
	if len(problems) == 0 {
		use := d.card.Use()
		d.use.Brand, d.use.Last4 = use.Brand, use.Last4
	}
	return d, problems
}

func cardForm(f *middleware.Form, prefix string) payment.CardForm {
	return payment.CardForm{Number: f.Bytes(prefix + payment.FieldNumber), Expiry: f.Bytes(prefix + payment.FieldExpiry), Name: f.Bytes(prefix + payment.FieldName),
		Code: f.Bytes(prefix + payment.FieldCode), Address: f.Bytes(prefix + payment.FieldAddress), ZIP: f.Bytes(prefix + payment.FieldZIP)}
}

// recorded reads what is recorded of money that was taken elsewhere. Only cash
// gives change, and only the amount goes to the upstream.
func (s *Take) recorded(f *middleware.Form, t taking, way payment.Way, total payment.Amount) (d tender, problems []payment.Problem) {
	d.kind = payment.KindRecord
	add := func(p *payment.Problem) {
		if p != nil {
			problems = append(problems, *p)
		}
	}
	var p *payment.Problem
	switch way {
	case payment.WayCash:
		d.record.Method = payment.Cash
		d.given, _, p = payment.ReadGiven(t.view.Typed.Given, total)
		if p != nil && p.Code == "given_short" { // the next press takes what there is
			t.view.Typed.Part = d.given.String()
		}
		add(p)
	case payment.WayCheck:
		d.record.Method = payment.Check
		d.record.CheckNumber, p = payment.ReadCheckNumber(f.Text(payment.FieldCheckNumber))
		add(p)
	case payment.WayOutside:
		at := slices.IndexFunc(t.view.Outside, func(m payment.CardMethod) bool { return string(m.Method) == t.view.Typed.Outside })
		if at < 0 && len(t.view.Outside) == 1 {
			at = 0
		}
		if at < 0 {
			problems = append(problems, payment.Problem{Code: "outside_empty", Field: payment.FieldOutside})
		} else {
			d.record.Method = t.view.Outside[at].Method
		}
		d.record.Last4, p = payment.ReadLast4(f.Text(payment.FieldLast4))
		d.use.Last4 = d.record.Last4
		add(p)
	}
	d.record.Posted, p = payment.ReadPosted(t.view.Typed.Posted, t.view.Today)
	add(p)
	return d, problems
}
