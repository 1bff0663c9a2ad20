package bff

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"paypane/bff/ledger"
	"paypane/web"
	"paypane/web/payment"
)

// Forms are the forms that do something once.
type Forms interface {
	// UseForm answers ledger.ErrReplayed to all but the first who send a form.
	UseForm(ctx context.Context, portal, id string, expires time.Time) error
}

// mailsPerSession is how many receipts one payer can have mailed in one session,
// to whatever address: the practice's system sends them, and anybody can be
// their target. The ledger counts, so that neither another server nor a restart
// begins anew: a session has that many forms of a known name, and each order
// uses one up.
const mailsPerSession = 10

// mayMail uses up one of them.
func (s *Server) mayMail(ctx context.Context, v Visit) error {
	expires := time.Unix(v.Launched, 0).Add(2 * sessionAbsolute)
	for n := range mailsPerSession {
		err := s.ledger.UseForm(ctx, v.Portal, fmt.Sprintf("receipt mail %d since %d of %s", n, v.Launched, v.Subject), expires)
		if !errors.Is(err, ledger.ErrReplayed) {
			return err
		}
	}
	return errMailsUsed
}

// What became of an order besides being taken.
var (
	errMailsUsed    = errors.New("no more receipts are mailed in this session")
	errMailRefused  = errors.New("the order was not taken")
	errMailNotKnown = errors.New("no answer to the order")
)

// backToReceipt is GET /receipts/{reference}/email: the address at which a page
// stands after its form was sent without the program.
func (s *Server) backToReceipt(w http.ResponseWriter, r *http.Request, _ Visit) error {
	if !isReference(r.PathValue("reference")) {
		return failure{status: http.StatusNotFound}
	}
	return redirect(w, r, web.PathReceipts+"/"+r.PathValue("reference"))
}

// emailReceipt is POST /receipts/{reference}/email: one e-mail to one address.
// The address is used for it and written nowhere.
func (s *Server) emailReceipt(w http.ResponseWriter, r *http.Request, v Visit) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	page, err := s.receipt(r, v)
	if err != nil {
		return err
	}
	if !page.Mailable() {
		return failure{status: http.StatusNotFound}
	}
	form := f.text(web.FieldOrder)
	if form == "" || len(form) > 64 {
		return failure{status: http.StatusBadRequest}
	}
	typed := f.text(payment.FieldEmail)
	refuse := func(status int, problem payment.Problem) error {
		// What was typed stays, and the next press is another order.
		page.Order, page.Email = newAttemptID(), typed
		if payment.HoldsCardNumber([]byte(typed)) {
			page.Email = ""
		}
		return s.renderReceipt(w, r, status, v, page, []payment.Problem{problem})
	}
	to, problem := payment.ReadEmail(typed)
	if problem != nil {
		return refuse(http.StatusUnprocessableEntity, *problem)
	}
	if missing := page.Sheet().Missing(f.text); len(missing) > 0 {
		return refuse(http.StatusUnprocessableEntity, missing[0])
	}
	err = s.mails.once(r.Context(), form+" "+page.Reference+" "+to, s.now(), func(key string) error {
		return s.orderOnce(context.WithoutCancel(r.Context()), v, page.Reference, to, key)
	})
	at := func(code, text string) payment.Problem {
		return payment.Problem{Code: code, Field: payment.FieldEmail, Text: text}
	}
	switch {
	case err == nil:
		page.Order, page.Asked = newAttemptID(), to
		return s.renderReceipt(w, r, http.StatusOK, v, page, nil)
	case errors.Is(err, errMailsUsed):
		return refuse(http.StatusTooManyRequests, at("mail_limit", "No more receipts can be emailed from here now. Print or download this one instead."))
	case errors.Is(err, errMailRefused):
		return refuse(http.StatusBadGateway, at("mail_refused", "The practice's system did not take the email to "+to+". Nothing was emailed. Try again, or print or download the receipt."))
	case errors.Is(err, errMailNotKnown):
		return refuse(http.StatusBadGateway, at("mail_unknown", "No answer came. We do not know if the receipt was emailed to "+to+". You can send it again: at worst it arrives twice."))
	}
	return err
}

// orderOnce has the upstream mail the receipt, if the form was not sent before.
func (s *Server) orderOnce(ctx context.Context, v Visit, reference, to, key string) (err error) {
	if err := s.mayMail(ctx, v); err != nil {
		return err
	}
	err = s.ledger.UseForm(ctx, v.Portal, "receipt mail "+v.Subject+" "+key, s.now().Add(2*sessionAbsolute))
	if errors.Is(err, ledger.ErrReplayed) {
		return errMailNotKnown // another server has the answer, or one before this
	}
	if err != nil {
		return err
	}
	err = s.practice.EmailReceipt(ctx, v.Patient, reference, to)
	said := "accepted"
	if err != nil {
		said = err.Error()
	}
	s.log.InfoContext(ctx, "receipt ordered by email", "answer", said, "id", requestID(ctx))
	var known interface{ Refused() bool }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known) && known.Refused():
		return errMailRefused
	}
	return errMailNotKnown
}

// mailOrders are the orders of this server lately: the same form sent twice gets
// one answer, whenever the second one comes.
type mailOrders struct {
	mu   sync.Mutex
	made map[string]*mailOrder
}

type mailOrder struct {
	at   time.Time
	done chan struct{}
	err  error // after done
}

// once does what an order asks for, unless it was asked for before; then it
// waits for what became of that.
func (m *mailOrders) once(ctx context.Context, key string, now time.Time, do func(key string) error) error {
	m.mu.Lock()
	for k, o := range m.made {
		if now.Sub(o.at) > sessionAbsolute {
			delete(m.made, k)
		}
	}
	order, found := m.made[key]
	if !found {
		if m.made == nil {
			m.made = map[string]*mailOrder{}
		}
		order = &mailOrder{at: now, done: make(chan struct{}), err: errMailNotKnown}
		m.made[key] = order
	}
	m.mu.Unlock()
	if !found {
		defer close(order.done) // after a panic too
		order.err = do(key)
		if errors.Is(order.err, errMailsUsed) {
			m.mu.Lock()
			delete(m.made, key) // what is refused is not collected
			m.mu.Unlock()
		}
		return order.err
	}
	select {
	case <-order.done:
		return order.err
	case <-ctx.Done():
		return ctx.Err()
	}
}
