//go:build !js || desk

package web

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
)

// DeskShell is what stands around every page at the desk: who is signed in, where,
// and the ways to the other pages that they may see. Layout.Desk makes it; frame
// prints it around whatever page has one.
type DeskShell struct {
	// Name is who is signed in, and Role what they are for the practice, in words;
	// both empty: nobody is.
	Name string `json:"name,omitempty"`
	Role string `json:"role,omitempty"`
	// Department is where the desk is now. Places are all where it stands, to choose
	// from; empty: there is that one.
	Department string     `json:"department,omitempty"`
	Places     []Option   `json:"places,omitempty"`
	Nav        []DeskLink `json:"nav,omitempty"`
	// Cover is after how many seconds without anybody the page is covered; 0: never,
	// because a portal launched it.
	Cover int `json:"cover,omitempty"`
	// Kept says that something was being typed here when the page was covered.
	Kept bool `json:"kept,omitempty"`
}

// DeskLink is a way to another page of the desk.
type DeskLink struct {
	NavLink
	// Badge is how much waits there; 0: nothing is shown.
	Badge int `json:"badge,omitempty"`
	// Key is the key that leads there; empty: none.
	Key string `json:"key,omitempty"`
}

// DeskKeys are the keys of the pages in the desk's navigation. None is one that a
// browser takes, and the list of keys switches them off.
var DeskKeys = map[string]string{PageDeskToday: "t", PageDeskPatients: "p", PageReviewQueue: "w", PageDeskDay: "d", PageDeskDrawer: "c", PageApprovals: "a"}

// deskFrame is frame for a page at the desk; nil: it is not there.
func (v View) deskFrame(main app.HTMLMain, content []app.UI) app.UI {
	d := v.Desk
	if d == nil {
		return nil
	}
	page := app.Div().Class("page").Class("desk")
	if d.Cover > 0 {
		page = field.Attr(page, "data-cover", strconv.Itoa(d.Cover))
		page = field.Attr(page, "data-covered", v.text("desk.covered"))
		page = field.If(page, d.Kept, "data-kept", PathDeskKept)
	}
	page = field.If(page, d.Name != "", "data-reader", v.text("desk.reader"))
	return page.Body(
		test(v.Site),
		app.Header().Class("top").Body(
			app.If(d.Name != "", field.Attr(app.A(), "href", v.Site.At("#heading")).Class("skip").Text(v.text("desk.skip"))),
			app.If(v.Site.Practice != "", app.P().Class("practice").Text(v.Site.Practice)),
			d.who(v),
			d.navigation(v),
		),
		main.Body(content...),
		app.Footer().Class("foot").Body(footer(v, v.Site.Practice)...),
		d.keys(v),
	)
}

// who says who is signed in and where, and lets them leave.
func (d *DeskShell) who(v View) app.UI {
	if d.Name == "" {
		return nil
	}
	button := func(path, text, key string) app.UI {
		b := app.Button().Type("submit").Class("plain").Text(text)
		return app.Div().Class("act").Body(field.Form(v.Site.At(path), nil, nil, field.If(b, key != "", "data-key", key)))
	}
	parts := []app.UI{app.P().Class("signed").Body(
		field.Attr(app.A(), "href", v.Site.At(PathDeskMay)).Text(v.text("desk.signed", "name", d.Name, "role", d.Role)))}
	switch {
	case len(d.Places) > 0:
		options := make([]app.UI, len(d.Places))
		for i, place := range d.Places {
			options[i] = field.If(field.Attr(app.Option(), "value", place.Value), place.Checked, "selected", "true").Text(place.Label)
		}
		choice := field.Attr(field.Attr(app.Select(), "name", "department"), "id", "department").Body(options...)
		parts = append(parts, app.Div().Class("act").Body(field.Form(v.Site.At(PathDeskPlace), nil, nil,
			field.Attr(app.Label(), "for", "department").Text(v.text("desk.department")), choice,
			app.Button().Type("submit").Class("plain").Text(v.text("desk.department.change")))))
	case d.Department != "":
		parts = append(parts, app.P().Class("at").Text(v.text("desk.at", "department", d.Department)))
	}
	if d.Cover > 0 {
		parts = append(parts, button(PathDeskLock, v.text("desk.lock"), "l"))
		parts = append(parts, button(PathDeskLeave, v.text("desk.leave"), ""))
	}
	return app.Div().Class("who").Body(parts...)
}

// navigation leads to the pages that whoever is signed in may see.
func (d *DeskShell) navigation(v View) app.UI {
	if len(d.Nav) == 0 {
		return nil
	}
	items := make([]app.UI, len(d.Nav))
	for i, l := range d.Nav {
		link := field.If(field.Attr(app.A(), "href", v.Site.At(l.Path)), l.Current, "aria-current", "page")
		link = field.If(link, l.Key != "", "data-key", l.Key)
		text := []app.UI{app.Span().Text(l.Text)}
		if l.Badge > 0 {
			text = append(text, app.Text(" "), app.Span().Class("badge").Body(
				app.Text(v.text("desk.badge", "count", l.Badge)), app.Span().Class("sr").Text(v.text("desk.badge.waiting"))))
		}
		items[i] = app.Li().Body(link.Body(text...))
	}
	return field.Attr(app.Nav(), "aria-label", v.text("desk.navigation")).Body(app.Ul().Body(items...))
}

// keys is the list of the page's keys, which the script fills from what has one
// (data-key) and shows. Without script it stays closed.
func (d *DeskShell) keys(v View) app.UI {
	if d.Name == "" {
		return nil
	}
	row := func(key, text string) app.UI {
		return app.Div().Class("row").Body(app.Dt().Body(app.Kbd().Text(key)), app.Dd().Text(text))
	}
	return field.Attr(field.Attr(app.Dialog(), "id", "keys"), "aria-labelledby", "keys-title").Body(
		field.Attr(app.H2(), "id", "keys-title").Text(v.text("desk.keys.heading")),
		app.Dl().Class("lines").Body(row("?", v.text("desk.keys.help")), row(".", v.text("desk.keys.first"))),
		app.P().Class("switch").Body(
			field.Attr(field.Attr(field.Attr(app.Input(), "type", "checkbox"), "id", "keys-on"), "checked", "true"),
			field.Attr(app.Label(), "for", "keys-on").Text(v.text("desk.keys.off"))),
		field.Attr(app.Button(), "type", "button").Class("primary").Text(v.text("desk.keys.close")),
	)
}
