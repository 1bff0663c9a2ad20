//go:build !js || desk

package web

import (
	"strings"

	"paypane/web/payment"
	"paypane/web/words"
)

// PlanSigning is the page on which one payment plan is read and signed.
type PlanSigning struct {
	Site    Site
	Attempt payment.Attempt
	Notice  string // of the practice, before a card is typed
	Version string // of Consent
	Fields  CardFields
}

func (p PlanSigning) payments() []payment.Installment { return planPayments(p.Attempt) }

// planPayments are all payments of the plan that an attempt asks for.
func planPayments(a payment.Attempt) []payment.Installment {
	return payment.Schedule(a.Total(), a.Terms.Cycle, a.Terms.Start)
}

// terms are ours: the upstream has none for plans.
func (p PlanSigning) terms() []string {
	l, list := p.Site.Language, p.payments()
	last, rest := list[len(list)-1], ""
	if last.Amount != p.Attempt.Terms.Cycle {
		rest = l.Value(last.Amount)
	}
	paid := l.Text("plan.terms.once", "total", p.Attempt.Total(), "day", last.Day)
	if len(list) > 1 {
		paid = l.Text("plan.terms.payments", append(monthly(p.Attempt.Terms.Start), "count", len(list), "first", list[0].Day, "last", last.Day,
			"monthly", p.Attempt.Terms.Cycle, "rest", rest)...)
	}
	practice, phone := p.Site.Practice, p.Site.Phone
	return []string{
		l.Text("plan.terms.bills", "practice", practice, "total", p.Attempt.Total(), "paid", paid),
		l.Text("plan.terms.card", "practice", practice),
		l.Text("plan.terms.changes"),
		l.Text("plan.terms.expiry"),
		l.Text("plan.terms.end", "practice", practice, "phone", phone),
	}
}

// Consent is everything that is agreed to, as it stands on the page and is
// kept.
func (p PlanSigning) Consent() string {
	lines := append([]string{p.agreed()}, p.terms()...)
	l := p.Site.Language
	lines = append(lines, l.Text("plan.consent.bills"))
	for _, line := range p.Attempt.Charge.Lines {
		lines = append(lines, l.Text("plan.consent.bill", "bill", lineTitle(l, line.Kind, line.Title, line.Service), "amount", line.Amount))
	}
	lines = append(lines, l.Text("plan.consent.payments"))
	for _, i := range p.payments() {
		lines = append(lines, installment(l, i))
	}
	return strings.Join(lines, "\n")
}

// Content prints every payment before it asks for anything.
func (p PlanSigning) Content() Content {
	l, a, list := p.Site.Language, p.Attempt, p.payments()
	first, last := list[0], list[len(list)-1]
	elements := []Element{
		factsOf([]string{l.Text("fact.for"), a.PatientName}, []string{l.Text("line.total"), l.Value(a.Total())}, []string{l.Text("plan.payments"), l.Value(len(list))},
			[]string{l.Text("fact.monthly"), l.Value(first.Amount)}, []string{l.Text("fact.first"), installment(l, first)},
			[]string{l.Text("fact.last"), installment(l, last)}),
		link(PathPlan+"?of="+a.ID, l.Text("plan.change")),
		folds(
			fold(l.Text("plan.every"), paymentsTable(l, l.Text("plan.table"), list, 1, a.Total())),
			fold(l.Text("plan.bills", "number", ""), moneyOf(lineRows(l, a.Charge)...)),
			fold(l.Text("agree.uses"), Element{Kind: ElementTerms, Lang: l.Tag(), Elements: texts(p.terms())}, hint(l.Text("plan.terms.version", "version", p.Version))),
		),
	}
	if p.Notice != "" {
		notice := section("notice", l.Text("card.notice"), text(l.Value(p.Notice)))
		notice.Variant = "box warning"
		elements = append(elements, notice)
	}
	elements = append(elements,
		form(PathPlan+"/"+a.ID, "", l.Text("plan.sign"), "",
			hidden(FieldVersion, p.Version),
			Element{Kind: ElementCard, Card: &p.Fields},
			emailInput(l.Text("plan.email"), l.Text("plan.email.hint"), p.Fields.Typed.Email, ""),
			consent(l.Text("consent.legend"), p.agreed(), l.Text("plan.consent")),
		),
		hint(l.Text("plan.once")),
	)
	return Content{Heading: l.Text("plan.check"), Elements: elements}
}

// agreed are the words beside the box.
func (p PlanSigning) agreed() string {
	return p.Site.Language.Text("plan.agreed", "practice", p.Site.Practice, "count", len(p.payments()), "total", p.Attempt.Total())
}

// lineRows are the lines of a charge and their sum, where they are several.
func lineRows(l words.Language, c payment.Charge) [][]string {
	var rows [][]string
	for _, line := range c.Lines {
		rows = append(rows, []string{lineSaid(l, line.Kind, line.Title, line.Service), l.Value(line.Amount)})
	}
	if len(c.Lines) > 1 {
		rows = append(rows, []string{l.Text("line.total"), l.Value(c.Total())})
	}
	return rows
}

// PlanMade tells what became of a plan that was signed. when is when it was
// sent.
func PlanMade(a payment.Attempt, site Site, when string) ResultText {
	l, list := site.Language, planPayments(a)
	card := endingCard(l, a.Brand, a.Last4)
	term, codes := calling(l, a)
	details := section("details", l.Text("result.details"),
		factsOf([]string{l.Text("fact.for"), a.PatientName}, []string{l.Text("fact.practice"), site.Practice}, []string{l.Text("line.total"), l.Value(a.Total())}, []string{l.Text("fact.card"), card},
			[]string{l.Text("fact.receipts"), a.Email}, []string{l.Text("fact.agreed"), when}, []string{l.Text(term), codes}))
	result := ResultText{Class: "wait", Word: l.Text("mark.wait")}
	say := func(heading words.Key, elements ...Element) ResultText {
		result.Content = Content{Heading: l.Text(heading), Elements: append(elements, details, link(PathPlan, l.Text("planned.see")))}
		return result
	}
	first := ""
	if len(list) > 0 {
		first = installment(l, list[0])
	}
	switch {
	case a.State == payment.Succeeded:
		result.Class, result.Word = "success", l.Text("planned.mark")
		return say("planned.heading",
			text(l.Text("planned.done", "first", first, "card", card)),
			section("payments", l.Text("plan.every"), paymentsTable(l, l.Text("plan.table"), list, 1, a.Total())),
			text(l.Text("planned.stop", "practice", site.Practice, "phone", site.Phone)))
	case a.State == payment.Declined:
		result.Class, result.Word = "danger", l.Text("planned.mark.not")
		return say("planned.heading.not", strong(l.Text("result.uncharged")),
			text(l.Text("result.bank")), link(PathPlan+"?of="+a.ID, l.Text("card.another")))
	case a.State.Harmless():
		result.Class, result.Word = "danger", l.Text("planned.mark.not")
		return say("planned.heading.not", strong(l.Text("result.uncharged")), text(l.Text("planned.not", "checked", a.State == payment.NotDone)),
			link(PathPlan+"?of="+a.ID, l.Text("result.again")))
	case a.State == payment.Unknown:
		result.Class, result.Word = "warning", l.Text("mark.unknown")
		return say("planned.heading.unknown", strong(l.Text("planned.unknown.wait")), text(l.Text("planned.unknown", "first", first)), text(l.Text(lookedFor(a))))
	}
	return say("planned.heading.sending", strong(l.Text("plan.unknown.wait")), text(l.Text("result.seconds")))
}
