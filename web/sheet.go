package web

import (
	"strings"

	"paypane/web/payment"
)

// Sheet is a page made of blocks, in their order. Pages that are read more
// than worked with are sheets: what they say is composed on the server, and the
// browser program prints all of them with one component, so that a page more
// weighs nothing there.
type Sheet struct {
	Heading string  `json:"heading"`
	Blocks  []Block `json:"blocks"`
}

// BlockKind is what a block is printed as; what it takes stands beside it.
type BlockKind string

const (
	BlockText    BlockKind = "text"    // a paragraph: Text; Look strong, or its class: hint, lead
	BlockStatus  BlockKind = "status"  // Text: what was done a moment ago, announced
	BlockLink    BlockKind = "link"    // a paragraph that is a link: Href, Text, Value (only heard); Look file: is downloaded as Name
	BlockSection BlockKind = "section" // a part with a heading: Name (id), Text, Blocks; Look is its class
	BlockBox     BlockKind = "box"     // set apart: Blocks; Look warning
	BlockFacts   BlockKind = "facts"   // terms and what they are: Rows of two cells; Look money: amounts at the end
	BlockTable   BlockKind = "table"   // Text (caption), Columns, Rows
	BlockItems   BlockKind = "items"   // a list: Blocks, one item each
	BlockGroup   BlockKind = "group"   // Blocks without a frame: an item, buttons beside each other; Look is its class
	BlockForm    BlockKind = "form"    // Href (action), Blocks, Text (its one button), Value (of it, only heard); Look secondary, danger, primary (default)
	BlockHidden  BlockKind = "hidden"  // Name, Value
	BlockInput   BlockKind = "input"   // Input
	BlockChoice  BlockKind = "choice"  // Name, Text (legend), Options; Look many: check boxes
	BlockCard    BlockKind = "card"    // Card: the card form's inputs
	BlockTerms   BlockKind = "terms"   // a text that is agreed to: Blocks, Lang
)

// Block is a part of a sheet.
type Block struct {
	Kind    BlockKind   `json:"kind"`
	Look    string      `json:"look,omitempty"`
	Name    string      `json:"name,omitempty"`
	Text    string      `json:"text,omitempty"`
	Href    string      `json:"href,omitempty"`
	Value   string      `json:"value,omitempty"`
	Lang    string      `json:"lang,omitempty"`
	Columns []string    `json:"columns,omitempty"`
	Rows    [][]string  `json:"rows,omitempty"`
	Options []Option    `json:"options,omitempty"`
	Input   *Input      `json:"input,omitempty"`
	Card    *CardFields `json:"card,omitempty"`
	Blocks  []Block     `json:"blocks,omitempty"`
	// Empty is what is said, with the code Name + "_empty", where a choice has to
	// be made and none was; empty: it may be left.
	Empty string `json:"empty,omitempty"`
}

// Option is one radio button or check box of a choice.
type Option struct {
	Value   string  `json:"value"`
	Label   string  `json:"label"`
	Hint    string  `json:"hint,omitempty"`
	Money   string  `json:"money,omitempty"` // at the end of the line
	Checked bool    `json:"checked,omitempty"`
	Blocks  []Block `json:"blocks,omitempty"` // revealed under it
}

// Input is a labelled text input.
type Input struct {
	Name         string `json:"name"`
	Label        string `json:"label"`
	Hint         string `json:"hint,omitempty"`
	Autocomplete string `json:"autocomplete"`
	Mode         string `json:"mode,omitempty"`  // numeric, decimal, email
	Width        string `json:"width,omitempty"` // class
	Prefix       string `json:"prefix,omitempty"`
	Value        string `json:"value,omitempty"`
	Empty        string `json:"empty,omitempty"` // as a Block's
}

// missing are the problems of what has to be chosen or typed in the blocks and
// was not, by what a form holds under each name. What stands under an option
// that is not chosen is not asked for.
func missing(blocks []Block, held func(name string, choice bool) string) []payment.Problem {
	var problems []payment.Problem
	ask := func(name, words string, choice bool) {
		if words != "" && strings.TrimSpace(held(name, choice)) == "" {
			problems = append(problems, payment.Problem{Code: name + "_empty", Field: name, Text: words})
		}
	}
	for _, b := range blocks {
		if b.Input != nil {
			ask(b.Input.Name, b.Input.Empty, false)
		}
		ask(b.Name, b.Empty, true)
		for _, o := range b.Options {
			if held(b.Name, true) == o.Value {
				problems = append(problems, missing(o.Blocks, held)...)
			}
		}
		problems = append(problems, missing(b.Blocks, held)...)
	}
	return problems
}

// Told is what became of an attempt that is no payment, in its own words; the
// heading is the sheet's.
type Told struct {
	Class string `json:"class"` // of the mark: success, danger, warning, wait
	Word  string `json:"word"`
	Sheet
}

// typed is what a card form on the page begins with; nil: there is none.
func (v *View) typed() *Typed {
	if v.Card != nil {
		return &v.Card.Typed
	}
	if v.Sheet != nil {
		if card := cardIn(v.Sheet.Blocks); card != nil {
			return &card.Typed
		}
	}
	return nil
}

func cardIn(blocks []Block) *CardFields {
	for _, b := range blocks {
		if b.Card != nil {
			return b.Card
		}
		if card := cardIn(b.Blocks); card != nil {
			return card
		}
	}
	return nil
}

// problem is the problem of the block's own input.
func (b Block) problem(problems []payment.Problem) payment.Problem {
	return payment.At(problems, b.Name)
}
