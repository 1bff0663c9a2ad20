package bff

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json" // refuses an object with a key twice

	"paypane/web/payment"
)

// The limits of a launch token.
const (
	tokenType   = "pay-launch+jwt"
	tokenLife   = 5 * time.Minute // the longest exp − iat
	tokenSkew   = 5 * time.Second // between the portal's clock and ours
	tokenLength = 8 << 10         // bytes
)

// tokenAlgorithms are the only ones that are looked at; which of them a key
// may be used with, the key decides.
var tokenAlgorithms = []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256, jose.RS256}

// claims are the claims of a launch token (embed.md, Launch). Times are
// seconds since 1970.
type claims struct {
	Issuer      string   `json:"iss"`
	Audience    audience `json:"aud"`
	IssuedAt    *int64   `json:"iat"`
	Expires     *int64   `json:"exp"`
	NotBefore   *int64   `json:"nbf"`
	ID          string   `json:"jti"`
	Subject     string   `json:"sub"` // who is signed in at the portal
	Practice    int      `json:"practiceid"`
	Department  int      `json:"departmentid"`
	Patient     int      `json:"patientid"`
	Appointment int      `json:"appointmentid"`
	// Patients are the people that a payer pays for. With them the three above
	// may be left out, and the first of the list is the beginning.
	Patients   []claimedPerson `json:"patients"`
	Role       string          `json:"role"`  // patient (the default), payer, staff
	Name       string          `json:"name"`  // who pays
	Email      string          `json:"email"` // fills in the address for the receipt
	Locale     string          `json:"locale"`
	View       string          `json:"view"` // where to begin
	ReturnURL  string          `json:"return_url"`
	OfferSave  bool            `json:"offer_save"`  // the payer may store a card
	SavedCards bool            `json:"saved_cards"` // the payer may use stored cards
}

// audience is one name, or a list of exactly one: RFC 7519 has both, and what a
// portal's library writes is not up to the portal.
type audience string

func (a *audience) UnmarshalJSON(b []byte) error {
	var list []string
	if err := json.Unmarshal(b, &list); err == nil {
		if len(list) != 1 {
			return errToken("aud is not one name")
		}
		*a = audience(list[0])
		return nil
	}
	return json.Unmarshal(b, (*string)(a))
}

// errToken is the reason a launch token is refused: for the log, not for the
// page.
type errToken string

func (e errToken) Error() string { return "launch token: " + string(e) }

// errTokenExpired is the one reason the page tells apart: it happens to honest
// people whose page stood open.
const errTokenExpired = errToken("expired")

// verifyToken checks everything about a launch token but its single use.
func (s *Server) verifyToken(ctx context.Context, token string) (claims, *Portal, error) {
	if len(token) > tokenLength {
		return claims{}, nil, errToken("too long")
	}
	signed, err := jose.ParseSignedCompact(token, tokenAlgorithms)
	if err != nil {
		return claims{}, nil, errToken("not a signed token: " + err.Error())
	}
	if len(signed.Signatures) != 1 {
		return claims{}, nil, errToken("not exactly one signature")
	}
	header := signed.Signatures[0].Protected
	if typ, _ := header.ExtraHeaders[jose.HeaderType].(string); typ != tokenType {
		return claims{}, nil, errToken("typ is not " + tokenType)
	}
	// No extension means anything here, and b64=false is not for JWTs (RFC 7797, 7).
	for _, name := range []jose.HeaderKey{"crit", "b64"} {
		if _, ok := header.ExtraHeaders[name]; ok {
			return claims{}, nil, errToken("header " + string(name))
		}
	}
	// The issuer is read before the signature is checked, to find the key; all
	// that an unsigned issuer can do is to pick among the registered keys.
	var unverified struct {
		Issuer string `json:"iss"`
	}
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &unverified); err != nil {
		return claims{}, nil, errToken("payload is not JSON")
	}
	portal := s.portal(unverified.Issuer)
	if portal == nil {
		return claims{}, nil, errToken("unknown issuer")
	}
	key, err := portal.keys.key(ctx, header.KeyID)
	if err != nil {
		return claims{}, portal, fmt.Errorf("launch token: %w", err)
	}
	if header.Algorithm != string(algorithm(key)) {
		return claims{}, portal, errToken("algorithm is not the key's")
	}
	payload, err := signed.Verify(key)
	if err != nil {
		return claims{}, portal, errToken("signature does not verify")
	}
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil {
		return claims{}, portal, errToken("claims: " + shape(err))
	}
	return c, portal, s.checkClaims(c, portal)
}

// shape tells what is wrong with JSON without the value, which may be a
// patient's number.
func shape(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Sprintf("not a value of type %s at byte %d", wrong.Type, wrong.Offset)
	}
	return err.Error()
}

// checkClaims checks the times, the audience and what the portal may say. Times
// are compared as whole seconds, of which exp and iat are known to be above
// zero before anything is taken from them: nothing can overflow.
func (s *Server) checkClaims(c claims, portal *Portal) error {
	now, skew := s.now().Unix(), int64(tokenSkew/time.Second)
	switch {
	case c.Issuer != portal.ID:
		return errToken("iss changed")
	case string(c.Audience) != s.origin:
		return errToken("aud is not this origin")
	case c.IssuedAt == nil || c.Expires == nil:
		return errToken("iat or exp is missing")
	case *c.IssuedAt <= 0 || *c.Expires <= *c.IssuedAt || *c.Expires-*c.IssuedAt > int64(tokenLife/time.Second):
		return errToken("does not live between one second and five minutes")
	case now+skew < *c.IssuedAt:
		return errToken("issued in the future")
	case c.NotBefore != nil && now+skew < *c.NotBefore:
		return errToken("not valid yet")
	case now-skew >= *c.Expires:
		return errTokenExpired
	case c.ID == "" || len(c.ID) > 128:
		return errToken("jti is missing or too long")
	case c.Subject == "" || len(c.Subject) > 255:
		return errToken("sub is missing or too long")
	case !slices.Contains(portal.Practices, c.Practice):
		return errToken("practiceid is not this portal's")
	case c.Role != "" && c.Role != "patient" && c.Role != rolePayer && c.Role != roleStaff:
		return errToken("unknown role")
	case len(c.Name) > 255:
		return errToken("name is too long")
	case c.View != "" && landings[c.View] == "":
		return errToken("unknown view")
	case c.View == viewDesk && c.Role != roleStaff:
		return errToken("the view desk is for the role staff")
	}
	if err := c.checkPeople(); err != nil {
		return err
	}
	if c.ReturnURL != "" {
		u, err := url.Parse(c.ReturnURL)
		if err != nil || !portal.allows(u.Scheme+"://"+u.Host) {
			return errToken("return_url is not the portal's")
		}
	}
	if _, p := payment.ReadEmail(c.Email); p != nil {
		return errToken("email is not an address")
	}
	return nil
}

// portal is the portal with the given id, or nil.
func (s *Server) portal(id string) *Portal {
	for i := range s.portals {
		if s.portals[i].ID == id {
			return &s.portals[i]
		}
	}
	return nil
}

// tokenReason is the reason for the log.
func tokenReason(err error) string {
	var reason errToken
	if errors.As(err, &reason) {
		return string(reason)
	}
	return err.Error()
}
