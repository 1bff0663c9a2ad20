package web

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// SheetPage prints a sheet.
type SheetPage struct {
	app.Compo
	View View
	cardTyping
}

// Render prints the blocks under the heading.
func (p *SheetPage) Render() app.UI {
	s := p.View.Sheet
	content := []app.UI{field.Summary(p.View.Problems, p.step.follow), heading(s.Heading)}
	return frame(p.View, app.Main(), append(content, p.blocks(s.Blocks)...)...)
}

func (p *SheetPage) blocks(blocks []Block) []app.UI {
	printed := make([]app.UI, len(blocks))
	for i, b := range blocks {
		printed[i] = p.block(b)
	}
	return printed
}

func (p *SheetPage) block(b Block) app.UI {
	switch b.Kind {
	case BlockText:
		if b.Look == "strong" {
			return app.P().Body(app.Strong().Text(b.Text))
		}
		return field.If(app.P(), b.Look != "", "class", b.Look).Text(b.Text)
	case BlockLink:
		link := field.Attr(app.A(), "href", b.Href)
		link = field.If(link, b.Look == "file", "download", b.Name)
		if b.Value == "" {
			return app.P().Body(link.Text(b.Text))
		}
		return app.P().Body(link.Body(heard(b)...))
	case BlockStatus:
		return field.Attr(app.P(), "role", "status").Class("box done").Text(b.Text)
	case BlockSection:
		return p.section(b)
	case BlockBox:
		return field.Attr(app.Div(), "class", strings.TrimSpace("box "+b.Look)).Body(p.blocks(b.Blocks)...)
	case BlockFacts:
		return facts(b)
	case BlockTable:
		return sheetTable(b)
	case BlockItems:
		items := make([]app.UI, len(b.Blocks))
		for i, item := range b.Blocks {
			items[i] = app.Li().Body(p.block(item))
		}
		return app.Ul().Class("items").Body(items...)
	case BlockGroup:
		return field.If(app.Div(), b.Look != "", "class", b.Look).Body(p.blocks(b.Blocks)...)
	case BlockForm:
		return p.form(b)
	case BlockHidden:
		return field.Hidden(b.Name, b.Value)
	case BlockInput:
		return p.input(*b.Input)
	case BlockChoice:
		return p.choice(b)
	case BlockCard:
		return p.fields(*b.Card, p.View.Problems)
	case BlockTerms:
		// Whole: nothing of it scrolls away.
		return field.If(app.Div(), b.Lang != "", "lang", b.Lang).Class("terms").Body(p.blocks(b.Blocks)...)
	}
	return nil
}

// section prints a part under its heading, and the parts of a part under
// headings one level down.
func (p *SheetPage) section(b Block) app.UI {
	content := []app.UI{field.Attr(app.H2(), "id", b.Name).Text(b.Text)}
	for _, inner := range b.Blocks {
		if inner.Kind == BlockSection {
			content = append(content, framed(inner, append([]app.UI{field.Attr(app.H3(), "id", inner.Name).Text(inner.Text)}, p.blocks(inner.Blocks)...)))
		} else {
			content = append(content, p.block(inner))
		}
	}
	return framed(b, content)
}

func framed(b Block, content []app.UI) app.UI {
	return field.Attr(field.If(app.Section(), b.Look != "", "class", b.Look), "aria-labelledby", b.Name).Body(content...)
}

// facts is a list of terms: the second cell of a row is what the first names.
func facts(b Block) app.UI {
	rows := make([]app.UI, 0, len(b.Rows))
	money := b.Look == "money"
	for _, row := range b.Rows {
		if row[1] == "" {
			continue
		}
		rows = append(rows, app.Div().Class("row").Body(
			app.Dt().Text(row[0]),
			field.If(app.Dd(), money, "class", "money").Text(row[1]),
		))
	}
	return field.Attr(app.Dl(), "class", strings.TrimSpace("lines "+map[bool]string{false: "facts"}[money])).Body(rows...)
}

// sheetTable prints a table whose last column holds amounts.
func sheetTable(b Block) app.UI {
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
func (p *SheetPage) form(b Block) app.UI {
	look := b.Look
	switch look {
	case "":
		look = "primary"
	case "danger":
		look = "primary danger-act"
	}
	busy := p.step.busy()
	button := field.If(field.Attr(app.Button().Type("submit"), "class", look), busy, "aria-disabled", "true")
	content := append([]app.UI{personField(p.View.Site)}, p.blocks(b.Blocks)...)
	return field.Form(b.Href, p.onSubmit, p.onChange, append(content, button.Body(heard(b)...))...)
}

// heard is the text of a link or button, with what tells it from others of the
// same text for those who do not see what stands around it.
func heard(b Block) []app.UI {
	label := []app.UI{app.Span().Text(b.Text)}
	if b.Value != "" {
		label = append(label, app.Span().Class("sr").Text(" "+b.Value))
	}
	return label
}

func (p *SheetPage) input(i Input) app.UI {
	return field.Text{
		Name: i.Name, Label: i.Label, Hint: i.Hint, Autocomplete: i.Autocomplete, InputMode: i.Mode, Width: i.Width,
		Prefix: i.Prefix, LTR: i.Mode != "", Value: i.Value, Problem: payment.At(p.View.Problems, i.Name), OnInput: p.onInput,
	}.UI()
}

func (p *SheetPage) choice(b Block) app.UI {
	options := make([]field.Option, len(b.Options))
	for i, o := range b.Options {
		words := []app.UI{app.Span().Text(o.Label)}
		if o.Hint != "" {
			words = append(words, app.Span().Class("sr").Text(", "), app.Span().Class("hint").Text(o.Hint))
		}
		label := app.Span().Class("bill").Body(app.Span().Body(words...))
		if o.Money != "" {
			label = app.Span().Class("bill").Body(app.Span().Body(words...), youOwe(), app.Span().Class("money").Text(o.Money))
		}
		options[i] = field.Option{Value: o.Value, Label: label, Checked: o.Checked}
		if len(o.Blocks) > 0 {
			options[i].Below = app.Div().Body(p.blocks(o.Blocks)...)
		}
	}
	return field.Group{Name: b.Name, Legend: b.Text, Many: b.Look == "many", Options: options, Problem: b.problem(p.View.Problems)}.UI()
}

// onSubmit checks the form as the server will, as far as a page can, and sends
// it, once.
func (p *SheetPage) onSubmit(ctx app.Context, e app.Event) {
	form := e.Get("target")
	problems := p.check(form)
	action := form.Call("getAttribute", "action").String()
	for _, b := range p.forms() {
		if b.Href == action {
			problems = append(problems, missing(b.Blocks, func(name string, choice bool) string {
				if choice {
					return checked(form, name)
				}
				return value(form, name)
			})...)
		}
	}
	if p.card != nil {
		p.step.remember(typedIn(form))
	}
	p.step.submit(ctx, e, problems)
}

// onChange takes the error of a choice away once it is made.
func (p *SheetPage) onChange(_ app.Context, e app.Event) {
	name := e.Get("target").Get("name").String()
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
func (p *SheetPage) forms() []Block {
	if p.View.Sheet == nil {
		return nil // printed as a part of another page
	}
	return formsIn(p.View.Sheet.Blocks)
}

func formsIn(blocks []Block) []Block {
	var forms []Block
	for _, b := range blocks {
		if b.Kind == BlockForm {
			forms = append(forms, b)
		}
		forms = append(forms, formsIn(b.Blocks)...)
	}
	return forms
}
