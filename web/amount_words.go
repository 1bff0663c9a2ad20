//go:build !js || desk

package web

import (
	"paypane/web/payment"
	"paypane/web/words"
)

// Owing is what the page of what is owed is made from. Its words are composed
// here, on the server; the browser program has the rules of the form.
type Owing struct {
	Site      Site
	Statement payment.Statement
	Live      []Recent // payments whose result is not known
	Paid      []Recent // payments taken lately
	// Of is the patient's name, where somebody else pays.
	Of string
	// Staff says that the page is read by somebody who works for the practice.
	Staff bool
	// NeedReview is, for staff, how many payments of the practice wait for a person.
	NeedReview int
	// Chosen is what the payer had chosen, as typed, and Problems what is wrong
	// with it.
	Chosen   payment.Choice
	Problems []payment.Problem
}

// Recent is a payment of these days; You says that it is the reader's own.
type Recent struct {
	payment.Attempt
	You bool
}

// View is the page: the choice of what to pay; where nothing is owed that
// there is nothing to pay, with what can be paid all the same; or the question
// whether more than is owed is meant.
func (o Owing) View() View {
	s := o.Statement
	a := &AmountView{Statement: s, Chosen: o.Chosen}
	v := View{Page: PageAmount, Path: PathAmount, Site: o.Site, Amount: a, Problems: o.Problems}
	payable := len(s.Payable()) > 0
	switch {
	case payment.At(o.Problems, payment.FieldAmount).Code == "amount_surplus":
		v.Problems, a.Instead = nil, o.surplus(o.Problems[0])
		a.Heading = o.text("surplus.heading")
		return v
	case payable:
		a.Other, a.Today = o.otherHint(), o.visitHint()
	default:
		a.Instead = o.freely()
	}
	if !payable && s.Visit == nil {
		v.Page = PageNothing
	}
	a.Before = append([]Element{lead(o.greeting(payable))}, o.notices(payable)...)
	if a.After = o.held(); v.Page == PageNothing { // what is owed elsewhere comes before what nobody asks for
		a.Before, a.After = append(a.Before, a.After...), nil
	}
	return v
}

func (o Owing) text(key words.Key, parameters ...any) string {
	return o.Site.Language.Text(key, parameters...)
}

func (o Owing) greeting(payable bool) string {
	name, practice := o.Statement.GivenName, o.Site.Practice
	switch {
	case o.Staff && o.Statement.Name == "":
		return o.text("greeting.staff.unnamed", "practice", practice)
	case o.Staff && payable:
		return o.text("greeting.staff", "practice", practice, "patient", o.Statement.Name)
	case o.Staff:
		return o.text("greeting.staff.nothing", "practice", practice, "patient", o.Statement.Name)
	case o.Of != "" && payable:
		return o.text("greeting.of", "patient", o.Of)
	case o.Of != "":
		return o.text("greeting.of.nothing", "patient", o.Of, "practice", practice)
	case !payable && o.Statement.Visit != nil && name != "":
		return o.text("greeting.visit", "name", name)
	case !payable:
		return o.text("greeting.nothing", "practice", practice)
	}
	return o.text("greeting.you", "name", name)
}

// notices are what has to be known before anything is paid: what waits for
// staff, what is under way, and what the practice holds already.
func (o Owing) notices(payable bool) []Element {
	var elements []Element
	if o.NeedReview > 0 {
		elements = append(elements, box(link(PathReview, o.text("review.waiting", "count", o.NeedReview))))
	}
	elements = append(elements, o.recent()...)
	credit := o.Statement.Credit
	switch {
	case credit.IsZero():
	case payable:
		elements = append(elements, box(strong(o.text("credit.held", "credit", credit, "patient", o.Of)),
			text(o.text("credit.use", "enough", !credit.Less(o.Statement.Due()), "phone", o.Site.Phone))))
	default:
		elements = append(elements, strong(o.text("credit.left", "credit", credit, "patient", o.Of)))
	}
	return elements
}

// recent points to payments whose result is not known yet, and to those that were
// taken so lately that the upstream may not show them.
func (o Owing) recent() []Element {
	if len(o.Live)+len(o.Paid) == 0 {
		return nil
	}
	b := section("recent", o.text("recent.paid"), text(o.text("recent.paid.left")))
	b.Variant = "box"
	if len(o.Live) > 0 {
		b = section("recent", o.text("recent.unknown"), text(o.text("recent.unknown.wait")))
		b.Variant = "box warning"
	}
	var list []Element
	for _, a := range o.Live {
		list = append(list, link(PathResult+a.ID, o.text("recent.status", "you", a.You, "total", a.Total())))
	}
	for _, p := range o.Paid {
		list = append(list, link(PathResult+p.ID, o.text("result.heading.paid", "others", !p.You, "total", p.Total())))
	}
	b.Elements = append(b.Elements, items(list...))
	return []Element{b}
}

// otherHint says what another amount can be and how it is applied.
func (o Owing) otherHint() string {
	payable, due := o.Statement.Payable(), o.Statement.Due()
	smallest := payment.SmallestCharge
	if due.Less(smallest) {
		smallest = due
	}
	return o.text("amount.other.hint", "smallest", smallest, "due", due,
		"copay", payable[0].Kind == payment.Copay, "more", !o.Statement.Most.IsZero())
}

// visitHint says what the amount for today's visit is for; empty: there is no
// such visit.
func (o Owing) visitHint() string {
	if o.Statement.Visit == nil {
		return ""
	}
	return o.text("amount.today.hint")
}

