//go:build !js || desk

package web

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// CloseView is a count of a drawer, what it should have held, and what became of it:
// for the screen and for paper.
type CloseView struct {
	Number int64
	// Stands is where it stands: counted, waits, lapsed, refused, closed.
	Stands    string
	Who, Role string
	// For is whose drawer it is where somebody else counted it, with why; empty: it is
	// theirs, or the department's.
	For, ForReason, ForText string
	Department              string
	Shared                  bool
	When, Since             string
	Replaces, ReplacedBy    string // paths; empty: it does not, or was not
	Counted                 payment.Counted
	Held                    payment.Held
	Off                     payment.Variance
	Checks                  []CloseCheck
	Batches                 []CloseBatch
	Open                    []string
	Two                     bool
	Reason, Text            string
	Signed, Second          string
	Ended, Until            string
	Refusal                 string
	// Again is where it is counted again; empty: the reader cannot.
	Again string
	// Own says that the reader counted it, and Approves that they may be the second
	// person.
	Own, Approves bool
	Typed         Reasoned // by who signs
	TypedWhy      string   // by who refuses
}

// CloseCheck is a check of a close.
type CloseCheck struct {
	Number, Patient string
	Amount          payment.Amount
	Marked          string // "": it is there; missing, extra, gone
}

// CloseBatch is a batch of the upstream's, which somebody reconciles there.
type CloseBatch struct {
	Batch, How string
	Amount     payment.Amount
}

// DeskClosePage prints a close.
type DeskClosePage struct {
	app.Compo
	View View
}

// Render prints where it stands, what is to be done, and then all of it.
func (p *DeskClosePage) Render() app.UI {
	v, c, l := p.View, p.View.Close, p.View.Site.Language
	main := field.Attr(app.Main(), "data-close", c.Stands)
	body := []app.UI{
		field.Summary(l, v.Problems, nil),
		heading(v.heading()),
		field.Attr(app.P(), "role", "status").Class("box").Text(l.Text("close.stands", "stands", c.Stands, "own", c.Own, "two", c.Two, "second", c.Second, "until", c.Until, "why", c.Refusal)),
		app.If(c.ReplacedBy != "", app.P().Class("box warning").Body(field.Link(v.Site.At(c.ReplacedBy), l.Text("close.replaced"), false))),
		app.If(c.Replaces != "", app.P().Body(field.Link(v.Site.At(c.Replaces), l.Text("close.replaces"), false))),
		p.sums(), p.sign(), p.approve(),
		facts(Element{Rows: [][]string{
			{l.Text("close.who"), l.Text("close.person", "name", c.Who, "role", c.Role)}, {l.Text("close.for"), l.Text("close.for.why", "name", c.For, "reason", c.ForReason, "text", c.ForText)},
			{l.Text("close.department"), c.Department}, {l.Text("close.when"), c.When},
			{l.Text("close.since"), c.Since}, {l.Text("close.number"), strconv.FormatInt(c.Number, 10)},
			{l.Text("close.reason"), l.Text("close.reason.said", "reason", c.Reason, "text", c.Text)}, {l.Text("close.signed"), c.Signed}, {l.Text("close.second"), c.Second}, {l.Text("close.ended"), c.Ended},
		}}),
		p.pieces(), p.checks(), p.charged(), p.batches(),
	}
	if len(c.Open) > 0 {
		body = append(body, app.Section().Aria("labelledby", "open").Body(app.H2().ID("open").Text(l.Text("close.open")), app.P().Class("hint").Text(l.Text("close.open.hint")),
			app.Ul().Body(app.Range(c.Open).Slice(func(i int) app.UI { return app.Li().Text(c.Open[i]) }))))
	}
	body = append(body,
		app.Div().Class("signatures").Body(app.P().Text(l.Text("close.line.first", "name", c.Who)), app.If(c.Two, app.P().Text(l.Text("close.line.second", "name", c.Second)))),
		app.Div().Class("next").Class("noprint").Body(
			app.If(c.Again != "", app.P().Body(field.Link(v.Site.At(c.Again), l.Text("close.again"), false))),
			app.P().Body(field.Link(v.Site.At(PathDeskCloses), l.Text("drawer.closes"), false))))
	return frame(v, main, body...)
}

