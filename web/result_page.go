package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// ResultPage shows what became of an attempt: the truth, or that it is not
// known.
type ResultPage struct {
	app.Compo
	View View
	step *step
}

func (r *ResultView) heading(l words.Language) string {
	if r.ResultText != nil {
		return r.ResultText.Heading
	}
	total := r.Attempt.Charge.Total()
	switch r.Attempt.State {
	case payment.Succeeded:
		return l.Text("result.heading.paid", "others", r.Others, "total", total)
	case payment.Declined, payment.NotSent, payment.NotDone:
		return l.Text("result.heading.refused", "others", r.Others)
	case payment.Unknown:
		return l.Text("result.heading.unknown", "others", r.Others)
	}
	return l.Text("result.heading.sending", "others", r.Others, "total", total)
}

// Render prints the outcome first, then what it means, then what was paid.
func (p *ResultPage) Render() app.UI {
	v := p.View
	r := v.Result
	a := r.Attempt
	main := field.Attr(app.Main(), "data-outcome", a.State.Shown())
	// For whoever embeds the page: the outcome of a payment, and what has changed.
	main = field.If(main, r.ResultText == nil, "data-attempt", a.ID)
	main = field.If(main, r.Changed != "", "data-changed", r.Changed)
	main = field.If(main, a.Reference != "", "data-reference", a.Reference)
	l := v.Site.Language
	class, word := mark(l, a.State)
	if r.ResultText != nil {
		parts := &ContentPage{View: v, cardTyping: cardTyping{step: p.step}}
		return frame(v, main, append([]app.UI{
			field.Summary(l, v.Problems, p.step.follow),
			r.instead(l),
			field.Attr(app.Div(), "aria-live", "polite").Class("outcome").Body(
				field.Attr(app.P(), "class", "mark "+r.ResultText.Class).Text(r.ResultText.Word),
				heading(v.heading()),
			)}, parts.elements(r.ResultText.Elements)...)...)
	}
	return frame(v, main,
		field.Summary(l, v.Problems, p.step.follow),
		r.instead(l),
		field.Attr(app.Div(), "aria-live", "polite").Class("outcome").Body(
			field.Attr(app.P(), "class", "mark "+class).Text(word),
			heading(v.heading()),
			app.Div().Class("means").Body(r.means(l)...),
		),
		p.next(),
		app.Section().Aria("labelledby", "details").Body(
			app.H2().ID("details").Text(l.Text("result.details")),
			charged(l, a.Charge),
			r.details(l, v.Site.Practice),
		),
	)
}

// instead says that another attempt was not sent, because this one pays the same
// bill.
func (r *ResultView) instead(l words.Language) app.UI {
	if r.Instead == "" {
		return nil
	}
	why := l.Text("result.instead.why")
	if r.ResultText == nil {
		why = l.Text("result.instead.bill")
	}
	return app.Div().Class("box").Body(
		app.P().Body(app.Strong().Text(l.Text("result.instead", "attempt", r.Instead))),
		app.P().Text(why),
	)
}

// mark is the outcome as a class and as a word: never by colour alone.
func mark(l words.Language, s payment.State) (class, word string) {
	switch s {
	case payment.Succeeded:
		return "success", l.Text("result.mark.paid")
	case payment.Declined, payment.NotSent, payment.NotDone:
		return "danger", l.Text("result.mark.refused")
	case payment.Unknown:
		return "warning", l.Text("mark.unknown")
	}
	return "wait", l.Text("mark.wait")
}

// means says in words what the outcome means for the payer's money. "No money
// was taken" stands here only for the outcomes that prove it.
func (r *ResultView) means(l words.Language) []app.UI {
	p := func(key words.Key, parameters ...any) app.UI { return app.P().Text(l.Text(key, parameters...)) }
	strong := func(key words.Key) app.UI { return app.P().Body(app.Strong().Text(l.Text(key))) }
	a := r.Attempt
	switch a.State {
	case payment.Succeeded:
		means := []app.UI{p("result.paid", "others", r.Others, "late", r.Late, "total", a.Charge.Total())}
		switch {
		case a.EmailSent:
			means = append(means, p("receipt.mailed", "email", a.Email))
		case a.Email != "" && a.Reference == "":
			// A person found it, without the number by which it could be mailed.
			means = append(means, p("result.paid.unmailable"))
		}
		if saved := r.saved(); saved != "" {
			means = append(means, p(saved))
		}
		return means
	case payment.Declined:
		return []app.UI{p("result.declined"), strong("result.nothing"), p("result.declined.next")}
	case payment.NotSent:
		return []app.UI{p("result.unsent"), strong("result.nothing"), p("result.unsent.next")}
	case payment.NotDone:
		return []app.UI{strong("result.nothing"), p("result.absent")}
	case payment.Unknown:
		return append([]app.UI{strong("result.wait")}, r.doubt(l)...)
	}
	return []app.UI{strong("result.wait"), p("result.sending")}
}

