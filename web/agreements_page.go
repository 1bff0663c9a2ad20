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
	Plans      []payment.Plan
	// Appointments are those to come. The upstream tells no day of earlier ones.
	Appointments []payment.Appointment
	Signed       []payment.Attempt // agreements that were asked for here, the newest first
	Today        payment.Day
	New          bool // another one can be made
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
	blocks = append(blocks, inDoubt(p.Signed)...)
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

// inDoubt leads to the agreements of which it is not known whether they were
// made.
func inDoubt(asked []payment.Attempt) []Block {
	var blocks []Block
	for _, a := range asked {
		if a.State.Live() {
			blocks = append(blocks, warning(strong("The result of an agreement is not known yet."),
				link(PathResult+a.ID, "See the status of your agreement of up to "+a.Value.Display())))
		}
	}
	return blocks
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

// next says what may happen next and when, and how to pay another way. The
// upstream tells neither notice nor charge.
func (p Agreements) next(a payment.Agreement) []Block {
	say := p.call() + " Say: “Please do not charge my card on file" + paymentNumber(a) + ". I want to pay another way.”"
	var blocks []Block
	for _, b := range p.Bills {
		if !p.covers(a, b) {
			continue
		}
		words, another := p.announced(a, b), "To pay it another way, tell the practice before then."
		next := []Block{strong("What may happen next"), text(words)}
		if daysBetween(p.Today, chargeDay(b)) < 0 {
			another = "If it was not, and you want to pay another way, tell the practice."
		}
		next = append(next, text(another+say))
		if daysBetween(p.Today, chargeDay(b)) <= 0 {
			next = append(next, link(PathReceipts, "See your receipts"))
		}
		blocks = append(blocks, warning(next...))
	}
	if len(blocks) > 0 {
		return blocks
	}
	words, another := "What happens next: after a visit your insurance decides, which often takes some weeks. Then you get an email, and "+itoa(noticeDays)+
		" days later the card is charged. No charge is announced here yet. The practice's email tells you first.",
		"To pay another way when the email has come, tell the practice."+say
	if a.Over(p.Today) {
		words, another = "Nothing more is charged by this agreement: it is over.", "If you were told otherwise, tell the practice."+say
	}
	blocks = append(blocks, text(words))
	if payable := (payment.Statement{Bills: p.Bills}).Due(); !payable.IsZero() {
		return append(blocks, link(PathAmount, "Pay what you owe another way now"))
	}
	return append(blocks, text(another))
}

// chargeDay is the day on or after which a bill may be charged.
func chargeDay(b payment.Bill) payment.Day { return addDays(b.Decided, noticeDays) }

// announced are the words for a bill that an agreement may charge.
func (p Agreements) announced(a payment.Agreement, b payment.Bill) string {
	words := "Your insurance decided about your visit of " + b.Service.Words() + " on " + b.Decided.Words() + ". " + b.Balance.Display() + " is left for you. "
	subject := "It"
	if a.LeftKnown && a.Left.Less(b.Balance) {
		subject = "Up to " + a.Left.Display() + " of it"
	}
	due := chargeDay(b)
	switch left := daysBetween(p.Today, due); {
	case left > 1:
		words += subject + " may be charged on or after " + due.Words() + " (in " + itoa(left) + " days)"
	case left == 1:
		words += subject + " may be charged on or after " + due.Words() + " (tomorrow)"
	case left == 0:
		words += subject + " may be charged on or after " + due.Words() + " (today)"
	default:
		words += subject + " may have been charged already; your receipts show it"
	}
	if p.candidates(b) > 1 {
		words += ", by this agreement or another one of yours"
	}
	return words + "."
}

// covers reports whether an agreement may be what is arranged for a bill: one
// that began before the visit and is for no other one, as far as the days tell.
// What is in a payment plan is not charged by agreements.
func (p Agreements) covers(a payment.Agreement, b payment.Bill) bool {
	if b.Kind != payment.Claim || b.Hold != payment.HoldArranged || b.Decided == "" || b.Balance.IsZero() || a.Over(p.Today) {
		return false
	}
	for _, plan := range p.Plans {
		if !plan.Paid() && contains(plan.Claims, b.Number) {
			return false
		}
	}
	for _, visit := range p.Appointments {
		if a.Kind == payment.AgreementVisit && visit.ID == a.Appointment && visit.Day > p.Today {
			return false // that visit is still to come
		}
	}
	return a.Starts != "" && a.Starts <= b.Service && (a.Ends == "" || b.Service <= a.Ends)
}

// candidates is how many agreements may be what is arranged for a bill.
func (p Agreements) candidates(b payment.Bill) int {
	n := 0
	for _, a := range p.Agreements {
		if p.covers(a, b) {
			n++
		}
	}
	return n
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
