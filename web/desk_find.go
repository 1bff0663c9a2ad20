//go:build !js || desk

package web

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// The ways to a patient at the desk.
const (
	PathPatients = "/desk/patients" // PageDeskPatients; + "/" + id: PageDeskPatient

	// ParamVisit names a visit in an address, ParamShow which of the day are shown
	// (ShowWaiting, or all), and ParamAgain says that the page was asked for again.
	ParamVisit  = "visit"
	ParamShow   = "show"
	ParamAgain  = "again"
	ShowWaiting = "waiting"
)

// PatientPath is a patient's page at the desk.
func PatientPath(id int) string { return PathPatients + "/" + strconv.Itoa(id) }

// searchForm finds a patient. What is typed goes into the address by way of the
// server, which keeps cards out of it: the page can be loaded again, and Back leads
// to it.
func searchForm(v View, typed string, focus bool) app.UI {
	l := v.Site.Language
	form := field.Attr(field.Attr(field.Attr(app.Form(), "method", "post"), "action", v.Site.At(PathPatients)), "role", "search")
	return field.Attr(form, "novalidate", "novalidate").Class("find").Body(
		searchBox(l, typed, focus, payment.At(v.Problems, payment.FieldSearch)),
		app.Button().Type("submit").Class("secondary").Text(l.Text("desk.find.button")),
	)
}

// searchBox is field.Text with a key of its own, and the focus where the next key
// goes into it.
func searchBox(l words.Language, typed string, focus bool, problem payment.Problem) app.UI {
	const name = payment.FieldSearch
	wrong, described := problem.Text != "", name+"-hint"
	if wrong {
		described += " " + name + "-error"
	}
	input := field.Attr(field.Attr(app.Input(), "type", "search"), "id", name)
	input = field.Attr(field.Attr(input, "name", name), "class", "input")
	input = field.Attr(field.Attr(input, "autocomplete", "off"), "spellcheck", "false")
	input = field.Attr(field.Attr(input, "aria-describedby", described), "data-key", "/")
	input = field.If(input, typed != "", "value", typed)
	input = field.If(input, wrong, "aria-invalid", "true")
	input = field.If(input, focus, "autofocus", "true")
	return app.Div().Class("field").Body(
		field.Attr(app.Label(), "for", name).Class("label").Text(l.Text("desk.find.label")),
		field.Attr(app.P(), "id", name+"-hint").Class("hint").Text(l.Text("desk.find.hint")),
		field.If(field.Attr(app.P(), "id", name+"-error"), !wrong, "hidden", "true").Class("error").Body(
			app.Span().Class("sr").Text(l.Text("form.error")+" "), app.Span().Text(problem.Text)),
		input,
	)
}

// born is a birth date with its word, or that it is not known.
func born(l words.Language, p payment.Person) string {
	return l.Text("desk.born", "day", words.Abbreviated(p.Born))
}

// personName is a patient's name, with the one they go by.
func personName(l words.Language, p payment.Person) string {
	if p.Name() == "" {
		return l.Text("desk.nameless", "id", p.ID)
	}
	return l.Text("desk.named", "name", p.Name(), "preferred", p.Preferred)
}

// balanceText is what a patient owes, in a column: a credit is said, and nothing
// that is not known is nothing.
func balanceText(l words.Language, s payment.Signed, known bool) string {
	switch {
	case !known:
		return l.Text("desk.unknown")
	case s.Amount.IsZero():
		return l.Text("desk.balance.none")
	case s.Negative:
		return l.Text("desk.balance.credit", "amount", s.Amount)
	}
	return l.Value(s.Amount)
}

// copayDue is what is still to be collected for a visit.
func copayDue(l words.Language, d DeskVisit) string {
	c := d.Copay
	switch {
	case !c.DueKnown:
		return l.Text("desk.unknown")
	case !c.Due.IsZero():
		return l.Value(c.Due)
	case c.Told && c.Expected.IsZero() && !d.Untold && !d.UntoldElsewhere:
		return l.Text("desk.copay.none")
	}
	return l.Text("desk.copay.done")
}

// copayCollected is what was collected for a visit.
func copayCollected(l words.Language, d DeskVisit) string {
	switch {
	case d.Untold:
		return l.Text("desk.copay.untold")
	case !d.Copay.Told:
		return l.Text("desk.unknown")
	}
	return l.Value(d.Copay.Collected)
}

// copayElsewhere says that something was collected that belongs to no visit; empty:
// nothing was.
func copayElsewhere(l words.Language, d DeskVisit) string {
	switch {
	case d.UntoldElsewhere:
		return l.Text("desk.copay.elsewhere.untold")
	case d.Copay.Told && !d.Copay.Elsewhere.IsZero():
		return l.Text("desk.copay.elsewhere", "amount", d.Copay.Elsewhere)
	}
	return ""
}

// visitWord is where a visit stands.
func visitWord(l words.Language, s payment.VisitState) string {
	switch s {
	case payment.VisitArriving:
		return l.Text("desk.visit.arriving")
	case payment.VisitHere:
		return l.Text("desk.visit.here")
	case payment.VisitLeft:
		return l.Text("desk.visit.left")
	case payment.VisitCancelled:
		return l.Text("desk.visit.cancelled")
	}
	return l.Text("desk.visit.expected")
}
