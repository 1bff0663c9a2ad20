package bff

import (
	"strings"
	"testing"
)

// Where the upstream is for trying each page says so, to people and to the portal's
// page around it; elsewhere none does.
func TestPagesSayThatNoMoneyIsTaken(t *testing.T) {
	for _, tried := range []bool{true, false} {
		b := newWorld(t, setup{tried: tried}).visit(40211)
		for _, path := range []string{"/pay", "/receipts", "/cards", "/nowhere"} {
			a := b.get(path)
			if a.says("No money will be taken.") != tried || strings.Contains(a.body, " data-test-mode") != tried {
				t.Errorf("%s, tried %v: %s", path, tried, a.body)
			}
		}
	}
}
