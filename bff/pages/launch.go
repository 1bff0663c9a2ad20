package pages

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/bff/staff"
	"paypane/web"
	"paypane/web/words"
)

// launchErrors are the pages for a launch that cannot be taken. They say
// nothing of the patient, and the same for every token that is not honest.
var (
	launchUsed    = launchNotice{"launch_used", "launch.used", []words.Key{"launch.used.why", "launch.again"}}
	launchExpired = launchNotice{"launch_expired", "launch.expired", []words.Key{"launch.again"}}
	launchRefused = launchNotice{"launch_refused", "launch.refused", []words.Key{"launch.refused.next"}}
)

// launchNotice is what a page says of a launch, and its code for the portal.
type launchNotice struct {
	code    string
	heading words.Key
	text    []words.Key
}

// Launch opens a session for a launch token, or for the code of a handover.
func (s *Launch) Launch(w http.ResponseWriter, r *http.Request) error {
	origin := r.Header.Get("Origin")
	// Also what cannot be read as a form can have come out of a portal's frame.
	f, err := middleware.ReadForm(w, r)
	if p := s.portals.At(origin); err != nil && p != nil {
		sess := session.Session{Portal: p.ID, Host: origin, Language: layout.Wanted(r, p).Tag()}
		s.layout.AllowFraming(w, r, sess)
		s.layout.Error(w, r, sess, err)
		return nil
	}
	if err != nil {
		return err
	}
	if code := f.Token("code"); code != "" && origin == s.origin {
		return s.takeOver(w, r, code)
	}
	host := origin
	if origin == s.origin {
		host = f.Token("host") // our own frame page, which the browser told its parent's origin
	}
	claims, from, err := s.tokens.Verify(r.Context(), f.Token("token"))
	// What becomes of it can be read in the frame of the portal that has launched,
	// whatever is wrong with the token.
	locale := f.Text(web.ParamLocale)
	site := web.Site{Language: layout.Wanted(r, from, locale)}
	around := from
	if around == nil || !around.Allows(host) {
		around = s.portals.At(host)
	}
	switch {
	case around != nil:
		site.Hosts = host
	case from != nil && (origin == "" || origin == "null"): // its page hides where it is (Referrer-Policy: no-referrer)
		around = from
		site.Hosts = strings.Join(from.Origins, " ")
	}
	if around != nil {
		middleware.FrameAncestors(w, r, around.Origins)
	}
	if err == nil && !from.Allows(host) {
		err = portal.ErrOrigin
	}
	if err == nil {
		err = s.spend(r.Context(), from, claims)
	}
	if err != nil {
		return s.refuse(w, r, err, site)
	}
	sess := s.launched(claims, from, host)
	sess.Pane = session.NewPane(r, f, from)
	sess.Language = layout.Wanted(r, from, claims.Locale, locale).Tag()
	if len(claims.Dropped) > 0 {
		s.log.InfoContext(r.Context(), "launch goes on without claims", "portal", from.ID, "claims", strings.Join(claims.Dropped, " "), "id", middleware.RequestID(r.Context()))
	}
	// What nobody signed can only choose where to begin, and only where the token
	// does not.
	if view := f.Text("view"); sess.View == "" && portal.Landing(view, sess.Role) != "" {
		sess.View = view
	}
	return s.begin(w, r, sess)
}

// spend uses a token up.
func (s *kit) spend(ctx context.Context, from *portal.Portal, claims portal.Claims) error {
	return s.launches.UseLaunch(ctx, from.ID, claims.ID, claims.Expires.Add(portal.Skew+time.Second))
}

// refuse answers a token that was not taken. What is not the token's fault is
// answered as every other error is.
func (s *kit) refuse(w http.ResponseWriter, r *http.Request, err error, site web.Site) error {
	_, refused := errors.AsType[portal.Refusal](err)
	switch {
	case errors.Is(err, ledger.ErrReplayed):
		return s.refuseLaunch(w, r, err, http.StatusConflict, site, launchUsed)
	case errors.Is(err, portal.ErrExpired), errors.Is(err, ledger.ErrExpired):
		return s.refuseLaunch(w, r, err, http.StatusForbidden, site, launchExpired)
	case refused:
		return s.refuseLaunch(w, r, err, http.StatusForbidden, site, launchRefused)
	}
	return err
}

// launched is what a token makes of a session, from now on.
func (s *kit) launched(claims portal.Claims, from *portal.Portal, host string) session.Session {
	sess := session.Session{
		Portal: from.ID, Host: host, Subject: claims.Subject, Launch: ledger.LaunchID(claims.ID), Role: claims.Role,
		Name: claims.Name, Email: claims.Email, Return: claims.ReturnURL, View: claims.View,
		OfferSave: claims.OfferSave, SavedCards: claims.SavedCards, Launched: s.now().Unix(),
	}
	sess.People, sess.Patient = claims.People()
	if claims.Staff != "" {
		sess.Staff = staff.Person{Issuer: from.ID, Subject: claims.Subject, Name: claims.Name, Role: claims.Staff, AuthTime: s.now().Truncate(time.Second)}
	}
	return sess
}

// refuseLaunch logs the reason and shows a page that does not tell it, unless
// the server is one for developers.
func (s *kit) refuseLaunch(w http.ResponseWriter, r *http.Request, err error, status int, site web.Site, notice launchNotice) error {
	refusal := refusalOf(err)
	s.log.LogAttrs(r.Context(), slog.LevelWarn, "launch refused", append(refusal.Attrs(err), slog.String("id", middleware.RequestID(r.Context())))...)
	n := web.NoticeView{Error: notice.code, Heading: site.Language.Text(notice.heading), ID: middleware.RequestID(r.Context())}
	for _, key := range notice.text {
		n.Text = append(n.Text, site.Language.Text(key))
	}
	if s.explains {
		n.Text = append(n.Text, "For the portal's developer: "+refusal.Error()+".")
	}
	return s.layout.Render(w, r, status, web.View{Page: web.PageLaunch, Site: site, Notice: &n})
}

// refusalOf is the refusal in an error, also in one of the ledger's.
func refusalOf(err error) portal.Refusal {
	if r, ok := errors.AsType[portal.Refusal](err); ok {
		return r
	}
	switch {
	case errors.Is(err, ledger.ErrReplayed):
		return portal.ErrUsed
	case errors.Is(err, ledger.ErrExpired):
		return portal.ErrExpired
	}
	return portal.ErrOther
}

// begin opens the session and leads on to a page that can see whether the
// cookie came back.
func (s *kit) begin(w http.ResponseWriter, r *http.Request, sess session.Session) error {
	id, err := s.store.Start(w, r, sess)
	if err != nil {
		return err
	}
	code, err := s.handovers.Give(r.Context(), id)
	if err != nil {
		return err
	}
	next := web.Site{Pane: sess.Pane}.At("/launch/arrive?code=" + code)
	if middleware.WantsJSON(r) {
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(launched{next})
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// launched is the answer to our own frame page, which follows it without leaving
// itself behind in the browser's history.
type launched struct {
	Next string `json:"next"`
}
