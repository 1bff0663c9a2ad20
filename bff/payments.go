package bff

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// Attempts are the attempts of the ledger. Claim is the fence: of all callers
// in all processes exactly one gets an attempt to send, and it is durable
// before Claim returns.
type Attempts interface {
	CreateAttempt(context.Context, ledger.Attempt) (ledger.Attempt, error)
	Attempt(ctx context.Context, p payment.Patient, id string) (ledger.Attempt, error)
	Claim(ctx context.Context, p payment.Patient, id string, use ledger.CardUse) (ledger.Attempt, error)
	Settle(ctx context.Context, id string, o payment.Outcome) (ledger.Attempt, error)
	MarkEmailed(ctx context.Context, id string, ok bool, evidence string) error
	// Spent is the money that went to the patient's bills lately, or may have,
	// and the moment for Attempt.Basis.
	Spent(context.Context, payment.Patient) (spent []payment.Spent, basis int64, err error)
	TakenSince(ctx context.Context, p payment.Patient, since time.Time) ([]ledger.Attempt, error)
	LiveAttempts(context.Context, payment.Patient) ([]ledger.Attempt, error)
}

// answerWait is how long the answer to "Pay" waits for the upstream before it
// leads to the result page, which then says that the payment is being sent.
const answerWait = 3 * time.Second

// stale is when an attempt that is still sending will not be answered any more:
// the upstream's deadline of 30 seconds and time to write its outcome down.
const stale = 45 * time.Second

// showAmount is GET /pay: what do you want to pay?
func (s *Server) showAmount(w http.ResponseWriter, r *http.Request, v Visit) error {
	o, err := s.owed(r.Context(), v)
	if err != nil {
		return err
	}
	view := s.amountView(v, o)
	if r.URL.Query().Has("late") && view.Page == web.PageAmount {
		view.Problems = []payment.Problem{{Code: "attempt_late", Text: "Your payment page was open for more than an hour. Nothing was sent. Check the amounts and go on from here."}}
	}
	return s.render(w, r, http.StatusOK, view)
}

// owed is what a patient owes, less what is on its way already.
type owed struct {
	payment.Statement
	live  []ledger.Attempt // on its way, or nobody knows
	paid  []ledger.Attempt // taken lately
	basis int64            // the ledger's moment that this rests on
}

// owed asks the ledger before the upstream: a payment that settles in between
// is then taken off twice for the length of one page, and never not at all.
func (s *Server) owed(ctx context.Context, v Visit) (owed, error) {
	spent, basis, err := s.ledger.Spent(ctx, v.Patient)
	if err != nil {
		return owed{}, err
	}
	live, paid, err := s.recent(ctx, v.Patient)
	if err != nil {
		return owed{}, err
	}
	statement, err := s.practice.Statement(ctx, v.Patient)
	if err != nil {
		return owed{}, s.upstreamDown(ctx, v.Patient, err)
	}
	return owed{statement.Reserve(spent), live, paid, basis}, nil
}

// recent are the patient's payments that are in doubt, and those that were taken
// lately.
func (s *Server) recent(ctx context.Context, p payment.Patient) (live, paid []ledger.Attempt, err error) {
	if live, err = s.ledger.LiveAttempts(ctx, p); err != nil {
		return nil, nil, err
	}
	paid, err = s.ledger.TakenSince(ctx, p, s.now().Add(-ledger.Lately))
	return live, paid, err
}

// upstreamDown says that the practice cannot be asked, for cause. Whether
// payments of the patient are in doubt or were taken is read now, not before
// the upstream was waited for: one may have begun in another window meanwhile.
func (s *Server) upstreamDown(ctx context.Context, p payment.Patient, cause error) error {
	live, paid, err := s.recent(ctx, p)
	if err != nil {
		return errors.Join(err, cause)
	}
	u := unavailable{cause: cause, paid: len(paid) > 0}
	if len(live) > 0 {
		u.live = live[0].ID
	}
	return u
}

// amountView is the page for what is owed.
func (s *Server) amountView(v Visit, o owed) web.View {
	view := web.View{Page: web.PageAmount, Path: web.PathAmount, Site: s.site(v), Amount: &web.Amount{Statement: o.Statement}}
	for _, a := range o.live {
		view.Amount.Live = append(view.Amount.Live, a.Attempt)
	}
	for _, a := range o.paid {
		view.Amount.Paid = append(view.Amount.Paid, a.Attempt)
	}
	if len(o.Payable()) == 0 {
		view.Page = web.PageNothing
	}
	return view
}

// choose is POST /pay: the choice becomes an attempt with its amount fixed.
func (s *Server) choose(w http.ResponseWriter, r *http.Request, v Visit) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	o, err := s.owed(r.Context(), v)
	if err != nil {
		return err
	}
	choice := payment.Choice{Pay: f.text(payment.FieldPay), Bills: f.texts(payment.FieldBill), Amount: f.text(payment.FieldAmount)}
	charge, problems := choice.Charge(o.Statement)
	if len(problems) > 0 {
		view := s.amountView(v, o)
		if view.Page == web.PageAmount {
			view.Amount.Chosen, view.Problems = choice, problems
		}
		return s.render(w, r, http.StatusUnprocessableEntity, view)
	}
	return s.makeAttempt(w, r, v, charge, o)
}

