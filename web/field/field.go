package field

import (
	"slices"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/payment"
	"paypane/web/words"
)

// Text is a labelled text input with hint and error. The input is
// uncontrolled: Value is what it starts with, and nothing that happens while
// somebody types writes to it.
type Text struct {
	Language     words.Language
	Name         string // form name and id
	Label        string
	Hint         string
	Autocomplete string // the standard tokens (WCAG 1.3.5)
	InputMode    string // numeric, decimal, email, tel; empty: text
	Width        string // class for the width of what goes in: "w-number", "w-short"
	Capitalize   string // autocapitalize; empty: leave it to the browser
	LTR          bool   // digits that run left to right in any language
	Masked       bool   // never seen on the screen: of type password
	Focus        bool   // where the next key goes when the page has loaded
	Prefix       string // "$", shown before the input and hidden from readers
	Value        string
	Problem      payment.Problem
	OnInput      app.EventHandler
	Under        app.UI // shown under the hint
	Quiet        bool   // the hint is for those who hear it: what it says is drawn
	Inside       app.UI // drawn over the end of the input: the row of card brands
}

// UI renders the field. The elements are the same whether there is an error or
// not, so that showing one never replaces the input and what is typed in it.
func (t Text) UI() app.UI {
	wrong := t.Problem.Text != ""
	describedBy := ""
	if t.Hint != "" {
		describedBy = t.Name + "-hint"
	}
	if wrong {
		describedBy = join(describedBy, t.Name+"-error")
	}
	input := app.Input()
	kind := inputType(t.InputMode)
	if t.Masked {
		kind = "password"
	}
	input = Attr(input, "type", kind)
	input = Attr(input, "id", t.Name)
	input = Attr(input, "name", t.Name)
	input = Attr(input, "class", join("input", t.Width))
	input = Attr(input, "autocomplete", t.Autocomplete)
	input = Attr(input, "spellcheck", "false")
	input = If(input, t.InputMode != "", "inputmode", t.InputMode)
	input = If(input, t.Focus, "autofocus", "true")
	input = If(input, t.Capitalize != "", "autocapitalize", t.Capitalize)
	input = If(input, t.LTR, "dir", "ltr")
	input = If(input, t.Value != "", "value", t.Value)
	input = If(input, describedBy != "", "aria-describedby", describedBy)
	input = If(input, wrong, "aria-invalid", "true")
	if t.OnInput != nil {
		input = input.OnInput(t.OnInput)
	}
	var box app.UI = input
	if t.Prefix != "" {
		box = app.Span().Class("prefixed").Body(
			Attr(app.Span(), "aria-hidden", "true").Class("prefix").Text(t.Prefix), input)
	}
	if t.Inside != nil {
		box = app.Div().Class("inside").Body(input, t.Inside)
	}
	seen := "hint"
	if t.Quiet {
		seen = "sr"
	}
	return app.Div().Class("field").Body(
		Attr(app.Label(), "for", t.Name).Class("label").Text(t.Label),
		If(Attr(app.P(), "id", t.Name+"-hint"), t.Hint == "", "hidden", "true").Class(seen).Text(t.Hint),
		t.Under,
		errorText(t.Language, t.Name, t.Problem),
		box,
	)
}

// inputType: never "number" (it spins, groups and drops zeros), and "tel" for
// telephone numbers alone (it offers them).
func inputType(mode string) string {
	if mode == "email" || mode == "tel" {
		return mode
	}
	return "text"
}

// errorText is the place of a field's error, empty and hidden while there is
// none.
func errorText(l words.Language, name string, p payment.Problem) app.UI {
	return If(Attr(app.P(), "id", name+"-error"), p.Text == "", "hidden", "true").
		Class("error").Body(
		app.Span().Class("sr").Text(l.Text("form.error")+" "),
		app.Span().Text(p.Text),
	)
}

// Option is one choice of a group: a radio button or a check box.
type Option struct {
	Value   string
	Label   app.UI // rich content of the label
	Checked bool
	Below   app.UI // revealed under the option
}

// Group is a fieldset of radio buttons (one choice) or check boxes (several).
type Group struct {
	Language words.Language
	Name     string
	Legend   string
	Many     bool // check boxes
	Focus    bool // the one that is chosen has the focus when the page comes, or else the first
	Options  []Option
	Problem  payment.Problem
}

