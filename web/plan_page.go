//go:build !js || desk

package web

import (
	"strconv"
	"time"

	"paypane/web/payment"
	"paypane/web/words"
)

// PlansView is the page of payment plans: how those that there are stand, and what
// a new one could be made of.
type PlansView struct {
	Site    Site
	Plans   []PlanProgress
	Live    []payment.Attempt // plans of which it is not known whether they were made
	Bills   []payment.Bill    // that can go into a new one; none: nothing is offered
	Minimum payment.Amount    // of one payment
	Days    []payment.Day     // on which a plan can begin
	Chosen  payment.PlanChoice
	// Tomorrow is the day after today at the department. Close to midnight, or
	// west of the upstream, no plan can begin on it any more.
	Tomorrow payment.Day
	// Odd says that a plan is not understood; Phone is the practice's, empty where
	// it is not known.
	Odd   bool
	Phone string
}

// PlanProgress is a plan with what the upstream does not say of it.
type PlanProgress struct {
	payment.Plan
	Total payment.Amount // at its beginning; zero: not known
	Bills []payment.Bill // those of its claims that are known
}

// PlanName names a plan: what it takes, and from which card.
func PlanName(l words.Language, p payment.Plan) string {
	return l.Text("plan.name", "amount", known(l, p.Cycle), "monthly", p.Frequency == payment.Monthly, "card", endingCard(l, p.Brand, p.Last4))
}

// PlansContent prints the plans that there are, then asks for a new one.
func PlansContent(p PlansView) Content {
	l := p.Site.Language
	heading := l.Text("plan.heading")
	var elements []Element
	for _, a := range p.Live {
		elements = append(elements, warning(strong(l.Text("plan.unknown")), text(l.Text("plan.unknown.wait")),
			link(PathResult+a.ID, l.Text("plan.status", "total", a.Total()))))
	}
	if p.Odd {
		elements = append(elements, warning(strong(l.Text("plan.odd", "phone", p.Phone))))
	}
	for i, plan := range p.Plans {
		which := ""
		if len(p.Plans) > 1 {
			which = plan.ID
		}
		elements = append(elements, plan.section(p.Site, "plan-"+strconv.Itoa(i+1), which))
	}
	if p.Minimum.IsZero() {
		return Content{Heading: heading, Elements: elements}
	}
	if len(p.Bills) == 0 {
		return Content{Heading: heading, Elements: append(elements,
			text(l.Text("plan.nothing")), link(PathAmount, l.Text("plan.owe")))}
	}
	if len(p.Plans) > 0 {
		return Content{Heading: heading, Elements: append(elements, section("new", l.Text("plan.another"), p.choosing()...))}
	}
	return Content{Heading: heading, Elements: append(elements, p.choosing()...)}
}

// choosing asks for bills, amount and first day.
func (p PlansView) choosing() []Element {
	l := p.Site.Language
	bills := Element{Kind: ElementChoice, Variant: "many", Name: payment.FieldBill, Text: l.Text("plan.bills.which")}
	for _, b := range p.Bills {
		option := Option{Value: b.ID, Label: lineSaid(l, b.Kind, b.Title, b.Service), Money: l.Value(b.Balance), Checked: contains(p.Chosen.Bills, b.ID)}
		if !b.Insurance.IsZero() {
			option.Hint = l.Text("amount.insurance", "paid", b.Insurance)
		}
		bills.Options = append(bills.Options, option)
	}
	first := Element{Kind: ElementChoice, Name: payment.FieldStart, Text: l.Text("plan.start")}
	for _, day := range p.Days {
		label := l.Text("plan.start.day", "tomorrow", day == p.Tomorrow, "day", day)
		first.Options = append(first.Options, Option{Value: string(day), Label: label, Hint: l.Text("plan.start.then", monthly(day)...), Checked: p.Chosen.Start == day})
	}
	asked := []Element{bills}
	if all, _ := (payment.PlanChoice{}).Paces(p.Bills, p.Minimum); len(p.Bills) > 1 {
		asked = append(asked, moneyOf([]string{l.Text("plan.bills.all"), l.Value(all)}))
	}
	asking := form(PathPlan, "", l.Text("plan.see"), "", append(asked, p.pace(), first)...)
	asking.Name = payment.FieldBill
	return []Element{
		lead(l.Text("plan.lead")),
		asking,
		hint(l.Text("plan.see.hint")),
	}
}

