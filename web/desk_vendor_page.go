//go:build !js || desk

package web

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
	"paypane/web/words"
)

// VendorPath is the page on which staff record what the practice's vendor took from
// a patient, and RefundPath the one on which one of its payments is given back.
func VendorPath(patient int) string { return PatientPath(patient) + "/vendor" }

// RefundPath names the payment by its attempt.
func RefundPath(patient int, attempt string) string {
	return PatientPath(patient) + "/refund/" + attempt
}

// VendorView is the page on which staff record what the practice's vendor took: the
// amounts are those of TakeView.
type VendorView struct {
	*TakeView
	Methods []payment.CardMethod `json:"methods"` // in the practice's words, cash and checks first
	Told    VendorTyped          `json:"told"`
}

// VendorTyped is what staff typed of a vendor's payment, beside amounts.
type VendorTyped struct {
	Reference string `json:"reference,omitempty"`
	Method    string `json:"method,omitempty"`
	Terminal  string `json:"terminal,omitempty"`
	Deposited string `json:"deposited,omitempty"`
}

// VendorFacts are what a result page says of a payment of the vendor's.
type VendorFacts struct {
	Reference string      `json:"reference"`
	Terminal  string      `json:"terminal,omitempty"`
	Deposited payment.Day `json:"deposited,omitempty"`
	Number    string      `json:"number,omitempty"` // the upstream's of the payment
	// Earlier is the number of the payment that the upstream has in place of it;
	// empty: it named none.
	Earlier string `json:"earlier,omitempty"`
	Refund  string `json:"refund,omitempty"` // where it is given back; empty: it is not
}

// means says what the outcome means for the books, and what is to be done.
func (f *VendorFacts) means(v View, a payment.Attempt) []app.UI {
	l := v.Site.Language
	all := []app.UI{app.P().Text(l.Text("vendor.means", "state", a.State.Shown(), "earlier", f.Earlier))}
	if f.Earlier != "" && a.State == payment.Unknown {
		all = append(all, app.Div().Class("box").Body(
			app.P().Text(l.Text("vendor.earlier", "number", f.Earlier, "reference", f.Reference, "total", a.Total())),
			app.Ul().Body(app.Li().Text(l.Text("vendor.earlier.one", "number", f.Earlier)), app.Li().Text(l.Text("vendor.earlier.two")))))
	}
	if a.State == payment.Unknown {
		all = append(all, app.P().Body(field.Link(v.Site.At(PathReview+"/"+a.ID), l.Text("taken.review"), false)))
	}
	return all
}

// DeskVendorPage asks what the vendor took, and how the vendor names it.
type DeskVendorPage struct {
	app.Compo
	View View
}

// Render prints the amounts beside what the vendor says.
func (p *DeskVendorPage) Render() app.UI {
	v, d, l := p.View, p.View.Vendor, p.View.Site.Language
	take := &DeskTakePage{View: v}
	take.View.Take = d.TakeView
	form := field.Form(v.Site.At(VendorPath(d.Patient)), nil, nil,
		personField(v.Site),
		field.Hidden(FieldAttempt, d.Form),
		field.Hidden(payment.FieldSeen, payment.Seen(d.Statement)),
		app.If(d.Visit != "", field.Hidden(FieldVisit, d.Visit)),
		app.Div().Class("take").Body(
			app.Section().Class("take-what").Aria("labelledby", "what").Body(append([]app.UI{
				app.H2().ID("what").Text(l.Text("take.what"))}, take.amounts()...)...),
			app.Section().Class("take-how").Aria("labelledby", "how").Body(
				app.H2().ID("how").Text(l.Text("vendor.how")),
				take.total(),
				p.text(payment.FieldVendorReference, "vendor.reference", l.Text("vendor.reference.hint"), "w-name", d.Told.Reference),
				choice(l, payment.FieldVendorMethod, l.Text("vendor.method"), l.Text("vendor.method.choose"), methodOptions(d.Methods, d.Told.Method), payment.At(v.Problems, payment.FieldVendorMethod)),
				p.text(payment.FieldLast4, "take.last4", l.Text("vendor.last4.hint"), "w-short", d.Typed.Last4),
				p.text(payment.FieldTerminal, "vendor.terminal", l.Text("vendor.terminal.hint"), "w-name", d.Told.Terminal),
				p.text(payment.FieldCheckNumber, "take.check", l.Text("vendor.check.hint"), "w-short", d.Typed.CheckNumber),
				p.text(payment.FieldDeposited, "vendor.deposited", l.Text("vendor.deposited.hint"), "w-short", d.Told.Deposited),
				p.text(payment.FieldPosted, "take.posted", l.Text("vendor.posted.hint", "today", d.Today), "w-short", american(d.Typed.Posted, d.Today)),
				take.ask(),
				field.Attr(scripted(app.Button().Type("submit").ID("take")).Class("primary"), "data-say", l.Text("vendor.button.amount", "total", "{total}")).Text(l.Text("vendor.button")),
				offline(l),
				app.P().Class("hint").Text(l.Text("vendor.once")),
			),
		),
	)
	return frame(v, app.Main(),
		field.Summary(l, v.Problems, nil),
		heading(v.heading()),
		app.P().Class("hint").Text(l.Text("take.patient", "id", d.Patient)),
		app.P().Text(l.Text("vendor.what")),
		app.If(d.Done != "", field.Attr(app.P(), "role", "status").Class("box done").Text(d.Done)),
		form,
		app.P().Body(field.Link(v.Site.At(PatientPath(d.Patient)), l.Text("vendor.patient"), false)),
	)
}

