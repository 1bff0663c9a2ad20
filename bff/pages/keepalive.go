package pages

import (
	"encoding/json"
	"net/http"
	"time"

	"paypane/bff/layout"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/web"
)

// timeLeft is how long a session goes on, in whole seconds.
type timeLeft struct {
	Left int `json:"left"` // until it has been idle too long
	Ends int `json:"ends"` // until it ends in any case
}

// ShowTimeLeft is GET /session: the page asks before it warns. With the header
// of a page that looks by itself that is no sign of anybody.
func (s *Sessions) ShowTimeLeft(w http.ResponseWriter, _ *http.Request, sess session.Session) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(timeLeft{Left: int(sess.Left.Idle / time.Second), Ends: int(sess.Left.Absolute / time.Second)})
}

// Keepalive is POST /session: somebody is there. As for every other request that is
// written down before the page is asked.
func (s *Sessions) Keepalive(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return s.ShowTimeLeft(w, r, sess)
}

// Renew is POST /session/renew: the portal says by a new token that the same person
// is there, and the session goes on as if it had just begun, in another cookie. The
// page that is open, and what was typed there, is the session's as before.
func (s *Sessions) Renew(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	f, err := middleware.ReadForm(w, r)
	if err != nil {
		return err
	}
	site := s.layout.Public(sess)
	claims, from, err := s.tokens.Verify(r.Context(), f.Token("token"))
	if err != nil {
		return s.refuse(w, r, err, site)
	}
	next, goesOn := session.Renewed(sess, s.launched(claims, from, sess.Host))
	switch {
	case !from.Allows(sess.Host):
		err = portal.ErrOrigin
	case !goesOn:
		err = portal.ErrOtherSession
	default:
		err = s.spend(r.Context(), from, claims)
	}
	if err != nil {
		return s.refuse(w, r, err, site)
	}
	if _, err := s.store.Start(w, r, next); err != nil {
		return err
	}
	next.Left = session.Left{Idle: session.Idle, Absolute: session.Absolute}
	return s.ShowTimeLeft(w, r, next)
}

// SignOut is POST /finish: the session is over at once, and the browser forgets
// what it knows of us. In a portal's frame that is the part of the browser that
// belongs to this portal.
func (s *Sessions) SignOut(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	if err := s.store.End(w, r); err != nil {
		return err
	}
	// Only now: a request of another tab may be under way, and what it has not
	// claimed by the end of the session it never will (see ledger.CardUse).
	sum, err := s.accounts.Summary(r.Context(), sess)
	if err != nil { // the page says less; the session is over all the same
		s.log.ErrorContext(r.Context(), "read what a session sent", "id", middleware.RequestID(r.Context()), "error", err.Error())
	}
	// Chromium keeps a page without script for the Back button, no-store or not,
	// with what was typed, until a cookie of the page changes; that of the session
	// is partitioned and does not count (measured). "cookies" in the header below
	// would take this one away before it is noticed, and ours is gone already.
	http.SetCookie(w, &http.Cookie{Name: "__Host-Http-paypane-finished", Value: "1", Path: "/", MaxAge: 60,
		Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	l := s.layout.Of(sess).Language
	n := web.NoticeView{Heading: l.Text("finished.heading"), Text: append(sum.Lines(r.Context(), l, s.departments), l.Text("finished.cleared"))}
	if sess.Return != "" {
		n.Next, n.NextText = sess.Return, l.Text("finished.return")
	}
	return s.layout.Render(w, r, http.StatusOK, web.View{Page: web.PageFinished, Site: s.layout.Public(sess), Notice: &n})
}

// Home is what people type: it leads to where their session begins.
func (s *Sessions) Home(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	return layout.Redirect(w, r, session.Landing(sess))
}
