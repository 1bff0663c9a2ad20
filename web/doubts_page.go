//go:build !js

package web

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// The inputs of a decision.
const (
	FieldFound     = "found"
	FieldReference = "reference"
	FieldWhy       = "why"
)

// Doubts is the list of payments that wait for a person.
type Doubts struct {
	Asked []Doubted `json:"asked,omitempty"`
}

// Doubted is a payment that waits for a person.
type Doubted struct {
	Attempt payment.Attempt `json:"attempt"`
	When    string          `json:"when"` // it was sent
	Why     string          `json:"why"`  // it waits
}

// Doubt is one of them, with the evidence.
type Doubt struct {
	Doubted
	Events   []Happened `json:"events,omitempty"`
	Receipts []Listed   `json:"receipts,omitempty"`
	Unread   bool       `json:"unread,omitempty"` // the receipts could not be read now
	Open     bool       `json:"open,omitempty"`   // there is something to decide
	// TwoPeople says that one person's word is not enough to call it not taken;
	// Proposed is who has said so already.
	TwoPeople bool     `json:"twoPeople,omitempty"`
	Proposed  string   `json:"proposed,omitempty"`
	Typed     Decision `json:"typed"`
}

// Happened is a line of an attempt's record.
type Happened struct {
	When     string `json:"when"`
	Who      string `json:"who"`
	What     string `json:"what"`
	Evidence string `json:"evidence"`
}

// Listed is a receipt of the patient's, as the upstream lists it.
type Listed struct {
	Receipt payment.Receipt `json:"receipt"`
	When    string          `json:"when"`
	Fits    bool            `json:"fits,omitempty"`   // amount and card are the payment's
	Holder  string          `json:"holder,omitempty"` // support code of the attempt that it belongs to
}

// Decision is what a person types.
type Decision struct {
	Found     string `json:"found,omitempty"` // taken or absent
	Reference string `json:"reference,omitempty"`
	Why       string `json:"why,omitempty"`
}

// Check says what is missing or wrong in a decision.
func (d Decision) Check() []payment.Problem {
	var problems []payment.Problem
	add := func(code, name, text string) {
		problems = append(problems, payment.Problem{Code: code, Field: name, Text: text})
	}
	if d.Found != string(payment.Taken) && d.Found != string(payment.Absent) {
		add("found_empty", FieldFound, "Choose what you found")
	}
	if d.Reference != "" && (strings.Trim(d.Reference, "0123456789") != "" || len(d.Reference) > 11) {
		add("reference_form", FieldReference, "The payment number has only digits, 11 at most")
	}
	switch {
	case strings.TrimSpace(d.Why) == "":
		add("why_empty", FieldWhy, "Write how you know")
	case len([]rune(d.Why)) > 400:
		add("why_long", FieldWhy, "Write how you know in 400 characters or fewer")
	case payment.HoldsCardNumber([]byte(d.Why)):
		add("why_card", FieldWhy, "Take the card number out. The last four digits are enough.")
	}
	return problems
}

// DoubtsPage lists the payments that wait for a person.
type DoubtsPage struct {
	app.Compo
	View View
}

// Render prints the oldest first.
func (p *DoubtsPage) Render() app.UI {
	body := []app.UI{heading(p.View.heading())}
	if len(p.View.Doubts.Asked) == 0 {
		body = append(body, app.P().Text("No payment waits for a decision."))
	}
	var rows []app.UI
	for _, d := range p.View.Doubts.Asked {
		rows = append(rows, app.Li().Body(
			app.P().Body(field.Link(PathDoubts+"/"+d.Attempt.ID, d.Attempt.Total().Display()+", "+d.Attempt.PatientName+", "+d.When, false)),
			app.P().Class("hint").Text(d.Why),
		))
	}
	if len(rows) > 0 {
		body = append(body, app.Ul().Class("doubts").Body(rows...))
	}
	body = append(body, app.P().Body(field.Link(PathAmount, "Back to the payment page", false)))
	return frame(p.View, app.Main(), body...)
}

// DoubtPage is the evidence about one payment, and the form to decide it.
type DoubtPage struct {
	app.Compo
	View View
}

// Render prints what is asked first, then what is known, then the form.
func (p *DoubtPage) Render() app.UI {
	d := p.View.Doubt
	a := d.Attempt
	row := func(term, text string) app.UI {
		if text == "" {
			return nil
		}
		return app.Div().Class("row").Body(app.Dt().Text(term), app.Dd().Text(text))
	}
	card := ""
	if a.Last4 != "" {
		card = a.Brand.Name() + " ending in " + a.Last4
	}
	body := []app.UI{
		field.Summary(p.View.Problems, nil),
		heading(p.View.heading()),
		app.P().Text(d.Why),
		app.Dl().Class("lines facts").Body(row("For", a.PatientName), row("Amount", a.Total().Display()), row("Card", card),
			row("Sent", d.When), row("Now", stateWords(a.State)), row("Reference", a.Reference), row("Support code", a.SupportCode())),
		d.listed(),
		d.record(),
	}
	if d.Open {
		body = append(body, p.form())
		if a.State == payment.Unknown {
			body = append(body, field.Form(PathDoubts+"/"+a.ID+"/look", nil, nil,
				app.Button().Type("submit").Class("secondary").Text("Read the receipts again")))
		}
	}
	body = append(body, app.P().Body(field.Link(PathDoubts, "All payments that wait for a decision", false)))
	return frame(p.View, app.Main(), body...)
}

