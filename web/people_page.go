//go:build !js || desk

package web

import (
	"strconv"

	"paypane/web/payment"
	"paypane/web/words"
)

// PeopleView is the page "Who are you paying for?".
type PeopleView struct {
	List    []PersonShown
	Current int    // whom the pages are for now
	Back    string // where to go on for them
}

// PersonShown is one of them: with what is to be paid now, and with payments taken
// lately, or of which nobody knows.
type PersonShown struct {
	Name     string
	Owed     *payment.Amount // nil: not known
	Payments []payment.Attempt
}

// FieldTo is the form's choice: the place of a person in the list.
const FieldTo = "to"

// PeopleContent lists the people somebody pays for, each with what is to be paid and
// what was paid for them just now, and nothing else of them.
func PeopleContent(l words.Language, p PeopleView) Content {
	rows := make([]Element, len(p.List))
	for i, person := range p.List {
		owed := l.Text("people.owed.unknown")
		if person.Owed != nil {
			owed = l.Text("people.owed", "due", known(l, *person.Owed))
		}
		row := []Element{priced(owed, strong(person.Name))}
		for _, a := range person.Payments {
			row = append(row, link(PathResult+a.ID, l.Text("people.payment", "unknown", a.State.Live(), "total", a.Total())))
		}
		if i == p.Current {
			row = append(row, link(p.Back, l.Text("people.current", "person", person.Name)))
		} else {
			row = append(row, form(PathPeople, "secondary", l.Text("people.choose", "person", person.Name), "", hidden(FieldTo, strconv.Itoa(i))))
		}
		rows[i] = together(row...)
	}
	return Content{Heading: l.Text("people.heading"), Elements: []Element{
		text(l.Text("people.lead")),
		items(rows...),
	}}
}
