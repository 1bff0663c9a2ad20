package desk

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// VendorLedger are the attempts under a practice's vendor code.
type VendorLedger interface {
	VendorPayments(ctx context.Context, p payment.Patient) (payments []ledger.Record, refunds map[string]ledger.Record, err error)
	Events(ctx context.Context, attempt string) ([]ledger.Event, error)
}

// VendorPractice is what is read of the upstream for what a vendor did.
type VendorPractice interface {
	// Vendor is the code of a practice's vendor; empty: it has none.
	Vendor(practice int) string
	ClaimTransactions(ctx context.Context, p payment.Patient, claim string) ([]payment.ClaimTransaction, error)
}

// VendorConfig is what Vendor needs; all of it.
type VendorConfig struct {
	Take     *Take
	Undo     *Undo
	Ledger   VendorLedger
	Practice VendorPractice
}

// Vendor are the pages on which staff write down what the practice's patient-pay
// vendor did: a payment, the refund of one, and what is taken off a charge. The
// vendor moves the money, and the upstream only books it.
type Vendor struct{ VendorConfig }

// here refuses what needs a vendor where the practice has none: the pages are not
// there.
func (s *Vendor) here(sess session.Session) error {
	if s.Practice.Vendor(sess.Patient.Practice) == "" {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	return nil
}

// paying is the page for a patient, with what it was made from.
type paying struct {
	taking
	vendor *web.VendorView
}

func (s *Vendor) paying(ctx context.Context, sess session.Session, visit string) (paying, error) {
	if err := s.here(sess); err != nil {
		return paying{}, err
	}
	t, err := s.Take.taking(ctx, sess, visit)
	if err != nil {
		return paying{}, err
	}
	l := s.Take.Layout.Of(sess).Language
	v := &web.VendorView{TakeView: t.view, Methods: []payment.CardMethod{
		{Method: payment.Cash, Name: l.Text("vendor.method.cash")}, {Method: payment.Check, Name: l.Text("vendor.method.check")}}}
	v.Methods = append(v.Methods, t.view.Outside...)
	return paying{taking: t, vendor: v}, nil
}

// ShowVendor is GET /desk/patients/{patient}/vendor. Its query may hold amounts, of
// one before this that was not recorded.
func (s *Vendor) ShowVendor(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	q := r.URL.Query()
	p, err := s.paying(r.Context(), sess, q.Get(web.FieldVisit))
	if err != nil {
		return err
	}
	p.view.Typed.Taking = web.ReadTaking(p.view.Statement, func(name string) string {
		if payment.HoldsCardNumber(q.Get(name)) {
			return ""
		}
		return q.Get(name)
	})
	return s.vendorPage(w, r, http.StatusOK, p, nil)
}

func (s *Vendor) vendorPage(w http.ResponseWriter, r *http.Request, status int, p paying, problems []payment.Problem) error {
	var err error
	if p.view.Statement, err = s.Take.Blind.statement(r.Context(), p.sess, p.view.Statement); err != nil {
		return err
	}
	return s.Take.Layout.Desk.Render(w, r, status, p.sess, web.View{Page: web.PageDeskVendor, Path: web.VendorPath(p.view.Patient), Problems: problems,
		StaffPages: web.StaffPages{Vendor: p.vendor}})
}

// Record is POST /desk/patients/{patient}/vendor: what the vendor took is recorded,
// once. What is owed is read again first, and whoever saw another amount is asked.
func (s *Vendor) Record(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	p, err := s.paying(r.Context(), sess, f.Token(web.FieldVisit))
	if err != nil {
		return err
	}
	sess = p.sess
	form := cmp.Or(f.Token(web.FieldAttempt), p.view.Form)
	if done, err := s.Take.Ledger.AttemptForPatient(r.Context(), sess.Patient, form); err == nil && done.State != payment.Created {
		return layout.Redirect(w, r, web.TakenPath(sess.Patient.ID, done.ID)) // pressed twice
	}
	p.readTyped(f)
	p.vendor.Told = web.VendorTyped{Reference: f.Shown(payment.FieldVendorReference), Method: f.Shown(payment.FieldVendorMethod),
		Terminal: f.Shown(payment.FieldTerminal), Deposited: f.Shown(payment.FieldDeposited)}
	refuse := func(problems ...payment.Problem) error {
		return s.vendorPage(w, r, http.StatusUnprocessableEntity, p, problems)
	}
	divided, some, problem := p.view.Typed.Divided(p.view.Statement)
	switch {
	case problem != nil:
		return refuse(*problem)
	case some:
		p.view.Typed.Taking, p.view.Done = divided, s.Take.Layout.Of(sess).Language.Text("take.divided")
		return s.vendorPage(w, r, http.StatusOK, p, nil)
	}
	if moves := payment.Moved(f.Text(payment.FieldSeen), p.view.Statement, p.view.Typed.Taking); len(moves) > 0 {
		return refuse(s.Take.moved(p.taking, moves)...)
	}
	charge, problems := p.view.Typed.Charge(p.view.Statement, p.view.Visit, p.view.Today)
	for i := range problems { // of which the page has no radio buttons
		if problems[i].Field == payment.FieldMethod {
			problems[i].Field = payment.FieldOther
		}
	}
	charge.AsOne = s.Take.asOne(sess)
	op, others := p.booking(f)
	if problems = append(problems, others...); len(problems) > 0 {
		return refuse(problems...)
	}
	op.Before, op.AsOne = dispatch.BeforeOf(p.balance.Statement), charge.AsOne
	made, err := s.Take.Ledger.CreateAttempt(r.Context(), recorded(sess, payment.Attempt{ID: form, Kind: payment.KindVendorPayment, Charge: charge, PatientName: p.balance.Name,
		Counter: payment.Counter{Method: op.Method, CheckNumber: op.CheckNumber, Posted: op.Posted, VendorReference: op.Reference, Terminal: op.Terminal, Deposited: op.Deposited}}, p.balance.AsOfSeq))
	if errors.Is(err, ledger.ErrConflict) { // pressed twice, and the other press is on its way
		return layout.Redirect(w, r, web.TakenPath(sess.Patient.ID, form))
	}
	if err != nil {
		return err
	}
	a, err := s.Take.Ledger.Claim(r.Context(), sess.Patient, made.ID, sess.Acting(ledger.CardUse{Last4: op.Last4, ConfirmDuplicateOf: f.Token(payment.FieldRepeat)}))
	if err != nil {
		return s.notClaimed(w, r, p, made.ID, err)
	}
	done := s.Take.Dispatch.Submit(r.Context(), a, op)
	s.Take.Dispatch.Wait(r.Context(), done, account.AnswerWait)
	return layout.Redirect(w, r, web.TakenPath(sess.Patient.ID, a.ID))
}

// booking reads what the vendor says of its payment.
func (p paying) booking(f *middleware.Form) (op dispatch.VendorPayment, problems []payment.Problem) {
	add := func(found *payment.Problem) {
		if found != nil {
			problems = append(problems, *found)
		}
	}
	var wrong *payment.Problem
	op.Reference, wrong = payment.ReadVendorReference(f.Text(payment.FieldVendorReference))
	add(wrong)
	at := slices.IndexFunc(p.vendor.Methods, func(m payment.CardMethod) bool { return string(m.Method) == p.vendor.Told.Method })
	if at < 0 {
		add(&payment.Problem{Code: "outside_empty", Field: payment.FieldVendorMethod})
	} else {
		op.Method = p.vendor.Methods[at].Method
		if op.Method.IsCheck() {
			op.CheckNumber, wrong = payment.ReadCheckNumber(f.Text(payment.FieldCheckNumber))
			add(wrong)
		}
		if op.Method.IsCard() {
			op.Last4, wrong = payment.ReadLast4(f.Text(payment.FieldLast4))
			add(wrong)
		}
		op.Terminal, wrong = payment.ReadTerminal(f.Text(payment.FieldTerminal), op.Method)
		add(wrong)
	}
	op.Deposited, wrong = payment.ReadDeposited(p.vendor.Told.Deposited, p.view.Today)
	add(wrong)
	op.Posted, wrong = payment.ReadPosted(p.view.Typed.Posted, p.view.Today)
	add(wrong)
	return op, problems
}

// notClaimed says why nothing was recorded, and names the payment that stands in the
// way.
func (s *Vendor) notClaimed(w http.ResponseWriter, r *http.Request, p paying, id string, err error) error {
	p.view.Form = newAttemptID() // the one that was refused stays as it is
	say := func(code string, sentence words.Key, other ledger.Record, field string) error {
		l := s.Take.Layout.Of(p.sess).Language
		text := s.Take.other(r.Context(), p.sess, other, sentence)
		if field == payment.FieldRepeat {
			p.view.Ask = &web.TakeAsk{Text: text, Label: l.Text("vendor.repeat", "total", p.charge().Total()), Value: other.ID}
		}
		return s.vendorPage(w, r, http.StatusUnprocessableEntity, p, []payment.Problem{{Code: code, Field: field, Text: text}})
	}
	var claimed *ledger.ClaimedError
	var overlap *ledger.OverlapError
	var same *ledger.DuplicateError
	switch {
	case errors.As(err, &claimed):
		return layout.Redirect(w, r, web.TakenPath(p.view.Patient, id))
	case errors.As(err, &overlap) && overlap.Reference:
		return s.vendorPage(w, r, http.StatusUnprocessableEntity, p, []payment.Problem{s.reused(r.Context(), p.sess, overlap.Other)})
	case errors.As(err, &overlap) && overlap.Card:
		return say("take_charged", "take.other.card", overlap.Other, "")
	case errors.As(err, &overlap):
		return say("take_locked", "take.other.locked", overlap.Other, "")
	case errors.As(err, &same) && same.Check:
		return say("take_check", "take.other.check", same.Other, payment.FieldRepeat)
	case errors.As(err, &same):
		return say("take_same", "take.other.same", same.Other, payment.FieldRepeat)
	case session.Ended(err):
		return session.ErrOver
	}
	return err
}

// reused names what else has the reference that somebody typed.
func (s *Vendor) reused(ctx context.Context, sess session.Session, other ledger.Record) payment.Problem {
	own := "yes"
	if other.Patient.ID != sess.Patient.ID {
		own = "no"
	}
	return payment.Problem{Code: "vendor_reused", Field: payment.FieldVendorReference, Parameters: []any{"reference", other.VendorReference, "total", other.Total(),
		"kind", string(other.Kind), "state", string(other.State), "own", own, "code", other.SupportCode(),
		"time", words.Moment(other.Sent.In(s.Take.Departments.Zone(ctx, sess.Patient)))}}
}

// vendorFacts are what a result page says of an attempt under the vendor code. What
// the upstream said of a payment that it has already is in the attempt's record.
func (s *Take) vendorFacts(ctx context.Context, sess session.Session, v *web.TakeResultView, a ledger.Record) error {
	v.Vendor = &web.VendorFacts{Reference: a.VendorReference, Terminal: a.Terminal, Deposited: a.Deposited, Number: strings.TrimPrefix(a.Reference, dispatch.VendorPayments)}
	if a.State == payment.Succeeded && sess.Staff.May(staff.Vendor) && a.Reference != "" {
		v.Vendor.Refund = web.RefundPath(sess.Patient.ID, a.ID)
	}
	if a.State != payment.Unknown && !a.State.Harmless() {
		return nil
	}
	events, err := s.Ledger.Events(ctx, a.ID)
	for _, e := range events {
		v.Vendor.Earlier = cmp.Or(dispatch.RecordedBefore(e.Evidence), v.Vendor.Earlier)
	}
	return err
}

// Listed are a patient's payments through the vendor, for their page; nil: whoever
// is here may not see them, or the practice has no vendor.
func (s *Vendor) Listed(ctx context.Context, sess session.Session) (*web.DeskVendor, error) {
	if s.here(sess) != nil || !sess.Staff.May(staff.Vendor) {
		return nil, nil
	}
	v := &web.DeskVendor{Record: web.VendorPath(sess.Patient.ID), Adjust: web.AdjustPath(sess.Patient.ID)}
	payments, refunds, err := s.Ledger.VendorPayments(ctx, sess.Patient)
	if err != nil {
		return nil, err
	}
	l, zone := s.Take.Layout.Of(sess).Language, s.Take.Departments.Zone(ctx, sess.Patient)
	for _, a := range payments[:min(len(payments), shownReceipts)] {
		row := web.DeskVendorPayment{Attempt: a.Attempt, Reference: a.VendorReference, When: account.SentAt(l, a, zone), Result: web.TakenPath(sess.Patient.ID, a.ID)}
		if back, there := refunds[a.ID]; there {
			row.Back = back.State
		} else if a.State == payment.Succeeded && a.Reference != "" {
			row.Refund = web.RefundPath(sess.Patient.ID, a.ID)
		}
		v.Payments = append(v.Payments, row)
	}
	return v, nil
}
