//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// Inputs of a card that is told on the phone: as those of a card in hand, with
// this before them, so that both can stand on one page.
const PhonePrefix = "phone-"

// FieldAgreed is ticked when the patient has agreed that a stored card is charged.
const FieldAgreed = "agreed"

// ways is the choice of the method, with what each needs below it.
func (p *DeskTakePage) ways() app.UI {
	t, l := p.View.Take, p.View.Site.Language
	options := make([]field.Option, len(t.Ways))
	for i, way := range t.Ways {
		options[i] = field.Option{Value: string(way), Checked: t.Typed.Method == way, Below: p.below(way),
			Label: app.Span().Body(app.Span().Text(l.Text("take.way", "way", string(way))), app.Text(" "), keyHint(wayKeys[way]))}
	}
	return field.Group{Language: l, Name: payment.FieldMethod, Legend: l.Text("take.method"), Options: options, Problem: p.at(payment.FieldMethod)}.UI()
}

// keyHint is a key of the page's script, which shows it: without script no key works.
func keyHint(key string) app.UI {
	return field.Attr(app.Kbd(), "hidden", "true").Class("key").Text(key)
}

// wayKeys are the keys of the methods, wherever no text is typed.
var wayKeys = map[payment.Way]string{payment.WayCard: "D", payment.WayPhone: "P", payment.WayStored: "S", payment.WayCash: "C", payment.WayCheck: "K", payment.WayOutside: "O"}

// below is what a way to pay needs to know.
func (p *DeskTakePage) below(way payment.Way) app.UI {
	t, l := p.View.Take, p.View.Site.Language
	short := func(name string, label words.Key, hint, value string) app.UI {
		return field.Text{Language: l, Name: name, Label: l.Text(label), Hint: hint, Autocomplete: "off", InputMode: "numeric", Width: "w-short", LTR: true, Value: value, Problem: p.at(name)}.UI()
	}
	switch way {
	case payment.WayCard:
		return app.Div().Body(p.swipe(), p.card("", t.Card, false))
	case payment.WayPhone:
		return app.Div().Body(app.P().Class("hint").Text(l.Text("take.phone.hint")), p.card(PhonePrefix, t.Phone, true))
	case payment.WayStored:
		options := make([]field.Option, len(t.Stored))
		for i, c := range t.Stored {
			options[i] = field.Option{Value: c.ID, Checked: t.Typed.Stored == c.ID || t.Typed.Stored == "" && len(t.Stored) == 1,
				Label: app.Span().Text(l.Text("card.stored", "card", c, "expiry", expiryDigits(c.Expiry)))}
		}
		return app.Div().Body(
			field.Group{Language: l, Name: payment.FieldCard, Legend: l.Text("card.choose"), Options: options, Problem: p.at(payment.FieldCard)}.UI(),
			field.Group{Language: l, Name: FieldAgreed, Legend: l.Text("take.agreed.legend"), Many: true, Problem: p.at(FieldAgreed),
				Options: []field.Option{{Value: "yes", Label: app.Span().Text(l.Text("take.agreed"))}}}.UI(),
		)
	case payment.WayCash:
		given := p.amount(payment.FieldGiven, l.Text("take.given"), l.Text("take.given.hint"), t.Typed.Given)
		return app.Div().Body(given.UI(), p.notes())
	case payment.WayCheck:
		return short(payment.FieldCheckNumber, "take.check", l.Text("take.check.hint"), t.Typed.CheckNumber)
	case payment.WayOutside:
		return app.Div().Body(p.outside(), short(payment.FieldLast4, "take.last4", l.Text("take.last4.hint"), t.Typed.Last4))
	}
	return nil
}

// card are the inputs of a card. One that is told on the phone is masked: it is
// never seen on the screen, and no browser fills or keeps it.
func (p *DeskTakePage) card(prefix string, c CardFields, masked bool) app.UI {
	l := p.View.Site.Language
	text := func(name string, label words.Key, hint, token, mode, width, value string) app.UI {
		f := field.Text{Language: l, Name: prefix + name, Label: l.Text(label), Hint: hint, Autocomplete: token, InputMode: mode, Width: width,
			LTR: mode == "numeric", Value: value, Problem: p.at(prefix + name)}
		if masked {
			f.Autocomplete = "off"
			f.Masked = name == payment.FieldNumber || name == payment.FieldCode
		}
		if name == payment.FieldNumber {
			f.Under = branded(l, scripted(field.Attr(field.Attr(app.P(), "data-feedback", prefix+name), "aria-live", "polite"))).Class("hint")
		}
		return f.UI()
	}
	code := l.Text("take.code.hint")
	if masked {
		code = codeHint(l, "", c.Brands)
	}
	return app.FieldSet().Class("card").Body(
		app.Legend().Class("legend").Text(l.Text("card.details")),
		text(payment.FieldNumber, "card.number", l.Text("card.number.hint", "brands", c.Brands), "cc-number", "numeric", "w-number", ""),
		text(payment.FieldExpiry, "card.expiry", l.Text("card.expiry.hint"), "cc-exp", "numeric", "w-short", c.Typed.Expiry),
		text(payment.FieldName, "card.holder", "", "cc-name", "", "", c.Typed.Name),
		text(payment.FieldCode, "card.code", code, "cc-csc", "numeric", "w-short", ""),
		text(payment.FieldAddress, "card.address", l.Text("card.address.hint"), "billing address-line1", "", "", c.Typed.Address),
		text(payment.FieldZIP, "card.zip", "", "billing postal-code", "", "w-short", c.Typed.ZIP),
	)
}