// makeAttempt writes an attempt down and leads to its card form.
func (s *Server) makeAttempt(w http.ResponseWriter, r *http.Request, v Visit, charge payment.Charge, o owed) error {
	a, err := s.ledger.CreateAttempt(r.Context(), ledger.Attempt{
		Attempt: payment.Attempt{ID: newAttemptID(), Charge: charge, PatientName: o.Name},
		Patient: v.Patient, Portal: v.Portal, Subject: v.Subject, Basis: o.basis,
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, web.PathCard+a.ID, http.StatusSeeOther)
	return nil
}

// newAttemptID is 130 random bits in the letters of base32: long enough not to
// be guessed, and its beginning can be read out over the telephone.
func newAttemptID() string { return rand.Text() }

// showCard is GET /pay/{attempt}: the card form. Whether cards can be taken is
// asked now, before anybody types one.
func (s *Server) showCard(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.ledger.Attempt(r.Context(), v.Patient, r.PathValue("attempt"))
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
	return s.render(w, r, http.StatusOK, view)
}

func (s *Server) cardView(ctx context.Context, v Visit, a ledger.Attempt) (web.View, error) {
	department, err := s.practice.Department(ctx, a.Patient)
	if err == nil && len(department.Brands) == 0 {
		return web.View{}, errNoCards
	}
	if err != nil {
		return web.View{}, s.upstreamDown(ctx, a.Patient, err)
	}
	return web.View{Page: web.PageCard, Path: web.PathCard + a.ID, Site: s.site(v), Card: &web.Card{
		Attempt: a.Attempt, Brands: department.Brands, Today: s.now().In(department.Zone),
	}}, nil
}

// pay is POST /pay/{attempt}: the attempt is claimed, durably, and sent, once.
func (s *Server) pay(w http.ResponseWriter, r *http.Request, v Visit) error {
	id := r.PathValue("attempt")
	a, err := s.ledger.Attempt(r.Context(), v.Patient, id)
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
	view, err := s.cardView(r.Context(), v, a)
	if err != nil {
		return err
	}
	card, problems := payment.ReadCard(payment.CardForm{
		Number: f.bytes(payment.FieldNumber), Expiry: f.bytes(payment.FieldExpiry), Name: f.bytes(payment.FieldName),
		Code: f.bytes(payment.FieldCode), Address: f.bytes(payment.FieldAddress), ZIP: f.bytes(payment.FieldZIP),
	}, view.Card.Brands, view.Card.Today)
	email, problem := payment.ReadEmail(f.text(payment.FieldEmail))
	if problem != nil {
		problems = append(problems, *problem)
	}
	if len(problems) > 0 {
		if card != nil {
			card.Clear()
		}
		view.Problems, view.Card.Typed = problems, printable(f, problems)
		return s.render(w, r, http.StatusUnprocessableEntity, view)
	}
	a, err = s.ledger.Claim(r.Context(), v.Patient, id, ledger.CardUse{Brand: card.Brand(), Last4: card.Last4(), Email: email})
	if err != nil {
		card.Clear()
		return s.notClaimed(w, r, id, err)
	}
	done := s.send(r.Context(), a, card)
	select {
	case <-done:
	case <-s.after(answerWait):
	case <-r.Context().Done():
	}
	return redirect(w, r, web.PathResult+id)
}

// printable are the fields that may go back into the form. A field in which a
// card number stands by mistake is not printed back either.
func printable(f *form, problems []payment.Problem) web.Typed {
	text := func(name string) string {
		if p := payment.At(problems, name); p.Code == "name_number" || p.Code == "name_code" {
			return ""
		}
		if payment.HoldsCardNumber(f.bytes(name)) {
			return ""
		}
		return f.text(name)
	}
	return web.Typed{Expiry: text(payment.FieldExpiry), Name: text(payment.FieldName), Address: text(payment.FieldAddress),
		ZIP: text(payment.FieldZIP), Email: text(payment.FieldEmail)}
}

// errNoCards says that the department takes no cards on the web, which trying
// again does not change.
var errNoCards = errors.New("the department takes no cards on the web")

// notClaimed leads to what is under way instead, and says why this attempt was
// not sent.
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
	}
	return err
}

// send collects a claimed attempt. It runs on when the browser leaves, and the
// server waits for it when it stops. done is closed once the outcome is
// durable.
func (s *Server) send(ctx context.Context, a ledger.Attempt, card *payment.Card) (done chan struct{}) {
	ctx = context.WithoutCancel(ctx)
	done = make(chan struct{})
	s.sending.Add(1)
	go func() {
		defer s.sending.Done()
		outcome := s.collect(ctx, a, card)
		err := s.settle(ctx, a.ID, outcome)
		close(done)
		if err == nil && outcome.State == payment.Taken && a.Email != "" {
			s.mailReceipt(ctx, a, outcome.Reference)
		}
	}()
	return done
}

