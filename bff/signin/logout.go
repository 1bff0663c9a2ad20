package signin

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
	"paypane/bff/session"
)

// Signing out at the provider, too, needs the ID token with most of them. It lies
// sealed in the ledger until then, in pieces as long as a row may be.
const (
	hintSeal  = "id token"
	hintPiece = 3000 // letters
)

// hintRow is where a piece lies.
func hintRow(hint string, piece int) [32]byte {
	return sha256.Sum256([]byte("desk id token\x00" + hint + "\x00" + strconv.Itoa(piece)))
}

// hint is a piece of a sealed ID token.
type hint struct {
	Of     int    `json:"of"` // pieces
	Sealed string `json:"sealed"`
}

// remember keeps an ID token for as long as a session can last, and answers under
// what. A sealed text is random, and can read like a card number: then it is sealed
// once more.
func (s *SignIn) remember(ctx context.Context, token string) (id string, err error) {
	for range 3 {
		id = random()
		if err = s.keepHint(ctx, id, s.seals.seal(hintSeal, []byte(token))); !errors.Is(err, ledger.ErrText) {
			return id, err
		}
	}
	return "", nil // they are signed out here, and asked nothing there
}

func (s *SignIn) keepHint(ctx context.Context, id, sealed string) error {
	of := (len(sealed) + hintPiece - 1) / hintPiece
	for i := range of {
		data, err := json.Marshal(hint{of, sealed[i*hintPiece : min(len(sealed), (i+1)*hintPiece)]})
		if err != nil {
			return err
		}
		if _, err := s.config.Rows.CreateSession(ctx, ledger.Session{Hash: hintRow(id, i), Data: data, Expires: s.config.Now().Add(session.DeskAbsolute)}); err != nil {
			return err
		}
	}
	return nil
}

// recall takes an ID token back; empty: it is not there.
func (s *SignIn) recall(ctx context.Context, id string) string {
	var sealed strings.Builder
	for i, of := 0, 1; i < of; i++ {
		row, err := s.config.Rows.Session(ctx, hintRow(id, i))
		var piece hint
		if err != nil || json.Unmarshal(row.Data, &piece) != nil || s.config.Rows.RevokeSession(ctx, hintRow(id, i)) != nil {
			return ""
		}
		of = piece.Of
		sealed.WriteString(piece.Sealed)
	}
	token, err := s.seals.open(hintSeal, sealed.String())
	if err != nil {
		return ""
	}
	return string(token)
}

// SignedOut is where somebody goes on whose session here has ended, to end the
// provider's, too; empty: the provider has no such place.
func (s *SignIn) SignedOut(ctx context.Context, sess session.Session) string {
	p := s.party(sess.Patient.Practice)
	if p == nil || p.desk.Issuer != sess.Staff.Issuer {
		return ""
	}
	known, err := p.provider(ctx)
	if err != nil || known.endSession == "" {
		return ""
	}
	at, err := url.Parse(known.endSession)
	if err != nil {
		return ""
	}
	q := at.Query()
	q.Set("client_id", p.desk.ClientID)
	q.Set("post_logout_redirect_uri", s.config.Origin+PathSignedOut)
	if token := s.recall(ctx, sess.Hint); token != "" {
		q.Set("id_token_hint", token)
	}
	at.RawQuery = q.Encode()
	return at.String()
}

// Logout is POST /desk/backchannel-logout: a provider says that a session of its
// own has ended. No browser asks this, and whoever does has to prove that it is the
// provider: by a token that it has signed for us, of now, for the first time.
func (s *SignIn) Logout(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	f, err := middleware.ReadForm(w, r)
	if err == nil {
		raw := f.Token("logout_token")
		f.Clear()
		err = s.logout(r.Context(), raw)
	}
	if why, ok := errors.AsType[refusal](err); ok {
		s.config.Log.WarnContext(r.Context(), "back-channel logout refused", "id", middleware.RequestID(r.Context()), "reason", why.why)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, err = w.Write([]byte(`{"error":"invalid_request"}`))
	}
	return err
}

// logoutType is the typ of a logout token.
const logoutType = "logout+jwt"

func (s *SignIn) logout(ctx context.Context, raw string) error {
	if raw == "" || len(raw) > logoutSize {
		return refusal{toldWrong, "no token, or one that is too long"}
	}
	issuer := unverifiedIssuer(raw)
	err := error(refusal{toldWrong, "iss is no desk's provider"})
	for _, p := range s.parties {
		if p.desk.Issuer != issuer {
			continue
		}
		if err = s.logoutAt(ctx, p, raw); err == nil {
			return nil
		}
		if _, refused := errors.AsType[refusal](err); !refused {
			return err
		}
	}
	return err
}

// unverifiedIssuer picks among the registered providers, and does nothing else.
func unverifiedIssuer(raw string) string {
	var claims struct {
		Issuer string `json:"iss"`
	}
	_, rest, _ := strings.Cut(raw, ".")
	middle, _, _ := strings.Cut(rest, ".")
	payload, err := base64.RawURLEncoding.DecodeString(middle)
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	return claims.Issuer
}

func (s *SignIn) logoutAt(ctx context.Context, p *party, raw string) error {
	known, err := p.provider(ctx)
	if err != nil {
		return down(err)
	}
	token, err := p.verifier(known, func(typ string) bool { return typ == logoutType }).VerifyLogout(ctx, raw)
	if err != nil {
		return refusal{toldWrong, "logout token: " + logoutReason(err)}
	}
	var claims struct {
		Events map[string]map[string]any `json:"events"`
	}
	now := s.config.Now()
	switch {
	case token.Claims(&claims) != nil || claims.Events["http://schemas.openid.net/event/backchannel-logout"] == nil:
		return refusal{toldWrong, "logout token: the event is no object"}
	case token.IssuedAt.After(now.Add(skew)) || token.IssuedAt.Before(now.Add(-fresh)):
		return refusal{toldWrong, "logout token: iat is not now"}
	case len(token.TokenID) > 255 || len(token.Subject) > 255 || len(token.SessionID) > 255:
		return refusal{toldWrong, "logout token: a claim is too long"}
	}
	// A token is marked as used after it has worked: a server that dies in between
	// does not make the provider's second attempt a replay.
	id := token.Issuer + "\x00" + token.TokenID
	if _, err := s.config.Rows.Session(ctx, used("logout", id)); !errors.Is(err, ledger.ErrNotFound) {
		if err == nil || session.Ended(err) {
			err = refusal{toldWrong, "logout token: used before"}
		}
		return err
	}
	if err := s.config.Sessions.EndAt(ctx, token.Issuer, token.Subject, token.SessionID); err != nil {
		return err
	}
	if err := s.once(ctx, "logout", id, later(token.Expiry, now.Add(fresh)).Add(fresh)); err != nil && !errors.Is(err, ledger.ErrConflict) {
		return err
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// logoutReason is reason for what only logout tokens can be refused for.
func logoutReason(err error) string {
	for part, words := range map[string]string{
		"event": "no event", "nonce": "has a nonce", "jti": "no jti", "'exp'": "no exp", "'sid'": "neither sub nor sid",
	} {
		if strings.Contains(err.Error(), "logout token m") && strings.Contains(err.Error(), part) {
			return words
		}
	}
	return reason(err)
}

var _ verifier = (*portal.Keys)(nil)
