package signin

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"paypane/bff/staff"
)

const (
	// skew is how far a provider's clock may be from ours.
	skew = time.Minute
	// fresh is how old a token may be that we have just been given.
	fresh = 10 * time.Minute
	// nameLength is how much of a name is kept, in letters.
	nameLength = 80
)

// who is somebody whom a provider has signed in.
type who struct {
	person staff.Person
	sid    string // the provider's name of its session
	token  string // the ID token, to sign out with
}

// exchange turns the code of a flow into who it is.
func (p *party) exchange(ctx context.Context, f flow, code string) (who, error) {
	known, err := p.provider(ctx)
	if err != nil {
		return who{}, down(err)
	}
	ctx = oidc.ClientContext(ctx, p.client)
	answer, err := known.oauth.Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return who{}, down(err)
	}
	raw, _ := answer.Extra("id_token").(string)
	switch {
	case raw == "":
		return who{}, refusal{toldWrong, "no ID token"}
	case len(raw) > tokenSize:
		return who{}, refusal{toldWrong, "the ID token is too long"}
	case !strings.EqualFold(answer.Type(), "Bearer"):
		return who{}, refusal{toldWrong, "the access token is no bearer's"}
	}
	token, claims, err := p.verify(ctx, known, raw)
	if err != nil {
		return who{}, err
	}
	if err := p.check(f, token, claims); err != nil {
		return who{}, err
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(answer.AccessToken) != nil {
		return who{}, refusal{toldWrong, "at_hash is not the access token's"}
	}
	auth, err := authTime(claims)
	if err == nil {
		err = asked(f, auth, p.now())
	}
	if err != nil {
		return who{}, err
	}
	person := staff.Person{Issuer: token.Issuer, Subject: token.Subject, Name: nameIn(claims), AuthTime: auth}
	if person.Role, err = p.role(ctx, known, answer, claims, &person.Name); err != nil {
		return who{person: person}, err
	}
	sid, _ := claims["sid"].(string)
	if len(sid) > 255 {
		return who{}, refusal{toldWrong, "sid is too long"}
	}
	return who{person: person, sid: sid, token: raw}, nil
}

// down tells a provider that does not answer from one whose answer is wrong.
func down(err error) error {
	var status statusError
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &status) && status < 500:
		return refusal{toldWrong, fmt.Sprintf("the provider answered %d", int(status))}
	case errors.As(err, &status):
		return refusal{toldDown, fmt.Sprintf("the provider answered %d", int(status))}
	case errors.Is(err, errOtherIssuer):
		return refusal{toldWrong, errOtherIssuer.Error()}
	case errors.Is(err, errNotJSON), errors.Is(err, errTooLong):
		return refusal{toldWrong, "the provider's answer is not JSON, or too long"}
	case errors.Is(err, errNoAnswer), errors.Is(err, context.DeadlineExceeded):
		return refusal{toldDown, "the provider did not answer"}
	case errors.As(err, &refused):
		return refusal{toldWrong, "the provider refused the code"}
	}
	return refusal{toldWrong, "the provider's answer makes no sense"}
}

// keySet is our own key source for go-oidc, which would fetch the keys again for
// every token that does not verify.
type keySet struct {
	keys       verifier
	algorithms []string
	typ        func(string) bool
}

type verifier interface {
	Verify(ctx context.Context, token string, algorithms []string) (typ string, payload []byte, err error)
}

func (k keySet) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	typ, payload, err := k.keys.Verify(ctx, jwt, k.algorithms)
	if err == nil && !k.typ(strings.TrimPrefix(strings.ToLower(typ), "application/")) {
		err = errors.New("another kind of token")
	}
	return payload, err
}

func (p *party) verifier(known *provider, typ func(string) bool) *oidc.IDTokenVerifier {
	return oidc.NewVerifier(p.desk.Issuer, keySet{known.keys, p.desk.Algorithms, typ},
		&oidc.Config{ClientID: p.desk.ClientID, SupportedSigningAlgs: p.desk.Algorithms, Now: p.now})
}

// verify checks the signature of an ID token, and whose and for whom it is.
func (p *party) verify(ctx context.Context, known *provider, raw string) (*oidc.IDToken, map[string]any, error) {
	token, err := p.verifier(known, func(typ string) bool { return typ == "" || typ == "jwt" }).Verify(ctx, raw)
	if err != nil {
		return nil, nil, refusal{toldWrong, "ID token: " + reason(err)}
	}
	var claims map[string]any
	if err := token.Claims(&claims); err != nil {
		return nil, nil, refusal{toldWrong, "ID token: no object"}
	}
	return token, claims, nil
}

// reason is an error of go-oidc's in words of ours: its own quote the token, which
// anybody may have written.
func reason(err error) string {
	if _, expired := errors.AsType[*oidc.TokenExpiredError](err); expired {
		return "expired"
	}
	for part, words := range map[string]string{
		"verify signature": "the signature, its key or its algorithm", "malformed jwt": "not a token that is signed as we allow",
		"different provider": "iss is another provider", "audience": "aud is another client", "nbf": "not good yet",
	} {
		if strings.Contains(err.Error(), part) {
			return words
		}
	}
	return "claims that cannot be read"
}

