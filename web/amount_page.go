package web

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// AmountPage asks what the payer wants to pay.
type AmountPage struct {
	app.Compo
	View View
	step *step
}

// Render prints bills that can be paid, the three ways to choose, and apart
// from them the bills that cannot be paid here, with the reason.
func (p *AmountPage) Render() app.UI {
	v := p.View
	s := v.Amount.Statement
	return frame(v, app.Main(),
		field.Summary(v.Problems, p.step.follow),
		heading(v.heading()),
		app.P().Class("lead").Text(forWhom(v.Amount)),
		doubtsLink(v.Amount),
		recentNotice(v.Amount),
		field.Form("/pay", p.onSubmit, p.onInput,
			personField(v.Site),
			p.choices().UI(),
			app.Button().Type("submit").Class("primary").Text("Continue"),
		),
		heldBills(s),
	)
}

// doubtsLink leads staff to what waits for them.
func doubtsLink(a *Amount) app.UI {
	if a.Doubts == 0 {
		return nil
	}
	text := "1 payment of the practice waits for a decision"
	if a.Doubts > 1 {
		text = strconv.Itoa(a.Doubts) + " payments of the practice wait for a decision"
	}
	return app.P().Class("box").Body(field.Link(PathDoubts, text, false))
}

func forWhom(a *Amount) string {
	switch {
	case a.Of != "":
		return "Bills of " + a.Of + "."
	case a.Statement.GivenName == "":
		return "Here is what you owe."
	}
	return "Hello " + a.Statement.GivenName + ". Here is what you owe."
}

func (p *AmountPage) choices() field.Group {
	v := p.View
	payable, due := v.Amount.Statement.Payable(), v.Amount.Statement.Due()
	chosen := v.Amount.Chosen
	if chosen.Pay == "" && len(v.Problems) == 0 {
		chosen.Pay = payment.PayAll
	}
	options := []field.Option{{
		Value:   payment.PayAll,
		Checked: chosen.Pay == payment.PayAll,
		Label:   optionLabel("Everything you can pay now", due.Display()),
		Below:   billTable(payable),
	}}
	if len(payable) > 1 {
		options = append(options, field.Option{
			Value:   payment.PaySome,
			Checked: chosen.Pay == payment.PaySome,
			Label:   app.Span().Text("Only some bills"),
			Below:   billBoxes(payable, chosen.Bills, payment.At(v.Problems, payment.FieldBill)),
		})
	}
	smallest := payment.SmallestCharge
	if due.Less(smallest) {
		smallest = due
	}
	options = append(options, field.Option{
		Value:   payment.PayOther,
		Checked: chosen.Pay == payment.PayOther,
		Label:   app.Span().Text("Another amount"),
		Below: field.Text{
			Name: payment.FieldAmount, Label: "Amount to pay", InputMode: "decimal", LTR: true,
			Autocomplete: "off", Width: "w-amount", Prefix: "$", Value: chosen.Amount,
			Hint: "You can pay any amount from " + smallest.Display() + " to " + due.Display() +
				". It pays " + orderWords(payable) + " first.",
			Problem: payment.At(v.Problems, payment.FieldAmount),
		}.UI(),
	})
	return field.Group{
		Name: payment.FieldPay, Legend: "Choose what to pay", Options: options,
		Problem: payment.At(v.Problems, payment.FieldPay),
	}
}

// orderWords says how another amount is applied.
func orderWords(payable []payment.Bill) string {
	if len(payable) > 0 && payable[0].Kind == payment.Copay {
		return "today's copay, then your oldest bill,"
	}
	return "your oldest bill"
}

func optionLabel(text, amount string) app.UI {
	return app.Span().Body(
		app.Span().Text(text+", "),
		app.Strong().Class("money").Text(amount),
	)
}

// billTable shows what "everything" is made of.
func billTable(bills []payment.Bill) app.UI {
	rows := make([]app.UI, len(bills))
	for i, b := range bills {
		rows[i] = app.Tr().Body(
			app.Th().Scope("row").Body(billWords(b)...),
			app.Td().Class("money").Text(b.Owed.Display()),
		)
	}
	return app.Table().Class("bills").Body(
		app.Caption().Class("sr").Text("What you owe"),
		app.THead().Class("sr").Body(app.Tr().Body(
			app.Th().Scope("col").Text("Bill"), app.Th().Scope("col").Text("You owe"))),
		app.TBody().Body(rows...),
	)
}

