//go:build !js

package web

import (
	"strings"

	"paypane/web/payment"
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
	list, total := p.payments(), p.Attempt.Total().Display()
	last := list[len(list)-1]
	payments := "It is paid with one payment of " + total + " on " + last.Day.Words() + "."
	if len(list) > 1 {
		payments = "It is paid with " + itoa(len(list)) + " payments, one " + monthly(p.Attempt.Terms.Start) + ", from " + list[0].Day.Words() +
			" to " + last.Day.Words() + ": " + p.Attempt.Terms.Cycle.Display() + " each"
		if last.Amount != p.Attempt.Terms.Cycle {
			payments += ", and at last " + last.Amount.Display()
		}
		payments += "."
	}
	return []string{
		"The plan pays to " + p.Site.Practice + " all that is left of the bills that are listed here, " + total + " together. " + payments,
		"The card that I enter here, known afterwards by its last four digits, is kept by the card processor of " + p.Site.Practice +
			". It is charged for these payments on their days, and for nothing else. Nothing is charged today.",
		"If what I owe on these bills changes, the plan takes what is left of them: the last payments become less, or fewer. " +
			"If any other term changes I am asked again before the card is charged under the new one.",
		"If the card expires, is replaced or is declined, I call the practice.",
		"The plan ends with its last payment, or when I stop it by calling " + p.Site.Practice + atPhone(p.Site) + " before the day of a payment.",
	}
}

// Consent is everything that is agreed to, as it stands on the page and is
// kept.
func (p PlanSigning) Consent() string {
	lines := append([]string{p.agreed()}, p.terms()...)
	lines = append(lines, "Bills:")
	for _, l := range p.Attempt.Charge.Lines {
		lines = append(lines, lineTitle(l.Kind, l.Title, l.Service)+" with "+l.Amount.Display())
	}
	lines = append(lines, "Payments:")
	for _, i := range p.payments() {
		lines = append(lines, i.Amount.Display()+" on "+i.Day.Words())
	}
	return strings.Join(lines, "\n")
}

// Sheet prints every payment before it asks for anything.
func (p PlanSigning) Sheet() Sheet {
	a, list := p.Attempt, p.payments()
	first, last := list[0], list[len(list)-1]
	blocks := []Block{
		factsOf([]string{"For", a.PatientName}, []string{"Total", a.Total().Display()}, []string{"Payments", itoa(len(list))},
			[]string{"First payment", first.Amount.Display() + " on " + first.Day.Words()},
			[]string{"Last payment", last.Amount.Display() + " on " + last.Day.Words()}),
		link(PathPlan+"?of="+a.ID, "Change the plan"),
		section("payments", "Every payment", paymentsTable("What your card is charged, and when", list, 1, a.Total())),
		section("bills", "Bills in this plan", moneyOf(lineRows(a.Charge)...)),
		section("terms", "What you agree to", Block{Kind: BlockTerms, Lang: "en", Blocks: texts(p.terms())}, hint("Version "+p.Version+".")),
	}
	if p.Notice != "" {
		notice := section("notice", "Before you enter a card", text(p.Notice))
		notice.Look = "box warning"
		blocks = append(blocks, notice)
	}
	blocks = append(blocks,
		form(PathPlan+"/"+a.ID, "", "Agree and set up the plan", "",
			hidden(FieldVersion, p.Version),
			Block{Kind: BlockCard, Card: &p.Fields},
			emailInput("Email for the receipts (optional)", "The receipt of each payment is sent to this address. It does not change your medical record.", p.Fields.Typed.Email, ""),
			consent("Your agreement", p.agreed(), "Tick the box to agree to the payment plan"),
		),
		hint("Nothing is charged today. The plan is set up once, even if you press twice or the connection breaks."),
	)
	return Sheet{Heading: "Check your payment plan", Blocks: blocks}
}

// agreed are the words beside the box.
func (p PlanSigning) agreed() string {
	payments := "payment"
	if n := len(p.payments()); n > 1 {
		payments = itoa(n) + " payments"
	}
	return "I agree that " + p.Site.Practice + " charges this card for the " + payments + " above, " + p.Attempt.Total().Display() +
		" together, and to the terms above"
}

// lineRows are the lines of a charge and their sum, where they are several.
func lineRows(c payment.Charge) [][]string {
	var rows [][]string
	for _, l := range c.Lines {
		rows = append(rows, []string{lineTitle(l.Kind, l.Title, l.Service), l.Amount.Display()})
	}
	if len(c.Lines) > 1 {
		rows = append(rows, []string{"Total", c.Total().Display()})
	}
	return rows
}

// PlanMade tells what became of a plan that was signed. when is when it was
// sent.
func PlanMade(a payment.Attempt, site Site, when string) Told {
	list, total := planPayments(a), a.Total().Display()
	card := planCard(a.Brand, a.Last4)
	details := section("details", "Details",
		factsOf([]string{"For", a.PatientName}, []string{"Practice", site.Practice}, []string{"Total", total}, []string{"Card", card},
			[]string{"Receipts go to", a.Email}, []string{"Agreed", when}, []string{"Payment number", a.Reference}, []string{"Support code", a.SupportCode()}))
	told := Told{Class: "wait", Word: "Please wait"}
	say := func(heading string, blocks ...Block) Told {
		told.Sheet = Sheet{Heading: heading, Blocks: append(blocks, details, link(PathPlan, "See your payment plans"))}
		return told
	}
	first := ""
	if len(list) > 0 {
		first = list[0].Amount.Display() + " on " + list[0].Day.Words()
	}
	switch {
	case a.State == payment.Taken:
		told.Class, told.Word = "success", "Set up"
		return say("Your payment plan is set up",
			text("Nothing was charged today. The first payment is "+first+", from "+card+"."),
			section("payments", "Every payment", paymentsTable("What your card is charged, and when", list, 1, a.Total())),
			text("To change or stop the plan call "+site.Practice+atPhone(site)+" before the day of a payment. Keep this page or print it for your records."))
	case a.State == payment.Declined:
		told.Class, told.Word = "danger", "Not set up"
		return say("Your payment plan was not set up", strong("Nothing was charged."),
			text("The bank did not accept the card."), link(PathPlan+"?of="+a.ID, "Try another card"))
	case a.State.Harmless():
		told.Class, told.Word = "danger", "Not set up"
		words := "The practice's system did not take it. Try again later or call the practice."
		if a.State == payment.Absent {
			words = "We have checked: the practice's system does not have it. You can set it up now."
		}
		return say("Your payment plan was not set up", strong("Nothing was charged."), text(words), link(PathPlan+"?of="+a.ID, "Try again"))
	case a.State == payment.Unknown:
		told.Class, told.Word = "warning", "Not known yet"
		blocks := []Block{strong("Do not set it up again, and do not pay these bills."),
			text("If it was set up, the first payment is " + first + ". We are checking and will show the answer here. You can close this page and open it again from your portal.")}
		if a.Asked {
			blocks = append(blocks, text("A person has to look at this, which can take until the next working day. If you cannot wait, call the practice and tell them the support code below."))
		}
		return say("We do not know yet if your payment plan is set up", blocks...)
	}
	return say("Your payment plan is being set up", strong("Do not set it up again."), text("This takes a few seconds. This page shows the answer by itself."))
}
