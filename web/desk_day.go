//go:build !js || desk

package web

import (
	"cmp"
	"net/url"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// The inputs of the day list, which stand in its address.
const (
	FieldDay    = "day"
	FieldWho    = "who"
	FieldMethod = "method"
	FieldBrand  = "brand"
	FieldKind   = "kind"
	FieldState  = "state"
	FieldSearch = "q" // a support code, the number of a check, or the last four digits of a card
)

// DayView is what was taken, recorded and undone here on one day.
type DayView struct {
	Day payment.Day
	// Text is what was typed for a day and cannot be read; empty: Day is the one.
	Text string
	// Filters are what the list may be narrowed by, each with what there is on that
	// day; Search is what was looked for.
	Filters []DayFilter
	Search  string
	Rows    []DayRow
	// Sums are what was taken, by person, by method and by brand. Blind says that cash
	// is left out of them.
	Sums  []DaySums
	Blind bool
	// Hides says that of some rows the amount is left out: cash that is to be counted.
	Hides bool
	// Download is the address of the list as a file, and Own says that it has only
	// the reader's own rows.
	Download string
	Own      bool
}

// DayFilter is one choice that narrows the list.
type DayFilter struct {
	Name, Label string
	Options     []Option
}

// DayRow is one attempt, in words.
type DayRow struct {
	Time, Patient, What, How, Who, State, Code, Reference, Posted string
	Amount                                                        payment.Amount
	Back                                                          bool   // it went back to the payer
	Hidden                                                        bool   // the amount is not told
	Page                                                          string // of what became of it; empty: there is none here
	Review                                                        string // where somebody decides about it; empty: nothing is to be decided
	Refund                                                        string // where it is given back through the vendor; empty: it is not
}

// DaySums are sums under one heading.
type DaySums struct {
	Caption string
	Sums    []DaySum
}

// DaySum is what was taken and given back of one kind, and how often.
type DaySum struct {
	Name           string
	Count          int
	Taken, Returns payment.Amount
}

// DayPage prints the day.
type DayPage struct {
	app.Compo
	View View
}

// Render prints the sums beside the list where there is room.
func (p *DayPage) Render() app.UI {
	d, l := p.View.Day, p.View.Site.Language
	body := []app.UI{
		field.Summary(l, p.View.Problems, nil),
		heading(p.View.heading()),
		app.P().Class("hint").Text(l.Text("day.here")),
		p.filters(),
	}
	if len(d.Rows) == 0 {
		body = append(body, app.P().Text(l.Text("day.none")))
	} else {
		body = append(body, p.list())
	}
	if d.Hides {
		body = append(body, app.P().Class("hint").Text(l.Text("day.blind.rows")))
	}
	if d.Blind {
		body = append(body, app.P().Class("hint").Text(l.Text("day.blind")))
	}
	var sums []app.UI
	for _, s := range d.Sums {
		if len(s.Sums) > 0 {
			sums = append(sums, p.sums(s))
		}
	}
	body = append(body, app.Div().Class("sums").Body(sums...))
	if d.Download != "" {
		text := l.Text("day.download")
		if d.Own {
			text = l.Text("day.download.own")
		}
		body = append(body, app.P().Class("noprint").Body(field.Attr(field.Attr(app.A(), "href", p.View.Site.At(d.Download)), "download", "day-"+string(d.Day)+".csv").Text(text)))
	}
	return frame(p.View, app.Main(), body...)
}

// filters is the form that narrows the list. It leads to the list's own address,
// which says what was asked for.
func (p *DayPage) filters() app.UI {
	d, l := p.View.Day, p.View.Site.Language
	parts := []app.UI{field.Text{Language: l, Name: FieldDay, Label: l.Text("day.day"), Hint: l.Text("day.day.hint"), Autocomplete: "off", Width: "short", LTR: true,
		Value: cmp.Or(d.Text, string(d.Day)), Problem: payment.At(p.View.Problems, FieldDay)}.UI()}
	for _, f := range d.Filters {
		options := []app.UI{field.Attr(app.Option(), "value", "").Text(l.Text("day.all"))}
		for _, o := range f.Options {
			options = append(options, field.If(field.Attr(app.Option(), "value", o.Value), o.Checked, "selected", "true").Text(o.Label))
		}
		parts = append(parts, app.Div().Class("field").Body(field.Attr(app.Label(), "for", "day-"+f.Name).Text(f.Label),
			field.Attr(field.Attr(app.Select(), "name", f.Name), "id", "day-"+f.Name).Body(options...)))
	}
	parts = append(parts, field.Text{Language: l, Name: FieldSearch, Label: l.Text("day.search"), Autocomplete: "off", LTR: true, Value: d.Search,
		Problem: payment.At(p.View.Problems, FieldSearch)}.UI(),
		app.Button().Type("submit").Class("secondary").Text(l.Text("day.show")))
	form := field.Attr(field.Attr(field.Attr(app.Form(), "method", "post"), "action", p.View.Site.At(PathDeskDay)), "novalidate", "novalidate")
	return form.Class("filters").Class("noprint").Body(parts...)
}

func (p *DayPage) list() app.UI {
	d, l := p.View.Day, p.View.Site.Language
	heads := []app.UI{}
	for _, key := range []string{l.Text("day.time"), l.Text("day.patient"), l.Text("day.what"), l.Text("day.how"), l.Text("day.who"), l.Text("day.state"), l.Text("day.code")} {
		heads = append(heads, app.Th().Scope("col").Text(key))
	}
	heads = append(heads, app.Th().Scope("col").Class("money").Text(l.Text("day.amount")))
	var rows []app.UI
	for _, r := range d.Rows {
		state := app.Td().Text(r.State)
		if r.Review != "" {
			state = app.Td().Body(field.Link(p.View.Site.At(r.Review), r.State, false))
		}
		amount := l.Value(r.Amount)
		switch {
		case r.Hidden:
			amount = l.Text("day.hidden")
		case r.Back:
			amount = l.Text("day.back", "amount", r.Amount)
		}
		what, how := r.What, r.How
		if r.Posted != "" {
			what = l.Text("day.posted", "what", r.What, "day", r.Posted)
		}
		if r.Reference != "" {
			how = l.Text("day.reference", "how", r.How, "reference", r.Reference)
		}
		done := app.Td().Text(what)
		if r.Refund != "" {
			done = app.Td().Body(field.Link(p.View.Site.At(r.Refund), l.Text("day.refund", "what", what, "code", r.Code), false))
		}
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Class("at").Text(r.Time), app.Td().Text(r.Patient), done, app.Td().Text(how),
			app.Td().Text(r.Who), state, p.code(r), app.Td().Class("money").Text(amount)))
	}
	return p.table(l.Text("day.caption", "count", len(rows)), heads, rows)
}

