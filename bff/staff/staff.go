// Package staff says who works at a practice's desk and what they may do there.
// A person has one role, and the role has its rights; what is not listed, nobody
// may. It does no I/O: whoever signs people in says who they are.
package staff

import (
	"slices"
	"time"
)

// Role is what somebody does for the practice. The names are those of the portals
// file and of launch tokens.
type Role string

// The roles. Each has the rights of the one before it.
const (
	FrontDesk Role = "front_desk"
	Biller    Role = "biller"
	Manager   Role = "manager"
)

// Roles are all of them, the least first.
var Roles = []Role{FrontDesk, Biller, Manager}

// Right is something that may be done at the desk.
type Right string

// The rights.
const (
	Enter       Right = "enter"        // be at the desk: what everybody there may see and do
	Collect     Right = "collect"      // find patients, take money and write it down
	VoidOwn     Right = "void_own"     // undo what one took oneself
	Close       Right = "close"        // count the drawer and close it
	VoidAny     Right = "void_any"     // undo what anybody took
	Vendor      Right = "vendor"       // payments, refunds and adjustments under the vendor code
	Decide      Right = "decide"       // say what became of a payment in doubt
	SeeExpected Right = "see_expected" // what a drawer should hold
	Approve     Right = "approve"      // be the second person
	Export      Right = "export"       // take lists out of the desk
)

// Rights are all of them, in the order in which people are told of them.
var Rights = []Right{Enter, Collect, VoidOwn, Close, VoidAny, Vendor, Decide, SeeExpected, Approve, Export}

// added are the rights that a role has beside those of the role before it.
var added = map[Role][]Right{
	FrontDesk: {Enter, Collect, VoidOwn, Close},
	Biller:    {VoidAny, Vendor, Decide},
	Manager:   {SeeExpected, Approve, Export},
}

// Known reports whether there is such a role.
func (r Role) Known() bool { return slices.Contains(Roles, r) }

// May reports whether a role has a right. A role or a right that is not known is
// none.
func (r Role) May(right Right) bool {
	for _, role := range Roles[:slices.Index(Roles, r)+1] {
		if slices.Contains(added[role], right) {
			return true
		}
	}
	return false
}

// Least is the first role that has a right, which is whom to ask for it; empty:
// nobody has.
func (right Right) Least() Role {
	for _, role := range Roles {
		if role.May(right) {
			return role
		}
	}
	return ""
}

// Person is somebody at the desk. Who they are is Issuer and Subject; the zero
// Person is nobody.
type Person struct {
	Issuer  string `json:"iss,omitempty"` // who says so: an OpenID provider, or the portal that launched
	Subject string `json:"sub,omitempty"`
	Name    string `json:"name,omitempty"` // for people to read; nothing depends on it
	Role    Role   `json:"role,omitempty"`
	// AuthTime is when they last proved who they are.
	AuthTime time.Time `json:"auth,omitzero"`
}

// Is reports whether two are the same person. Nobody is the same as nobody.
func (p Person) Is(other Person) bool {
	return p.Subject != "" && p.Issuer == other.Issuer && p.Subject == other.Subject
}

// May reports whether somebody has a right.
func (p Person) May(right Right) bool { return p.Subject != "" && p.Role.May(right) }

// Called is the person's name, or what stands for it where the provider told
// none.
func (p Person) Called() string {
	if p.Name != "" {
		return p.Name
	}
	return p.Subject
}