// sign is the form of who counted, while it is theirs to sign.
func (p *DeskClosePage) sign() app.UI {
	v, c, l := p.View, p.View.Close, p.View.Site.Language
	if !c.Own || c.ReplacedBy != "" || c.Stands == "closed" || c.Stands == "waits" {
		return nil
	}
	at := func(name string) payment.Problem { return payment.At(v.Problems, name) }
	body := []app.UI{}
	if !c.Off.Total().IsZero() {
		options := make([]field.Option, len(payment.VarianceReasons))
		for i, r := range payment.VarianceReasons {
			options[i] = field.Option{Value: r, Label: app.Span().Text(l.Text("close.why", "reason", r)), Checked: c.Typed.Reason == r}
		}
		body = append(body,
			field.Group{Language: l, Name: payment.FieldReason, Legend: l.Text("close.why.legend"), Options: options, Problem: at(payment.FieldReason)}.UI(),
			field.Text{Language: l, Name: payment.FieldReasonText, Label: l.Text("reason.text"), Hint: l.Text("reason.text.hint"), Autocomplete: "off", Value: c.Typed.Text, Problem: at(payment.FieldReasonText)}.UI())
	}
	return field.Form(v.Site.At(ClosePath(c.Number)+"/sign"), nil, nil, append(body,
		app.Button().Type("submit").Class("primary").Text(l.Text("close.sign", "two", c.Two)))...)
}

// approve are the forms of the second person.
func (p *DeskClosePage) approve() app.UI {
	v, c, l := p.View, p.View.Close, p.View.Site.Language
	if c.Stands != "waits" || c.Own || !c.Approves || c.ReplacedBy != "" {
		return nil
	}
	at := PathApprovals + "/" + CloseApproval(c.Number)
	return app.Div().Class("noprint").Body(
		field.Form(v.Site.At(at), nil, nil, app.Button().Type("submit").Class("primary").Text(l.Text("close.approve"))),
		field.Form(v.Site.At(at+"/refuse"), nil, nil,
			field.Text{Language: l, Name: FieldWhy, Label: l.Text("approval.refuse.why"), Autocomplete: "off", Value: c.TypedWhy, Problem: payment.At(v.Problems, FieldWhy)}.UI(),
			app.Button().Type("submit").Class("secondary").Text(l.Text("approval.refuse"))))
}

// CloseApproval is what a close is called among what waits for a second person.
func CloseApproval(number int64) string { return "close-" + strconv.FormatInt(number, 10) }

// cents is an amount that may be below zero.
func cents(l words.Language, n int64) string {
	return l.Text("close.cents", "below", n < 0, "amount", payment.Cents(max(n, -n)))
}

// OffText says by how many cents there is more or less than there should be.
func OffText(l words.Language, n int64) string {
	way := "none"
	switch {
	case n > 0:
		way = "over"
	case n < 0:
		way = "short"
	}
	return l.Text("close.off", "way", way, "amount", payment.Cents(max(n, -n)))
}

// sums are kinds of money: counted, expected, and the difference.
func (p *DeskClosePage) sums() app.UI {
	c, l := p.View.Close, p.View.Site.Language
	var rows []app.UI
	row := func(name string, counted, expected int64) {
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Text(name), app.Td().Class("money").Text(cents(l, counted)),
			app.Td().Class("money").Text(cents(l, expected)), app.Td().Class("money").Text(OffText(l, counted-expected))))
	}
	row(l.Text("close.cash"), c.Counted.Cash().Cents()-c.Counted.Float.Cents(), c.Held.Cash)
	row(l.Text("drawer.checks"), payment.CheckSum(c.Counted.Checks).Cents(), payment.CheckSum(c.Held.Checks).Cents())
	for _, g := range payment.CardGroups {
		if c.Counted.Cards[g].IsZero() && c.Held.Cards[g] == 0 {
			continue
		}
		row(l.Text("drawer.group", "group", string(g)), c.Counted.Cards[g].Cents(), c.Held.Cards[g])
	}
	return p.table(l.Text("close.sums"), []string{l.Text("close.kind"), l.Text("close.counted"), l.Text("close.expected"), l.Text("close.difference")}, 1, rows)
}

