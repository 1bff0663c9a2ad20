package notify

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"paypane/bff/ledger"
	"paypane/bff/middleware"
	"paypane/bff/portal"
)

// Ledger is what is told of.
type Ledger interface {
	// OfLaunch are the attempts that were made under a launch, the last one first.
	OfLaunch(ctx context.Context, portal, jti string) ([]ledger.Record, error)
}

// Launches answers the servers of portals who ask what became of a launch of theirs.
type Launches struct {
	Ledger Ledger
	Tokens portal.Verifier
	Log    *slog.Logger
}

// Show is GET /v1/launches/{jti}. Who asks brings a status token of the portal's for this
// launch as its bearer token, and learns of no other portal's launches whether there are
// any: one that nothing was begun under has no attempts.
func (s *Launches) Show(w http.ResponseWriter, r *http.Request) error {
	token, ok := bearer(r)
	if !ok {
		return s.refuse(w, "")
	}
	from, jti, err := s.Tokens.VerifyStatus(r.Context(), token)
	if refusal, ok := errors.AsType[portal.Refusal](err); ok {
		s.Log.LogAttrs(r.Context(), slog.LevelWarn, "question about a launch refused", append(refusal.Attrs(err), slog.String("id", middleware.RequestID(r.Context())))...)
		return s.refuse(w, "invalid_token")
	}
	if err != nil {
		return err
	}
	if jti != r.PathValue("jti") {
		return s.refuse(w, "invalid_token")
	}
	made, err := s.Ledger.OfLaunch(r.Context(), from.ID, jti)
	if err != nil {
		return err
	}
	told := struct {
		Launch   string    `json:"launch"`
		Payments []Payment `json:"payments"`
	}{Launch: jti, Payments: []Payment{}}
	for _, a := range made {
		told.Payments = append(told.Payments, Of(a))
	}
	return write(w, http.StatusOK, told)
}

// bearer is the token of a request (RFC 6750, 2.1).
func bearer(r *http.Request) (token string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return token, strings.EqualFold(scheme, "Bearer") && token != ""
}

// refuse answers who may not ask (RFC 6750, 3). Why, is in the log.
func (s *Launches) refuse(w http.ResponseWriter, code string) error {
	challenge := "Bearer"
	if code != "" {
		challenge += ` error="` + code + `"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	return write(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
}

func write(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // who has hung up is not there to be told
	return nil
}