// freely asks for amounts where no bill can be paid: for today's visit, and for
// no bill.
func (o Owing) freely() []Element {
	input := func(name, label, hint, value string) Element {
		return Element{Kind: ElementInput, Input: &Input{Name: name, Label: label, Hint: hint, Mode: "decimal", Autocomplete: "off",
			Width: "w-amount", Prefix: "$", Value: value}}
	}
	limits := []any{"smallest", payment.SmallestCharge, "most", o.Statement.Most}
	other := input(payment.FieldAmount, o.text("amount.label"), o.text("free.limits", limits...), o.Chosen.Amount)
	today := input(payment.FieldToday, o.text("free.visit.label"), o.visitHint(), o.Chosen.Today)
	switch most, visit := o.Statement.Most, o.Statement.Visit; {
	case visit == nil && most.IsZero():
		return nil
	case visit == nil:
		return []Element{section("more", o.text("free.heading"), text(o.text("free.what")),
			form(PathAmount, "secondary", o.text("form.continue"), "", hidden(payment.FieldPay, payment.PayOther), other))}
	case most.IsZero():
		return []Element{section("more", o.text("free.visit.heading"),
			form(PathAmount, "", o.text("form.continue"), "", hidden(payment.FieldPay, payment.PayToday), today))}
	}
	other.Input.Hint = o.text("free.what.limits", limits...)
	return []Element{form(PathAmount, "", o.text("form.continue"), "", Element{Kind: ElementChoice, Name: payment.FieldPay, Text: o.text("amount.legend"), Options: []Option{
		{Value: payment.PayToday, Label: o.text("free.visit"), Checked: o.Chosen.Pay != payment.PayOther, Elements: []Element{today}},
		{Value: payment.PayOther, Label: o.text("amount.other"), Checked: o.Chosen.Pay == payment.PayOther, Elements: []Element{other}},
	}})}
}

// surplus asks whether an amount above what is owed is meant. Going on repeats
// the amount, so that only this one is agreed to.
func (o Owing) surplus(owe payment.Problem) []Element {
	amount, _ := payment.ReadAmount(o.Chosen.Amount)
	due := o.Statement.Due()
	more, value := amount.Minus(due), o.Site.Language.Value
	return []Element{
		warning(strong(o.Site.Language.Problem(owe).Text), text(o.text("surplus.kept", "more", more))),
		moneyOf([]string{o.text("surplus.entered"), value(amount)}, []string{o.text("surplus.bills"), value(due)}, []string{o.text("surplus.more"), value(more)}),
		form(PathAmount, "", o.text("surplus.go", "amount", amount), "", hidden(payment.FieldPay, payment.PayOther),
			hidden(payment.FieldAmount, amount.String()), hidden(payment.FieldSurplus, amount.String())),
		link(PathAmount, o.text("surplus.change")),
	}
}

// holdKeys are the reasons why a bill cannot be paid here.
var holdKeys = map[payment.Hold]words.Key{
	payment.HoldArranged: "hold.arranged", payment.HoldPlanned: "hold.planned", payment.HoldCollected: "hold.collected", payment.HoldElsewhere: "hold.elsewhere",
	payment.HoldInsurance: "hold.insurance", payment.HoldChecking: "hold.checking", payment.HoldFound: "hold.found", payment.HoldPaid: "hold.paid",
}

// held lists what is owed but cannot be paid here, under what is true of it, so
// that nobody thinks it was forgotten or pays it twice.
func (o Owing) held() []Element {
	l := o.Site.Language
	var elements []Element
	for _, part := range []struct {
		name  string
		title words.Key
		holds []payment.Hold
	}{
		{"checking", "held.checking", []payment.Hold{payment.HoldChecking}},
		{"held", "held.paid", []payment.Hold{payment.HoldPaid, payment.HoldPlanned}},
		{"insurance", "held.insurance", []payment.Hold{payment.HoldInsurance}},
		{"elsewhere", "held.elsewhere", []payment.Hold{payment.HoldArranged, payment.HoldCollected, payment.HoldElsewhere, payment.HoldFound}},
	} {
		var list []Element
		for _, b := range o.Statement.Bills {
			for _, h := range part.holds {
				if b.Hold == h {
					list = append(list, together(moneyOf([]string{lineSaid(l, b.Kind, b.Title, b.Service), l.Value(b.Owed)}),
						hint(o.text(holdKeys[h], "phone", o.Site.Phone))))
				}
			}
		}
		if len(list) == 0 {
			continue
		}
		elements = append(elements, Element{Kind: ElementSection, Variant: "held", Name: part.name, Text: o.text(part.title, "of", o.Of), Elements: []Element{items(list...)}})
	}
	return elements
}

// ChargeNotes are what has to be known of a charge before it is paid, beside its
// lines: what of it is for no bill, that the practice applies it itself, and that
// it holds money already. of is the patient, where somebody else pays.
func ChargeNotes(l words.Language, c payment.Charge, credit payment.Amount, of string) []string {
	var notes []string
	if n := c.Unapplied(); !n.IsZero() {
		notes = append(notes, l.Text("note.unapplied", "amount", n))
	}
	claims := false
	for _, line := range c.Lines {
		claims = claims || line.Kind == payment.Claim
		if line.Kind == payment.Today {
			notes = append(notes, l.Text("note.today"))
		}
	}
	if claims && c.Spread() {
		notes = append(notes, l.Text("note.spread"))
	}
	if !credit.IsZero() {
		notes = append(notes, l.Text("note.credit", "credit", credit, "patient", of))
	}
	return notes
}
