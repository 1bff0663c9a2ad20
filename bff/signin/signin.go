package signin

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"golang.org/x/oauth2"

	"paypane/bff/layout"
	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
)

// The addresses that a provider knows of us.
const (
	PathCallback  = "/desk/callback"
	PathSignedOut = web.PathDesk
	PathLogout    = "/desk/backchannel-logout"
)

// Sessions begin and end what somebody does at the desk: session.Desk.
type Sessions interface {
	Of(*http.Request) (session.Session, error)
	Wish(*http.Request) session.Wish
	Start(http.ResponseWriter, *http.Request, session.SignedIn) (next string, sess session.Session, err error)
	EndAt(ctx context.Context, issuer, sub, sid string) error
}

// Rows keep what may be used once, and sealed ID tokens: the session rows of the
// ledger.
type Rows interface {
	CreateSession(context.Context, ledger.Session) (ledger.Session, error)
	Session(ctx context.Context, hash [32]byte) (ledger.Session, error)
	RevokeSession(ctx context.Context, hash [32]byte) error
}

// Acts writes down what somebody at the desk did, or was refused.
type Acts interface {
	Act(ctx context.Context, sess session.Session, what, detail string) error
}

// ActRefused is written down of somebody who has no role; its detail says why. Who has
// one is written down as session.ActSignedIn.
const ActRefused = "sign_in_refused"

// Config is what a SignIn needs; all of it but Transport, Patience and Acts.
type Config struct {
	Origin   string // of the pages
	Portals  portal.Portals
	Sessions Sessions
	Rows     Rows
	Acts     Acts     // nil: nowhere
	Secrets  [][]byte // of at least 32 bytes; the first seals, all open
	Layout   *layout.Layout
	Log      *slog.Logger
	Now      func() time.Time

	Transport http.RoundTripper // to providers; nil: http.DefaultTransport
	Patience  time.Duration     // for one answer of a provider; 0: ten seconds
}

// SignIn signs staff in and out.
type SignIn struct {
	config  Config
	seals   seals
	parties []*party
}

// New makes a SignIn for the desks of the portals file. It asks no provider yet: one
// that is down keeps nobody from starting.
func New(c Config) (*SignIn, error) {
	s := &SignIn{config: c}
	var err error
	if s.seals, err = newSeals(c.Secrets); err != nil {
		return nil, err
	}
	transport := http.DefaultTransport
	if c.Transport != nil {
		transport = c.Transport
	}
	client := newClient(transport, cmp.Or(c.Patience, patience))
	keys := &sharedKeys{known: map[string]*portal.Keys{}, client: client, now: c.Now}
	for _, d := range c.Portals.Desks() {
		s.parties = append(s.parties, &party{desk: d, origin: c.Origin, client: client, now: c.Now, keysAt: keys.at})
	}
	return s, nil
}

// Possible reports whether there is a desk to sign in at.
func (s *SignIn) Possible() bool { return len(s.parties) > 0 }

// party is that of a practice's desk, or nil.
func (s *SignIn) party(practice int) *party {
	for _, p := range s.parties {
		if p.desk.Practice == practice {
			return p
		}
	}
	return nil
}

// choose is the desk at which a request wants to sign in: the only one, that which
// it names, or where somebody is already; nil: it has to be asked.
func (s *SignIn) choose(r *http.Request) (*party, error) {
	if named := r.URL.Query().Get(paramPractice); named != "" {
		id, err := strconv.Atoi(named)
		if p := s.party(id); err == nil && p != nil {
			return p, nil
		}
		return nil, middleware.StatusError{Status: http.StatusNotFound}
	}
	if len(s.parties) == 1 {
		return s.parties[0], nil
	}
	sess, _ := s.config.Sessions.Of(r)
	return s.party(sess.Patient.Practice), nil
}

// paramPractice names the practice, where there are desks of several.
const paramPractice = "practice"

