//go:build !js || desk

package web

import (
	"strings"

	"paypane/web/paper"
	"paypane/web/payment"
	"paypane/web/words"
)

// FieldOrder is the one-time id of the form that orders an e-mail.
const FieldOrder = "order"

// ReceiptView is the page of one payment, or of one agreement.
type ReceiptView struct {
	Receipt payment.Receipt
	// Document is the receipt in words. That of an agreement whose text was kept
	// says no time, because the text has its own.
	Document paper.Document
	Site     Site
	// Late says that the practice's system does not show it yet, so that it is
	// made from what was sent here.
	Late   bool
	Signed *SignedText // of an agreement that was made here
	// Order is the id of the next e-mail, Email what its address begins with, and
	// Asked the address of the one that was just ordered.
	Order, Email, Asked string
}

// SignedText is a text that was agreed to, its time in the practice's zone.
type SignedText struct {
	payment.Consent
	Card string // that was typed with it; the text itself cannot name it
	You  bool   // by whoever is signed in now
}

// Mailable reports whether the practice's system can mail the receipt: a
// payment that it knows of.
func (p ReceiptView) Mailable() bool { return p.Receipt.Paid() && !p.Late }

// Content is the page: the receipt, which alone is printed, and below it what can
// be done with it.
func (p ReceiptView) Content() Content {
	l := p.Site.Language
	var elements []Element
	if p.Asked != "" {
		elements = append(elements, Element{Kind: ElementStatus, Text: l.Text("receipt.mailed", "email", p.Asked)})
	}
	if p.Late {
		elements = append(elements, Element{Kind: ElementBox, Variant: "screen", Elements: []Element{
			text(l.Text("receipt.late"))}})
	}
	document := p.Document
	printed := []Element{letterhead(document.Letterhead), {Kind: ElementText, Variant: "standing", Text: document.Standing.Text}, factsOf(rows(document.Facts...)...)}
	if p.Receipt.Agreement() {
		printed = append(printed, p.signed())
	}
	printed = append(printed, p.services(document)...)
	elements = append(elements, Element{Kind: ElementGroup, Variant: "paper", Elements: printed})
	if !p.Receipt.Agreement() {
		elements = append(elements, p.files())
	}
	if p.Mailable() {
		elements = append(elements, p.mail())
	}
	last := []Element{link(PathReceipts, l.Text("receipt.all"))}
	if p.Receipt.Agreement() {
		last = append([]Element{text(l.Text("receipt.print.agreement"))}, last...)
	}
	return Content{Heading: p.heading(), Elements: append(elements, Element{Kind: ElementGroup, Variant: "screen", Elements: last})}
}

func (p ReceiptView) heading() string {
	l := p.Site.Language
	switch {
	case p.Receipt.Paid():
		return l.Text("receipt.heading", "amount", p.Receipt.Amount)
	case p.Receipt.TakenBack():
		return l.Text("receipt.heading.voided", "amount", p.Receipt.Amount)
	case p.Receipt.Agreement():
		return l.Text("receipt.heading.agreement")
	}
	return l.Text("receipt.heading.record")
}

// letterhead is the practice as it is on paper.
func letterhead(head paper.Letterhead) Element {
	var elements []Element
	if head.Name != "" {
		elements = append(elements, strong(head.Name))
	}
	elements = append(elements, texts(head.Address)...)
	var numbers []string
	for _, number := range head.Numbers {
		numbers = append(numbers, number.Text)
	}
	if len(numbers) > 0 {
		elements = append(elements, text(strings.Join(numbers, " · ")))
	}
	return Element{Kind: ElementGroup, Variant: "letterhead", Elements: elements}
}

// rows are facts as rows of two cells.
func rows(facts ...paper.Fact) (rows [][]string) {
	for _, fact := range facts {
		rows = append(rows, []string{fact.Label, fact.Text})
	}
	return rows
}

