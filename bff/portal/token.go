package portal

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json" // refuses an object with a key twice
)

// The limits of a launch token.
const (
	tokenType   = "pay-launch+jwt"
	statusType  = "pay-status+jwt"
	tokenLife   = 5 * time.Minute  // the longest exp − iat
	Skew        = 30 * time.Second // between the portal's clock and ours
	tokenLength = 8 << 10          // bytes
	longestID   = 128              // bytes of a jti
)

// tokenAlgorithms are the only ones that are looked at; which of them a key
// may be used with, the key decides.
var tokenAlgorithms = []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256, jose.RS256}

// Refusal is why a launch token is not taken: for the portal's developer, who
// reads the log, and not for the payer. Both parts are words of ours, so that
// nobody can write into the log what they like.
type Refusal struct {
	claim string // or member of the header; empty where it is about the whole
	why   reason
}

func (r Refusal) Error() string {
	if r.claim == "" {
		return "launch token: " + string(r.why)
	}
	return "launch token: " + r.claim + ": " + string(r.why)
}

// Parts are the claim, or member of the header, empty where it is about the whole,
// and the reason.
func (r Refusal) Parts() (claim, why string) { return r.claim, string(r.why) }

// reason is one of the fixed words for a refusal.
type reason string

// The reasons. docs/embedding.md#a-launch-that-is-refused explains them to the
// portals' developers.
const (
	whyLong         reason = "longer than 8192 bytes"
	whyForm         reason = "not a signed token in the compact form"
	whyAlgorithm    reason = "none of EdDSA, ES256, RS256"
	whyType         reason = "not pay-launch+jwt"
	whyStatusType   reason = "not pay-status+jwt"
	whyExtension    reason = "an extension that is not understood"
	whyPayload      reason = "not a JSON object in which every name stands once"
	whyIssuer       reason = "not the id of a portal"
	whyNoKey        reason = "no key of the portal has this id"
	whyKeys         reason = "the portal's keys cannot be fetched"
	whyOtherKey     reason = "not the algorithm of the key"
	whySignature    reason = "the signature does not verify"
	whyMissing      reason = "missing"
	whyText         reason = "not a text"
	whyTextLong     reason = "too long"
	whyNumber       reason = "not a whole number above zero"
	whyMoment       reason = "not seconds since 1970"
	whyAudience     reason = "not this payment page's origin"
	whyLife         reason = "not between zero and five minutes after iat"
	whyFuture       reason = "in the future"
	whyExpired      reason = "expired"
	whyPractice     reason = "not a practice of this portal"
	whyRole         reason = "none of patient, payer, staff, front_desk, biller, manager"
	whyPeople       reason = "not a list of people"
	whyNotPayer     reason = "only for the role payer"
	whyMany         reason = "more than ten"
	whyTwice        reason = "twice the same"
	whyNotListed    reason = "not one of patients"
	whyOtherSession reason = "not for the person, the role and the patient of the session that it is to renew"
	whyOrigin       reason = "posted from an origin that is not the portal's"
	whyUsed         reason = "used before"
	whyOther        reason = "not taken"
)

// ErrExpired is the one reason that the page tells apart: it happens to
// honest people whose page stood open.
var ErrExpired = Refusal{"exp", whyExpired}

// Why a launch is refused that its token does not say.
var (
	ErrUsed   = Refusal{"jti", whyUsed}
	ErrOrigin = Refusal{why: whyOrigin}
	// ErrOtherSession is that of a token which was to renew a session.
	ErrOtherSession = Refusal{why: whyOtherSession}
	ErrOther        = Refusal{why: whyOther}
)

// portalError is a Refusal of a token that names a portal.
type portalError struct {
	portal string
	error
}

func (e portalError) Unwrap() error { return e.error }

// Attrs are what the log is told of an error of Verify: the refusal, in fixed
// words, the portal where the token names one, and what our own side of the
// key's address said.
func (r Refusal) Attrs(err error) []slog.Attr {
	attrs := []slog.Attr{slog.String("reason", string(r.why))}
	if r.claim != "" {
		attrs = append(attrs, slog.String("claim", r.claim))
	}
	if e, ok := errors.AsType[portalError](err); ok {
		attrs = append(attrs, slog.String("portal", e.portal))
	}
	if e, ok := errors.AsType[keyError](err); ok {
		attrs = append(attrs, slog.String("keys", e.Error()))
	}
	return attrs
}

// Verifier checks launch tokens.
type Verifier struct {
	Origin  string // of the payment pages, which a token has to be for
	Portals Portals
	Now     func() time.Time
}

// Verify checks everything about a launch token but its single use. With a
// Refusal comes the portal that the token names, if it is one.
func (v Verifier) Verify(ctx context.Context, token string) (Claims, *Portal, error) {
	c, portal, err := v.verify(ctx, token)
	return c, portal, of(portal, err)
}

// of is an error of a token, with the portal that the token names, if it is one.
func of(portal *Portal, err error) error {
	if err != nil && portal != nil {
		return portalError{portal.ID, err}
	}
	return err
}

