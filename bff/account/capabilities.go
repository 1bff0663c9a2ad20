package account

import (
	"context"

	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/web/payment"
)

// Capabilities are what a session can do besides paying what is owed now. What the
// practice, the upstream or the portal does not offer is shown nowhere.
type Capabilities struct {
	Cards bool // stored cards can be seen, used and removed
	Save  bool // a card can be stored
	// Visit and Year are the ceilings of card-on-file agreements, Plan the least
	// that a plan takes in a month; zero: there is none.
	Visit, Year, Plan payment.Amount
	Notice            string // to be read before a card is typed that is kept on file
}

// Agreements reports whether a card can be kept on file.
func (c Capabilities) Agreements() bool { return !c.Visit.IsZero() || !c.Year.IsZero() }

// Capabilities are what a session can do. Staff do not agree to anything in a patient's
// place. With an error comes what does not depend on the department.
func (a *Accounts) Capabilities(ctx context.Context, sess session.Session) (Capabilities, error) {
	launcher := a.portals.Of(sess.Portal, sess.Patient.Practice)
	if launcher == nil || sess.Role == portal.RoleStaff {
		return Capabilities{}, nil
	}
	o := Capabilities{Cards: sess.SeesCards(), Notice: launcher.CardNotice}
	department, err := a.departments.Read(ctx, sess.Patient)
	if err != nil {
		return o, a.Unavailable(ctx, sess.Patient, err)
	}
	if len(department.Web) > 0 {
		o.Save, o.Visit, o.Year, o.Plan = sess.StoresCards(), department.VisitMax, department.YearMax, launcher.Amounts.PlanMinimum
	}
	return o, nil
}
