package desk

import (
	"bytes"
	"context"
	"errors"
	"mime"
	"net/http"
	"strconv"

	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// AthenaReceipts are the upstream's own papers about a card payment.
type AthenaReceipts interface {
	// ReceiptPDF is its receipt, the customer's copy or the merchant's.
	ReceiptPDF(ctx context.Context, p payment.Patient, reference string, merchant bool) (payment.Document, error)
	// SignedReceipt is the signed copy of it that was attached.
	SignedReceipt(ctx context.Context, p payment.Patient, reference string) (payment.Document, error)
}

// MostSigned is the largest file that is attached: some pages of a scanner's.
const MostSigned = 4 << 20 // bytes

// What is written down of the upstream's papers. The detail is the payment's number.
const (
	ActReadReceipt = "read_receipt"
	ActReadSigned  = "read_signed_receipt"
	ActSigned      = "attached_signed_receipt"
)

// athenaPaper is the attempt of a path, if the upstream has a receipt of it.
func (s *Take) athenaPaper(r *http.Request, sess session.Session) (ledger.Record, error) {
	a, err := s.receiptOf(r, sess)
	if err == nil && (!a.Kind.Charges() || a.Reference == "") {
		err = ledger.ErrNotFound
	}
	return a, err
}

// ShowAthenaReceipt is GET /desk/patients/{patient}/payments/{attempt}/athena.pdf: the
// upstream's own receipt. With copy=merchant it is the practice's copy.
func (s *Take) ShowAthenaReceipt(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	merchant := r.URL.Query().Get(web.ParamCopy) == web.CopyMerchant
	return s.handOut(w, r, sess, ActReadReceipt, "athena-receipt-", "athena_receipt_unread", func(ctx context.Context, a ledger.Record) (payment.Document, error) {
		return s.Athena.ReceiptPDF(ctx, sess.Patient, a.Reference, merchant)
	})
}

// ShowSigned is GET /desk/patients/{patient}/payments/{attempt}/signed: the signed copy
// that was attached.
func (s *Take) ShowSigned(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.handOut(w, r, sess, ActReadSigned, "signed-receipt-", "signed_unread", func(ctx context.Context, a ledger.Record) (payment.Document, error) {
		return s.Athena.SignedReceipt(ctx, sess.Patient, a.Reference)
	})
}

// handOut answers with a paper of the upstream's as a file to be saved: what others made
// is not shown under our address. What cannot be had is said on the payment's page.
func (s *Take) handOut(w http.ResponseWriter, r *http.Request, sess session.Session, what, name, unread string, read func(context.Context, ledger.Record) (payment.Document, error)) error {
	a, err := s.athenaPaper(r, sess)
	if err != nil {
		return err
	}
	if err := s.act(r.Context(), sess, what, a.Reference); err != nil {
		return err
	}
	d, err := read(r.Context(), a)
	if err != nil {
		var upstream interface {
			error
			Missing() bool
		}
		if errors.As(err, &upstream) && upstream.Missing() {
			return s.resultWith(w, r, http.StatusNotFound, sess, a, problem("paper_none", ""))
		}
		s.Log.WarnContext(r.Context(), "read a paper of the upstream's for staff", "what", what, "error", err.Error())
		return s.resultWith(w, r, http.StatusBadGateway, sess, a, problem(unread, ""))
	}
	h := w.Header()
	h.Set("Content-Type", d.Media)
	h.Set("Content-Length", strconv.Itoa(len(d.Body)))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + a.SupportCode() + ".pdf"}))
	_, err = w.Write(d.Body)
	return err
}

// Attach is POST /desk/patients/{patient}/payments/{attempt}/signed: a signed paper
// receipt is kept at the upstream, as the one PDF that its API takes.
func (s *Take) Attach(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	defer f.Clear()
	a, err := s.athenaPaper(r, sess)
	if err != nil {
		return err
	}
	pdf := f.File(web.FieldSigned)
	switch {
	case len(pdf) == 0:
		return s.resultWith(w, r, http.StatusUnprocessableEntity, sess, a, problem("signed_empty", web.FieldSigned))
	case len(pdf) > MostSigned:
		return s.resultWith(w, r, http.StatusRequestEntityTooLarge, sess, a, problem("signed_big", web.FieldSigned))
	case !bytes.HasPrefix(pdf, []byte("%PDF-")):
		return s.resultWith(w, r, http.StatusUnprocessableEntity, sess, a, problem("signed_form", web.FieldSigned))
	}
	if err := s.act(r.Context(), sess, ActSigned, a.Reference); err != nil {
		return err
	}
	done := s.Repeatable.Sign(context.WithoutCancel(r.Context()), sess.Patient, a.Reference, pdf)
	switch {
	case done.Done():
		return layout.Redirect(w, r, web.TakenPath(sess.Patient.ID, a.ID)+"?"+web.ParamSigned+"=1")
	case done.State == payment.WriteUnknown:
		return s.resultWith(w, r, http.StatusBadGateway, sess, a, problem("signed_unknown", web.FieldSigned))
	}
	s.Log.WarnContext(r.Context(), "attach a signed receipt", "evidence", done.Evidence)
	return s.resultWith(w, r, http.StatusBadGateway, sess, a, problem("signed_refused", web.FieldSigned))
}

// act writes down what somebody did with a paper of the upstream's.
func (s *Take) act(ctx context.Context, sess session.Session, what, reference string) error {
	a := act(sess, what)
	a.Detail = "payment=" + reference
	return s.Ledger.DeskAct(ctx, a)
}

// resultWith is the page of a payment with what went wrong on it.
func (s *Take) resultWith(w http.ResponseWriter, r *http.Request, status int, sess session.Session, a ledger.Record, problems []payment.Problem) error {
	v, err := s.result(r, sess, a)
	if err != nil {
		return err
	}
	return s.renderResult(w, r, status, sess, v, problems)
}
