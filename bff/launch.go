package bff

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"paypane/bff/ledger"
	"paypane/web"
)

// Launches keep what may be used only once.
type Launches interface {
	// UseLaunch remembers a launch token's id; ledger.ErrReplayed if it was
	// used before.
	UseLaunch(ctx context.Context, portal, jti string, expires time.Time) error
	// PutHandover and TakeHandover carry a session into another window by a
	// code that works once.
	PutHandover(ctx context.Context, code, session [32]byte, expires time.Time) error
	TakeHandover(ctx context.Context, code [32]byte) (session [32]byte, err error)
}

// handoverLife is how long the code of a launch can be used.
const handoverLife = 2 * time.Minute

// launchErrors are the pages for a launch that cannot be taken. They say
// nothing of the patient, and the same for every token that is not honest.
var (
	launchUsed    = web.Notice{Heading: "This payment page was opened before", Text: []string{"For your protection each link to the payment page works once.", "Go back to the portal and open the payment page again."}}
	launchExpired = web.Notice{Heading: "This link to the payment page is too old", Text: []string{"Go back to the portal and open the payment page again."}}
	launchRefused = web.Notice{Heading: "The payment page could not be opened", Text: []string{"Go back to the portal and try again. If this keeps happening, call the practice."}}
)

// launch opens a session for a launch token, or for the code of a handover.
func (s *Server) launch(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(w, r)
	if err != nil {
		return err
	}
	origin := r.Header.Get("Origin")
	if code := f.text("code"); code != "" && origin == s.origin {
		return s.takeOver(w, r, code)
	}
	host := origin
	if origin == s.origin {
		host = f.text("host") // our own frame page, which the browser told its parent's origin
	}
	claims, portal, err := s.verifyToken(r.Context(), f.text("token"))
	var site web.Site
	if portal != nil && portal.allows(host) {
		frameAncestors(w, portal.Origins)
		site.Hosts = host
	}
	if err == nil && !portal.allows(host) {
		err = errToken("posted from an origin that is not the portal's")
	}
	if err == nil {
		err = s.ledger.UseLaunch(r.Context(), portal.ID, claims.ID, time.Unix(*claims.Expires, 0).Add(tokenSkew))
		if err != nil && !errors.Is(err, ledger.ErrReplayed) && !errors.Is(err, ledger.ErrExpired) {
			return err // ours, not the token's
		}
	}
	switch {
	case errors.Is(err, ledger.ErrReplayed):
		return s.refuseLaunch(w, r, err, http.StatusConflict, site, launchUsed)
	case errors.Is(err, errTokenExpired), errors.Is(err, ledger.ErrExpired):
		return s.refuseLaunch(w, r, err, http.StatusForbidden, site, launchExpired)
	case err != nil:
		return s.refuseLaunch(w, r, err, http.StatusForbidden, site, launchRefused)
	}
	v := Visit{
		Portal: portal.ID, Host: host, Subject: claims.Subject, Role: claims.Role,
		Name: claims.Name, Email: claims.Email, Return: claims.ReturnURL, View: claims.View,
		OfferSave: claims.OfferSave, SavedCards: claims.SavedCards, Launched: s.now().Unix(),
	}
	v.People, v.Patient = claims.people()
	// What nobody signed can only choose where to begin, and only where the token
	// does not.
	if view := f.text("view"); v.View == "" && landings[view] != "" && (view != viewDesk || v.Role == roleStaff) {
		v.View = view
	}
	return s.begin(w, r, v)
}

// viewDesk is the view for staff.
const viewDesk = "desk"

// landings are the pages that a launch can lead to, by the view it asks for.
var landings = map[string]string{
	"pay": web.PathAmount, "cards": "/cards", "agreements": "/agreements", "plan": "/plan", "receipts": "/receipts",
	viewDesk: web.PathDoubts,
}

// landing is the page on which a visit begins.
func (v Visit) landing() string { return cmp.Or(landings[v.View], web.PathAmount) }

// refuseLaunch logs the reason and shows a page that does not tell it.
func (s *Server) refuseLaunch(w http.ResponseWriter, r *http.Request, err error, status int, site web.Site, n web.Notice) error {
	s.log.WarnContext(r.Context(), "launch refused", "reason", tokenReason(err), "id", requestID(r.Context()))
	return s.render(w, r, status, web.View{Page: web.PageLaunch, Site: site, Notice: &n})
}

// begin opens the session and leads on to a page that can see whether the
// cookie came back.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, v Visit) error {
	var session [32]byte
	var err error
	for _, v := range []Visit{v, v.nameless(), v.pseudonymous(), v.nameless().pseudonymous()} {
		if session, err = s.store.start(w, r, v); !errors.Is(err, ledger.ErrText) {
			break
		}
	}
	if err != nil {
		return err
	}
	code, err := s.handover(r.Context(), session)
	if err != nil {
		return err
	}
	return redirect(w, r, "/launch/arrive?code="+code)
}

