package portal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"paypane/bff/portal/portaltest"
	"paypane/bff/staff"
)

const deskEntry = `
[[desk]]
practice = 195900
departments = [1, 7]
issuer = "https://login.harbor.example"
client_id = "paypane-desk"
client_secret = "hush"
roles_claim = "roles"
roles = { front_desk = ["front-desk"], biller = ["billing", "claims"], manager = ["manager"] }
`

func readDesk(t *testing.T, table string) (Portals, error) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"portals.toml": harborEntry + table, "keys.json": portaltest.KeySet(harborEd), "secret": " hush hush\n", "blank": "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Read(filepath.Join(dir, "portals.toml"))
}

// A desk belongs to the portal of its practice; what is left out is as it usually is.
func TestReadDesk(t *testing.T) {
	t.Parallel()
	all, err := readDesk(t, deskEntry)
	if err != nil {
		t.Fatal(err)
	}
	d := all.Desk(195900)
	if d == nil || len(all.Desks()) != 1 || all.Desk(777) != nil || d.Departments[1] != 7 || d.ByHand() || strings.Join(d.Algorithms, " ") != "RS256 ES256 EdDSA" {
		t.Fatalf("read as %+v", d)
	}
	if d.Limits.TwoPeopleFrom.String() != "500.00" || d.Limits.VoidLimit.String() != "100.00" || d.Limits.CoverAfter != 3*time.Minute ||
		d.Limits.CloseLimit.String() != "10.00" || d.Limits.CloseTwoPeople || d.Limits.SharedDrawer {
		t.Errorf("limits %+v", d.Limits)
	}
	all, err = readDesk(t, strings.Replace(deskEntry, `client_secret = "hush"`, `client_secret_file = "secret"`, 1)+`
two_people_from = "0.00"
void_limit = "25"
cover_after = 10
close_limit = "0.00"
close_two_people = true
shared_drawer = true
algorithms = ["ES256"]
authorization_endpoint = "https://a.example/authorize"
token_endpoint = "https://b.example/token"
jwks = "https://c.example/keys"
`)
	if err != nil {
		t.Fatal(err)
	}
	if d = all.Desk(195900); d.ClientSecret != "hush hush" || !d.ByHand() || !d.Limits.TwoPeopleFrom.IsZero() || d.Limits.VoidLimit.String() != "25.00" || d.Limits.CoverAfter != 10*time.Minute ||
		!d.Limits.CloseLimit.IsZero() || !d.Limits.CloseTwoPeople || !d.Limits.SharedDrawer || all.LimitsAt(195900) != d.Limits || all.LimitsAt(777).SharedDrawer {
		t.Errorf("read as %+v", d)
	}
}

// Who has several roles has the most that one of them gives; who has none has none.
func TestRoleOfValues(t *testing.T) {
	t.Parallel()
	all, err := readDesk(t, deskEntry)
	if err != nil {
		t.Fatal(err)
	}
	for values, role := range map[string]staff.Role{
		"front-desk": staff.FrontDesk, "claims": staff.Biller, "manager": staff.Manager,
		"front-desk,manager,nothing": staff.Manager, "billing,front-desk": staff.Biller,
		"": "", "Manager": "", "front_desk": "", "biller": "", "manager ": "",
	} {
		if got := all.Desk(195900).Role(strings.Split(values, ",")); got != role {
			t.Errorf("%q: %q, not %q", values, got, role)
		}
	}
}

