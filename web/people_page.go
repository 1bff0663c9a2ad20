//go:build !js

package web

import (
	"strconv"

	"paypane/web/payment"
)

// People is the page "For whom do you pay?".
type People struct {
	List    []PersonShown
	Current int    // whom the pages are for now
	Back    string // where to go on for them
}

// PersonShown is one of them: with payments taken lately, or of which nobody
// knows.
type PersonShown struct {
	Name     string
	Payments []payment.Attempt
}

// FieldTo is the form's choice: the place of a person in the list.
const FieldTo = "to"

// PeopleSheet lists the people somebody pays for, each with what was paid for
// them just now, and nothing else of them.
func PeopleSheet(p People) Sheet {
	var items []Block
	for i, person := range p.List {
		name := Block{Kind: BlockText, Look: "strong", Text: person.Name}
		item := Block{Kind: BlockGroup, Blocks: []Block{name}}
		for _, a := range person.Payments {
			text := "You paid " + a.Total().Display() + "."
			if a.State.Live() {
				text = "The result of a payment of " + a.Total().Display() + " is not known yet."
			}
			item.Blocks = append(item.Blocks, Block{Kind: BlockLink, Href: PathResult + a.ID, Text: text})
		}
		if i == p.Current {
			item.Blocks = append(item.Blocks, Block{Kind: BlockLink, Href: p.Back, Text: "Go on for " + person.Name})
		} else {
			item.Blocks = append(item.Blocks, Block{Kind: BlockForm, Href: PathPeople, Look: "secondary", Text: "Pay for " + person.Name,
				Blocks: []Block{{Kind: BlockHidden, Name: FieldTo, Value: strconv.Itoa(i)}}})
		}
		items = append(items, item)
	}
	return Sheet{Heading: "For whom do you pay?", Blocks: []Block{
		{Kind: BlockText, Text: "Bills, cards and receipts are kept apart for each person."},
		{Kind: BlockItems, Blocks: items},
	}}
}
