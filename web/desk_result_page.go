//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// Papers that a receipt is printed on: the values of the buttons named "paper".
const (
	FieldPaper  = "paper"
	PaperLetter = "letter"
	Paper80     = "80mm"
	PaperPDF    = "pdf"
)

// TakeResultView is what became of money that staff took.
type TakeResultView struct {
	Attempt payment.Attempt `json:"attempt"`
	Patient int             `json:"patient"`
	When    string          `json:"when"` // of the outcome, or of the sending
	// Method is how it was taken, in words: "Check 1044".
	Method string `json:"method"`
	// Given and Change are of cash.
	Given  payment.Amount `json:"given,omitzero"`
	Change payment.Amount `json:"change,omitzero"`
	// Posted is the day on which it counts, where that is not the day of When.
	Posted payment.Day `json:"posted,omitempty"`
	By     string      `json:"by,omitempty"` // who took it
	// Batch is the upstream's of a recording, to be reconciled.
	Batch string `json:"batch,omitempty"`
	// Number is the upstream's of the payment; Vendor is set where the practice's
	// vendor took it.
	Number string       `json:"number,omitempty"`
	Vendor *VendorFacts `json:"vendor,omitempty"`
	// Left is what else was to be taken when this was, as far as it was not taken since;
	// Rest is the address of the page with it, or with all of it where nothing was taken.
	Left payment.Amount `json:"left,omitzero"`
	Rest string         `json:"rest,omitempty"`
	// Mailable says that the practice's system can mail the receipt, Order is the
	// id of the next e-mail, and Asked the address of the one that was just
	// ordered.
	Mailable bool   `json:"mailable,omitempty"`
	Order    string `json:"order,omitempty"`
	Email    string `json:"email,omitempty"`
	Asked    string `json:"asked,omitempty"`
	// Athena and Signed are where the upstream's own receipt and the signed one are; both
	// empty: it has none. Attached says that one was just attached.
	Athena   string `json:"athena,omitempty"`
	Signed   string `json:"signed,omitempty"`
	Attached bool   `json:"attached,omitempty"`
	// Correct is where the recording can be corrected; empty: it is none, or whoever
	// is here may not. Corrected says who has corrected it, and Correction is that.
	Correct    string `json:"correct,omitempty"`
	Corrected  string `json:"corrected,omitempty"`
	Correction string `json:"correction,omitempty"`
	// Hidden says that the amount is not told: cash that is to be counted. Nothing of it
	// is in the view then.
	Hidden bool `json:"hidden,omitempty"`
	// Copy says that the receipt was handed out before.
	Copy bool `json:"copy,omitempty"`
}

func (r *TakeResultView) heading(l words.Language) string {
	return l.Text("taken.heading", "state", r.Attempt.State.Shown(), "total", r.Attempt.Charge.Total(), "charged", r.Attempt.Kind.Charges(), "hidden", r.Hidden)
}

// DeskResultPage tells staff the truth about money that they took, where it went,
// and hands out the receipt.
type DeskResultPage struct {
	app.Compo
	View View
}

// Render prints the outcome first, then change and receipt, then where the money
// went.
func (p *DeskResultPage) Render() app.UI {
	v, r, l := p.View, p.View.TakeResult, p.View.Site.Language
	a := r.Attempt
	main := field.Attr(field.Attr(app.Main(), "data-outcome", a.State.Shown()), "data-attempt", a.ID)
	main = field.If(main, a.Reference != "", "data-reference", a.Reference)
	class, word := mark(l, a.State)
	return frame(v, main,
		field.Summary(l, v.Problems, nil),
		field.Attr(app.Div(), "aria-live", "polite").Class("outcome").Body(
			field.Attr(app.P(), "class", "mark "+class).Text(word),
			heading(v.heading()),
			app.Div().Class("means").Body(p.means()...),
		),
		app.If(r.Asked != "", field.Attr(app.P(), "role", "status").Class("box done").Text(l.Text("receipt.mailed", "email", r.Asked))),
		p.receipt(),
		p.next(),
		app.Section().Aria("labelledby", "went").Body(
			app.H2().ID("went").Text(l.Text("taken.went", "state", a.State.Shown())),
			p.went(),
			p.details(),
		),
		p.papers(),
	)
}

