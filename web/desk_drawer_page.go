//go:build !js || desk

package web

import (
	"net/url"
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// The paths of counting a drawer.
const (
	PathDeskDrawer = "/desk/drawer"
	PathDeskCloses = "/desk/closes" // + "/" + number: one of them
)

// ClosePath is the page of a count and what became of it, by its number.
func ClosePath(number int64) string { return PathDeskCloses + "/" + strconv.FormatInt(number, 10) }

// DrawerOfPath is the page on which somebody else's drawer is counted.
func DrawerOfPath(name string) string {
	return PathDeskDrawer + "?" + url.Values{FieldDrawerOf: {name}}.Encode()
}

// The inputs of a count that nobody types, beside FieldAttempt, by which it counts
// once.
const (
	FieldDrawerLast    = "last"    // the count before
	FieldDrawerEntries = "entries" // how many attempts it was to cover when it was printed
	FieldDrawerAgain   = "again"   // the number of the count that is counted again
	FieldDrawerOf      = "of"      // somebody else's drawer, by the name that the record has for it
	FieldDrawerRows    = "rows"    // for checks
	FieldDrawerMore    = "more"    // the button that adds some
	// FieldDrawerAdd is the button that adds the cash up. It is the form's first, so
	// that the Enter key in a field sends no count that is not finished.
	FieldDrawerAdd = "add"
)

// DrawerRows is for how many checks a count has room at first, and how many more each
// time.
const DrawerRows = 6

// DrawerView is a drawer that somebody counts. Nothing in it tells what there should
// be.
type DrawerView struct {
	// Of is somebody else's drawer, by the name that the record has for it, and Whose
	// whose it is; both empty: it is the reader's, or the department's.
	Of, Whose string
	// Shared says that the drawer is the department's, and not one person's.
	Shared bool
	Since  string // when it was counted before; empty: never
	// Open are what is under way or in doubt, in words.
	Open []string
	// Unsigned is where the count before waits for its signature: then nothing is
	// counted. Other is where one is that came between.
	Unsigned, Other string
	// Again is the number of the count that is counted again; 0: it is a new one.
	Again         int64
	Form          string
	Last          int64
	Entries, Rows int
	Sum           payment.Amount // of the cash that was typed, once it was added up
	Typed         map[string]string
}

// DeskDrawerPage asks what is in the drawer.
type DeskDrawerPage struct {
	app.Compo
	View View
}

// Render prints what is counted in its order: cash, checks, cards.
func (p *DeskDrawerPage) Render() app.UI {
	v, d, l := p.View, p.View.Drawer, p.View.Site.Language
	body := []app.UI{
		field.Summary(l, v.Problems, nil),
		heading(v.heading()),
		app.If(d.Other != "", app.P().Body(field.Link(v.Site.At(d.Other), l.Text("drawer.other"), false))),
		app.P().Text(l.Text("drawer.what", "shared", d.Shared, "since", d.Since, "again", d.Again > 0, "whose", d.Whose)),
	}
	if d.Unsigned != "" {
		return frame(v, app.Main(), append(body, app.Div().Class("box warning").Body(
			app.P().Text(l.Text("drawer.unsigned", "whose", d.Whose)), app.P().Body(field.Link(v.Site.At(d.Unsigned), l.Text("drawer.unsigned.go"), false))), p.closes())...)
	}
	body = append(body, app.P().Class("hint").Text(l.Text("drawer.blind")))
	if len(d.Open) > 0 {
		body = append(body, app.Div().Class("box warning").Body(app.P().Text(l.Text("drawer.open", "count", len(d.Open))),
			app.Ul().Body(app.Range(d.Open).Slice(func(i int) app.UI { return app.Li().Text(d.Open[i]) }))))
	}
	body = append(body, field.Form(v.Site.At(PathDeskDrawer), nil, nil,
		personField(v.Site), field.Hidden(FieldAttempt, d.Form), field.Hidden(FieldDrawerLast, strconv.FormatInt(d.Last, 10)),
		field.Hidden(FieldDrawerEntries, strconv.Itoa(d.Entries)), field.Hidden(FieldDrawerRows, strconv.Itoa(d.Rows)),
		app.If(d.Of != "", field.Hidden(FieldDrawerOf, d.Of)),
		app.If(d.Again > 0, field.Hidden(FieldDrawerAgain, strconv.FormatInt(d.Again, 10))),
		app.Div().Class("drawer").Body(p.cash(), app.Div().Body(p.checks(), p.cards())),
		p.absence(),
		app.Button().Type("submit").Class("primary").Text(l.Text("drawer.go")),
		app.P().Class("hint").Text(l.Text("drawer.fixed")),
	), p.closes())
	return frame(v, app.Main(), body...)
}

// absence asks why somebody else counts.
func (p *DeskDrawerPage) absence() app.UI {
	v, d, l := p.View, p.View.Drawer, p.View.Site.Language
	if d.Of == "" {
		return nil
	}
	options := make([]field.Option, len(payment.AbsenceReasons))
	for i, r := range payment.AbsenceReasons {
		options[i] = field.Option{Value: r, Label: app.Span().Text(l.Text("drawer.absence", "reason", r)), Checked: d.Typed[payment.FieldReason] == r}
	}
	return app.Div().Body(
		field.Group{Language: l, Name: payment.FieldReason, Legend: l.Text("drawer.absence.legend"), Options: options, Problem: payment.At(v.Problems, payment.FieldReason)}.UI(),
		field.Text{Language: l, Name: payment.FieldReasonText, Label: l.Text("reason.text"), Hint: l.Text("reason.text.hint"), Autocomplete: "off", Value: d.Typed[payment.FieldReasonText],
			Problem: payment.At(v.Problems, payment.FieldReasonText)}.UI())
}

func (p *DeskDrawerPage) closes() app.UI {
	return app.P().Body(field.Link(p.View.Site.At(PathDeskCloses), p.View.text("drawer.closes"), false))
}

// input is one input of the form, with what was typed in it.
func (p *DeskDrawerPage) input(name, label, hint string, amount bool) field.Text {
	t := field.Text{Language: p.View.Site.Language, Name: name, Label: label, Hint: hint, Autocomplete: "off", InputMode: "numeric", Width: "w-short", LTR: true,
		Value: p.View.Drawer.Typed[name], Problem: payment.At(p.View.Problems, name)}
	if amount {
		t.InputMode, t.Width, t.Prefix = "decimal", "w-amount", "$"
	}
	return t
}

// cash is the float and the pieces. Their sum is the page's script's, which knows what
// is typed and nothing else.
func (p *DeskDrawerPage) cash() app.UI {
	l := p.View.Site.Language
	float := p.input(payment.FieldFloat, l.Text("drawer.float"), l.Text("drawer.float.hint"), true)
	float.Focus = len(p.View.Problems) == 0
	pieces := make([]app.UI, len(payment.Pieces))
	for i, piece := range payment.Pieces {
		pieces[i] = field.Attr(app.Div(), "data-value", strconv.FormatInt(piece.Value.Cents(), 10)).Body(p.input(piece.Name(), pieceName(l, piece), "", false).UI())
	}
	around := l.Around("drawer.sum", "sum")
	return app.Section().Aria("labelledby", "cash").Body(
		app.H2().ID("cash").Text(l.Text("drawer.cash")),
		float.UI(),
		app.P().Class("hint").Text(l.Text("drawer.pieces.hint")),
		app.Div().Class("pieces").Body(pieces...),
		field.If(field.Attr(field.Attr(app.P(), "id", "drawer-sum"), "role", "status"), p.View.Drawer.Sum.IsZero(), "hidden", "true").Class("figure").Body(
			app.Span().Text(around.Before), app.Output().Class("money").Text(l.Value(p.View.Drawer.Sum)), app.Span().Text(around.After)),
		field.Attr(field.Attr(app.Button().Type("submit"), "name", FieldDrawerAdd), "value", "yes").Class("secondary").Text(l.Text("drawer.add")),
	)
}

func pieceName(l words.Language, p payment.Piece) string {
	return l.Text("drawer.piece", "value", p.Value, "coin", p.Coin)
}

// checks are rows of a number and an amount.
func (p *DeskDrawerPage) checks() app.UI {
	d, l := p.View.Drawer, p.View.Site.Language
	var rows []app.UI
	for row := 1; row <= d.Rows; row++ {
		n := strconv.Itoa(row)
		rows = append(rows, app.Div().Class("check").Body(
			p.input(payment.FieldDrawerCheck+n, l.Text("drawer.check.number", "row", row), "", false).UI(),
			p.input(payment.FieldDrawerPaid+n, l.Text("drawer.check.amount", "row", row), "", true).UI()))
	}
	more := app.If(d.Rows < payment.MostDrawerChecks, field.Attr(field.Attr(app.Button().Type("submit"), "name", FieldDrawerMore), "value", "yes").Class("secondary").Text(l.Text("drawer.more")))
	return app.Section().Aria("labelledby", "checks").Body(append([]app.UI{app.H2().ID("checks").Text(l.Text("drawer.checks")),
		app.P().Class("hint").Text(l.Text("drawer.checks.hint"))}, append(rows, more)...)...)
}

// cards are sums of the terminal's report.
func (p *DeskDrawerPage) cards() app.UI {
	l := p.View.Site.Language
	body := []app.UI{app.H2().ID("cards").Text(l.Text("drawer.cards")), app.P().Class("hint").Text(l.Text("drawer.cards.hint"))}
	for _, g := range payment.CardGroups {
		body = append(body, p.input(payment.FieldDrawerCards+string(g), l.Text("drawer.group", "group", string(g)), "", true).UI())
	}
	return app.Section().Aria("labelledby", "cards").Body(body...)
}
