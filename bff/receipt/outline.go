package receipt

import (
	"fmt"
	"strings"

	"github.com/go-text/typesetting/font/opentype"
)

// heavier is how wide the line around a bold letter is, in its size: the fonts
// that are drawn are regular.
const heavier = 0.03

// outlines draws the glyphs of a piece as filled paths, with its baseline at y,
// and puts its letters below them as text that is not seen, as wide as the
// glyphs: that is what is found, marked and copied. No font of them gets into
// the file.
func (s *sheets) outlines(x, y float64, p piece, st style) {
	upem := float64(p.face.Upem())
	scale := st.size / upem
	var b strings.Builder
	fmt.Fprintf(&b, "q %.3f g %.5f 0 0 %.5f %.2f %.2f cm\n", float64(st.ink)/255, scale, scale, x, sheetHeight-y)
	paint := "f"
	if st.bold {
		paint = "B"
		fmt.Fprintf(&b, "%.3f G 1 j %.1f w\n", float64(st.ink)/255, heavier*upem)
	}
	at, drawn := 0.0, false
	for _, g := range p.glyphs {
		dx, dy := at+p.ems(g.XOffset)*upem, p.ems(g.YOffset)*upem
		at += p.ems(g.Advance) * upem
		outline, ok := p.face.GlyphDataOutline(g.GlyphID)
		if ok && len(outline.Segments) > 0 {
			trace(&b, outline.Segments, dx, dy)
			drawn = true
		}
	}
	if drawn {
		s.RawWriteStr(b.String() + paint + " Q\n")
	}
	s.set(st)
	if wide := s.GetStringWidth(p.seen); wide > 0 {
		s.RawWriteStr(fmt.Sprintf("q 3 Tr %.2f Tz", 100*p.advance*st.size/wide))
		s.Text(x, y, p.seen)
		s.RawWriteStr("Q\n")
	}
}

// trace writes the path of a glyph that stands at dx, dy. PDF knows cubic curves
// only, so quadratic ones are raised.
func trace(b *strings.Builder, segments []opentype.Segment, dx, dy float64) {
	var x0, y0 float64
	closed := true
	for _, seg := range segments {
		at := func(n int) (x, y float64) { return float64(seg.Args[n].X) + dx, float64(seg.Args[n].Y) + dy }
		var x, y float64
		switch seg.Op {
		case opentype.SegmentOpMoveTo:
			if !closed {
				b.WriteString("h\n")
			}
			x, y = at(0)
			fmt.Fprintf(b, "%.0f %.0f m\n", x, y)
		case opentype.SegmentOpLineTo:
			x, y = at(0)
			fmt.Fprintf(b, "%.0f %.0f l\n", x, y)
		case opentype.SegmentOpQuadTo:
			cx, cy := at(0)
			x, y = at(1)
			fmt.Fprintf(b, "%.0f %.0f %.0f %.0f %.0f %.0f c\n", x0+(cx-x0)*2/3, y0+(cy-y0)*2/3, x+(cx-x)*2/3, y+(cy-y)*2/3, x, y)
		case opentype.SegmentOpCubeTo:
			ax, ay := at(0)
			bx, by := at(1)
			x, y = at(2)
			fmt.Fprintf(b, "%.0f %.0f %.0f %.0f %.0f %.0f c\n", ax, ay, bx, by, x, y)
		}
		x0, y0, closed = x, y, false
	}
	b.WriteString("h\n")
}
