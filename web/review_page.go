//go:build !js || desk

package web

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// The inputs of a decision.
const (
	FieldFound     = "found"
	FieldReference = "reference"
	FieldWhy       = "why"
)

// ReviewQueue is the work list: what waits for somebody's decision, and what
// somebody has to do by hand.
type ReviewQueue struct {
	Items []ReviewItem `json:"asked,omitempty"`
	Tasks []TaskView   `json:"tasks,omitempty"`
	Done  []TaskView   `json:"done,omitempty"` // lately, the last one first
	// Launched says that a portal launched the page, and there is a way back.
	Launched bool `json:"launched,omitempty"`
}

// ReviewItem is a payment that waits for a person.
type ReviewItem struct {
	Attempt payment.Attempt `json:"attempt"`
	When    string          `json:"when"` // it was sent
	Why     string          `json:"why"`  // it waits
}

// ReviewView is one of them, with the evidence.
type ReviewView struct {
	ReviewItem
	Events   []ReviewEvent   `json:"events,omitempty"`
	Receipts []ReviewReceipt `json:"receipts,omitempty"`
	Unread   bool            `json:"unread,omitempty"` // the receipts could not be read now
	// Money is the evidence about what leaves no receipt; nil: it leaves one.
	Money *Evidence `json:"money,omitempty"`
	// Least is whose it is to decide, where it is not the reader's; empty: it is.
	Least string `json:"least,omitempty"`
	Open  bool   `json:"open,omitempty"` // there is something to decide
	// Asks is what is in doubt, as a question, and Yes and No are the answers.
	Asks string       `json:"asks"`
	Yes  ReviewChoice `json:"yes"`
	No   ReviewChoice `json:"no"`
	// Numbered says that it has a number in the practice's system, where it is done.
	Numbered bool `json:"numbered,omitempty"`
	// Said is what another person has said, and how that goes on; Fold what opens the
	// form for a reader whose own word waits. Both are empty where nothing waits.
	Said  []string `json:"said,omitempty"`
	Fold  string   `json:"fold,omitempty"`
	Typed Decision `json:"typed"`
	// Hidden says that the amount is not told: cash that is to be counted.
	Hidden bool `json:"hidden,omitempty"`
	// Done confirms what was decided last.
	Done string `json:"done,omitempty"`
}

// ReviewChoice is an answer, and what it needs.
type ReviewChoice struct {
	Label string `json:"label"`
	Hint  string `json:"hint,omitempty"`
}

// ReviewEvent is something that happened to an attempt, in a sentence.
type ReviewEvent struct {
	When string `json:"when"`
	// Who is what they are called and what they were at the desk, or their account,
	// where nobody recorded that.
	Who  string `json:"who"`
	What string `json:"what"`
	Why  string `json:"why,omitempty"` // in their words, or why a person has to look
}

// ReviewReceipt is a receipt of the patient's, as the upstream lists it.
type ReviewReceipt struct {
	Receipt payment.ReceiptSummary `json:"receipt"`
	When    string                 `json:"when"`
	Fits    bool                   `json:"fits,omitempty"`   // it may be the payment's
	Holder  string                 `json:"holder,omitempty"` // support code of the attempt that it belongs to
}

// Decision is what a person types.
type Decision struct {
	Found     string `json:"found,omitempty"` // taken or absent
	Reference string `json:"reference,omitempty"`
	Why       string `json:"why,omitempty"`
}

// Check says what is missing or wrong in a decision.
func (d Decision) Check() []payment.Problem {
	var problems []payment.Problem
	add := func(code, name string) {
		problems = append(problems, payment.Problem{Code: code, Field: name})
	}
	if d.Found != string(payment.Succeeded) && d.Found != string(payment.NotDone) {
		add("found_empty", FieldFound)
	}
	if d.Reference != "" && (strings.Trim(d.Reference, "0123456789") != "" || len(d.Reference) > 11) {
		add("reference_form", FieldReference)
	}
	switch {
	case strings.TrimSpace(d.Why) == "":
		add("why_empty", FieldWhy)
	case len([]rune(d.Why)) > 400:
		add("why_long", FieldWhy)
	case payment.HoldsCard(d.Why):
		add("why_card", FieldWhy)
	}
	return problems
}

// ReviewQueuePage is the work list.
type ReviewQueuePage struct {
	app.Compo
	View View
}

