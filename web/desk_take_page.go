//go:build !js || desk

package web

import (
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// FieldVisit is the appointment that a payment is about.
const FieldVisit = "visit"

// TakeView is the page on which staff take money for a patient.
type TakeView struct {
	Patient   int               `json:"patient"`
	Statement payment.Statement `json:"statement"`
	// Visit is today's appointment, or the one that was chosen; empty: none.
	Visit string      `json:"visit,omitempty"`
	Today payment.Day `json:"today"`
	// Form is the id of the attempt that the form becomes.
	Form string `json:"form"`

	Typed Taken `json:"typed"`
	// Ways are those that can be used here, Absent says why others cannot.
	Ways    []payment.Way        `json:"ways"`
	Absent  []string             `json:"absent,omitempty"`
	Card    CardFields           `json:"card"`
	Phone   CardFields           `json:"phone"`
	Stored  []payment.StoredCard `json:"stored,omitempty"`
	Outside []payment.CardMethod `json:"outside,omitempty"`
	// Swipe says that a card reader may be used.
	Swipe bool `json:"swipe,omitempty"`

	// Locked are bills that somebody else pays, by their IDs, in words.
	Locked map[string]string `json:"locked,omitempty"`
	// Done says what was just done on the page: an amount was divided.
	Done string `json:"done,omitempty"`
	// Ask is what has to be confirmed before it is taken, with what stands in the
	// box's value.
	Ask *TakeAsk `json:"ask,omitempty"`
}

// TakeAsk is a question that a tick answers.
type TakeAsk struct {
	Text, Label, Value string
}

// DeskTakePage asks what is taken, for what and how, on one page.
type DeskTakePage struct {
	app.Compo
	View View
}

// Render prints the amounts beside how they are paid.
func (p *DeskTakePage) Render() app.UI {
	v, t, l := p.View, p.View.Take, p.View.Site.Language
	form := field.Form(v.Site.At(TakePath(t.Patient)), nil, nil,
		personField(v.Site),
		field.Hidden(FieldAttempt, t.Form),
		field.Hidden(payment.FieldSeen, payment.Seen(t.Statement)),
		app.If(t.Visit != "", field.Hidden(FieldVisit, t.Visit)),
		app.Div().Class("take").Body(
			app.Section().Class("take-what").Aria("labelledby", "what").Body(append([]app.UI{
				app.H2().ID("what").Text(l.Text("take.what"))}, p.amounts()...)...),
			app.Section().Class("take-how").Aria("labelledby", "how").Body(
				app.H2().ID("how").Text(l.Text("take.how")),
				p.total(),
				p.ways(),
				p.amount(payment.FieldPart, l.Text("take.part"), l.Text("take.part.hint"), t.Typed.Part).UI(),
				app.Range(t.Absent).Slice(func(i int) app.UI { return app.P().Class("hint").Text(t.Absent[i]) }),
				p.posted(),
				p.email(),
				p.ask(),
				scripted(field.Attr(field.Attr(app.P(), "role", "status"), "data-wiped", l.Text("take.wiped"))).Class("hint"),
				field.Attr(field.Attr(scripted(app.Button().Type("submit").ID("take")).Class("primary"), "data-say", l.Text("take.button.amount", "total", "{total}")),
					"data-busy", l.Text("take.busy")).Text(l.Text("take.button")),
				offline(l),
				app.P().Class("hint").Text(l.Text("take.once")),
			),
		),
	)
	return frame(v, app.Main(),
		field.Summary(l, v.Problems, nil),
		heading(v.heading()),
		app.P().Class("hint").Text(l.Text("take.patient", "id", t.Patient)),
		app.If(t.Done != "", field.Attr(app.P(), "role", "status").Class("box done").Text(t.Done)),
		field.Attr(field.Attr(app.Div(), "id", "swipe-problem"), "hidden", "true").Class("box warning"),
		form,
	)
}

func (p *DeskTakePage) at(name string) payment.Problem { return payment.At(p.View.Problems, name) }

// amount is one input for money.
func (p *DeskTakePage) amount(name, label, hint, value string) field.Text {
	return field.Text{Language: p.View.Site.Language, Name: name, Label: label, Hint: hint, Autocomplete: "off", InputMode: "decimal",
		Width: "w-amount", Prefix: "$", LTR: true, Value: value, Problem: p.at(name)}
}

// amounts are the inputs of what is taken, each with where its money goes.
func (p *DeskTakePage) amounts() []app.UI {
	t, l := p.View.Take, p.View.Site.Language
	var all []app.UI
	focus := len(p.View.Problems) == 0
	add := func(f field.Text) {
		f.Focus, focus = focus, false
		all = append(all, f.UI())
	}
	claims := 0
	for _, b := range t.Statement.Bills {
		switch {
		case b.Kind == payment.Unapplied:
		case !b.Payable() || !inputName(b.ID):
			all = append(all, p.held(b))
		case b.Kind == payment.Copay:
			add(p.amount(payment.FieldCopay, l.Text("take.copay", "day", b.Service), l.Text("take.copay.to", "owed", b.Owed), t.Typed.Copay))
		default:
			claims++
			add(p.amount(b.ID, lineTitle(l, b.Kind, b.Title, b.Service), l.Text("take.claim.to", "owed", b.Owed, "number", b.Number), t.Typed.Claims[b.ID]))
		}
	}
	if claims > 1 {
		add(p.amount(payment.FieldBills, l.Text("take.bills"), l.Text("take.bills.to"), t.Typed.Bills))
	}
	if why := t.Locked[payment.BillID(payment.Unapplied, payment.AccountNumber)]; why != "" {
		all = append(all, app.Div().Class("held").Body(app.P().Class("label").Text(l.Text("take.other")), app.P().Class("hint").Text(why)))
	} else {
		add(p.amount(payment.FieldOther, l.Text("take.other"), l.Text("take.other.to", "owed", p.unexplained(), "beside", claims > 0), t.Typed.Other))
	}
	if t.Visit != "" {
		add(p.amount(payment.FieldToday, l.Text("take.today", "day", t.Today), l.Text("take.today.to"), t.Typed.Today))
	}
	if len(t.Statement.Bills) == 0 {
		all = append([]app.UI{app.P().Text(l.Text("take.none"))}, all...)
	}
	if !t.Statement.Credit.IsZero() {
		all = append(all, app.P().Class("hint").Text(l.Text("take.credit", "credit", t.Statement.Credit)))
	}
	return all
}

// inputName reports whether a bill's ID can name an input, as those with the
// upstream's numbers can; a bill with another one is shown and not taken.
func inputName(id string) bool {
	_, number, found := strings.Cut(id, "-")
	return found && number != "" && strings.Trim(number, "0123456789") == ""
}

// unexplained is what of the account's balance no bill explains.
func (p *DeskTakePage) unexplained() string {
	for _, b := range p.View.Take.Statement.Bills {
		if b.Kind == payment.Unapplied && b.Payable() {
			return p.View.Site.Language.Value(b.Owed)
		}
	}
	return ""
}

// held is a bill that cannot be paid now, and why.
func (p *DeskTakePage) held(b payment.Bill) app.UI {
	l := p.View.Site.Language
	why := p.View.Take.Locked[b.ID]
	if why == "" {
		why = l.Text("take.held", "why", string(b.Hold))
	}
	return app.Div().Class("held").Body(
		app.P().Class("label").Text(staffTitle(l, b.Kind, b.Title, b.Service)+" "+billText(l, b)),
		app.P().Class("hint").Text(why))
}

// total is the sum, which the page's script keeps.
func (p *DeskTakePage) total() app.UI {
	around := p.View.Site.Language.Around("take.total", "total")
	return field.Attr(field.Attr(app.P(), "data-total", ""), "hidden", "true").Class("figure").Body(
		app.Span().Text(around.Before), app.Output().Class("money"), app.Span().Text(around.After))
}

// posted is the day on which recorded money counts, beside the day on which it is
// entered.
func (p *DeskTakePage) posted() app.UI {
	t, l := p.View.Take, p.View.Site.Language
	value := t.Typed.Posted
	if day, err := time.Parse(time.DateOnly, string(t.Today)); err == nil && value == "" {
		value = day.Format("01/02/2006")
	}
	// Text: a date's input has four stops for the Tab key.
	return field.Text{Language: l, Name: payment.FieldPosted, Label: l.Text("take.posted"), Hint: l.Text("take.posted.hint", "today", t.Today),
		Autocomplete: "off", Width: "w-short", LTR: true, Value: value, Problem: p.at(payment.FieldPosted)}.UI()
}

// email is the address for the receipt that the practice's system mails.
func (p *DeskTakePage) email() app.UI {
	t, l := p.View.Take, p.View.Site.Language
	if !slices.ContainsFunc(t.Ways, payment.Way.Charges) {
		return nil
	}
	return field.Text{Language: l, Name: payment.FieldEmail, Label: l.Text("take.email"), Hint: l.Text("take.email.hint"), Autocomplete: "off",
		InputMode: "email", LTR: true, Value: t.Typed.Email, Problem: p.at(payment.FieldEmail)}.UI()
}

// ask is a question that has to be answered with a tick.
func (p *DeskTakePage) ask() app.UI {
	a, l := p.View.Take.Ask, p.View.Site.Language
	if a == nil {
		return nil
	}
	return app.Div().Class("box warning").Body(app.P().Text(a.Text),
		field.Group{Language: l, Name: payment.FieldRepeat, Legend: l.Text("card.repeat.legend"), Many: true, Problem: p.at(payment.FieldRepeat),
			Options: []field.Option{{Value: a.Value, Label: app.Span().Text(a.Label)}}}.UI())
}