// Whatever is wrong in a [[desk]] table, the server does not start, and the error
// names the practice and the entry.
func TestReadDeskRefuses(t *testing.T) {
	t.Parallel()
	with := func(line string) string { return deskEntry + line + "\n" }
	instead := func(old, new string) string { return strings.Replace(deskEntry, old, new, 1) }
	for name, row := range map[string]struct{ table, says string }{
		"an entry misspelt":             {with(`vendorcode = "x"`), "vendorcode"},
		"a vendor's code with a way":    {with(`vendor_code = "../ACME"`), "vendor_code"},
		"a vendor's code of two words":  {with(`vendor_code = "harbor pay"`), "vendor_code"},
		"a vendor's code of none":       {with(`vendor_code = 7`), "vendor_code"},
		"no practice":                   {instead("practice = 195900", ""), "practice is missing"},
		"a practice of no portal":       {instead("195900", "777"), "none of a [[portal]]"},
		"a practice twice":              {deskEntry + deskEntry, "has two"},
		"no departments":                {instead("[1, 7]", "[]"), "departments is empty"},
		"department 0":                  {instead("[1, 7]", "[0]"), "departments: 0"},
		"a department twice":            {instead("[1, 7]", "[7, 7]"), "departments: 7"},
		"no issuer":                     {instead(`issuer = "https://login.harbor.example"`, ""), "issuer is missing"},
		"an issuer without TLS":         {instead("https://login", "http://login"), "issuer"},
		"an issuer with a query":        {instead("harbor.example\"\nclient_id", "harbor.example?x=1\"\nclient_id"), "issuer"},
		"an issuer that is no address":  {instead("https://login.harbor.example", "harbor"), "issuer"},
		"no client":                     {instead(`client_id = "paypane-desk"`, ""), "client_id is missing"},
		"no secret":                     {instead(`client_secret = "hush"`, ""), "client_secret is missing"},
		"two secrets":                   {with(`client_secret_file = "secret"`), "both given"},
		"a secret's file not there":     {instead(`client_secret = "hush"`, `client_secret_file = "gone"`), "client_secret_file"},
		"a secret's file empty":         {instead(`client_secret = "hush"`, `client_secret_file = "blank"`), "is empty"},
		"no claim":                      {instead(`roles_claim = "roles"`, ""), "roles_claim is missing"},
		"no roles":                      {instead(`roles = {`, `#`), "roles is empty"},
		"a role that is none":           {instead("front_desk =", "owner ="), `"owner"`},
		"a role without values":         {instead(`["manager"]`, `[]`), "manager has no value"},
		"an empty value":                {instead(`["manager"]`, `[""]`), "empty value"},
		"a value for two roles":         {instead(`["manager"]`, `["claims"]`), "biller and for manager"},
		"an algorithm with a secret":    {with(`algorithms = ["RS256", "HS256"]`), `"HS256"`},
		"no algorithm at all":           {with(`algorithms = ["none"]`), `"none"`},
		"one endpoint of three":         {with(`token_endpoint = "https://a.example/t"`), "authorization_endpoint is missing"},
		"no openid":                     {with(`scopes = ["profile"]`), "scopes"},
		"only where to sign out":        {with(`end_session_endpoint = "https://a.example/t"`), "authorization_endpoint is missing"},
		"an endpoint without TLS":       {with("authorization_endpoint = \"https://a.example\"\ntoken_endpoint = \"http://a.example\"\njwks = \"https://a.example\""), "token_endpoint"},
		"an endpoint that runs":         {with("authorization_endpoint = \"javascript:alert(1)\"\ntoken_endpoint = \"https://a.example\"\njwks = \"https://a.example\""), "authorization_endpoint"},
		"an amount in words":            {with(`void_limit = "a lot"`), "void_limit"},
		"an amount below zero":          {with(`two_people_from = "-1"`), "two_people_from"},
		"a difference in words":         {with(`close_limit = "a little"`), "close_limit"},
		"a difference below zero":       {with(`close_limit = "-10"`), "close_limit"},
		"a difference that is a number": {with(`close_limit = 10`), "close_limit"},
		"a shared drawer in words":      {with(`shared_drawer = "yes"`), "shared_drawer"},
		"two people in words":           {with(`close_two_people = "always"`), "close_two_people"},
		"covered never":                 {with(`cover_after = 11`), "cover_after"},
		"covered before it is seen":     {with(`cover_after = -1`), "cover_after"},
		"swipe in words":                {with(`swipe = "yes"`), "swipe"},
		"a department in words":         {instead("[1, 7]", `["all"]`), "departments"},
		"the same role with two tables": {with(`roles = { manager = ["m"] }`), "roles"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := readDesk(t, row.table); err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("%v, does not say %q", err, row.says)
			} else if strings.Contains(err.Error(), "hush") {
				t.Errorf("%v tells the secret", err)
			}
		})
	}
}