// means says what the outcome means for the money, and what is to be done.
func (p *DeskResultPage) means() []app.UI {
	r, l := p.View.TakeResult, p.View.Site.Language
	a := r.Attempt
	var all []app.UI
	if r.Corrected != "" {
		all = append(all, app.P().Class("box warning").Body(app.Span().Text(r.Corrected+" "), field.Link(p.View.Site.At(r.Correction), l.Text("correct.see"), false)))
	}
	if a.State == payment.Succeeded && !r.Given.IsZero() {
		around := l.Around("taken.change", "change", "given", r.Given)
		all = append(all, app.P().Class("figure").Body(app.Span().Text(around.Before), app.Strong().Class("money").Text(l.Value(r.Change)), app.Span().Text(around.After)))
	}
	code := "none"
	if a.Refusal == payment.RefusedCode {
		code = "code"
	}
	if r.Vendor != nil {
		return append(all, r.Vendor.means(p.View, a)...)
	}
	all = append(all, app.P().Text(l.Text("taken.means", "state", a.State.Shown(), "charged", a.Kind.Charges(), "refusal", code)))
	if a.State == payment.Unknown {
		all = append(all, app.P().Body(field.Link(p.View.Site.At(PathReview+"/"+a.ID), l.Text("taken.review"), false)))
	}
	if a.EmailSent {
		all = append(all, app.P().Text(l.Text("receipt.mailed", "email", a.Email)))
	}
	return all
}

// receipt are the buttons that hand it out, the first where the next key goes.
func (p *DeskResultPage) receipt() app.UI {
	r, l := p.View.TakeResult, p.View.Site.Language
	if r.Attempt.State != payment.Succeeded {
		return nil
	}
	if r.Hidden {
		return app.P().Class("hint").Text(l.Text("taken.hidden"))
	}
	path := TakenPath(r.Patient, r.Attempt.ID)
	button := func(paper, class string, key words.Key) app.UI {
		b := field.Attr(field.Attr(app.Button().Type("submit"), "name", FieldPaper), "value", paper)
		b = field.If(b, class == "primary" && r.Asked == "" && len(p.View.Problems) == 0, "autofocus", "true")
		return field.Attr(b, "class", class).Text(l.Text(key, "copy", r.Copy))
	}
	body := []app.UI{app.H2().ID("receipt").Text(l.Text("taken.receipt")),
		field.Form(p.View.Site.At(path+"/receipt"), nil, nil, personField(p.View.Site),
			app.Div().Class("buttons").Body(
				button(Paper80, "primary", "taken.print.80"), button(PaperLetter, "secondary", "taken.print.letter"), button(PaperPDF, "secondary", "taken.pdf")))}
	if r.Mailable {
		body = append(body, field.Form(p.View.Site.At(path+"/email"), nil, nil, personField(p.View.Site), field.Hidden(FieldOrder, r.Order),
			field.Text{Language: l, Name: payment.FieldEmail, Label: l.Text("receipt.mail.email"), Autocomplete: "off", InputMode: "email", LTR: true,
				Value: r.Email, Problem: payment.At(p.View.Problems, payment.FieldEmail)}.UI(),
			app.Button().Type("submit").Class("secondary").Text(l.Text("receipt.mail.send"))))
	} else if r.Vendor != nil {
		body = append(body, app.P().Class("hint").Text(l.Text("vendor.unmailable")))
	} else if !r.Attempt.Kind.Charges() {
		body = append(body, app.P().Class("hint").Text(l.Text("taken.unmailable")))
	}
	return app.Section().Class("hand-out").Aria("labelledby", "receipt").Body(body...)
}

// deskWay is the one way on that is likely, where the next key goes.
func deskWay(v View, path, text string) app.UI {
	return app.P().Class("way").Body(field.Attr(field.Attr(app.A(), "href", v.Site.At(path)), "autofocus", "true").Class("button").Text(text))
}

// staffTitle names a bill to staff, whose visit it is not.
func staffTitle(l words.Language, k payment.BillKind, title string, service payment.Day) string {
	switch k {
	case payment.Copay:
		return l.Text("line.title", "title", l.Text("taken.for.copay"), "day", service)
	case payment.Today:
		return l.Text("line.title", "title", l.Text("taken.for.today"), "day", service)
	}
	return lineTitle(l, k, title, service)
}