// pseudonymous is the visit without what comes from the portal's books. Some
// portals number their users, or mark their addresses, with what looks like a
// card number, and the ledger refuses it. The payer can pay without.
func (v Visit) pseudonymous() Visit {
	sum := sha256.Sum256([]byte(v.Subject))
	v.Subject, v.Email, v.Return = base64.RawURLEncoding.EncodeToString(sum[:]), "", ""
	return v
}

// nameless is the visit without the portal's names, which can be too long for a
// session, or look like a card number: the practice knows names, too.
func (v Visit) nameless() Visit {
	v.Name, v.People = "", slices.Clone(v.People)
	for i := range v.People {
		v.People[i].Name = ""
	}
	return v
}

// handover makes a one-time code for a session.
func (s *Server) handover(ctx context.Context, session [32]byte) (string, error) {
	code := make([]byte, 32)
	rand.Read(code)
	err := s.ledger.PutHandover(ctx, sha256.Sum256(code), session, s.now().Add(handoverLife))
	return base64.RawURLEncoding.EncodeToString(code), err
}

// take spends a code and answers the visit of its session.
func (s *Server) take(ctx context.Context, code string) (Visit, [32]byte, error) {
	b, err := base64.RawURLEncoding.DecodeString(code)
	if err != nil {
		return Visit{}, [32]byte{}, ledger.ErrNotFound
	}
	session, err := s.ledger.TakeHandover(ctx, sha256.Sum256(b))
	if err != nil {
		return Visit{}, session, err
	}
	v, err := s.store.visitOf(ctx, session)
	return v, session, err
}

// arrive is where a launch lands. With the cookie it leads on to the payment
// page, and the code is spent. Without, the browser keeps no cookies in this
// frame, and the page offers a window of its own.
func (s *Server) arrive(w http.ResponseWriter, r *http.Request) error {
	code := r.URL.Query().Get("code")
	if v, err := s.store.visit(r); err == nil {
		if code != "" {
			s.take(r.Context(), code) // spent, whatever it says
		}
		return redirect(w, r, v.landing())
	}
	v, session, err := s.take(r.Context(), code)
	if err != nil {
		return errNoCookie
	}
	next, err := s.handover(r.Context(), session)
	if err != nil {
		return err
	}
	s.dress(w, v)
	return s.render(w, r, http.StatusOK, web.View{Page: web.PageCookies, Site: s.sessionless(v), Notice: &web.Notice{
		Heading: "Open the payment page in its own window",
		Text: []string{"Your browser does not let this page keep you signed in inside the portal.",
			"The payment page works the same in a window of its own."},
		Next: "/launch", NextText: "Open the secure payment page", Code: next,
	}})
}

// takeOver moves a session into another window by a code: the visit goes on
// there under a new id, and the old one is dead.
func (s *Server) takeOver(w http.ResponseWriter, r *http.Request, code string) error {
	v, session, err := s.take(r.Context(), code)
	if errors.Is(err, ledger.ErrExpired) {
		return s.refuseLaunch(w, r, err, http.StatusForbidden, web.Site{}, launchExpired)
	}
	if err != nil {
		return s.refuseLaunch(w, r, err, http.StatusForbidden, web.Site{}, launchUsed)
	}
	if err := s.ledger.RevokeSession(r.Context(), session); err != nil {
		return err
	}
	return s.begin(w, r, v)
}

// The page that a <pay-pane> element loads first: it says hello to the host,
// receives the token over the channel and posts it. The portal's id is public;
// with it the answer can carry that portal's frame-ancestors.
var framePage = template.Must(template.New("frame").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Payment</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="same-origin">
<link rel="stylesheet" href="{{.Style.Path}}">
<script type="module" async src="{{.Script.Path}}" integrity="{{.Script.Integrity}}"></script>
</head>
<body><div class="page"><main data-page="frame" data-hosts="{{.Hosts}}">
<h1 class="quiet">Opening the secure payment page…</h1>
<form id="launch" method="post" action="/launch"><input type="hidden" name="token"><input type="hidden" name="host"><input type="hidden" name="view"></form>
</main></div></body>
</html>
`))

// embedFrame serves the frame page.
func (s *Server) embedFrame(w http.ResponseWriter, r *http.Request) error {
	portal := s.portal(r.URL.Query().Get("portal"))
	if portal == nil {
		return failure{status: http.StatusNotFound}
	}
	frameAncestors(w, portal.Origins)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return framePage.Execute(w, map[string]any{
		"Style": s.files.Named("paypane.css"), "Script": s.files.Named("frame.js"),
		"Hosts": strings.Join(portal.Origins, " "),
	})
}
