package portal

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"paypane/bff/staff"
	"paypane/web/payment"
)

// Desk is how the staff of a practice sign in at the pay origin itself, and what
// they find there: a [[desk]] table of the portals file.
type Desk struct {
	Practice    int   `toml:"practice"`    // one of a portal's, whose name and settings go for the desk
	Departments []int `toml:"departments"` // where the desk stands; it begins at the first

	// Issuer is the practice's OpenID provider. What it publishes at
	// /.well-known/openid-configuration below it is read, unless the endpoints
	// stand here.
	Issuer           string `toml:"issuer"`
	ClientID         string `toml:"client_id"`
	ClientSecret     string `toml:"client_secret"`
	ClientSecretFile string `toml:"client_secret_file"` // beside this file
	// RolesClaim is the claim with what somebody is: its name, and where no claim
	// is called so, the way to it, with dots. Its value is a text or a list.
	RolesClaim string `toml:"roles_claim"`
	// Roles are the values of that claim that make somebody what; who has several
	// has the most that one of them gives.
	Roles map[staff.Role][]string `toml:"roles"`

	// The provider's endpoints, where it does not publish them: the first three
	// or none.
	AuthorizationEndpoint string `toml:"authorization_endpoint"`
	TokenEndpoint         string `toml:"token_endpoint"`
	JWKS                  string `toml:"jwks"`
	UserinfoEndpoint      string `toml:"userinfo_endpoint"`
	EndSessionEndpoint    string `toml:"end_session_endpoint"`
	// Algorithms are those that the provider may sign with.
	Algorithms []string `toml:"algorithms"`
	// Scopes are what is asked for; empty: openid and profile.
	Scopes []string `toml:"scopes"`

	// VendorCode is the code of the practice's patient-pay vendor at the upstream:
	// letters, digits, - and _; empty: there is none.
	VendorCode string `toml:"vendor_code"`
	Swipe      bool   `toml:"swipe"` // cards may be swiped through a reader that types
	// TwoPeopleFrom is the least amount, in dollars, for which it takes two people
	// to undo, refund, adjust or decide; empty: 500.00.
	TwoPeopleFrom string `toml:"two_people_from"`
	// VoidLimit is the most, in dollars, that is undone without signing in again;
	// empty: 100.00.
	VoidLimit string `toml:"void_limit"`
	// CloseLimit is the most, in dollars, that may be off in a drawer for one person to
	// close it; empty: 10.00. With CloseTwoPeople it takes two whatever it is.
	CloseLimit     string `toml:"close_limit"`
	CloseTwoPeople bool   `toml:"close_two_people"`
	// SharedDrawer says that a department has one drawer, and not each person their own.
	SharedDrawer bool `toml:"shared_drawer"`
	// CoverAfter is how many minutes a page stays to be read without anybody there,
	// 1 to 10; 0: 3.
	CoverAfter int `toml:"cover_after"`

	// Limits are those of the entries above.
	Limits DeskLimits `toml:"-"`
}

// DeskLimits are what the amounts and minutes of a [[desk]] table say.
type DeskLimits struct {
	TwoPeopleFrom, VoidLimit, CloseLimit payment.Amount
	CloseTwoPeople, SharedDrawer         bool
	CoverAfter                           time.Duration
}

// LimitsAt are the limits of a practice's desk; the usual ones where staff come from
// a portal alone.
func (all Portals) LimitsAt(practice int) DeskLimits {
	if d := all.Desk(practice); d != nil {
		return d.Limits
	}
	var usual Desk
	if err := usual.readLimits(); err != nil {
		panic(err) // cannot happen: nothing is said
	}
	return usual.Limits
}

// Vendors are the vendor codes of the practices that have one, by practice.
func (all Portals) Vendors() map[int]string {
	codes := map[int]string{}
	for _, d := range all.Desks() {
		if d.VendorCode != "" {
			codes[d.Practice] = d.VendorCode
		}
	}
	return codes
}

