package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// NothingPage says that there is nothing to pay, and why it may seem so.
type NothingPage struct {
	app.Compo
	View View
}

// Render prints the credit, payments being checked, and bills that are taken
// care of elsewhere.
func (p *NothingPage) Render() app.UI {
	v := p.View
	s := v.Amount.Statement
	lead := "You do not owe " + v.Site.Practice + " anything that can be paid here today."
	if v.Amount.Of != "" {
		lead = v.Amount.Of + " does not owe " + v.Site.Practice + " anything that can be paid here today."
	}
	return frame(v, app.Main(),
		heading(v.heading()),
		app.P().Class("lead").Text(lead),
		app.If(!s.Credit.IsZero(), app.P().Body(
			app.Span().Text("You have a credit of "),
			app.Strong().Class("money").Text(s.Credit.Display()),
			app.Span().Text(" at the practice."),
		)),
		doubtsLink(v.Amount),
		recentNotice(v.Amount),
		heldBills(s),
	)
}
