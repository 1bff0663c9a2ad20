//go:build !js || desk

package web

import "paypane/web/words"

// ParamLeave asks for a page between a form of ours and the provider.
const ParamLeave = "leave"

// SignInContent is the page that asks at which practice's desk somebody is: names
// and where each leads.
func SignInContent(l words.Language, desks [][2]string) Content {
	var choices []Element
	for _, d := range desks {
		choices = append(choices, link(d[1], d[0]))
	}
	return Content{Heading: l.Text("desk.signin.where"), Elements: []Element{items(choices...)}}
}

// LeaveContent is the page between a form of ours and the provider, for a browser
// that does not go on by itself.
func LeaveContent(l words.Language, provider string) Content {
	return Content{Heading: l.Text("desk.signin.leave"), Elements: []Element{text(l.Text("desk.signin.leave.why")), link(provider, l.Text("desk.signin.leave.go"))}}
}