// vendorLetters are those that a vendor code has: it is a part of addresses.
const vendorLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"

// checkVendor checks the code of the practice's vendor.
func (d *Desk) checkVendor() error {
	if strings.Trim(d.VendorCode, vendorLetters) != "" {
		return fmt.Errorf("vendor_code: %q has more than letters, digits, - and _", d.VendorCode)
	}
	return nil
}

// DeskAlgorithms are all that a provider may sign with. None of them has a secret
// that both sides know.
var DeskAlgorithms = []string{"RS256", "ES256", "EdDSA"}

// Desk is the desk of a practice, or nil.
func (all Portals) Desk(practice int) *Desk {
	for _, p := range all {
		for _, d := range p.Desks {
			if d.Practice == practice {
				return d
			}
		}
	}
	return nil
}

// Desks are the desks of all practices, in the order of their portals.
func (all Portals) Desks() (desks []*Desk) {
	for _, p := range all {
		desks = append(desks, p.Desks...)
	}
	return desks
}

// ByHand reports whether the provider's endpoints stand in the file.
func (d *Desk) ByHand() bool { return d.AuthorizationEndpoint != "" }

// join gives the desks to the portals of their practices.
func (all Portals) join(desks []Desk, dir string) error {
	for i := range desks {
		d := &desks[i]
		p := all.Of(DeskID, d.Practice)
		err := d.check(dir)
		switch {
		case d.Practice == 0:
			err = errors.New("practice is missing")
		case p == nil:
			err = errors.New("practice is none of a [[portal]], whose name and settings the desk would have")
		case all.Desk(d.Practice) != nil:
			err = errors.New("the practice has two; name its departments in one")
		}
		if err != nil {
			return fmt.Errorf("desk of practice %d: %w", d.Practice, err)
		}
		p.Desks = append(p.Desks, d)
	}
	return nil
}

func (d *Desk) check(dir string) error {
	if len(d.Departments) == 0 {
		return errors.New("departments is empty")
	}
	for i, id := range d.Departments {
		if id <= 0 || slices.Contains(d.Departments[:i], id) {
			return fmt.Errorf("departments: %d is not a department's id, or stands there twice", id)
		}
	}
	for _, step := range []func() error{d.checkProvider, d.checkRoles, func() error { return d.readSecret(dir) }, d.readLimits, d.checkVendor} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// checkProvider checks who the provider is and how it signs.
func (d *Desk) checkProvider() error {
	issuer, err := url.Parse(d.Issuer)
	switch {
	case d.Issuer == "":
		return errors.New("issuer is missing")
	case err != nil || !webOrigin(issuer) || issuer.RawQuery != "" || issuer.Fragment != "" || issuer.User != nil:
		return fmt.Errorf("issuer: %q is not an https address (http on this machine) without a query", d.Issuer)
	case d.ClientID == "":
		return errors.New("client_id is missing")
	}
	endpoints := []struct{ name, address string }{
		{"authorization_endpoint", d.AuthorizationEndpoint}, {"token_endpoint", d.TokenEndpoint}, {"jwks", d.JWKS},
		{"userinfo_endpoint", d.UserinfoEndpoint}, {"end_session_endpoint", d.EndSessionEndpoint},
	}
	byHand := slices.ContainsFunc(endpoints, func(e struct{ name, address string }) bool { return e.address != "" })
	for i, e := range endpoints {
		switch {
		case e.address == "" && byHand && i < 3:
			return fmt.Errorf("%s is missing: of the endpoints either authorization_endpoint, token_endpoint and jwks are all given, or none is", e.name)
		case e.address != "" && !WebAddress(e.address):
			return fmt.Errorf("%s: %q is not an https address (http on this machine)", e.name, e.address)
		}
	}
	if len(d.Algorithms) == 0 {
		d.Algorithms = DeskAlgorithms
	}
	if len(d.Scopes) == 0 {
		d.Scopes = []string{"openid", "profile"}
	}
	if !slices.Contains(d.Scopes, "openid") {
		return errors.New("scopes has no openid, without which there is no ID token")
	}
	for _, alg := range d.Algorithms {
		if !slices.Contains(DeskAlgorithms, alg) {
			return fmt.Errorf("algorithms: %q is none of %s", alg, strings.Join(DeskAlgorithms, ", "))
		}
	}
	return nil
}

// WebAddress reports whether an address may be asked or led to: https, or http on
// this machine.
func WebAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && webOrigin(u) && u.User == nil && u.Fragment == ""
}

