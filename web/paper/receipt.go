package paper

import (
	"slices"
	"time"

	"paypane/web/payment"
	"paypane/web/words"
)

// Receipt writes a receipt, or the agreement that a card is kept on file.
func Receipt(l words.Language, r payment.Receipt) Document {
	d := Document{
		Heading:    heading(l, r),
		Letterhead: letterhead(l, r.Practice),
		Facts:      receiptFacts(l, r),
		Standing:   Fact{Name: "standing", Text: standing(l, r)},
		Services:   services(l, r),
	}
	d.Title = l.Text("receipt.title", "heading", d.Heading, "reference", r.Reference, "practice", r.Practice.Name)
	missing := map[payment.Source][]string{}
	for _, lack := range r.Missing() {
		what := l.Text(lacks[lack.What], "amount", lack.Amount)
		missing[lack.From] = append(missing[lack.From], what)
		d.Missing = append(d.Missing, Missing{what, lack.From})
	}
	if list := missing[payment.FromPractice]; len(list) > 0 {
		d.Notes = append(d.Notes, l.Text("receipt.missing.practice", "list", words.List(list), "phone", r.Practice.Phone))
	}
	if list := missing[payment.FromInsurance]; len(list) > 0 {
		d.Notes = append(d.Notes, l.Text("receipt.missing.insurance", "list", words.List(list)))
	}
	return d
}

// lacks are the sentences' parts for what a receipt lacks.
var lacks = map[payment.Lacking]words.Key{
	payment.LacksName:      "receipt.lack.name",
	payment.LacksAddress:   "receipt.lack.address",
	payment.LacksPhone:     "receipt.lack.phone",
	payment.LacksPatient:   "receipt.lack.patient",
	payment.LacksServices:  "receipt.lack.services",
	payment.LacksDays:      "receipt.lack.days",
	payment.LacksKinds:     "receipt.lack.kinds",
	payment.LacksProvider:  "receipt.lack.provider",
	payment.LacksApplied:   "receipt.lack.applied",
	payment.LacksRest:      "receipt.lack.rest",
	payment.LacksInsurance: "receipt.lack.insurance",
}

func heading(l words.Language, r payment.Receipt) string {
	switch {
	case r.Paid():
		return l.Text("receipt.paper")
	case r.TakenBack():
		return l.Text("receipt.paper.voided")
	case r.Agreement():
		return l.Text("receipt.heading.agreement")
	}
	return l.Text("receipt.heading.record")
}

// standing says whether it was paid, and that it is no bill.
func standing(l words.Language, r payment.Receipt) string {
	switch {
	case r.Paid():
		return l.Text("receipt.standing.paid")
	case r.TakenBack():
		return l.Text("receipt.standing.voided")
	case r.Checked():
		return l.Text("receipt.standing.checked")
	}
	return l.Text("receipt.standing.unknown")
}

func letterhead(l words.Language, p payment.Letterhead) Letterhead {
	head := Letterhead{Name: p.Name}
	for _, line := range p.Address {
		head.Address = append(head.Address, l.Value(line))
	}
	add := func(name, number, text string) {
		if number != "" {
			head.Numbers = append(head.Numbers, Fact{Name: name, Text: text, Data: number})
		}
	}
	add("phone", p.Phone, l.Text("receipt.phone", "number", p.Phone))
	add("npi", p.NPI, l.Text("receipt.npi", "number", p.NPI))
	add("taxId", p.TaxID, l.Text("receipt.tax", "number", p.TaxID))
	return head
}

