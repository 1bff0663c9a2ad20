//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// UndoneView is what became of taking something back, or of taking something off.
type UndoneView struct {
	Attempt payment.Attempt `json:"attempt"`
	Patient int             `json:"patient"`
	Payment string          `json:"payment,omitempty"` // the number of what was taken back
	When    string          `json:"when"`
	By      string          `json:"by,omitempty"`
	Reason  string          `json:"reason"`
	Form    string          `json:"form"` // the address of its form
	// Of a refund through the vendor: the upstream's number of it, the vendor's own
	// reference, the terminal, and the days.
	Number    string      `json:"number,omitempty"`
	Reference string      `json:"reference,omitempty"`
	Terminal  string      `json:"terminal,omitempty"`
	Deposited payment.Day `json:"deposited,omitempty"`
	Posted    payment.Day `json:"posted,omitempty"`
	Charge    string      `json:"charge,omitempty"` // the charge that is adjusted
	// Task is where the task of a counter-entry stands, and Recording what it
	// corrects; both empty: it is none.
	Task      string `json:"task,omitempty"`
	Recording string `json:"recording,omitempty"`
}

func (u *UndoneView) heading(l words.Language) string {
	if u.Attempt.Corrects() {
		return l.Text("corrected.heading", "amount", u.Attempt.Total())
	}
	return l.Text("undone.heading", "kind", string(u.Attempt.Kind), "state", u.Attempt.State.Shown(), "amount", u.Attempt.Total())
}

// claim is the claim of the charge that is adjusted, and closes says that nothing of
// it was left.
func (u *UndoneView) claim() (number string, closes bool) {
	if u.Attempt.Kind != payment.KindAdjust || len(u.Attempt.Charge.Lines) == 0 {
		return "", false
	}
	l := u.Attempt.Charge.Lines[0]
	return l.Number, l.Amount == l.Balance
}

// DeskUndonePage tells staff the truth about what they took back.
type DeskUndonePage struct {
	app.Compo
	View View
}

// Render prints the outcome and what it means first, then what can be handed out.
func (p *DeskUndonePage) Render() app.UI {
	u, l := p.View.Undone, p.View.Site.Language
	a := u.Attempt
	class, _ := mark(l, a.State)
	main := field.Attr(field.Attr(app.Main(), "data-outcome", a.State.Shown()), "data-attempt", a.ID)
	claim, closes := u.claim()
	mark := l.Text("undone.mark", "kind", string(a.Kind), "state", a.State.Shown())
	means := l.Text("undone.means", "kind", string(a.Kind), "state", a.State.Shown(), "closes", closes, "claim", claim)
	if a.Corrects() {
		mark, means = l.Text("corrected.mark"), l.Text("corrected.means")
	}
	facted := [][]string{
		{l.Text("fact.for"), a.PatientName}, {l.Text("fact.amount"), l.Value(a.Total())}, {l.Text("fact.sent"), u.When}, {l.Text("fact.operator"), u.By},
		{l.Text("fact.why"), u.Reason}, {l.Text("adjust.claim"), claim}, {l.Text("adjust.charge"), u.Charge}, {l.Text("fact.reference"), u.Payment},
		{l.Text("refund.number"), u.Number}, {l.Text("vendor.reference"), u.Reference}, {l.Text("vendor.terminal"), u.Terminal},
		{l.Text("taken.posted"), l.Value(u.Posted)}, {l.Text("vendor.deposited"), l.Value(u.Deposited)}, {l.Text("fact.support"), a.SupportCode()},
	}
	return frame(p.View, main,
		field.Attr(app.Div(), "aria-live", "polite").Class("outcome").Body(
			field.Attr(app.P(), "class", "mark "+class).Text(mark),
			heading(p.View.heading()),
			app.P().Text(means),
		),
		app.If(a.State == payment.Unknown, app.P().Body(field.Link(p.View.Site.At(PathReview+"/"+a.ID), l.Text("undone.review"), false))),
		app.If(a.State.Harmless(), deskWay(p.View, u.Form, l.Text("undone.again", "kind", string(a.Kind)))),
		app.If(u.Task != "", app.P().Class("way").Body(field.Link(p.View.Site.At(u.Task), l.Text("corrected.task"), false))),
		app.If(u.Recording != "", app.P().Body(field.Link(p.View.Site.At(u.Recording), l.Text("corrected.was"), false))),
		p.papers(),
		facts(Element{Rows: facted}),
		app.Div().Class("next").Body(
			app.P().Body(field.If(field.Attr(app.A(), "href", p.View.Site.At(PatientPath(u.Patient))), a.Kind == payment.KindVoid && a.State == payment.Succeeded, "autofocus", "true").Text(l.Text("vendor.patient"))),
			app.P().Body(field.Link(p.View.Site.At(PathDesk), l.Text("taken.today"), false))),
	)
}

// papers are the buttons that hand out what was booked: of a void there is the
// receipt of the payment, which says it.
func (p *DeskUndonePage) papers() app.UI {
	u, l := p.View.Undone, p.View.Site.Language
	if u.Attempt.State != payment.Succeeded || u.Attempt.Kind == payment.KindVoid {
		return nil
	}
	button := func(paper, class string, key words.Key) app.UI {
		b := field.Attr(field.Attr(app.Button().Type("submit"), "name", FieldPaper), "value", paper)
		return field.Attr(field.If(b, class == "primary", "autofocus", "true"), "class", class).Text(l.Text(key))
	}
	return app.Section().Class("hand-out").Aria("labelledby", "receipt").Body(
		app.H2().ID("receipt").Text(l.Text("undone.receipt")),
		field.Form(p.View.Site.At(TakenPath(u.Patient, u.Attempt.ID)+"/receipt"), nil, nil, personField(p.View.Site),
			app.Div().Class("buttons").Body(button(Paper80, "primary", "taken.print.80"), button(PaperLetter, "secondary", "taken.print.letter"), button(PaperPDF, "secondary", "taken.pdf"))))
}
