package web

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// frame puts a page's content between the practice's name and the way back. The
// element it returns is the only child that go-app mounts into the body.
func frame(v View, main app.HTMLMain, content ...app.UI) app.UI {
	main = field.Attr(main, "data-page", v.Page)
	return app.Div().Class("page").Body(
		app.Header().Class("top").Body(
			app.If(v.Site.Practice != "", app.P().Class("practice").Text(v.Site.Practice)),
			whose(v.Site),
			navigation(v.Nav),
		),
		main.Body(content...),
		app.Footer().Class("foot").Body(footer(v)...),
	)
}

// navigation leads to everything else that the practice offers here.
func navigation(links []NavLink) app.UI {
	if len(links) == 0 {
		return nil
	}
	items := make([]app.UI, len(links))
	for i, l := range links {
		items[i] = app.Li().Body(field.If(field.Attr(app.A(), "href", l.Path), l.Current, "aria-current", "page").Text(l.Text))
	}
	return app.Nav().Aria("label", "Payments").Body(app.Ul().Body(items...))
}

// FieldPerson is the hidden field of every form that is not about one attempt:
// for whom it was printed.
const FieldPerson = "person"

// personField is that field, where the page has a session.
func personField(s Site) app.UI {
	if s.Whose == "" {
		return nil
	}
	return field.Hidden(FieldPerson, s.Whose)
}

// whose says whose page it is, where somebody pays for several people.
func whose(s Site) app.UI {
	if s.Person == "" {
		return nil
	}
	text, link := "You are paying for "+s.Person+". ", "Pay for somebody else"
	if s.Now != "" {
		text, link = "This page is about "+s.Person+". You are paying for "+s.Now+" now. ", "Choose for whom you pay"
	}
	return app.P().Class("whose").Body(app.Span().Text(text), field.Link(PathPeople, link, false))
}

func footer(v View) []app.UI {
	var parts []app.UI
	if v.Site.Phone != "" {
		parts = append(parts, app.P().Body(
			app.Span().Text("Questions? Call "+v.Site.Practice+" at "),
			field.Link("tel:"+v.Site.Phone, v.Site.Phone, true),
		))
	}
	if v.Site.Return != "" {
		parts = append(parts, app.P().Body(field.Link(v.Site.Return, "Back to the portal", true)))
	}
	if v.Site.Idle > 0 {
		// Never taken over: what the program knows has to go with the page.
		parts = append(parts, field.Form(PathFinish, nil, nil,
			app.P().Text("This page closes after "+strconv.Itoa(v.Site.Idle)+" minutes without use, and "+strconv.Itoa(v.Site.Absolute)+" minutes after you opened it."),
			app.Button().Type("submit").Class("secondary").Text("Finish and clear"),
		))
	}
	return parts
}

// heading is the page's h1. It can take the focus, so that after a step
// without a page load a reader starts where a loaded page would.
func heading(text string) app.HTMLH1 {
	return app.H1().ID("heading").TabIndex(-1).Text(text)
}

// charged lists the lines of a charge and their sum.
func charged(c payment.Charge) app.UI {
	rows := make([]app.UI, 0, len(c.Lines)+1)
	for _, l := range c.Lines {
		rows = append(rows, app.Div().Class("row").Body(
			app.Dt().Text(lineTitle(l.Kind, l.Title, l.Service)),
			app.Dd().Class("money").Text(l.Amount.Display()),
		))
	}
	if len(c.Lines) > 1 {
		rows = append(rows, app.Div().Class("row total").Body(
			app.Dt().Text("Total"),
			app.Dd().Class("money").Text(c.Total().Display()),
		))
	}
	return app.Dl().Class("lines").Body(rows...)
}

// lineTitle names a bill: what it is for and when.
func lineTitle(k payment.Kind, title string, service payment.Day) string {
	if k == payment.Copay {
		title = "Copay for your visit"
	} else if title == "" {
		title = "Visit"
	}
	if day := service.Words(); day != "" {
		title += ", " + day
	}
	return title
}