// Render prints the oldest first.
func (p *ReviewQueuePage) Render() app.UI {
	q, l := p.View.ReviewQueue, p.View.Site.Language
	rows := map[words.Key][]app.UI{}
	for _, d := range q.Items {
		group := reviewGroup(d.Attempt.Kind)
		rows[group] = append(rows[group], app.Li().Body(
			app.P().Body(field.Link(p.View.Site.At(PathReview+"/"+d.Attempt.ID), l.Text("review.item", "amount", d.Attempt.Total(), "patient", d.Attempt.PatientName, "time", d.When), false)),
			app.P().Class("hint").Text(d.Why),
		))
	}
	var groups []app.UI
	for _, group := range reviewGroups {
		if len(rows[group]) > 0 {
			groups = append(groups, app.H3().Text(l.Text(group)), app.Ul().Class("doubts").Body(rows[group]...))
		}
	}
	if len(groups) == 0 {
		groups = append(groups, app.P().Text(l.Text("review.none")))
	}
	body := []app.UI{heading(p.View.heading()), part("decide", l.Text("work.decide", "count", len(q.Items)), groups...)}
	body = append(body, q.work(p.View)...)
	if q.Launched {
		body = append(body, app.P().Body(field.Link(p.View.Site.At(PathAmount), l.Text("review.back"), false)))
	}
	return frame(p.View, app.Main(), body...)
}

// reviewGroups are what is in doubt, in the order of the work list.
var reviewGroups = []words.Key{"work.payments", "work.recordings", "work.undone", "work.agreed"}

func reviewGroup(k payment.Kind) words.Key {
	switch {
	case k.Charges():
		return "work.payments"
	case k.Records():
		return "work.recordings"
	case k.Returns() || k == payment.KindAdjust:
		return "work.undone"
	}
	return "work.agreed"
}

// ReviewPage is the evidence about one payment, and the form to decide it.
type ReviewPage struct {
	app.Compo
	View View
}

// Render prints what is asked first, then what is known, then the form.
func (p *ReviewPage) Render() app.UI {
	d := p.View.Review
	a := d.Attempt
	l := p.View.Site.Language
	row := func(term words.Key, text string) app.UI {
		if text == "" {
			return nil
		}
		return app.Div().Class("row").Body(app.Dt().Text(l.Text(term)), app.Dd().Text(text))
	}
	body := []app.UI{
		field.Summary(l, p.View.Problems, nil),
		heading(p.View.heading()),
		app.If(d.Done != "", field.Attr(app.P(), "role", "status").Class("box done").Text(d.Done)),
		d.said(),
		app.P().Text(d.Why),
		app.Dl().Class("lines facts").Body(row("fact.for", a.PatientName), row("fact.amount", amountText(l, a.Total(), d.Hidden)), row("fact.card", endingCard(l, a.Brand, a.Last4)),
			row("fact.sent", d.When), row("fact.now", l.Text(stateKey(a.State))), row("fact.reference", a.Reference), row("fact.support", a.SupportCode())),
		d.Money.ui(l),
		d.listed(l),
		d.record(l),
	}
	if d.Open {
		if d.Least == "" {
			body = append(body, p.form())
		} else {
			body = append(body, app.P().Class("box").Text(l.Text("review.ask", "least", d.Least)))
		}
		if a.State == payment.Unknown {
			body = append(body, field.Form(p.View.Site.At(PathReview+"/"+a.ID+"/look"), nil, nil,
				app.Button().Type("submit").Class("secondary").Text(l.Text("review.read"))))
		}
	}
	body = append(body, app.P().Body(field.Link(p.View.Site.At(PathReview), l.Text("review.all"), false)))
	return frame(p.View, app.Main(), body...)
}

// stateKey is a state for staff.
func stateKey(s payment.State) words.Key {
	switch s {
	case payment.Succeeded:
		return "review.state.taken"
	case payment.Declined:
		return "review.state.declined"
	case payment.NotSent:
		return "review.state.unsent"
	case payment.NotDone:
		return "review.state.absent"
	case payment.Unknown:
		return "review.state.unknown"
	}
	return "review.state.sending"
}

// said is what another person has said already.
func (d *ReviewView) said() app.UI {
	if len(d.Said) == 0 {
		return nil
	}
	lines := make([]app.UI, len(d.Said))
	for i, text := range d.Said {
		lines[i] = app.P().Text(text)
	}
	return app.Div().Class("box").Body(lines...)
}

// listed is the table of the patient's receipts.
func (d *ReviewView) listed(l words.Language) app.UI {
	switch {
	case d.Unread:
		return app.P().Text(l.Text("review.unread"))
	case len(d.Receipts) == 0:
		return part("receipts", l.Text("review.receipts"), app.P().Text(l.Text("review.receipts.none")))
	}
	rows := make([][]app.UI, len(d.Receipts))
	for i, listed := range d.Receipts {
		note := ""
		switch {
		case listed.Holder != "":
			note = l.Text("review.receipt.other", "code", listed.Holder)
		case listed.Fits:
			note = l.Text("review.receipt.fits")
		}
		r := listed.Receipt
		rows[i] = cells(r.Reference, listed.When, receiptWord(l, r), l.Value(r.Amount), r.Brand.Name()+" "+r.Last4, note)
	}
	return blocks(l, "review.receipts", []words.Key{"plan.table.payment", "fact.time", "fact.kind", "fact.amount", "fact.card", "fact.note"}, rows, 3)
}

