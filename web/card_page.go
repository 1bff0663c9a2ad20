package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// CardPage is the card form of one attempt, whose amount is fixed.
type CardPage struct {
	app.Compo
	View  View
	brand payment.Brand // what the typed number looks like
	step  *step
}

// Render prints the fields in the order of the physical card.
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
			app.FieldSet().Class("card").Body(
				app.Legend().Class("legend").Text("Card details"),
				p.number().UI(),
				p.text(payment.FieldExpiry, "Expiry date", "MM/YY, for example 04/29", "cc-exp", "numeric", "w-short", c.Typed.Expiry),
				p.text(payment.FieldName, "Name on card", "As printed on the card", "cc-name", "", "", c.Typed.Name),
				p.text(payment.FieldCode, "Security code", codeHint(p.brand, c.Brands), "cc-csc", "numeric", "w-short", ""),
				p.text(payment.FieldAddress, "Billing street address", "The street your card statement goes to", "billing address-line1", "", "", c.Typed.Address),
				p.text(payment.FieldZIP, "Billing ZIP code", "The ZIP code your card statement goes to", "billing postal-code", "", "w-short", c.Typed.ZIP),
			),
			p.text(payment.FieldEmail, "Email for the receipt (optional)",
				"We send the receipt to this address. It does not change your medical record.", "email", "email", "", c.Typed.Email),
			p.repeat(total),
			p.button(total),
			field.Attr(app.P(), "role", "status").Class("sr").Text(p.saying(total)),
			app.P().Class("hint").Text("You are charged once, even if you press twice or the connection breaks."),
		),
	)
}

// text is one text field of the form.
func (p *CardPage) text(name, label, hint, autocomplete, mode, width, value string) app.UI {
	t := field.Text{
		Name: name, Label: label, Hint: hint, Autocomplete: autocomplete, InputMode: mode, Width: width,
		LTR: mode == "numeric" || mode == "email", Value: value, Problem: payment.At(p.View.Problems, name),
		OnInput: p.onInput,
	}
	if name == payment.FieldName || name == payment.FieldAddress {
		t.Capitalize = "words"
	}
	return t.UI()
}

func (p *CardPage) number() field.Text {
	return field.Text{
		Name: payment.FieldNumber, Label: "Card number", Hint: "We take " + payment.BrandNames(p.View.Card.Brands),
		Autocomplete: "cc-number", InputMode: "numeric", LTR: true, Width: "w-number",
		Problem: payment.At(p.View.Problems, payment.FieldNumber),
		OnInput: p.onNumber, Under: brandRow(p.View.Card.Brands, p.brand),
	}
}

// brandRow shows the marks of the brands that the practice takes; the hint
// above says them in words. Once the brand is known the others fade.
func brandRow(brands []payment.Brand, known payment.Brand) app.UI {
	marks := make([]app.UI, len(brands))
	for i, b := range brands {
		class := "brand brand-" + string(b)
		if known != "" && known != b {
			class += " faded"
		}
		marks[i] = field.Attr(app.Span(), "class", class)
	}
	return field.Attr(app.Div(), "aria-hidden", "true").Class("brands").Body(marks...)
}

// codeHint says where the security code is, for the brand once it is known.
func codeHint(known payment.Brand, brands []payment.Brand) string {
	amex := known == payment.AmericanExpress
	for _, b := range brands {
		if known == "" && b == payment.AmericanExpress {
			return "The last 3 digits on the back of the card, or the 4 digits on the front of an American Express card"
		}
	}
	if amex {
		return "The 4 digits on the front of the card"
	}
	return "The last 3 digits on the back of the card"
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
	p.step.remember(Typed{Name: value(form, payment.FieldName), Address: value(form, payment.FieldAddress),
		ZIP: value(form, payment.FieldZIP), Email: value(form, payment.FieldEmail)})
	p.step.submit(ctx, e, p.check(form))
}

// check reads the form with the rules of the server. The bytes it reads are
// overwritten before it returns.
func (p *CardPage) check(form app.Value) []payment.Problem {
	c := p.View.Card
	typed := readCardForm(form)
	defer typed.Clear()
	card, problems := payment.ReadCard(typed, c.Brands, c.Today)
	if card != nil {
		card.Clear()
	}
	if _, p := payment.ReadEmail(value(form, payment.FieldEmail)); p != nil {
		problems = append(problems, *p)
	}
	return problems
}

// onInput takes an error away as soon as it is mended. A field is never told
// off while somebody is still typing in it for the first time.
func (p *CardPage) onInput(ctx app.Context, e app.Event) {
	name := e.Get("target").Get("name").String()
	// Not p.View: it is a frame behind when somebody types fast.
	shown := p.step.problems()
	if payment.At(shown, name).Text == "" {
		return
	}
	now := payment.At(p.check(e.Get("target").Get("form")), name)
	kept := make([]payment.Problem, 0, len(shown))
	for _, problem := range shown {
		switch {
		case problem.Field != name:
			kept = append(kept, problem)
		case now.Text != "":
			kept = append(kept, now)
		}
	}
	p.step.amend(kept)
}

// onNumber tells the brand while the number is being typed, and groups it as
// it is printed on the card.
func (p *CardPage) onNumber(ctx app.Context, e app.Event) {
	p.brand = group(e)
	p.onInput(ctx, e)
}
