package main

import (
	"net"
	"strings"
	"testing"
)

// Whichever of the four ports is taken, the demo moves on to four others, and
// says what was in its way; nothing is kept of those that it left.
func TestATakenPortMovesOn(t *testing.T) {
	for offset := range 4 {
		// Four free ports: those that settle finds from some place on.
		p, _, err := settle(20000)
		if err != nil {
			t.Fatal(err)
		}
		first := p.port
		p.close()
		in, err := net.Listen("tcp", []string{p.widgetAddr(), p.portalAddr(), p.simulatorAddr(), p.signInAddr()}[offset])
		if err != nil {
			t.Fatal(err)
		}
		p, moved, err := settle(first)
		if err != nil {
			t.Fatal(err)
		}
		if p.port == first || moved == nil || !strings.Contains(moved.Error(), "is taken") || !strings.HasSuffix(p.portalOrigin(), ":"+port(p.portal)) {
			t.Errorf("port %d of four taken: moved from %d to %d, %v", offset, first, p.port, moved)
		}
		p.close()
		in.Close()
		if p, moved, err = settle(first); err != nil || moved != nil || p.port != first {
			t.Errorf("with all four free again: %d, not %d; %v, %v", p.port, first, moved, err)
		}
		p.close()
	}
}

// A port that cannot be one is refused in words, at once.
func TestAPortThatIsNone(t *testing.T) {
	for _, n := range []int{-1, 0, 65533, 70000} {
		if _, _, err := settle(n); err == nil || !strings.Contains(err.Error(), "choose one from 1") {
			t.Errorf("%d: %v", n, err)
		}
	}
}

func port(l net.Listener) string {
	_, p, _ := net.SplitHostPort(l.Addr().String())
	return p
}
