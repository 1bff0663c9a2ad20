//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// DeskToday is the day in the book of a department.
type DeskToday struct {
	Day  payment.Day
	AsOf string // the time of day at which it was read
	// Waiting says that only those are shown who are to be checked in. All are the
	// visits of the day, and Waits are those.
	Waiting    bool
	All, Waits int
	Visits     []DeskVisit
	// Unread says that the book could not be read now, and Odd that some of it could
	// not.
	Unread, Odd bool
	// Again says that the page was asked for again: the focus stays where that is.
	Again bool
	// Launched says that a portal sent somebody here for one patient: only their
	// rows lead on.
	Launched bool
}

// DeskVisit is a visit, and where it leads: Href is empty where the session may
// not go there. Next is the one that the front desk sees next.
type DeskVisit struct {
	payment.BookedVisit
	Href string `json:",omitzero"`
	Next bool   `json:",omitzero"`
	// Untold says that something was collected for the visit, and UntoldElsewhere for none;
	// how much is not told: it is in a drawer that is still to be counted.
	Untold, UntoldElsewhere bool `json:",omitzero"`
}

// DeskTodayPage lists the day's visits in order of time.
type DeskTodayPage struct {
	app.Compo
	View View
}

// Render prints how many are still to come before who they are.
func (p *DeskTodayPage) Render() app.UI {
	v, t, l := p.View, p.View.Today, p.View.Site.Language
	body := []app.UI{
		heading(v.heading()),
		searchForm(v, "", false),
		app.If(t.Launched, app.P().Class("hint").Text(l.Text("desk.today.launched"))),
	}
	if t.Unread {
		return frame(v, app.Main(), append(body, field.Attr(app.Div(), "role", "status").Class("box warning").Body(
			app.P().Text(l.Text("desk.today.unread")), app.P().Text(l.Text("desk.unread.next")),
			app.P().Body(p.again()),
		))...)
	}
	day := []app.UI{
		app.P().Class("hint").Text(l.Text("desk.today.count", "all", t.All, "waits", t.Waits, "time", t.AsOf)),
		app.If(t.Odd, app.P().Class("box warning").Text(l.Text("desk.today.odd"))),
	}
	switch {
	case t.All == 0:
		day = append(day, app.P().Text(l.Text("desk.today.none")))
	case len(t.Visits) == 0:
		day = append(day, app.P().Text(l.Text("desk.today.none.waiting")))
	default:
		day = append(day, p.table())
	}
	body = append(body, p.filter(), field.Attr(app.Div(), "id", "day").Class("visits").Body(day...))
	return frame(v, app.Main(), body...)
}

// filter chooses whom the list shows, and reads it again.
func (p *DeskTodayPage) filter() app.UI {
	v, t, l := p.View, p.View.Today, p.View.Site.Language
	way := func(path, text string, current bool) app.UI {
		link := field.If(field.Attr(app.A(), "href", v.Site.At(path)), current, "aria-current", "true")
		return app.Li().Body(link.Text(text))
	}
	return app.Div().Class("choose").Body(
		field.Attr(app.Ul(), "aria-label", l.Text("desk.today.show")).Class("switchlist").Body(
			way(PathDesk, l.Text("desk.today.all"), !t.Waiting),
			way(PathDesk+"?"+ParamShow+"="+ShowWaiting, l.Text("desk.today.waiting"), t.Waiting),
		),
		p.again(),
	)
}

// again is the link that reads the page again, for those without the script that
// does it by itself.
func (p *DeskTodayPage) again() app.UI {
	t, path := p.View.Today, PathDesk+"?"+ParamAgain+"=1"
	if t.Waiting {
		path += "&" + ParamShow + "=" + ShowWaiting
	}
	link := field.Attr(field.Attr(app.A(), "href", p.View.Site.At(path)), "data-key", "r")
	return field.If(link, t.Again, "autofocus", "true").ID("again").Text(p.View.text("desk.today.again"))
}

func (p *DeskTodayPage) table() app.UI {
	t, l := p.View.Today, p.View.Site.Language
	rows := make([]app.UI, len(t.Visits))
	for i, v := range t.Visits {
		rows[i] = p.row(v)
	}
	return table(l, "desk.today.table", []words.Key{"fact.time", "desk.column.patient", "desk.column.visit", "desk.column.state", "desk.column.due", "desk.column.collected", "desk.column.balance"}, rows, 4, 5, 6)
}

func (p *DeskTodayPage) row(d DeskVisit) app.UI {
	l := p.View.Site.Language
	var name app.UI = app.Span().Text(personName(l, d.Patient))
	if d.Href != "" {
		link := field.Attr(field.Attr(app.A(), "href", p.View.Site.At(d.Href)), "id", "visit-"+d.ID)
		if d.Next {
			link = field.Attr(field.Attr(link, "data-key", "n"), "data-key-text", l.Text("desk.today.next"))
			link = field.If(link, !p.View.Today.Again, "autofocus", "true")
		}
		name = link.Text(personName(l, d.Patient))
	}
	due := []app.UI{app.Span().Text(copayDue(l, d))}
	if text := copayElsewhere(l, d); text != "" {
		due = append(due, app.Span().Class("under").Text(text))
	}
	// On a phone there are no columns, and each amount says which it is.
	money := func(column words.Key) app.HTMLTd {
		return field.Attr(app.Td(), "data-column", l.Text(column)).Class("money")
	}
	tr := field.Attr(app.Tr(), "id", "row-"+d.ID)
	if d.State == payment.VisitLeft {
		tr = tr.Class("over")
	}
	return tr.Body(
		app.Td().Class("at").Text(l.Text("desk.time", "time", words.TimeOfDay(d.Time))),
		app.Th().Scope("row").Body(name, app.Span().Class("under").Text(l.Text("desk.identity", "born", born(l, d.Patient), "id", d.Patient.ID))),
		app.Td().Text(d.Title),
		app.Td().Text(visitWord(l, d.State)),
		money("desk.column.due").Body(due...),
		money("desk.column.collected").Text(copayCollected(l, d)),
		money("desk.column.balance").Text(balanceText(l, d.Balance, d.BalanceKnown)),
	)
}
