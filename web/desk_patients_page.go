//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// DeskPatients is what a search found.
type DeskPatients struct {
	Typed string
	// Searched says that the practice was asked; what is wrong with what was typed
	// is a problem of the view.
	Searched bool
	Found    []DeskFound
	// More says that others fit as well, TooMany that so many do that none is listed.
	More, TooMany bool
	// By is what alone it was looked for by: "id", "phone" or "born"; empty: by a name.
	// Add is what would find fewer: "both" the first name or the birth date, "given",
	// "born" or "name" one of them; empty: nothing that a person says is missing.
	By, Add string
	// Likely says that nobody fits and these may be meant.
	Likely bool
	// Unread says that the practice could not be asked, and Odd that some of what it
	// said was not understood.
	Unread, Odd bool
}

// DeskFound is a patient who was found, and where they lead: empty where the
// session may not go there.
type DeskFound struct {
	payment.Person
	Href string
}

// DeskPatientsPage finds patients.
type DeskPatientsPage struct {
	app.Compo
	View View
}

// Render prints the search before what it found. The focus is where the next key
// goes: on the one who was found, or in the box.
func (p *DeskPatientsPage) Render() app.UI {
	v, d, l := p.View, p.View.Patients, p.View.Site.Language
	alone := len(d.Found) == 1 && d.Found[0].Href != ""
	body := []app.UI{heading(v.heading()), searchForm(v, d.Typed, !alone)}
	say := func(class, text string) {
		body = append(body, field.Attr(field.Attr(app.P(), "role", "status"), "class", class).Text(text))
	}
	switch {
	case !d.Searched:
	case d.Unread:
		say("box warning", l.Text("desk.find.unread"))
		body = append(body, app.P().Class("hint").Text(l.Text("desk.unread.next")))
	case d.TooMany:
		say("box warning", l.Text("desk.find.many", "add", d.Add))
	case len(d.Found) == 0:
		say("box", l.Text("desk.find.none", "by", d.By))
	case d.Likely:
		say("box warning", l.Text("desk.find.likely", "count", len(d.Found)))
	case d.More:
		say("box warning", l.Text("desk.find.more", "count", len(d.Found), "add", d.Add))
	default:
		say("hint", l.Text("desk.find.count", "count", len(d.Found)))
	}
	if d.Odd {
		body = append(body, app.P().Class("box warning").Text(l.Text("desk.find.odd")))
	}
	if len(d.Found) > 0 {
		rows := make([][]app.UI, len(d.Found))
		for i, f := range d.Found {
			rows[i] = p.row(f, alone)
		}
		body = append(body, wide(l, "desk.find.table", blocks(l, "desk.find.table", []words.Key{"desk.column.patient", "desk.column.born", "desk.column.town", "desk.column.id"}, rows)))
	}
	return frame(v, app.Main(), body...)
}

func (p *DeskPatientsPage) row(f DeskFound, focus bool) []app.UI {
	l := p.View.Site.Language
	var name app.UI = app.Span().Text(personName(l, f.Person))
	if f.Href != "" {
		name = field.If(field.Attr(app.A(), "href", p.View.Site.At(f.Href)), focus, "autofocus", "true").Text(personName(l, f.Person))
	}
	return append([]app.UI{name}, cells(bornAlone(l, f.Person), f.Town, l.Value(f.ID))...)
}

// bornAlone is a birth date in a column of birth dates.
func bornAlone(l words.Language, p payment.Person) string {
	if day := l.Value(words.Abbreviated(p.Born)); day != "" {
		return day
	}
	return l.Text("desk.unknown")
}
