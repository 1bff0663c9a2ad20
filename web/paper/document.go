// Package paper writes a receipt as a document: what it says, in words, in the
// order in which it is read.
//
//	document := paper.Receipt(language, receipt)
//
// The receipt's page (package web) and its files (package bff/receipt: PDF, HTML
// and JSON) print that document and word nothing of their own. So what is added
// here is on all four, and what is worded here reads the same on all four. What
// is not known is left out, and a sentence names it and who can supply it.
package paper

import "paypane/web/payment"

// Document is a receipt in words.
type Document struct {
	Title      string // of a file
	Heading    string // what this is, on paper
	Letterhead Letterhead
	// Facts are what there is to say of the payment. The amount is one of them.
	Facts    []Fact
	Standing Fact // whether it was paid, in a sentence
	Services Services
	// Notes say what the receipt lacks and who can supply it. Missing is the same
	// for programs.
	Notes   []string
	Missing []Missing
}

// Letterhead is the practice.
type Letterhead struct {
	Name    string
	Address []string // lines
	Numbers []Fact   // phone and registrations; their texts say what they are
}

// Fact is one thing that a receipt says.
type Fact struct {
	Name  string // its key for programs; empty: it is told by the fact before it
	Label string // what people call it; empty: the text says what it is
	Text  string // empty: people are not told
	Data  any    // what programs read, encoded as JSON; nil: Text
}

// Names of facts that a form may set apart from the others.
const (
	Amount    = "amount"    // of the payment
	Reference = "reference" // the number of the payment in the practice's system
	Service   = "dateOfService"
)

// Services are what was paid for. There are none where Lines is empty.
type Services struct {
	Heading string
	// Day and Service head the columns of a table, before those of the amounts,
	// which the labels of a line's amounts head.
	Day, Service string
	Lines        []Line
	// Rest is what of the payment no line accounts for, Total the payment.
	Rest, Total Fact
	// AsOf is the day of what is left to pay, in a sentence.
	AsOf Fact
	// Dashes explains the dashes of a table; empty where every amount is known.
	Dashes string
}

// Line is one service, or one copay.
type Line struct {
	Kind   payment.BillKind // for programs
	Title  Fact
	Day    Fact   // of service, in words of its own
	Column string // the same under the heading of a column
	// Details say what else is known of it: the procedure, who treated.
	Details []Fact
	// What was billed, what insurance paid of it, what this payment paid and what
	// is left to pay; the text is empty where it is not known.
	Billed, Insurance, Paid, Left Fact
}

// Amounts are the amounts of a line, as the columns of a table. A document that has
// no such column leaves out its label.
func (l Line) Amounts() (columns []Fact) {
	for _, amount := range []Fact{l.Billed, l.Insurance, l.Paid, l.Left} {
		if amount.Label != "" {
			columns = append(columns, amount)
		}
	}
	return columns
}

// Missing is something that an administrator may ask for and that a receipt
// lacks.
type Missing struct {
	What string         `json:"what"`
	From payment.Source `json:"from"` // who can supply it
}

// Map is the document with f applied to every text in it, and to the texts among
// what programs read.
func (d Document) Map(f func(string) string) Document {
	d.Title, d.Heading = f(d.Title), f(d.Heading)
	d.Letterhead.Name = f(d.Letterhead.Name)
	d.Letterhead.Address = texts(d.Letterhead.Address, f)
	d.Letterhead.Numbers = facts(d.Letterhead.Numbers, f)
	d.Facts, d.Standing = facts(d.Facts, f), d.Standing.mapped(f)
	s := &d.Services
	s.Heading, s.Day, s.Service, s.Dashes = f(s.Heading), f(s.Day), f(s.Service), f(s.Dashes)
	s.Rest, s.Total, s.AsOf = s.Rest.mapped(f), s.Total.mapped(f), s.AsOf.mapped(f)
	lines := s.Lines
	s.Lines = nil
	for _, l := range lines {
		l.Title, l.Day, l.Column, l.Details = l.Title.mapped(f), l.Day.mapped(f), f(l.Column), facts(l.Details, f)
		l.Billed, l.Insurance, l.Paid, l.Left = l.Billed.mapped(f), l.Insurance.mapped(f), l.Paid.mapped(f), l.Left.mapped(f)
		s.Lines = append(s.Lines, l)
	}
	d.Notes = texts(d.Notes, f)
	missing := d.Missing
	d.Missing = nil
	for _, m := range missing {
		m.What = f(m.What)
		d.Missing = append(d.Missing, m)
	}
	return d
}

func (x Fact) mapped(f func(string) string) Fact {
	x.Label, x.Text = f(x.Label), f(x.Text)
	if text, ok := x.Data.(string); ok {
		x.Data = f(text)
	}
	return x
}

func facts(list []Fact, f func(string) string) (mapped []Fact) {
	for _, x := range list {
		mapped = append(mapped, x.mapped(f))
	}
	return mapped
}

func texts(list []string, f func(string) string) (mapped []string) {
	for _, text := range list {
		mapped = append(mapped, f(text))
	}
	return mapped
}
