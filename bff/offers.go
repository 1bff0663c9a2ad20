package bff

import (
	"context"
	"sync"
	"time"

	"paypane/web"
	"paypane/web/payment"
)

// Offices tells how a department is set up: what it takes, and up to what it
// lets cards be kept on file.
type Offices interface {
	Office(context.Context, payment.Patient) (payment.Office, error)
}

// offer is what a visit can do besides paying what is owed now. What the
// practice, the upstream or the portal does not offer is shown nowhere.
type offer struct {
	cards bool // stored cards can be seen, used and removed
	save  bool // a card can be stored
	// visit and year are the ceilings of card-on-file agreements, plan the least
	// that a plan takes in a month; zero: there is none.
	visit, year, plan payment.Amount
	notice            string // to be read before a card is typed that is kept on file
}

// agreements reports whether a card can be kept on file.
func (o offer) agreements() bool { return !o.visit.IsZero() || !o.year.IsZero() }

// offers are what a visit can do. Staff do not agree to anything in a patient's
// place. With an error comes what does not depend on the department.
func (s *Server) offers(ctx context.Context, v Visit) (offer, error) {
	portal := s.portal(v.Portal)
	if portal == nil || v.Role == roleStaff {
		return offer{}, nil
	}
	o := offer{cards: v.SavedCards, notice: portal.CardNotice}
	office, err := s.offices.read(ctx, s.practice, v.Patient, s.now())
	if err != nil {
		return o, s.upstreamDown(ctx, v.Patient, err)
	}
	if len(office.Web) > 0 {
		o.save, o.visit, o.year, o.plan = v.OfferSave, office.VisitMax, office.YearMax, portal.planMinimum
	}
	return o, nil
}

// nav are the links to everything that is offered, of which page is the one
// they stand on. Where the department cannot be asked soon, what depends on it
// is left out: a page is worth more than a link on it.
func (s *Server) nav(ctx context.Context, v Visit, page string) []web.NavLink {
	soon, cancel := context.WithTimeout(ctx, navWait)
	defer cancel()
	o, err := s.offers(soon, v)
	if err != nil {
		s.log.WarnContext(ctx, "read what a department offers", "error", err.Error())
	}
	var links []web.NavLink
	add := func(offered bool, path, text string, pages ...string) {
		if !offered {
			return
		}
		link := web.NavLink{Path: path, Text: text}
		for _, p := range pages {
			link.Current = link.Current || p == page
		}
		links = append(links, link)
	}
	add(true, web.PathAmount, "Pay", web.PageAmount, web.PageNothing)
	add(true, web.PathReceipts, "Receipts", web.PageReceipts)
	add(o.cards || o.save, web.PathCards, "Cards", web.PageCards)
	add(o.agreements(), web.PathAgreements, "Card on file", web.PageAgreements)
	add(!o.plan.IsZero(), web.PathPlan, "Payment plan", web.PagePlan)
	return links
}

// sheet is the view of a page made of blocks.
func (s *Server) sheet(v Visit, page, path string, sheet web.Sheet) web.View {
	return web.View{Page: page, Path: path, Site: s.site(v), Sheet: &sheet}
}

// navWait is how long a page waits to know what else is offered.
const navWait = time.Second

// officeLife is how long what was read of a department is believed.
const officeLife = 5 * time.Minute

// offices remembers departments: every page asks what theirs offers, and it
// changes once a year.
type offices struct {
	mu   sync.Mutex
	seen map[officeKey]seenOffice
}

type officeKey struct{ practice, department int }

type seenOffice struct {
	payment.Office
	at time.Time
}

func (o *offices) read(ctx context.Context, from Offices, p payment.Patient, now time.Time) (payment.Office, error) {
	key := officeKey{p.Practice, p.Department}
	o.mu.Lock()
	seen, ok := o.seen[key]
	o.mu.Unlock()
	if ok && now.Sub(seen.at) < officeLife {
		return seen.Office, nil
	}
	office, err := from.Office(ctx, p)
	if err != nil {
		return payment.Office{}, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen == nil {
		o.seen = map[officeKey]seenOffice{}
	}
	o.seen[key] = seenOffice{office, now}
	return office, nil
}
