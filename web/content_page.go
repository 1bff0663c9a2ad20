package web

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// ContentPage prints a content page.
type ContentPage struct {
	app.Compo
	View View
	cardTyping
}

// Render prints the elements under the heading.
func (p *ContentPage) Render() app.UI {
	s := p.View.Content
	content := []app.UI{field.Summary(p.View.Site.Language, p.View.Problems, p.step.follow), heading(s.Heading)}
	return frame(p.View, app.Main(), append(content, p.elements(s.Elements)...)...)
}

func (p *ContentPage) elements(elements []Element) []app.UI {
	printed := make([]app.UI, len(elements))
	for i, b := range elements {
		printed[i] = p.element(b)
	}
	return printed
}

func (p *ContentPage) element(b Element) app.UI {
	switch b.Kind {
	case ElementText:
		if b.Variant == "strong" {
			return app.P().Body(app.Strong().Body(runs(b.Text)...))
		}
		return field.If(app.P(), b.Variant != "", "class", b.Variant).Body(runs(b.Text)...)
	case ElementLink:
		link := field.Attr(app.A(), "href", p.View.Site.At(b.Href))
		link = field.If(link, b.Variant == "file", "download", b.Name)
		if b.Value == "" {
			return app.P().Body(link.Text(b.Text))
		}
		return app.P().Body(link.Body(srText(b)...))
	case ElementStatus:
		return field.Attr(app.P(), "role", "status").Class("box done").Text(b.Text)
	case ElementSection:
		return p.section(b)
	case ElementFold:
		return field.Fold(b.Text, false, p.elements(b.Elements)...)
	case ElementBox:
		return field.Attr(app.Div(), "class", strings.TrimSpace("box "+b.Variant)).Body(p.elements(b.Elements)...)
	case ElementFacts:
		return facts(b)
	case ElementTable:
		return contentTable(b)
	case ElementItems:
		items := make([]app.UI, len(b.Elements))
		for i, item := range b.Elements {
			items[i] = app.Li().Body(p.element(item))
		}
		return app.Ul().Class("items").Body(items...)
	case ElementGroup:
		return field.If(app.Div(), b.Variant != "", "class", b.Variant).Body(p.elements(b.Elements)...)
	case ElementForm:
		return p.form(b)
	case ElementHidden:
		return field.Hidden(b.Name, b.Value)
	case ElementInput:
		return p.input(*b.Input)
	case ElementChoice:
		return p.choice(b)
	case ElementCard:
		return p.fields(p.View.Site.Language, *b.Card, p.View.Problems)
	case ElementTerms:
		// Whole: nothing of it scrolls away.
		terms := app.Div().Class("terms")
		if b.Lang != "" && b.Lang != p.View.Site.Language.Tag() { // it runs as its own language does
			terms = field.Attr(field.Attr(terms, "lang", b.Lang), "dir", "auto")
		}
		return terms.Body(p.elements(b.Elements)...)
	}
	return nil
}

// section prints a part under its heading, and the parts of a part under
// headings one level down.
func (p *ContentPage) section(b Element) app.UI {
	content := []app.UI{field.Attr(app.H2(), "id", b.Name).Text(b.Text)}
	for _, inner := range b.Elements {
		if inner.Kind == ElementSection {
			content = append(content, framed(inner, append([]app.UI{field.Attr(app.H3(), "id", inner.Name).Text(inner.Text)}, p.elements(inner.Elements)...)))
		} else {
			content = append(content, p.element(inner))
		}
	}
	return framed(b, content)
}

func framed(b Element, content []app.UI) app.UI {
	return field.Attr(field.If(app.Section(), b.Variant != "", "class", b.Variant), "aria-labelledby", b.Name).Body(content...)
}

// facts is a list of terms: the second cell of a row is what the first names.
func facts(b Element) app.UI {
	rows := make([]app.UI, 0, len(b.Rows))
	money := b.Variant == "money"
	for _, row := range b.Rows {
		if row[1] == "" {
			continue
		}
		rows = append(rows, app.Div().Class("row").Body(
			app.Dt().Body(runs(row[0])...),
			field.If(app.Dd(), money, "class", "money").Body(runs(row[1])...),
		))
	}
	return field.Attr(app.Dl(), "class", strings.TrimSpace("lines "+map[bool]string{false: "facts"}[money])).Body(rows...)
}

// contentTable prints a table whose last column holds amounts.
func contentTable(b Element) app.UI {
	heads := make([]app.UI, len(b.Columns))
	for i, c := range b.Columns {
		heads[i] = field.If(app.Th().Scope("col"), i == len(b.Columns)-1, "class", "money").Text(c)
	}
	rows := make([]app.UI, len(b.Rows))
	for i, cells := range b.Rows {
		printed := make([]app.UI, len(cells))
		for j, cell := range cells {
			switch j {
			case 0:
				printed[j] = app.Th().Scope("row").Text(cell)
			case len(cells) - 1:
				printed[j] = app.Td().Class("money").Text(cell)
			default:
				printed[j] = app.Td().Text(cell)
			}
		}
		rows[i] = app.Tr().Body(printed...)
	}
	return app.Table().Class("bills").Body(
		app.Caption().Text(b.Text), app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(rows...))
}

