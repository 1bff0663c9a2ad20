package athenatest

import (
	"net/http"
	"strconv"
	"time"
)

// The limits of the preview environment (docs/upstream-api.md#tokens and
// #limits).
const (
	dailyCalls      = 50000 // API calls a day, as recorded
	tokensPerMinute = 5
)

// window counts what happens in one minute or one day.
type window struct {
	start time.Time
	count int
}

// add counts one more in the window that begins at start and reports how many
// are left of limit, and whether this one is within it. A limit below zero
// does not limit.
func (c *window) add(start time.Time, limit int) (left int, ok bool) {
	if !c.start.Equal(start) {
		*c = window{start: start}
	}
	c.count++
	return max(0, limit-c.count), limit < 0 || c.count <= limit
}

// headers sets the recorded headers of an API answer
// (docs/upstream-api.md#the-wire) and reports whether the call is within the
// day's limit, which ends at midnight GMT.
func (s *Server) headers(w http.ResponseWriter) bool {
	g := s.shared
	today := g.now().UTC().Truncate(24 * time.Hour)
	g.mu.Lock()
	left, ok := g.day.add(today, g.perDay)
	g.mu.Unlock()
	limitHeaders(w, g.perDay, left)
	common(w.Header())
	return ok
}

// tokenLimit does the same for a token request. Its limit ends at the top of
// the minute.
func (s *Server) tokenLimit(w http.ResponseWriter) bool {
	g := s.shared
	minute := g.now().UTC().Truncate(time.Minute)
	g.mu.Lock()
	left, ok := g.minute.add(minute, g.perMinute)
	g.mu.Unlock()
	limitHeaders(w, g.perMinute, left)
	return ok
}

func limitHeaders(w http.ResponseWriter, limit, left int) {
	if limit >= 0 {
		w.Header().Set("X-RateLimit-Limit", strconv.Itoa(limit))
		w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(left))
	}
}

// tooManyRequests is the answer over a limit. Its body is not known; this is
// the common shape. No Retry-After was ever recorded
// (docs/upstream-api.md#limits).
func tooManyRequests(w http.ResponseWriter) {
	refuse(w, http.StatusTooManyRequests, map[string]any{"error": "Too many requests."})
}
