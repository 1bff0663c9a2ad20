//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// DeskPatient is one patient at the desk: who they are, what they owe, and the
// ways on.
type DeskPatient struct {
	payment.Person
	// Visit is the one that the address names, or today's; nil: there is none that
	// is known.
	Visit *DeskVisit
	// Today says that the visit is today's.
	Today bool
	// Statement is what they owe; nil: it cannot be read now.
	Statement *payment.Statement
	// Live are payments of which nobody knows yet what became of them.
	Live []DeskLive
	// Receipts are their last card payments, the newest first; Unread: they cannot be
	// read now.
	Receipts []DeskReceipt
	Unread   bool
	// Vendor are the payments through the practice's vendor; nil: it has none, or
	// whoever is here may not see them.
	Vendor *DeskVendor
	// Take is where money is taken; empty: whoever is here may not.
	Take string
	// Done says what was just done, Wrong what was not.
	Done, Wrong string
}

// DeskLive is a payment that was sent, and when.
type DeskLive struct {
	Attempt payment.Attempt
	When    string
}

// DeskReceipt is a card payment as the practice's books list it.
type DeskReceipt struct {
	payment.ReceiptSummary
	When string
	// Undo is where it can be taken back; empty: whoever is here may not.
	Undo string
}

// DeskPatientPage shows one patient.
type DeskPatientPage struct {
	app.Compo
	View View
}

// Render prints two identifiers first, then what is owed beside the last payments.
func (p *DeskPatientPage) Render() app.UI {
	v, d, l := p.View, p.View.Patient, p.View.Site.Language
	return frame(v, app.Main(),
		field.Summary(l, v.Problems, nil),
		heading(v.heading()),
		PersonFacts(l, d.Person),
		app.If(d.Done != "", field.Attr(app.P(), "role", "status").Class("box done").Text(d.Done)),
		app.If(d.Wrong != "", field.Attr(app.P(), "role", "alert").Class("box warning").Text(d.Wrong)),
		app.If(d.Take != "", app.P().Class("way").Body(
			field.Attr(field.Attr(field.Attr(app.A(), "href", v.Site.At(d.Take)), "data-key", "m"), "autofocus", "true").Class("button").Text(l.Text("desk.patient.take")))),
		app.Div().Class("beside").Body(
			app.Div().Body(p.visit(), p.owed()),
			app.Div().Body(p.paid(), p.vended(), p.ways()),
		),
	)
}

// PersonFacts tell a patient from others of the name, on every page that is about
// one.
func PersonFacts(l words.Language, who payment.Person) app.UI {
	row := func(term words.Key, text string) app.UI {
		if text == "" {
			return nil
		}
		return app.Div().Class("row").Body(app.Dt().Text(l.Text(term)), app.Dd().Text(text))
	}
	return app.Dl().Class("lines facts").Class("identity").Body(
		row("desk.column.born", bornAlone(l, who)), row("desk.column.id", l.Value(who.ID)), row("desk.column.preferred", who.Preferred), row("desk.column.town", who.Town))
}

// part is a part of the page under a heading.
func part(name, title string, content ...app.UI) app.UI {
	return field.Attr(app.Section(), "aria-labelledby", name).Body(append([]app.UI{field.Attr(app.H2(), "id", name).Text(title)}, content...)...)
}

// visit is the visit that money would be for, with the check-in where it is today
// and to be done.
func (p *DeskPatientPage) visit() app.UI {
	v, d, l := p.View, p.View.Patient, p.View.Site.Language
	if d.Visit == nil {
		return part("visit", l.Text("desk.patient.visit"), app.P().Text(l.Text("desk.patient.visit.none")))
	}
	row := func(term words.Key, text string) app.UI {
		return app.Div().Class("row").Body(app.Dt().Text(l.Text(term)), app.Dd().Text(text))
	}
	content := []app.UI{app.Dl().Class("lines facts").Body(
		row("fact.time", l.Text("desk.patient.visit.at", "day", d.Visit.Day, "time", words.TimeOfDay(d.Visit.Time), "title", d.Visit.Title)),
		row("desk.column.state", visitWord(l, d.Visit.State)),
		row("desk.column.due", copayDue(l, *d.Visit)),
		app.If(d.Visit.Copay.Told, row("desk.column.collected", copayCollected(l, *d.Visit))),
	)}
	if text := copayElsewhere(l, *d.Visit); text != "" {
		content = append(content, app.P().Class("box warning").Text(text))
	}
	if d.Today && d.Visit.State.Waiting() {
		content = append(content, field.Form(v.Site.At(PatientPath(d.ID)+"/checkin"), nil, nil,
			personField(v.Site), field.Hidden(ParamVisit, d.Visit.ID),
			field.Attr(app.Button().Type("submit").Class("secondary"), "data-key", "i").Text(l.Text("desk.patient.checkin"))))
	}
	return part("visit", l.Text("desk.patient.visit"), content...)
}

