package athenatest

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"
)

const (
	tokenScope = "athena/service/Athenanet.MDP.*"
	tokenHour  = time.Hour
)

// token answers POST /oauth2/v1/token (docs/upstream-api.md#tokens).
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	common(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	if !s.tokenLimit(w) {
		tooManyRequests(w)
		return
	}
	id, secret, ok := r.BasicAuth()
	if !ok || id != ClientID || secret != ClientSecret {
		w.Header().Set("WWW-Authenticate", `Basic realm="Authentication required"`)
		write(w, http.StatusUnauthorized, encode(map[string]any{
			"error": "invalid_client", "error_description": "Client authentication failed."}))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if r.PostFormValue("grant_type") != "client_credentials" {
		write(w, http.StatusBadRequest, encode(map[string]any{"error": "unsupported_grant_type"}))
		return
	}
	if r.Context().Value(legacyKey{}) == nil && r.PostFormValue("scope") != tokenScope {
		write(w, http.StatusBadRequest, encode(map[string]any{"error": "invalid_scope"}))
		return
	}
	access := "sim." + rand.Text()
	until := s.now().Add(tokenHour)
	s.shared.mu.Lock()
	s.shared.tokens[access] = until
	s.shared.mu.Unlock()
	answer(w, map[string]any{
		"token_type": "Bearer", "expires_in": "3600", "access_token": access, "scope": tokenScope})
}

// authorized reports whether a request carries a token that is good now.
func (s *Server) authorized(r *http.Request) bool {
	access, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	now := s.now()
	s.shared.mu.Lock()
	defer s.shared.mu.Unlock()
	until, known := s.shared.tokens[access]
	return ok && known && now.Before(until)
}

// RevokeTokens ends all tokens before their time, as the upstream is said to
// do now and then.
func (s *Server) RevokeTokens() {
	s.shared.mu.Lock()
	defer s.shared.mu.Unlock()
	clear(s.shared.tokens)
}

// badToken is the gateway's recorded answer to a token that is not good.
func badToken(w http.ResponseWriter) {
	common(w.Header())
	w.Header().Set("WWW-Authenticate",
		`Bearer realm="null",error="invalid_token",error_description="keymanagement.service.invalid_access_token: Invalid Access Token"`)
	write(w, http.StatusUnauthorized, encode(map[string]any{
		"error": "Invalid Access Token.", "detailedmessage": "The access token is invalid or has expired."}))
}
