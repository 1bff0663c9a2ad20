package main

import "paypane/bff/demo/idp"

// The desk of the demo's practice, as the widget and the practice's sign-in know it.
const (
	deskClient = "paypane-desk"
	deskSecret = "demo"
)

// newSignIn is the practice's own sign-in.
func newSignIn(at places) *idp.Provider {
	return idp.New(idp.Config{
		Issuer: at.signInOrigin(), ClientID: deskClient, Secret: deskSecret,
		Redirect: at.widgetOrigin() + "/desk/callback", Leave: at.widgetOrigin() + "/desk", Logout: at.widgetOrigin() + "/desk/backchannel-logout",
		People: []idp.Person{
			{Subject: "staff-1", Name: "Ana Clerk", Roles: []string{"front-desk"}, Shows: "front desk"},
			{Subject: "staff-2", Name: "Ben Biller", Roles: []string{"billing"}, Shows: "biller"},
			{Subject: "staff-3", Name: "Mia Manager", Roles: []string{"manager"}, Shows: "manager"},
			{Subject: "staff-4", Name: "Nat Newcomer", Shows: "no role: does not come in"},
		},
	})
}

// deskEntry is the desk in the portals file.
func deskEntry(at places) map[string]any {
	return map[string]any{
		"practice": practice, "departments": []int{7, 8, 9, 10, 11}, "issuer": at.signInOrigin(), "client_id": deskClient, "client_secret": deskSecret,
		"roles_claim": "roles", "roles": map[string][]string{"front_desk": {"front-desk"}, "biller": {"billing"}, "manager": {"manager"}},
		"vendor_code": "harborpay",
	}
}