// saved says what became of the wish to store the card.
func (r *ResultView) saved() words.Key {
	switch {
	case r.Saved == "":
		return ""
	case r.Saved == payment.Succeeded:
		return "result.saved"
	case r.Saved == payment.Unknown:
		return "result.saved.unknown"
	case r.Saved.Live():
		return "result.saved.sending"
	}
	return "result.saved.not"
}

// doubt says what is done about an outcome that is not known and until when, by the
// schedule of bff/reconcile, and what the payer has to do: nothing.
func (r *ResultView) doubt(l words.Language) []app.UI {
	a := r.Attempt
	next := words.Key("result.unknown.when")
	if a.NeedsReview {
		next = "result.unknown.review"
	}
	return []app.UI{app.P().Text(l.Text("result.unknown", "mailed", a.Email != "")), app.P().Text(l.Text(next))}
}

// details are the facts to keep: reference, card, time, for whom.
func (r *ResultView) details(l words.Language, practice string) app.UI {
	a := r.Attempt
	rows := []app.UI{}
	add := func(term words.Key, text string) {
		if text != "" {
			rows = append(rows, app.Div().Class("row").Body(app.Dt().Text(l.Text(term)), app.Dd().Text(text)))
		}
	}
	add("fact.to", practice)
	add("fact.for", a.PatientName)
	if a.Last4 != "" {
		add("fact.card", l.Value(payment.StoredCard{Brand: a.Brand, Last4: a.Last4}))
	}
	when := map[payment.State]words.Key{payment.Succeeded: "fact.paid", payment.NotSent: "fact.tried"}[a.State]
	if when == "" {
		when = "fact.sent"
	}
	add(when, r.When)
	term, codes := calling(l, a)
	add(term, codes)
	return app.Dl().Class("lines facts").Body(rows...)
}

// lookedFor says how often an agreement or a plan in doubt is looked for, until a person
// was asked.
func lookedFor(a payment.Attempt) words.Key {
	if a.NeedsReview {
		return "result.review"
	}
	return "result.unknown.when"
}

// calling is what a payer reads to the practice over the telephone. The practice's
// number of a payment and our own code are one thing to them, whichever is asked for.
func calling(l words.Language, a payment.Attempt) (words.Key, string) {
	if a.Reference == "" {
		return "fact.support", a.SupportCode()
	}
	return "fact.reference", l.Value(a.Reference) + " · " + l.Value(a.SupportCode())
}

// next is what can be done from here. A new attempt is offered only where no
// money can have moved.
func (p *ResultPage) next() app.UI {
	l := p.View.Site.Language
	a := p.View.Result.Attempt
	switch {
	case p.View.Site.Now != "":
		return app.Div().Class("next") // somebody else's page leads on from its head
	case a.State.Harmless():
		return app.Div().Class("next").Body(
			field.Form(p.View.Site.At(PathResult+a.ID+"/again"), p.step.onSubmit, nil,
				app.Button().Type("submit").Class("primary").Text(l.Text("result.again"))),
			app.P().Body(field.Link(p.View.Site.At(PathAmount), l.Text("card.change"), false)),
		)
	case a.State == payment.Succeeded:
		links := []app.UI{app.P().Body(field.Link(p.View.Site.At(PathAmount), l.Text("result.owe"), false))}
		if a.Reference != "" {
			receipt := field.Attr(app.A(), "href", p.View.Site.At(PathReceipts+"/"+a.Reference)).Class("primary")
			links = append([]app.UI{app.P().Body(receipt.Text(l.Text("result.receipt")))}, links...)
		}
		return app.Div().Class("next").Body(links...)
	}
	return app.Div().Class("next")
}

// OnMount follows an attempt that is still under way.
func (p *ResultPage) OnMount(ctx app.Context) {
	p.step.watch(ctx)
}
