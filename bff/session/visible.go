package session

import (
	"context"
	"errors"
	"net/http"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// Finder finds an attempt of a patient; else ledger.ErrNotFound.
type Finder interface {
	AttemptForPatient(ctx context.Context, p payment.Patient, id string) (ledger.Record, error)
}

// VisibleAttempt is an attempt that a session may see: of the person whom the page
// is for, or of another one of several. With it comes the session as that
// person's.
func VisibleAttempt(ctx context.Context, in Finder, sess Session, id string) (ledger.Record, Session, error) {
	a, err := in.AttemptForPatient(ctx, sess.Patient, id)
	for _, person := range sess.People {
		if !errors.Is(err, ledger.ErrNotFound) {
			break
		}
		if a, err = in.AttemptForPatient(ctx, person.Patient, id); err == nil {
			sess.Patient = person.Patient
		}
	}
	return a, sess, err
}

// AttemptForPatient is the attempt that the path of a request names, if it is of
// the person whom the page is for. One of another of several people is an
// OthersError.
func AttemptForPatient(r *http.Request, in Finder, sess Session) (ledger.Record, error) {
	a, theirs, err := VisibleAttempt(r.Context(), in, sess, r.PathValue("attempt"))
	if err == nil && theirs.Patient != sess.Patient {
		return ledger.Record{}, OthersError{a, NameOf(theirs, theirs.Current())}
	}
	return a, err
}
