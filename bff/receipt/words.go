package receipt

import (
	"strings"
	"time"
	"unicode"

	"paypane/web/payment"
)

// fact is a label and what there is to say.
type fact struct{ Label, Said string }

// heading says what the receipt is.
func heading(i payment.Itemized) string {
	switch {
	case i.Paid():
		return "Receipt"
	case i.TakenBack():
		return "Receipt of a payment that was taken back"
	}
	return "Record of a card transaction"
}

// name is the title of the file.
func name(i payment.Itemized) string {
	if i.Practice.Name == "" {
		return heading(i) + " " + i.Reference
	}
	return heading(i) + " " + i.Reference + ", " + i.Practice.Name
}

// amountLabel says what the amount is.
func amountLabel(i payment.Itemized) string {
	switch {
	case i.Paid():
		return "Amount paid"
	case i.TakenBack():
		return "Amount taken back"
	}
	return "Amount"
}

// letterhead is what is below the practice's name.
func letterhead(l payment.Letterhead) []string {
	lines := append([]string(nil), l.Address...)
	var numbers []string
	add := func(label, said string) {
		if said != "" {
			numbers = append(numbers, label+said)
		}
	}
	add("Phone ", l.Phone)
	add("NPI ", l.NPI)
	add("Tax ID ", l.TaxID)
	if len(numbers) > 0 {
		lines = append(lines, strings.Join(numbers, " · "))
	}
	return lines
}

// facts are what there is to say of the payment, without what is not known.
func facts(i payment.Itemized) []fact {
	var all []fact
	add := func(label, said string) {
		if said != "" {
			all = append(all, fact{label, said})
		}
	}
	add("Patient", i.Patient)
	add("Paid by", i.Payer)
	if !i.Time.IsZero() {
		add("Date of payment", i.Time.Format("January 2, 2006"))
		add("Time", i.Time.Format("3:04 PM MST"))
	}
	if i.Last4 != "" {
		name := i.Brand.Name()
		add("Card", strings.ToUpper(name[:1])+name[1:]+" ending in "+i.Last4)
	}
	add("Payment reference", i.Reference)
	return all
}

// service is what was done, and what else is known of it.
func service(l payment.ItemizedLine) (title, below string) {
	code := l.Code
	if code != "" {
		code = "Procedure " + code
	}
	if title = l.Description; title == "" {
		title, code = code, ""
	}
	if title == "" {
		title = "Not named"
	}
	if code == "" || l.Provider == "" {
		return title, code + l.Provider
	}
	return title, code + ", " + l.Provider
}

// columns are the amounts of a line, by their headings.
var columns = []string{"Billed", "Insurance paid", "This payment", "Left to pay"}

// notKnown stands where an amount is not known.
const notKnown = "–"

func amounts(l payment.ItemizedLine) []string {
	stated := func(s payment.Stated) string {
		if !s.Known {
			return notKnown
		}
		return s.Amount.Display()
	}
	return []string{stated(l.Billed), stated(l.Insurance), l.Paid.Display(), stated(l.Left)}
}

// date is the day of a line for the table: "Aug 14, 2026".
func date(d payment.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return "Not known"
	}
	return t.Format("Jan 2, 2006")
}

// notes are the sentences below the lines.
func notes(i payment.Itemized) []string {
	var all []string
	if len(i.Lines) > 0 {
		for _, l := range i.Lines {
			if l.Left.Known && i.AsOf.Words() != "" {
				all = append(all, "What is left to pay is as of "+i.AsOf.Words()+".")
				break
			}
		}
		for _, l := range i.Lines {
			if !l.Billed.Known || !l.Insurance.Known || !l.Left.Known {
				all = append(all, "Where there is a dash, the practice’s system does not tell the amount.")
				break
			}
		}
	}
	return append(all, i.MissingWords()...)
}

// longest is how much of a text is set, in characters; no name is as long.
const longest = 200

// clean makes a text fit to be set: one line, without what is not seen, and
// not too long. Marks that turn the direction of other text around have no
// place in a name.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest-1]) + "…"
	}
	return s
}

// cleaned is the receipt with all its texts clean.
func cleaned(i payment.Itemized) payment.Itemized {
	for _, s := range []*string{&i.Practice.Name, &i.Practice.Phone, &i.Practice.NPI, &i.Practice.TaxID,
		&i.Patient, &i.Payer, &i.Reference, &i.Type, &i.Last4} {
		*s = clean(*s)
	}
	i.Practice.Address = append([]string(nil), i.Practice.Address...)
	for n := range i.Practice.Address {
		i.Practice.Address[n] = clean(i.Practice.Address[n])
	}
	i.Lines = append([]payment.ItemizedLine(nil), i.Lines...)
	for n := range i.Lines {
		l := &i.Lines[n]
		l.Description, l.Code, l.Provider = clean(l.Description), clean(l.Code), clean(l.Provider)
	}
	if i.Payer == i.Patient {
		i.Payer = ""
	}
	return i
}