// attributed is any element that takes attributes.
type attributed[E any] interface {
	app.UI
	Attr(name string, value any) E
}

// scripted marks an element whose text the page's script writes: the program leaves
// it alone.
func scripted[E attributed[E]](e E) E { return field.Attr(e, "data-script", "") }

// branded gives an element the names of brands, for the page's script.
func branded[E attributed[E]](l words.Language, e E) E {
	e = field.Attr(e, "data-vi", l.Value(payment.Visa))
	e = field.Attr(e, "data-mc", l.Value(payment.Mastercard))
	e = field.Attr(e, "data-ax", l.Value(payment.AmericanExpress))
	return field.Attr(e, "data-ds", l.Value(payment.Discover))
}

// swipe arms the card reader, where the practice has one. Without scripting there
// is none: a text field would show and keep what it types.
func (p *DeskTakePage) swipe() app.UI {
	t, l := p.View.Take, p.View.Site.Language
	if !t.Swipe {
		return nil
	}
	box := field.Attr(field.Attr(app.Div(), "id", "swipe"), "hidden", "true")
	for name, key := range map[string]words.Key{"ready": "take.swipe.ready", "read": "take.swipe.read", "unread": "problem.track_unread",
		"typed": "take.swipe.typed", "encrypted": "problem.track_encrypted", "over": "take.swipe.over", "chip": "take.swipe.chip", "lost": "problem.lost_paying"} {
		// What the script knows alone it puts in the place of these names.
		box = field.Attr(box, "data-"+name, l.Text(key, "brand", "{brand}", "last4", "{last4}", "expiry", "{expiry}"))
	}
	return branded(l, box).Class("swipe").Body(
		app.Button().Type("button").Class("secondary").Body(app.Span().Text(l.Text("take.swipe")), app.Text(" "), keyHint("W")),
		scripted(field.Attr(app.P(), "role", "status")).Class("hint"),
	)
}

// notes are buttons for the banknotes that were given, which the page's script
// adds up.
func (p *DeskTakePage) notes() app.UI {
	l := p.View.Site.Language
	buttons := []app.UI{field.Attr(app.Button().Type("button").Class("secondary"), "data-exact", "").Text(l.Text("take.exact"))}
	for _, n := range payment.Notes {
		buttons = append(buttons, field.Attr(app.Button().Type("button").Class("secondary"), "data-note", n.String()).Text(l.Value(n)))
	}
	around := l.Around("take.change", "change")
	return app.Div().Class("cash").Body(
		field.Attr(field.Attr(field.Attr(app.Div(), "role", "group"), "aria-label", l.Text("take.notes")), "hidden", "true").Class("notes").Body(buttons...),
		field.Attr(field.Attr(field.Attr(app.P(), "data-change", ""), "aria-live", "polite"), "hidden", "true").Class("figure").Body(
			app.Span().Text(around.Before), app.Output().Class("money"), app.Span().Text(around.After)),
	)
}

// outside is the choice of the practice's methods for cards elsewhere.
func (p *DeskTakePage) outside() app.UI {
	t, l := p.View.Take, p.View.Site.Language
	options := make([]app.UI, len(t.Outside))
	for i, m := range t.Outside {
		options[i] = field.If(field.Attr(app.Option(), "value", string(m.Method)), string(m.Method) == t.Typed.Outside, "selected", "true").Text(m.Name)
	}
	problem := p.at(payment.FieldOutside)
	return app.Div().Class("field").Body(
		field.Attr(app.Label(), "for", payment.FieldOutside).Class("label").Text(l.Text("take.outside")),
		app.If(problem.Text != "", field.Attr(app.P(), "id", payment.FieldOutside+"-error").Class("error").Text(problem.Text)),
		field.Attr(field.Attr(app.Select().Class("input"), "id", payment.FieldOutside), "name", payment.FieldOutside).Body(options...))
}
