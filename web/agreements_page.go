//go:build !js

package web

import (
	"time"

	"paypane/web/payment"
)

// The inputs of the pages of agreements.
const (
	FieldAgree   = "agree"   // what a card is kept for: an AgreeOption's Value
	FieldVersion = "version" // of the terms that were read
)

// ConsentLocale is the language of the texts that are agreed to here.
const ConsentLocale = "en-US"

// noticeDays is how long before a charge the practice tells the payer
// (ux.md 2.1).
const noticeDays = 5

// Agreements is the page of what was agreed to.
type Agreements struct {
	Site       Site
	Agreements []payment.Agreement
	Bills      []payment.Bill
	Signed     []payment.Attempt // agreements that were asked for here, the newest first
	Today      payment.Day
	New        bool // another one can be made
}

// AgreementName names an agreement: what it covers, and with which card.
func AgreementName(a payment.Agreement) string {
	name := "Card on file for one visit"
	if a.Kind == payment.AgreementYear {
		name = "Card on file for a year"
		if day := a.Ends.Words(); day != "" {
			name += ", until " + day
		}
	}
	if a.Last4 != "" {
		name += ", with " + payment.StoredCard{Brand: a.Brand, Last4: a.Last4}.Short()
	}
	return name
}

// AgreementsSheet lists the agreements, each with what happens next.
func AgreementsSheet(p Agreements) Sheet {
	blocks := []Block{lead("With a card on file the practice charges what you owe after your insurance has paid. You are told " + itoa(noticeDays) + " days before.")}
	for _, a := range p.Signed {
		if a.State.Live() {
			blocks = append(blocks, warning(strong("The result of an agreement is not known yet."),
				link(PathResult+a.ID, "See the status of your agreement of up to "+a.Value.Display())))
		}
	}
	if len(p.Agreements) == 0 {
		blocks = append(blocks, text("There is no card on file for you."))
	}
	for i, a := range p.Agreements {
		blocks = append(blocks, p.section(a, "agreement-"+itoa(i+1)))
	}
	if p.New {
		blocks = append(blocks, link(PathAgree, "Keep a card on file"))
	}
	return Sheet{Heading: "Card on file", Blocks: blocks}
}

// what is what an agreement is for, and where there are several of the kind, by
// which number the practice knows it.
func (p Agreements) what(a payment.Agreement) string {
	what, kind := "for one visit", 0
	if a.Kind == payment.AgreementYear {
		what = "for a year"
	}
	for _, other := range p.Agreements {
		if other.Kind == a.Kind {
			kind++
		}
	}
	if kind > 1 {
		what += paymentNumber(a)
	}
	return what
}

func (p Agreements) section(a payment.Agreement, id string) Block {
	what := p.what(a)
	title := "F" + what[1:]
	used := ""
	if a.LeftKnown {
		used = a.Max.Minus(a.Left).Display()
	}
	left, limit := "", ""
	if a.LeftKnown {
		left = a.Left.Display()
	}
	if !a.Max.IsZero() {
		limit = a.Max.Display()
	}
	card := ""
	if a.Last4 != "" {
		card = payment.StoredCard{Brand: a.Brand, Last4: a.Last4}.Short()
	}
	blocks := []Block{factsOf(
		[]string{"Card", card}, []string{"Limit", limit}, []string{"Used", used}, []string{"Left", left},
		[]string{"Made", a.Starts.Words()}, []string{"Ends", a.Ends.Words()}, []string{"Notice goes to", a.Email},
	)}
	blocks = append(blocks, p.next(a)...)
	for _, signed := range p.Signed {
		if signed.Reference != "" && signed.Reference == a.Payment {
			read := link(PathReceipts+"/"+signed.Reference, "Read what you agreed to")
			read.Value = what
			blocks = append(blocks, read)
		}
	}
	stop := section(id+"-stop", "To stop the agreement "+what)
	stop.Blocks = []Block{text("This page cannot stop it: only the practice can." + p.call() + " Say: “Please cancel my card on file agreement" + paymentNumber(a) + ".” You can do this at any time" +
		" before the charge.")}
	return section(id, title, append(blocks, stop)...)
}

func paymentNumber(a payment.Agreement) string {
	if a.Payment == "" {
		return ""
	}
	return ", payment number " + a.Payment
}

// call says whom to call.
func (p Agreements) call() string {
	if p.Site.Phone == "" {
		return " Call " + p.Site.Practice + "."
	}
	return " Call " + p.Site.Practice + " at " + p.Site.Phone + "."
}

// next says what happens next and when. The upstream tells neither notice nor
// charge; a visit after the agreement began, of which a balance is left and is
// arranged, is one that it is about to charge, some days after the insurance
// has decided.
func (p Agreements) next(a payment.Agreement) []Block {
	var blocks []Block
	for _, b := range p.Bills {
		if b.Hold != payment.HoldArranged || b.Service < a.Starts || b.Decided == "" || b.Balance.IsZero() {
			continue
		}
		charged := b.Balance
		if a.LeftKnown && a.Left.Less(charged) {
			charged = a.Left
		}
		words := "Your insurance decided about your visit of " + b.Service.Words() + " on " + b.Decided.Words() + ". " + charged.Display() + " is left for you. "
		due := addDays(b.Decided, noticeDays)
		switch left := daysBetween(p.Today, due); {
		case left > 1:
			words += "Your card is charged about " + due.Words() + ": in " + itoa(left) + " days."
		case left == 1:
			words += "Your card is charged about " + due.Words() + ": tomorrow."
		default:
			words += "Your card is charged now, or has been since this morning."
		}
		blocks = append(blocks, warning(strong("What happens next"), text(words),
			text("To pay it another way, tell the practice before then."+p.call())))
	}
	if len(blocks) == 0 {
		blocks = append(blocks, text("What happens next: after a visit your insurance decides, which often takes some weeks. Then you get an email, and "+itoa(noticeDays)+" days later the card is charged. Nothing waits to be charged now."))
		if payable := (payment.Statement{Bills: p.Bills}).Due(); !payable.IsZero() {
			blocks = append(blocks, link(PathAmount, "Pay what you owe another way now"))
		}
	}
	return blocks
}

func addDays(d payment.Day, n int) payment.Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	return payment.DayOf(t.AddDate(0, 0, n))
}

// daysBetween is how many days b is after a.
func daysBetween(a, b payment.Day) int {
	from, err := time.Parse(time.DateOnly, string(a))
	to, err2 := time.Parse(time.DateOnly, string(b))
	if err != nil || err2 != nil {
		return 0
	}
	return int(to.Sub(from) / (24 * time.Hour))
}

// AgreementMade tells what became of an agreement that was signed.
func AgreementMade(a payment.Attempt, site Site, when string) Told {
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
		if a.Act == payment.ActAgreeYear && a.EmailSent {
			blocks = append(blocks, text("We have asked for the agreement to be emailed to "+a.Email+"."))
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
