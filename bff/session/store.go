package session

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"paypane/bff/ledger"
	"paypane/bff/portal"
	"paypane/bff/staff"
	"paypane/web"
)

// CookieName has the prefixes with which browsers insist on Secure, Path=/, no
// Domain, and (where they know it) on HttpOnly. LoopbackName is for development
// on this machine only: WebKit keeps no Secure cookie of http://localhost.
const (
	CookieName   = "__Host-Http-paypane"
	LoopbackName = "paypane-loopback"
)

// Rows are the session rows of the ledger.
type Rows interface {
	CreateSession(context.Context, ledger.Session) (ledger.Session, error)
	// Session answers ledger.ErrRevoked or ledger.ErrExpired beside the row of
	// a session that is over.
	Session(ctx context.Context, hash [32]byte) (ledger.Session, error)
	// TouchSession counts it as seen, unless it was idle for too long.
	TouchSession(ctx context.Context, hash [32]byte, idle time.Duration) error
	// SaveSession replaces the data of a session that has not been saved since it
	// was read, or answers ledger.ErrConflict; one that is over stays over.
	SaveSession(context.Context, ledger.Session) (ledger.Session, error)
	RevokeSession(ctx context.Context, hash [32]byte) error
}

// Why there is no session.
var (
	ErrNoCookie = errors.New("no session cookie")
	ErrOver     = errors.New("session is over")
)

// Store is a gorilla/sessions Store over the ledger. The cookie holds 256
// random bits with a MAC; the row is found by their SHA-256 and holds the rest.
// What changes of a session's content is saved over the version that was read
// (change): nothing that happens later can bring a revoked one back.
type Store struct {
	Rows    Rows
	codecs  []securecookie.Codec
	portals portal.Portals
	now     func() time.Time
	// loopback sets a cookie without Secure beside each, and takes it for the
	// other: where our own origin is http, which it can be on this machine only.
	loopback bool
}

// NewStore makes the store. keys are secrets of at least 32 bytes; the first
// signs, all verify, so that a key can be replaced without signing anybody out.
// loopback is for pages on http://localhost.
func NewStore(rows Rows, keys [][]byte, portals portal.Portals, now func() time.Time, loopback bool) (*Store, error) {
	s := &Store{Rows: rows, portals: portals, now: now, loopback: loopback}
	var err error
	s.codecs, err = Codecs(keys)
	return s, err
}

// Codecs seal and open the values of cookies.
func Codecs(keys [][]byte) (codecs []securecookie.Codec, err error) {
	for _, key := range keys {
		mac, err := hkdf.Key(sha256.New, key, nil, "paypane session cookie", 32)
		if err != nil {
			return nil, err
		}
		codec := securecookie.New(mac, nil)
		codec.MaxAge(int(cookieLife / time.Second))
		codec.SetSerializer(securecookie.NopEncoder{})
		codecs = append(codecs, codec)
	}
	return codecs, nil
}

// sessionKey is where a gorilla session has ours.
type sessionKey struct{}

// cookieOptions are the attributes of a session's cookie. The desk's is of no use
// in a frame, and comes along with a link from elsewhere, such as the one that
// leads back from signing in.
func cookieOptions(name string) *sessions.Options {
	o := &sessions.Options{
		Path: "/", MaxAge: int(cookieLife / time.Second),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode, Partitioned: true,
	}
	if name == cookieOf(deskName) {
		o.SameSite, o.Partitioned = http.SameSiteLaxMode, false
	}
	return o
}

// setCookie sets a cookie, or takes it away where MaxAge is negative.
func (s *Store) setCookie(w http.ResponseWriter, name, value string, o *sessions.Options) {
	http.SetCookie(w, sessions.NewCookie(name, value, o))
	if s.loopback {
		http.SetCookie(w, sessions.NewCookie(LoopbackName+strings.TrimPrefix(name, CookieName), value, &sessions.Options{
			Path: "/", MaxAge: o.MaxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode}))
	}
}

// value is what the cookie of the given name holds; empty: nothing.
func (s *Store) value(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil && s.loopback {
		c, err = r.Cookie(LoopbackName + strings.TrimPrefix(name, CookieName))
	}
	if err != nil {
		return ""
	}
	return c.Value
}

