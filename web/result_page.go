package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// ResultPage shows what became of an attempt: the truth, or that it is not
// known.
type ResultPage struct {
	app.Compo
	View View
	step *step
}

func (r *Result) heading() string {
	if r.Told != nil {
		return r.Told.Heading
	}
	total := r.Attempt.Charge.Total().Display()
	switch r.Attempt.State {
	case payment.Taken:
		return "You paid " + total
	case payment.Declined, payment.NotSent, payment.Absent:
		return "Your payment did not go through"
	case payment.Unknown:
		return "We do not know yet if your payment went through"
	}
	return "Your payment of " + total + " is being sent"
}

// Render prints the outcome first, then what it means, then what was paid.
func (p *ResultPage) Render() app.UI {
	v := p.View
	r := v.Result
	a := r.Attempt
	main := field.Attr(app.Main(), "data-outcome", a.State.Shown())
	// For whoever embeds the page: the outcome of a payment, and what has changed.
	main = field.If(main, r.Told == nil, "data-attempt", a.ID)
	main = field.If(main, r.Changed != "", "data-changed", r.Changed)
	main = field.If(main, a.Reference != "", "data-reference", a.Reference)
	class, word := mark(a.State)
	if r.Told != nil {
		sheet := &SheetPage{View: v, cardTyping: cardTyping{step: p.step}}
		return frame(v, main, append([]app.UI{
			field.Summary(v.Problems, p.step.follow),
			r.instead(),
			field.Attr(app.Div(), "aria-live", "polite").Class("outcome").Body(
				field.Attr(app.P(), "class", "mark "+r.Told.Class).Text(r.Told.Word),
				heading(v.heading()),
			)}, sheet.blocks(r.Told.Blocks)...)...)
	}
	return frame(v, main,
		field.Summary(v.Problems, p.step.follow),
		r.instead(),
		field.Attr(app.Div(), "aria-live", "polite").Class("outcome").Body(
			field.Attr(app.P(), "class", "mark "+class).Text(word),
			heading(v.heading()),
			app.Div().Class("means").Body(r.means()...),
		),
		app.Section().Aria("labelledby", "details").Body(
			app.H2().ID("details").Text("Details"),
			r.details(v.Site),
			charged(a.Charge),
		),
		p.next(),
	)
}

// instead says that another attempt was not sent, because this one pays the same
// bill.
func (r *Result) instead() app.UI {
	if r.Instead == "" {
		return nil
	}
	why := "What is shown below was for the same. Read it before you try again."
	if r.Told == nil {
		why = "The payment below was for the same bill. See what you still owe before you pay again."
	}
	return app.Div().Class("box").Body(
		app.P().Body(app.Strong().Text(r.Instead+" was not sent.")),
		app.P().Text(why),
	)
}

// mark is the outcome as a class and as a word: never by colour alone.
func mark(s payment.State) (class, word string) {
	switch s {
	case payment.Taken:
		return "success", "Paid"
	case payment.Declined, payment.NotSent, payment.Absent:
		return "danger", "Not paid"
	case payment.Unknown:
		return "warning", "Not known yet"
	}
	return "wait", "Please wait"
}