func (v Verifier) verify(ctx context.Context, token string) (Claims, *Portal, error) {
	values, portal, err := v.signed(ctx, token, tokenType, whyType)
	if err != nil {
		return Claims{}, portal, err
	}
	c, err := v.readClaims(values, portal)
	return c, portal, err
}

// signed are the claims of a token of a type that one of the portals has signed, and
// which: nothing of them is looked at but who that is. With some errors comes the
// portal that the token names.
func (v Verifier) signed(ctx context.Context, token, typ string, whyType reason) (claimValues, *Portal, error) {
	if len(token) > tokenLength {
		return nil, nil, Refusal{why: whyLong}
	}
	signed, err := jose.ParseSignedCompact(token, tokenAlgorithms)
	if _, ok := errors.AsType[*jose.ErrUnexpectedSignatureAlgorithm](err); ok {
		return nil, nil, Refusal{"alg", whyAlgorithm}
	}
	if err != nil || len(signed.Signatures) != 1 {
		return nil, nil, Refusal{why: whyForm}
	}
	header := signed.Signatures[0].Protected
	if is, _ := header.ExtraHeaders[jose.HeaderType].(string); !isType(is, typ) {
		return nil, nil, Refusal{"typ", whyType}
	}
	// No extension means anything here, and b64=false is not for JWTs (RFC 7797, 7).
	for _, name := range []jose.HeaderKey{"crit", "b64"} {
		if _, ok := header.ExtraHeaders[name]; ok {
			return nil, nil, Refusal{string(name), whyExtension}
		}
	}
	// The issuer is read before the signature is checked, to find the key; all
	// that an unsigned issuer can do is to pick among the registered keys.
	var unverified claimValues
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &unverified); err != nil {
		return nil, nil, Refusal{why: whyPayload}
	}
	issuer, _ := unverified.text("iss")
	portal := v.Portals.ByID(issuer)
	if portal == nil {
		return nil, nil, Refusal{"iss", whyIssuer}
	}
	key, err := portal.keys.key(ctx, header.KeyID)
	switch {
	case errors.Is(err, errNoKey):
		return nil, portal, errors.Join(Refusal{"kid", whyNoKey}, keyError{err})
	case err != nil:
		return nil, portal, errors.Join(Refusal{"kid", whyKeys}, keyError{err})
	}
	if header.Algorithm != string(algorithm(key)) {
		return nil, portal, Refusal{"alg", whyOtherKey}
	}
	payload, err := signed.Verify(key)
	if err != nil {
		return nil, portal, Refusal{why: whySignature}
	}
	var values claimValues
	if err := json.Unmarshal(payload, &values); err != nil {
		return nil, portal, Refusal{why: whyPayload}
	}
	return values, portal, nil
}

// isType reports whether a typ is the one that is wanted. It is a media type, so the
// case does not matter, and application/ may stand before it (RFC 7515, 4.1.9).
func isType(typ, wanted string) bool {
	return strings.TrimPrefix(strings.ToLower(typ), "application/") == wanted
}

// readFrame reads what every token of a portal's has around what it says: from whom it
// is, for whom, and when. It answers when the token expires.
func (v Verifier) readFrame(r *claimReader, portal *Portal) time.Time {
	now, skew := v.Now().UnixMicro(), Skew.Microseconds()
	if issuer, _ := r.values.text("iss"); issuer != portal.ID {
		r.refuse("iss", whyIssuer)
	}
	if r.values.audience() != v.Origin {
		r.refuse("aud", whyAudience)
	}
	issued, expires, notBefore := r.moment("iat", true), r.moment("exp", true), r.moment("nbf", false)
	switch {
	case r.err != nil:
	case issued <= 0:
		r.refuse("iat", whyMoment)
	case expires <= issued || expires-issued > tokenLife.Microseconds():
		r.refuse("exp", whyLife)
	case now+skew < issued:
		r.refuse("iat", whyFuture)
	case now+skew < notBefore:
		r.refuse("nbf", whyFuture)
	case now-skew >= expires:
		r.refuse("exp", whyExpired)
	}
	return time.UnixMicro(expires)
}

// readClaims reads who may pay for whom, strictly, and what is only there to
// be shown or to save the payer typing, leniently: what is wrong with that is
// dropped, because nobody's payment may fail for a decoration. Moments are
// known to be in range before anything is taken from them: nothing can
// overflow.
func (v Verifier) readClaims(values claimValues, portal *Portal) (Claims, error) {
	r := claimReader{values: values}
	expires := v.readFrame(&r, portal)
	c := Claims{
		Expires: expires,
		ID:      r.required("jti", longestID), Subject: r.required("sub", 255),
		Practice: r.number("practiceid"),
	}
	c.Role, c.Staff = r.role()
	if !slices.Contains(portal.Practices, c.Practice) {
		r.refuse("practiceid", whyPractice)
	}
	r.people(&c)
	if r.err != nil {
		return Claims{}, r.err
	}
	r.decorations(&c, portal)
	c.Dropped = r.dropped
	return c, nil
}