// checkRoles checks that somebody can be somebody, and nobody two things by one
// value.
func (d *Desk) checkRoles() error {
	if d.RolesClaim == "" {
		return errors.New("roles_claim is missing")
	}
	if len(d.Roles) == 0 {
		return errors.New("roles is empty: nobody could sign in")
	}
	seen := map[string]staff.Role{}
	for role, values := range d.Roles {
		if !role.Known() {
			return fmt.Errorf("roles: %q is none of front_desk, biller, manager", role)
		}
		if len(values) == 0 {
			return fmt.Errorf("roles: %s has no value; leave it out where nobody is that", role)
		}
		for _, value := range values {
			if value == "" {
				return fmt.Errorf("roles: %s has an empty value", role)
			}
			if other, twice := seen[value]; twice {
				return fmt.Errorf("roles: %q stands for %s and for %s", value, min(role, other), max(role, other))
			}
			seen[value] = role
		}
	}
	return nil
}

// Role is what the values of the roles claim make somebody; empty: nothing.
func (d *Desk) Role(values []string) staff.Role {
	for _, role := range slices.Backward(staff.Roles) {
		if slices.ContainsFunc(d.Roles[role], func(v string) bool { return slices.Contains(values, v) }) {
			return role
		}
	}
	return ""
}

// readSecret reads the secret from its file, where it has one.
func (d *Desk) readSecret(dir string) error {
	switch {
	case d.ClientSecret != "" && d.ClientSecretFile != "":
		return errors.New("client_secret and client_secret_file are both given; one of them is enough")
	case d.ClientSecret == "" && d.ClientSecretFile == "":
		return errors.New("client_secret is missing (or client_secret_file)")
	case d.ClientSecretFile == "":
		return nil
	}
	file := beside(dir, d.ClientSecretFile)
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("client_secret_file: %w", err)
	}
	if d.ClientSecret = strings.TrimSpace(string(content)); d.ClientSecret == "" {
		return fmt.Errorf("client_secret_file: %s is empty", file)
	}
	return nil
}

// readLimits reads the amounts and minutes.
func (d *Desk) readLimits() error {
	for _, entry := range []struct {
		name, text string
		usual      int64 // cents
		limit      *payment.Amount
	}{
		{"two_people_from", d.TwoPeopleFrom, 500_00, &d.Limits.TwoPeopleFrom},
		{"void_limit", d.VoidLimit, 100_00, &d.Limits.VoidLimit},
		{"close_limit", d.CloseLimit, 10_00, &d.Limits.CloseLimit},
	} {
		*entry.limit = payment.Cents(entry.usual)
		if entry.text == "" {
			continue
		}
		var err error
		if *entry.limit, err = payment.ReadAmount(entry.text); err != nil {
			return fmt.Errorf("%s: %q is not an amount like 500.00", entry.name, entry.text)
		}
	}
	if d.CoverAfter < 0 || d.CoverAfter > 10 {
		return fmt.Errorf("cover_after: %d is not between 1 and 10 minutes", d.CoverAfter)
	}
	if d.CoverAfter == 0 {
		d.CoverAfter = 3
	}
	d.Limits.CloseTwoPeople, d.Limits.SharedDrawer = d.CloseTwoPeople, d.SharedDrawer
	d.Limits.CoverAfter = time.Duration(d.CoverAfter) * time.Minute
	return nil
}