// id is the id of a session, from the value of its cookie.
func (s *Store) id(name, value string) ([]byte, error) {
	var id []byte
	if err := securecookie.DecodeMulti(name, value, &id, s.codecs...); err != nil || len(id) != 32 {
		return nil, ErrNoCookie
	}
	return id, nil
}

// Get is the session of a request, read once per request.
func (s *Store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the session that the request's cookie names. The session is new,
// and the error says why, where there is none that still lives.
func (s *Store) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.IsNew = true
	session.Options = cookieOptions(name)
	id, err := s.id(name, s.value(r, name))
	if err != nil {
		return session, err
	}
	session.ID = base64.RawURLEncoding.EncodeToString(id)
	hash := sha256.Sum256(id)
	row, err := s.Rows.Session(r.Context(), hash)
	over := Ended(err)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return session, ErrNoCookie
	case err != nil && !over:
		return session, err
	}
	sess, err := unpack(row.Data)
	if err != nil {
		return session, err
	}
	sess.Hash = hash
	session.Values[sessionKey{}] = sess
	idle := s.now().Sub(row.LastSeen)
	if sess.CoveredAt != 0 { // nobody was there since
		idle = s.now().Sub(time.Unix(sess.CoveredAt, 0))
	}
	if over || idle >= Idle {
		return session, ErrOver
	}
	if AtDesk(sess) {
		gone, err := s.gone(r.Context(), sess, row.Created)
		if err != nil {
			return session, err
		}
		if gone {
			return session, ErrOver
		}
	}
	session.IsNew = false
	sess.Left = Left{Idle: min(Idle, Idle-idle), Absolute: row.Expires.Sub(s.now())}
	session.Values[sessionKey{}] = sess
	if sess.covered(idle) {
		return session, ErrCovered
	}
	// A page that looks by itself whether something has changed is no sign that
	// somebody sits there.
	if idle < TouchEvery || r.Header.Get("X-Paypane") == "watch" {
		return session, nil
	}
	err = s.Rows.TouchSession(r.Context(), hash, Idle)
	if Ended(err) {
		err = ErrOver // it ended since it was read
	}
	sess.Left.Idle = Idle
	session.Values[sessionKey{}] = sess
	return session, err
}

// unpack reads what a row holds of a session. One that began before roles at the
// desk had names is a biller's, as a launch with the role staff is.
func unpack(data []byte) (sess Session, err error) {
	if err = json.Unmarshal(data, &sess); err != nil {
		return Session{}, err
	}
	if sess.Role == portal.RoleStaff && sess.Staff.Subject == "" {
		sess.Staff = staff.Person{Issuer: sess.Portal, Subject: sess.Subject, Name: sess.Name, Role: staff.Biller, AuthTime: time.Unix(sess.Launched, 0)}
	}
	return sess, nil
}

// Ended reports whether the ledger says that a session is over.
func Ended(err error) bool {
	return errors.Is(err, ledger.ErrRevoked) || errors.Is(err, ledger.ErrExpired)
}

// Save starts a session under a fresh id, or ends one whose MaxAge is
// negative. The session that the id stood for before, if any, is over.
func (s *Store) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.ID != "" {
		id, err := base64.RawURLEncoding.DecodeString(session.ID)
		if err != nil {
			return err
		}
		if err := s.Rows.RevokeSession(r.Context(), sha256.Sum256(id)); err != nil {
			return err
		}
	}
	if session.Options.MaxAge < 0 {
		s.setCookie(w, session.Name(), "", session.Options)
		return nil
	}
	sess, ok := session.Values[sessionKey{}].(Session)
	if !ok {
		return errors.New("save session: nothing in it")
	}
	data, err := json.Marshal(sess)
	if err != nil {
		return err
	}
	id := make([]byte, 32)
	rand.Read(id)
	if _, err := s.Rows.CreateSession(r.Context(), ledger.Session{
		Hash: sha256.Sum256(id), Data: data, Expires: time.Unix(sess.Launched, 0).Add(sess.lives()),
	}); err != nil {
		return err
	}
	session.ID = base64.RawURLEncoding.EncodeToString(id)
	session.IsNew = false
	value, err := securecookie.EncodeMulti(session.Name(), id, s.codecs...)
	if err != nil {
		return err
	}
	s.setCookie(w, session.Name(), value, session.Options)
	return nil
}