// Begin is GET /desk/sign-in: it leads to the provider.
func (s *SignIn) Begin(w http.ResponseWriter, r *http.Request) error {
	if !s.Possible() {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	p, err := s.choose(r)
	if err != nil {
		return err
	}
	if p == nil {
		return s.ask(w, r)
	}
	known, err := p.provider(r.Context())
	if err != nil {
		return s.refuse(w, r, p, down(err))
	}
	wish := s.config.Sessions.Wish(r)
	// A computer is shared: the provider has to ask who it is, also where somebody is
	// signed in there. Only who proves it again may have done so just now.
	f := &flow{Practice: p.desk.Practice, State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier(), Began: s.config.Now(),
		Again: wish.Again || wish.MaxAge < 0, MaxAge: wish.MaxAge}
	if err := s.keep(w, f); err != nil {
		return err
	}
	// With max_age a provider has to say when it asked (OpenID Connect Core, 2).
	age := session.FreshFor
	if f.MaxAge >= 0 {
		age = f.MaxAge
	}
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(f.Verifier), oauth2.SetAuthURLParam("nonce", f.Nonce),
		oauth2.SetAuthURLParam("max_age", strconv.Itoa(int(age/time.Second))),
	}
	if f.Again && known.prompt != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", known.prompt))
	}
	return s.leave(w, r, p, known.oauth.AuthCodeURL(f.State, options...))
}

// leave leads out of our pages. What a form of ours was redirected to may not lead
// elsewhere (form-action 'self'): there a page does, by itself and by a link.
func (s *SignIn) leave(w http.ResponseWriter, r *http.Request, p *party, address string) error {
	if !r.URL.Query().Has(web.ParamLeave) {
		http.Redirect(w, r, address, http.StatusSeeOther)
		return nil
	}
	w.Header().Set("Refresh", "0; url="+address)
	l := s.config.Layout.Of(session.Session{}).Language
	content := web.LeaveContent(l, address)
	return s.render(w, r, p, http.StatusOK, web.View{Page: web.PageDeskSignIn, Content: &content})
}

// render writes a page for somebody who is not signed in, at a desk or at none.
func (s *SignIn) render(w http.ResponseWriter, r *http.Request, p *party, status int, v web.View) error {
	if p != nil {
		v.Site = s.config.Layout.Public(session.Session{Portal: portal.DeskID, Patient: payment.Patient{Practice: p.desk.Practice}})
	}
	v.Desk = &web.DeskShell{}
	return s.config.Layout.Render(w, r, status, v)
}

// Finish is GET /desk/callback: the provider has led back.
func (s *SignIn) Finish(w http.ResponseWriter, r *http.Request) error {
	if !s.Possible() {
		return middleware.StatusError{Status: http.StatusNotFound}
	}
	in, err := s.finish(w, r)
	if err == nil {
		var next string
		next, _, err = s.config.Sessions.Start(w, r, in.SignedIn)
		if err == nil {
			http.Redirect(w, r, cmp.Or(next, web.PathDesk), http.StatusSeeOther)
			return nil
		}
		if errors.Is(err, session.ErrStale) {
			err = refusal{toldStale, "the provider does not say that it asked"}
		}
	}
	return s.refuse(w, r, in.party, err)
}

// arrival is somebody who came back from the provider.
type arrival struct {
	session.SignedIn
	party *party
}

