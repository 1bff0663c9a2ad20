//go:build !js

package web

import "paypane/web/payment"

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
	rows := make([]Block, len(p.List))
	for i, person := range p.List {
		row := []Block{strong(person.Name)}
		for _, a := range person.Payments {
			words := "You paid " + a.Total().Display() + "."
			if a.State.Live() {
				words = "The result of a payment of " + a.Total().Display() + " is not known yet."
			}
			row = append(row, link(PathResult+a.ID, words))
		}
		if i == p.Current {
			row = append(row, link(p.Back, "Go on for "+person.Name))
		} else {
			row = append(row, form(PathPeople, "secondary", "Pay for "+person.Name, "", hidden(FieldTo, itoa(i))))
		}
		rows[i] = together(row...)
	}
	return Sheet{Heading: "For whom do you pay?", Blocks: []Block{
		text("Bills, cards and receipts are kept apart for each person."),
		items(rows...),
	}}
}
