package bff

import (
	"encoding/json"
	"net/http"
	"time"

	"paypane/web"
)

// timeLeft is how long a session goes on, in whole seconds.
type timeLeft struct {
	Left int `json:"left"` // until it has been idle too long
	Ends int `json:"ends"` // until it ends in any case
}

// showTimeLeft is GET /session: the page asks before it warns. With the header
// of a page that looks by itself that is no sign of anybody.
func (s *Server) showTimeLeft(w http.ResponseWriter, _ *http.Request, v Visit) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(timeLeft{Left: int(v.left.idle / time.Second), Ends: int(v.left.absolute / time.Second)})
}

// stay is POST /session: somebody is there. As for every other request that is
// written down before the page is asked.
func (s *Server) stay(w http.ResponseWriter, r *http.Request, v Visit) error {
	return s.showTimeLeft(w, r, v)
}

// finish is POST /finish: the session is over at once, and the browser forgets
// what it knows of us. In a portal's frame that is the part of the browser that
// belongs to this portal.
func (s *Server) finish(w http.ResponseWriter, r *http.Request, v Visit) error {
	if err := s.store.end(w, r); err != nil {
		return err
	}
	// Only now: a request of another tab may be under way, and what it has not
	// claimed by the end of the session it never will (see ledger.CardUse).
	p, err := s.past(r.Context(), v)
	if err != nil { // the page says less; the session is over all the same
		s.log.ErrorContext(r.Context(), "read what a session sent", "id", requestID(r.Context()), "error", err.Error())
	}
	// Chromium keeps a page without script for the Back button, no-store or not,
	// with what was typed, until a cookie of the page changes; that of the session
	// is partitioned and does not count (measured). "cookies" in the header below
	// would take this one away before it is noticed, and ours is gone already.
	http.SetCookie(w, &http.Cookie{Name: "__Host-Http-paypane-finished", Value: "1", Path: "/", MaxAge: 60,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	n := web.Notice{Heading: "You have finished",
		Text: append(s.words(p), "This window is cleared. Close other windows of this page, too. To come back, open the payment page again from the portal.")}
	if v.Return != "" {
		n.Next, n.NextText = v.Return, "Go back to the portal"
	}
	return s.render(w, r, http.StatusOK, web.View{Page: web.PageFinished, Site: s.sessionless(v), Notice: &n})
}
