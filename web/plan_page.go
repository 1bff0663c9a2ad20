//go:build !js

package web

import "paypane/web/payment"

// Plans is the page of payment plans: how those that there are stand, and what
// a new one could be made of.
type Plans struct {
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
}

// PlanProgress is a plan with what the upstream does not say of it.
type PlanProgress struct {
	payment.Plan
	Total payment.Amount // at its beginning; zero: not known
	Bills []payment.Bill // those of its claims that are known
}

// PlanName names a plan: what it takes, and from which card.
func PlanName(p payment.Plan) string {
	name := "Payment plan"
	if !p.Cycle.IsZero() {
		name += " of " + p.Cycle.Display()
		if p.Frequency == payment.Monthly {
			name += " a month"
		}
	}
	if card := planCard(p.Brand, p.Last4); card != "" {
		name += ", with " + card
	}
	return name
}

func planCard(b payment.Brand, last4 string) string {
	if last4 == "" {
		return ""
	}
	return payment.StoredCard{Brand: b, Last4: last4}.Short()
}

// PlansSheet prints the plans that there are, then asks for a new one.
func PlansSheet(p Plans) Sheet {
	var blocks []Block
	for _, a := range p.Live {
		blocks = append(blocks, warning(strong("The result of a payment plan is not known yet."), text("Do not set it up again."),
			link(PathResult+a.ID, "See the status of your payment plan for "+a.Total().Display())))
	}
	for i, plan := range p.Plans {
		which := ""
		if len(p.Plans) > 1 {
			which = planNumber(plan.ID)
		}
		blocks = append(blocks, plan.section(p.Site, "plan-"+itoa(i+1), which))
	}
	if p.Minimum.IsZero() {
		return Sheet{Heading: "Payment plan", Blocks: blocks}
	}
	if len(p.Bills) == 0 {
		return Sheet{Heading: "Payment plan", Blocks: append(blocks,
			text("There is no bill right now that can be paid with a new payment plan."), link(PathAmount, "See what you owe"))}
	}
	if len(p.Plans) > 0 {
		return Sheet{Heading: "Payment plan", Blocks: append(blocks, section("new", "Set up another payment plan", p.choosing()...))}
	}
	return Sheet{Heading: "Payment plan", Blocks: append(blocks, p.choosing()...)}
}

// choosing asks for bills, amount and first day.
func (p Plans) choosing() []Block {
	bills := Block{Kind: BlockChoice, Look: "many", Name: payment.FieldBill, Text: "Which bills do you want to pay?"}
	for _, b := range p.Bills {
		option := Option{Value: b.ID, Label: lineTitle(b.Kind, b.Title, b.Service), Money: b.Balance.Display(), Checked: contains(p.Chosen.Bills, b.ID)}
		if !b.Insurance.IsZero() {
			option.Hint = "Insurance paid " + b.Insurance.Display()
		}
		bills.Options = append(bills.Options, option)
	}
	first := Block{Kind: BlockChoice, Name: payment.FieldStart, Text: "When is your first payment?"}
	for _, day := range p.Days {
		label := day.Words()
		if day == p.Tomorrow {
			label = "Tomorrow, " + label
		}
		first.Options = append(first.Options, Option{Value: string(day), Label: label, Hint: "Then " + monthly(day), Checked: p.Chosen.Start == day})
	}
	return []Block{
		lead("Pay bills bit by bit, by card, once a month. Each bill goes into the plan whole. Nothing is charged today."),
		form(PathPlan, "", "See every payment", "",
			bills,
			Block{Kind: BlockInput, Input: &Input{Name: payment.FieldMonthly, Label: "How much a month?", Mode: "decimal", Autocomplete: "off",
				Width: "w-amount", Prefix: "$", Value: p.Chosen.Monthly,
				Hint: "At least " + p.Minimum.Display() + ". You pay the same each month; the last payment is what is left."}},
			first,
		),
		hint("You see every payment with its date and amount before you agree to anything."),
	}
}

func contains(list []string, wanted string) bool {
	for _, s := range list {
		if s == wanted {
			return true
		}
	}
	return false
}

// monthly says on which day of a month the payments fall that begin on a day:
// "on the 15th of each month".
func monthly(d payment.Day) string {
	if len(d) != len("2006-01-02") {
		return "on the same day of each month"
	}
	n := int(d[8]-'0')*10 + int(d[9]-'0')
	ending := "th"
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	words := "on the " + itoa(n) + ending + " of each month"
	if n > 28 {
		words += ", or on the last day of a shorter one"
	}
	return words
}

// section tells how a plan stands. which tells it from others, where there are some.
func (p PlanProgress) section(site Site, id, which string) Block {
	rest := p.Rest()
	paid, left, next, last := "", "", "", ""
	if p.LeftKnown {
		left = p.Left.Display()
		if !p.Total.IsZero() {
			paid = p.Total.Minus(p.Left).Display() + " of " + p.Total.Display()
		}
	}
	switch {
	case len(rest) > 0:
		next = rest[0].Amount.Display() + " on " + rest[0].Day.Words()
		last = rest[len(rest)-1].Amount.Display() + " on " + rest[len(rest)-1].Day.Words()
	case p.Next != "":
		next = "On " + p.Next.Words()
	}
	by := planCard(p.Brand, p.Last4)
	if by == "" {
		by = map[payment.Billing]string{payment.BilledToCard: "By card", payment.BilledByStatement: "You get a statement and pay it"}[p.Billing]
	}
	each := ""
	if !p.Cycle.IsZero() && p.Frequency == payment.Monthly {
		each = p.Cycle.Display()
	}
	title := "Your payment plan" + which
	if p.Paid() {
		return section(id, title, strong("This plan is paid."), factsOf([]string{"Paid", p.Total.Display()}))
	}
	blocks := []Block{factsOf(
		[]string{"Paid so far", paid}, []string{"Left", left}, []string{"Each month", each}, []string{"Next payment", next},
		[]string{"Last payment", last}, []string{"Paid with", by}, []string{"Began", p.Start.Words()},
	)}
	if len(p.Bills) > 0 {
		lines := make([]Block, len(p.Bills))
		for i, b := range p.Bills {
			lines[i] = text(lineTitle(b.Kind, b.Title, b.Service))
		}
		blocks = append(blocks, section(id+"-bills", "Bills in this plan"+which, items(lines...)))
	}
	if len(rest) > 1 {
		number := 1
		if !p.Total.IsZero() {
			number += int(p.Total.Minus(p.Left).Cents() / p.Cycle.Cents())
		}
		blocks = append(blocks, section(id+"-rest", "Payments to come"+which, paymentsTable("What this plan still takes", rest, number, payment.Amount{})))
	}
	return section(id, title, append(blocks,
		section(id+"-stop", "To change or stop this plan"+which, text("This page cannot change or stop it: only the practice can. Call "+site.Practice+atPhone(site)+
			". Say: “Please change my payment plan"+planNumber(p.ID)+".” Call before the day of the next payment.")))...)
}

func planNumber(id string) string {
	if id == "" {
		return ""
	}
	return ", number " + id
}

// paymentsTable lists payments, beginning with a number; with a sum where there
// is one.
func paymentsTable(caption string, list []payment.Installment, number int, total payment.Amount) Block {
	table := Block{Kind: BlockTable, Text: caption, Columns: []string{"Payment", "Date", "Amount"}}
	for i, p := range list {
		table.Rows = append(table.Rows, []string{itoa(number + i), p.Day.Words(), p.Amount.Display()})
	}
	if !total.IsZero() {
		table.Rows = append(table.Rows, []string{"Total", "", total.Display()})
	}
	return table
}
