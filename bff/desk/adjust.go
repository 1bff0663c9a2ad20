package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"

	"golang.org/x/sync/errgroup"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// transactionsAtOnce is how many claims are read at once for one page: so few that
// they stay below the upstream's limits beside the payers.
const transactionsAtOnce = 4

// adjusting is the page for a patient, with what it was made from.
type adjusting struct {
	sess    session.Session
	balance account.Balance
	view    *web.AdjustView
}

// adjusting reads what is owed, and of each claim what is outstanding on its
// charges.
func (s *Vendor) adjusting(ctx context.Context, sess session.Session) (a adjusting, err error) {
	if err := s.here(sess); err != nil {
		return a, err
	}
	a = adjusting{sess: sess, view: &web.AdjustView{Patient: sess.Patient.ID, Form: newAttemptID()}}
	if a.balance, err = s.Take.Accounts.Balance(ctx, sess); err != nil {
		return a, err
	}
	a.view.Name = a.balance.Name
	claims := slices.DeleteFunc(slices.Clone(a.balance.Statement.Bills), func(b payment.Bill) bool { return b.Kind != payment.Claim })
	open, unread := make([][]payment.OpenCharge, len(claims)), make([]bool, len(claims))
	var reads errgroup.Group
	reads.SetLimit(transactionsAtOnce)
	for i, claim := range claims {
		if !claim.Payable() {
			continue
		}
		reads.Go(func() error {
			transactions, err := s.Practice.ClaimTransactions(ctx, sess.Patient, claim.Number)
			if err != nil {
				s.Take.Log.WarnContext(ctx, "read a claim's charges for staff", "error", err.Error())
			}
			unread[i], open[i] = err != nil, payment.OpenCharges(claim, transactions)
			return nil
		})
	}
	_ = reads.Wait() // what cannot be read is told
	for i, claim := range claims {
		if unread[i] {
			open[i] = nil // some of it says nothing about the rest
		}
		a.view.Open = append(a.view.Open, open[i]...)
		if len(open[i]) == 0 {
			a.view.Closed = append(a.view.Closed, web.ClosedClaim{Claim: claim, Unread: unread[i]})
		}
	}
	return a, nil
}

// ShowAdjust is GET /desk/patients/{patient}/adjust: the charges of which the patient
// owes something.
func (s *Vendor) ShowAdjust(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	a, err := s.adjusting(r.Context(), sess)
	if err != nil {
		return err
	}
	return s.adjustPage(w, r, http.StatusOK, a, nil)
}

func (s *Vendor) adjustPage(w http.ResponseWriter, r *http.Request, status int, a adjusting, problems []payment.Problem) error {
	told, err := s.Take.Blind.statement(r.Context(), a.sess, a.balance.Statement)
	if err != nil {
		return err
	}
	tell := func(claim *payment.Bill) {
		if at := slices.IndexFunc(told.Bills, func(b payment.Bill) bool { return b.ID == claim.ID }); at >= 0 {
			*claim = told.Bills[at]
		}
	}
	for i := range a.view.Open {
		tell(&a.view.Open[i].Claim)
	}
	for i := range a.view.Closed {
		tell(&a.view.Closed[i].Claim)
	}
	a.view.TwoPeopleFrom = s.Undo.Limits(a.sess.Patient.Practice).TwoPeopleFrom
	return s.Take.Layout.Desk.Render(w, r, status, a.sess, web.View{Page: web.PageDeskAdjust, Path: web.AdjustPath(a.view.Patient), Problems: problems,
		StaffPages: web.StaffPages{Adjust: a.view}})
}

