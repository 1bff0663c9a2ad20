// Package tier sorts tests by what a run is for.
//
//	make quick   go test -short: nothing but Go is needed, and no test takes more than some seconds
//	make test    what the README promises
//	make deep    everything else: as often, as many and as long as it takes
package tier

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// variable is set by make deep.
const variable = "PAYPANE_DEEP"

// IsDeep reports whether this is make deep, for tests that do more then.
func IsDeep() bool { return os.Getenv(variable) != "" }

// Deep skips a test that only make deep runs.
func Deep(t testing.TB) {
	t.Helper()
	if !IsDeep() {
		t.Skipf("part of make deep; alone: %s=1 %s", variable, command(t))
	}
}

// Full skips a test that make quick leaves out: it needs a browser, PostgreSQL,
// another program or a download, or takes long.
func Full(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skipf("part of make test; alone: %s", command(t))
	}
}

// command runs the test alone, from the top of the repository.
func command(t testing.TB) string {
	parts := strings.Split(t.Name(), "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	pattern := strings.ReplaceAll(strings.Join(parts, "/"), "'", `'\''`)
	return "go test ./" + folder() + " -run '" + pattern + "'"
}

// folder is where the test runs, seen from the top.
func folder() string {
	here, err := os.Getwd()
	if err != nil {
		return "..."
	}
	for top := here; ; top = filepath.Dir(top) {
		if _, err := os.Stat(filepath.Join(top, "go.mod")); err == nil {
			folder, _ := filepath.Rel(top, here)
			return filepath.ToSlash(folder)
		}
		if top == filepath.Dir(top) {
			return "..."
		}
	}
}
