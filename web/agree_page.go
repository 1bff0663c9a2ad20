//go:build !js || desk

package web

import (
	"slices"
	"strings"

	"paypane/web/payment"
	"paypane/web/words"
)

// AgreeView is the page that asks for what, and up to how much, a card is kept on
// file.
type AgreeView struct {
	Site         Site
	Appointments []payment.Appointment // the launch's first
	Visit, Year  payment.Amount        // ceilings; zero: not offered
	Made         []payment.Agreement
	Asked        []payment.Attempt // agreements in doubt, and made lately
	Today        payment.Day
	Chosen       string
	Typed        map[string]string // limits, by option
}

// AgreeOption is one thing for which a card can be kept.
type AgreeOption struct {
	Value       string // the target of the attempt: "visit-880123", "year"
	Year        bool
	Appointment payment.Appointment
	Max         payment.Amount
}

// LimitField is the input for the option's limit.
func (o AgreeOption) LimitField() string { return "limit-" + o.Value }

// The targets of agreements: of one patient there is one for a year, whichever
// visit it begins with, and one for each visit.
const yearTarget = "year"

func visitTarget(appointment string) string { return "visit-" + appointment }

// AgreementTarget is the target that an agreement takes up.
func AgreementTarget(a payment.Agreement) string {
	if a.Kind == payment.AgreementYear {
		return yearTarget
	}
	return visitTarget(a.Appointment)
}

// Options are one for each appointment, and one for the year that begins with
// the first of them. What is agreed to already, or may be, is left out.
func (a AgreeView) Options() []AgreeOption {
	taken := map[string]bool{}
	for _, made := range a.Made {
		if !made.Over(a.Today) {
			taken[AgreementTarget(made)] = true
		}
	}
	for _, asked := range a.Asked {
		taken[asked.Target] = true
	}
	var options []AgreeOption
	for i, appointment := range a.Appointments {
		if i == maxOptions {
			break
		}
		if target := visitTarget(appointment.ID); !a.Visit.IsZero() && !taken[target] {
			options = append(options, AgreeOption{Value: target, Appointment: appointment, Max: a.Visit})
		}
	}
	if len(a.Appointments) > 0 && !a.Year.IsZero() && !taken[yearTarget] {
		options = append(options, AgreeOption{Value: yearTarget, Year: true, Appointment: a.Appointments[0], Max: a.Year})
	}
	return options
}

// maxOptions is for how many appointments a card is offered to be kept.
const maxOptions = 6

// Read is the option that was chosen, with the limit that was typed for it. A problem
// with the limit comes with the option and no limit; a choice of nothing that is
// offered is a problem of its own, with neither.
func (a AgreeView) Read() (AgreeOption, payment.Amount, *payment.Problem) {
	for _, o := range a.Options() {
		if o.Value != a.Chosen {
			continue
		}
		problem := func(code string, parameters ...any) (AgreeOption, payment.Amount, *payment.Problem) {
			return o, payment.Amount{}, &payment.Problem{Code: code, Field: o.LimitField(), Parameters: parameters}
		}
		typed := strings.TrimSpace(a.Typed[o.Value])
		if typed == "" {
			return problem("limit_empty")
		}
		limit, err := payment.ReadAmount(typed)
		switch {
		case err != nil:
			return problem("limit_form")
		case limit.Less(payment.SmallestCharge):
			return problem("limit_small", "smallest", payment.SmallestCharge)
		case o.Max.Less(limit):
			return problem("limit_big", "most", o.Max)
		}
		return o, limit, nil
	}
	return AgreeOption{}, payment.Amount{}, &payment.Problem{Code: "agree_empty", Field: FieldAgree}
}

