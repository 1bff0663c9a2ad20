package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
)

// NoticePage says one thing and how to go on: nothing to pay, session over,
// payments not available, no such page.
type NoticePage struct {
	app.Compo
	View View
}

// Render prints the notice.
func (p *NoticePage) Render() app.UI {
	n := p.View.Notice
	body := []app.UI{heading(n.Heading)}
	for _, text := range n.Text {
		body = append(body, app.P().Text(text))
	}
	switch {
	case n.Code != "":
		body = append(body, field.Attr(app.Form(), "action", p.View.Site.At(n.Next)).Method("post").Target("_blank").Body(
			field.Hidden("code", n.Code),
			app.Button().Type("submit").Class("primary").Text(n.NextText),
		))
	case n.Go:
		body = append(body, app.P().Body(field.Attr(field.Attr(app.A(), "href", p.View.Site.At(n.Next)), "autofocus", "true").Class("primary").Text(n.NextText)))
	case n.Next != "":
		body = append(body, app.P().Body(field.Link(p.View.Site.At(n.Next), n.NextText, n.Next[0] != '/')))
	}
	if n.ID != "" {
		body = append(body, app.P().Class("hint").Text(p.View.text("notice.support", "code", n.ID)))
	}
	// The script that talks to the portal tells both codes, too.
	main := field.If(app.Main(), n.ID != "", "data-support", n.ID)
	return frame(p.View, field.If(main, n.Error != "", "data-error", n.Error), body...)
}
