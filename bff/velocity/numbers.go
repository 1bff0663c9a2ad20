package velocity

import (
	"maps"
	"sync"
	"time"

	"paypane/web/payment"
)

// Numbers are what this server has seen since it started.
type Numbers struct {
	Admitted int
	Ended    map[payment.State]int // of those
	Refused  map[string]int        // by limit
	Open     int                   // circuits that were open when somebody last came to them
}

// numbers are Numbers on the way.
type numbers struct {
	mu       sync.Mutex
	admitted int
	ended    map[payment.State]int
	refused  map[string]int
	open     map[string]time.Time // portals, and when theirs was seen open
}

// seenFor is how long a circuit that was seen open counts as open while nobody
// comes.
const seenFor = 15 * time.Minute

// Numbers are what this server has seen.
func (g *Guard) Numbers() Numbers {
	n := &g.numbers
	n.mu.Lock()
	defer n.mu.Unlock()
	told := Numbers{Admitted: n.admitted, Ended: maps.Clone(n.ended), Refused: maps.Clone(n.refused)}
	for _, at := range n.open {
		if g.Now().Sub(at) < seenFor {
			told.Open++
		}
	}
	return told
}

func (n *numbers) saw(portal string, open bool, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.open == nil {
		n.open = map[string]time.Time{}
	}
	if delete(n.open, portal); open {
		n.open[portal] = now
	}
}

func (n *numbers) admit() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.admitted++
}

func (n *numbers) refuse(limit string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.refused == nil {
		n.refused = map[string]int{}
	}
	n.refused[limit]++
}

func (n *numbers) end(s payment.State) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ended == nil {
		n.ended = map[payment.State]int{}
	}
	n.ended[s]++
}
