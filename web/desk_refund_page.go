//go:build !js || desk

package web

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"paypane/web/field"
	"paypane/web/payment"
)

// RefundView is a payment of the vendor's that is given back.
type RefundView struct {
	Patient int             `json:"patient"`
	Paid    payment.Attempt `json:"paid"`
	Number  string          `json:"number,omitempty"` // the upstream's; empty: nobody knows it
	// Reference and Terminal are the vendor's, of the payment.
	Reference string      `json:"reference,omitempty"`
	Terminal  string      `json:"terminal,omitempty"`
	When      string      `json:"when"`
	By        string      `json:"by,omitempty"`
	Method    string      `json:"method"`
	Today     payment.Day `json:"today"`
	// Back is the state of what gives it back already, and BackPath its address;
	// empty: nothing does.
	Back     payment.State `json:"back,omitempty"`
	BackPath string        `json:"backPath,omitempty"`
	// TwoPeople says that a second person has to want it.
	TwoPeople bool        `json:"twoPeople,omitempty"`
	Form      string      `json:"form"`
	Typed     RefundTyped `json:"typed"`
}

// RefundTyped is what staff typed of a refund.
type RefundTyped struct {
	Form      string `json:"-"`
	Reference string `json:"reference,omitempty"`
	Terminal  string `json:"terminal,omitempty"`
	Posted    string `json:"posted,omitempty"`
	Deposited string `json:"deposited,omitempty"`
	Reasoned
}

// DeskRefundPage asks how the vendor gave a payment back.
type DeskRefundPage struct {
	app.Compo
	View View
}

// Render prints the payment, and the form or why there is none.
func (p *DeskRefundPage) Render() app.UI {
	v, l := p.View.Refund, p.View.Site.Language
	a := v.Paid
	body := []app.UI{
		field.Summary(l, p.View.Problems, nil),
		heading(p.View.heading()),
		facts(Element{Rows: [][]string{
			{l.Text("fact.for"), a.PatientName}, {l.Text("fact.amount"), l.Value(a.Total())}, {l.Text("taken.method"), v.Method}, {l.Text("fact.when"), v.When},
			{l.Text("fact.operator"), v.By}, {l.Text("vendor.reference"), v.Reference}, {l.Text("vendor.terminal"), v.Terminal}, {l.Text("fact.reference"), v.Number}, {l.Text("fact.support"), a.SupportCode()},
		}}),
	}
	switch {
	case v.Back != "":
		body = append(body, app.P().Class("box").Text(l.Text("refund.back", "state", string(v.Back))), app.P().Body(field.Link(p.View.Site.At(v.BackPath), l.Text("refund.back.see"), false)))
	case v.Number == "":
		body = append(body, app.P().Class("box").Text(l.Text("refund.unnumbered")))
	default:
		body = append(body, app.P().Text(l.Text("refund.what")), p.form())
	}
	body = append(body, app.P().Body(field.Link(p.View.Site.At(PatientPath(v.Patient)), l.Text("vendor.patient"), false)))
	return frame(p.View, app.Main(), body...)
}

func (p *DeskRefundPage) form() app.UI {
	v, l := p.View.Refund, p.View.Site.Language
	options := reasonOptions(payment.RefundReasons, v.Typed.Reasoned, func(r payment.Reason) string { return l.Text("refund.reason", "reason", string(r)) })
	parts := []app.UI{personField(p.View.Site), field.Hidden(FieldAttempt, v.Form),
		reasonFields(l, options, "refund.legend", "refund.text.hint", v.Typed.Reasoned, p.View.Problems, true),
		deskText(p.View, payment.FieldVendorReference, "refund.reference", l.Text("refund.reference.hint"), "w-name", v.Typed.Reference)}
	if v.Paid.Method.IsCard() {
		parts = append(parts, deskText(p.View, payment.FieldTerminal, "vendor.terminal", l.Text("vendor.terminal.hint"), "w-name", v.Typed.Terminal))
	}
	parts = append(parts,
		deskText(p.View, payment.FieldPosted, "take.posted", l.Text("vendor.posted.hint", "today", v.Today), "w-short", american(v.Typed.Posted, v.Today)),
		deskText(p.View, payment.FieldDeposited, "vendor.deposited", l.Text("refund.deposited.hint"), "w-short", v.Typed.Deposited),
		app.P().Class("hint").Text(l.Text("refund.whole")),
		app.If(v.TwoPeople, app.P().Class("hint").Text(l.Text("vendor.two"))),
		app.Button().Type("submit").Class("primary").Text(l.Text("refund.go", "amount", v.Paid.Total(), "two", v.TwoPeople)),
	)
	return field.Form(p.View.Site.At(RefundPath(v.Patient, v.Paid.ID)), nil, nil, parts...)
}
