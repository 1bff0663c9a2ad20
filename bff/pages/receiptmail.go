package pages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"paypane/bff/dispatch"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// MailsPerSession is how many receipts one payer can have mailed in one session,
// to whatever address: the practice's system sends them, and anybody can be
// their target. The ledger counts, so that neither another server nor a restart
// begins anew: a session has that many forms of a known name, and each order
// uses one up.
const MailsPerSession = 10

// mayMail uses up one of them.
func (s *kit) mayMail(ctx context.Context, sess session.Session) error {
	expires := time.Unix(sess.Launched, 0).Add(2 * session.Absolute)
	for n := range MailsPerSession {
		err := s.keys.Once(ctx, sess.Portal, fmt.Sprintf("receipt mail %d since %d of %s", n, sess.Launched, sess.Subject), expires)
		if !errors.Is(err, ledger.ErrReplayed) {
			return err
		}
	}
	return errMailsUsed
}

var errMailsUsed = fmt.Errorf("no more receipts are mailed in this session: %w", dispatch.ErrNotOrdered)

// AfterForm is GET /receipts/{reference}/email: the address at which a page
// stands after its form was sent without the program.
func (s *Receipts) AfterForm(w http.ResponseWriter, r *http.Request, _ session.Session) error {
	if !isReference(r.PathValue("reference")) {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	return layout.Redirect(w, r, web.PathReceipts+"/"+r.PathValue("reference"))
}

// Email is POST /receipts/{reference}/email: one e-mail to one address.
// The address is used for it and written nowhere.
func (s *Receipts) Email(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	page, err := s.receipt(r, sess)
	if err != nil {
		return err
	}
	if !page.Mailable() {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	form := f.Token(web.FieldOrder)
	if form == "" || len(form) > 64 {
		return middleware.StatusError{Status: http.StatusBadRequest}
	}
	typed := f.Text(payment.FieldEmail)
	refuse := func(status int, problem payment.Problem) error {
		// What was typed stays, and the next press is another order.
		page.Order, page.Email = NewAttemptID(), typed
		if payment.HoldsCardNumber([]byte(typed)) {
			page.Email = ""
		}
		return s.renderReceipt(w, r, status, sess, page, []payment.Problem{problem})
	}
	to, problem := payment.ReadEmail(typed)
	if problem != nil {
		return refuse(http.StatusUnprocessableEntity, *problem)
	}
	if missing := page.Content().Missing(f.Text); len(missing) > 0 {
		return refuse(http.StatusUnprocessableEntity, missing[0])
	}
	err = s.mails.Once(r.Context(), form+" "+page.Receipt.Reference+" "+to, s.now(), func(key string) error {
		return s.orderOnce(context.WithoutCancel(r.Context()), sess, page.Receipt.Reference, to, key)
	})
	at := func(code string) payment.Problem {
		return payment.Problem{Code: code, Field: payment.FieldEmail, Parameters: []any{"email", to}}
	}
	switch {
	case err == nil:
		page.Order, page.Asked = NewAttemptID(), to
		return s.renderReceipt(w, r, http.StatusOK, sess, page, nil)
	case errors.Is(err, errMailsUsed):
		return refuse(http.StatusTooManyRequests, at("mail_limit"))
	case errors.Is(err, dispatch.ErrMailRefused):
		return refuse(http.StatusBadGateway, at("mail_refused"))
	case errors.Is(err, dispatch.ErrMailUnknown):
		return refuse(http.StatusBadGateway, at("mail_unknown"))
	}
	return err
}

// orderOnce has the upstream mail the receipt, if the form was not sent before.
func (s *kit) orderOnce(ctx context.Context, sess session.Session, reference, to, key string) (err error) {
	if err := s.mayMail(ctx, sess); err != nil {
		return err
	}
	err = s.keys.Once(ctx, sess.Portal, "receipt mail "+sess.Subject+" "+key, s.now().Add(2*session.Absolute))
	if errors.Is(err, ledger.ErrReplayed) {
		return dispatch.ErrMailUnknown // another server has the answer, or one before this
	}
	if err != nil {
		return err
	}
	err = s.repeatable.Email(ctx, sess.Patient, reference, to)
	said := "accepted"
	if err != nil {
		said = err.Error()
	}
	s.log.InfoContext(ctx, "receipt ordered by email", "answer", said, "id", middleware.RequestID(ctx))
	return err
}