func (p *DeskVendorPage) text(name string, label words.Key, hint, width, value string) app.UI {
	return deskText(p.View, name, label, hint, width, value)
}

// deskText is an input for what is neither money nor a secret.
func deskText(v View, name string, label words.Key, hint, width, value string) app.UI {
	l := v.Site.Language
	return field.Text{Language: l, Name: name, Label: l.Text(label), Hint: hint, Autocomplete: "off", Width: width, LTR: true, Value: value,
		Problem: payment.At(v.Problems, name)}.UI()
}

// american is a day as it is typed here: what was typed, or else today.
func american(typed string, today payment.Day) string {
	if day, err := time.Parse(time.DateOnly, string(today)); err == nil && typed == "" {
		return day.Format("01/02/2006")
	}
	return typed
}

func methodOptions(methods []payment.CardMethod, chosen string) []Option {
	options := make([]Option, len(methods))
	for i, m := range methods {
		options[i] = Option{Value: string(m.Method), Label: m.Name, Checked: string(m.Method) == chosen}
	}
	return options
}

// choice is a list to choose one from, which begins with none chosen.
func choice(l words.Language, name, label, none string, options []Option, problem payment.Problem) app.UI {
	list := []app.UI{field.Attr(app.Option(), "value", "").Text(none)}
	for _, o := range options {
		list = append(list, field.If(field.Attr(app.Option(), "value", o.Value), o.Checked, "selected", "true").Text(o.Label))
	}
	wrong := problem.Text != ""
	box := field.Attr(field.Attr(app.Select().Class("input"), "id", name), "name", name)
	box = field.If(field.If(box, wrong, "aria-invalid", "true"), wrong, "aria-describedby", name+"-error")
	return app.Div().Class("field").Body(
		field.Attr(app.Label(), "for", name).Class("label").Text(label),
		field.If(field.Attr(app.P(), "id", name+"-error"), !wrong, "hidden", "true").Class("error").Body(
			app.Span().Class("sr").Text(l.Text("form.error")+" "), app.Span().Text(problem.Text)),
		box.Body(list...))
}

// DeskVendor are a patient's payments through the practice's vendor.
type DeskVendor struct {
	Record, Adjust string // addresses
	Payments       []DeskVendorPayment
}

// DeskVendorPayment is one of them.
type DeskVendorPayment struct {
	Attempt payment.Attempt
	// Reference is the vendor's own, which goes to staff alone.
	Reference string
	When      string
	Result    string        // the address of what became of it
	Refund    string        // of where it is given back; empty: it is not
	Back      payment.State // of what gives it back; empty: nothing does
}

// vended are the payments through the vendor, and the ways to what can be done there.
func (p *DeskPatientPage) vended() app.UI {
	v, l := p.View, p.View.Site.Language
	d := v.Patient.Vendor
	if d == nil {
		return nil
	}
	var content []app.UI
	if len(d.Payments) > 0 {
		rows := make([][]app.UI, len(d.Payments))
		for i, paid := range d.Payments {
			rows[i] = cells("", paid.When, l.Value(paid.Attempt.Total()), l.Text("vendor.row", "state", string(paid.Attempt.State), "back", string(paid.Back)))
			rows[i][0] = field.Link(v.Site.At(paid.Result), paid.Reference, false)
			if paid.Refund != "" {
				rows[i][3] = field.Link(v.Site.At(paid.Refund), l.Text("vendor.row.refund", "reference", paid.Reference), false)
			}
		}
		content = append(content, wide(l, "vendor.table", blocks(l, "vendor.table", []words.Key{"vendor.reference", "fact.time", "fact.amount", "desk.column.state"}, rows, 2)))
	}
	content = append(content,
		app.P().Body(field.Link(v.Site.At(d.Record), l.Text("vendor.record"), false)),
		app.P().Body(field.Link(v.Site.At(d.Adjust), l.Text("vendor.adjust"), false)))
	return part("vended", l.Text("vendor.part"), content...)
}