// table has columns of money from some column on.
func (p *DeskClosePage) table(caption string, columns []string, money int, rows []app.UI) app.UI {
	heads := make([]app.UI, len(columns))
	for i, text := range columns {
		heads[i] = field.If(app.Th().Scope("col"), i >= money, "class", "money").Text(text)
	}
	return field.Attr(field.Attr(field.Attr(app.Div(), "role", "region"), "aria-label", caption), "tabindex", "0").Class("scrolls").Body(
		app.Table().Class("bills").Body(app.Caption().Text(caption), app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(rows...)))
}

// pieces are what was counted in cash.
func (p *DeskClosePage) pieces() app.UI {
	c, l := p.View.Close, p.View.Site.Language
	var rows []app.UI
	row := func(name, count string, sum payment.Amount) {
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Text(name), app.Td().Class("money").Text(count), app.Td().Class("money").Text(l.Value(sum))))
	}
	for _, piece := range payment.Pieces {
		if n := c.Counted.Pieces[piece.Name()]; n > 0 {
			row(pieceName(l, piece), strconv.Itoa(n), payment.Cents(piece.Value.Cents()*int64(n)))
		}
	}
	row(l.Text("close.all"), "", c.Counted.Cash())
	row(l.Text("close.float"), "", c.Counted.Float)
	return p.table(l.Text("drawer.cash"), []string{l.Text("close.piece"), l.Text("close.pieces"), l.Text("fact.amount")}, 1, rows)
}

// checks are listed one by one, those that were counted and those that are missing.
func (p *DeskClosePage) checks() app.UI {
	c, l := p.View.Close, p.View.Site.Language
	if len(c.Checks) == 0 {
		return nil
	}
	var rows []app.UI
	for _, k := range c.Checks {
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Text(k.Number), app.Td().Text(k.Patient), app.Td().Text(l.Text("close.check", "marked", k.Marked)),
			app.Td().Class("money").Text(l.Value(k.Amount))))
	}
	return p.table(l.Text("close.checks", "count", len(c.Counted.Checks), "sum", payment.CheckSum(c.Counted.Checks)),
		[]string{l.Text("close.check.number"), l.Text("day.patient"), l.Text("close.check.found"), l.Text("fact.amount")}, 3, rows)
}

// charged are cards that were charged here, which the bank settles.
func (p *DeskClosePage) charged() app.UI {
	c, l := p.View.Close, p.View.Site.Language
	if len(c.Held.Charged) == 0 {
		return nil
	}
	var rows []app.UI
	for _, b := range c.Held.Charged {
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Text(l.Value(b.Brand)), app.Td().Class("money").Text(l.Value(b.Taken)), app.Td().Class("money").Text(l.Value(b.Back))))
	}
	return p.table(l.Text("close.charged"), []string{l.Text("day.brand"), l.Text("day.taken"), l.Text("day.returned")}, 1, rows)
}

// batches are to be reconciled in the practice's system.
func (p *DeskClosePage) batches() app.UI {
	c, l := p.View.Close, p.View.Site.Language
	if len(c.Batches) == 0 {
		return nil
	}
	var rows []app.UI
	for _, b := range c.Batches {
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Text(b.Batch), app.Td().Text(b.How), app.Td().Class("money").Text(l.Value(b.Amount))))
	}
	return p.table(l.Text("close.batches"), []string{l.Text("close.batch"), l.Text("day.how"), l.Text("fact.amount")}, 2, rows)
}
