package athena

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

// A 401 may be about the token, which died before its time
// (docs/upstream-api.md#tokens), or about what was asked for, whatever its
// words are: a practice, a patient or an endpoint that our key may not have.
// Only a new token tells the two apart, and the upstream gives five of them a
// minute. So each subject can make us give up a token once. A subject that
// refuses the fresh token too is the cause itself: no more tokens are given up
// for it until it has answered, or refusalLife has passed.
const (
	refusalLife = 10 * time.Minute // how long it is remembered who refused what
	maxRefusals = 256              // of them; the oldest goes
	// No more than maxDrops tokens are given up in dropTime, so that any number
	// of patients who refuse leaves some of the five for the rest.
	maxDrops = 2
	dropTime = time.Minute
	// A token is fresh for freshTime: that it died within it is not believed.
	freshTime = time.Minute
)

// refusal is a subject that refused a token and has not answered since.
type refusal struct {
	access string
	at     time.Time
	proved bool // it refused a fresh token after another one
}

// refusals are those of one client. They are guarded by the lock of tokens.
type refusals struct {
	of    map[string]refusal // by subject
	drops []time.Time        // the last maxDrops
}

// subject is what a path is about: a patient, a department, a list of a
// practice. What one patient's receipts refuse, their claims refuse too.
func subject(path string) string {
	parts := strings.SplitN(path, "/", 6) // "", "v1", practice, kind, id, rest
	return strings.Join(parts[:min(len(parts), 5)], "/")
}

// note remembers that a subject refused a token, and reports whether it is proved
// that it refuses every token.
func (r *refusals) note(about, access string, fresh bool, now time.Time) (proved bool) {
	old, known := r.of[about]
	if known && now.Sub(old.at) >= refusalLife {
		known = false
	}
	proved = known && (old.proved || old.access != access && fresh)
	if !known && len(r.of) >= maxRefusals {
		oldest := ""
		for name, other := range r.of {
			if oldest == "" || other.at.Before(r.of[oldest].at) {
				oldest = name
			}
		}
		delete(r.of, oldest)
	}
	if r.of == nil {
		r.of = map[string]refusal{}
	}
	if !known || !old.proved { // what is proved is asked again in the end
		r.of[about] = refusal{access, now, proved}
	}
	return proved
}

// drop gives up a token for a subject, if maxDrops allow it. What other subjects
// refused this token is forgotten then: the token may have been dead.
func (r *refusals) drop(about, access string, now time.Time) bool {
	if len(r.drops) == maxDrops {
		if now.Sub(r.drops[0]) < dropTime {
			return false
		}
		r.drops = r.drops[1:]
	}
	r.drops = append(r.drops, now)
	maps.DeleteFunc(r.of, func(other string, f refusal) bool { return other != about && f.access == access && !f.proved })
	return true
}

// refused records that a call got a 401, and reports whether it is worth trying
// with another token. It is not where the answer says that the practice is not
// granted to our key: that holds for every token.
func (c *Client) refused(path, access string, answer []byte) (again bool) {
	if answerError("", http.StatusUnauthorized, answer).Message == notGranted {
		return false
	}
	t := c.tokens
	t.mu.Lock()
	defer t.mu.Unlock()
	about, now := subject(path), t.now()
	switch {
	case t.access != access: // it has been given up already
		return true
	case t.refusals.note(about, access, now.Sub(t.since) < freshTime, now):
		return false
	case !t.refusals.drop(about, access, now):
		return false
	}
	t.access = ""
	return true
}

// answered records that a call got another answer than a 401, so that its token
// was good for it. A gateway in trouble proves no such thing.
func (c *Client) answered(path string, status int) {
	if status >= http.StatusInternalServerError || status == http.StatusTooManyRequests {
		return
	}
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	delete(c.tokens.refusals.of, subject(path))
}
