//go:build !js || desk

package web

import (
	"cmp"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// ClosesView is what was counted on one day.
type ClosesView struct {
	Day  payment.Day
	Text string // as in DayView
	Rows []CloseRow
	// Own says that the list has only the reader's own; Download is its address as a
	// file, for who may take lists out.
	Own      bool
	Download string
	// Open are drawers of others that nobody has counted, for who may count for them.
	Open []OpenDrawer
}

// OpenDrawer is somebody's drawer in which something lies that no count covers. Nothing
// in it tells how much.
type OpenDrawer struct {
	Path, Who, Since, Last string
	Entries                int
}

// CloseRow is one count.
type CloseRow struct {
	Path, Time, Who, For, Department, Stands string
	Cash                                     payment.Amount // counted, the float taken off
	Off                                      payment.Amount
	Way                                      string // "over", "short", "off" where both are, or "none"
	Replaced                                 bool
}

// DeskClosesPage lists the closes of a day.
type DeskClosesPage struct {
	app.Compo
	View View
}

// Render prints the day, which may be another one, and its closes.
func (p *DeskClosesPage) Render() app.UI {
	v, c, l := p.View, p.View.Closes, p.View.Site.Language
	day := field.Text{Language: l, Name: FieldDay, Label: l.Text("day.day"), Hint: l.Text("day.day.hint"), Autocomplete: "off", Width: "short", LTR: true,
		Value: cmp.Or(c.Text, string(c.Day)), Problem: payment.At(v.Problems, FieldDay)}
	form := field.Attr(field.Attr(field.Attr(app.Form(), "method", "get"), "action", v.Site.At(PathDeskCloses)), "novalidate", "novalidate").Class("filters").Class("noprint")
	body := []app.UI{
		field.Summary(l, v.Problems, nil),
		heading(v.heading()),
		app.P().Class("hint").Text(l.Text("closes.hint", "own", c.Own)),
		form.Body(day.UI(), app.Button().Type("submit").Class("secondary").Text(l.Text("day.show"))),
	}
	if len(c.Rows) == 0 {
		body = append(body, app.P().Text(l.Text("closes.none")))
	} else {
		body = append(body, p.list())
	}
	if c.Download != "" {
		body = append(body, app.P().Class("noprint").Body(field.Attr(field.Attr(app.A(), "href", v.Site.At(c.Download)), "download", "closes-"+string(c.Day)+".csv").Text(l.Text("closes.download"))))
	}
	body = append(body, p.open())
	return frame(v, app.Main(), append(body, app.P().Class("noprint").Body(field.Link(v.Site.At(PathDeskDrawer), l.Text("closes.count"), false)))...)
}

// open are the drawers that wait to be counted, each with the way to count it for whose
// it is.
func (p *DeskClosesPage) open() app.UI {
	c, l := p.View.Closes, p.View.Site.Language
	if len(c.Open) == 0 {
		return nil
	}
	rows := make([]app.UI, len(c.Open))
	for i, o := range c.Open {
		rows[i] = app.Li().Body(
			app.P().Body(field.Link(p.View.Site.At(o.Path), l.Text("closes.open.one", "who", o.Who), false)),
			app.P().Class("hint").Text(l.Text("closes.open.since", "count", o.Entries, "since", o.Since, "last", o.Last)))
	}
	return app.Section().Class("noprint").Aria("labelledby", "uncounted").Body(app.H2().ID("uncounted").Text(l.Text("closes.open")),
		app.P().Class("hint").Text(l.Text("closes.open.hint")), app.Ul().Class("doubts").Body(rows...))
}

func (p *DeskClosesPage) list() app.UI {
	c, l := p.View.Closes, p.View.Site.Language
	var rows []app.UI
	for _, r := range c.Rows {
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Body(field.Link(p.View.Site.At(r.Path), l.Text("closes.one", "time", r.Time, "who", r.Who, "for", r.For), false)),
			app.Td().Class("money").Text(l.Text("closes.off", "way", r.Way, "off", r.Off)), app.Td().Class("money").Text(l.Value(r.Cash)),
			app.Td().Text(l.Text("closes.stands", "stands", r.Stands, "replaced", r.Replaced)), app.Td().Text(r.Department)))
	}
	caption := l.Text("closes.caption", "count", len(rows))
	heads := []app.UI{app.Th().Scope("col").Text(l.Text("closes.drawer")), app.Th().Scope("col").Class("money").Text(l.Text("close.difference")),
		app.Th().Scope("col").Class("money").Text(l.Text("close.cash")), app.Th().Scope("col").Text(l.Text("day.state")), app.Th().Scope("col").Text(l.Text("close.department"))}
	return field.Attr(field.Attr(field.Attr(app.Div(), "role", "region"), "aria-label", caption), "tabindex", "0").Class("scrolls").Class("wide").Body(
		app.Table().Class("bills").Body(app.Caption().Text(caption), app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(rows...)))
}
