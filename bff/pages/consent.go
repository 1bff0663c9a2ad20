package pages

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"paypane/bff/ledger"
	"paypane/web/payment"
	"paypane/web/words"
)

// consentTo is the consent to a text of ours, in the language in which it is shown.
func consentTo(l words.Language, text string) (*payment.Consent, error) {
	c, err := ledger.NewConsent(text, words.Locale(l))
	return &c, err
}

// paragraphs are the paragraphs of a legal text of the upstream's, of which it
// is not known whether it is HTML: what is markup goes, and every block and
// line begins a paragraph.
func paragraphs(text string) []string {
	if strings.Contains(text, "<") {
		text = withoutMarkup(text)
	}
	var list []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			list = append(list, line)
		}
	}
	return list
}

func withoutMarkup(text string) string {
	var out strings.Builder
	skip := 0
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			return out.String()
		case html.TextToken:
			if skip == 0 {
				out.WriteString(strings.ReplaceAll(token.Data, "\n", " "))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			switch token.DataAtom {
			case atom.Script, atom.Style, atom.Title:
				if kind == html.StartTagToken {
					skip++
				} else if kind == html.EndTagToken && skip > 0 {
					skip--
				}
			case atom.A, atom.B, atom.I, atom.Em, atom.Strong, atom.Span, atom.U, atom.Font, atom.Sub, atom.Sup, atom.Small:
			default:
				out.WriteByte('\n')
			}
		}
	}
}