// means says in words what the outcome means for the payer's money. "No money
// was taken" stands here only for the outcomes that prove it.
func (r *Result) means() []app.UI {
	p := func(text string) app.UI { return app.P().Text(text) }
	strong := func(text string) app.UI { return app.P().Body(app.Strong().Text(text)) }
	a := r.Attempt
	switch a.State {
	case payment.Taken:
		went := "Your payment went through."
		if r.Late != "" {
			went = "Your payment of " + a.Charge.Total().Display() + " went through at " + r.Late + "."
		}
		words := []app.UI{p(went + " Keep this page or print it for your records. Your balance may take a day to change.")}
		switch {
		case a.EmailSent:
			words = append(words, p("We have asked for a receipt to be emailed to "+a.Email+"."))
		case a.Email != "" && a.Reference == "":
			// A person found it, without the number by which it could be mailed.
			words = append(words, p("No receipt can be emailed for this payment. Print this page instead, or ask the practice for one."))
		}
		if saved := r.saved(); saved != "" {
			words = append(words, p(saved))
		}
		return words
	case payment.Declined:
		if a.Refusal == payment.RefusedCode {
			return []app.UI{p("The bank could not confirm the security code."), strong("No money was taken."), p("Check it and try again.")}
		}
		return []app.UI{p("Your bank did not approve this payment."), strong("No money was taken."), p("You can try another card or call your bank.")}
	case payment.NotSent:
		return []app.UI{p("Payments are not available right now."), strong("No money was taken."), p("Try again later or call the practice.")}
	case payment.Absent:
		return []app.UI{strong("No money was taken."), p("We have checked: this payment was not taken. You can pay now.")}
	case payment.Unknown:
		return append([]app.UI{strong("Do not pay again.")}, r.doubt()...)
	}
	return []app.UI{strong("Do not pay again."), p("This takes a few seconds, sometimes half a minute. This page shows the answer by itself.")}
}

// saved says what became of the wish to store the card.
func (r *Result) saved() string {
	switch {
	case r.Saved == "":
		return ""
	case r.Saved == payment.Taken:
		return "Your card is saved for later payments."
	case r.Saved == payment.Unknown:
		return "We do not know yet if your card was saved. The list of your saved cards will show it."
	case r.Saved.Live():
		return "Your card is being saved."
	}
	return "Your card was not saved. You can add it under your saved cards."
}

// doubt says what is done about an outcome that is not known, and what the
// payer has to do: nothing.
func (r *Result) doubt() []app.UI {
	a := r.Attempt
	words := "We are checking and will show the answer here. You can close this page"
	if a.Email != "" {
		words += "; we will also email you a receipt if it went through."
	} else {
		words += " and open it again from your portal."
	}
	body := []app.UI{app.P().Text(words)}
	if a.Asked {
		body = append(body, app.P().Text("A person has to look at this payment, which can take until the next working day. If you cannot wait, call the practice and tell them the support code below."))
	}
	return body
}

// details are the facts to keep: reference, card, time, for whom.
func (r *Result) details(site Site) app.UI {
	a := r.Attempt
	rows := []app.UI{}
	add := func(term, text string) {
		if text != "" {
			rows = append(rows, app.Div().Class("row").Body(app.Dt().Text(term), app.Dd().Text(text)))
		}
	}
	add("Amount", a.Charge.Total().Display())
	add("To", site.Practice)
	add("For", a.PatientName)
	if a.Last4 != "" {
		add("Card", a.Brand.Name()+" ending in "+a.Last4)
	}
	when := map[payment.State]string{payment.Taken: "Paid", payment.NotSent: "Tried"}[a.State]
	if when == "" {
		when = "Sent"
	}
	add(when, r.When)
	add("Reference", a.Reference)
	add("Support code", a.SupportCode())
	return app.Dl().Class("lines facts").Body(rows...)
}

// next is what can be done from here. A new attempt is offered only where no
// money can have moved.
func (p *ResultPage) next() app.UI {
	a := p.View.Result.Attempt
	switch {
	case p.View.Site.Now != "":
		return app.Div().Class("next") // somebody else's page leads on from its head
	case a.State.Harmless():
		return app.Div().Class("next").Body(
			field.Form(PathResult+a.ID+"/again", p.step.onSubmit, nil,
				app.Button().Type("submit").Class("primary").Text("Try again")),
			app.P().Body(field.Link("/pay", "Change what you pay", false)),
		)
	case a.State == payment.Taken:
		links := []app.UI{app.P().Body(field.Link("/pay", "See what you still owe", false))}
		if a.Reference != "" {
			links = append(links, app.P().Body(field.Link(PathReceipts+"/"+a.Reference, "Receipt to print or download", false)))
		}
		return app.Div().Class("next").Body(links...)
	}
	return app.Div().Class("next")
}

// OnMount follows an attempt that is still under way.
func (p *ResultPage) OnMount(ctx app.Context) {
	p.step.watch(ctx)
}