// services are what was paid for, and what is not known of it.
func (p ReceiptView) services(document paper.Document) []Element {
	var elements []Element
	if s := document.Services; len(s.Lines) > 0 {
		list := make([]Element, len(s.Lines))
		for i, line := range s.Lines {
			list[i] = p.service(line)
		}
		lines := []Element{items(list...), {Kind: ElementGroup, Variant: "sum", Elements: []Element{moneyOf(rows(s.Rest, s.Total)...)}}}
		if s.AsOf.Text != "" {
			lines = append(lines, hint(s.AsOf.Text))
		}
		elements = append(elements, section("for", s.Heading, lines...))
	}
	for _, note := range document.Notes {
		elements = append(elements, hint(note))
	}
	return elements
}

// service is one line of the receipt: what was paid of it comes first.
func (p ReceiptView) service(line paper.Line) Element {
	title := strong(line.Title.Text)
	if line.Title.Name == "description" {
		title = strong(theirs(p.Site.Language, line.Title.Text))
	}
	elements := []Element{title}
	var below []string
	for _, detail := range append([]paper.Fact{line.Day}, line.Details...) {
		if detail.Text != "" {
			below = append(below, detail.Text)
		}
	}
	if len(below) > 0 {
		elements = append(elements, hint(strings.Join(below, p.Site.Language.Text("list.comma"))))
	}
	amounts := moneyOf(rows(line.Paid, line.Billed, line.Insurance, line.Left)...)
	return Element{Kind: ElementGroup, Variant: "service", Elements: append(elements, amounts)}
}

// signed is the text of an agreement, word by word.
func (p ReceiptView) signed() Element {
	l := p.Site.Language
	if p.Signed == nil {
		return hint(l.Text("receipt.signed.not", "practice", p.Site.Practice, "phone", p.Site.Phone))
	}
	language := p.Signed.Locale
	switch base, _, _ := strings.Cut(language, "-"); base {
	case "en":
		language = l.Text("language.en")
	case "es":
		language = l.Text("language.es")
	case "ar":
		language = l.Text("language.ar")
	}
	return section("signed", l.Text("receipt.signed"),
		factsOf([]string{l.Text("receipt.signed.by"), l.Text("receipt.signed.who", "you", p.Signed.You)}, []string{l.Text("fact.when"), l.Value(words.Moment(p.Signed.At))}, []string{l.Text("fact.card"), p.Signed.Card},
			[]string{l.Text("fact.language"), language}, []string{l.Text("fact.version"), p.Signed.Version}),
		Element{Kind: ElementTerms, Lang: p.Signed.Locale, Elements: texts(strings.Split(p.Signed.Text, "\n"))})
}

// files are the receipt to keep.
func (p ReceiptView) files() Element {
	return filesOf(p.Site.Language, "receipt.keep", "receipt.print", p.Receipt.Reference, "receipt-"+p.Receipt.Reference)
}

// filesOf are the files of a document at an address below the receipts'.
func filesOf(l words.Language, heading, printed words.Key, at, name string) Element {
	file := func(ending string, key words.Key) Element {
		return Element{Kind: ElementLink, Variant: "file", Href: PathReceipts + "/" + at + "/receipt." + ending, Name: name + "." + ending, Text: l.Text(key)}
	}
	return Element{Kind: ElementSection, Variant: "screen", Name: "keep", Text: l.Text(heading), Elements: []Element{
		text(l.Text(printed)),
		items(file("pdf", "receipt.file.pdf"), file("html", "receipt.file.html"), file("json", "receipt.file.json")),
	}}
}

// mail is the form for one e-mail to one address.
func (p ReceiptView) mail() Element {
	l := p.Site.Language
	return Element{Kind: ElementSection, Variant: "screen", Name: "mail", Text: l.Text("receipt.mail", "again", p.Asked != ""), Elements: []Element{
		form(PathReceipts+"/"+p.Receipt.Reference+"/email", "secondary", l.Text("receipt.mail.send"), "",
			hidden(FieldOrder, p.Order),
			emailInput(l.Text("receipt.mail.email"), l.Text("receipt.mail.hint"), p.Email, l.Text("receipt.mail.empty"))),
	}}
}