// form prints a form with its one button. While it is under way the button says
// so and does nothing, without losing the focus that disabled would take.
func (p *ContentPage) form(b Element) app.UI {
	variant := b.Variant
	switch variant {
	case "":
		variant = "primary"
	case "danger":
		variant = "primary danger-act"
	}
	busy := p.step.busy()
	button := field.If(field.Attr(app.Button().Type("submit"), "class", variant), busy, "aria-disabled", "true")
	content := append([]app.UI{personField(p.View.Site)}, p.elements(b.Elements)...)
	content = append(content, button.Body(srText(b)...))
	if cardIn(b.Elements) != nil {
		content = append(content, offline(p.View.Site.Language))
	}
	return field.Form(p.View.Site.At(b.Href), p.onSubmit, p.onChange, content...)
}

// srText is the text of a link or button, with what tells it from others of the
// same text for those who do not see what stands around it.
func srText(b Element) []app.UI {
	label := []app.UI{app.Span().Text(b.Text)}
	if b.Value != "" {
		label = append(label, app.Span().Class("sr").Text(" "+b.Value))
	}
	return label
}

func (p *ContentPage) input(i Input) app.UI {
	return field.Text{
		Language: p.View.Site.Language, Focus: i.Focus, Name: i.Name, Label: i.Label, Hint: i.Hint, Autocomplete: i.Autocomplete, InputMode: i.Mode, Width: i.Width,
		Prefix: i.Prefix, LTR: i.Mode != "", Value: i.Value, Problem: payment.At(p.View.Problems, i.Name), OnInput: p.onInput,
	}.UI()
}

func (p *ContentPage) choice(b Element) app.UI {
	options := make([]field.Option, len(b.Options))
	for i, o := range b.Options {
		words := []app.UI{app.Span().Body(runs(o.Label)...)}
		if o.Hint != "" {
			words = append(words, app.Span().Class("sr").Text(p.View.text("list.comma")), app.Span().Class("hint").Text(o.Hint))
		}
		label := app.Span().Class("bill").Body(app.Span().Body(words...))
		if o.Money != "" {
			label = app.Span().Class("bill").Body(app.Span().Body(words...), youOwe(p.View.Site.Language), app.Span().Class("money").Text(o.Money))
		}
		options[i] = field.Option{Value: o.Value, Label: label, Checked: o.Checked}
		if len(o.Elements) > 0 {
			options[i].Below = app.Div().Body(p.elements(o.Elements)...)
		}
	}
	return field.Group{Language: p.View.Site.Language, Name: b.Name, Legend: b.Text, Many: b.Variant == "many", Options: options, Problem: b.problem(p.View.Problems)}.UI()
}

// onSubmit checks the form as the server will, as far as a page can, and sends
// it, once.
func (p *ContentPage) onSubmit(ctx app.Context, e app.Event) {
	form := e.Get("target")
	problems := p.check(form)
	action := form.Call("getAttribute", "action").String()
	for _, b := range p.forms() {
		if p.View.Site.At(b.Href) == action {
			problems = append(problems, missing(b.Elements, func(name string, choice bool) string {
				if choice {
					return checked(form, name)
				}
				return value(form, name)
			})...)
		}
	}
	p.step.submit(ctx, e, problems)
}

// onChange takes the error of a choice away once it is made, and asks for what
// follows from one.
func (p *ContentPage) onChange(ctx app.Context, e app.Event) {
	name := e.Get("target").Get("name").String()
	for _, b := range p.forms() {
		if b.Name == name {
			p.step.ask(ctx, e.Get("target").Get("form"))
		}
	}
	shown := p.step.problems()
	if payment.At(shown, name).Code != name+"_empty" {
		return
	}
	kept := make([]payment.Problem, 0, len(shown))
	for _, problem := range shown {
		if problem.Field != name {
			kept = append(kept, problem)
		}
	}
	p.step.amend(kept)
}

// forms are those of the page.
func (p *ContentPage) forms() []Element {
	if p.View.Content == nil {
		return nil // printed as a part of another page
	}
	return formsIn(p.View.Content.Elements)
}

// choose has a form's radio buttons chosen as the content says: with another number of
// them, what was chosen by its place would be another choice.
func (s *Content) choose(form app.Value) {
	for _, of := range formsIn(s.Elements) {
		for _, c := range of.Elements {
			for _, o := range c.Options {
				if c.Variant == "many" {
					break
				}
				if input := form.Call("querySelector", "[name="+c.Name+"][value='"+o.Value+"']"); input.Truthy() {
					input.Set("checked", o.Checked)
				}
			}
		}
	}
}

func formsIn(elements []Element) []Element {
	var forms []Element
	for _, b := range elements {
		if b.Kind == ElementForm {
			forms = append(forms, b)
		}
		forms = append(forms, formsIn(b.Elements)...)
	}
	return forms
}
