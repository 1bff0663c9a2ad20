package layout

import (
	"cmp"
	"context"
	"time"

	"paypane/bff/account"
	"paypane/bff/session"
	"paypane/web"
	"paypane/web/payment"
)

// Nav are the links to everything that is offered, of which page is the one
// they stand on. Where the department cannot be asked soon, what depends on it
// is left out: a page is worth more than a link on it.
func (lay *Layout) Nav(ctx context.Context, sess session.Session, page string) []web.NavLink {
	soon, cancel := context.WithTimeout(ctx, navWait)
	defer cancel()
	o, err := lay.config.Accounts.Capabilities(soon, sess)
	if err != nil {
		lay.config.Log.WarnContext(ctx, "read what a department offers", "error", err.Error())
	}
	// What was agreed to here can be looked at also where nothing new is offered.
	has := func(kinds ...payment.Kind) bool {
		made, err := lay.config.Ledger.AttemptsOf(ctx, sess.Patient, kinds...)
		if err != nil {
			lay.config.Log.WarnContext(ctx, "read what was agreed to", "error", err.Error())
		}
		return account.Standing(made)
	}
	offered := map[string]func() bool{
		web.PageCards:      func() bool { return o.Cards || o.Save },
		web.PageAgreements: func() bool { return o.Agreements() || has(payment.KindAgreeVisit, payment.KindAgreeYear) },
		web.PagePlan:       func() bool { return !o.Plan.IsZero() || has(payment.KindPlan) },
	}
	current := cmp.Or(web.PageNamed(page).Under, page)
	var links []web.NavLink
	for _, p := range web.Pages {
		if p.Link == "" || p.For == web.ForStaff || !sess.Among(p.For) || offered[p.Name] != nil && !offered[p.Name]() {
			continue
		}
		links = append(links, web.NavLink{Path: p.Path(), Text: lay.Of(sess).Language.Text(p.Link), Current: p.Name == current})
	}
	return links
}

// navWait is how long a page waits to know what else is offered.
const navWait = time.Second
