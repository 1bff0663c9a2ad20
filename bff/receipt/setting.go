package receipt

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	textbidi "golang.org/x/text/unicode/bidi"

	"paypane/bff/receipt/fonts"
)

// setting lays out lines of text that fpdf alone does not set as they are
// written. One serves one receipt.
type setting struct {
	shaper shaping.HarfbuzzShaper
	faces  map[*font.Font]*font.Face
	lines  map[lineKey][]piece
}

type lineKey struct {
	text string
	han  fonts.Family
}

// piece is a part of a line in one font and one direction.
type piece struct {
	text     string // as it is written, in the order of reading
	seen     string // as fpdf sets it, from left to right
	leftward bool
	mark     string // of direction, at the right end
	missing  bool   // no font has it

	// What follows is of pieces that are drawn glyph by glyph, in units of
	// the font.
	face    *font.Face
	glyphs  []shaping.Glyph
	advance float64
}

// inSeenOrder is what is written, from left to right.
func (p *piece) inSeenOrder() string {
	if p.leftward {
		return textbidi.ReverseString(p.text) + p.mark
	}
	return p.text
}

// ems is a measure of the font in sizes of its letters.
func (p *piece) ems(units fixed.Int26_6) float64 {
	return float64(units) / 64 / float64(p.face.Upem())
}

// copied is a line as it has to stand from left to right so that who copies it
// from a page has it as it is written: poppler, and what is built on it, turns
// around each stretch of leftward letters, where it stands, and nothing else.
func copied(text string) string {
	var b, space strings.Builder
	var leftward []rune
	turn := func() {
		slices.Reverse(leftward)
		b.WriteString(string(leftward))
		leftward = leftward[:0]
	}
	for _, r := range text {
		properties, _ := textbidi.LookupRune(r)
		class := properties.Class()
		inside := class == textbidi.NSM || class == textbidi.BN
		switch {
		case class == textbidi.R || class == textbidi.AL || inside && len(leftward) > 0 && space.Len() == 0:
			if len(leftward) > 0 {
				leftward = append(leftward, []rune(space.String())...)
			}
			space.Reset()
			leftward = append(leftward, r)
		case class == textbidi.WS && len(leftward) > 0:
			space.WriteRune(r)
		default:
			if marked := len(leftward) > 0 && (space.Len() > 0 || !unicode.IsLetter(r) && !unicode.IsNumber(r)); marked {
				turn()
				b.WriteString(leftToRight)
			}
			turn()
			b.WriteString(space.String())
			space.Reset()
			b.WriteRune(r)
		}
	}
	if space.Len() > 0 {
		turn()
		b.WriteString(leftToRight + space.String())
	}
	turn()
	return b.String()
}

// notThere stands on paper for a letter that no font has.
const notThere = "□"

// leftToRight is the mark behind leftward words that a space or a sign follows.
// poppler, and what is built on it, otherwise takes that for a part of them
// when the text is copied, and moves it to their other end.
const leftToRight = "\u200E"

// cluster is what a reader takes for one letter: it and its marks.
type cluster struct {
	text     string
	composed []rune
	level    bidi.Level
	font     *font.Font // nil: fpdf's
	family   fonts.Family
	missing  bool
}

// liberation is the regular font once more, for letters with marks that only
// shaping sets where they belong.
var liberation = sync.OnceValue(func() *font.Font {
	face, err := font.ParseTTF(bytes.NewReader(liberationsansregular.TTF))
	if err != nil {
		panic(err) // cannot happen: the file is linked in
	}
	return face.Font
})

// hanOf is the family in which the Chinese characters of a text are drawn, by
// what else stands in it: Japanese kana, Korean letters.
func hanOf(text string) fonts.Family {
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return fonts.Japanese
		case unicode.Is(unicode.Hangul, r):
			return fonts.Korean
		}
	}
	return fonts.Chinese
}

// line is a text in pieces from left to right.
func (s *setting) line(text string, han fonts.Family) []piece {
	key := lineKey{text, han}
	if pieces, ok := s.lines[key]; ok {
		return pieces
	}
	if s.lines == nil {
		s.lines, s.faces = map[lineKey][]piece{}, map[*font.Font]*font.Face{}
	}
	clusters := clustersOf(text)
	s.levels(clusters)
	for n := range clusters {
		var before fonts.Family
		if n > 0 {
			before = clusters[n-1].family
		}
		clusters[n].choose(before, han)
	}
	pieces := s.shaped(clusters)
	s.lines[key] = pieces
	return pieces
}

// clustersOf cuts a text where a reader does.
func clustersOf(text string) []cluster {
	var cuts segmenter.Segmenter
	cuts.Init([]rune(text))
	var all []cluster
	for each := cuts.GraphemeIterator(); each.Next(); {
		one := string(each.Grapheme().Text)
		all = append(all, cluster{text: one, composed: []rune(composed(one))})
	}
	return all
}

