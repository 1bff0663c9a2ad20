package operator

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"paypane/bff/athena"
	"paypane/bff/athena/athenatest"
	"paypane/bff/portal"
	"paypane/bff/portal/portaltest"
)

// Every practice of the portals file is asked for, and what does not agree is named; what
// is right ends with status 0.
func TestCheck(t *testing.T) {
	t.Parallel()
	sim := athenatest.StartWith(t, athenatest.Options{})
	client, err := athena.New(athena.Config{URL: sim.URL, ClientID: "demo", ClientSecret: "demo"})
	if err != nil {
		t.Fatal(err)
	}
	check := func(practices, departments, name string) (string, int) {
		t.Helper()
		dir := t.TempDir()
		for file, content := range map[string]string{"keys.json": portaltest.KeySet(portaltest.Ed25519("harbor")), "portals.toml": `
[[portal]]
id = "harbor"
name = "` + name + `"
origins = ["https://portal.example"]
jwks = "keys.json"
practices = ` + practices + `

[[desk]]
practice = 195900
departments = ` + departments + `
issuer = "https://login.harbor.example"
client_id = "paypane-desk"
client_secret = "hush"
roles_claim = "roles"
roles = { manager = ["manager"] }
`} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		portals, err := portal.Read(filepath.Join(dir, "portals.toml"))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		status := Check(t.Context(), client, portals, &out)
		return out.String(), status
	}
	out, status := check("[195900]", "[7, 11]", "Harbor Medical Group")
	if want := `ok    practice 195900: answers as "Harbor Medical Group"
ok    practice 195900: department 7 (Harbor Family Medicine) of its desk is there
ok    practice 195900: department 11 (Eastside Screening Bus) of its desk charges no cards: cash, checks and other terminals are recorded there
`; out != want || status != 0 {
		t.Errorf("%d\n%s", status, out)
	}
	out, status = check("[195900, 195901, 777]", "[7, 99]", "Harbor Family Medicine")
	for _, says := range []string{
		"WRONG practice 777: cannot be reached: ", "ok    practice 195900: answers as \"Harbor Medical Group\"; payers read \"Harbor Family Medicine\"\n",
		"WRONG practice 195900: department 99 of its desk does not exist\n", "WRONG practice 195901: cannot be reached: ",
	} {
		if !strings.Contains(out, says) {
			t.Errorf("without %q:\n%s", says, out)
		}
	}
	if status != 1 || strings.Contains(out, "demo") {
		t.Errorf("status %d\n%s", status, out)
	}
	sim.Fault(athenatest.Fault{Endpoint: "practiceinfo", When: "before", Do: "status", Status: 500, Times: 100})
	sim.Fault(athenatest.Fault{Endpoint: "departments", When: "before", Do: "status", Status: 500, Times: 100})
	out, status = check("[195900]", "[7]", "Harbor")
	if status != 1 || !strings.Contains(out, "ok    practice 195900: answers; what it is called cannot be read: ") || !strings.Contains(out, "WRONG practice 195900: its departments cannot be read: ") {
		t.Errorf("status %d\n%s", status, out)
	}
}
