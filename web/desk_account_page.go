//go:build !js || desk

package web

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// ParamMonths says in the address of a patient's account how many months of
// payments are shown: one of AccountMonths, the first of which is the usual one.
const ParamMonths = "months"

// AccountMonths are the months that can be asked for.
var AccountMonths = []int{12, 36, 84}

// AccountPath is a patient's account at the desk.
func AccountPath(patient int) string { return PatientPath(patient) + "/account" }

// AccountView is a patient's account as the practice's system keeps it: their claims,
// and what was paid, also elsewhere than here.
type AccountView struct {
	payment.Person
	// Outstanding are claims of which something is owed, and Closed those that are
	// settled.
	Outstanding, Closed AccountClaims
	Paid                AccountPayments
	Months              int
	AsOf                string // the time of day of the reading
}

// AccountClaims is a list of claims, the newest first.
type AccountClaims struct {
	Claims []payment.ClaimRecord
	// Left is how many more there are than are shown. Unread says that none can be read
	// now, and Odd that some were not understood.
	Left        int
	Unread, Odd bool
}

// AccountPayments is what was paid, the last one first.
type AccountPayments struct {
	Payments    []AccountPayment
	From, Until payment.Day
	Left        int
	Unread, Odd bool
	// Hides says that of some the amount is left out: somebody gave cash on that day
	// that is to be counted.
	Hides bool
}

// AccountPayment is one payment.
type AccountPayment struct {
	payment.PastPayment
	// Code is the support code of the attempt that made it here, and Page is where that
	// is shown; both empty: it was made elsewhere, or it is not known.
	Code, Page string
	Hidden     bool // the amount is not told
}

// DeskAccountPage prints it.
type DeskAccountPage struct {
	app.Compo
	View View
}

// Render prints what the page is not, then what is owed beside what was paid.
func (p *DeskAccountPage) Render() app.UI {
	v, a, l := p.View, p.View.Account, p.View.Site.Language
	return frame(v, app.Main(),
		heading(v.heading()),
		PersonFacts(l, a.Person),
		app.P().Class("hint").Text(l.Text("account.what", "time", a.AsOf)),
		p.claims("outstanding", a.Outstanding),
		p.paid(),
		p.claims("closed", a.Closed),
		app.P().Class("noprint").Body(field.Link(v.Site.At(PatientPath(a.ID)), l.Text("account.back"), false)),
	)
}

// claims is one of the two lists of claims.
func (p *DeskAccountPage) claims(name string, c AccountClaims) app.UI {
	l := p.View.Site.Language
	title := l.Text("account.claims", "list", name)
	switch {
	case c.Unread:
		return part(name, title, app.P().Class("box warning").Text(l.Text("account.claims.unread")), app.P().Class("hint").Text(l.Text("desk.unread.next")))
	case len(c.Claims) == 0 && c.Odd:
		return part(name, title, app.P().Class("box warning").Text(l.Text("account.odd")))
	case len(c.Claims) == 0:
		return part(name, title, app.P().Text(l.Text("account.claims.none", "list", name)))
	}
	rows := make([][]app.UI, len(c.Claims))
	for i, k := range c.Claims {
		owed := l.Text("desk.unknown")
		if k.OwedKnown {
			owed = l.Value(k.Owed)
		}
		rows[i] = cells(k.Number, owed, billed(l, k.Billed), l.Value(k.Service), l.Text("account.claim", "title", k.Title, "status", k.Status))
	}
	key := words.Key("account.claims.table")
	if name == "closed" {
		key = "account.closed.table"
	}
	return part(name, title, wide(l, key, blocks(l, key, []words.Key{"account.column.claim", "account.column.owed", "account.column.billed", "account.column.service", "fact.what"}, rows, 1, 2)),
		p.rest(c.Left, c.Odd))
}

// billed is what a claim asks for; nothing that is not known is nothing.
func billed(l words.Language, a payment.Amount) string {
	if a.IsZero() {
		return l.Text("desk.unknown")
	}
	return l.Value(a)
}

// rest says what a list leaves out.
func (p *DeskAccountPage) rest(left int, odd bool) app.UI {
	l := p.View.Site.Language
	return app.Div().Body(
		app.If(odd, app.P().Class("box warning").Text(l.Text("account.odd"))),
		app.If(left > 0, app.P().Text(l.Text("account.left", "count", left))))
}

// paid is what was paid in the months that were asked for.
func (p *DeskAccountPage) paid() app.UI {
	v, l := p.View, p.View.Site.Language
	a := v.Account
	title := l.Text("account.paid")
	content := []app.UI{p.months()}
	switch h := a.Paid; {
	case h.Unread:
		content = append(content, app.P().Class("box warning").Text(l.Text("account.paid.unread")), app.P().Class("hint").Text(l.Text("account.paid.unread.next")))
	case len(h.Payments) == 0 && !h.Odd:
		content = append(content, app.P().Text(l.Text("account.paid.none", "from", h.From, "until", h.Until)))
	case len(h.Payments) > 0:
		rows := make([][]app.UI, len(h.Payments))
		for i, paid := range h.Payments {
			amount := signedText(l, paid.Amount)
			if paid.Hidden {
				amount = l.Text("day.hidden")
			}
			rows[i] = cells(dayOr(l, paid.Date), amount, paid.Method, paid.Payment, "")
			if paid.Page != "" {
				rows[i][4] = field.Link(v.Site.At(paid.Page), paid.Code, false)
			}
		}
		content = append(content, wide(l, "account.paid.table", blocks(l, "account.paid.table", []words.Key{"fact.date", "fact.amount", "account.column.method", "fact.number", "account.column.here"}, rows, 1)))
	}
	if a.Paid.Hides {
		content = append(content, app.P().Class("hint").Text(l.Text("account.hides")))
	}
	return part("paid", title, append(content, p.rest(a.Paid.Left, a.Paid.Odd && !a.Paid.Unread), app.P().Class("hint").Text(l.Text("account.paid.hint")))...)
}

// months are the ways to more of what was paid.
func (p *DeskAccountPage) months() app.UI {
	v, l := p.View, p.View.Site.Language
	links := make([]app.UI, len(AccountMonths))
	for i, months := range AccountMonths {
		path := AccountPath(v.Account.ID)
		if i > 0 {
			path += "?" + ParamMonths + "=" + strconv.Itoa(months)
		}
		link := field.Attr(app.A(), "href", v.Site.At(path))
		links[i] = app.Li().Body(field.If(link, months == v.Account.Months, "aria-current", "true").Text(l.Text("account.months", "months", months)))
	}
	return field.Attr(app.Ul(), "aria-label", l.Text("account.months.label")).Class("switchlist").Class("noprint").Body(links...)
}

// dayOr is a day, or that it is not known.
func dayOr(l words.Language, d payment.Day) string {
	if d == "" {
		return l.Text("desk.unknown")
	}
	return l.Value(d)
}

// signedText is an amount with its sign: what was given back is below zero.
func signedText(l words.Language, s payment.Signed) string {
	return l.Text("evidence.amount", "amount", s.Amount, "negative", s.Negative)
}
