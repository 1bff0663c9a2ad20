//go:build !js || desk

package web

import "paypane/web/words"

// MayView is what somebody at the desk may do.
type MayView struct {
	Role  string
	Lines []MayLine
}

// MayLine is something that can be done at the desk; Ask is who may, where the
// reader may not.
type MayLine struct{ What, Ask string }

// MayContent is the page that says what somebody may do.
func MayContent(l words.Language, may MayView) Content {
	var yes, no []Element
	for _, line := range may.Lines {
		if line.Ask == "" {
			yes = append(yes, text(line.What))
		} else {
			no = append(no, text(l.Text("desk.may.ask", "what", line.What, "role", line.Ask)))
		}
	}
	c := Content{Heading: l.Text("desk.may"), Elements: []Element{lead(l.Text("desk.may.role", "role", may.Role)), section("may", l.Text("desk.may.yes"), items(yes...))}}
	if len(no) > 0 {
		c.Elements = append(c.Elements, section("ask", l.Text("desk.may.no"), items(no...)))
	}
	return c
}

// GoOnContent is the page of a form that waited until somebody had signed in again.
// It is sent only by a press of theirs.
func GoOnContent(l words.Language, path string, fields [][2]string, lost, found bool) Content {
	c := Content{Heading: l.Text("desk.goon")}
	if !found {
		c.Elements = []Element{text(l.Text("desk.goon.none")), link(PathDesk, l.Text("desk.home"))}
		return c
	}
	c.Elements = append(c.Elements, text(l.Text("desk.goon.why")))
	if lost {
		c.Elements = append(c.Elements, text(l.Text("desk.goon.card")))
	}
	var held []Element
	for _, f := range fields {
		if f[0] != FieldPerson { // the page prints its own
			held = append(held, hidden(f[0], f[1]))
		}
	}
	c.Elements = append(c.Elements, form(path, "", l.Text("desk.goon.send"), "", held...), link(PathDesk, l.Text("desk.goon.leave")))
	return c
}
