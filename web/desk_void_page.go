//go:build !js || desk

package web

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// VoidPath is the page on which a card payment is taken back, by its reference.
func VoidPath(patient int, payment string) string {
	return "/desk/patients/" + strconv.Itoa(patient) + "/void/" + payment
}

// UndonePath is the page of what became of taking something back.
func UndonePath(patient int, attempt string) string {
	return "/desk/patients/" + strconv.Itoa(patient) + "/undone/" + attempt
}

// Why a payment cannot be taken back here any more.
const (
	VoidSettled = "settled" // it has gone to the bank
	VoidDone    = "done"    // it was taken back, or is no payment that stands
)

// VoidView is a card payment that staff want to take back.
type VoidView struct {
	Patient int                    `json:"patient"`
	Name    string                 `json:"name,omitempty"` // of the patient
	Payment payment.ReceiptSummary `json:"payment"`
	When    string                 `json:"when"`           // it was taken
	By      string                 `json:"by,omitempty"`   // who of staff took it
	Code    string                 `json:"code,omitempty"` // its support code
	// Until is the moment until which it can be taken back, and Minutes how
	// many are left. Closed is why it cannot; empty: it can.
	Until   string   `json:"until"`
	Minutes int      `json:"minutes,omitempty"`
	Closed  string   `json:"closed,omitempty"`
	Form    string   `json:"form"` // the id of the attempt that the form makes
	Typed   Reasoned `json:"typed"`
	// Task is where what can be done instead is on the work list; empty: it is not.
	Task string `json:"task,omitempty"`
}

// FieldLater says that a payment that has gone to the bank is to be given back by
// hand.
const FieldLater = "later"

// Reasoned is what staff typed who take something back.
type Reasoned struct {
	Form   string `json:"-"`
	Reason string `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"`
}

// DeskVoidPage asks why a card payment is taken back.
type DeskVoidPage struct {
	app.Compo
	View View
}

// Render prints the payment, the time that is left, and the form; or what can be
// done instead.
func (p *DeskVoidPage) Render() app.UI {
	v, l := p.View.Void, p.View.Site.Language
	body := []app.UI{
		field.Summary(l, p.View.Problems, nil),
		heading(p.View.heading()),
		facts(Element{Rows: [][]string{
			{l.Text("fact.for"), v.Name}, {l.Text("fact.amount"), l.Value(v.Payment.Amount)}, {l.Text("fact.card"), endingCard(l, v.Payment.Brand, v.Payment.Last4)},
			{l.Text("fact.when"), v.When}, {l.Text("fact.reference"), v.Payment.Reference}, {l.Text("fact.operator"), v.By}, {l.Text("fact.support"), v.Code},
		}}),
	}
	if v.Closed != "" {
		body = append(body, app.P().Class("box").Text(l.Text("void.closed", "why", v.Closed, "until", v.Until)))
		if v.Closed == VoidSettled {
			body = append(body, app.H2().Text(l.Text("void.instead")), app.Ul().Body(
				app.Li().Text(l.Text("void.instead.card")), app.Li().Text(l.Text("void.instead.cash")), app.Li().Text(l.Text("void.instead.claim"))), p.later())
		}
	} else {
		body = append(body, app.P().Text(l.Text("void.until", "until", v.Until, "hours", v.Minutes/60, "minutes", v.Minutes%60)), p.form())
	}
	return frame(p.View, app.Main(), body...)
}

// form asks for a reason; one press is enough.
func (p *DeskVoidPage) form() app.UI {
	v, l := p.View.Void, p.View.Site.Language
	return field.Form(p.View.Site.At(VoidPath(v.Patient, v.Payment.Reference)), nil, nil,
		personField(p.View.Site), field.Hidden(FieldAttempt, v.Form),
		reasons(l, v.Typed, p.View.Problems),
		app.P().Class("hint").Text(l.Text("void.whole")),
		app.Button().Type("submit").Class("primary").Text(l.Text("void.go", "amount", v.Payment.Amount)),
	)
}

// later puts on the work list what somebody does by hand, or leads to it there.
func (p *DeskVoidPage) later() app.UI {
	v, l := p.View.Void, p.View.Site.Language
	if v.Task != "" {
		return app.P().Body(field.Link(p.View.Site.At(v.Task), l.Text("void.later.is"), false))
	}
	return field.Form(p.View.Site.At(VoidPath(v.Patient, v.Payment.Reference)), nil, nil,
		personField(p.View.Site), field.Hidden(FieldLater, "yes"),
		reasons(l, v.Typed, p.View.Problems),
		app.P().Class("hint").Text(l.Text("void.later.hint", "amount", v.Payment.Amount)),
		app.Button().Type("submit").Class("primary").Text(l.Text("void.later")),
	)
}

// reasons are the choice of a reason, with a line for words.
func reasons(l words.Language, typed Reasoned, problems []payment.Problem) app.UI {
	options := reasonOptions(payment.Reasons, typed, func(r payment.Reason) string { return l.Text("reason", "reason", string(r)) })
	return reasonFields(l, options, "reason.legend", "reason.text.hint", typed, problems, true)
}

// reasonOptions are reasons to choose from, with what was chosen.
func reasonOptions(all []payment.Reason, typed Reasoned, text func(payment.Reason) string) []field.Option {
	options := make([]field.Option, len(all))
	for i, r := range all {
		options[i] = field.Option{Value: string(r), Label: app.Span().Text(text(r)), Checked: typed.Reason == string(r)}
	}
	return options
}

// reasonFields are the choice among reasons, with a line for words; first says that
// they are what the page asks for first.
func reasonFields(l words.Language, options []field.Option, legend, hint words.Key, typed Reasoned, problems []payment.Problem, first bool) app.UI {
	at := func(name string) payment.Problem { return payment.At(problems, name) }
	return app.Div().Body(
		field.Group{Language: l, Name: payment.FieldReason, Legend: l.Text(legend), Focus: first && len(problems) == 0, Problem: at(payment.FieldReason), Options: options}.UI(),
		field.Text{Language: l, Name: payment.FieldReasonText, Label: l.Text("reason.text"), Hint: l.Text(hint), Autocomplete: "off",
			Value: typed.Text, Problem: at(payment.FieldReasonText)}.UI(),
	)
}
