package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// AmountPage asks what the payer wants to pay.
type AmountPage struct {
	app.Compo
	View View
	step *step
	// other says that another amount than the only bill's was asked for.
	other bool
	sum   payment.Amount // of what is chosen now; zero: that is no charge, or nobody has looked
	runs  bool           // the program is there: what only it can do is offered
}

// Render prints what was composed on the server, and between it bills that can
// be paid and the ways to choose, unless something else stands instead of them.
func (p *AmountPage) Render() app.UI {
	v := p.View
	a := v.Amount
	parts := &ContentPage{View: v, cardTyping: cardTyping{step: p.step}}
	content := append([]app.UI{field.Summary(v.Site.Language, v.Problems, p.step.follow), heading(v.heading())}, parts.elements(a.Before)...)
	if len(a.Statement.Payable()) == 0 || len(a.Instead) > 0 {
		content = append(content, parts.elements(a.Instead)...)
	} else if payable := a.Statement.Payable(); len(payable) == 1 && a.Today == "" {
		content = append(content, p.one(payable[0])...)
	} else {
		button := v.text("form.continue")
		if !p.sum.IsZero() {
			button = v.text("amount.continue", "total", p.sum)
		}
		content = append(content, field.Form(v.Site.At(PathAmount), p.onSubmit, p.onInput,
			personField(v.Site),
			p.choices().UI(),
			app.Button().Type("submit").Class("primary").Text(button),
		))
	}
	return frame(v, app.Main(), append(content, parts.elements(a.After)...)...)
}

// one is the only bill: it is paid whole with one button, and another amount has
// a form of its own in a line that opens.
func (p *AmountPage) one(bill payment.Bill) []app.UI {
	v, typed := p.View, p.View.Amount.Chosen.Amount
	p.other = p.other || typed != "" || payment.At(v.Problems, payment.FieldAmount).Code != ""
	return []app.UI{
		app.P().Class("due").Class("money").Text(v.Site.Language.Value(bill.Owed)),
		app.Div().Class("what-for").Body(billWords(v.Site.Language, bill)...),
		field.Form(v.Site.At(PathAmount), p.onSubmit, nil,
			personField(v.Site), field.Hidden(payment.FieldPay, payment.PayAll),
			app.Button().Type("submit").Class("primary").Text(v.text("amount.continue", "total", bill.Owed)),
		),
		field.Fold(v.text("amount.instead"), p.other, field.Form(v.Site.At(PathAmount), p.onSubmit, p.onInput,
			personField(v.Site), field.Hidden(payment.FieldPay, payment.PayOther),
			p.typed(payment.FieldAmount, typed, v.Amount.Other),
			app.Button().Type("submit").Class("secondary").Text(v.text("form.continue")),
		)),
	}
}

// typed asks for an amount.
func (p *AmountPage) typed(name, value, hint string) app.UI {
	return field.Text{
		Language: p.View.Site.Language, Name: name, Label: p.View.text("amount.label"), InputMode: "decimal", LTR: true,
		Autocomplete: "off", Width: "w-amount", Prefix: "$", Value: value,
		Hint: hint, Problem: payment.At(p.View.Problems, name),
	}.UI()
}

func (p *AmountPage) choices() field.Group {
	v := p.View
	payable, due := v.Amount.Statement.Payable(), v.Amount.Statement.Due()
	chosen := v.Amount.Chosen
	if chosen.Pay == "" {
		chosen.Pay = payment.PayAll
	}
	options := []field.Option{{
		Value:   payment.PayAll,
		Checked: chosen.Pay == payment.PayAll,
		Label:   everything(v.Site.Language, due),
		Below:   billTable(v.Site.Language, payable),
	}}
	if len(payable) > 1 {
		options = append(options, field.Option{
			Value:   payment.PaySome,
			Checked: chosen.Pay == payment.PaySome,
			Label:   app.Span().Text(v.text("amount.some")),
			Below:   p.some(payable, chosen.Bills),
		})
	}
	typed := func(way, label, name, value, hint string) {
		options = append(options, field.Option{
			Value:   way,
			Checked: chosen.Pay == way,
			Label:   app.Span().Text(label),
			Below:   p.typed(name, value, hint),
		})
	}
	if v.Amount.Today != "" {
		typed(payment.PayToday, v.text("amount.today"), payment.FieldToday, chosen.Today, v.Amount.Today)
	}
	typed(payment.PayOther, v.text("amount.other"), payment.FieldAmount, chosen.Amount, v.Amount.Other)
	return field.Group{
		Language: v.Site.Language, Name: payment.FieldPay, Legend: v.text("amount.legend"), Options: options,
		Problem: payment.At(v.Problems, payment.FieldPay),
	}
}

// some are the check boxes of some bills. Where they are many, the program ticks all of
// them at once, so that a few can be taken out; without it "everything" is that choice.
func (p *AmountPage) some(payable []payment.Bill, ticked []string) app.UI {
	boxes := billBoxes(p.View.Site.Language, payable, ticked, payment.At(p.View.Problems, payment.FieldBill))
	return app.Div().Body(
		app.If(p.runs && len(payable) > few, app.Button().Type("button").Class("secondary").Text(p.View.text("amount.tick")).OnClick(p.tickAll)),
		boxes,
	)
}

// tickAll ticks all bills, or, where all are ticked, none.
func (p *AmountPage) tickAll(ctx app.Context, _ app.Event) {
	form := ctx.JSSrc().Get("form")
	boxes := form.Call("querySelectorAll", "[name="+payment.FieldBill+"]")
	tick := len(checkedAll(form, payment.FieldBill)) < boxes.Length()
	for i := range boxes.Length() {
		boxes.Index(i).Set("checked", tick)
	}
	p.changed(form)
}