// collect asks the practice, and takes a panic on the way for what it is: an
// answer that we do not know.
func (s *Server) collect(ctx context.Context, a ledger.Attempt, card *payment.Card) (o payment.Outcome) {
	defer func() {
		card.Clear()
		if recover() != nil {
			o = payment.Outcome{State: payment.Unknown, Evidence: "panic while sending"}
		}
	}()
	return s.practice.Collect(ctx, a.Patient, a.Charge, card)
}

// settleTries and settlePause are for a database that cannot write for a
// moment. After that the attempt stays as sending, which the result page and
// the next start of the server turn into unknown.
const (
	settleTries = 10
	settlePause = time.Second
)

func (s *Server) settle(ctx context.Context, id string, o payment.Outcome) error {
	var err error
	for range settleTries {
		if _, err = s.ledger.Settle(ctx, id, o); err == nil || errors.Is(err, ledger.ErrTransition) {
			return err
		}
		s.log.ErrorContext(ctx, "write outcome down", "error", err.Error())
		<-s.after(settlePause)
	}
	return err
}

// mailReceipt has the upstream mail the receipt, once. Whether it took the
// order is written down, and shown.
func (s *Server) mailReceipt(ctx context.Context, a ledger.Attempt, reference string) {
	err := s.orderReceipt(ctx, a, reference)
	evidence := "accepted"
	if err != nil {
		evidence = err.Error()
	}
	if err := s.ledger.MarkEmailed(ctx, a.ID, err == nil, evidence); err != nil {
		s.log.ErrorContext(ctx, "write receipt order down", "error", err.Error())
	}
}

// orderReceipt asks the practice. No handler stands above this goroutine: a
// panic here would end the server, and with it the charges of others.
func (s *Server) orderReceipt(ctx context.Context, a ledger.Attempt, reference string) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("panic while ordering the receipt")
		}
	}()
	return s.practice.EmailReceipt(ctx, a.Patient, reference, a.Email)
}

// showResult is GET /payments/{attempt}: the truth about an attempt.
func (s *Server) showResult(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.ledger.Attempt(r.Context(), v.Patient, r.PathValue("attempt"))
	if err != nil {
		return err
	}
	if a.State == payment.Created {
		return redirect(w, r, web.PathCard+a.ID)
	}
	if a.State == payment.Sending && s.now().Sub(a.Sent) > stale {
		settled, err := s.ledger.Settle(r.Context(), a.ID, payment.Outcome{State: payment.Unknown, Evidence: "no outcome was written down in time"})
		if err != nil && !errors.Is(err, ledger.ErrTransition) {
			return err
		}
		a = settled
	}
	// Without script the page of a payment under way looks again by itself; the
	// header does what the meta element would, and is not sent to the program,
	// which asks itself.
	if a.State == payment.Sending && !wantsJSON(r) {
		w.Header().Set("Refresh", "3")
	}
	result := &web.Result{Attempt: a.Attempt, When: s.when(a)}
	if other := r.URL.Query().Get("instead"); other != "" {
		// The attempt that was not sent because this one pays for the same.
		if o, err := s.ledger.Attempt(r.Context(), v.Patient, other); err == nil && o.State == payment.Created {
			result.Instead = o.Charge.Total().Display()
		}
	}
	return s.render(w, r, http.StatusOK, web.View{Page: web.PageResult, Path: web.PathResult + a.ID, Site: s.site(v), Result: result})
}

// when is the moment that the result page tells: when the money was taken, else
// when the attempt was made to send it. The moment at which an outcome was
// written down may be much later, after a restart, and means nothing to payers.
func (s *Server) when(a ledger.Attempt) string {
	moment := a.Sent
	if a.State == payment.Taken {
		moment = a.Ended
	}
	return moment.In(s.zone).Format("January 2, 2006 at 3:04 PM MST")
}

// again is POST /payments/{attempt}/again: a new attempt for what the old one
// was to pay, possible only after an outcome that proves that no money moved,
// and only while it is still owed.
func (s *Server) again(w http.ResponseWriter, r *http.Request, v Visit) error {
	a, err := s.ledger.Attempt(r.Context(), v.Patient, r.PathValue("attempt"))
	if err != nil {
		return err
	}
	if a.State != payment.Declined && a.State != payment.NotSent {
		return redirect(w, r, web.PathResult+a.ID)
	}
	o, err := s.owed(r.Context(), v)
	if err != nil {
		return err
	}
	left := map[string]payment.Amount{}
	for _, b := range o.Payable() {
		left[b.ID] = b.Owed
	}
	for _, l := range a.Charge.Lines {
		if left[l.Bill].Less(l.Amount) {
			return redirect(w, r, web.PathAmount)
		}
	}
	return s.makeAttempt(w, r, v, a.Charge, o)
}

func redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}
