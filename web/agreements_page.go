//go:build !js || desk

package web

import (
	"strconv"
	"time"

	"paypane/web/payment"
	"paypane/web/words"
)

// The inputs of the pages of agreements.
const (
	FieldAgree   = "agree"   // what a card is kept for: an AgreeOption's Value
	FieldVersion = "version" // of the terms that were read
)

// noticeDays is how long before a charge the practice tells the payer
// (docs/upstream-api.md#singleappointment).
const noticeDays = 5

// AgreementsView is the page of what was agreed to.
type AgreementsView struct {
	Site       Site
	Agreements []payment.Agreement
	Bills      []payment.Bill
	Plans      []payment.Plan
	// Appointments are those to come. The upstream tells no day of earlier ones.
	Appointments []payment.Appointment
	Signed       []payment.Attempt // agreements that were asked for here, the newest first
	Today        payment.Day
	New          bool // another one can be made
	// Odd and OddPlan say that an agreement, or a plan, is not understood; Phone is
	// the practice's, empty where it is not known.
	Odd, OddPlan bool
	Phone        string
}

// AgreementName names an agreement: what it covers, and with which card.
func AgreementName(l words.Language, a payment.Agreement) string {
	return l.Text("agreements.name", "year", a.Kind == payment.AgreementYear, "until", a.Ends, "card", endingCard(l, a.Brand, a.Last4))
}

// AgreementsContent lists the agreements, each with what happens next.
func AgreementsContent(p AgreementsView) Content {
	l := p.Site.Language
	elements := []Element{lead(l.Text("agreements.lead", "days", noticeDays))}
	elements = append(elements, inDoubt(l, p.Signed)...)
	if p.Odd {
		elements = append(elements, warning(strong(l.Text("agreements.odd", "phone", p.Phone))))
	}
	if p.OddPlan {
		elements = append(elements, warning(strong(l.Text("agreements.odd.plan", "phone", p.Phone))))
	}
	if len(p.Agreements) == 0 && !p.Odd {
		elements = append(elements, text(l.Text("agreements.none")))
	}
	for i, a := range p.Agreements {
		elements = append(elements, p.section(a, "agreement-"+strconv.Itoa(i+1)))
	}
	if p.New {
		elements = append(elements, link(PathAgree, l.Text("agree.heading")))
	}
	return Content{Heading: l.Text("agreements.heading"), Elements: elements}
}

// inDoubt leads to the agreements of which it is not known whether they were
// made.
func inDoubt(l words.Language, asked []payment.Attempt) []Element {
	var elements []Element
	for _, a := range asked {
		if a.State.Live() {
			elements = append(elements, warning(strong(l.Text("agreements.unknown")),
				link(PathResult+a.ID, l.Text("agreements.status", "limit", a.Value))))
		}
	}
	return elements
}

// number is by which number the practice knows an agreement, where there are
// several of its kind.
func (p AgreementsView) number(a payment.Agreement) string {
	kind := 0
	for _, other := range p.Agreements {
		if other.Kind == a.Kind {
			kind++
		}
	}
	if kind > 1 {
		return a.Payment
	}
	return ""
}

func (p AgreementsView) section(a payment.Agreement, id string) Element {
	l := p.Site.Language
	which := []any{"year", a.Kind == payment.AgreementYear, "number", p.number(a)}
	used, left := "", ""
	if a.LeftKnown {
		used, left = l.Value(a.Max.Minus(a.Left)), l.Value(a.Left)
	}
	elements := []Element{factsOf(
		[]string{l.Text("fact.card"), endingCard(l, a.Brand, a.Last4)}, []string{l.Text("fact.limit"), known(l, a.Max)}, []string{l.Text("fact.used"), used}, []string{l.Text("fact.left"), left},
		[]string{l.Text("fact.made"), l.Value(a.Starts)}, []string{l.Text("fact.ends"), l.Value(a.Ends)}, []string{l.Text("fact.notice"), a.Email},
	)}
	elements = append(elements, p.next(a)...)
	for _, signed := range p.Signed {
		if signed.Reference != "" && signed.Reference == a.Payment {
			read := link(PathReceipts+"/"+signed.Reference, l.Text("agreements.read"))
			read.Value = l.Text("agreements.read.sr", which...)
			elements = append(elements, read)
		}
	}
	stop := section(id+"-stop", l.Text("agreements.stop", which...), text(l.Text("agreements.stop.how", p.calling(a)...)))
	return section(id, l.Text("agreements.title", which...), append(elements, stop)...)
}

// calling are the parameters of whom to call about an agreement, and what to say.
func (p AgreementsView) calling(a payment.Agreement) []any {
	return []any{"practice", p.Site.Practice, "phone", p.Site.Phone, "number", a.Payment}
}

// next says what may happen next and when, and how to pay another way. The
// upstream tells neither notice nor charge.
func (p AgreementsView) next(a payment.Agreement) []Element {
	l, calling := p.Site.Language, p.calling(a)
	var elements []Element
	for _, b := range p.Bills {
		if !p.covers(a, b) {
			continue
		}
		another := "before"
		if daysBetween(p.Today, chargeDay(b)) < 0 {
			another = "after"
		}
		next := []Element{strong(l.Text("agreements.next")), text(p.announced(a, b)), text(l.Text("agreements.another", append(calling, "when", another)...))}
		if daysBetween(p.Today, chargeDay(b)) <= 0 {
			next = append(next, link(PathReceipts, l.Text("agreements.receipts")))
		}
		elements = append(elements, warning(next...))
	}
	if len(elements) > 0 {
		return elements
	}
	what, another := l.Text("agreements.wait", "days", noticeDays), "mail"
	if a.Over(p.Today) {
		what, another = l.Text("agreements.over"), "over"
	}
	elements = append(elements, text(what))
	if payable := (payment.Statement{Bills: p.Bills}).Due(); !payable.IsZero() {
		return append(elements, link(PathAmount, l.Text("agreements.pay")))
	}
	return append(elements, text(l.Text("agreements.another", append(calling, "when", another)...)))
}

// endingCard names a card by its last four digits; empty where they are not known.
func endingCard(l words.Language, b payment.Brand, last4 string) string {
	if last4 == "" {
		return ""
	}
	return l.Value(payment.StoredCard{Brand: b, Last4: last4})
}

// chargeDay is the day on or after which a bill may be charged.
func chargeDay(b payment.Bill) payment.Day { return addDays(b.Decided, noticeDays) }

// announced are the words for a bill that an agreement may charge.
func (p AgreementsView) announced(a payment.Agreement, b payment.Bill) string {
	part := ""
	if a.LeftKnown && a.Left.Less(b.Balance) {
		part = p.Site.Language.Value(a.Left)
	}
	due := chargeDay(b)
	days, when := daysBetween(p.Today, due), "later"
	switch {
	case days == 1:
		when = "tomorrow"
	case days == 0:
		when = "today"
	case days < 0:
		when = "past"
	}
	return p.Site.Language.Text("agreements.announced", "visit", b.Service, "decided", b.Decided, "balance", b.Balance, "part", part,
		"when", when, "due", due, "days", days, "several", p.candidates(b) > 1)
}

// covers reports whether an agreement may be what is arranged for a bill: one
// that began before the visit and is for no other one, as far as the days tell.
// What is in a payment plan is not charged by agreements.
func (p AgreementsView) covers(a payment.Agreement, b payment.Bill) bool {
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
func (p AgreementsView) candidates(b payment.Bill) int {
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