// everything names all that can be paid now, with its amount set apart.
func everything(l words.Language, due payment.Amount) app.UI {
	around := l.Around("amount.all", "due")
	return app.Span().Body(
		app.Span().Text(around.Before),
		app.Strong().Class("money").Text(l.Value(due)),
		app.If(around.After != "", app.Span().Text(around.After)),
	)
}

// few is how many bills are listed at once; more stand in a line that opens.
const few = 6

// billTable shows what "everything" is made of.
func billTable(l words.Language, bills []payment.Bill) app.UI {
	rows := make([]app.UI, len(bills))
	for i, b := range bills {
		rows[i] = app.Tr().Body(
			app.Th().Scope("row").Body(billWords(l, b)...),
			app.Td().Class("money").Text(l.Value(b.Owed)),
		)
	}
	table := app.Table().Class("bills").Body(
		app.Caption().Class("sr").Text(l.Text("amount.table")),
		app.THead().Class("sr").Body(app.Tr().Body(
			app.Th().Scope("col").Text(l.Text("amount.table.bill")), app.Th().Scope("col").Text(l.Text("amount.table.owed")))),
		app.TBody().Body(rows...),
	)
	if len(bills) <= few {
		return table
	}
	first, last := bills[0].Service, bills[0].Service
	for _, b := range bills {
		first, last = min(first, b.Service), max(last, b.Service)
	}
	if first == "" {
		first = last
	}
	return field.Fold(l.Text("amount.fold", "count", len(bills), "from", words.Abbreviated(first), "to", words.Abbreviated(last)), false, table)
}

// billWords is what a bill is for, and under it when, and what of it the insurance
// paid.
func billWords(l words.Language, b payment.Bill) []app.UI {
	what := app.Span().Class("what")
	if written(l, b.Kind, b.Title) {
		what = field.Attr(what, "lang", upstreams(l))
	}
	said := []app.UI{what.Text(lineTitle(l, b.Kind, b.Title, ""))}
	if b.Service != "" {
		said = append(said, comma(l), app.Span().Class("hint").Text(l.Value(b.Service)))
	}
	if !b.Insurance.IsZero() {
		said = append(said, comma(l), app.Span().Class("hint").Text(l.Text("amount.insurance", "paid", b.Insurance)))
	}
	return said
}

// comma parts for the ear what stands on lines of its own for the eye.
func comma(l words.Language) app.UI { return app.Span().Class("sr").Text(l.Text("list.comma")) }

// billBoxes are the check boxes under the choice of some bills.
func billBoxes(l words.Language, bills []payment.Bill, ticked []string, problem payment.Problem) app.UI {
	options := make([]field.Option, len(bills))
	for i, b := range bills {
		options[i] = field.Option{
			Value: b.ID,
			Label: app.Span().Class("bill").Body(
				app.Span().Body(billWords(l, b)...), youOwe(l),
				app.Span().Class("money").Text(l.Value(b.Owed)),
			),
		}
		for _, id := range ticked {
			options[i].Checked = options[i].Checked || id == b.ID
		}
	}
	return field.Group{Language: l, Name: payment.FieldBill, Legend: l.Text("amount.bills"), Many: true, Options: options, Problem: problem}.UI()
}

// youOwe tells the amount of a bill from what the insurance paid, for those who
// do not see that it stands in a column of its own.
func youOwe(l words.Language) app.UI { return app.Span().Class("sr").Text(l.Text("amount.owed.sr")) }

func (p *AmountPage) onSubmit(ctx app.Context, e app.Event) {
	p.step.submit(ctx, e, p.check(e.Get("target")))
}

// chosen is what the form asks for: by radio buttons, or, where there is nothing to
// choose, by a hidden input.
func (p *AmountPage) chosen(form app.Value) payment.Choice {
	c := payment.Choice{
		Pay:    checked(form, payment.FieldPay),
		Bills:  checkedAll(form, payment.FieldBill),
		Amount: value(form, payment.FieldAmount),
		Today:  value(form, payment.FieldToday),
	}
	if pay := named(form, payment.FieldPay); c.Pay == "" && pay.Get("type").Truthy() {
		c.Pay = pay.Get("value").String()
	}
	return c
}

// check reads the form with the rules of the server.
func (p *AmountPage) check(form app.Value) []payment.Problem {
	_, problems := p.chosen(form).Charge(p.View.Amount.Statement)
	if len(problems) > 0 && problems[0].Code == "amount_surplus" {
		return nil // the server asks, with a page of its own
	}
	return problems
}

// OnMount puts the sum of what is chosen onto the button, which without script
// could not follow the choice.
func (p *AmountPage) OnMount(ctx app.Context) {
	p.runs = true
	if form := app.Window().Get("document").Call("querySelector", "form:has([name="+payment.FieldPay+"])"); form.Truthy() {
		p.add(form)
	}
}

// add is the sum of what is chosen.
func (p *AmountPage) add(form app.Value) {
	p.sum = payment.Amount{}
	if charge, problems := p.chosen(form).Charge(p.View.Amount.Statement); len(problems) == 0 {
		p.sum = charge.Total()
	}
}

// onInput keeps the sum on the button, and takes errors away, or changes them, as
// soon as the choice changes.
func (p *AmountPage) onInput(ctx app.Context, e app.Event) {
	p.changed(e.Get("target").Get("form"))
}

func (p *AmountPage) changed(form app.Value) {
	p.add(form)
	if len(p.step.problems()) > 0 {
		p.step.amend(p.check(form))
	}
}