// owed is what the patient owes and to whom, with what cannot be taken now and why.
func (p *DeskPatientPage) owed() app.UI {
	d, l := p.View.Patient, p.View.Site.Language
	title := l.Text("desk.patient.owed")
	if d.Statement == nil {
		return part("owed", title, app.P().Class("box warning").Text(l.Text("desk.patient.unread")), app.P().Class("hint").Text(l.Text("desk.unread.next")), p.account())
	}
	var content []app.UI
	for _, a := range d.Live {
		content = append(content, app.P().Class("box warning").Text(l.Text("desk.patient.live", "amount", a.Attempt.Total(), "time", a.When, "code", a.Attempt.SupportCode())))
	}
	if len(d.Statement.Bills) == 0 {
		content = append(content, app.P().Text(l.Text("desk.patient.owed.none")))
	}
	rows := make([]app.UI, 0, len(d.Statement.Bills)+1)
	for _, b := range d.Statement.Bills {
		rows = append(rows, app.Div().Class("row").Body(
			app.Dt().Body(app.Span().Text(l.Text("desk.bill", "kind", string(b.Kind), "title", b.Title, "day", b.Service, "number", b.Number)),
				app.If(b.Hold != "", app.Span().Class("under").Text(holdText(l, b.Hold)))),
			app.Dd().Class("money").Text(owedText(l, b))))
	}
	if len(rows) > 0 {
		rows = append(rows, app.Div().Class("row total").Body(app.Dt().Text(l.Text("desk.patient.due")), app.Dd().Class("money").Text(l.Value(d.Statement.Due()))))
		content = append(content, app.Dl().Class("lines").Body(rows...))
	}
	if !d.Statement.Credit.IsZero() {
		content = append(content, app.P().Text(l.Text("desk.patient.credit", "amount", d.Statement.Credit)))
	}
	return part("owed", title, append(content, p.account())...)
}

// owedText is what is owed of a bill; of one that was paid it may not be told.
func owedText(l words.Language, b payment.Bill) string {
	if b.Hold == payment.HoldPaid && b.Owed.IsZero() {
		return l.Text("desk.untold")
	}
	return l.Value(b.Owed)
}

// billText is the same of a bill's balance.
func billText(l words.Language, b payment.Bill) string {
	if b.Hold == payment.HoldPaid && b.Balance.IsZero() {
		return l.Text("desk.untold")
	}
	return l.Value(b.Balance)
}

// account leads to all of what is owed and was paid, here and elsewhere.
func (p *DeskPatientPage) account() app.UI {
	link := field.Attr(field.Attr(app.A(), "href", p.View.Site.At(AccountPath(p.View.Patient.ID))), "data-key", "b")
	return app.P().Body(link.Text(p.View.Site.Language.Text("desk.patient.account")))
}

// holdText is why a bill cannot be taken money for now, for staff.
func holdText(l words.Language, h payment.Hold) string {
	switch h {
	case payment.HoldPlanned:
		return l.Text("desk.hold.planned")
	case payment.HoldCollected:
		return l.Text("desk.hold.collected")
	case payment.HoldElsewhere:
		return l.Text("desk.hold.elsewhere")
	case payment.HoldInsurance:
		return l.Text("desk.hold.insurance")
	case payment.HoldChecking:
		return l.Text("desk.hold.checking")
	case payment.HoldFound:
		return l.Text("desk.hold.found")
	case payment.HoldPaid:
		return l.Text("desk.hold.paid")
	}
	return l.Text("desk.hold.arranged")
}

// paid are the last card payments.
func (p *DeskPatientPage) paid() app.UI {
	d, l := p.View.Patient, p.View.Site.Language
	title := l.Text("desk.patient.paid")
	switch {
	case d.Unread:
		return part("paid", title, app.P().Class("box warning").Text(l.Text("desk.patient.paid.unread")))
	case len(d.Receipts) == 0:
		return part("paid", title, app.P().Text(l.Text("desk.patient.paid.none")))
	}
	rows := make([][]app.UI, len(d.Receipts))
	for i, r := range d.Receipts {
		rows[i] = cells(r.Reference, r.When, l.Value(r.Amount), endingCard(l, r.Brand, r.Last4), receiptWord(l, r.ReceiptSummary))
		if r.Undo != "" {
			rows[i][0] = field.Link(p.View.Site.At(r.Undo), r.Reference, false)
		}
	}
	return part("paid", title, wide(l, "desk.patient.paid.table", blocks(l, "desk.patient.paid.table", []words.Key{"plan.table.payment", "fact.time", "fact.amount", "fact.card", "fact.kind"}, rows, 2)),
		app.P().Class("hint").Text(l.Text("desk.patient.paid.hint")))
}

// receiptWord is what a row of the receipts is.
func receiptWord(l words.Language, r payment.ReceiptSummary) string {
	switch {
	case r.Type == r.Voided().Type:
		return l.Text("desk.receipt.voided")
	case r.Agreement() || r.Amount.IsZero():
		return l.Text("desk.receipt.kept")
	case r.Charge():
		return l.Text("desk.receipt.taken")
	}
	return r.Type // the upstream's own word
}

// ways says what else there is for a patient, and whose it is.
func (p *DeskPatientPage) ways() app.UI {
	l := p.View.Site.Language
	return part("ways", l.Text("desk.patient.ways"), app.P().Class("hint").Text(l.Text("desk.patient.ways.theirs")),
		app.P().Body(field.Link(p.View.Site.At(PathDesk), l.Text("desk.patient.back"), false)))
}
