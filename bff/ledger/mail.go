package ledger

import (
	"context"
	"fmt"

	"paypane/web/payment"
)

// Mail is where the order for the e-mail of a receipt stands. It is ordered at
// most once: a second order would be a second e-mail.
type Mail string

const (
	MailDue     Mail = "due"     // the payment was taken, and the payer wants a receipt
	MailOrdered Mail = "ordered" // it is being ordered, or was, and nobody knows
	MailSent    Mail = "sent"    // the upstream took the order
	MailFailed  Mail = "failed"  // the upstream did not
)

// OrderMail is the permission to order the receipt of an attempt, for one
// caller: everybody else gets ErrTransition.
func (l *Ledger) OrderMail(ctx context.Context, id string) (Record, error) {
	return l.mail(ctx, "order receipt", id, MailDue, MailOrdered, EventMailing, "")
}

// MarkEmailed records whether the upstream took the order to send the receipt.
func (l *Ledger) MarkEmailed(ctx context.Context, id string, ok bool, evidence string) error {
	what, to := EventEmailFailed, MailFailed
	if ok {
		what, to = EventEmailed, MailSent
	}
	_, err := l.mail(ctx, "mark receipt", id, MailOrdered, to, what, evidence)
	return err
}

func (l *Ledger) mail(ctx context.Context, act, id string, from, to Mail, what, evidence string) (a Record, err error) {
	err = l.write(ctx, act, func(t tx) (err error) {
		if a, err = attemptByID(t, id); err != nil {
			return err
		}
		if a.Mail != from {
			return fmt.Errorf("%w: receipt from %q to %q", ErrTransition, a.Mail, to)
		}
		a.Mail, a.EmailSent = to, to == MailSent
		if err := t.updateAttempt(a); err != nil {
			return err
		}
		return l.logEvent(t, a.State, a, what, server, evidence)
	})
	return a, err
}

// MailsDue returns attempts whose receipt is to be ordered, at most limit.
func (l *Ledger) MailsDue(ctx context.Context, limit int) (due []Record, err error) {
	err = l.read(ctx, "read receipts due", func(t tx) (err error) {
		due, err = t.attempts(search{states: []payment.State{payment.Succeeded}, mails: true, limit: limit})
		return err
	})
	return due, err
}
