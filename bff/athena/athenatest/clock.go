package athenatest

import (
	"context"
	"net/http"
	"time"
)

// now is the simulator's time.
func (g *shared) now() time.Time {
	now := g.base()
	g.mu.Lock()
	defer g.mu.Unlock()
	return now.Add(g.offset)
}

// shift sets the clock's offset and wakes those who wait for a time.
func (g *shared) shift(to func(base time.Time, offset time.Duration) time.Duration) {
	base := g.base()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.offset = to(base, g.offset)
	close(g.moved)
	g.moved = make(chan struct{})
}

// wait returns true after d of the real time or of the simulator's, whichever
// has passed first, and false when the client has left before.
func (g *shared) wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	due := g.now().Add(d)
	for {
		g.mu.Lock()
		moved := g.moved
		g.mu.Unlock()
		if !g.now().Before(due) {
			return true
		}
		select {
		case <-t.C:
			return true
		case <-ctx.Done():
			return false
		case <-moved:
		}
	}
}

// Now is the simulator's time.
func (s *Server) Now() time.Time { return s.shared.now() }

// SetClock makes it that time now; from there on the clock goes as Options.Now
// does.
func (s *Server) SetClock(now time.Time) {
	s.shared.shift(func(base time.Time, _ time.Duration) time.Duration { return now.Sub(base) })
}

// Advance moves the clock by d, back when d is below zero.
func (s *Server) Advance(d time.Duration) {
	s.shared.shift(func(_ time.Time, offset time.Duration) time.Duration { return offset + d })
}

// shownClock is GET /sim/clock.
type shownClock struct {
	Now     time.Time `json:"now"`
	Eastern string    `json:"eastern"` // as the upstream writes it
	Offset  string    `json:"offset"`  // over the machine's clock
}

func (s *Server) shownClock() shownClock {
	now := s.Now()
	s.shared.mu.Lock()
	offset := s.shared.offset
	s.shared.mu.Unlock()
	return shownClock{now.UTC(), now.In(s.eastern).Format("01/02/2006 15:04:05"), offset.String()}
}

// moveClock answers POST /sim/clock.
func (s *Server) moveClock(w http.ResponseWriter, r *http.Request) {
	var move struct {
		Now     *time.Time `json:"now"`
		Advance *string    `json:"advance"`
	}
	if !readControl(w, r, &move) {
		return
	}
	switch {
	case (move.Now == nil) == (move.Advance == nil):
		badControl(w, `want {"now": an RFC 3339 time} or {"advance": a duration like "26h"}`)
		return
	case move.Now != nil:
		s.SetClock(*move.Now)
	default:
		d, err := time.ParseDuration(*move.Advance)
		if err != nil {
			badControl(w, err.Error())
			return
		}
		s.Advance(d)
	}
	answer(w, s.shownClock())
}
