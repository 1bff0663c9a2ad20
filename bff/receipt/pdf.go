package receipt

import (
	"bytes"
	"fmt"
	"time"

	"paypane/web/payment"
)

// The styles of a receipt.
var (
	practiceName = style{15, true, black}
	small        = style{9.5, false, grey}
	title        = style{13, true, black}
	body         = style{10.5, false, black}
	strong       = style{10.5, true, black}
	label        = style{10.5, false, grey}
	figure       = style{36, true, black}
	head         = style{8.5, true, grey}
)

// Where the columns of amounts end, and where that of the service is.
var columnEnds = []float64{350, 424, 494, right}

const serviceAt, serviceWidth = margin + 78, 162

// PDF is the receipt as a tagged PDF of US Letter pages, one for a payment of a
// few services. made goes into the file as the time of its making.
func PDF(i payment.Itemized, made time.Time) ([]byte, error) {
	i = cleaned(i)
	s := newSheets()
	s.SetTitle(settable(name(i)), true)
	s.SetAuthor(settable(i.Practice.Name), true)
	s.SetProducer("Paypane", true)
	s.SetLang("en-US")
	s.SetCreationDate(made.UTC())
	s.SetModificationDate(made.UTC())
	s.head(i)
	s.lines(i)
	s.notes(i)
	s.foot(i)
	var b bytes.Buffer
	if err := s.Output(&b); err != nil {
		return nil, fmt.Errorf("write receipt as pdf: %w", err)
	}
	return s.added(b.Bytes())
}

// head is the practice, what this is and the amount; beside it the facts.
func (s *sheets) head(i payment.Itemized) {
	if i.Practice.Name != "" {
		s.in("P", "", func() { s.y += s.paragraph(margin, s.y, right-margin, i.Practice.Name, practiceName) })
		s.y += 3
	}
	for _, l := range letterhead(i.Practice) {
		s.in("P", "", func() { s.y += s.paragraph(margin, s.y, right-margin, l, small) })
	}
	s.y += 14
	s.rule(s.y, 0.75)
	s.y += 22
	factsAt := s.y
	s.in("H1", "", func() { s.y += s.paragraph(margin, s.y, besides-margin-20, heading(i), title) })
	s.y += 12
	s.in("P", "", func() {
		s.y += s.paragraph(margin, s.y, besides-margin-20, amountLabel(i)+" ", label)
		s.write(margin-1, s.y, i.Amount.Display(), figure)
		s.y += figure.leading()
	})
	s.y += 2
	s.in("P", "", func() { s.y += s.paragraph(margin, s.y, besides-margin-20, i.Standing(), strong) })
	s.y = max(s.y, s.facts(i, factsAt+2)) + 20
}

// Where the facts begin, and what they say.
const besides, values = 316, 420

// facts are a table of two columns; it returns where they end.
func (s *sheets) facts(i payment.Itemized, y float64) float64 {
	s.in("Table", "", func() {
		for _, f := range facts(i) {
			s.in("TR", "", func() {
				s.in("TH", "/O /Table /Scope /Row", func() { s.write(besides, y, f.Label, label) })
				s.in("TD", "", func() { y += s.paragraph(values, y, right-values, f.Said, body) })
			})
			y += 4
		}
	})
	return y
}

// lines are the table of what was paid for.
func (s *sheets) lines(i payment.Itemized) {
	if len(i.Lines) == 0 {
		return
	}
	s.in("H2", "", func() { s.y += s.paragraph(margin, s.y, right-margin, "What this payment was for", title) })
	s.y += 8
	s.in("Table", "", func() {
		s.in("TR", "", func() {
			s.columnHeads(func(x float64, text string, atRight bool) {
				s.in("TH", "/O /Table /Scope /Column", func() {
					if atRight {
						s.writeRight(x, s.y, text, head)
					} else {
						s.write(x, s.y, text, head)
					}
				})
			})
		})
		s.y += head.leading() + 5
		for _, l := range i.Lines {
			s.line(l)
		}
		s.rule(s.y, 0.75)
		s.y += 8
		if rest := i.Unassigned(); !rest.IsZero() {
			s.total("Not shown with a service", rest, body)
		}
		s.total("Total of this payment", i.Amount, strong)
	})
	s.y += 16
}

func (s *sheets) columnHeads(set func(x float64, text string, atRight bool)) {
	set(margin, "Date of service", false)
	set(serviceAt, "Service", false)
	for n, name := range columns {
		set(columnEnds[n], name, true)
	}
}

// line is a row of the table. It is not broken over pages; a new page begins
// with the headings again, which are read once.
func (s *sheets) line(l payment.ItemizedLine) {
	title, below := service(l)
	height := float64(len(s.wrap(title, serviceWidth, strong)))*strong.leading() + 12
	if below != "" {
		height += float64(len(s.wrap(below, serviceWidth, small))) * small.leading()
	}
	s.room(height, true)
	s.rule(s.y, 0.5)
	s.y += 6
	y := s.y
	s.in("TR", "", func() {
		s.in("TD", "", func() { s.write(margin, y, date(l.Service), body) })
		s.in("TD", "", func() {
			s.in("P", "", func() { s.y += s.paragraph(serviceAt, s.y, serviceWidth, title, strong) })
			if below != "" {
				s.in("P", "", func() { s.y += s.paragraph(serviceAt, s.y, serviceWidth, below, small) })
			}
		})
		for n, amount := range amounts(l) {
			st := body
			if columns[n] == "This payment" {
				st = strong
			}
			s.in("TD", "", func() { s.writeRight(columnEnds[n], y, amount, st) })
		}
	})
	s.y += 6
}

// total is a row at the end of the table, in the column of the payment.
func (s *sheets) total(name string, a payment.Amount, st style) {
	s.room(st.leading()+4, false)
	s.in("TR", "", func() {
		s.in("TH", "/O /Table /Scope /Row", func() { s.write(margin, s.y, name, st) })
		s.in("TD", "/O /Table /ColSpan 5", func() { s.writeRight(columnEnds[2], s.y, a.Display(), st) })
	})
	s.y += st.leading() + 4
}

// room begins a new page where a height does not fit on this one, with the
// headings of the table where it goes on.
func (s *sheets) room(height float64, inTable bool) {
	if s.y+height <= bottom {
		return
	}
	s.turn()
	if inTable {
		s.aside(func() {
			s.columnHeads(func(x float64, text string, atRight bool) {
				if atRight {
					x -= s.width(text, head)
				}
				s.draw(x, s.y, text, head)
			})
		})
		s.y += head.leading() + 5
	}
}

// notes are the sentences below the table.
func (s *sheets) notes(i payment.Itemized) {
	for _, n := range notes(i) {
		s.room(float64(len(s.wrap(n, right-margin, small)))*small.leading(), false)
		s.in("P", "", func() { s.y += s.paragraph(margin, s.y, right-margin, n, small) })
		s.y += 5
	}
}

// foot is the number of each page, with what the page belongs to. It is not
// read: the document says the same.
func (s *sheets) foot(i payment.Itemized) {
	last := s.PageCount()
	for page := 1; page <= last; page++ {
		s.SetPage(page)
		text := fmt.Sprintf("Payment reference %s · Page %d of %d", i.Reference, page, last)
		s.aside(func() { s.draw(right-s.width(text, small), sheetHeight-46, text, small) })
	}
}
