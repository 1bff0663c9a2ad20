package web

import (
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// CardFields are the fields of a card, wherever one is typed.
type CardFields struct {
	Brands []payment.Brand `json:"brands"` // what the department takes
	Today  time.Time       `json:"today"`  // in the practice's time zone
	// Asked are the wishes that the form asks for beside those of every form.
	Asked payment.Asked `json:"asked,omitzero"`
	// Typed is what is printed back after an error without script. It never
	// holds the card number or the security code.
	Typed Typed `json:"typed"`
}

// cardTyping is what a page does while a card is typed in one of its forms.
type cardTyping struct {
	step   *step
	brand  payment.Brand        // what the typed number looks like
	card   *CardFields          // of the last Render; nil: the page has none
	stored []payment.StoredCard // that can be chosen instead
	mail   bool                 // the field for the receipt's address was shown
}

// fields prints the card's inputs in the order of the physical card, what is
// short beside each other.
func (p *cardTyping) fields(l words.Language, c CardFields, problems []payment.Problem) app.UI {
	p.card = &c
	text := func(name, label, hint, autocomplete, mode, width, value string) field.Text {
		t := field.Text{
			Language: l, Name: name, Label: label, Hint: hint, Autocomplete: autocomplete, InputMode: mode, Width: width,
			LTR: mode == "numeric" || name == payment.FieldZIP, Value: value, Problem: payment.At(problems, name), OnInput: p.onInput,
		}
		if name == payment.FieldName || name == payment.FieldAddress {
			t.Capitalize = "words"
		}
		return t
	}
	number := text(payment.FieldNumber, l.Text("card.number"), l.Text("card.number.hint", "brands", c.Brands), "cc-number", "numeric", "w-number", "")
	number.OnInput, number.Inside, number.Quiet = p.onNumber, brandRow(c.Brands, p.brand), true
	return app.FieldSet().Class("card").Body(
		app.Legend().Class("legend").Text(l.Text("card.details")),
		number.UI(),
		app.Div().Class("together").Body( // in the order of cardOrder
			text(payment.FieldExpiry, l.Text("card.expiry"), l.Text("card.expiry.hint"), "cc-exp", "numeric", "", c.Typed.Expiry).UI(),
			text(payment.FieldCode, l.Text("card.code"), codeHint(l, p.brand, c.Brands), "cc-csc", "numeric", "", "").UI(),
			text(payment.FieldZIP, l.Text("card.zip"), "", "billing postal-code", "", "", c.Typed.ZIP).UI(),
			text(payment.FieldName, l.Text("card.holder"), "", "cc-name", "", "", c.Typed.Name).UI(),
			text(payment.FieldAddress, l.Text("card.address"), "", "billing address-line1", "", "", c.Typed.Address).UI(),
		),
	)
}

// cardOrder is the order of the card's inputs on the page.
var cardOrder = []string{payment.FieldNumber, payment.FieldExpiry, payment.FieldCode, payment.FieldZIP, payment.FieldName, payment.FieldAddress}

// inOrder puts the problems of the card's inputs into their order on the page, in
// the place of the first of them.
func inOrder(problems []payment.Problem) []payment.Problem {
	sorted, card := make([]payment.Problem, 0, len(problems)), false
	for _, p := range problems {
		switch {
		case !slices.Contains(cardOrder, p.Field):
			sorted = append(sorted, p)
		case !card:
			card = true
			for _, name := range cardOrder {
				if own := payment.At(problems, name); own.Code != "" {
					sorted = append(sorted, own)
				}
			}
		}
	}
	return sorted
}

// offline is shown by the page's script (static/session.js) while the browser
// says that there is no connection. It says nothing of what was sent before, and
// stands under the button, which must not move while it is pressed.
func offline(l words.Language) app.UI {
	return field.Attr(field.Attr(app.P(), "role", "alert"), "hidden", "true").Class("box offline").
		Text(l.Text("form.offline"))
}

// brandRow shows the marks of the brands that the practice takes; the hint
// says them in words. Once the brand is known the others fade, or make room.
func brandRow(brands []payment.Brand, known payment.Brand) app.UI {
	marks := make([]app.UI, len(brands))
	for i, b := range brands {
		class := "brand brand-" + string(b)
		switch known {
		case "":
		case b:
			class += " known"
		default:
			class += " faded"
		}
		marks[i] = field.Attr(app.Span(), "class", class)
	}
	return field.Attr(app.Div(), "aria-hidden", "true").Class("brands").Body(marks...)
}

// codeHint says where the security code is, for the brand once it is known.
func codeHint(l words.Language, known payment.Brand, brands []payment.Brand) string {
	amex := known == payment.AmericanExpress
	for _, b := range brands {
		if known == "" && b == payment.AmericanExpress {
			return l.Text("card.code.hint.either")
		}
	}
	if amex {
		return l.Text("card.code.hint.front")
	}
	return l.Text("card.code.hint.back")
}

// check reads the card in a form with the rules of the server, and what is wished
// with it. A stored card has only its security code to check. The bytes
// it reads are overwritten before it returns.
func (p *cardTyping) check(form app.Value) []payment.Problem {
	var problems []payment.Problem
	if !named(form, payment.FieldNumber).Truthy() || p.card == nil {
		return nil
	}
	if stored := checked(form, payment.FieldCard); stored != "" && stored != payment.NewCard {
		for _, card := range p.stored {
			if card.ID == stored {
				typed := secret(named(form, card.CodeField()))
				code, problem := card.ReadCode(typed)
				clear(typed)
				clear(code)
				if problem != nil {
					problems = append(problems, *problem)
				}
			}
		}
	} else {
		typed := readCardForm(form)
		defer typed.Clear()
		var card *payment.Card
		card, problems = payment.ReadCard(typed, p.card.Brands, p.card.Today)
		if card != nil {
			card.Clear()
		}
	}
	_, others := payment.ReadWishes(p.card.Asked, func(name string) string { return value(form, name) })
	return append(problems, others...)
}

// onInput takes an error away as soon as it is mended. A field is never told
// off while somebody is still typing in it for the first time.
func (p *cardTyping) onInput(ctx app.Context, e app.Event) {
	name := e.Get("target").Get("name").String()
	// Not those of the view: it is a frame behind when somebody types fast.
	shown := p.step.problems()
	if payment.At(shown, name).Code == "" {
		return
	}
	now := payment.At(p.check(e.Get("target").Get("form")), name)
	kept := make([]payment.Problem, 0, len(shown))
	for _, problem := range shown {
		switch {
		case problem.Field != name:
			kept = append(kept, problem)
		case now.Code != "":
			kept = append(kept, now)
		}
	}
	p.step.amend(kept)
}

// onNumber tells the brand while the number is being typed, and groups it as
// it is printed on the card.
func (p *cardTyping) onNumber(ctx app.Context, e app.Event) {
	p.brand = group(e)
	p.onInput(ctx, e)
}