func (s *SignIn) finish(w http.ResponseWriter, r *http.Request) (in arrival, err error) {
	q, err := parameters(r)
	if err != nil {
		return in, err
	}
	f, err := s.flow(r, q.Get("state"))
	if err != nil {
		return in, err
	}
	if err := s.keep(w, nil); err != nil {
		return in, err
	}
	if in.party = s.party(f.Practice); in.party == nil {
		return in, refusal{toldAgain, "the desk is not there any more"}
	}
	known, err := in.party.provider(r.Context())
	if err != nil {
		return in, down(err)
	}
	// Who leads back has to be who was asked, or the code is another's (RFC 9207).
	switch iss := q.Get("iss"); {
	case q.Has("iss") && iss != in.party.desk.Issuer, known.namesItself && !q.Has("iss"):
		return in, refusal{toldWrong, "led back by another provider"}
	case q.Get("error") == "access_denied":
		return in, refusal{toldCancelled, "access_denied"}
	case q.Has("error"):
		return in, refusal{toldWrong, "the provider answered with an error"}
	case q.Get("code") == "":
		return in, refusal{toldWrong, "no code"}
	}
	who, err := in.party.exchange(r.Context(), f, q.Get("code"))
	in.Person, in.SID = who.person, who.sid
	in.Person.Subject = session.Subject(in.Person.Subject)
	in.Practice, in.Departments, in.Cover = f.Practice, in.party.desk.Departments, in.party.desk.Limits.CoverAfter
	if why, ok := errors.AsType[refusal](err); ok && in.Person.Subject != "" { // known, and not let in
		if err := s.act(r.Context(), in.SignedIn, ActRefused, why.why); err != nil {
			return in, err
		}
	}
	if err == nil {
		in.Hint, err = s.remember(r.Context(), who.token)
	}
	if err == nil {
		err = s.act(r.Context(), in.SignedIn, session.ActSignedIn, "")
	}
	return in, err
}

// parameters are those of the address to which a provider led back, each once and of
// a bearable length.
func parameters(r *http.Request) (url.Values, error) {
	const most = 4096
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refusal{toldAgain, "an address that cannot be read"}
	}
	for _, name := range []string{"state", "code", "iss", "error"} {
		if len(q[name]) > 1 || len(q.Get(name)) > most {
			return nil, refusal{toldAgain, "a parameter twice, or too long"}
		}
	}
	return q, nil
}

func (s *SignIn) act(ctx context.Context, in session.SignedIn, what, detail string) error {
	if s.config.Acts == nil {
		return nil
	}
	return s.config.Acts.Act(ctx, session.Session{
		Portal: portal.DeskID, Subject: in.Person.Issuer + " " + in.Person.Subject, Role: portal.RoleStaff, Staff: in.Person, Name: in.Person.Name,
		Patient: payment.Patient{Practice: in.Practice, Department: in.Departments[0]},
	}, what, detail)
}

// refuse tells somebody why they are not signed in, and what they can do.
func (s *SignIn) refuse(w http.ResponseWriter, r *http.Request, p *party, err error) error {
	why, ok := errors.AsType[refusal](err)
	if !ok {
		return err
	}
	if !middleware.OwnRequest(r.Context()) {
		s.config.Log.WarnContext(r.Context(), "sign-in refused", "id", middleware.RequestID(r.Context()), "reason", why.why)
	}
	l := s.config.Layout.Of(session.Session{}).Language
	n := web.NoticeView{ID: middleware.RequestID(r.Context()), Heading: l.Text("desk.signin.refused"),
		Text: []string{l.Text(words.Key(why.told)), l.Text(next[why.told])}, Next: web.PathSignIn, NextText: l.Text("desk.signin.retry")}
	return s.render(w, r, p, why.told.status(), web.View{Page: web.PageError, Notice: &n})
}

// ask is the page that asks at which practice's desk somebody is.
func (s *SignIn) ask(w http.ResponseWriter, r *http.Request) error {
	var choices [][2]string
	for _, p := range s.parties {
		choices = append(choices, [2]string{s.config.Portals.Of(portal.DeskID, p.desk.Practice).Name, web.PathSignIn + "?" + paramPractice + "=" + strconv.Itoa(p.desk.Practice)})
	}
	content := web.SignInContent(s.config.Layout.Of(session.Session{}).Language, choices)
	return s.render(w, r, nil, http.StatusOK, web.View{Page: web.PageDeskSignIn, Content: &content})
}
