package receipt

import (
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"

	"paypane/bff/receipt/fonts"
)

// The sheet is US Letter; all measures are points of 1/72 inch, from the top
// left.
const (
	sheetWidth, sheetHeight = 612, 792
	margin                  = 60 // left and right
	top                     = 50
	right                   = sheetWidth - margin
	bottom                  = sheetHeight - 60 // of what is above the foot
	family                  = "Liberation Sans"
)

// The two inks: grey is dark enough to read on a poor black and white print.
const (
	black = 0
	grey  = 85
	line  = 150 // of rules
)

// style is how a text is set.
type style struct {
	size float64
	bold bool
	ink  int
}

func (s style) leading() float64 { return s.size * 1.38 }

// sheets are the pages of a receipt while they are written.
type sheets struct {
	*fpdf.Fpdf
	*structure
	table   table   // of services
	y       float64 // where the next thing goes: its top
	setting setting
	han     fonts.Family // of the paragraph that is being set; empty: of each line
}

func newSheets() *sheets {
	f := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: sheetWidth, Ht: sheetHeight}})
	f.SetAutoPageBreak(false, 0)
	f.SetCatalogSort(true) // the same receipt is the same file
	f.AddUTF8FontFromBytes(family, "", liberationsansregular.TTF)
	f.AddUTF8FontFromBytes(family, "B", liberationsansbold.TTF)
	s := &sheets{Fpdf: f, structure: newStructure()}
	s.turn()
	return s
}

// turn begins a page.
func (s *sheets) turn() {
	s.AddPage()
	s.y = top
}

func (s *sheets) set(st style) {
	weight := ""
	if st.bold {
		weight = "B"
	}
	s.SetFont(family, weight, st.size)
	s.SetTextColor(st.ink, st.ink, st.ink)
}

// settable is a text in letters that the fonts' tables reach: others are
// replaced, and only read, not seen.
func settable(text string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return '\uFFFD'
		}
		return r
	}, composed(text))
}

func (s *sheets) width(text string, st style) float64 {
	if !simple(text) {
		return s.widthOf(s.pieces(text), st)
	}
	s.set(st)
	return s.GetStringWidth(settable(text))
}

func (s *sheets) widthOf(pieces []piece, st style) float64 {
	s.set(st)
	wide := 0.0
	for _, p := range pieces {
		if p.face != nil {
			wide += p.advance * st.size
		} else {
			wide += s.GetStringWidth(p.seen)
		}
	}
	return wide
}

// pieces are a line that fpdf alone does not set as it is written.
func (s *sheets) pieces(text string) []piece {
	han := s.han
	if han == "" {
		han = hanOf(text)
	}
	return s.setting.line(text, han)
}

// write sets one line of text with its baseline one size below y, as part of
// the open element.
func (s *sheets) write(x, y float64, text string, st style) {
	if strings.TrimSpace(text) == "" {
		return
	}
	if !simple(text) || settable(text) != text {
		s.beginText("Span", text)
		defer s.end()
	}
	s.RawWriteStr(s.mark(s.PageNo()-1) + "\n")
	s.draw(x, y, text, st)
	s.RawWriteStr("EMC\n")
}

func (s *sheets) draw(x, y float64, text string, st style) {
	if !simple(text) {
		pieces, inOrder := s.pieces(text), ""
		for _, p := range pieces {
			inOrder += p.inSeenOrder()
		}
		whole := inOrder != copied(text)
		if whole {
			s.RawWriteStr("/Span <</ActualText " + hexText(copied(text)) + ">> BDC\n")
			defer s.RawWriteStr("EMC\n")
		}
		for _, p := range pieces {
			s.drawPiece(x, y, p, st, whole)
			x += s.widthOf([]piece{p}, st)
			if p.mark != "" {
				x += 0.05 // so that the mark, which has no width, is not sorted behind what follows
			}
		}
		return
	}
	s.drawPiece(x, y, piece{text: text, seen: settable(text)}, st, false)
}

// drawPiece sets a part of a line. What fpdf sets in other letters than those
// that are written says so, unless the whole line does.
func (s *sheets) drawPiece(x, y float64, p piece, st style, said bool) {
	if written := p.inSeenOrder(); written != p.seen && !said {
		s.RawWriteStr("/Span <</ActualText " + hexText(written) + ">> BDC\n")
		defer s.RawWriteStr("EMC\n")
	}
	if p.face != nil {
		s.outlines(x, y+st.size, p, st)
		return
	}
	s.set(st)
	s.Text(x, y+st.size, p.seen)
}

// writeRight sets a line that ends at x.
func (s *sheets) writeRight(x, y float64, text string, st style) {
	s.write(x-s.width(text, st), y, text, st)
}

// paragraph sets text in lines of at most width, and returns how high they are.
// Every line but the last keeps the space behind it, so that words do not grow
// together when the text is copied.
func (s *sheets) paragraph(x, y, width float64, text string, st style) float64 {
	lines := s.wrap(text, width, st)
	defer s.among(text)()
	for n, l := range lines {
		if n < len(lines)-1 {
			l += " "
		}
		s.write(x, y+float64(n)*st.leading(), l, st)
	}
	return float64(len(lines)) * st.leading()
}

// among has the lines of a text set in the letters of the whole, until what it
// returns is called.
func (s *sheets) among(text string) (done func()) {
	s.han = hanOf(text)
	return func() { s.han = "" }
}

// wrap breaks text into lines of at most width, at spaces, and in words that
// are wider than a line.
func (s *sheets) wrap(text string, width float64, st style) []string {
	defer s.among(text)()
	var lines []string
	now := ""
	for _, word := range strings.Fields(text) {
		if now != "" && s.width(now+" "+word, st) <= width {
			now += " " + word
			continue
		}
		if now != "" {
			lines = append(lines, now)
		}
		now = ""
		for _, c := range clustersOf(word) {
			if now != "" && s.width(now+c.text, st) > width {
				lines = append(lines, now)
				now = ""
			}
			now += c.text
		}
	}
	if now != "" || len(lines) == 0 {
		lines = append(lines, now)
	}
	return lines
}

// rule draws a line across the page, which is not read.
func (s *sheets) rule(y, weight float64) {
	s.aside(func() {
		s.SetLineWidth(weight)
		s.SetDrawColor(line, line, line)
		s.Line(margin, y, right, y)
	})
}

// aside draws what is not part of the text: rules, page numbers, headings that
// are repeated.
func (s *sheets) aside(draw func()) {
	s.RawWriteStr("/Artifact BMC\n")
	draw()
	s.RawWriteStr("EMC\n")
}

// in opens an element around what write sets.
func (s *sheets) in(tag, attributes string, write func()) {
	s.begin(tag, attributes)
	write()
	s.end()
}
