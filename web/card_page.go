package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// CardPage is the card form of one attempt, whose amount is fixed.
type CardPage struct {
	app.Compo
	View View
	cardTyping
}

// Render prints what is paid, then with which card: one that is stored, or the
// fields in the order of the physical card.
func (p *CardPage) Render() app.UI {
	v := p.View
	c := v.Card
	l, total := v.Site.Language, c.Attempt.Charge.Total()
	around := l.Around("card.heading", "total")
	return frame(v, app.Main(),
		field.Summary(l, v.Problems, p.step.follow),
		heading(v.heading()).Body(
			app.Span().Text(around.Before),
			app.Span().Class("money").Text(l.Value(total)),
			app.Span().Text(around.After),
		),
		app.Div().Class("paying").Body(
			paid(l, c.Attempt),
			app.P().Body(field.Attr(app.A(), "href", v.Site.At(PathAmount)).Body(
				app.Span().Text(l.Text("card.change.here")), app.Span().Class("sr").Text(" "+l.Text("card.change.what")))),
		),
		app.Range(c.Notes).Slice(func(i int) app.UI { return app.P().Class("hint").Text(c.Notes[i]) }),
		field.Form(v.Site.At(PathCard+c.Attempt.ID), p.onSubmit, nil,
			// What the payer agreed to: the server refuses to take another amount.
			field.Hidden(payment.FieldAmount, c.Attempt.Charge.Total().String()),
			p.cards(),
			p.email(),
			app.If(c.Asked.Phone, field.Text{
				Language: l, Name: payment.FieldPhone, Label: l.Text("card.phone"),
				Autocomplete: "tel", InputMode: "tel", LTR: true, Value: c.Typed.Phone,
				Problem: payment.At(v.Problems, payment.FieldPhone), OnInput: p.onInput,
			}.UI()),
			p.repeat(),
			p.button(),
			offline(l),
			field.Attr(app.P(), "role", "status").Class("sr").Text(p.saying()),
			app.P().Class("hint").Text(l.Text("card.once")),
		),
	)
}

// paid is one line with whom and what a payment is for: its only line, or how many
// there are, which opens them.
func paid(l words.Language, a payment.Attempt) app.UI {
	if len(a.Charge.Lines) == 1 {
		line := a.Charge.Lines[0]
		return app.P().Body(runs(l.Text("card.paying.one", "patient", a.PatientName, "what", lineSaid(l, line.Kind, line.Title, line.Service)))...)
	}
	return field.Fold(l.Text("card.paying", "patient", a.PatientName, "count", len(a.Charge.Lines)), false, charged(l, a.Charge))
}

// email asks where the receipt goes: in a line that opens, unless an address
// stands there already, which has to be seen, or is wrong.
func (p *CardPage) email() app.UI {
	l, typed, wrong := p.View.Site.Language, p.View.Card.Typed.Email, payment.At(p.View.Problems, payment.FieldEmail)
	input := field.Text{
		Language: l, Name: payment.FieldEmail, Label: l.Text("card.email"), Hint: l.Text("card.email.hint"),
		Autocomplete: "email", InputMode: "email", LTR: true, Value: typed, Problem: wrong, OnInput: p.onInput,
	}.UI()
	if typed != "" {
		return input
	}
	p.mail = p.mail || wrong.Code != ""
	return field.Fold(l.Text("card.email.fold"), p.mail, input)
}

// expiryDigits is an expiry as it is on the card; empty where it is not known.
func expiryDigits(e payment.Expiry) string {
	if e == (payment.Expiry{}) {
		return ""
	}
	return e.String()
}

// cards asks for the card: at once where none is stored, else as the last of
// the choices.
func (p *CardPage) cards() app.UI {
	c, l := p.View.Card, p.View.Site.Language
	fields := []app.UI{p.fields(l, c.CardFields, p.View.Problems)}
	if c.Save != "" {
		fields = append(fields, field.Group{
			Language: l, Name: payment.FieldSave, Legend: l.Text("card.next"), Many: true,
			Options: []field.Option{{Value: "yes", Checked: c.SaveChosen, Label: app.Span().Text(l.Text("card.save")),
				Below: field.Fold(l.Text("card.save.what"), false, app.P().Class("hint").Text(c.Save))}},
		}.UI())
	}
	p.stored = c.Stored
	if c.Unread {
		said := l.Text("card.unread")
		if len(c.Stored) > 0 {
			said = l.Text("card.unread.one")
		}
		fields = append([]app.UI{app.P().Class("box").Text(said)}, fields...)
	}
	if len(c.Stored) == 0 {
		return app.Div().Body(fields...)
	}
	options := make([]field.Option, 0, len(c.Stored)+1)
	for _, card := range c.Stored {
		name := card.CodeField()
		options = append(options, field.Option{
			Value: card.ID, Checked: c.Chosen == card.ID, Label: app.Span().Text(l.Text("card.stored", "card", card, "expiry", expiryDigits(card.Expiry))),
			Below: field.Text{
				Language: l, Name: name, Label: l.Text("card.code"), Hint: codeHint(l, card.Brand, nil), Autocomplete: "cc-csc",
				InputMode: "numeric", LTR: true, Width: "w-short", Problem: payment.At(p.View.Problems, name), OnInput: p.onInput,
			}.UI(),
		})
	}
	options = append(options, field.Option{
		Value: payment.NewCard, Checked: c.Chosen == payment.NewCard, Label: app.Span().Text(l.Text("card.new")),
		Below: app.Div().Body(fields...),
	})
	return field.Group{Language: l, Name: payment.FieldCard, Legend: l.Text("card.choose"), Options: options,
		Problem: payment.At(p.View.Problems, payment.FieldCard)}.UI()
}

// repeat asks whether a second payment of the same amount is meant.
func (p *CardPage) repeat() app.UI {
	r, l := p.View.Card.Repeat, p.View.Site.Language
	if r == nil {
		return nil
	}
	total := p.View.Card.Attempt.Charge.Total()
	how := "you"
	switch {
	case r.Attempt.State != payment.Succeeded:
		how = "sent"
	case r.Others:
		how = "others"
	}
	return app.Div().Class("box warning").Body(
		app.P().Text(l.Text("card.repeat", "how", how, "total", total, "brand", r.Attempt.Brand, "last4", r.Attempt.Last4, "time", r.When)),
		field.Group{Language: l, Name: payment.FieldRepeat, Legend: l.Text("card.repeat.legend"), Many: true,
			Problem: payment.At(p.View.Problems, payment.FieldRepeat),
			Options: []field.Option{{Value: r.Attempt.ID, Label: app.Span().Text(l.Text("card.repeat.yes", "total", total))}}}.UI(),
	)
}

// button is the one button of the form. While the payment is under way it says
// so and, without losing the focus that disabled would take, does nothing.
func (p *CardPage) button() app.UI {
	busy := p.step.busy()
	text := p.View.text("card.pay", "busy", busy, "total", p.View.Card.Attempt.Charge.Total())
	return field.If(app.Button().Type("submit").ID("pay"), busy, "aria-disabled", "true").Class("primary").Text(text)
}

// saying is what is announced while the payment is under way.
func (p *CardPage) saying() string {
	if p.step.busy() {
		return p.View.text("card.paying.sr", "total", p.View.Card.Attempt.Charge.Total())
	}
	return ""
}

// onSubmit checks the form as the server will and sends it, once.
func (p *CardPage) onSubmit(ctx app.Context, e app.Event) {
	form := e.Get("target")
	p.step.submit(ctx, e, p.check(form))
}
