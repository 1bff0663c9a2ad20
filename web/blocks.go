//go:build !js

package web

import (
	"strconv"

	"paypane/web/payment"
)

// The words of sheets are written with these.

// FieldAttempt is the id of the attempt that a form becomes, so that the form
// sent twice does one thing; FieldConsent is ticked to agree.
const (
	FieldAttempt = "attempt"
	FieldConsent = "consent"
)

// Still is the sheet without what leads on from it: for somebody who may read it
// while every other page is about another person.
func (s Sheet) Still() Sheet {
	s.Blocks = still(s.Blocks)
	return s
}

func still(blocks []Block) []Block {
	var kept []Block
	for _, b := range blocks {
		if b.Kind == BlockLink || b.Kind == BlockForm {
			continue
		}
		held := len(b.Blocks)
		b.Blocks = still(b.Blocks)
		if held == 0 || len(b.Blocks) > 0 {
			kept = append(kept, b)
		}
	}
	return kept
}

func text(words string) Block   { return Block{Kind: BlockText, Text: words} }
func strong(words string) Block { return Block{Kind: BlockText, Look: "strong", Text: words} }
func hint(words string) Block   { return Block{Kind: BlockText, Look: "hint", Text: words} }
func lead(words string) Block   { return Block{Kind: BlockText, Look: "lead", Text: words} }

func link(href, words string) Block { return Block{Kind: BlockLink, Href: href, Text: words} }

// section is a part with a heading; its name is unique on the page.
func section(name, title string, blocks ...Block) Block {
	return Block{Kind: BlockSection, Name: name, Text: title, Blocks: blocks}
}

func box(blocks ...Block) Block { return Block{Kind: BlockBox, Blocks: blocks} }

func warning(blocks ...Block) Block { return Block{Kind: BlockBox, Look: "warning", Blocks: blocks} }

func together(blocks ...Block) Block { return Block{Kind: BlockGroup, Blocks: blocks} }

func items(blocks ...Block) Block { return Block{Kind: BlockItems, Blocks: blocks} }

// factsOf pairs terms with what they are; an empty one is left out.
func factsOf(rows ...[]string) Block { return Block{Kind: BlockFacts, Rows: rows} }

// moneyOf is factsOf with amounts.
func moneyOf(rows ...[]string) Block { return Block{Kind: BlockFacts, Look: "money", Rows: rows} }

func hidden(name, value string) Block { return Block{Kind: BlockHidden, Name: name, Value: value} }

// form is a form with one button. what tells the button from others of the same
// text, for those who hear it alone.
func form(action, look, button, what string, blocks ...Block) Block {
	return Block{Kind: BlockForm, Href: action, Look: look, Text: button, Value: what, Blocks: blocks}
}

// emailInput asks for an address.
func emailInput(label, hint, value, empty string) Block {
	return Block{Kind: BlockInput, Input: &Input{Name: "email", Label: label, Hint: hint, Autocomplete: "email", Mode: "email", Value: value, Empty: empty}}
}

// consent is a box of its own that is never ticked beforehand.
func consent(legend, words, empty string) Block {
	return Block{Kind: BlockChoice, Look: "many", Name: FieldConsent, Text: legend, Options: []Option{{Value: "yes", Label: words}}, Empty: empty}
}

// Missing are the problems of what has to be chosen or typed on the sheet and
// was not; held answers what the form has under a name.
func (s Sheet) Missing(held func(name string) string) []payment.Problem {
	return missing(s.Blocks, func(name string, _ bool) string { return held(name) })
}

// texts are paragraphs.
func texts(lines []string) []Block {
	blocks := make([]Block, len(lines))
	for i, line := range lines {
		blocks[i] = text(line)
	}
	return blocks
}

func itoa(n int) string { return strconv.Itoa(n) }
