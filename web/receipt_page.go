//go:build !js

package web

import (
	"strings"
	"time"

	"paypane/web/payment"
)

// FieldOrder is the one-time id of the form that orders an e-mail.
const FieldOrder = "order"

// Receipt is the page of one payment, or of one agreement.
type Receipt struct {
	payment.Itemized
	Site Site
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
func (p Receipt) Mailable() bool { return p.Paid() && !p.Late }

// Sheet is the page: the receipt, which alone is printed, and below it what can
// be done with it.
func (p Receipt) Sheet() Sheet {
	var blocks []Block
	if p.Asked != "" {
		blocks = append(blocks, Block{Kind: BlockStatus, Text: "We have asked for a receipt to be emailed to " + p.Asked + "."})
	}
	if p.Late {
		blocks = append(blocks, Block{Kind: BlockBox, Look: "screen", Blocks: []Block{
			text("The practice’s system does not show this yet, which can take a day. Until then the receipt is made from what was sent from here. Look again later for one that tells more.")}})
	}
	paper := []Block{letterhead(p.Practice), Block{Kind: BlockText, Look: "standing", Text: p.Standing()}, p.facts()}
	if p.Agreement() {
		paper = append(paper, p.signed())
	}
	paper = append(paper, p.services()...)
	blocks = append(blocks, Block{Kind: BlockGroup, Look: "paper", Blocks: paper})
	if !p.Agreement() {
		blocks = append(blocks, p.files())
	}
	if p.Mailable() {
		blocks = append(blocks, p.mail())
	}
	last := []Block{link(PathReceipts, "All receipts")}
	if p.Agreement() {
		last = append([]Block{text("You can print this page: only the agreement goes on paper.")}, last...)
	}
	return Sheet{Heading: p.heading(), Blocks: append(blocks, Block{Kind: BlockGroup, Look: "screen", Blocks: last})}
}

func (p Receipt) heading() string {
	switch {
	case p.Paid():
		return "Receipt for " + p.Amount.Display()
	case p.TakenBack():
		return "Payment of " + p.Amount.Display() + ", taken back"
	case p.Agreement():
		return "Card on file agreement"
	}
	return "Record of a card transaction"
}

// letterhead is the practice as it is on paper.
func letterhead(l payment.Letterhead) Block {
	var blocks []Block
	if l.Name != "" {
		blocks = append(blocks, strong(l.Name))
	}
	blocks = append(blocks, texts(l.Address)...)
	var numbers []string
	for _, n := range [][2]string{{"Phone ", l.Phone}, {"NPI ", l.NPI}, {"Tax ID ", l.TaxID}} {
		if n[1] != "" {
			numbers = append(numbers, n[0]+n[1])
		}
	}
	if len(numbers) > 0 {
		blocks = append(blocks, text(strings.Join(numbers, " · ")))
	}
	return Block{Kind: BlockGroup, Look: "letterhead", Blocks: blocks}
}

// facts are what there is to say of the payment; what is not known is left out.
func (p Receipt) facts() Block {
	payer, amount, limit, day, hour, card := p.Payer, p.Amount.Display(), "", "", "", ""
	label, moment := "Amount paid", "Paid on"
	switch {
	case p.TakenBack():
		label = "Amount taken back"
	case p.Agreement():
		amount, moment = "", "Agreed"
		if !p.Limit.IsZero() {
			limit = "Up to " + p.Limit.Display() + " in all"
		}
	case !p.Paid():
		label, moment = "Amount", "Date"
	}
	if !p.Time.IsZero() && p.Signed == nil { // a text that was signed has its own
		day, hour = p.Time.Format("January 2, 2006"), p.Time.Format("3:04 PM MST")
	}
	if p.Last4 != "" {
		card = payment.StoredCard{Brand: p.Brand, Last4: p.Last4}.Short()
	}
	return factsOf([]string{"Patient", p.Patient}, []string{"Paid by", payer}, []string{label, amount}, []string{"Limit", limit},
		[]string{moment, day}, []string{"Time", hour}, []string{"Card", card}, []string{"Reference", p.Reference})
}

// services are what was paid for, and what is not known of it.
func (p Receipt) services() []Block {
	var blocks []Block
	if len(p.Lines) > 0 {
		list := make([]Block, len(p.Lines))
		known := false
		for i, l := range p.Lines {
			list[i], known = service(l), known || l.Left.Known
		}
		lines := []Block{items(list...)}
		rest := ""
		if !p.Unassigned().IsZero() {
			rest = p.Unassigned().Display()
		}
		lines = append(lines, Block{Kind: BlockGroup, Look: "sum", Blocks: []Block{
			moneyOf([]string{"Not shown with a service", rest}, []string{"Total of this payment", p.Amount.Display()})}})
		if known && p.AsOf.Words() != "" {
			lines = append(lines, hint("What is left to pay is as of "+p.AsOf.Words()+"."))
		}
		blocks = append(blocks, section("for", "What this payment was for", lines...))
	}
	for _, words := range p.MissingWords() {
		blocks = append(blocks, hint(words))
	}
	return blocks
}

// service is one line of the receipt.
func service(l payment.ItemizedLine) Block {
	title, code := l.Description, ""
	switch {
	case title == "" && l.Code != "":
		title = "Procedure " + l.Code
	case title == "":
		title = "Service not named"
	case l.Code != "":
		code = "Procedure " + l.Code
	}
	blocks := []Block{strong(title)}
	day := ""
	if l.Service.Words() != "" {
		day = "Date of service " + l.Service.Words()
	}
	var below []string
	for _, words := range []string{day, code, l.Provider} {
		if words != "" {
			below = append(below, words)
		}
	}
	if len(below) > 0 {
		blocks = append(blocks, hint(strings.Join(below, ", ")))
	}
	said := func(s payment.Stated) string {
		if !s.Known {
			return ""
		}
		return s.Amount.Display()
	}
	return Block{Kind: BlockGroup, Look: "service", Blocks: append(blocks, moneyOf([]string{"This payment", l.Paid.Display()},
		[]string{"Billed", said(l.Billed)}, []string{"Insurance paid", said(l.Insurance)}, []string{"Left to pay", said(l.Left)}))}
}

// signed is the text of an agreement, word by word.
func (p Receipt) signed() Block {
	if p.Signed == nil {
		return hint("The text that was agreed to is not kept here. Ask " + p.Site.Practice + atPhone(p.Site) + " for a copy.")
	}
	by := "Somebody else who may act for the patient"
	if p.Signed.You {
		by = "You"
	}
	language := p.Signed.Locale
	if strings.HasPrefix(language, "en") {
		language = "English"
	}
	return section("signed", "What was agreed to",
		factsOf([]string{"Agreed by", by}, []string{"When", at(p.Signed.At)}, []string{"Card", p.Signed.Card}, []string{"Language", language}, []string{"Version", p.Signed.Version}),
		Block{Kind: BlockTerms, Lang: p.Signed.Locale, Blocks: texts(strings.Split(p.Signed.Text, "\n"))})
}

func at(t time.Time) string { return t.Format("January 2, 2006 at 3:04 PM MST") }

// files are the receipt to keep.
func (p Receipt) files() Block {
	file := func(ending, words string) Block {
		return Block{Kind: BlockLink, Look: "file", Href: PathReceipts + "/" + p.Reference + "/receipt." + ending, Name: "receipt-" + p.Reference + "." + ending, Text: words}
	}
	return Block{Kind: BlockSection, Look: "screen", Name: "keep", Text: "Keep this receipt", Blocks: []Block{
		text("You can print this page: only the receipt goes on paper."),
		items(file("pdf", "Download as PDF"), file("html", "Download as a web page"), file("json", "Download as data (JSON)")),
	}}
}

// mail is the form for one e-mail to one address.
func (p Receipt) mail() Block {
	title, button := "Email this receipt", "Email the receipt"
	if p.Asked != "" {
		title = "Email it to another address"
	}
	return Block{Kind: BlockSection, Look: "screen", Name: "mail", Text: title, Blocks: []Block{
		form(PathReceipts+"/"+p.Reference+"/email", "secondary", button, "",
			hidden(FieldOrder, p.Order),
			emailInput("Email address", "We send it to this address only. It does not change your medical record.", p.Email, "Enter the email address for the receipt")),
	}}
}