// record is the list of what happened.
func (d *ReviewView) record(l words.Language) app.UI {
	rows := make([]app.UI, len(d.Events))
	for i, e := range d.Events {
		rows[i] = app.Li().Body(app.P().Text(e.What), app.If(e.Why != "", app.P().Class("said").Text(e.Why)),
			app.P().Class("hint").Text(l.Text("review.by", "time", e.When, "who", e.Who)))
	}
	return part("happened", l.Text("review.record"), app.Ol().Class("doubts").Body(rows...))
}

// table has a caption and a head for each column; money are the columns of amounts.
func table(l words.Language, key words.Key, columns []words.Key, rows []app.UI, money ...int) app.UI {
	return wide(l, key, bare(l, l.Text(key), columns, rows, money).Class("evidence"))
}

// wide is a table that may be wider than the page: it scrolls by itself, by keyboard too.
func wide(l words.Language, key words.Key, table app.UI) app.UI {
	return field.Attr(field.Attr(field.Attr(app.Div(), "tabindex", "0"), "role", "region"), "aria-label", l.Text(key)).Class("wide").Body(table)
}

// blocks is a table that a phone shows as a list: each row is a block, in which each
// cell says its column.
func blocks(l words.Language, key words.Key, columns []words.Key, lines [][]app.UI, money ...int) app.UI {
	rows := make([]app.UI, len(lines))
	for i, line := range lines {
		cells := []app.UI{app.Th().Scope("row").Body(line[0])}
		for n, content := range line[1:] {
			cell := field.Attr(app.Td(), "data-column", l.Text(columns[n+1]))
			cells = append(cells, field.If(cell, slices.Contains(money, n+1), "class", "money").Body(content))
		}
		rows[i] = app.Tr().Body(cells...)
	}
	return bare(l, l.Text(key), columns, rows, money).Class("evidence").Class("blocks")
}

// cells are the cells of a row that has nothing but words.
func cells(words ...string) []app.UI {
	row := make([]app.UI, len(words))
	for i, text := range words {
		row[i] = app.Text(text)
	}
	return row
}

func bare(l words.Language, caption string, columns []words.Key, rows []app.UI, money []int) app.HTMLTable {
	heads := make([]app.UI, len(columns))
	for i, c := range columns {
		heads[i] = field.If(app.Th().Scope("col"), slices.Contains(money, i), "class", "money").Text(l.Text(c))
	}
	return app.Table().Body(app.Caption().Text(caption), app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(rows...))
}

// form asks for what was found, how, and signs it with who is there.
func (p *ReviewPage) form() app.UI {
	d := p.View.Review
	typed := d.Typed
	at := func(name string) payment.Problem { return payment.At(p.View.Problems, name) }
	l := p.View.Site.Language
	option := func(state payment.State, c ReviewChoice) field.Option {
		label := app.Span().Body(app.Text(c.Label), app.If(c.Hint != "", app.Span().Class("hint").Text(c.Hint)))
		return field.Option{Value: string(state), Label: label, Checked: typed.Found == string(state)}
	}
	options := []field.Option{option(payment.Succeeded, d.Yes), option(payment.NotDone, d.No)}
	if d.Attempt.State == payment.Succeeded { // that it was is known; what it asks for is somebody who looks
		options = []field.Option{option(payment.Succeeded, ReviewChoice{Label: l.Text("review.seen")})}
	}
	parts := []app.UI{field.Group{Language: l, Name: FieldFound, Legend: l.Text("review.found"), Problem: at(FieldFound), Options: options}.UI()}
	if d.Numbered {
		parts = append(parts, field.Text{Language: l, Name: FieldReference, Label: l.Text("review.number"), InputMode: "numeric",
			Autocomplete: "off", Width: "w-short", LTR: true, Value: typed.Reference, Problem: at(FieldReference)}.UI())
	}
	form := field.Form(p.View.Site.At(PathReview+"/"+d.Attempt.ID), nil, nil, append(parts,
		field.Text{Language: l, Name: FieldWhy, Label: l.Text("review.why"), Hint: l.Text("review.why.hint"), Autocomplete: "off", Value: typed.Why, Problem: at(FieldWhy)}.UI(),
		app.Button().Type("submit").Class("primary").Text(l.Text("review.decide")))...)
	if d.Fold != "" && len(p.View.Problems) == 0 {
		return field.Fold(d.Fold, false, form)
	}
	return form
}
