//go:build !js || desk

package web

import "paypane/web/payment"

// The words of content pages are written with these.

// FieldConsent is ticked to agree.
const FieldConsent = "consent"

// ReadOnly is the content without what leads on from it: for somebody who may read it
// while every other page is about another person.
func (s Content) ReadOnly() Content {
	s.Elements = readOnly(s.Elements)
	return s
}

func readOnly(elements []Element) []Element {
	var kept []Element
	for _, b := range elements {
		if b.Kind == ElementLink || b.Kind == ElementForm {
			continue
		}
		held := len(b.Elements)
		b.Elements = readOnly(b.Elements)
		if held == 0 || len(b.Elements) > 0 {
			kept = append(kept, b)
		}
	}
	return kept
}

func text(words string) Element   { return Element{Kind: ElementText, Text: words} }
func strong(words string) Element { return Element{Kind: ElementText, Variant: "strong", Text: words} }
func hint(words string) Element   { return Element{Kind: ElementText, Variant: "hint", Text: words} }
func lead(words string) Element   { return Element{Kind: ElementText, Variant: "lead", Text: words} }

func link(href, words string) Element { return Element{Kind: ElementLink, Href: href, Text: words} }

// section is a part with a heading; its name is unique on the page.
func section(name, title string, elements ...Element) Element {
	return Element{Kind: ElementSection, Name: name, Text: title, Elements: elements}
}

// fold is one line that opens what belongs to it.
func fold(line string, elements ...Element) Element {
	return Element{Kind: ElementFold, Text: line, Elements: elements}
}

// folds are such lines below each other.
func folds(lines ...Element) Element {
	return Element{Kind: ElementGroup, Variant: "folds", Elements: lines}
}

func box(elements ...Element) Element { return Element{Kind: ElementBox, Elements: elements} }

func warning(elements ...Element) Element {
	return Element{Kind: ElementBox, Variant: "warning", Elements: elements}
}

func together(elements ...Element) Element { return Element{Kind: ElementGroup, Elements: elements} }

func items(elements ...Element) Element { return Element{Kind: ElementItems, Elements: elements} }

// factsOf pairs terms with what they are; an empty one is left out.
func factsOf(rows ...[]string) Element { return Element{Kind: ElementFacts, Rows: rows} }

// moneyOf is factsOf with amounts.
func moneyOf(rows ...[]string) Element {
	return Element{Kind: ElementFacts, Variant: "money", Rows: rows}
}

func hidden(name, value string) Element {
	return Element{Kind: ElementHidden, Name: name, Value: value}
}

// form is a form with one button. what tells the button from others of the same
// text, for those who hear it alone.
func form(action, variant, button, what string, elements ...Element) Element {
	return Element{Kind: ElementForm, Href: action, Variant: variant, Text: button, Value: what, Elements: elements}
}

// emailInput asks for an address.
func emailInput(label, hint, value, empty string) Element {
	return Element{Kind: ElementInput, Input: &Input{Name: "email", Label: label, Hint: hint, Autocomplete: "email", Mode: "email", Value: value, Empty: empty}}
}

// consent is a box of its own that is never ticked beforehand.
func consent(legend, words, empty string) Element {
	return Element{Kind: ElementChoice, Variant: "many", Name: FieldConsent, Text: legend, Options: []Option{{Value: "yes", Label: words}}, Empty: empty}
}

// Missing are the problems of what has to be chosen or typed on the page and
// was not; held answers what the form has under a name.
func (s Content) Missing(held func(name string) string) []payment.Problem {
	return missing(s.Elements, func(name string, _ bool) string { return held(name) })
}

// texts are paragraphs.
func texts(lines []string) []Element {
	elements := make([]Element, len(lines))
	for i, line := range lines {
		elements[i] = text(line)
	}
	return elements
}
