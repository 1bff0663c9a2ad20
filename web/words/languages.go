//go:build !js

package words

import (
	"golang.org/x/text/language"
)

// Languages are all languages of the catalogue; the first is spoken where no
// other is asked for.
var Languages = []Language{{english}, {spanish}, {arabic}}

// Usual are those that are offered where a practice does not say which. Receipts as
// files are not there in the others.
var Usual = Languages[:2]

// Named is the language with a tag; false: there is none.
func Named(tag string) (Language, bool) {
	for _, l := range Languages {
		if l.Tag() == tag {
			return l, true
		}
	}
	return Language{}, false
}

// Choose is the language, of those that are offered, which fits the first wish
// that one of them fits at all: a BCP 47 tag, or several as browsers send them in
// Accept-Language. It is the first that is offered where none fits.
func Choose(offered []Language, wishes ...string) Language {
	tags := make([]language.Tag, len(offered))
	for i, l := range offered {
		tags[i] = language.Make(l.Tag())
	}
	matcher := language.NewMatcher(tags)
	for _, wish := range wishes {
		if len(wish) > longestWish {
			continue
		}
		// What is no tag between others does not spoil them, as far as it is read.
		wanted, _, _ := language.ParseAcceptLanguage(wish)
		if _, i, confidence := matcher.Match(wanted...); confidence >= language.High {
			return offered[i]
		}
	}
	return offered[0]
}

// longestWish is the most bytes that are read of what somebody asks for.
const longestWish = 512