// Adjust is POST of the same address: something is taken off one charge, once, and
// never more than is owed. What is owed is read again first; that it closes the claim
// is said before it is done.
func (s *Vendor) Adjust(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	form := f.Token(web.FieldAttempt)
	if form != "" {
		if done, err := s.Take.Ledger.AttemptForPatient(r.Context(), sess.Patient, form); err == nil && done.State != payment.Created {
			return layout.Redirect(w, r, web.UndonePath(sess.Patient.ID, done.ID)) // pressed twice
		}
	}
	a, err := s.adjusting(r.Context(), sess)
	if err != nil {
		return err
	}
	a.view.Form = cmp.Or(form, a.view.Form)
	a.view.Typed = web.AdjustTyped{Charge: f.Shown(payment.FieldCharge), Amount: f.Shown(payment.FieldAdjustment),
		Reasoned: web.Reasoned{Reason: f.Shown(payment.FieldReason), Text: f.Shown(payment.FieldReasonText)}}
	again := func(problems ...payment.Problem) error {
		return s.adjustPage(w, r, http.StatusUnprocessableEntity, a, problems)
	}
	charge, off, problems := payment.Adjusted(a.view.Open, f.Text(payment.FieldCharge), f.Text(payment.FieldAdjustment))
	reason, text, others := payment.ReadReasonAmong(payment.AdjustReasons, f.Text(payment.FieldReason), f.Text(payment.FieldReasonText))
	for i := range others {
		switch others[i].Code {
		case "reason_empty":
			others[i].Key = "adjust_reason"
		case "reason_words":
			others[i].Key = "adjust_words"
		}
	}
	if was, moved := payment.MovedCharge(f.Text(payment.FieldSeen), charge); moved {
		problems = append(problems, payment.Problem{Code: "adjust_moved", Field: payment.FieldAdjustment, Parameters: []any{"was", was, "now", charge.Outstanding}})
	}
	if problems = append(problems, others...); len(problems) > 0 {
		return again(problems...)
	}
	if closes := charge.Closes(off); closes && f.Token(payment.FieldCloses) != charge.Claim.Number {
		a.view.Closes = charge.Claim.Number
		return again(payment.Problem{Code: "adjust_closes", Field: payment.FieldCloses, Parameters: []any{"claim", charge.Claim.Number, "amount", off}})
	}
	if err := session.Fresh(sess, s.Undo.Now()); err != nil {
		return err
	}
	made, err := s.make(r, sess, payment.Attempt{ID: a.view.Form, Kind: payment.KindAdjust,
		Charge: payment.Charge{Lines: []payment.Line{charge.Line(off)}}, Target: ledger.ChargeTarget(charge.ID), PatientName: a.balance.Name,
		Counter: payment.Counter{ReasonCode: string(reason), ReasonText: text}}, a.balance.AsOfSeq)
	if conflicts(err) {
		return layout.Redirect(w, r, web.UndonePath(sess.Patient.ID, form))
	}
	if err != nil {
		return err
	}
	if !off.Less(s.Undo.Limits(sess.Patient.Practice).TwoPeopleFrom) {
		return s.Undo.Approvals.Ask(w, r, sess, made, s.Take.Layout.Of(sess).Language.Text("adjust.asked", "reason", string(reason), "text", text,
			"claim", charge.Claim.Number, "charge", charge.ID, "closes", charge.Closes(off)))
	}
	return s.Undo.send(w, r, sess, made, adjustOf(made, charge, a.balance.Statement), func(other ledger.Record) error {
		a.view.Form = newAttemptID()
		return again(s.underWay(other))
	})
}

// adjustOf is what is asked of the upstream: an attempt takes something off one
// charge, so that no answer can be about one charge and not about another.
func adjustOf(a ledger.Record, c payment.OpenCharge, before payment.Statement) dispatch.Adjust {
	return dispatch.Adjust{Charges: []payment.Adjustment{{Charge: c.ID, Amount: a.Total()}}, Before: dispatch.BeforeOf(before), Outstanding: c.Outstanding}
}

// PostAdjust adjusts what a second person has approved. What is owed must be what it
// was when the first one asked: both wanted that, and no other.
func (s *Vendor) PostAdjust(w http.ResponseWriter, r *http.Request, sess session.Session, made ledger.Record) error {
	a, err := s.adjusting(r.Context(), sess)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(a.view.Open, func(c payment.OpenCharge) bool { return c.ID == ledger.TargetCharge(made.Target) })
	if at < 0 || len(made.Charge.Lines) != 1 || a.view.Open[at].Claim.Balance != made.Charge.Lines[0].Balance || a.view.Open[at].Outstanding.Less(made.Total()) {
		return s.adjustPage(w, r, http.StatusConflict, a, []payment.Problem{{Code: "adjust_since"}})
	}
	return s.Undo.send(w, r, sess, made, adjustOf(made, a.view.Open[at], a.balance.Statement), func(other ledger.Record) error {
		return s.adjustPage(w, r, http.StatusConflict, a, []payment.Problem{s.underWay(other)})
	})
}

// make makes an attempt of the session's person for its patient.
func (s *Vendor) make(r *http.Request, sess session.Session, a payment.Attempt, asOf int64) (ledger.Record, error) {
	return s.Take.Ledger.CreateAttempt(r.Context(), recorded(sess, a, asOf))
}

// conflicts reports whether an attempt was made before: its form was pressed twice,
// and the other press is on its way.
func conflicts(err error) bool { return errors.Is(err, ledger.ErrConflict) }

// underWay names another attempt that is for the same.
func (s *Vendor) underWay(other ledger.Record) payment.Problem {
	return payment.Problem{Code: "vendor_other", Parameters: []any{"code", other.SupportCode(), "state", string(other.State), "kind", string(other.Kind), "total", other.Total()}}
}
