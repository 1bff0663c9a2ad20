package bff

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"paypane/bff/ledger"
	"paypane/web/payment"
)

// cookieName has the prefixes with which browsers insist on Secure, Path=/, no
// Domain, and (where they know it) on HttpOnly.
const cookieName = "__Host-Http-paypane"

// The life of a payer's session.
const (
	sessionIdle     = 15 * time.Minute // without a request
	sessionAbsolute = 60 * time.Minute // since the launch
	// cookieLife is longer than any session, so that a browser still shows us
	// the cookie of one that is over and the page can say so in the frame of
	// the portal it came from.
	cookieLife = 24 * time.Hour
	// touchEvery spares the disk a write for requests that follow each other at
	// once; the idle limit is that much shorter than it says, at most.
	touchEvery = 5 * time.Second
)

// Visit is what a session knows: who is at the page, for which patient, from
// which portal. It is made from a verified launch token, and nothing of it
// changes but which of several people the page is for.
type Visit struct {
	Portal  string          `json:"portal"`
	Host    string          `json:"host"`    // origin of the portal page that launched
	Subject string          `json:"subject"` // who is signed in at the portal
	Role    string          `json:"role"`
	Patient payment.Patient `json:"patient"`
	// People are those whom a payer was launched for; Patient is one of them, and
	// all that changes in a visit.
	People []Person `json:"people,omitempty"`
	Name   string   `json:"name,omitempty"` // who pays, as the portal writes it
	Email  string   `json:"email,omitempty"`
	Return string   `json:"return,omitempty"`
	View   string   `json:"view,omitempty"` // where it began
	// OfferSave lets the payer store a card, SavedCards lets them use those that
	// are stored: two switches of the portal, both off unless it says otherwise.
	OfferSave  bool `json:"offerSave,omitempty"`
	SavedCards bool `json:"savedCards,omitempty"`
	// Launched is when the token was used, in seconds since 1970: a session that
	// moves into another window does not live longer for it.
	Launched int64 `json:"launched"`

	left life // when the request came
	// session is the hash of the session's id.
	session [32]byte
}

// Sessions are the session rows of the ledger.
type Sessions interface {
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

// Why there is no visit.
var (
	errNoCookie    = errors.New("no session cookie")
	errSessionOver = errors.New("session is over")
)

// store is a gorilla/sessions Store over the ledger. The cookie holds 256
// random bits with a MAC; the row is found by their SHA-256 and holds the rest.
// What changes of a session's content is saved over the version that was read
// (change): nothing that happens later can bring a revoked one back.
type store struct {
	rows   Sessions
	codecs []securecookie.Codec
	now    func() time.Time
}

// newStore makes the store. keys are secrets of at least 32 bytes; the first
// signs, all verify, so that a key can be replaced without signing anybody out.
func newStore(rows Sessions, keys [][]byte, now func() time.Time) (*store, error) {
	s := &store{rows: rows, now: now}
	for _, key := range keys {
		mac, err := hkdf.Key(sha256.New, key, nil, "paypane session cookie", 32)
		if err != nil {
			return nil, err
		}
		codec := securecookie.New(mac, nil)
		codec.MaxAge(int(cookieLife / time.Second))
		codec.SetSerializer(securecookie.NopEncoder{})
		s.codecs = append(s.codecs, codec)
	}
	return s, nil
}

// visitKey is the one value in a session.
type visitKey struct{}

// life is what is left of a session.
type life struct {
	idle     time.Duration // unless somebody does something
	absolute time.Duration
}

// Get is the session of a request, read once per request.
func (s *store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the session that the request's cookie names. The session is new,
// and the error says why, where there is none that still lives.
func (s *store) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.IsNew = true
	session.Options = &sessions.Options{
		Path: "/", MaxAge: int(cookieLife / time.Second),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteNoneMode, Partitioned: true,
	}
	cookie, err := r.Cookie(name)
	if err != nil {
		return session, errNoCookie
	}
	var id []byte
	if err := securecookie.DecodeMulti(name, cookie.Value, &id, s.codecs...); err != nil || len(id) != 32 {
		return session, errNoCookie
	}
	session.ID = base64.RawURLEncoding.EncodeToString(id)
	hash := sha256.Sum256(id)
	row, err := s.rows.Session(r.Context(), hash)
	over := ended(err)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return session, errNoCookie
	case err != nil && !over:
		return session, err
	}
	var v Visit
	if err := json.Unmarshal(row.Data, &v); err != nil {
		return session, err
	}
	v.session = hash
	session.Values[visitKey{}] = v
	idle := s.now().Sub(row.LastSeen)
	if over || idle >= sessionIdle {
		return session, errSessionOver
	}
	session.IsNew = false
	v.left = life{idle: min(sessionIdle, sessionIdle-idle), absolute: row.Expires.Sub(s.now())}
	session.Values[visitKey{}] = v
	// A page that looks by itself whether something has changed is no sign that
	// somebody sits there.
	if idle < touchEvery || r.Header.Get("X-Paypane") == "watch" {
		return session, nil
	}
	err = s.rows.TouchSession(r.Context(), hash, sessionIdle)
	if ended(err) {
		err = errSessionOver // it ended since it was read
	}
	v.left.idle = sessionIdle
	session.Values[visitKey{}] = v
	return session, err
}

