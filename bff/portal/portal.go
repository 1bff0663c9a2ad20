package portal

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"paypane/bff/velocity"
	"paypane/web"
	"paypane/web/payment"
	"paypane/web/words"
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
	// AccountMaximum is the most that is taken at once for no bill, above what is
	// owed or where nothing is, in dollars; "0.00": nothing. Empty: 1000.00.
	AccountMaximum string `toml:"account_maximum"`
	// VisitMaximum is the most that is taken at once for today's visit where it
	// has neither a copay nor a bill; "0.00": nothing. Empty: 1000.00.
	VisitMaximum string `toml:"visit_maximum"`
	// ClaimPayment says whether the practice wants to be told which claims are
	// paid. Where it does not, what is for claims is sent as one amount, which it
	// applies itself. Not there: it does.
	ClaimPayment *bool `toml:"claimpayment"`
	// CardNotice is shown before a card is typed that is to be kept on file,
	// where a state asks for it. Empty: none.
	CardNotice string `toml:"card_notice"`

	// Limits are those of cards that are refused.
	Limits velocity.Limits `toml:"limits"`
	// Languages are those that its payers are offered, by their tags ("en", "es"),
	// in the practice's order: the first is for whom none of them fits. Empty: the
	// usual ones.
	Languages []string `toml:"languages"`

	// Webhook is where its server is told what became of payments; nil: nowhere.
	Webhook *Webhook `toml:"webhook"`

	payment.Asked

	// Amounts are those of the three entries above.
	Amounts Amounts `toml:"-"`
	// Desks are the desks of its practices.
	Desks []*Desk `toml:"-"`

	keys keySource
}

// Amounts are the bounds of what a portal's practice takes; zero: nothing of the
// kind.
type Amounts struct{ PlanMinimum, AccountMaximum, VisitMaximum payment.Amount }

// Portals are all that may launch.
type Portals []Portal

// ByID is the portal with an id, or nil.
func (all Portals) ByID(id string) *Portal {
	for i := range all {
		if all[i].ID == id {
			return &all[i]
		}
	}
	return nil
}

// Of is the portal by whose settings a session goes: that which launched it, and
// at the desk's own sign-in the first that has the practice; nil: there is none.
func (all Portals) Of(id string, practice int) *Portal {
	if id != DeskID {
		return all.ByID(id)
	}
	for i := range all {
		if slices.Contains(all[i].Practices, practice) {
			return &all[i]
		}
	}
	return nil
}

// CardLimits are the limits of cards that are refused, for a session of a portal.
func (all Portals) CardLimits(id string, practice int) velocity.Limits {
	if p := all.Of(id, practice); p != nil {
		return p.Limits
	}
	return velocity.Usual()
}

// At is a portal that has pages at an origin, or nil.
func (all Portals) At(origin string) *Portal {
	for i := range all {
		if all[i].Allows(origin) {
			return &all[i]
		}
	}
	return nil
}

// Frame is the frame page's address for a portal: there a page without a session
// asks the element around it for a new token.
func (p *Portal) Frame() string { return web.PathFrame + "?portal=" + url.QueryEscape(p.ID) }

// LeftOut names the keys of the portal's file that are not for launch tokens;
// empty: all of them are.
func (p *Portal) LeftOut() string {
	if keys, ok := p.keys.(fixedKeys); ok {
		return keys.leftOut()
	}
	return ""
}

// Offered are the languages in which its payers are served; the usual ones
// for nil.
func (p *Portal) Offered() []words.Language {
	if p == nil || len(p.Languages) == 0 {
		return words.Usual
	}
	var offered []words.Language
	for _, tag := range p.Languages {
		if l, ok := words.Named(tag); ok {
			offered = append(offered, l)
		}
	}
	return offered
}

// AsOne reports whether claims are paid as one amount.
func (p *Portal) AsOne() bool { return p.ClaimPayment != nil && !*p.ClaimPayment }

// usualMaximum bounds what is taken for no bill, where the practice says nothing:
// enough for a visit that is paid in advance, and less than an amount that was
// typed without its point.
var usualMaximum = payment.Cents(100_000)

// maximum reads a bound of the portals file.
func maximum(entry, text string) (payment.Amount, error) {
	if text == "" {
		return usualMaximum, nil
	}
	a, err := payment.ReadAmount(text)
	if err != nil {
		return a, fmt.Errorf("%s: %q is not an amount like 1000.00", entry, text)
	}
	return a, nil
}

// Allows reports whether the origin is one of the portal's.
func (p *Portal) Allows(origin string) bool { return slices.Contains(p.Origins, origin) }

// Read reads and checks the portals file. An error names the portal and
// the entry that is wrong.
func Read(file string) (Portals, error) {
	var doc struct {
		Portal Portals `toml:"portal"`
		Desk   []Desk  `toml:"desk"`
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
		if p.Webhook != nil {
			if err := p.Webhook.check(filepath.Dir(file)); err != nil {
				return nil, fmt.Errorf("read portals: portal %q: webhook: %w", p.ID, err)
			}
		}
		if p.keys, err = openKeys(p.JWKS, filepath.Dir(file)); err != nil {
			return nil, fmt.Errorf("read portals: portal %q: %w", p.ID, err)
		}
	}
	if err := doc.Portal.join(doc.Desk, filepath.Dir(file)); err != nil {
		return nil, fmt.Errorf("read portals: %w", err)
	}
	return doc.Portal, nil
}

// CheckOrigin refuses what cannot be Config.Origin.
func CheckOrigin(origin string) error {
	if err := checkOrigin(origin); err != nil {
		return fmt.Errorf("origin %q %w", origin, err)
	}
	return nil
}