// UI renders the group. The first control has the group's name as id, so that
// the error summary's link lands in it.
func (g Group) UI() app.UI {
	wrong := g.Problem.Text != ""
	kind := "radio"
	if g.Many {
		kind = "checkbox"
	}
	rows := make([]app.UI, 0, len(g.Options))
	focus := slices.IndexFunc(g.Options, func(o Option) bool { return o.Checked })
	for i, o := range g.Options {
		id := g.Name
		if i > 0 {
			id += "-" + o.Value
		}
		input := Attr(app.Input(), "type", kind)
		input = Attr(input, "id", id)
		input = Attr(input, "name", g.Name)
		input = Attr(input, "value", o.Value)
		input = If(input, o.Checked, "checked", "true")
		input = If(input, g.Focus && i == max(focus, 0), "autofocus", "true")
		input = If(input, wrong, "aria-invalid", "true")
		row := []app.UI{
			app.Div().Class("option").Body(input, Attr(app.Label(), "for", id).Body(o.Label)),
		}
		if o.Below != nil {
			row = append(row, app.Div().Class("below").Body(o.Below))
		}
		rows = append(rows, Attr(app.Div(), "class", "choice choice-"+g.Name).Body(row...))
	}
	set := app.FieldSet().Class("group")
	set = If(set, wrong, "aria-describedby", g.Name+"-error")
	return set.Body(append([]app.UI{
		app.Legend().Class("legend").Text(g.Legend),
		errorText(g.Language, g.Name, g.Problem),
	}, rows...)...)
}

// Hidden is a hidden input.
func Hidden(name, value string) app.UI {
	input := Attr(app.Input(), "type", "hidden")
	return Attr(Attr(input, "name", name), "value", value)
}

// Link is a link with a text. An address of another origin opens in place of
// the whole portal page (target _top), since it leaves the payment.
func Link(href, text string, outside bool) app.UI {
	return If(Attr(app.A(), "href", href), outside, "target", "_top").Text(text)
}

// Form is a form that posts to one of our own paths. The browser's own
// validation bubbles are off: they vanish, cannot be styled, and say "please".
// onInput hears every change in it. Both may be nil.
func Form(action string, onSubmit, onInput app.EventHandler, body ...app.UI) app.UI {
	form := Attr(app.Form(), "method", "post")
	form = Attr(form, "action", action)
	form = Attr(form, "novalidate", "novalidate")
	if onSubmit != nil {
		form = form.OnSubmit(onSubmit)
	}
	if onInput != nil {
		form = form.OnInput(onInput)
	}
	return form.Body(body...)
}

// Fold is one line that opens what belongs to it, with script or without. What
// somebody opened or closed stays so.
func Fold(line string, open bool, body ...app.UI) app.UI {
	return If(app.Details(), open, "open", "true").Class("fold").Body(
		append([]app.UI{app.Summary().Body(app.Span().Text(line))}, body...)...)
}

// SummaryID is the id of the error summary, which takes the focus when there
// are errors.
const SummaryID = "summary"

// Summary is the list of errors at the head of a form: one link per error that
// lands in the field. It is there, hidden and empty, while there are none.
func Summary(l words.Language, problems []payment.Problem, onFollow app.EventHandler) app.UI {
	items := make([]app.UI, len(problems))
	for i, p := range problems {
		if p.Field == "" {
			items[i] = app.Li().Body(app.Span().Text(p.Text))
			continue
		}
		link := Attr(app.A(), "href", "#"+p.Field).Text(p.Text)
		if onFollow != nil {
			link = link.OnClick(onFollow)
		}
		items[i] = app.Li().Body(link)
	}
	box := Attr(app.Div(), "id", SummaryID)
	box = Attr(box, "role", "alert")
	box = Attr(box, "tabindex", "-1")
	box = Attr(box, "aria-labelledby", SummaryID+"-title")
	box = If(box, len(problems) == 0, "hidden", "true")
	box = If(box, len(problems) > 0 && onFollow == nil, "autofocus", "true") // of the payer's pages the program does it
	return box.Class("summary").Body(
		Attr(app.H2(), "id", SummaryID+"-title").Text(l.Text("form.problem")),
		app.Ul().Body(items...),
	)
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
