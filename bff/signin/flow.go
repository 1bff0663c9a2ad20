package signin

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"paypane/bff/ledger"
)

// flowLife is how long somebody may take to sign in at the provider.
const flowLife = 10 * time.Minute

// flow is a sign-in that a browser has begun. It lies sealed in a cookie of that
// browser, so that nobody can finish in one browser what was begun in another, and
// nothing is kept for those who only ask.
type flow struct {
	Practice int           `json:"practice"`
	State    string        `json:"state"`
	Nonce    string        `json:"nonce"`
	Verifier string        `json:"verifier"` // PKCE's
	Began    time.Time     `json:"began"`
	Again    bool          `json:"again"`  // the provider has to ask
	MaxAge   time.Duration `json:"maxAge"` // of the proof; negative: as old as it is
}

// The cookie of a flow. It comes along when the provider leads back, which another
// site's link does; the loopback one is for WebKit on this machine, as the
// session's.
const (
	flowCookie   = "__Host-Http-paypane-sign-in"
	flowLoopback = "paypane-loopback-sign-in"
	flowSeal     = "flow"
)

// keep puts a flow into the browser, in the place of the one before; nil takes it
// away.
func (s *SignIn) keep(w http.ResponseWriter, f *flow) error {
	c := http.Cookie{Name: flowCookie, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if f != nil {
		data, err := json.Marshal(f)
		if err != nil {
			return err
		}
		c.Value, c.MaxAge = s.seals.seal(flowSeal, data), int(flowLife/time.Second)
	}
	http.SetCookie(w, &c)
	if s.loopback() {
		c.Name, c.Secure = flowLoopback, false
		http.SetCookie(w, &c)
	}
	return nil
}

func (s *SignIn) loopback() bool { return strings.HasPrefix(s.config.Origin, "http:") }

// flow is the one that a browser has begun and that a state belongs to. It can be
// finished once, on whatever server.
func (s *SignIn) flow(r *http.Request, state string) (f flow, err error) {
	c, err := r.Cookie(flowCookie)
	if err != nil && s.loopback() {
		c, err = r.Cookie(flowLoopback)
	}
	if err != nil {
		return flow{}, refusal{toldAgain, "the browser has begun none"}
	}
	data, err := s.seals.open(flowSeal, c.Value)
	if err != nil || json.Unmarshal(data, &f) != nil {
		return flow{}, refusal{toldAgain, "the cookie is not sealed by us"}
	}
	now := s.config.Now()
	switch {
	case state == "" || subtle.ConstantTimeCompare([]byte(state), []byte(f.State)) != 1:
		return flow{}, refusal{toldAgain, "the state is another one"}
	case now.Sub(f.Began) >= flowLife || now.Before(f.Began.Add(-skew)):
		return flow{}, refusal{toldAgain, "begun more than ten minutes ago"}
	}
	switch err := s.once(r.Context(), "state", state, f.Began.Add(2*flowLife)); {
	case errors.Is(err, ledger.ErrConflict):
		return flow{}, refusal{toldAgain, "finished before"}
	case err != nil:
		return flow{}, err
	}
	return f, nil
}

// once writes down that something was used, or answers ledger.ErrConflict where it
// was before, here or on another server.
func (s *SignIn) once(ctx context.Context, what, id string, until time.Time) error {
	_, err := s.config.Rows.CreateSession(ctx, ledger.Session{Hash: used(what, id), Data: []byte("{}"), Expires: until})
	return err
}

// used is where it stands that something was used.
func used(what, id string) [32]byte {
	return sha256.Sum256([]byte("desk used\x00" + what + "\x00" + id))
}
