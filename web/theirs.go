package web

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// theirMark stands before and after what the practice's system wrote, in a text of
// ours that is in another language. It is seen nowhere: a program that a browser
// loaded earlier prints it as it comes.
const theirMark = "\u2063"

// theirs is what the practice's system wrote, for a sentence of the page that runs
// prints.
func theirs(l words.Language, text string) string {
	if upstreams(l) == "" || text == "" {
		return text
	}
	return theirMark + strings.ReplaceAll(text, theirMark, "") + theirMark
}

// runs prints a text of ours, in which what the practice's system wrote is marked as
// its language.
func runs(text string) []app.UI {
	parts := strings.Split(text, theirMark)
	if len(parts)%2 == 0 {
		parts = []string{text} // somebody else's mark
	}
	printed := make([]app.UI, 0, len(parts))
	for i, part := range parts {
		switch {
		case part == "":
		case i%2 == 1:
			printed = append(printed, field.Attr(field.Attr(app.Span(), "lang", "en"), "dir", "auto").Text(part))
		case len(parts) == 1:
			printed = append(printed, app.Text(part))
		default:
			printed = append(printed, app.Span().Text(part))
		}
	}
	return printed
}

// lineSaid is lineTitle for a text that runs prints.
func lineSaid(l words.Language, k payment.BillKind, title string, service payment.Day) string {
	if written(l, k, title) {
		title = theirs(l, title)
	}
	return lineTitle(l, k, title, service)
}