// pace asks how much a month: in how many payments, or a certain amount. What is
// said of a number of payments is said of a total, because another choice of bills
// makes another amount of it.
func (p PlansView) pace() Element {
	l := p.Site.Language
	typed := Element{Kind: ElementInput, Input: &Input{Name: payment.FieldMonthly, Label: l.Text("plan.monthly"), Mode: "decimal", Autocomplete: "off",
		Width: "w-amount", Prefix: "$", Value: p.Chosen.Monthly, Hint: l.Text("plan.monthly.hint", "minimum", p.Minimum)}}
	total, paces := p.Chosen.Paces(p.Bills, p.Minimum)
	if len(paces) == 0 {
		return typed
	}
	typed.Input.Label, typed.Input.Empty = l.Text("plan.monthly.amount"), l.Text("problem.monthly_empty")
	choice := Element{Kind: ElementChoice, Name: payment.FieldPayments, Text: l.Text("plan.monthly"), Empty: l.Text("problem.payments_empty")}
	other := p.Chosen.Monthly != ""
	for _, pace := range paces {
		checked := p.Chosen.Payments == strconv.Itoa(pace.Count)
		other = other && !checked
		choice.Options = append(choice.Options, Option{Value: strconv.Itoa(pace.Count), Checked: checked,
			Label: l.Text("plan.pace", "count", pace.Count), Hint: l.Text("plan.pace.for", "total", total, "monthly", pace.Monthly)})
	}
	choice.Options = append(choice.Options, Option{Value: payment.PayOther, Checked: other || p.Chosen.Payments == payment.PayOther, Label: l.Text("plan.pace.other"), Elements: []Element{typed}})
	return choice
}

func contains(list []string, wanted string) bool {
	for _, s := range list {
		if s == wanted {
			return true
		}
	}
	return false
}

// monthly are the parameters of on which day of a month the payments fall that
// begin on a day. A month may be too short for it.
func monthly(d payment.Day) []any {
	date, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return []any{"nth", "", "short", false}
	}
	return []any{"nth", words.Ordinal(date.Day()), "short", date.Day() > 28}
}

// section tells how a plan stands. which tells it from others, where there are some.
func (p PlanProgress) section(site Site, id, which string) Element {
	l, rest := site.Language, p.Rest()
	paid, left, next, last := "", "", "", ""
	if p.LeftKnown {
		left = l.Value(p.Left)
		if !p.Total.IsZero() {
			paid = l.Text("plan.paid.of", "paid", p.Total.Minus(p.Left), "total", p.Total)
		}
	}
	switch {
	case len(rest) > 0:
		next, last = installment(l, rest[0]), installment(l, rest[len(rest)-1])
	case p.Next != "":
		next = l.Text("plan.next.day", "day", p.Next)
	}
	by := endingCard(l, p.Brand, p.Last4)
	switch {
	case by != "":
	case p.Billing == payment.BilledToCard:
		by = l.Text("plan.by.card")
	case p.Billing == payment.BilledByStatement:
		by = l.Text("plan.by.statement")
	}
	each := ""
	if !p.Cycle.IsZero() && p.Frequency == payment.Monthly {
		each = l.Value(p.Cycle)
	}
	title := l.Text("plan.yours", "number", which)
	if p.Paid() {
		return section(id, title, strong(l.Text("plan.paid")), factsOf([]string{l.Text("fact.paid"), l.Value(p.Total)}))
	}
	elements := []Element{factsOf(
		[]string{l.Text("fact.sofar"), paid}, []string{l.Text("fact.left"), left}, []string{l.Text("fact.monthly"), each}, []string{l.Text("fact.next"), next},
		[]string{l.Text("fact.last"), last}, []string{l.Text("fact.by"), by}, []string{l.Text("fact.began"), l.Value(p.Start)},
	)}
	if len(p.Bills) > 0 {
		lines := make([]Element, len(p.Bills))
		for i, b := range p.Bills {
			lines[i] = text(lineSaid(l, b.Kind, b.Title, b.Service))
		}
		title := l.Text("plan.bills", "number", which)
		if len(lines) > few {
			elements = append(elements, folds(fold(title, items(lines...))))
		} else {
			elements = append(elements, section(id+"-bills", title, items(lines...)))
		}
	}
	if len(rest) > 1 {
		number := 1
		if !p.Total.IsZero() {
			number += int(p.Total.Minus(p.Left).Cents() / p.Cycle.Cents())
		}
		elements = append(elements, section(id+"-rest", l.Text("plan.rest", "number", which), paymentsTable(l, l.Text("plan.rest.table"), rest, number, payment.Amount{})))
	}
	return section(id, title, append(elements,
		section(id+"-stop", l.Text("plan.stop", "number", which), text(l.Text("plan.stop.how", "practice", site.Practice, "phone", site.Phone, "number", p.ID))))...)
}

// installment is one payment of a plan: "$40.00 on December 15, 2026".
func installment(l words.Language, i payment.Installment) string {
	return l.Text("plan.installment", "amount", i.Amount, "day", i.Day)
}

// paymentsTable lists payments, beginning with a number; with a sum where there
// is one.
func paymentsTable(l words.Language, caption string, list []payment.Installment, number int, total payment.Amount) Element {
	table := Element{Kind: ElementTable, Text: caption, Columns: []string{l.Text("plan.table.payment"), l.Text("plan.table.day"), l.Text("fact.amount")}}
	for i, p := range list {
		table.Rows = append(table.Rows, []string{l.Value(number + i), l.Value(p.Day), l.Value(p.Amount)})
	}
	if !total.IsZero() {
		table.Rows = append(table.Rows, []string{l.Text("line.total"), "", l.Value(total)})
	}
	return table
}