// ended reports whether the ledger says that a session is over.
func ended(err error) bool {
	return errors.Is(err, ledger.ErrRevoked) || errors.Is(err, ledger.ErrExpired)
}

// Save starts a session under a fresh id, or ends one whose MaxAge is
// negative. The session that the id stood for before, if any, is over.
func (s *store) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	if session.ID != "" {
		id, err := base64.RawURLEncoding.DecodeString(session.ID)
		if err != nil {
			return err
		}
		if err := s.rows.RevokeSession(r.Context(), sha256.Sum256(id)); err != nil {
			return err
		}
	}
	if session.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(session.Name(), "", session.Options))
		return nil
	}
	v, ok := session.Values[visitKey{}].(Visit)
	if !ok {
		return errors.New("save session: no visit in it")
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	id := make([]byte, 32)
	rand.Read(id)
	if _, err := s.rows.CreateSession(r.Context(), ledger.Session{
		Hash: sha256.Sum256(id), Data: data, Expires: time.Unix(v.Launched, 0).Add(sessionAbsolute),
	}); err != nil {
		return err
	}
	session.ID = base64.RawURLEncoding.EncodeToString(id)
	session.IsNew = false
	value, err := securecookie.EncodeMulti(session.Name(), id, s.codecs...)
	if err != nil {
		return err
	}
	http.SetCookie(w, sessions.NewCookie(session.Name(), value, session.Options))
	return nil
}

// visit is the visit of a request. With errSessionOver comes the visit as it
// was, which may be used to say whose page this is and whether money was sent,
// and for nothing else.
func (s *store) visit(r *http.Request) (Visit, error) {
	session, err := s.Get(r, cookieName)
	if session == nil {
		return Visit{}, err
	}
	v, _ := session.Values[visitKey{}].(Visit)
	return v, err
}

// start begins a session for a visit and answers the id's hash. A session that
// the browser still had is over.
func (s *store) start(w http.ResponseWriter, r *http.Request, v Visit) ([32]byte, error) {
	session, _ := s.Get(r, cookieName)
	session.Values[visitKey{}] = v
	if err := s.Save(r, w, session); err != nil {
		return [32]byte{}, err
	}
	id, err := base64.RawURLEncoding.DecodeString(session.ID)
	return sha256.Sum256(id), err
}

// end ends the request's session for good and takes the cookie away.
func (s *store) end(w http.ResponseWriter, r *http.Request) error {
	session, err := s.Get(r, cookieName)
	if err != nil {
		return err
	}
	session.Options.MaxAge = -1
	return s.Save(r, w, session)
}

// change lets fn change the visit of the request's session, as it is now and
// not as it was when the request came. A session that is over stays over.
func (s *store) change(r *http.Request, fn func(*Visit)) error {
	session, err := s.Get(r, cookieName)
	if err != nil {
		return err
	}
	id, err := base64.RawURLEncoding.DecodeString(session.ID)
	if err != nil {
		return err
	}
	for {
		row, err := s.rows.Session(r.Context(), sha256.Sum256(id))
		if err == nil {
			var v Visit
			if err = json.Unmarshal(row.Data, &v); err != nil {
				return err
			}
			fn(&v)
			if row.Data, err = json.Marshal(v); err != nil {
				return err
			}
			if _, err = s.rows.SaveSession(r.Context(), row); err == nil {
				session.Values[visitKey{}] = v
				return nil
			}
		}
		switch {
		case ended(err):
			return errSessionOver
		case !errors.Is(err, ledger.ErrConflict):
			return err
		}
	}
}

// visitOf is the visit of a session row, for a handover.
func (s *store) visitOf(ctx context.Context, hash [32]byte) (Visit, error) {
	row, err := s.rows.Session(ctx, hash)
	if err != nil {
		return Visit{}, err
	}
	var v Visit
	return v, json.Unmarshal(row.Data, &v)
}