// went says of each line where its money went, in the words of the upstream's own
// parameters.
func (p *DeskResultPage) went() app.UI {
	l := p.View.Site.Language
	c := p.View.TakeResult.Attempt.Charge
	rows := make([]app.UI, 0, len(c.Lines)+1)
	for _, n := range c.Lines {
		rows = append(rows, app.Div().Class("row").Body(
			app.Dt().Body(app.Span().Text(staffTitle(l, n.Kind, n.Title, n.Service)), app.Text(" "), app.Span().Class("hint").Text(went(l, c, n))),
			app.Dd().Class("money").Text(amountText(l, n.Amount, p.View.TakeResult.Hidden))))
	}
	rows = append(rows, app.Div().Class("row total").Body(app.Dt().Text(l.Text("line.total")), app.Dd().Class("money").Text(amountText(l, c.Total(), p.View.TakeResult.Hidden))))
	return app.Dl().Class("lines").Body(rows...)
}

// amountText is an amount, or that it is not told.
func amountText(l words.Language, a payment.Amount, hidden bool) string {
	if hidden {
		return l.Text("day.hidden")
	}
	return l.Value(a)
}

// went is where the money of a line goes: as a copay, to a claim, or as an amount
// that the practice applies itself.
func went(l words.Language, c payment.Charge, n payment.Line) string {
	to := string(n.Kind)
	if n.Kind == payment.Claim && c.Spread() {
		to = "spread"
	}
	return l.Text("taken.to", "to", to, "number", n.Number)
}

// details are the facts to keep.
func (p *DeskResultPage) details() app.UI {
	r, l := p.View.TakeResult, p.View.Site.Language
	a := r.Attempt
	rows := []app.UI{}
	add := func(term words.Key, text string) {
		if text != "" {
			rows = append(rows, app.Div().Class("row").Body(app.Dt().Text(l.Text(term)), app.Dd().Text(text)))
		}
	}
	add("fact.for", a.PatientName)
	add("taken.method", r.Method)
	if !r.Given.IsZero() {
		add("taken.given", l.Value(r.Given))
	}
	add("taken.entered", r.When)
	add("taken.posted", l.Value(r.Posted))
	add("taken.by", r.By)
	add("taken.batch", r.Batch)
	add("fact.reference", r.Number)
	if r.Vendor != nil {
		add("vendor.reference", r.Vendor.Reference)
		add("vendor.terminal", r.Vendor.Terminal)
		add("vendor.deposited", l.Value(r.Vendor.Deposited))
	}
	add("fact.support", a.SupportCode())
	return app.Dl().Class("lines facts").Body(rows...)
}

// next leads on: to what is left, to another try, to the patient.
func (p *DeskResultPage) next() app.UI {
	r, l := p.View.TakeResult, p.View.Site.Language
	var links []app.UI
	add := func(path, text string) {
		links = append(links, app.P().Body(field.Link(p.View.Site.At(path), text, false)))
	}
	switch {
	case !r.Left.IsZero():
		links = append(links, app.P().Class("box").Body(field.Link(p.View.Site.At(r.Rest), l.Text("taken.rest", "left", r.Left), false)))
	case r.Attempt.State.Harmless():
		links = append(links, deskWay(p.View, r.Rest, l.Text("taken.again")))
	}
	if r.Attempt.Kind.Charges() && r.Attempt.State == payment.Succeeded && r.Attempt.Reference != "" {
		add(VoidPath(r.Patient, r.Attempt.Reference), l.Text("taken.undo"))
	}
	if r.Correct != "" {
		add(r.Correct, l.Text("corrected.undo"))
	}
	if r.Vendor != nil {
		if r.Vendor.Refund != "" {
			add(r.Vendor.Refund, l.Text("vendor.refund"))
		}
		add(VendorPath(r.Patient), l.Text("vendor.more"))
		add(PatientPath(r.Patient), l.Text("vendor.patient"))
		return app.Div().Class("next").Body(links...)
	}
	add(TakePath(r.Patient), l.Text("taken.more"))
	add(PathDesk, l.Text("taken.today"))
	return app.Div().Class("next").Body(links...)
}
