package bff

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// showAmount is GET /pay: what do you want to pay?
func (s *Server) showAmount(w http.ResponseWriter, r *http.Request, v Visit) error {
	o, err := s.owed(r.Context(), v)
	if err != nil {
		return err
	}
	if err := s.learn(r, &v, o.Name); err != nil {
		return err
	}
	view := s.amountView(r.Context(), v, o)
	if v.Role == roleStaff {
		asked, err := s.ledger.AskedAttempts(r.Context(), v.practices())
		if err != nil {
			return err
		}
		view.Amount.Doubts = len(asked)
	}
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
// is then still taken off the bills (see Reserve), never forgotten.
func (s *Server) owed(ctx context.Context, v Visit) (owed, error) {
	spent, basis, err := s.ledger.Spent(ctx, v.Patient)
	if err != nil {
		return owed{}, err
	}
	live, paid, err := s.ledger.Recent(ctx, v.Patient)
	if err != nil {
		return owed{}, err
	}
	found, err := s.found(ctx, v.Patient)
	if err != nil {
		return owed{}, err
	}
	statement, err := s.practice.Statement(ctx, v.Patient)
	if err != nil {
		return owed{}, s.upstreamDown(ctx, v.Patient, err)
	}
	statement = statement.Reserve(spent)
	if found {
		statement = statement.Withhold(payment.HoldFound)
	}
	return owed{statement, live, paid, basis}, nil
}

// upstreamDown says that the practice cannot be asked, for cause. Whether
// payments of the patient are in doubt or were taken is read now, not before
// the upstream was waited for: one may have begun in another window meanwhile.
func (s *Server) upstreamDown(ctx context.Context, p payment.Patient, cause error) error {
	live, paid, err := s.ledger.Recent(ctx, p)
	if err != nil {
		return errors.Join(err, cause)
	}
	lost, _, err := s.restored(ctx, p.Practice)
	if err != nil {
		return errors.Join(err, cause)
	}
	// What was agreed to may have charged a card by itself.
	agreed, err := s.ledger.AttemptsOf(ctx, p, payment.ActPlan, payment.ActAgreeVisit, payment.ActAgreeYear)
	if err != nil {
		return errors.Join(err, cause)
	}
	u := unavailable{cause: cause, paid: len(paid) > 0, lost: len(lost) > 0}
	for _, a := range agreed {
		u.paid = u.paid || a.State == payment.Taken
		if a.State.Live() {
			live = append(live, a)
		}
	}
	if len(live) > 0 {
		u.live = live[0].ID
	}
	return u
}

// amountView is the page for what is owed.
func (s *Server) amountView(ctx context.Context, v Visit, o owed) web.View {
	view := web.View{Page: web.PageAmount, Path: web.PathAmount, Site: s.site(v), Amount: &web.Amount{Statement: o.Statement}}
	if v.Role == rolePayer {
		view.Amount.Of = o.Name
	}
	for _, a := range o.live {
		view.Amount.Live = append(view.Amount.Live, a.Attempt)
	}
	for _, a := range o.paid {
		view.Amount.Paid = append(view.Amount.Paid, a.Attempt)
	}
	if len(o.Payable()) == 0 {
		view.Page = web.PageNothing
	}
	view.Nav = s.nav(ctx, v, view.Page)
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
		choice.Amount = f.shown(payment.FieldAmount)
		view := s.amountView(r.Context(), v, o)
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
	return redirect(w, r, web.PathCard+a.ID)
}

// newAttemptID is 130 random bits in the letters of base32: long enough not to
// be guessed, and its beginning can be read out over the telephone.
func newAttemptID() string { return rand.Text() }
