//go:build !js || desk

package web

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// CorrectPath is the page on which a recording is corrected, by its attempt.
func CorrectPath(patient int, attempt string) string {
	return "/desk/patients/" + strconv.Itoa(patient) + "/correct/" + attempt
}

// CorrectView is a recording that staff want to correct.
type CorrectView struct {
	Attempt payment.Attempt `json:"attempt"`
	Patient int             `json:"patient"`
	Method  string          `json:"method"` // in words
	When    string          `json:"when"`   // it was recorded
	By      string          `json:"by,omitempty"`
	// Corrected is the counter-entry that there is, as a path; empty: there is none.
	Corrected string `json:"corrected,omitempty"`
	// Hidden says that the amount is not told: cash that is to be counted.
	Hidden bool     `json:"hidden,omitempty"`
	Two    bool     `json:"two,omitempty"` // it takes two people
	Form   string   `json:"form"`          // the id of the attempt that the form makes
	Typed  Reasoned `json:"typed"`
}

// DeskCorrectPage asks why a recording is corrected.
type DeskCorrectPage struct {
	app.Compo
	View View
}

// Render prints the recording, what a correction does and does not do, and the form.
func (p *DeskCorrectPage) Render() app.UI {
	v, l := p.View.Correct, p.View.Site.Language
	a := v.Attempt
	body := []app.UI{
		field.Summary(l, p.View.Problems, nil),
		heading(p.View.heading()),
		facts(Element{Rows: [][]string{
			{l.Text("fact.for"), a.PatientName}, {l.Text("fact.amount"), amountText(l, a.Total(), v.Hidden)}, {l.Text("taken.method"), v.Method}, {l.Text("fact.when"), v.When},
			{l.Text("taken.posted"), l.Value(a.Posted)}, {l.Text("taken.batch"), a.Batch}, {l.Text("fact.operator"), v.By}, {l.Text("fact.support"), a.SupportCode()},
		}}),
	}
	if v.Corrected != "" {
		body = append(body, app.P().Class("box").Text(l.Text("correct.already")), app.P().Body(field.Link(p.View.Site.At(v.Corrected), l.Text("correct.see"), false)))
	} else {
		body = append(body, app.P().Text(l.Text("correct.does")), app.P().Class("box warning").Text(l.Text("correct.hand")), p.form())
	}
	body = append(body, app.P().Body(field.Link(p.View.Site.At(TakenPath(v.Patient, a.ID)), l.Text("correct.back"), false)))
	return frame(p.View, app.Main(), body...)
}

// form asks for a reason; one press is enough.
func (p *DeskCorrectPage) form() app.UI {
	v, l := p.View.Correct, p.View.Site.Language
	return field.Form(p.View.Site.At(CorrectPath(v.Patient, v.Attempt.ID)), nil, nil,
		personField(p.View.Site), field.Hidden(FieldAttempt, v.Form),
		reasons(l, v.Typed, p.View.Problems),
		app.P().Class("hint").Text(l.Text("correct.whole", "two", v.Two)),
		app.Button().Type("submit").Class("primary").Text(l.Text("correct.go", "amount", v.Attempt.Total(), "hidden", v.Hidden)),
	)
}
