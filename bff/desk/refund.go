package desk

import (
	"cmp"
	"net/http"
	"strings"

	"paypane/bff/account"
	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// vended is the vendor's payment of an address, and what gives it back or may have;
// the zero Record: nothing does.
func (s *Vendor) vended(r *http.Request, sess session.Session) (paid, back ledger.Record, err error) {
	if err = s.here(sess); err != nil {
		return paid, back, err
	}
	if paid, err = session.AttemptForPatient(r, s.Take.Ledger, sess); err != nil {
		return paid, back, err
	}
	if paid.Kind != payment.KindVendorPayment || paid.State != payment.Succeeded {
		return paid, back, ledger.ErrNotFound
	}
	_, refunds, err := s.Ledger.VendorPayments(r.Context(), sess.Patient)
	return paid, refunds[paid.ID], err
}

// ShowRefund is GET /desk/patients/{patient}/refund/{attempt}: a payment of the
// vendor's, and how the vendor gave the whole of it back.
func (s *Vendor) ShowRefund(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	paid, back, err := s.vended(r, sess)
	if err != nil {
		return err
	}
	return s.refundPage(w, r, http.StatusOK, sess, paid, back, web.RefundTyped{Terminal: paid.Terminal}, nil)
}

func (s *Vendor) refundPage(w http.ResponseWriter, r *http.Request, status int, sess session.Session, paid, back ledger.Record, typed web.RefundTyped, problems []payment.Problem) error {
	l, zone := s.Take.Layout.Of(sess).Language, s.Take.Departments.Zone(r.Context(), sess.Patient)
	limits := s.Undo.Limits(sess.Patient.Practice)
	v := &web.RefundView{Patient: sess.Patient.ID, Paid: paid.Attempt, Number: vendorNumber(paid), Reference: paid.VendorReference, Terminal: paid.Terminal, When: account.SentAt(l, paid, zone), By: takenBy(paid), Method: method(l, paid),
		Today: s.Take.Departments.Today(r.Context(), sess.Patient), TwoPeople: !paid.Total().Less(limits.TwoPeopleFrom), Form: cmp.Or(typed.Form, newAttemptID()), Typed: typed}
	if back.ID != "" {
		v.Back, v.BackPath = back.State, web.UndonePath(sess.Patient.ID, back.ID)
	}
	return s.Take.Layout.Desk.Render(w, r, status, sess, web.View{Page: web.PageDeskRefund, Path: web.RefundPath(v.Patient, paid.ID), Problems: problems,
		StaffPages: web.StaffPages{Refund: v}})
}

// vendorNumber is the upstream's number of a vendor's payment, without what tells it
// from an epaymentid.
func vendorNumber(a ledger.Record) string {
	return strings.TrimPrefix(a.Reference, dispatch.VendorPayments)
}

// Refund is POST of the same address: that the vendor gave the payment back is
// booked, once. Nothing at the upstream is known to guard against a second time.
func (s *Vendor) Refund(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	typed := web.RefundTyped{Form: f.Token(web.FieldAttempt), Reference: f.Shown(payment.FieldVendorReference), Terminal: f.Shown(payment.FieldTerminal),
		Posted: f.Shown(payment.FieldPosted), Deposited: f.Shown(payment.FieldDeposited),
		Reasoned: web.Reasoned{Reason: f.Shown(payment.FieldReason), Text: f.Shown(payment.FieldReasonText)}}
	if typed.Form != "" {
		if done, err := s.Take.Ledger.AttemptForPatient(r.Context(), sess.Patient, typed.Form); err == nil && done.State != payment.Created {
			return layout.Redirect(w, r, web.UndonePath(sess.Patient.ID, done.ID)) // pressed twice
		}
	}
	paid, back, err := s.vended(r, sess)
	if err != nil {
		return err
	}
	again := func(problems ...payment.Problem) error {
		return s.refundPage(w, r, http.StatusUnprocessableEntity, sess, paid, back, typed, problems)
	}
	counter, problems := readRefund(f, paid, s.Take.Departments.Today(r.Context(), sess.Patient))
	if back.ID != "" || paid.Reference == "" || len(problems) > 0 {
		return again(problems...)
	}
	if err := session.Fresh(sess, s.Undo.Now()); err != nil {
		return err
	}
	balance, err := s.Take.Accounts.Balance(r.Context(), sess)
	if err != nil {
		return err
	}
	made, err := s.make(r, sess, payment.Attempt{ID: cmp.Or(typed.Form, newAttemptID()), Kind: payment.KindRefund,
		Target: ledger.PaymentTarget(paid.Reference), Value: paid.Total(), PatientName: paid.PatientName, Counter: counter}, balance.AsOfSeq)
	if conflicts(err) {
		return layout.Redirect(w, r, web.UndonePath(sess.Patient.ID, typed.Form))
	}
	if err != nil {
		return err
	}
	if !made.Total().Less(s.Undo.Limits(sess.Patient.Practice).TwoPeopleFrom) {
		return s.Undo.Approvals.Ask(w, r, sess, made, s.Take.Layout.Of(sess).Language.Text("refund.asked", "reason", counter.ReasonCode, "text", counter.ReasonText,
			"number", vendorNumber(paid), "reference", counter.VendorReference))
	}
	return s.Undo.send(w, r, sess, made, refundOf(made, balance.Statement), func(other ledger.Record) error {
		typed.Form = ""
		if other.VendorReference == made.VendorReference {
			return again(s.reused(r.Context(), sess, other))
		}
		return again(s.underWay(other))
	})
}

// readRefund reads what the vendor says of its refund. The method and the amount are
// those of the payment.
func readRefund(f *middleware.Form, paid ledger.Record, today payment.Day) (c payment.Counter, problems []payment.Problem) {
	add := func(found *payment.Problem) {
		if found != nil {
			problems = append(problems, *found)
		}
	}
	c.Method, c.Undoes = paid.Method, paid.ID
	reason, text, wrong := payment.ReadReasonAmong(payment.RefundReasons, f.Text(payment.FieldReason), f.Text(payment.FieldReasonText))
	c.ReasonCode, c.ReasonText = string(reason), text
	for i := range wrong {
		if wrong[i].Code == "reason_empty" {
			wrong[i].Key = "refund_reason"
		}
	}
	problems = append(problems, wrong...)
	var one *payment.Problem
	c.VendorReference, one = payment.ReadVendorReference(f.Text(payment.FieldVendorReference))
	add(one)
	c.Terminal, one = payment.ReadTerminal(f.Text(payment.FieldTerminal), paid.Method)
	add(one)
	c.Posted, one = payment.ReadPosted(f.Text(payment.FieldPosted), today)
	add(one)
	c.Deposited, one = payment.ReadDeposited(f.Text(payment.FieldDeposited), today)
	add(one)
	return c, problems
}

// refundOf is what is asked of the upstream. All of it stands in the attempt, which a
// second person may have approved.
func refundOf(a ledger.Record, before payment.Statement) dispatch.Refund {
	return dispatch.Refund{Method: a.Method, Reference: a.VendorReference, Settled: a.ReasonCode == string(payment.ReasonReturned), Terminal: a.Terminal,
		Posted: a.Posted, Deposited: a.Deposited, Before: dispatch.BeforeOf(before)}
}

// PostRefund books a refund that a second person has approved.
func (s *Vendor) PostRefund(w http.ResponseWriter, r *http.Request, sess session.Session, made ledger.Record) error {
	if err := s.here(sess); err != nil {
		return err
	}
	balance, err := s.Take.Accounts.Balance(r.Context(), sess)
	if err != nil {
		return err
	}
	return s.Undo.send(w, r, sess, made, refundOf(made, balance.Statement), func(ledger.Record) error {
		return layout.Redirect(w, r, web.RefundPath(sess.Patient.ID, made.Undoes)) // which says so
	})
}