// levels says for each cluster how deep it stands in text of the other
// direction: odd is leftward. The document runs to the right, and so does a line
// that begins with a leftward word: copied, it is as it was written.
func (s *setting) levels(clusters []cluster) {
	var text []rune
	for _, c := range clusters {
		text = append(text, c.composed...)
	}
	var paragraph bidi.Paragraph
	runs := paragraph.Segment(text, bidi.LeftToRight)
	at, n := 0, 0
	for i := range clusters {
		for n+1 < runs.NumRuns() && runs.Run(n).End <= at {
			n++
		}
		clusters[i].level = runs.Run(n).Level
		at += len(clusters[i].composed)
	}
}

// choose finds a font that has all of a cluster. fpdf's is the first, then that
// of the cluster before, so that a word is in one.
func (c *cluster) choose(before, han fonts.Family) {
	if legible(string(c.composed)) {
		return
	}
	families := []fonts.Family{fonts.Arabic, fonts.Hebrew, fonts.Devanagari, fonts.Thai, han, fonts.Chinese, fonts.Japanese, fonts.Korean}
	if before != "" && !slices.Contains([]fonts.Family{fonts.Chinese, fonts.Japanese, fonts.Korean}, before) {
		families = append([]fonts.Family{before}, families...)
	}
	for _, f := range families {
		if font := f.Having(c.composed[0]); font != nil && hasAll(font, c.composed) {
			c.font, c.family = font, f
			return
		}
	}
	if hasAll(liberation(), c.composed) {
		c.font = liberation()
		return
	}
	c.missing = true
}

// hasAll reports whether a font has all that is seen of a cluster.
func hasAll(f *font.Font, cluster []rune) bool {
	for _, r := range cluster {
		if _, has := f.NominalGlyph(r); !has && !unseen(r) {
			return false
		}
	}
	return true
}

// unseen reports whether a letter says only how others are drawn.
func unseen(r rune) bool { return r == zwj || r == zwnj || unicode.Is(unicode.Variation_Selector, r) }

// shaped makes pieces of clusters and puts them in their places on paper.
func (s *setting) shaped(clusters []cluster) []piece {
	var text []rune
	for _, c := range clusters {
		text = append(text, c.composed...)
	}
	var pieces []piece
	var levels []bidi.Level
	start := 0
	for from := 0; from < len(clusters); {
		first := clusters[from]
		to, end := from, start
		var p piece
		for to < len(clusters) && clusters[to].level == first.level && clusters[to].font == first.font && clusters[to].missing == first.missing {
			p.text += clusters[to].text
			end += len(clusters[to].composed)
			to++
		}
		p.leftward, p.missing = first.level%2 == 1, first.missing
		switch {
		case first.missing:
			p.seen = strings.Repeat(notThere, to-from)
		case first.font == nil:
			p.seen = string(text[start:end])
		default:
			s.shape(&p, first, text, start, end)
			p.seen = settable(p.text)
			if slices.ContainsFunc(p.glyphs, func(g shaping.Glyph) bool { return g.GlyphID == 0 }) {
				p.face, p.missing, p.seen = nil, true, strings.Repeat(notThere, to-from)
			}
		}
		if p.leftward {
			p.seen = textbidi.ReverseString(p.seen)
		}
		pieces, levels = append(pieces, p), append(levels, first.level)
		from, start = to, end
	}
	// From the deepest level on, what is at least as deep is turned around
	// (Unicode Standard Annex 9, L2).
	for level := slices.Max(append(levels, 0)); level > 0; level-- {
		for from := 0; from < len(pieces); from++ {
			to := from
			for to < len(pieces) && levels[to] >= level {
				to++
			}
			slices.Reverse(pieces[from:to])
			slices.Reverse(levels[from:to])
			from = max(from, to)
		}
	}
	for n := range pieces[:max(0, len(pieces)-1)] {
		next, _ := utf8.DecodeRuneInString(pieces[n+1].seen)
		if p := &pieces[n]; p.leftward && !pieces[n+1].leftward && !unicode.IsLetter(next) && !unicode.IsNumber(next) {
			p.mark = leftToRight
			p.seen += p.mark
		}
	}
	return pieces
}

// shape finds the glyphs of a piece and where they go. The text around it is
// looked at, for letters that join.
func (s *setting) shape(p *piece, c cluster, text []rune, start, end int) {
	face := s.faces[c.font]
	if face == nil {
		face = font.NewFace(c.font)
		s.faces[c.font] = face
	}
	in := shaping.Input{Text: text, RunStart: start, RunEnd: end, Face: face, Size: fixed.I(int(face.Upem())),
		Script: scriptOf(text[start:end]), Language: language.NewLanguage(languages[c.family])}
	if p.leftward {
		in.Direction = di.DirectionRTL
	}
	out := s.shaper.Shape(in)
	p.face, p.glyphs = face, out.Glyphs
	p.advance = p.ems(out.Advance)
}

// languages are what a family's letters are drawn for. A name does not tell
// Arabic from Persian; the letters are other ones where it matters.
var languages = map[fonts.Family]string{
	fonts.Arabic: "ar", fonts.Hebrew: "he", fonts.Devanagari: "hi", fonts.Thai: "th",
	fonts.Chinese: "zh-hans", fonts.Japanese: "ja", fonts.Korean: "ko", "": "en",
}

func scriptOf(text []rune) language.Script {
	for _, r := range text {
		if script := language.LookupScript(r); script.Strong() {
			return script
		}
	}
	return language.Common
}
