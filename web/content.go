package web

import (
	"strings"

	"paypane/web/payment"
)

// Content is a page made of elements, in their order. The server composes what
// it says, and the browser program prints every such page with one component:
// one page more adds nothing to the program. The names in JSON are older than
// those in Go; they stay, because a program that a browser loaded before a
// deployment reads what the server writes after it.
type Content struct {
	Heading  string    `json:"heading"`
	Elements []Element `json:"blocks"`
}

// ElementKind is what an element is printed as. The comments name the fields of
// Element that the kind reads.
type ElementKind string

const (
	ElementText    ElementKind = "text"    // a paragraph of Text; Variant: strong, or a class (hint, lead)
	ElementStatus  ElementKind = "status"  // Text says what was just done, and is announced
	ElementLink    ElementKind = "link"    // Text leads to Href. A screen reader adds Value, where several links have one Text. Variant file: a download, saved as Name
	ElementSection ElementKind = "section" // Elements under the heading Text; Name is its id, Variant a class
	ElementBox     ElementKind = "box"     // Elements set apart; Variant: warning
	ElementFold    ElementKind = "fold"    // one line, Text, that opens Elements
	ElementFacts   ElementKind = "facts"   // Rows of two cells, term and value; Variant money: values are amounts
	ElementTable   ElementKind = "table"   // Rows under Columns, with the caption Text
	ElementItems   ElementKind = "items"   // a list with one item for each of Elements
	ElementGroup   ElementKind = "group"   // Elements without a frame: one item, or buttons side by side; Variant is a class
	ElementForm    ElementKind = "form"    // Elements, and one button Text that posts to Href. A screen reader adds Value. Variant: secondary, danger; empty: primary. What the page offers follows from the field Name: with each change of that the program asks for it anew
	ElementHidden  ElementKind = "hidden"  // Name, Value
	ElementInput   ElementKind = "input"   // Input
	ElementChoice  ElementKind = "choice"  // Options of the field Name under the legend Text; Variant many: check boxes
	ElementCard    ElementKind = "card"    // Card holds the card form's inputs
	ElementTerms   ElementKind = "terms"   // Elements are a text in language Lang that is agreed to
)

// Element is a part of a content page.
type Element struct {
	Kind     ElementKind `json:"kind"`
	Variant  string      `json:"look,omitempty"`
	Name     string      `json:"name,omitempty"`
	Text     string      `json:"text,omitempty"`
	Href     string      `json:"href,omitempty"`
	Value    string      `json:"value,omitempty"`
	Lang     string      `json:"lang,omitempty"`
	Columns  []string    `json:"columns,omitempty"`
	Rows     [][]string  `json:"rows,omitempty"`
	Options  []Option    `json:"options,omitempty"`
	Input    *Input      `json:"input,omitempty"`
	Card     *CardFields `json:"card,omitempty"`
	Elements []Element   `json:"blocks,omitempty"`
	// Empty is what is said, with the code Name + "_empty", where a choice has to
	// be made and none was; empty: it may be left.
	Empty string `json:"empty,omitempty"`
}

// Option is one radio button or check box of a choice.
type Option struct {
	Value    string    `json:"value"`
	Label    string    `json:"label"`
	Hint     string    `json:"hint,omitempty"`
	Money    string    `json:"money,omitempty"` // at the end of the line
	Checked  bool      `json:"checked,omitempty"`
	Elements []Element `json:"blocks,omitempty"` // revealed under it
}

// Input is a labelled text input.
type Input struct {
	Focus        bool   `json:"focus,omitempty"` // when the page comes
	Name         string `json:"name"`
	Label        string `json:"label"`
	Hint         string `json:"hint,omitempty"`
	Autocomplete string `json:"autocomplete"`
	Mode         string `json:"mode,omitempty"`  // numeric, decimal, email
	Width        string `json:"width,omitempty"` // class
	Prefix       string `json:"prefix,omitempty"`
	Value        string `json:"value,omitempty"`
	Empty        string `json:"empty,omitempty"` // as an Element's
}

// FieldAgain says that a form only asks what would be offered for what is chosen.
const FieldAgain = "again"

// FieldAttempt is the id of the attempt that a form becomes, so that the form
// sent twice does one thing.
const FieldAttempt = "attempt"

// missing are the problems of what has to be chosen or typed in the elements and
// was not, by what a form holds under each name. What stands under an option
// that is not chosen is not asked for.
func missing(elements []Element, held func(name string, choice bool) string) []payment.Problem {
	var problems []payment.Problem
	ask := func(name, words string, choice bool) {
		if words != "" && strings.TrimSpace(held(name, choice)) == "" {
			problems = append(problems, payment.Problem{Code: name + "_empty", Field: name, Text: words})
		}
	}
	for _, b := range elements {
		if b.Input != nil {
			ask(b.Input.Name, b.Input.Empty, false)
		}
		ask(b.Name, b.Empty, true)
		for _, o := range b.Options {
			if held(b.Name, true) == o.Value {
				problems = append(problems, missing(o.Elements, held)...)
			}
		}
		problems = append(problems, missing(b.Elements, held)...)
	}
	return problems
}

// ResultText is what became of an attempt that is no payment, in its own words; the
// heading is the content's.
type ResultText struct {
	Class string `json:"class"` // of the mark: success, danger, warning, wait
	Word  string `json:"word"`
	Content
}

// typed is what a card form on the page begins with; nil: there is none.
func (v View) typed() *Typed {
	if v.Card != nil {
		return &v.Card.Typed
	}
	if v.Content != nil {
		if card := cardIn(v.Content.Elements); card != nil {
			return &card.Typed
		}
	}
	return nil
}

func cardIn(elements []Element) *CardFields {
	for _, b := range elements {
		if b.Card != nil {
			return b.Card
		}
		if card := cardIn(b.Elements); card != nil {
			return card
		}
	}
	return nil
}

// problem is the problem of the element's own input.
func (b Element) problem(problems []payment.Problem) payment.Problem {
	return payment.At(problems, b.Name)
}
