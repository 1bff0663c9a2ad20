//go:build !js

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// pkg is what go list tells about a package.
type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

// list asks go list about packages for a platform.
func list(t *testing.T, platform []string, patterns ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Deps"}, patterns...)...)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), platform...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

var browserPlatform = []string{"GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0"}

// The program that everybody may read holds nothing of what they may not, and
// nothing that makes it heavy for no use.
func TestTheProgramHoldsNothingOfTheServer(t *testing.T) {
	reasons := map[string]string{
		"paypane/bff":                                    "secrets live there",
		"paypane/static":                                 "it would hold itself",
		"github.com/gorilla":                             "sessions are the server's",
		"modernc.org/sqlite":                             "a database",
		"github.com/jackc/pgx":                           "a database",
		"github.com/go-jose":                             "tokens are the server's",
		"github.com/coreos/go-oidc":                      "signing in is the server's",
		"golang.org/x/oauth2":                            "credentials are the server's",
		"github.com/andybalholm/brotli":                  "compression is the server's",
		"github.com/pressly/goose":                       "migrations are the server's",
		"codeberg.org/go-pdf":                            "receipts on paper are the server's",
		"github.com/go-text":                             "receipts on paper are the server's",
		"html/template":                                  "documents are the server's, and it is heavy",
		"database/sql":                                   "a database",
		"github.com/maxence-charriere/go-app/v9/pkg/cli": "not part of a page",
	}
	for _, p := range list(t, browserPlatform, "./wasm") {
		for _, dep := range p.Deps {
			for forbidden, reason := range reasons {
				if dep == "database/sql/driver" {
					continue // an interface of a few lines, which go-app's uuid implements
				}
				if dep == forbidden || strings.HasPrefix(dep, forbidden+"/") {
					t.Errorf("the program links %s: %s", dep, reason)
				}
			}
		}
	}
}

// What stands for others in the demo and in tests is no part of the server: a program
// with a portal that signs whatever it is asked, or with an upstream that takes no
// money, is none that a practice may run.
func TestTheServerHoldsNothingOfTheDemo(t *testing.T) {
	if found := forDemosAndTests(list(t, []string{"CGO_ENABLED=0"}, ".")[0].Deps); len(found) > 0 {
		t.Errorf("the server links %s", strings.Join(found, ", "))
	}
	// It would see them where they are.
	if found := forDemosAndTests(list(t, []string{"CGO_ENABLED=0"}, "./bff/demo")[0].Deps); len(found) < 3 {
		t.Errorf("the demo links only %q of them", found)
	}
}

// forDemosAndTests are those of some packages that a server must not hold.
func forDemosAndTests(deps []string) (found []string) {
	for _, dep := range deps {
		own := strings.HasPrefix(dep, "paypane/") && (strings.HasSuffix(dep, "test") && dep != "paypane/bff/selftest" || strings.HasSuffix(dep, "/athenasim") ||
			strings.HasPrefix(dep+"/", "paypane/bff/demo/") || dep == "paypane/bff/proof" || dep == "paypane/tier")
		if own || dep == "testing" || strings.HasPrefix(dep, "testing/") {
			found = append(found, dep)
		}
	}
	return found
}

// The arrows between the rooms, as docs/architecture.md#arrows draws them: who may
// import whom.
func TestTheArrowsBetweenTheRooms(t *testing.T) {
	may := map[string][]string{ // by room; a room may always import within itself
		"paypane":                       nil, // main joins everything
		"paypane/web/payment":           {},
		"paypane/web/told":              {},
		"paypane/web/words":             {"paypane/web/payment", "paypane/web/told"},
		"paypane/web/field":             {"paypane/web/payment", "paypane/web/words"},
		"paypane/web/paper":             {"paypane/web/payment", "paypane/web/words"},
		"paypane/web":                   {"paypane/web/payment", "paypane/web/told", "paypane/web/words", "paypane/web/field", "paypane/web/paper"},
		"paypane/wasm":                  {"paypane/web"},
		"paypane/static":                {"paypane/web/words"},
		"paypane/tier":                  {}, // for tests
		"paypane/static/pack":           {"paypane/static"},
		"paypane/static/lean":           {}, // a step of the build
		"paypane/bff/middleware":        {"paypane/web/payment", "paypane/bff/residue", "paypane/static"},
		"paypane/bff/velocity":          {"paypane/web/payment", "paypane/bff/ledger"},
		"paypane/bff/portal":            {"paypane/bff/staff", "paypane/bff/velocity", "paypane/web", "paypane/web/payment", "paypane/web/words"},
		"paypane/bff/portal/portaltest": {},
		"paypane/bff/staff":             {},
		"paypane/bff/session":           {"paypane/bff/velocity", "paypane/bff/staff", "paypane/web", "paypane/web/payment", "paypane/bff/middleware", "paypane/bff/portal", "paypane/bff/ledger", "paypane/web/words"},
		"paypane/bff/dispatch":          {"paypane/web/payment", "paypane/bff/ledger", "paypane/bff/reconcile"},
		"paypane/bff/account":           {"paypane/web/payment", "paypane/web/words", "paypane/bff/ledger", "paypane/bff/portal", "paypane/bff/reconcile", "paypane/bff/session"},
		"paypane/bff/layout":            {"paypane/bff/velocity", "paypane/bff/staff", "paypane/web", "paypane/web/payment", "paypane/web/words", "paypane/static", "paypane/bff/account", "paypane/bff/ledger", "paypane/bff/middleware", "paypane/bff/portal", "paypane/bff/session"},
		"paypane/bff/pages":             {"paypane/bff/velocity", "paypane/bff/staff", "paypane/web", "paypane/web/paper", "paypane/web/payment", "paypane/web/words", "paypane/static", "paypane/bff/account", "paypane/bff/dispatch", "paypane/bff/layout", "paypane/bff/ledger", "paypane/bff/middleware", "paypane/bff/portal", "paypane/bff/receipt", "paypane/bff/session"},
		"paypane/bff/desk":              {"paypane/bff/velocity", "paypane/bff/staff", "paypane/bff/dispatch", "paypane/bff/portal", "paypane/bff/receipt", "paypane/web/paper", "paypane/web", "paypane/web/payment", "paypane/web/words", "paypane/bff/account", "paypane/bff/layout", "paypane/bff/ledger", "paypane/bff/middleware", "paypane/bff/reconcile", "paypane/bff/session"},
		"paypane/bff":                   {"paypane/bff/notify", "paypane/bff/velocity", "paypane/bff/signin", "paypane/bff/staff", "paypane/web", "paypane/web/payment", "paypane/static", "paypane/bff/account", "paypane/bff/desk", "paypane/bff/dispatch", "paypane/bff/health", "paypane/bff/layout", "paypane/bff/middleware", "paypane/bff/pages", "paypane/bff/portal", "paypane/bff/reconcile", "paypane/bff/residue", "paypane/bff/selftest", "paypane/bff/session"},
		"paypane/bff/signin":            {"paypane/bff/staff", "paypane/web", "paypane/web/payment", "paypane/web/words", "paypane/bff/layout", "paypane/bff/ledger", "paypane/bff/middleware", "paypane/bff/portal", "paypane/bff/session"},
		"paypane/bff/demo/idp":          {},
		"paypane/bff/proof":             {},
		"paypane/bff/reconcile":         {"paypane/web/payment", "paypane/bff/ledger"},
		"paypane/bff/ledger":            {"paypane/web/payment"},
		"paypane/bff/ledger/ledgertest": {"paypane/tier"},
		"paypane/bff/metrics":           {"paypane/bff/velocity", "paypane/web/payment", "paypane/bff/athena", "paypane/bff/ledger"},
		"paypane/bff/checkpoint":        {"paypane/bff/ledger"},
		"paypane/bff/config":            {},
		"paypane/bff/health":            {},
		"paypane/bff/operator":          {"paypane/bff/portal", "paypane/web/payment", "paypane/web/words", "paypane/bff/athena", "paypane/bff/checkpoint", "paypane/bff/config", "paypane/bff/ledger"},
		"paypane/bff/athena":            {"paypane/web/payment"},
		"paypane/bff/receipt":           {"paypane/web/paper", "paypane/web/words", "paypane/bff/receipt/fonts"},
		"paypane/bff/receipt/fonts":     {},
		"paypane/bff/residue":           {"paypane/web/payment"}, // clears registers too
		"paypane/bff/selftest":          {},
		"paypane/bff/notify":            {"paypane/web/payment", "paypane/bff/ledger", "paypane/bff/middleware", "paypane/bff/portal"},
		"paypane/bff/athena/athenatest": {},
		"paypane/bff/athena/athenasim":  {"paypane/bff/athena/athenatest"},
		"paypane/bff/demo/portal":       {},
		"paypane/bff/demo":              {"paypane/bff/demo/idp", "paypane/bff/demo/portal", "paypane/bff/athena/athenatest"},
	}
	for _, p := range list(t, nil, "./...") {
		allowed, known := may[p.ImportPath]
		if !known {
			t.Errorf("%s is a new room: say in this table what it may import", p.ImportPath)
			continue
		}
		if p.ImportPath == "paypane" {
			continue
		}
		for _, imported := range p.Imports {
			if imported != "paypane" && !strings.HasPrefix(imported, "paypane/") {
				continue
			}
			if !slices.Contains(allowed, imported) {
				t.Errorf("%s imports %s, which is not one of its arrows: %s", p.ImportPath, imported, strings.Join(allowed, ", "))
			}
		}
	}
	for _, p := range list(t, browserPlatform, "./web/...") {
		for _, imported := range p.Imports {
			switch imported {
			case "net/http", "net", "os", "database/sql", "log/slog", "encoding/json", "github.com/shopspring/decimal":
				t.Errorf("%s imports %s: pages ask the Desk, and the program carries what is heavy to every payer", p.ImportPath, imported)
			}
		}
	}
	for _, p := range list(t, nil, "./web/payment") {
		for _, imported := range p.Imports {
			if imported == "net/http" || imported == "os" || imported == "syscall/js" || strings.Contains(imported, "go-app") {
				t.Errorf("the shared core imports %s: it does no I/O and knows no page", imported)
			}
		}
	}
}