func billWords(b payment.Bill) []app.UI {
	words := []app.UI{app.Span().Class("what").Text(lineTitle(b.Kind, b.Title, b.Service))}
	if !b.Insurance.IsZero() {
		words = append(words, app.Span().Class("hint").Text("Insurance paid "+b.Insurance.Display()))
	}
	return words
}

// billBoxes are the check boxes under "Only some bills".
func billBoxes(bills []payment.Bill, ticked []string, problem payment.Problem) app.UI {
	options := make([]field.Option, len(bills))
	for i, b := range bills {
		options[i] = field.Option{
			Value: b.ID,
			Label: app.Span().Class("bill").Body(
				app.Span().Body(billWords(b)...), youOwe(),
				app.Span().Class("money").Text(b.Owed.Display()),
			),
		}
		for _, id := range ticked {
			options[i].Checked = options[i].Checked || id == b.ID
		}
	}
	return field.Group{Name: payment.FieldBill, Legend: "Bills", Many: true, Options: options, Problem: problem}.UI()
}

// youOwe tells the amount of a bill from what the insurance paid, for those who
// do not see that it stands in a column of its own.
func youOwe() app.UI { return app.Span().Class("sr").Text(", you owe ") }

// heldBills lists what is owed but cannot be paid here, so that nobody thinks
// it was forgotten or pays it twice.
func heldBills(s payment.Statement) app.UI {
	var rows []app.UI
	for _, b := range s.Bills {
		if b.Hold == "" {
			continue
		}
		rows = append(rows, app.Li().Body(
			app.Span().Class("bill").Body(
				app.Span().Text(lineTitle(b.Kind, b.Title, b.Service)),
				app.Span().Class("money").Text(b.Owed.Display()),
			),
			app.P().Class("hint").Text(b.Hold.Words()),
		))
	}
	if len(rows) == 0 {
		return nil
	}
	return app.Section().Class("held").Aria("labelledby", "held").Body(
		app.H2().ID("held").Text(heldTitle(s)),
		app.Ul().Body(rows...),
	)
}

// heldTitle is "Already being paid" where that is true of all of them.
func heldTitle(s payment.Statement) string {
	for _, b := range s.Bills {
		if b.Hold == payment.HoldElsewhere || b.Hold == payment.HoldFound {
			return "Not to be paid here"
		}
	}
	return "Already being paid"
}

// recentNotice points to payments whose result is not known yet, and to those
// that were taken so lately that the amounts below may not show them.
func recentNotice(a *Amount) app.UI {
	if len(a.Live)+len(a.Paid) == 0 {
		return nil
	}
	var items []app.UI
	add := func(attempts []payment.Attempt, before, after string) {
		for _, t := range attempts {
			items = append(items, app.Li().Body(field.Link(PathResult+t.ID, before+t.Charge.Total().Display()+after, false)))
		}
	}
	title, text, class := "You have paid lately", "The amounts below already leave it out. The practice's own system may take a day to show it.", "box"
	if len(a.Live) > 0 {
		title, text, class = "The result of a payment is not known yet", "Do not pay the same bill again.", "box warning"
	}
	add(a.Live, "See the status of your payment of ", "")
	add(a.Paid, "You paid ", "")
	return field.Attr(app.Section(), "class", class).Aria("labelledby", "recent").Body(
		app.H2().ID("recent").Text(title),
		app.P().Text(text),
		app.Ul().Body(items...),
	)
}

func (p *AmountPage) onSubmit(ctx app.Context, e app.Event) {
	p.step.submit(ctx, e, p.check(e.Get("target")))
}

// check reads the form with the rules of the server.
func (p *AmountPage) check(form app.Value) []payment.Problem {
	choice := payment.Choice{
		Pay:    checked(form, payment.FieldPay),
		Bills:  checkedAll(form, payment.FieldBill),
		Amount: value(form, payment.FieldAmount),
	}
	_, problems := choice.Charge(p.View.Amount.Statement)
	return problems
}

// onInput takes errors away, or changes them, as soon as the choice changes.
func (p *AmountPage) onInput(ctx app.Context, e app.Event) {
	if len(p.step.problems()) > 0 {
		p.step.amend(p.check(e.Get("target").Get("form")))
	}
}