// Content asks.
func (a AgreeView) Content() Content {
	l := a.Site.Language
	s := Content{Heading: l.Text("agree.heading"), Elements: []Element{
		lead(l.Text("agree.lead")),
		box(strong(l.Text("agree.free")), text(l.Text("agree.free.pay"))),
	}}
	s.Elements = append(s.Elements, inDoubt(l, a.Asked)...)
	options := a.Options()
	if len(options) == 0 {
		s.Elements = append(s.Elements, text(l.Text("agree.none", "others", len(a.Appointments) > 0)), link(PathAgreements, l.Text("agree.see")))
		return s
	}
	chosen := a.Chosen
	if len(options) == 1 {
		chosen = options[0].Value
	}
	choice := Element{Kind: ElementChoice, Name: FieldAgree, Text: l.Text("agree.what"), Empty: l.Text("problem.agree_empty")}
	for _, o := range options {
		option := Option{Value: o.Value, Checked: chosen == o.Value, Label: l.Text("agree.visit", "visit", visitWords(l, o.Appointment)), Hint: l.Text("agree.visit.hint"),
			Elements: []Element{{Kind: ElementInput, Input: &Input{Name: o.LimitField(), Label: l.Text("agree.limit"), Mode: "decimal", Autocomplete: "off",
				Width: "w-amount", Prefix: "$", Value: a.Typed[o.Value], Empty: l.Text("problem.limit_empty"), Hint: o.limitHint(l)}}}}
		if o.Year {
			option.Label, option.Hint = l.Text("agree.year"), l.Text("agree.year.hint", "day", o.Appointment.Day)
		}
		choice.Options = append(choice.Options, option)
	}
	s.Elements = append(s.Elements, form(PathAgree, "", l.Text("form.continue"), "", choice), link(PathAgreements, l.Text("agree.back")))
	return s
}

// limitExamples are amounts of which people think with a single visit in mind.
var limitExamples = [2]payment.Amount{payment.Cents(50_00), payment.Cents(100_00)}

// limitHint says what a limit can be. Nothing is filled in: whoever only goes on
// must not agree to more than they have thought of, least of all to the maximum.
func (o AgreeOption) limitHint(l words.Language) string {
	small, some := "", ""
	if limitExamples[1].Less(o.Max) {
		small, some = l.Value(limitExamples[0]), l.Value(limitExamples[1])
	}
	return l.Text("agree.limit.hint", "small", small, "some", some, "smallest", payment.SmallestCharge, "most", o.Max)
}

// visitWords name a visit: what it is, and when.
func visitWords(l words.Language, a payment.Appointment) string {
	return l.Text("visit.name", "title", theirs(l, a.Title), "day", a.Day, "time", words.TimeOfDay(a.Time))
}

// Signing is the page on which one agreement is read and signed.
type Signing struct {
	Site        Site
	Attempt     payment.Attempt
	Appointment payment.Appointment
	Terms       []string // the upstream's, by paragraph, in English
	Notice      string   // of the practice, before a card is typed
	Version     string   // of Consent
	Fields      CardFields
}

func (p Signing) year() bool { return p.Attempt.Kind == payment.KindAgreeYear }

// uses is how the card will be used, and what it will not be.
func (p Signing) uses() []string {
	l := p.Site.Language
	return []string{
		l.Text("agree.uses.card", "practice", p.Site.Practice),
		l.Text("agree.uses.charge", "year", p.year(), "day", p.Appointment.Day, "limit", p.Attempt.Value),
		l.Text("agree.uses.notice", "days", noticeDays),
		l.Text("agree.uses.end", "year", p.year(), "practice", p.Site.Practice, "phone", p.Site.Phone),
	}
}

// Consent is everything that is agreed to, as it stands on the page and is
// kept.
func (p Signing) Consent() string {
	return strings.Join(slices.Concat([]string{p.agreed()}, p.uses(), []string{p.Site.Language.Text("agree.terms.list")}, p.Terms), "\n")
}

// agreed are the words beside the box.
func (p Signing) agreed() string { return p.Site.Language.Text("agree.agreed") }