// check is what go-oidc leaves to us.
func (p *party) check(f flow, token *oidc.IDToken, claims map[string]any) error {
	azp, has := claims["azp"]
	now := p.now()
	switch {
	case subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(f.Nonce)) != 1:
		return refusal{toldWrong, "nonce is another one"}
	case has && azp != p.desk.ClientID, !has && len(token.Audience) > 1:
		return refusal{toldWrong, "azp is another client"}
	case token.Subject == "" || len(token.Subject) > 255 || !plain(token.Subject):
		return refusal{toldWrong, "sub is none"}
	case token.IssuedAt.After(now.Add(skew)):
		return refusal{toldWrong, "iat is in the future"}
	case token.IssuedAt.Before(now.Add(-fresh)):
		return refusal{toldWrong, "iat is long ago"}
	}
	return nil
}

// plain reports whether a text has nothing in it that cannot be seen.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// authTime is when the provider asked who it is; zero: it does not say.
func authTime(claims map[string]any) (time.Time, error) {
	value, has := claims["auth_time"]
	if !has || value == nil {
		return time.Time{}, nil
	}
	seconds, ok := value.(float64)
	if !ok || seconds <= 0 || seconds >= 1e11 {
		return time.Time{}, refusal{toldWrong, "auth_time is no moment"}
	}
	return time.Unix(int64(seconds), 0), nil
}

// asked refuses a proof that is older than the flow wants one. Where the provider
// does not say how old it is, it proves nothing, and the session decides whether it
// needs more.
func asked(f flow, auth, now time.Time) error {
	switch {
	case auth.IsZero():
		return nil
	case auth.After(now.Add(skew)):
		return refusal{toldWrong, "auth_time is in the future"}
	case f.Again && auth.Before(f.Began.Add(-skew)), f.MaxAge >= 0 && now.Sub(auth) > f.MaxAge+skew:
		return refusal{toldStale, "the provider did not ask who it is"}
	}
	return nil
}

// nameIn is what somebody is called.
func nameIn(claims map[string]any) string {
	for _, claim := range []string{"name", "preferred_username", "email"} {
		name, _ := claims[claim].(string)
		name = strings.TrimSpace(strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return -1
			}
			return r
		}, name))
		if letters := []rune(name); len(letters) > nameLength {
			name = strings.TrimSpace(string(letters[:nameLength]))
		}
		if name != "" {
			return name
		}
	}
	return ""
}

// role is what somebody is at the desk: by the ID token, else by the provider's
// userinfo, which may know a name, too. Nobody comes in without one.
func (p *party) role(ctx context.Context, known *provider, answer *oauth2.Token, claims map[string]any, name *string) (staff.Role, error) {
	if role := p.desk.Role(values(claims, p.desk.RolesClaim)); role != "" {
		return role, nil
	}
	many := overage(claims, p.desk.RolesClaim)
	if known.info.UserInfoEndpoint() != "" {
		info, err := known.info.UserInfo(ctx, oauth2.StaticTokenSource(answer))
		if err != nil {
			return "", down(err)
		}
		var more map[string]any
		if info.Claims(&more) != nil || info.Subject == "" || info.Subject != claims["sub"] {
			return "", refusal{toldWrong, "userinfo is somebody else's"}
		}
		if *name == "" {
			*name = nameIn(more)
		}
		if role := p.desk.Role(values(more, p.desk.RolesClaim)); role != "" {
			return role, nil
		}
		many = many || overage(more, p.desk.RolesClaim)
	}
	if many {
		return "", refusal{toldGroups, "more groups than the provider tells"}
	}
	return "", refusal{toldNoRole, "no role"}
}

// values are those of a claim that is a text or a list of texts: of the one that is
// called so, else of the one at the end of the way. Anything else is no value. An
// address of which the provider does not say that it is the person's is none either.
func values(claims map[string]any, name string) []string {
	if name == "email" && claims["email_verified"] != true && claims["email_verified"] != "true" {
		return nil
	}
	switch value := under(claims, name).(type) {
	case string:
		return []string{value}
	case []any:
		var list []string
		for _, v := range value {
			if text, ok := v.(string); ok {
				list = append(list, text)
			}
		}
		return list
	}
	return nil
}

// under is what an object has under a name, or at the end of a way with dots. Names on
// the way may have dots of their own, as clients and addresses do: the longest that
// is there goes first.
func under(object map[string]any, way string) any {
	if value, has := object[way]; has {
		return value
	}
	for end := strings.LastIndexByte(way, '.'); end > 0; end = strings.LastIndexByte(way[:end], '.') {
		if below, ok := object[way[:end]].(map[string]any); ok {
			if value := under(below, way[end+1:]); value != nil {
				return value
			}
		}
	}
	return nil
}

// overage reports whether a provider says that it leaves the claim out because it
// is too long: Entra ID tells no more than 200 groups in a token.
func overage(claims map[string]any, name string) bool {
	names, _ := claims["_claim_names"].(map[string]any)
	first, _, _ := strings.Cut(name, ".")
	return claims["hasgroups"] == true || claims["hasgroups"] == "true" ||
		slices.ContainsFunc([]string{name, first}, func(n string) bool { return names[n] != nil })
}