// CheckApart refuses a portal that has the origin of the pages themselves:
// portal and card form could then reach into each other.
func CheckApart(origin string, portals Portals) error {
	for _, p := range portals {
		if p.Allows(origin) {
			return fmt.Errorf("portal %q has the origin of the payment pages themselves, %s; it has to be another one", p.ID, origin)
		}
	}
	return nil
}

func (p *Portal) check(before Portals) error {
	switch {
	case p.ID == "":
		return errors.New("id is missing")
	case p.ID == DeskID:
		return errors.New("id is that of the desk's own sign-in")
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
		if p.Amounts.PlanMinimum, err = payment.ReadAmount(p.PlanMinimum); err != nil || p.Amounts.PlanMinimum.IsZero() {
			return fmt.Errorf("plan_minimum: %q is not an amount like 25.00", p.PlanMinimum)
		}
	}
	var err error
	if p.Amounts.AccountMaximum, err = maximum("account_maximum", p.AccountMaximum); err != nil {
		return err
	}
	if p.Amounts.VisitMaximum, err = maximum("visit_maximum", p.VisitMaximum); err != nil {
		return err
	}
	if p.Limits, err = p.Limits.Filled(); err != nil {
		return fmt.Errorf("limits: %w", err)
	}
	if p.NPI != "" && (len(p.NPI) != 10 || strings.Trim(p.NPI, "0123456789") != "") {
		return fmt.Errorf("npi: %q does not have ten digits", p.NPI)
	}
	for i, tag := range p.Languages {
		if _, ok := words.Named(tag); !ok {
			return fmt.Errorf("languages: there is no %q", tag)
		}
		if slices.Contains(p.Languages[:i], tag) {
			return fmt.Errorf("languages: %q is given twice", tag)
		}
	}
	for _, practice := range p.Practices {
		if practice <= 0 { // 0 is what a token without practiceid has
			return fmt.Errorf("practices: %d is not a practice's id", practice)
		}
	}
	for _, origin := range p.Origins {
		if err := checkOrigin(origin); err != nil {
			return fmt.Errorf("origins: %q %w", origin, err)
		}
		if err := checkAncestor(origin); err != nil {
			return fmt.Errorf("origins: %q %w", origin, err)
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

// checkOrigin refuses what is not an origin as browsers write it: in lower case
// and without the scheme's own port, or it would never match one. In a
// policy's frame-ancestors it stands as it is: no wildcard, nothing that ends
// the directive.
func checkOrigin(text string) error {
	u, err := url.Parse(text)
	if err == nil && u.Scheme == "http" && u.Host != "" && !webOrigin(u) {
		return errors.New("is not an address that browsers trust: it has to be https, or http on this machine (localhost, 127.0.0.1)")
	}
	foreign := err == nil && strings.ContainsFunc(u.Host, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_:[]", r))
	})
	if err != nil || foreign || !webOrigin(u) || u.Scheme+"://"+u.Host != text || !ownPort(u) || !ownAddress(u.Hostname()) {
		return errors.New("is not an address as browsers write it, like https://portal.example")
	}
	return nil
}

// ownPort reports whether the port stands as browsers write it, and only where
// they write it.
func ownPort(u *url.URL) bool {
	if strings.HasSuffix(u.Host, ":") {
		return false
	}
	port := u.Port()
	if port == "" {
		return true
	}
	number, err := strconv.ParseUint(port, 10, 16)
	return err == nil && strconv.FormatUint(number, 10) == port && port != map[string]string{"https": "443", "http": "80"}[u.Scheme]
}

// ownAddress reports whether a host that browsers take for a number stands as
// they write it: they read 127.1 and 0x7f.1 as 127.0.0.1.
func ownAddress(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if !strings.Contains(host, ":") && (last == "" || strings.Trim(last, "0123456789") != "" && !strings.HasPrefix(last, "0x")) {
		return true // a name
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Zone() == "" && address.String() == host
}

// checkAncestor refuses an origin that cannot stand in frame-ancestors, where a
// host is letters, digits and hyphens between dots (CSP 3, host-source): browsers
// drop it, and nobody could see the frame.
func checkAncestor(origin string) error {
	u, err := url.Parse(origin)
	if err != nil {
		return err
	}
	if strings.HasPrefix(u.Host, "[") {
		return errors.New("is an IPv6 address, which no browser reads in frame-ancestors: the frame would never be shown. Use a name, or http://127.0.0.1 on this machine")
	}
	for label := range strings.SplitSeq(u.Hostname(), ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return errors.New("has a host that cannot stand in frame-ancestors, where there are only letters, digits and hyphens between dots: the frame would never be shown")
		}
	}
	return nil
}

// webOrigin reports whether u is an https address, or http on this machine,
// where browsers trust it for development.
func webOrigin(u *url.URL) bool {
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && local)
}

// beside is the path of a file that the portals file names: in that file's folder, unless
// the path is absolute.
func beside(dir, file string) string {
	if filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(dir, file)
}

// openKeys finds a portal's public keys in a file or at an address.
func openKeys(jwks, dir string) (keySource, error) {
	if u, err := url.Parse(jwks); err == nil && u.Scheme != "" {
		if !webOrigin(u) {
			return nil, fmt.Errorf("jwks: %q is neither a file nor an https address", jwks)
		}
		return newRemoteKeys(jwks), nil
	}
	jwks = beside(dir, jwks)
	content, err := os.ReadFile(jwks)
	if err != nil {
		return nil, fmt.Errorf("jwks: %w", err)
	}
	set, err := parseKeys(content)
	if err != nil {
		return nil, fmt.Errorf("jwks: %s: %w", jwks, err)
	}
	return fixedKeys{set}, nil
}
