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

// seesCards and storesCards are the two switches of the launch. Staff neither
// use a patient's cards nor agree in their place that one is kept.
func (v Visit) seesCards() bool   { return v.SavedCards && v.Role != roleStaff }
func (v Visit) storesCards() bool { return v.OfferSave && v.Role != roleStaff }

// offers are what a visit can do. Staff do not agree to anything in a patient's
// place. With an error comes what does not depend on the department.
func (s *Server) offers(ctx context.Context, v Visit) (offer, error) {
	portal := s.portal(v.Portal)
	if portal == nil || v.Role == roleStaff {
		return offer{}, nil
	}
	o := offer{cards: v.seesCards(), notice: portal.CardNotice}
	office, err := s.offices.read(ctx, s.practice, v.Patient, s.now())
	if err != nil {
		return o, s.upstreamDown(ctx, v.Patient, err)
	}
	if len(office.Web) > 0 {
		o.save, o.visit, o.year, o.plan = v.storesCards(), office.VisitMax, office.YearMax, portal.planMinimum
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
	// What was agreed to here can be looked at also where nothing new is offered.
	has := func(acts ...payment.Act) bool {
		made, err := s.ledger.AttemptsOf(ctx, v.Patient, acts...)
		if err != nil {
			s.log.WarnContext(ctx, "read what was agreed to", "error", err.Error())
		}
		return v.Role != roleStaff && standing(made)
	}
	add(o.agreements() || has(payment.ActAgreeVisit, payment.ActAgreeYear), web.PathAgreements, "Card on file", web.PageAgreements)
	add(!o.plan.IsZero() || has(payment.ActPlan), web.PathPlan, "Payment plan", web.PagePlan)
	return links
}

// sheet is the view of a page made of blocks.
func (s *Server) sheet(v Visit, page, path string, sheet web.Sheet) web.View {
	return web.View{Page: page, Path: path, Site: s.site(v), Sheet: &sheet}
}

// navWait is how long a page waits to know what else is offered.
const navWait = time.Second

// How long what was read of a department is believed, and how long it is not
// asked again after it gave no answer. What was known before is believed
// meanwhile.
const (
	officeLife  = 5 * time.Minute
	officePause = 15 * time.Second
)

// offices remembers departments: every page asks what theirs offers, and it
// changes once a year.
type offices struct {
	mu   sync.Mutex
	seen map[officeKey]seenOffice
}

type officeKey struct{ practice, department int }

type seenOffice struct {
	payment.Office
	known bool
	ask   time.Time // when it is asked again
	err   error     // of the last time
}

func (o *offices) read(ctx context.Context, from Offices, p payment.Patient, now time.Time) (payment.Office, error) {
	key := officeKey{p.Practice, p.Department}
	o.mu.Lock()
	seen := o.seen[key]
	o.mu.Unlock()
	if !now.Before(seen.ask) {
		office, err := from.Office(ctx, p)
		if err == nil {
			seen = seenOffice{Office: office, known: true, ask: now.Add(officeLife)}
		} else {
			seen.err, seen.ask = err, now.Add(officePause)
		}
		o.mu.Lock()
		if o.seen == nil {
			o.seen = map[officeKey]seenOffice{}
		}
		o.seen[key] = seen
		o.mu.Unlock()
	}
	if !seen.known {
		return payment.Office{}, seen.err
	}
	return seen.Office, nil
}
