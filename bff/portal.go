package bff

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/go-jose/go-jose/v4"

	"paypane/web/payment"
)

// Portal is a patient portal that may launch payments: whose tokens we take,
// who may frame us, and for which practices it speaks.
type Portal struct {
	ID        string   `toml:"id"`        // iss of its launch tokens
	Name      string   `toml:"name"`      // of the practice, as payers read it
	Phone     string   `toml:"phone"`     // of the practice, for payers in doubt; optional
	Origins   []string `toml:"origins"`   // who may frame and launch
	JWKS      string   `toml:"jwks"`      // a file beside the portals file, or an https address
	Practices []int    `toml:"practices"` // the practices' ids upstream

	// For receipts, as the practice wants them there; each may be empty.
	Address []string `toml:"address"` // lines
	NPI     string   `toml:"npi"`     // ten digits
	TaxID   string   `toml:"tax_id"`
	// PlanMinimum is the least that a payment plan takes in a month, in dollars
	// ("25.00"). Empty: payment plans are not offered.
	PlanMinimum string `toml:"plan_minimum"`
	// CardNotice is shown before a card is typed that is to be kept on file,
	// where a state asks for it. Empty: none.
	CardNotice string `toml:"card_notice"`

	keys        keySource
	planMinimum payment.Amount
}

// allows reports whether the origin is one of the portal's.
func (p *Portal) allows(origin string) bool { return slices.Contains(p.Origins, origin) }

// ReadPortals reads and checks the portals file. An error names the portal and
// the entry that is wrong.
func ReadPortals(file string) ([]Portal, error) {
	var doc struct {
		Portal []Portal `toml:"portal"`
	}
	meta, err := toml.DecodeFile(file, &doc)
	if err != nil {
		return nil, fmt.Errorf("read portals: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("read portals: %s: unknown entry %q", file, unknown[0])
	}
	if len(doc.Portal) == 0 {
		return nil, fmt.Errorf("read portals: %s has no [[portal]]", file)
	}
	for i := range doc.Portal {
		p := &doc.Portal[i]
		if err := p.check(doc.Portal[:i]); err != nil {
			return nil, fmt.Errorf("read portals: portal %q: %w", p.ID, err)
		}
		if p.keys, err = openKeys(p.JWKS, filepath.Dir(file)); err != nil {
			return nil, fmt.Errorf("read portals: portal %q: %w", p.ID, err)
		}
	}
	return doc.Portal, nil
}

func (p *Portal) check(before []Portal) error {
	switch {
	case p.ID == "":
		return errors.New("id is missing")
	case slices.ContainsFunc(before, func(q Portal) bool { return q.ID == p.ID }):
		return errors.New("id is given twice")
	case !fitsLedger(p.ID):
		return errors.New("id is longer than 64 characters, not ASCII, or has twelve digits in a row")
	case p.Name == "":
		return errors.New("name is missing")
	case p.JWKS == "":
		return errors.New("jwks is missing")
	case len(p.Practices) == 0:
		return errors.New("practices is empty")
	case len(p.Origins) == 0:
		return errors.New("origins is empty")
	}
	if p.PlanMinimum != "" {
		var err error
		if p.planMinimum, err = payment.ReadAmount(p.PlanMinimum); err != nil || p.planMinimum.IsZero() {
			return fmt.Errorf("plan_minimum: %q is not an amount like 25.00", p.PlanMinimum)
		}
	}
	if p.NPI != "" && (len(p.NPI) != 10 || strings.Trim(p.NPI, "0123456789") != "") {
		return fmt.Errorf("npi: %q does not have ten digits", p.NPI)
	}
	for _, practice := range p.Practices {
		if practice <= 0 { // 0 is what a token without practiceid has
			return fmt.Errorf("practices: %d is not a practice's id", practice)
		}
	}
	for _, origin := range p.Origins {
		if !isOrigin(origin) {
			return fmt.Errorf("origins: %q is not an origin as browsers write it, like https://portal.example", origin)
		}
	}
	return nil
}

// fitsLedger reports whether the ledger keeps a portal's id as it is: better to
// hear that now than at the first payment.
func fitsLedger(id string) bool {
	return len(id) <= 64 && !payment.HoldsCardNumber(id) &&
		!strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

// isOrigin reports whether text is an origin as browsers write it: in lower
// case and without the scheme's own port, or it would never match one. In a
// policy's frame-ancestors it stands as it is: no wildcard, nothing that ends
// the directive.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	if err != nil || !webOrigin(u) || u.Scheme+"://"+u.Host != text {
		return false
	}
	foreign := strings.ContainsFunc(u.Host, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_:[]", r))
	})
	return !foreign && !strings.HasSuffix(u.Host, ":") && u.Port() != map[string]string{"https": "443", "http": "80"}[u.Scheme]
}

// webOrigin reports whether u is an https address, or http on this machine,
// where browsers trust it for development.
func webOrigin(u *url.URL) bool {
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && local)
}

// openKeys finds a portal's public keys in a file or at an address.
func openKeys(jwks, dir string) (keySource, error) {
	if u, err := url.Parse(jwks); err == nil && u.Scheme != "" {
		if !webOrigin(u) {
			return nil, fmt.Errorf("jwks: %q is neither a file nor an https address", jwks)
		}
		return newRemoteKeys(jwks), nil
	}
	if !filepath.IsAbs(jwks) {
		jwks = filepath.Join(dir, jwks)
	}
	content, err := os.ReadFile(jwks)
	if err != nil {
		return nil, fmt.Errorf("jwks: %w", err)
	}
	set, err := parseKeys(content)
	if err != nil {
		return nil, fmt.Errorf("jwks: %s: %w", jwks, err)
	}
	return fixedKeys(set), nil
}

// parseKeys reads a JWK set and refuses what must not be in one.
func parseKeys(content []byte) (jose.JSONWebKeySet, error) {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(content, &set); err != nil {
		return set, err
	}
	if len(set.Keys) == 0 {
		return set, errors.New("no keys")
	}
	for _, k := range set.Keys {
		switch {
		case !k.Valid():
			return set, fmt.Errorf("key %q is not valid", k.KeyID)
		case !k.IsPublic():
			return set, fmt.Errorf("key %q is not a public key", k.KeyID)
		case k.KeyID == "":
			return set, errors.New("a key has no kid")
		case algorithm(k) == "":
			return set, fmt.Errorf("key %q is for none of EdDSA, ES256, RS256", k.KeyID)
		}
	}
	return set, nil
}
