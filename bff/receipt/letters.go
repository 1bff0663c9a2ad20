package receipt

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"

	"paypane/web/paper"
)

// faces are the fonts of the PDF, to ask what letters they have.
var faces = sync.OnceValue(func() []*sfnt.Font {
	var all []*sfnt.Font
	for _, file := range [][]byte{liberationsansregular.TTF, liberationsansbold.TTF} {
		f, err := sfnt.Parse(file)
		if err != nil {
			panic(err) // cannot happen: the files are linked in
		}
		all = append(all, f)
	}
	return all
})

// drawn reports whether both fonts have a letter.
func drawn(r rune) bool {
	if r > 0xFFFF {
		return false // the tables of fpdf end there
	}
	if known, ok := drawnBefore.Load(r); ok {
		return known.(bool)
	}
	var buffer sfnt.Buffer
	all := true
	for _, f := range faces() {
		n, err := f.GlyphIndex(&buffer, r)
		all = all && err == nil && n != 0
	}
	drawnBefore.Store(r, all)
	return all
}

// drawnBefore is what drawn has found: each letter of a receipt is asked for
// many times, and the answer costs half a kilobyte.
var drawnBefore sync.Map

// composed is a text in letters rather than letters and marks: fpdf would set a
// mark beside its letter. A hyphen that does not break is set as a hyphen.
func composed(text string) string {
	text = norm.NFC.String(text)
	if drawn('\u2011') {
		return text
	}
	return strings.ReplaceAll(text, "\u2011", "-")
}

// legible reports whether fpdf sets a text as it is written: all its letters
// are in its fonts, and stand where they belong without being joined to others.
func legible(text string) bool {
	for _, r := range composed(text) {
		if !drawn(r) || unicode.Is(unicode.M, r) || unicode.In(r, joined...) {
			return false
		}
	}
	return true
}

// simple reports whether a text is legible and runs to the right: one piece.
func simple(text string) bool {
	return legible(text) && !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.Is(unicode.Hebrew, r)
	})
}

// joined are scripts whose letters change with those beside them, which fpdf
// does not do.
var joined = []*unicode.RangeTable{unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian,
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu,
	unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Tibetan}

// illegible reports whether the PDF cannot show some letter of a document.
func (s *sheets) illegible(d paper.Document) (some bool) {
	d.Map(func(text string) string {
		some = some || !legible(text) && slices.ContainsFunc(s.pieces(text), func(p piece) bool { return p.missing })
		return text
	})
	return some
}

// Letters without a shape of their own: the joiner and the non-joiner.
const zwj, zwnj = '\u200D', '\u200C'

// joining is a text whose joiners and non-joiners are left only where they do
// something: between letters of scripts that join, behind such a letter's
// virama, and in an emoji of several. Elsewhere they would make two names of
// what looks like one.
func joining(text string) string {
	runes := []rune(text)
	kept := runes[:0:0]
	for n, r := range runes {
		if r == zwj || r == zwnj {
			var next rune
			if n+1 < len(runes) {
				next = runes[n+1]
			}
			if len(kept) == 0 || !joins(kept[len(kept)-1], r, next) {
				continue
			}
		}
		kept = append(kept, r)
	}
	return string(kept)
}

// joins reports whether a joiner or non-joiner does something between two
// letters; next is 0 at the end.
func joins(before, r, next rune) bool {
	pictured := func(r rune) bool {
		return unicode.Is(unicode.So, r) || unicode.Is(unicode.Sk, r) && r > 0xFFFF || r == 0xFE0F
	}
	const virama = 9 // canonical combining class
	switch {
	case unicode.In(before, joined...) && unicode.In(next, joined...):
		return true
	case unicode.In(before, joined...) && norm.NFC.PropertiesString(string(before)).CCC() == virama:
		return true
	}
	return r == zwj && pictured(before) && unicode.Is(unicode.So, next)
}
