//go:build !js || desk

package web

import (
	"strconv"
	"strings"

	"paypane/web/paper"
	"paypane/web/words"
)

// ReceiptYear is the last part of the address of a year's payments, as a receipt's
// number is of its own: "year-2026".
func ReceiptYear(year int) string { return "year-" + strconv.Itoa(year) }

// YearView is the page of a year's payments: one document, with a link from each
// payment to its own receipt.
type YearView struct {
	Site     Site
	Year     int
	Years    []int // in which something was paid, the newest first
	Document paper.Document
	// Odd and Open are warnings of the list, which are true of a year as well.
	Odd, Open bool
	Phone     string
}

// Content is the page: the years to choose from, the document, which alone is
// printed, and its files.
func (p YearView) Content() Content {
	l, d := p.Site.Language, p.Document
	elements := []Element{{Kind: ElementGroup, Variant: "screen", Elements: []Element{{Kind: ElementGroup, Variant: "acts",
		Elements: append([]Element{link(PathReceipts, l.Text("receipt.all"))}, yearLinks(l, p.Years, p.Year)...)}}}}
	if p.Open {
		elements = append(elements, warning(strong(l.Text("receipts.unknown"))))
	}
	heading := l.Text("receipts.year", "year", strconv.Itoa(p.Year))
	if len(d.Services.Lines) == 0 {
		said := text(l.Text("receipt.year.none", "year", strconv.Itoa(p.Year)))
		if p.Odd {
			said = warning(strong(l.Text("receipts.odd", "phone", p.Phone)))
		}
		return Content{Heading: heading, Elements: append(elements, said)}
	}
	list := make([]Element, len(d.Services.Lines))
	for i, line := range d.Services.Lines {
		list[i] = p.line(line)
	}
	paper := []Element{letterhead(d.Letterhead), {Kind: ElementText, Variant: "standing", Text: d.Standing.Text}, factsOf(rows(d.Facts...)...),
		section("for", d.Services.Heading, items(list...), Element{Kind: ElementGroup, Variant: "sum", Elements: []Element{moneyOf(rows(d.Services.Total)...)}})}
	for _, note := range d.Notes {
		paper = append(paper, hint(note))
	}
	return Content{Heading: heading, Elements: append(elements, Element{Kind: ElementGroup, Variant: "paper", Elements: paper},
		filesOf(l, "receipt.keep.year", "receipt.print.year", ReceiptYear(p.Year), "payments-"+strconv.Itoa(p.Year)))}
}

// line is what a payment paid for one service, with its amount in a column.
func (p YearView) line(line paper.Line) Element {
	l := p.Site.Language
	title := strong(line.Title.Text)
	if line.Title.Name == "description" {
		title = strong(theirs(l, line.Title.Text))
	}
	below, when, reference := []string{}, []Element{hint(line.Day.Text)}, ""
	for _, detail := range line.Details {
		switch detail.Name {
		case paper.Reference:
			reference, _ = detail.Data.(string)
		case paper.Service:
			when = append(when, hint(detail.Text))
			continue
		}
		below = append(below, detail.Text)
	}
	receipt := link(PathReceipts+"/"+reference, l.Text("receipt.year.open.one"))
	receipt.Value = reference
	return priced(line.Paid.Text, append(append([]Element{title}, when...), hint(strings.Join(below, l.Text("list.comma"))),
		Element{Kind: ElementGroup, Variant: "screen", Elements: []Element{receipt}})...)
}

// priced are elements with an amount in a column beside them.
func priced(amount string, elements ...Element) Element {
	return Element{Kind: ElementGroup, Variant: "bill", Elements: []Element{together(elements...), {Kind: ElementText, Variant: "money", Text: amount}}}
}

// yearLinks lead to the payments of years, but of the one that is shown.
func yearLinks(l words.Language, years []int, shown int) []Element {
	var links []Element
	for _, year := range years {
		if year != shown {
			links = append(links, link(PathReceipts+"/"+ReceiptYear(year), l.Text("receipts.year", "year", strconv.Itoa(year))))
		}
	}
	return links
}
