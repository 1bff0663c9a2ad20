package paper

import (
	"strconv"

	"paypane/web/payment"
	"paypane/web/words"
)

// Year is what was paid for a patient in a year by the calendar of the practice.
type Year struct {
	Number   int
	Practice payment.Letterhead
	Patient  string
	// Receipts are of money that was paid and kept, the first one first.
	Receipts []payment.Receipt
	// Back says that payments were taken back, Odd that some are not understood, and
	// Open that the result of some is not known: none of them are in it.
	Back, Odd, Open bool
	// Unread says that what the payments were for could not be read.
	Unread bool
}

// Total is all that was paid.
func (y Year) Total() (total payment.Amount) {
	for _, r := range y.Receipts {
		total = total.Plus(r.Amount)
	}
	return total
}

// OfYear writes a year's payments as one document, for taxes and for the
// administrators of health savings accounts.
func OfYear(l words.Language, y Year) Document {
	year := strconv.Itoa(y.Number)
	d := Document{
		Heading:    l.Text("receipt.year", "year", year),
		Letterhead: letterhead(l, y.Practice),
		Standing:   Fact{Name: "standing", Text: l.Text("receipt.standing.year")},
	}
	d.Title = l.Text("receipt.title", "heading", d.Heading, "reference", "", "practice", y.Practice.Name)
	total := Fact{Name: Amount, Label: l.Text("receipt.year.total", "year", year), Text: l.Value(y.Total()), Data: y.Total()}
	if y.Patient != "" {
		d.Facts = append(d.Facts, Fact{Name: "patient", Label: l.Text("fact.patient"), Text: y.Patient})
	}
	d.Facts = append(d.Facts, total,
		Fact{Name: "year", Data: y.Number},
		Fact{Name: "payments", Label: l.Text("fact.payments"), Text: l.Value(len(y.Receipts)), Data: len(y.Receipts)},
		Fact{Name: "status", Data: "paid"}, Fact{Name: "currency", Data: "USD"})
	d.Services = Services{Heading: l.Text("receipt.year.for"), Day: l.Text("receipt.day"), Service: l.Text("receipt.column.service"),
		Total: Fact{Label: total.Label, Text: total.Text}}
	for _, r := range y.Receipts {
		lines := r.Lines
		if rest := r.Unassigned(); !rest.IsZero() {
			lines = append(lines[:len(lines):len(lines)], payment.ReceiptLine{Paid: rest})
		}
		for _, line := range lines {
			d.Services.Lines = append(d.Services.Lines, lineOfYear(l, r, line))
		}
	}
	note := func(said bool, key words.Key, parameters ...any) {
		if said {
			d.Notes = append(d.Notes, l.Text(key, parameters...))
		}
	}
	note(true, "receipt.year.only")
	note(y.Back, "receipt.year.back")
	note(y.Open, "receipt.year.open")
	note(y.Odd, "receipt.year.odd", "phone", y.Practice.Phone)
	note(y.Unread, "receipt.year.unread")
	note(true, "receipt.year.more")
	return d
}

// lineOfYear is what one payment paid for one service: its day is the payment's, and
// that of the service stands below, with the card and the payment's number.
func lineOfYear(l words.Language, r payment.Receipt, of payment.ReceiptLine) Line {
	line := lineOf(l, of)
	if of.Kind == "" {
		line.Title = Fact{Text: l.Text("receipt.rest")}
	}
	if line.Day.Text != "" {
		line.Details = append([]Fact{line.Day}, line.Details...)
	}
	paid := payment.DayOf(r.Time)
	line.Day = Fact{Name: "paidOn", Text: l.Text("receipt.year.paid", "day", paid), Data: paid}
	line.Column = l.Value(words.Abbreviated(paid))
	if r.Last4 != "" {
		line.Details = append(line.Details, Fact{Text: l.Value(payment.StoredCard{Brand: r.Brand, Last4: r.Last4})})
	}
	line.Details = append(line.Details, Fact{Name: Reference, Text: l.Text("receipt.year.payment", "reference", r.Reference), Data: r.Reference})
	line.Paid.Label = l.Text("receipt.year.amount")
	line.Billed, line.Insurance, line.Left = Fact{}, Fact{}, Fact{}
	return line
}
