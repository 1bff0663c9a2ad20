package desk

import (
	"context"

	"paypane/bff/ledger"
	"paypane/bff/session"
)

// Book writes down what somebody does at the desk, under who they are in the
// session.
type Book struct{ Ledger ActLedger }

// ActLedger is where acts at the desk are written down.
type ActLedger interface {
	DeskAct(ctx context.Context, a ledger.DeskAct) error
}

// Act is one act: what it was, and kinds and counts of it.
func (b Book) Act(ctx context.Context, sess session.Session, what, detail string) error {
	a := act(sess, what)
	a.Detail = detail
	return b.Ledger.DeskAct(ctx, a)
}

// act is an act of whoever is in a session.
func act(sess session.Session, what string) ledger.DeskAct {
	return ledger.DeskAct{Practice: sess.Patient.Practice, Who: sess.Who(), Name: sess.Staff.Name, Role: string(sess.Staff.Role),
		What: what, Patient: sess.Patient.ID}
}