// code is the support code, which leads to the page of it where there is one.
func (p *DayPage) code(r DayRow) app.UI {
	if r.Page == "" {
		return app.Td().Class("at").Text(r.Code)
	}
	return app.Td().Class("at").Body(field.Link(p.View.Site.At(r.Page), r.Code, false))
}

// table may be wider than a small screen: it then scrolls by itself, also by keys.
func (p *DayPage) table(caption string, heads, rows []app.UI) app.UI {
	return field.Attr(field.Attr(field.Attr(app.Div(), "role", "region"), "aria-label", caption), "tabindex", "0").Class("scrolls").Class("wide").Body(
		app.Table().Class("bills").Body(app.Caption().Text(caption), app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(rows...)))
}

func (p *DayPage) sums(s DaySums) app.UI {
	l := p.View.Site.Language
	heads := []app.UI{app.Th().Scope("col").Text(s.Caption), app.Th().Scope("col").Class("money").Text(l.Text("day.count")),
		app.Th().Scope("col").Class("money").Text(l.Text("day.taken")), app.Th().Scope("col").Class("money").Text(l.Text("day.returned"))}
	var rows []app.UI
	for _, n := range s.Sums {
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Text(n.Name), app.Td().Class("money").Text(l.Text("day.number", "count", n.Count)),
			app.Td().Class("money").Text(l.Value(n.Taken)), app.Td().Class("money").Text(l.Value(n.Returns))))
	}
	return p.table(l.Text("day.sums", "by", s.Caption), heads, rows)
}

// DayAddress is where a day stands, narrowed as it was asked for.
func DayAddress(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
