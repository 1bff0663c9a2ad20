package portal

import (
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/payment"
)

// The roles in a launch other than the patient's own: who pays for somebody
// else, or for several, and who works for the practice.
const (
	RolePayer = "payer"
	RoleStaff = "staff"
)

// DeskID stands in records for the desk's own sign-in, where the id of the portal
// stands of who was launched. No portal is called so.
const DeskID = "desk"

// staffRoles are the roles of a launch for somebody who works for the practice,
// and what each may do at the desk. Portals that know of no other than staff go
// on as they did.
var staffRoles = map[string]staff.Role{
	RoleStaff: staff.Biller, string(staff.FrontDesk): staff.FrontDesk, string(staff.Biller): staff.Biller, string(staff.Manager): staff.Manager,
}

// MaxPeople is for how many people one payer can be launched: they have to fit
// into a session of the ledger.
const MaxPeople = 10

// Person is somebody for whom a payer was launched.
type Person struct {
	Patient payment.Patient `json:"patient"`
	// Name is as the portal writes it, else as the practice does; empty until
	// one of them is known.
	Name string `json:"name,omitempty"`
}

// Landing is the page that a launch for a role leads to where it asks for a view;
// empty: there is no such view, or not for that role.
func Landing(view, role string) string {
	p, ok := web.Landing(view)
	if !ok || p.For == web.ForStaff && role != RoleStaff {
		return ""
	}
	return p.Path()
}
