package pages

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"paypane/bff/account"
	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/web"
)

// Arrive is where a launch lands. With the cookie of the session that was
// launched it leads on to the payment page. Without, the browser keeps no
// cookies here, or somebody else's browser has the address. The code is spent
// in any case.
//
// Nobody may come into a session by following a link: a card that is typed there
// pays the bill of whoever made the link. So a window of its own is offered only
// inside a frame, because who is around that has been allowed to be by
// frame-ancestors. A page of its own gets no offer, and the session that nobody
// can use any more is over.
func (s *Launch) Arrive(w http.ResponseWriter, r *http.Request) error {
	own, r, err := s.layout.Enter(s.store, w, r)
	signedIn := err == nil
	sess, err := s.handovers.Take(r.Context(), r.URL.Query().Get("code"))
	switch {
	case signedIn && errors.Is(err, ledger.ErrRevoked): // another launch has replaced it
		s.layout.Error(w, r, own, session.ErrOtherPatient)
		return nil
	case signedIn && (err != nil || sess.Hash == own.Hash): // here again, or just launched
		return layout.Redirect(w, r, session.Landing(own))
	case err != nil:
		s.layout.Error(w, r, own, session.ErrNoCookie)
		return nil
	}
	r = r.WithContext(session.InPane(r.Context(), sess.Pane))
	s.layout.AllowFraming(w, r, sess)
	n := web.NoticeView{Error: "cookies_refused", ID: middleware.RequestID(r.Context())}
	site := s.layout.Public(sess)
	l := site.Language
	if s.framed(r) {
		if n.Code, err = s.handovers.Give(r.Context(), sess.Hash); err != nil {
			return err
		}
		n.Heading = l.Text("cookies.window")
		name, portal := s.owner(r.Context(), sess)
		n.Text = []string{l.Text("cookies.window.why"), l.Text("cookies.window.how", "name", name, "portal", portal)}
		n.Next, n.NextText = "/launch", l.Text("cookies.window.open")
	} else {
		if err := s.handovers.End(r.Context(), sess); err != nil {
			return err
		}
		n.Heading = l.Text("cookies.refused")
		n.Text = []string{l.Text("cookies.refused.why"),
			l.Text("cookies.refused.allow", "host", s.origin[strings.Index(s.origin, "//")+2:]),
			l.Text("cookies.refused.call", "practice", site.Practice, "phone", site.Phone),
			l.Text("cookies.refused.link")}
	}
	s.log.InfoContext(r.Context(), "no cookie came back", "framed", n.Code != "", "portal", sess.Portal, "id", n.ID)
	return s.layout.Render(w, r, http.StatusOK, web.View{Page: web.PageCookies, Site: site, Notice: &n})
}

// framed reports whether the answer is going to be shown in a frame. Where a
// browser does not say so (Safari before 16.4) our own frame page has sent it
// here, which leads nowhere unless it is framed itself.
func (s *kit) framed(r *http.Request) bool {
	if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" || r.Header.Get("Sec-Fetch-Site") != "" {
		return dest == "iframe"
	}
	return strings.HasPrefix(r.Header.Get("Referer"), s.origin+web.PathFrame+"?")
}

// owner says whose payment page a window is going to show, and at which portal
// they signed in: whoever opens it has to see if that is somebody else's. The
// name is empty where it is not known.
func (s *kit) owner(ctx context.Context, sess session.Session) (name, portalName string) {
	name, _, _ = strings.Cut(strings.TrimSpace(sess.Name), " ")
	if name == "" && sess.Role != portal.RolePayer && sess.Role != portal.RoleStaff {
		soon, cancel := context.WithTimeout(ctx, account.AnswerWait)
		defer cancel()
		if statement, err := s.statements.Statement(soon, sess.Patient); err == nil {
			name = statement.GivenName
		}
	}
	portalName = sess.Portal
	if p := s.portals.Of(sess.Portal, sess.Patient.Practice); p != nil {
		portalName = p.Name
	}
	return name, portalName
}

// takeOver moves a session into another window by a code: it goes on
// there under a new id, and the old one is dead.
func (s *kit) takeOver(w http.ResponseWriter, r *http.Request, code string) error {
	sess, err := s.handovers.Take(r.Context(), code)
	if errors.Is(err, ledger.ErrExpired) {
		return s.refuseLaunch(w, r, err, http.StatusForbidden, web.Site{Language: layout.Wanted(r, nil)}, launchExpired)
	}
	if err != nil {
		return s.refuseLaunch(w, r, err, http.StatusForbidden, web.Site{Language: layout.Wanted(r, nil)}, launchUsed)
	}
	if err := s.handovers.End(r.Context(), sess); err != nil {
		return err
	}
	return s.begin(w, r, sess)
}