// receiptFacts are what there is to say of the payment, without what is not
// known. Amounts go to programs as texts in US dollars ("45.00"), and times with
// their offset.
func receiptFacts(l words.Language, r payment.Receipt) (all []Fact) {
	add := func(name string, label words.Key, text string, data any) {
		if text != "" {
			all = append(all, Fact{name, l.Text(label), text, data})
		}
	}
	status, amount, moment := "other", words.Key("fact.amount"), words.Key("fact.date")
	switch {
	case r.Paid():
		status, amount, moment = "paid", "receipt.amount", "receipt.day"
	case r.TakenBack():
		status, amount, moment = "taken back", "receipt.amount.voided", "receipt.day"
	case r.Agreement():
		moment = "fact.agreed"
	}
	add("patient", "fact.patient", r.Patient, nil)
	if r.Payer != r.Patient {
		add("payer", "fact.payer", r.Payer, nil)
	}
	add("phone", "fact.phone", r.Wishes.Phone, nil)
	if r.Agreement() { // of no money
		all = append(all, Fact{Name: Amount, Data: r.Amount})
	} else {
		add(Amount, amount, l.Value(r.Amount), r.Amount)
	}
	if !r.Limit.IsZero() {
		add("limit", "fact.limit", l.Text("receipt.limit", "limit", r.Limit), r.Limit)
	}
	add("time", moment, l.Value(words.Date(r.Time)), r.Time.Format(time.RFC3339))
	add("", "fact.time", l.Value(words.Clock(r.Time)), nil)
	if r.Brand != "" || r.Last4 != "" {
		card := Fact{Name: "card", Label: l.Text("fact.card"), Data: Card{l.Value(r.Brand), r.Last4}}
		if r.Last4 != "" {
			card.Text = l.Value(payment.StoredCard{Brand: r.Brand, Last4: r.Last4})
		}
		all = append(all, card)
	}
	add(Reference, "fact.reference", r.Reference, nil)
	return append(all, Fact{Name: "status", Data: status}, Fact{Name: "type", Data: r.Type}, Fact{Name: "currency", Data: "USD"})
}

// Card is the card that was charged, for programs.
type Card struct {
	Brand string `json:"brand,omitempty"` // "Visa"
	Last4 string `json:"last4,omitempty"`
}

// services are what was paid for.
func services(l words.Language, r payment.Receipt) Services {
	s := Services{
		Heading: l.Text("receipt.for"), Day: l.Text("receipt.column.day"), Service: l.Text("receipt.column.service"),
		Total: Fact{Label: l.Text("receipt.total"), Text: l.Value(r.Amount)},
	}
	if rest := r.Unassigned(); !rest.IsZero() {
		s.Rest = Fact{Name: "unassigned", Label: l.Text("receipt.rest"), Text: l.Value(rest), Data: rest}
	}
	if r.AsOf != "" {
		s.AsOf = Fact{Name: "asOf", Data: r.AsOf}
		left := func(line payment.ReceiptLine) bool { return line.Left.Known }
		if slices.ContainsFunc(r.Lines, left) && l.Value(r.AsOf) != "" {
			s.AsOf.Text = l.Text("receipt.asof", "day", r.AsOf)
		}
	}
	unknown := func(line payment.ReceiptLine) bool {
		return !line.Billed.Known || !line.Insurance.Known || !line.Left.Known
	}
	if slices.ContainsFunc(r.Lines, unknown) {
		s.Dashes = l.Text("receipt.dashes")
	}
	for _, line := range r.Lines {
		s.Lines = append(s.Lines, lineOf(l, line))
	}
	return s
}

func lineOf(l words.Language, r payment.ReceiptLine) Line {
	line := Line{Kind: r.Kind, Column: l.Text("receipt.column.day.unknown")}
	if r.Service != "" {
		line.Day = Fact{Name: Service, Data: r.Service}
		if day := l.Value(r.Service); day != "" {
			line.Day.Text = l.Text("receipt.service", "day", r.Service)
			line.Column = l.Value(words.Abbreviated(r.Service))
		}
	}
	code := Fact{Name: "procedureCode", Text: l.Text("receipt.procedure", "code", r.Code), Data: r.Code}
	switch {
	case r.Description != "":
		line.Title = Fact{Name: "description", Text: r.Description}
		if r.Code != "" {
			line.Details = append(line.Details, code)
		}
	case r.Code != "":
		line.Title = code
	default:
		line.Title = Fact{Text: l.Text("receipt.unnamed")}
	}
	if r.Provider != "" {
		line.Details = append(line.Details, Fact{Name: "provider", Text: r.Provider})
	}
	amount := func(name string, label words.Key, a payment.Stated) Fact {
		if !a.Known {
			return Fact{Label: l.Text(label)}
		}
		return Fact{name, l.Text(label), l.Value(a.Amount), a.Amount}
	}
	line.Billed = amount("billed", "receipt.line.billed", r.Billed)
	line.Insurance = amount("insurancePaid", "receipt.line.insurance", r.Insurance)
	line.Paid = amount("paid", "receipt.line.paid", payment.Said(r.Paid))
	line.Left = amount("leftToPay", "receipt.line.left", r.Left)
	return line
}
