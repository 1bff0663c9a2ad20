package receipt

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"paypane/web/paper"
	"paypane/web/words"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("receipt").Funcs(template.FuncMap{"known": known, "below": below, "notes": notes, "letterhead": letterhead}).Parse(pageText))

// HTML is the receipt as one file that needs no other and runs no script, for
// the screen and for paper, in the language that the document is written in.
func HTML(l words.Language, d paper.Document) ([]byte, error) {
	d = d.Map(clean)
	amount, facts := apart(d.Facts)
	var b bytes.Buffer
	if err := page.Execute(&b, struct {
		paper.Document
		Amount paper.Fact
		Facts  []paper.Fact // without the amount
		Locale string
	}{d, amount, facts, words.Locale(l)}); err != nil {
		return nil, fmt.Errorf("write receipt as html: %w", err)
	}
	return b.Bytes(), nil
}

// apart is the amount, which a file sets large, and the other facts that people
// are told. The text of the amount is empty where no money was paid.
func apart(facts []paper.Fact) (amount paper.Fact, others []paper.Fact) {
	for _, x := range facts {
		switch {
		case x.Text == "":
		case x.Name == paper.Amount:
			amount = x
		default:
			others = append(others, x)
		}
	}
	return amount, others
}

// known is an amount of a line, or what stands where it is not known.
func known(amount paper.Fact) string {
	if amount.Text == "" {
		return "–"
	}
	return amount.Text
}

// letterhead is what stands below the practice's name.
func letterhead(head paper.Letterhead) []string {
	lines := slices.Clone(head.Address)
	var numbers []string
	for _, number := range head.Numbers {
		numbers = append(numbers, number.Text)
	}
	if len(numbers) > 0 {
		lines = append(lines, strings.Join(numbers, " · "))
	}
	return lines
}

// below is what is known of a line beside its title, on one line.
func below(l paper.Line) string {
	var details []string
	for _, detail := range l.Details {
		details = append(details, detail.Text)
	}
	return strings.Join(details, ", ")
}

// notes are the sentences below the lines.
func notes(d paper.Document) (all []string) {
	if len(d.Services.Lines) > 0 {
		for _, note := range []string{d.Services.AsOf.Text, d.Services.Dashes} {
			if note != "" {
				all = append(all, note)
			}
		}
	}
	return append(all, d.Notes...)
}