// stateWords are a state for staff.
func stateWords(s payment.State) string {
	switch s {
	case payment.Taken:
		return "Taken"
	case payment.Declined:
		return "Declined"
	case payment.NotSent:
		return "Not sent"
	case payment.Absent:
		return "Not taken"
	case payment.Unknown:
		return "Not known"
	}
	return "Under way"
}

// listed is the table of the patient's receipts.
func (d *Doubt) listed() app.UI {
	if d.Unread {
		return app.P().Text("The practice's receipts cannot be read right now. Load this page again later.")
	}
	rows := make([]app.UI, 0, len(d.Receipts))
	for _, l := range d.Receipts {
		note := ""
		switch {
		case l.Holder != "":
			note = "Belongs to attempt " + l.Holder
		case l.Fits:
			note = "Same amount and card"
		}
		rows = append(rows, app.Tr().Body(
			app.Th().Scope("row").Text(l.Receipt.Reference), app.Td().Text(l.When), app.Td().Text(l.Receipt.Type),
			app.Td().Class("money").Text(l.Receipt.Amount.Display()), app.Td().Text(l.Receipt.Brand.Name()+" "+l.Receipt.Last4), app.Td().Text(note)))
	}
	return table("The patient's receipts at the practice", []string{"Payment", "Time", "Kind", "Amount", "Card", "Note"}, rows)
}

// record is the table of what happened.
func (d *Doubt) record() app.UI {
	rows := make([]app.UI, len(d.Events))
	for i, e := range d.Events {
		rows[i] = app.Tr().Body(app.Th().Scope("row").Text(e.When), app.Td().Text(e.What), app.Td().Text(e.Who), app.Td().Text(e.Evidence))
	}
	return table("What happened", []string{"Time", "What", "Who", "Evidence"}, rows)
}

func table(caption string, columns []string, rows []app.UI) app.UI {
	heads := make([]app.UI, len(columns))
	for i, c := range columns {
		heads[i] = app.Th().Scope("col").Text(c)
	}
	// Wide on a phone: it scrolls by itself, by keyboard too.
	return field.Attr(field.Attr(field.Attr(app.Div(), "tabindex", "0"), "role", "region"), "aria-label", caption).Class("wide").Body(
		app.Table().Class("evidence").Body(app.Caption().Text(caption), app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(rows...)))
}

// form asks for what was found, how, and signs it with who is there.
func (p *DoubtPage) form() app.UI {
	d := p.View.Doubt
	typed := d.Typed
	at := func(name string) payment.Problem { return payment.At(p.View.Problems, name) }
	hint := "Your name goes into the record with it."
	if d.TwoPeople && d.Attempt.State == payment.Unknown {
		hint += " That no money was taken needs a second person for this amount."
		if d.Proposed != "" {
			hint += " " + d.Proposed + " has said so already."
		}
	}
	options := []field.Option{
		{Value: string(payment.Taken), Label: app.Span().Text("The money was taken"), Checked: typed.Found == string(payment.Taken)},
		{Value: string(payment.Absent), Label: app.Span().Text("No money was taken, and the patient may pay again"), Checked: typed.Found == string(payment.Absent)},
	}
	if d.Attempt.State == payment.Taken { // that it was is known; what it asks for is somebody who looks
		options = []field.Option{{Value: string(payment.Taken), Label: app.Span().Text("I have looked at it and done what is needed"), Checked: typed.Found == string(payment.Taken)}}
	}
	return field.Form(PathDoubts+"/"+d.Attempt.ID, nil, nil,
		field.Group{Name: FieldFound, Legend: "What did you find?", Problem: at(FieldFound), Options: options}.UI(),
		field.Text{Name: FieldReference, Label: "Payment number (if it was taken)", Hint: "As the receipts list it", InputMode: "numeric",
			Autocomplete: "off", Width: "w-short", LTR: true, Value: typed.Reference, Problem: at(FieldReference)}.UI(),
		field.Text{Name: FieldWhy, Label: "How do you know?", Hint: hint, Autocomplete: "off", Value: typed.Why, Problem: at(FieldWhy)}.UI(),
		app.Button().Type("submit").Class("primary").Text("Record the decision"),
	)
}