// Content prints what is agreed to before it asks for anything.
func (p Signing) Content() Content {
	l := p.Site.Language
	elements := []Element{
		factsOf([]string{l.Text("fact.for"), p.Attempt.PatientName}, []string{l.Text("agree.sign.visit", "year", p.year()), visitWords(l, p.Appointment)}, []string{l.Text("agree.limit"), l.Value(p.Attempt.Value)}),
		link(PathAgree, l.Text("agree.change")),
		box(strong(l.Text("agree.free")), text(l.Text("agree.free.care"))),
	}
	if p.Notice != "" {
		elements = append(elements, section("notice", l.Text("card.notice"), text(l.Value(p.Notice))))
		elements[len(elements)-1].Variant = "box warning"
	}
	elements = append(elements,
		folds(fold(l.Text("agree.uses"), items(texts(p.uses())...))),
		section("terms", l.Text("agree.terms"), Element{Kind: ElementTerms, Lang: "en", Elements: texts(p.Terms)}, hint(l.Text("agree.terms.version", "version", p.Version))),
		form(PathAgree+"/"+p.Attempt.ID, "", l.Text("agree.sign"), "",
			hidden(FieldVersion, p.Version),
			Element{Kind: ElementCard, Card: &p.Fields},
			emailInput(l.Text("agree.email"), l.Text("agree.email.hint", "days", noticeDays), p.Fields.Typed.Email,
				l.Text("agree.email.empty")),
			consent(l.Text("consent.legend"), p.agreed(), l.Text("agree.consent")),
		),
		hint(l.Text("agree.once")),
	)
	return Content{Heading: l.Text("agree.sign.heading", "year", p.year()), Elements: elements}
}

// AgreementMade tells what became of an agreement that was signed.
// unmailed says that its text, or its receipt, could not be ordered by email.
func AgreementMade(a payment.Attempt, site Site, when string, unmailed bool) ResultText {
	l := site.Language
	card := payment.StoredCard{Brand: a.Brand, Last4: a.Last4}
	term, codes := calling(l, a)
	facts := factsOf([]string{l.Text("fact.for"), a.PatientName}, []string{l.Text("fact.practice"), site.Practice}, []string{l.Text("fact.card"), l.Value(card)}, []string{l.Text("fact.limit"), l.Value(a.Value)},
		[]string{l.Text("fact.notice"), a.Email}, []string{l.Text("fact.agreed"), when}, []string{l.Text(term), codes})
	back := link(PathAgreements, l.Text("agree.see"))
	result := ResultText{Class: "wait", Word: l.Text("mark.wait")}
	say := func(heading string, elements ...Element) ResultText {
		result.Content = Content{Heading: heading, Elements: append(elements, section("details", l.Text("result.details"), facts), back)}
		return result
	}
	switch {
	case a.State == payment.Succeeded:
		result.Class, result.Word = "success", l.Text("agreed.mark")
		elements := []Element{text(l.Text("agreed.nothing")), section("next", l.Text("agreed.next"), items(
			text(l.Text("agreed.next.insurance")),
			text(l.Text("agreed.next.mail", "email", a.Email)),
			text(l.Text("agreed.next.charge", "days", noticeDays, "limit", a.Value)),
			text(l.Text("agreed.next.cancel", "practice", site.Practice, "phone", site.Phone)),
		)), text(l.Text("agreed.today"))}
		switch {
		case a.EmailSent:
			elements = append(elements, text(l.Text("agreed.mailed", "year", a.Kind == payment.KindAgreeYear, "email", a.Email)))
		case unmailed:
			elements = append(elements, warning(strong(l.Text("agreed.unmailed")), text(l.Text("agreed.unmailed.print"))))
		}
		if a.Reference != "" {
			elements = append(elements, link(PathReceipts+"/"+a.Reference, l.Text("agreed.read")))
		}
		return say(l.Text("agreed.heading", "year", a.Kind == payment.KindAgreeYear), elements...)
	case a.State == payment.Declined:
		result.Class, result.Word = "danger", l.Text("agreed.mark.not")
		return say(l.Text("agreed.heading.not"), strong(l.Text("result.uncharged")), text(l.Text("result.bank")), link(PathAgree, l.Text("card.another")))
	case a.State.Harmless():
		result.Class, result.Word = "danger", l.Text("agreed.mark.not")
		return say(l.Text("agreed.heading.not"), strong(l.Text("result.uncharged")), text(l.Text("agreed.not")), link(PathAgree, l.Text("result.again")))
	case a.State == payment.Unknown:
		result.Class, result.Word = "warning", l.Text("mark.unknown")
		return say(l.Text("agreed.heading.unknown"), strong(l.Text("agreed.unknown.wait")), text(l.Text("agreed.unknown")), text(l.Text(lookedFor(a))))
	}
	return say(l.Text("agreed.heading.sending"), text(l.Text("result.seconds")))
}