// Of is the session of a request. With ErrOver comes the session as it was, which
// may be used to say whose page this is and whether money was sent, and for
// nothing else. Where there is none any more, its name still says which portal
// that was.
func (s *Store) Of(r *http.Request) (Session, error) {
	sess, err := s.read(r)
	if sess.Portal == "" {
		sess = Gone(s.portals, sess.Pane)
	}
	return sess, err
}

// OfDesk is the session of a request at the desk: that of whoever has signed in
// there, and else the one that a portal launched. An address that names a pane
// means that pane's.
func (s *Store) OfDesk(r *http.Request) (Session, error) {
	if !r.URL.Query().Has(web.ParamPane) && s.value(r, cookieOf(deskName)) != "" {
		if sess, err := (Desk{s}).Of(r); !errors.Is(err, ErrNoCookie) {
			return sess, err
		}
	}
	return s.Of(r)
}

func (s *Store) read(r *http.Request) (Session, error) {
	name, err := s.name(r)
	if err != nil {
		return Session{}, err
	}
	return s.named(r, name)
}

// named is the session of a request that is called so.
func (s *Store) named(r *http.Request, name string) (Session, error) {
	session, err := s.Get(r, cookieOf(name))
	if session == nil {
		return Session{}, err
	}
	sess, _ := session.Values[sessionKey{}].(Session)
	sess.Pane = name
	return sess, err
}

// Start begins a session and answers the hash of its id. A session of the same
// name that the browser still had is over: what the pane shows from now on
// replaces it, and a cookie that somebody planted dies with it. What the ledger
// refuses to keep of it is left out.
func (s *Store) Start(w http.ResponseWriter, r *http.Request, sess Session) (id [32]byte, err error) {
	for _, sess := range sess.lesser() {
		if id, err = s.start(w, r, sess); !errors.Is(err, ledger.ErrText) {
			break
		}
	}
	return id, err
}

func (s *Store) start(w http.ResponseWriter, r *http.Request, sess Session) ([32]byte, error) {
	session, _ := s.Get(r, cookieOf(sess.cookieName()))
	session.Values[sessionKey{}] = sess
	if err := s.Save(r, w, session); err != nil {
		return [32]byte{}, err
	}
	if err := s.makeRoom(w, r, sess.cookieName()); err != nil {
		return [32]byte{}, err
	}
	id, err := base64.RawURLEncoding.DecodeString(session.ID)
	return sha256.Sum256(id), err
}

// End ends the request's session for good and takes the cookie away.
func (s *Store) End(w http.ResponseWriter, r *http.Request) error {
	session, err := s.Get(r, cookieOf(nameIn(r.Context())))
	if err != nil && !errors.Is(err, ErrCovered) {
		return err
	}
	session.Options.MaxAge = -1
	return s.Save(r, w, session)
}

// Change lets fn change the request's session, as it is now and
// not as it was when the request came. A session that is over stays over.
func (s *Store) Change(r *http.Request, fn func(*Session)) error {
	session, err := s.Get(r, cookieOf(nameIn(r.Context())))
	if err != nil && !errors.Is(err, ErrCovered) {
		return err
	}
	was, _ := session.Values[sessionKey{}].(Session)
	id, err := base64.RawURLEncoding.DecodeString(session.ID)
	if err != nil {
		return err
	}
	for {
		row, err := s.Rows.Session(r.Context(), sha256.Sum256(id))
		if err == nil {
			var sess Session
			if sess, err = unpack(row.Data); err != nil {
				return err
			}
			sess.Left = was.Left
			fn(&sess)
			if row.Data, err = json.Marshal(sess); err != nil {
				return err
			}
			if _, err = s.Rows.SaveSession(r.Context(), row); err == nil {
				session.Values[sessionKey{}] = sess
				return nil
			}
		}
		switch {
		case Ended(err):
			return ErrOver
		case !errors.Is(err, ledger.ErrConflict):
			return err
		}
	}
}
