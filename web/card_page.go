package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
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
	total := c.Attempt.Charge.Total().Display()
	return frame(v, app.Main(),
		field.Summary(v.Problems, p.step.follow),
		heading("Pay "+total).Body(
			app.Span().Text("Pay "),
			app.Span().Class("money").Text(total),
			app.Span().Text(" to "+v.Site.Practice),
		),
		app.Section().Class("paying").Aria("labelledby", "paying").Body(
			app.H2().ID("paying").Text("What you are paying"),
			app.If(c.Attempt.PatientName != "", app.P().Class("hint").Text("For "+c.Attempt.PatientName)),
			charged(c.Attempt.Charge),
			app.P().Body(field.Link("/pay", "Change what you pay", false)),
		),
		field.Form(PathCard+c.Attempt.ID, p.onSubmit, nil,
			// What the payer agreed to: the server refuses to take another amount.
			field.Hidden(payment.FieldAmount, c.Attempt.Charge.Total().String()),
			p.cards(),
			field.Text{
				Name: payment.FieldEmail, Label: "Email for the receipt (optional)",
				Hint:         "We send the receipt to this address. It does not change your medical record.",
				Autocomplete: "email", InputMode: "email", LTR: true, Value: c.Typed.Email,
				Problem: payment.At(v.Problems, payment.FieldEmail), OnInput: p.onInput,
			}.UI(),
			p.repeat(total),
			p.button(total),
			field.Attr(app.P(), "role", "status").Class("sr").Text(p.saying(total)),
			app.P().Class("hint").Text("You are charged once, even if you press twice or the connection breaks."),
		),
	)
}

// cards asks for the card: at once where none is stored, else as the last of
// the choices.
func (p *CardPage) cards() app.UI {
	c := p.View.Card
	fields := []app.UI{p.fields(c.CardFields, p.View.Problems)}
	if c.Save != "" {
		fields = append(fields, field.Group{
			Name: payment.FieldSave, Legend: "Next time", Many: true,
			Options: []field.Option{{Value: "yes", Checked: c.SaveChosen, Label: app.Span().Body(
				app.Span().Text("Save this card for later payments. "),
				app.Span().Class("hint").Text(c.Save),
			)}},
		}.UI())
	}
	p.stored = c.Stored
	if c.Unread {
		fields = append([]app.UI{app.P().Class("box").Text("Your saved cards cannot be read right now. You can enter a card.")}, fields...)
	}
	if len(c.Stored) == 0 {
		return app.Div().Body(fields...)
	}
	options := make([]field.Option, 0, len(c.Stored)+1)
	for _, card := range c.Stored {
		name := card.CodeField()
		options = append(options, field.Option{
			Value: card.ID, Checked: c.Chosen == card.ID, Label: app.Span().Text(card.Words()),
			Below: field.Text{
				Name: name, Label: "Security code", Hint: codeHint(card.Brand, nil), Autocomplete: "cc-csc",
				InputMode: "numeric", LTR: true, Width: "w-short", Problem: payment.At(p.View.Problems, name), OnInput: p.onInput,
			}.UI(),
		})
	}
	options = append(options, field.Option{
		Value: payment.NewCard, Checked: c.Chosen == payment.NewCard, Label: app.Span().Text("A different card"),
		Below: app.Div().Body(fields...),
	})
	return field.Group{Name: payment.FieldCard, Legend: "Choose a card", Options: options,
		Problem: payment.At(p.View.Problems, payment.FieldCard)}.UI()
}

// repeat asks whether a second payment of the same amount is meant.
func (p *CardPage) repeat(total string) app.UI {
	r := p.View.Card.Repeat
	if r == nil {
		return nil
	}
	said := "You paid " + total
	if r.Attempt.State != payment.Taken {
		said = "A payment of " + total + " was sent"
	}
	return app.Div().Class("box warning").Body(
		app.P().Text(said+" with "+r.Attempt.Brand.Name()+" ending in "+r.Attempt.Last4+" at "+r.When+"."),
		field.Group{Name: payment.FieldRepeat, Legend: "Is this another payment?", Many: true,
			Problem: payment.At(p.View.Problems, payment.FieldRepeat),
			Options: []field.Option{{Value: r.Attempt.ID, Label: app.Span().Text("Yes, pay " + total + " once more")}}}.UI(),
	)
}

// button is the one button of the form. While the payment is under way it says
// so and, without losing the focus that disabled would take, does nothing.
func (p *CardPage) button(total string) app.UI {
	busy := p.step.busy()
	text := "Pay " + total
	if busy {
		text = "Paying " + total + "…"
	}
	return field.If(app.Button().Type("submit").ID("pay"), busy, "aria-disabled", "true").Class("primary").Text(text)
}

// saying is what is announced while the payment is under way.
func (p *CardPage) saying(total string) string {
	if p.step.busy() {
		return "Your payment of " + total + " is being sent."
	}
	return ""
}

// onSubmit checks the form as the server will and sends it, once.
func (p *CardPage) onSubmit(ctx app.Context, e app.Event) {
	form := e.Get("target")
	p.step.remember(typedIn(form))
	p.step.submit(ctx, e, p.check(form))
}
