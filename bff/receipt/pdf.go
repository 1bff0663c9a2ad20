package receipt

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"paypane/web/paper"
	"paypane/web/words"
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

// Where columns of amounts end, and where that of the service is.
var columnEnds = []float64{350, 424, 494, right}

const serviceAt = margin + 78

// table is how a table is set: its headings, where its columns of amounts end, and
// which of them is of what this payment paid.
type table struct {
	names   []string
	ends    []float64
	payment int
}

// tableOf is the table of services: of four amounts, or of one in the last column.
func tableOf(of paper.Services) table {
	t := table{names: []string{of.Day, of.Service}}
	amounts := of.Lines[0].Amounts()
	t.ends = columnEnds[len(columnEnds)-len(amounts):]
	for n, amount := range amounts {
		t.names = append(t.names, amount.Label)
		if amount == of.Lines[0].Paid {
			t.payment = n
		}
	}
	return t
}

// service is how wide the column of the service is.
func (t table) service() float64 { return t.ends[0] - serviceAt - 50 }

// PDF is the receipt as a tagged PDF of US Letter pages, one for a payment of a
// few services. made goes into the file as the time of its making.
func PDF(l words.Language, d paper.Document, made time.Time) ([]byte, error) {
	d = d.Map(clean)
	s := newSheets()
	s.SetTitle(settable(d.Title), true)
	s.SetAuthor(settable(d.Letterhead.Name), true)
	s.SetProducer("Paypane", true)
	s.SetLang(words.Locale(l))
	s.SetCreationDate(made.UTC())
	s.SetModificationDate(made.UTC())
	s.head(d)
	s.lines(d.Services)
	s.notes(l, d)
	s.foot(l, d)
	var b bytes.Buffer
	if err := s.Output(&b); err != nil {
		return nil, fmt.Errorf("write receipt as pdf: %w", err)
	}
	return s.added(b.Bytes())
}

// head is the practice, what this is and the amount; beside it the facts.
func (s *sheets) head(d paper.Document) {
	if d.Letterhead.Name != "" {
		s.in("P", "", func() { s.y += s.paragraph(margin, s.y, right-margin, d.Letterhead.Name, practiceName) })
		s.y += 3
	}
	for _, l := range letterhead(d.Letterhead) {
		s.in("P", "", func() { s.y += s.paragraph(margin, s.y, right-margin, l, small) })
	}
	s.y += 14
	s.rule(s.y, 0.75)
	s.y += 22
	factsAt := s.y
	amount, facts := apart(d.Facts)
	s.in("H1", "", func() { s.y += s.paragraph(margin, s.y, besides-margin-20, d.Heading, title) })
	s.y += 12
	if amount.Text != "" {
		s.in("P", "", func() {
			s.y += s.paragraph(margin, s.y, besides-margin-20, amount.Label+" ", label)
			s.write(margin-1, s.y, amount.Text, figure)
			s.y += figure.leading()
		})
	}
	s.y += 2
	s.in("P", "", func() { s.y += s.paragraph(margin, s.y, besides-margin-20, d.Standing.Text, strong) })
	s.y = max(s.y, s.facts(facts, factsAt+2)) + 20
}

// Where the facts begin, and what they say.
const besides, values = 316, 420

// facts are a table of two columns; it returns where they end.
func (s *sheets) facts(facts []paper.Fact, y float64) float64 {
	s.in("Table", "", func() {
		for _, f := range facts {
			s.in("TR", "", func() {
				s.in("TH", "/O /Table /Scope /Row", func() { s.write(besides, y, f.Label, label) })
				s.in("TD", "", func() { y += s.paragraph(values, y, right-values, f.Text, body) })
			})
			y += 4
		}
	})
	return y
}

// lines are the table of what was paid for.
func (s *sheets) lines(of paper.Services) {
	if len(of.Lines) == 0 {
		return
	}
	s.table = tableOf(of)
	s.in("H2", "", func() { s.y += s.paragraph(margin, s.y, right-margin, of.Heading, title) })
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
		for _, l := range of.Lines {
			s.line(l)
		}
		s.rule(s.y, 0.75)
		s.y += 8
		if of.Rest.Text != "" {
			s.total(of.Rest, body)
		}
		s.total(of.Total, strong)
	})
	s.y += 16
}

func (s *sheets) columnHeads(set func(x float64, text string, atRight bool)) {
	set(margin, s.table.names[0], false)
	set(serviceAt, s.table.names[1], false)
	for n, name := range s.table.names[2:] {
		set(s.table.ends[n], name, true)
	}
}

// line is a row of the table. It is not broken over pages; a new page begins
// with the headings again, which are read once.
func (s *sheets) line(l paper.Line) {
	title, below, serviceWidth := l.Title.Text, below(l), s.table.service()
	height := float64(len(s.wrap(title, serviceWidth, strong)))*strong.leading() + 12
	if below != "" {
		height += float64(len(s.wrap(below, serviceWidth, small))) * small.leading()
	}
	s.room(height, true)
	s.rule(s.y, 0.5)
	s.y += 6
	y := s.y
	s.in("TR", "", func() {
		s.in("TD", "", func() { s.write(margin, y, l.Column, body) })
		s.in("TD", "", func() {
			s.in("P", "", func() { s.y += s.paragraph(serviceAt, s.y, serviceWidth, title, strong) })
			if below != "" {
				s.in("P", "", func() { s.y += s.paragraph(serviceAt, s.y, serviceWidth, below, small) })
			}
		})
		for n, amount := range l.Amounts() {
			st := body
			if n == s.table.payment {
				st = strong
			}
			s.in("TD", "", func() { s.writeRight(s.table.ends[n], y, known(amount), st) })
		}
	})
	s.y += 6
}

// total is a row at the end of the table, in the column of the payment.
func (s *sheets) total(x paper.Fact, st style) {
	s.room(st.leading()+4, false)
	s.in("TR", "", func() {
		s.in("TH", "/O /Table /Scope /Row", func() { s.write(margin, s.y, x.Label, st) })
		s.in("TD", "/O /Table /ColSpan "+strconv.Itoa(len(s.table.ends)+1), func() { s.writeRight(s.table.ends[s.table.payment], s.y, x.Text, st) })
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
func (s *sheets) notes(l words.Language, d paper.Document) {
	all := notes(d)
	if s.illegible(d) {
		all = append([]string{l.Text("receipt.letters")}, all...)
	}
	for _, n := range all {
		s.room(float64(len(s.wrap(n, right-margin, small)))*small.leading(), false)
		s.in("P", "", func() { s.y += s.paragraph(margin, s.y, right-margin, n, small) })
		s.y += 5
	}
}

// foot is the number of each page, with what the page belongs to. It is not
// read: the document says the same.
func (s *sheets) foot(l words.Language, d paper.Document) {
	reference := ""
	for _, f := range d.Facts {
		if f.Name == paper.Reference {
			reference = f.Text
		}
	}
	last := s.PageCount()
	for page := 1; page <= last; page++ {
		s.SetPage(page)
		text := l.Text("receipt.page", "heading", d.Heading, "reference", reference, "page", page, "pages", last)
		s.aside(func() { s.draw(right-s.width(text, small), sheetHeight-46, text, small) })
	}
}
