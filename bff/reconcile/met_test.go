package reconcile

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// UntilMet tries a property some times at least, and goes on until all that it has to
// meet was met: each want is a part of what it has counted in met. What is drawn is
// chance, and the rarest comes in one history of a hundred.
func UntilMet(t *testing.T, least int, met map[string]int, wants []string, property func(*rapid.T)) {
	t.Helper()
	missing := func() []string {
		return slices.DeleteFunc(slices.Clone(wants), func(want string) bool {
			return slices.ContainsFunc(slices.Collect(maps.Keys(met)), func(s string) bool { return strings.Contains(s, want) })
		})
	}
	const most = 500
	for round := 0; round < least || round < most && len(missing()) > 0; round++ {
		if rapid.Check(t, property); t.Failed() {
			return
		}
	}
	for _, want := range missing() {
		t.Errorf("never met: %s", want)
	}
}
