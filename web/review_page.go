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
	// TwoPeople says that one person's word is not enough to call it not taken.
	TwoPeople bool `json:"twoPeople,omitempty"`
	// Until is the time of day until which one person's word is not enough to call
	// it taken, unless it is Numbered and they have its number; empty where that is
	// over.
	Until    string `json:"until,omitempty"`
	Numbered bool   `json:"numbered,omitempty"`
	// Proposed is who has said something already, and Said what: "absent", "taken",
	// or "taken as payment 61234".
	Proposed string `json:"proposed,omitempty"`
	Said     string `json:"said,omitempty"`
	// Stands is the time of day until which that waits for another person, and Second
	// who that has to be, where it cannot be the reader: a role, or SecondOtherWay.
	Second string   `json:"second,omitempty"`
	Stands string   `json:"stands,omitempty"`
	Typed  Decision `json:"typed"`
	// Hidden says that the amount is not told: cash that is to be counted.
	Hidden bool `json:"hidden,omitempty"`
	// Done confirms what was decided last.
	Done string `json:"done,omitempty"`
}

// SecondOtherWay is the Second of a decision whose first person came another way than
// the reader: nobody can tell if they are two.
const SecondOtherWay = "way"

// ReviewEvent is a line of an attempt's record.
type ReviewEvent struct {
	When string `json:"when"`
	// Who is what they are called and what they were at the desk; how their portal names
	// them, where nobody recorded that, or two are called the same.
	Who      string `json:"who"`
	What     string `json:"what"`
	Evidence string `json:"evidence"`
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

// listed is the table of the patient's receipts.
func (d *ReviewView) listed(l words.Language) app.UI {
	if d.Unread {
		return app.P().Text(l.Text("review.unread"))
	}
	rows := make([]app.UI, 0, len(d.Receipts))
	for _, listed := range d.Receipts {
		note := ""
		switch {
		case listed.Holder != "":
			note = l.Text("review.receipt.other", "code", listed.Holder)
		case listed.Fits:
			note = l.Text("review.receipt.fits")
		}
		rows = append(rows, app.Tr().Body(
			app.Th().Scope("row").Text(listed.Receipt.Reference), app.Td().Text(listed.When), app.Td().Text(listed.Receipt.Type),
			app.Td().Class("money").Text(l.Value(listed.Receipt.Amount)), app.Td().Text(listed.Receipt.Brand.Name()+" "+listed.Receipt.Last4), app.Td().Text(note)))
	}
	return table(l, "review.receipts", []words.Key{"plan.table.payment", "fact.time", "fact.kind", "fact.amount", "fact.card", "fact.note"}, rows)
}

// record is the table of what happened.
func (d *ReviewView) record(l words.Language) app.UI {
	rows := make([]app.UI, len(d.Events))
	for i, e := range d.Events {
		rows[i] = app.Tr().Body(app.Th().Scope("row").Text(e.When), app.Td().Text(e.What), app.Td().Text(e.Who), app.Td().Text(e.Evidence))
	}
	return table(l, "review.record", []words.Key{"fact.time", "fact.what", "fact.who", "fact.evidence"}, rows)
}

// table has a caption and a head for each column; money are the columns of amounts.
func table(l words.Language, key words.Key, columns []words.Key, rows []app.UI, money ...int) app.UI {
	caption := l.Text(key)
	heads := make([]app.UI, len(columns))
	for i, c := range columns {
		heads[i] = field.If(app.Th().Scope("col"), slices.Contains(money, i), "class", "money").Text(l.Text(c))
	}
	// Wide on a phone: it scrolls by itself, by keyboard too.
	return field.Attr(field.Attr(field.Attr(app.Div(), "tabindex", "0"), "role", "region"), "aria-label", caption).Class("wide").Body(
		app.Table().Class("evidence").Body(app.Caption().Text(caption), app.THead().Body(app.Tr().Body(heads...)), app.TBody().Body(rows...)))
}

// form asks for what was found, how, and signs it with who is there.
func (p *ReviewPage) form() app.UI {
	d := p.View.Review
	typed := d.Typed
	at := func(name string) payment.Problem { return payment.At(p.View.Problems, name) }
	l := p.View.Site.Language
	hint, until := l.Text("review.why.hint"), ""
	if d.Attempt.State == payment.Unknown {
		hint = d.people(l)
		if d.Numbered {
			until = d.Until
		}
	}
	number := l.Text("review.number.hint", "until", until)
	options := []field.Option{
		{Value: string(payment.Succeeded), Label: app.Span().Text(l.Text("review.taken")), Checked: typed.Found == string(payment.Succeeded)},
		{Value: string(payment.NotDone), Label: app.Span().Text(l.Text("review.absent")), Checked: typed.Found == string(payment.NotDone)},
	}
	if d.Attempt.State == payment.Succeeded { // that it was is known; what it asks for is somebody who looks
		options = []field.Option{{Value: string(payment.Succeeded), Label: app.Span().Text(l.Text("review.seen")), Checked: typed.Found == string(payment.Succeeded)}}
	}
	return field.Form(p.View.Site.At(PathReview+"/"+d.Attempt.ID), nil, nil,
		field.Group{Language: l, Name: FieldFound, Legend: l.Text("review.found"), Problem: at(FieldFound), Options: options}.UI(),
		field.Text{Language: l, Name: FieldReference, Label: l.Text("review.number"), Hint: number, InputMode: "numeric",
			Autocomplete: "off", Width: "w-short", LTR: true, Value: typed.Reference, Problem: at(FieldReference)}.UI(),
		field.Text{Language: l, Name: FieldWhy, Label: l.Text("review.why"), Hint: hint, Autocomplete: "off", Value: typed.Why, Problem: at(FieldWhy)}.UI(),
		app.Button().Type("submit").Class("primary").Text(l.Text("review.decide")),
	)
}

// people says which decisions need two people, and what one has said already.
func (d *ReviewView) people(l words.Language) string {
	until := ""
	if !d.Numbered {
		until = d.Until
	}
	taken, as, _ := strings.Cut(d.Said, " as ")
	said := "absent"
	switch {
	case d.Proposed == "":
		said = "nothing"
	case taken == string(payment.Succeeded):
		said = "taken"
	}
	return l.Text("review.why.hint.people", "until", until, "two", d.TwoPeople, "said", said, "who", d.Proposed, "as", as, "time", d.Stands, "second", d.Second)
}
