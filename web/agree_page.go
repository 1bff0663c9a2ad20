//go:build !js

package web

import (
	"slices"
	"strings"

	"paypane/web/payment"
)

// Agree is the page that asks for what, and up to how much, a card is kept on
// file.
type Agree struct {
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
func (a Agree) Options() []AgreeOption {
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

// Read is the option that was chosen, with its limit: what was typed, or the
// practice's maximum where nothing was.
func (a Agree) Read() (AgreeOption, payment.Amount, *payment.Problem) {
	for _, o := range a.Options() {
		if o.Value != a.Chosen {
			continue
		}
		problem := func(code, words string) (AgreeOption, payment.Amount, *payment.Problem) {
			return o, payment.Amount{}, &payment.Problem{Code: code, Field: o.LimitField(), Text: words}
		}
		typed := strings.TrimSpace(a.Typed[o.Value])
		if typed == "" {
			return problem("limit_empty", "Enter the most that may be charged")
		}
		limit, err := payment.ReadAmount(typed)
		switch {
		case err != nil:
			return problem("limit_form", "Enter an amount in dollars and cents, like 45.50")
		case limit.Less(payment.SmallestCharge):
			return problem("limit_small", "The smallest limit is "+payment.SmallestCharge.Display())
		case o.Max.Less(limit):
			return problem("limit_big", "The practice's maximum is "+o.Max.Display()+". Enter "+o.Max.Display()+" or less.")
		}
		return o, limit, nil
	}
	return AgreeOption{}, payment.Amount{}, &payment.Problem{Code: "agree_empty", Field: FieldAgree, Text: "Choose what the card is kept for"}
}

// Sheet asks.
func (a Agree) Sheet() Sheet {
	s := Sheet{Heading: "Keep a card on file", Blocks: []Block{
		lead("After your visit your insurance pays its part. With a card on file, what is left for you is charged by itself, up to a limit that you set."),
		box(strong("You do not have to do this."), text("Your visit and your care do not depend on it. You can always pay when the bill comes.")),
	}}
	s.Blocks = append(s.Blocks, inDoubt(a.Asked)...)
	options := a.Options()
	if len(options) == 0 {
		words := "There is no upcoming visit for which a card can be kept."
		if len(a.Appointments) > 0 {
			words = "There is no other upcoming visit for which a card can be kept."
		}
		s.Blocks = append(s.Blocks, text(words), link(PathAgreements, "See your agreements"))
		return s
	}
	chosen := a.Chosen
	if len(options) == 1 {
		chosen = options[0].Value
	}
	choice := Block{Kind: BlockChoice, Name: FieldAgree, Text: "What is the card kept for?", Empty: "Choose what the card is kept for"}
	for _, o := range options {
		typed, ok := a.Typed[o.Value]
		if !ok {
			typed = o.Max.String()
		}
		option := Option{Value: o.Value, Checked: chosen == o.Value, Label: "One visit: " + visitWords(o.Appointment), Hint: "Only what is left of this visit",
			Blocks: []Block{{Kind: BlockInput, Input: &Input{Name: o.LimitField(), Label: "The most that may be charged", Mode: "decimal", Autocomplete: "off",
				Width: "w-amount", Prefix: "$", Value: typed, Hint: "From " + payment.SmallestCharge.Display() + " to the practice's maximum, " + o.Max.Display()}}}}
		if o.Year {
			option.Label, option.Hint = "All visits of a year", "Beginning with your visit on "+o.Appointment.Day.Words()
		}
		choice.Options = append(choice.Options, option)
	}
	s.Blocks = append(s.Blocks, form(PathAgree, "", "Continue", "", choice), link(PathAgreements, "Back without a card on file"))
	return s
}

func visitWords(a payment.Appointment) string {
	if a.Title == "" {
		return a.When()
	}
	return a.Title + ", " + a.When()
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

func (p Signing) year() bool { return p.Attempt.Act == payment.ActAgreeYear }

// uses is how the card will be used, and what it will not be.
func (p Signing) uses() []string {
	covers := "what my insurance leaves of my visit on " + p.Appointment.Day.Words()
	if p.year() {
		covers = "what my insurance leaves of my visits in the year that begins with " + p.Appointment.Day.Words()
	}
	ends := "This ends when the visit is paid, when the limit is used up, or when I cancel it by calling " + p.Site.Practice + atPhone(p.Site) + "."
	if p.year() {
		ends = "This ends after a year, when the limit is used up, or when I cancel it by calling " + p.Site.Practice + atPhone(p.Site) + "."
	}
	return []string{
		"The card that I enter here, known afterwards by its last four digits, is kept by the card processor of " + p.Site.Practice + ".",
		"It may be charged for " + covers + ", " + p.Attempt.Value.Display() + " in all at most, and for nothing else. Bills that I have today are not part of it.",
		"I am told by email " + itoa(noticeDays) + " days before each charge, and can cancel or pay another way until then. If these terms change I am told by email before the card is charged under the new ones.",
		ends,
	}
}

// Consent is everything that is agreed to, as it stands on the page and is
// kept.
func (p Signing) Consent() string {
	return strings.Join(slices.Concat([]string{agreed}, p.uses(), []string{"Terms:"}, p.Terms), "\n")
}

// agreed are the words beside the box.
const agreed = "I have read what I agree to and the terms above, and I agree to them"

// Sheet prints what is agreed to before it asks for anything.
func (p Signing) Sheet() Sheet {
	title, visit := "Keep a card on file for one visit", "Visit"
	if p.year() {
		title, visit = "Keep a card on file for a year", "First visit"
	}
	blocks := []Block{
		factsOf([]string{"For", p.Attempt.PatientName}, []string{visit, visitWords(p.Appointment)}, []string{"The most that may be charged", p.Attempt.Value.Display()}),
		link(PathAgree, "Change this"),
		box(strong("You do not have to do this."), text("Your visit and your care do not depend on it.")),
	}
	if p.Notice != "" {
		blocks = append(blocks, section("notice", "Before you enter a card", text(p.Notice)))
		blocks[len(blocks)-1].Look = "box warning"
	}
	blocks = append(blocks,
		section("uses", "What you agree to", items(texts(p.uses())...)),
		section("terms", "Terms", Block{Kind: BlockTerms, Lang: "en", Blocks: texts(p.Terms)}, hint("In English. Version "+p.Version+".")),
		form(PathAgree+"/"+p.Attempt.ID, "", "Agree and keep the card on file", "",
			hidden(FieldVersion, p.Version),
			Block{Kind: BlockCard, Card: &p.Fields},
			emailInput("Email for notices", "Needed: the practice tells you here "+itoa(noticeDays)+" days before your card is charged, and sends the receipt. It does not change your medical record.", p.Fields.Typed.Email,
				"Enter an email address. The practice tells you there before your card is charged."),
			consent("Your agreement", agreed, "Tick the box to agree to the card on file terms"),
		),
		hint("Nothing is charged now. Your card is kept once, even if you press twice or the connection breaks."),
	)
	return Sheet{Heading: title, Blocks: blocks}
}

// AgreementMade tells what became of an agreement that was signed.
// unmailed says that its text, or its receipt, could not be ordered by email.
func AgreementMade(a payment.Attempt, site Site, when string, unmailed bool) Told {
	what := "one visit"
	if a.Act == payment.ActAgreeYear {
		what = "a year"
	}
	card := payment.StoredCard{Brand: a.Brand, Last4: a.Last4}.Short()
	facts := factsOf([]string{"For", a.PatientName}, []string{"Practice", site.Practice}, []string{"Card", card}, []string{"Limit", a.Value.Display()},
		[]string{"Notice goes to", a.Email}, []string{"Agreed", when}, []string{"Payment number", a.Reference}, []string{"Support code", a.SupportCode()})
	back := link(PathAgreements, "See your agreements")
	told := Told{Class: "wait", Word: "Please wait"}
	say := func(heading string, blocks ...Block) Told {
		told.Sheet = Sheet{Heading: heading, Blocks: append(blocks, section("details", "Details", facts), back)}
		return told
	}
	switch {
	case a.State == payment.Taken:
		told.Class, told.Word = "success", "Agreed"
		blocks := []Block{text("Nothing was charged now."), section("next", "What happens next", items(
			text("After the visit your insurance decides. That often takes some weeks."),
			text("Then the practice emails you at "+a.Email+" what is left for you."),
			text(itoa(noticeDays)+" days later your card is charged that amount, never more than "+a.Value.Display()+" in all, and you get a receipt."),
			text("Until then you can cancel or pay another way: call "+site.Practice+atPhone(site)+"."),
		)), text("Bills that you have today are not part of this.")}
		copied := "the agreement"
		if a.Act == payment.ActAgreeVisit {
			copied = "a receipt of the agreement"
		}
		switch {
		case a.EmailSent:
			blocks = append(blocks, text("We have asked for "+copied+" to be emailed to "+a.Email+"."))
		case unmailed:
			blocks = append(blocks, warning(strong("No copy of the agreement could be emailed."), text("To keep one, print this page and the page with what you agreed to.")))
		}
		if a.Reference != "" {
			blocks = append(blocks, link(PathReceipts+"/"+a.Reference, "Read or print what you agreed to"))
		}
		return say("Your card is on file for "+what, blocks...)
	case a.State == payment.Declined:
		told.Class, told.Word = "danger", "Not agreed"
		return say("Your card is not on file", strong("Nothing was charged."), text("The bank did not accept the card."), link(PathAgree, "Try another card"))
	case a.State.Harmless():
		told.Class, told.Word = "danger", "Not agreed"
		return say("Your card is not on file", strong("Nothing was charged."), text("The practice's system did not accept the agreement. Your visit does not depend on it."), link(PathAgree, "Try again"))
	case a.State == payment.Unknown:
		told.Class, told.Word = "warning", "Not known yet"
		blocks := []Block{strong("Do not send it again."), text("Nothing was charged now. We are checking and will show the answer here. Your visit does not depend on it.")}
		if a.Asked {
			blocks = append(blocks, text("A person has to look at this, which can take until the next working day. If you cannot wait, call the practice and tell them the support code below."))
		}
		return say("We do not know yet if your card is on file", blocks...)
	}
	return say("Your agreement is being sent", text("This takes a few seconds. This page shows the answer by itself."))
}

func atPhone(site Site) string {
	if site.Phone == "" {
		return ""
	}
	return " at " + site.Phone
}
