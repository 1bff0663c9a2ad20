package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// frame puts a page's content between the practice's name and the way back. The
// element it returns is the only child that go-app mounts into the body.
func frame(v View, main app.HTMLMain, content ...app.UI) app.UI {
	main = field.Attr(main, "data-page", v.Page)
	if desk := v.deskFrame(main, content); desk != nil {
		return desk
	}
	return app.Div().Class("page").Body(
		test(v.Site),
		app.Header().Class("top").Body(
			languages(v),
			app.If(v.Site.Practice != "", app.P().Class("practice").Text(v.Site.Practice)),
			forWhom(v.Site),
			navigation(v),
		),
		main.Body(content...),
		app.Footer().Class("foot").Body(footer(v, "")...),
	)
}

// test says that nothing here is real, where the upstream is one for trying.
func test(s Site) app.UI {
	if !s.Test {
		return nil
	}
	l := s.Language
	return app.P().Class("test").Body(app.Strong().Text(l.Text("page.test")), app.Span().Text(" "+l.Text("page.test.what")))
}

// navigation leads to everything else that the practice offers here.
func navigation(v View) app.UI {
	if len(v.Nav) == 0 {
		return nil
	}
	items := make([]app.UI, len(v.Nav))
	for i, l := range v.Nav {
		items[i] = app.Li().Body(field.If(field.Attr(app.A(), "href", v.Site.At(l.Path)), l.Current, "aria-current", "page").Text(l.Text))
	}
	return field.Attr(app.Nav(), "aria-label", v.text("page.navigation")).Body(app.Ul().Body(items...))
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

// forWhom says whose page it is, where somebody pays for several people.
func forWhom(s Site) app.UI {
	if s.Person == "" {
		return nil
	}
	l := s.Language
	text, link := l.Text("page.for", "person", s.Person), l.Text("page.for.change")
	if s.Now != "" {
		text, link = l.Text("page.for.another", "person", s.Person, "now", s.Now), l.Text("page.for.choose")
	}
	return app.P().Class("whose").Body(app.Span().Text(text+" "), field.Link(s.At(PathPeople), link, false))
}

// footer says whom to call, at which practice where the page's head does not, and
// ends the session.
func footer(v View, practice string) []app.UI {
	var parts []app.UI
	if v.Site.Phone != "" {
		around := v.Site.Language.Around("page.questions", "phone", "practice", practice)
		parts = append(parts, app.P().Body(
			app.Span().Text(around.Before),
			field.Link("tel:"+v.Site.Phone, v.Site.Phone, true),
			app.If(around.After != "", app.Span().Text(around.After)),
		))
	}
	if v.Site.Return != "" {
		parts = append(parts, app.P().Body(field.Link(v.Site.Return, v.text("page.return"), true)))
	}
	if v.Site.Idle > 0 {
		// Never taken over: what the program knows has to go with the page.
		parts = append(parts, field.Form(v.Site.At(PathFinish), nil, nil,
			app.Button().Type("submit").Class("plain").Text(v.text("page.finish")),
		))
		if v.typed() != nil { // where something would be lost
			parts = append(parts, app.P().Text(v.text("page.closes", "idle", v.Site.Idle)))
		}
	}
	return parts
}

// heading is the page's h1. It can take the focus, so that after a step
// without a page load a reader starts where a loaded page would.
func heading(text string) app.HTMLH1 {
	return app.H1().ID("heading").TabIndex(-1).Text(text)
}

// charged lists the lines of a charge and their sum.
func charged(l words.Language, c payment.Charge) app.UI {
	rows := make([]app.UI, 0, len(c.Lines)+1)
	for _, line := range c.Lines {
		rows = append(rows, app.Div().Class("row").Body(
			app.Dt().Body(runs(lineSaid(l, line.Kind, line.Title, line.Service))...),
			app.Dd().Class("money").Text(l.Value(line.Amount)),
		))
	}
	if len(c.Lines) > 1 {
		rows = append(rows, app.Div().Class("row total").Body(
			app.Dt().Text(l.Text("line.total")),
			app.Dd().Class("money").Text(l.Value(c.Total())),
		))
	}
	return app.Dl().Class("lines").Body(rows...)
}

// written reports whether a bill has a title that the practice's system wrote, in
// another language than the page's.
func written(l words.Language, k payment.BillKind, title string) bool {
	return upstreams(l) != "" && title != "" && k != payment.Copay && k != payment.Today && k != payment.Unapplied
}

// upstreams is the language of what the practice's system writes; empty where it is
// the page's.
func upstreams(l words.Language) string {
	if l.Tag() == "en" {
		return ""
	}
	return "en"
}

// lineTitle names a bill: what it is for and when.
func lineTitle(l words.Language, k payment.BillKind, title string, service payment.Day) string {
	switch k {
	case payment.Copay:
		title = l.Text("line.copay")
	case payment.Today:
		title = l.Text("line.today")
	case payment.Unapplied:
		title = l.Text("line.unapplied")
	default:
		if title == "" {
			title = l.Text("line.visit")
		}
	}
	return l.Text("line.title", "title", title, "day", service)
}
