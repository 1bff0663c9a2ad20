package receipt

import (
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
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
	y float64 // where the next thing goes: its top
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
	}, text)
}

func (s *sheets) width(text string, st style) float64 {
	s.set(st)
	return s.GetStringWidth(settable(text))
}

// write sets one line of text with its baseline one size below y, as part of
// the open element.
func (s *sheets) write(x, y float64, text string, st style) {
	if strings.TrimSpace(text) == "" {
		return
	}
	if visual(settable(text)) != text {
		s.beginText("Span", text)
		defer s.end()
	}
	s.RawWriteStr(s.mark(s.PageNo()-1) + "\n")
	s.draw(x, y, text, st)
	s.RawWriteStr("EMC\n")
}

func (s *sheets) draw(x, y float64, text string, st style) {
	s.set(st)
	seen := settable(text)
	inOrder := visual(seen)
	// Who copies right-to-left words from a page turns them around, and some
	// turn such a text around too; for them it is in the structure alone.
	if seen != text && inOrder == seen {
		s.RawWriteStr("/Span <</ActualText " + hexText(text) + ">> BDC\n")
		defer s.RawWriteStr("EMC\n")
	}
	s.Text(x, y+st.size, inOrder)
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
	for n, l := range lines {
		if n < len(lines)-1 {
			l += " "
		}
		s.write(x, y+float64(n)*st.leading(), l, st)
	}
	return float64(len(lines)) * st.leading()
}

// wrap breaks text into lines of at most width, at spaces, and in words that
// are wider than a line.
func (s *sheets) wrap(text string, width float64, st style) []string {
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
		for _, r := range word {
			if now != "" && s.width(now+string(r), st) > width {
				lines = append(lines, now)
				now = ""
			}
			now += string(r)
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
